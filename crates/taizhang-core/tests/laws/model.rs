//! Room: the slow, obviously right model of a book: facts, timelines, states day by day.
//!
//! It shares no code with the kernel and **may never import from `taizhang_core`**: entries and
//! records are plain numbers here, days are days since 1970-01-01, fields and accounts go by their
//! names. What records post is in `model_posts`, what may be written in `model_verdict`.

use std::collections::BTreeMap;
use std::rc::Rc;

/// Days since 1970-01-01.
pub(crate) type Day = i32;
/// A field, stage, move, register or account by its id in the pack.
pub(crate) type Name = &'static str;
/// A record's fields at the end of a day; the stage is the field `stage`.
pub(crate) type State = BTreeMap<Name, Cell>;

/// The days that are looked at one by one: 2025-12-01 to 2026-12-31. No date of a test lies outside.
pub(crate) const FIRST: Day = 20_423;
/// The last of them.
pub(crate) const LAST: Day = 20_818;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Value {
    Num(i64),
    Text(String),
    Day(Day),
    /// Year × 12 + month − 1.
    Month(i32),
    /// A unit or another record.
    Ref(i64),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    Missing,
    NotApplicable,
    Is(Value),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    Set(Cell),
    Withdraw,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    Open,
    Amend,
    Move(Name),
    Note,
    Void,
    Correct {
        target: i64,
        withdraw: bool,
        day: Option<Day>,
    },
}

/// One accepted entry.
#[derive(Clone, Debug)]
pub(crate) struct Fact {
    pub(crate) n: i64,
    pub(crate) register: Name,
    pub(crate) record: i64,
    pub(crate) on: Day,
    pub(crate) at: Option<u16>,
    pub(crate) deed: Deed,
    pub(crate) fields: Vec<(Name, Change)>,
    /// Amounts that the entry itself fixed: a shortfall booked to the recovery account.
    pub(crate) legs: Vec<(Place, i64)>,
}

/// Account, unit, dimension, day.
pub(crate) type Place = (Name, i64, String, Day);

/// A version of the rules: its entry, the day it begins, which of the three it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Version {
    pub(crate) n: i64,
    pub(crate) from: Day,
    pub(crate) which: usize,
}

/// All that was ever said, in the order in which it was said.
#[derive(Clone, Debug, Default)]
pub(crate) struct Model {
    pub(crate) facts: Vec<Fact>,
    pub(crate) versions: Vec<Version>,
}

/// What really happened, corrections put in.
#[derive(Clone, Debug)]
pub(crate) struct Happened {
    pub(crate) n: i64,
    pub(crate) on: Day,
    pub(crate) at: Option<u16>,
    pub(crate) opens: bool,
    pub(crate) moved: Option<Name>,
    pub(crate) patch: State,
}

impl Model {
    /// The book as it was known at an entry.
    pub(crate) fn known_at(&self, n: i64) -> Model {
        Model {
            facts: self.facts.iter().filter(|fact| fact.n <= n).cloned().collect(),
            versions: self.versions.iter().filter(|version| version.n <= n).copied().collect(),
        }
    }

    /// Which rules judge a day: those written last of all that have begun; the first, before any.
    pub(crate) fn in_force(&self, day: Day) -> usize {
        let begun = self.versions.iter().filter(|version| version.from <= day);
        begun
            .max_by_key(|version| version.n)
            .or(self.versions.first())
            .map_or(0, |version| version.which)
    }

    /// The rules written last.
    pub(crate) fn latest(&self) -> usize {
        self.versions.last().map_or(0, |version| version.which)
    }

    pub(crate) fn facts_of(&self, record: i64) -> impl Iterator<Item = &Fact> {
        self.facts.iter().filter(move |fact| fact.record == record)
    }

    pub(crate) fn register_of(&self, record: i64) -> Option<Name> {
        self.facts_of(record).next().map(|fact| fact.register)
    }

    /// Every record, in the order of opening.
    pub(crate) fn records(&self) -> Vec<i64> {
        self.facts
            .iter()
            .filter(|fact| fact.deed == Deed::Open)
            .map(|fact| fact.record)
            .collect()
    }

