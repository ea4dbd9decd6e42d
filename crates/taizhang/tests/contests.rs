//! Contests, stars and livelihood of the first district: sheets cast by who signed in, results published with their
//! prize, stars given and withdrawn, sites suspended and reopened, days counted down.

mod district;
#[path = "contests/firms.rs"]
mod firms;

use district::{District, YEAR, day, told};
use taizhang::app::ask::Span;
use taizhang::app::cards::input;
use taizhang::app::execute::{Draft, DraftWish};
use taizhang::cli::init::{add_actor, add_position};
use taizhang_schemes::scorecard::Input;

/// Three judges and somebody who runs the contest, as who they sign in.
fn judges(district: &District) -> Vec<i64> {
    let scope = district.app.program_scope().expect("a scope");
    let add = |login: &str, name: &str, role: &str| {
        let actor = add_actor(&district.app, &scope, login, name).expect(login);
        add_position(&district.app, &scope, actor, "", role, role).expect(role);
        actor
    };
    add("office", "样例·督查室", "supervision");
    let names = [
        ("j0", "样例·甲"),
        ("j1", "样例·乙"),
        ("j2", "样例·丙"),
        ("j3", "样例·丁"),
    ];
    names.iter().map(|(login, name)| add(login, name, "judge")).collect()
}

#[test]
fn sheets_are_handed_out_cast_by_their_judge_sealed_closed_and_published_with_a_prize() {
    let (district, clock) = District::on("2024-03-20");
    let actors = judges(&district);
    let scope = |login: &str| district.app.scope(login).expect(login);
    let office = scope("office");
    let stop = |entry: &str| {
        let set = [
            ("event", "春季看谋划"),
            ("entry", entry),
            ("town", "焦店镇"),
            ("group", "镇街组"),
            ("organiser", "市"),
            ("held_on", "2024-03-20"),
            ("closes_on", "2024-03-22"),
        ];
        district.open("contest", "2024-03-20", &set)
    };
    let stops = ["甲", "乙", "丙"].map(stop);
    let app = &district.app;
    assert_eq!(
        app.hand_out(&office, "observation", "春季看谋划").expect("handed out"),
        12
    );
    let again = app
        .hand_out(&office, "observation", "春季看谋划")
        .expect("nobody is missing");
    assert_eq!(again, 0, "one judge, one sheet for a stop");
    let (card, listed) = app.stops(&office, "observation").expect("stops");
    let own: Vec<_> = listed.iter().collect();
    let ballots = app.ballots(&office, &card, &own).expect("ballots");
    let sheet = |judge: usize, stop: usize| {
        let found = ballots
            .iter()
            .find(|one| one.judge == actors[judge] && one.stop == stops[stop]);
        found.expect("a sheet").record
    };
    let marks = [
        ["90", "85", "85"],
        ["100", "85.5", "85.5"],
        ["80", "86", "86"],
        ["91", "10", "84"],
    ];
    let cast = |judge: usize, by: &str| {
        let marks = [0, 1, 2].map(|stop| (sheet(judge, stop), marks[judge][stop].to_owned()));
        app.cast(&scope(by), &card, &marks)
    };
    assert!(
        told(&district, cast(0, "j1")).contains("本人"),
        "nobody casts for another"
    );
    assert!(
        told(&district, cast(0, "office")).contains("本人"),
        "whoever runs it does not cast"
    );
    for judge in 0..4 {
        assert_eq!(cast(judge, &format!("j{judge}")).expect("cast"), 3);
    }
    assert!(cast(0, "j0").is_err(), "a sheet that was cast is not cast again");
    assert!(told(&district, app.placed(&office, "observation", "春季看谋划")).contains("截止"));
    let bytes = std::fs::read(district.folder.path().join("book.db")).expect("the file");
    assert!(
        !bytes.windows(4).any(|part| part == b"85.5"),
        "a mark stands open in the book"
    );
    assert!(
        app.placed(&scope("j0"), "observation", "春季看谋划").is_err(),
        "a judge sees no result before it is published"
    );

    clock.to("2024-03-25");
    let placed = app.placed(&office, "observation", "春季看谋划").expect("places");
    let places: Vec<(usize, &str)> = placed.iter().map(|one| (one.place, one.entry.as_str())).collect();
    // Without the highest and the lowest: 90.5, 85.25, 85.25.
    assert_eq!(places, [(1, "甲"), (2, "丙"), (2, "乙")]);
    assert!(
        placed.iter().all(|one| one.result.is_none() && one.sheets == 4),
        "only places are told: {placed:?}"
    );
    let prize = |stop: i64, announced: &str| {
        let stop = format!("#{stop}");
        let set = [
            ("number", "样例-JL1"),
            ("event", "观摩"),
            ("unit", "焦店镇"),
            ("kind", "观摩评比"),
            ("giver", "市"),
            ("stop", stop.as_str()),
            ("announced_on", "2024-03-26"),
            ("announced", announced),
        ];
        district.draft("award", "2024-03-26", &set)
    };
    clock.to("2024-03-26");
    assert!(district.refused(prize(stops[0], "20万元")).contains("没有公布结果"));
    let on = day("2024-03-26");
    assert!(
        app.publish_places(&scope("j0"), "observation", "春季看谋划", on)
            .is_err()
    );
    app.publish_places(&office, "observation", "春季看谋划", on)
        .expect("published");
    assert!(
        app.publish_places(&office, "observation", "春季看谋划", on).is_err(),
        "published once"
    );
    assert_eq!(
        district.figure("contest.prize", Span::AsOf(on)),
        "400000",
        "20 and twice 10"
    );
    let late = district.turn(
        "ballot",
        sheet(0, 0),
        "cast",
        "2024-03-26",
        &[("cast_on", "2024-03-22"), ("mark", "1")],
    );
    assert!(district.write(late).is_err(), "no sheet is changed after the result");
    assert!(district.refused(prize(stops[0], "30万元")).contains("应得奖金"));
    district
        .write(prize(stops[0], "20万元"))
        .expect("the prize of the first place");
    let back = |on: &str| district.figure("contest.review_open", Span::AsOf(day(on)));
    assert_eq!(back("2024-06-23"), "0");
    assert_eq!(back("2024-06-24"), "3", "ninety days later somebody looks back");
}

