//! Targets as records: seeded by the pack, revised with both versions kept, split, and judged by rules that are data.

mod desk;

use desk::Room;
use std::sync::Arc;
use taizhang::app::execute::{Draft, DraftWish};
use taizhang::app::pace::{Pace, PaceAsk, asked, to_json};
use taizhang::app::rollover::Above;
use taizhang::error::AppError;
use taizhang_core::day::Day;

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

fn set(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    fields
        .iter()
        .map(|(field, text)| ((*field).to_owned(), (*text).to_owned()))
        .collect()
}

fn open(room: &Room, register: &str, on: &str, fields: &[(&str, &str)]) -> Result<i64, AppError> {
    let draft = Draft {
        register: register.to_owned(),
        set: set(fields),
        occurred_on: Some(day(on)),
        ..Draft::default()
    };
    Ok(room.app.execute(&room.scope(), &[draft], None)?.records[0])
}

fn amend(room: &Room, record: i64, on: &str, fields: &[(&str, &str)]) -> Result<(), AppError> {
    let draft = Draft {
        register: "target".to_owned(),
        record: Some(record),
        wish: DraftWish::Amend,
        set: set(fields),
        occurred_on: Some(day(on)),
        ..Draft::default()
    };
    room.app.execute(&room.scope(), &[draft], None).map(|_| ())
}

fn paces(room: &Room, on: &str) -> Vec<Arc<Pace>> {
    let ask = PaceAsk {
        as_of: Some(day(on)),
        ..PaceAsk::default()
    };
    asked(&room.app, &ask).expect("paces")
}

fn one(room: &Room, on: &str, code: &str) -> Arc<Pace> {
    let found = paces(room, on).into_iter().find(|pace| *pace.target == *code);
    found.unwrap_or_else(|| panic!("no target {code}"))
}

/// Wells in use from the days given, in the first village.
fn wells(room: &Room, days: &[&str]) {
    for (no, on) in days.iter().enumerate() {
        let number = format!("W-{on}-{no}");
        let file = room.sheet(
            &format!("{number}.csv"),
            &[&["Number", "Village", "环节"], &[&number, "1.1", "Working"]],
        );
        let done = room.import_with("well", &file, |request| request.occurred_on = Some(day(on)));
        assert_eq!(done.expect("imported").added, 1);
    }
}

/// A target over wells put into use, with what differs from the plainest.
fn target(room: &Room, code: &str, more: &[(&str, &str)]) -> Result<i64, AppError> {
    let mut fields = vec![
        ("code", code),
        ("name", "Wells"),
        ("account", "well.opened"),
        ("unit", "1"),
        ("from", "2024-01-01"),
        ("to", "2024-12-31"),
        ("value", "12"),
        ("path", "months"),
    ];
    fields.retain(|(field, _)| !more.iter().any(|(other, _)| other == field));
    fields.extend(more);
    open(room, "target", "2024-01-05", &fields)
}

