//! Room: locks (期间锁定) — what a register's records of a unit say of a period is settled, and nobody changes it until
//! the lock is lifted. Locks are records of the register `period_lock`; this file only reads their timelines.

use crate::day::Day;
use crate::definition::{Definition, Register};
use crate::id::{FieldNo, RecordNo, RegisterNo};
use crate::timeline::{State, Timeline, state_on};
use crate::unit::UnitTree;
use crate::value::Value;
use std::collections::BTreeSet;

/// The id of the register whose records are the locks.
pub const LOCK_REGISTER: &str = "period_lock";

/// The stage in which a lock holds.
const HOLDS: &str = "locked";

/// A lock that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    /// Its record.
    pub record: RecordNo,
    /// The registers whose records are locked; none for all but the program's own.
    pub registers: Option<BTreeSet<RegisterNo>>,
    /// The unit and all below it.
    pub units: BTreeSet<RecordNo>,
    /// Whether it is the topmost unit, so that records of no unit are locked too.
    pub whole: bool,
    /// The unit's name.
    pub unit_name: String,
    /// The first locked day.
    pub from: Day,
    /// The last locked day.
    pub to: Day,
    /// Why.
    pub reason: String,
}

impl Lock {
    /// The day whose tree says what lies below the unit of a lock.
    pub fn last_day(register: &Register, state: &State) -> Option<Day> {
        state.day(register.field_named("to")?.no)
    }

    /// Reads a lock's record; none if it does not hold.
    pub fn of(register: &Register, timeline: &Timeline, definition: &Definition, tree: &UnitTree) -> Option<Lock> {
        let state = timeline.state();
        if timeline.void || state.stage() != Some(HOLDS) {
            return None;
        }
        let field = |id: &str| register.field_named(id).map(|field| field.no);
        let text = |id: &str| match field(id).and_then(|field| state.value(field)) {
            Some(Value::Text(text)) => text.trim(),
            _ => "",
        };
        let unit = state.unit(field("unit")?)?;
        Some(Lock {
            record: timeline.record,
            registers: match text("register") {
                "" => None,
                named => Some(with_below(definition, named)),
            },
            units: tree.with_below(unit),
            whole: tree.get(unit).is_some_and(|node| node.above.is_none()),
            unit_name: tree.get(unit).map_or_else(String::new, |node| node.name.clone()),
            from: state.day(field("from")?)?,
            to: state.day(field("to")?)?,
            reason: text("reason").to_owned(),
        })
    }

    /// Whether records of a register are locked at all.
    pub fn is_of(&self, register: &Register) -> bool {
        match &self.registers {
            Some(registers) => registers.contains(&register.no),
            None => !register.system,
        }
    }

    /// Whether a unit's records are locked.
    pub fn covers(&self, unit: Option<RecordNo>) -> bool {
        unit.map_or(self.whole, |unit| self.units.contains(&unit))
    }

    /// Whether what a record says now is locked: its period, or today if its register has none.
    pub fn holds_of(&self, register: &Register, state: &State, today: Day) -> bool {
        let (first, last) = period(register.period, state).unwrap_or((today, today));
        let unit = register.unit.and_then(|field| state.unit(field));
        self.is_of(register) && self.covers(unit) && first <= self.to && self.from <= last
    }

    /// Whether a change of a record touches what is locked. Where its register says which period a record is about,
    /// that counts; else the days on which the record comes to say something else.
    pub fn is_touched(&self, register: &Register, was: &Timeline, is: &Timeline) -> bool {
        if !self.is_of(register) {
            return false;
        }
        let of = |timeline: &Timeline| if timeline.void { Vec::new() } else { timeline.states() };
        let (was, is) = (of(was), of(is));
        let days: BTreeSet<Day> = was.iter().chain(&is).map(|(day, _)| *day).collect();
        let unit = |state: &State| register.unit.and_then(|field| state.unit(field));
        let days = days
            .into_iter()
            .filter(|day| *day <= self.to)
            .map(|day| day.max(self.from));
        let all = match register.period {
            Some(_) => was.iter().chain(&is).map(|(day, _)| *day).collect(),
            None => days.collect::<BTreeSet<Day>>(),
        };
        all.into_iter().any(|day| {
            let (before, after) = (state_on(&was, day), state_on(&is, day));
            let locked = |state: &State| {
                let inside = register.period.is_none_or(|_| self.meets(register.period, state));
                inside && self.covers(unit(state))
            };
            before != after && [before, after].into_iter().flatten().any(locked)
        })
    }

    fn meets(&self, field: Option<FieldNo>, state: &State) -> bool {
        period(field, state).is_some_and(|(first, last)| first <= self.to && self.from <= last)
    }
}

/// The days that a record is about.
fn period(field: Option<FieldNo>, state: &State) -> Option<(Day, Day)> {
    match state.value(field?)? {
        Value::Month(month) => Some((month.first(), month.last())),
        _ => state.day(field?).map(|day| (day, day)),
    }
}

/// A register by its id or name, and all registers whose records hang below its records.
fn with_below(definition: &Definition, named: &str) -> BTreeSet<RegisterNo> {
    let mut registers = definition.registers.iter();
    let first = registers.find(|register| register.id == named || register.name == named);
    let mut found: BTreeSet<RegisterNo> = first.map(|register| register.no).into_iter().collect();
    // At most four registers stand above one another.
    for _ in 0..4 {
        let below = definition.registers.iter().filter(|register| {
            let above = register.parent.as_ref().map(|parent| parent.register);
            above.is_some_and(|above| found.contains(&above))
        });
        let below: Vec<RegisterNo> = below.map(|register| register.no).collect();
        found.extend(below);
    }
    found
}
