//! Figures as of a day, as known at an entry: what was answered once is answered again.

#[path = "figures/chance.rs"]
mod chance;
mod desk;
#[path = "figures/kept.rs"]
mod kept;
#[path = "figures/recount.rs"]
mod recount;

use desk::Room;
use std::path::Path;
use taizhang::app::ask::{By, FigureQuestion, FigureState};
use taizhang::app::book::read_pack;
use taizhang::app::execute::{Draft, DraftWish};
use taizhang::app::pace::paces;
use taizhang::app::records::ListAsk;
use taizhang::bulletin;
use taizhang::bulletin::release::release;
use taizhang::bulletin::restate::{releases, restated};
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

/// A level by value whose records all went elsewhere is zero; where nobody ever said, it is not.
#[test]
fn a_level_that_all_records_left_is_zero_and_no_gap() {
    let room = Room::new();
    let set = [("number", "S-1"), ("village", "1.1"), ("money", "5")];
    let before = room.head();
    let shop = write(&room, "shop", None, DraftWish::Open, "2024-02-01", &set);
    let opened = room.head();
    amend(&room, "shop", shop, "2024-04-01", &[("village", "1.2")]);
    let on = |on: &str, unit: &str, known_at: i64| {
        let question = FigureQuestion {
            span: Span::AsOf(day(on)),
            known_at: Some(known_at.to_string()),
            ..movement("shop.money", Some(unit), on, on)
        };
        let mut asking = room.app.asking().expect("a moment");
        let figure = asking.figure(&question).expect("a figure");
        (figure.state, figure.value.unwrap_or_default())
    };
    let (nobody, head) = ((FigureState::NotReported, String::new()), room.head());
    let is = |value: &str| (FigureState::Reported, value.to_owned());
    // The village that it left, the one that it came to, and a day and a moment at which nobody had said.
    assert_eq!(on("2024-03-31", "1.1", head), is("50000"));
    assert_eq!(on("2024-04-01", "1.1", head), is("0"));
    assert_eq!(on("2024-03-31", "1.2", head), nobody);
    assert_eq!(on("2024-04-01", "1.2", head), is("50000"));
    assert_eq!(on("2024-01-31", "1.1", head), nobody);
    assert_eq!(on("2024-04-01", "1.1", opened), is("50000"));
    assert_eq!(on("2024-04-01", "1.1", before), nobody);
    // What should never have been was never said.
    write(&room, "shop", Some(shop), DraftWish::Void, "2024-06-01", &[]);
    assert_eq!(on("2024-04-01", "1.1", room.head()), nobody);
    assert_eq!(on("2024-04-01", "1.1", head), is("0"), "as it was known then");
}

/// A change of a unit, or of a well, from a day on.
fn amend(room: &Room, register: &str, record: i64, on: &str, set: &[(&str, &str)]) {
    write(room, register, Some(record), DraftWish::Amend, on, set);
}

fn write(room: &Room, register: &str, record: Option<i64>, wish: DraftWish, on: &str, set: &[(&str, &str)]) -> i64 {
    let draft = Draft {
        register: register.to_owned(),
        record,
        wish,
        set: set
            .iter()
            .map(|(id, text)| ((*id).to_owned(), (*text).to_owned()))
            .collect(),
        occurred_on: Some(day(on)),
        reason: "核对".to_owned(),
        ..Draft::default()
    };
    let receipt = room.app.execute(&room.scope(), &[draft], None).expect("written");
    receipt.records[0]
}

/// A well that is put into use on a day.
fn well(room: &Room, number: &str, village: &str, on: &str) -> i64 {
    let well = write(
        room,
        "well",
        None,
        DraftWish::Open,
        on,
        &[("number", number), ("village", village)],
    );
    write(room, "well", Some(well), DraftWish::Move("start".to_owned()), on, &[]);
    well
}

/// The record of a unit.
fn unit(room: &Room, code: &str) -> i64 {
    let asking = room.app.asking().expect("a moment");
    let tree = asking.tree(day("2024-06-30"), asking.reading.n());
    asking.unit(&tree, Some(code)).expect("a unit")
}

