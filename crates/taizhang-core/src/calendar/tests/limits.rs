//! Limits in working days, natural days and months.

use super::*;

#[test]
fn limits_in_working_days() {
    for (from, n, due) in [
        ("2024-09-11", 5, "2024-09-19"),
        ("2024-09-27", 5, "2024-10-10"),
        ("2024-04-26", 7, "2024-05-09"),
        ("2024-08-28", 20, "2024-09-26"),
        ("2025-01-24", 3, "2025-02-05"),
        ("2026-02-13", 5, "2026-02-27"),
        // A make-up Saturday counts, a weekend does not.
        ("2026-02-27", 1, "2026-02-28"),
        ("2026-02-28", 1, "2026-03-02"),
        // No limit at all ends where it begins; the last known day is still certain.
        ("2026-10-01", 0, "2026-10-01"),
        ("2026-12-30", 1, "2026-12-31"),
        ("2026-12-31", 1, "2027-01-01?"),
        ("2026-12-28", 5, "2027-01-04?"),
        ("2012-12-31", 1, "2013-01-04"),
        ("2012-12-28", 1, "2012-12-31?"),
    ] {
        let due_day = CALENDAR.latest().due(day(from), Limit::WorkingDays(n), false);
        assert_eq!(shown(due_day), due, "{from} + {n}");
    }
}

#[test]
fn limits_in_days_and_months() {
    for (from, limit, plain, rolled) in [
        ("2024-09-11", Limit::Days(5), "2024-09-16", "2024-09-18"),
        ("2024-09-14", Limit::Days(15), "2024-09-29", "2024-09-29"),
        ("2024-09-20", Limit::Days(15), "2024-10-05", "2024-10-08"),
        ("2024-01-31", Limit::Months(1), "2024-02-29", "2024-02-29"),
        ("2023-01-31", Limit::Months(1), "2023-02-28", "2023-02-28"),
        ("2024-03-31", Limit::Months(1), "2024-04-30", "2024-04-30"),
        ("2024-02-29", Limit::Months(12), "2025-02-28", "2025-02-28"),
        ("2024-02-29", Limit::Months(1), "2024-03-29", "2024-03-29"),
        ("2024-08-15", Limit::Months(0), "2024-08-15", "2024-08-15"),
        // 2025-05-01 to 05-05 are off, 05-04 and 05-05 among them.
        ("2024-11-04", Limit::Months(6), "2025-05-04", "2025-05-06"),
        // Natural days are certain for ever; whether the last one is a day off is not.
        ("2026-12-31", Limit::Days(1), "2027-01-01", "2027-01-01?"),
        ("2026-12-31", Limit::Months(120), "2036-12-31", "2036-12-31?"),
        ("2026-10-01", Limit::Days(0), "2026-10-01", "2026-10-08"),
        // What runs beyond the book's last day is held there and says so.
        ("2024-01-31", Limit::Days(u32::MAX), "2199-12-31?", "2199-12-31?"),
        ("2024-01-31", Limit::Months(u32::MAX), "2199-12-31?", "2199-12-31?"),
        ("2199-12-15", Limit::Months(0), "2199-12-15", "2199-12-16?"),
        ("2199-11-30", Limit::Months(1), "2199-12-31?", "2199-12-31?"),
        ("2024-01-31", Limit::WorkingDays(u32::MAX), "2199-12-31?", "2199-12-31?"),
    ] {
        let view = CALENDAR.latest();
        assert_eq!(shown(view.due(day(from), limit, false)), plain, "{from} + {limit:?}");
        assert_eq!(
            shown(view.due(day(from), limit, true)),
            rolled,
            "{from} + {limit:?} rolled"
        );
    }
}

#[test]
fn what_is_left_is_counted_from_the_day_after() {
    let left = |today: &str| CALENDAR.latest().remaining(day(today), day("2024-10-10"));
    for (today, days, working_days) in [
        ("2024-09-27", 13, 5),
        ("2024-10-09", 1, 1),
        ("2024-10-10", 0, 0),
        ("2024-10-12", -2, -2),
        ("2024-10-13", -3, -2),
    ] {
        assert_eq!(left(today), Remaining { days, working_days }, "{today}");
    }
}
