//! The stage that a row names is reached by moves: which, and on what days.

use super::desk::Room;
use taizhang_core::journal::Act;

#[test]
fn the_days_of_moves_are_those_that_they_ask_for() {
    let room = Room::new();
    let head: &[&str] = &["编号", "所在村", "开业日期", "签约日期", "环节"];
    let outcome = room.import(
        "shop",
        &room.sheet("a.csv", &[head, &["1", "1.1", "2024-01-05", "2024-03", "营业"]]),
    );
    assert!(outcome.errors.is_empty(), "{:?}", outcome.errors);
    let (first, last) = outcome.entries.unwrap();
    let mut reading = room.app.reading().unwrap();
    let days: Vec<String> = (first..=last)
        .map(|n| {
            taizhang_store::journal::entry(reading.conn().unwrap(), n)
                .unwrap()
                .unwrap()
        })
        .map(|entry| entry.occurred_on.to_string())
        .collect();
    assert_eq!(days, ["2024-01-05", "2024-03-31", "2024-03-31"]);
}

#[test]
fn of_two_moves_to_a_stage_the_one_is_made_whose_guard_lets_the_row_pass() {
    let room = Room::new();
    let shops: &[&[&str]] = &[
        &["编号", "所在村", "开业日期", "签约日期", "类别", "环节"],
        &["1", "1.1", "2024-01-05", "2024-03", "零售", "营业"],
        &["2", "1.1", "2024-01-05", "2024-03", "餐饮", "营业"],
    ];
    let outcome = room.import("shop", &room.sheet("shops.csv", shops));
    assert!(outcome.errors.is_empty(), "{:?}", outcome.errors);
    let (first, last) = outcome.entries.unwrap();
    let mut reading = room.app.reading().unwrap();
    let entries = (first..=last).map(|n| taizhang_store::journal::entry(reading.conn().unwrap(), n));
    let moves: Vec<String> = entries
        .filter_map(|entry| match entry.unwrap().unwrap().act {
            Act::Move { name, .. } => Some(name),
            _ => None,
        })
        .collect();
    assert_eq!(moves, ["sign", "start", "sign", "serve"]);
}
