//! Room: the day on which a limit ends.
//!
//! Basis: 民法典 第二百零一条 (the first day is not counted), 第二百零二条 (months end on the
//! same-numbered day, or on the last of a shorter month), 第二百零三条 (a last day on a statutory
//! day off moves to the day after it); 行政许可法 第八十二条 (working days). Hours are in `hours`,
//! pauses in `pause`. A view never says whether a limit has passed: it is not told the day.

use super::view::CalendarView;
use crate::day::Day;

/// How long something may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Limit {
    /// Working days (工作日).
    WorkingDays(u32),
    /// Natural days (日、天).
    Days(u32),
    /// Months of the Civil Code (个月).
    Months(u32),
}

/// The last day of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The last day on which it is in time.
    pub day: Day,
    /// Whether it may still change: a day that was consulted lies in a year whose notice is not
    /// known, or the limit runs beyond the book's last day and is held there.
    pub provisional: bool,
}

/// What is left of a limit; negative when it has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remaining {
    /// Natural days.
    pub days: i32,
    /// Working days.
    pub working_days: i32,
}

/// What a count counts. Months are counted as the natural days that they come to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Counted {
    Working,
    Natural,
}

impl CalendarView {
    /// The day on which a limit ends that begins to run on `from`. With `roll`, a last day that is
    /// no working day moves to the next one (第二百零三条); a limit in working days ends on one.
    pub fn due(&self, from: Day, limit: Limit, roll: bool) -> Due {
        let (counted, n) = limit.counted(from);
        let due = self.advance(from, counted, n);
        if roll { self.rolled(due) } else { due }
    }

    /// What is left on a day until a limit ends.
    pub fn remaining(&self, today: Day, due: Day) -> Remaining {
        Remaining {
            days: due.0.saturating_sub(today.0),
            working_days: self.working_days_between(today, due),
        }
    }

    /// The day that lies `n` counted days after `from`.
    pub(super) fn advance(&self, from: Day, counted: Counted, n: i64) -> Due {
        let day = match counted {
            _ if n == 0 => from,
            Counted::Natural => from.plus(i32::try_from(n).unwrap_or(i32::MAX)),
            Counted::Working => self.nth(self.count(from) + n),
        };
        let assumed = counted == Counted::Working && !self.knows(from.next(), day);
        Due {
            day,
            provisional: assumed || day == Day::MAX,
        }
    }

    /// The same due day, or the next working day if it is none. Every day looked at must be known.
    pub(super) fn rolled(&self, due: Due) -> Due {
        let day = self.working_day_from(due.day);
        Due {
            day,
            provisional: due.provisional || !self.knows(due.day, day),
        }
    }

    /// How many days count after `from`, up to and including `to`.
    pub(super) fn counted_between(&self, counted: Counted, from: Day, to: Day) -> i64 {
        match counted {
            Counted::Working => self.count(to) - self.count(from),
            Counted::Natural => i64::from(to.0) - i64::from(from.0),
        }
    }
}

impl Limit {
    /// What to count and how much of it, for a limit that begins to run on a day.
    pub(super) fn counted(self, from: Day) -> (Counted, i64) {
        match self {
            Limit::WorkingDays(n) => (Counted::Working, i64::from(n)),
            Limit::Days(n) => (Counted::Natural, i64::from(n)),
            Limit::Months(n) => (Counted::Natural, i64::from(months_later(from, n).0 - from.0)),
        }
    }
}

/// The same-numbered day `n` months later (第二百零二条), held at the book's last day.
fn months_later(from: Day, n: u32) -> Day {
    match i32::try_from(n) {
        Ok(0) => from,
        Ok(n) if n < Day::MAX.month().0 - from.month().0 => from.plus_months(n),
        _ => Day::MAX,
    }
}
