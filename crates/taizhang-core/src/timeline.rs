//! Room: the timeline of one record — what its entries, corrected, say about every day.
//!
//! The order is (`occurred_on`, `occurred_at`, original number), the opening first (law 2). A
//! correction never becomes an event of its own: it changes the entry that it names, which keeps
//! its number for the order on its day. What a correction booked for a shortfall stands until the
//! next correction of the same entry, which books anew what is needed then (law 5).

mod inheritance;

pub use inheritance::Inheritance;

use crate::day::Day;
use crate::expr::{Env, Slot};
use crate::id::{EntryNo, FieldNo, RecordNo, RegisterNo, STAGE};
use crate::journal::{Act, Change, Correction, Entry, Leg, Patch};
use crate::value::{Cell, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The number that an entry not yet written sorts under.
pub const PENDING: EntryNo = EntryNo::MAX;

/// A record's effective events, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    /// Its register.
    pub register: RegisterNo,
    /// Its number; 0 while its opening is not written.
    pub record: RecordNo,
    /// Events in order; the opening first.
    pub events: Vec<Happening>,
    /// What it takes over from the record above, in order; may begin before the opening.
    pub inherited: Vec<Happening>,
    /// Where an own event says what the record above says on that day: the value above again, with the event's place
    /// and number, in the order of the events.
    pub overruled: Vec<Happening>,
    /// Amounts fixed when they were written.
    pub legs: Vec<Leg>,
    /// Whether the record was voided, and the void not withdrawn.
    pub void: bool,
}

/// One effective event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    /// The original entry.
    pub n: EntryNo,
    /// The day, after corrections.
    pub on: Day,
    /// The minute of the day.
    pub at: Option<u16>,
    /// What happened.
    pub kind: HappeningKind,
    /// Field values, after corrections; sorted by field.
    pub patch: Arc<Patch>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HappeningKind {
    /// The record began; `opening` if nothing is known before.
    Open {
        /// Whether it is a state taken over (期初).
        opening: bool,
    },
    /// Fields changed.
    Amend,
    /// The stage changed by this move.
    Move(String),
    /// A remark.
    Note,
}

/// One event in the course of a record.
#[derive(Clone, Debug)]
pub struct Step<'a> {
    /// Whether it is the record's own; else the record above handed it down.
    pub own: bool,
    /// What happened.
    pub event: &'a Happening,
    /// The state before it.
    pub before: State,
    /// The state after it.
    pub after: State,
}

/// A record's fields on one day, sorted by field; the stage under field 0. States are handed about much and changed
/// seldom: copies share their cells, and a record of which nobody said more shares them with its opening.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    cells: Arc<Patch>,
}

/// A state on a day, as rules of a definition read it.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// The state.
    pub state: &'a State,
    /// The day that `day()` gives.
    pub day: Day,
}

impl Env for Seen<'_> {
    fn cell(&self, slot: Slot) -> Option<&Cell> {
        self.state.cell(FieldNo(slot.0))
    }

    fn today(&self) -> Day {
        self.day
    }
}

impl State {
    /// What a patch alone makes known.
    pub fn of(mut patch: Patch) -> State {
        if !in_order(&patch) {
            let mut state = State::default();
            patch.iter().for_each(|(field, cell)| state.set(*field, cell));
            return state;
        }
        patch.retain(|(_, cell)| *cell != Cell::Missing);
        State { cells: Arc::new(patch) }
    }

    /// The content of a field; missing if nobody said.
    pub fn cell(&self, field: FieldNo) -> Option<&Cell> {
        let at = self.cells.binary_search_by_key(&field, |(no, _)| *no).ok()?;
        Some(&self.cells[at].1)
    }

    /// The value of a field, if it has one.
    pub fn value(&self, field: FieldNo) -> Option<&Value> {
        self.cell(field).and_then(Cell::value)
    }

    /// The stage, if the register has stages.
    pub fn stage(&self) -> Option<&str> {
        match self.value(STAGE) {
            Some(Value::Choice(stage)) => Some(stage),
            _ => None,
        }
    }

