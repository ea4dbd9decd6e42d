//! Files that are damaged, cut short, foreign or newer than the program: books, backups, exported journals,
//! signed heads. Each ends in one clear line and exit code 1, and nothing is touched.

use crate::server::{Site, copy};
use crate::size::{Dice, rounds, seed};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What may be wrong with any file.
const HARM: &[&str] = &[
    "empty",
    "half",
    "nothing",
    "text",
    "another program's",
    "a byte more",
    "zeros",
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
        .filter(|found| found.path().is_file() && !found.file_name().to_string_lossy().contains(".db-"))
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
        for name in ["book.db", "backup", "journal", "head.json"] {
            let path = other.folder.path().join(name);
            std::fs::write(&path, harmed(&std::fs::read(&path).expect("read"), how)).expect("written");
        }
        let before = contents(other.folder.path());
        let path = |name: &str| other.folder.path().join(name);
        let about = |what: &str| format!("{what}, {how}");
        refused(other.command(None).arg("verify"), &about("a book to verify"));
        refused(
            other.command(None).args(["figure", "repair.late"]),
            &about("a book to ask"),
        );
        refused(other.command(None).arg("serve"), &about("a book to serve"));
        refused(other.command(None).arg("rebuild"), &about("a book to rebuild"));
        refused(
            other.command(None).args(["journal", "verify"]).arg(path("journal")),
            &about("a journal"),
        );
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
        for (file, was) in before {
            let is = std::fs::read(&file).expect("read");
            assert!(was == is, "{how}: {} was changed", file.display());
        }
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
