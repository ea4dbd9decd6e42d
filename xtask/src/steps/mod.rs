//! Room: the gates of `cargo xtask test`, one file each, and their order. Two are commands of their own
//! as well, and have their rooms there.
//!
//! A step takes the workspace's root and reports; it neither knows nor starts another one. To add a
//! step, add a file and a line here. Each can be run alone: `cargo xtask NAME`.

mod browser;
mod clippy;
mod doctests;
mod format;
mod licences;
mod purity;
mod rows;
mod tests;
mod tidy;

pub(crate) use browser::folders as browser_folders;

use crate::fault::Outcome;
use crate::tally::Tally;
use crate::{ratios, soak};
use std::path::Path;

/// All steps, quick ones first.
pub(crate) const STEPS: &[Step] = &[
    Step {
        name: "format",
        run: format::run,
    },
    Step {
        name: "tidy",
        run: tidy::run,
    },
    Step {
        name: "licences",
        run: licences::run,
    },
    Step {
        name: "purity",
        run: purity::run,
    },
    Step {
        name: "rows",
        run: rows::run,
    },
    Step {
        name: "clippy",
        run: clippy::run,
    },
    Step {
        name: "tests",
        run: tests::run,
    },
    Step {
        name: "doctests",
        run: doctests::run,
    },
    Step {
        name: "browser",
        run: browser::run,
    },
    Step {
        name: "ratios",
        run: |root| ratios::run(root).into(),
    },
    Step {
        name: "attacks",
        run: soak::quick,
    },
];

/// One gate.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) run: fn(&Path) -> Report,
}

/// How a step went.
pub(crate) struct Report {
    pub(crate) verdict: Outcome,
    /// For steps that run tests: what the runners counted.
    pub(crate) tally: Option<Tally>,
}

impl Report {
    pub(crate) fn counted(verdict: Outcome, tally: Tally) -> Self {
        Self {
            verdict,
            tally: Some(tally),
        }
    }
}

impl From<Outcome> for Report {
    fn from(verdict: Outcome) -> Self {
        Self { verdict, tally: None }
    }
}
