//! Step: the habits that no other tool checks are kept.

use super::Report;
use crate::tidy;
use std::path::Path;

pub(super) fn run(root: &Path) -> Report {
    tidy::run(root).into()
}
