//! The first district's campaigns as data of its pack: milestones by organ, cohorts, reported figures, checks by
//! units, sealed sheets of a contest.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use taizhang::app::ask::{FigureQuestion, Span};
use taizhang::app::book::read_pack;
use taizhang::app::cards::input;
use taizhang::app::execute::{Draft, DraftWish};
use taizhang::app::{App, Options};
use taizhang::cli::init::{add_actor, add_position};
use taizhang::clock::SystemClock;
use taizhang::error::AppError;
use taizhang_core::day::Day;
use taizhang_core::definition::Lang;
use taizhang_schemes::scorecard::Input;
use taizhang_store::writer::Clock;

/// A clock that somebody else turns; every question takes it a microsecond.
struct Turned(AtomicI64);

impl Turned {
    fn to(&self, text: &str) {
        self.0.store(i64::from(day(text).0) * DAY_US, Ordering::Relaxed);
    }
}

const DAY_US: i64 = 86_400_000_000;

impl Clock for Turned {
    fn now(&self) -> i64 {
        self.0.fetch_add(1, Ordering::Relaxed)
    }

    fn steady(&self) -> i64 {
        self.now()
    }

    fn today(&self) -> Day {
        Day((self.0.load(Ordering::Relaxed) / DAY_US) as i32)
    }
}

struct District {
    app: App,
    folder: tempfile::TempDir,
}

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

impl District {
    fn new() -> District {
        District::with(Arc::new(SystemClock::standing_at(day("2024-08-28"))))
    }

    /// A district on a day, and the clock that turns it.
    fn on(text: &str) -> (District, Arc<Turned>) {
        let clock = Arc::new(Turned(AtomicI64::new(0)));
        clock.to(text);
        (District::with(clock.clone()), clock)
    }

    fn with(clock: Arc<dyn Clock>) -> District {
        let folder = tempfile::tempdir().expect("a folder");
        let place = format!("sqlite:{}", folder.path().join("book.db").display());
        let options = Options {
            keys: None,
            evidence: None,
            lang: Lang::Zh,
            clock,
        };
        let app = App::create(&place.parse().expect("a place"), options).expect("a book");
        let files = read_pack(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/xinhua")).expect("the pack");
        let plan = app.plan_pack(files).expect("a plan");
        app.apply_pack(&app.program_scope().expect("a scope"), plan, None, None)
            .expect("applied");
        District { app, folder }
    }

    fn draft(&self, register: &str, on: &str, set: &[(&str, &str)]) -> Draft {
        Draft {
            register: register.to_owned(),
            set: set
                .iter()
                .map(|(field, text)| ((*field).to_owned(), (*text).to_owned()))
                .collect(),
            occurred_on: Some(day(on)),
            ..Draft::default()
        }
    }

    fn write(&self, draft: Draft) -> Result<i64, AppError> {
        let scope = self.app.program_scope()?;
        Ok(self.app.execute(&scope, &[draft], None)?.records[0])
    }

    fn open(&self, register: &str, on: &str, set: &[(&str, &str)]) -> i64 {
        self.write(self.draft(register, on, set)).expect(register)
    }

    fn refused(&self, draft: Draft) -> String {
        match self.write(draft) {
            Err(AppError::Refused(lines)) => lines[0].message.clone(),
            other => panic!("not refused: {other:?}"),
        }
    }

    fn turn(&self, register: &str, record: i64, name: &str, on: &str, set: &[(&str, &str)]) -> Draft {
        Draft {
            record: Some(record),
            wish: DraftWish::Move(name.to_owned()),
            ..self.draft(register, on, set)
        }
    }

    fn figure(&self, account: &str, span: Span) -> String {
        let question = FigureQuestion {
            account: account.to_owned(),
            unit: None,
            span,
            known_at: None,
        };
        let figure = self.app.asking().expect("a moment").figure(&question).expect(account);
        figure.value.unwrap_or_else(|| figure.state.key().to_owned())
    }
}

const YEAR: fn() -> Span = || Span::Between(day("2024-01-01"), day("2024-12-31"));

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
fn figures_are_reported_reviewed_and_signed_and_units_check_their_own() {
    let district = District::new();
    let form = [
        ("code", "XH-T1"),
        ("name", "月度调度表"),
        ("kind", "内部调度表"),
        ("organ", "区统计局"),
        ("issued_on", "2024-01-01"),
    ];
    district.open("survey_form", "2024-01-01", &form);
    let mut survey = form.to_vec();
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
    step("submit", "2024-07-04", &[("submitted_on", "2024-07-04")]).expect("submitted");
    assert!(
        step("sign", "2024-07-04", &[]).is_err(),
        "nothing is signed before it was reviewed"
    );
    step("review", "2024-07-05", &[]).expect("reviewed");
    step("sign", "2024-07-05", &[]).expect("signed");
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
    district
        .write(district.turn("unit_check", asked, "silence", "2024-07-15", &[]))
        .expect("recorded as silence");
    assert_eq!(district.figure("unit_check.silent", YEAR()), "1");
}

/// Three judges and somebody who runs the contest, as who they sign in.
fn judges(district: &District) -> Vec<i64> {
    let scope = district.app.program_scope().expect("a scope");
    let add = |login: &str, name: &str, role: &str| {
        let actor = add_actor(&district.app, &scope, login, name).expect(login);
        add_position(&district.app, &scope, actor, "", role, role).expect(role);
        actor
    };
    add("office", "样例·督查室", "supervision");
    // Two of one name are two judges, since each is who signed in.
    let names = [
        ("j0", "样例·评委"),
        ("j1", "样例·评委"),
        ("j2", "样例·丙"),
        ("j3", "样例·丁"),
    ];
    names.iter().map(|(login, name)| add(login, name, "judge")).collect()
}

fn told(district: &District, result: Result<impl std::fmt::Debug, AppError>) -> String {
    let error = result.expect_err("it should be refused");
    district.app.locale().error(&error)
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
        "nobody casts for another, not even for somebody of the same name"
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
fn a_sheet_that_was_not_cast_in_time_lapses() {
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
