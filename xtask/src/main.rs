//! Room: the project's own task runner, `cargo xtask …`.
//!
//! Picks a subcommand and sets the exit code; each subcommand has a file of its own. It never edits
//! the project's sources, and it installs nothing that was not printed first.

mod fault;
mod pg;
mod postgres;
mod tidy;

use fault::{Fault, Outcome};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  pg -- CMD…       start a temporary PostgreSQL, run CMD with TAIZHANG_TEST_PG set, stop it
  tidy             check the habits that no other tool checks
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("xtask: {fault}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[String]) -> Outcome {
    let (command, rest) = args.split_first().ok_or_else(|| Fault::new(USAGE))?;
    match command.as_str() {
        "pg" => pg::run(rest),
        "tidy" => tidy::run(&root()?),
        "help" | "--help" | "-h" => {
            print!("{USAGE}");
            Ok(())
        }
        other => Err(Fault::new(format!("no command {other}\n\n{USAGE}"))),
    }
}

/// The workspace's root: the folder above this crate, which cargo names.
fn root() -> Outcome<PathBuf> {
    let here = std::env::var("CARGO_MANIFEST_DIR").map_err(|_| Fault::new("run this through cargo: cargo xtask …"))?;
    let root = Path::new(&here)
        .parent()
        .ok_or_else(|| Fault::new("the xtask folder has no parent"))?;
    Ok(root.to_path_buf())
}