fn movement(account: &str, unit: Option<&str>, from: &str, to: &str) -> FigureQuestion {
    FigureQuestion {
        account: account.to_owned(),
        unit: unit.map(str::to_owned),
        span: Span::Between(day(from), day(to)),
        known_at: None,
    }
}

/// Keys and values of the rows of a figure.
fn rows(room: &Room, question: &FigureQuestion, by: &By) -> Vec<(String, Option<String>)> {
    let mut asking = room.app.asking().expect("a moment");
    let rows = asking.rows(question, by).expect("rows");
    rows.into_iter().map(|row| (row.key, row.value)).collect()
}

fn said(rows: &[(&str, &str)]) -> Vec<(String, Option<String>)> {
    let row = |(key, value): &(&str, &str)| ((*key).to_owned(), Some((*value).to_owned()));
    rows.iter().map(row).collect()
}

#[test]
fn a_movement_under_a_changed_tree_is_broken_down_by_the_tree_of_each_day() {
    let room = Room::new();
    let upper = unit(&room, "1.1");
    let hamlet = [
        ("code", "1.2.1"),
        ("name", "Hamlet"),
        ("level", "village"),
        ("parent", "1.1"),
    ];
    let hamlet = write(&room, "unit", None, DraftWish::Open, "2024-01-01", &hamlet);
    well(&room, "W-1", "1.2.1", "2024-02-01");
    well(&room, "W-2", "1.1", "2024-02-02");
    // The hamlet comes to the lower village in March.
    amend(&room, "unit", hamlet, "2024-03-01", &[("parent", "1.2")]);
    well(&room, "W-3", "1.2.1", "2024-04-01");
    well(&room, "W-4", "1.2", "2024-04-02");
    let of = |unit: Option<&str>| movement("well.opened", unit, "2024-01-01", "2024-06-30");
    let value = |unit| {
        let figure = room
            .app
            .asking()
            .expect("a moment")
            .figure(&of(unit))
            .expect("a figure");
        figure.value.unwrap_or_default()
    };
    assert_eq!(
        (value(None), value(Some("1.1")), value(Some("1.2"))),
        ("4".into(), "2".into(), "2".into())
    );
    // The parts make the whole: what the hamlet did below a village, and what the village did itself.
    assert_eq!(rows(&room, &of(None), &By::Unit), said(&[("1.1", "2"), ("1.2", "2")]));
    assert_eq!(
        rows(&room, &of(Some("1.1")), &By::Unit),
        said(&[("1.1", "1"), ("1.2.1", "1")])
    );
    assert_eq!(
        rows(&room, &of(Some("1.2")), &By::Unit),
        said(&[("1.2", "1"), ("1.2.1", "1")])
    );
    // A unit with none below it is not broken down.
    assert_eq!(rows(&room, &of(Some("1.2.1")), &By::Unit), said(&[]));
    let (lines, ..) = room
        .app
        .postings(&room.scope(), &of(Some("1.1")), None, 0, 50)
        .expect("postings");
    let amounts: Vec<(&str, &str)> = lines.iter().map(|line| (&*line.unit_code, &*line.amount)).collect();
    assert_eq!(amounts, [("1.2.1", "1"), ("1.1", "1")], "{upper}");
}

#[test]
fn months_of_a_movement_begin_with_its_first_day() {
    let room = Room::new();
    well(&room, "W-1", "1.1", "2024-02-05");
    well(&room, "W-2", "1.1", "2024-02-20");
    well(&room, "W-3", "1.1", "2024-03-01");
    let question = movement("well.opened", None, "2024-02-10", "2024-03-31");
    assert_eq!(
        rows(&room, &question, &By::Month),
        said(&[("2024-02", "1"), ("2024-03", "1")])
    );
}