    /// The unit in a field.
    pub fn unit(&self, field: FieldNo) -> Option<RecordNo> {
        match self.value(field) {
            Some(Value::Unit(unit)) => Some(*unit),
            _ => None,
        }
    }

    /// The day in a date field, or the last day of a month field.
    pub fn day(&self, field: FieldNo) -> Option<Day> {
        match self.value(field) {
            Some(Value::Date(day, _)) => Some(*day),
            Some(Value::Month(month)) => Some(month.last()),
            _ => None,
        }
    }

    /// All that is known, by field.
    pub fn cells(&self) -> &[(FieldNo, Cell)] {
        &self.cells
    }

    /// Puts a patch over it. A missing cell clears.
    pub fn apply(&mut self, patch: &Patch) {
        if self.cells.is_empty() {
            *self = State::of(patch.clone());
            return;
        }
        patch.iter().for_each(|(field, cell)| self.set(*field, cell));
    }

    /// Puts an event's patch over it.
    fn follow(&mut self, patch: &Arc<Patch>) {
        let is_whole = || in_order(patch) && patch.iter().all(|(_, cell)| *cell != Cell::Missing);
        if self.cells.is_empty() && is_whole() {
            self.cells = patch.clone();
        } else {
            self.apply(patch);
        }
    }

    /// Puts a patch over it and keeps a missing cell as one, so that it can be put over another state.
    fn put(&mut self, patch: &[(FieldNo, Cell)]) {
        let cells = Arc::make_mut(&mut self.cells);
        for (field, cell) in patch {
            match cells.binary_search_by_key(field, |(no, _)| *no) {
                Ok(at) => cells[at].1 = cell.clone(),
                Err(at) => cells.insert(at, (*field, cell.clone())),
            }
        }
    }

    fn set(&mut self, field: FieldNo, cell: &Cell) {
        match (self.cells.binary_search_by_key(&field, |(no, _)| *no), cell) {
            (Ok(at), Cell::Missing) => {
                Arc::make_mut(&mut self.cells).remove(at);
            }
            (Ok(at), cell) => Arc::make_mut(&mut self.cells)[at].1 = cell.clone(),
            (Err(_), Cell::Missing) => {}
            (Err(at), cell) => Arc::make_mut(&mut self.cells).insert(at, (field, cell.clone())),
        }
    }
}

impl Timeline {
    /// The timeline that a record's entries (in the order of their numbers) make.
    pub fn of(entries: &[Entry]) -> Timeline {
        let mut timeline = Timeline {
            register: entries.first().map(|entry| entry.register).unwrap_or_default(),
            record: entries.first().map_or(0, |entry| entry.record),
            events: Vec::with_capacity(entries.len()),
            inherited: Vec::new(),
            overruled: Vec::new(),
            legs: Vec::new(),
            void: false,
        };
        let corrections = corrections(entries);
        for entry in entries {
            let of_it = corrections.get(&entry.n).map_or(&[][..], Vec::as_slice);
            let stands = !of_it.iter().any(|(_, correction)| correction.withdraw);
            let last = match &entry.act {
                Act::Correct(correction) => corrections.get(&correction.target).and_then(|all| all.last()),
                _ => None,
            };
            if last.map_or(stands, |(n, _)| *n == entry.n) {
                timeline.legs.extend(entry.legs.iter().cloned());
            }
            if stands {
                timeline.add(entry, of_it);
            }
        }
        timeline.events.sort_by_key(order);
        timeline
    }

