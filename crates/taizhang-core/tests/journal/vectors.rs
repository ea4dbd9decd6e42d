//! Room: the frozen vectors in `docs/verify/vectors.json`, and the book that they are made from.
//!
//! Version 1 of the bytes is final from the first release on. If this test fails, the encoder is wrong, not the file:
//! what is added later is another version with vectors of its own.

use crate::refused;
use std::fmt::Write;
use taizhang_core::day::{Day, Month};
use taizhang_core::id::{AccountNo, FieldNo, RegisterNo};
use taizhang_core::journal::chain::{Alg, Hash, START, head, leaf, posting_digest};
use taizhang_core::journal::encoding::encode;
use taizhang_core::journal::tree::Tree;
use taizhang_core::journal::{Act, Change, Correction, Entry, Leg, PackVersion, Release, Source};
use taizhang_core::posting::Posting;
use taizhang_core::value::{Cell, Precision, Value};

/// The book of the vectors.
pub(crate) const BOOK: [u8; 16] = *b"vectors of book1";

const FROZEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/verify/vectors.json");

#[test]
fn the_vectors_are_frozen() {
    let made = vectors();
    let beside = concat!(env!("CARGO_TARGET_TMPDIR"), "/vectors.json");
    std::fs::write(beside, &made).expect("a file in the target folder");
    let frozen = std::fs::read_to_string(FROZEN).expect("docs/verify/vectors.json");
    for (at, (made, frozen)) in made.lines().zip(frozen.lines()).enumerate() {
        assert_eq!(
            made,
            frozen,
            "line {} of vectors.json: a version's bytes never change",
            at + 1
        );
    }
    assert_eq!(
        made.len(),
        frozen.len(),
        "vectors.json is longer or shorter than what is made"
    );
}

/// Every act, every kind of cell, every optional part present and absent.
pub(crate) fn entries() -> Vec<Entry> {
    let mut entries = vec![pack(), open(), amend(), moved(), correct(), withdraw(), note()];
    entries.extend([simple(Act::Void), simple(Act::Close { through: Day(20_634) })]);
    entries.extend([simple(Act::Reopen { through: Day(-1) }), release(), simple(Act::Note)]);
    for (at, entry) in entries.iter_mut().enumerate() {
        entry.n = at as i64 + 1;
        entry.command = match entry.n {
            3 => 2,
            6 | 7 => 5,
            _ => 0,
        };
        entry.recorded_at = 1_783_000_000_000_000 + at as i64 * 1_000_001;
        if !entry.is_of_record() {
            (entry.register, entry.record, entry.definition) = (RegisterNo(0), 0, 0);
        }
    }
    entries
}

fn simple(act: Act) -> Entry {
    let mut entry = Entry::blank(act, Day(20_635));
    (entry.actor, entry.position, entry.definition) = (300, 65_536, 1);
    (entry.register, entry.record) = (RegisterNo(7), 2);
    entry
}

fn pack() -> Entry {
    let files = vec![
        ("pack.toml".to_owned(), "id = \"示范\"\n".to_owned()),
        ("方案/a.toml".to_owned(), String::new()),
    ];
    let ids = "register project 7\nfield project.unit 12\n".to_owned();
    simple(Act::Pack(PackVersion {
        from: Day(20_454),
        files,
        ids,
        engine: 1,
    }))
}

fn open() -> Entry {
    let cells = [
        (0, Cell::Is(Value::Choice("reserve".into()))),
        (1, Cell::Is(Value::Text("新华区 café".into()))),
        (2, Cell::Is(Value::Num(0))),
        (3, Cell::Is(Value::Date(Day(20_544), Precision::Day))),
        (4, Cell::Is(Value::Date(Day(20_634), Precision::Quarter))),
        (5, Cell::Is(Value::Month(Month(24_317)))),
        (6, Cell::Is(Value::Unit(11))),
        (7, Cell::Is(Value::Link(256))),
        (8, Cell::Is(Value::Evidence(vec![[0xab; 32], [0x01; 32]]))),
        (
            9,
            Cell::Is(Value::Place {
                lat: 33_735_241,
                lon: -113_307_718,
            }),
        ),
        (10, Cell::Is(Value::Sealed(vec![0, 1, 2, 0xff]))),
        (11, Cell::Missing),
        (12, Cell::NotApplicable),
        (300, Cell::Erased),
    ];
    let patch = cells.into_iter().map(|(no, cell)| (FieldNo(no), cell)).collect();
    let mut entry = simple(Act::Open { patch, opening: true });
    entry.occurred_on = Day(20_544);
    entry.source = Some(Source {
        batch: 0,
        file: [0x5a; 32],
        sheet: "项目 表".into(),
        row: 2,
    });
    entry.posting_count = 2;
    entry.posting_digest = posting_digest(&postings());
    entry
}

