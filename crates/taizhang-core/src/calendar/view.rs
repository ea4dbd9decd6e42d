//! Room: which days are working days, as known on some day.
//!
//! Counting never walks through the days: between two days that a notice names, Monday to Friday
//! is plain arithmetic, so a count is one search among the few hundred named days and its inverse
//! (the n-th working day) another. Years without a notice count Monday to Friday.

use super::{StatutoryDay, StatutoryKind};
use crate::day::Day;
use std::sync::Arc;

/// A day's kind, and whether a notice of its year is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayKind {
    /// Whether it is a working day.
    pub working: bool,
    /// Whether the year's notice is known; if not, the kind follows from the weekday only.
    pub known: bool,
}

/// The calendar as known on some day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarView {
    announced_on: Option<Day>,
    years: Vec<i32>,
    named: Vec<NamedDay>,
}

/// A day that a notice names, with the working days up to and including it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct NamedDay {
    day: Day,
    working: bool,
    name: Arc<str>,
    /// Working days from [`Day::MIN`] up to and including this day.
    count: i64,
    /// By how much that count exceeds the count of Mondays to Fridays.
    excess: i64,
}

impl CalendarView {
    /// The view of known years and of named days, which must be in the order of (day, announcement).
    pub(super) fn new<'a>(
        announced_on: Option<Day>,
        mut years: Vec<i32>,
        days: impl Iterator<Item = &'a StatutoryDay>,
    ) -> CalendarView {
        years.sort_unstable();
        years.dedup();
        let mut named: Vec<NamedDay> = Vec::new();
        for day in days {
            // The later announcement of the same day replaces the earlier one.
            named.pop_if(|earlier| earlier.day == day.day);
            let excess = named.last().map_or(0, |earlier| earlier.excess);
            named.push(NamedDay::after(excess, day));
        }
        CalendarView {
            announced_on,
            years,
            named,
        }
    }

    /// The last announcement that this view includes: which edition of the calendar it is.
    pub fn announced_on(&self) -> Option<Day> {
        self.announced_on
    }

    /// The years whose notice is known, in order.
    pub fn known_years(&self) -> &[i32] {
        &self.years
    }

    /// Whether a day is a working day, and whether that is known or assumed.
    pub fn is_working_day(&self, day: Day) -> DayKind {
        let working = match self.named_on(day) {
            Some(named) => named.working,
            None => is_weekday(day),
        };
        DayKind {
            working,
            known: self.knows(day, day),
        }
    }

    /// The festival for which a notice names this day, be it a day off or a make-up working day.
    pub fn festival(&self, day: Day) -> Option<&str> {
        self.named_on(day).map(|named| &*named.name)
    }

    /// Working days after `from`, up to and including `to`; negative if `to` is earlier.
    /// So `due(from, WorkingDays(n))` lies n working days from `from`.
    pub fn working_days_between(&self, from: Day, to: Day) -> i32 {
        (self.count(to) - self.count(from)) as i32
    }

    /// The first day on which no more than `n` working days are left until a last day.
    pub fn working_days_before(&self, due: Day, n: u32) -> Day {
        let count = self.count(due) - i64::from(n);
        if count < 1 { Day::MIN } else { self.nth(count).min(due) }
    }

    /// Whether the notices of all years from one day to another are known; of no day at all, yes.
    pub(super) fn knows(&self, first: Day, last: Day) -> bool {
        first > last || (first.year()..=last.year()).all(|year| self.years.binary_search(&year).is_ok())
    }

    /// Working days from [`Day::MIN`] up to and including a day.
    pub(super) fn count(&self, day: Day) -> i64 {
        let later = self.named.partition_point(|named| named.day <= day);
        let excess = later.checked_sub(1).map_or(0, |at| self.named[at].excess);
        weekdays_up_to(day) + excess
    }

    /// The day on which that count reaches `n` (from 1); the calendar's last day if it never does.
    pub(super) fn nth(&self, n: i64) -> Day {
        let at = self.named.partition_point(|named| named.count < n);
        let excess = at.checked_sub(1).map_or(0, |before| self.named[before].excess);
        // Before the named day at which the count has reached n there are only plain days left.
        let plain = nth_weekday(n - excess);
        self.named.get(at).map_or(plain, |named| plain.min(named.day))
    }

    /// The first working day that is not earlier than a day.
    pub(super) fn working_day_from(&self, day: Day) -> Day {
        if self.is_working_day(day).working {
            day
        } else {
            self.nth(self.count(day) + 1)
        }
    }

    fn named_on(&self, day: Day) -> Option<&NamedDay> {
        let at = self.named.binary_search_by_key(&day, |named| named.day).ok()?;
        self.named.get(at)
    }
}

impl NamedDay {
    fn after(excess: i64, day: &StatutoryDay) -> NamedDay {
        let working = day.kind == StatutoryKind::Work;
        let excess = excess + i64::from(working) - i64::from(is_weekday(day.day));
        let count = weekdays_up_to(day.day) + excess;
        NamedDay {
            day: day.day,
            working,
            name: Arc::clone(&day.name),
            count,
            excess,
        }
    }
}

fn is_weekday(day: Day) -> bool {
    since_min(day) % 7 < 5
}

/// Mondays to Fridays from [`Day::MIN`] up to and including a day.
fn weekdays_up_to(day: Day) -> i64 {
    let days = since_min(day) + 1;
    days / 7 * 5 + (days % 7).min(5)
}

/// The n-th Monday to Friday from [`Day::MIN`], held within the calendar.
fn nth_weekday(n: i64) -> Day {
    let before = (n - 1).max(0);
    let days = (before / 5).saturating_mul(7).saturating_add(before % 5);
    Day::MIN.plus(i32::try_from(days).unwrap_or(i32::MAX))
}

/// Days since [`Day::MIN`], which is a Monday.
fn since_min(day: Day) -> i64 {
    i64::from(day.clamp(Day::MIN, Day::MAX).0 - Day::MIN.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weekdays_are_those_of_the_civil_calendar() {
        assert_eq!(Day::MIN.weekday(), 1, "the arithmetic above starts on a Monday");
        let mut count = 0;
        for day in (Day::MIN.0..Day::MIN.0 + 1_000).map(Day) {
            assert_eq!(is_weekday(day), day.weekday() <= 5, "{day}");
            count += i64::from(is_weekday(day));
            assert_eq!(weekdays_up_to(day), count, "{day}");
            if is_weekday(day) {
                assert_eq!(nth_weekday(count), day);
            }
        }
    }
}
