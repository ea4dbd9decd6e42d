//! Room: pages that look ahead or judge by a rule — what if, the turn of the year, scorecards, panels of judges.

pub(in crate::http) mod cards;
pub(in crate::http) mod checks;
pub(in crate::http) mod panel;
pub(in crate::http) mod rollover;
pub(in crate::http) mod scenario;

use super::{Page, layout, parts};
