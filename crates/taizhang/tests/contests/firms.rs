//! Firms judged by cards whose facts come from the ledgers: what nobody reported stays unknown, and what was found
//! against a firm counts for as long as the rule says.

use super::district::{District, day};
use taizhang::app::execute::{Draft, DraftWish};

#[test]
fn conditions_of_high_tech_firms_come_from_the_registry_and_what_nobody_reported_stays_unknown() {
    let (district, _clock) = District::on("2024-08-28");
    let firm = |name: &str, code: &str, more: &[(&str, &str)]| {
        let mut set = vec![
            ("name", name),
            ("credit_code", code),
            ("town", "焦店镇"),
            ("listed_on", "2023-01-03"),
            ("founded_on", "2015"),
            ("staff", "100"),
            ("rd_staff", "12"),
            ("patents", "2"),
            ("hightech_field", "是"),
        ];
        set.retain(|(id, _)| !more.iter().any(|(other, _)| other == id));
        set.extend(more);
        district.open("enterprise", "2023-01-03", &set)
    };
    let full = firm("样例·甲公司", "91410402MA0000007W", &[]);
    let bare = firm("样例·乙公司", "91350100M000100Y43", &[("patents", "0")]);
    for (year, end) in [
        ("2020", "2020-12-31"),
        ("2021", "2021-12-31"),
        ("2022", "2022-12-31"),
        ("2023", "2023-12-31"),
    ] {
        let firm = format!("#{full}");
        // 2020 lies before the three years; with it the share of research would be too low.
        let rd = if year == "2020" { "0" } else { "60" };
        let set = [
            ("firm", firm.as_str()),
            ("year", year),
            ("ends_on", end),
            ("reported_on", "2024-04-20"),
            ("sales", "1000"),
            ("income", "1000"),
            ("hightech_income", "700"),
            ("rd_cost", rd),
            ("rd_domestic", rd),
        ];
        district.open("firm_year", "2024-04-20", &set);
    }
    let scope = district.app.program_scope().expect("a scope");
    let (_, found) = district
        .app
        .candidates(&scope, "cn.hnte", Some(day("2024-08-28")))
        .expect("candidates");
    let of = |record: i64| found.iter().find(|one| one.record == record).expect("the firm");
    let gates = |record: i64| -> Vec<(String, Option<bool>)> {
        of(record)
            .outcome
            .gates
            .iter()
            .map(|gate| (gate.id.clone(), gate.holds))
            .collect()
    };
    for (gate, holds) in gates(full) {
        assert_eq!(holds, Some(true), "{gate}");
    }
    let bare = gates(bare);
    let says = |id: &str| bare.iter().find(|(gate, _)| gate == id).expect(id).1;
    assert_eq!(
        (says("core_ip"), says("rd_share"), says("age")),
        (Some(false), None, Some(true)),
        "{bare:?}"
    );
    let clean = |card: &str, on: &str, gate: &str| {
        let (_, found) = district
            .app
            .candidates(&scope, card, Some(day(on)))
            .expect("candidates");
        let one = found.iter().find(|one| one.record == full).expect("the firm");
        let gate = one.outcome.gates.iter().find(|of| of.id == gate).expect("the gate");
        gate.holds.expect("known")
    };
    let firm = format!("#{full}");
    let record = |kind: &str, on: &str, more: &[(&str, &str)]| {
        let mut set = vec![
            ("firm", firm.as_str()),
            ("kind", kind),
            ("occurred_on", on),
            ("organ", "样例部门"),
            ("document", "样例〔2024〕1号"),
            ("recorded_on", on),
        ];
        set.extend(more);
        district.draft("misconduct", on, &set)
    };
    // A hazard is no accident.
    let hazard = [
        ("number", "样例-YH1"),
        ("matter", "样例·重大隐患"),
        ("town", "焦店镇"),
        ("grade", "重大"),
        ("found_on", "2024-05-01"),
        ("firm", &firm),
    ];
    district.open("hazard", "2024-05-01", &hazard);
    assert!(clean("cn.hnte", "2024-08-28", "clean"));
    district
        .write(record("重大安全事故", "2023-06-10", &[]))
        .expect("an accident");
    assert!(clean("cn.hnte", "2024-08-28", "clean"), "longer ago than a year");
    assert!(!clean("cn.hnte", "2024-06-01", "clean"), "in the year before applying");
    assert!(
        !clean("cn.tech-sme", "2024-08-28", "clean"),
        "the technology SME looks at the year before and this one"
    );
    assert!(clean("cn.tech-sme", "2025-01-01", "clean"));
    for kind in ["重大质量事故", "严重环境违法"] {
        district.write(record(kind, "2024-07-01", &[])).expect(kind);
        assert!(!clean("cn.hnte", "2024-08-28", "clean"), "{kind}");
    }
    let listed = record("经营异常名录", "2024-02-01", &[("ended_on", "2024-03-15")]);
    district.write(listed).expect("listed");
    assert!(!clean("cn.tech-sme", "2024-03-01", "listed"), "while it is listed");
    assert!(
        clean("cn.tech-sme", "2024-03-16", "listed"),
        "and not once it was taken off"
    );
    let wrong = record("科研严重失信", "2024-04-01", &[("ended_on", "2024-05-01")]);
    assert!(district.refused(wrong).contains("没有移出"));
}