fn amend() -> Entry {
    let dates = [
        (1, Day::MIN, Precision::Month),
        (2, Day::MAX, Precision::Year),
        (3, Day(0), Precision::Day),
    ];
    let cells = dates.map(|(no, day, precision)| (FieldNo(no), Cell::Is(Value::Date(day, precision))));
    let mut entry = simple(Act::Amend { patch: cells.into() });
    (entry.occurred_at, entry.based_on) = (Some(1_439), 2);
    entry.reason = Some(vec![0xde, 0xad]);
    entry.evidence = vec![[0x11; 32]];
    entry.key = Some([0x22; 32]);
    entry
}

fn moved() -> Entry {
    let patch = vec![(FieldNo(0), Cell::Is(Value::Choice("building".into())))];
    let mut entry = simple(Act::Move {
        name: "start".into(),
        patch,
    });
    entry.occurred_at = Some(0);
    entry
}

fn correct() -> Entry {
    let fields = vec![
        (FieldNo(2), Change::Set(Cell::Is(Value::Num(-12_345_678_901)))),
        (FieldNo(3), Change::Withdrawn),
        (FieldNo(4), Change::Set(Cell::Missing)),
    ];
    let mut entry = simple(Act::Correct(Correction {
        target: 2,
        withdraw: false,
        day: Some(Day(20_543)),
        fields,
    }));
    let leg = |account, amount| Leg {
        account: AccountNo(account),
        dim: "P1".into(),
        day: Day(20_600),
        unit: 11,
        amount,
    };
    entry.legs = vec![leg(4, 5_000), leg(9, -5_000)];
    entry
}

fn withdraw() -> Entry {
    simple(Act::Correct(Correction {
        target: 3,
        withdraw: true,
        day: None,
        fields: Vec::new(),
    }))
}

fn note() -> Entry {
    let mut entry = simple(Act::Note);
    entry.reason = Some(Vec::new());
    entry
}

fn release() -> Entry {
    let figures = vec![("meal_site.operating?unit=410402&as_of=2026-06-30".into(), "31".into())];
    let (bulletin, release_no) = ("half-year".to_owned(), 3);
    simple(Act::Release(Release {
        bulletin,
        release_no,
        as_of: Day(20_634),
        known_at: 10,
        document: [0x77; 32],
        figures,
    }))
}

fn postings() -> Vec<Posting> {
    let posting = |account, dim: &str, amount, counts: [i32; 3]| Posting {
        account: AccountNo(account),
        unit: 11,
        dim: dim.into(),
        day: Day(20_544),
        record: 2,
        amount,
        reported: counts[0],
        missing: counts[1],
        not_applicable: counts[2],
    };
    vec![
        posting(1, "", 1, [1, 0, 0]),
        posting(3, "县\u{1f}在建", -129, [-1, 1, 0]),
    ]
}

/// The text of the file. One vector a line, so that a change shows where it is.
fn vectors() -> String {
    let mut out = String::from("{\n\"format\": \"taizhang-journal-vectors-1\",\n");
    let _ = writeln!(out, "\"book\": \"{}\",\n\"alg\": \"sha256\",", hex(&BOOK));
    section(
        &mut out,
        "int",
        INTS.iter()
            .map(|value| format!("[\"{value}\", \"{}\"]", hex(&int(*value)))),
    );
    section(
        &mut out,
        "uint",
        UINTS
            .iter()
            .map(|value| format!("[\"{value}\", \"{}\"]", hex(&uint(*value)))),
    );
    section(
        &mut out,
        "posting_digests",
        [
            digest_line(&[]),
            digest_line(&postings()[..1]),
            digest_line(&postings()),
        ],
    );
    section(
        &mut out,
        "entries",
        sealed()
            .iter()
            .map(|(entry, bytes, head)| entry_line(entry, bytes, head)),
    );
    let mut tree = Tree::default();
    let roots = sealed().into_iter().map(|(_, bytes, _)| {
        tree.push(leaf(&bytes));
        format!("\"{}\"", hex(&tree.root()))
    });
    section(&mut out, "roots", roots);
    section(
        &mut out,
        "refused",
        refused::vectors().map(|(hex, why)| format!("[\"{hex}\", \"{why}\"]")),
    );
    out.truncate(out.len() - 2);
    out.push_str("\n}\n");
    out
}

