//! The server as programs and browsers meet it: sign-in, writing, refusals, figures, pages.

#[path = "http/book.rs"]
mod book;
#[path = "http/bulletins.rs"]
mod bulletins;
#[path = "http/desk.rs"]
mod desk;
#[path = "http/duties.rs"]
mod duties;
#[path = "http/english.rs"]
mod english;
#[path = "http/evidence.rs"]
mod evidence;
#[path = "http/fake.rs"]
mod fake;
#[path = "http/forms.rs"]
mod forms;
#[path = "http/goals.rs"]
mod goals;
#[path = "http/imports.rs"]
mod imports;
#[path = "http/lists.rs"]
mod lists;
#[path = "http/nowhere.rs"]
mod nowhere;
#[path = "http/offers.rs"]
mod offers;
mod office;
#[path = "http/opened.rs"]
mod opened;
#[path = "http/planning.rs"]
mod planning;
#[path = "http/released.rs"]
mod released;
#[path = "http/repeated.rs"]
mod repeated;
#[path = "http/restated.rs"]
mod restated;
#[path = "http/sections.rs"]
mod sections;
#[path = "http/shelf.rs"]
mod shelf;

use axum::body::Body;
use axum::http::{StatusCode, header};
use book::{Book, PASSWORD};
use serde_json::json;
use taizhang::http::router;

#[tokio::test]
async fn nobody_without_a_session_is_answered() {
    let book = Book::new();
    let token = book.sign_in("clerk").await;
    let record = book.well(&token, "secret-number", "1.1").await.to_string();
    for route in router::routes().into_iter().filter(|route| !route.open) {
        let path = route
            .path
            .replace("{register}", "well")
            .replace("{record}", &record)
            .replace("{act}", "edit")
            .replace("{move}", "start")
            .replace("{account}", "well.working")
            .replace("{bulletin}", "half-year")
            .replace("{period}", "2024-01")
            .replace("{hash}", &"0".repeat(64));
        for token in ["", "0000", &"a".repeat(64)] {
            let said = book.call(route.method, &path, token, &[], Body::empty()).await;
            let what = format!("{} {path}: {}", route.method, said.text);
            assert!(!said.text.contains("secret-number"), "{what}");
            if path.starts_with("/api/") {
                assert_eq!(said.status, StatusCode::UNAUTHORIZED, "{what}");
            } else {
                assert_eq!(said.status, StatusCode::SEE_OTHER, "{what}");
                assert!(said.header(header::LOCATION).starts_with("/login"), "{what}");
            }
        }
    }
}

