//! A simulated year: a clock drives 2024 day by day over the district's own pack, make-up Saturdays and
//! long holidays included. Every reminder, draft and timeout that should come does, and none comes twice.

#[path = "year/boards.rs"]
mod boards;
#[path = "year/book.rs"]
mod book;
#[path = "year/burden.rs"]
mod burden;
#[path = "year/digest.rs"]
mod digest;
#[path = "desk/district.rs"]
mod district;
#[path = "year/imported.rs"]
mod imported;
#[path = "year/papers.rs"]
mod papers;

use book::{Year, day};
use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use taizhang::app::execute::{Draft, DraftWish};
use taizhang::app::round::Rounded;
use taizhang_core::id::RecordNo;

#[test]
fn a_year_of_days_fires_what_it_should_and_nothing_twice() {
    let year = Year::new();
    let unit = "XH-08";
    let task = |number: &str, deadline: &str| {
        let assigned = year.app.today().to_string();
        let set = [
            ("number", number),
            ("name", number),
            ("unit", unit),
            ("assigned_on", assigned.as_str()),
            ("deadline", deadline),
        ];
        year.open("task", &set)
    };
    let mut records: BTreeMap<&str, RecordNo> = BTreeMap::new();
    let mut total = Rounded::default();
    let mut timeouts = Vec::new();
    while year.app.today() <= day("2024-12-31") {
        let today = year.app.today().to_string();
        match today.as_str() {
            "2024-02-01" => {
                let set = [
                    ("name", "电池包"),
                    ("town", "410402100"),
                    ("listed_on", "2024-02-01"),
                    ("track", "企业备案"),
                ];
                let project = year.open("project", &set);
                year.make("project", project, "prepare", &[]);
            }
            "2024-02-05" => {
                let code = year.rows("procedure").into_iter().find(|row| row["matter"] == "code");
                let code = code.expect("opened by the template")["id"].parse().expect("a number");
                year.make("procedure", code, "submit", &[]);
                records.insert("code", code);
            }
            "2024-03-01" => {
                records.insert("late", task("late", "2024-05-31"));
                records.insert("in time", task("in time", "2024-09-30"));
                records.insert("a little late", task("a little late", "2024-09-30"));
                records.insert("put off", task("put off", "2024-08-30"));
            }
            "2024-03-04" => {
                for (_, record) in records.iter().filter(|(name, _)| **name != "code") {
                    year.make("task", *record, "accept", &[]);
                }
            }
            "2024-08-26" => {
                let set = [("extended_to", "2024-11-29"), ("extension", "区长办公会同意")];
                year.make("task", records["put off"], "extend", &set);
            }
            "2024-09-20" => year.make("task", records["in time"], "submit", &[]),
            "2024-10-10" => year.make("task", records["a little late"], "submit", &[]),
            "2024-11-21" => year.make("task", records["put off"], "submit", &[]),
            "2024-12-02" => {
                for name in ["in time", "a little late", "put off"] {
                    year.make("task", records[name], "close", &[("done_on", "2024-12-02")]);
                }
            }
            _ => {}
        }
        for _ in 0..2 {
            let done = year.app.round().expect("a round");
            if done.timeouts > 0 {
                timeouts.push(today.clone());
            }
            total.sent += done.sent;
            total.drafted += done.drafted;
            assert_eq!(done.refused, 0, "{today}");
        }
        year.clock.day.fetch_add(1, Ordering::Relaxed);
    }
    let name = |record: &str| {
        let found = records.iter().find(|(_, number)| number.to_string() == record);
        found.map_or("?", |(name, _)| *name).to_owned()
    };
    let mut fired: Vec<String> = year
        .rows("reminder")
        .iter()
        .map(|row| {
            format!(
                "{} {} {} {}",
                row["made_on"],
                name(&row["record"]),
                row["rung"],
                row["stage"]
            )
        })
        .collect();
    fired.sort();
    // The Dragon Boat Monday, the week of National Day, the make-up Sunday before it (29 September) and the
    // make-up Saturday after it are counted as the notice of 2023-10-25 has them.
    let expected = [
        "2024-05-24 late remind sent",
        "2024-06-03 late press sent",
        "2024-06-07 late supervise drafted",
        "2024-06-17 late notify drafted",
        "2024-06-24 late talk drafted",
        "2024-08-23 put off remind sent",
        "2024-09-24 a little late remind sent",
        "2024-10-08 a little late press sent",
    ];
    assert_eq!(fired, expected);
    assert_eq!((total.sent, total.drafted), (5, 3));
    // Submitted on 5 February, nobody accepted it: five working days end on the make-up Sunday after the
    // Spring Festival, and the program moves it on the day after.
    assert_eq!(timeouts, ["2024-02-19"]);
    let code = year
        .rows("procedure")
        .into_iter()
        .find(|row| row["matter"] == "code")
        .expect("a row");
    assert_eq!(code["stage"], "accepted");
    let opened = year.rows("procedure").len();
    assert!(
        opened > 30 && opened < 49,
        "{opened} of the list apply to a firm's project"
    );
}

