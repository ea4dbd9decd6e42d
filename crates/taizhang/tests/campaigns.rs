//! The first district's campaigns as data of its pack: milestones by organ, cohorts, reported figures, checks by
//! units, places in a peer group.

mod district;
#[path = "campaigns/embargo.rs"]
mod embargo;
#[path = "campaigns/handed.rs"]
mod handed;
#[path = "campaigns/own.rs"]
mod own;
#[path = "campaigns/reported.rs"]
mod reported;
#[path = "campaigns/server.rs"]
mod server;
#[path = "campaigns/shown.rs"]
mod shown;
#[path = "campaigns/signed_in.rs"]
mod signed_in;

use district::{District, YEAR, day, told};
use taizhang::app::ask::{By, FigureQuestion, Span};
use taizhang::app::execute::{Draft, DraftWish};
use taizhang::app::records::{ListAsk, reads_book};
use taizhang::app::scope::Scope;
use taizhang::app::search::Found;
use taizhang::cli::init::{add_actor, add_position};
use taizhang::error::AppError;

#[test]
fn projects_start_four_ways_and_cohorts_convert() {
    let district = District::new();
    let project = |name: &str, more: &[(&str, &str)]| {
        let mut set = vec![
            ("name", name),
            ("town", "焦店镇"),
            ("listed_on", "2024-01-10"),
            ("investment", "2"),
        ];
        set.extend(more);
        district.open("project", "2024-01-10", &set)
    };
    let whole = project("样例·打包项目", &[]);
    let bundle = format!("#{whole}");
    let part = project("样例·子项目", &[("bundle", &bundle)]);
    assert_eq!(
        district.figure("project.count", Span::AsOf(day("2024-06-30"))),
        "1",
        "a part is not counted beside its whole"
    );
    let of = format!("#{part}");
    let start = |meaning: &str, organ: &str, on: &str| {
        let mut set = vec![
            ("project", of.as_str()),
            ("kind", "开工"),
            ("occurred_on", on),
            ("organ", organ),
        ];
        set.extend([("basis", "样例文件"), ("asserted_on", "2024-06-20")]);
        set.extend((!meaning.is_empty()).then_some(("meaning", meaning)));
        district.draft("milestone", "2024-06-20", &set)
    };
    assert!(
        district
            .refused(start("", "区发展和改革委员会", "2024-03-01"))
            .contains("哪种口径")
    );
    district
        .write(start("集中开工仪式", "区发展和改革委员会", "2024-03-01"))
        .expect("the ceremony");
    assert_eq!(
        district.figure("milestone.started_by_statistics", YEAR()),
        "0",
        "a ceremony is no permanent work"
    );
    district
        .write(start("永久性工程动工", "区统计局", "2024-05-12"))
        .expect("permanent works");
    assert_eq!(district.figure("milestone.started_by_statistics", YEAR()), "1");
    let again = start("永久性工程动工", "区统计局", "2024-05-13");
    assert!(district.refused(again).contains("重复"));
    for (no, more) in [
        ("1", &[("performed_on", "2024-02-01"), ("started_on", "2024-04-01")][..]),
        ("2", &[("performed_on", "2024-03-01")]),
        ("3", &[]),
    ] {
        let mut set = vec![
            ("number", no),
            ("period", "第12期"),
            ("batch", "签约一批"),
            ("project", of.as_str()),
        ];
        set.extend([("town", "焦店镇"), ("listed_on", "2024-01-15")]);
        set.extend(more);
        district.open("cohort", "2024-04-10", &set);
    }
    let on = Span::AsOf(day("2024-06-30"));
    assert_eq!(district.figure("cohort.performed_share", on), "66.67");
    assert_eq!(district.figure("cohort.started_share", on), "50");
    let derived = [
        ("number", "4"),
        ("period", "第13期"),
        ("batch", "投产一批"),
        ("project", of.as_str()),
        ("town", "焦店镇"),
        ("listed_on", "2024-06-01"),
    ];
    assert!(
        district
            .refused(district.draft("cohort", "2024-06-01", &derived))
            .contains("来自哪一期")
    );
}

