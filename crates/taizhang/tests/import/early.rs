//! Rows of a sheet that are older than the unit that they are of.

use super::Room;
use taizhang::import::Early;
use taizhang_core::day::Day;

/// What was before a unit is in no figure of those days: it is written, and said.
#[test]
fn rows_dated_before_their_unit_was_there_are_told() {
    let room = Room::new();
    let reading = room.app.reading().unwrap();
    let tree = reading.caches.tree(Day::MAX, reading.n());
    let unit = tree.named("1.1")[0];
    let first = reading.caches.units(reading.n()).first_days()[&unit];
    drop(reading);
    let head: &[&str] = &["店号", "所在村", "总投资", "开业日期"];
    let on = |day: Day| day.to_string();
    let (before, that) = (on(first.plus(-1)), on(first));
    let early = room.sheet(
        "a.csv",
        &[
            head,
            &["1", "1.1", "5", &that],
            &["2", "1.1", "7", &before],
            &["3", "1.1", "9", &before],
        ],
    );
    let outcome = room.import("shop", &early);
    assert_eq!(
        (outcome.added, outcome.errors_total),
        (3, 0),
        "a warning refuses nothing"
    );
    let told = outcome.early.as_ref().expect("told");
    assert_eq!(
        (told.rows, told.row, told.day, told.first),
        (2, 3, first.plus(-1), first)
    );
    let words = Early::words(room.app.locale(), &outcome.json()["before_unit"]).expect("words");
    assert!(
        words.contains("第 3 行") && words.contains(&before) && words.contains(&told.unit),
        "{words}"
    );
    // The control: rows of the unit's own days.
    let own = room.sheet("b.csv", &[head, &["4", "1.1", "5", &that]]);
    let outcome = room.import("shop", &own);
    assert_eq!((outcome.added, outcome.early), (1, None));
}
