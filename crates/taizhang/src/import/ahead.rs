//! Room: the book as it will be behind the rows that were decided already, for the row that is decided next.

use super::prepare::Foretold;
use std::collections::{BTreeMap, HashSet};
use taizhang_core::day::Day;
use taizhang_core::decide::Book;
use taizhang_core::id::{EntryNo, FieldNo, RecordNo, RegisterNo};
use taizhang_core::journal::Entry;
use taizhang_core::posting::Posting;
use taizhang_store::StoreError;
use taizhang_store::facts::Facts;
use taizhang_store::prepared::KeyPrint;

/// The book with what was foretold.
pub(super) struct Ahead<'a> {
    pub(super) facts: Facts<'a>,
    /// Keys that were looked for in this very moment of the book, and that nobody holds.
    pub(super) free: &'a HashSet<KeyPrint>,
    pub(super) told: &'a mut Foretold,
}

impl Book for Ahead<'_> {
    type Error = StoreError;

    fn entries(&mut self, record: RecordNo) -> Result<Vec<Entry>, StoreError> {
        let told = &mut *self.told;
        told.seen.records.insert(record);
        let mut entries = self.facts.entries(record)?;
        entries.extend(told.entries.get(&record).into_iter().flatten().cloned());
        entries.extend(told.pending.iter().filter(|entry| entry.record == record).cloned());
        Ok(entries)
    }

    fn children(&mut self, record: RecordNo) -> Result<Vec<RecordNo>, StoreError> {
        self.told.seen.records.insert(record);
        self.facts.children(record)
    }

    fn member(&mut self, unit: RecordNo) -> Result<Option<RecordNo>, StoreError> {
        self.facts.member(unit)
    }

    fn key_held(&mut self, register: RegisterNo, key: &str, record: RecordNo) -> Result<Option<String>, StoreError> {
        self.facts.key_held(register, key, record)
    }

    fn digest(&mut self, entry: EntryNo, field: FieldNo) -> Result<Option<String>, StoreError> {
        self.facts.digest(entry, field)
    }

    fn key_holder(&mut self, register: RegisterNo, key: &str, text: &str) -> Result<Option<RecordNo>, StoreError> {
        let print = KeyPrint::of(register, key, text);
        self.told.seen.keys.insert(print);
        if let Some(record) = self.told.taken.get(&print) {
            return Ok(Some(*record));
        }
        if self.told.freed.contains(&print) || self.free.contains(&print) {
            return Ok(None);
        }
        self.facts.key_holder(register, key, text)
    }

    fn balances(&mut self, posting: &Posting, from: Day) -> Result<(i64, Vec<(Day, i64)>), StoreError> {
        self.told.seen.holders.insert((posting.account, posting.dim.clone()));
        let (mut before, series) = self.facts.balances(posting, from)?;
        let Some(held) = self.told.held.get(&(posting.account, posting.dim.clone())) else {
            return Ok((before, series));
        };
        let mut steps: BTreeMap<Day, i64> = BTreeMap::new();
        let mut last = before;
        for (day, balance) in series {
            *steps.entry(day).or_default() += balance - last;
            last = balance;
        }
        for (day, amount) in held {
            if *day < from {
                before += amount;
            } else {
                *steps.entry(*day).or_default() += amount;
            }
        }
        let mut balance = before;
        let series = steps.into_iter().map(|(day, step)| {
            balance += step;
            (day, balance)
        });
        Ok((before, series.collect()))
    }
}
