//! Room: the rows that `bench` imports and enters — as long, and in the script, as districts write
//! them. Nobody reads them; no message stands here.

use std::fmt::Write as _;
use taizhang_core::day::Day;

/// The file that is imported.
pub(super) fn csv(records: usize) -> String {
    let mut out = String::from(
        "Code,Name,Unit,Town,Category,Level,Status,Total,Done,Government money,Start,End,Reported on,\
         Progress,Jobs,Latitude,Longitude,Contact,Key project,Remark\n",
    );
    for at in 0..records {
        let _ = writeln!(out, "{}", row(at).join(","));
    }
    out
}

/// One record, the same for the same number.
pub(super) fn row(at: usize) -> Vec<String> {
    let pick = |list: &[&str], salt: usize| list[(at * 7 + salt) % list.len()].to_owned();
    let status = ["reserve", "signed", "started", "building", "done", "running", "stopped"];
    let total = 1_000_000 + at * 7_919 % 900_000_000;
    let day = Day(19_723 + (at * 31 % 240) as i32);
    vec![
        format!("P{at:07}"),
        format!("样例项目{at}号标准化厂房与配套道路"),
        format!("U{:03}", 1 + at * at % 200),
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
