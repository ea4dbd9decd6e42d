//! Room: which definition judges which day. Rules have two times as well (law 3).

use crate::day::Day;
use crate::definition::Definition;
use crate::id::EntryNo;
use std::sync::Arc;

/// All versions of the pack that the book knows, in the order of their entries.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    versions: Vec<Version>,
}

/// One version of the pack.
#[derive(Clone, Debug)]
pub struct Version {
    /// The entry that applied it.
    pub n: EntryNo,
    /// The day from which its rules are in force.
    pub from: Day,
    /// What it says.
    pub definition: Arc<Definition>,
}

impl Rules {
    /// The rules before any pack.
    pub fn none() -> Rules {
        Rules::default()
    }

    /// Adds a later version.
    pub fn push(&mut self, version: Version) {
        self.versions.push(version);
    }

    /// The versions, in the order of their entries.
    pub fn versions(&self) -> &[Version] {
        &self.versions
    }

    /// The version written last: names, fields and stages are checked under it.
    pub fn latest(&self) -> Option<&Version> {
        self.versions.last()
    }

    /// The version in force on a day: the one written last among those that begin by then. The very
    /// first version judges earlier days too, since nothing else ever did.
    pub fn in_force(&self, day: Day) -> Option<&Version> {
        self.versions
            .iter()
            .rev()
            .find(|version| version.from <= day)
            .or(self.versions.first())
    }

    /// The rules as they were known at an entry.
    pub fn as_known(&self, known_at: EntryNo) -> Rules {
        Rules {
            versions: self
                .versions
                .iter()
                .filter(|version| version.n <= known_at)
                .cloned()
                .collect(),
        }
    }
}
