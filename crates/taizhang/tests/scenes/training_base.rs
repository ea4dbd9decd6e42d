//! The Training Base: from signing to completion with its agent, its procedures in the order that the law gives
//! them, a transformer that had to be taken to the district's leaders once, its monthly investment, and a month
//! that was written wrongly, released, corrected and restated.

use crate::city::{City, Desk};
use taizhang::app::execute::{Draft, DraftWish};
use taizhang::bulletin;
use taizhang_core::id::RecordNo;

const NAME: &str = "样例·公共实训基地";
const HALF_YEAR: (&str, &str) = ("2024-01-01", "2024-06-30");

#[test]
fn the_training_base_from_signing_to_completion() {
    let city = City::founded("2024-01-08");
    let desk = city.desk("zhangce.project");
    let agent = city.desk("daiban.jiaodian");
    let base = desk.open(
        "project",
        &[
            ("name", NAME),
            ("town", "焦店镇"),
            ("track", "政府投资"),
            ("kind", "公共服务"),
            ("investment", "1.2"),
            ("year_plan", "6000"),
            ("listed_on", "2024-01-08"),
            ("has_agent", "是"),
        ],
    );
    desk.make(
        "project",
        base,
        "sign",
        &[("signed_on", "2024-01-08"), ("investment", "1.2")],
    );
    city.until("2024-01-10");
    desk.make("project", base, "prepare", &[]);
    assert_eq!(city.on("project.with_agent", "2024-01-10"), "1");

    commissioned(&city, &agent);
    let listed = graph(&city, &desk, base).len();
    assert_eq!(
        listed + skipped_by_track(&city),
        49,
        "the whole list, less what only a firm's project needs"
    );
    let started = permitted(&city, &desk, &agent, base);
    desk.make("project", base, "start", &[("started_on", &started)]);
    assert_eq!(city.on("project.started_count", &started), "1");
    assert_eq!(city.on("agent_case.load", &started), "0");

    invested(&city, &agent, "2024-05", ["900", "0", "900"]);
    transformer(&city, &agent);
    let june = invested(&city, &agent, "2024-06", ["6000", "900", "6900"]);
    let released = released(&city);
    corrected(&city, june, released);

    for (month, row) in [
        ("2024-07", ["800", "1500", "2300"]),
        ("2024-08", ["1200", "2300", "3500"]),
        ("2024-09", ["700", "3500", "4200"]),
        ("2024-10", ["900", "4200", "5100"]),
        ("2024-11", ["900", "5100", "6000"]),
    ] {
        city.until(&format!("{month}-28"));
        invested(&city, &agent, month, row);
    }
    assert_eq!(city.between("project.plan_done", "2024-01-01", "2024-11-30"), "100");
    completed(&city, &desk, &agent, base);
    city.proven();
}

/// What of the list does not apply to a project that the government pays for.
fn skipped_by_track(city: &City) -> usize {
    let definition = city.app.definition().expect("a pack");
    let register = definition.register_named("procedure").expect("a register");
    let template = register.template.as_ref().expect("a list");
    let firms = [
        "filing",
        "verify",
        "regional_eval",
        "plan_conditions",
        "discharge_permit",
        "trial_run",
        "capacity",
    ];
    let left = template.items.iter().filter(|item| firms.contains(&item.id.as_str()));
    assert_eq!(template.items.len(), 49);
    left.count()
}

/// The items of the list with their stages, in the list's order: record, name, stage, whether what must come
/// before is closed.
fn graph(city: &City, desk: &Desk<'_>, base: RecordNo) -> Vec<(RecordNo, String, String, bool)> {
    let graph = city.app.graphs(&desk.scope, base).expect("graphs").remove(0);
    let free = |node: &taizhang::app::graph::Node| {
        let hard = node.before.iter().filter(|(_, hard)| *hard);
        hard.into_iter().all(|(before, _)| graph.nodes[*before].closed)
    };
    let told = graph
        .nodes
        .iter()
        .map(|node| (node.record, node.name.clone(), node.stage.0.clone(), free(node)));
    told.collect()
}

