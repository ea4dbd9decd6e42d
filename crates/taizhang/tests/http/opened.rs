//! What leaves the program as a workbook is opened by LibreOffice: a list, an empty template, a workbook with marked
//! cells, a superior's form that was filled in. Numbers, totals and texts are what they were, formulas computed anew.

use super::book::Book;
use super::bulletins::{bytes, of_firms, post_form};
use super::imports::bring_and_rest;
use super::office;
use axum::body::Body;
use axum::http::StatusCode;
use rust_xlsxwriter::{Format, Workbook};
use serde_json::json;
use std::path::PathBuf;

/// The rows of a workbook that the server sends.
async fn opened(book: &Book, path: &str, token: &str, name: &str) -> Vec<Vec<String>> {
    let (status, content) = bytes(book, path, token).await;
    assert_eq!(status, StatusCode::OK, "{path}: {}", String::from_utf8_lossy(&content));
    let file = book.folder.path().join(name);
    std::fs::write(&file, content).expect("written");
    office::rows(&file)
}

fn row<'a>(rows: &'a [Vec<String>], first: &str) -> &'a [String] {
    let found = rows.iter().find(|row| row.iter().any(|cell| cell == first));
    found.unwrap_or_else(|| panic!("no row with {first}: {rows:?}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_office_program_opens_a_list_with_its_totals_and_a_template() {
    let book = Book::changed(&of_firms);
    let token = book.sign_in("keeper").await;
    for (code, total, paid) in [("0071", "1234567.8", "0.05"), ("410402198001010000", "2", "1")] {
        let set = json!({ "code": code, "name": "=1+1", "village": "1.1", "total": total, "paid": paid, "from": "2024-02-29" });
        let body = json!({ "occurred_on": "2024-06-30", "set": set });
        let said = book
            .send("POST", "/api/v1/registers/firm/records", &token, &[], body)
            .await;
        assert_eq!(said.status, StatusCode::CREATED, "{}", said.text);
    }
    let rows = opened(&book, "/registers/firm/export?unit=1.1", &token, "list.xlsx").await;
    assert_eq!(rows[0][0], "Firms");
    // What would be a formula is a text, a code keeps its digits, money has two places, a day is a day.
    assert_eq!(
        row(&rows, "0071")[..5],
        ["=1+1", "0071", "1,234,567.80", "0.05", "2024-02-29"]
    );
    assert_eq!(row(&rows, "410402198001010000")[2], "2.00");
    let last = rows
        .iter()
        .rfind(|row| row.iter().any(|cell| !cell.is_empty()))
        .expect("a last row");
    assert_eq!(
        last[2..4],
        ["1,234,569.80", "1.05"],
        "totals, computed by the office program"
    );
    let printed = office::pages(&book.folder.path().join("list.xlsx"));
    assert!(printed.len() == 1 && printed[0].contains("1,234,569.80"), "{printed:?}");

    // A list that names no unit is that of whoever takes it along.
    let rows = opened(&book, "/registers/firm/export", &token, "whole.xlsx").await;
    assert!(rows[1].concat().contains("填报单位：Hello County"), "{rows:?}");

    let rows = opened(&book, "/api/v1/registers/firm/template", &token, "template.xlsx").await;
    assert!(
        row(&rows, "Code").iter().any(|cell| cell.starts_with("Village")),
        "{rows:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_office_program_opens_the_senders_workbook_with_its_reasons() {
    let book = Book::new();
    let token = book.sign_in("keeper").await;
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let bold = Format::new().set_bold();
    for (at, (number, village)) in [("Number", "Village"), ("W-1", "1.1"), ("W-2", "nowhere")]
        .iter()
        .enumerate()
    {
        let at = u32::try_from(at).expect("a row");
        sheet.write_string_with_format(at, 0, *number, &bold).expect("written");
        sheet.write_string(at, 1, *village).expect("written");
    }
    sheet.write_formula(4, 3, "=COUNTA(A2:A3)*21").expect("written");
    let content = workbook.save_to_buffer().expect("a workbook");
    let fields = [("register", "well"), ("occurred_on", "2024-03-01")];
    let id = bring_and_rest(&book, &token, "wells.xlsx", &content, &fields).await;
    let rows = opened(&book, &format!("/api/v1/imports/{id}/workbook"), &token, "marked.xlsx").await;
    let why = rows[0].iter().position(|head| head == "错误原因");
    let why = why.unwrap_or_else(|| panic!("no column of reasons: {rows:?}"));
    let wrong = &row(&rows, "W-2")[why];
    assert!(wrong.contains("nowhere") && wrong.contains("Village"), "{rows:?}");
    assert_eq!(row(&rows, "W-1")[why], "", "{rows:?}");
    // What the sender had computed is computed still.
    assert!(rows[4].iter().any(|cell| cell == "42"), "{rows:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_office_program_opens_a_filled_form_and_its_own_sums_follow() {
    taizhang::import::workbench::parse_with(PathBuf::from(env!("CARGO_BIN_EXE_taizhang")));
    let book = Book::new();
    let token = book.sign_in("keeper").await;
    for number in ["W-1", "W-2", "W-3"] {
        book.well(&token, number, "1.1").await;
    }
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("Form 3").expect("a name");
    sheet
        .merge_range(0, 0, 0, 3, "What the city asks", &Format::new().set_bold())
        .expect("a title");
    sheet.write_string(1, 0, "in use").expect("written");
    sheet.write_string(2, 0, "in use, again").expect("written");
    sheet.write_string(3, 0, "sum").expect("written");
    sheet.write_formula(3, 1, "=SUM(B2:B3)").expect("written");
    sheet.write_string(4, 0, "left alone").expect("written");
    let form = workbook.save_to_buffer().expect("a workbook");
    let mut body = b"--b\r\ncontent-disposition: form-data; name=\"name\"\r\n\r\nForm 3\r\n".to_vec();
    body.extend_from_slice(b"--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"form.xlsx\"\r\n\r\n");
    body.extend_from_slice(&form);
    body.extend_from_slice(b"\r\n--b--\r\n");
    let kind = [("content-type", "multipart/form-data; boundary=b")];
    let brought = book.call("POST", "/forms", &token, &kind, Body::from(body)).await;
    assert_eq!(brought.status, StatusCode::SEE_OTHER, "{}", brought.text);
    let way = brought.header(axum::http::header::LOCATION).to_owned();
    let bindings = "bindings=Form 3!B2 = well.working\nForm 3!B3 = well.working"
        .replace(' ', "+")
        .replace('\n', "%0A");
    let bound = post_form(&book, &way, &token, &bindings).await;
    assert_eq!(bound.status, StatusCode::SEE_OTHER, "{}", bound.text);
    let rows = opened(&book, &format!("{way}/file?as_of=2024-06-30"), &token, "form.xlsx").await;
    assert_eq!(rows[0][0], "What the city asks");
    assert_eq!((rows[1][1].as_str(), rows[2][1].as_str()), ("3", "3"), "{rows:?}");
    assert_eq!(rows[3][1], "6", "the form's own sum: {rows:?}");
    assert_eq!(rows[4][0], "left alone");
}
