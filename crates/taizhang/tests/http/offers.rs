//! What a pack makes public, as anybody meets it: records in the public stages only, and no other view.

use crate::book::Book;
use axum::http::StatusCode;

#[tokio::test]
async fn anybody_sees_what_is_public_and_nothing_else() {
    let book = Book::new();
    let token = book.sign_in("clerk").await;
    book.well(&token, "in-service", "1.1").await;
    let broken = book.well(&token, "out-of-service", "1.1").await;
    let path = format!("/api/v1/records/{broken}/moves/fail");
    let body = serde_json::json!({"occurred_on": "2024-06-01"});
    let moved = book.send("POST", &path, &token, &[], body).await;
    assert_eq!(moved.status, StatusCode::OK, "{}", moved.text);
    let page = book.get("/open/well/offer", "").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert!(
        page.text.contains("in-service") && !page.text.contains("still-planned"),
        "{}",
        page.text
    );
    let none = book.get("/open/well/offer?q=elsewhere", "").await;
    assert!(!none.text.contains("in-service"), "{}", none.text);
    for path in ["/open/well/inside", "/open/well/none", "/open/actor/offer"] {
        assert_eq!(book.get(path, "").await.status, StatusCode::NOT_FOUND, "{path}");
    }
}
