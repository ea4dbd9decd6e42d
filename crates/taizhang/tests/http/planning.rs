//! What looks ahead or judges by a rule, on pages and over the wire: what if leaves no trace, marks explain themselves,
//! the turn of the year is looked at before it is done.

use crate::book::{Book, Said};
use axum::body::Body;
use axum::http::StatusCode;
use serde_json::json;
use taizhang::app::execute::Draft;

async fn form(book: &Book, path: &str, token: &str, body: &str) -> Said {
    let kind = [("content-type", "application/x-www-form-urlencoded")];
    book.call("POST", path, token, &kind, Body::from(body.to_owned())).await
}

fn target(book: &Book) {
    let set = [
        ("code", "2024-T-1"),
        ("name", "More wells"),
        ("account", "well.opened"),
        ("unit", "1.1"),
        ("from", "2024-01-01"),
        ("to", "2024-12-31"),
        ("value", "2"),
        ("carry", "same"),
        ("path", "months"),
    ];
    let draft = Draft {
        register: "target".to_owned(),
        set: set
            .iter()
            .map(|(field, text)| ((*field).to_owned(), (*text).to_owned()))
            .collect(),
        occurred_on: Some("2024-01-05".parse().expect("a day")),
        ..Draft::default()
    };
    let scope = book.app.program_scope().expect("a scope");
    book.app.execute(&scope, &[draft], None).expect("written");
}

#[tokio::test]
async fn what_if_is_counted_and_leaves_no_trace() {
    let book = Book::new();
    let token = book.sign_in("clerk").await;
    book.well(&token, "W-1", "1.1").await;
    target(&book);
    let head = || async { book.get("/api/v1/pace", &token).await.json()["known_at"].clone() };
    let before = head().await;
    let line = "register=well&record=&on=2024-09-01&moves=start\
        &set=number%3DW-2%3B+village%3D1.1&as_of=2024-12-31";
    let said = form(&book, "/scenario", &token, line).await;
    assert_eq!(said.status, StatusCode::OK, "{}", said.text);
    for expected in ["推演", "More wells", "设想", "账簿一个字节都不会变"] {
        assert!(said.text.contains(expected), "lacks {expected}: {}", said.text);
    }
    let broken = form(&book, "/scenario", &token, "text=%7Bnonsense").await;
    assert!(broken.text.contains("推演文件读不懂"), "{}", broken.text);
    let set = json!({ "number": "W-3", "village": "1.1" });
    let one = json!({ "register": "well", "on": "2024-09-01", "set": set, "moves": ["start"] });
    let told = json!({ "entries": [one] });
    let told = book
        .send("POST", "/api/v1/scenario?as_of=2024-12-31", &token, &[], told)
        .await;
    assert_eq!(told.json()["hypothetical"], json!(true), "{}", told.text);
    assert_eq!(
        told.json()["targets"][0]["after"]["actual"],
        json!("2"),
        "{}",
        told.text
    );
    assert_eq!(head().await, before, "a supposition was written");
}

#[tokio::test]
async fn a_card_on_a_page_explains_every_star_and_refuses_what_cannot_be() {
    let book = Book::new();
    let token = book.sign_in("clerk").await;
    let way = "/cards/demo.five-star-branch";
    let sheet = book.get(way, &token).await;
    for expected in ["班子配备与书记履职", "name=\"zbgy1\"", "数据弄虚作假", "满分 20"] {
        assert!(sheet.text.contains(expected), "lacks {expected}: {}", sheet.text);
    }
    let full = |star: &str| (1..=5).map(|task| format!("{star}{task}=20&")).collect::<String>();
    let all: String = ["zbgy", "cyxw", "styj", "pafz", "wmxf"]
        .iter()
        .map(|star| full(star))
        .collect();
    let said = form(&book, way, &token, &format!("{all}on=2024-06-30")).await;
    assert!(said.text.contains("五星支部"), "{}", said.text);
    let vetoed = form(&book, way, &token, &format!("{all}vetoes=v5&on=2024-06-30")).await;
    assert!(
        vetoed.text.contains("四星支部") && vetoed.text.contains("发生重大安全事故"),
        "{}",
        vetoed.text
    );
    let over = form(&book, way, &token, "zbgy1=21").await;
    assert!(
        over.text.contains("role=\"alert\""),
        "a mark above the full one: {}",
        over.text
    );
    let early = form(&book, way, &token, &format!("{all}on=2020-01-01")).await;
    assert!(
        early.text.contains("role=\"alert\""),
        "a card before its time: {}",
        early.text
    );
    let told = book
        .send(
            "POST",
            "/api/v1/cards/demo.five-star-branch/score?on=2024-06-30",
            &token,
            &[],
            json!({ "zbgy": 90 }),
        )
        .await;
    assert_eq!(told.json()["stars"], json!(1), "{}", told.text);
    let list = book.get("/cards", &token).await;
    assert!(list.text.contains("逐项填写"), "{}", list.text);
    assert_eq!(book.get("/cards/none", &token).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        book.get("/panels/demo.five-star-branch", &token).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
}

#[tokio::test]
async fn the_turn_of_the_year_is_shown_before_it_is_done_and_only_to_those_who_may() {
    let book = Book::new();
    let token = book.sign_in("clerk").await;
    target(&book);
    let plan = book.get("/goals/roll-over?year=2024", &token).await;
    for expected in ["More wells", "2025-T-1", "结转 1 项"] {
        assert!(plan.text.contains(expected), "lacks {expected}: {}", plan.text);
    }
    let told = book.get("/api/v1/roll-over?year=2024", &token).await.json();
    assert_eq!(told["items"][0]["next"], json!("2025-T-1"), "{told}");
    let unseen = form(&book, "/goals/roll-over", &token, "year=2024").await;
    assert!(
        unseen.text.contains("请重新核对"),
        "nobody carries out what they did not look at: {}",
        unseen.text
    );
    let mark = "name=\"seen\" value=\"";
    let seen = plan
        .text
        .split(mark)
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("what was looked at");
    let denied = form(&book, "/goals/roll-over", &token, &format!("year=2024&seen={seen}")).await;
    assert!(
        denied.text.contains("role=\"alert\"") && !denied.text.contains("请重新核对"),
        "{}",
        denied.text
    );
    let still = book.get("/api/v1/roll-over?year=2024", &token).await.json();
    assert_eq!(
        still["items"][0]["next"],
        json!("2025-T-1"),
        "it was written nevertheless: {still}"
    );
}
