//! What the disk changes beside the book's own pages (those are attacked in the store's tests): the log that was
//! not yet moved into the book, the key file, the files of evidence. Found and named, or nothing is lost.

use crate::server::{Site, copy};
use crate::size::{Dice, rounds, seed};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use taizhang::app::evidence::{Evidence, FileState, each_file};
use taizhang::app::execute::Draft;
use taizhang::app::sealed::{Opened, open_all};
use taizhang::app::{App, Options};
use taizhang::clock::SystemClock;
use taizhang::keys::{Keys, hex};
use taizhang::locale::Locale;
use taizhang_core::definition::Lang;
use taizhang_store::journal::each_after;
use taizhang_store::verify::{chained, verify_at};
use taizhang_store::{Place, Store};

/// A bit, a byte, 64 bytes of nothing.
fn harmed(bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut harmed = bytes.to_vec();
    let at = dice.below(bytes.len());
    match dice.below(3) {
        0 => harmed[at] ^= 1 << dice.below(8),
        1 => harmed[at] = dice.below(256) as u8,
        _ => harmed[at..].iter_mut().take(64).for_each(|byte| *byte = 0),
    }
    harmed
}

fn options() -> Options {
    Options {
        keys: None,
        evidence: None,
        lang: Lang::Zh,
        clock: Arc::new(SystemClock::new()),
    }
}

/// Writes something with a reason, which is sealed, and a personal value where the register has one.
fn written(app: &App, count: usize) {
    let scope = app.program_scope().expect("a scope");
    for at in 0..count {
        let draft = Draft {
            register: "repair".to_owned(),
            set: vec![
                ("well".to_owned(), format!("#{}", Site::well())),
                ("matter".to_owned(), format!("第{at}次")),
            ],
            occurred_on: Some("2024-06-01".parse().expect("a day")),
            reason: format!("井绳断了 {at}"),
            ..Draft::default()
        };
        app.execute(&scope, &[draft], None).expect("written");
    }
}

/// The head of every entry of a book.
fn heads(app: &App) -> Vec<String> {
    let mut heads = Vec::new();
    let mut reading = app.reading().expect("read");
    each_after(reading.conn().expect("a connection"), 0, &mut |_, head, _| {
        heads.push(hex(head));
        Ok(true)
    })
    .expect("the journal");
    heads
}

/// The log's own sums end it at the first page that was changed, so what is lost is the end. A book that
/// lost its end agrees with itself: whoever holds a signed head finds it.
#[test]
fn a_log_that_the_disk_changed_loses_no_more_than_a_signed_head_finds() {
    let (site, seed) = (Site::new(), seed());
    let app = site.app();
    written(&app, 6);
    let (signed, whole) = (app.reading().expect("read").head, heads(&app));
    // Copied as a machine that stops leaves it: the log is not moved into the book by closing it.
    let at_rest = tempfile::tempdir().expect("a folder");
    copy(site.folder.path(), at_rest.path());
    drop(app);
    let (book, log) = (
        std::fs::read(at_rest.path().join("book.db")).expect("the book"),
        std::fs::read(at_rest.path().join("book.db-wal")).expect("the log"),
    );
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("book.db");
    let lay = |log: &[u8]| {
        for rest in ["book.db-shm", "book.db-wal"] {
            let _ = std::fs::remove_file(folder.path().join(rest));
        }
        std::fs::write(&file, &book).expect("written");
        std::fs::write(folder.path().join("book.db-wal"), log).expect("written");
        Place::Sqlite(file.clone())
    };
    let verdict = verify_at(&lay(&log)).expect("a verdict");
    assert!(
        verdict.ok && verdict.entries == signed.n,
        "the log holds the last of them"
    );
    let mut dice = Dice::new(seed, 21);
    let (mut found, mut same, mut short) = (0, 0, 0);
    for trial in 0..rounds(60, 3_000) {
        let place = lay(&harmed(&log, &mut dice));
        let about = format!("TAIZHANG_SEED={seed}, trial {trial}");
        match verify_at(&place) {
            Ok(verdict) if verdict.ok => {
                let last = usize::try_from(verdict.entries).expect("a number");
                assert_eq!(verdict.head, whole[last - 1], "{about}: not what was written");
                if last == whole.len() {
                    same += 1;
                    continue;
                }
                short += 1;
                if short < 4 {
                    let store = Store::open(&place, Arc::new(SystemClock::new())).expect("opened");
                    let mut reading = store.read().expect("read");
                    let proven = chained(reading.conn().expect("a connection"), &signed);
                    assert!(proven.is_err(), "{about}: the signed head finds it");
                }
            }
            Ok(verdict) => {
                assert!(verdict.first_bad.is_some(), "{about}: it names a place");
                found += 1;
            }
            Err(_) => found += 1,
        }
    }
    println!("the log: {found} found by verify, {short} by the signed head, {same} changed nothing");
    // The control: without a signed head a shorter book passes for the whole one.
    assert!(short > 0, "verify alone would have seen all of it");
}

