//! Room: a notice of the State Council on holidays, as somebody types it from the paper, put into the
//! calendar's tables. Whether the tables then hold together is asked where a pack is compiled.

use super::book::base_files;
use crate::error::AppError;
use std::collections::BTreeMap;
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
    if notices.lines().any(|line| line.split(',').next() == Some(&year)) {
        return Err(AppError::said("notice.known", &[("year", &year)]));
    }
    let address = notice.address.trim();
    if address.is_empty() || notice.festivals.is_empty() {
        return Err(AppError::said("notice.incomplete", &[]));
    }
    let lines = lines(notice)?;
    let restatements = table(&files, RESTATEMENTS);
    files.insert(DAYS.to_owned(), appended(&days, &lines));
    let line = format!("{year},{},{}", notice.announced_on, plain(address));
    files.insert(NOTICES.to_owned(), appended(&notices, &[line]));
    // The three tables replace those of the base together.
    files.insert(RESTATEMENTS.to_owned(), restatements);
    Ok(files)
}

fn lines(notice: &Notice) -> Result<Vec<String>, AppError> {
    let mut named: BTreeMap<Day, (String, &str)> = BTreeMap::new();
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
    let line = |(day, (name, kind)): (Day, (String, &str))| format!("{day},{name},{kind},{}", notice.year);
    Ok(named.into_iter().map(line).collect())
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
        let again = with_notice(files, &notice(2027, "2027-02-01", "2027-02-01", &[]));
        assert!(again.is_err(), "a year has one first notice");
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
