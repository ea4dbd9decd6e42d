//! Bulletins over HTTP: issued, withdrawn, compared, edited, taken as files; forms filled; lists taken along.
//!
//! Long because one book of wells and the ways to speak to it serve all of these tests.

use super::book::Book;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};
use std::io::{Cursor, Read};
use std::path::PathBuf;
use taizhang::import::workbench::parse_with;
use tower::ServiceExt;

/// An answer as bytes.
pub(crate) async fn bytes(book: &Book, path: &str, token: &str) -> (StatusCode, Vec<u8>) {
    let request = Request::builder()
        .uri(path)
        .header("host", "book.test")
        .header("authorization", format!("Bearer {token}"));
    let answer = book
        .router
        .clone()
        .oneshot(request.body(Body::empty()).expect("a request"))
        .await;
    let answer = answer.expect("an answer");
    let status = answer.status();
    (
        status,
        to_bytes(answer.into_body(), usize::MAX).await.expect("a body").to_vec(),
    )
}

/// One part of a zip.
fn part(zipped: Vec<u8>, name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(zipped)).expect("a zip");
    let mut text = String::new();
    archive
        .by_name(name)
        .expect("a part")
        .read_to_string(&mut text)
        .expect("text");
    text
}

/// All parts of a zip.
fn parts(zipped: &[u8]) -> std::collections::BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(zipped)).expect("a zip");
    let mut found = std::collections::BTreeMap::new();
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).expect("a part");
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).expect("bytes");
        found.insert(part.name().expect("a name").into_owned(), bytes);
    }
    found
}

pub(crate) async fn post_form(book: &Book, path: &str, token: &str, body: &str) -> super::book::Said {
    let kind = [("content-type", "application/x-www-form-urlencoded")];
    book.call("POST", path, token, &kind, Body::from(body.to_owned())).await
}

