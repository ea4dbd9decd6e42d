//! A golden book of every version, in `tests/golden/VERSION`: this program still opens it, verifies it, derives it
//! anew to the same, and proves what was signed then. A new version adds a folder; none is ever changed.
//!
//! `cargo xtask golden` makes the folder of this version with `TAIZHANG_GOLDEN` set, and overwrites none.

mod desk;

use desk::Room;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use taizhang::bulletin::check::against;
use taizhang::bulletin::release::{checkpoint, release};
use taizhang::clock::SystemClock;
use taizhang::locale::Locale;
use taizhang_core::definition::Lang;
use taizhang_store::backup::{backup, restore};
use taizhang_store::rebuild::rebuild_at;
use taizhang_store::verify::verify_at;
use taizhang_store::{Place, Store};

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// Makes a golden book of this version: openings, moves, changes, a shop's money, a release, a signed head.
fn make(folder: &Path) {
    assert!(
        !folder.exists(),
        "{} is there already; a golden book never changes",
        folder.display()
    );
    let room = Room::new();
    let wells: &[&[&str]] = &[
        &["No.", "Village", "Kind", "环节"],
        &["G-1", "Upper Village", "dug", "Planned"],
        &["G-2", "Lower Village", "drilled", "Working"],
        &["𠀀-3", "1.2", "", "Broken"],
    ];
    room.import("well", &room.sheet("wells.csv", wells));
    room.import(
        "well",
        &room.sheet("again.csv", &[&["Number", "kind"], &["G-1", "drilled"]]),
    );
    let released = release(&room.app, &room.scope(), "half-year", "2024-06-30".parse().unwrap()).unwrap();
    room.app
        .close_period(&room.scope(), "2024-03-31".parse().unwrap())
        .unwrap();
    std::fs::create_dir_all(folder).unwrap();
    backup(room.app.store(), &folder.join("book.db")).unwrap();
    let mut journal = Vec::new();
    taizhang_store::export::export(room.app.reading().unwrap().conn().unwrap(), &mut journal).unwrap();
    std::fs::write(folder.join("journal.jsonl"), journal).unwrap();
    std::fs::write(folder.join("release.proof.json"), released.proof.text()).unwrap();
    std::fs::write(folder.join("head.proof.json"), checkpoint(&room.app).unwrap().text()).unwrap();
}

#[test]
fn every_version_s_golden_book_is_opened_verified_and_proven() {
    let own = golden().join(env!("CARGO_PKG_VERSION"));
    if std::env::var("TAIZHANG_GOLDEN").is_ok() {
        make(&own);
    }
    assert!(
        own.is_dir(),
        "this version has no golden book: run cargo xtask golden and commit the folder"
    );
    for found in std::fs::read_dir(golden()).unwrap().flatten() {
        let folder = found.path();
        if !folder.is_dir() {
            continue;
        }
        let about = folder.display();
        let journal = std::fs::read(folder.join("journal.jsonl")).unwrap();
        let said = taizhang_store::export::verify_journal_file(&mut journal.as_slice()).unwrap();
        assert!(said.ok, "{about}: {:?}", said.first_bad);

        // Restored, migrated by opening, verified, derived anew, verified: the head is that of then.
        let room = tempfile::tempdir().unwrap();
        let place = Place::Sqlite(room.path().join("book.db"));
        let head = restore(&place, &folder.join("book.db")).unwrap();
        let store = Store::open(&place, Arc::new(SystemClock::new())).unwrap();
        for proof in ["release.proof.json", "head.proof.json"] {
            against(&store, &Locale::new(Lang::Zh), &folder.join(proof)).unwrap();
        }
        drop(store);
        for again in [false, true] {
            if again {
                rebuild_at(&place).unwrap();
            }
            let verdict = verify_at(&place).unwrap();
            assert!(verdict.ok, "{about}: {:?}", verdict.first_bad);
            assert_eq!((verdict.entries, &verdict.head), (head.n, &said.head), "{about}");
        }
    }
}
