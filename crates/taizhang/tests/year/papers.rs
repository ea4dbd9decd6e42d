//! Papers of a step: every template of the district, drafted from a record; a draft says that it is one.

use super::book::Year;
use std::sync::atomic::Ordering;
use taizhang::bulletin::paper::{draft, offered};
use taizhang_core::id::RecordNo;

fn open(year: &Year, register: &str) -> RecordNo {
    let unit = ("unit", "XH-08");
    let town = ("town", "410402100");
    let number = format!("L-{}", year.rows("charge").len());
    match register {
        "task" => {
            let charge = open(year, "charge");
            let task = [
                ("number", "R-1"),
                ("name", "电网|改造"),
                unit,
                ("charge", &format!("#{charge}")),
                ("assigned_on", "2024-01-02"),
                ("deadline", "2024-01-05"),
                ("source", "专班会议"),
                ("person", "某某"),
            ];
            let task = year.open("task", &task);
            let partner = [
                ("task", format!("#{task}")),
                ("unit", "XH-11".to_owned()),
                ("asked_on", "2024-01-02".to_owned()),
            ];
            let partner: Vec<(&str, &str)> = partner.iter().map(|(field, text)| (*field, text.as_str())).collect();
            year.open("task_unit", &partner);
            task
        }
        "charge" => year.open(
            "charge",
            &[
                ("number", &number),
                ("source", "领导批示"),
                ("document", "批示一号"),
                ("matter", "供电"),
                ("unit", "410402"),
                ("raised_on", "2024-01-02"),
            ],
        ),
        "hazard" => year.open(
            "hazard",
            &[
                ("number", "Y-1"),
                ("matter", "堵塞"),
                town,
                ("grade", "一般"),
                ("found_on", "2024-01-02"),
            ],
        ),
        "petition" => year.open(
            "petition",
            &[
                ("number", "X-1"),
                town,
                ("registered_on", "2024-01-02"),
                ("first", "是"),
            ],
        ),
        "coordination" => {
            let set = [("name", "电池包"), town, ("listed_on", "2024-01-01")];
            let project = format!("#{}", year.open("project", &set));
            year.open(
                "coordination",
                &[
                    ("number", "T-1"),
                    ("project", &project),
                    ("factor", "用电"),
                    ("matter", "增容"),
                    ("raised_on", "2024-01-02"),
                ],
            )
        }
        other => panic!("say how to open a {other}, so that its papers are tested"),
    }
}

#[test]
fn every_paper_of_the_district_can_be_drafted() {
    let year = Year::new();
    year.clock.day.fetch_add(1, Ordering::Relaxed);
    let definition = year.app.definition().expect("a definition");
    let program = year.app.program_scope().expect("a scope");
    assert!(definition.papers.len() >= 9);
    let mut records = std::collections::BTreeMap::new();
    for register in definition
        .papers
        .iter()
        .filter_map(|paper| definition.register(paper.register))
    {
        if register.id != "reminder" && !records.contains_key(&register.id) {
            records.insert(register.id.clone(), open(&year, &register.id));
        }
    }
    // Late enough for the ladders of all of them to have drafted something.
    year.clock.day.fetch_add(120, Ordering::Relaxed);
    year.app.round().expect("a round");
    let reminder = year
        .rows("reminder")
        .into_iter()
        .find(|row| row["record"] == records["task"].to_string());
    records.insert(
        "reminder".to_owned(),
        reminder.expect("reminded")["id"].parse().expect("a number"),
    );
    for paper in &definition.papers {
        let register = definition.register(paper.register).expect("a register");
        let drafted = draft(&year.app, &program, (records[&register.id], &paper.id), None, None);
        let drafted = drafted.unwrap_or_else(|error| panic!("{}: {}", paper.id, year.app.locale().error(&error)));
        assert!(drafted.said.contains("未经签发"), "{}", drafted.said);
        assert!(
            !drafted.markdown.contains("{{") && drafted.html.contains("<h1>"),
            "{}",
            drafted.markdown
        );
        let mut docx = Vec::new();
        taizhang_sheet::document::docx(&drafted.document, std::io::Cursor::new(&mut docx)).expect("a docx");
        assert_eq!(&docx[..2], b"PK");
    }
    let slip = draft(&year.app, &program, (records["task"], "assign"), None, None).expect("drafted");
    assert!(
        slip.html.contains("<td>电网|改造</td>"),
        "what was typed keeps to its cell: {}",
        slip.html
    );
    assert!(slip.html.contains("民政局"), "who assists stands there: {}", slip.html);
    assert!(!slip.html.contains("某某"), "no name of a person");
    let card = draft(&year.app, &program, (records["task"], "supervise"), None, None).expect("drafted");
    assert!(card.markdown.contains("已超期 "), "{}", card.markdown);
    let notice = draft(&year.app, &program, (records["reminder"], "notify"), None, None).expect("drafted");
    assert!(
        notice.markdown.contains("电网") && notice.markdown.contains("已超期"),
        "{}",
        notice.markdown
    );
}

#[test]
fn a_paper_is_offered_where_it_belongs_and_says_what_was_known_then() {
    let year = Year::new();
    year.clock.day.fetch_add(1, Ordering::Relaxed);
    let task = open(&year, "task");
    let program = year.app.program_scope().expect("a scope");
    let view = year.app.record(&program, task).expect("a record");
    let names: Vec<&str> = offered(&view, &view.row.state)
        .into_iter()
        .map(|paper| paper.id.as_str())
        .collect();
    assert_eq!(names, ["assign", "supervise"]);
    let before = view.head.to_string();
    year.make("task", task, "accept", &[]);
    year.write(
        "task",
        Some(task),
        taizhang::app::execute::DraftWish::Amend,
        &[("name", "另一个名字")],
    );
    let then = draft(&year.app, &program, (task, "assign"), None, Some(&before)).expect("drafted");
    assert!(!then.markdown.contains("另一个名字"), "{}", then.markdown);
    assert!(
        draft(&year.app, &program, (task, "hazard-card"), None, None).is_err(),
        "a paper of another register"
    );
}
