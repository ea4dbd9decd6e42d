//! Room: what the model's records post, by evaluating every rule on every day, one by one.
//!
//! The three versions of the pack are told again here in plain code, so that a mistake in how the
//! kernel reads or times a rule cannot repeat itself. Never imports from `taizhang_core`.

use super::model::{Cell, Day, FIRST, LAST, Model, Name, Place, State, a_month_later, day, num, reference, text};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Amount, and how many records have a value, have none, have no question.
pub(crate) type Amounts = [i64; 4];
/// Postings by place.
pub(crate) type Lines = BTreeMap<Place, Amounts>;

/// Days off that are Monday to Friday, in 2026, under each version: its calendar differs too.
const OFF: [&[Day]; 3] = [
    &[20_454, 20_549, 20_574, 20_577, 20_578, 20_623],
    &[20_454, 20_525, 20_549, 20_574, 20_577, 20_578, 20_623],
    &[20_454, 20_528, 20_574, 20_577, 20_578, 20_623],
];
/// Working days that are not.
const WORK: [&[Day]; 3] = [&[20_582], &[20_526, 20_582], &[20_582]];

impl Model {
    /// P: all that a record posts.
    pub(crate) fn postings(&self, record: i64) -> Lines {
        let mut lines = Lines::new();
        let Some(life) = Life::of(self, record) else {
            return lines;
        };
        for (place, amount) in &life.legs {
            add(&mut lines, place.clone(), [*amount, 0, 0, 0]);
        }
        let mut yesterday = Standing::new();
        for day in FIRST..=LAST {
            let today = life.standing(day);
            // What stands as it stood adds nothing: not to write it down and strike it out again is what the model allows
            // itself, since a soak plays a million commands.
            if today != yesterday {
                for ((account, unit, dim), amounts) in &today {
                    add(&mut lines, (account, *unit, dim.clone(), day), *amounts);
                }
                for ((account, unit, dim), amounts) in yesterday {
                    add(&mut lines, (account, unit, dim, day), amounts.map(|amount| -amount));
                }
                yesterday = today;
            }
            for ((account, unit, dim), amounts) in life.flows(day) {
                add(&mut lines, (account, unit, dim, day), amounts);
            }
        }
        lines.retain(|_, amounts| *amounts != [0; 4]);
        lines
    }
}

/// All that must be known of a living record to say what it posts.
pub(crate) struct Life<'a> {
    model: &'a Model,
    register: Name,
    opened: Day,
    states: Vec<Option<Rc<State>>>,
    /// Overdue days, under each version.
    clocks: [Clocks; 3],
    pauses: Vec<Day>,
    finishes: Vec<Day>,
    /// Amounts fixed by its entries.
    pub(crate) legs: Vec<(Place, i64)>,
}

