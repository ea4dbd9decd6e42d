//! Room: the programs that the tasks call, and where they are.

use crate::fault::{Fault, Outcome};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Cargo, the same one that started this, in the workspace's root.
pub(crate) fn cargo(root: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    as_if_typed(command.current_dir(root));
    command
}

/// Takes away what cargo told this program about itself. Build scripts ask for some of it: with it in their
/// environment everything above them would be compiled anew, and once more when somebody calls cargo without us.
pub(crate) fn as_if_typed(command: &mut Command) -> &mut Command {
    for (name, _) in std::env::vars_os().filter(|(name, _)| is_about_us(&name.to_string_lossy())) {
        command.env_remove(name);
    }
    command
}

fn is_about_us(name: &str) -> bool {
    ["CARGO_MANIFEST_", "CARGO_PKG_"]
        .iter()
        .any(|begins| name.starts_with(begins))
}

/// Runs a command with its output shown; fails if it fails.
pub(crate) fn succeed(command: &mut Command) -> Outcome {
    let shown = shown(command);
    let status = command
        .status()
        .map_err(Fault::while_doing(format!("cannot run {shown}")))?;
    if status.success() {
        Ok(())
    } else {
        Err(Fault::new(format!("{shown} ended with {status}")))
    }
}

/// What a command prints, what it complains of shown; fails if it fails.
pub(crate) fn output_of(command: &mut Command) -> Outcome<String> {
    let shown = shown(command);
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(Fault::while_doing(format!("cannot run {shown}")))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(Fault::new(format!("{shown} ended with {}", output.status)))
    }
}

/// How much may run side by side.
pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(2, NonZeroUsize::get)
}

/// The command as one would type it.
pub(crate) fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program())
        .file_name()
        .unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// The first of these names that is a file in PATH.
pub(crate) fn in_path(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|file| file.is_file())
}

/// What a program prints, if it runs and succeeds.
pub(crate) fn answer_of(program: &str, arguments: &[&str]) -> Option<String> {
    let answer = Command::new(program).args(arguments).output().ok()?;
    answer
        .status
        .success()
        .then(|| String::from_utf8_lossy(&answer.stdout).trim().to_owned())
}

/// A browser that tests can drive.
pub(crate) fn chromium() -> Option<PathBuf> {
    in_path(&["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_cargo_does_not_see_what_cargo_told_us() {
        assert!(
            std::env::var_os("CARGO_MANIFEST_DIR").is_some(),
            "cargo tells its tests"
        );
        let seen = output_of(as_if_typed(&mut Command::new("env"))).expect("it runs");
        let left: Vec<&str> = seen.lines().filter(|line| is_about_us(line)).collect();
        assert!(left.is_empty() && seen.contains("PATH="), "{left:?}");
    }
}