    fn add(&mut self, entry: &Entry, corrections: &[Numbered<'_>]) {
        let (kind, patch) = match &entry.act {
            Act::Open { patch, opening } => (HappeningKind::Open { opening: *opening }, patch.clone()),
            Act::Amend { patch } => (HappeningKind::Amend, patch.clone()),
            Act::Move { name, patch } => (HappeningKind::Move(name.clone()), patch.clone()),
            Act::Note => (HappeningKind::Note, Vec::new()),
            Act::Void => {
                self.void = true;
                return;
            }
            Act::Correct(_) | Act::Pack(_) | Act::Close { .. } | Act::Reopen { .. } | Act::Release(_) => return,
        };
        let mut event = Happening {
            n: entry.n,
            on: entry.occurred_on,
            at: entry.occurred_at,
            kind,
            patch: Arc::new(patch),
        };
        for (_, correction) in corrections {
            event.correct(correction);
        }
        self.events.push(event);
    }

    /// Own and inherited events in the order of their days; the opening comes first of its own.
    fn merged(&self) -> impl Iterator<Item = &Happening> {
        self.marked().map(|(_, event)| event)
    }

    /// The same, each with whether it is the record's own.
    fn marked(&self) -> impl Iterator<Item = (bool, &Happening)> {
        let mut own = self.events.iter().peekable();
        let mut taken = self.inherited.iter().peekable();
        let mut overruled = self.overruled.iter().peekable();
        let mut said: EntryNo = 0;
        std::iter::from_fn(move || {
            // By number, not by place: what follows the opening on its day may name an earlier minute.
            if let Some(event) = overruled.next_if(|event| event.n == said) {
                return Some((false, event));
            }
            match (own.peek(), taken.peek()) {
                (Some(mine), Some(theirs)) if place(theirs) < place(mine) => taken.next().map(|event| (false, event)),
                (Some(mine), _) => {
                    said = mine.n;
                    own.next().map(|event| (true, event))
                }
                (None, _) => taken.next().map(|event| (false, event)),
            }
        })
    }

    /// The day on which the record begins.
    pub fn opened_on(&self) -> Option<Day> {
        self.events
            .first()
            .filter(|event| matches!(event.kind, HappeningKind::Open { .. }))
            .map(|event| event.on)
    }

    /// Whether the record begins as a state taken over (期初).
    pub fn is_taken_over(&self) -> bool {
        let mut kinds = self.events.iter().map(|event| &event.kind);
        kinds.any(|kind| *kind == HappeningKind::Open { opening: true })
    }

    /// The state at the end of every day on which something changed, from the opening's day on.
    pub fn states(&self) -> Vec<(Day, State)> {
        let Some(opened) = self.opened_on() else {
            return Vec::new();
        };
        let mut states: Vec<(Day, State)> = Vec::with_capacity(self.events.len());
        let mut state = State::default();
        let mut begun = false;
        for event in self.merged() {
            state.follow(&event.patch);
            begun |= matches!(event.kind, HappeningKind::Open { .. });
            let day = event.on.max(opened);
            match states.last_mut() {
                Some((last, there)) if *last == day => there.clone_from(&state),
                _ => states.push((day, state.clone())),
            }
        }
        if begun { states } else { Vec::new() }
    }

    /// The state after every event from the opening on, each with its day and minute: the opening first,
    /// what was handed down before it within it.
    pub fn moments(&self) -> Vec<(Day, Option<u16>, State)> {
        let Some(opened) = self.opened_on() else {
            return Vec::new();
        };
        let mut moments: Vec<(Day, Option<u16>, State)> = Vec::with_capacity(self.events.len());
        let mut state = State::default();
        let mut begun = false;
        for event in self.merged() {
            state.follow(&event.patch);
            begun |= matches!(event.kind, HappeningKind::Open { .. });
            if begun {
                moments.push((event.on.max(opened), event.at, state.clone()));
            }
        }
        moments
    }

    /// The same record with what lies on or before a day alone.
    pub fn until(&self, day: Day) -> Timeline {
        let kept = |events: &[Happening]| events.iter().filter(|event| event.on <= day).cloned().collect();
        Timeline {
            events: kept(&self.events),
            inherited: kept(&self.inherited),
            overruled: kept(&self.overruled),
            ..self.clone()
        }
    }

    /// The state after all that is known; empty if the record was never opened.
    pub fn state(&self) -> State {
        let mut state = State::default();
        for event in self.merged() {
            state.follow(&event.patch);
        }
        state
    }

    /// What others decide about the record, at the end of a day: the fields that follow the record above, and the
    /// stage. Before the first day of either it is what that first day brings.
    pub fn standing_on(&self, day: Day) -> Patch {
        let mut standing = State::default();
        if let Some(first) = self.inherited.first() {
            let until = day.max(first.on);
            let handed = self.inherited.iter().take_while(|event| event.on <= until);
            handed.for_each(|event| standing.put(&event.patch));
        }
        let until = self.opened_on().map_or(day, |opened| day.max(opened));
        let own = self.events.iter().take_while(|event| event.on <= until);
        let stages = own.flat_map(|event| event.patch.iter().filter(|(field, _)| *field == STAGE));
        stages.for_each(|stage| standing.put(std::slice::from_ref(stage)));
        Arc::unwrap_or_clone(standing.cells)
    }

    /// Every own event with the state before and after it.
    pub fn steps(&self) -> Vec<(&Happening, State, State)> {
        let own = self.course().into_iter().filter(|step| step.own);
        own.map(|step| (step.event, step.before, step.after)).collect()
    }

    /// Every event from the opening on, own or handed down, with the state before and after it.
    pub fn course(&self) -> Vec<Step<'_>> {
        let mut course: Vec<Step<'_>> = Vec::with_capacity(self.events.len() + self.inherited.len());
        let mut state = State::default();
        for (own, event) in self.marked() {
            let before = state.clone();
            state.follow(&event.patch);
            match course.last_mut() {
                // An own value that does not count on its day is overruled at once, not after a while.
                Some(said) if !own && said.own && said.event.n == event.n => said.after.clone_from(&state),
                None if !own => {}
                _ => course.push(Step {
                    own,
                    event,
                    before,
                    after: state.clone(),
                }),
            }
        }
        course
    }
}

