//! Room: when limits are overdue (law 3), and which duties are open at last, or were on a day. A pure
//! function of a timeline and of the rules: it knows no today.

use super::clock::limit_runs;
use crate::calendar::CalendarView;
use crate::day::Day;
use crate::definition::{Definition, Limit, Register};
use crate::id::{FieldNo, RecordNo};
use crate::timeline::{State, Timeline};
use crate::value::Value;

/// A stretch of days on which a limit is overdue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overdue {
    /// The first overdue day: the day after the limit.
    pub from: Day,
    /// The day on which the duty was done; not overdue any more.
    pub ended: Option<Day>,
}

impl Overdue {
    pub(super) fn covers(self, day: Day) -> bool {
        self.from <= day && self.ended.is_none_or(|ended| day < ended)
    }
}

/// A limit that runs on somebody now (待办).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duty {
    /// The limit's id.
    pub limit: String,
    /// The unit on whose desk it lies.
    pub unit: RecordNo,
    /// The person, by the record of the actor; 0 is nobody in particular.
    pub person: RecordNo,
    /// The day it started.
    pub started: Day,
    /// Its last day; none while the clock stands still.
    pub due: Option<Day>,
    /// The minute of that day at which it ends, where it counts hours; else it ends with the day.
    pub minute: Option<u16>,
    /// The first day on which its light is yellow.
    pub warn: Option<Day>,
    /// Whether the last day rests on a year without a notice.
    pub provisional: bool,
}

/// The duties that a record leaves open under a definition, in the order of its register's limits.
pub fn open_duties(timeline: &Timeline, definition: &Definition) -> Vec<Duty> {
    let register = definition.register(timeline.register).filter(|_| !timeline.void);
    let Some(register) = register.filter(|register| !register.limits.is_empty()) else {
        return Vec::new();
    };
    let states = timeline.states();
    let Some((_, last)) = states.last() else {
        return Vec::new();
    };
    let duty = |limit: &Limit| duty(timeline, &states, last, (register, limit), definition);
    register.limits.iter().filter_map(duty).collect()
}

/// The duties that were open at the end of a day, by what was true on it: the light of an old day is that
/// of the definition given, which is the one in force then.
pub fn duties_on(timeline: &Timeline, definition: &Definition, day: Day) -> Vec<Duty> {
    open_duties(&timeline.until(day), definition)
}

fn duty(
    timeline: &Timeline,
    states: &[(Day, State)],
    last: &State,
    (register, limit): (&Register, &Limit),
    definition: &Definition,
) -> Option<Duty> {
    let last_run = limit_runs(timeline, states, limit, definition).pop();
    let run = last_run.filter(|run| run.ended.is_none() && (run.due.is_some() || run.paused))?;
    let unit = |field: Option<FieldNo>| field.and_then(|field| last.unit(field));
    let person = limit.desk.person.and_then(|field| match last.value(field) {
        Some(Value::Link(actor)) => Some(*actor),
        _ => None,
    });
    let calendar = definition.calendar.latest();
    Some(Duty {
        limit: limit.id.clone(),
        unit: unit(limit.desk.unit).or(unit(register.unit)).unwrap_or(0),
        person: person.unwrap_or(0),
        started: run.started,
        due: run.due,
        minute: run.minute,
        warn: run
            .due
            .filter(|_| !limit.unlit)
            .map(|due| yellow_from(calendar, limit, due)),
        provisional: run.provisional,
    })
}

/// The first day on which the light is yellow: on which no more working days are left than the rule of that day says.
fn yellow_from(calendar: &CalendarView, limit: &Limit, due: Day) -> Day {
    let first = |yellow: u32, from: Day| calendar.working_days_before(due, yellow).max(from);
    let named = limit.lights.iter().filter_map(|rule| {
        let day = first(rule.yellow, rule.from);
        (day <= rule.to).then_some(day)
    });
    // Days that no rule names go by the limit's own.
    let mut plain = first(limit.yellow, Day::MIN);
    for rule in &limit.lights {
        if rule.from <= plain && plain <= rule.to {
            plain = if rule.to < Day::MAX { rule.to.next() } else { Day::MAX };
        }
    }
    named.chain([plain]).min().unwrap_or(due).min(due)
}

/// The stretches on which a limit is overdue, of all its runs.
pub(super) fn overdue_spans(
    timeline: &Timeline,
    states: &[(Day, State)],
    limit: &Limit,
    definition: &Definition,
) -> Vec<Overdue> {
    let runs = limit_runs(timeline, states, limit, definition).into_iter();
    runs.filter(|run| run.is_late())
        .filter_map(|run| {
            let due = run.due.filter(|due| *due < Day::MAX)?;
            Some(Overdue {
                from: due.next(),
                ended: run.ended,
            })
        })
        .collect()
}
