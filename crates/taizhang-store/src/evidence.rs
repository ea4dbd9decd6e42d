//! Room: what is known about files of evidence. The files themselves lie beside the book.

use crate::engine::{Conn, Dialect, Sql};
use crate::error::StoreError;
use crate::head::entry_of;
use taizhang_core::id::RecordNo;
use taizhang_core::journal::{Act, Change, Entry};
use taizhang_core::value::{Cell, Value};

/// A file that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The hash of its content.
    pub hash: [u8; 32],
    /// Its size in bytes.
    pub size: i64,
    /// Its media type.
    pub kind: String,
    /// The name that it came with.
    pub name: String,
    /// Who brought it.
    pub actor: RecordNo,
    /// When, microseconds.
    pub stored_at: i64,
}

/// Remembers a file; one that is known already stays as it is.
pub fn save(conn: &mut dyn Conn, stored: &Stored) -> Result<(), StoreError> {
    let sql = "INSERT INTO evidence (hash, size, kind, name, actor, stored_at) VALUES ($1, $2, $3, $4, $5, $6)
               ON CONFLICT (hash) DO NOTHING";
    let values = [
        Sql::from(stored.hash),
        Sql::Int(stored.size),
        Sql::from(stored.kind.as_str()),
        Sql::from(stored.name.as_str()),
        Sql::Int(stored.actor),
        Sql::Int(stored.stored_at),
    ];
    conn.execute(sql, &values).map(|_| ())
}

/// A file by its hash.
pub fn get(conn: &mut dyn Conn, hash: &[u8; 32]) -> Result<Option<Stored>, StoreError> {
    let sql = "SELECT size, kind, name, actor, stored_at FROM evidence WHERE hash = $1";
    let Some(row) = conn.query_one(sql, &[Sql::from(*hash)])? else {
        return Ok(None);
    };
    Ok(Some(Stored {
        hash: *hash,
        size: row[0].int()?,
        kind: row[1].text()?.to_owned(),
        name: row[2].text()?.to_owned(),
        actor: row[3].int()?,
        stored_at: row[4].int()?,
    }))
}

/// The records with an entry that names a file. Looks through the whole journal: there is no index
/// of evidence, and a page that knows the record does not ask here.
pub fn records_naming(conn: &mut dyn Conn, hash: &[u8; 32]) -> Result<Vec<RecordNo>, StoreError> {
    let sql = match conn.dialect() {
        Dialect::Sqlite => "SELECT n, bytes FROM entry WHERE instr(bytes, $1) > 0 ORDER BY n",
        Dialect::Postgres => "SELECT n, bytes FROM entry WHERE position($1 IN bytes) > 0 ORDER BY n",
    };
    let mut records = Vec::new();
    conn.query_each(sql, &[Sql::from(*hash)], &mut |row| {
        let entry = entry_of(row[0].int()?, row[1].blob()?)?;
        if names(&entry, hash) && !records.contains(&entry.record) {
            records.push(entry.record);
        }
        Ok(true)
    })?;
    Ok(records)
}

/// Whether an entry names a file, as its proof or in a field.
pub fn names(entry: &Entry, hash: &[u8; 32]) -> bool {
    let holds = |cell: &Cell| matches!(cell, Cell::Is(Value::Evidence(files)) if files.contains(hash));
    entry.evidence.contains(hash)
        || match &entry.act {
            Act::Open { patch, .. } | Act::Amend { patch } | Act::Move { patch, .. } => {
                patch.iter().any(|(_, cell)| holds(cell))
            }
            Act::Correct(correction) => correction
                .fields
                .iter()
                .any(|(_, change)| matches!(change, Change::Set(cell) if holds(cell))),
            _ => false,
        }
}
