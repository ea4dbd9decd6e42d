//! Step: the code is formatted.

use super::Report;
use crate::programs::{cargo, succeed};
use std::path::Path;

pub(super) fn run(root: &Path) -> Report {
    succeed(cargo(root).args(["fmt", "--all", "--check"])).into()
}