#[test]
fn a_formula_weighs_judges_with_indicators_and_says_nothing_of_a_stop_without_them() {
    let (district, clock) = District::on("2024-03-20");
    judges(&district);
    let (app, event) = (&district.app, "秋季看成效");
    let scope = |login: &str| app.scope(login).expect(login);
    let stop = |entry: &str, indicator: &str| {
        let mut set = vec![
            ("event", event),
            ("entry", entry),
            ("town", "焦店镇"),
            ("group", "镇街组"),
            ("method", "评委分和指标分加权"),
            ("publish", "公布分数和名次"),
            ("held_on", "2024-03-20"),
            ("closes_on", "2024-03-22"),
        ];
        set.extend((!indicator.is_empty()).then_some(("indicator_score", indicator)));
        district.open("contest", "2024-03-20", &set)
    };
    let first = stop("甲", "100");
    stop("乙", "60");
    stop("丙", "60");
    let without = stop("丁", "");
    app.hand_out(&scope("office"), "observation", event)
        .expect("handed out");
    let (card, stops) = app.stops(&scope("office"), "observation").expect("stops");
    let own: Vec<_> = stops.iter().collect();
    for judge in 0..4 {
        let login = format!("j{judge}");
        let asker = scope(&login);
        let mine = app.ballots(&asker, &card, &own).expect("ballots");
        let mine = mine.iter().filter(|one| one.judge == asker.actor);
        let marks: Vec<_> = mine
            .map(|one| (one.record, if one.stop == first { "80" } else { "90" }.to_owned()))
            .collect();
        assert_eq!(app.cast(&asker, &card, &marks).expect("cast"), 4);
    }
    clock.to("2024-03-25");
    let undefined = told(&district, app.placed(&scope("office"), "observation", event));
    assert!(undefined.contains("丁") && undefined.contains("算不出"), "{undefined}");
    let draft = Draft {
        record: Some(without),
        wish: DraftWish::Amend,
        ..district.draft("contest", "2024-03-25", &[("indicator_score", "0")])
    };
    district.write(draft).expect("a mark of nothing is a mark");
    let placed = app.placed(&scope("office"), "observation", event).expect("places");
    let told: Vec<_> = placed
        .iter()
        .map(|one| {
            (
                one.place,
                one.entry.as_str(),
                one.result.expect("told").normalize().to_string(),
            )
        })
        .collect();
    let line = |place, entry, result: &str| (place, entry, result.to_owned());
    assert_eq!(
        told,
        [
            line(1, "甲", "86"),
            line(2, "丙", "81"),
            line(2, "乙", "81"),
            line(4, "丁", "63")
        ],
        "1-2-2-4"
    );
}

