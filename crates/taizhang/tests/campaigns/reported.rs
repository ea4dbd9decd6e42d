//! Reported figures of the first district: who is asked first, what is locked, what is issued, and ratios of targets.

use super::district::{District, YEAR, day, told};
use std::sync::Arc;
use taizhang::app::ask::Span;
use taizhang::app::execute::{Draft, DraftWish};
use taizhang::app::pace::{Pace, PaceAsk, asked};
use taizhang::cli::init::{add_actor, add_position};
use taizhang::import::ImportRequest;
use taizhang_schemes::pace::Light;

/// A target of one town that is far behind on 30 June, with what the town is to check of it.
fn behind(district: &District) -> i64 {
    let target = [
        ("code", "T-1"),
        ("name", "样例·新增就业"),
        ("account", "employment.new"),
        ("unit", "焦店镇"),
        ("from", "2024-01-01"),
        ("to", "2024-12-31"),
        ("value", "1000"),
        ("path", "months"),
    ];
    let month = [
        ("town", "焦店镇"),
        ("month", "2024-05"),
        ("reported_on", "2024-06-03"),
        ("new_jobs", "10"),
    ];
    district.open("employment", "2024-06-03", &month);
    district.open("target", "2024-01-05", &target)
}

fn judged(district: &District, on: &str) -> Arc<Pace> {
    let ask = PaceAsk {
        as_of: Some(day(on)),
        ..PaceAsk::default()
    };
    let paces = asked(&district.app, &ask).expect("paces");
    paces
        .into_iter()
        .find(|pace| &*pace.target == "T-1")
        .expect("the target")
}

#[test]
fn a_unit_is_not_shown_as_late_before_it_was_asked_to_check() {
    let (district, clock) = District::on("2024-07-08");
    behind(&district);
    let app = &district.app;
    let program = app.program_scope().expect("a scope");
    for (login, role) in [("office", "supervision"), ("leader", "leader")] {
        let actor = add_actor(app, &program, login, login).expect(login);
        add_position(app, &program, actor, "", role, role).expect(role);
    }
    let (office, leader) = (
        app.scope("office").expect("office"),
        app.scope("leader").expect("leader"),
    );
    let pace = judged(&district, "2024-06-30");
    assert_eq!(
        (pace.light, pace.checking),
        (Light::None, Some(Light::Red)),
        "late, and not told before it was checked"
    );
    assert!(
        app.unasked(&leader, day("2024-06-30")).expect("none").is_empty(),
        "a leader does not see the light either"
    );
    let waiting = app.unasked(&office, day("2024-06-30")).expect("waiting");
    assert_eq!(waiting.len(), 1);
    assert!(waiting[0].waiting.is_none() && waiting[0].light == Light::Red);
    let asked = app
        .ask_units(&office, day("2024-06-30"))
        .expect("asked")
        .expect("one")
        .records[0];
    assert!(
        app.ask_units(&office, day("2024-06-30")).expect("asked").is_none(),
        "nobody is asked twice"
    );
    assert_eq!(
        judged(&district, "2024-06-30").light,
        Light::None,
        "asked is not answered"
    );
    // An objection keeps it back until it is decided.
    let object = Draft {
        evidence: vec![district.file("底册.pdf")],
        ..district.turn(
            "unit_check",
            asked,
            "object",
            "2024-07-09",
            &[("answered_on", "2024-07-09"), ("answer", "少算了")],
        )
    };
    clock.to("2024-07-09");
    district.write(object).expect("objected");
    assert_eq!(judged(&district, "2024-06-30").light, Light::None);
    let decided = [("decision", "样例·维持原数"), ("decided_on", "2024-07-09")];
    district
        .write(district.turn("unit_check", asked, "decide", "2024-07-09", &decided))
        .expect("decided");
    let pace = judged(&district, "2024-06-30");
    assert_eq!((pace.light, pace.checking), (Light::Red, None));
    assert_eq!(
        judged(&district, "2024-07-31").light,
        Light::Red,
        "the answer holds for a month"
    );
    assert_eq!(
        judged(&district, "2024-08-31").light,
        Light::None,
        "and then the unit is asked again"
    );
    // Silence counts too: after three working days the round records it, and the figure may be shown.
    clock.to("2024-09-02");
    app.ask_units(&office, day("2024-08-31")).expect("asked").expect("one");
    clock.to("2024-09-06");
    app.round().expect("the daily round");
    assert_eq!(judged(&district, "2024-08-31").light, Light::Red);
    assert_eq!(district.figure("unit_check.silent", YEAR()), "1");
}

