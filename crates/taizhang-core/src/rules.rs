//! Room: which definition judges which day. Rules have two times as well (law 3).

use crate::day::Day;
use crate::definition::Definition;
use crate::id::{EntryNo, RegisterNo};
use crate::pack::judges_otherwise;
use std::collections::BTreeSet;
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

    /// Whether a register's records post otherwise than under other rules, on any day. What counts is
    /// the version that judges each day: a later version takes over the days of an earlier one even
    /// where the two say the same of the register.
    pub fn judge_otherwise(&self, other: &Rules, register: RegisterNo) -> bool {
        let versions = self.versions.iter().chain(&other.versions);
        let starts: BTreeSet<Day> = versions.map(|version| version.from).chain([Day::MIN]).collect();
        starts.into_iter().any(|day| {
            let judge = |rules: &Rules| rules.in_force(day).map(|version| version.definition.clone());
            match (judge(self), judge(other)) {
                (Some(mine), Some(theirs)) => match (mine.register(register), theirs.register(register)) {
                    (Some(a), Some(b)) => judges_otherwise(&theirs, &mine, b, a),
                    (a, b) => a.is_some() != b.is_some(),
                },
                (mine, theirs) => mine.is_some() != theirs.is_some(),
            }
        })
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
