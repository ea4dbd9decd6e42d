//! The scoreboard of units: hard tasks done in time, late and not at all; names for the organisation department.

use super::book::Year;
use std::sync::atomic::Ordering;

fn task(year: &Year, number: &str, unit: &str, done: Option<&str>) {
    let set = [
        ("number", number),
        ("name", number),
        ("unit", unit),
        ("assigned_on", "2024-01-01"),
        ("deadline", "2024-01-10"),
        ("person", "样例·某某"),
    ];
    let task = year.open("task", &set);
    year.make("task", task, "accept", &[]);
    if let Some(done) = done {
        year.make("task", task, "submit", &[]);
        year.make("task", task, "close", &[("done_on", done)]);
    }
}

/// A unit that was asked to check its late tasks, and confirms them.
fn checked(year: &Year, unit: &str) {
    let today = year.app.today().to_string();
    let set = [
        ("unit", unit),
        ("matter", "样例·超期的数"),
        ("account", "task.late,task.late_done"),
        ("as_of", today.as_str()),
        ("shown", "见台账"),
        ("asked_on", today.as_str()),
    ];
    let check = year.open("unit_check", &set);
    year.make("unit_check", check, "confirm", &[("answered_on", &today)]);
}

#[test]
fn units_stand_side_by_side_and_names_are_seen_by_one_office_alone() {
    let year = Year::new();
    year.hire("leader", "leader");
    year.hire("organisation", "organisation");
    year.clock.day.fetch_add(40, Ordering::Relaxed);
    task(&year, "a", "XH-08", Some("2024-01-09"));
    task(&year, "b", "XH-08", Some("2024-01-20"));
    task(&year, "c", "XH-11", None);
    task(&year, "d", "410402100", Some("2024-01-10"));
    let board = |login: &str| {
        let scope = year.app.scope(login).expect("a scope");
        year.app
            .scoreboard(&scope, ("task", "units"), None, (year.app.today(), None))
            .expect("a board")
    };
    let early = board("leader");
    let kept_back: Vec<(&str, bool)> = early
        .lines
        .iter()
        .map(|line| (line.code.as_str(), line.checking))
        .collect();
    assert_eq!(
        kept_back,
        [("410402100", false), ("XH-08", true), ("XH-11", true)],
        "who is late and was not asked has no place yet"
    );
    assert_eq!(early.lines[0].place, Some(1));
    for unit in ["XH-08", "XH-11"] {
        checked(&year, unit);
    }
    let seen = board("leader");
    let value = |line: usize, account: &str| {
        let at = seen
            .columns
            .iter()
            .position(|column| column.id == account)
            .expect("a column");
        seen.lines[line].cells[at].value.clone().unwrap_or_default()
    };
    let places: Vec<(&str, Option<usize>)> = seen.lines.iter().map(|line| (line.code.as_str(), line.place)).collect();
    assert_eq!(places, [("410402100", Some(1)), ("XH-08", Some(2)), ("XH-11", Some(3))]);
    assert_eq!(
        [
            value(1, "task.done"),
            value(1, "task.done_on_time"),
            value(1, "task.late_done")
        ],
        ["2", "1", "1"]
    );
    assert_eq!([value(1, "task.score"), value(2, "task.score")], ["80", "0"]);
    assert_eq!([value(2, "task.open"), value(2, "task.late")], ["1", "1"]);
    assert!(
        !seen.names && seen.lines.iter().all(|line| line.people.is_empty()),
        "a leader sees no name"
    );
    let named = board("organisation");
    let line = named.lines.iter().find(|line| line.code == "XH-11").expect("a line");
    assert_eq!(line.people, [("样例·某某".to_owned(), 1)]);
    let scope = year.app.scope("leader").expect("a scope");
    assert!(
        year.app
            .scoreboard(&scope, ("task", "none"), None, (year.app.today(), None))
            .is_err()
    );
}
