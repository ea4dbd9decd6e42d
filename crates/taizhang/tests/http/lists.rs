//! Lists as readers ask for them: conditions joined by or, shapes, an earlier moment, several records at
//! once, and what a reader keeps for themselves.

use super::book::{Book, Said};
use axum::body::Body;
use axum::http::{StatusCode, header};

async fn post(book: &Book, path: &str, token: &str, form: &str) -> Said {
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    book.call("POST", path, token, &headers, Body::from(form.to_owned()))
        .await
}

#[tokio::test]
async fn a_list_is_asked_for_with_and_or_and_an_earlier_moment() {
    let book = Book::new();
    let token = book.sign_in("clerk").await;
    book.well(&token, "W-1", "1.1").await;
    book.well(&token, "W-2", "1.2").await;
    let cases = [
        ("f1=number&op1=eq&v1=W-1", "共 1 条"),
        ("f1=number&op1=eq&v1=W-1&f2=number&op2=eq&v2=W-2", "共 0 条"),
        ("f1=number&op1=eq&v1=W-1&f2=number&op2=eq&v2=W-2&join=any", "共 2 条"),
        ("f1=kind&op1=missing", "共 0 条"),
        ("f1=kind&op1=present", "共 2 条"),
        ("unit=1", "共 2 条"),
        ("unit=1&only=yes", "共 0 条"),
        ("as_of=2024-03-02&stage=planned", "共 2 条"),
        (
            "as_of=2024-03-02&f1=number&op1=eq&v1=W-1&f2=number&op2=eq&v2=W-2&join=any",
            "共 2 条",
        ),
        ("show=groups&group=village", "Upper Village"),
        ("show=board", "data-stage=\"working\""),
        ("show=compare&as_of=2024-06-30&then=2024-03-02", "变动 2 条"),
        ("show=compare&then=2024-02-01", "新进 2 条"),
        ("cols=village", "Upper Village"),
    ];
    for (query, expected) in cases {
        let said = book.get(&format!("/registers/well?{query}"), &token).await;
        assert_eq!(said.status, StatusCode::OK, "{query}: {}", said.text);
        assert!(said.text.contains(expected), "{query} lacks {expected}: {}", said.text);
    }
}

#[tokio::test]
async fn several_records_are_moved_together_and_one_refusal_keeps_none_back() {
    let book = Book::new();
    let token = book.sign_in("clerk").await;
    let (first, second) = (
        book.well(&token, "W-1", "1.1").await,
        book.well(&token, "W-2", "1.2").await,
    );
    let ask = book
        .get(&format!("/registers/well/bulk?move=fail&r={first}&r={second}"), &token)
        .await;
    assert!(ask.text.contains("W-1") && ask.text.contains("W-2"), "{}", ask.text);
    let form = format!("move=fail&r={first}&r={second}&occurred_on=2024-03-10&key=k");
    let done = post(&book, "/registers/well/bulk", &token, &form).await;
    assert!(done.text.contains("办成 2 条，未办 0 条"), "{}", done.text);
    // The same form once more is the same request; another one finds nothing to move.
    let head = book.get("/api/v1/journal?after=0", &token).await.json()["head"].clone();
    let again = post(&book, "/registers/well/bulk", &token, &form).await;
    assert!(again.text.contains("办成 2 条，未办 0 条"), "{}", again.text);
    assert_eq!(book.get("/api/v1/journal?after=0", &token).await.json()["head"], head);
    let third = book.well(&token, "W-3", "1.1").await;
    let form = format!("move=fail&r={first}&r={third}&occurred_on=2024-03-12&key=l");
    let mixed = post(&book, "/registers/well/bulk", &token, &form).await;
    assert!(mixed.text.contains("办成 1 条，未办 1 条"), "{}", mixed.text);
}

#[tokio::test]
async fn readers_keep_columns_for_themselves_and_may_share_a_view() {
    let book = Book::new();
    let (token, other) = (book.sign_in("clerk").await, book.sign_in("upper").await);
    book.well(&token, "W-1", "1.1").await;
    post(&book, "/registers/well/desk", &token, "do=columns&col=kind").await;
    let (mine, theirs) = (
        book.get("/registers/well", &token).await.text,
        book.get("/registers/well", &other).await.text,
    );
    assert!(!mine.contains("?sort=number") && mine.contains("?sort=kind"), "{mine}");
    assert!(theirs.contains("?sort=number"), "{theirs}");
    let kept = "do=view&name=%E6%88%91%E7%9A%84%3Cb%3E&query=stage%3Dworking";
    let said = post(&book, "/registers/well/desk", &token, kept).await;
    assert!(
        said.header(header::LOCATION).contains("stage=working"),
        "{}",
        said.header(header::LOCATION)
    );
    assert!(book.get("/registers/well", &token).await.text.contains("我的&lt;b&gt;"));
    assert!(!book.get("/registers/well", &other).await.text.contains("我的"));
    post(&book, "/registers/well/desk", &token, &format!("{kept}&shared=yes")).await;
    assert!(book.get("/registers/well", &other).await.text.contains("我的"));
    post(
        &book,
        "/registers/well/desk",
        &token,
        "do=drop&old=%E6%88%91%E7%9A%84%3Cb%3E",
    )
    .await;
    assert!(!book.get("/registers/well", &other).await.text.contains("我的"));
}

#[tokio::test]
async fn records_are_found_by_title_by_those_who_may_see_them_and_only_while_they_live() {
    let book = Book::new();
    let (token, other) = (book.sign_in("clerk").await, book.sign_in("upper").await);
    let first = book.well(&token, "龙门古井", "1.1").await;
    let second = book.well(&token, "龙泉井", "1.2").await;
    let found = async |who: &str, text: &str| book.get(&format!("/search?q={text}"), who).await.text;
    let link = |record: i64| format!("href=\"/records/{record}\"");
    let page = found(&token, "lm").await;
    assert!(page.contains(&link(first)) && !page.contains(&link(second)), "{page}");
    let page = found(&token, "%E9%BE%99").await;
    assert!(page.contains(&link(first)) && page.contains(&link(second)), "{page}");
    let page = found(&other, "%E9%BE%99").await;
    assert!(page.contains(&link(first)) && !page.contains(&link(second)), "{page}");
    let said = book
        .send(
            "DELETE",
            &format!("/api/v1/records/{first}"),
            &token,
            &[],
            serde_json::json!({ "reason": "x" }),
        )
        .await;
    let page = found(&token, "lm").await;
    assert_eq!(
        page.contains(&link(first)),
        said.status != StatusCode::OK,
        "{}: {page}",
        said.text
    );
}
