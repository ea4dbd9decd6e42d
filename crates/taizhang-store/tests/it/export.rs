//! An exported journal checks without a database, and not after any change; so says the script too.

use crate::Engine;
use crate::life::lively;
use std::process::Command;
use taizhang_store::StoreError;
use taizhang_store::cells::hex;
use taizhang_store::export::{export, verify_journal_file};
use taizhang_store::verify::Verdict;

fn check(text: &[u8]) -> Result<Verdict, StoreError> {
    verify_journal_file(&mut &*text)
}

/// What the script says of a file: its exit code; none where there is no Python.
fn script(text: &[u8]) -> Option<i32> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("journal.jsonl");
    std::fs::write(&file, text).expect("written");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/verify/verify.py");
    let output = Command::new("python3").arg(script).arg(&file).output();
    if output.is_err() {
        eprintln!("no python3: the script was not run");
    }
    output.ok().and_then(|output| output.status.code())
}

type Edit = fn(&mut Vec<String>);

fn edit_of(lines: &mut [String], at: usize, from: &str, to: &str) {
    assert!(lines[at].contains(from), "{}", lines[at]);
    lines[at] = lines[at].replacen(from, to, 1);
}

/// Changes and the first bad entry; none where the file is still right.
const EDITS: &[(&str, Edit, Option<&str>)] = &[
    ("nothing", |_| {}, None),
    (
        "the last line is gone, which only a known head betrays",
        |lines| drop(lines.pop()),
        None,
    ),
    (
        "a member more",
        |lines| edit_of(lines, 4, "{", "{\"note\":[1,{}],"),
        None,
    ),
    (
        "a line gone",
        |lines| drop(lines.remove(5)),
        Some("entry 5: missing; the next one is 6"),
    ),
    (
        "two lines swapped",
        |lines| lines.swap(5, 6),
        Some("entry 5: missing; the next one is 6"),
    ),
    (
        "a line twice",
        |lines| lines.insert(5, lines[5].clone()),
        Some("entry 6: missing; the next one is 5"),
    ),
    (
        "another number",
        |lines| edit_of(lines, 5, "\"n\":5", "\"n\":6"),
        Some("entry 5: missing"),
    ),
    (
        "a number that is none",
        |lines| edit_of(lines, 5, "\"n\":5", "\"n\":5.5"),
        Some("entry 5: its line"),
    ),
    (
        "no base64",
        |lines| edit_of(lines, 5, "\"bytes\":\"", "\"bytes\":\"!"),
        Some("entry 5: its line"),
    ),
    (
        "a byte more",
        |lines| edit_of(lines, 5, "\"bytes\":\"", "\"bytes\":\"AAAA"),
        Some("entry 5: unknown version"),
    ),
    (
        "the head in capitals",
        |lines| lines[5] = upper(&lines[5]),
        Some("entry 5: its line"),
    ),
    (
        "another head",
        |lines| {
            let at = lines[5].len() - 3;
            let digit = if lines[5].as_bytes()[at] == b'0' { "1" } else { "0" };
            lines[5].replace_range(at..=at, digit);
        },
        Some("entry 5: its head is not"),
    ),
    (
        "another book",
        |lines| edit_of(lines, 0, "\"book\":\"61", "\"book\":\"62"),
        Some("entry 1: its head is not"),
    ),
    (
        "no line",
        |lines| lines.insert(5, String::new()),
        Some("entry 5: its line"),
    ),
];

fn upper(line: &str) -> String {
    let (before, head) = line.split_once("\"head\":\"").expect("a head");
    format!("{before}\"head\":\"{}", head.to_uppercase())
}

#[test]
fn an_export_checks_and_a_changed_one_does_not() {
    for engine in Engine::all() {
        let book = lively(engine);
        let mut reading = book.store.read().expect("read");
        let head = reading.head;
        let mut text = Vec::new();
        let n = export(reading.conn().expect("a connection"), &mut text).expect("exported");
        let verdict = check(&text).expect("a verdict");
        assert_eq!(
            (n, verdict.entries, verdict.head.clone()),
            (head.n, head.n, hex(&head.hash)),
            "{engine:?}"
        );
        assert_eq!(verdict.first_bad, None);
        if engine != Engine::Sqlite {
            continue;
        }
        let whole: Vec<String> = String::from_utf8(text)
            .expect("UTF-8")
            .lines()
            .map(str::to_owned)
            .collect();
        for (about, edit, wanted) in EDITS {
            let mut lines = whole.clone();
            edit(&mut lines);
            let text = lines.join("\n") + "\n";
            let verdict = check(text.as_bytes()).expect("a verdict");
            let named = verdict.first_bad.map(|bad| bad.to_string());
            let is = named.as_deref().unwrap_or_default();
            assert!(
                verdict.ok == wanted.is_none() && is.contains(wanted.unwrap_or_default()),
                "{about}: {named:?}"
            );
            if let Some(code) = script(text.as_bytes()) {
                assert_eq!(code, i32::from(!verdict.ok), "{about}: the script agrees");
            }
        }
    }
}

#[test]
fn a_file_that_is_cut_or_no_journal_is_told_apart() {
    let book = lively(Engine::Sqlite);
    let mut reading = book.store.read().expect("read");
    let mut text = Vec::new();
    export(reading.conn().expect("a connection"), &mut text).expect("exported");
    let cut = &text[..text.len() - 10];
    let verdict = check(cut).expect("a verdict");
    assert!(
        verdict
            .first_bad
            .expect("bad")
            .to_string()
            .contains("its line is cut off")
    );
    let headless = &text[text.iter().position(|byte| *byte == b'\n').expect("a line") + 1..];
    let other = b"{\"format\":\"taizhang-journal-2\",\"book\":\"61\",\"alg\":\"sha256\"}\n";
    for wrong in [&b""[..], b"\n", b"\xff\xfe\n", b"{}\n", headless, other, &text[..20]] {
        assert!(matches!(check(wrong), Err(StoreError::NotAJournal)), "{wrong:?}");
    }
}

#[test]
fn a_broken_chain_is_not_exported() {
    let book = lively(Engine::Sqlite);
    book.tamper("UPDATE entry SET head = zeroblob(32) WHERE n = 9");
    let mut reading = book.store.read().expect("read");
    let mut text = Vec::new();
    let error = export(reading.conn().expect("a connection"), &mut text).expect_err("refused");
    assert!(
        matches!(&error, StoreError::Damaged(why) if why.contains("entry 9")),
        "{error}"
    );
    assert!(text.is_empty());
}