    /// Corrections of one entry, in the order in which they were written.
    fn corrections(&self, n: i64) -> Vec<(&Fact, bool, Option<Day>)> {
        let of_it = |fact: &'_ Fact| match fact.deed {
            Deed::Correct { target, withdraw, day } if target == n => Some((withdraw, day)),
            _ => None,
        };
        self.facts
            .iter()
            .filter_map(|fact| of_it(fact).map(|(withdraw, day)| (fact, withdraw, day)))
            .collect()
    }

    pub(crate) fn is_withdrawn(&self, n: i64) -> bool {
        self.corrections(n).iter().any(|(_, withdraw, _)| *withdraw)
    }

    /// What a fact booked stands, unless it was withdrawn, or the same entry was corrected once more.
    pub(crate) fn legs_stand(&self, fact: &Fact) -> bool {
        match fact.deed {
            Deed::Correct { target, .. } => self.corrections(target).last().is_some_and(|(by, ..)| by.n == fact.n),
            _ => !self.is_withdrawn(fact.n),
        }
    }

    pub(crate) fn is_of_void(&self, n: i64) -> bool {
        self.facts.iter().any(|fact| fact.n == n && fact.deed == Deed::Void)
    }

    /// Void while a void stands.
    pub(crate) fn is_void(&self, record: i64) -> bool {
        self.facts_of(record)
            .any(|fact| fact.deed == Deed::Void && !self.is_withdrawn(fact.n))
    }

    /// A record's own events: the opening, then by day, minute (none before any), number.
    pub(crate) fn events(&self, record: i64) -> Vec<Happened> {
        let happened = |fact: &&Fact| matches!(fact.deed, Deed::Open | Deed::Amend | Deed::Move(_) | Deed::Note);
        let standing = self
            .facts_of(record)
            .filter(happened)
            .filter(|fact| !self.is_withdrawn(fact.n));
        let mut events: Vec<Happened> = standing.map(|fact| self.event(fact)).collect();
        events.sort_by_key(|event| (!event.opens, event.on, event.at, event.n));
        events
    }

    fn event(&self, fact: &Fact) -> Happened {
        let corrections = self.corrections(fact.n);
        let named = fact
            .fields
            .iter()
            .chain(corrections.iter().flat_map(|(by, ..)| &by.fields));
        let mut patch = State::new();
        for (field, _) in named {
            // The latest word on the field is the one that counts.
            let said_by = |by: &Fact| {
                by.fields
                    .iter()
                    .rfind(|(name, _)| name == field)
                    .map(|(_, change)| change.clone())
            };
            let latest = corrections
                .iter()
                .rev()
                .find_map(|(by, ..)| said_by(by))
                .or_else(|| said_by(fact));
            if let Some(Change::Set(cell)) = latest {
                patch.insert(field, cell);
            }
        }
        Happened {
            n: fact.n,
            on: corrections.iter().rev().find_map(|(.., day)| *day).unwrap_or(fact.on),
            at: fact.at,
            opens: fact.deed == Deed::Open,
            moved: if let Deed::Move(name) = fact.deed {
                Some(name)
            } else {
                None
            },
            patch,
        }
    }

    pub(crate) fn opened_on(&self, record: i64) -> Option<Day> {
        self.events(record)
            .first()
            .filter(|event| event.opens)
            .map(|event| event.on)
    }

    /// The record above.
    pub(crate) fn parent(&self, record: i64) -> Option<i64> {
        let field = parent_field(self.register_of(record)?)?;
        match self.events(record).first()?.patch.get(field) {
            Some(Cell::Is(Value::Ref(parent))) => Some(*parent),
            _ => None,
        }
    }

    /// Records that name this one as the one above, void ones left out.
    pub(crate) fn children(&self, record: i64) -> Vec<i64> {
        let of_it = |child: &i64| self.parent(*child) == Some(record) && !self.is_void(*child);
        self.records().into_iter().filter(of_it).collect()
    }

    /// Whether a unit has a living record, or stands above a living unit, as things are now.
    pub(crate) fn holds_any(&self, unit: i64) -> bool {
        let belongs = |record: i64| {
            let field = match self.register_of(record) {
                Some("unit") => "parent",
                _ => "unit",
            };
            matches!(self.last_state(record).get(field), Some(Cell::Is(Value::Ref(of))) if *of == unit)
        };
        let is_unit = self.register_of(unit) == Some("unit");
        is_unit
            && self
                .records()
                .into_iter()
                .any(|record| !self.is_void(record) && belongs(record))
    }

    /// A record and all that follow it, itself first.
    pub(crate) fn family(&self, record: i64) -> Vec<i64> {
        let mut family = vec![record];
        let mut at = 0;
        while at < family.len() {
            family.extend(self.children(family[at]));
            at += 1;
        }
        family
    }

    /// The state at the end of every day that is looked at; none before the opening. Day by day:
    /// yesterday's state, then what happened today, then what today is like above.
    pub(crate) fn states(&self, record: i64) -> Vec<Option<Rc<State>>> {
        let (Some(opened), Some(register)) = (self.opened_on(record), self.register_of(record)) else {
            return vec![None; (LAST - FIRST + 1) as usize];
        };
        let (events, above) = (
            self.events(record),
            self.parent(record).map(|parent| self.states(parent)),
        );
        let mut states: Vec<Option<Rc<State>>> = Vec::new();
        let mut own = State::new();
        for day in FIRST..=LAST {
            let today = above.as_ref().map(|above| above[(day - FIRST) as usize].as_ref());
            let yesterday = above
                .as_ref()
                .map(|above| above[(day - FIRST - 1).max(0) as usize].as_ref());
            let as_yesterday = day > opened
                && today == yesterday
                && self.in_force(day) == self.in_force(day - 1)
                && events.iter().all(|event| event.on != day);
            if as_yesterday {
                states.push(states.last().cloned().flatten());
                continue;
            }
            for event in events.iter().filter(|event| event.on == day) {
                put(&mut own, &event.patch);
            }
            let mut state = own.clone();
            if let Some(above) = today {
                take_over(
                    &mut state,
                    above.map(|above| &**above),
                    follows(register, self.in_force(day)),
                );
            }
            states.push((day >= opened).then(|| Rc::new(state)));
        }
        states
    }

    /// The state after all that is known.
    pub(crate) fn last_state(&self, record: i64) -> State {
        let mut state = State::new();
        for event in self.events(record) {
            put(&mut state, &event.patch);
        }
        if let Some(above) = self.parent(record) {
            let follows = self
                .register_of(record)
                .map_or(&[][..], |register| follows(register, self.in_force(LAST)));
            take_over(&mut state, Some(&self.last_state(above)), follows);
        }
        state
    }
}

