//! Room: how limits run over a record's states, and when they are overdue (laws 3 and 8).

use crate::calendar::Limit as CalendarLimit;
use crate::day::Day;
use crate::definition::{Definition, Limit, LimitLength};
use crate::timeline::State;

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
    /// Its last day; none while the clock stands still before it.
    pub due: Option<Day>,
    /// Whether the last day rests on a year without a notice.
    pub provisional: bool,
}

/// The days on which a clock stopped, each with the day on which it ran again.
type Stops = Vec<(Day, Option<Day>)>;

/// The runs of a limit: from the day a record enters its stages until it leaves them, pauses apart.
pub fn limit_runs(states: &[(Day, State)], limit: &Limit, definition: &Definition) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut open: Option<(Day, Stops)> = None;
    for (day, state) in states {
        let stage = state.stage().unwrap_or_default();
        let counts = limit.stages.iter().any(|id| id == stage);
        let pauses = limit.paused.iter().any(|id| id == stage);
        match (&mut open, counts, pauses) {
            (None, true, _) => open = Some((*day, Vec::new())),
            (None, false, _) => {}
            (Some((_, stops)), true, _) => {
                if let Some((_, end @ None)) = stops.last_mut() {
                    *end = Some(*day);
                }
            }
            (Some((_, stops)), false, true) => {
                if stops.last().is_none_or(|(_, end)| end.is_some()) {
                    stops.push((*day, None));
                }
            }
            (Some((started, stops)), false, false) => {
                runs.push(run(*started, Some(*day), stops, limit, definition));
                open = None;
            }
        }
    }
    if let Some((started, stops)) = open {
        runs.push(run(started, None, &stops, limit, definition));
    }
    runs
}

fn run(started: Day, ended: Option<Day>, stops: &[(Day, Option<Day>)], limit: &Limit, definition: &Definition) -> Run {
    let length = match limit.length {
        LimitLength::WorkingDays(days) => CalendarLimit::WorkingDays(days),
        LimitLength::Days(days) => CalendarLimit::Days(days),
        LimitLength::Months(months) => CalendarLimit::Months(months),
    };
    // What stopped the clock until the duty was done did not run again; the duty's end is its resumption.
    let stops: Stops = stops.iter().map(|(from, until)| (*from, until.or(ended))).collect();
    let due = definition
        .calendar
        .latest()
        .due_with_pauses(started, length, &stops, limit.roll);
    Run {
        started,
        ended,
        due: due.map(|due| due.day),
        provisional: due.is_some_and(|due| due.provisional),
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
