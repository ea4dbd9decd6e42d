//! Room: the rows that `bench` imports and enters — as long, and in the script, as districts write
//! them. Nobody reads them; no message stands here.

use crate::error::AppError;
use std::fmt::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};
use taizhang_core::day::Day;

/// The fields of a record, in the order of [`row`].
pub(super) const FIELDS: [&str; 20] = [
    "code",
    "name",
    "unit",
    "town",
    "category",
    "level",
    "status",
    "total",
    "done",
    "gov",
    "start_date",
    "end_date",
    "reported_on",
    "progress",
    "jobs",
    "lat",
    "lon",
    "contact",
    "is_key",
    "remark",
];

/// The first day on which a record is reported: 2024-01-01.
pub(super) const FIRST_DAY: i32 = 19_723;

/// How many rows stand in one file: what is brought may have 64 MiB.
const FILE: usize = 200_000;

/// Writes the files that are imported one after another, and says which they are.
pub(super) fn files(dir: &Path, name: &str, records: usize, days: usize) -> Result<Vec<PathBuf>, AppError> {
    let one = |from: usize| {
        let file = dir.join(format!("{name}{}.csv", from / FILE));
        let text = csv(from..records.min(from + FILE), days);
        std::fs::write(&file, text).map_err(|error| AppError::unwritable(&file, &error))?;
        Ok(file)
    };
    (0..records).step_by(FILE).map(one).collect()
}

/// The same rows in files once more, with another remark in every tenth.
pub(super) fn changed(dir: &Path, records: usize, days: usize) -> Result<Vec<PathBuf>, AppError> {
    let file = dir.join("changed.csv");
    let text = csv(0..records, days);
    let lines = text.lines().enumerate().map(|(at, line)| match at % 10 {
        1 => format!("{line}，已核对\n"),
        _ => format!("{line}\n"),
    });
    std::fs::write(&file, lines.collect::<String>()).map_err(|error| AppError::unwritable(&file, &error))?;
    Ok(vec![file])
}

/// Some rows as a file.
pub(super) fn csv(rows: Range<usize>, days: usize) -> String {
    let mut out = String::from(
        "Code,Name,Unit,Town,Category,Level,Status,Total,Done,Government money,Start,End,Reported on,\
         Progress,Jobs,Latitude,Longitude,Contact,Key project,Remark\n",
    );
    for at in rows {
        let _ = writeln!(out, "{}", row(at, days).join(","));
    }
    out
}

/// Rows as they are in a later year: another amount and another stage, from a later day on.
pub(super) fn corrected(rows: Range<usize>, days: usize, year: usize) -> String {
    let mut out = csv(0..0, days);
    for at in rows {
        let mut row = row(at, days);
        let day: Day = row[12].parse().unwrap_or(Day(FIRST_DAY));
        row[6] = ["started", "building", "done"][(at + year) % 3].to_owned();
        row[7] = (1_000_000 + (at + year) * 7_919 % 900_000_000).to_string();
        row[12] = day.plus(150 * year as i32).to_string();
        let _ = writeln!(out, "{}", row.join(","));
    }
    out
}

/// One record, the same for the same number, reported on one of so many days.
pub(super) fn row(at: usize, days: usize) -> Vec<String> {
    let pick = |list: &[&str], salt: usize| list[mixed(at, salt) % list.len()].to_owned();
    let status = ["reserve", "signed", "started", "building", "done", "running", "stopped"];
    let total = 1_000_000 + at * 7_919 % 900_000_000;
    let day = Day(FIRST_DAY + (mixed(at, 4) % days.max(1)) as i32);
    // More in some units than in others, and every one has some.
    let unit = 1 + mixed(at, 5) % 200 * (mixed(at, 6) % 200) / 200;
    vec![
        format!("P{at:07}"),
        format!("样例项目{at}号标准化厂房与配套道路"),
        format!("U{unit:03}"),
        format!("第{}镇", at % 11),
        pick(&["road", "water", "school", "plant"], 1),
        pick(&["province", "city", "district"], 2),
        pick(&status, 3),
        total.to_string(),
        (total / 3).to_string(),
        (total / 10).to_string(),
        day.plus(-200).to_string(),
        day.plus(400).to_string(),
        day.to_string(),
        format!("{}.{:02}", at % 100, at % 97),
        (at % 500).to_string(),
        format!("33.{:06}", at % 1_000_000),
        format!("113.{:06}", at * 3 % 1_000_000),
        format!("样例联系人{}", at % 1000),
        pick(&["yes", "no"], 0),
        format!("样例：第{at}条，不含真实信息"),
    ]
}

/// A number that follows from another without any pattern, so that every unit has every day.
fn mixed(at: usize, salt: usize) -> usize {
    let mut x = (at as u64)
        .wrapping_mul(16)
        .wrapping_add(salt as u64)
        .wrapping_mul(0x9E37_79B9_7F4A_7C15);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((x ^ (x >> 31)) >> 8) as usize
}
