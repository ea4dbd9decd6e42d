//! Room: is the book what its journal says? Reads only; trusts no derived row, and names the first
//! thing that is wrong. Never mends anything: that is `rebuild`.

mod amounts;
mod bundles;
mod chain;
mod compare;
mod deed;
mod derived;
mod evidence;
mod judge;
mod lines;
mod outside;
mod sums;
mod unsound;

pub use amounts::amounts_at;
pub(crate) use chain::{Chain, Link, Page, Walk, walk};
pub(crate) use lines::Sealed;
pub use unsound::Unsound;

use crate::engine::{Conn, Dialect};
use crate::error::StoreError;
use crate::head::{ENGINE, Head};
use crate::place::Place;
use crate::schema::schema_of;
use crate::store::Reading;
use std::fmt;
use taizhang_core::id::EntryNo;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether all is well.
    pub ok: bool,
    /// How many entries the journal has.
    pub entries: EntryNo,
    /// The last head, in hexadecimal.
    pub head: String,
    /// The first thing that is wrong.
    pub first_bad: Option<FirstBad>,
    /// How many unique keys hold nothing back because what a sealed value of theirs is compared by was
    /// erased or is missing, as in a backup.
    pub undigested: usize,
}

/// Where the book is not what its journal says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FirstBad {
    /// An entry, and why.
    Entry(EntryNo, Unsound),
    /// A cell of a table.
    Cell {
        /// The table.
        table: String,
        /// The key of the row: names and values.
        key: String,
        /// The column; `row` for a row that is missing or should not be.
        column: String,
        /// What the journal gives.
        expected: String,
        /// What is there.
        found: String,
    },
    /// An amount that is not what its scheme computes (law 5).
    Amount {
        /// The entry that holds it.
        entry: EntryNo,
        /// The register and the field.
        field: String,
        /// What the scheme computes, or why it computes nothing.
        expected: String,
        /// What the entry holds.
        found: String,
    },
    /// The file or the server's own check of it.
    File(String),
}

impl fmt::Display for FirstBad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FirstBad::Entry(n, why) => write!(f, "entry {n}: {why}"),
            FirstBad::Cell {
                table,
                key,
                column,
                expected,
                found,
            } => write!(f, "{table} [{key}] {column}: expected {expected}, found {found}"),
            FirstBad::Amount {
                entry,
                field,
                expected,
                found,
            } => write!(f, "entry {entry} {field}: computed {expected}, found {found}"),
            FirstBad::File(why) => write!(f, "file: {why}"),
        }
    }
}

/// How many entries are read together.
pub(crate) const PAGE: i64 = 500;

/// What is wrong, or nothing.
pub(crate) type Found = Result<Option<FirstBad>, StoreError>;

/// Checks a whole book as of one moment.
pub fn verify(reading: &mut Reading<'_>) -> Result<Verdict, StoreError> {
    verify_conn(reading.conn()?)
}

/// Checks a book that may be too damaged to be opened.
pub fn verify_at(place: &Place) -> Result<Verdict, StoreError> {
    verify_in_pages(place, PAGE)
}

/// The same, so many entries at a time: whether a book is whole does not depend on it.
pub fn verify_in_pages(place: &Place, page: i64) -> Result<Verdict, StoreError> {
    let mut conn = place.read()?;
    if schema_of(&mut *conn)? == 0 {
        return Err(StoreError::NoBook(place.to_string()));
    }
    conn.begin_read()?;
    let verdict = judged(&mut *conn, page)?;
    conn.rollback()?;
    Ok(verdict)
}

/// Checks what came after an entry whose head somebody signed: the chain from there on; every posting, file
/// and deed of a later entry; and all that is derived of records that a later entry opened, changed or posted
/// on. What nobody touched since, and the sums, which have earlier postings in them, only [`verify_at`] judges.
pub fn verify_since(place: &Place, n: EntryNo, signed: &[u8; 32]) -> Result<Verdict, StoreError> {
    let mut conn = place.read()?;
    if schema_of(&mut *conn)? == 0 {
        return Err(StoreError::NoBook(place.to_string()));
    }
    conn.begin_read()?;
    let verdict = told(&mut *conn, |conn, head, undigested| {
        let chain = match Chain::signed(conn, head, n, signed) {
            Ok(chain) => chain,
            Err(bad) => return Ok((Chain::new(head.book, head.alg), Some(bad))),
        };
        all(conn, head, Walk::after(chain, PAGE), undigested)
    })?;
    conn.rollback()?;
    Ok(verdict)
}

