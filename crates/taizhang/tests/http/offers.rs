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

#[tokio::test]
async fn a_code_leads_to_its_record_and_nothing_else_does() {
    let book = Book::new();
    let token = book.sign_in("clerk").await;
    let (one, other) = (
        book.well(&token, "w-1", "1.1").await,
        book.well(&token, "w-2", "1.1").await,
    );
    let one: i64 = one.to_string().parse().expect("a number");
    let code = book.app.inquiry_code(one);
    assert_ne!(
        code,
        book.app.inquiry_code(other.to_string().parse().expect("a number"))
    );
    let page = book.get(&format!("/open/check/{}", code.to_lowercase()), "").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert!(page.text.contains("w-1") && !page.text.contains("w-2"), "{}", page.text);
    assert_eq!(page.header(axum::http::header::CACHE_CONTROL), "no-store");
    let last = if code.ends_with('0') { "1" } else { "0" };
    let guess = format!("{}{last}", &code[..code.len() - 1]);
    for wrong in [guess, one.to_string(), "x".repeat(500)] {
        let page = book.get(&format!("/open/check/{wrong}"), "").await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{wrong}");
    }
    let paper = format!("/records/{one}/certificate");
    assert!(book.get(&paper, &token).await.text.contains(&code));
    assert_ne!(book.get(&paper, "").await.status, StatusCode::OK);
}

/// What a camera reads in the square code that is drawn on a page.
fn scanned(page: &str) -> String {
    let (_, drawn) = page
        .split_once("<svg class=\"qr\" viewBox=\"0 0 ")
        .expect("a square code");
    let (whole, drawn) = drawn.split_once(' ').expect("its width");
    let (_, path) = drawn.split_once("<path d=\"").expect("its dark modules");
    let (path, _) = path.split_once('"').expect("their end");
    let dark: Vec<(usize, usize)> = path
        .split('M')
        .filter_map(|module| module.split_once('h')?.0.split_once(' '))
        .map(|(x, y)| (x.parse().expect("a column"), y.parse().expect("a row")))
        .collect();
    let quiet = dark.iter().map(|(x, _)| *x).min().expect("a dark module");
    assert!(quiet >= 4, "a camera needs an edge of four modules: {quiet}");
    let width = whole.parse::<usize>().expect("a number") - 2 * quiet;
    let grid = rqrr::SimpleGrid::from_func(width, |x, y| dark.contains(&(x + quiet, y + quiet)));
    let (_, text) = rqrr::Grid::new(grid).decode().expect("a code that can be read");
    text
}

#[tokio::test]
async fn the_square_code_on_a_certificate_leads_to_its_record_and_to_no_other() {
    let book = Book::new();
    let token = book.sign_in("clerk").await;
    for name in ["w-1", "w-2"] {
        let well = book.well(&token, name, "1.1").await;
        let paper = book.get(&format!("/records/{well}/certificate"), &token).await;
        let address = scanned(&paper.text);
        assert!(
            paper.text.contains(&format!(">{address}<")),
            "printed beside it: {address}"
        );
        let (_, path) = address.split_once("://").expect("an address");
        let path = &path[path.find('/').expect("a path")..];
        let page = book.get(path, "").await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        let other = if name == "w-1" { "w-2" } else { "w-1" };
        assert!(page.text.contains(name) && !page.text.contains(other), "{}", page.text);
    }
}

#[tokio::test]
async fn a_public_page_says_what_was_written_a_moment_ago() {
    let book = Book::new();
    let token = book.sign_in("clerk").await;
    let well = book.well(&token, "w-1", "1.1").await;
    for _ in 0..2 {
        assert!(book.get("/open/well/offer", "").await.text.contains("w-1"));
        assert_eq!(
            book.get(&format!("/open/well/offer/{well}"), "").await.status,
            StatusCode::OK
        );
    }
    let path = format!("/api/v1/records/{well}/moves/fail");
    let body = serde_json::json!({"occurred_on": "2024-06-01"});
    assert_eq!(book.send("POST", &path, &token, &[], body).await.status, StatusCode::OK);
    assert!(!book.get("/open/well/offer", "").await.text.contains("w-1"));
    let gone = book.get(&format!("/open/well/offer/{well}"), "").await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
}
