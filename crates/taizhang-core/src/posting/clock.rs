//! Room: how a limit runs over a record (law 8) — from when it enters the limit's stages until it leaves
//! them, pauses apart, extended where that was granted in time. Days are counted over the states at the
//! ends of days, hours over every event with its minute.
//!
//! A minute that nobody said is read in favour of whoever holds the record: what began that day began at
//! its end, what ended that day ended at its beginning.

use crate::calendar::{CalendarView, Limit as CalendarLimit, Moment, WorkingHours};
use crate::day::Day;
use crate::definition::{Definition, Limit, LimitLength};
use crate::expr::Program;
use crate::id::FieldNo;
use crate::timeline::{Seen, State, Timeline};
use crate::value::Value;

/// The most days, or hours, that a field may give a limit: ten years, as a pack's own limits.
const FIELD_MAX: i64 = 3_660;

const DAY_MINUTES: u16 = 24 * 60;

/// One run of a limit over a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The day it started.
    pub started: Day,
    /// The day it ended, if it did.
    pub ended: Option<Day>,
    /// Its last day; none while the clock stands still before it, or while no field says how long.
    pub due: Option<Day>,
    /// The minute of its last day at which it is over, where it counts hours.
    pub minute: Option<u16>,
    /// The minute at which it ended, where that matters.
    pub ended_at: Option<u16>,
    /// Whether the last day rests on a year without a notice.
    pub provisional: bool,
    /// Whether the clock stands still; else it has no last day only because no field says how long.
    pub paused: bool,
}

impl Run {
    /// Whether it ended after its last day or minute, or will if nobody ends it.
    pub(super) fn is_late(&self) -> bool {
        let (Some(due), Some(ended)) = (self.due, self.ended) else {
            return self.due.is_some();
        };
        ended > due || (ended == due && self.minute.is_some_and(|minute| self.ended_at > Some(minute)))
    }
}

/// The runs of a limit over a record, its states at the ends of days being known.
pub fn limit_runs(timeline: &Timeline, states: &[(Day, State)], limit: &Limit, definition: &Definition) -> Vec<Run> {
    let calendar = definition.calendar.latest();
    if !limit.length.counts_hours() {
        let points = states.iter().map(|(day, state)| (*day, *day, state));
        return runs(points, limit, |started, state| {
            let mut clock = DayClock {
                limit,
                calendar,
                started,
                stops: Vec::new(),
                length: None,
                until: None,
            };
            clock.measure(state);
            clock
        });
    }
    // Most records never come near a stage of the limit; their minutes need not be looked at.
    let stands = |state: &State| limit.stages.iter().any(|id| Some(id.as_str()) == state.stage());
    let moments = timeline.moments();
    if !moments.iter().any(|(.., state)| stands(state)) {
        return Vec::new();
    }
    let points = moments.iter().map(|(day, minute, state)| {
        let said = Said {
            day: *day,
            minute: *minute,
        };
        (said, *day, state)
    });
    runs(points, limit, |started, state| {
        let mut clock = HourClock {
            limit,
            calendar,
            hours: &definition.working_hours,
            started,
            stops: Vec::new(),
            minutes: None,
        };
        clock.measure(state);
        clock
    })
}

/// A limit that runs, as known so far.
trait Clock {
    /// When something happened.
    type At: Copy;

    /// What the record says of the limit's length. What was overdue already stays so: an extension that
    /// comes too late does not undo days that were late (law 3).
    fn granted(&mut self, at: Self::At, state: &State);

    fn stop(&mut self, at: Self::At);

    fn resume(&mut self, at: Self::At);

    fn run(&self, ended: Option<Self::At>) -> Run;
}

