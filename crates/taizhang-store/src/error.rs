//! Room: what can go wrong with a store. For callers and logs; a user's refusals are not errors.

use crate::engine::Sql;
use taizhang_core::journal::encoding::Malformed;

/// A fault of the store, of what it holds, or of how it is used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The place is not written as `sqlite:PATH` or `postgres://…?schema=NAME`.
    #[error("not a book address: {0}")]
    BadPlace(String),
    /// There is no book there.
    #[error("no book at {0}")]
    NoBook(String),
    /// There is a book already.
    #[error("there is a book at {0} already")]
    BookExists(String),
    /// The book was made by a newer program.
    #[error("the book has schema {0}, this program knows {1}")]
    NewerSchema(i64, i64),
    /// The book's postings come from another engine.
    #[error("the book was computed by engine {0}, this program is engine {1}")]
    OtherEngine(i64, i64),
    /// Another server leads the book, or the head moved behind our back.
    #[error("another writer holds the book")]
    Fenced,
    /// The connection broke while committing; the entry may or may not be there.
    #[error("the outcome of the commit is unknown: {0}")]
    OutcomeUnknown(String),
    /// What is stored can't be what was written.
    #[error("damaged: {0}")]
    Damaged(String),
    /// An entry's bytes can't be read.
    #[error("entry {0}: {1}")]
    Entry(i64, Malformed),
    /// The first line is not that of an exported journal.
    #[error("not an exported journal")]
    NotAJournal,
    /// The disk is full.
    #[error("the disk is full")]
    DiskFull,
    /// There was no memory left for it.
    #[error("out of memory")]
    OutOfMemory,
    /// The disk failed in the middle; what was pending may or may not be there.
    #[error("the disk failed: {0}")]
    DiskFailed(String),
    /// The engine may not open the file, or the file is none.
    #[error("can't be opened: {0}")]
    Unopened(String),
    /// Another program wrote to the book all the while.
    #[error("another program is writing to the book")]
    Busy,
    /// The engine's own error.
    #[error("{0}")]
    Engine(String),
    /// A sum that no table can hold.
    #[error("a sum is too large")]
    SumOverflow,
    /// The clock jumped ahead by more than a day; writing waits until somebody confirms it.
    #[error("the clock jumped")]
    ClockJumped,
    /// A rule gives an amount that no account can hold.
    #[error(transparent)]
    Overflow(#[from] taizhang_core::posting::Overflow),
    /// The pack that an entry holds does not compile with this program.
    #[error("pack of entry {0}: {1}")]
    Pack(i64, String),
    /// Files.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// Something pending in this group must be written before this can be decided.
    #[error("must wait for the next group")]
    Later,
}

impl StoreError {
    /// Whether the whole book is out of order, so that another try of one request says the same.
    pub(crate) fn is_of_the_book(&self) -> bool {
        matches!(
            self,
            StoreError::Fenced
                | StoreError::OutcomeUnknown(_)
                | StoreError::DiskFull
                | StoreError::DiskFailed(_)
                | StoreError::Busy
                | StoreError::OutOfMemory
                | StoreError::OtherEngine(..)
                | StoreError::Damaged(_)
        )
    }

    /// The same for another who waited for the same transaction.
    pub(crate) fn twin(&self) -> StoreError {
        match self {
            StoreError::Fenced => StoreError::Fenced,
            StoreError::DiskFull => StoreError::DiskFull,
            StoreError::Busy => StoreError::Busy,
            StoreError::OutOfMemory => StoreError::OutOfMemory,
            StoreError::DiskFailed(why) => StoreError::DiskFailed(why.clone()),
            StoreError::OutcomeUnknown(why) => StoreError::OutcomeUnknown(why.clone()),
            StoreError::Damaged(why) => StoreError::Damaged(why.clone()),
            StoreError::OtherEngine(there, here) => StoreError::OtherEngine(*there, *here),
            other => StoreError::Engine(other.to_string()),
        }
    }

    pub(crate) fn unexpected(wanted: &str, found: &Sql) -> StoreError {
        let kind = match found {
            Sql::Null => "nothing",
            Sql::Int(_) => "an integer",
            Sql::Text(_) => "text",
            Sql::Blob(_) => "bytes",
        };
        StoreError::Damaged(format!("{wanted} expected, {kind} found"))
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> StoreError {
        use rusqlite::ffi::{ErrorCode, SQLITE_IOERR_SHORT_READ};
        let extended = error.sqlite_error().map_or(0, |found| found.extended_code);
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => StoreError::DiskFull,
            Some(ErrorCode::OutOfMemory) => StoreError::OutOfMemory,
            // The file ends before its own pages do: it is cut short, and the disk is well.
            Some(ErrorCode::SystemIoFailure) if extended == SQLITE_IOERR_SHORT_READ => {
                StoreError::Damaged(error.to_string())
            }
            Some(ErrorCode::SystemIoFailure) => StoreError::DiskFailed(error.to_string()),
            Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly) => {
                StoreError::Unopened(error.to_string())
            }
            Some(ErrorCode::DatabaseBusy) => StoreError::Busy,
            // A sum beyond 64 bits becomes a floating point number, which the tables refuse.
            Some(ErrorCode::ConstraintViolation) if error.to_string().contains("whole_sum") => StoreError::SumOverflow,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StoreError::Damaged(error.to_string()),
            _ => StoreError::Engine(error.to_string()),
        }
    }
}

impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> StoreError {
        match error.as_db_error() {
            Some(db) if db.code().code() == "53100" => StoreError::DiskFull,
            Some(db) if db.code().code() == "22003" => StoreError::SumOverflow,
            Some(db) => StoreError::Engine(format!("{}: {}", db.code().code(), db.message())),
            None => StoreError::Engine(error.to_string()),
        }
    }
}
