//! Room: the project's own task runner, `cargo xtask …`.
//!
//! Picks a subcommand and sets the exit code; each subcommand has a file of its own. It never edits
//! the project's sources, and it installs nothing that was not printed first.

mod fault;
mod pg;
mod postgres;

use fault::{Fault, Outcome};
use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  pg -- CMD…       start a temporary PostgreSQL, run CMD with TAIZHANG_TEST_PG set, stop it
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
        "help" | "--help" | "-h" => {
            print!("{USAGE}");
            Ok(())
        }
        other => Err(Fault::new(format!("no command {other}\n\n{USAGE}"))),
    }
}