#[test]
fn a_list_is_opened_once_and_drawn() {
    let year = Year::new();
    let set = [
        ("name", "电池包"),
        ("town", "410402100"),
        ("listed_on", "2024-01-01"),
        ("track", "政府投资"),
    ];
    let project = year.open("project", &set);
    year.make("project", project, "prepare", &[]);
    let listed = year.rows("procedure").len();
    // Stopping and preparing again opens nothing that is there already.
    year.make("project", project, "withdraw", &[("withdrawn_on", "2024-01-01")]);
    assert_eq!(year.rows("procedure").len(), listed);
    let program = year.app.program_scope().expect("a scope");
    let graph = year.app.graphs(&program, project).expect("graphs").remove(0);
    let goal = &graph.nodes[graph.goal.expect("a goal")];
    assert!(goal.critical && goal.finish > year.app.today(), "{}", goal.finish);
    let layer = |name: &str| {
        graph
            .nodes
            .iter()
            .find(|node| node.name.contains(name))
            .expect("a node")
            .layer
    };
    assert!(layer("统一代码") < layer("可行性研究") && layer("可行性研究") < layer("初步设计"));
    for node in &graph.nodes {
        assert!(
            node.before
                .iter()
                .all(|(before, _)| graph.nodes[*before].layer < node.layer),
            "{}",
            node.name
        );
    }
    assert!(
        year.rows("procedure").iter().all(|row| row["matter"] != "filing"),
        "filing is for firms"
    );
}

#[test]
fn all_duties_of_somebody_who_leaves_go_over_in_one_act() {
    let year = Year::new();
    let hire = |login: &str| {
        let actor = year.open("actor", &[("login", login), ("name", login)]).to_string();
        let actor = format!("#{actor}");
        let post = [
            ("actor", actor.as_str()),
            ("unit", "410402100"),
            ("role", "agent"),
            ("from", "2024-01-01"),
        ];
        year.open("position", &post);
        actor
    };
    let old = hire("old");
    hire("new");
    let set = [
        ("name", "电池包"),
        ("town", "410402100"),
        ("listed_on", "2024-01-01"),
        ("track", "企业备案"),
    ];
    let project = year.open("project", &set);
    year.make("project", project, "prepare", &[]);
    for row in year
        .rows("procedure")
        .iter()
        .filter(|row| ["code", "temp_power", "temp_water"].contains(&row["matter"].as_str()))
    {
        let record = row["id"].parse().expect("a number");
        year.make("procedure", record, "submit", &[("agent", &old)]);
    }
    let duties = |login: &str| {
        let scope = year.app.scope(login).expect("a scope");
        year.app.duties(&scope).expect("duties").len()
    };
    assert_eq!(
        (duties("old"), duties("new")),
        (3, 0),
        "a duty with a name on it lies on that desk alone"
    );
    let program = year.app.program_scope().expect("a scope");
    assert!(
        year.app.hand_over(&program, "old", "old", "").is_err(),
        "not to oneself"
    );
    assert_eq!(
        year.app
            .hand_over(&program, "old", "new", "岗位变动")
            .expect("handed over"),
        3
    );
    assert_eq!((duties("old"), duties("new")), (0, 3));
}

#[test]
fn a_delegation_holds_in_its_days_and_every_entry_says_for_whom() {
    let year = Year::new();
    let actor = |login: &str| format!("#{}", year.open("actor", &[("login", login), ("name", login)]));
    let (giver, taker) = (actor("giver"), actor("taker"));
    let post = [
        ("actor", giver.as_str()),
        ("unit", "410402100"),
        ("role", "agent"),
        ("from", "2024-01-01"),
    ];
    year.open("position", &post);
    let delegate = |giver: &str, taker: &str, from: &str, until: &str| {
        let set = [("giver", giver), ("taker", taker), ("from", from), ("until", until)];
        let draft = Draft {
            register: "delegation".to_owned(),
            wish: DraftWish::Open,
            set: set
                .iter()
                .map(|(field, text)| ((*field).to_owned(), (*text).to_owned()))
                .collect(),
            occurred_on: Some(year.app.today()),
            ..Draft::default()
        };
        let program = year.app.program_scope().expect("a scope");
        year.app.execute(&program, &[draft], None)
    };
    assert!(
        delegate(&giver, &giver, "2024-01-01", "2024-01-05").is_err(),
        "to oneself"
    );
    assert!(
        delegate(&giver, &taker, "2024-01-05", "2024-01-04").is_err(),
        "past its end"
    );
    delegate(&giver, &taker, "2024-01-02", "2024-01-02").expect("delegated");
    let project = year.open(
        "project",
        &[("name", "电池包"), ("town", "410402100"), ("listed_on", "2024-01-01")],
    );
    let work = |login: &str, matter: &str| {
        let set = [
            ("project".to_owned(), format!("#{project}")),
            ("matter".to_owned(), matter.to_owned()),
            ("entrusted_on".to_owned(), year.app.today().to_string()),
        ];
        let draft = Draft {
            register: "agent_case".to_owned(),
            wish: DraftWish::Open,
            set: set.to_vec(),
            occurred_on: Some(year.app.today()),
            ..Draft::default()
        };
        let scope = year.app.scope(login).expect("a scope");
        year.app
            .execute(&scope, &[draft], None)
            .map(|receipt| receipt.records[0])
    };
    let mut went = Vec::new();
    for matter in ["备案", "环评", "其他"] {
        let made = work("taker", matter);
        went.push(made.is_ok());
        if let Ok(record) = made {
            let program = year.app.program_scope().expect("a scope");
            let view = year.app.record(&program, record).expect("a record");
            let names: Vec<&str> = view.actors.values().map(String::as_str).collect();
            assert_eq!(names, ["taker（代giver）"]);
        }
        year.clock.day.fetch_add(1, Ordering::Relaxed);
    }
    let first = day("2024-01-01");
    assert_eq!(year.app.today(), first.plus(3), "the clock began on {first}");
    assert_eq!(went, [false, true, false], "not before, not past its end");
    assert!(work("giver", "备案").is_ok(), "the giver keeps the right");
}
