//! Addresses of what is not there: every route with a number or an id in it says in words that it is not there, and
//! never shows a page that pretends; every word of a closed list and every number in a query is read, or refused.

use super::book::{Book, Said};
use axum::body::Body;
use axum::http::header;
use taizhang::http::router;

/// What stands for a part of a path: one that is there, one that is not, and what could be none at all.
fn values(part: &str, record: &str) -> [String; 3] {
    let [there, not_there, no_such]: [&str; 3] = match part {
        "record" => [record, "999999", "seven"],
        "entry" | "import" | "form" | "release" | "actor" => ["999999", "999999", "seven"],
        "unit" => ["999998", "999999", "seven"],
        "register" => ["well", "nowhere", "%2E%2E"],
        "account" => ["well.working", "well.nowhere", "%00"],
        "bulletin" => ["half-year", "nowhere", "%2E%2E"],
        "act" => ["edit", "nowhere", "%00"],
        "view" => ["offer", "inside", "%00"],
        "file" | "hash" => [&"0".repeat(64), &"0".repeat(64), "zz"],
        "board" | "paper" | "card" => ["nothing", "nowhere", "%00"],
        "code" => ["0000-0000-0000", "0000-0000-0000", "%00"],
        other => panic!("say what stands for {{{other}}}, and what is not there"),
    };
    [there, not_there, no_such].map(str::to_owned)
}

/// The parts of a path that take something.
fn parts(path: &str) -> Vec<&str> {
    let closed = path.split('}').filter_map(|piece| piece.split_once('{'));
    closed.map(|(_, name)| name).collect()
}

fn filled(path: &str, record: &str, wrong: (usize, usize)) -> String {
    let mut filled = path.to_owned();
    for (at, part) in parts(path).into_iter().enumerate() {
        let value = &values(part, record)[if at == wrong.0 { wrong.1 } else { 0 }];
        filled = filled.replacen(&format!("{{{part}}}"), value, 1);
    }
    filled
}

/// That an answer says no in words: a problem to programs, a page to readers.
fn told(path: &str, said: &Said) -> Result<(), String> {
    let why = || Err(format!("{path}: {} {}", said.status, said.text));
    if path.starts_with("/api/") {
        let kind = said.header(header::CONTENT_TYPE) == "application/problem+json";
        return if kind && !said.json()["detail"].as_str().unwrap_or_default().is_empty() {
            Ok(())
        } else {
            why()
        };
    }
    let words = said.text.contains("<p class=\"refused\">") && !said.text.contains("<p class=\"refused\"></p>");
    if words { Ok(()) } else { why() }
}

