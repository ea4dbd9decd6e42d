//! Room: the one build that everything runs which runs at all: the tests, the program in the browser, the program beside
//! its floors, and the attacks.
//!
//! Optimised, since what the tests do costs more than the compiler does; the whole workspace with its tests each time,
//! whatever of it is asked for, since what else is asked for would give a dependency other features and have it, and all
//! that rests on it, compiled once more.

use crate::fault::{Fault, Outcome};
use crate::metadata::Metadata;
use crate::programs::{cargo, output_of, succeed};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Its name in `Cargo.toml`; also that of its folder in the target folder.
pub(crate) const PROFILE: &str = "ratios";

/// A test of the program that is quick to build, for whoever needs the program alone.
const BESIDE_THE_PROGRAM: &str = "hello";

/// A program of tests.
pub(crate) struct TestProgram {
    /// The folder of the package that it is of, in which it runs.
    pub(crate) package: PathBuf,
    /// Its name.
    pub(crate) target: String,
    /// The file.
    pub(crate) file: PathBuf,
}

/// Builds the program, if it is not there yet.
pub(crate) fn program(root: &Path) -> Outcome<PathBuf> {
    succeed(build(root).args(["--test", BESIDE_THE_PROGRAM]))?;
    Ok(Metadata::read(root)?.target_directory.join(PROFILE).join("taizhang"))
}

/// Builds the programs of these tests, whatever packages they are of.
pub(crate) fn test_programs(root: &Path, targets: &[&str]) -> Outcome<Vec<TestProgram>> {
    let mut command = build(root);
    targets.iter().for_each(|target| {
        command.args(["--test", target]);
    });
    let told = output_of(command.arg("--message-format=json-render-diagnostics"))?;
    Ok(told.lines().filter_map(test_program).collect())
}

fn build(root: &Path) -> Command {
    let mut command = cargo(root);
    command.args(["test", "--no-run", "--locked", "--workspace", "--profile", PROFILE]);
    command
}

/// What cargo tells of something that it built.
#[derive(Deserialize)]
struct Message {
    manifest_path: PathBuf,
    target: Target,
    executable: PathBuf,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

fn test_program(line: &str) -> Option<TestProgram> {
    let message: Message = serde_json::from_str(line).ok()?;
    let is_test = message.target.kind.iter().any(|kind| kind == "test");
    is_test.then_some(TestProgram {
        package: message.manifest_path.parent()?.to_path_buf(),
        target: message.target.name,
        file: message.executable,
    })
}

/// The one of a package among them.
pub(crate) fn of_package<'a>(programs: &'a [TestProgram], package: &str, target: &str) -> Outcome<&'a TestProgram> {
    let mut all = programs.iter();
    let found = all.find(|program| program.target == target && program.package.ends_with(package));
    found.ok_or_else(|| Fault::new(format!("cargo built no tests {target} of {package}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_programs_are_told_from_what_else_is_built() {
        let line = |kind: &str, executable: &str| {
            let target = format!(r#""target":{{"name":"it","kind":["{kind}"]}}"#);
            format!(r#"{{"manifest_path":"/b/crates/one/Cargo.toml",{target},"executable":{executable}}}"#)
        };
        let found: Vec<TestProgram> = [
            line("test", r#""/b/it-1""#),
            line("bin", r#""/b/it""#),
            line("lib", "null"),
            r#"{"reason":"build-finished","success":true}"#.to_owned(),
        ]
        .iter()
        .filter_map(|line| test_program(line))
        .collect();
        assert_eq!(found.len(), 1);
        let program = of_package(&found, "one", "it").expect("it is there");
        assert_eq!(
            (program.file.as_path(), program.package.as_path()),
            (Path::new("/b/it-1"), Path::new("/b/crates/one"))
        );
        assert!(of_package(&found, "two", "it").is_err());
    }
}
