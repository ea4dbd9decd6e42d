//! Room: entries beside who wrote them and why, as somebody reads them.

use crate::app::names::{Labels, title};
use crate::app::{App, definition};
use crate::error::AppError;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use taizhang_core::definition::Definition;
use taizhang_core::id::{EntryNo, FieldNo, RecordNo};
use taizhang_core::journal::Entry;
use taizhang_store::{Reading, record};

/// A stretch of the journal.
pub struct Journal {
    /// The definition that it is shown by.
    pub definition: Arc<Definition>,
    /// Entries, newest first.
    pub entries: Vec<Entry>,
    /// Who wrote them, by entry.
    pub actors: BTreeMap<EntryNo, String>,
    /// The last entry of the book.
    pub head: EntryNo,
}

impl App {
    /// The latest entries of the book before a number, newest first.
    pub fn latest_entries(&self, before: EntryNo, limit: i64) -> Result<Journal, AppError> {
        let mut reading = self.reading()?;
        let definition = definition(&reading)?;
        let head = reading.n();
        let last = if before > 0 { (before - 1).min(head) } else { head };
        let mut entries = Vec::new();
        for n in ((last - limit).max(0) + 1..=last).rev() {
            entries.extend(taizhang_store::journal::entry(reading.conn()?, n)?);
        }
        let actors = self.actors(&mut reading, &definition, &entries)?;
        Ok(Journal {
            definition,
            entries,
            actors,
            head,
        })
    }

    /// The closings and reopenings of the book, newest first.
    pub fn closings(&self) -> Result<Journal, AppError> {
        let mut reading = self.reading()?;
        let definition = definition(&reading)?;
        let head = reading.n();
        let closings = reading.caches.closings.clone();
        let mut entries = Vec::new();
        for (n, _) in closings.iter().rev().filter(|(n, _)| *n <= head) {
            entries.extend(taizhang_store::journal::entry(reading.conn()?, *n)?);
        }
        let actors = self.actors(&mut reading, &definition, &entries)?;
        Ok(Journal {
            definition,
            entries,
            actors,
            head,
        })
    }

    pub(super) fn reasons(&self, entries: &[Entry]) -> BTreeMap<EntryNo, String> {
        let open = |entry: &Entry| {
            let reason = self.keys().open_sealed(FieldNo(0), entry.reason.as_deref()?)?;
            Some((entry.n, reason))
        };
        entries.iter().filter_map(open).collect()
    }

    /// Who wrote each entry, as shown; who acted for another by a delegation is told with them: 甲（代乙）.
    pub(super) fn actors(
        &self,
        reading: &mut Reading<'_>,
        definition: &Definition,
        entries: &[Entry],
    ) -> Result<BTreeMap<EntryNo, String>, AppError> {
        let mut names = BTreeMap::new();
        let mut holders: BTreeMap<RecordNo, RecordNo> = BTreeMap::new();
        for position in entries.iter().map(|entry| entry.position).filter(|no| *no > 0) {
            if let std::collections::btree_map::Entry::Vacant(place) = holders.entry(position) {
                place.insert(position_holder(reading, definition, position)?);
            }
        }
        let held = |entry: &Entry| {
            holders
                .get(&entry.position)
                .copied()
                .filter(|holder| *holder != 0 && *holder != entry.actor)
        };
        let mut people: BTreeMap<RecordNo, String> = BTreeMap::new();
        let Some(register) = definition.register_named("actor") else {
            return Ok(names);
        };
        let wanted = entries
            .iter()
            .flat_map(|entry| std::iter::once(entry.actor).chain(held(entry)));
        let wanted: BTreeSet<RecordNo> = wanted.filter(|no| *no > 0).collect();
        for actor in wanted {
            if let Some(row) = record::get(reading.conn()?, register, actor)? {
                let name = title(definition, register, &row.state, actor, &Labels::default());
                people.insert(actor, name);
            }
        }
        for entry in entries {
            let Some(name) = people.get(&entry.actor) else { continue };
            let shown = match held(entry).and_then(|holder| people.get(&holder)) {
                Some(other) => self
                    .locale()
                    .say("page.act.for_other", &[("name", name), ("other", other)]),
                None => name.clone(),
            };
            names.insert(entry.n, shown);
        }
        Ok(names)
    }
}

/// Whose a position is; 0 where the book does not know it.
fn position_holder(
    reading: &mut Reading<'_>,
    definition: &Definition,
    position: RecordNo,
) -> Result<RecordNo, AppError> {
    let Some(register) = definition.register_named("position") else {
        return Ok(0);
    };
    let row = record::get(reading.conn()?, register, position)?;
    let field = register.field_named("actor").map(|field| field.no);
    let value = row.as_ref().and_then(|row| row.state.value(field?));
    Ok(match value {
        Some(taizhang_core::value::Value::Link(actor)) => *actor,
        _ => 0,
    })
}
