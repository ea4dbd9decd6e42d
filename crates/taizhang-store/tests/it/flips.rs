//! A disk that keeps something else than was written: bits, bytes, sectors of nothing, pages in each other's
//! place, pages of an older copy. `verify` finds it, or nothing that the journal speaks for is changed.

use crate::Engine;
use crate::chance::{Dice, seed, sized};
use crate::life::lively;
use std::path::{Path, PathBuf};
use taizhang_store::Place;
use taizhang_store::backup::backup;
use taizhang_store::verify::{Verdict, verify_at};

const PAGE: usize = 4096;

/// Tables that no entry speaks for: secrets, sessions, answers to requests, who brought which file.
/// What is changed there is not what happened.
const UNSPOKEN: &[&str] = &[
    "answered",
    "credential",
    "evidence",
    "import",
    "session",
    "value_digest",
];

type Harm = fn(&mut Vec<u8>, &[u8], &mut Dice);

const HARM: &[(&str, Harm)] = &[
    ("a bit", |bytes, _, dice| {
        let at = dice.below(bytes.len());
        bytes[at] ^= 1 << dice.below(8);
    }),
    ("a byte", |bytes, _, dice| {
        let at = dice.below(bytes.len());
        bytes[at] = dice.below(256) as u8;
    }),
    ("a sector of nothing", |bytes, _, dice| {
        let at = dice.below(bytes.len() / 512) * 512;
        bytes[at..at + 512].fill(0);
    }),
    ("two pages swapped", |bytes, _, dice| {
        let pages = bytes.len() / PAGE;
        let (one, two) = (dice.below(pages) * PAGE, dice.below(pages) * PAGE);
        for at in 0..PAGE {
            bytes.swap(one + at, two + at);
        }
    }),
    ("a page of an older copy", |bytes, older, dice| {
        let at = dice.below(bytes.len().min(older.len()) / PAGE) * PAGE;
        bytes[at..at + PAGE].copy_from_slice(&older[at..at + PAGE]);
    }),
];

#[test]
fn what_the_disk_changes_is_found_or_changes_nothing() {
    let seed = seed();
    let mut dice = Dice(seed);
    let book = lively(Engine::Sqlite);
    let file = |name: &str| book.site.folder.path().join(name);
    let copy = |name: &str| {
        backup(&book.store, &file(name)).expect("taken");
        std::fs::read(file(name)).expect("read")
    };
    let older = copy("older");
    for at in 0..4 {
        book.must(book.well(&format!("N{at}"), "1.1", "2024-05-05"));
    }
    let bytes = copy("newer");
    let whole = rows(&file("newer")).expect("the book");
    for (about, harm) in HARM {
        let (mut found, mut harmless, mut unlocated) = (0, 0, 0);
        let trials = sized(60, 200, 2_000);
        for trial in 0..trials {
            let mut harmed = bytes.clone();
            harm(&mut harmed, &older, &mut dice);
            let path = file("harmed");
            std::fs::write(&path, &harmed).expect("written");
            match verdict(&path) {
                Some(verdict) if verdict.ok => {
                    let same = rows(&path).is_some_and(|rows| rows == whole);
                    assert!(same, "TAIZHANG_SEED={seed}, {about}, trial {trial}: went unseen");
                    harmless += 1;
                }
                Some(verdict) => {
                    found += 1;
                    unlocated += usize::from(verdict.first_bad.is_none());
                }
                // Not even the tables can be read: the error says so.
                None => found += 1,
            }
        }
        println!("{about}: {trials} trials, {found} found, {harmless} changed nothing");
        assert_eq!(unlocated, 0, "{about}: every verdict names a place");
        assert!(found > 0, "{about}: {found} found, {harmless} harmless");
    }
}

/// The control: a check without the chain and without deriving anew, the engine's own, misses most of it.
#[test]
fn control_the_engine_s_own_check_misses_what_was_changed() {
    let mut dice = Dice(seed());
    let book = lively(Engine::Sqlite);
    let file = book.site.folder.path().join("backup");
    backup(&book.store, &file).expect("taken");
    let (bytes, whole) = (std::fs::read(&file).expect("read"), rows(&file).expect("the book"));
    let missed = (0..60).filter(|_| {
        let mut harmed = bytes.clone();
        HARM[0].1(&mut harmed, &[], &mut dice);
        std::fs::write(&file, &harmed).expect("written");
        let Ok(conn) = rusqlite::Connection::open(&file) else {
            return false;
        };
        let check = conn.query_row("PRAGMA integrity_check(1)", [], |row| row.get::<_, String>(0));
        check.is_ok_and(|said| said == "ok") && rows(&file).is_none_or(|rows| rows != whole)
    });
    assert!(missed.count() > 10, "it would find most of it by itself");
}

fn verdict(path: &Path) -> Option<Verdict> {
    verify_at(&Place::Sqlite(PathBuf::from(path))).ok()
}

/// All rows that the journal speaks for, read without our code.
fn rows(file: &Path) -> Option<Vec<String>> {
    let conn = rusqlite::Connection::open(file).ok()?;
    let names = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
    let mut statement = conn.prepare(names).ok()?;
    let names = statement.query_map([], |row| row.get(0)).ok()?;
    let names: Vec<String> = names.collect::<Result<_, _>>().ok()?;
    let mut all = Vec::new();
    for name in names.iter().filter(|name| !UNSPOKEN.contains(&name.as_str())) {
        // Whose keys a book's are, and how often it changed hands, is in no entry: opening it compares the keys.
        let columns = match name.as_str() {
            "book" => "id, alg, engine, head, head_hash, recorded_at",
            _ => "*",
        };
        let mut statement = conn.prepare(&format!("SELECT {columns} FROM {name}")).ok()?;
        let width = statement.column_count();
        let mut rows = statement.query([]).ok()?;
        while let Some(row) = rows.next().ok()? {
            let cells: Vec<_> = (0..width).map(|at| row.get_ref(at).expect("a cell")).collect();
            all.push(format!("{name} {cells:?}"));
        }
    }
    all.sort();
    Some(all)
}
