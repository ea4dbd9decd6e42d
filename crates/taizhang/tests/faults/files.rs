//! Files that are damaged, cut short, foreign or newer than the program: books, backups, exported journals,
//! signed heads, proofs. Each ends in one clear line and exit code 1, and nothing is touched or left half made.

use crate::server::{Site, copy};
use crate::size::{Dice, rounds, seed};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use taizhang::clock::SystemClock;
use taizhang_store::writer::Session;
use taizhang_store::{Place, Store};

/// What may be wrong with any file.
const HARM: &[&str] = &[
    "empty",
    "half",
    "nothing",
    "text",
    "another program's",
    "a byte more",
    "zeros",
    "newer",
];

/// What somebody may want of a book; `OUT` is a file that must not be there afterwards.
const WISHES: &[&[&str]] = &[
    &["verify"],
    &["rebuild"],
    &["serve"],
    &["figure", "repair.late"],
    &["trial"],
    &["round"],
    &["backup", "-o", "OUT"],
    &["checkpoint", "-o", "OUT"],
    &["journal", "export", "-o", "OUT"],
    &["journal", "prove", "--entry", "1", "-o", "OUT"],
    &["export", "well", "-o", "OUT.csv"],
    &[
        "import",
        "well",
        "rows.csv",
        "--as",
        "clerk",
        "--occurred-on",
        "2024-03-01",
    ],
];

/// The files beside the book, and how a newer program would write each.
const NEWER: &[(&str, &str, &str)] = &[
    ("journal", "taizhang-journal-1", "taizhang-journal-2"),
    ("head.json", "taizhang-checkpoint-1", "taizhang-checkpoint-2"),
    ("proof.json", "taizhang-inclusion-1", "taizhang-inclusion-2"),
];

fn harmed(bytes: &[u8], how: &str) -> Vec<u8> {
    match how {
        "empty" => Vec::new(),
        "half" => bytes[..bytes.len() / 2].to_vec(),
        "nothing" => vec![0; bytes.len()],
        "text" => "名称,金额\n甲,1\n".as_bytes().to_vec(),
        "another program's" => b"PK\x03\x04 a workbook, perhaps".to_vec(),
        "a byte more" => [b"x", bytes].concat(),
        _ => [&bytes[..bytes.len() / 3], &vec![0; bytes.len() - bytes.len() / 3]].concat(),
    }
}

/// Harms a file of a site in place.
fn harm(site: &Site, name: &str, how: &str) {
    let path = site.folder.path().join(name);
    let bytes = std::fs::read(&path).expect("read");
    let later = NEWER.iter().find(|(file, ..)| *file == name);
    let bytes = match (how, later) {
        ("newer", Some((_, own, theirs))) => {
            let text = String::from_utf8(bytes).expect("text");
            assert!(text.contains(own), "{name}");
            text.replace(own, theirs).into_bytes()
        }
        ("newer", None) => newer(&path),
        _ => harmed(&bytes, how),
    };
    std::fs::write(&path, bytes).expect("written");
}

/// A book as a program of the future would make it, in one file.
fn newer(path: &Path) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let copy = folder.path().join("copy.db");
    std::fs::copy(path, &copy).expect("a copy");
    let store = Store::open(&Place::Sqlite(copy.clone()), Arc::new(SystemClock::new())).expect("opened");
    let later = |session: &mut Session| {
        session.conn.batch("INSERT INTO migration (no) VALUES (9999)")?;
        session.conn.commit()?;
        // Out of the log into the file itself.
        session.conn.query("PRAGMA wal_checkpoint(TRUNCATE)", &[]).map(drop)
    };
    store.writer().act(later).expect("a newer book");
    std::fs::read(copy).expect("read")
}

/// The program's answer to a bad file: exit code 1 and one line in the user's language.
fn refused(command: &mut Command, about: &str) {
    let done = command.output().expect("the program starts");
    let said = String::from_utf8_lossy(&done.stderr).trim().to_owned();
    assert_eq!(done.status.code(), Some(1), "{about}: {said}");
    assert_eq!(said.lines().count(), 1, "{about}: {said}");
    let chinese = said.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    assert!(chinese && !said.contains("panicked"), "{about}: {said}");
}

/// A folder's files with their bytes; the log beside a book comes and goes with whoever opens it.
fn contents(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let found = std::fs::read_dir(folder).expect("a folder").flatten();
    let mut files: Vec<(PathBuf, Vec<u8>)> = found
        .filter(|found| {
            found.path().is_file()
                && ![".db-", "-wal", "-shm"]
                    .iter()
                    .any(|end| found.file_name().to_string_lossy().contains(end))
        })
        .map(|found| (found.path(), std::fs::read(found.path()).expect("read")))
        .collect();
    files.sort();
    files
}