impl Life<'_> {
    /// None if the record is void.
    pub(crate) fn of(model: &Model, record: i64) -> Option<Life<'_>> {
        if model.is_void(record) {
            return None;
        }
        let states = model.states(record);
        let events = model.events(record);
        let moves = |name| {
            events
                .iter()
                .filter(|event| event.moved == Some(name))
                .map(|event| event.on)
                .collect()
        };
        let standing = model.facts_of(record).filter(|fact| model.legs_stand(fact));
        Some(Life {
            model,
            register: model.register_of(record)?,
            opened: model.opened_on(record)?,
            clocks: [0, 1, 2].map(|version| Clocks::new(version, &states)),
            states,
            pauses: moves("pause"),
            finishes: moves("finish"),
            legs: standing.flat_map(|fact| fact.legs.iter().cloned()).collect(),
        })
    }

    fn state_on(&self, day: Day) -> Option<&State> {
        self.states[(day - FIRST) as usize].as_deref()
    }

    /// What stands at the end of a day: f(state, day).
    pub(crate) fn standing(&self, on: Day) -> Standing {
        let mut standing = Standing::new();
        let Some(state) = self.state_on(on) else {
            return standing;
        };
        let Some(unit) = reference(state, "unit") else {
            return standing;
        };
        let version = self.model.in_force(on);
        let mut stands = |account, dim: &str, amounts| {
            let found: &mut Amounts = standing.entry((account, unit, dim.to_owned())).or_default();
            *found = sum(*found, amounts);
        };
        let level = text(state, "level");
        match self.register {
            "project" => {
                if version == 1 || text(state, "stage") != "done" {
                    stands("project.count", &level, ONE);
                }
                if version != 2 || level == "city" {
                    stands("project.total", &level, of_field(state, "total"));
                }
                let begun = day(state, "valid_from").is_some_and(|from| from <= on);
                if begun && day(state, "valid_to").is_none_or(|until| on <= until) {
                    stands("project.valid", "", ONE);
                }
                stands("project.done", "", of_field(state, "done"));
                stands(
                    "project.quarter",
                    "",
                    of_rule(state, &["done"], num(state, "done").map(quarter)),
                );
                stands("project.rest", "", rest(version, state));
                if self.clocks[version].late.contains(&on) {
                    stands("project.late", "", ONE);
                }
                if self.clocks[version].unsettled.contains(&on) {
                    stands("project.unsettled", "", ONE);
                }
            }
            "month" if version == 1 => {
                let counted = num(state, "invested").map(|fen| if fen > 5_000 { 2 } else { 1 });
                stands("month.count", "", of_rule(state, &["invested"], counted));
            }
            "month" if num(state, "invested").is_some() => stands("month.count", "", ONE),
            "item" => stands("item.qty", &level, of_field(state, "qty")),
            _ => {}
        }
        standing
    }

    /// What is posted once, on this very day.
    pub(crate) fn flows(&self, on: Day) -> Vec<Flow> {
        let mut flows = Vec::new();
        let version = self.model.in_force(on);
        let Some(last) = self.state_on(LAST) else { return flows };
        // The day that judges a flow named by a field: its day, or the first on which it was named, if later.
        let judged = |field: Name| {
            let named = day(last, field).filter(|named| *named == on)?;
            let since = (FIRST..=LAST).find(|day| {
                self.state_on(*day)
                    .is_some_and(|state| state.get(field) == last.get(field))
            })?;
            self.state_on(named.max(since))
        };
        let mut post = |account, state: Option<&State>, dim: Option<Name>, amounts: Amounts| {
            if let Some((state, unit)) = state.and_then(|state| Some((state, reference(state, "unit")?))) {
                flows.push((
                    (account, unit, dim.map_or_else(String::new, |dim| text(state, dim))),
                    amounts,
                ));
            }
        };
        if self.register == "month" {
            let state = judged("month");
            post(
                "month.invested",
                state,
                Some("level"),
                state.map_or([0; 4], |state| of_field(state, "invested")),
            );
        }
        if self.register != "project" {
            return flows;
        }
        let started = judged("started_on");
        let counts = |state: &State| version != 1 || num(state, "total") > Some(0);
        post(
            "project.started",
            started.filter(|state| counts(state)),
            Some("level"),
            ONE,
        );
        if day(last, "started_on") == Some(on) {
            post(
                "project.started_total",
                Some(last),
                Some("level"),
                of_field(last, "total"),
            );
        }
        if let Some(state) = judged("spent_on") {
            let amounts = of_field(state, "spent");
            post("spent", Some(state), None, amounts);
            post("purse", Some(state), Some("pool"), [-amounts[0], 0, 0, 0]);
        }
        let today = self.state_on(on);
        if self.opened == on
            && let Some(state) = today
        {
            if version != 2 || num(state, "total") > Some(0) {
                post("project.opened", today, Some("level"), ONE);
            }
            let amounts = of_field(state, "grant");
            post("purse", today, Some("pool"), amounts);
            post("bank", today, None, [-amounts[0], 0, 0, 0]);
        }
        for (at, _) in self.pauses.iter().enumerate().filter(|(_, day)| **day == on) {
            post("project.pauses", today, None, ONE);
            if at == 0 {
                post("project.first_pause", today, None, ONE);
            }
            if at + 1 == self.pauses.len() {
                post("project.last_pause", today, None, ONE);
            }
        }
        for _ in self.finishes.iter().filter(|day| **day == on) {
            let amounts = today.map_or([0; 4], |state| of_field(state, "total"));
            // Without a total the rule's condition has no answer, so it does not hold.
            if amounts[1] == 1 && amounts[0] < 10_000 {
                post("spent", today, None, amounts);
                post("bank", today, None, [-amounts[0], 0, 0, 0]);
            }
        }
        if self.clocks[version].finished_late.contains(&on) {
            post("project.late_done", today, None, ONE);
        }
        flows
    }
}

/// What stands, by account, unit and dimension.
pub(crate) type Standing = BTreeMap<(Name, i64, String), Amounts>;
/// What is posted once.
pub(crate) type Flow = ((Name, i64, String), Amounts);

const ONE: Amounts = [1, 1, 0, 0];

/// Amount by amount.
pub(crate) fn sum(a: Amounts, b: Amounts) -> Amounts {
    [0, 1, 2, 3].map(|at| a[at] + b[at])
}

pub(crate) fn add(lines: &mut Lines, place: Place, amounts: Amounts) {
    let line = lines.entry(place).or_default();
    *line = sum(*line, amounts);
}

