//! Room: evidence (佐证) — who may bring files and who may see them. `store` keeps them, outside the
//! database, by the hash of their content; the book knows who brought them and which entries name
//! them. A file is safe before its row is written, and its row before any entry may name it. Nothing
//! here opens, unpacks or runs a file.

mod arriving;
mod check;
mod checked;
mod fault;
mod folder;
mod kind;
mod place;
mod s3;
mod sign;
mod store;

pub use arriving::Arriving;
pub use check::{Copying, FileState, Kept, each_file};
pub use checked::{Checked, PIECE};
pub use fault::EvidenceFault;
pub use folder::Folder;
pub use place::{EvidencePlace, S3Place, read as read_place};
pub use s3::S3;
pub use sign::{Credentials, Signed, sign};
pub use store::Evidence;
pub use taizhang_store::cells::unhex;
pub use taizhang_store::evidence::Stored;

use super::scope::Scope;
use super::{App, definition};
use crate::error::AppError;
use crate::keys::hex;
use crate::locale::Locale;
use kind::{plain_name, sniff};
use std::collections::BTreeSet;
use taizhang_core::command::Command;
use taizhang_core::definition::{Definition, Verb};
use taizhang_core::id::RecordNo;
use taizhang_core::journal::Change;
use taizhang_core::refusal::{Code, Refusal};
use taizhang_core::value::{Cell, Value};
use taizhang_store::evidence as known;
use taizhang_store::{Reading, StoreError, record};

/// The largest file.
pub const EVIDENCE_BYTES: u64 = 50 * 1024 * 1024;

/// How many entries that name a file are looked at together.
const NAMINGS: i64 = 200;

/// What somebody was about to do with a file when it went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// Keeping it.
    Keep,
    /// Fetching it.
    Fetch,
}

impl App {
    /// Begins to take a file.
    pub fn arriving(&self, scope: &Scope) -> Result<Arriving, AppError> {
        if !scope.may_at_all(Verb::Write) {
            return Err(AppError::refuse(self.locale(), &Refusal::new(Code::NotPermitted)));
        }
        let begun = self.evidence().arriving(EVIDENCE_BYTES);
        begun.map_err(|fault| self.evidence_fault(Doing::Keep, &fault))
    }

    /// Takes the next piece of a file; false once it is too large.
    pub fn take(&self, arriving: &mut Arriving, piece: &[u8]) -> Result<bool, AppError> {
        let taken = arriving.take(piece);
        taken.map_err(|fault| self.evidence_fault(Doing::Keep, &fault))
    }

    /// Keeps a file that has arrived whole: in its store first, then as a row of the book.
    pub fn keep(&self, scope: &Scope, arrived: Arriving, name: &str) -> Result<Stored, AppError> {
        if arrived.size() == 0 {
            return Err(AppError::said("http.empty_file", &[]));
        }
        let unknown = || AppError::said("http.unknown_file", &[]);
        let kind = sniff(arrived.head(), name).ok_or_else(unknown)?;
        let kept = self.evidence().put(&arrived);
        kept.map_err(|fault| self.evidence_fault(Doing::Keep, &fault))?;
        let stored = Stored {
            hash: arrived.hash(),
            actor: scope.actor,
            size: i64::try_from(arrived.size()).unwrap_or(i64::MAX),
            kind: kind.media.to_owned(),
            name: plain_name(name, kind),
            stored_at: self.clock().now(),
        };
        let row = stored.clone();
        self.store().writer().act(move |writer| {
            known::save(&mut *writer.conn, &row)?;
            writer.conn.commit()
        })?;
        Ok(stored)
    }

    /// A file that somebody may see, about to be read.
    pub fn evidence_file(&self, scope: &Scope, hash: &[u8; 32]) -> Result<(Stored, Checked), AppError> {
        let unknown = || AppError::NotFound(self.locale().fill("http.no_evidence", &[("value", &hex(hash))]));
        let stored = self.readable_file(scope, hash)?.ok_or_else(unknown)?;
        let checked = self.evidence().get(*hash, stored.size.unsigned_abs());
        let checked = checked.map_err(|fault| self.broken_file(hash, &fault))?;
        Ok((stored, checked))
    }

    /// Those of some files that somebody may see.
    pub fn readable_files(&self, scope: &Scope, hashes: &[[u8; 32]]) -> Result<Vec<Stored>, AppError> {
        let mut found = Vec::new();
        for hash in hashes {
            found.extend(self.readable_file(scope, hash)?);
        }
        Ok(found)
    }