#[test]
fn monthly_investment_obeys_its_identities_and_a_correction_says_why() {
    let district = District::new();
    let project = [
        ("name", "样例·项目"),
        ("town", "焦店镇"),
        ("listed_on", "2024-01-10"),
        ("investment", "2"),
    ];
    let project = format!("#{}", district.open("project", "2024-01-10", &project));
    let month = |more: &[(&'static str, &'static str)]| {
        let mut set = vec![
            ("month", "2024-03"),
            ("reported_on", "2024-04-03"),
            ("done", "300"),
            ("year_before", "500"),
            ("year_total", "800"),
            ("prior", "1200"),
            ("all_before", "1700"),
            ("all_total", "2000"),
        ];
        set.retain(|(field, _)| !more.iter().any(|(other, _)| other == field));
        set.extend(more);
        let mut set: Vec<(&str, &str)> = set;
        set.push(("project", &project));
        district.draft("progress", "2024-04-03", &set)
    };
    for (wrong, said) in [
        (&[("year_total", "801"), ("prior", "")][..], "本年累计应等于"),
        (
            &[("all_total", "2001"), ("prior", "")],
            "开工以来累计应等于开工至上月累计",
        ),
        (&[("prior", "1199")], "截至上年底累计加本年累计"),
        (&[("building_part", "301")], "土建与设备之和"),
    ] {
        let told = district.refused(month(wrong));
        assert!(told.contains(said), "{wrong:?}: {told}");
    }
    let negative = [
        ("done", "-20"),
        ("year_total", "480"),
        ("all_total", "1680"),
        ("building_part", ""),
    ];
    assert!(district.refused(month(&negative)).contains("写明原因"));
    district.write(month(&[])).expect("whole");
    assert_eq!(district.figure("project.investment_done", YEAR()), "3000000");
}

#[test]
fn leads_are_followed_by_the_month_in_which_they_were_found() {
    let (district, _clock) = District::on("2024-08-28");
    for (number, found, more) in [
        (
            "1",
            "2024-01-10",
            &[
                ("visited_on", "2024-01-20"),
                ("contract_on", "2024-05-01"),
                ("contract", "2"),
                ("landed_on", "2024-07-01"),
            ][..],
        ),
        ("2", "2024-01-15", &[("visited_on", "2024-02-20")]),
        ("3", "2024-01-20", &[("lapsed_on", "2024-03-01")]),
        (
            "4",
            "2024-03-20",
            &[
                ("visited_on", "2024-04-01"),
                ("framework_on", "2024-06-01"),
                ("framework", "9"),
            ],
        ),
    ] {
        let mut set = vec![
            ("number", number),
            ("name", number),
            ("unit", "区商务局"),
            ("found_on", found),
        ];
        set.extend(more);
        district.open("lead", found, &set);
    }
    let scope = district.app.program_scope().expect("a scope");
    let board = district
        .app
        .scoreboard(&scope, ("lead", "funnel"), None, (day("2024-08-28"), None));
    let board = board.expect("the funnel");
    let lines: Vec<(&str, Vec<&str>)> = board
        .lines
        .iter()
        .map(|line| {
            let cells = line.cells.iter().map(|cell| cell.value.as_deref().unwrap_or("—"));
            (line.name.as_str(), cells.collect())
        })
        .collect();
    // A framework is no contract, and the share is of the leads of that month.
    assert_eq!(
        lines[0].1,
        ["3", "2", "1", "1", "1", "1", "66.67", "33.33", "33.33"],
        "{lines:?}"
    );
    assert_eq!(lines[1].1, ["1", "1", "1", "0", "0", "0", "100", "0", "0"], "{lines:?}");
    assert_eq!(
        lines[2].1,
        ["4", "3", "2", "1", "1", "1", "75", "25", "25"],
        "{lines:?}"
    );
    assert_eq!((lines.len(), lines[0].0), (3, "2024-01"));
}

/// The form of a monthly dispatch.
const FORM: [(&str, &str); 5] = [
    ("code", "XH-T1"),
    ("name", "月度调度表"),
    ("kind", "内部调度表"),
    ("organ", "区统计局"),
    ("issued_on", "2024-01-01"),
];