/// A site with a backup, an exported journal and a signed head beside the book.
fn site() -> Site {
    let site = Site::new();
    for (act, name) in [("backup", "backup"), ("checkpoint", "head.json")] {
        let mut command = site.command(None);
        let done = command.arg(act).arg("-o").arg(site.folder.path().join(name)).output();
        assert!(done.expect("the program starts").status.success(), "{act}");
    }
    let mut command = site.command(None);
    command
        .args(["journal", "export", "-o"])
        .arg(site.folder.path().join("journal"));
    assert!(command.output().expect("the program starts").status.success());
    let mut command = site.command(None);
    command
        .args(["journal", "prove", "--entry", "3", "-o"])
        .arg(site.folder.path().join("proof.json"));
    assert!(command.output().expect("the program starts").status.success());
    std::fs::write(site.folder.path().join("rows.csv"), "Number,Village\nR-1,1.1\n").expect("written");
    site
}

#[test]
fn a_bad_file_is_one_clear_line_and_nothing_is_touched() {
    let site = site();
    let sound = site.folder.path();
    for how in HARM {
        let folder = tempfile::tempdir().expect("a folder");
        let other = Site { folder };
        copy(sound, other.folder.path());
        // A log that a reader left would be moved into what it belongs to, and is none of the harm.
        for log in ["book.db-wal", "book.db-shm"] {
            let _ = std::fs::remove_file(other.folder.path().join(log));
        }
        for name in ["book.db", "backup", "journal", "head.json", "proof.json"] {
            harm(&other, name, how);
        }
        let before = contents(other.folder.path());
        let path = |name: &str| other.folder.path().join(name);
        let about = |what: &str| format!("{what}, {how}");
        for wish in WISHES {
            let out = path("out");
            let mut command = other.command(None);
            command.current_dir(other.folder.path());
            command.args(wish.iter().map(|word| match *word {
                "OUT" => out.clone().into_os_string(),
                "OUT.csv" => out.with_extension("csv").into_os_string(),
                word => word.into(),
            }));
            refused(&mut command, &about(&wish.join(" ")));
        }
        for (act, file) in [("verify", "journal"), ("check", "proof.json")] {
            refused(
                other.command(None).args(["journal", act]).arg(path(file)),
                &about(&format!("journal {act}")),
            );
        }
        // A sound book asked to prove something by a head that is none.
        for option in ["--since", "--checkpoint"] {
            let mut command = site.command(None);
            command.args(["journal", "prove", option]).arg(path("head.json"));
            if option == "--checkpoint" {
                command.args(["--entry", "1"]);
            }
            refused(command.arg("-o").arg(path("out")), &about(option));
        }
        let empty = Site {
            folder: tempfile::tempdir().expect("a folder"),
        };
        refused(
            empty.command(None).arg("restore").arg(path("backup")),
            &about("a backup"),
        );
        assert!(contents(empty.folder.path()).is_empty(), "{how}: no half book");
        // Onto a living book: it is not overwritten, whatever the backup is.
        refused(
            site.command(None).arg("restore").arg(path("backup")),
            &about("onto a book"),
        );
        for option in ["--release", "--checkpoint"] {
            refused(
                site.command(None).args(["verify", option]).arg(path("head.json")),
                &about(option),
            );
        }
        let names = |files: &[(PathBuf, Vec<u8>)]| files.iter().map(|(file, _)| file.clone()).collect::<Vec<_>>();
        let after = contents(other.folder.path());
        assert_eq!(names(&before), names(&after), "{how}: nothing is left half made");
        for ((file, was), (_, is)) in before.into_iter().zip(after) {
            assert!(was == is, "{how}: {} was changed", file.display());
        }
    }
}

/// A head that is not there, or is none, and a sound book.
#[test]
fn a_file_that_is_not_there_is_said_in_the_readers_language() {
    let site = site();
    let at = |name: &str| site.folder.path().join(name).into_os_string();
    let before = contents(site.folder.path());
    for wish in [
        &["verify", "--since", "none.json"][..],
        &["verify", "--release", "none.json"],
        &["verify", "--checkpoint", "none.json"],
        &["verify", "--since", "book.db"],
        &["journal", "verify", "none"],
        &["journal", "verify", "journal", "--release", "none.json"],
        &["journal", "check", "none.json"],
        &["journal", "prove", "-o", "out", "--since", "none.json"],
        &["journal", "export", "-o", "none/journal"],
        &["backup", "-o", "none/backup"],
        &["restore", "none"],
        &[
            "import",
            "well",
            "none.csv",
            "--as",
            "clerk",
            "--occurred-on",
            "2024-03-01",
        ],
    ] {
        let is_file = |word: &str| word.contains("none") || word.contains('.') || ["journal", "out"].contains(&word);
        let words = wish.iter().enumerate();
        let words = words.map(|(at_word, word)| {
            if at_word > 1 && is_file(word) || wish[0] == "restore" && at_word == 1 {
                at(word)
            } else {
                word.into()
            }
        });
        let mut command = site.command(None);
        command.args(words).current_dir(site.folder.path());
        let done = command.output().expect("the program starts");
        let said = String::from_utf8_lossy(&done.stderr).trim().to_owned();
        assert!(
            !said.contains("os error") && !said.contains("No such"),
            "{wish:?}: {said}"
        );
        refused(&mut command, &wish.join(" "));
    }
    // The book itself is sound, and notes that it was verified.
    let but_the_book = |files: Vec<(PathBuf, Vec<u8>)>| -> Vec<(PathBuf, Vec<u8>)> {
        files.into_iter().filter(|(file, _)| *file != site.book()).collect()
    };
    let (before, after) = (but_the_book(before), but_the_book(contents(site.folder.path())));
    assert!(before == after, "nothing was touched, nothing is left half made");
}