/// Follows the chain anew from the first entry and finds the given head in it, or names what is wrong.
pub fn chained(conn: &mut dyn Conn, head: &Head) -> Result<(), StoreError> {
    let there = Head::read(conn)?;
    let (_, bad) = walk(conn, &there)?;
    if let Some(bad) = bad {
        return Err(StoreError::Damaged(bad.to_string()));
    }
    let mut found = None;
    crate::journal::each_after(conn, head.n - 1, &mut |n, hash, _| {
        found = (n == head.n).then(|| hash.to_vec());
        Ok(false)
    })?;
    match found {
        Some(found) if found == head.hash => Ok(()),
        None if head.n == 0 => Ok(()),
        _ => Err(StoreError::Damaged(format!("entry {}: its head changed", head.n))),
    }
}

/// The same on a connection that is in a transaction.
pub(crate) fn verify_conn(conn: &mut dyn Conn) -> Result<Verdict, StoreError> {
    judged(conn, PAGE)
}

fn judged(conn: &mut dyn Conn, page: i64) -> Result<Verdict, StoreError> {
    told(conn, |conn, head, undigested| {
        let (chain, bad) = all(conn, head, Walk::new(head, page), undigested)?;
        let bad = or_else(bad, || integrity(conn))?;
        Ok((chain, bad))
    })
}

/// How far the chain goes, and what is wrong first.
type Judged = Result<(Chain, Option<FirstBad>), StoreError>;

/// What a check finds, as a verdict.
fn told(
    conn: &mut dyn Conn,
    check: impl FnOnce(&mut dyn Conn, &Head, &mut usize) -> Judged,
) -> Result<Verdict, StoreError> {
    let head = Head::read(conn)?;
    if head.engine != i64::from(ENGINE) {
        return Err(StoreError::OtherEngine(head.engine, ENGINE.into()));
    }
    let mut undigested = 0;
    let (entries, hash, first_bad) = match check(conn, &head, &mut undigested) {
        Ok((chain, first_bad)) => (chain.n, chain.hash, first_bad),
        // A page that can't be read, or a value of another kind than its column's.
        Err(StoreError::Damaged(why)) => (head.n, head.hash, Some(FirstBad::File(why))),
        Err(StoreError::Entry(n, why)) => (head.n, head.hash, Some(FirstBad::Entry(n, Unsound::Malformed(why)))),
        Err(StoreError::Pack(n, why)) => (head.n, head.hash, Some(FirstBad::Entry(n, Unsound::Pack(why)))),
        Err(other) => return Err(other),
    };
    Ok(Verdict {
        ok: first_bad.is_none(),
        entries,
        head: crate::cells::hex(&hash),
        first_bad,
        undigested,
    })
}

/// The chain, and page by page with it what is derived. What is wrong in the chain is told first, since
/// everything else is derived from it.
fn all(conn: &mut dyn Conn, head: &Head, mut walk: Walk, undigested: &mut usize) -> Judged {
    let judged = judge::judge(conn, &mut walk, head.n, undigested);
    let (chain, bad) = match walk.end(conn, head) {
        Ok(end) => end,
        // After an error of the engine nothing more can be asked of it.
        Err(error) => return Err(judged.err().unwrap_or(error)),
    };
    match bad {
        Some(bad) => Ok((chain, Some(bad))),
        None => Ok((chain, judged?)),
    }
}

fn or_else(bad: Option<FirstBad>, next: impl FnOnce() -> Found) -> Found {
    match bad {
        Some(bad) => Ok(Some(bad)),
        None => next(),
    }
}

/// SQLite's own check of its pages and indexes. PostgreSQL has none that a client may run.
pub(crate) fn integrity(conn: &mut dyn Conn) -> Found {
    if conn.dialect() != Dialect::Sqlite {
        return Ok(None);
    }
    let row = conn.query_one("PRAGMA integrity_check(1)", &[])?;
    let text = row.map_or(Ok(String::new()), |row| row[0].text().map(str::to_owned))?;
    // It speaks in several lines, of which the last one names the place.
    let text = text.lines().collect::<Vec<_>>().join(" ");
    Ok((text != "ok").then_some(FirstBad::File(text)))
}
