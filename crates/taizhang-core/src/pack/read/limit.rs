//! Room: one `[[limit]]` of a register — how long, on whose desk, and who is reminded when.

use super::super::source::{LengthSource, LimitSource};
use super::super::sources::At;
use super::super::table::Table;
use super::{id, name};
use crate::day::Day;
use crate::definition::{Lang, LightRule, LimitLength, Rung};

/// The longest limits: ten years.
const DAYS_MAX: u32 = 3_660;
const MONTHS_MAX: u32 = 120;
const HOURS_MAX: u32 = 2_000;

/// The longest warning ahead of a last day, in working days.
const AHEAD_MAX: u32 = 250;

const LENGTHS: [&str; 7] = [
    "working_days",
    "days",
    "months",
    "working_days_in",
    "working_hours",
    "working_hours_in",
    "until",
];

/// Reads one limit.
pub(super) fn limit(table: &Table<'_>, lang: Lang) -> LimitSource {
    LimitSource {
        id: id(table, "id"),
        name: name(table, lang),
        stages: table.words_needed("stages"),
        paused: table.words("paused"),
        when: table.text("when"),
        length: length(table),
        roll: table.flag("roll"),
        extension: table.text("extension"),
        unit: table.text("unit"),
        person: table.text("person"),
        role: table.text("role"),
        copies: table.words("copies"),
        unlit: table.flag("unlit"),
        countdown: table.flag("countdown"),
        yellow: table.integer("yellow", 0..=AHEAD_MAX).unwrap_or_default(),
        lights: table.each("lights", light),
        timeout: table.text("timeout"),
        ladder: table
            .each("ladder", |table| rung(table, lang))
            .into_iter()
            .flatten()
            .collect(),
    }
}

/// `{ from = 2024-07-01, to = 2024-12-31, yellow = 5 }`; open at either end.
fn light(table: &Table<'_>) -> (At, LightRule) {
    let rule = LightRule {
        from: table.day("from").unwrap_or(Day::MIN),
        to: table.day("to").unwrap_or(Day::MAX),
        yellow: table.integer("yellow", 0..=AHEAD_MAX).unwrap_or_default(),
    };
    (table.at_key("from"), rule)
}

fn length(table: &Table<'_>) -> Option<LengthSource> {
    match table.exactly_one(&LENGTHS)? {
        "working_days_in" => table.text("working_days_in").map(LengthSource::WorkingDaysIn),
        "working_hours_in" => table.text("working_hours_in").map(LengthSource::WorkingHoursIn),
        "until" => table.text("until").map(LengthSource::Until),
        key => fixed(table, key).map(LengthSource::Fixed),
    }
}

fn fixed(table: &Table<'_>, key: &str) -> Option<LimitLength> {
    match key {
        "working_days" => table
            .integer("working_days", 1..=DAYS_MAX)
            .map(LimitLength::WorkingDays),
        "days" => table.integer("days", 1..=DAYS_MAX).map(LimitLength::Days),
        "working_hours" => table
            .integer("working_hours", 1..=HOURS_MAX)
            .map(LimitLength::WorkingHours),
        _ => table.integer("months", 1..=MONTHS_MAX).map(LimitLength::Months),
    }
}

/// Reads how long a move must wait: `wait = { days = 7 }`.
pub(super) fn wait(table: &Table<'_>) -> Option<LimitLength> {
    let key = table.exactly_one(&["working_days", "days", "months"])?;
    fixed(table, key)
}

/// `before = 3` or `after = 1`, in working days from the last day.
fn rung(table: &Table<'_>, lang: Lang) -> Option<Rung> {
    let (id, name, drafted) = (id(table, "id"), name(table, lang), table.flag("drafted"));
    let after = match table.exactly_one(&["before", "after"])? {
        "before" => -(table.integer("before", 0..=AHEAD_MAX)? as i32),
        _ => table.integer("after", 0..=AHEAD_MAX)? as i32,
    };
    Some(Rung {
        id: id.text,
        name: name.text,
        after,
        drafted,
    })
}
