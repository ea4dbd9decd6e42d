//! Every place in which a unit can be shown as late: none of them does before the unit was asked to check, and all do
//! afterwards.

use super::district::{District, day};
use super::server::Server;
use axum::http::StatusCode;
use serde_json::Value;

const LATE: &str = "区发展和改革委员会";
const IN_TIME: &str = "区民政局";
const ON: &str = "2024-07-08";

/// Seven hard tasks of one unit that are late, and one of another done in time.
fn tasks(district: &District) {
    for at in 0..8 {
        let number = format!("T{at}");
        let unit = if at < 7 { LATE } else { IN_TIME };
        let set = [
            ("number", number.as_str()),
            ("name", "样例·任务"),
            ("source", "政府工作报告"),
            ("unit", unit),
            ("assigned_on", "2024-02-01"),
            ("deadline", "2024-06-01"),
        ];
        let task = district.open("task", "2024-02-01", &set);
        let turn = |step: &str, on: &str, set: &[(&str, &str)]| {
            district.write(district.turn("task", task, step, on, set)).expect(step);
        };
        turn("accept", "2024-02-02", &[]);
        if unit == IN_TIME {
            turn("submit", "2024-05-20", &[]);
            turn("close", "2024-05-20", &[("done_on", "2024-05-20")]);
        }
    }
    let target = [
        ("code", "T-late"),
        ("name", "样例·部门任务"),
        ("account", "task.done"),
        ("unit", LATE),
        ("from", "2024-01-01"),
        ("to", "2024-12-31"),
        ("value", "100"),
        ("path", "months"),
    ];
    district.open("target", "2024-01-05", &target);
}

/// Lines of tables and lists of a page that name something.
fn lines<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    let of = |begin: &'static str, end: &'static str| {
        let parts = page.split(begin).skip(1).filter(|part| part.starts_with([' ', '>']));
        parts.map(move |part| part.split(end).next().unwrap_or(part))
    };
    let all = of("<tr", "</tr>").chain(of("<li", "</li>"));
    all.filter(|line| line.contains(name)).collect()
}

/// Whether a page says seven in a line of the unit.
fn says_seven(page: &str) -> bool {
    lines(page, LATE).iter().any(|line| line.contains(">7<"))
}

/// Whether an item of an answer that is the unit's has a value at a place that is not null.
fn has(answer: &str, list: &str, at: &str) -> bool {
    let answer: Value = serde_json::from_str(answer).expect("JSON");
    let items = answer[list].as_array().expect("items");
    let own = items.iter().filter(|item| item.to_string().contains(LATE));
    let mut found = own.filter_map(|item| item.pointer(at)).filter(|value| !value.is_null());
    found.next().is_some()
}

/// Where a unit stands beside others, or a text about it goes out, and how it would show there.
type Place = (&'static str, &'static str, fn(&str) -> bool);

const PLACES: [Place; 16] = [
    (
        "scoreboard",
        "/registers/task/boards/units?as_of=2024-07-08",
        says_seven,
    ),
    (
        "scoreboard for programs",
        "/api/v1/registers/task/boards/units?as_of=2024-07-08",
        |said| has(said, "items", "/figures/task.late"),
    ),
    (
        "place on the scoreboard",
        "/api/v1/registers/task/boards/units?as_of=2024-07-08",
        |said| has(said, "items", "/place"),
    ),
    (
        "figure by unit",
        "/figures/task.late?as_of=2024-07-08&unit=410402",
        says_seven,
    ),
    (
        "figure by unit for programs",
        "/api/v1/figures/task.late?as_of=2024-07-08&unit=410402&by=unit",
        |said| has(said, "rows", "/value"),
    ),
    (
        "ratio that reads a late figure, by unit",
        "/api/v1/figures/task.score?from=2024-01-01&to=2024-07-08&unit=410402&by=unit",
        |said| has(said, "rows", "/value"),
    ),
    ("wall: whose most", "/wall?as_of=2024-07-08", says_seven),
    ("wall: lights", "/wall?as_of=2024-07-08", |page| {
        lines(page, "样例·部门任务").iter().any(|line| line.contains("红灯"))
    }),
    ("goals", "/goals?as_of=2024-07-08&by=unit", |page| {
        lines(page, "样例·部门任务").iter().any(|line| line.contains("红灯"))
    }),
    ("targets for programs", "/api/v1/pace?as_of=2024-07-08", |said| {
        said.contains("\"red\"")
    }),
    ("duties by unit", "/duties?view=units", |page| {
        lines(page, LATE).iter().any(|line| !line.contains("待核对"))
    }),
    ("duties of all people", "/duties?view=people", |page| {
        lines(page, LATE).iter().any(|line| !line.contains("待核对"))
    }),
    ("duties by unit for programs", "/api/v1/duties/units", |said| {
        has(said, "items", "/red")
    }),
    (
        "bulletin: a table by unit",
        "/bulletins/dispatch?as_of=2024-07-08",
        says_seven,
    ),
    (
        "bulletin: a figure of one unit",
        "/bulletins/dispatch?as_of=2024-07-08",
        |page| {
            let between = page.split("甲方").nth(1).and_then(|rest| rest.split("乙方").next());
            between.expect("the place").contains(">7<")
        },
    ),
    (
        "bulletin: what must run faster",
        "/bulletins/dispatch?as_of=2024-07-08",
        |page| page.contains("样例·部门任务"),
    ),
];

