//! Idempotency keys: a request that comes again gets its first answer, though the world moved on; a key
//! stands for method, path, `If-Match` and body, not for the body alone.

use super::book::{Book, Said};
use axum::http::StatusCode;
use serde_json::{Value, json};
use taizhang::app::execute::{Draft, DraftWish};

async fn patch(book: &Book, token: &str, path: &str, headers: &[(&str, &str)], kind: &str) -> Said {
    let body = json!({ "occurred_on": "2024-03-06", "set": { "kind": kind } });
    book.send("PATCH", path, token, headers, body).await
}

fn code(said: &Said) -> (u16, Value) {
    (said.status.as_u16(), said.json()["code"].clone())
}

#[tokio::test]
async fn a_repeated_request_gets_its_first_answer_though_the_world_moved() {
    let book = Book::new();
    let token = book.sign_in("clerk").await;
    let key = [("idempotency-key", "open-1")];
    let body = json!({ "occurred_on": "2024-03-01", "set": { "number": "W-1", "village": "1.1", "kind": "dug" } });
    let open = || book.send("POST", "/api/v1/registers/well/records", &token, &key, body.clone());
    let first = open().await;
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.text);
    let path = format!("/api/v1/records/{}", first.json()["id"]);

    let tag = format!("\"{}\"", first.json()["entry"]);
    let based = [("idempotency-key", "amend-1"), ("if-match", tag.as_str())];
    let amended = patch(&book, &token, &path, &based, "drilled").await;
    assert_eq!(amended.status, StatusCode::OK, "{}", amended.text);
    // The record goes on, and is void in the end: neither request would be written any more.
    assert_eq!(patch(&book, &token, &path, &[], "dug").await.status, StatusCode::OK);
    let void = Draft {
        register: "well".to_owned(),
        record: first.json()["id"].as_i64(),
        wish: DraftWish::Void,
        reason: "登记重复".to_owned(),
        ..Draft::default()
    };
    let program = book.app.program_scope().expect("a scope");
    book.app.execute(&program, &[void], None).expect("void");
    let head = book.app.reading().expect("a reading").n();
    let again = [
        (open().await, &first),
        (patch(&book, &token, &path, &based, "drilled").await, &amended),
    ];
    for (said, before) in again {
        assert_eq!((said.status, said.json()), (before.status, before.json()));
    }
    assert_eq!(book.app.reading().expect("a reading").n(), head);
}

#[tokio::test]
async fn a_key_stands_for_the_whole_request() {
    let book = Book::new();
    let token = book.sign_in("clerk").await;
    let (one, other) = (
        book.well(&token, "W-1", "1.1").await,
        book.well(&token, "W-2", "1.1").await,
    );
    let (one, other) = (format!("/api/v1/records/{one}"), format!("/api/v1/records/{other}"));
    let key = ("idempotency-key", "k");
    let written = patch(&book, &token, &one, &[key], "drilled").await;
    assert_eq!(written.status, StatusCode::OK, "{}", written.text);
    let tag = format!("\"{}\"", written.json()["entry"]);
    let body = json!({ "occurred_on": "2024-03-06", "set": { "kind": "drilled" } });
    let reused = [
        ("another body", patch(&book, &token, &one, &[key], "dug").await),
        ("another record", patch(&book, &token, &other, &[key], "drilled").await),
        (
            "another If-Match",
            patch(&book, &token, &one, &[key, ("if-match", &tag)], "drilled").await,
        ),
        (
            "another method",
            book.send("DELETE", &one, &token, &[key], body.clone()).await,
        ),
        (
            "another act",
            book.send("POST", &format!("{one}/notes"), &token, &[key], body).await,
        ),
    ];
    for (about, said) in reused {
        assert_eq!(code(&said), (409, json!("key_reused")), "{about}: {}", said.text);
    }
    // A key belongs to whoever sent it, and a refusal consumes none.
    let upper = book.sign_in("upper").await;
    assert_ne!(
        patch(&book, &upper, &one, &[key], "dug").await.status,
        StatusCode::CONFLICT
    );
    let fresh = ("idempotency-key", "fresh");
    assert_eq!(
        patch(&book, &token, &one, &[fresh], "none such").await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(patch(&book, &token, &one, &[fresh], "dug").await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_first_answer_is_shown_to_those_alone_who_may_still_see_it() {
    let book = Book::new();
    let token = book.sign_in("upper").await;
    let path = format!("/api/v1/records/{}", book.well(&token, "W-1", "1.1").await);
    let key = [("idempotency-key", "k")];
    let first = patch(&book, &token, &path, &key, "drilled").await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.text);
    let position = book.app.scope("upper").expect("a scope").positions[0].record;
    let ends = Draft {
        register: "position".to_owned(),
        record: Some(position),
        wish: DraftWish::Amend,
        set: vec![("until".to_owned(), "2024-01-31".to_owned())],
        ..Draft::default()
    };
    let program = book.app.program_scope().expect("a scope");
    book.app.execute(&program, &[ends], None).expect("written");
    let said = patch(&book, &token, &path, &key, "drilled").await;
    assert_eq!(said.status, StatusCode::NOT_FOUND, "{}", said.text);
}

/// A tablet that lay in a drawer for a season books nothing twice, and learns where it was done.
#[tokio::test]
async fn after_thirty_days_a_repeated_request_is_told_at_which_entry_it_was_done() {
    let book = Book::new();
    let token = book.sign_in("clerk").await;
    let key = [("idempotency-key", "open-1")];
    let body = json!({ "occurred_on": "2024-03-01", "set": { "number": "W-1", "village": "1.1", "kind": "dug" } });
    let path = "/api/v1/registers/well/records";
    let first = book.send("POST", path, &token, &key, body.clone()).await;
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.text);

    let book = book.later(31);
    let head = book.app.reading().expect("a reading").n();
    let token = book.sign_in("clerk").await;
    let said = book.send("POST", path, &token, &key, body).await;
    assert_eq!(code(&said), (409, json!("done_before")), "{}", said.text);
    assert!(said.text.contains(&first.json()["entry"].to_string()), "{}", said.text);
    assert_eq!(book.app.reading().expect("a reading").n(), head, "nothing was written");
}