/// A book that was tampered with is what somebody will want to look into: finding it out leaves no trace in it.
#[test]
fn a_book_that_is_found_wrong_is_left_as_it_is() {
    let site = site();
    let tampered = |session: &mut Session| {
        session
            .conn
            .batch("UPDATE entry SET bytes = zeroblob(40) WHERE n = 3")?;
        session.conn.commit()?;
        session.conn.query("PRAGMA wal_checkpoint(TRUNCATE)", &[]).map(drop)
    };
    let store = Store::open(&Place::Sqlite(site.book()), Arc::new(SystemClock::new())).expect("opened");
    store.writer().act(tampered).expect("tampered with");
    drop(store);
    let book = || std::fs::read(site.book()).expect("read");
    let before = book();
    for wish in [&["verify"][..], &["verify", "--no-files"], &["verify", "--json"]] {
        let done = site.command(None).args(wish).output().expect("the program starts");
        assert_eq!(done.status.code(), Some(1), "{wish:?}");
        assert!(book() == before, "{wish:?}: the book was written to");
        let log = site.book().with_extension("db-wal");
        assert!(
            std::fs::metadata(&log).map_or(true, |log| log.len() == 0),
            "{wish:?}: something waits in the log"
        );
    }
}

/// A book that is right passes all of the above: the control.
#[test]
fn control_the_same_files_unharmed_are_taken() {
    let site = site();
    let path = |name: &str| site.folder.path().join(name);
    let taken = |command: &mut Command| {
        let done = command.output().expect("the program starts");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    };
    taken(
        site.command(None)
            .args(["verify", "--checkpoint"])
            .arg(path("head.json")),
    );
    taken(site.command(None).args(["journal", "verify"]).arg(path("journal")));
    taken(site.command(None).args(["journal", "check"]).arg(path("proof.json")));
    let mut grown = site.command(None);
    grown.args(["journal", "prove", "--since"]).arg(path("head.json"));
    taken(grown.arg("-o").arg(path("growth.json")));
    taken(site.command(None).args(["journal", "check"]).arg(path("growth.json")));
    // Serving and the daily round go on for ever, or change what is asked next.
    for wish in WISHES.iter().filter(|wish| !["serve", "round"].contains(&wish[0])) {
        let mut command = site.command(None);
        command.current_dir(site.folder.path());
        command.args(wish.iter().map(|word| match *word {
            "OUT" => path(wish[0]).into_os_string(),
            "OUT.csv" => path("wells.csv").into_os_string(),
            word => word.into(),
        }));
        let name = wish[0];
        if path(name).exists() {
            std::fs::remove_file(path(name)).expect("removed");
        }
        taken(&mut command);
    }
    taken(site.command(None).args(["figure", "repair.late"]));
    let empty = Site {
        folder: tempfile::tempdir().expect("a folder"),
    };
    taken(empty.command(None).arg("restore").arg(path("backup")));
}

/// Files changed by chance: refused or taken, but never a crash.
#[test]
fn a_file_changed_by_chance_never_crashes_the_program() {
    let (site, seed) = (site(), seed());
    let mut dice = Dice::new(seed, 7);
    for at in 0..rounds(24, 2_000) {
        let name = ["book.db", "backup", "journal", "head.json"][at % 4];
        let folder = tempfile::tempdir().expect("a folder");
        let other = Site { folder };
        copy(site.folder.path(), other.folder.path());
        let path = other.folder.path().join(name);
        let mut bytes = std::fs::read(&path).expect("read");
        for _ in 0..=dice.below(4) {
            let at = dice.below(bytes.len());
            match dice.below(3) {
                0 => bytes[at] ^= 1 << dice.below(8),
                1 => bytes.truncate(at + 1),
                _ => bytes[at..].iter_mut().take(64).for_each(|byte| *byte = 0),
            }
        }
        std::fs::write(&path, bytes).expect("written");
        let mut command = other.command(None);
        match name {
            "book.db" => command.arg("verify"),
            "backup" => {
                std::fs::remove_file(other.book()).expect("removed");
                command.arg("restore").arg(&path)
            }
            "journal" => command.args(["journal", "verify"]).arg(&path),
            _ => command.args(["verify", "--checkpoint"]).arg(&path),
        };
        let done = command.output().expect("the program starts");
        let said = String::from_utf8_lossy(&done.stderr);
        let about = format!("TAIZHANG_SEED={seed}, round {at}, {name}: {said}");
        assert!(
            matches!(done.status.code(), Some(0 | 1)) && !said.contains("panicked"),
            "{about}"
        );
    }
}
