//! Room: the second verifier, `docs/verify/verify.py`, run on exports good and bad.
//!
//! It shares no code with the core: it was written from `docs/format-journal-entry.md`. Where no
//! Python is installed these tests say so and stop.

use crate::vectors::{BOOK, hex, sealed};
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;
use taizhang_core::journal::Entry;
use taizhang_core::journal::chain::{Alg, START, head, leaf};
use taizhang_core::journal::encoding::encode;

const VERIFIER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/verify/verify.py");
const CHECKER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/verify/check_vectors.py");
const VECTORS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/verify/vectors.json");

#[test]
fn it_agrees_on_every_vector() {
    let Some((code, said)) = run(CHECKER, &[VECTORS]) else {
        return;
    };
    assert_eq!(
        (code, said.lines().last().is_some_and(|line| line.starts_with("ok "))),
        (0, true),
        "{said}"
    );
}

/// An auditor reads it before he believes it: one file, short, and nothing in it but Python's own library.
#[test]
fn it_is_one_short_file_that_needs_nothing_else() {
    let source = std::fs::read_to_string(VERIFIER).expect("docs/verify/verify.py");
    assert!(source.lines().count() <= 400, "{} lines", source.lines().count());
    assert!(
        source.lines().all(|line| line.chars().count() <= 140),
        "no line is too long to read"
    );
    let imports: Vec<&str> = source
        .lines()
        .filter(|line| line.starts_with("import ") || line.starts_with("from "))
        .collect();
    let own = ["base64", "datetime", "hashlib", "json", "sys", "unicodedata"].map(|name| format!("import {name}"));
    assert_eq!(imports, own);
}

#[test]
fn it_takes_the_proofs_beside_it_without_a_journal() {
    for (name, expected) in [
        ("proof-entry.json", "ok entry=4 in n=7 "),
        ("proof-growth.json", "ok n=7 in n=11 "),
    ] {
        let Some((code, said)) = run(VERIFIER, &[&VECTORS.replace("vectors.json", name)]) else {
            return;
        };
        assert!(code == 0 && said.starts_with(expected), "{name}: {said}");
    }
}

#[test]
fn it_accepts_what_the_core_wrote_and_names_the_same_head() {
    let (_, _, last) = sealed().pop().expect("vectors");
    let Some((code, said)) = verify("good", &export()) else {
        return;
    };
    assert_eq!(
        (code, said.trim()),
        (0, &*format!("ok entries={} head={}", sealed().len(), hex(&last)))
    );
}

type Damage = fn(&mut Vec<String>);

/// What is done to the export, and the entry at which it must show.
#[test]
fn it_names_the_first_bad_entry() {
    let rows: &[(&str, Damage, &str)] = &[
        ("one bit of an entry", |lines| flip(&mut lines[4]), "entry 4"),
        (
            "one digit of a head",
            |lines| lines[3] = lines[3].replace("\"head\":\"", "\"head\":\"0"),
            "entry 3",
        ),
        ("two entries swapped", |lines| lines.swap(5, 6), "entry 5"),
        ("an entry left out", |lines| drop(lines.remove(7)), "entry 7"),
        ("an entry twice", |lines| lines.insert(2, lines[2].clone()), "entry 3"),
        (
            "another book",
            |lines| lines[0] = lines[0].replace(&hex(&BOOK), &"0".repeat(32)),
            "entry 1",
        ),
        (
            "an entry's number rewritten",
            |lines| lines[5] = lines[5].replace("\"n\":5", "\"n\":6"),
            "entry 5",
        ),
        (
            "another format",
            |lines| lines[0] = lines[0].replace("journal-1", "journal-9"),
            "line 1",
        ),
        ("no first line", |lines| drop(lines.remove(0)), "line 1"),
        (
            "a time that stands still, chained anew",
            |lines| {
                *lines = chained(|entry| {
                    if entry.n == 9 {
                        entry.recorded_at -= 1_000_001;
                    }
                })
            },
            "entry 9",
        ),
        (
            "a command that began nowhere",
            |lines| *lines = of_command(1, 1),
            "entry 1",
        ),
        (
            "a command that names itself",
            |lines| *lines = of_command(4, 4),
            "entry 4",
        ),
        (
            "a command that names a later entry",
            |lines| *lines = of_command(4, 6),
            "entry 4",
        ),
        ("a command with a gap", |lines| *lines = of_command(4, 1), "entry 4"),
        (
            "a command that names its middle",
            |lines| *lines = of_command(7, 6),
            "entry 7",
        ),
    ];
    for (what, damage, place) in rows {
        let mut lines = export();
        damage(&mut lines);
        let Some((code, said)) = verify(&what.replace(' ', "-"), &lines) else {
            return;
        };
        assert_eq!(code, 1, "{what}: {said}");
        assert!(said.contains(place), "{what}: expected {place}, got {said}");
    }
}