#[test]
fn the_evaluation_of_technology_firms_takes_its_facts_from_the_ledgers() {
    let (district, _clock) = District::on("2024-08-28");
    let firm = [
        ("name", "样例·甲公司"),
        ("credit_code", "91410402MA0000007W"),
        ("town", "焦店镇"),
        ("listed_on", "2023-01-03"),
        ("staff", "80"),
        ("rd_staff", "22"),
        ("patents", "0"),
        ("class_2", "3"),
        ("resident", "是"),
        ("restricted", "否"),
    ];
    let firm = format!("#{}", district.open("enterprise", "2023-01-03", &firm));
    let year = [
        ("firm", firm.as_str()),
        ("year", "2023"),
        ("ends_on", "2023-12-31"),
        ("reported_on", "2024-04-20"),
        ("sales", "12000"),
        ("rd_cost", "560"),
        ("cost_expense", "10500"),
        ("assets", "9000"),
    ];
    district.open("firm_year", "2024-04-20", &year);
    let scope = district.app.program_scope().expect("a scope");
    let judged = |on: &str| {
        let found = district.app.candidates(&scope, "cn.tech-sme", Some(day(on)));
        found.expect("candidates").1.remove(0).outcome
    };
    let outcome = judged("2024-08-28");
    let marks: Vec<String> = outcome
        .marks
        .iter()
        .map(|mark| mark.score.map_or("—".to_owned(), |score| score.normalize().to_string()))
        .collect();
    assert_eq!(marks, ["16", "30", "18"], "the worked example of the measure");
    assert_eq!(
        (outcome.total.map(|total| total.normalize().to_string()), outcome.pass),
        (Some("64".to_owned()), Some(true))
    );
    assert!(outcome.gates.iter().all(|gate| gate.holds == Some(true)));
    // A certificate of a high-tech firm qualifies without marks, until it has expired.
    let few = [("rd_staff", "7")];
    let few = Draft {
        record: firm[1..].parse().ok(),
        wish: DraftWish::Amend,
        ..district.draft("enterprise", "2024-01-02", &few)
    };
    district.write(few).expect("amended");
    assert_eq!(judged("2024-08-28").pass, Some(false), "without people for research");
    let certificate = [
        ("number", "GQ-1"),
        ("enterprise", firm.as_str()),
        ("kind", "高新技术企业"),
        ("awarded_on", "2024-02-01"),
        ("until", "2024-08-28"),
    ];
    district.open("qualification", "2024-02-01", &certificate);
    assert_eq!(judged("2024-08-28").pass, Some(true), "on its last day");
    assert_eq!(judged("2024-08-29").pass, Some(false), "and not on the day after it");
}