#[test]
fn two_judges_of_one_name_are_refused() {
    let (district, _clock) = District::on("2024-03-20");
    judges(&district);
    let program = district.app.program_scope().expect("a scope");
    let actor = add_actor(&district.app, &program, "j4", "样例·甲").expect("an actor");
    add_position(&district.app, &program, actor, "", "judge", "judge").expect("a position");
    let set = [
        ("event", "春季看谋划"),
        ("entry", "甲"),
        ("town", "焦店镇"),
        ("held_on", "2024-03-20"),
    ];
    district.open("contest", "2024-03-20", &set);
    let office = district.app.scope("office").expect("the office");
    let refused = told(&district, district.app.hand_out(&office, "observation", "春季看谋划"));
    assert!(refused.contains("样例·甲") && refused.contains("区分"), "{refused}");
    assert_eq!(district.figure("ballot.issued", YEAR()), "0", "no sheet went out");
}

#[test]
fn a_ballot_after_closing_is_refused_and_its_sheet_lapses() {
    let (district, clock) = District::on("2024-03-20");
    let actors = judges(&district);
    let set = [
        ("event", "夏季看推进"),
        ("entry", "甲"),
        ("town", "焦店镇"),
        ("held_on", "2024-03-20"),
        ("closes_on", "2024-03-22"),
    ];
    let stop = format!("#{}", district.open("contest", "2024-03-20", &set));
    let judge = format!("#{}", actors[0]);
    let ballot = district.draft("ballot", "2024-03-20", &[("stop", &stop), ("judge", &judge)]);
    let sheet = district.write(ballot.clone()).expect("a sheet");
    assert!(district.refused(ballot).contains("重复"), "one judge, one sheet");
    clock.to("2024-03-25");
    let cast = |on: &str, said: &str| district.turn("ballot", sheet, "cast", on, &[("cast_on", said), ("mark", "77")]);
    assert!(district.refused(cast("2024-03-25", "2024-03-25")).contains("截止"));
    district.app.round().expect("the daily round");
    assert_eq!(district.figure("ballot.lapsed", YEAR()), "1");
    let said_earlier = district.write(cast("2024-03-22", "2024-03-22"));
    assert!(said_earlier.is_err(), "saying that it was earlier does not help");
}

#[test]
fn stars_go_from_the_scored_sheet_into_the_branch_and_are_withdrawn_by_a_veto() {
    let (district, clock) = District::on("2024-06-30");
    let app = &district.app;
    let scope = app.program_scope().expect("a scope");
    let set = [
        ("branch", "样例支部"),
        ("town", "焦店镇"),
        ("kind", "社区"),
        ("year", "2024"),
        ("named_on", "2024-06-01"),
    ];
    let branch = district.open("branch", "2024-06-01", &set);
    let sheet = |low: &str, vetoes: &str| {
        let stars = ["zbgy", "cyxw", "styj", "pafz", "wmxf"];
        let task = |star: &str, no: usize| format!("\"{star}{no}\": {}", if star == low { 15 } else { 18 });
        let tasks = stars.iter().flat_map(|star| (1..=5).map(move |no| task(star, no)));
        let tasks: Vec<String> = tasks.collect();
        input(&format!("{{{}{vetoes}}}", tasks.join(", "))).expect("facts")
    };
    let award = |input: &Input, on: &str| app.award(&scope, "demo.five-star-branch", branch, input, day(on));
    let (outcome, _) = award(&sheet("", ""), "2024-06-10").expect("five stars");
    assert_eq!(outcome.level.as_deref(), Some("五星支部"));
    let five = |on: &str| district.figure("branch.five_star", Span::AsOf(day(on)));
    assert_eq!((five("2024-06-09"), five("2024-06-10")), ("0".into(), "1".into()));
    award(&sheet("", ", \"vetoes\": [\"v5\"]"), "2024-06-20").expect("an accident takes a star");
    assert_eq!((five("2024-06-19"), five("2024-06-20")), ("1".into(), "0".into()));
    let held = |on: &str, field: &str| {
        let (view, state) = app.record_at(&scope, branch, Some(day(on)), None).expect("the branch");
        let field = view.register.field_named(field).expect("a field");
        format!("{:?}", state.expect("there").value(field.no))
    };
    assert!(held("2024-06-19", "safety").contains("得星"));
    assert!(held("2024-06-20", "safety").contains("摘星"));
    let view = app.record(&scope, branch).expect("the branch");
    let reason = view.reasons.values().last().expect("why");
    assert!(reason.contains("发生重大安全事故") && reason.contains("90"), "{reason}");
    award(&sheet("styj", ", \"vetoes\": [\"v5\"]"), "2024-06-25").expect("a star that it held");
    assert!(
        held("2024-06-25", "ecology").contains("摘星"),
        "75 of 100 where it had held the star"
    );
    let gaps = award(&input("{\"zbgy\": 90}").expect("facts"), "2024-06-26").map(|_| ());
    assert!(told(&district, gaps).contains("没有填全"), "a gap is no zero");
    clock.to("2024-07-10");
    let early = award(&sheet("", ""), "2020-01-01").map(|_| ());
    assert!(early.is_err(), "neither the branch nor the card was there");
}

