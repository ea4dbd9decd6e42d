//! Targets over the wire: the API's shape, and pages that group, explain and escape.

use crate::book::Book;
use axum::http::StatusCode;
use taizhang::app::execute::Draft;

#[tokio::test]
async fn targets_are_told_to_programs_and_shown_by_whom_they_belong_to() {
    let book = Book::new();
    let token = book.sign_in("clerk").await;
    book.well(&token, "W-1", "1.1").await;
    let set = [
        ("code", "T-1"),
        ("name", "<b>More wells</b>"),
        ("account", "well.opened"),
        ("unit", "1.1"),
        ("from", "2024-01-01"),
        ("to", "2024-12-31"),
        ("value", "8"),
        ("leader", "Deputy head"),
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
    let said = book.get("/api/v1/pace?as_of=2024-06-30&unit=1.1", &token).await.json();
    let items = said["items"].as_array().expect("items");
    assert_eq!(items.len(), 1, "{said}");
    let pace = &items[0];
    let told = [
        "target",
        "unit",
        "actual",
        "completion",
        "schedule",
        "margin",
        "light",
        "run_rate_needed",
        "forecast",
    ];
    let told: Vec<&str> = told.iter().map(|key| pace[*key].as_str().expect("a text")).collect();
    assert_eq!(told, ["T-1", "1.1", "1", "12.5", "50", "-37.5", "red", "1.17", "2"]);
    assert!(said["known_at"].as_i64().is_some(), "{said}");
    for (path, expected) in [
        ("/goals?as_of=2024-06-30", "12.5%"),
        ("/goals?as_of=2024-06-30&by=leader", "Deputy head"),
        ("/goals?as_of=2024-06-30&by=unit", "要快到"),
        ("/goals/tree?as_of=2024-06-30", "还没有目标体系"),
    ] {
        let said = book.get(path, &token).await;
        assert_eq!(said.status, StatusCode::OK, "{path}: {}", said.text);
        assert!(said.text.contains(expected), "{path} lacks {expected}: {}", said.text);
        assert!(!said.text.contains("<b>More"), "{path} does not escape");
    }
    assert_eq!(
        book.get("/api/v1/pace?as_of=June", &token).await.status,
        StatusCode::BAD_REQUEST
    );
}