/// Whether each field stands once, in the order of their numbers.
fn in_order(patch: &Patch) -> bool {
    patch.windows(2).all(|pair| pair[0].0 < pair[1].0)
}

/// The state at the end of a day, given the record's states in order; none before the opening.
pub fn state_on(states: &[(Day, State)], day: Day) -> Option<&State> {
    let after = states.partition_point(|(from, _)| *from <= day);
    after.checked_sub(1).map(|at| &states[at].1)
}

impl Happening {
    fn correct(&mut self, correction: &Correction) {
        if let Some(day) = correction.day {
            self.on = day;
        }
        let patch = Arc::make_mut(&mut self.patch);
        for (field, change) in &correction.fields {
            let at = patch.binary_search_by_key(field, |(no, _)| *no);
            match (at, change) {
                (Ok(at), Change::Set(cell)) => patch[at].1 = cell.clone(),
                (Err(at), Change::Set(cell)) => patch.insert(at, (*field, cell.clone())),
                (Ok(at), Change::Withdrawn) => {
                    patch.remove(at);
                }
                (Err(_), Change::Withdrawn) => {}
            }
        }
    }
}

/// A correction with the number of its own entry.
type Numbered<'a> = (EntryNo, &'a Correction);

/// The corrections of every entry, earliest first, so that the latest wins field by field.
fn corrections(entries: &[Entry]) -> BTreeMap<EntryNo, Vec<Numbered<'_>>> {
    let mut found: BTreeMap<EntryNo, Vec<Numbered<'_>>> = BTreeMap::new();
    for entry in entries {
        if let Act::Correct(correction) = &entry.act {
            found.entry(correction.target).or_default().push((entry.n, correction));
        }
    }
    found
}

/// Where an event stands in the order: day, minute (none before any), number.
type Place = (Day, Option<u16>, EntryNo);

fn place(event: &Happening) -> Place {
    (event.on, event.at, event.n)
}

fn order(event: &Happening) -> (bool, Place) {
    (!matches!(event.kind, HappeningKind::Open { .. }), place(event))
}