fn refused(result: Result<i64, AppError>) -> String {
    match result {
        Err(AppError::Refused(lines)) => lines[0].message.clone(),
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn a_target_of_the_pack_becomes_a_record_and_a_revision_keeps_both_versions() {
    let room = Room::new();
    wells(&room, &["2024-02-10", "2024-03-10"]);
    let seeded = one(&room, "2024-06-30", "wells");
    assert_eq!(
        (
            seeded.said().completion.as_str(),
            seeded.said().schedule.as_str(),
            seeded.said().margin.as_str()
        ),
        ("10", "50", "-40")
    );
    assert_eq!((seeded.light.key(), &*seeded.value), ("red", "20 sites"));
    let head = room.head();
    let definition = room.app.definition().expect("a definition");
    room.app
        .bring_targets(&definition, day("2024-06-01"))
        .expect("nothing to do");
    assert_eq!(room.head(), head, "a seed opens one record, once");
    amend(&room, seeded.record, "2024-06-01", &[("value", "4")]).expect("revised");
    assert_eq!(one(&room, "2024-06-30", "wells").said().completion, "50");
    assert_eq!(
        one(&room, "2024-05-31", "wells").said().completion,
        "10",
        "before the revision the old value holds"
    );
    // A later version of the pack changes what it said itself, not what somebody else said since.
    let mut other = (*definition).clone();
    other.targets[0].value = 10;
    other.targets[0].name = "Other wells".to_owned();
    room.app.bring_targets(&other, day("2024-06-10")).expect("brought");
    let kept = one(&room, "2024-06-30", "wells");
    assert_eq!(
        (kept.said().completion.as_str(), &*kept.name),
        ("50", "Twenty wells in use by the end of the year")
    );
    let then = PaceAsk {
        as_of: Some(day("2024-06-30")),
        known_at: Some(head.to_string()),
        unit: None,
    };
    assert_eq!(
        asked(&room.app, &then).expect("paces")[0].said().completion,
        "10",
        "as it was known then"
    );
}

#[test]
fn a_pack_with_a_target_that_cannot_be_opened_is_refused_whole() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/hello");
    let mut files = taizhang::app::book::read_pack(&root).expect("the pack");
    let text = files["pack.toml"].replace("value = 20", "value = 0");
    files.insert("pack.toml".to_owned(), text.clone());
    let ids = taizhang_core::pack::IdMap::default();
    let compile = |files: &taizhang_core::pack::Files| {
        taizhang::app::book::compile(files, &ids, taizhang_core::definition::Lang::Zh).map(|_| ())
    };
    let error = compile(&files).expect_err("refused");
    let said = taizhang::locale::Locale::new(taizhang_core::definition::Lang::Zh).error(&error);
    assert!(said.contains("wells") && said.contains("目标值为零"), "{said}");
    files.insert(
        "pack.toml".to_owned(),
        text.replace("value = 0", "value = 0\ndirection = \"cap\""),
    );
    assert!(compile(&files).is_ok(), "a cap of zero is a target");
}

#[test]
fn what_cannot_be_a_target_is_refused_at_its_field() {
    let room = Room::new();
    let table: [(&[(&str, &str)], &str); 9] = [
        (&[("path", "")], "进度办法"),
        (&[("account", "well.nothing")], "没有这个科目"),
        (&[("measure", "亿元")], "不能换算"),
        (&[("value", "a dozen")], "不是准确的数"),
        (&[("value", "0")], "没有完成率"),
        (
            &[("path", "phases"), ("phases", "2024-03=20, 2024-12=90")],
            "末尾必须是 100",
        ),
        (&[("path", "phases"), ("phases", "2024-03")], "读不懂"),
        (&[("direction", "band"), ("upper", "3")], "区间上限"),
        (&[("override", "green")], "A"),
    ];
    for (more, words) in table {
        let said = refused(target(&room, "T", more));
        assert!(said.contains(words), "{more:?}: {said}");
    }
    let file = room.sheet(
        "targets.csv",
        &[
            &[
                "Code", "Name", "Account", "Unit", "Set on", "From", "To", "Value", "Path", "Phases",
            ],
            &[
                "T-1",
                "Wells",
                "well.opened",
                "1",
                "2024-01-05",
                "2024-01-01",
                "2024-12-31",
                "12",
                "Phased",
                "2024-06=50",
            ],
        ],
    );
    let outcome = room.import("target", &file);
    assert_eq!(desk::refusals(&outcome), [(2, "J", "check_failed")]);
    let record = target(&room, "T", &[]).expect("opened");
    let worse = amend(&room, record, "2024-02-01", &[("value", "0")]);
    assert!(matches!(worse, Err(AppError::Refused(_))), "{worse:?}");
}

#[test]
fn a_target_without_a_path_is_refused() {
    let room = Room::new();
    let head = room.head();
    let said = refused(target(&room, "T", &[("path", "")]));
    assert!(said.contains("进度办法"), "{said}");
    assert_eq!(room.head(), head, "nothing was written");
}

#[test]
fn a_path_that_does_not_end_at_its_value_is_refused() {
    let room = Room::new();
    let head = room.head();
    for phases in ["2024-06=50, 2024-12=90", "2024-06=50, 2024-12=110", "2024-06=50"] {
        let said = refused(target(&room, "T", &[("path", "phases"), ("phases", phases)]));
        assert!(said.contains("末尾必须是 100"), "{phases}: {said}");
    }
    assert_eq!(room.head(), head, "nothing was written");
    target(&room, "T", &[("path", "phases"), ("phases", "2024-06=50, 2024-12=100")]).expect("a whole path");
}

#[test]
fn flows_phases_and_shifted_ends_are_judged_on_unrounded_values() {
    let room = Room::new();
    wells(
        &room,
        &["2024-02-10", "2024-03-10", "2024-04-10", "2024-05-10", "2024-06-10"],
    );
    target(&room, "year", &[]).expect("opened");
    target(&room, "november", &[("due", "2024-11-30")]).expect("opened");
    target(
        &room,
        "phased",
        &[("path", "phases"), ("phases", "2024-06=40, 2024-12=100")],
    )
    .expect("opened");
    target(&room, "about", &[("qualifier", "about"), ("tolerance", "1")]).expect("opened");
    let year = one(&room, "2024-06-30", "year");
    assert_eq!(
        (
            year.said().completion.as_str(),
            year.said().margin.as_str(),
            year.light.key()
        ),
        ("41.7", "-8.3", "yellow")
    );
    let json = to_json(&year);
    assert_eq!(
        (json["run_rate"].as_str(), json["run_rate_needed"].as_str()),
        (Some("0.83"), Some("1.17"))
    );
    assert_eq!(
        (
            json["forecast"].as_str(),
            json["arrives"].as_bool(),
            json["faster"].as_str()
        ),
        (Some("10"), Some(false), Some("1.4"))
    );
    assert_eq!(json["forecast_method"], "schedule");
    assert_eq!(one(&room, "2024-06-30", "november").said().margin, "-12.9");
    let phased = one(&room, "2024-06-30", "phased");
    assert_eq!(
        (
            phased.said().schedule.as_str(),
            phased.said().margin.as_str(),
            phased.said().of_plan.as_str()
        ),
        ("40", "1.7", "104.2")
    );
    let about = one(&room, "2024-06-30", "about");
    assert_eq!((about.light.key(), &*about.value), ("green", "about 12 sites"));
    assert_eq!(
        one(&room, "2024-01-31", "year").light.key(),
        "yellow",
        "a month without a well is 8.3 points behind"
    );
}

#[test]
fn lights_follow_rules_with_validity_and_months_in_a_row_and_are_overridden_by_an_entry() {
    let room = Room::new();
    wells(
        &room,
        &["2024-01-10", "2024-02-10", "2024-03-10", "2024-04-10", "2024-05-10"],
    );
    let rule = [
        ("code", "row"),
        ("name", "Two in a row"),
        ("measure", "of_plan"),
        ("green", "100"),
        ("periods", "2"),
        ("from", "2024-01-01"),
    ];
    open(&room, "light_rule", "2024-01-01", &rule).expect("opened");
    let record = target(&room, "T", &[("lights", "row")]).expect("opened");
    let lit = |on: &str| one(&room, on, "T").light.key();
    assert_eq!(
        (lit("2024-05-31"), lit("2024-06-30")),
        ("green", "yellow"),
        "the first month that is missed"
    );
    amend(&room, record, "2024-06-01", &[("value", "13")]).expect("revised");
    assert_eq!(lit("2024-06-30"), "red", "with the new value May is missed too");
    let excuse = [("exempt_until", "2024-07-31"), ("exempt_reason", "archaeology")];
    amend(&room, record, "2024-06-15", &excuse).expect("exempt");
    let excused = one(&room, "2024-06-30", "T");
    assert_eq!(
        (excused.light.key(), excused.light_set.clone().map(|(reason, _)| reason)),
        ("none", Some("archaeology".to_owned()))
    );
    let mut over = rule;
    over[0].1 = "old";
    let mut over = over.to_vec();
    over.push(("until", "2024-03-31"));
    open(&room, "light_rule", "2024-01-01", &over).expect("opened");
    amend(
        &room,
        record,
        "2024-06-16",
        &[("lights", "old"), ("exempt_until", ""), ("exempt_reason", "")],
    )
    .expect("amended");
    assert_eq!(
        &*one(&room, "2024-06-30", "T").rule,
        "usual",
        "an expired rule judges nothing"
    );
}

#[test]
fn parts_are_added_up_beside_the_whole() {
    let room = Room::new();
    let whole = target(&room, "whole", &[("split", "at_least")]).expect("opened");
    let above = format!("#{whole}");
    target(&room, "a", &[("unit", "1.1"), ("value", "8"), ("above", &above)]).expect("opened");
    assert!(!one(&room, "2024-06-30", "whole").split.expect("split").holds);
    target(&room, "b", &[("unit", "1.2"), ("value", "6"), ("above", &above)]).expect("opened");
    let split = one(&room, "2024-06-30", "whole").split.expect("split");
    assert_eq!((split.holds, split.more.to_string()), (true, "2".to_owned()));
    let ask = PaceAsk {
        as_of: Some(day("2024-06-30")),
        unit: Some("1.1".to_owned()),
        known_at: None,
    };
    let own: Vec<String> = asked(&room.app, &ask)
        .expect("paces")
        .into_iter()
        .map(|pace| pace.target.to_string())
        .collect();
    assert_eq!(own, ["a"]);
}

#[test]
fn a_scenario_moves_targets_in_memory_and_no_byte_of_the_book() {
    let room = Room::new();
    wells(&room, &["2024-02-10"]);
    target(&room, "year", &[("value", "3")]).expect("opened");
    let file = room.sheet(
        "planned.csv",
        &[&["Number", "Village", "环节"], &["W-plan", "1.2", "Planned"]],
    );
    let done = room.import_with("well", &file, |request| request.occurred_on = Some(day("2024-06-01")));
    assert_eq!(done.expect("imported").added, 1);
    let bytes = || {
        let kept =
            ["book.db", "book.db-wal", "book.keys"].map(|name| std::fs::read(room.path(name)).unwrap_or_default());
        (kept, room.head())
    };
    let before = bytes();
    let scenario = r#"{"name": "two more", "entries": [
        {"register": "well", "record": "W-plan", "on": "2024-09-15", "moves": ["start"]},
        {"register": "well", "on": "2024-10-01", "set": {"number": "W-new", "village": "1.1"}, "moves": ["start"]}
    ]}"#;
    let scenario = taizhang::app::scenario::read(scenario).expect("a scenario");
    let supposed = room.app.suppose(&scenario, day("2024-12-31")).expect("supposed");
    assert_eq!(supposed.entries, 3);
    let year = supposed
        .targets
        .iter()
        .find(|(before, _)| &*before.target == "year")
        .expect("the target");
    assert_eq!((year.0.said().shown.as_str(), year.0.reached), ("1", Some(false)));
    assert_eq!(
        (year.1.said().shown.as_str(), year.1.reached, year.1.light.key()),
        ("3", Some(true), "green")
    );
    let stock = supposed
        .targets
        .iter()
        .find(|(before, _)| &*before.target == "wells")
        .expect("the target");
    assert_eq!(
        (stock.0.said().shown.as_str(), stock.1.said().shown.as_str()),
        ("1", "3")
    );
    assert!(bytes() == before, "a scenario wrote something");
    let wrong = r#"{"entries": [{"register": "well", "record": "W-plan", "on": "2024-09-15", "moves": ["mend"]}]}"#;
    let wrong = taizhang::app::scenario::read(wrong).expect("a scenario");
    assert!(matches!(
        room.app.suppose(&wrong, day("2024-12-31")),
        Err(AppError::Refused(_))
    ));
    assert!(bytes() == before, "a refused scenario wrote something");
}

