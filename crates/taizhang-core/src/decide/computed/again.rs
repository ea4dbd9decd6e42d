//! Room: what an entry's schemes computed when it was written, computed once more, for whoever doubts the entry.
//! Under the rules and from the book as both were then. Writes nothing and mends nothing.

use super::super::{Book, Desk, Gate, Moment, parent_of, timeline_of};
use super::kept::{put, shown};
use super::{cells, is_about, seat, seat_of};
use crate::command::{Command, Wish};
use crate::definition::{Instrument, Register, Verb};
use crate::id::{FieldNo, RecordNo};
use crate::instrument::{Data, Instruments};
use crate::journal::{Act, Change, Entry};
use crate::refusal::Refusal;
use crate::rules::Rules;
use crate::timeline::Timeline;
use crate::value::Cell;

/// A field that an entry does not hold as its scheme computes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Miscomputed {
    /// The register and the field.
    pub field: String,
    /// What the scheme computes, or the key of the reason why it computes nothing.
    pub expected: String,
    /// What the entry holds.
    pub found: String,
}

/// Computes the last of a record's entries again. `book` and `rules` are as they were known before it.
pub fn computed_again<B: Book>(
    rules: &Rules,
    instruments: &dyn Instruments,
    book: &mut B,
    entries: &[Entry],
) -> Result<Option<Miscomputed>, B::Error> {
    let Some((entry, before)) = entries.split_last() else {
        return Ok(None);
    };
    let writes = matches!(
        entry.act,
        Act::Open { .. } | Act::Amend { .. } | Act::Move { .. } | Act::Correct(_)
    );
    let version = rules.latest();
    let register = version.and_then(|version| version.definition.register(entry.register));
    let (Some(version), Some(register)) = (version, register.filter(|one| writes && !one.instruments.is_empty()))
    else {
        return Ok(None);
    };
    let moment = Moment {
        rules,
        today: entry.occurred_on,
        closed_through: None,
        locks: &[],
        instruments,
    };
    let command = Command::new(entry.register, Some(entry.record), Wish::Note, entry.occurred_on);
    let desk = Desk {
        moment: &moment,
        gate: &Nobody,
        register,
        command: &command,
        definition: version.n,
    };
    let parent = register.parent.as_ref();
    let above = match parent.and_then(|parent| parent_of(&Timeline::of(entries), parent.field)) {
        Some(record) => Some(timeline_of(book, rules, record)?),
        None => None,
    };
    Again {
        desk,
        above: above.as_ref(),
        before,
        entry,
    }
    .judge(book)
}

/// Nobody asks, and nothing is asked for.
struct Nobody;

impl Gate for Nobody {
    fn may(&self, _: Verb, _: &Register, _: Option<RecordNo>) -> bool {
        false
    }

    fn has_role(&self, _: &[String]) -> bool {
        false
    }
}

struct Again<'a> {
    desk: Desk<'a>,
    above: Option<&'a Timeline>,
    before: &'a [Entry],
    entry: &'a Entry,
}

