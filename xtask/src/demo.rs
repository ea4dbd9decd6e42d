//! Room: `cargo xtask demo [ARGS…]`, the book of the first district, ready to be looked at.
//!
//! Needs Rust alone. Everything is said and done by the program itself.

use crate::fault::{Fault, Outcome};
use crate::programs::cargo;
use std::os::unix::process::CommandExt;
use std::path::Path;

/// Becomes the demo, so that Ctrl-C and the exit code are the program's own; returns only if it cannot.
pub(crate) fn run(root: &Path, args: &[String]) -> Outcome {
    let mut command = cargo(root);
    command
        .args(["run", "--release", "--package", "taizhang", "--", "demo"])
        .args(args);
    Err(Fault::while_doing("cannot run cargo")(command.exec()))
}
