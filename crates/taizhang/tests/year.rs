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
#[path = "year/letters.rs"]
mod letters;
#[path = "year/model.rs"]
mod model;
#[path = "year/papers.rs"]
mod papers;
#[path = "year/refused.rs"]
mod refused;
#[path = "year/sample.rs"]
mod sample;
#[path = "year/simulated.rs"]
mod simulated;
#[path = "year/whole.rs"]
mod whole;

use book::{Year, day};
use std::sync::atomic::Ordering;
use taizhang::app::execute::{Draft, DraftWish};

#[test]
fn a_list_is_opened_once_and_drawn() {
    let year = Year::new();
    let project = year.prepared();
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

    // Who leads sees it on one page: each unit, its people, and what is in nobody's name; the lines add up.
    year.hire("boss", "leader");
    let boss = year.app.scope("boss").expect("a scope");
    let units = year.app.in_hand(&boss).expect("units");
    let town = units.iter().find(|of| !of.people.is_empty()).expect("the town");
    let of = |name: &str| {
        town.people
            .iter()
            .find(|(_, own, _)| own == name)
            .map(|(.., lights)| lights.open)
    };
    assert_eq!(
        (of("new"), of("old")),
        (Some(3), Some(0)),
        "colleagues without work stand there too"
    );
    let named: i64 = town.people.iter().map(|(.., lights)| lights.open).sum();
    assert_eq!(named + town.unnamed.open, town.lights.open);
    let new = year.app.scope("new").expect("a scope");
    assert!(
        year.app
            .in_hand(&new)
            .expect("units")
            .iter()
            .all(|of| of.unit == town.unit),
        "only one's own units"
    );
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
