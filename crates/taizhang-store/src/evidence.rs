//! Room: what is known about files of evidence — who brought them, and which entries name them. The
//! files themselves lie outside the database; this room never looks for them.

use crate::engine::{Conn, Sql};
use crate::error::StoreError;
use std::collections::BTreeSet;
use taizhang_core::id::{EntryNo, RecordNo};
use taizhang_core::journal::{Act, Change, Entry};
use taizhang_core::value::{Cell, Value};

/// A file that somebody brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The hash of its content.
    pub hash: [u8; 32],
    /// Who brought it.
    pub actor: RecordNo,
    /// Its size in bytes.
    pub size: i64,
    /// Its media type.
    pub kind: String,
    /// The name that it came with.
    pub name: String,
    /// When it first came, microseconds.
    pub stored_at: i64,
}

impl Stored {
    /// Whether it is a picture that every browser shows.
    pub fn is_picture(&self) -> bool {
        ["image/jpeg", "image/png"].contains(&self.kind.as_str())
    }
}

/// An entry that names a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Naming {
    /// The entry.
    pub entry: EntryNo,
    /// Its record.
    pub record: RecordNo,
}

/// Remembers who brought a file; whoever brings the same one again keeps the row that they had.
pub fn save(conn: &mut dyn Conn, stored: &Stored) -> Result<(), StoreError> {
    let sql = "INSERT INTO evidence (hash, actor, size, kind, name, stored_at) VALUES ($1, $2, $3, $4, $5, $6)
               ON CONFLICT (hash, actor) DO NOTHING";
    let values = [
        Sql::from(stored.hash),
        Sql::Int(stored.actor),
        Sql::Int(stored.size),
        Sql::from(stored.kind.as_str()),
        Sql::from(stored.name.as_str()),
        Sql::Int(stored.stored_at),
    ];
    conn.execute(sql, &values).map(|_| ())
}

/// Everybody who brought a file, the first of them first; nobody if it is not known.
pub fn get(conn: &mut dyn Conn, hash: &[u8; 32]) -> Result<Vec<Stored>, StoreError> {
    let sql = "SELECT hash, actor, size, kind, name, stored_at FROM evidence WHERE hash = $1
               ORDER BY stored_at, actor";
    let rows = conn.query(sql, &[Sql::from(*hash)])?;
    rows.iter().map(|row| stored(row)).collect()
}

/// The hashes of all files after one that somebody brought or an entry names, in their order.
pub fn hashes(conn: &mut dyn Conn, after: &[u8; 32], limit: i64) -> Result<Vec<[u8; 32]>, StoreError> {
    let sql = "SELECT hash FROM (
                   SELECT hash FROM
                       (SELECT DISTINCT hash FROM evidence WHERE hash > $1 ORDER BY hash LIMIT $2) brought
                   UNION
                   SELECT hash FROM
                       (SELECT DISTINCT hash FROM evidence_of WHERE hash > $1 ORDER BY hash LIMIT $2) named
               ) files ORDER BY hash LIMIT $2";
    let rows = conn.query(sql, &[Sql::from(*after), Sql::Int(limit)])?;
    rows.iter().map(|row| hash_of(&row[0])).collect()
}

fn stored(row: &[Sql]) -> Result<Stored, StoreError> {
    Ok(Stored {
        hash: hash_of(&row[0])?,
        actor: row[1].int()?,
        size: row[2].int()?,
        kind: row[3].text()?.to_owned(),
        name: row[4].text()?.to_owned(),
        stored_at: row[5].int()?,
    })
}

fn hash_of(value: &Sql) -> Result<[u8; 32], StoreError> {
    let hash = value.blob()?.try_into();
    hash.map_err(|_| StoreError::Damaged("a short hash in table evidence".to_owned()))
}

/// The entries after a number that name a file, oldest first.
pub fn namings(conn: &mut dyn Conn, hash: &[u8; 32], after: EntryNo, limit: i64) -> Result<Vec<Naming>, StoreError> {
    let sql = "SELECT o.entry, e.record FROM evidence_of o JOIN entry e ON e.n = o.entry
               WHERE o.hash = $1 AND o.entry > $2 ORDER BY o.entry LIMIT $3";
    let rows = conn.query(sql, &[Sql::from(*hash), Sql::Int(after), Sql::Int(limit)])?;
    let naming = |row: &Vec<Sql>| {
        Ok(Naming {
            entry: row[0].int()?,
            record: row[1].int()?,
        })
    };
    rows.iter().map(naming).collect()
}

/// The files that an entry names, as its proof or in a field; each once.
pub fn files_of(entry: &Entry) -> BTreeSet<[u8; 32]> {
    let mut files: BTreeSet<[u8; 32]> = entry.evidence.iter().copied().collect();
    let mut take = |cell: &Cell| {
        if let Cell::Is(Value::Evidence(named)) = cell {
            files.extend(named);
        }
    };
    match &entry.act {
        Act::Open { patch, .. } | Act::Amend { patch } | Act::Move { patch, .. } => {
            patch.iter().for_each(|(_, cell)| take(cell));
        }
        Act::Correct(correction) => correction.fields.iter().for_each(|(_, change)| {
            if let Change::Set(cell) = change {
                take(cell);
            }
        }),
        _ => {}
    }
    files
}

/// The rows of table `evidence_of` that an entry has.
pub(crate) fn evidence_rows(entry: &Entry) -> Vec<Vec<Sql>> {
    let rows = files_of(entry).into_iter();
    rows.map(|hash| vec![Sql::from(hash), Sql::Int(entry.n)]).collect()
}
