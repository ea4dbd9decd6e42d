//! Step: the compiler and clippy have nothing to say, tests included.

use super::Report;
use crate::programs::{cargo, succeed};
use std::path::Path;

pub(super) fn run(root: &Path) -> Report {
    succeed(cargo(root).args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--locked",
        "--",
        "-D",
        "warnings",
    ]))
    .into()
}
