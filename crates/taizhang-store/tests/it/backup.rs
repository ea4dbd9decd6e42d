//! Backups of either engine become books of either engine; damaged and foreign files become none.

use crate::book::{Book, TestClock, kind};
use crate::life::{dump, lively};
use crate::{Engine, Site};
use std::path::{Path, PathBuf};
use taizhang_store::backup::{backup, restore};
use taizhang_store::verify::verify_at;
use taizhang_store::{Place, Store};

/// The site's folder holds nothing but what is named.
fn assert_only(site: &Site, names: &[&str]) {
    let mut found: Vec<String> = std::fs::read_dir(site.folder.path())
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    found.sort();
    assert_eq!(found, names);
}

#[test]
fn a_backup_of_either_engine_restores_to_either() {
    for engine in Engine::all() {
        let book = lively(engine);
        book.tamper("INSERT INTO import VALUES (1, 2, 'running', 3, 4, '', 5)");
        let file = book.site.folder.path().join("backup.taizhang");
        let taken = backup(&book.store, &file).expect("taken");
        assert_eq!(
            (taken.n, taken.hash),
            (book.head(), book.store.read().expect("read").head.hash)
        );
        assert_eq!(
            kind(backup(&book.store, &file)),
            "BookExists",
            "a backup is never overwritten"
        );
        let before = dump(&book);
        for target in Engine::all() {
            let site = target.site();
            let restored = restore(&site.place, &file).expect("restored");
            assert_eq!(restored, taken, "{engine:?} to {target:?}");
            let verdict = verify_at(&site.place).expect("a verdict");
            assert!(verdict.ok, "{:?}", verdict.first_bad);
            let store = Store::open(&site.place, book.clock.clone()).expect("opened");
            let twin = Book {
                site,
                store,
                clock: book.clock.clone(),
                definition: book.definition.clone(),
                ids: book.ids.clone(),
            };
            for (was, is) in before.iter().zip(dump(&twin)) {
                assert_eq!(*was, is, "{engine:?} to {target:?}");
            }
            // An entry names the import that brought it, so the list of imports goes along.
            assert_eq!(twin.query("SELECT id FROM import").len(), 1);
            twin.must(twin.well("W9", "1.1", "2024-06-01"));
            assert_eq!(kind(restore(&twin.site.place, &file)), "BookExists");
            assert!(twin.head() == taken.n + 1, "and the book that was there is untouched");
        }
    }
}

#[test]
fn a_backup_is_taken_while_others_write() {
    for engine in Engine::all() {
        let book = Book::new(engine);
        let folder = tempfile::tempdir().expect("a folder");
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for at in 0..60 {
                    book.must(book.well(&format!("W{at}"), "1.1", "2024-01-01"));
                }
            });
            for at in 0..3 {
                let file = folder.path().join(format!("{at}.taizhang"));
                let taken = backup(&book.store, &file).expect("taken");
                let verdict = verify_at(&Place::Sqlite(file)).expect("a verdict");
                assert!(
                    verdict.ok && verdict.entries == taken.n,
                    "{engine:?} {:?}",
                    verdict.first_bad
                );
            }
        });
        assert_eq!(book.head(), 4 + 60);
    }
}

/// A backup of a small book.
fn small() -> (Book, Vec<u8>) {
    let book = Book::new(Engine::Sqlite);
    book.must(book.well("W1", "1.1", "2024-01-01"));
    let file = book.site.folder.path().join("small.taizhang");
    backup(&book.store, &file).expect("taken");
    let bytes = std::fs::read(file).expect("read");
    (book, bytes)
}

fn changed(bytes: &[u8], sql: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("changed");
    std::fs::write(&file, bytes).expect("written");
    let conn = rusqlite::Connection::open(&file).expect("opened");
    conn.execute_batch(sql).expect("changed");
    drop(conn);
    std::fs::read(file).expect("read")
}

fn damaged(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let mut garbage = bytes.to_vec();
    garbage[..100].fill(b'x');
    let mut hole = bytes.to_vec();
    let middle = bytes.len() / 2;
    hole[middle..middle + 4096].fill(0);
    vec![
        ("empty", Vec::new(), "NoBook"),
        ("half", bytes[..bytes.len() / 2].to_vec(), "Damaged"),
        ("a page short", bytes[..bytes.len() - 4096].to_vec(), "Damaged"),
        ("its header gone", garbage, "Damaged"),
        ("a page of nothing", hole, "Damaged"),
        ("text", b"name,amount\n1,2\n".to_vec(), "Damaged"),
        (
            "another program's",
            changed(&[], "CREATE TABLE t (a INTEGER)"),
            "NoBook",
        ),
        (
            "a later program's",
            changed(bytes, "INSERT INTO migration VALUES (99)"),
            "NewerSchema",
        ),
        (
            "a later engine's",
            changed(bytes, "UPDATE book SET engine = 99"),
            "OtherEngine",
        ),
        (
            "an entry changed",
            changed(bytes, "UPDATE entry SET bytes = zeroblob(9) WHERE n = 4"),
            "Damaged",
        ),
        (
            "an entry short",
            changed(bytes, "DELETE FROM entry WHERE n = 5"),
            "Damaged",
        ),
        ("no book inside", changed(bytes, "DELETE FROM book"), "Damaged"),
    ]
}

#[test]
fn a_damaged_or_foreign_file_leaves_no_half_book() {
    let (book, bytes) = small();
    for (about, text, wanted) in damaged(&bytes) {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("damaged");
        std::fs::write(&file, text).expect("written");
        for target in Engine::all() {
            let site = target.site();
            assert_eq!(kind(restore(&site.place, &file)), wanted, "{about} to {target:?}");
            assert_only(&site, &[]);
            assert_eq!(
                kind(Store::open(&site.place, book.clock.clone())),
                "NoBook",
                "{about} to {target:?}"
            );
            assert_eq!(kind(verify_at(&site.place)), "NoBook", "{about} to {target:?}");
        }
    }
    let site = Engine::Sqlite.site();
    assert_eq!(kind(restore(&site.place, Path::new("/no/such/file"))), "NoBook");
    // A file that lies about what is derived is no backup as it stands.
    let file = site.folder.path().join("keyless");
    std::fs::write(&file, changed(&bytes, "DELETE FROM unique_key")).expect("written");
    assert_eq!(kind(restore(&site.place, &file)), "Damaged");
}

#[test]
fn a_damaged_book_is_not_opened_and_nothing_panics() {
    let (_book, bytes) = small();
    let clock = TestClock::at("2024-06-30");
    let open = |path: &PathBuf| kind(Store::open(&Place::Sqlite(path.clone()), clock.clone()));
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("book.db");
    assert_eq!(open(&path), "NoBook");
    assert!(!path.exists(), "looking for a book makes none");
    assert_ne!(open(&folder.path().to_owned()), "ok");
    std::fs::write(&path, &bytes).expect("written");
    assert_eq!(open(&path), "ok", "the control");
    for (about, text, wanted) in damaged(&bytes) {
        let path = folder.path().join(about.replace(['\'', ' '], "_"));
        std::fs::write(&path, text).expect("written");
        let found = open(&path);
        // What a verdict must tell, opening need not: it reads a few pages only.
        let told =
            found == wanted || (found == "ok" && !verify_at(&Place::Sqlite(path)).is_ok_and(|verdict| verdict.ok));
        assert!(told || found == "Entry", "{about}: {found}");
    }
}
