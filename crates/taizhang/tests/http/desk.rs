//! The desk of the IT person, and a book to practise in.

use super::book::Book;
use axum::body::Body;
use taizhang_core::definition::Lang;

const BANNER: &str = "class=\"practice\"";

#[tokio::test]
async fn a_practice_book_says_so_on_every_page_and_never_becomes_a_real_one() {
    let book = Book::practising();
    let token = book.sign_in("keeper").await;
    let well = book.well(&token, "N-1", "1.1").await;
    for path in [
        "/",
        "/login",
        "/activate",
        "/open",
        "/open/claims",
        "/registers/well",
        "/figures",
        "/wall",
        "/manage",
        "/tour",
        "/journal",
        &format!("/records/{well}"),
        &format!("/records/{well}/edit"),
        &format!("/records/{well}/certificate"),
        "/registers/well/new",
    ] {
        let said = book.call("GET", path, &token, &[], Body::empty()).await;
        assert!(
            said.status == 404 || said.text.contains(BANNER),
            "{path}: {}",
            said.text
        );
        assert!(said.status == 404 || said.status == 200, "{path}: {}", said.status);
    }
    let failed = [
        ("GET", "/no/such/page", token.as_str(), 404),
        ("GET", "/records/999999", &token, 404),
        ("GET", "/registers/unknown", &token, 404),
        ("GET", "/records/not-a-number", &token, 400),
        ("GET", "/figures/well.count?as_of=tomorrow", &token, 400),
        ("GET", "/open/bulletins/999999", "", 404),
        ("PUT", "/registers/well", &token, 405),
    ];
    for (method, path, token, status) in failed {
        let said = book.call(method, path, token, &[], Body::empty()).await;
        let shown = (said.status, said.text.contains(BANNER), said.text.contains("<h1>"));
        let shown = (shown.0.as_u16(), shown.1, shown.2);
        assert_eq!(shown, (status, true, true), "{method} {path}: {}", said.text);
        assert!(!said.text.contains("<p class=\"refused\"></p>"), "{path} says why");
    }
    let foreign = [
        ("origin", "https://elsewhere.example"),
        ("sec-fetch-site", "cross-site"),
    ];
    let said = book.call("POST", "/logout", &token, &foreign, Body::empty()).await;
    assert_eq!(
        (said.status.as_u16(), said.text.contains(BANNER)),
        (403, true),
        "{}",
        said.text
    );
    let program = book
        .call("GET", "/api/v1/records/999999", &token, &[], Body::empty())
        .await;
    assert!(
        program.text.starts_with('{'),
        "a program gets no page: {}",
        program.text
    );
    let page = book
        .call("GET", "/bulletins/half-year", &token, &[], Body::empty())
        .await;
    assert!(page.text.contains("(practice book)"), "the district's name says it too");
    let mut files = book.app.pack_files().expect("files");
    let head = files.get_mut("pack.toml").expect("a head");
    *head = head.replacen("practice = true\n", "", 1);
    let plan = book.app.plan_pack(files).expect("planned");
    let refused = book
        .app
        .apply_pack(&book.app.program_scope().expect("a scope"), plan, None, None);
    let told = book.app.locale().error(&refused.expect_err("refused"));
    assert!(told.contains("练习账"), "{told}");

    let real = Book::new();
    let token = real.sign_in("keeper").await;
    assert!(
        !real
            .call("GET", "/", &token, &[], Body::empty())
            .await
            .text
            .contains(BANNER)
    );
    let mut files = real.app.pack_files().expect("files");
    files
        .get_mut("pack.toml")
        .expect("a head")
        .insert_str(0, "practice = true\n");
    let plan = real.app.plan_pack(files).expect("planned");
    assert!(
        real.app
            .apply_pack(&real.app.program_scope().expect("a scope"), plan, None, None)
            .is_err()
    );
}

#[tokio::test]
async fn the_page_of_the_machine_says_what_was_checked_and_copied() {
    let book = Book::speaking(Lang::Zh);
    let token = book.sign_in("it").await;
    let page = book
        .call("GET", "/manage/machine", &token, &[], Body::empty())
        .await
        .text;
    for words in [
        "磁盘可用",
        "MiB",
        "还没有过",
        "两天内没有备份过",
        "一周内没有核验过",
        "2013–2026",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let copy = book.folder.path().join("copy.tzb");
    let head = taizhang_store::backup::backup(book.app.store(), &copy).expect("copied");
    taizhang::app::machine::note_backup(book.app.store(), head.n, &copy).expect("noted");
    let checked = book
        .call("POST", "/manage/machine", &token, &[], Body::empty())
        .await
        .text;
    assert!(checked.contains("核验完毕"), "{checked}");
    let page = book
        .call("GET", "/manage/machine", &token, &[], Body::empty())
        .await
        .text;
    assert!(
        page.contains("copy.tzb") && page.contains("全部相符") && !page.contains("没有备份过"),
        "{page}"
    );
    let clerk = book.sign_in("clerk").await;
    assert_eq!(
        book.call("POST", "/manage/machine", &clerk, &[], Body::empty())
            .await
            .status,
        422
    );
}
