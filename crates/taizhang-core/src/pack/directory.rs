//! Room: names of one kind, each given once, and what they stand for.

use super::fault::{FaultCode, Noun};
use super::sources::{At, Sources, Word};
use crate::near::nearest;
use std::collections::BTreeMap;

/// Names of one kind.
pub(super) struct Directory<T> {
    what: Noun,
    entries: BTreeMap<String, (At, T)>,
}

impl<T> Directory<T> {
    pub(super) fn new(what: Noun) -> Directory<T> {
        Directory {
            what,
            entries: BTreeMap::new(),
        }
    }

    /// Adds a name; a second one of the same name is a fault and is left out.
    pub(super) fn add(&mut self, sources: &Sources, word: &Word, entry: T) {
        if word.is_blank() {
            return;
        }
        if let Some((first, _)) = self.entries.get(&word.text) {
            let (file, line) = sources.line_of(*first);
            let code = FaultCode::Duplicate {
                what: self.what,
                name: word.text.clone(),
                file,
                line,
            };
            sources.fault(word.at, code);
            return;
        }
        self.entries.insert(word.text.clone(), (word.at, entry));
    }

    /// What a name stands for; a name that stands for nothing is a fault, unless it is blank.
    pub(super) fn find(&self, sources: &Sources, word: &Word) -> Option<&T> {
        let found = self.peek(&word.text);
        if found.is_none() && !word.is_blank() {
            let near = nearest(&word.text, self.names());
            sources.fault(
                word.at,
                FaultCode::Unknown {
                    what: self.what,
                    name: word.text.clone(),
                    near,
                },
            );
        }
        found
    }

    /// Notes a name that stands for nothing.
    pub(super) fn check(&self, sources: &Sources, word: &Word) {
        self.find(sources, word);
    }

    /// What a name stands for, without a fault.
    pub(super) fn peek(&self, name: &str) -> Option<&T> {
        self.entries.get(name).map(|(_, entry)| entry)
    }

    /// What the names stand for, by name.
    pub(super) fn into_entries(self) -> BTreeMap<String, T> {
        self.entries
            .into_iter()
            .map(|(name, (_, entry))| (name, entry))
            .collect()
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }
}

/// Notes each name that stands in a list twice.
pub(super) fn once_each(sources: &Sources, what: Noun, words: &[Word]) {
    let mut directory = Directory::new(what);
    for word in words {
        directory.add(sources, word, ());
    }
}
