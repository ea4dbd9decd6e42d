//! Figures as of a day, as known at an entry: what was answered once is answered again.

mod desk;

use desk::Room;
use std::path::Path;
use taizhang::app::ask::{FigureQuestion, FigureState};
use taizhang::app::book::read_pack;
use taizhang_core::day::Day;
use taizhang_store::figure::Span;

const SHARE: &str = r#"
[[account]]
id = "well.share"
name = "Share of wells in use"
measure = "%"
formula = "well.working / well.opened * 100"
"#;

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

fn apply(room: &Room, accounts: &str, from: Option<&str>) {
    let pack = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/hello");
    let mut files = read_pack(&pack).expect("the pack");
    files.insert("registers/shop.toml".to_owned(), desk::shop("keep"));
    files.insert("accounts.toml".to_owned(), accounts.to_owned());
    let plan = room.app.plan_pack(files).expect("a plan");
    let scope = room.app.program_scope().expect("a scope");
    room.app
        .apply_pack(&scope, plan, from.map(day), Some("口径调整"))
        .expect("applied");
}

fn ask(room: &Room, account: &str, on: &str, known_at: Option<i64>) -> (FigureState, Option<String>) {
    let question = FigureQuestion {
        account: account.to_owned(),
        unit: None,
        span: Span::Between(day("2024-01-01"), day(on)),
        known_at: known_at.map(|n| n.to_string()),
    };
    let figure = room
        .app
        .asking()
        .expect("a moment")
        .figure(&question)
        .expect("a figure");
    (figure.state, figure.value)
}

#[test]
fn a_formula_changed_later_leaves_what_was_known_before() {
    let room = Room::new();
    apply(&room, SHARE, None);
    let file = room.sheet(
        "wells.csv",
        &[&["Number", "Village", "环节"], &["W-1", "1.1", "Working"]],
    );
    let done = room
        .import_with("well", &file, |request| request.occurred_on = Some(day("2024-03-01")))
        .expect("imported");
    assert_eq!(done.added, 1, "{:?}", done.errors);
    let known = room.head();
    let hundred = (FigureState::Reported, Some("100".to_owned()));
    assert_eq!(ask(&room, "well.share", "2024-05-31", None), hundred);
    apply(&room, &SHARE.replace("* 100", "* 50"), Some("2024-06-01"));
    // The day before the new rule, and the old knowledge of the day after: both as they were.
    assert_eq!(ask(&room, "well.share", "2024-05-31", None), hundred);
    assert_eq!(ask(&room, "well.share", "2024-06-02", Some(known)), hundred);
    assert_eq!(
        ask(&room, "well.share", "2024-06-02", None),
        (FigureState::Reported, Some("50".to_owned()))
    );
    // Before the first entry nothing is known, which is not zero.
    assert_eq!(
        ask(&room, "well.share", "2024-05-31", Some(0)).0,
        FigureState::NotReported
    );
}

#[test]
fn a_state_taken_over_by_one_unit_leaves_the_others_known() {
    let room = Room::new();
    let early = room.sheet(
        "early.csv",
        &[
            &["编号", "所在村", "总投资（万元）", "开业日期"],
            &["S-1", "1.1", "5", "2024-02-01"],
        ],
    );
    assert_eq!(room.import("shop", &early).added, 1);
    let late = room.sheet(
        "late.csv",
        &[&["编号", "所在村", "总投资（万元）"], &["S-2", "1.2", "7"]],
    );
    let opening = room
        .import_with("shop", &late, |request| request.opening = Some(day("2024-05-01")))
        .expect("imported");
    assert_eq!(opening.added, 1, "{:?}", opening.errors);
    let on = |on: &str, unit: Option<&str>| {
        let question = FigureQuestion {
            account: "shop.money".to_owned(),
            unit: unit.map(str::to_owned),
            span: Span::AsOf(day(on)),
            known_at: None,
        };
        let figure = room
            .app
            .asking()
            .expect("a moment")
            .figure(&question)
            .expect("a figure");
        (figure.state, figure.value.unwrap_or_default())
    };
    assert_eq!(on("2024-03-01", None), (FigureState::Reported, "50000".to_owned()));
    assert_eq!(on("2024-03-01", Some("1.2")).0, FigureState::NotReported);
    assert_eq!(on("2024-05-01", None), (FigureState::Reported, "120000".to_owned()));
}