#[test]
fn what_was_settled_is_locked_by_register_unit_and_period_until_somebody_lifts_the_lock() {
    let (district, _clock) = District::on("2024-08-28");
    let jobs = |town: &str, month: &str, count: &str| {
        district.draft(
            "employment",
            "2024-08-01",
            &[
                ("town", town),
                ("month", month),
                ("reported_on", "2024-08-01"),
                ("new_jobs", count),
            ],
        )
    };
    let kept = district.write(jobs("焦店镇", "2024-06", "10")).expect("June");
    let amend = |record: i64, count: &str| Draft {
        record: Some(record),
        wish: DraftWish::Amend,
        ..district.draft("employment", "2024-08-02", &[("new_jobs", count)])
    };
    let lock = |register: &str, unit: &str, from: &str, to: &str| {
        let set = [
            ("register", register),
            ("unit", unit),
            ("from", from),
            ("to", to),
            ("reason", "六月就业月报已签署上报"),
        ];
        district.draft("period_lock", "2024-08-02", &set)
    };
    assert!(
        district
            .refused(lock("就业台帐", "焦店镇", "2024-06-01", "2024-06-30"))
            .contains("没有“就业台帐”")
    );
    let held = district
        .write(lock("employment", "焦店镇", "2024-06-01", "2024-06-30"))
        .expect("locked");
    let said = district.refused(amend(kept, "11"));
    for part in [
        "焦店镇",
        "2024-06-01",
        "2024-06-30",
        "六月就业月报已签署上报",
        &held.to_string(),
    ] {
        assert!(said.contains(part), "the reason is shown, with where: {said}");
    }
    let village = district.refused(jobs("焦店村村民委员会", "2024-06", "1"));
    assert!(village.contains("已经锁定"), "a village of the town too: {village}");
    district.write(jobs("焦店镇", "2024-07", "10")).expect("another period");
    district
        .write(jobs("光明路街道", "2024-06", "10"))
        .expect("another unit");
    // The unit above holds for all units below it; a register above for those whose records hang below its own.
    let project = district.open(
        "project",
        "2024-05-10",
        &[
            ("name", "样例·项目"),
            ("town", "焦店镇"),
            ("listed_on", "2024-05-10"),
            ("investment", "2"),
        ],
    );
    let project = format!("#{project}");
    let progress = |month: &str| {
        district.draft(
            "progress",
            "2024-08-03",
            &[
                ("project", &project),
                ("month", month),
                ("done", "100"),
                ("reported_on", "2024-08-03"),
            ],
        )
    };
    district.write(progress("2024-05")).expect("nothing is locked yet");
    district
        .write(lock("project", "新华区", "2024-06-01", "2024-06-30"))
        .expect("locked");
    assert!(
        district.refused(progress("2024-06")).contains("已经锁定"),
        "below the locked register"
    );
    district.write(progress("2024-07")).expect("another month");
    let renamed = |on: &str| Draft {
        record: Some(project[1..].parse().expect("a number")),
        wish: DraftWish::Amend,
        ..district.draft("project", on, &[("investment", "3")])
    };
    assert!(
        district.refused(renamed("2024-05-20")).contains("已经锁定"),
        "a change before the period reaches into it"
    );
    district.write(renamed("2024-07-01")).expect("from the day after it on");
    // Lifted by a move that says why; then the figure may be changed again.
    let lift = |set: &[(&str, &str)]| district.write(district.turn("period_lock", held, "lift", "2024-08-10", set));
    assert!(lift(&[]).is_err(), "lifting says why");
    lift(&[("lifted_because", "样例·经批准更正")]).expect("lifted");
    district.write(amend(kept, "12")).expect("lifted");
    district
        .write(district.turn("period_lock", held, "lock_again", "2024-08-11", &[]))
        .expect("locked again");
    assert!(district.refused(amend(kept, "13")).contains("已经锁定"));
}