fn runs<'a, C: Clock>(
    points: impl Iterator<Item = (C::At, Day, &'a State)>,
    limit: &Limit,
    start: impl Fn(C::At, &State) -> C,
) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut open: Option<C> = None;
    for (at, day, state) in points {
        let stage = state.stage().unwrap_or_default();
        let counts = limit.stages.iter().any(|id| id == stage);
        let pauses = limit.paused.iter().any(|id| id == stage);
        match (&mut open, counts, pauses) {
            (None, true, _) if !applies(limit, day, state) => {}
            (None, true, _) => open = Some(start(at, state)),
            (None, false, _) => {}
            (Some(clock), true, _) => {
                clock.granted(at, state);
                clock.resume(at);
            }
            (Some(clock), false, true) => {
                clock.granted(at, state);
                clock.stop(at);
            }
            (Some(clock), false, false) => {
                runs.push(clock.run(Some(at)));
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

/// The number in a field, as a limit may have it.
fn number(state: &State, field: FieldNo) -> Option<u32> {
    match state.value(field) {
        Some(Value::Num(number)) => u32::try_from((*number).clamp(0, FIELD_MAX)).ok(),
        _ => None,
    }
}

/// A clock that counts days.
struct DayClock<'a> {
    limit: &'a Limit,
    calendar: &'a CalendarView,
    started: Day,
    /// The days on which it stopped, each with the day on which it ran again.
    stops: Vec<(Day, Option<Day>)>,
    length: Option<CalendarLimit>,
    until: Option<Day>,
}

impl DayClock<'_> {
    fn measure(&mut self, state: &State) {
        let more = self.limit.extension.and_then(|field| number(state, field)).unwrap_or(0);
        self.until = None;
        self.length = match self.limit.length {
            LimitLength::WorkingDays(n) => Some(CalendarLimit::WorkingDays(n + more)),
            LimitLength::Days(n) => Some(CalendarLimit::Days(n + more)),
            LimitLength::Months(n) => Some(CalendarLimit::Months(n + more)),
            LimitLength::WorkingDaysIn(field) => number(state, field).map(|n| CalendarLimit::WorkingDays(n + more)),
            LimitLength::Until(field) => {
                let moved = self.limit.extension.and_then(|field| state.day(field));
                self.until = moved.or(state.day(field).map(|day| day.plus(more as i32)));
                None
            }
            LimitLength::WorkingHours(_) | LimitLength::WorkingHoursIn(_) => None,
        };
    }

    fn due(&self, ended: Option<Day>) -> Option<(Day, bool)> {
        if let Some(until) = self.until {
            // A day that somebody named is the last day whatever stood still; only rest days move it.
            let due = self.calendar.due(until, CalendarLimit::Days(0), self.limit.roll);
            return Some((due.day, due.provisional));
        }
        // What stopped the clock until the duty was done did not run again; its end is its resumption.
        let stops: Vec<(Day, Option<Day>)> = self
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

impl Clock for DayClock<'_> {
    type At = Day;

    fn granted(&mut self, day: Day, state: &State) {
        if self.due(None).is_none_or(|(due, _)| due >= day) {
            self.measure(state);
        }
    }

    fn stop(&mut self, day: Day) {
        stop(&mut self.stops, day);
    }

    fn resume(&mut self, day: Day) {
        resume(&mut self.stops, day);
    }

    fn run(&self, ended: Option<Day>) -> Run {
        let due = self.due(ended);
        Run {
            started: self.started,
            ended,
            due: due.map(|(due, _)| due),
            minute: None,
            ended_at: None,
            provisional: due.is_some_and(|(_, provisional)| provisional),
            paused: stands_still(&self.stops),
        }
    }
}

/// When something happened, as far as it was said.
#[derive(Clone, Copy)]
struct Said {
    day: Day,
    minute: Option<u16>,
}

impl Said {
    /// As the beginning of a stretch of time that counts.
    fn first(self) -> Moment {
        Moment {
            day: self.day,
            minute: self.minute.unwrap_or(DAY_MINUTES),
        }
    }

    /// As its end.
    fn last(self) -> Moment {
        Moment {
            day: self.day,
            minute: self.minute.unwrap_or(0),
        }
    }
}

/// A clock that counts hours of working time.
struct HourClock<'a> {
    limit: &'a Limit,
    calendar: &'a CalendarView,
    hours: &'a WorkingHours,
    started: Said,
    stops: Vec<(Moment, Option<Moment>)>,
    minutes: Option<u32>,
}

impl HourClock<'_> {
    fn measure(&mut self, state: &State) {
        let more = self.limit.extension.and_then(|field| number(state, field)).unwrap_or(0);
        let hours = match self.limit.length {
            LimitLength::WorkingHours(n) => Some(n),
            LimitLength::WorkingHoursIn(field) => number(state, field),
            _ => None,
        };
        self.minutes = hours.map(|hours| (hours + more) * 60);
    }

    fn due(&self, ended: Option<Moment>) -> Option<(Moment, bool)> {
        let stops: Vec<(Moment, Option<Moment>)> = self
            .stops
            .iter()
            .map(|(from, until)| (*from, until.or(ended)))
            .collect();
        let from = self.started.first();
        let due = self
            .calendar
            .due_at_with_pauses(self.hours, from, self.minutes?, &stops)?;
        Some((due.at, due.provisional))
    }
}

impl Clock for HourClock<'_> {
    type At = Said;

    fn granted(&mut self, at: Said, state: &State) {
        if self.due(None).is_none_or(|(due, _)| due >= at.last()) {
            self.measure(state);
        }
    }

    fn stop(&mut self, at: Said) {
        stop(&mut self.stops, at.last());
    }

    fn resume(&mut self, at: Said) {
        resume(&mut self.stops, at.first());
    }

    fn run(&self, ended: Option<Said>) -> Run {
        let due = self.due(ended.map(Said::last));
        Run {
            started: self.started.day,
            ended: ended.map(|at| at.day),
            due: due.map(|(due, _)| due.day),
            minute: due.map(|(due, _)| due.minute),
            ended_at: ended.map(|at| at.last().minute),
            provisional: due.is_some_and(|(_, provisional)| provisional),
            paused: stands_still(&self.stops),
        }
    }
}

fn stop<T>(stops: &mut Vec<(T, Option<T>)>, at: T) {
    if stops.last().is_none_or(|(_, end)| end.is_some()) {
        stops.push((at, None));
    }
}

fn resume<T>(stops: &mut [(T, Option<T>)], at: T) {
    if let Some((_, end @ None)) = stops.last_mut() {
        *end = Some(at);
    }
}

fn stands_still<T>(stops: &[(T, Option<T>)]) -> bool {
    stops.last().is_some_and(|(_, until)| until.is_none())
}