#[test]
fn a_meal_site_is_suspended_reopened_and_warned_of_its_licence_and_a_school_is_counted_down() {
    let (district, clock) = District::on("2024-06-30");
    let set = [
        ("number", "样例-1"),
        ("name", "样例·食堂"),
        ("town", "焦店镇"),
        ("filed_on", "2024-01-05"),
        ("licence", "JY1"),
        ("licence_until", "2024-08-01"),
    ];
    let site = district.open("meal_site", "2024-01-05", &set);
    let step =
        |name: &str, on: &str, set: &[(&str, &str)]| district.write(district.turn("meal_site", site, name, on, set));
    step("open", "2024-02-01", &[("opened_on", "2024-02-01")]).expect("open");
    step("suspend", "2024-05-11", &[("suspended_on", "2024-05-10")]).expect("suspended");
    let operating = |on: &str| district.figure("meal_site.operating", Span::AsOf(day(on)));
    let kept = step("reopen", "2024-06-20", &[("reopened_on", "2024-06-20")]);
    assert!(told(&district, kept).contains("停业日期清空"));
    step(
        "reopen",
        "2024-06-20",
        &[("reopened_on", "2024-06-20"), ("suspended_on", "")],
    )
    .expect("reopened");
    let days = [
        "2024-01-31",
        "2024-02-01",
        "2024-05-10",
        "2024-05-11",
        "2024-06-19",
        "2024-06-20",
    ];
    assert_eq!(days.map(operating), ["0", "1", "1", "0", "0", "1"]);
    let expired = |on: &str| district.figure("meal_site.licence_late", Span::AsOf(day(on)));
    assert_eq!((expired("2024-08-01"), expired("2024-08-02")), ("0".into(), "1".into()));

    let set = [
        ("name", "样例·小学"),
        ("town", "焦店镇"),
        ("approved_on", "2024-02-26"),
        ("planned_start", "2024-07-10"),
    ];
    let school = district.open("school", "2024-02-26", &set);
    let scope = district.app.program_scope().expect("a scope");
    let left = || {
        let found = district.app.countdowns(&scope, 10).expect("countdowns");
        let own = found.iter().find(|view| view.record == school).expect("the school");
        own.remaining.expect("days").0
    };
    assert_eq!(left(), 10);
    clock.to("2024-07-05");
    let moved = |set: &[(&str, &str)]| {
        district.write(Draft {
            record: Some(school),
            wish: DraftWish::Amend,
            ..district.draft("school", "2024-07-05", set)
        })
    };
    assert!(told(&district, moved(&[("moved_to", "2024-08-04")])).contains("改期要写理由"));
    moved(&[("moved_to", "2024-08-04"), ("moved_reason", "样例·征地")]).expect("moved before it passed");
    assert_eq!(left(), 30);
    clock.to("2024-08-09");
    assert_eq!(left(), -5, "shown as five days late");
    let late = |on: &str| district.figure("school.past_start", Span::AsOf(day(on)));
    assert_eq!((late("2024-08-04"), late("2024-08-05")), ("0".into(), "1".into()));
}

