//! Room: `cargo xtask pdf`, the program for PDF built and tested in its own workspace.
//!
//! It takes minutes and gigabytes, so that nothing else waits for it; what it made stands beside the
//! main program's release build, where that looks for it.

use crate::fault::{Fault, Outcome};
use crate::programs::{cargo, succeed};
use std::fs;
use std::path::Path;

/// The program's name.
const PROGRAM: &str = "taizhang-pdf";

/// Builds, checks and tests it.
pub(crate) fn run(root: &Path) -> Outcome {
    let own = root.join("pdf");
    succeed(cargo(&own).args(["fmt", "--check"]))?;
    succeed(cargo(&own).args([
        "clippy",
        "--release",
        "--all-targets",
        "--locked",
        "--",
        "-D",
        "warnings",
    ]))?;
    succeed(cargo(&own).args(["test", "--release", "--locked"]))?;
    succeed(cargo(&own).args(["build", "--release", "--locked"]))?;
    let made = own.join("target/release").join(PROGRAM);
    for profile in ["release", "debug"] {
        let folder = root.join("target").join(profile);
        if folder.is_dir() {
            fs::copy(&made, folder.join(PROGRAM)).map_err(Fault::while_doing("cannot put the program in its place"))?;
        }
    }
    println!("{}", made.display());
    Ok(())
}