#[test]
fn an_import_into_a_locked_period_is_refused_whole_at_its_row_until_the_lock_is_lifted() {
    let (district, _clock) = District::on("2024-08-28");
    let set = [
        ("register", "employment"),
        ("unit", "焦店镇"),
        ("from", "2024-06-01"),
        ("to", "2024-06-30"),
        ("reason", "六月就业月报已签署上报"),
    ];
    let held = district
        .write(district.draft("period_lock", "2024-08-02", &set))
        .expect("locked");
    let file = district.folder.path().join("就业.csv");
    let sheet = "\u{feff}镇（街道）,月份,填报日期,城镇新增就业\n焦店镇,2024-07,2024-08-01,11\n焦店镇,2024-06,2024-08-01,12\n光明路街道,2024-06,2024-08-01,13\n";
    std::fs::write(&file, sheet).expect("a file");
    let import = || {
        let request = ImportRequest {
            register: "employment".to_owned(),
            file: file.clone(),
            occurred_on: Some(day("2024-08-01")),
            trusted: true,
            ..ImportRequest::default()
        };
        let scope = district.app.program_scope().expect("a scope");
        taizhang::import::run(&district.app, &scope, &request, &|_, _| {}).expect("read")
    };
    let jobs = || district.figure("employment.new", YEAR());
    let before = jobs();
    let refused = import();
    assert_eq!(jobs(), before, "one row of a locked period keeps the whole file out");
    let [line] = &refused.errors[..] else {
        panic!("{:?}", refused.errors)
    };
    assert_eq!(line.row, Some(3), "the row that reaches into the period");
    for part in ["焦店镇", "2024-06-01", "六月就业月报已签署上报"] {
        assert!(line.message.contains(part), "the reason is shown: {}", line.message);
    }
    let lift = district.turn(
        "period_lock",
        held,
        "lift",
        "2024-08-10",
        &[("lifted_because", "样例·经批准补报")],
    );
    district.write(lift).expect("lifted");
    assert_eq!(import().added, 3);
    assert_eq!(jobs(), "36");
}

#[test]
fn a_lock_of_the_same_command_holds_for_what_comes_behind_it() {
    let (district, _clock) = District::on("2024-08-28");
    let set = [
        ("unit", "新华区"),
        ("from", "2024-06-01"),
        ("to", "2024-06-30"),
        ("reason", "样例"),
    ];
    let lock = district.draft("period_lock", "2024-08-02", &set);
    let jobs = district.draft(
        "employment",
        "2024-08-02",
        &[
            ("town", "焦店镇"),
            ("month", "2024-06"),
            ("reported_on", "2024-08-02"),
            ("new_jobs", "10"),
        ],
    );
    let scope = district.app.program_scope().expect("a scope");
    let both = district.app.execute(&scope, &[lock.clone(), jobs.clone()], None);
    assert!(told(&district, both).contains("已经锁定"));
    district
        .app
        .execute(&scope, &[jobs, lock], None)
        .expect("the other way round");
}

#[test]
fn ratios_of_targets_add_up_numerators_and_denominators_and_without_one_are_undefined() {
    let (district, _clock) = District::on("2024-08-28");
    let target = [
        ("code", "T-1"),
        ("name", "样例·物业覆盖率"),
        ("account", "community.coverage"),
        ("unit", "新华区"),
        ("from", "2024-01-01"),
        ("to", "2024-12-31"),
        ("value", "90"),
    ];
    district.open("target", "2024-01-05", &target);
    let pace = judged(&district, "2024-06-30");
    let said = (
        pace.said().actual.as_deref(),
        pace.said().margin.as_str(),
        pace.said().completion.as_str(),
        pace.light,
        pace.reached,
    );
    assert_eq!(
        said,
        (None, "—", "—", Light::None, None),
        "no denominator: undefined, and never 0"
    );
    let community = |name: &str, town: &str, covered: bool| {
        let mut set = vec![
            ("name", name),
            ("town", town),
            ("listed_on", "2024-01-10"),
            ("households", "10"),
        ];
        set.extend(covered.then_some(("covered_on", "2024-02-01")));
        district.open("community", "2024-01-10", &set);
    };
    // One of one there, one of three here: half of all, and not the mean of 100 and 33.
    community("甲", "焦店镇", true);
    community("乙", "光明路街道", true);
    community("丙", "光明路街道", false);
    community("丁", "光明路街道", false);
    let pace = judged(&district, "2024-06-30");
    assert_eq!(
        (
            pace.said().shown.as_str(),
            pace.said().margin.as_str(),
            pace.said().completion.as_str()
        ),
        ("50", "-40", "—"),
        "in points"
    );
}

