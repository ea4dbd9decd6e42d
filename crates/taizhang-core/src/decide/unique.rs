//! Room: unique keys — what a record gives up and takes, and who holds it already.

use super::{Book, Desk, KeyChange, brief, parent_of};
use crate::definition::{Key, Register};
use crate::id::{FieldNo, RecordNo};
use crate::journal::{Act, Change, Entry};
use crate::posting::DIM_SEPARATOR;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::timeline::{Inheritance, State, Timeline};
use crate::value::{Cell, Value};
use std::collections::BTreeMap;

impl Desk<'_> {
    /// What one record gives up and takes. A record that inherits changes its keys with the record
    /// above, so the register and the record are not always the command's own.
    pub(super) fn keys<B: Book>(
        &self,
        book: &mut B,
        register: &Register,
        before: &Timeline,
        after: &Timeline,
        changes: &mut Vec<KeyChange>,
    ) -> Result<Vec<Refusal>, B::Error> {
        let mut refusals = Vec::new();
        for key in &register.keys {
            let (old, new) = (holding(key, before), holding(key, after));
            let old_parts = old.as_ref().and_then(|state| parts(key, state));
            let new_parts = new.as_ref().and_then(|state| parts(key, state));
            if old_parts == new_parts {
                continue;
            }
            let wanted = match &new {
                Some(state) => self.key_text(book, key, state, after)?,
                None => None,
            };
            let holder = match &wanted {
                // With the record above, two records below may come to want the same at once.
                Some(text) => match taken(changes, register, key, text) {
                    None => book.key_holder(register.no, &key.id, text)?,
                    taken => taken,
                },
                None => None,
            };
            match holder {
                // Encrypted anew, but the same value.
                Some(holder) if holder == after.record => continue,
                Some(holder) => {
                    let field = key.fields.first().copied().unwrap_or_default();
                    refusals.push(Refusal::at(Code::KeyTaken, field).with("record", holder));
                }
                None => {}
            }
            let held = match &old {
                Some(state) if is_sealed(key, state) => book.key_held(register.no, &key.id, after.record)?,
                Some(state) => key_text(key, state, &|_| None),
                None => None,
            };
            let change = |text: String, taken: bool| KeyChange {
                register: register.no,
                record: after.record,
                key: key.id.clone(),
                text,
                taken,
            };
            changes.extend(held.map(|text| change(text, false)));
            changes.extend(wanted.map(|text| change(text, true)));
        }
        Ok(refusals)
    }

    /// The text of a key by the digests that the command brings, and for values that were written
    /// before by those that were kept with them.
    fn key_text<B: Book>(
        &self,
        book: &mut B,
        key: &Key,
        state: &State,
        timeline: &Timeline,
    ) -> Result<Option<String>, B::Error> {
        let brought = |field: FieldNo, sealed: &[u8]| {
            let said = self.command.fields.iter().filter(|(_, change)| sets(change, sealed));
            let digest = |of: &FieldNo| self.command.digests.iter().find(|(other, _)| other == of);
            let mut digests = said.filter_map(|(of, _)| digest(of));
            // A record below takes the value over into a field of another number.
            let own = digests.clone().find(|(of, _)| *of == field);
            own.or_else(|| digests.next()).map(|(_, digest)| digest.clone())
        };
        key_text_by(book, self.moment.rules, key, state, timeline, &brought)
    }
}

/// The record that takes a key by the same command.
fn taken(changes: &[KeyChange], register: &Register, key: &Key, text: &str) -> Option<RecordNo> {
    let mut same = changes
        .iter()
        .filter(|change| change.taken && (change.register, &change.key) == (register.no, &key.id));
    same.find(|change| change.text == text).map(|change| change.record)
}

/// The unique keys that a record holds while it lives, with their texts. No text stands where a sealed
/// part has no digest any more, or never had one: such a key holds nothing back.
pub fn held_keys<B: Book>(
    book: &mut B,
    rules: &Rules,
    register: &Register,
    timeline: &Timeline,
) -> Result<Vec<(String, Option<String>)>, B::Error> {
    let mut held = Vec::new();
    for key in &register.keys {
        let Some(state) = holding(key, timeline).filter(|state| parts(key, state).is_some()) else {
            continue;
        };
        let text = key_text_by(book, rules, key, &state, timeline, &|_, _| None)?;
        held.push((key.id.clone(), text));
    }
    Ok(held)
}

