//! A hard task: from its source to two units, handed to another, helped by a unit that was added on the way, signed
//! for by all or by one, sent back, struck off, fallen back, and struck off again.

use crate::city::{City, Desk};
use taizhang::app::execute::{Draft, DraftWish};
use taizhang_core::id::{EntryNo, RecordNo};

/// The limits that lie on somebody's own desk for a record.
fn lying(city: &City, login: &str, record: RecordNo) -> Vec<String> {
    let duties = city.app.duties(&city.desk(login).scope).expect("duties");
    let of = duties.into_iter().filter(|view| view.record == record);
    of.map(|view| view.limit.0).collect()
}

fn last(city: &City, record: RecordNo) -> EntryNo {
    let desk = city.desk("ducha");
    city.app.record(&desk.scope, record).expect("a record").row.entry
}

fn taken_back(desk: &Desk<'_>, record: RecordNo, target: EntryNo) -> Result<RecordNo, (String, String)> {
    desk.write(Draft {
        register: "task".to_owned(),
        record: Some(record),
        wish: DraftWish::Correct {
            target,
            withdraw: true,
            day: None,
        },
        reason: "点错了".to_owned(),
        ..Draft::default()
    })
}

#[test]
fn a_task_from_its_source_to_its_relapse() {
    let city = City::founded("2024-03-01");
    let (office, town) = (city.desk("ducha"), city.desk("jingban.jiaodian"));
    let source = [
        ("number", "LX-1"),
        ("source", "政府工作报告"),
        ("document", "样例·第三部分"),
        ("matter", "背街小巷改造"),
        ("unit", "410402"),
        ("raised_on", "2024-03-01"),
    ];
    let charge = office.open("charge", &source);
    let charge_link = format!("#{charge}");
    let split = |number: &str, unit: &str| {
        let set = [
            ("number", number),
            ("name", number),
            ("source", "政府工作报告"),
            ("charge", &charge_link),
            ("unit", unit),
            ("assigned_on", "2024-03-01"),
            ("deadline", "2024-04-12"),
        ];
        office.open("task", &set)
    };
    let (task, other) = (split("R-1", "XH-08"), split("R-2", "XH-11"));
    office.make("charge", charge, "split", &[("split_on", "2024-03-01")]);

    // Handed to another: it leaves the one desk and lies on the other's.
    assert_eq!(lying(&city, "fuze.fagai", task), ["accept", "finish"]);
    city.desk("fuze.fagai")
        .may_make("task", task, "pass", &[("unit", "410402100")])
        .expect_err("nobody passes their own task on");
    office.make("task", task, "pass", &[("unit", "410402100")]);
    assert!(lying(&city, "fuze.fagai", task).is_empty());
    assert_eq!(lying(&city, "fuze.jiaodian", task), ["accept", "finish"]);
    assert_eq!(lying(&city, "jingban.minzheng", other), ["accept", "finish"]);

    // Signed for by mistake, and taken back while nobody else has acted.
    town.make("task", task, "accept", &[]);
    taken_back(&town, task, last(&city, task)).expect("nobody acted since");
    assert_eq!(town.stage(task), "assigned");
    town.make("task", task, "accept", &[]);
    let signed = last(&city, task);
    let until = [("extended_to", "2024-04-30"), ("extension", "区长办公会")];
    office.make("task", task, "extend", &until);
    taken_back(&town, task, signed).expect_err("the office has acted on it");

    helped(&city, task);
    office.make("task", task, "close", &[("done_on", "2024-04-08")]);
    assert_eq!(city.between("task.done_on_time", "2024-01-01", "2024-12-31"), "1");

    // It falls back: what was struck off runs again, and is struck off on a later day only.
    city.until("2024-05-06");
    office.make("task", task, "reopen", &[("relapsed_on", "2024-05-06")]);
    assert_eq!(city.between("task.relapsed", "2024-01-01", "2024-12-31"), "1");
    assert_eq!(
        lying(&city, "fuze.jiaodian", task),
        ["finish"],
        "it lies there again, and is late"
    );
    city.until("2024-05-13");
    town.make("task", task, "submit_joint", &[]);
    let (code, said) = office
        .may_make("task", task, "close", &[("done_on", "2024-04-08")])
        .expect_err("that was before it fell back");
    assert_eq!(code, "check_failed", "{said}");
    office.make("task", task, "close", &[("done_on", "2024-05-13")]);
    assert_eq!(city.between("task.late_done", "2024-01-01", "2024-12-31"), "1");
    // Nobody acted on the other: reminded and pressed by the program, and only drafted beyond that.
    let rungs = |stage: &str| {
        let ask = taizhang::app::records::ListAsk {
            register: "reminder".to_owned(),
            filters: vec![("stage".to_owned(), "eq".to_owned(), stage.to_owned())],
            limit: 100,
            ..Default::default()
        };
        let listed = city.app.list(&office.scope, &ask).expect("a list");
        let rows = listed
            .rows
            .iter()
            .map(|row| office.says(row.record, &["record", "rung"]));
        let mut rungs: Vec<String> = rows
            .filter(|says| says[0] == other.to_string())
            .map(|says| says[1].clone())
            .collect();
        rungs.sort();
        rungs
    };
    assert_eq!(rungs("sent"), ["press", "remind"]);
    assert_eq!(rungs("drafted"), ["notify", "supervise", "talk"]);
    assert!(rungs("issued").is_empty(), "the program issues no card");
    city.proven();
}

/// A unit that helps is added on the way. All must have done their part to strike off jointly; one is enough where
/// one is asked for.
fn helped(city: &City, task: RecordNo) {
    let (office, town) = (city.desk("ducha"), city.desk("jingban.jiaodian"));
    let task_link = format!("#{task}");
    let add = |unit: &str| {
        let set = [
            ("task", task_link.as_str()),
            ("unit", unit),
            ("matter", "配合"),
            ("asked_on", "2024-03-01"),
            ("deadline", "2024-04-10"),
        ];
        office.open("task_unit", &set)
    };
    let first = add("XH-11");
    town.may_make("task", task, "submit_joint", &[])
        .expect_err("nobody has signed");
    town.may_make("task", task, "submit_either", &[])
        .expect_err("not one has");
    let help = city.desk("jingban.minzheng");
    help.make("task_unit", first, "sign", &[]);
    help.make(
        "task_unit",
        first,
        "finish",
        &[("done", "已配合"), ("done_on", "2024-03-01")],
    );
    town.make("task", task, "submit_joint", &[]);
    office.make("task", task, "return", &[]);
    // One more signer while it is under way.
    let second = add("XH-08");
    town.may_make("task", task, "submit_joint", &[])
        .expect_err("the added unit has not");
    town.make("task", task, "submit_either", &[]);
    office.make("task", task, "return", &[]);
    office.make("task_unit", second, "excuse", &[("excuse", "不涉及")]);
    city.until("2024-04-08");
    town.make("task", task, "submit_joint", &[]);
}