/// What is done to a signed proof, and what is said of it.
#[test]
fn a_signed_head_is_held_against_the_journal() {
    let (head, release) = (
        include_str!("../../../../docs/verify/proof-head.json"),
        include_str!("../../../../docs/verify/proof-release.json"),
    );
    let rewritten = chained(|entry| entry.recorded_at += i64::from(entry.n == 3));
    let rows: &[(&str, String, Vec<String>, &str)] = &[
        ("a head", head.to_owned(), export(), "ok n=7 "),
        ("a release", release.to_owned(), export(), "ok n=11 "),
        (
            "another number",
            head.replace("\"n\": 7", "\"n\": 8"),
            export(),
            "signature",
        ),
        (
            "another head",
            head.replace("\"head\": \"", "\"head\": \"0").replace("0\",", "\","),
            export(),
            "signature",
        ),
        (
            "another document",
            release.replace("7777", "7778"),
            export(),
            "signature",
        ),
        (
            "another figure",
            release.replace("\"31\"", "\"32\""),
            export(),
            "signature",
        ),
        ("a journal cut off", head.to_owned(), export()[..7].to_vec(), "cut off"),
        ("a journal rewritten", head.to_owned(), rewritten, "rewritten"),
        ("no proof", "{}".to_owned(), export(), "format"),
    ];
    for (what, proof, lines, expected) in rows {
        let files = [
            written("against", lines),
            written("proof", &[proof.trim_end().to_owned()]),
        ];
        let Some((code, said)) = run(VERIFIER, &[&files[0], &files[1]]) else {
            return;
        };
        assert_eq!(
            (code == 0, said.contains(expected)),
            (expected.starts_with("ok"), true),
            "{what}: {said}"
        );
    }
}

/// The export as `journal export` writes it: a line on the book, then a line an entry.
fn export() -> Vec<String> {
    chained(|_| {})
}

/// The export with one entry said to be of another command.
fn of_command(n: i64, command: i64) -> Vec<String> {
    chained(|entry| {
        if entry.n == n {
            entry.command = command;
        }
    })
}

/// The export with its entries changed and chained anew.
fn chained(change: impl Fn(&mut Entry)) -> Vec<String> {
    let first = format!(
        "{{\"format\":\"taizhang-journal-1\",\"book\":\"{}\",\"alg\":\"sha256\"}}",
        hex(&BOOK)
    );
    let mut previous = START;
    let line = |mut entry: Entry| {
        change(&mut entry);
        let bytes = encode(&entry);
        previous = head(Alg::Sha256, &BOOK, entry.n, &previous, &leaf(&bytes));
        format!(
            "{{\"n\":{},\"bytes\":\"{}\",\"head\":\"{}\"}}",
            entry.n,
            base64(&bytes),
            hex(&previous)
        )
    };
    std::iter::once(first)
        .chain(sealed().into_iter().map(|(entry, ..)| entry).map(line))
        .collect()
}

/// Another letter of the base64 text, eight from where the bytes begin: inside the entry's head.
fn flip(line: &mut String) {
    let at = line.find("\"bytes\":\"").expect("bytes") + 9 + 20;
    let other = if line.as_bytes()[at] == b'A' { "B" } else { "A" };
    line.replace_range(at..=at, other);
}

fn verify(name: &str, lines: &[String]) -> Option<(i32, String)> {
    run(VERIFIER, &[&written(name, lines)])
}

/// A file in the target folder that holds these lines.
fn written(name: &str, lines: &[String]) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("journal-{name}"));
    let mut file = std::fs::File::create(&path).expect("a file in the target folder");
    for line in lines {
        writeln!(file, "{line}").expect("the file is written");
    }
    path.to_str().expect("a path in UTF-8").to_owned()
}

fn run(program: &str, files: &[&str]) -> Option<(i32, String)> {
    let Ok(output) = Command::new("python3").args(["-B", program]).args(files).output() else {
        println!("python3 is not installed: the second verifier was not run");
        return None;
    };
    let said = [output.stdout, output.stderr].concat();
    Some((
        output.status.code().unwrap_or(-1),
        String::from_utf8_lossy(&said).into_owned(),
    ))
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for place in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * place) & 63) as usize] as char;
            text.push(if place <= group.len() { letter } else { '=' });
        }
    }
    text
}
