//! Limits whose clock stops and runs on.

use super::*;

#[test]
fn a_paused_limit_runs_on() {
    use Limit::{Days, Months, WorkingDays};
    type Pauses<'a> = &'a [(&'a str, &'a str)];
    let table: &[(&str, Limit, Pauses<'_>, &str)] = &[
        ("2024-09-02", WorkingDays(5), &[], "2024-09-09"),
        // The day of the stop counts, the day of the resumption does not.
        (
            "2024-09-02",
            WorkingDays(5),
            &[("2024-09-04", "2024-09-06")],
            "2024-09-11",
        ),
        (
            "2024-09-02",
            WorkingDays(5),
            &[("2024-09-04", "2024-09-04")],
            "2024-09-09",
        ),
        (
            "2024-09-02",
            WorkingDays(5),
            &[("2024-09-04", "2024-09-03")],
            "2024-09-09",
        ),
        (
            "2024-09-02",
            WorkingDays(5),
            &[("2024-09-02", "2024-09-03")],
            "2024-09-10",
        ),
        // Over a weekend nothing is lost.
        (
            "2024-09-02",
            WorkingDays(5),
            &[("2024-09-06", "2024-09-08")],
            "2024-09-09",
        ),
        // Overlapping, unordered and adjoining pauses are one.
        (
            "2024-09-02",
            WorkingDays(5),
            &[
                ("2024-09-05", "2024-09-06"),
                ("2024-09-04", "2024-09-05"),
                ("2024-09-03", "2024-09-04"),
            ],
            "2024-09-12",
        ),
        // A pause that began before the limit did, or ended before.
        (
            "2024-09-02",
            WorkingDays(5),
            &[("2024-08-30", "2024-09-03")],
            "2024-09-10",
        ),
        (
            "2024-09-02",
            WorkingDays(5),
            &[("2024-08-26", "2024-09-02")],
            "2024-09-09",
        ),
        // While the clock stands still there is no due day; one that had come stays.
        ("2024-09-02", WorkingDays(5), &[("2024-09-06", "")], "none"),
        ("2024-09-02", WorkingDays(5), &[("2024-09-09", "")], "2024-09-09"),
        (
            "2024-09-02",
            WorkingDays(5),
            &[("2024-09-04", "2024-09-06"), ("2024-09-10", "")],
            "none",
        ),
        (
            "2024-09-02",
            WorkingDays(5),
            &[("2024-09-03", ""), ("2024-09-04", "2024-09-05")],
            "none",
        ),
        // Days of an unknown year within a pause are not consulted, those after it are.
        (
            "2026-12-30",
            WorkingDays(1),
            &[("2026-12-30", "2027-01-31")],
            "2027-02-01?",
        ),
        ("2024-09-02", Days(5), &[("2024-09-04", "2024-09-06")], "2024-09-09"),
        ("2026-12-30", Days(1), &[("2026-12-30", "2027-01-31")], "2027-02-01"),
        ("2024-01-31", Months(1), &[("2024-02-01", "2024-02-03")], "2024-03-02"),
    ];
    for (from, limit, pauses, expected) in table {
        let pauses: Vec<_> = pauses
            .iter()
            .map(|(stop, resume)| (day(stop), resume.parse().ok()))
            .collect();
        let due = CALENDAR.latest().due_with_pauses(day(from), *limit, &pauses, false);
        assert_eq!(
            due.map_or("none".to_owned(), shown),
            *expected,
            "{from} {limit:?} {pauses:?}"
        );
    }
}

#[test]
fn a_paused_last_day_rolls_past_the_pause() {
    let rolled = |pauses: &[(&str, &str)]| {
        let pauses: Vec<_> = pauses
            .iter()
            .map(|(stop, resume)| (day(stop), resume.parse().ok()))
            .collect();
        // Saturday 2024-09-07 is the last day of five.
        let due = CALENDAR
            .latest()
            .due_with_pauses(day("2024-09-02"), Limit::Days(5), &pauses, true);
        due.map_or("none".to_owned(), shown)
    };
    assert_eq!(rolled(&[]), "2024-09-09");
    assert_eq!(rolled(&[("2024-09-08", "2024-09-10")]), "2024-09-11");
    assert_eq!(
        rolled(&[("2024-09-08", "2024-09-13")]),
        "2024-09-14",
        "a make-up Saturday"
    );
    assert_eq!(rolled(&[("2024-09-08", "")]), "none");
    assert_eq!(rolled(&[("2024-09-09", "")]), "2024-09-09");
}