/// b − a, without lines that cancel.
pub(crate) fn minus(b: &Lines, a: &Lines) -> Lines {
    let mut lines = b.clone();
    for (place, amounts) in a {
        add(&mut lines, place.clone(), amounts.map(|amount| -amount));
    }
    lines.retain(|_, amounts| *amounts != [0; 4]);
    lines
}

fn of_field(state: &State, field: Name) -> Amounts {
    of_rule(state, &[field], num(state, field))
}

/// A rule's value; without one it is missing if anything that it reads is, else not applicable.
fn of_rule(state: &State, reads: &[Name], value: Option<i64>) -> Amounts {
    let missing = reads.iter().any(|field| !state.contains_key(field));
    let not_applicable = reads.iter().any(|field| state.get(field) == Some(&Cell::NotApplicable));
    match value {
        Some(value) => [value, 1, 0, 0],
        None if not_applicable && !missing => [0, 0, 0, 1],
        None => [0, 0, 1, 0],
    }
}

/// `total - done` and its later forms, in fen; `done` is kept in tenths.
fn rest(version: usize, state: &State) -> Amounts {
    let (total, done) = (num(state, "total"), num(state, "done").map(|tenths| tenths * 10));
    let difference = total.zip(done).map(|(total, done)| total - done);
    let value = match version {
        0 => difference,
        1 => difference.map(|difference| difference.max(0)),
        _ => Some(total.unwrap_or(0) - done.unwrap_or(0)),
    };
    of_rule(state, &["total", "done"], value)
}

/// A fourth of so many tenths, to the tenth, halves away from zero.
fn quarter(tenths: i64) -> i64 {
    let (sign, size) = (tenths.signum(), tenths.abs());
    sign * (0..=size).rfind(|fourth| fourth * 4 <= size + 2).unwrap_or(0)
}

/// On which days a record's limits are overdue, under one version.
struct Clocks {
    late: BTreeSet<Day>,
    finished_late: BTreeSet<Day>,
    unsettled: BTreeSet<Day>,
}

/// How long a limit is.
#[derive(Clone, Copy)]
enum Length {
    Working(i32),
    Natural(i32),
    Month,
}

impl Clocks {
    fn new(version: usize, states: &[Option<Rc<State>>]) -> Clocks {
        let build = [
            (Length::Working(10), false),
            (Length::Working(5), false),
            (Length::Natural(12), true),
        ][version];
        let settle = [
            (Length::Natural(7), true),
            (Length::Month, true),
            (Length::Natural(7), true),
        ][version];
        let works = |day| is_working(version, day);
        let (late, finished_late) = overdue(states, "building", Some("paused"), build, works);
        let (unsettled, _) = overdue(states, "done", None, settle, works);
        Clocks {
            late,
            finished_late,
            unsettled,
        }
    }
}

/// Walks through the days with a stop-watch. The day after the start is the first that counts; a day
/// counts if the clock ran when the day before ended, and, for working days, if it is one.
fn overdue(
    states: &[Option<Rc<State>>],
    stage: Name,
    paused: Option<Name>,
    (length, roll): (Length, bool),
    is_working: impl Fn(Day) -> bool,
) -> (BTreeSet<Day>, BTreeSet<Day>) {
    let (mut late, mut finished_late) = (BTreeSet::new(), BTreeSet::new());
    // Days left, whether the clock runs, the day it ended on.
    let mut watch: Option<(i32, bool, Option<Day>)> = None;
    for on in FIRST..=LAST {
        let Some(state) = &states[(on - FIRST) as usize] else {
            continue;
        };
        let here = text(state, "stage");
        if let Some((left, running, due)) = &mut watch {
            if *running && due.is_none() {
                let counts = *left > 0 && (!matches!(length, Length::Working(_)) || is_working(on));
                *left -= i32::from(counts);
                if *left == 0 && (!roll || is_working(on)) {
                    *due = Some(on);
                }
            }
            *running = here == stage;
            let overdue = due.is_some_and(|due| due < on);
            if !*running && Some(&*here) != paused {
                if overdue {
                    finished_late.insert(on);
                }
                watch = None;
            } else if overdue {
                late.insert(on);
            }
        } else if here == stage {
            let days = match length {
                Length::Working(days) | Length::Natural(days) => days,
                Length::Month => a_month_later(on) - on,
            };
            watch = Some((days, true, None));
        }
    }
    (late, finished_late)
}

/// 1970-01-01 was a Thursday.
fn is_working(version: usize, day: Day) -> bool {
    let weekend = matches!((day + 3).rem_euclid(7), 5 | 6);
    WORK[version].contains(&day) || (!weekend && !OFF[version].contains(&day))
}
