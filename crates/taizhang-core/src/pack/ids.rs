//! Room: the pairing of a pack's names with the book's numbers.
//!
//! A number is given once and never again: a name that leaves the pack keeps its number here, so
//! that its table or column is neither lost nor taken by another. Never knows what a name means.

use crate::id::{AccountNo, FieldNo, RegisterNo};
use std::collections::{BTreeMap, BTreeSet};

/// Names and their numbers: `register/well`, `field/well/number`, `account/well.working`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdMap {
    numbers: BTreeMap<String, u32>,
}

/// A text is not an [`IdMap`]: the first line that cannot be read, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the id map cannot be read")]
pub struct NotAnIdMap {
    /// The line.
    pub line: usize,
}

const REGISTER: &str = "register/";
const FIELD: &str = "field/";
const ACCOUNT: &str = "account/";

impl IdMap {
    /// The number of a register, living or retired.
    pub fn register(&self, id: &str) -> Option<RegisterNo> {
        self.number(REGISTER, id).map(RegisterNo)
    }

    /// The number of a field of a register, living or retired.
    pub fn field(&self, register: &str, id: &str) -> Option<FieldNo> {
        self.number(FIELD, &format!("{register}/{id}")).map(FieldNo)
    }

    /// The number of an account, living or retired.
    pub fn account(&self, id: &str) -> Option<AccountNo> {
        self.number(ACCOUNT, id).map(AccountNo)
    }

    /// Paths and numbers, in the order of the paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u32)> {
        self.numbers.iter().map(|(path, number)| (path.as_str(), *number))
    }

    /// One line per name, `path number`, sorted: the same map always gives the same bytes.
    pub fn to_text(&self) -> String {
        self.iter().map(|(path, number)| format!("{path} {number}\n")).collect()
    }

    /// Reads what [`IdMap::to_text`] wrote, and nothing else.
    pub fn from_text(text: &str) -> Result<IdMap, NotAnIdMap> {
        let mut numbers = BTreeMap::new();
        let mut taken = BTreeSet::new();
        let mut last = "";
        for (line, content) in (1..).zip(text.lines()) {
            let (path, kind, number) = read_line(content).ok_or(NotAnIdMap { line })?;
            if path <= last || !taken.insert((kind, number)) {
                return Err(NotAnIdMap { line });
            }
            numbers.insert(path.to_owned(), number);
            last = path;
        }
        let ids = IdMap { numbers };
        if ids.to_text() == text {
            Ok(ids)
        } else {
            Err(NotAnIdMap {
                line: text.lines().count(),
            })
        }
    }

    pub(super) fn assign_register(&mut self, id: &str) -> RegisterNo {
        RegisterNo(self.assign(REGISTER, id))
    }

    pub(super) fn assign_field(&mut self, register: &str, id: &str) -> FieldNo {
        FieldNo(self.assign(FIELD, &format!("{register}/{id}")))
    }

    pub(super) fn assign_account(&mut self, id: &str) -> AccountNo {
        AccountNo(self.assign(ACCOUNT, id))
    }

    fn number(&self, kind: &str, name: &str) -> Option<u32> {
        self.numbers.get(&format!("{kind}{name}")).copied()
    }

    /// The name's number, or the one after the highest ever given to its kind.
    fn assign(&mut self, kind: &str, name: &str) -> u32 {
        if let Some(number) = self.number(kind, name) {
            return number;
        }
        let given = self
            .iter()
            .filter(|(path, _)| path.starts_with(kind))
            .map(|(_, number)| number);
        let number = given.max().unwrap_or(0).saturating_add(1);
        self.numbers.insert(format!("{kind}{name}"), number);
        number
    }
}

fn read_line(line: &str) -> Option<(&str, &'static str, u32)> {
    let (path, number) = line.split_once(' ')?;
    let kind = [REGISTER, FIELD, ACCOUNT]
        .into_iter()
        .find(|kind| path.starts_with(kind))?;
    let number: u32 = number.parse().ok()?;
    // Field number 0 is the stage; the other kinds leave 0 out as well.
    (number > 0 && path.len() > kind.len()).then_some((path, kind, number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_given_once() {
        let mut ids = IdMap::default();
        assert_eq!(ids.assign_register("well"), RegisterNo(1));
        assert_eq!(ids.assign_field("well", "number"), FieldNo(1));
        assert_eq!(ids.assign_field("repair", "number"), FieldNo(2));
        assert_eq!(ids.assign_field("well", "number"), FieldNo(1));
        assert_eq!(ids.assign_account("well.working"), AccountNo(1));
        assert_eq!(ids.field("repair", "number"), Some(FieldNo(2)));
        assert_eq!(ids.field("repair", "cost"), None);
    }

    #[test]
    fn text_reads_back_and_nothing_else_does() {
        let mut ids = IdMap::default();
        ids.assign_field("well", "number");
        ids.assign_register("well");
        let text = "field/well/number 1\nregister/well 1\n";
        assert_eq!(ids.to_text(), text);
        assert_eq!(IdMap::from_text(text), Ok(ids));
        assert_eq!(IdMap::from_text(""), Ok(IdMap::default()));
        for (text, line) in [
            ("register/well 1", 1),
            ("register/well 0\n", 1),
            ("register/well 01\n", 1),
            ("register/ 1\n", 1),
            ("well 1\n", 1),
            ("register/b 1\nregister/a 2\n", 2),
            ("register/a 1\nregister/b 1\n", 2),
            ("register/a 1\r\n", 1),
        ] {
            assert_eq!(IdMap::from_text(text), Err(NotAnIdMap { line }), "{text:?}");
        }
    }
}