#[test]
fn the_office_issues_a_form_to_chosen_units_and_only_those_are_expected() {
    let (district, clock) = District::on("2024-07-01");
    let app = &district.app;
    let form = [
        ("code", "XH-T1"),
        ("name", "月度调度表"),
        ("kind", "统计调查表"),
        ("approval", "样例备〔2024〕1号"),
        ("until", "2024-12-31"),
        ("organ", "区统计局"),
        ("issued_on", "2024-01-01"),
    ];
    district.open("survey_form", "2024-07-01", &form);
    let program = app.program_scope().expect("a scope");
    for (login, role) in [("desk", "statistics"), ("town", "clerk")] {
        let actor = add_actor(app, &program, login, login).expect(login);
        let unit = if role == "clerk" { "410402100" } else { "" };
        add_position(app, &program, actor, unit, role, role).expect(role);
    }
    let (desk, town) = (app.scope("desk").expect("desk"), app.scope("town").expect("town"));
    assert!(app.issued_register(&town, "report").is_err(), "a unit does not issue");
    let (register, issue) = app.issued_register(&desk, "report").expect("the office");
    let said = |pairs: &[(&str, &str)]| {
        pairs
            .iter()
            .map(|(id, text)| ((*id).to_owned(), (*text).to_owned()))
            .collect::<Vec<_>>()
    };
    let once = said(&[
        ("form", "XH-T1"),
        ("month", "2024-06"),
        ("basis", "统计"),
        ("due_on", "2024-07-05"),
    ]);
    let units = ["410402100".to_owned(), "410402002".to_owned()];
    let lines = [
        vec!["新增项目".to_owned(), "个".to_owned()],
        vec!["用电量".to_owned(), "万千瓦时".to_owned()],
    ];
    let head = district.figure("report.issued", YEAR());
    assert!(
        app.issue(&desk, (&register, &issue), &once, &[], &lines).is_err(),
        "to nobody"
    );
    let short = [vec!["新增项目".to_owned()]];
    assert!(told(&district, app.issue(&desk, (&register, &issue), &once, &units, &short)).contains("计量单位"));
    let mut unknown = units.to_vec();
    unknown.push("9999".to_owned());
    assert!(app.issue(&desk, (&register, &issue), &once, &unknown, &lines).is_err());
    assert_eq!(district.figure("report.issued", YEAR()), head, "all or none");
    app.issue(&desk, (&register, &issue), &once, &units, &lines)
        .expect("issued");
    assert_eq!(district.figure("report.issued", YEAR()), "4");
    assert!(
        app.issue(&desk, (&register, &issue), &once, &units, &lines).is_err(),
        "once for a unit, a period and a figure"
    );
    let own = app.duties(&town).expect("duties");
    assert_eq!(
        own.iter().filter(|view| view.register.0 == "report").count(),
        2,
        "on the unit's desk"
    );
    clock.to("2024-07-08");
    let span = Span::Between(day("2024-01-01"), day("2024-07-08"));
    assert_eq!(
        (
            district.figure("report.expected", span),
            district.figure("report.timeliness", span)
        ),
        ("4".into(), "0".into())
    );
    assert_eq!(district.figure("report.fill_late", Span::AsOf(day("2024-07-08"))), "4");
}

#[test]
fn what_was_carried_over_is_not_offered_again_years_later() {
    let (district, _clock) = District::on("2026-01-10");
    let target = [
        ("code", "2024-T"),
        ("name", "样例·新增就业"),
        ("account", "employment.new"),
        ("unit", "新华区"),
        ("from", "2024-01-01"),
        ("to", "2024-12-31"),
        ("value", "1000"),
        ("path", "months"),
        ("carry", "same"),
    ];
    district.open("target", "2024-01-05", &target);
    let app = &district.app;
    let scope = app.program_scope().expect("a scope");
    let carries = || {
        app.plan_roll_over(2024)
            .expect("a plan")
            .iter()
            .filter(|one| one.next.is_some())
            .count()
    };
    assert_eq!(carries(), 1);
    let plan = app.plan_roll_over(2024).expect("a plan");
    app.roll_over(&scope, &plan).expect("done").expect("a receipt");
    assert_eq!(carries(), 0);
}
