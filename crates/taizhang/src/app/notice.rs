//! Room: a notice of the State Council on holidays, as somebody types it from the paper, put into the
//! calendar's tables. A second notice of the same year restates the festivals that it names: what was known
//! before stays in the tables, so that an earlier limit can be computed as it was. Whether the tables then
//! hold together is asked where a pack is compiled.

use super::book::base_files;
use crate::error::AppError;
use std::collections::{BTreeMap, BTreeSet};
use taizhang_core::day::Day;
use taizhang_core::pack::Files;

const DAYS: &str = "calendar/days.csv";
const NOTICES: &str = "calendar/notices.csv";
const RESTATEMENTS: &str = "calendar/restatements.csv";

/// The longest holiday that a notice may give, in days: a slip of the pen is not a month off.
const LONGEST: usize = 15;

/// A notice.
pub struct Notice {
    /// The year that it is about.
    pub year: i32,
    /// The day on which it came out.
    pub announced_on: Day,
    /// Where it can be read.
    pub address: String,
    /// Its holidays.
    pub festivals: Vec<Festival>,
}

/// One holiday with the working days that make up for it.
pub struct Festival {
    /// What it is called.
    pub name: String,
    /// Its first day off.
    pub from: Day,
    /// Its last day off.
    pub to: Day,
    /// Days at weekends on which people work for it.
    pub work: Vec<Day>,
}

/// The pack's files with the notice in its calendar. The other tables stay those that are in force.
pub fn with_notice(mut files: Files, notice: &Notice) -> Result<Files, AppError> {
    let base = base_files();
    let table = |files: &Files, name: &str| files.get(name).or_else(|| base.get(name)).cloned().unwrap_or_default();
    let (days, notices) = (table(&files, DAYS), table(&files, NOTICES));
    let year = notice.year.to_string();
    let address = notice.address.trim();
    if address.is_empty() || notice.festivals.is_empty() {
        return Err(AppError::said("notice.incomplete", &[]));
    }
    let named = named(notice)?;
    let restatements = table(&files, RESTATEMENTS);
    let (days, restatements) = match last_notice(&notices, &year) {
        None => (appended(&days, &lines(&named, &year)), restatements),
        Some(last) if notice.announced_on <= last => {
            return Err(AppError::said("notice.not_later", &[("year", &year), ("last", &last)]));
        }
        Some(_) => restated(&days, &restatements, notice, &named)?,
    };
    files.insert(DAYS.to_owned(), days);
    let line = format!("{year},{},{}", notice.announced_on, plain(address));
    files.insert(NOTICES.to_owned(), appended(&notices, &[line]));
    // The three tables replace those of the base together.
    files.insert(RESTATEMENTS.to_owned(), restatements);
    Ok(files)
}

/// The day on which the latest notice of a year came out, if there is one.
fn last_notice(notices: &str, year: &str) -> Option<Day> {
    let days = notices.lines().filter_map(|line| {
        let mut cells = line.split(',');
        (cells.next() == Some(year)).then(|| cells.next()?.parse().ok())?
    });
    days.max()
}

/// The tables of days and of restatements after a further notice: the festivals that it names are as it says,
/// and days that it no longer names are plain again. Each day that becomes another keeps what it was.
fn restated(days: &str, restatements: &str, notice: &Notice, named: &Named) -> Result<(String, String), AppError> {
    let year = notice.year.to_string();
    let mut changes = Vec::new();
    let mut change = |day: Day, before: &str, after: &str, festival: &str| {
        changes.push(format!(
            "{day},{},{before},{after},{festival},{year}",
            notice.announced_on
        ));
    };
    let mut seen: BTreeSet<Day> = BTreeSet::new();
    let mut table: Vec<String> = Vec::new();
    for line in days.lines() {
        let cells: Vec<&str> = line.split(',').collect();
        let &[date, festival, kind, of] = cells.as_slice() else {
            table.push(line.to_owned());
            continue;
        };
        let Ok(day) = date.parse::<Day>() else {
            table.push(line.to_owned());
            continue;
        };
        seen.insert(day);
        let dropped = of == year && named.values().any(|(name, _)| name == festival);
        let after = match named.get(&day) {
            Some((_, kind)) => kind,
            None if dropped => usual(day),
            None => kind,
        };
        if after != kind {
            change(day, kind, after, festival);
        }
        table.push(format!("{date},{festival},{after},{of}"));
    }
    let fresh = named.iter().filter(|(day, _)| !seen.contains(day));
    for (day, (name, kind)) in fresh {
        if *kind != usual(*day) {
            change(*day, usual(*day), kind, name);
        }
        table.push(format!("{day},{name},{kind},{year}"));
    }
    if changes.is_empty() {
        return Err(AppError::said("notice.unchanged", &[("year", &year)]));
    }
    Ok((appended(&table.join("\n"), &[]), appended(restatements, &changes)))
}

/// What a day is that no notice names.
fn usual(day: Day) -> &'static str {
    if day.weekday() <= 5 { "work" } else { "off" }
}

