//! Step: the examples in the documentation run.
//!
//! They are apart because nextest does not run them.

use super::Report;
use crate::optimised::PROFILE;
use crate::programs::cargo;
use crate::tally;
use std::path::Path;

pub(super) fn run(root: &Path) -> Report {
    let mut command = cargo(root);
    command.args(["test", "--workspace", "--doc", "--locked", "--no-fail-fast"]);
    tally::count(command.args(["--profile", PROFILE]))
}
