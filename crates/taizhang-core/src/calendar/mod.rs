//! Room: working days, and when a limit ends.
//!
//! A [`Calendar`] holds every notice of the State Council (国务院办公厅关于节假日安排的通知) with the
//! day on which it was announced; a [`CalendarView`] is what was known on some day, and counts.
//! A later notice restates an earlier one (2015, 2019, 2020), so that a limit computed earlier can
//! be computed again as it was. Nothing here knows what day it is today, and nothing decides
//! whether a limit counts working days: that is the pack's matter, since the licence law does
//! (行政许可法 第八十二条) and most others do not.

mod hours;
mod limit;
mod parse;
mod pause;
mod view;

#[cfg(test)]
mod tests;

pub use crate::codes::table::{CsvFault, CsvWhy};
pub use hours::{DueAt, HoursFault, Moment, WorkingHours, clock_time, minute_of_day};
pub use limit::{Due, Limit, Remaining};
pub use parse::parse;
pub use view::{CalendarView, DayKind};

use crate::day::Day;
use std::sync::Arc;

/// A notice makes the calendar of a year known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The year that it arranges. It may name days of the December before (2018-12-31).
    pub year: i32,
    /// The day on which it was published.
    pub announced_on: Day,
}

/// What a notice makes of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StatutoryKind {
    /// A day off (放假、调休).
    Off,
    /// A make-up working day (调休上班).
    Work,
}

/// A day that a notice names. Local closures (snow, a local festival) are such days too; the
/// latest announcement of a day counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatutoryDay {
    /// The day.
    pub day: Day,
    /// The festival, such as 春节.
    pub name: Arc<str>,
    /// What the day becomes.
    pub kind: StatutoryKind,
    /// The day on which this was published.
    pub announced_on: Day,
}

/// All notices, each with its day of announcement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    notices: Vec<Notice>,
    days: Vec<StatutoryDay>,
    /// What was known before any announcement, then after each, in their order.
    editions: Vec<CalendarView>,
}

/// No notice at all: every date is provisional.
impl Default for Calendar {
    fn default() -> Calendar {
        Calendar::new(Vec::new(), Vec::new())
    }
}

impl Calendar {
    /// A calendar of these notices and days, in any order.
    pub fn new(notices: Vec<Notice>, mut days: Vec<StatutoryDay>) -> Calendar {
        days.sort_by_key(|named| (named.day, named.announced_on));
        let announced = notices.iter().map(|notice| notice.announced_on);
        let mut announcements: Vec<Day> = announced.chain(days.iter().map(|named| named.announced_on)).collect();
        announcements.sort_unstable();
        announcements.dedup();
        let editions = std::iter::once(None)
            .chain(announcements.into_iter().map(Some))
            .map(|on| edition(on, &notices, &days))
            .collect();
        Calendar {
            notices,
            days,
            editions,
        }
    }

    /// This calendar with further days, such as the closures of one place.
    pub fn with_days(&self, days: Vec<StatutoryDay>) -> Calendar {
        Calendar::new(self.notices.clone(), self.days.iter().cloned().chain(days).collect())
    }

    /// What was known at the end of a day: notices announced later do not count.
    pub fn as_known(&self, on: Day) -> &CalendarView {
        // The first edition is announced on no day (`None`), which orders before every day.
        let later = self
            .editions
            .partition_point(|edition| edition.announced_on() <= Some(on));
        &self.editions[later.saturating_sub(1)]
    }

    /// Everything that the calendar holds.
    pub fn latest(&self) -> &CalendarView {
        &self.editions[self.editions.len() - 1]
    }
}

fn edition(on: Option<Day>, notices: &[Notice], days: &[StatutoryDay]) -> CalendarView {
    let years = notices
        .iter()
        .filter(|notice| Some(notice.announced_on) <= on)
        .map(|notice| notice.year);
    let days = days.iter().filter(|named| Some(named.announced_on) <= on);
    CalendarView::new(on, years.collect(), days)
}