#[tokio::test]
async fn what_is_not_there_is_said_not_to_be_there() {
    let book = Book::new();
    let token = book.sign_in("keeper").await;
    let record = book.well(&token, "W-1", "1.1").await.to_string();
    let (mut asked, mut wrong) = (0, Vec::new());
    for route in router::routes().into_iter().filter(|route| route.method == "GET") {
        for at in 0..parts(route.path).len() {
            for (which, allowed) in [(1, &[404][..]), (2, &[400, 404])] {
                let path = filled(route.path, &record, (at, which));
                let said = book.get(&path, &token).await;
                asked += 1;
                if !allowed.contains(&said.status.as_u16()) {
                    wrong.push(format!("{path}: {}", said.status));
                } else if let Err(why) = told(&path, &said) {
                    wrong.push(why);
                }
            }
        }
    }
    assert!(asked > 80, "{asked} addresses");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Addresses with a word, a number or a day in their query that is none, and the name that the answer says.
const UNREADABLE: [(&str, &str); 53] = [
    ("/duties?view=nobody", "view"),
    ("/duties/units/UNIT?light=blue", "light"),
    ("/duties/units/UNIT?as_of=yesterday", "as_of"),
    ("/goals?by=nothing", "by"),
    ("/goals?as_of=2024-02-30", "as_of"),
    ("/goals/tree?as_of=x", "as_of"),
    ("/goals/roll-over?year=next", "year"),
    ("/goals/checks?as_of=x", "as_of"),
    ("/calendar?year=24", "year"),
    ("/burden?month=2024-13", "month"),
    ("/tour?step=0", "step"),
    ("/journal?before=last", "before"),
    ("/wall?as_of=x", "as_of"),
    ("/?as_of=x", "as_of"),
    ("/figures?as_of=x", "as_of"),
    ("/figures/well.working?from=x", "from"),
    ("/figures/well.working?to=x", "to"),
    ("/figures/well.working?after=x", "after"),
    ("/figures/well.working?from=2024-06-30&to=2024-01-01", "from"),
    ("/api/v1/trial?from=2024-06-30&to=2024-01-01", "from"),
    ("/figures/well.working?record=x", "record"),
    ("/ledger?from=x", "from"),
    ("/bulletins/half-year?as_of=x", "as_of"),
    ("/bulletins/half-year/file?as=rtf", "as"),
    ("/bulletins/half-year/unreported?as_of=x", "as_of"),
    ("/bulletins/half-year/changes?as_of=x", "as_of"),
    ("/bulletins/monthly/series?as_of=x", "as_of"),
    ("/records/RECORD?tab=nothing", "tab"),
    ("/records/RECORD?as_of=x", "as_of"),
    ("/records/RECORD/correct?entry=x", "entry"),
    ("/records/RECORD/merge?into=x", "into"),
    ("/registers/well?show=circle", "show"),
    ("/registers/well?view=nothing", "view"),
    ("/registers/well?stage=nothing", "stage"),
    ("/registers/well?size=7", "size"),
    ("/registers/well?page=0", "page"),
    ("/registers/well?after=x", "after"),
    ("/registers/well?join=some", "join"),
    ("/registers/well?cols=number,nothing", "cols"),
    ("/registers/well?show=groups&group=nothing", "group"),
    ("/registers/well?f1=number&op1=eq&v1=1&g1=x", "g1"),
    ("/registers/well/export?as=rtf", "as"),
    ("/registers/well/template?filled=perhaps", "filled"),
    ("/open/well/offer?page=x", "page"),
    ("/open/well/offer?as=circle", "as"),
    ("/api/v1/duties?view=nobody", "view"),
    ("/api/v1/burden?month=x", "month"),
    ("/api/v1/roll-over?year=x", "year"),
    ("/api/v1/registers/well/records?limit=0", "limit"),
    ("/api/v1/registers/well/records?cursor=x", "cursor"),
    ("/api/v1/figures/well.working/records?cursor=x", "cursor"),
    ("/api/v1/figures/well.working/postings?record=x", "record"),
    ("/api/v1/journal?after=x", "after"),
];

#[tokio::test]
async fn what_a_query_says_is_read_or_refused_by_its_name() {
    let book = Book::new();
    let token = book.sign_in("keeper").await;
    let record = book.well(&token, "W-1", "1.1").await.to_string();
    let units = book.get("/api/v1/units", &token).await.json();
    let unit = units["items"][0]["id"].to_string();
    let mut wrong = Vec::new();
    for (path, name) in UNREADABLE {
        let path = path.replace("RECORD", &record).replace("UNIT", &unit);
        let whole = path.split('?').next().unwrap_or_default();
        let fine = book.get(whole, &token).await;
        if !fine.status.is_success() && !whole.ends_with("correct") {
            wrong.push(format!("{whole}: {} {}", fine.status, fine.text));
        }
        let said = book.get(&path, &token).await;
        let named = said.text.contains(&format!("参数“{name}”"));
        if said.status != 400 || !named || told(&path, &said).is_err() {
            wrong.push(format!(
                "{path}: {} {}",
                said.status,
                said.text.chars().take(400).collect::<String>()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn a_unit_by_a_number_that_is_none_is_refused_and_never_counted_as_zero() {
    let book = Book::new();
    let token = book.sign_in("keeper").await;
    let record = book.well(&token, "W-1", "1.1").await;
    for unit in ["%23999999".to_owned(), format!("%23{record}"), "nowhere".to_owned()] {
        for path in [
            "/figures/well.working",
            "/api/v1/figures/well.working",
            "/registers/well",
            "/ledger",
            "/goals",
        ] {
            let said = book.get(&format!("{path}?unit={unit}"), &token).await;
            assert_eq!(said.status, 422, "{path} {unit}: {}", said.text);
        }
    }
}

#[tokio::test]
async fn a_moment_that_the_book_has_not_come_to_is_refused() {
    let book = Book::new();
    let token = book.sign_in("keeper").await;
    for known_at in ["-5", "99999999"] {
        for path in [
            "/figures/well.working",
            "/api/v1/figures/well.working",
            "/registers/well",
            "/goals",
        ] {
            let said = book.get(&format!("{path}?known_at={known_at}"), &token).await;
            let worded = said.text.contains(&format!("没有第 {known_at} 号流水"));
            assert!(said.status == 400 && worded, "{path} {known_at}: {}", said.text);
        }
    }
}

#[tokio::test]
async fn a_program_is_told_in_words_what_it_did_wrong() {
    let book = Book::new();
    let token = book.sign_in("keeper").await;
    let json = [("content-type", "application/json")];
    let open = "/api/v1/registers/well/records";
    let hand_over = r#"{"from": "nobody", "to": "clerk"}"#;
    let cases = [
        ("GET", "/api/v1/nothing", "", 404, "没有这个页面"),
        ("PUT", "/api/v1/registers", "{}", 405, "不接受这种方法"),
        ("POST", open, "{bad", 422, "请求体读不懂"),
        ("POST", open, "[1]", 422, "请求体读不懂"),
        ("POST", "/api/v1/duties/handovers", "{bad", 400, "读不懂"),
        ("POST", "/api/v1/duties/handovers", hand_over, 404, "没有用户“nobody”"),
        (
            "GET",
            "/api/v1/figures/well.working?unit=nowhere",
            "",
            422,
            "“单位”：没有单位“nowhere”",
        ),
    ];
    for (method, path, body, status, words) in cases {
        let said = book.call(method, path, &token, &json, Body::from(body)).await;
        assert_eq!(said.status, status, "{method} {path}: {}", said.text);
        assert_eq!(said.header(header::CONTENT_TYPE), "application/problem+json", "{path}");
        assert!(
            said.json()["detail"].as_str().unwrap_or_default().contains(words),
            "{path}: {}",
            said.text
        );
    }
}