#[tokio::test]
async fn signing_in_takes_the_right_password_only_and_ends_with_signing_out() {
    let book = Book::new();
    for (user, password) in [("clerk", "wrong"), ("nobody", PASSWORD), ("", "")] {
        let said = book
            .send(
                "POST",
                "/api/v1/session",
                "",
                &[],
                json!({ "user": user, "password": password }),
            )
            .await;
        assert_eq!(said.status, StatusCode::UNAUTHORIZED, "{user}: {}", said.text);
        assert_eq!(said.header(header::CONTENT_TYPE), "application/problem+json");
    }
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let body = Body::from("user=clerk&password=a+long+password&next=%2F%2Fother.example");
    let said = book.call("POST", "/login", "", &form, body).await;
    assert_eq!(
        (said.status, said.header(header::LOCATION)),
        (StatusCode::SEE_OTHER, "/")
    );
    let cookie = said.header(header::SET_COOKIE).to_owned();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );
    let pair = cookie.split(';').next().expect("a pair").to_owned();
    let cookies = [("cookie", pair.as_str())];
    assert_eq!(
        book.call("GET", "/", "", &cookies, Body::empty()).await.status,
        StatusCode::OK
    );
    let foreign = [
        cookies[0],
        ("origin", "https://other.example"),
        ("sec-fetch-site", "cross-site"),
    ];
    assert_eq!(
        book.call("POST", "/logout", "", &foreign, Body::empty()).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        book.call("POST", "/logout", "", &cookies, Body::empty()).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(
        book.call("GET", "/", "", &cookies, Body::empty()).await.status,
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn writes_are_idempotent_and_never_overwrite_what_was_not_seen() {
    let book = Book::new();
    let token = book.sign_in("clerk").await;
    let path = "/api/v1/registers/well/records";
    let key = [("idempotency-key", "k-1")];
    let body = json!({ "occurred_on": "2024-03-01", "set": { "number": "W-1", "village": "1.1", "kind": "dug" } });
    let first = book.send("POST", path, &token, &key, body.clone()).await;
    let again = book.send("POST", path, &token, &key, body.clone()).await;
    assert_eq!((first.status, again.status), (StatusCode::CREATED, StatusCode::CREATED));
    assert_eq!(first.json(), again.json());
    assert_eq!(first.json()["head"].as_str().map(str::len), Some(64));
    let other = json!({ "occurred_on": "2024-03-01", "set": { "number": "W-2", "village": "1.1" } });
    let reused = book.send("POST", path, &token, &key, other).await;
    assert_eq!(
        (reused.status, reused.json()["code"].as_str()),
        (StatusCode::CONFLICT, Some("key_reused"))
    );

    let record = format!("/api/v1/records/{}", first.json()["id"]);
    let seen = book.get(&record, &token).await;
    let tag = seen.header(header::ETAG).to_owned();
    let change = |kind: &str| json!({ "occurred_on": "2024-03-02", "set": { "kind": kind } });
    let based = [("if-match", tag.as_str())];
    assert_eq!(
        book.send("PATCH", &record, &token, &based, change("drilled"))
            .await
            .status,
        StatusCode::OK
    );
    let stale = book.send("PATCH", &record, &token, &based, change("dug")).await;
    assert_eq!(
        (stale.status, stale.json()["code"].as_str()),
        (StatusCode::PRECONDITION_FAILED, Some("stale"))
    );
    assert_eq!(book.get(&record, &token).await.json()["fields"]["kind"], "drilled");
}

#[tokio::test]
async fn a_refusal_names_its_field_and_what_to_do() {
    let book = Book::new();
    let token = book.sign_in("clerk").await;
    let path = "/api/v1/registers/well/records";
    let cases = [
        (json!({ "set": { "village": "1.1" } }), "required", Some("number")),
        (
            json!({ "set": { "number": "1", "village": "9.9" } }),
            "unknown_unit",
            Some("village"),
        ),
        (
            json!({ "set": { "number": "1", "village": "1.1", "kind": "stone" } }),
            "not_a_choice",
            Some("kind"),
        ),
        (
            json!({ "set": { "number": "1", "village": "1.1" }, "occurred_on": "2024-07-01" }),
            "after_today",
            None,
        ),
        (json!({ "set": { "depth": "1" } }), "unknown_field", None),
    ];
    for (body, code, field) in cases {
        let said = book.send("POST", path, &token, &[], body.clone()).await;
        assert_eq!(said.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}: {}", said.text);
        assert_eq!(said.header(header::CONTENT_TYPE), "application/problem+json");
        let problem = said.json();
        assert_eq!(problem["status"], 422);
        let error = &problem["errors"][0];
        assert_eq!(
            (error["code"].as_str(), error["field"].as_str()),
            (Some(code), field),
            "{problem}"
        );
        assert!(
            error["message"].as_str().is_some_and(|message| message.ends_with('。')),
            "{problem}"
        );
    }
    assert_eq!(
        book.send("POST", path, &token, &[], json!({ "sett": {} })).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let broken = [("content-type", "application/json")];
    let said = book.call("POST", path, &token, &broken, Body::from("{")).await;
    assert_eq!(said.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        book.get("/api/v1/records/999999", &token).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        book.get("/api/v1/registers/nothing", &token).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        book.get("/api/v1/figures/nothing", &token).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn figures_move_and_open_down_to_their_entries() {
    let book = Book::new();
    let token = book.sign_in("clerk").await;
    let upper = book.well(&token, "W-1", "1.1").await;
    book.well(&token, "W-2", "1.2").await;
    book.well(&token, "W-3", "1.2").await;
    let figure = book.figure(&token, "as_of=2024-06-30&by=unit").await;
    assert_eq!(
        (figure["value"].as_str(), figure["state"].as_str()),
        (Some("3"), Some("reported")),
        "{figure}"
    );
    let rows: Vec<(&str, &str)> = figure["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| (row["key"].as_str().unwrap_or(""), row["value"].as_str().unwrap_or("")))
        .collect();
    assert_eq!(rows, [("1.1", "1"), ("1.2", "2")]);
    assert_eq!(book.figure(&token, "as_of=2024-03-04").await["value"], "0");

    // Before the last well was known there were two.
    let before = figure["known_at"].as_i64().expect("an entry") - 1;
    assert_eq!(
        book.figure(&token, &format!("as_of=2024-06-30&known_at={before}"))
            .await["value"],
        "2"
    );

    let opened = book.get("/api/v1/figures/well.working/records", &token).await.json();
    let amounts = opened["items"].as_array().expect("items").iter();
    let sum: i64 = amounts
        .map(|item| item["amount"].as_str().unwrap_or("").parse::<i64>().expect("a number"))
        .sum();
    assert_eq!(
        (sum, opened["sum"].as_str(), opened["others"].as_str()),
        (3, Some("3"), Some("0"))
    );
    let postings = book
        .get(&format!("/api/v1/figures/well.working/postings?record={upper}"), &token)
        .await
        .json();
    assert_eq!(postings["items"][0]["day"], "2024-03-05");

    // Who reads one village sees the county's figure, and the others' part of it as one sum.
    let reader = book.sign_in("upper").await;
    let opened = book.get("/api/v1/figures/well.working/records", &reader).await.json();
    assert_eq!(opened["items"].as_array().map(Vec::len), Some(1), "{opened}");
    assert_eq!(
        (opened["others"].as_str(), opened["sum"].as_str()),
        (Some("2"), Some("3"))
    );
}

#[tokio::test]
async fn a_dry_run_says_what_would_move_and_writes_nothing() {
    let book = Book::new();
    let token = book.sign_in("clerk").await;
    let record = book.well(&token, "W-1", "1.1").await;
    let head = book.get("/healthz", "").await.json();
    let path = format!("/api/v1/records/{record}/moves/fail?dry_run=true");
    let said = book
        .send("POST", &path, &token, &[], json!({ "occurred_on": "2024-06-01" }))
        .await;
    assert_eq!(said.status, StatusCode::OK, "{}", said.text);
    let figure = &said.json()["figures"][0];
    assert_eq!(
        (figure["account"].as_str(), figure["change"].as_str()),
        (Some("well.working"), Some("-1"))
    );
    assert_eq!(book.get("/healthz", "").await.json(), head);
}

#[tokio::test]
async fn corrections_stand_beside_what_they_correct() {
    let book = Book::new();
    let token = book.sign_in("clerk").await;
    let record = book.well(&token, "W-1", "1.1").await;
    let path = format!("/api/v1/records/{record}/corrections");
    let body = json!({ "corrects": record, "set": { "kind": "drilled" }, "reason": "读错了" });
    // A clerk of this pack may write and not correct.
    let said = book.send("POST", &path, &token, &[], body).await;
    assert_eq!(
        (said.status, said.json()["code"].as_str()),
        (StatusCode::UNPROCESSABLE_ENTITY, Some("not_permitted"))
    );
    let entries = book
        .get(&format!("/api/v1/records/{record}/entries"), &token)
        .await
        .json();
    let acts: Vec<&str> = entries["items"]
        .as_array()
        .expect("items")
        .iter()
        .filter_map(|e| e["act"].as_str())
        .collect();
    assert_eq!(acts, ["open", "move"]);
}

#[tokio::test]
async fn lists_filter_sort_page_and_look_back() {
    let book = Book::new();
    let token = book.sign_in("clerk").await;
    for (number, village) in [("W-1", "1.1"), ("W-2", "1.2"), ("W-3", "1.2")] {
        book.well(&token, number, village).await;
    }
    let cases = [
        ("", "W-1 W-2 W-3"),
        ("sort=-number", "W-3 W-2 W-1"),
        ("sort=-number&limit=2", "W-3 W-2"),
        ("filter=number:eq:W-2", "W-2"),
        ("filter=stage:eq:planned", ""),
        ("filter=stage:eq:working&filter=number:ne:W-1", "W-2 W-3"),
        ("filter=stage:eq:planned&as_of=2024-03-04", "W-1 W-2 W-3"),
        ("as_of=2024-02-01", ""),
        ("unit=1.2", "W-2 W-3"),
    ];
    for (query, expected) in cases {
        let said = book
            .get(&format!("/api/v1/registers/well/records?{query}"), &token)
            .await;
        assert_eq!(said.status, StatusCode::OK, "{query}: {}", said.text);
        let listed = said.json();
        let items = listed["items"].as_array().expect("items").iter();
        let numbers: Vec<&str> = items.filter_map(|item| item["fields"]["number"].as_str()).collect();
        assert_eq!(numbers.join(" "), expected, "{query}");
    }
    // A page begins after the last record of the one before, and says so itself.
    let page = "/api/v1/registers/well/records?sort=-number&limit=2";
    let first = book.get(page, &token).await.json();
    let next = first["next"].as_str().expect("a next page");
    let second = book.get(&format!("{page}&cursor={next}"), &token).await.json();
    assert_eq!(second["items"][0]["fields"]["number"], "W-1");
    assert_eq!(
        (second["items"].as_array().map(Vec::len), second["next"].is_null()),
        (Some(1), true)
    );
    for query in [
        "filter=number",
        "filter=nothing:eq:1",
        "filter=number:like:1",
        "sort=nothing",
    ] {
        let said = book
            .get(&format!("/api/v1/registers/well/records?{query}"), &token)
            .await;
        assert_eq!(said.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}: {}", said.text);
    }
    let reader = book.sign_in("upper").await;
    let listed = book.get("/api/v1/registers/well/records", &reader).await.json();
    assert_eq!(
        (listed["total"].as_i64(), &listed["items"][0]["fields"]["number"]),
        (Some(1), &json!("W-1"))
    );
}

#[tokio::test]
async fn what_one_may_not_see_is_not_there() {
    let book = Book::new();
    let token = book.sign_in("clerk").await;
    let lower = book.well(&token, "W-2", "1.2").await;
    let reader = book.sign_in("upper").await;
    for path in ["", "/entries"] {
        let said = book.get(&format!("/api/v1/records/{lower}{path}"), &reader).await;
        assert_eq!(said.status, StatusCode::NOT_FOUND, "{}", said.text);
    }
    assert_eq!(
        book.get(&format!("/records/{lower}"), &reader).await.status,
        StatusCode::NOT_FOUND
    );
    let change = json!({ "set": { "kind": "drilled" } });
    let said = book
        .send("PATCH", &format!("/api/v1/records/{lower}"), &reader, &[], change)
        .await;
    assert_eq!(said.status, StatusCode::NOT_FOUND, "{}", said.text);
    assert_eq!(
        book.get("/api/v1/registers/actor/records", &reader).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        book.get("/api/v1/journal", &reader).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert!(!book.get("/journal", &reader).await.text.contains("W-2"));
}

#[tokio::test]
async fn evidence_is_kept_once_and_shown_to_those_who_may_read_its_record() {
    let book = Book::new();
    let token = book.sign_in("clerk").await;
    let record = book.well(&token, "W-2", "1.2").await;
    let upload = |body: &'static [u8], name: &'static str| {
        let path = format!("/api/v1/evidence?name={name}");
        let (book, token) = (&book, &token);
        async move { book.call("POST", &path, token, &[], Body::from(body)).await }
    };
    assert_eq!(
        upload(b"<script>alert(1)</script>", "a.html").await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(upload(b"", "a.pdf").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let kept = upload(b"%PDF-1.7 a proof", "proof.pdf").await;
    assert_eq!(kept.status, StatusCode::CREATED, "{}", kept.text);
    let hash = kept.json()["hash"].as_str().expect("a hash").to_owned();
    assert_eq!(
        upload(b"%PDF-1.7 a proof", "proof.pdf").await.json()["hash"],
        hash.as_str()
    );
    let reader = book.sign_in("upper").await;
    let address = format!("/api/v1/evidence/{hash}");
    let note = json!({ "occurred_on": "2024-03-06", "reason": "见附件", "evidence": [hash] });
    let said = book
        .send("POST", &format!("/api/v1/records/{record}/notes"), &token, &[], note)
        .await;
    assert_eq!(said.status, StatusCode::OK, "{}", said.text);
    let said = book.get(&address, &token).await;
    assert_eq!((said.status, said.text.as_str()), (StatusCode::OK, "%PDF-1.7 a proof"));
    assert!(said.header(header::CONTENT_DISPOSITION).starts_with("attachment"));
    assert!(said.header(header::CONTENT_SECURITY_POLICY).contains("sandbox"));
    assert_eq!(book.get(&address, &reader).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn pages_show_the_number_and_escape_what_people_wrote() {
    let book = Book::new();
    let token = book.sign_in("clerk").await;
    let hostile = "<script>alert('x')</script>";
    let record = book.well(&token, hostile, "1.1").await;
    book.well(&token, "W-2", "1.2").await;
    let paths = [
        ("/".to_owned(), "2"),
        ("/registers".to_owned(), "Village wells"),
        ("/registers/well".to_owned(), "共 2 条"),
        ("/registers/well?stage=working&unit=1.2".to_owned(), "共 1 条"),
        ("/registers/well/new".to_owned(), "必填"),
        (format!("/records/{record}"), "Put into use"),
        (format!("/records/{record}/edit"), "登记变更"),
        (format!("/records/{record}/move?move=fail"), "Report as broken"),
        (format!("/records/{record}/note"), "备注"),
        (format!("/records/{record}/correct?entry={record}"), "登记更正"),
        ("/figures".to_owned(), "Wells in use"),
        ("/figures/well.working".to_owned(), "<span class=\"value\">2</span>"),
        (format!("/figures/well.working?record={record}"), "2024-03-05"),
        ("/bulletins".to_owned(), "Half-year report on wells"),
        ("/bulletins/half-year".to_owned(), ">2</a>"),
        ("/journal".to_owned(), "流水"),
        ("/goals".to_owned(), "目标"),
        ("/calendar?year=2024".to_owned(), "2024年工作日历"),
        ("/search?q=Wells".to_owned(), "Wells in use"),
        ("/manage".to_owned(), "流水"),
        ("/registers/well?as_of=2024-03-31".to_owned(), "整页截至 2024-03-31"),
    ];
    for (path, expected) in paths {
        let said = book.get(&path, &token).await;
        assert_eq!(said.status, StatusCode::OK, "{path}: {}", said.text);
        assert!(said.text.contains(expected), "{path} lacks {expected}: {}", said.text);
        let ours = said.text.replace("<script src=\"/assets/taizhang.js?v=", "");
        assert!(!ours.contains("<script"), "{path}: {}", said.text);
        assert!(!said.text.contains("https://"), "{path} asks another host");
        assert!(
            said.header(header::CONTENT_SECURITY_POLICY)
                .contains("default-src 'self'"),
            "{path}"
        );
        assert_eq!(said.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff", "{path}");
    }
    assert_eq!(book.get("/nothing", &token).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        book.get("/records/nothing", &token).await.status,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn a_form_comes_back_with_what_was_typed_until_it_is_right() {
    let book = Book::new();
    let token = book.sign_in("clerk").await;
    let form = |number: &str, act: &str| {
        let fields = [
            ("do", act),
            ("key", "k"),
            ("occurred_on", "2024-03-01"),
            ("f.number", number),
            ("was.number", ""),
            ("f.village", "1.1"),
            ("was.village", ""),
            ("f.kind", "dug"),
            ("was.kind", ""),
        ];
        let part = |(name, value)| format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        let mut body: String = fields.into_iter().map(part).collect();
        // What a browser sends for a file control that nobody filled.
        body.push_str("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\"\r\n");
        body.push_str("Content-Type: application/octet-stream\r\n\r\n\r\n--b--\r\n");
        body
    };
    let kind = [("content-type", "multipart/form-data; boundary=b")];
    let path = "/registers/well/new";
    let refused = book
        .call("POST", path, &token, &kind, Body::from(form("", "save")))
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
    assert!(
        refused.text.contains("必须填写") && refused.text.contains("value=\"1.1\""),
        "{}",
        refused.text
    );
    let preview = book
        .call("POST", path, &token, &kind, Body::from(form("W-9", "preview")))
        .await;
    assert!(preview.text.contains("这会改变哪些数字"), "{}", preview.text);
    let listed = book.get("/api/v1/registers/well/records", &token).await.json();
    assert_eq!(listed["total"], 0);
    let saved = book
        .call("POST", path, &token, &kind, Body::from(form("W-9", "save")))
        .await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    // Sent twice by an impatient hand, it is written once.
    let twice = book
        .call("POST", path, &token, &kind, Body::from(form("W-9", "save")))
        .await;
    assert_eq!(twice.header(header::LOCATION), saved.header(header::LOCATION));
}