    /// What is known about a file to somebody who may see it. A hash is no right to see anything:
    /// one has brought the file oneself, or may read a record of which an entry names it.
    fn readable_file(&self, scope: &Scope, hash: &[u8; 32]) -> Result<Option<Stored>, AppError> {
        let mut reading = self.reading()?;
        let mut brought = known::get(reading.conn()?, hash)?;
        if let Some(own) = brought.iter().position(|stored| stored.actor == scope.actor) {
            return Ok(Some(brought.swap_remove(own)));
        }
        if brought.is_empty() {
            return Ok(None);
        }
        let definition = definition(&reading)?;
        let mut after = 0;
        loop {
            let namings = known::namings(reading.conn()?, hash, after, NAMINGS)?;
            let Some(last) = namings.last() else { return Ok(None) };
            after = last.entry;
            let records: BTreeSet<RecordNo> = namings.iter().map(|naming| naming.record).collect();
            for record in records {
                if may_read(self, scope, &mut reading, &definition, record)? {
                    return Ok(brought.into_iter().next());
                }
            }
        }
    }

    /// Whether a command names only files that its writer brought or may see. Naming a file in a
    /// record of one's own would otherwise be a way to see it.
    pub fn names_only_own(&self, scope: &Scope, commands: &[Command]) -> Result<(), AppError> {
        let files: BTreeSet<[u8; 32]> = commands.iter().flat_map(named).collect();
        for hash in files {
            if self.readable_file(scope, &hash)?.is_none() {
                return Err(AppError::said("http.no_evidence", &[("value", &hex(&hash))]));
            }
        }
        Ok(())
    }

    /// The names of files, as far as they are known: as their bringer named them, else as the first did.
    pub fn evidence_names(&self, hashes: &[[u8; 32]], bringer: RecordNo) -> Result<Vec<Stored>, AppError> {
        let mut reading = self.reading()?;
        let mut found = Vec::new();
        for hash in hashes {
            let mut brought = known::get(reading.conn()?, hash)?;
            let own = brought.iter().position(|stored| stored.actor == bringer);
            if !brought.is_empty() {
                found.push(brought.swap_remove(own.unwrap_or(0)));
            }
        }
        Ok(found)
    }

    /// A fault in words for the reader; what exactly happened goes to the log.
    pub fn evidence_fault(&self, doing: Doing, fault: &EvidenceFault) -> AppError {
        in_words(self.locale(), doing, fault)
    }

    /// The same for a file that was asked for; the log says which.
    pub fn broken_file(&self, hash: &[u8; 32], fault: &EvidenceFault) -> AppError {
        log(self.locale(), &hex(hash));
        self.evidence_fault(Doing::Fetch, fault)
    }
}

fn in_words(locale: &Locale, doing: Doing, fault: &EvidenceFault) -> AppError {
    // What is said in full below is not said twice.
    if !matches!(fault, EvidenceFault::DiskFull | EvidenceFault::Local(_)) {
        log(locale, &fault.to_string());
    }
    let words = |key: &str| locale.text(key).to_owned();
    match (fault, doing) {
        (EvidenceFault::DiskFull, _) => AppError::Store(StoreError::DiskFull),
        (EvidenceFault::Local(why), _) => AppError::Fault(why.clone()),
        (EvidenceFault::Missing, _) => AppError::Fault(words("evidence.missing")),
        (EvidenceFault::Damaged(_), _) => AppError::Fault(words("evidence.damaged")),
        (EvidenceFault::Denied(_), _) => AppError::Unavailable(words("evidence.denied")),
        (EvidenceFault::Away(_), Doing::Keep) => AppError::Unavailable(words("evidence.away_keep")),
        (EvidenceFault::Away(_), Doing::Fetch) => AppError::Unavailable(words("evidence.away_fetch")),
    }
}

fn log(locale: &Locale, what: &str) {
    eprintln!("{}", locale.fill("evidence.log", &[("what", what)]));
}

/// The files that a command names, as its proof or in a field.
fn named(command: &Command) -> Vec<[u8; 32]> {
    let mut files = command.evidence.clone();
    for (_, change) in &command.fields {
        if let Change::Set(Cell::Is(Value::Evidence(named))) = change {
            files.extend(named);
        }
    }
    files
}

/// Whether somebody may read a record, by its present row.
fn may_read(
    app: &App,
    scope: &Scope,
    reading: &mut Reading<'_>,
    definition: &Definition,
    no: RecordNo,
) -> Result<bool, AppError> {
    let Some(first) = taizhang_store::journal::entry(reading.conn()?, no)? else {
        return Ok(false);
    };
    let Some(register) = definition.register(first.register) else {
        return Ok(false);
    };
    let Some(row) = record::get(reading.conn()?, register, no)? else {
        return Ok(false);
    };
    Ok(app.sees(scope, register, &row.state))
}
