//! Room: limits that stop and run on (hearing, expert review, supplement: 行政许可法 第四十五条).
//!
//! The rule of the pause: it is written down by the day on which the clock stops and the day on
//! which it runs again. The day of the stop still counts; days strictly after it, up to and
//! including the day of the resumption, do not. So a clock that stops and resumes on one day loses
//! nothing, and the day of a resumption is treated as the day of the start is (民法典 第二百零一条).

use super::limit::{Counted, Due, Limit};
use super::view::CalendarView;
use crate::day::Day;

/// Days strictly after `after`, up to and including `until`; without an end, all days after.
#[derive(Clone, Copy)]
struct Stop {
    after: Day,
    until: Option<Day>,
}

impl CalendarView {
    /// The day on which a limit ends whose clock stops on the first day of each pair and runs again
    /// on the second. `None` while it stands still: the limit has no end until it runs again. A
    /// limit that had ended when the clock stopped keeps its day.
    ///
    /// Pauses may come in any order and overlap; one that ends before it begins stops nothing. A
    /// limit in months is first turned into the natural days that it has without a pause.
    pub fn due_with_pauses(&self, from: Day, limit: Limit, pauses: &[(Day, Option<Day>)], roll: bool) -> Option<Due> {
        let stops = merged(pauses);
        let due = self.run(from, limit, &stops)?;
        if roll { self.roll_past(due, &stops) } else { Some(due) }
    }

    fn run(&self, from: Day, limit: Limit, stops: &[Stop]) -> Option<Due> {
        let (counted, mut left) = limit.counted(from);
        let (mut at, mut provisional) = (from, false);
        for stop in stops.iter().filter(|stop| stop.until.is_none_or(|until| until > from)) {
            let counts = self.counted_between(counted, at, stop.after.max(at));
            if counts >= left {
                break;
            }
            // The days up to the stop were consulted; those of the stop never are.
            provisional |= counted == Counted::Working && !self.knows(at.next(), stop.after);
            left -= counts;
            at = stop.until?;
        }
        let due = self.advance(at, counted, left);
        Some(Due {
            provisional: due.provisional || provisional,
            ..due
        })
    }

    /// Moves a last day off to the next working day on which the clock runs.
    fn roll_past(&self, due: Due, stops: &[Stop]) -> Option<Due> {
        let mut due = self.rolled(due);
        for stop in stops {
            if stop.after < due.day && stop.until.is_none_or(|until| due.day <= until) {
                due = self.rolled(Due {
                    day: stop.until?.next(),
                    ..due
                });
            }
        }
        Some(due)
    }
}

/// The pauses in order, overlapping and adjoining ones made into one.
fn merged(pauses: &[(Day, Option<Day>)]) -> Vec<Stop> {
    let mut stops: Vec<Stop> = pauses
        .iter()
        .map(|&(after, until)| Stop { after, until })
        .filter(|stop| stop.until.is_none_or(|until| until > stop.after))
        .collect();
    stops.sort_by_key(|stop| stop.after);
    let mut merged: Vec<Stop> = Vec::with_capacity(stops.len());
    for stop in stops {
        match merged.last_mut() {
            Some(last) if last.until.is_none_or(|until| stop.after <= until) => {
                last.until = last.until.zip(stop.until).map(|(a, b)| a.max(b));
            }
            _ => merged.push(stop),
        }
    }
    merged
}
