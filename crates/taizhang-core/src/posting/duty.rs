//! Room: how limits run over a record's states, when they are overdue (laws 3 and 8), and which duties
//! are open at last. A pure function of states and of the rules: it knows no today.

use crate::calendar::{CalendarView, Limit as CalendarLimit};
use crate::day::Day;
use crate::definition::{Definition, Limit, LimitLength, Register};
use crate::expr::{Env, Program, Slot};
use crate::id::{FieldNo, RecordNo};
use crate::timeline::{State, Timeline};
use crate::value::{Cell, Value};

/// The most days that a field may give a limit: ten years, as a pack's own limits.
const FIELD_DAYS_MAX: i64 = 3_660;

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

/// One run of a limit over a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The day it started.
    pub started: Day,
    /// The day it ended, if it did.
    pub ended: Option<Day>,
    /// Its last day; none while the clock stands still before it, or while no field says how long.
    pub due: Option<Day>,
    /// Whether the last day rests on a year without a notice.
    pub provisional: bool,
    /// Whether the clock stands still; else it has no last day only because no field says how long.
    pub paused: bool,
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
    let duty = |limit: &Limit| duty(&states, last, register, limit, definition);
    register.limits.iter().filter_map(duty).collect()
}

fn duty(
    states: &[(Day, State)],
    last: &State,
    register: &Register,
    limit: &Limit,
    definition: &Definition,
) -> Option<Duty> {
    let last_run = limit_runs(states, limit, definition).pop();
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
        warn: run
            .due
            .filter(|_| !limit.unlit)
            .map(|due| calendar.working_days_before(due, limit.yellow)),
        provisional: run.provisional,
    })
}

/// The days on which a clock stopped, each with the day on which it ran again.
type Stops = Vec<(Day, Option<Day>)>;

/// A limit that runs, as known so far.
struct Clock<'a> {
    limit: &'a Limit,
    calendar: &'a CalendarView,
    started: Day,
    stops: Stops,
    length: Option<CalendarLimit>,
    until: Option<Day>,
}

/// The runs of a limit: from the day a record enters its stages until it leaves them, pauses apart.
pub fn limit_runs(states: &[(Day, State)], limit: &Limit, definition: &Definition) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut open: Option<Clock<'_>> = None;
    for (day, state) in states {
        let stage = state.stage().unwrap_or_default();
        let counts = limit.stages.iter().any(|id| id == stage);
        let pauses = limit.paused.iter().any(|id| id == stage);
        match (&mut open, counts, pauses) {
            (None, true, _) if !applies(limit, *day, state) => {}
            (None, true, _) => open = Some(Clock::start(limit, definition, *day, state)),
            (None, false, _) => {}
            (Some(clock), true, _) => {
                clock.granted(*day, state);
                clock.resume(*day);
            }
            (Some(clock), false, true) => {
                clock.granted(*day, state);
                clock.stop(*day);
            }
            (Some(clock), false, false) => {
                runs.push(clock.run(Some(*day)));
                open = None;
            }
        }
    }
    runs.extend(open.map(|clock| clock.run(None)));
    runs
}

/// Whether a limit is one for this record.
fn applies(limit: &Limit, day: Day, state: &State) -> bool {
    let holds = |rule: &Program| rule.eval_bool(&Seen { state, day }) == Some(true);
    limit.when.as_ref().is_none_or(holds)
}

/// A state as rules see it.
struct Seen<'a> {
    state: &'a State,
    day: Day,
}

impl Env for Seen<'_> {
    fn cell(&self, slot: Slot) -> Option<&Cell> {
        self.state.cell(FieldNo(slot.0))
    }

    fn today(&self) -> Day {
        self.day
    }
}

impl<'a> Clock<'a> {
    fn start(limit: &'a Limit, definition: &'a Definition, started: Day, state: &State) -> Clock<'a> {
        let mut clock = Clock {
            limit,
            calendar: definition.calendar.latest(),
            started,
            stops: Vec::new(),
            length: None,
            until: None,
        };
        clock.measure(state);
        clock
    }

    /// What the record says of the limit's length. What was overdue already stays so: an extension that
    /// comes too late does not undo days that were late (law 3).
    fn granted(&mut self, day: Day, state: &State) {
        if self.due(None).is_none_or(|(due, _)| due >= day) {
            self.measure(state);
        }
    }

    fn measure(&mut self, state: &State) {
        let days = |field: FieldNo| match state.value(field) {
            Some(Value::Num(days)) => u32::try_from((*days).clamp(0, FIELD_DAYS_MAX)).ok(),
            _ => None,
        };
        let more = self.limit.extension.and_then(days).unwrap_or(0);
        self.until = None;
        self.length = match self.limit.length {
            LimitLength::WorkingDays(n) => Some(CalendarLimit::WorkingDays(n + more)),
            LimitLength::Days(n) => Some(CalendarLimit::Days(n + more)),
            LimitLength::Months(n) => Some(CalendarLimit::Months(n + more)),
            LimitLength::WorkingDaysIn(field) => days(field).map(|n| CalendarLimit::WorkingDays(n + more)),
            LimitLength::Until(field) => {
                let moved = self.limit.extension.and_then(|field| state.day(field));
                self.until = moved.or(state.day(field).map(|day| day.plus(more as i32)));
                None
            }
        };
    }

    fn stop(&mut self, day: Day) {
        if self.stops.last().is_none_or(|(_, end)| end.is_some()) {
            self.stops.push((day, None));
        }
    }

    fn resume(&mut self, day: Day) {
        if let Some((_, end @ None)) = self.stops.last_mut() {
            *end = Some(day);
        }
    }

    fn run(&self, ended: Option<Day>) -> Run {
        let due = self.due(ended);
        Run {
            started: self.started,
            ended,
            due: due.map(|(due, _)| due),
            provisional: due.is_some_and(|(_, provisional)| provisional),
            paused: self.stops.last().is_some_and(|(_, until)| until.is_none()),
        }
    }

    fn due(&self, ended: Option<Day>) -> Option<(Day, bool)> {
        if let Some(until) = self.until {
            // A day that somebody named is the last day whatever stood still; only rest days move it.
            let due = self.calendar.due(until, CalendarLimit::Days(0), self.limit.roll);
            return Some((due.day, due.provisional));
        }
        // What stopped the clock until the duty was done did not run again; its end is its resumption.
        let stops: Stops = self
            .stops
            .iter()
            .map(|(from, until)| (*from, until.or(ended)))
            .collect();
        let due = self
            .calendar
            .due_with_pauses(self.started, self.length?, &stops, self.limit.roll)?;
        Some((due.day, due.provisional))
    }
}

/// The stretches on which a limit is overdue, of all its runs.
pub(super) fn overdue_spans(states: &[(Day, State)], limit: &Limit, definition: &Definition) -> Vec<Overdue> {
    limit_runs(states, limit, definition)
        .into_iter()
        .filter_map(|run| Some((run.due.filter(|due| *due < Day::MAX)?, run.ended)))
        .filter(|(due, ended)| ended.is_none_or(|ended| ended > *due))
        .map(|(due, ended)| Overdue {
            from: due.next(),
            ended,
        })
        .collect()
}
