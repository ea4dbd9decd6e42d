//! Step: the program is not further from its floors than it was. What is compared, and how, is the task's.

use super::Report;
use std::path::Path;

pub(super) fn run(root: &Path) -> Report {
    crate::ratios::run(root).into()
}
