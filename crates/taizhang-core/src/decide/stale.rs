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