/// Fields that follow the record above under a version of the rules.
pub(crate) fn follows(register: Name, version: usize) -> &'static [Name] {
    match register {
        "month" if version == 2 => &["unit"],
        "month" => &["unit", "level"],
        "item" => &["unit", "level", "tag"],
        _ => &[],
    }
}

/// The field that names the record above.
pub(crate) fn parent_field(register: Name) -> Option<Name> {
    match register {
        "month" => Some("project"),
        "item" => Some("report"),
        _ => None,
    }
}

/// The register above.
pub(crate) fn register_above(register: Name) -> Option<Name> {
    match register {
        "month" => Some("project"),
        "item" => Some("month"),
        _ => None,
    }
}

/// A patch over a state; a missing cell clears.
pub(crate) fn put(state: &mut State, patch: &State) {
    for (field, cell) in patch {
        match cell {
            Cell::Missing => state.remove(field),
            _ => state.insert(field, cell.clone()),
        };
    }
}

pub(crate) fn take_over(state: &mut State, above: Option<&State>, follows: &[Name]) {
    for field in follows {
        match above.and_then(|above| above.get(field)) {
            Some(cell) => state.insert(field, cell.clone()),
            None => state.remove(field),
        };
    }
}

pub(crate) fn num(state: &State, field: Name) -> Option<i64> {
    match state.get(field) {
        Some(Cell::Is(Value::Num(number))) => Some(*number),
        _ => None,
    }
}

pub(crate) fn reference(state: &State, field: Name) -> Option<i64> {
    match state.get(field) {
        Some(Cell::Is(Value::Ref(record))) => Some(*record),
        _ => None,
    }
}

pub(crate) fn text(state: &State, field: Name) -> String {
    match state.get(field) {
        Some(Cell::Is(Value::Text(text))) => text.clone(),
        _ => String::new(),
    }
}

/// The day in a date field, or the last day of a month.
pub(crate) fn day(state: &State, field: Name) -> Option<Day> {
    match state.get(field) {
        Some(Cell::Is(Value::Day(day))) => Some(*day),
        Some(Cell::Is(Value::Month(month))) => Some(first_of(month + 1) - 1),
        _ => None,
    }
}

/// The day that a month begins on, by counting up from 1970-01-01.
pub(crate) fn first_of(month: i32) -> Day {
    (1970 * 12..month).map(length_of).sum()
}

/// How many days a month (year × 12 + month − 1) has.
fn length_of(month: i32) -> i32 {
    let year = month / 12;
    match month % 12 {
        1 if (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 => 29,
        1 => 28,
        3 | 5 | 8 | 10 => 30,
        _ => 31,
    }
}

/// The same-numbered day a month later, or the last of a shorter month.
pub(crate) fn a_month_later(day: Day) -> Day {
    let (mut month, mut of_month) = (1970 * 12, day);
    while of_month >= length_of(month) {
        of_month -= length_of(month);
        month += 1;
    }
    first_of(month + 1) + of_month.min(length_of(month + 1) - 1)
}
