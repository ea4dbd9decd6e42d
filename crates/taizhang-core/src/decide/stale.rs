//! Room: whether a field was said anew after what the writer had seen (law 2).

use super::{Desk, brief};
use crate::command::Wish;
use crate::id::{EntryNo, FieldNo, STAGE};
use crate::journal::{Act, Entry};
use crate::refusal::{Code, Refusal};
use crate::timeline::Timeline;

impl Desk<'_> {
    /// Fields that the command names and that somebody changed since, each with what stands there.
    pub(super) fn stale(&self, entries: &[Entry], before: &Timeline) -> Vec<Refusal> {
        let Some(based_on) = self.command.based_on else {
            return Vec::new();
        };
        if let Some(entry) = self.corrected_since(entries, based_on) {
            return vec![Refusal::new(Code::CorrectedSince).with("entry", entry)];
        }
        let moved = matches!(self.command.wish, Wish::Move(_));
        let named = self.command.fields.iter().map(|(field, _)| *field);
        let state = before.state();
        named
            .chain(moved.then_some(STAGE))
            .filter_map(|field| {
                let mut since = entries.iter().rev().take_while(|entry| entry.n > based_on);
                let entry = since.find(|entry| touches(entry, field, entries))?;
                let there = state.cell(field).map(brief).unwrap_or_default();
                Some(
                    Refusal::at(Code::Stale, field)
                        .with("entry", entry.n)
                        .with("there", there),
                )
            })
            .collect()
    }

    /// The last correction, since what the writer had seen, of the entry that the command takes back or
    /// moves to another day: it names no field, and yet changes all that the entry says by now.
    fn corrected_since(&self, entries: &[Entry], based_on: EntryNo) -> Option<EntryNo> {
        let Wish::Correct { target, withdraw, day } = self.command.wish else {
            return None;
        };
        let mut since = entries.iter().rev().take_while(|entry| entry.n > based_on);
        let found = since.find(|entry| corrects(entry, target))?;
        (withdraw || day.is_some()).then_some(found.n)
    }
}

/// Whether an entry changed what a field holds on some day. A correction that withdraws an entry, or
/// moves its day, changes all fields that the entry, or a correction of it, names.
fn touches(entry: &Entry, field: FieldNo, entries: &[Entry]) -> bool {
    match &entry.act {
        Act::Correct(correction) if correction.withdraw || correction.day.is_some() => {
            let of_it = |other: &&Entry| other.n == correction.target || corrects(other, correction.target);
            entries.iter().filter(of_it).any(|other| names(other, field))
        }
        _ => names(entry, field),
    }
}

fn names(entry: &Entry, field: FieldNo) -> bool {
    match &entry.act {
        Act::Open { patch, .. } | Act::Amend { patch } | Act::Move { patch, .. } => {
            patch.binary_search_by_key(&field, |(no, _)| *no).is_ok()
        }
        Act::Correct(correction) => correction.fields.iter().any(|(of, _)| *of == field),
        _ => false,
    }
}

fn corrects(entry: &Entry, target: EntryNo) -> bool {
    matches!(&entry.act, Act::Correct(correction) if correction.target == target)
}
