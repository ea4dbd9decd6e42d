//! Room: the project's own task runner, `cargo xtask …`.
//!
//! Picks a subcommand and sets the exit code; each has a file of its own. It never edits the
//! project's sources, and it installs nothing that was not printed first.

mod demo;
mod fault;
mod golden;
mod metadata;
mod needs;
mod optimised;
mod pdf;
mod pg;
mod pins;
mod postgres;
mod programs;
mod ratios;
mod s3;
mod soak;
mod spdx;
mod steps;
mod tally;
mod test;
mod tidy;

use fault::{Fault, Outcome};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use steps::STEPS;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  demo [ARGS…]     build the program and run its demo; needs Rust alone
  test [--yes]     run every step below; installs what is missing after asking, or with --yes
  pdf              build and test the program for PDF, which has a workspace of its own
  soak [NAME…]     attack a book for hours: kills, power cuts, failing disks, races, hostile files
                   (with --quick as the step attacks does it)
  golden           make the golden book of this version, once, before a release
  pg -- CMD…       start a temporary PostgreSQL, run CMD with TAIZHANG_TEST_PG set, stop it
  s3 -- CMD…       start a temporary S3-compatible store, run CMD with TAIZHANG_TEST_S3 set, stop it

one step of the test alone:
 ";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    run(&args).unwrap_or_else(|fault| {
        eprintln!("xtask: {fault}");
        ExitCode::FAILURE
    })
}

fn run(args: &[String]) -> Outcome<ExitCode> {
    let (command, rest) = args.split_first().ok_or_else(|| Fault::new(usage()))?;
    let root = root()?;
    let done = match command.as_str() {
        "demo" => demo::run(&root, rest),
        "test" => return test::run(&root, rest),
        "pdf" => pdf::run(&root),
        "golden" => golden::run(&root),
        "soak" => soak::run(&root, rest),
        "pg" => pg::run(rest),
        "s3" => s3::run(&root, rest),
        "help" | "--help" | "-h" => {
            println!("{}", usage());
            Ok(())
        }
        name => run_step(&root, name),
    };
    done.map(|()| ExitCode::SUCCESS)
}

fn run_step(root: &Path, name: &str) -> Outcome {
    match STEPS.iter().find(|step| step.name == name) {
        Some(step) => (step.run)(root).verdict,
        None => Err(Fault::new(format!("no command {name}\n\n{}", usage()))),
    }
}

fn usage() -> String {
    STEPS
        .iter()
        .fold(USAGE.to_owned(), |text, step| format!("{text} {}", step.name))
}

/// The workspace's root: the folder above this crate, which cargo names.
fn root() -> Outcome<PathBuf> {
    let here = std::env::var("CARGO_MANIFEST_DIR").map_err(|_| Fault::new("run this through cargo: cargo xtask …"))?;
    let root = Path::new(&here)
        .parent()
        .ok_or_else(|| Fault::new("the xtask folder has no parent"))?;
    Ok(root.to_path_buf())
}
