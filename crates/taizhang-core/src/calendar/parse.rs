//! Room: a calendar from the three tables of a pack.
//!
//! `days.csv` holds each named day as it finally stands, `notices.csv` the notices of each year,
//! `restatements.csv` the days that a second notice changed, with their kind before. A new year is
//! one line of notices and its days. Nothing is guessed: a table that contradicts itself is refused.

use super::{Calendar, CsvFault, CsvWhy, Notice, StatutoryDay, StatutoryKind};
use crate::codes::table::{self, Row};
use crate::day::Day;
use std::collections::BTreeMap;
use std::sync::Arc;

const DAYS: &str = "calendar/days.csv";
const NOTICES: &str = "calendar/notices.csv";
const RESTATEMENTS: &str = "calendar/restatements.csv";

/// Reads the three tables. A fault names the file, the line and what is wrong there.
pub fn parse(days_csv: &str, notices_csv: &str, restatements_csv: &str) -> Result<Calendar, CsvFault> {
    let notices = notices(notices_csv)?;
    let restated = restatements(restatements_csv, &notices)?;
    let days = days(days_csv, &notices, restated)?;
    Ok(Calendar::new(notices, days))
}

fn notices(csv: &str) -> Result<Vec<Notice>, CsvFault> {
    let mut lines = BTreeMap::new();
    let mut notices = Vec::new();
    for row in table::read(NOTICES, csv, &["year", "announced_on", "notice_url"])? {
        let notice = Notice {
            year: row.parsed("year")?,
            announced_on: row.day("announced_on")?,
        };
        row.text("notice_url")?;
        once(&mut lines, &row, (notice.year, notice.announced_on))?;
        notices.push(notice);
    }
    Ok(notices)
}

/// A day that a later notice of its year changed.
struct Restated {
    line: usize,
    announced_on: Day,
    before: StatutoryKind,
    after: StatutoryKind,
    name: Arc<str>,
}

/// The changes of each day, in the order of their announcement.
type RestatedDays = BTreeMap<Day, BTreeMap<Day, Restated>>;

fn restatements(csv: &str, notices: &[Notice]) -> Result<RestatedDays, CsvFault> {
    let columns = &[
        "date",
        "announced_on",
        "kind_before",
        "kind_after",
        "festival",
        "notice_year",
    ];
    let mut restated = RestatedDays::new();
    for row in table::read(RESTATEMENTS, csv, columns)? {
        let (announced_on, year): (Day, i32) = (row.day("announced_on")?, row.parsed("notice_year")?);
        let is_later = |first: Day| first < announced_on;
        let announced = notices.iter().any(|n| n.year == year && n.announced_on == announced_on);
        if !announced || !first_notice(notices, year).is_some_and(is_later) {
            return Err(dangling(&row, "announced_on"));
        }
        let change = Restated {
            line: row.line,
            announced_on,
            before: kind(&row, "kind_before")?,
            after: kind(&row, "kind_after")?,
            name: row.text("festival")?.into(),
        };
        if change.before == change.after {
            return Err(row.impossible("kind_after", row.text("kind_after")?));
        }
        if let Some(earlier) = restated
            .entry(row.day("date")?)
            .or_default()
            .insert(announced_on, change)
        {
            return Err(row.fault(CsvWhy::Twice {
                key: row.text("date")?.to_owned(),
                first: earlier.line,
            }));
        }
    }
    Ok(restated)
}

fn days(csv: &str, notices: &[Notice], mut restated: RestatedDays) -> Result<Vec<StatutoryDay>, CsvFault> {
    let mut lines = BTreeMap::new();
    let mut days = Vec::new();
    for row in table::read(DAYS, csv, &["date", "festival", "kind", "notice_year"])? {
        let day = row.day("date")?;
        once(&mut lines, &row, day)?;
        let first = first_notice(notices, row.parsed("notice_year")?);
        let mut named = StatutoryDay {
            day,
            name: row.text("festival")?.into(),
            kind: kind(&row, "kind")?,
            announced_on: first.ok_or_else(|| dangling(&row, "notice_year"))?,
        };
        let changes = restated.remove(&day).unwrap_or_default();
        if let Some(last) = changes.values().next_back().filter(|last| last.after != named.kind) {
            return Err(contradiction(&row, last));
        }
        // What the first notice said is what the first change found.
        named.kind = changes.values().next().map_or(named.kind, |change| change.before);
        days.push(named);
        days.extend(changes.into_values().map(|change| change.on(day)));
    }
    match restated.pop_first() {
        None => Ok(days),
        Some((day, changes)) => Err(not_in_days(day, &changes)),
    }
}

impl Restated {
    fn on(self, day: Day) -> StatutoryDay {
        StatutoryDay {
            day,
            name: self.name,
            kind: self.after,
            announced_on: self.announced_on,
        }
    }
}

fn first_notice(notices: &[Notice], year: i32) -> Option<Day> {
    notices
        .iter()
        .filter(|notice| notice.year == year)
        .map(|notice| notice.announced_on)
        .min()
}

fn kind(row: &Row<'_>, column: &'static str) -> Result<StatutoryKind, CsvFault> {
    match row.text(column)? {
        "off" => Ok(StatutoryKind::Off),
        "work" => Ok(StatutoryKind::Work),
        other => Err(row.impossible(column, other)),
    }
}

/// Refuses a key that an earlier line has.
fn once<K: Ord>(lines: &mut BTreeMap<K, usize>, row: &Row<'_>, key: K) -> Result<(), CsvFault> {
    match lines.insert(key, row.line) {
        None => Ok(()),
        Some(first) => Err(row.fault(CsvWhy::Twice {
            key: row.first().to_owned(),
            first,
        })),
    }
}

fn dangling(row: &Row<'_>, column: &'static str) -> CsvFault {
    let value = row.optional(column).unwrap_or_default().to_owned();
    row.fault(CsvWhy::Dangling { column, value })
}

fn contradiction(row: &Row<'_>, change: &Restated) -> CsvFault {
    let value = row.optional("kind").unwrap_or_default().to_owned();
    row.fault(CsvWhy::Contradiction {
        column: "kind",
        value,
        file: RESTATEMENTS,
        other: change.line,
    })
}

fn not_in_days(day: Day, changes: &BTreeMap<Day, Restated>) -> CsvFault {
    let line = changes.values().next().map_or(1, |change| change.line);
    CsvFault {
        file: RESTATEMENTS,
        line,
        why: CsvWhy::Dangling {
            column: "date",
            value: day.to_string(),
        },
    }
}