#[test]
fn figures_are_reported_reviewed_and_signed_and_units_check_their_own() {
    let district = District::new();
    district.open("survey_form", "2024-01-01", &FORM);
    let mut survey = FORM.to_vec();
    (survey[0].1, survey[2].1) = ("XH-T2", "统计调查表");
    assert!(
        district
            .refused(district.draft("survey_form", "2024-01-01", &survey))
            .contains("批准文号")
    );
    let report = |current: &'static str, total: &'static str| {
        let mut set = vec![
            ("form", "XH-T1"),
            ("unit", "焦店镇"),
            ("month", "2024-06"),
            ("item", "新增项目"),
            ("measure", "个"),
        ];
        set.extend([
            ("basis", "调度"),
            ("filled_on", "2024-07-03"),
            ("due_on", "2024-07-05"),
            ("before", "10"),
        ]);
        set.extend([("current", current), ("total", total), ("tolerance", "0.05")]);
        district.draft("report", "2024-07-03", &set)
    };
    assert!(district.refused(report("2", "12.06")).contains("允许误差"));
    let record = district.write(report("2", "12.05")).expect("within the tolerance");
    let step =
        |name: &str, on: &str, set: &[(&str, &str)]| district.write(district.turn("report", record, name, on, set));
    let due = || {
        let of = |account: &str| district.figure(account, YEAR());
        (of("report.expected"), of("report.in_time"), of("report.complete"))
    };
    assert_eq!(
        due(),
        ("0".into(), "0".into(), "0".into()),
        "what nobody issued is nobody's to fill in"
    );
    assert!(
        step("submit", "2024-07-04", &[("submitted_on", "2024-07-04")]).is_err(),
        "a unit does not answer a form that was not issued"
    );
    step("issue", "2024-07-03", &[("issued_on", "2024-07-03")]).expect("issued");
    assert_eq!(due(), ("1".into(), "0".into(), "1".into()));
    step("submit", "2024-07-04", &[("submitted_on", "2024-07-04")]).expect("submitted");
    assert_eq!(due(), ("1".into(), "1".into(), "1".into()));
    assert!(
        step("sign", "2024-07-04", &[]).is_err(),
        "nothing is signed before it was reviewed"
    );
    step("review", "2024-07-05", &[]).expect("reviewed");
    assert!(step("sign", "2024-07-05", &[]).is_err(), "the signer says the number");
    let other = step(
        "sign",
        "2024-07-05",
        &[("signed_current", "3"), ("signed_total", "12.05")],
    );
    assert!(told(&district, other).contains("与填报的一致"));
    step(
        "sign",
        "2024-07-05",
        &[("signed_current", "2"), ("signed_total", "12.05")],
    )
    .expect("signed");
    let amend = |on: &str, set: &[(&str, &str)]| {
        district.write(Draft {
            record: Some(record),
            wish: DraftWish::Amend,
            ..district.draft("report", on, set)
        })
    };
    let locked = amend("2024-07-06", &[("current", "3"), ("total", "13.05")]);
    assert!(
        told(&district, locked).contains("签署锁定"),
        "locked, and the reason is shown"
    );
    released(&district, record, &amend);
    assert!(step("restate", "2024-08-01", &[]).is_err(), "a restatement says why");
    step("restate", "2024-08-01", &[("restated_because", "样例·核减一个")]).expect("restated");
    assert_eq!(district.figure("report.timeliness", YEAR()), "100");
    let check = [
        ("unit", "焦店镇"),
        ("matter", "新增就业"),
        ("as_of", "2024-06-30"),
        ("shown", "300"),
        ("asked_on", "2024-07-08"),
    ];
    let asked = district.open("unit_check", "2024-07-08", &check);
    let object = district.turn(
        "unit_check",
        asked,
        "object",
        "2024-07-09",
        &[("answered_on", "2024-07-09"), ("answer", "少算")],
    );
    assert!(district.refused(object).contains("佐证"));
    let late = |on: &str| district.figure("unit_check.waiting", Span::AsOf(day(on)));
    assert_eq!(
        (late("2024-07-11"), late("2024-07-12")),
        ("0".into(), "1".into()),
        "three working days to answer"
    );
    let by_hand = district.turn("unit_check", asked, "silence", "2024-07-15", &[]);
    assert!(
        district
            .app
            .execute(&district.app.scope("desk").expect("a desk"), &[by_hand], None)
            .is_err(),
        "nobody says that a unit was silent but the calendar"
    );
    district.app.round().expect("the daily round");
    assert_eq!(district.figure("unit_check.silent", YEAR()), "1", "recorded as silence");
}

/// Before its day a report is seen by those who fill and review alone, and stands in no figure.
fn released(district: &District, record: i64, amend: &impl Fn(&str, &[(&str, &str)]) -> Result<i64, AppError>) {
    let app = &district.app;
    let program = app.program_scope().expect("a scope");
    for (login, role) in [("leader", "leader"), ("desk", "statistics")] {
        let actor = add_actor(app, &program, login, login).expect(login);
        add_position(app, &program, actor, "", role, role).expect(role);
    }
    let sees = |login: &str| {
        let scope = app.scope(login).expect(login);
        let ask = ListAsk {
            register: "report".to_owned(),
            limit: 10,
            ..ListAsk::default()
        };
        let listed = app.list(&scope, &ask).expect("a list").rows.len();
        assert_eq!(listed == 1, app.record(&scope, record).is_ok(), "list and page agree");
        listed == 1
    };
    let published = |on: &str| district.figure("report.published", Span::AsOf(day(on)));
    assert!(sees("desk") && !sees("leader"), "no day of release yet");
    assert_eq!(published("2024-08-28"), "not_reported");
    amend("2024-07-06", &[("release_on", "2024-09-02")]).expect("a day ahead");
    assert!(sees("desk") && !sees("leader"), "it is released in five days");
    doors(district, record);
    amend("2024-07-06", &[("release_on", "2024-07-20")]).expect("a day that came");
    assert!(sees("leader"));
    assert_eq!(
        (published("2024-07-19"), published("2024-07-20")),
        ("not_reported".into(), "2".into())
    );
    let leader = app.scope("leader").expect("a leader");
    let draft = Draft {
        record: Some(record),
        wish: DraftWish::Amend,
        ..district.draft("report", "2024-07-21", &[("difference", "改")])
    };
    assert!(
        app.execute(&leader, &[draft], None).is_err(),
        "a leader reads and never edits"
    );
}