/// Days with the festival that names them and what they become.
type Named = BTreeMap<Day, (String, &'static str)>;

fn named(notice: &Notice) -> Result<Named, AppError> {
    let mut named = Named::new();
    for festival in &notice.festivals {
        let name = plain(festival.name.trim());
        let length = festival.from.0..=festival.to.0;
        if name.is_empty() || length.is_empty() || length.clone().count() > LONGEST {
            let told: [(&str, &dyn std::fmt::Display); 3] =
                [("name", &name), ("from", &festival.from), ("to", &festival.to)];
            return Err(AppError::said("notice.bad_span", &told));
        }
        let off = length.map(|day| (Day(day), "off"));
        let work = festival.work.iter().map(|day| (*day, "work"));
        for (day, kind) in off.chain(work) {
            if named.insert(day, (name.clone(), kind)).is_some() {
                return Err(AppError::said("notice.twice", &[("day", &day)]));
            }
        }
    }
    Ok(named)
}

fn lines(named: &Named, year: &str) -> Vec<String> {
    let line = |(day, (name, kind)): (&Day, &(String, &str))| format!("{day},{name},{kind},{year}");
    named.iter().map(line).collect()
}

/// A word without what separates the cells of a table.
fn plain(text: &str) -> String {
    text.replace([',', '"', '\r', '\n'], "、")
}

fn appended(table: &str, lines: &[String]) -> String {
    let mut text = table.trim_end().to_owned();
    for line in lines {
        text.push('\n');
        text.push_str(line);
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn notice(year: i32, from: &str, to: &str, work: &[&str]) -> Notice {
        Notice {
            year,
            announced_on: day("2026-11-03"),
            address: "https://example.test/notice".to_owned(),
            festivals: vec![Festival {
                name: "元旦".to_owned(),
                from: day(from),
                to: day(to),
                work: work.iter().map(|text| day(text)).collect(),
            }],
        }
    }

    #[test]
    fn a_notice_becomes_lines_of_the_calendar_and_is_taken_once() {
        let files = with_notice(Files::new(), &notice(2027, "2027-01-01", "2027-01-03", &["2027-01-09"]));
        let files = files.expect("taken");
        let days = &files[DAYS];
        assert!(
            days.ends_with("2027-01-03,元旦,off,2027\n2027-01-09,元旦,work,2027\n"),
            "{days}"
        );
        assert!(files[NOTICES].ends_with("2027,2026-11-03,https://example.test/notice\n"));
        let calendar = taizhang_core::calendar::parse(days, &files[NOTICES], &files[RESTATEMENTS]).expect("sound");
        assert!(calendar.latest().known_years().contains(&2027));
        let again = with_notice(files, &notice(2027, "2027-01-01", "2027-01-04", &[]));
        assert!(again.is_err(), "a second notice is later than the first");
    }

    #[test]
    fn a_second_notice_restates_what_it_names_and_what_was_known_stays() {
        // The Spring Festival of 2020, as it was announced in November and again in January.
        let spring = |announced: &str, to: &str, work: &[&str]| Notice {
            announced_on: day(announced),
            festivals: vec![Festival {
                name: "春节".to_owned(),
                from: day("2027-02-05"),
                to: day(to),
                work: work.iter().map(|text| day(text)).collect(),
            }],
            ..notice(2027, "2027-01-01", "2027-01-01", &[])
        };
        let first = with_notice(
            Files::new(),
            &spring("2026-11-03", "2027-02-11", &["2027-01-31", "2027-02-14"]),
        );
        let second = spring("2027-02-01", "2027-02-12", &["2027-01-31"]);
        let files = with_notice(first.expect("taken"), &second).expect("restated");
        let calendar = taizhang_core::calendar::parse(&files[DAYS], &files[NOTICES], &files[RESTATEMENTS]);
        let calendar = calendar.expect("sound");
        let limit = taizhang_core::calendar::Limit::WorkingDays(3);
        let due = |known: &str| calendar.as_known(day(known)).due(day("2027-02-04"), limit, false);
        let (before, provisional) = (due("2027-01-31"), due("2026-11-02"));
        assert_eq!(
            (before.day, before.provisional),
            (day("2027-02-15"), false),
            "as known before"
        );
        assert_eq!(due("2027-02-01").day, day("2027-02-17"), "as restated");
        assert_eq!((provisional.day, provisional.provisional), (day("2027-02-09"), true));
        let working = |on: &str| calendar.latest().is_working_day(day(on)).working;
        assert!(
            !working("2027-02-14"),
            "a make-up day that is named no more is a Sunday again"
        );
        assert!(working("2027-01-31"), "one that is named still stays");
        assert!(
            calendar
                .as_known(day("2027-01-31"))
                .is_working_day(day("2027-02-14"))
                .working
        );
        let same = with_notice(
            files,
            &Notice {
                announced_on: day("2027-02-02"),
                ..second
            },
        );
        assert!(same.is_err(), "a notice that changes nothing is a slip");
    }

    #[test]
    fn a_slip_of_the_pen_is_refused() {
        for (from, to, work) in [
            ("2027-01-03", "2027-01-01", vec![]),
            ("2027-01-01", "2027-03-01", vec![]),
            ("2027-01-01", "2027-01-03", vec!["2027-01-02"]),
        ] {
            assert!(
                with_notice(Files::new(), &notice(2027, from, to, &work)).is_err(),
                "{from} {to}"
            );
        }
    }
}
