//! Room: how the book and its machine are, for who keeps them — sizes, versions, how far the calendar
//! is known, when it was last copied and last checked. Notes about that stand beside the journal.

use super::App;
use super::definition;
use crate::error::AppError;
use crate::keys::hex;
use serde::{Deserialize, Serialize};
use std::path::Path;
use taizhang_core::day::Day;
use taizhang_core::id::EntryNo;
use taizhang_store::desk::{self, Preference};
use taizhang_store::verify::{Verdict, verify_at};
use taizhang_store::{Store, StoreError};

/// Notes of the machine belong to nobody who signs in.
const NOBODY: i64 = 0;
const BACKUP: &str = "machine.backup";
const VERIFIED: &str = "machine.verify";

/// How the book is.
pub struct Machine {
    /// The program's version.
    pub program: &'static str,
    /// Where the book is, without a password.
    pub engine: &'static str,
    /// The last entry.
    pub head: EntryNo,
    /// The chain's head, in hexadecimal.
    pub chain: String,
    /// When it was recorded, microseconds.
    pub recorded_at: Option<i64>,
    /// Days up to here are closed.
    pub closed_through: Option<Day>,
    /// How large the book's file is, in bytes; none for a server's book.
    pub book_bytes: Option<u64>,
    /// How many bytes are free where the book's file is, and how many there are; none for a server's book.
    pub disk: Option<(u64, u64)>,
    /// How many subjects have a key.
    pub keys: usize,
    /// The pack as it calls itself.
    pub pack: String,
    /// The first and last year whose notice is known.
    pub calendar: Option<(i32, i32)>,
    /// The day on which the last notice came out.
    pub notice: Option<Day>,
    /// The last backup that was made with this program.
    pub backup: Option<Backup>,
    /// What the last check came to.
    pub verified: Option<Verified>,
}

/// A backup that was made.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Backup {
    /// When, microseconds.
    pub at: i64,
    /// The last entry in it.
    pub entries: EntryNo,
    /// The file, as it was named.
    pub file: String,
}

/// A check that was made.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Verified {
    /// When, microseconds.
    pub at: i64,
    /// How many entries were read.
    pub entries: EntryNo,
    /// Whether all was well.
    pub ok: bool,
}

impl App {
    /// How the book is.
    pub fn machine(&self) -> Result<Machine, AppError> {
        let mut reading = self.reading()?;
        let definition = definition(&reading)?;
        let head = reading.n();
        let last = taizhang_store::journal::entry(reading.conn()?, head)?;
        let file = self.store().place().file().map(Path::to_path_buf);
        let calendar = definition.calendar.latest();
        let years = calendar.known_years();
        let notes = desk::preferences(reading.conn()?, NOBODY, "machine.")?;
        Ok(Machine {
            program: env!("CARGO_PKG_VERSION"),
            engine: if file.is_some() { "SQLite" } else { "PostgreSQL" },
            head,
            chain: hex(&reading.head.hash),
            recorded_at: last.map(|entry| entry.recorded_at),
            closed_through: reading.caches.closed_through(head),
            disk: file.as_deref().and_then(disk),
            book_bytes: file
                .and_then(|file| std::fs::metadata(file).ok())
                .map(|meta| meta.len()),
            keys: self.keys().count(),
            pack: definition.id.clone(),
            calendar: years.first().copied().zip(years.last().copied()),
            notice: calendar.announced_on(),
            backup: noted(&notes, BACKUP),
            verified: noted(&notes, VERIFIED),
        })
    }

    /// Reads the whole book again and notes what that came to.
    pub fn verify_now(&self) -> Result<Verdict, AppError> {
        let verdict = verify_at(self.store().place())?;
        note_verified(self.store(), &verdict)?;
        Ok(verdict)
    }
}

/// Notes that a backup was made.
pub fn note_backup(store: &Store, entries: EntryNo, file: &Path) -> Result<(), StoreError> {
    let at = store.clock().now();
    let file = file.display().to_string();
    note(store, BACKUP, &Backup { at, entries, file })
}

/// Notes what a check came to.
pub fn note_verified(store: &Store, verdict: &Verdict) -> Result<(), StoreError> {
    let (at, entries, ok) = (store.clock().now(), verdict.entries, verdict.ok);
    note(store, VERIFIED, &Verified { at, entries, ok })
}

fn note(store: &Store, name: &str, what: &impl Serialize) -> Result<(), StoreError> {
    let chosen = Preference {
        actor: NOBODY,
        name: name.to_owned(),
        text: serde_json::to_string(what).unwrap_or_default(),
        shared: false,
    };
    store.writer().act(move |writer| {
        desk::prefer(&mut *writer.conn, &chosen)?;
        writer.conn.commit()
    })
}

fn noted<T: for<'de> Deserialize<'de>>(notes: &[Preference], name: &str) -> Option<T> {
    let note = notes.iter().find(|note| note.actor == NOBODY && note.name == name)?;
    serde_json::from_str(&note.text).ok()
}

/// How many bytes are free where a file is, and how many there are.
#[cfg(unix)]
fn disk(file: &Path) -> Option<(u64, u64)> {
    let stat = rustix::fs::statvfs(file).ok()?;
    let bytes = |blocks: u64| blocks.checked_mul(stat.f_frsize);
    Some((bytes(stat.f_bavail)?, bytes(stat.f_blocks)?))
}

#[cfg(not(unix))]
fn disk(_: &Path) -> Option<(u64, u64)> {
    None
}
