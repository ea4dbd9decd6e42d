//! The pages in English: whoever follows every link finds no Chinese outside what the book itself holds.

use super::book::Book;
use axum::body::Body;
use axum::http::header;
use std::collections::{BTreeSet, VecDeque};
use taizhang_core::day::Day;
use taizhang_core::definition::Lang;

/// How many pages are looked at; the book has fewer, but for their two times and units.
const PAGES: usize = 260;

const NOT_APPLICABLE: &str = "value=\"不适用\"";
/// Measures that a record holds are words of the base pack, found again by them.
const MEASURES: [&str; 4] = [">元<", ">处<", "value=\"元\"", "value=\"处\""];

#[tokio::test]
async fn a_walk_through_all_pages_in_english_meets_no_chinese() {
    let book = Book::speaking(Lang::En);
    let token = book.sign_in("keeper").await;
    book.well(&token, "N-1", "1.1").await;
    let seen = walk(&book, &token, &["/", "/open", "/login", "/activate", "/no/such/page"]).await;
    for page in [
        "/registers/well",
        "/figures/well.working",
        "/bulletins/half-year",
        "/manage",
        "/imports?register",
        "/calendar",
        "/tour?step",
    ] {
        assert!(seen.contains(page), "the walk never came to {page}: {seen:?}");
    }
    let token = book.sign_in("it").await;
    let seen = walk(&book, &token, &["/manage", "/manage/design/register?new=lamp"]).await;
    for page in [
        "/manage/machine",
        "/manage/design/notice",
        "/manage/design/register?register",
        "/manage/design/text?file",
    ] {
        assert!(seen.contains(page), "the walk never came to {page}: {seen:?}");
    }
}

/// Follows every link from some pages on; the addresses that were seen, by their kinds.
async fn walk(book: &Book, token: &str, from: &[&str]) -> BTreeSet<String> {
    let mut waiting: VecDeque<String> = from.iter().map(|path| (*path).to_owned()).collect();
    let mut seen: BTreeSet<String> = waiting.iter().map(|path| kind(path)).collect();
    let data = data_of(book);
    let mut walked = 0;
    while let Some(path) = waiting.pop_front().filter(|_| walked < PAGES) {
        let said = book.call("GET", &path, token, &[], Body::empty()).await;
        walked += 1;
        if !said.header(header::CONTENT_TYPE).starts_with("text/html") {
            continue;
        }
        let text = data
            .iter()
            .fold(said.text, |text, word| text.replace(word.as_str(), ""));
        let han = text.char_indices().find(|(_, c)| ('\u{3400}'..='\u{9fff}').contains(c));
        if let Some((at, _)) = han {
            let from: String = text[..at].chars().rev().take(160).collect();
            let from: String = from.chars().rev().collect();
            let to: String = text[at..].chars().take(80).collect();
            panic!("{path} says: {from}>>>{to}");
        }
        // The scorecards of the base cite Chinese documents: their pages are data through and through.
        for link in links(&text).into_iter().filter(|link| !link.starts_with("/cards")) {
            if seen.insert(kind(&link)) {
                waiting.push_back(link);
            }
        }
    }
    seen
}

/// Names of festivals, which the notices of the State Council say, and the one word by which a cell says
/// in any language that it has nothing to say.
fn data_of(book: &Book) -> BTreeSet<String> {
    let definition = book.app.definition().expect("a definition");
    let calendar = definition.calendar.latest();
    let first: Day = "2020-01-01".parse().expect("a day");
    let days = (0..3000).map(|n| first.plus(n));
    let festivals = days.filter_map(|day| calendar.festival(day).map(str::to_owned));
    festivals
        .chain([NOT_APPLICABLE].into_iter().chain(MEASURES).map(str::to_owned))
        .collect()
}

/// The addresses of our own that a page leads to.
fn links(text: &str) -> Vec<String> {
    let found = text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let own = found.filter(|link| link.starts_with('/') && !link.starts_with("/assets/"));
    own.map(|link| link.replace("&amp;", "&")).collect()
}

/// What is looked at once: an address without its values, so that no day or unit makes a page of its own.
fn kind(link: &str) -> String {
    let (path, query) = link.split_once('?').unwrap_or((link, ""));
    let names: Vec<&str> = query
        .split('&')
        .map(|pair| match pair.split_once('=') {
            Some((name @ ("show" | "tab"), _)) => pair.strip_prefix(name).map_or(name, |_| pair),
            Some((name, _)) => name,
            None => pair,
        })
        .filter(|name| !["unit", "only", "as_of", "known_at", "year"].contains(name))
        .collect();
    match names.is_empty() || names == [""] {
        true => path.to_owned(),
        false => format!("{path}?{}", names.join("&")),
    }
}
