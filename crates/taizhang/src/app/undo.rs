//! Room: a whole import undone by one command — records that it opened are voided, what it changed or
//! moved is withdrawn. What somebody wrote on top of it since is named and keeps it from being undone.

use super::execute::{Draft, DraftWish, Receipt};
use super::scope::Scope;
use super::{App, definition};
use crate::error::{AppError, RefusedLine};
use std::collections::{BTreeMap, BTreeSet};
use taizhang_core::id::{EntryNo, RecordNo};
use taizhang_core::journal::{Act, Entry};
use taizhang_store::{Reading, StoreError};

/// How many entries that are in the way are named.
const NAMED: usize = 200;

impl App {
    /// Undoes the import whose first entry this is. Who imported it may take it back, as long as nothing rests on it.
    pub fn undo_import(&self, scope: &Scope, first: EntryNo, reason: &str) -> Result<Receipt, AppError> {
        let (drafts, own) = {
            let mut reading = self.reading()?;
            let batch = batch(&mut reading, first)?;
            if batch.is_empty() {
                return Err(AppError::said("import.no_batch", &[("entry", &first)]));
            }
            self.none_rests_on(&mut reading, &batch)?;
            let own = batch.iter().all(|entry| entry.actor == scope.actor);
            (self.undoing(&reading, &batch, reason)?, own)
        };
        let typed = self.typed(&drafts)?;
        self.keys().keep(&typed.fresh)?;
        let scope = if own { scope.undoing() } else { scope.clone() };
        let request = self.request(&scope, typed.commands, None);
        self.receipt(self.store().writer().write(request), &typed.registers)
    }

    /// Refuses where a record of the import was written to since.
    fn none_rests_on(&self, reading: &mut Reading<'_>, batch: &[Entry]) -> Result<(), AppError> {
        let last = batch.last().map_or(0, |entry| entry.n);
        let mut rows: BTreeMap<RecordNo, &Entry> = BTreeMap::new();
        for entry in batch {
            rows.entry(entry.record).or_insert(entry);
        }
        let mut lines = Vec::new();
        for (record, own) in rows {
            let entries = taizhang_store::facts::entries(reading.conn()?, record)?;
            let Some(later) = entries.iter().find(|entry| entry.n > last) else {
                continue;
            };
            let source = own.source.as_ref();
            let row = source.map_or(0, |source| source.row);
            let args: [(&str, &dyn std::fmt::Display); 3] = [("row", &row), ("record", &record), ("entry", &later.n)];
            lines.push(RefusedLine {
                code: "rests_on_import".to_owned(),
                message: self.locale().say("import.rests_on", &args),
                sheet: source.map(|source| source.sheet.clone()),
                row: source.map(|source| source.row),
                ..RefusedLine::default()
            });
            if lines.len() >= NAMED {
                break;
            }
        }
        match lines.is_empty() {
            true => Ok(()),
            false => Err(AppError::Refused(lines)),
        }
    }

    /// The last entry first, so that what stands below goes before what it stands on.
    fn undoing(&self, reading: &Reading<'_>, batch: &[Entry], reason: &str) -> Result<Vec<Draft>, AppError> {
        let definition = definition(reading)?;
        let opened: BTreeSet<RecordNo> = batch
            .iter()
            .filter(|entry| matches!(entry.act, Act::Open { .. }))
            .map(|entry| entry.record)
            .collect();
        let mut drafts = Vec::new();
        for entry in batch.iter().rev() {
            let is_opening = matches!(entry.act, Act::Open { .. });
            if opened.contains(&entry.record) && !is_opening {
                continue;
            }
            let register = definition.register(entry.register);
            let wish = match is_opening {
                true => DraftWish::Void,
                false => DraftWish::Correct {
                    target: entry.n,
                    withdraw: true,
                    day: None,
                },
            };
            drafts.push(Draft {
                register: register.map_or_else(String::new, |register| register.id.clone()),
                record: Some(entry.record),
                wish,
                occurred_on: Some(entry.occurred_on),
                reason: reason.to_owned(),
                ..Draft::default()
            });
        }
        Ok(drafts)
    }
}

/// The entries of an import, in order.
fn batch(reading: &mut Reading<'_>, first: EntryNo) -> Result<Vec<Entry>, StoreError> {
    let mut found: Vec<Entry> = Vec::new();
    taizhang_store::journal::each_after(reading.conn()?, first - 1, &mut |n, _, bytes| {
        let entry = taizhang_store::head::entry_of(n, bytes)?;
        let belongs = entry.source.as_ref().is_some_and(|source| {
            if n == first {
                source.batch == 0
            } else {
                source.batch == first
            }
        });
        if belongs {
            found.push(entry);
        }
        Ok(belongs)
    })?;
    Ok(found)
}