fn bulletin_of(book: &Book) -> String {
    let definition = book.app.definition().expect("a definition");
    definition.bulletins.first().expect("a bulletin").id.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_says_why_its_figures_are_others_now_and_can_be_withdrawn() {
    let book = Book::new();
    let token = book.sign_in("keeper").await;
    let id = bulletin_of(&book);
    book.well(&token, "W-1", "1.1").await;
    let said = book
        .send(
            "POST",
            &format!("/api/v1/bulletins/{id}/releases"),
            &token,
            &[],
            json!({ "as_of": "2024-06-30" }),
        )
        .await;
    assert_eq!(said.status, StatusCode::CREATED, "{}", said.text);
    let entry = said.json()["id"].as_i64().expect("an entry");
    assert_eq!(said.json()["proof"]["signature_alg"], "ed25519");

    // One more that came late, and one that is void since.
    let late = book.well(&token, "W-2", "1.1").await;
    let now = book.get(&format!("/api/v1/releases/{entry}"), &token).await.json();
    let change = now["changed_since"]
        .as_array()
        .expect("changes")
        .iter()
        .find(|change| change["parts"][0]["amount"] != Value::Null);
    let change = change.unwrap_or_else(|| panic!("{now}"));
    assert_eq!(change["parts"][0]["cause"], "late", "{change}");
    let body = json!({ "reason": "never dug" });
    let void = book
        .send("DELETE", &format!("/api/v1/records/{late}"), &token, &[], body)
        .await;
    assert_eq!(void.status, StatusCode::OK, "{}", void.text);
    let now = book.get(&format!("/api/v1/releases/{entry}"), &token).await.json();
    assert_eq!(now["changed_since"], json!([]), "{now}");
    let page = book.get(&format!("/releases/{entry}"), &token).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert!(
        page.text.contains("至今没有变化") && !page.text.contains("排出的文稿与发布时不同"),
        "{}",
        page.text
    );

    // Nobody issues a day that has not come, or withdraws without a reason or the right.
    let ahead = book
        .send(
            "POST",
            &format!("/api/v1/bulletins/{id}/releases"),
            &token,
            &[],
            json!({ "as_of": "2024-12-31" }),
        )
        .await;
    assert_eq!(ahead.status, StatusCode::UNPROCESSABLE_ENTITY);
    let path = format!("/api/v1/releases/{entry}/withdraw");
    let without = book.send("POST", &path, &token, &[], json!({})).await;
    assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
    let other = book.sign_in("clerk").await;
    let not_theirs = book.send("POST", &path, &other, &[], json!({ "reason": "x" })).await;
    assert_eq!(
        not_theirs.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        not_theirs.text
    );
    let done = book
        .send("POST", &path, &token, &[], json!({ "reason": "a wrong sheet" }))
        .await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    let now = book.get(&format!("/api/v1/releases/{entry}"), &token).await.json();
    assert_eq!(now["withdrawn"], "a wrong sheet");
    let again = book
        .send("POST", &path, &token, &[], json!({ "reason": "again" }))
        .await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_is_edited_and_every_file_says_the_same() {
    let book = Book::new();
    let token = book.sign_in("keeper").await;
    let id = bulletin_of(&book);
    book.well(&token, "W-1", "1.1").await;
    let wrong = post_form(
        &book,
        &format!("/bulletins/{id}/edit"),
        &token,
        "text=%7B%7B+f(%22no.such%22)+%7D%7D",
    )
    .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.text);
    let supposed = "text=%7B%7B+scenario(%22more+wells%22)+%7D%7D";
    let supposed = post_form(&book, &format!("/bulletins/{id}/edit"), &token, supposed).await;
    assert_eq!(supposed.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(supposed.text.contains("推演的数字不能进通报"), "{}", supposed.text);
    let text = "# Wells\n\nIn use: {{ f(\"well.working\") }}; \
                {{ turn(\"well.working\", than=\"2024-01-01\", up=\"{} more\", down=\"{} fewer\", same=\"as before\") }}; \
                {{ typed(\"7\", source=\"a letter\") }}, 12 of them old.\n\n{{ table(\"well.working\") }}\n\n\
                {{ chart(\"well.working\", by=\"month\", kind=\"line\") }}\n";
    let form: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let saved = post_form(&book, &format!("/bulletins/{id}/edit"), &token, &format!("text={form}")).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    let page = book
        .get(&format!("/bulletins/{id}?as_of=2024-06-30"), &token)
        .await
        .text;
    for wanted in [
        "1</a> more",
        "<svg",
        "Upper Village",
        "a letter",
        "class=\"by-hand\"",
        ">12※</span> of them old",
    ] {
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
    let (status, docx) = bytes(&book, &format!("/bulletins/{id}/file?as=docx&as_of=2024-06-30"), &token).await;
    assert_eq!(status, StatusCode::OK);
    let document = part(docx, "word/document.xml");
    for wanted in [
        "In use: 1; 1 more; ",
        ", 12※ of them old",
        "※ Numbers typed in by hand, not from the book: 12",
        "Upper Village",
        "a letter",
        "Hello County",
        "rIdChart1",
    ] {
        assert!(document.contains(wanted), "{wanted}: {document}");
    }
    let (_, text) = bytes(&book, &format!("/bulletins/{id}/file?as=md&as_of=2024-06-30"), &token).await;
    let text = String::from_utf8(text).expect("text");
    assert!(
        text.contains(", 12※ of them old")
            && text
                .trim_end()
                .ends_with("※ Numbers typed in by hand, not from the book: 12"),
        "{text}"
    );
    let clerk = book.sign_in("clerk").await;
    let refused = post_form(&book, &format!("/bulletins/{id}/edit"), &clerk, "text=x").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_leaves_as_it_is_on_the_screen_and_the_leaving_is_written_down() {
    let book = Book::new();
    let token = book.sign_in("keeper").await;
    book.well(&token, "W-1", "1.1").await;
    book.well(&token, "W-2", "1.2").await;
    let (status, sheet) = bytes(&book, "/registers/well/export?unit=1.1", &token).await;
    assert_eq!(status, StatusCode::OK);
    let shared = part(sheet, "xl/worksheets/sheet1.xml");
    assert!(shared.contains("W-1") && !shared.contains("W-2"), "{shared}");
    let mut reading = book.app.reading().expect("a reading");
    let definition = book.app.definition().expect("a definition");
    let log = definition.register_named("export_log").expect("the log");
    assert_eq!(
        taizhang_store::record::count(reading.conn().expect("a connection"), log).expect("counted"),
        1
    );
}

/// A register with everything that an export must keep: groups, money, days, codes, what is personal, what would run.
pub(crate) fn of_firms(files: &mut std::collections::BTreeMap<String, String>) {
    let register = r#"
name = "Firms"
key = ["code"]
unit = "village"
title = ["name"]
field = [
  { id = "code", name = "Code", type = "text", required = true },
  { id = "name", name = "Name", type = "text" },
  { id = "village", name = "Village", type = "unit", required = true },
  { id = "total", name = "Total", type = "money" },
  { id = "paid", name = "Paid", type = "money" },
  { id = "from", name = "Since", type = "date" },
  { id = "owner", name = "Owner", type = "person" },
]
section = [
  { id = "money", name = "Money", show = "fields", fields = ["total", "paid"] },
  { id = "who", name = "Who", show = "fields", fields = ["owner"] },
]
view = [{ id = "all", name = "All", columns = ["name", "code", "total", "paid", "from", "owner"], sort = ["-total"] }]
"#;
    files.insert("registers/firm.toml".to_owned(), register.to_owned());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workbook_that_leaves_is_what_the_screen_shows_and_nothing_in_it_runs() {
    use calamine::{Data, Reader};
    let book = Book::changed(&of_firms);
    let token = book.sign_in("keeper").await;
    let firms = [
        ("0071", "=HYPERLINK(\"x\")", "1.1", "1234567.8", "0.05", "2024-02-29"),
        ("410402198001010000", "@cmd", "1.1", "2", "1", "2024-06-30"),
        ("+1", "-2+3", "1.1", "9", "", ""),
        ("9", "elsewhere", "1.2", "5", "5", "2024-01-01"),
    ];
    for (code, name, village, total, paid, from) in firms {
        let mut set = json!({ "code": code, "name": name, "village": village, "total": total, "owner": "张三" });
        for (field, text) in [("paid", paid), ("from", from)] {
            if !text.is_empty() {
                set[field] = json!(text);
            }
        }
        let body = json!({ "occurred_on": "2024-06-30", "set": set });
        let said = book
            .send("POST", "/api/v1/registers/firm/records", &token, &[], body)
            .await;
        assert_eq!(said.status, StatusCode::CREATED, "{}", said.text);
    }
    let (status, bytes) = bytes(&book, "/registers/firm/export?unit=1.1", &token).await;
    assert_eq!(status, StatusCode::OK);

    // Read by another reader than ours.
    let mut workbook = calamine::Xlsx::new(Cursor::new(bytes.clone())).expect("a workbook");
    let sheet = workbook.worksheet_range_at(0).expect("a sheet").expect("read");
    let rows: Vec<Vec<Data>> = sheet.rows().map(<[Data]>::to_vec).collect();
    let text = |row: usize, col: usize| rows[row][col].to_string();
    assert_eq!(text(0, 0), "Firms", "the title");
    let line: String = rows[1].iter().map(ToString::to_string).collect();
    for wanted in ["Upper Village", "2024年6月30日", "keeper"] {
        assert!(line.contains(wanted), "unit, day and who made it: {line}");
    }
    // The same columns in the same order, groups over their members.
    let heads: Vec<String> = (0..6)
        .map(|col| {
            if text(3, col).is_empty() {
                text(2, col)
            } else {
                text(3, col)
            }
        })
        .collect();
    assert!(
        heads[0] == "Name" && heads[1] == "Code" && heads[2].starts_with("Total") && heads[5] == "Owner",
        "{heads:?}"
    );
    assert_eq!(text(2, 2), "Money");
    // The same rows in the same order: the dearest first, none of the other village.
    let names: Vec<String> = (4..7).map(|row| text(row, 0)).collect();
    assert_eq!(names, ["=HYPERLINK(\"x\")", "-2+3", "@cmd"]);
    assert!(
        rows[4..7]
            .iter()
            .all(|row| matches!(row[0], Data::String(_)) && matches!(row[1], Data::String(_)))
    );
    assert_eq!(
        (text(4, 1), text(6, 1)),
        ("0071".to_owned(), "410402198001010000".to_owned()),
        "codes keep their digits"
    );
    assert_eq!(rows[4][2], Data::Float(1_234_567.8), "money is a number");
    assert!(
        matches!(&rows[4][4], Data::DateTime(day) if day.as_f64() == 45_351.0),
        "a day is a day: {:?}",
        rows[4][4]
    );
    assert!(
        rows[4..7].iter().all(|row| row[5] == "***"),
        "what is personal is masked"
    );

    let xml = part(bytes.clone(), "xl/worksheets/sheet1.xml");
    let styles = part(bytes.clone(), "xl/styles.xml");
    assert!(
        styles.contains("#,##0.00") && styles.contains("yyyy-mm-dd"),
        "two places, real days: {styles}"
    );
    // Formulas are the program's own sums alone, with the result kept for readers that do not compute.
    let formulas: Vec<&str> = xml
        .split("<f>")
        .skip(1)
        .filter_map(|rest| rest.split("</f>").next())
        .collect();
    assert_eq!(formulas, ["SUM(C5:C7)", "SUM(D5:D7)"]);
    assert!(xml.contains("<f>SUM(C5:C7)</f><v>1234578.8"), "{xml}");
    assert!(
        xml.contains("<mergeCell ref=\"A1:F1\"") && xml.contains("<mergeCell ref=\"C3:D3\""),
        "{xml}"
    );
    // A4, as wide as a page, heads again on every page.
    assert!(
        xml.contains("paperSize=\"9\"") && xml.contains("fitToHeight=\"0\""),
        "{xml}"
    );
    assert!(part(bytes, "xl/workbook.xml").contains("_xlnm.Print_Titles"));
    // Written down: who, what, by which filter, how many.
    let log = book
        .get("/api/v1/registers/export_log/records", &book.sign_in("it").await)
        .await
        .json();
    let logged = &log["items"][0]["fields"];
    assert!(
        logged["register"] == "firm" && logged["records"].to_string().contains('3'),
        "{log}"
    );
    assert!(
        logged["filter"].as_str().is_some_and(|filter| filter.contains("1.1")),
        "{log}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn two_records_that_were_one_become_one() {
    let book = Book::new();
    let token = book.sign_in("keeper").await;
    let kept = book.well(&token, "W-1", "1.1").await;
    let dropped = book.well(&token, "W-01", "1.1").await;
    let page = book.get(&format!("/records/{dropped}/merge?into={kept}"), &token).await;
    assert!(
        page.status.is_success() && page.text.contains("各数字的变化"),
        "{}",
        page.text
    );
    let told = book
        .get(&format!("/api/v1/records/{dropped}/merge?into={kept}"), &token)
        .await
        .json();
    let loses = |account: &str| {
        told["figures"]
            .as_array()
            .expect("figures")
            .iter()
            .any(|one| one["account"] == account)
    };
    assert!(loses("well.working") && told["figures"][0]["change"] == "-1", "{told}");
    let without = json!({ "into": kept });
    let refused = book
        .send(
            "POST",
            &format!("/api/v1/records/{dropped}/merge"),
            &token,
            &[],
            without,
        )
        .await;
    assert_eq!(
        refused.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "a reason is needed: {}",
        refused.text
    );
    let done = post_form(
        &book,
        &format!("/records/{dropped}/merge"),
        &token,
        &format!("into={kept}&reason=same+well"),
    )
    .await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    assert_eq!(book.figure(&token, "as_of=2024-06-30").await["value"], "1");
    let entries = book
        .get(&format!("/api/v1/records/{dropped}/entries"), &token)
        .await
        .text;
    assert!(entries.contains(&format!("#{kept}")), "{entries}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merging_says_what_the_kept_record_takes_over_and_what_that_is_worth() {
    let book = Book::changed(&of_villages);
    let token = book.sign_in("keeper").await;
    let kept = book.well(&token, "W-1", "1.1").await;
    let dropped = book.well(&token, "W-01", "1.1").await;
    let body = json!({ "occurred_on": "2024-06-30", "set": { "depth": "30" } });
    let known = book
        .send("PATCH", &format!("/api/v1/records/{dropped}"), &token, &[], body)
        .await;
    assert_eq!(known.status, StatusCode::OK, "{}", known.text);
    let path = format!("/api/v1/records/{dropped}/merge?into={kept}");
    let told = book.get(&path, &token).await.json();
    assert_eq!(told["takes"], json!([{ "field": "depth", "value": "30" }]), "{told}");
    // One well less, and no metre: the other one has them from the same day on.
    let moved = |account: &str| {
        let figures = told["figures"].as_array().expect("figures").iter();
        figures.filter(|one| one["account"] == account).count()
    };
    assert_eq!((moved("well.working"), moved("well.depth")), (1, 0), "{told}");
    let body = json!({ "into": kept, "reason": "one and the same" });
    let done = book
        .send("POST", &format!("/api/v1/records/{dropped}/merge"), &token, &[], body)
        .await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    let depth = book
        .get("/api/v1/figures/well.depth?as_of=2024-06-30", &token)
        .await
        .json();
    assert_eq!(depth["value"], "30", "{depth}");
    let page = book.get(&format!("/records/{kept}"), &token).await.text;
    assert!(
        page.contains(&format!("/records/{kept}/merge")),
        "the page leads there: {page}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_bound_once_and_filled_for_any_day() {
    parse_with(PathBuf::from(env!("CARGO_BIN_EXE_taizhang")));
    let book = Book::new();
    let token = book.sign_in("keeper").await;
    book.well(&token, "W-1", "1.1").await;
    let (_, template) = bytes(&book, "/api/v1/registers/well/template", &token).await;
    let mut body = b"--b\r\ncontent-disposition: form-data; name=\"name\"\r\n\r\nForm 1\r\n".to_vec();
    body.extend_from_slice(b"--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"form.xlsx\"\r\n\r\n");
    body.extend_from_slice(&template);
    body.extend_from_slice(b"\r\n--b--\r\n");
    let kind = [("content-type", "multipart/form-data; boundary=b")];
    let brought = book.call("POST", "/forms", &token, &kind, Body::from(body)).await;
    assert_eq!(brought.status, StatusCode::SEE_OTHER, "{}", brought.text);
    let way = brought.header(axum::http::header::LOCATION).to_owned();
    let wrong = post_form(&book, &way, &token, "bindings=nonsense").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let bound = post_form(&book, &way, &token, "bindings=%E5%8F%B0%E8%B4%A6!C9+%3D+well.working").await;
    assert_eq!(bound.status, StatusCode::SEE_OTHER, "{}", bound.text);
    let page = book.get(&way, &token).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    // A block of two lines takes the first two of three records, and the page says that one found none.
    book.well(&token, "W-2", "1.2").await;
    book.well(&token, "W-3", "1.2").await;
    let rows = "台账!C9 = well.working\n台账!A20:B21 = rows well, columns=number+village";
    let form: String = rows.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let bound = post_form(&book, &way, &token, &format!("bindings={form}")).await;
    assert_eq!(bound.status, StatusCode::SEE_OTHER, "{}", bound.text);
    let page = book.get(&way, &token).await.text;
    assert!(page.contains("A20:B21") && page.contains("还有 1 条"), "{page}");
    let wrong = post_form(
        &book,
        &way,
        &token,
        "bindings=%E5%8F%B0%E8%B4%A6!A2:B3+%3D+rows+well,+columns%3Dnone",
    )
    .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let (status, filled) = bytes(&book, &format!("{way}/file?as_of=2024-06-30"), &token).await;
    assert_eq!(status, StatusCode::OK, "{}", String::from_utf8_lossy(&filled));
    let sheet = part(filled.clone(), "xl/worksheets/sheet1.xml");
    assert!(sheet.contains("r=\"C9\"") && sheet.contains("<v>3</v>"), "{sheet}");
    for (cell, text) in [("A20", "W-1"), ("B20", "Upper Village"), ("A21", "W-2")] {
        let held = sheet.split(&format!("r=\"{cell}\"")).nth(1).unwrap_or_default();
        assert!(
            held.split("</c>").next().unwrap_or_default().contains(text),
            "{cell}: {sheet}"
        );
    }
    assert!(!sheet.contains("r=\"A22\""), "{sheet}");
    assert!(
        sheet.contains("<dimension ref=\"A1:") && page.contains("没有对应的空格"),
        "{sheet} {page}"
    );
    assert!(
        sheet.contains("21\"/>"),
        "the sheet says that it is as long as it is now: {sheet}"
    );
    // Every other part is what it was, byte for byte; of the sheet itself all but the cells and its range.
    let (was, is) = (parts(&template), parts(&filled));
    assert_eq!(was.keys().collect::<Vec<_>>(), is.keys().collect::<Vec<_>>());
    for (name, bytes) in &was {
        assert!(name == "xl/worksheets/sheet1.xml" || *bytes == is[name], "{name}");
    }
    let frame = |sheet: &str| {
        let (before, rest) = sheet.split_once("<sheetData>").expect("rows");
        let (_, after) = rest.split_once("</sheetData>").expect("an end of rows");
        let (head, tail) = before.split_once("<dimension").expect("a range");
        format!("{head}{}{after}", tail.split_once("/>").expect("an end").1)
    };
    assert_eq!(frame(&sheet), frame(&part(template, "xl/worksheets/sheet1.xml")));
    // Who took it along is written down: the block of records, and the form with its figures.
    let log = book
        .get(
            "/api/v1/registers/export_log/records?limit=50",
            &book.sign_in("it").await,
        )
        .await;
    let rows = log.json()["items"].as_array().expect("rows").clone();
    let taken = |register: &str| rows.iter().filter(|row| row["fields"]["register"] == register).count();
    assert_eq!((taken("well"), taken("report_form")), (1, 1), "{}", log.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_releases_what_nobody_else_approved_as_it_stands() {
    let book = Book::new();
    let (first, second) = (book.sign_in("keeper").await, book.sign_in("second").await);
    let body = json!({ "as_of": "2024-06-30" });
    let act = |what: &str, token: String| {
        let path = format!("/api/v1/bulletins/monthly/{what}");
        let (book, body) = (&book, body.clone());
        async move { book.send("POST", &path, &token, &[], body).await }
    };
    let alone = act("releases", first.clone()).await;
    assert_eq!(alone.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", alone.text);
    let own = act("approvals", first.clone()).await;
    assert_eq!(own.status, StatusCode::CREATED, "{}", own.text);
    // One's own approval is none.
    assert_eq!(
        act("releases", first.clone()).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let page = book.get("/bulletins/monthly?as_of=2024-06-30", &second).await;
    assert!(page.text.contains("审签这份文稿"), "{}", page.text);
    assert_eq!(act("approvals", second.clone()).await.status, StatusCode::CREATED);
    assert_eq!(
        act("approvals", second.clone()).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    // A figure that moved since needs another approval.
    book.well(&first, "W-7", "1.1").await;
    assert_eq!(
        act("releases", first.clone()).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(act("approvals", second.clone()).await.status, StatusCode::CREATED);
    let released = act("releases", first.clone()).await;
    assert_eq!(released.status, StatusCode::CREATED, "{}", released.text);
    let clerk = book.sign_in("clerk").await;
    assert_eq!(act("approvals", clerk).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_that_is_due_is_made_once_and_says_who_has_not_reported() {
    let book = Book::new();
    let token = book.sign_in("keeper").await;
    assert_eq!(taizhang::bulletin::drafts::make(&book.app).expect("made"), 1);
    assert_eq!(taizhang::bulletin::drafts::make(&book.app).expect("made"), 0);
    let drafts = taizhang::bulletin::drafts::all(&book.app).expect("drafts");
    assert_eq!(
        (drafts[0].bulletin.as_str(), drafts[0].as_of.to_string().as_str()),
        ("monthly", "2024-05-31")
    );
    let page = book.get("/bulletins", &token).await;
    let address = format!(
        "/bulletins/monthly?as_of=2024-05-31&amp;known_at={}",
        drafts[0].known_at
    );
    assert!(page.text.contains(&address), "{}", page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn releases_that_race_get_numbers_of_their_own_and_no_day_to_come_is_released() {
    let book = Book::new();
    let id = bulletin_of(&book);
    let scope = book.app.program_scope().expect("a scope");
    let release = |day: &str| taizhang::bulletin::release::release(&book.app, &scope, &id, day.parse().expect("a day"));
    let numbers = std::thread::scope(|threads| {
        let racing: Vec<_> = (0..4)
            .map(|_| threads.spawn(|| release("2024-06-30").expect("released")))
            .collect();
        racing
            .into_iter()
            .map(|one| one.join().expect("ended").release_no)
            .collect::<std::collections::BTreeSet<_>>()
    });
    assert_eq!(numbers, [1, 2, 3, 4].into());
    // While an import is being written its figures are half told.
    let import = taizhang_store::import::Import {
        id: 0,
        actor: scope.actor,
        state: "writing".to_owned(),
        done: 0,
        total: 0,
        detail: serde_json::json!({ "beat": book.app.clock().now() }).to_string(),
        started_at: book.app.clock().now(),
    };
    let kept = import.clone();
    let (send, receive) = std::sync::mpsc::channel();
    let open = book.app.store().writer().act(move |writer| {
        let _ = send.send(taizhang_store::import::add(&mut *writer.conn, &kept)?);
        writer.conn.commit()
    });
    open.expect("an open import");
    let id_of_import = receive.recv().expect("a number");
    let said = book
        .app
        .locale()
        .error(&release("2024-06-30").expect_err("an open import"));
    assert!(said.contains(&format!("第 {id_of_import} 号")), "{said}");
    let ended = taizhang_store::import::Import {
        id: id_of_import,
        state: "done".to_owned(),
        ..import
    };
    let close = book.app.store().writer().act(move |writer| {
        taizhang_store::import::set(&mut *writer.conn, &ended)?;
        writer.conn.commit()
    });
    close.expect("closed");
    assert_eq!(release("2024-06-30").expect("released").release_no, 5);
    let said = book
        .app
        .locale()
        .error(&release("2024-07-01").expect_err("a day to come"));
    assert!(said.contains("2024-07-01"), "{said}");
}

/// A pack in which each village has a bulletin of its own, and its head may release it.
fn of_villages(files: &mut std::collections::BTreeMap<String, String>) {
    let text = "+++\nname = \"Village wells\"\nperiod = \"month\"\nscheduled = true\npublic = true\neach = \"village\"\nwithin = \"1\"\n\
                head = \"Villages\"\nnumber = \"V〔{year}〕{no}\"\n+++\nIn {{ unit }} {{ f(\"well.working\") }} in use, \
                {{ f(\"well.depth\") }} deep\
                {% if last %}, \
                {{ turn(\"well.working\", than=last, up=\"{} more\", down=\"{} fewer\", same=\"as many\") }} \
                than on {{ last }}{% endif %}.\n";
    files.insert("bulletins/village.md".to_owned(), text.to_owned());
    let head = r#"role = [{ id = "head", name = "Head", may = ["read:below", "write:below", "release:below"] }, "#;
    let pack = files.get_mut("pack.toml").expect("the pack");
    *pack = pack.replacen("role = [", head, 1);
    let well = files.get_mut("registers/well.toml").expect("the register");
    *well = well.replacen(
        "field = [",
        "field = [{ id = \"depth\", name = \"Depth\", type = \"integer\" }, ",
        1,
    );
    let account = "account = [{ id = \"well.depth\", name = \"Depth of wells\", measure = \"sites\", \
                   stock = { when = 'stage == \"working\"', amount = \"depth\" } }, ";
    *well = well.replacen("account = [", account, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_unit_has_a_bulletin_of_its_own_with_numbers_drafts_and_a_last_one() {
    let book = Book::changed(&of_villages);
    book.hire("head", "1.1", "head");
    let (keeper, head) = (book.sign_in("keeper").await, book.sign_in("head").await);
    let first = book.well(&keeper, "W-1", "1.1").await;
    let second = book.well(&keeper, "W-2", "1.2").await;
    let body = json!({ "occurred_on": "2024-03-05", "set": { "depth": "30" } });
    let known = book
        .send("PATCH", &format!("/api/v1/records/{first}"), &keeper, &[], body)
        .await;
    assert_eq!(known.status, StatusCode::OK, "{}", known.text);

    // A draft for the county and for each village, once; the second village has not said how deep.
    assert_eq!(taizhang::bulletin::drafts::make(&book.app).expect("made"), 3);
    assert_eq!(taizhang::bulletin::drafts::make(&book.app).expect("made"), 0);
    let series = book.get("/api/v1/bulletins/village/series", &keeper).await.json();
    let drafted = |at: usize| series["items"][at]["periods"][0]["drafted"]["silent"].clone();
    assert_eq!(series["items"][0]["id"], "village@1.1", "{series}");
    assert_eq!(
        (series["as_of"].as_str(), drafted(0), drafted(1)),
        (Some("2024-05-31"), json!(0), json!(1)),
        "{series}"
    );
    let silent = book
        .get("/api/v1/bulletins/village@1.2/unreported?as_of=2024-05-31", &keeper)
        .await
        .json();
    assert_eq!(
        silent["items"],
        json!([{ "unit": "Lower Village", "figures": ["Depth of wells"] }])
    );
    let due = book.get("/bulletins", &keeper).await.text;
    assert!(due.contains("已发布 0/2，已拟稿 2"), "{due}");

    // The head of one village releases that one's and no other's; what is released is about that village alone.
    let release = |unit: &str, day: &str, token: &str| {
        let (path, token) = (format!("/api/v1/bulletins/village@{unit}/releases"), token.to_owned());
        let (book, body) = (&book, json!({ "as_of": day }));
        async move { book.send("POST", &path, &token, &[], body).await }
    };
    let own = release("1.1", "2024-05-31", &head).await;
    assert_eq!(own.status, StatusCode::CREATED, "{}", own.text);
    let other = release("1.2", "2024-05-31", &head).await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", other.text);
    assert_eq!(
        release("1", "2024-05-31", &keeper).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(
        release("9", "2024-05-31", &head).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(release("1.2", "2024-05-31", &keeper).await.json()["release_no"], 1);
    let id = own.json()["id"].as_i64().expect("an entry");
    let page = book.get(&format!("/releases/{id}"), &head).await.text;
    for wanted in [
        "Village wells (Upper Village)",
        "V〔2024〕1",
        "Upper Village",
        "well.working?unit=1.1&amp;as_of=2024-05-31",
    ] {
        assert!(page.contains(wanted), "{wanted}: {page}");
    }

    // Anybody reads it under the name of its unit.
    let public = book.get("/open/bulletins", "").await.text;
    assert!(
        public.contains(">Village wells（Upper Village）</a>") && !public.contains("1.1）"),
        "{public}"
    );

    // The next one is compared with the last of the same village, numbered behind it, and says which units changed.
    let body = json!({ "occurred_on": "2024-06-05" });
    let broken = book
        .send(
            "POST",
            &format!("/api/v1/records/{second}/moves/fail"),
            &keeper,
            &[],
            body,
        )
        .await;
    assert_eq!(broken.status, StatusCode::OK, "{}", broken.text);
    let text = |unit: &str| {
        let path = format!("/bulletins/village@{unit}/file?as=md&as_of=2024-06-30");
        let (book, token) = (&book, keeper.clone());
        async move { book.get(&path, &token).await.text }
    };
    assert_eq!(
        text("1.1").await.trim(),
        "In Upper Village 1 in use, 30 deep, as many than on 2024-05-31."
    );
    let other = text("1.2").await;
    assert!(
        other.contains("In Lower Village 0 in use, ") && other.contains(", 1 fewer than on 2024-05-31"),
        "{other}"
    );
    assert_eq!(release("1.1", "2024-06-30", &head).await.json()["release_no"], 2);
    let page = book.get("/bulletins/village/series?as_of=2024-06-30", &head).await.text;
    assert!(
        page.contains("已发布第 2 号") && page.contains("已发布第 1 号") && page.contains("Lower Village"),
        "{page}"
    );

    // Another year begins with the first number again.
    assert_eq!(release("1.1", "2023-12-31", &head).await.json()["release_no"], 1);
}