/// The owner entrusts the agent, who visits, tells once and finishes two matters in time.
fn commissioned(city: &City, agent: &Desk<'_>) {
    for (matter, days) in [("可行性研究", "10"), ("施工许可", "3")] {
        let case = agent.open(
            "agent_case",
            &[
                ("project", NAME),
                ("matter", matter),
                ("organ_level", "区级"),
                ("entrusted_on", "2024-01-10"),
                ("promised_days", days),
            ],
        );
        let visit = [
            ("project", NAME),
            ("kind", "上门走访"),
            ("done_on", "2024-01-10"),
            ("what", "核对材料清单"),
        ];
        agent.open("agent_log", &visit);
        agent.make("agent_case", case, "tell", &[]);
        agent.make("agent_case", case, "accept", &[("accepted_on", "2024-01-10")]);
        assert_eq!(agent.stage(case), "accepted");
        agent.make("agent_case", case, "finish", &[("finished_on", "2024-01-10")]);
        agent.make(
            "agent_case",
            case,
            "rate",
            &[("rating", "满意"), ("rated_on", "2024-01-10")],
        );
    }
    assert_eq!(city.between("agent_case.finished", HALF_YEAR.0, HALF_YEAR.1), "2");
    assert_eq!(
        city.between("agent_case.satisfied_share", HALF_YEAR.0, HALF_YEAR.1),
        "100"
    );
}

/// Every procedure up to the start, each only when the law lets it; gives the day on which work may begin.
fn permitted(city: &City, desk: &Desk<'_>, agent: &Desk<'_>, base: RecordNo) -> String {
    // Not all effects on the surroundings are great, and not every site hides a tomb.
    let absent = [
        "环境影响报告书",
        "环境影响报告表",
        "水土保持方案报告书",
        "特殊建设工程消防设计",
    ];
    let title = graph(city, desk, base)
        .into_iter()
        .find(|(_, name, ..)| name.contains("施工许可证"))
        .expect("a permit");
    let (code, _) = agent
        .may_make("procedure", title.0, "submit", &[])
        .expect_err("nothing before it is done");
    assert_eq!(code, "not_yet");
    loop {
        let today = city.app.today();
        let free: Vec<_> = graph(city, desk, base)
            .into_iter()
            .filter(|(_, _, stage, free)| *free && stage == "waiting")
            .collect();
        for (record, name, ..) in &free {
            if name.contains("开工") {
                agent.make("procedure", *record, "submit", &[]);
                agent.make("procedure", *record, "finish", &[]);
                return today.to_string();
            }
            if absent.iter().any(|word| name.contains(word)) {
                agent.make("procedure", *record, "skip", &[("skipped", "不涉及")]);
            } else {
                agent.make("procedure", *record, "submit", &[]);
                agent.make("procedure", *record, "accept", &[]);
            }
        }
        assert!(!free.is_empty(), "the list has come to a stand on {today}");
        let next = taizhang_core::day::Day(today.0 + 5).to_string();
        let passed = city.until(&next);
        assert_eq!((passed.drafted, passed.timeouts), (0, 0), "all of it is in time");
        for (record, _, stage, _) in graph(city, desk, base) {
            if stage == "accepted" {
                agent.make("procedure", record, "finish", &[]);
            }
        }
    }
}

/// A month's investment; the identities of the row are the register's own.
fn invested(city: &City, agent: &Desk<'_>, month: &str, [done, before, total]: [&str; 3]) -> RecordNo {
    let set = |total| {
        [
            ("project", NAME),
            ("month", month),
            ("reported_on", "2024-01-01"),
            ("done", done),
            ("year_before", before),
            ("year_total", total),
            ("image", "主体施工"),
        ]
    };
    let today = city.app.today().to_string();
    let dated = |total| {
        let mut set = set(total);
        set[2].1 = &today;
        agent.may_open("progress", &set)
    };
    let (code, said) = dated("1").expect_err("the total is not the sum");
    assert_eq!(code, "check_failed", "{said}");
    dated(total).expect("a month")
}

