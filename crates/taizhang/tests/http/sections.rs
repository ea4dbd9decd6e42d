//! The page of a record as its pack lays it out, now and at the two times of the page.

use super::book::Book;
use axum::http::StatusCode;
use serde_json::json;

#[tokio::test]
async fn a_record_page_is_made_of_the_sections_that_its_pack_asks_for() {
    let book = Book::new();
    let token = book.sign_in("clerk").await;
    let well = book.well(&token, "N-1", "1.1").await;
    let set = json!({ "well": format!("#{well}"), "matter": "a broken <b>pump</b>" });
    let body = json!({ "occurred_on": "2024-05-02", "set": set });
    let said = book
        .send("POST", "/api/v1/registers/repair/records", &token, &[], body)
        .await;
    assert_eq!(said.status, StatusCode::CREATED, "{}", said.text);
    let page = book.get(&format!("/records/{well}"), &token).await.text;
    let at = |part: &str| page.find(part).unwrap_or_else(|| panic!("{part} is not on the page"));
    assert!(at("What it is") < at("Its course") && at("Its course") < at("Its repairs"));
    assert!(page.contains("a broken &lt;b&gt;pump&lt;/b&gt;"), "{page}");
    // What no section names stands at the end.
    assert!(at("Its repairs") < at("N-1</dd>"));

    let then = book
        .get(&format!("/records/{well}?as_of=2024-04-30"), &token)
        .await
        .text;
    assert!(then.contains("Its repairs") && !then.contains("a broken"), "{then}");
    let known = book.get(&format!("/records/{well}?known_at={well}"), &token).await.text;
    assert!(!known.contains("a broken") && !known.contains("2024-03-05"), "{known}");
}

#[tokio::test]
async fn every_tab_is_as_of_the_page() {
    let book = Book::new();
    let token = book.sign_in("clerk").await;
    let well = book.well(&token, "N-1", "1.1").await;
    let tab = |tab: &str, more: &str| format!("/records/{well}?tab={tab}&{more}");
    let now = book.get(&tab("changes", ""), &token).await.text;
    let then = book.get(&tab("changes", "as_of=2024-03-02"), &token).await.text;
    assert!(now.contains("2024-03-05") && !then.contains("2024-03-05"), "{then}");
    let flow = book.get(&tab("flow", "as_of=2024-03-02"), &token).await.text;
    assert!(flow.contains("2024-03-01") && !flow.contains("2024-03-05"), "{flow}");
    let known = book
        .get(&tab("changes", &format!("known_at={well}")), &token)
        .await
        .text;
    assert!(!known.contains("2024-03-05"), "{known}");
}
