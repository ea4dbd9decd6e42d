//! Forms as people meet them: somebody else wrote meanwhile, the session ended, the button was pressed
//! twice, what was typed waits unsent, a sheet holds a wrong cell, the record is asked for as it was.

use super::book::{Book, PASSWORD, Said};
use axum::body::Body;
use axum::http::{StatusCode, header};
use serde_json::json;
use taizhang::app::execute::Draft;

async fn send(book: &Book, path: &str, token: &str, fields: &[(&str, &str)]) -> Said {
    let part = |(name, value): &(&str, &str)| {
        format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let body: String = fields.iter().map(part).chain(["--b--\r\n".to_owned()]).collect();
    let kind = [("content-type", "multipart/form-data; boundary=b")];
    book.call("POST", path, token, &kind, Body::from(body)).await
}

/// The value of a hidden field of a page.
fn hidden(page: &str, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    let at = page.find(&mark).unwrap_or_else(|| panic!("no {name}: {page}")) + mark.len();
    page[at..].split('"').next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn what_both_changed_is_asked_field_by_field_and_the_rest_is_merged() {
    let book = Book::new();
    let token = book.sign_in("clerk").await;
    let record = book.well(&token, "W-1", "1.1").await;
    let path = format!("/records/{record}/edit");
    let seen = hidden(&book.get(&path, &token).await.text, "based_on");
    let theirs = [
        ("f.kind", "drilled"),
        ("was.kind", "dug"),
        ("f.village", "1.2"),
        ("was.village", "1.1"),
    ];
    let theirs = [&theirs[..], &[("occurred_on", "2024-04-01"), ("based_on", &seen)]].concat();
    assert_eq!(send(&book, &path, &token, &theirs).await.status, StatusCode::SEE_OTHER);
    // Mine changes the kind too, and the number, which nobody else touched; the village I left alone.
    let mine = [
        ("f.kind", ""),
        ("was.kind", "dug"),
        ("f.number", "W-9"),
        ("was.number", "W-1"),
        ("f.village", "1.1"),
        ("was.village", "1.1"),
        ("occurred_on", "2024-04-02"),
        ("based_on", &seen),
    ];
    let said = send(&book, &path, &token, &mine).await;
    assert_eq!(said.status, StatusCode::PRECONDITION_FAILED, "{}", said.text);
    assert!(
        said.text.contains("name=\"keep.kind\"") && !said.text.contains("name=\"keep.village\""),
        "{}",
        said.text
    );
    assert_eq!(hidden(&said.text, "was.village"), "1.2");
    let now = hidden(&said.text, "based_on");
    let merged = [
        ("f.kind", ""),
        ("was.kind", "drilled"),
        ("keep.kind", "theirs"),
        ("f.number", "W-9"),
        ("was.number", "W-1"),
        ("f.village", "1.2"),
        ("was.village", "1.2"),
        ("occurred_on", "2024-04-02"),
        ("based_on", &now),
    ];
    assert_eq!(send(&book, &path, &token, &merged).await.status, StatusCode::SEE_OTHER);
    let fields = book.get(&format!("/api/v1/records/{record}"), &token).await.json()["fields"].clone();
    assert_eq!(
        (fields["kind"].as_str(), fields["number"].as_str()),
        (Some("drilled"), Some("W-9"))
    );
    assert_eq!(book.figure(&token, "unit=1.2&as_of=2024-04-30").await["value"], "1");
}

#[tokio::test]
async fn a_session_that_ended_keeps_what_was_typed_and_goes_on_after_the_password() {
    let book = Book::new();
    let typed = [
        ("f.number", "W-7 <b>"),
        ("f.village", "1.1"),
        ("occurred_on", "2024-05-01"),
        ("key", "k7"),
    ];
    let ended = send(&book, "/registers/well/new", "", &typed).await;
    assert_eq!(ended.status, StatusCode::UNAUTHORIZED);
    assert_eq!(hidden(&ended.text, "f.number"), "W-7 &lt;b&gt;");
    let wrong = [&typed[..], &[("user", "clerk"), ("password", "wrong")]].concat();
    let wrong = send(&book, "/registers/well/new", "", &wrong).await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert!(
        wrong.text.contains("W-7") && !wrong.text.contains("value=\"wrong\""),
        "{}",
        wrong.text
    );
    let right = [&typed[..], &[("user", "clerk"), ("password", PASSWORD)]].concat();
    let right = send(&book, "/registers/well/new", "", &right).await;
    assert_eq!(right.status, StatusCode::SEE_OTHER, "{}", right.text);
    assert!(right.header(header::SET_COOKIE).contains("HttpOnly"));
    let token = book.sign_in("clerk").await;
    let list = book.get("/registers/well", &token).await.text;
    assert!(list.contains("W-7 &lt;b&gt;") && list.contains("共 1 条"), "{list}");
}

#[tokio::test]
async fn a_form_sent_twice_writes_once_and_a_draft_posts_nothing() {
    let book = Book::new();
    let token = book.sign_in("clerk").await;
    let typed = [
        ("f.number", "W-1"),
        ("f.village", "1.1"),
        ("occurred_on", "2024-05-01"),
        ("key", "one"),
    ];
    let kept = [&typed[..], &[("do", "keep")]].concat();
    let kept = send(&book, "/registers/well/new", &token, &kept).await;
    assert_eq!(kept.status, StatusCode::OK);
    assert!(book.get("/registers/well", &token).await.text.contains("共 0 条"));
    let form = book.get("/registers/well/new", &token).await.text;
    assert!(form.contains("?draft=yes") && !form.contains("value=\"W-1\""), "{form}");
    assert!(
        book.get("/registers/well/new?draft=yes", &token)
            .await
            .text
            .contains("value=\"W-1\"")
    );
    let other = book.sign_in("upper").await;
    assert!(
        !book
            .get("/registers/well/new", &other)
            .await
            .text
            .contains("?draft=yes")
    );
    for _ in 0..2 {
        let said = send(&book, "/registers/well/new", &token, &typed).await;
        assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.text);
    }
    assert!(book.get("/registers/well", &token).await.text.contains("共 1 条"));
    assert!(
        !book
            .get("/registers/well/new", &token)
            .await
            .text
            .contains("?draft=yes")
    );
}

#[tokio::test]
async fn a_sheet_is_checked_cell_by_cell_and_written_whole() {
    let book = Book::new();
    let token = book.sign_in("clerk").await;
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let sheet = async |body: &str| {
        let body = Body::from(body.to_owned());
        book.call("POST", "/registers/well/grid", &token, &form, body).await
    };
    let page = book.get("/registers/well/grid", &token).await.text;
    assert!(page.contains("name=\"c.8.number\""), "{page}");
    let rows = "occurred_on=2024-05-01&key=g&c.1.number=W-1&c.1.village=1.1&c.2.number=W-2&c.2.village=9.9";
    let wrong = sheet(&format!("{rows}&do=save")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("第 2 行 Village"), "{}", wrong.text);
    assert!(book.get("/registers/well", &token).await.text.contains("共 0 条"));
    let rows = rows.replace("9.9", "1.2");
    let sound = sheet(&format!("{rows}&do=check")).await;
    assert!(sound.text.contains("2 行都可以登记"), "{}", sound.text);
    assert!(book.get("/registers/well", &token).await.text.contains("共 0 条"));
    for _ in 0..2 {
        assert_eq!(sheet(&format!("{rows}&do=save")).await.status, StatusCode::SEE_OTHER);
    }
    assert!(book.get("/registers/well", &token).await.text.contains("共 2 条"));
}

#[tokio::test]
async fn a_lock_is_shown_before_somebody_types_and_refuses_forms_the_grid_and_the_api_with_its_reason() {
    let book = Book::new();
    let token = book.sign_in("clerk").await;
    let record = book.well(&token, "W-1", "1.1").await;
    let set = [
        ("register", "well"),
        ("unit", "1.1"),
        ("from", "2024-03-01"),
        ("to", "2024-05-31"),
        ("reason", "<b>spring</b> is settled"),
    ];
    let draft = Draft {
        register: "period_lock".to_owned(),
        set: set
            .iter()
            .map(|(id, text)| ((*id).to_owned(), (*text).to_owned()))
            .collect(),
        occurred_on: Some("2024-06-01".parse().expect("a day")),
        ..Draft::default()
    };
    let scope = book.app.program_scope().expect("a scope");
    book.app.execute(&scope, &[draft], None).expect("locked");
    let why = "&lt;b&gt;spring&lt;/b&gt; is settled";
    for path in ["/registers/well", "/registers/well/new", "/registers/well/grid"] {
        let said = book.get(path, &token).await.text;
        assert!(
            said.contains("已锁定") && said.contains(why),
            "{path} does not say why: {said}"
        );
    }
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let rows = "occurred_on=2024-05-01&key=g&c.1.number=W-2&c.1.village=1.1&c.2.number=W-3&c.2.village=1.2&do=save";
    let sheet = book
        .call("POST", "/registers/well/grid", &token, &form, Body::from(rows))
        .await;
    assert_eq!(sheet.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        sheet.text.contains("已经锁定") && sheet.text.contains(why),
        "{}",
        sheet.text
    );
    let typed = [
        ("occurred_on", "2024-05-01"),
        ("key", "f"),
        ("f.number", "W-2"),
        ("f.village", "1.1"),
        ("do", "save"),
    ];
    let typed = send(&book, "/registers/well/new", &token, &typed).await;
    assert!(typed.text.contains("已经锁定"), "{}", typed.text);
    let body = json!({ "occurred_on": "2024-05-01", "set": { "kind": "drilled" } });
    let said = book
        .send("PATCH", &format!("/api/v1/records/{record}"), &token, &[], body)
        .await;
    assert!(said.text.contains("locked"), "{}", said.text);
    let other = rows.replace("1.1", "1.2").replace("key=g", "key=h");
    let sheet = book
        .call("POST", "/registers/well/grid", &token, &form, Body::from(other))
        .await;
    assert_eq!(
        sheet.status,
        StatusCode::SEE_OTHER,
        "another village is not locked: {}",
        sheet.text
    );
}

#[tokio::test]
async fn a_record_is_shown_as_it_was_and_every_tab_opens() {
    let book = Book::new();
    let token = book.sign_in("clerk").await;
    let record = book.well(&token, "W-1", "1.1").await;
    for (query, expected) in [
        ("as_of=2024-03-02", "<span class=\"stage large\">Planned</span>"),
        ("as_of=2024-06-30", "<span class=\"stage large\">Working</span>"),
        ("as_of=2024-02-01", "这一天还没有这个条目"),
        ("tab=flow", "aria-current=\"step\""),
        ("tab=changes", "Put into use"),
        ("tab=evidence", "还没有佐证"),
        ("tab=related", "没有别的台账"),
        ("tab=duties", "没有在走的时限"),
    ] {
        let said = book.get(&format!("/records/{record}?{query}"), &token).await;
        assert_eq!(said.status, StatusCode::OK, "{query}: {}", said.text);
        assert!(said.text.contains(expected), "{query} lacks {expected}: {}", said.text);
    }
}

#[tokio::test]
async fn the_pack_is_shown_to_administrators_only_and_the_open_pages_to_anybody() {
    let book = Book::new();
    let token = book.sign_in("clerk").await;
    let refused = book.get("/manage/design", &token).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
    for path in ["/open", "/open/claims"] {
        let said = book.get(path, "").await;
        assert_eq!(said.status, StatusCode::OK, "{path}: {}", said.text);
        assert!(!said.text.contains("/records/"), "{path} names a record");
    }
    let wall = book.get("/wall", &token).await;
    assert!(wall.text.contains("data-again=\"60\""), "{}", wall.text);
}

/// A form with files: a part that has a file name is one.
async fn bring(book: &Book, path: &str, token: &str, fields: &[(&str, &str)], files: &[(&str, &str, &[u8])]) -> Said {
    let mut body = Vec::new();
    for (name, value) in fields {
        let part = format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    for (name, file, content) in files {
        let head = format!(
            "--b\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--b--\r\n");
    let kind = [("content-type", "multipart/form-data; boundary=b")];
    book.call("POST", path, token, &kind, Body::from(body)).await
}

const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n one";
const OTHER: &[u8] = b"\x89PNG\r\n\x1a\n two";

#[tokio::test]
async fn pictures_are_brought_to_a_field_by_the_form_kept_through_a_refusal_and_taken_out_again() {
    let book = Book::new();
    let token = book.sign_in("clerk").await;
    let form = book.get("/registers/well/new", &token).await.text;
    assert!(
        form.contains("name=\"file.photo\"") && form.contains("capture=\"environment\""),
        "{form}"
    );
    let said = [
        ("was.number", ""),
        ("f.village", "1.1"),
        ("was.village", ""),
        ("was.photo", ""),
        ("occurred_on", "2024-03-05"),
    ];
    let files: [(&str, &str, &[u8]); 3] = [
        ("file.photo", "a.png", PICTURE),
        ("file.photo", "b.png", OTHER),
        ("file.photo", "", b""),
    ];
    // Without its number it is refused, and comes back with both pictures.
    let again = bring(&book, "/registers/well/new", &token, &said, &files).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", again.text);
    let kept: Vec<String> = again
        .text
        .split("name=\"f.photo\" value=\"")
        .skip(1)
        .map(|rest| rest[..64].to_owned())
        .collect();
    assert_eq!(kept.len(), 2, "{}", again.text);
    let mut more = said.to_vec();
    more.extend([
        ("f.number", "W-1"),
        ("f.photo", kept[0].as_str()),
        ("f.photo", kept[1].as_str()),
    ]);
    let written = bring(&book, "/registers/well/new", &token, &more, &[]).await;
    assert_eq!(written.status, StatusCode::SEE_OTHER, "{}", written.text);
    let address = written
        .header(header::LOCATION)
        .split('?')
        .next()
        .unwrap_or_default()
        .to_owned();
    let page = book.get(&address, &token).await.text;
    for hash in &kept {
        assert!(page.contains(&format!("<img src=\"/evidence/{hash}\"")), "{page}");
        assert_eq!(
            book.get(&format!("/evidence/{hash}"), &token).await.status,
            StatusCode::OK
        );
    }
    // A form that touches nothing changes nothing: the ticked files are what the field holds.
    let was = kept.join(",");
    let edit = format!("{address}/edit");
    let form = book.get(&edit, &token).await.text;
    assert_eq!(hidden(&form, "was.photo"), was);
    let one = [
        ("f.photo", kept[1].as_str()),
        ("was.photo", was.as_str()),
        ("occurred_on", "2024-03-06"),
    ];
    let taken = bring(&book, &edit, &token, &one, &[]).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text);
    let page = book.get(&address, &token).await.text;
    let shown = page.split("<dl class=\"fields\">").nth(1).unwrap_or_default();
    assert!(
        shown.contains(&kept[1]) && !shown.contains(&format!("<img src=\"/evidence/{}\"", kept[0])),
        "{page}"
    );
    let wrong = bring(&book, &edit, &token, &one, &[("file.photo", "a.exe", b"MZ")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.text);
}
