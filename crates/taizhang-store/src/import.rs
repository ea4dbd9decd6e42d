//! Room: table `import` — files that were brought for importing and what became of them. It is no part
//! of the journal: what an import wrote says so itself, in the source of its entries.

use crate::engine::{Conn, Sql};
use crate::error::StoreError;
use taizhang_core::id::RecordNo;

/// One file brought for importing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// Its number.
    pub id: i64,
    /// Who brought it.
    pub actor: RecordNo,
    /// How far it is.
    pub state: String,
    /// Rows done.
    pub done: i64,
    /// Of how many; 0 while nobody knows.
    pub total: i64,
    /// What else is known of it, as JSON.
    pub detail: String,
    /// When it came, microseconds.
    pub started_at: i64,
}

const COLUMNS: &str = "id, actor, state, done, total, outcome, started_at";

/// Takes a new one; its number is the next.
pub fn add(conn: &mut dyn Conn, import: &Import) -> Result<i64, StoreError> {
    let last = conn.query_one("SELECT COALESCE(MAX(id), 0) FROM import", &[])?;
    let id = last.map_or(Ok(0), |row| row[0].int())? + 1;
    let sql = format!("INSERT INTO import ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7)");
    let values = [
        Sql::Int(id),
        Sql::Int(import.actor),
        Sql::from(import.state.as_str()),
        Sql::Int(import.done),
        Sql::Int(import.total),
        Sql::from(import.detail.as_str()),
        Sql::Int(import.started_at),
    ];
    conn.execute(&sql, &values)?;
    Ok(id)
}

/// Says how far one is, and what is known of it now.
pub fn set(conn: &mut dyn Conn, import: &Import) -> Result<(), StoreError> {
    let sql = "UPDATE import SET state = $1, done = $2, total = $3, outcome = $4 WHERE id = $5";
    let values = [
        Sql::from(import.state.as_str()),
        Sql::Int(import.done),
        Sql::Int(import.total),
        Sql::from(import.detail.as_str()),
        Sql::Int(import.id),
    ];
    conn.execute(sql, &values).map(|_| ())
}

/// Says how many rows are done.
pub fn progress(conn: &mut dyn Conn, id: i64, done: i64, total: i64) -> Result<(), StoreError> {
    let sql = "UPDATE import SET done = $1, total = $2 WHERE id = $3";
    conn.execute(sql, &[Sql::Int(done), Sql::Int(total), Sql::Int(id)])
        .map(|_| ())
}

/// One of them.
pub fn get(conn: &mut dyn Conn, id: i64) -> Result<Option<Import>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM import WHERE id = $1");
    let row = conn.query_one(&sql, &[Sql::Int(id)])?;
    row.map(|row| import(&row)).transpose()
}

/// How many times one workbook may have been brought until the earliest are no longer looked at.
const OF_FILE: i64 = 200;

/// Those that kept a workbook of this hash (lower-case hexadecimal), the latest first.
pub fn of_file(conn: &mut dyn Conn, file: &str) -> Result<Vec<Import>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM import WHERE outcome LIKE $1 ORDER BY id DESC LIMIT $2");
    let wanted = format!("%\"file\":\"{file}\"%");
    let rows = conn.query(&sql, &[Sql::from(wanted), Sql::Int(OF_FILE)])?;
    rows.iter().map(|row| import(row)).collect()
}

/// The latest, newest first; those of one actor, or of everybody.
pub fn latest(conn: &mut dyn Conn, actor: Option<RecordNo>, limit: i64) -> Result<Vec<Import>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM import WHERE actor = $1 OR $2 = 1 ORDER BY id DESC LIMIT $3");
    let values = [
        Sql::Int(actor.unwrap_or(0)),
        Sql::Int(i64::from(actor.is_none())),
        Sql::Int(limit),
    ];
    let rows = conn.query(&sql, &values)?;
    rows.iter().map(|row| import(row)).collect()
}

fn import(row: &[Sql]) -> Result<Import, StoreError> {
    Ok(Import {
        id: row[0].int()?,
        actor: row[1].int()?,
        state: row[2].text()?.to_owned(),
        done: row[3].int()?,
        total: row[4].int()?,
        detail: row[5].text()?.to_owned(),
        started_at: row[6].int()?,
    })
}
