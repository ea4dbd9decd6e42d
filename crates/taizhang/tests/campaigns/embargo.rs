//! Before its day a reported figure goes through no door of the server: not as a page, a list, a file brought with it, a
//! calendar, an export, a figure or a public page.

use super::district::{District, day};
use super::server::Server;
use axum::http::StatusCode;
use taizhang::app::execute::{Draft, DraftWish};
use taizhang::http::router;

const SECRET: &str = "样例保密指标";
const VALUE: &str = "7654321";

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A signed report that is released on a day ahead, with a file that came with it; its record and the file's hash.
fn report(district: &District) -> (i64, String) {
    district.open("survey_form", "2024-01-01", &super::FORM);
    let set = [
        ("form", "XH-T1"),
        ("unit", "焦店镇"),
        ("month", "2024-06"),
        ("item", SECRET),
        ("measure", "个"),
        ("basis", "调度"),
        ("filled_on", "2024-07-03"),
        ("due_on", "2024-07-05"),
        ("current", VALUE),
        ("release_on", "2024-09-02"),
    ];
    let record = district.open("report", "2024-07-03", &set);
    let file = district.file("底册.pdf");
    let note = Draft {
        record: Some(record),
        wish: DraftWish::Amend,
        evidence: vec![file],
        ..district.draft("report", "2024-07-03", &[("difference", SECRET)])
    };
    district.write(note).expect("a file with it");
    for (step, on, set) in [
        ("issue", "2024-07-03", &[("issued_on", "2024-07-03")][..]),
        ("submit", "2024-07-04", &[("submitted_on", "2024-07-04")]),
        ("review", "2024-07-05", &[]),
        ("sign", "2024-07-05", &[("signed_current", VALUE)]),
    ] {
        district
            .write(district.turn("report", record, step, on, set))
            .expect(step);
    }
    (record, hex(&file))
}

/// Every address of the server that answers a look, filled in so that it could tell of the report.
fn addresses(record: i64, hash: &str, login: &str) -> Vec<String> {
    let record = record.to_string();
    let routes = router::routes();
    let looks = routes.iter().filter(|route| route.method == "GET");
    // Anybody gets no further than the sign-in elsewhere.
    let looks = looks.filter(|route| route.open || !login.is_empty());
    let filled = looks.map(|route| {
        let filled = [
            ("{register}", "report"),
            ("{record}", &record),
            ("{entry}", &record),
            ("{act}", "edit"),
            ("{move}", "restate"),
            ("{account}", "report.published"),
            ("{bulletin}", "dispatch"),
            ("{period}", "2024-06"),
            ("{view}", "month"),
            ("{hash}", hash),
            ("{file}", hash),
            ("{board}", "units"),
            ("{card}", "demo.unit-assessment"),
        ];
        filled
            .iter()
            .fold(route.path.to_owned(), |path, (name, text)| path.replace(name, text))
    });
    filled
        .filter(|path| !path.contains('{'))
        .map(|path| format!("{path}?as_of=2024-09-30&by=unit&limit=100"))
        .collect()
}

fn tells(text: &str) -> bool {
    text.contains(SECRET) || text.replace(',', "").contains(VALUE)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_figure_under_embargo_goes_through_no_door_before_its_day() {
    let (district, clock) = District::on("2024-08-28");
    let (record, hash) = report(&district);
    let mut server = Server::new(&district);
    server.hire(&district, "leader", "", "leader").await;
    server.hire(&district, "desk", "", "statistics").await;
    let calendar = |login: &str| {
        let scope = district.app.scope(login).expect(login);
        let token = district.app.new_feed(&scope).expect("a calendar's link");
        format!("/api/v1/duties.ics?token={token}")
    };
    let search = format!("/search?q={}", "%E4%BF%9D%E5%AF%86");
    for login in ["leader", ""] {
        let mut asked = addresses(record, &hash, login);
        assert!(login.is_empty() || asked.len() > 80, "the routes of the server");
        asked.push(search.clone());
        if !login.is_empty() {
            asked.push(calendar(login));
        }
        for path in asked {
            let said = server.get(&path, login).await;
            assert!(!tells(&said), "{login} learns of it by {path}");
        }
        let file = format!("/evidence/{hash}");
        for path in [
            file.clone(),
            format!("/api/v1{file}"),
            format!("/api/v1/records/{record}"),
        ] {
            let (status, said) = server.call("GET", &path, login, &[], String::new()).await;
            assert!(status != StatusCode::OK, "{login} is given {path}: {said}");
        }
    }
    // Who works on it finds it, so the doors are the right ones.
    for path in [
        format!("/records/{record}"),
        search,
        format!("/api/v1/records/{record}"),
    ] {
        assert!(tells(&server.get(&path, "desk").await), "{path}");
    }
    let (status, _) = server
        .call("GET", &format!("/evidence/{hash}"), "desk", &[], String::new())
        .await;
    assert_eq!(status, StatusCode::OK);
    // On its day they open.
    clock.to("2024-09-02");
    server.sign_in("leader").await;
    assert!(tells(&server.get(&format!("/records/{record}"), "leader").await));
    let (status, _) = server
        .call("GET", &format!("/evidence/{hash}"), "leader", &[], String::new())
        .await;
    assert_eq!(status, StatusCode::OK, "the file that came with it too");
    let figure = server
        .get(
            "/api/v1/figures/report.published?as_of=2024-09-02&by=dimension=item",
            "leader",
        )
        .await;
    assert!(tells(&figure), "{figure}");
    assert_eq!(district.app.today(), day("2024-09-02"));
}