/// Entries with their bytes and heads.
pub(crate) fn sealed() -> Vec<(Entry, Vec<u8>, Hash)> {
    let mut previous = START;
    let seal = |entry: Entry| {
        let bytes = encode(&entry);
        previous = head(Alg::Sha256, &BOOK, entry.n, &previous, &leaf(&bytes));
        (entry, bytes, previous)
    };
    entries().into_iter().map(seal).collect()
}

fn section(out: &mut String, name: &str, lines: impl IntoIterator<Item = String>) {
    let lines: Vec<String> = lines.into_iter().collect();
    let _ = write!(out, "\"{name}\": [\n{}\n],\n", lines.join(",\n"));
}

fn digest_line(postings: &[Posting]) -> String {
    let each = postings.iter().map(|p| {
        let counts = format!("{}, {}, {}", p.reported, p.missing, p.not_applicable);
        format!(
            "[{}, {}, \"{}\", {}, {}, {}, {counts}]",
            p.account.0,
            p.unit,
            escaped(&p.dim),
            p.day.0,
            p.record,
            p.amount
        )
    });
    format!(
        "[[{}], \"{}\"]",
        each.collect::<Vec<_>>().join(", "),
        hex(&posting_digest(postings))
    )
}

fn entry_line(entry: &Entry, bytes: &[u8], head: &Hash) -> String {
    let Entry {
        n,
        command,
        recorded_at,
        register,
        record,
        posting_count,
        ..
    } = entry;
    format!(
        "{{\"n\": {n}, \"command\": {command}, \"recorded_at\": {recorded_at}, \
         \"occurred_on\": \"{}\", \"register\": {}, \"record\": {record}, \
         \"act\": \"{}\", \"posting_count\": {posting_count}, \"bytes\": \"{}\", \"leaf\": \"{}\", \"head\": \"{}\"}}",
        entry.occurred_on,
        register.0,
        act_name(&entry.act),
        hex(bytes),
        hex(&leaf(bytes)),
        hex(head)
    )
}

fn act_name(act: &Act) -> &'static str {
    match act {
        Act::Open { .. } => "open",
        Act::Amend { .. } => "amend",
        Act::Move { .. } => "move",
        Act::Note => "note",
        Act::Void => "void",
        Act::Correct(_) => "correct",
        Act::Pack(_) => "pack",
        Act::Close { .. } => "close",
        Act::Reopen { .. } => "reopen",
        Act::Release(_) => "release",
    }
}

const INTS: [i64; 18] = [
    0,
    1,
    127,
    128,
    255,
    256,
    32_767,
    32_768,
    -1,
    -128,
    -129,
    -256,
    -32_768,
    -32_769,
    1 << 40,
    -(1 << 40),
    i64::MAX,
    i64::MIN,
];
const UINTS: [i64; 9] = [0, 1, 127, 128, 255, 256, 65_535, 65_536, i64::MAX];

/// How a number field's content is written: an amendment less what stands around it.
fn int(value: i64) -> Vec<u8> {
    cell(Value::Num(value), Value::Num(0))
}

fn uint(value: i64) -> Vec<u8> {
    cell(Value::Unit(value), Value::Unit(0))
}

/// The bytes of a cell after its tag. Zero is written as one byte 0, so the last of `zero` is it.
fn cell(value: Value, zero: Value) -> Vec<u8> {
    let amend = |value| {
        encode(&Entry::blank(
            Act::Amend {
                patch: vec![(FieldNo(1), Cell::Is(value))],
            },
            Day(0),
        ))
    };
    let (bytes, zero) = (amend(value), amend(zero));
    let tail = 6;
    let start = zero.len() - tail - 1;
    bytes[start..bytes.len() - tail].to_vec()
}

/// Bytes as lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn escaped(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_control() {
                format!("\\u{:04x}", c as u32)
            } else {
                c.to_string()
            }
        })
        .collect()
}