#[test]
fn what_nobody_said_is_no_zero_in_a_breakdown_nor_in_a_formula() {
    let accounts = r#"
[[account]]
id = "shop.twice"
name = "两倍"
measure = "元"
formula = "shop.money * 2"

[[account]]
id = "shop.mean"
name = "平均"
measure = "元"
formula = "shop.money / well.working"
"#;
    let shop = desk::shop("keep").replace(
        r#"id = "shop.money", name = "总投资", measure = "万元", "#,
        r#"id = "shop.money", name = "总投资", measure = "万元", dims = ["kind"], "#,
    );
    let pack = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/hello");
    let mut files = read_pack(&pack).expect("the pack");
    files.insert("registers/shop.toml".to_owned(), shop);
    files.insert("accounts.toml".to_owned(), accounts.to_owned());
    let room = Room::of(files);
    let open = |number: &str, set: &[(&str, &str)]| {
        let set = [&[("number", number), ("village", "1.1")], set].concat();
        write(&room, "shop", None, DraftWish::Open, "2024-02-01", &set)
    };
    let silent = open("S-1", &[("kind", "餐饮")]);
    let state = |account: &str| {
        let mut asking = room.app.asking().expect("a moment");
        let figure = asking
            .figure(&movement(account, None, "2024-01-01", "2024-06-30"))
            .expect("a figure");
        (figure.state, figure.value)
    };
    assert_eq!(state("shop.money"), (FigureState::NotReported, None));
    assert_eq!(state("shop.twice"), (FigureState::NotReported, None));
    let kinds = FigureQuestion {
        span: Span::AsOf(day("2024-06-30")),
        ..movement("shop.money", None, "2024-01-01", "2024-06-30")
    };
    let dim = By::Dimension("kind".to_owned());
    assert_eq!(rows(&room, &kinds, &dim), [("餐饮".to_owned(), None)]);
    amend(&room, "shop", silent, "2024-02-02", &[("money", "不适用")]);
    assert_eq!(state("shop.money"), (FigureState::NotApplicable, None));
    assert_eq!(state("shop.twice"), (FigureState::NotApplicable, None));
    open("S-2", &[("kind", "零售"), ("money", "3")]);
    assert_eq!(state("shop.twice"), (FigureState::Reported, Some("60000".to_owned())));
    // Everything is reported, there is only nothing to divide by: a ratio without a denominator.
    assert_eq!(state("shop.mean"), (FigureState::Reported, None));
    assert_eq!(
        rows(&room, &kinds, &dim),
        [("零售".to_owned(), Some("30000".to_owned())), ("餐饮".to_owned(), None)]
    );
}

#[test]
fn a_figure_goes_by_the_name_and_the_places_that_were_known() {
    let room = Room::new();
    apply(&room, SHARE, None);
    well(&room, "W-1", "1.1", "2024-03-01");
    let known = room.head();
    let later = SHARE
        .replace("Share of wells in use", "Wells in use, per hundred")
        .replace("measure = \"%\"", "measure = \"%\"\nscale = 4");
    apply(&room, &later, Some("2024-06-01"));
    let ask = |known_at: Option<i64>, to: &str| {
        let question = FigureQuestion {
            known_at: known_at.map(|n| n.to_string()),
            ..movement("well.share", None, "2024-01-01", to)
        };
        let figure = room
            .app
            .asking()
            .expect("a moment")
            .figure(&question)
            .expect("a figure");
        (
            figure.account.name.clone(),
            figure.value.unwrap_or_default(),
            figure.shown,
        )
    };
    let was = ("Share of wells in use".to_owned(), "100".to_owned(), "100".to_owned());
    assert_eq!(ask(Some(known), "2024-06-30"), was);
    assert_eq!(ask(None, "2024-05-31"), was);
    let (name, value, _) = ask(None, "2024-06-30");
    assert_eq!((&*name, &*value), ("Wells in use, per hundred", "100"));
}

