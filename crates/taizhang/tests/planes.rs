//! Text of every plane of Unicode, at every place where a reader of pieces may cut it, comes back from import,
//! export, import and export to the byte. (A program that decodes piece by piece loses a letter or two in a
//! thousand records, silently.) A million records in a soak.

mod desk;

use desk::Room;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use taizhang::export;

/// Letters of one to four bytes: ASCII, Latin, a mark that joins the letter before it, Chinese of the BMP and of the
/// extensions A to I, compatibility letters that are their own normal form, radicals, strokes, a variant, signs of
/// plane 1, private use of planes 0, 15 and 16.
const LETTERS: &[&str] = &[
    "a",
    "é",
    "q\u{307}",
    "台",
    "账",
    "龘",
    "鿿",
    "㐀",
    "\u{4DBF}",
    "𠀀",
    "𪚥",
    "\u{2A700}",
    "\u{2B740}",
    "\u{2B820}",
    "\u{2CEB0}",
    "\u{2EBF0}",
    "𰀀",
    "\u{31350}",
    "\u{323AF}",
    "﨎",
    "﨩",
    "⺀",
    "㇀",
    "〇",
    "葛\u{E0100}",
    "🏭",
    "𝄞",
    "\u{E815}",
    "\u{F0000}",
    "\u{FFFFD}",
    "\u{100000}",
    "\u{10FFFD}",
];

/// Two ways to write one letter: as it is brought, and as it is kept (normal form C).
const NORMALISED: &[(&str, &str)] = &[
    ("e\u{301}", "é"),
    ("\u{F900}", "豈"),
    ("\u{2F800}", "丽"),
    ("\u{212B}", "Å"),
];

fn count(quick: usize, long: usize) -> usize {
    let soak = std::env::var("TAIZHANG_SOAK").is_ok_and(|value| value != "0");
    if soak { long } else { quick }
}

/// A table of wells. `shift` moves everything by so many bytes, so that all letters meet all boundaries.
fn table(rows: usize, shift: usize) -> String {
    table_of(rows, shift, LETTERS)
}

fn table_of(rows: usize, shift: usize, letters: &[&str]) -> String {
    let mut text = "Number,Village\n".to_owned();
    for at in 0..rows {
        let pad = if at == 0 { "x".repeat(shift) } else { String::new() };
        let letters: String = (0..9)
            .map(|place| letters[(at * 7 + place * place) % letters.len()])
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

fn there_and_back(text: &str, bytes: &[u8], ending: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("wells.csv");
    std::fs::write(&file, bytes).expect("written");
    let first = imported(&file);
    let once = exported(&first, &format!("once.{ending}"));
    let second = imported(&once);
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
        let text = table(count(2_500, 1_000_000), shift);
        there_and_back(&text, text.as_bytes(), "csv");
    }
    let text = table(count(1_000, 100_000), 1);
    there_and_back(&text, text.as_bytes(), "xlsx");
}

/// The same brought in GB18030, as offices' programs write it: letters of one, two and four bytes.
#[test]
fn text_in_gb18030_comes_back_to_the_byte() {
    let known = |text: &&&str| !encoding_rs::GB18030.encode(text).2 && encoded(text).1;
    let letters: Vec<&str> = LETTERS.iter().filter(known).copied().collect();
    assert!(letters.len() > 25, "{letters:?}");
    for shift in 0..count(4, 1) {
        let text = table_of(count(2_500, 300_000), shift, &letters);
        there_and_back(&text, &encoded(&text).0, "csv");
    }
}

/// A text in GB18030, and whether that reads back as it was: of some letters of private use there are two.
fn encoded(text: &str) -> (Vec<u8>, bool) {
    let (bytes, _, _) = encoding_rs::GB18030.encode(text);
    let same = encoding_rs::GB18030.decode_without_bom_handling(&bytes).0 == text;
    (bytes.into_owned(), same)
}

/// What may be written in two ways is kept in one, so that a key is one key; and from then on to the byte.
#[test]
fn what_has_two_spellings_is_kept_in_normal_form() {
    let room = Room::new();
    let mut text = "Number,Village\n".to_owned();
    let mut kept = Vec::new();
    for (at, (brought, normal)) in NORMALISED.iter().enumerate() {
        writeln!(text, "{at}{brought}{at},1.1").expect("a line");
        kept.push(format!("{at}{normal}{at}"));
    }
    let file = room.path("wells.csv");
    std::fs::write(&file, text).expect("written");
    assert!(room.import("well", &file).errors.is_empty());
    let mut found: Vec<String> = numbers(&room);
    found.sort_unstable();
    assert_eq!(found, kept);
}

fn numbers(room: &Room) -> Vec<String> {
    let number = |row: &String| row.split(',').next().unwrap_or("").to_owned();
    room.rows("well").iter().map(number).collect()
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
