//! What was known when.

use super::*;

#[test]
fn a_restated_day_is_known_as_it_was() {
    for (on, restated, working) in [
        ("2020-01-26", "2020-01-31", true),
        ("2020-01-27", "2020-01-31", false),
        ("2020-01-26", "2020-02-01", true),
        ("2020-01-27", "2020-02-01", false),
        ("2019-03-21", "2019-05-02", true),
        ("2019-03-22", "2019-05-02", false),
        ("2019-03-21", "2019-05-01", false),
        ("2019-03-21", "2019-04-28", false),
        ("2019-03-22", "2019-04-28", true),
        ("2015-05-12", "2015-09-03", true),
        ("2015-05-13", "2015-09-03", false),
        ("2015-05-13", "2015-09-06", true),
    ] {
        let kind = CALENDAR.as_known(day(on)).is_working_day(day(restated));
        assert_eq!(kind, DayKind { working, known: true }, "{restated} as known on {on}");
    }
    let due = |on| {
        CALENDAR
            .as_known(day(on))
            .due(day("2020-01-23"), Limit::WorkingDays(1), false)
    };
    assert_eq!(shown(due("2020-01-23")), "2020-01-31");
    assert_eq!(shown(due("2020-01-27")), "2020-02-03");
    assert_eq!(shown(due("2019-11-20")), "2020-01-24?");
}

#[test]
fn a_year_is_known_from_its_notice_on() {
    let known = |on, asked| CALENDAR.as_known(day(on)).is_working_day(day(asked));
    assert_eq!(
        known("2025-11-03", "2026-10-01"),
        DayKind {
            working: true,
            known: false
        }
    );
    assert_eq!(
        known("2025-11-04", "2026-10-01"),
        DayKind {
            working: false,
            known: true
        }
    );
    assert_eq!(
        known("2199-12-31", "2027-10-01"),
        DayKind {
            working: true,
            known: false
        }
    );
    assert_eq!(
        known("2012-12-09", "2013-10-01"),
        DayKind {
            working: true,
            known: false
        }
    );
    // 2018-12-31 was named by the notice of 2019; 2018 itself was known before.
    assert_eq!(
        known("2018-12-05", "2018-12-31"),
        DayKind {
            working: true,
            known: true
        }
    );
    assert_eq!(
        known("2018-12-06", "2018-12-31"),
        DayKind {
            working: false,
            known: true
        }
    );
    assert_eq!(
        known("2018-12-06", "2018-12-29"),
        DayKind {
            working: true,
            known: true
        }
    );

    assert_eq!(CALENDAR.as_known(day("2012-12-09")).announced_on(), None);
    assert_eq!(
        CALENDAR.as_known(day("2020-01-28")).announced_on(),
        Some(day("2020-01-27"))
    );
    assert_eq!(CALENDAR.latest().announced_on(), Some(day("2025-11-04")));
    assert_eq!(CALENDAR.latest().known_years(), (2013..=2026).collect::<Vec<_>>());
    assert_eq!(CALENDAR.latest().festival(day("2026-02-17")), Some("春节"));
    assert_eq!(CALENDAR.latest().festival(day("2026-03-17")), None);
}

#[test]
fn a_local_closure_lies_over_the_notices() {
    let snow = |kind, announced_on| StatutoryDay {
        day: day("2024-02-05"),
        name: "暴雪".into(),
        kind,
        announced_on: day(announced_on),
    };
    let days = vec![
        snow(StatutoryKind::Work, "2024-02-04"),
        snow(StatutoryKind::Off, "2024-02-03"),
    ];
    let calendar = CALENDAR.with_days(days);
    let due = |on| {
        shown(
            calendar
                .as_known(day(on))
                .due(day("2024-02-04"), Limit::WorkingDays(1), false),
        )
    };
    assert_eq!(due("2024-02-02"), "2024-02-05");
    assert_eq!(due("2024-02-03"), "2024-02-06");
    assert_eq!(due("2024-02-04"), "2024-02-05", "the closure was called off");
    assert_eq!(
        calendar
            .latest()
            .working_days_between(day("2023-12-31"), day("2024-12-31")),
        251
    );
}