const TEXT: &str = "{{ table(\"task.late\", by=\"unit\", unit=\"410402\") }}\n\n甲方{{ f(\"task.late\", unit=\"XH-08\") }}乙方\n\n\
     {{ plan(by=\"unit\") }}\n";

async fn shown(server: &Server) -> Vec<&'static str> {
    let mut shown = Vec::new();
    for (name, path, shows) in PLACES {
        let said = server.get(path, "leader").await;
        if shows(&said) {
            shown.push(name);
        }
    }
    shown
}

#[tokio::test(flavor = "multi_thread")]
async fn no_place_shows_a_unit_as_late_before_it_was_asked_to_check_and_all_do_afterwards() {
    let (district, clock) = District::on(ON);
    tasks(&district);
    let mut server = Server::new(&district);
    server.hire(&district, "office", "410402", "supervision").await;
    server.hire(&district, "leader", "410402", "leader").await;
    server.hire(&district, "clerk", "XH-11", "clerk").await;
    let (status, said) = server
        .form("/bulletins/dispatch/edit", "office", &[("text", TEXT)])
        .await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{said}");
    let app = &district.app;
    let assessed = || {
        let scope = app.scope("leader").expect("a leader");
        let (_, found) = app
            .candidates(&scope, "demo.unit-assessment", Some(day(ON)))
            .expect("candidates");
        found.iter().any(|one| one.title == LATE)
    };
    assert_eq!(shown(&server).await, Vec::<&str>::new(), "before it was asked");
    assert!(!assessed(), "nor does the assessment of units");
    let anybody = server.get("/open", "").await + &server.get("/open/bulletins", "").await;
    assert!(!anybody.contains(LATE), "nor a public page");
    let board = server
        .get("/registers/task/boards/units?as_of=2024-07-08", "leader")
        .await;
    assert!(
        lines(&board, LATE).iter().any(|line| line.contains("待核对")),
        "{board}"
    );
    assert!(
        lines(&board, IN_TIME).iter().any(|line| line.contains(">100<")),
        "who is not late is not kept back: {board}"
    );
    // The office sees what would be shown, and asks the unit with one sheet for all of its late figures.
    let office = app.scope("office").expect("the office");
    let sheets = app.unasked_figures(&office, day(ON)).expect("sheets");
    assert_eq!(sheets.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), [LATE]);
    let named: Vec<&str> = sheets[0].figures.iter().map(|(id, ..)| id.as_str()).collect();
    assert_eq!(named, ["task.late", "duties"]);
    let page = server.get("/goals/checks?as_of=2024-07-08", "office").await;
    assert!(
        page.contains("超期未完成的攻坚任务") && page.contains("送 2 项给单位核对"),
        "{page}"
    );
    let asked = app.ask_units(&office, day(ON)).expect("asked").expect("two").records;
    assert_eq!(asked.len(), 2, "one for the target, one for its late figures");
    assert!(
        app.ask_units(&office, day(ON)).expect("asked").is_none(),
        "nobody is asked twice"
    );
    assert_eq!(shown(&server).await, Vec::<&str>::new(), "asked is not answered");
    // Three working days of silence are recorded as silence; then it may be shown.
    clock.to("2024-07-12");
    app.round().expect("the daily round");
    server.sign_in("leader").await;
    let all: Vec<&str> = PLACES.iter().map(|(name, ..)| *name).collect();
    assert_eq!(shown(&server).await, all, "after the days to check");
    assert!(assessed());
    // What is late anew was not asked.
    let again = [
        ("number", "T-town"),
        ("name", "样例·任务"),
        ("source", "政府工作报告"),
        ("unit", "焦店镇"),
        ("assigned_on", "2024-02-01"),
        ("deadline", "2024-06-01"),
    ];
    district.open("task", "2024-02-01", &again);
    let sheets = app.unasked_figures(&office, day(ON)).expect("sheets");
    assert_eq!(
        sheets.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(),
        ["焦店镇"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_has_expired_can_be_read_and_judges_nobody() {
    let (district, _clock) = District::on("2026-11-27");
    let firm = [
        ("name", "样例·甲公司"),
        ("credit_code", "91410402MA0000007W"),
        ("town", "焦店镇"),
        ("listed_on", "2023-01-03"),
    ];
    district.open("enterprise", "2023-01-03", &firm);
    let mut server = Server::new(&district);
    server.hire(&district, "leader", "", "leader").await;
    let (status, page) = server
        .call("GET", "/cards/cn.tech-sme", "leader", &[], String::new())
        .await;
    assert_eq!(status, StatusCode::OK, "{page}");
    assert!(page.contains("2026-03-31") && page.contains("不能据此评定"), "{page}");
}
