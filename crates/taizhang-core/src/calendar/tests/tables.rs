//! The tables of the base pack against published counts, and tables that are refused.

use super::*;
use crate::day::Month;
use std::collections::BTreeMap;

const WORKDAYS: &str = include_str!("../../../../../packs/base/calendar/workdays_per_month_2013_2026.csv");

#[test]
fn working_days_of_each_month_are_the_published_ones() {
    let view = CALENDAR.latest();
    let mut months = 0;
    let mut of_year = BTreeMap::new();
    for row in crate::codes::table::read("workdays", WORKDAYS, &["month", "days", "workdays"]).unwrap() {
        let month: Month = row.parsed("month").unwrap();
        let before = month.first().plus(-1);
        let found = view.working_days_between(before, month.last());
        assert_eq!(month.last().0 - before.0, row.parsed("days").unwrap(), "{month}");
        assert_eq!(found, row.parsed("workdays").unwrap(), "{month}");
        *of_year.entry(month.ym().0).or_insert(0) += found;
        months += 1;
    }
    assert_eq!(months, 168);
    let published = [250, 250, 249, 250, 249, 250, 250, 249, 250, 249, 249, 251, 248, 248];
    assert_eq!(of_year.into_values().collect::<Vec<_>>(), published);
    for (half, working_days) in [("2024", 123), ("2025", 120), ("2026", 120)] {
        let (from, to) = (day(&format!("{half}-01-01")).plus(-1), day(&format!("{half}-06-30")));
        assert_eq!(view.working_days_between(from, to), working_days, "{half}");
    }
}

#[test]
fn make_up_days_are_working_days() {
    for (year, days) in [
        ("2024", "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12"),
        ("2025", "01-26 02-08 04-27 09-28 10-11"),
        ("2026", "01-04 02-14 02-28 05-09 09-20 10-10"),
    ] {
        let (from, to) = (day(&format!("{year}-01-01")), day(&format!("{year}-12-31")));
        let found: Vec<String> = (from.0..=to.0)
            .map(Day)
            .filter(|d| d.weekday() > 5 && CALENDAR.latest().is_working_day(*d).working)
            .map(|d| d.to_string()[5..].to_owned())
            .collect();
        assert_eq!(found.join(" "), days);
    }
}

#[test]
fn a_table_that_contradicts_itself_is_refused() {
    const D: &str = "date,festival,kind,notice_year\n";
    const N: &str = "year,announced_on,notice_url\n";
    const R: &str = "date,announced_on,kind_before,kind_after,festival,notice_year\n";
    let notices = "2020,2019-11-21,a\n2020,2020-01-27,b\n";
    for (days, notices, restatements, expected) in [
        (
            "2020-01-31,春节,off,2020\n",
            notices,
            "2020-01-31,2020-01-27,work,off,春节,2020\n",
            "",
        ),
        ("2020-1-31,春节,off,2020\n", notices, "", "calendar/days.csv:2"),
        ("2020-01-31,春节,休,2020\n", notices, "", "calendar/days.csv:2"),
        ("2020-01-31,春节,off,2021\n", notices, "", "calendar/days.csv:2"),
        (
            "2020-01-31,春节,off,2020\n2020-01-31,春节,off,2020\n",
            notices,
            "",
            "calendar/days.csv:3",
        ),
        (
            "2020-01-31,春节,work,2020\n",
            notices,
            "2020-01-31,2020-01-27,work,off,春节,2020\n",
            "calendar/days.csv:2",
        ),
        ("2020-01-31,,off,2020\n", notices, "", "calendar/days.csv:2"),
        (
            "",
            "2020,2019-11-21,a\n2020,2019-11-21,b\n",
            "",
            "calendar/notices.csv:3",
        ),
        ("", "二〇二〇,2019-11-21,a\n", "", "calendar/notices.csv:2"),
        (
            "",
            notices,
            "2020-01-31,2020-01-27,work,off,春节,2020\n",
            "calendar/restatements.csv:2",
        ),
        (
            "2020-01-31,春节,off,2020\n",
            notices,
            "2020-01-31,2020-01-28,work,off,春节,2020\n",
            "calendar/restatements.csv:2",
        ),
        (
            "2020-01-31,春节,off,2020\n",
            notices,
            "2020-01-31,2019-11-21,work,off,春节,2020\n",
            "calendar/restatements.csv:2",
        ),
        (
            "2020-01-31,春节,off,2020\n",
            notices,
            "2020-01-31,2020-01-27,off,off,春节,2020\n",
            "calendar/restatements.csv:2",
        ),
    ] {
        let fault = parse(
            &format!("{D}{days}"),
            &format!("{N}{notices}"),
            &format!("{R}{restatements}"),
        )
        .err();
        let place = fault
            .as_ref()
            .map_or(String::new(), |fault| format!("{}:{}", fault.file, fault.line));
        assert_eq!(place, expected, "{fault:?}");
    }
    assert!(matches!(
        parse("", N, R),
        Err(CsvFault {
            line: 1,
            why: CsvWhy::Header { .. },
            ..
        })
    ));
}