#[test]
fn a_list_as_known_goes_by_the_names_and_the_rules_of_then() {
    let room = Room::new();
    well(&room, "W-1", "1.1", "2024-02-01");
    let repair = [("well", "W-1"), ("matter", "pump")];
    write(&room, "repair", None, DraftWish::Open, "2024-02-02", &repair);
    let known = room.head();
    let upper = unit(&room, "1.1");
    amend(&room, "unit", upper, "2024-01-01", &[("name", "Renamed Village")]);
    // Repairs follow the well no more, and have no village of their own, on any day.
    let pack = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/hello");
    let mut files = read_pack(&pack).expect("the pack");
    files.insert("registers/shop.toml".to_owned(), desk::shop("keep"));
    let text = files["registers/repair.toml"].replace("inherit = [\"village\"]", "inherit = []");
    files.insert("registers/repair.toml".to_owned(), text);
    let plan = room.app.plan_pack(files).expect("a plan");
    room.app
        .apply_pack(&room.scope(), plan, Some(day("2020-01-01")), Some("口径调整"))
        .expect("applied");
    let listed = |known_at: Option<i64>| {
        let ask = ListAsk {
            register: "repair".to_owned(),
            known_at: known_at.map(|n| n.to_string()),
            as_of: Some(day("2024-06-30")),
            limit: 10,
            ..ListAsk::default()
        };
        let listed = room.app.list(&room.scope(), &ask).expect("a list");
        let field = listed.register.field_named("village").expect("a field").no;
        let village = listed.rows[0].state.unit(field);
        village.map(|unit| {
            listed
                .labels
                .tree
                .get(unit)
                .map_or(String::new(), |node| node.name.clone())
        })
    };
    assert_eq!(listed(Some(known)), Some("Upper Village".to_owned()));
    assert_eq!(listed(None), None);
}

#[test]
fn a_figure_opened_as_known_names_its_records_as_they_were() {
    let room = Room::new();
    let well = well(&room, "W-1", "1.1", "2024-02-01");
    let known = room.head();
    amend(&room, "well", well, "2024-03-01", &[("number", "W-9")]);
    let titles = |known_at: Option<i64>| {
        let question = FigureQuestion {
            known_at: known_at.map(|n| n.to_string()),
            ..movement("well.opened", None, "2024-01-01", "2024-06-30")
        };
        let mut asking = room.app.asking().expect("a moment");
        let opened = asking.open(&room.scope(), &question, 0, 10).expect("opened");
        opened.items.into_iter().map(|item| item.title).collect::<Vec<_>>()
    };
    assert_eq!(titles(Some(known)), ["W-1"]);
    assert_eq!(titles(None), ["W-9"]);
}

#[test]
fn a_target_is_judged_by_the_version_of_its_day() {
    let room = Room::new();
    well(&room, "W-1", "1.1", "2024-02-01");
    let pack = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/hello");
    let mut files = read_pack(&pack).expect("the pack");
    files.insert("registers/shop.toml".to_owned(), desk::shop("keep"));
    let text = files["pack.toml"].replace("value = 20", "value = 2");
    files.insert("pack.toml".to_owned(), text);
    let plan = room.app.plan_pack(files).expect("a plan");
    room.app
        .apply_pack(&room.scope(), plan, Some(day("2024-06-01")), Some("调整目标"))
        .expect("applied");
    let completion = |on: &str| {
        paces(&room.app, day(on), None).expect("targets")[0]
            .said()
            .completion
            .clone()
    };
    assert_eq!(
        (completion("2024-05-31"), completion("2024-06-30")),
        ("5".into(), "50".into())
    );
}

