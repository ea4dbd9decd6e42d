//! The calendar against published counts, against worked examples and against a walk day by day.

mod editions;
mod limits;
mod pauses;
mod tables;
mod walked;
mod working_hours;

use super::*;
use std::sync::LazyLock;

const DAYS: &str = include_str!("../../../../../packs/base/calendar/days.csv");
const NOTICES: &str = include_str!("../../../../../packs/base/calendar/notices.csv");
const RESTATEMENTS: &str = include_str!("../../../../../packs/base/calendar/restatements.csv");

static CALENDAR: LazyLock<Calendar> = LazyLock::new(|| parse(DAYS, NOTICES, RESTATEMENTS).unwrap());

fn day(text: &str) -> Day {
    text.parse().unwrap_or_else(|_| panic!("{text}"))
}

/// `2024-09-19`, with `?` after it if provisional.
fn shown(due: Due) -> String {
    format!("{}{}", due.day, if due.provisional { "?" } else { "" })
}