#[test]
fn a_key_file_that_the_disk_changed_is_refused_or_opens_as_before() {
    let (site, seed) = (Site::new(), seed());
    let app = site.app();
    written(&app, 8);
    let before = open_all(app.store(), app.keys()).expect("read");
    assert!(
        before.count >= 8 && before.keyless == 0 && before.first_bad.is_none(),
        "{before:?}"
    );
    let head = app.reading().expect("read").head;
    let (bytes, digest) = (
        std::fs::read(app.keys().path()).expect("read"),
        app.keys().digest("value", b"a"),
    );
    let folder = tempfile::tempdir().expect("a folder");
    let path: PathBuf = folder.path().join("book.keys");
    let mut dice = Dice::new(seed, 22);
    let (mut refused, mut told, mut same) = (0, 0, 0);
    for trial in 0..rounds(400, 4_000) {
        std::fs::write(&path, harmed(&bytes, &mut dice)).expect("written");
        let about = format!("TAIZHANG_SEED={seed}, trial {trial}");
        let Some(keys) = Keys::open(&path).ok().filter(|keys| keys.fit(&head.keys).is_ok()) else {
            refused += 1;
            continue;
        };
        let opened = open_all(app.store(), &keys).expect("read");
        assert_eq!(keys.digest("value", b"a"), digest, "{about}: other digests");
        // Only the end of the last line may go unseen when opening, since a power cut may take it: it is counted.
        match opened {
            Opened {
                keyless: 0,
                first_bad: None,
                count,
            } if count == before.count => same += 1,
            Opened {
                keyless,
                first_bad: None,
                ..
            } if keyless > 0 => told += 1,
            other => panic!("{about}: {other:?}"),
        }
    }
    println!("keys: {refused} refused, {told} told by verify, {same} the same");
    assert!(refused > 0 && same < refused, "{refused} refused, {same} the same");
}

/// The control: without the sums of its lines, a key file with another digit is taken.
#[test]
fn control_a_key_file_without_sums_is_taken_with_another_key() {
    let (site, seed) = (Site::new(), seed());
    let app = site.app();
    written(&app, 8);
    let text = std::fs::read_to_string(app.keys().path()).expect("text");
    let bare: Vec<&str> = text
        .lines()
        .map(|line| line.rsplit_once(' ').map_or(line, |(line, _)| line))
        .collect();
    let bare = bare.join("\n") + "\n";
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("book.keys");
    let mut dice = Dice::new(seed, 23);
    let taken = (0..60).filter(|_| {
        let mut bytes = bare.clone().into_bytes();
        let at = dice.below(bytes.len());
        bytes[at] ^= 1;
        std::fs::write(&path, &bytes).expect("written");
        let keys = Keys::open(&path).ok();
        keys.is_some_and(|keys| open_all(app.store(), &keys).expect("read").first_bad.is_some())
    });
    assert!(taken.count() > 10, "they would be found by themselves");
}

#[test]
fn a_file_of_evidence_that_the_disk_changed_is_named() {
    let (site, seed) = (Site::new(), seed());
    let app = site.app();
    let scope = app.program_scope().expect("a scope");
    let mut hashes = Vec::new();
    for at in 0..4 {
        let content = format!("%PDF-1.7 验收单 {at} {}", "页".repeat(40 * at + 1));
        let mut arriving = app.arriving(&scope).expect("begun");
        app.take(&mut arriving, content.as_bytes()).expect("taken");
        hashes.push(app.keep(&scope, arriving, &format!("{at}.pdf")).expect("kept").hash);
    }
    let evidence = Evidence::of(&site.place(), options().evidence).expect("a place");
    let states = || {
        let mut states = Vec::new();
        let mut tell = |kept: &taizhang::app::evidence::Kept| {
            states.push((kept.hash, kept.state.clone()));
            Ok(())
        };
        let locale = Locale::new(Lang::Zh);
        each_file(app.store(), &evidence, &locale, &mut |_| Ok(None), &mut tell).expect("read");
        states
    };
    assert!(
        states().iter().all(|(_, state)| *state == FileState::Whole),
        "the control"
    );
    let files = files_below(&site.folder.path().join("book.evidence"));
    assert_eq!(files.len(), hashes.len());
    let mut dice = Dice::new(seed, 24);
    for trial in 0..rounds(200, 3_000) {
        let file = &files[dice.below(files.len())];
        let bytes = std::fs::read(file).expect("read");
        let changed = harmed(&bytes, &mut dice);
        std::fs::write(file, &changed).expect("written");
        let wrong = states().into_iter().filter(|(_, state)| *state != FileState::Whole);
        let about = format!("TAIZHANG_SEED={seed}, trial {trial}, {}", file.display());
        assert_eq!(wrong.count(), usize::from(changed != bytes), "{about}");
        std::fs::write(file, bytes).expect("written");
    }
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let found = std::fs::read_dir(folder).expect("a folder").flatten();
    found
        .flat_map(|found| match found.path() {
            path if path.is_dir() => files_below(&path),
            path => vec![path],
        })
        .collect()
}