#[test]
fn a_zone_gets_its_star_from_the_scored_sheet_loses_it_by_a_veto_and_nothing_is_written_with_gaps() {
    let (district, _clock) = District::on("2024-06-30");
    let app = &district.app;
    let scope = app.program_scope().expect("a scope");
    let set = [
        ("zone", "样例·专业园区"),
        ("town", "焦店镇"),
        ("star", "0"),
        ("rated_on", "2024-03"),
    ];
    let zone = district.open("zone_star", "2024-03-31", &set);
    let facts = |more: &str| {
        let facts = "plan_approved = true\nrevenue_growth = 12\ntax_wan = 160\nbuilt_mu = 10\nleading_revenue = 3\n\
                     all_revenue = 4\nenergy_drop = 2\nenvironment_findings = 1\n";
        input(&format!("{facts}{more}")).expect("facts")
    };
    let stars = |on: &str| district.figure("zone.stars", Span::AsOf(day(on)));
    let award = |facts: &Input, on: &str| app.award(&scope, "demo.service-zone-star", zone, facts, day(on));
    let gap = input("plan_approved = true\nrevenue_growth = 12").expect("facts");
    assert!(told(&district, award(&gap, "2024-05-01")).contains("没有填全"));
    let nothing = input(
        "plan_approved = true\nrevenue_growth = 12\ntax_wan = 160\nbuilt_mu = 0\nleading_revenue = 3\nall_revenue = 4\nenergy_drop = 2",
    );
    let nothing = award(&nothing.expect("facts"), "2024-05-01");
    assert!(
        nothing.is_err(),
        "a denominator of zero gives no mark, and so nothing is written"
    );
    let (outcome, _) = award(&facts(""), "2024-05-02").expect("awarded");
    // 20 and 20 by the bands, three quarters of 30, 15, less 0.3.
    assert_eq!(
        (
            outcome.total.map(|total| total.normalize().to_string()),
            outcome.level.as_deref()
        ),
        (Some("77.2".into()), Some("一星"))
    );
    assert_eq!((stars("2024-05-01"), stars("2024-05-02")), ("0".into(), "1".into()));
    let veto = facts("vetoes = [\"fraud\"]\n");
    award(&veto, "2024-06-01").expect("withdrawn");
    assert_eq!((stars("2024-05-31"), stars("2024-06-01")), ("1".into(), "0".into()));
    let expired = award(&facts(""), "2022-12-31");
    assert!(expired.is_err(), "before the card is valid it judges nothing");
}

#[test]
fn units_are_assessed_from_figures_and_targets_and_quotas_hold() {
    let (district, _clock) = District::on("2024-08-28");
    let task = |number: &str, unit: &str, done: &str| {
        let set = [
            ("number", number),
            ("name", "样例·任务"),
            ("source", "政府工作报告"),
            ("unit", unit),
            ("assigned_on", "2024-02-01"),
            ("deadline", "2024-06-01"),
            ("done_on", done),
        ];
        let record = district.open("task", "2024-02-01", &set[..6]);
        for (step, on) in [("accept", "2024-02-02"), ("submit", done), ("close", done)] {
            let set = if step == "close" {
                vec![("done_on", done)]
            } else {
                Vec::new()
            };
            district
                .write(district.turn("task", record, step, on, &set))
                .expect(step);
        }
    };
    task("T1", "焦店镇", "2024-05-20");
    task("T2", "焦店镇", "2024-07-20");
    task("T3", "光明路街道", "2024-05-20");
    let check = [
        ("unit", "焦店镇"),
        ("matter", "样例·超期的数"),
        ("account", "task.late_done"),
        ("as_of", "2024-08-28"),
        ("shown", "1 项"),
        ("asked_on", "2024-08-28"),
    ];
    let check = district.open("unit_check", "2024-08-28", &check);
    let confirmed = [("answered_on", "2024-08-28")];
    district
        .write(district.turn("unit_check", check, "confirm", "2024-08-28", &confirmed))
        .expect("checked before it is compared");
    let scope = district.app.program_scope().expect("a scope");
    let (card, found) = district
        .app
        .candidates(&scope, "demo.unit-assessment", Some(day("2024-08-28")))
        .expect("candidates");
    let of = |name: &str| {
        found
            .iter()
            .find(|one| one.title == name)
            .unwrap_or_else(|| panic!("no {name}: {found:?}"))
    };
    let mark = |name: &str| {
        let mark = of(name)
            .outcome
            .marks
            .iter()
            .find(|mark| mark.id == "tasks")
            .expect("tasks");
        mark.score.map(|score| score.normalize().to_string())
    };
    assert_eq!(
        (mark("焦店镇"), mark("光明路街道")),
        (Some("20".into()), Some("40".into()))
    );
    assert!(
        found.iter().all(|one| one.title != "曙光街街道"),
        "a unit that nothing is known of is in no ranking"
    );
    assert!(
        of("焦店镇").outcome.total.is_none(),
        "without targets the sum is undefined, and never 0"
    );
    assert_eq!(card.subject, "unit");
}