fn key_text_by<B: Book>(
    book: &mut B,
    rules: &Rules,
    key: &Key,
    state: &State,
    timeline: &Timeline,
    brought: &dyn Fn(FieldNo, &[u8]) -> Option<String>,
) -> Result<Option<String>, B::Error> {
    let mut digests = BTreeMap::new();
    for field in &key.fields {
        if let Some(Value::Sealed(sealed)) = state.value(*field) {
            let digest = match brought(*field, sealed) {
                Some(digest) => Some(digest),
                None => kept_digest(book, rules, timeline, sealed)?,
            };
            digests.insert(*field, digest);
        }
    }
    Ok(key_text(key, state, &|field| digests.get(field).cloned().flatten()))
}

/// The digest of a sealed value that stands in a record: that of the entry which brought its very
/// ciphertext, the record's own or one of a record above that hands it down.
fn kept_digest<B: Book>(
    book: &mut B,
    rules: &Rules,
    timeline: &Timeline,
    sealed: &[u8],
) -> Result<Option<String>, B::Error> {
    let entries = match timeline.record {
        0 => Vec::new(),
        record => book.entries(record)?,
    };
    if let Some((entry, field)) = entries.iter().find_map(|entry| Some((entry.n, brings(entry, sealed)?))) {
        return book.digest(entry, field);
    }
    let inheritance = Inheritance::of(rules, timeline.register);
    match inheritance.and_then(|inheritance| parent_of(timeline, inheritance.field)) {
        Some(above) => {
            let above = Timeline::of(&book.entries(above)?);
            kept_digest(book, rules, &above, sealed)
        }
        None => Ok(None),
    }
}

/// The field in which an entry brings a ciphertext.
fn brings(entry: &Entry, sealed: &[u8]) -> Option<FieldNo> {
    let is = |cell: &Cell| matches!(cell, Cell::Is(Value::Sealed(bytes)) if bytes == sealed);
    match &entry.act {
        Act::Open { patch, .. } | Act::Amend { patch } | Act::Move { patch, .. } => {
            patch.iter().find(|(_, cell)| is(cell)).map(|(field, _)| *field)
        }
        Act::Correct(correction) => {
            let mut fields = correction.fields.iter();
            fields.find(|(_, change)| sets(change, sealed)).map(|(field, _)| *field)
        }
        _ => None,
    }
}

fn sets(change: &Change, sealed: &[u8]) -> bool {
    matches!(change, Change::Set(Cell::Is(Value::Sealed(bytes))) if bytes == sealed)
}

/// The text of a unique key; none while a part of it is empty. `digest` gives what a sealed field
/// is compared by.
pub fn key_text(key: &Key, state: &State, digest: &dyn Fn(&FieldNo) -> Option<String>) -> Option<String> {
    let mut text = String::new();
    for (at, field) in key.fields.iter().enumerate() {
        if at > 0 {
            text.push(DIM_SEPARATOR);
        }
        match state.value(*field)? {
            Value::Sealed(_) => text.push_str(&digest(field)?),
            value => text.push_str(&brief(&Cell::Is(value.clone()))),
        }
    }
    Some(text)
}

/// What a key compares: its cells, sealed ones as they are. None while a part is empty.
fn parts<'a>(key: &Key, state: &'a State) -> Option<Vec<&'a Value>> {
    key.fields.iter().map(|field| state.value(*field)).collect()
}

fn is_sealed(key: &Key, state: &State) -> bool {
    let sealed = |field: &FieldNo| matches!(state.value(*field), Some(Value::Sealed(_)));
    key.fields.iter().any(sealed)
}

/// The state by which a record holds a key: while it lives, or for ever.
fn holding(key: &Key, timeline: &Timeline) -> Option<State> {
    let holds = !timeline.events.is_empty() && (key.ever || !timeline.void);
    holds.then(|| timeline.state())
}