#[test]
fn the_turn_of_the_year_is_planned_first_and_done_once() {
    let room = Room::new();
    wells(&room, &["2024-02-10", "2024-03-10"]);
    target(&room, "2024-a", &[("carry", "same")]).expect("opened");
    let phases = [
        ("carry", "shortfall"),
        ("path", "phases"),
        ("phases", "2024-06=50, 2024-12=100"),
    ];
    target(&room, "2024-b", &phases).expect("opened");
    target(&room, "2024-c", &[]).expect("opened");
    let head = room.head();
    let plan = room.app.plan_roll_over(2024).expect("a plan");
    let next: Vec<_> = plan.iter().map(|one| (one.code.as_str(), one.next.clone())).collect();
    let carried = |code: &str, value: &str| Some((code.to_owned(), value.to_owned()));
    let expected = [
        ("2024-a", carried("2025-a", "12")),
        ("2024-b", carried("2025-b", "22")),
        ("2024-c", None),
        ("wells", None),
    ];
    assert_eq!(next, expected);
    assert_eq!(room.head(), head, "a plan writes nothing");
    let done = room
        .app
        .roll_over(&room.scope(), &plan)
        .expect("done")
        .expect("a receipt");
    assert_eq!(done.records.len(), 2);
    let year = one(&room, "2025-06-30", "2025-b");
    assert_eq!((year.said().schedule.as_str(), &*year.value), ("50", "22 sites"));
    let again = room.app.plan_roll_over(2024).expect("a plan");
    assert!(
        again.iter().all(|one| one.next.is_none()),
        "what was carried over is not carried twice"
    );
}