impl Again<'_> {
    /// Goes through the instruments as the decision did: first without any of their answers, then with one
    /// after the other.
    fn judge<B: Book>(&self, book: &mut B) -> Result<Option<Miscomputed>, B::Error> {
        let own = match &self.entry.act {
            Act::Correct(correction) => correction.target,
            _ => self.entry.n,
        };
        let register = self.desk.register;
        let mut now = self.entry.clone();
        let whole = self.with(self.entry);
        let seated = |one: &&Instrument| seat(&whole, one).is_some_and(|seat| seat.n == own);
        for (field, _) in register.instruments.iter().filter(seated).flat_map(|one| &one.fills) {
            self.desk.take(self.before, &mut now, *field);
        }
        let typed = now.clone();
        let (mut filled, mut idle) = (Vec::new(), Vec::new());
        for one in &register.instruments {
            match seat(&self.with(&now), one) {
                Some(seat) if seat.n == own => {
                    let answers = one.fills.iter().any(|(field, _)| said(self.entry, *field).is_some());
                    if !answers && !self.concerned(&typed, one) {
                        continue;
                    }
                    let state = seat_of(&self.with(&now), one).map_or(seat.state, |seat| seat.state);
                    let was = self.desk.timeline(self.before, self.above);
                    let bare = self.with(&now);
                    let ledger = self.desk.standings(book, one, &state, seat.on, &was, &bare)?;
                    match cells(&self.desk, register, one, &state, seat.on, ledger) {
                        Err(refusal) => return Ok(self.refused(one, &refusal)),
                        Ok(cells) => cells.into_iter().for_each(|(field, cell)| {
                            filled.push(field);
                            put(&mut now, field, Change::Set(cell));
                        }),
                    }
                }
                Some(seat) => {
                    let differs = one.fills.iter().find(|(field, _)| {
                        let typed = set(&typed, *field).filter(|_| !matches!(self.entry.act, Act::Correct(_)));
                        typed.is_some_and(|typed| typed != seat.state.cell(*field).unwrap_or(&Cell::Missing))
                    });
                    if let Some((field, _)) = differs {
                        let stands = seat.state.cell(*field).unwrap_or(&Cell::Missing);
                        return Ok(self.miscomputed(*field, stands));
                    }
                    if !one.ledger.is_empty() || !self.concerned(&typed, one) {
                        continue;
                    }
                    match cells(&self.desk, register, one, &seat.state, seat.on, Data::new()) {
                        Err(refusal) => return Ok(self.refused(one, &refusal)),
                        Ok(cells) => {
                            let stands = |field| seat.state.cell(field).unwrap_or(&Cell::Missing);
                            if let Some((field, cell)) = cells.iter().find(|(field, cell)| stands(*field) != cell) {
                                return Ok(self.told(*field, cell, stands(*field)));
                            }
                        }
                    }
                }
                // Where the scheme does not judge, whoever wrote it said what is so.
                None if self.with(&now).state().day(one.on).is_some() => {}
                None => idle.push(one),
            }
        }
        let differs = filled.iter().find(|field| {
            let computed = set(&now, **field).unwrap_or(&Cell::Missing);
            set(self.entry, **field).unwrap_or(&Cell::Missing) != computed
        });
        if let Some(field) = differs {
            let computed = set(&now, *field).unwrap_or(&Cell::Missing);
            return Ok(self.miscomputed(*field, computed));
        }
        Ok(self.too_early(&typed, &idle, &filled))
    }

    /// Filled before the day that makes it compute.
    fn too_early(&self, typed: &Entry, idle: &[&Instrument], filled: &[FieldNo]) -> Option<Miscomputed> {
        let by_one = |field: FieldNo| {
            let all = self.desk.register.instruments.iter();
            all.filter(|one| one.fills(field)).count() == 1
        };
        let mut unfilled = idle.iter().flat_map(|one| &one.fills).map(|(field, _)| *field);
        let early = unfilled.find(|field| {
            let is_said = matches!(set(typed, *field), Some(Cell::Is(_)));
            is_said && !filled.contains(field) && by_one(*field)
        })?;
        self.miscomputed(early, &Cell::Missing)
    }

    fn with(&self, entry: &Entry) -> Timeline {
        let mut all = self.before.to_vec();
        all.push(entry.clone());
        self.desk.timeline(&all, self.above)
    }

    fn concerned(&self, typed: &Entry, one: &Instrument) -> bool {
        let whole = match &typed.act {
            Act::Open { .. } => true,
            Act::Correct(correction) => correction.withdraw || correction.day.is_some(),
            _ => false,
        };
        // What was taken out of a correction stands there as withdrawn, though its writer never named it.
        let named = match typed.act {
            Act::Correct(_) => self.entry,
            _ => typed,
        };
        whole || is_about(self.desk.register, one, |field| said(named, field).is_some())
    }

    fn miscomputed(&self, field: FieldNo, expected: &Cell) -> Option<Miscomputed> {
        self.told(field, expected, set(self.entry, field).unwrap_or(&Cell::Missing))
    }

    fn told(&self, field: FieldNo, expected: &Cell, found: &Cell) -> Option<Miscomputed> {
        let known = self.desk.register.field(field)?;
        Some(Miscomputed {
            field: format!("{}.{}", self.desk.register.id, known.id),
            expected: shown(known, expected),
            found: shown(known, found),
        })
    }

    /// A step that fills nothing is named by the day that sets it off.
    fn refused(&self, one: &Instrument, refusal: &Refusal) -> Option<Miscomputed> {
        let field = one.fills.first().map_or(one.on, |(field, _)| *field);
        let code = refusal.args.iter().find(|(name, _)| *name == "scheme_code");
        let code = code.map_or_else(|| refusal.code.key().to_owned(), |(_, code)| code.clone());
        self.miscomputed(field, &Cell::Missing)
            .map(|told| Miscomputed { expected: code, ..told })
    }
}

/// What an entry says of a field.
fn said(entry: &Entry, field: FieldNo) -> Option<Option<&Cell>> {
    match &entry.act {
        Act::Open { patch, .. } | Act::Amend { patch } | Act::Move { patch, .. } => {
            patch.iter().find(|(no, _)| *no == field).map(|(_, cell)| Some(cell))
        }
        Act::Correct(correction) => {
            let change = correction.fields.iter().find(|(no, _)| *no == field);
            change.map(|(_, change)| match change {
                Change::Set(cell) => Some(cell),
                Change::Withdrawn => None,
            })
        }
        _ => None,
    }
}

/// The content that an entry gives a field.
fn set(entry: &Entry, field: FieldNo) -> Option<&Cell> {
    said(entry, field).flatten()
}
