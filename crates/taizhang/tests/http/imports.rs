//! Importing over HTTP: a workbook is brought, looked at, answered for, imported, and undone as one.

use super::book::{Book, Said};
use axum::body::Body;
use axum::http::StatusCode;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::Duration;
use taizhang::import::workbench::parse_with;

const WELLS: &str = "No.,Village,Kind\nW-1,1.1,dug\nW-2,1.2,drilled\n";

/// Brings a file; answers the import's number.
async fn bring(book: &Book, token: &str, name: &str, content: &[u8], fields: &[(&str, &str)]) -> Said {
    parse_with(PathBuf::from(env!("CARGO_BIN_EXE_taizhang")));
    let mut body = Vec::new();
    for (field, value) in fields {
        let part = format!("--b\r\ncontent-disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    let head = format!("--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(content);
    body.extend_from_slice(b"\r\n--b--\r\n");
    let kind = [("content-type", "multipart/form-data; boundary=b")];
    book.call("POST", "/api/v1/imports", token, &kind, Body::from(body))
        .await
}

/// Asks until the import is at rest.
async fn rest(book: &Book, token: &str, id: i64) -> Value {
    for _ in 0..1_000 {
        let said = book.get(&format!("/api/v1/imports/{id}"), token).await;
        assert_eq!(said.status, StatusCode::OK, "{}", said.text);
        let told = said.json();
        if !matches!(told["state"].as_str(), Some("waiting" | "checking" | "writing")) {
            return told;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let last = book.get(&format!("/api/v1/imports/{id}"), token).await;
    panic!("import {id} never came to rest: {}", last.text);
}

/// Brings a workbook and waits until it was looked at; its number.
pub(crate) async fn bring_and_rest(
    book: &Book,
    token: &str,
    name: &str,
    content: &[u8],
    fields: &[(&str, &str)],
) -> i64 {
    let said = bring(book, token, name, content, fields).await;
    assert_eq!(said.status, StatusCode::ACCEPTED, "{}", said.text);
    let id = said.json()["id"].as_i64().expect("a number");
    rest(book, token, id).await;
    id
}

async fn imported(book: &Book, token: &str, content: &str, fields: &[(&str, &str)]) -> Value {
    let said = bring(book, token, "wells.csv", content.as_bytes(), fields).await;
    assert_eq!(said.status, StatusCode::ACCEPTED, "{}", said.text);
    rest(book, token, said.json()["id"].as_i64().expect("a number")).await
}

const DAY: [(&str, &str); 2] = [("register", "well"), ("occurred_on", "2024-03-01")];

#[tokio::test(flavor = "multi_thread")]
async fn a_workbook_is_imported_once_and_undone_as_one() {
    let book = Book::new();
    let token = book.sign_in("keeper").await;
    let told = imported(&book, &token, WELLS, &DAY).await;
    assert_eq!(told["state"], "done", "{told}");
    assert_eq!(told["outcome"]["added"], 2);
    assert_eq!(told["outcome"]["found"]["sheet"], "wells");
    let again = imported(&book, &token, WELLS, &DAY).await;
    assert_eq!(
        (&again["state"], &again["outcome"]["unchanged"]),
        (&json!("done"), &json!(2))
    );
    assert_eq!(again["entries"], Value::Null);

    // Every cell that an entry came from can be seen as it stood.
    let first = told["entries"][0].as_i64().expect("an entry");
    let seen = book
        .get(&format!("/api/v1/entries/{first}/source"), &token)
        .await
        .json();
    assert_eq!((&seen["row"], &seen["cells"][0]["address"]), (&json!(2), &json!("A2")));
    assert_eq!(seen["cells"][0]["raw"], "W-1");

    let id = told["id"].as_i64().expect("a number");
    let undone = book
        .send(
            "POST",
            &format!("/api/v1/imports/{id}/undo"),
            &token,
            &[],
            json!({ "reason": "wrong file" }),
        )
        .await;
    assert_eq!(undone.status, StatusCode::OK, "{}", undone.text);
    let left = book.get("/api/v1/registers/well/records", &token).await.json();
    assert_eq!(left["total"], 0, "{left}");
    let mut reading = book.app.reading().expect("a reading");
    let verdict = taizhang_store::verify::verify(&mut reading).expect("verified");
    assert!(verdict.ok, "{verdict:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_rests_on_an_import_keeps_it_from_being_undone() {
    let book = Book::new();
    let token = book.sign_in("keeper").await;
    let told = imported(&book, &token, WELLS, &DAY).await;
    let record = told["entries"][0].as_i64().expect("a record");
    let body = json!({ "occurred_on": "2024-03-05" });
    let moved = book
        .send(
            "POST",
            &format!("/api/v1/records/{record}/moves/start"),
            &token,
            &[],
            body,
        )
        .await;
    assert_eq!(moved.status, StatusCode::OK, "{}", moved.text);
    let id = told["id"].as_i64().expect("a number");
    let undone = book
        .send(
            "POST",
            &format!("/api/v1/imports/{id}/undo"),
            &token,
            &[],
            json!({ "reason": "wrong" }),
        )
        .await;
    assert_eq!(undone.status, StatusCode::UNPROCESSABLE_ENTITY);
    let told = undone.json();
    assert_eq!(
        (&told["errors"][0]["code"], &told["errors"][0]["row"]),
        (&json!("rests_on_import"), &json!(2))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_correct_still_takes_their_own_import_back() {
    let book = Book::new();
    let token = book.sign_in("clerk").await;
    let told = imported(&book, &token, WELLS, &DAY).await;
    let (id, record) = (&told["id"], &told["entries"][0]);
    let body = json!({ "occurred_on": "2024-03-05", "reason": "wrong" });
    let path = format!("/api/v1/records/{record}");
    let voided = book.send("DELETE", &path, &token, &[], body).await;
    assert_eq!(voided.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", voided.text);
    let path = format!("/api/v1/imports/{id}/undo");
    let undone = book
        .send("POST", &path, &token, &[], json!({ "reason": "wrong file" }))
        .await;
    assert_eq!(undone.status, StatusCode::OK, "{}", undone.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_writes_nothing_and_says_the_difference() {
    let book = Book::new();
    let token = book.sign_in("keeper").await;
    imported(&book, &token, WELLS, &DAY).await;
    let changed = "No.,Village,Kind\nW-1,1.1,drilled\nW-3,1.1,dug\n";
    let look = [DAY[0], ("occurred_on", "2024-04-01"), ("dry_run", "true")];
    let told = imported(&book, &token, changed, &look).await;
    assert_eq!(told["state"], "checked", "{told}");
    let outcome = &told["outcome"];
    assert_eq!(
        (&outcome["added"], &outcome["changed"], &outcome["missing"]),
        (&json!(1), &json!(1), &json!(1))
    );
    let field = &outcome["preview"][0]["fields"][0];
    assert_ne!(field["was"], field["will"], "{field}");
    assert_eq!(outcome["absent"][0]["title"], "W-2");
    assert_eq!(
        book.get("/api/v1/registers/well/records", &token).await.json()["total"],
        2
    );

    let id = told["id"].as_i64().expect("a number");
    let page = book.get(&format!("/imports/{id}"), &token).await;
    assert!(
        page.text.contains("确认导入") && page.text.contains("<del>"),
        "{}",
        page.text
    );
    let go = book
        .send(
            "POST",
            &format!("/api/v1/imports/{id}/confirm"),
            &token,
            &[],
            json!(null),
        )
        .await;
    // An empty answer is no answer; the one that was looked at is imported with what was asked then.
    assert_eq!(go.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", go.text);
    let go = book
        .call(
            "POST",
            &format!("/api/v1/imports/{id}/confirm"),
            &token,
            &[],
            Body::empty(),
        )
        .await;
    assert_eq!(go.status, StatusCode::OK, "{}", go.text);
    assert_eq!(rest(&book, &token, id).await["state"], "done");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_sees_or_undoes_the_import_of_another() {
    let book = Book::new();
    let (token, other) = (book.sign_in("keeper").await, book.sign_in("upper").await);
    let told = imported(&book, &token, WELLS, &DAY).await;
    let id = told["id"].as_i64().expect("a number");
    for path in [
        format!("/api/v1/imports/{id}"),
        format!("/api/v1/imports/{id}/workbook"),
    ] {
        assert_eq!(book.get(&path, &other).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(book.get("/api/v1/imports", &other).await.json()["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_cells_come_back_in_the_senders_workbook() {
    let book = Book::new();
    let token = book.sign_in("keeper").await;
    let template = book.get("/api/v1/registers/well/template", &token).await;
    assert_eq!(template.status, StatusCode::OK);
    let told = imported(&book, &token, "No.,Village,Kind\nW-1,nowhere,dug\nW-2,1.1,dug\n", &DAY).await;
    assert_eq!(told["state"], "refused", "{told}");
    assert_eq!(told["outcome"]["errors"][0]["column"], "B");
    let id = told["id"].as_i64().expect("a number");
    let marked = book.get(&format!("/imports/{id}/workbook"), &token).await;
    assert_eq!(marked.status, StatusCode::OK);
    assert!(marked.text.starts_with("PK"), "a workbook");
}

/// A form as a browser sends it, with what the page itself has chosen.
async fn answered(book: &Book, token: &str, id: i64, fields: &[(&str, &str)], act: &str) {
    let page = book.get(&format!("/imports/{id}"), token).await.text;
    let mut form: Vec<(String, String)> = Vec::new();
    for select in page.split("<select").skip(1) {
        let name = select.split("name=\"").nth(1).and_then(|rest| rest.split('"').next());
        let inside = select.split("</select>").next().unwrap_or_default();
        let mut options = inside.split("<option").skip(1);
        let chosen = options
            .clone()
            .find(|option| option.contains(" selected"))
            .or_else(|| options.next());
        let value = chosen.map(|option| {
            let value = option.split("value=\"").nth(1).and_then(|rest| rest.split('"').next());
            value.unwrap_or_else(|| {
                option
                    .split('>')
                    .nth(1)
                    .and_then(|rest| rest.split('<').next())
                    .unwrap_or_default()
            })
        });
        form.extend(name.zip(value).map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
    for input in page
        .split("<input")
        .skip(1)
        .filter(|input| input.split('>').next().is_some_and(|tag| tag.contains("checked")))
    {
        let of = |what: &str| {
            input
                .split(&format!("{what}=\""))
                .nth(1)
                .and_then(|rest| rest.split('"').next())
        };
        form.extend(
            of("name")
                .zip(of("value"))
                .map(|(name, value)| (name.to_owned(), value.to_owned())),
        );
    }
    for (name, value) in fields {
        form.retain(|(own, _)| own != name);
        form.push(((*name).to_owned(), (*value).to_owned()));
    }
    form.push(("do".to_owned(), act.to_owned()));
    let escaped = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let body: Vec<String> = form
        .iter()
        .map(|(name, value)| format!("{}={}", escaped(name), escaped(value)))
        .collect();
    let kind = [("content-type", "application/x-www-form-urlencoded")];
    let said = book
        .call(
            "POST",
            &format!("/imports/{id}"),
            token,
            &kind,
            Body::from(body.join("&")),
        )
        .await;
    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_nobody_knows_are_matched_on_the_page_and_what_was_answered_holds() {
    let book = Book::new();
    let token = book.sign_in("keeper").await;
    let content = "甲,乙,丙\nW-7,1.1,dug\nW-8,1.2,drilled\n";
    let looking = [("register", "well"), ("occurred_on", "2024-03-01"), ("dry_run", "true")];
    let told = imported(&book, &token, content, &looking).await;
    assert_eq!(told["state"], "refused", "{told}");
    let id = told["id"].as_i64().expect("a number");
    let matched = [
        ("map.甲", "number"),
        ("map.乙", "village"),
        ("map.丙", ""),
        ("occurred_on", "2024-03-01"),
    ];
    answered(&book, &token, id, &matched, "check").await;
    let told = rest(&book, &token, id).await;
    assert_eq!(
        (told["state"].as_str(), told["outcome"]["added"].as_u64()),
        (Some("checked"), Some(2)),
        "{told}"
    );
    // The page sends all of it back by itself.
    answered(&book, &token, id, &[("occurred_on", "2024-03-01")], "write").await;
    let told = rest(&book, &token, id).await;
    assert_eq!(
        (told["state"].as_str(), told["outcome"]["added"].as_u64()),
        (Some("done"), Some(2)),
        "{told}"
    );
    // The next one of the same sender is understood.
    let told = imported(&book, &token, content, &DAY).await;
    assert_eq!(told["outcome"]["unchanged"], 2, "{told}");
}

/// Wells with the day on which they were dug and their depth.
fn of_days(files: &mut std::collections::BTreeMap<String, String>) {
    let well = files.get_mut("registers/well.toml").expect("the register");
    let fields = "field = [{ id = \"dug_on\", name = \"Dug on\", type = \"date\", precision = \"month\" }, ";
    *well = well.replacen("field = [", fields, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cell_is_shown_beside_what_it_was_read_as_and_by_what() {
    let book = Book::changed(&of_days);
    let token = book.sign_in("keeper").await;
    let content = "No.,Village,Dug on,Note\nW-1,Upper Village,2024.1,x\nW-2,1.2,2024年3月,y\n";
    let looked = bring(&book, &token, "wells.csv", content.as_bytes(), &DAY).await;
    let id = looked.json()["id"].as_i64().expect("a number");
    let told = rest(&book, &token, id).await;
    // January or October is asked, not guessed.
    assert_ne!(told["state"], "done", "{told}");
    let answer = json!({
        "register": "well", "occurred_on": "2024-03-01", "map": [["Note", ""]],
        "answers": [{ "column": "C", "raw": "2024.1", "means": "2024-10" }],
    });
    let path = format!("/api/v1/imports/{id}/confirm");
    let confirmed = book.send("POST", &path, &token, &[], answer).await;
    assert!(confirmed.status.is_success(), "{}", confirmed.text);
    let told = rest(&book, &token, id).await;
    assert_eq!(told["state"], "done", "{told}");
    let entry = told["entries"][0].as_i64().expect("an entry");
    let seen = book
        .get(&format!("/api/v1/entries/{entry}/source"), &token)
        .await
        .json();
    let read = |at: usize| seen["cells"][at]["read_as"].clone();
    assert_eq!(
        read(0),
        json!({ "field": "number", "value": "W-1", "by": "written" }),
        "{seen}"
    );
    assert_eq!(read(1)["by"], "written", "{seen}");
    assert_eq!(
        (&read(2)["field"], &read(2)["by"], &seen["cells"][2]["raw"]),
        (&json!("dug_on"), &json!("answered"), &json!("2024.1")),
        "{seen}"
    );
    assert_eq!(read(3), Value::Null);
    let page = book.get(&format!("/entries/{entry}/source"), &token).await.text;
    assert!(page.contains("按您的答复") && page.contains("照原文"), "{page}");
    let second = entry + 1;
    let seen = book
        .get(&format!("/api/v1/entries/{second}/source"), &token)
        .await
        .json();
    let by: Vec<&Value> = (1..3).map(|at| &seen["cells"][at]["read_as"]["by"]).collect();
    assert_eq!(by[0], "rule", "a code stands for its unit: {seen}");
}

/// Firms with an owner and the owner's number, and somebody who may see them.
fn of_owners(files: &mut std::collections::BTreeMap<String, String>) {
    let register = r#"
name = "Firms"
key = ["code"]
unit = "village"
title = ["code"]
field = [
  { id = "code", name = "Code", type = "text", required = true },
  { id = "village", name = "Village", type = "unit", required = true },
  { id = "owner", name = "Owner", type = "person" },
  { id = "card", name = "Card", type = "id_number" },
  { id = "paid", name = "Paid", type = "money" },
]
"#;
    files.insert("registers/firm.toml".to_owned(), register.to_owned());
    let warden = r#"role = [{ id = "warden", name = "Warden", may = ["read:book", "reveal:book"] }, "#;
    let pack = files.get_mut("pack.toml").expect("the pack");
    *pack = pack.replacen("role = [", warden, 1);
}

/// The files below a folder that hold a text as it is.
fn holding(folder: &std::path::Path, text: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(holding(&path, text));
        } else {
            let bytes = std::fs::read(&path).expect("a file");
            if bytes.windows(text.len()).any(|window| window == text.as_bytes()) {
                found.push(path);
            }
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_personal_cell_is_opened_by_who_may_reveal_it_and_lies_nowhere_in_the_clear() {
    let book = Book::changed(&of_owners);
    book.hire("warden", "1", "warden");
    let (keeper, warden) = (book.sign_in("keeper").await, book.sign_in("warden").await);
    let content = "Code,Village,Owner,Card,Paid\nF-1,1.1,王德才样,11010519491231002X,5\nF-2,1.2,李桂花样,,7\n";
    let fields = [("register", "firm"), ("occurred_on", "2024-03-01")];
    let told = imported(&book, &keeper, content, &fields).await;
    assert_eq!(told["state"], "done", "{told}");
    let entry = told["entries"][0].as_i64().expect("an entry");

    // The cell as it stood, with its address, for the one who may see it; for the one who brought it, no more.
    let path = format!("/api/v1/entries/{entry}/source");
    let seen = book.get(&path, &warden).await.json();
    assert_eq!((&seen["sheet"], &seen["row"]), (&json!("wells"), &json!(2)), "{seen}");
    assert_eq!(
        (&seen["cells"][2]["address"], &seen["cells"][2]["raw"]),
        (&json!("C2"), &json!("王德才样"))
    );
    assert_eq!(seen["cells"][3]["raw"], "11010519491231002X");
    assert_eq!(seen["file"]["hash"].as_str().map(str::len), Some(64), "{seen}");
    let page = book.get(&format!("/entries/{entry}/source"), &warden).await;
    assert!(page.text.contains("王德才样"), "{}", page.text);
    let not = book.get(&path, &keeper).await;
    assert!(
        not.status.is_client_error() && !not.text.contains("王德才样"),
        "{}",
        not.text
    );
    let not = book.get(&format!("/entries/{entry}/source"), &keeper).await;
    assert!(
        not.status.is_client_error() && !not.text.contains("王德才样"),
        "{}",
        not.text
    );
    let record = book.get(&format!("/api/v1/records/{entry}"), &keeper).await.text;
    assert!(
        !record.contains("王德才样") && !record.contains("11010519491231002X"),
        "{record}"
    );

    // A workbook that was refused is kept as well, with what was wrong in it.
    let wrong = "Code,Village,Owner,Card,Paid\nF-3,1.1,赵铁柱样,110105194912310021,many\n";
    let refused = imported(&book, &keeper, wrong, &fields).await;
    assert_ne!(refused["state"], "done", "{refused}");
    for text in [
        "王德才样",
        "李桂花样",
        "赵铁柱样",
        "11010519491231002X",
        "110105194912310021",
    ] {
        assert_eq!(
            holding(book.folder.path(), text),
            Vec::<PathBuf>::new(),
            "{text} lies in the clear"
        );
    }
    // The search itself: what is not personal is found.
    assert!(!holding(book.folder.path(), "F-1").is_empty());
}