#[test]
fn parts_carry_over_below_the_whole_that_they_were_split_from() {
    let room = Room::new();
    wells(&room, &["2024-02-10", "2024-03-10"]);
    let same = ("carry", "same");
    // The part's code comes first, so the order of the codes would open it before its whole.
    let whole = target(&room, "2024-z", &[same, ("split", "at_least")]).expect("opened");
    let above = format!("#{whole}");
    let part = |code: &str, unit: &str, value: &str, carry: &str| {
        let more = [("unit", unit), ("value", value), ("above", &above), ("carry", carry)];
        target(&room, code, &more).expect("opened")
    };
    part("2024-a", "1.1", "8", "same");
    part("2024-b", "1.2", "6", "shortfall");
    let ends = target(&room, "2024-y", &[]).expect("opened");
    let alone = [same, ("above", &format!("#{ends}")), ("unit", "1.2")];
    target(&room, "2024-c", &alone).expect("opened");
    let plan = room.app.plan_roll_over(2024).expect("a plan");
    let by = |code: &str| plan.iter().find(|one| one.code == code).expect(code);
    let carried = Above::Carried("2025-z".to_owned());
    assert_eq!(by("2024-a").above.as_ref().map(|(_, what)| what), Some(&carried));
    assert_eq!(by("2024-c").above.as_ref().map(|(_, what)| what), Some(&Above::Ends));
    let parts = by("2024-z").parts.expect("parts");
    // 8 as before, and 6 more for those that the second village has not dug.
    assert_eq!((parts.sum.to_string(), parts.holds), ("20".to_owned(), true));
    let head = room.head();
    room.app
        .roll_over(&room.scope(), &plan)
        .expect("done")
        .expect("a receipt");
    assert_eq!(room.head(), head + 4, "one entry a target, all in one command");
    let next = one(&room, "2025-06-30", "2025-z");
    let split = next.split.expect("split");
    assert_eq!((split.sum.to_string(), split.holds), ("20".to_owned(), true));
    assert!(one(&room, "2025-06-30", "2025-c").split.is_none());
    // A part that is allowed to carry later finds the whole of the year that came.
    let late = part("2024-d", "1.2", "1", "same");
    let plan = room.app.plan_roll_over(2024).expect("a plan");
    assert_eq!(
        plan.iter()
            .filter(|one| one.next.is_some())
            .map(|one| one.record)
            .collect::<Vec<_>>(),
        [late]
    );
    room.app
        .roll_over(&room.scope(), &plan)
        .expect("done")
        .expect("a receipt");
    assert_eq!(
        one(&room, "2025-06-30", "2025-z").split.expect("split").sum.to_string(),
        "21"
    );
}

