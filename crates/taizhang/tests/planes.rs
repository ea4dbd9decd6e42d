//! Text of every plane of Unicode, at every place where a reader of pieces may cut it, comes back from import,
//! export, import and export to the byte. (A program that decodes piece by piece loses a letter or two in a
//! thousand records, silently.) A million records in a soak.

mod desk;

use desk::Room;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use taizhang::export;

/// Letters of one to four bytes: ASCII, Latin, Chinese of planes 0, 2 and 3, signs of plane 1, private use of 15 and 16.
const LETTERS: &[char] = &[
    'a',
    'é',
    '台',
    '账',
    '龘',
    '𠀀',
    '𪚥',
    '𰀀',
    '\u{323AF}',
    '🏭',
    '𝄞',
    '\u{F0000}',
    '\u{FFFFD}',
    '\u{100000}',
    '\u{10FFFD}',
];

fn count(quick: usize, long: usize) -> usize {
    let soak = std::env::var("TAIZHANG_SOAK").is_ok_and(|value| value != "0");
    if soak { long } else { quick }
}

/// A table of wells. `shift` moves everything by so many bytes, so that all letters meet all boundaries.
fn table(rows: usize, shift: usize) -> String {
    let mut text = "Number,Village\n".to_owned();
    for at in 0..rows {
        let pad = if at == 0 { "x".repeat(shift) } else { String::new() };
        let letters: String = (0..9)
            .map(|place| LETTERS[(at * 7 + place * place) % LETTERS.len()])
            .collect();
        writeln!(text, "{at}-{pad}{letters},1.1").expect("a line");
    }
    text
}

/// Exports the register of wells.
fn exported(room: &Room, name: &str) -> PathBuf {
    let out = room.path(name);
    export::register(&room.app, &room.scope(), "well", None, None, &out).expect("exported");
    out
}

/// Imports a file into a book of its own.
fn imported(file: &Path) -> Room {
    let room = Room::new();
    let outcome = room.import("well", file);
    assert!(
        outcome.errors.is_empty(),
        "{:?}",
        &outcome.errors[..outcome.errors.len().min(3)]
    );
    room
}

fn there_and_back(text: &str, ending: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("wells.csv");
    std::fs::write(&file, text).expect("written");
    let first = imported(&file);
    let once = exported(&first, &format!("once.{ending}"));
    let second = imported(&once);
    let numbers = |room: &Room| {
        room.rows("well")
            .iter()
            .map(|row| row.split(',').next().unwrap_or("").to_owned())
            .collect::<Vec<_>>()
    };
    let expected: Vec<&str> = text
        .lines()
        .skip(1)
        .map(|line| line.split(',').next().unwrap_or(""))
        .collect();
    let (mut sent, mut found) = (expected.clone(), numbers(&first));
    sent.sort_unstable();
    found.sort_unstable();
    assert!(sent == found, "{ending}: what was sent is what is there");
    assert!(
        numbers(&first) == numbers(&second),
        "{ending}: and again after an export"
    );
    if ending == "csv" {
        let (one, two) = (std::fs::read(once), std::fs::read(exported(&second, "twice.csv")));
        assert!(one.expect("read") == two.expect("read"), "to the byte");
    }
}

#[test]
fn text_of_every_plane_comes_back_to_the_byte() {
    // More than a piece of any reader (64 KiB), and every letter once at each of its bytes.
    for shift in 0..count(4, 1) {
        there_and_back(&table(count(2_500, 1_000_000), shift), "csv");
    }
    there_and_back(&table(count(1_000, 100_000), 1), "xlsx");
}

/// The control: a reader that decodes each piece by itself loses letters of this very text.
#[test]
fn control_a_reader_that_decodes_piece_by_piece_loses_letters() {
    let lossy = |shift: usize| {
        let text = table(2_500, shift);
        let pieces = text.as_bytes().chunks(64 * 1024);
        let decoded: String = pieces.map(String::from_utf8_lossy).collect();
        decoded != text
    };
    assert!((0..4).all(text_is_long) && (0..4).any(lossy));
}

fn text_is_long(shift: usize) -> bool {
    table(2_500, shift).len() > 64 * 1024
}