#[test]
fn a_restatement_keeps_the_words_of_the_release_and_names_every_entry_that_moved_a_figure() {
    let room = Room::new();
    apply(&room, SHARE, None);
    let files = || {
        let pack = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/hello");
        let mut files = read_pack(&pack).expect("the pack");
        files.insert("registers/shop.toml".to_owned(), desk::shop("keep"));
        files.insert("accounts.toml".to_owned(), SHARE.to_owned());
        files
    };
    let worded = |figures: &str| {
        let mut files = files();
        let text = format!("+++\nname = \"Wells\"\n+++\n{figures}\n");
        files.insert("bulletins/half-year.md".to_owned(), text);
        files
    };
    let brought = |files| {
        let plan = room.app.plan_pack(files).expect("a plan");
        let scope = room.scope();
        room.app
            .apply_pack(&scope, plan, None, None)
            .expect("applied")
            .expect("new")
            .entry
    };
    let figures = r#"{{ f("well.opened", unit="1.1") }} {{ f("well.share") }}"#;
    brought(worded(figures));
    let hamlet = [
        ("code", "1.1.1"),
        ("name", "Hamlet"),
        ("level", "village"),
        ("parent", "1.1"),
    ];
    let hamlet = write(&room, "unit", None, DraftWish::Open, "2024-01-01", &hamlet);
    well(&room, "W-1", "1.1.1", "2024-02-01");
    let second = well(&room, "W-2", "1.1", "2024-02-02");
    release(&room.app, &room.scope(), "half-year", day("2024-06-30")).expect("released");
    let changed = || {
        let (_, released) = releases(&room.app, "half-year").expect("releases").remove(0);
        let found = restated(&room.app, &room.scope(), &released).expect("restated");
        found
            .into_iter()
            .map(|one| (one.then, one.now, one.entries))
            .collect::<Vec<_>>()
    };
    assert_eq!(changed(), []);
    // The hamlet never was the village's; the second well broke in the end; a share is of a thousand now.
    amend(&room, "unit", hamlet, "2024-01-15", &[("parent", "1.2")]);
    let moved = room.head();
    write(
        &room,
        "well",
        Some(second),
        DraftWish::Move("fail".to_owned()),
        "2024-06-01",
        &[],
    );
    let failed = room.head();
    let text = |then: &str, now: &str, entries: &[i64]| (then.to_owned(), now.to_owned(), entries.to_vec());
    assert_eq!(changed(), [text("2", "1", &[moved]), text("100", "50", &[failed])]);
    let mut later = worded("Nothing.");
    later.insert("accounts.toml".to_owned(), SHARE.replace("* 100", "* 1000"));
    let redefined = brought(later);
    assert_eq!(
        changed(),
        [text("2", "1", &[moved]), text("100", "500", &[failed, redefined])]
    );
    // As known at the release, the bulletin reads as it was released.
    let scope = room.scope();
    let then = releases(&room.app, "half-year").expect("releases")[0]
        .1
        .known_at
        .to_string();
    let written = bulletin::write(&room.app, &scope, "half-year", day("2024-06-30"), Some(&then)).expect("written");
    assert_eq!(written.markdown.trim(), "2 100");
}

#[test]
fn a_state_taken_over_is_known_from_the_day_that_was_known_then() {
    let room = Room::new();
    let set = [("number", "W-1"), ("village", "1.1")];
    let well = write(&room, "well", None, DraftWish::Opening, "2024-05-01", &set);
    let taken_over = room.head();
    let moved = DraftWish::Correct {
        target: well,
        withdraw: false,
        day: Some(day("2024-03-01")),
    };
    write(&room, "well", Some(well), moved, "2024-06-01", &[]);
    let earlier = room.head();
    write(&room, "well", Some(well), DraftWish::Void, "2024-06-01", &[]);
    let state = |on: &str, known_at: i64| {
        let question = FigureQuestion {
            span: Span::AsOf(day(on)),
            known_at: Some(known_at.to_string()),
            ..movement("well.working", None, on, on)
        };
        let figure = room
            .app
            .asking()
            .expect("a moment")
            .figure(&question)
            .expect("a figure");
        figure.state
    };
    let known = |n: i64| (state("2024-02-29", n), state("2024-04-30", n), state("2024-05-01", n));
    let (nobody, zero) = (FigureState::NotReported, FigureState::Reported);
    assert_eq!(known(taken_over), (nobody, nobody, zero));
    assert_eq!(known(earlier), (nobody, zero, zero));
    assert_eq!(known(room.head()), (zero, zero, zero));
}