#[test]
fn every_path_and_direction_is_judged_over_the_book() {
    let room = Room::new();
    wells(&room, &["2024-02-10", "2024-03-10", "2024-04-10", "2024-05-10"]);
    let stock = ("account", "well.working");
    let open =
        |code: &str, more: &[(&str, &str)]| target(&room, code, more).unwrap_or_else(|why| panic!("{code}: {why:?}"));
    open("days", &[("path", "days")]);
    open(
        "cap",
        &[stock, ("direction", "cap"), ("value", "3"), ("qualifier", "within")],
    );
    open("band", &[stock, ("direction", "band"), ("value", "3"), ("upper", "5")]);
    open(
        "by",
        &[stock, ("direction", "by_day"), ("value", "5"), ("due", "2024-06-29")],
    );
    open(
        "points",
        &[stock, ("compare", "points"), ("value", "6"), ("qualifier", "strive")],
    );
    open(
        "reached",
        &[("value", "4"), ("qualifier", "not_below"), ("nature", "binding")],
    );
    open("bare", &[stock, ("direction", "cap"), ("path", ""), ("value", "9")]);
    let june = |code: &str| one(&room, "2024-06-30", code);
    let told = |code: &str| {
        let pace = june(code);
        (
            pace.said().completion.clone(),
            pace.said().schedule.clone(),
            pace.said().margin.clone(),
            pace.light.key(),
        )
    };
    let line = |completion: &str, schedule: &str, margin: &str, light: &'static str| {
        (completion.to_owned(), schedule.to_owned(), margin.to_owned(), light)
    };
    // 182 of 366 days have passed: 33.333 less 49.727, rounded once.
    assert_eq!(told("days"), line("33.3", "49.7", "-16.4", "red"));
    assert_eq!((june("cap").reached, june("cap").light.key()), (Some(false), "red"));
    assert_eq!((june("band").reached, june("band").light.key()), (Some(true), "green"));
    assert_eq!(
        (june("by").reached, june("by").light.key()),
        (Some(false), "red"),
        "its day has passed"
    );
    assert_eq!(
        one(&room, "2024-06-29", "by").light.key(),
        "green",
        "until its day nobody is late"
    );
    let points = june("points");
    assert_eq!(
        (points.said().completion.as_str(), points.said().margin.as_str()),
        ("—", "-2"),
        "points are compared, not divided"
    );
    assert_eq!(
        (june("reached").reached, june("reached").value.to_string()),
        (Some(true), "not below 4 sites".to_owned())
    );
    assert_eq!(june("bare").light.key(), "green", "a cap needs no path");
}

#[test]
fn another_basis_stands_beside_and_is_never_added() {
    let room = Room::new();
    wells(&room, &["2024-02-10", "2024-03-10"]);
    target(&room, "T", &[("beside", "well.working")]).expect("opened");
    let pace = one(&room, "2024-06-30", "T");
    assert_eq!(
        (pace.said().shown.as_str(), pace.beside.clone()),
        ("2", Some(("Wells in use".to_owned(), "2 sites".to_owned())))
    );
    assert_eq!(pace.said().completion, "16.7", "two of twelve, not four");
}
