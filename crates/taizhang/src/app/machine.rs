//! Room: how the book and its machine are, for who keeps them — sizes, versions, how far the calendar
//! is known. Reads only.

use super::App;
use super::definition;
use crate::error::AppError;
use taizhang_core::day::Day;
use taizhang_core::id::EntryNo;

/// How the book is.
pub struct Machine {
    /// The program's version.
    pub program: &'static str,
    /// Where the book is, without a password.
    pub engine: &'static str,
    /// The last entry.
    pub head: EntryNo,
    /// When it was recorded, microseconds.
    pub recorded_at: Option<i64>,
    /// Days up to here are closed.
    pub closed_through: Option<Day>,
    /// How large the book's file is, in bytes; none for a server's book.
    pub book_bytes: Option<u64>,
    /// How many subjects have a key.
    pub keys: usize,
    /// The pack as it calls itself.
    pub pack: String,
    /// The first and last year whose notice is known.
    pub calendar: Option<(i32, i32)>,
    /// The day on which the last notice came out.
    pub notice: Option<Day>,
}

impl App {
    /// How the book is.
    pub fn machine(&self) -> Result<Machine, AppError> {
        let mut reading = self.reading()?;
        let definition = definition(&reading)?;
        let head = reading.n();
        let last = taizhang_store::journal::entry(reading.conn()?, head)?;
        let file = self.store().place().file().map(std::path::Path::to_path_buf);
        let calendar = definition.calendar.latest();
        let years = calendar.known_years();
        Ok(Machine {
            program: env!("CARGO_PKG_VERSION"),
            engine: if file.is_some() { "SQLite" } else { "PostgreSQL" },
            head,
            recorded_at: last.map(|entry| entry.recorded_at),
            closed_through: reading.caches.closed_through(head),
            book_bytes: file
                .and_then(|file| std::fs::metadata(file).ok())
                .map(|meta| meta.len()),
            keys: self.keys().count(),
            pack: definition.id.clone(),
            calendar: years.first().copied().zip(years.last().copied()),
            notice: calendar.announced_on(),
        })
    }
}
