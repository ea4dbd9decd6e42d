//! Duties as their holder meets them: the list, many moves at once, the calendar by a link of its own.

use crate::book::Book;
use axum::body::Body;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// A well with a broken pump, told of on a day.
async fn repair(book: &Book, token: &str, well: i64, on: &str) -> i64 {
    let body = json!({ "occurred_on": on, "set": { "well": format!("#{well}"), "matter": format!("pump {on}") } });
    let said = book
        .send("POST", "/api/v1/registers/repair/records", token, &[], body)
        .await;
    assert_eq!(said.status, StatusCode::CREATED, "{}", said.text);
    said.json()["id"].as_i64().expect("a record")
}

async fn mine(book: &Book, token: &str) -> Vec<(i64, String, String)> {
    let said = book.call("GET", "/api/v1/duties", token, &[], Body::empty()).await;
    let items = said.json()["items"].as_array().cloned().unwrap_or_default();
    let text = |item: &Value, key: &str| item[key].as_str().unwrap_or_default().to_owned();
    let each = items
        .iter()
        .map(|item| (item["record"].as_i64().unwrap(), text(item, "due"), text(item, "light")));
    each.collect()
}

#[tokio::test]
async fn a_duty_is_on_the_desk_of_its_unit_until_it_is_moved_on() {
    let book = Book::new();
    let (upper, county) = (book.sign_in("upper").await, book.sign_in("clerk").await);
    let well = book.well(&county, "W1", "1.1").await;
    let late = repair(&book, &upper, well, "2024-06-03").await;
    let soon = repair(&book, &upper, well, "2024-06-28").await;
    let wanted = [
        (late, "2024-06-18".to_owned(), "red".to_owned()),
        (soon, "2024-07-12".to_owned(), "green".to_owned()),
    ];
    assert_eq!(
        mine(&book, &upper).await,
        wanted,
        "Dragon Boat Monday is no working day"
    );
    assert!(mine(&book, &county).await.is_empty(), "it is another unit's desk");
    let body = json!({
        "occurred_on": "2024-06-30",
        "items": [
            { "record": late, "move": "finish", "set": { "cost": "120.50" } },
            { "record": soon, "move": "finish" },
            { "record": 99_999, "move": "finish" },
        ],
    });
    let key = [("Idempotency-Key", "bulk-1")];
    for _ in 0..2 {
        let said = book.send("POST", "/api/v1/moves", &upper, &key, body.clone()).await;
        assert_eq!(said.status, StatusCode::OK, "{}", said.text);
        let rows = said.json()["items"].clone();
        assert!(rows[0]["entry"].is_i64(), "{rows}");
        assert_eq!(
            (&rows[1]["code"], &rows[1]["status"]),
            (&json!("stage_needs"), &json!(422))
        );
        assert_eq!(rows[2]["status"], json!(404));
    }
    assert_eq!(
        mine(&book, &upper).await,
        wanted[1..],
        "one refused move does not hold the others back"
    );
    let page = book.call("GET", "/duties?view=done", &upper, &[], Body::empty()).await;
    assert!(page.text.contains("pump 2024-06-03"), "{}", page.text);
    let units = book
        .call("GET", "/api/v1/duties/units", &county, &[], Body::empty())
        .await;
    assert_eq!(units.json()["items"][0]["open"], json!(1), "{}", units.text);
}

#[tokio::test]
async fn whoever_leads_sees_the_duties_of_all_their_people() {
    let book = Book::new();
    let (upper, county) = (book.sign_in("upper").await, book.sign_in("clerk").await);
    let well = book.well(&county, "W1", "1.1").await;
    repair(&book, &upper, well, "2024-06-03").await;
    repair(&book, &upper, well, "2024-06-28").await;
    let page = book.get("/duties?view=people", &county).await.text;
    let village = page
        .split("<tbody>")
        .find(|part| part.contains("/duties/units/"))
        .expect("a unit");
    assert!(
        village.contains("/duties/people/") && village.contains(">upper<"),
        "{village}"
    );
    assert!(village.contains("没有写到人的"), "{village}");
    assert!(
        village.contains("class=\"num late\">1<"),
        "one of the two is late: {village}"
    );
    let person = village
        .split("/duties/people/")
        .nth(1)
        .expect("a person")
        .split('"')
        .next()
        .expect("a number");
    let desk = book.get(&format!("/duties/people/{person}"), &county).await;
    assert_eq!(desk.status, StatusCode::OK, "{}", desk.text);
}

#[tokio::test]
async fn a_calendar_link_opens_one_calendar_until_it_is_taken_back() {
    let book = Book::new();
    let token = book.sign_in("upper").await;
    let well = book.well(&token, "W1", "1.1").await;
    repair(&book, &token, well, "2024-06-28").await;
    let link = |said: &crate::book::Said| said.json()["address"].as_str().expect("an address").to_owned();
    let first = link(
        &book
            .call("POST", "/api/v1/duties/feed", &token, &[], Body::empty())
            .await,
    );
    let calendar = book.call("GET", &first, "", &[], Body::empty()).await;
    assert_eq!(calendar.status, StatusCode::OK);
    assert!(
        calendar.text.contains("DTSTART;VALUE=DATE:20240712"),
        "{}",
        calendar.text
    );
    let second = link(
        &book
            .call("POST", "/api/v1/duties/feed", &token, &[], Body::empty())
            .await,
    );
    assert_eq!(
        book.call("GET", &first, "", &[], Body::empty()).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        book.call("GET", &second, "", &[], Body::empty()).await.status,
        StatusCode::OK
    );
    let gone = book
        .call("DELETE", "/api/v1/duties/feed", &token, &[], Body::empty())
        .await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(
        book.call("GET", &second, "", &[], Body::empty()).await.status,
        StatusCode::NOT_FOUND
    );
}