/// The grid does not answer within the seven days that were asked of it; the agent takes it to the leaders once.
fn transformer(city: &City, agent: &Desk<'_>) {
    let raised = city.app.today().to_string();
    let request = agent.open(
        "coordination",
        &[
            ("number", "XT-变压器"),
            ("project", NAME),
            ("factor", "用电"),
            ("matter", "增设一台变压器"),
            ("to", "供电公司"),
            ("above", "企业"),
            ("raised_on", &raised),
        ],
    );
    let asked_until = taizhang_core::day::Day(city.app.today().0 + 8).to_string();
    city.until(&asked_until);
    // The company is not the district's: no light, no ladder, and no late figure for it.
    assert_eq!(city.on("coordination.late", &asked_until), "0");
    assert_eq!(city.on("coordination.outside", &asked_until), "1");
    agent.make("coordination", request, "escalate", &[]);
    let (code, _) = agent
        .may_make("coordination", request, "escalate", &[])
        .expect_err("it is with the leaders already");
    assert_eq!(code, "out_of_turn");
    let day = |after: i32| taizhang_core::day::Day(city.app.today().0 + after).to_string();
    let (answered, promised) = (day(2), day(16));
    city.until(&answered);
    let set = [
        ("answer", "先行施工，用户工程费用由电网承担"),
        ("answered_on", answered.as_str()),
        ("promised_on", promised.as_str()),
    ];
    agent.make("coordination", request, "answer", &set);
    let solved = day(12);
    city.until(&solved);
    agent.make("coordination", request, "solve", &[("solved_on", &solved)]);
    assert_eq!(city.between("coordination.solved", HALF_YEAR.0, HALF_YEAR.1), "1");
    assert_eq!(city.on("coordination.outside", &solved), "0");
}

/// The half-year bulletin goes out with what is in the book.
fn released(city: &City) -> i64 {
    city.until("2024-07-05");
    let office = city.desk("ducha");
    let half_year = "2024-06-30".parse().expect("a day");
    let released = bulletin::release::release(&city.app, &office.scope, "half-year", half_year).expect("released");
    let printed = city.between("project.investment_done", HALF_YEAR.0, HALF_YEAR.1);
    assert_eq!(printed, "69000000");
    released.entry
}

/// June was six hundred, not six thousand: a correction with its reason, and the sheet that says what it moved.
fn corrected(city: &City, june: RecordNo, released: i64) {
    city.until("2024-07-12");
    let office = city.desk("ducha");
    let set = [("done", "600"), ("year_total", "1500")].map(|(field, text)| (field.to_owned(), text.to_owned()));
    let correction = Draft {
        register: "progress".to_owned(),
        record: Some(june),
        wish: DraftWish::Correct {
            target: office.opening(june),
            withdraw: false,
            day: None,
        },
        set: set.to_vec(),
        reason: "月报多写一个零".to_owned(),
        ..Draft::default()
    };
    office.write(correction).expect("corrected");
    assert_eq!(
        city.between("project.investment_done", HALF_YEAR.0, HALF_YEAR.1),
        "15000000"
    );
    assert_eq!(
        city.known_at("project.investment_done", HALF_YEAR, released),
        "69000000"
    );
    let releases = bulletin::restate::releases(&city.app, "half-year").expect("releases");
    let (_, release) = releases.into_iter().find(|(entry, _)| *entry == released).expect("it");
    let moved = bulletin::restate::restated(&city.app, &office.scope, &release).expect("a sheet");
    let done = moved
        .iter()
        .find(|row| row.address.starts_with("project.investment_done"))
        .expect("the figure is on the sheet");
    assert_eq!((done.then.as_str(), done.now.as_str()), ("6900", "1500"));
    assert_eq!(done.entries.len(), 1, "one entry is why");
    let others: Vec<_> = moved.iter().map(|row| row.address.as_str()).collect();
    assert!(
        others
            .iter()
            .all(|address| address.starts_with("project.investment_done") || address.starts_with("project.plan_done")),
        "{others:?}"
    );
}

/// Acceptance in its order, then use.
fn completed(city: &City, desk: &Desk<'_>, agent: &Desk<'_>, base: RecordNo) {
    city.until("2024-12-02");
    loop {
        let open: Vec<_> = graph(city, desk, base)
            .into_iter()
            .filter(|(_, _, stage, free)| *free && stage == "waiting")
            .collect();
        if open.is_empty() {
            break;
        }
        for (record, name, ..) in open {
            if name.contains("特殊建设工程") {
                agent.make("procedure", record, "skip", &[("skipped", "不涉及")]);
            } else {
                agent.make("procedure", record, "submit", &[]);
                agent.make("procedure", record, "finish", &[]);
            }
        }
    }
    assert!(
        graph(city, desk, base)
            .iter()
            .all(|(_, _, stage, _)| ["done", "skipped"].contains(&stage.as_str()))
    );
    let today = city.app.today().to_string();
    desk.make("project", base, "produce", &[("produced_on", &today)]);
    assert_eq!(desk.stage(base), "producing");
    assert_eq!(city.on("procedure.late", &today), "0");
    assert_eq!(city.between("procedure.deemed", "2024-01-01", "2024-12-31"), "0");
}
