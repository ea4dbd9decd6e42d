//! Room: months and days of a scheme. A period of months ends on the same-numbered day, or on the last of
//! a shorter month (民法典 第二百零二条); whether a last day off rolls on is the scheme's choice (第二百零三条).

use taizhang_core::calendar::{Calendar, Limit};
use taizhang_core::day::Day;

/// How a scheme ends its periods.
#[derive(Clone, Copy)]
pub struct Ends<'a> {
    /// The working days, or none for a scheme that does not roll on.
    pub calendar: Option<&'a Calendar>,
}

impl Ends<'_> {
    /// The last day of so many months, counted from a day.
    pub fn last(self, from: Day, months: u32) -> Day {
        match self.calendar {
            Some(calendar) => calendar.latest().due(from, Limit::Months(months), true).day,
            None => from.plus_months(i32::try_from(months).unwrap_or(i32::MAX).min(1200)),
        }
    }
}

/// How many whole months lie between two days; 0 if the second is earlier.
pub fn whole(from: Day, to: Day) -> u32 {
    let apart = to.month().0 - from.month().0;
    let full = if from.plus_months(apart) <= to {
        apart
    } else {
        apart - 1
    };
    u32::try_from(full).unwrap_or(0)
}

/// Days between two days, the first counted and the last not; 0 if the second is earlier.
pub fn days(from: Day, to: Day) -> u32 {
    u32::try_from(i64::from(to.0) - i64::from(from.0)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn months_end_by_the_civil_code() {
        let plain = Ends { calendar: None };
        let table = [
            ("2024-01-31", 3, "2024-04-30"),
            ("2024-02-29", 12, "2025-02-28"),
            ("2024-01-15", 12, "2025-01-15"),
        ];
        for (from, months, last) in table {
            assert_eq!(plain.last(on(from), months), on(last), "{from}");
        }
    }

    #[test]
    fn whole_months_are_those_that_have_passed() {
        let table = [
            ("2024-01-15", "2024-11-20", 10),
            ("2024-01-31", "2024-02-29", 1),
            ("2024-01-31", "2024-02-28", 0),
            ("2024-03-01", "2024-02-01", 0),
            ("2024-01-15", "2024-01-15", 0),
        ];
        for (from, to, months) in table {
            assert_eq!(whole(on(from), on(to)), months, "{from} {to}");
        }
        assert_eq!(days(on("2024-04-10"), on("2024-06-21")), 72);
    }
}