/// No door lets somebody who does not work on a report see it before its day: list and record are asked before.
fn doors(district: &District, record: i64) {
    let app = &district.app;
    let leader = app.scope("leader").expect("a leader");
    let desk = app.scope("desk").expect("a desk");
    let public = app.public_scope().expect("anybody");
    // Figures, as a forecast for the day of the release and behind it too, by row and opened.
    for on in ["2024-08-28", "2024-09-02", "2024-12-31"] {
        let span = Span::AsOf(day(on));
        assert_ne!(district.figure("report.published", span), "2", "{on}");
        let question = FigureQuestion {
            account: "report.published".to_owned(),
            unit: None,
            span,
            known_at: None,
        };
        let mut asking = app.asking().expect("a moment");
        let opened = asking.open(&leader, &question, 0, 10).expect("opened");
        assert!(
            opened.items.is_empty() && opened.others == "0",
            "{on}: {}",
            opened.others
        );
        let rows = asking.rows(&question, &By::Unit).expect("rows");
        assert!(
            rows.iter()
                .all(|row| row.value.as_deref().is_none_or(|value| value == "0")),
            "{on}"
        );
    }
    // Titles: search, journal, news, duties of a unit, copies, countdowns, and so the calendar that follows duties.
    let named = |scope: &Scope| {
        let found = app.search(scope, "新增项目", 10).expect("search");
        let found = found
            .iter()
            .any(|one| matches!(one, Found::Record { record: of, .. } if *of == record));
        let lists = [app.duties(scope), app.copies(scope), app.countdowns(scope, 10)];
        let duty = lists
            .into_iter()
            .any(|list| list.expect("duties").iter().any(|view| view.record == record));
        let news = app
            .changed_lately(scope, 100)
            .expect("news")
            .iter()
            .any(|one| one.entry.record == record);
        (found, app.brief(scope, record).expect("a name").is_some(), duty, news)
    };
    assert_eq!(named(&leader), (false, false, false, false));
    assert_eq!(named(&public), (false, false, false, false));
    assert!(named(&desk).0 && named(&desk).1, "who fills in finds it");
    // Copies of the book: an export of the register, the raw journal; and what anybody may look up.
    let definition = app.definition().expect("a pack");
    assert!(
        !reads_book(&leader, &definition),
        "the journal holds what is not released"
    );
    let out = district.folder.path().join("reports.csv");
    let written = taizhang::export::register(app, &app.program_scope().expect("a scope"), "report", None, None, &out);
    assert_eq!(written.expect("written"), 1);
    assert!(
        taizhang::export::register(app, &leader, "report", None, None, &out).is_err(),
        "a leader exports nothing"
    );
    assert!(app.record(&public, record).is_err());
    let ask = ListAsk {
        register: "report".to_owned(),
        limit: 10,
        as_of: Some(day("2024-07-10")),
        ..ListAsk::default()
    };
    assert!(
        app.list(&leader, &ask).expect("a list").rows.is_empty(),
        "as it was earlier neither"
    );
}

#[test]
fn places_in_a_group_are_those_that_were_published() {
    let district = District::new();
    let peer = |area: &'static str, own: &'static str, rank: &'static str| {
        let mut set = vec![
            ("indicator", "固定资产投资增速"),
            ("period", "2024年1-6月"),
            ("period_end", "2024-06-30"),
        ];
        set.extend([
            ("group", "六个区"),
            ("members", "6"),
            ("area", area),
            ("own", own),
            ("rank", rank),
        ]);
        set.extend([
            ("released_on", "2024-07-20"),
            ("keeper", "区统计局"),
            ("source", "样例"),
        ]);
        district.draft("peer", "2024-07-20", &set)
    };
    assert!(district.refused(peer("新华区", "是", "7")).contains("组内个数"));
    district.write(peer("新华区", "是", "2")).expect("ours");
    district.write(peer("样例区", "否", "1")).expect("a peer");
    assert_eq!(district.figure("peer.own_rank", YEAR()), "2");
    assert_eq!(district.figure("peer.compared", YEAR()), "1");
}
