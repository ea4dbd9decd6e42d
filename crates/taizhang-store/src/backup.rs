//! Room: a copy of a living book in one file, and a book made from such a file.
//!
//! A backup is an SQLite book whatever engine it was taken from, so that it can be restored to
//! either. Sessions and what sealed values are compared by are not in it; evidence
//! files and keys live elsewhere.

use crate::digest::strip;
use crate::engine::postgres::PostgresPlace;
use crate::engine::sqlite::{SqliteConn, Use};
use crate::engine::{ColumnType, Conn, OnConflict, Sql, Table};
use crate::error::StoreError;
use crate::head::Head;
use crate::place::Place;
use crate::rebuild::rebuild_conn;
use crate::schema::{SCHEMA, migrate, schema_of, tables};
use crate::store::Store;
use crate::verify::{integrity, verify_conn, walk};
use rusqlite::backup::{Backup, StepResult};
use std::fs::File;
use std::path::{Path, PathBuf};

/// How many rows are copied together.
const PAGE: usize = 2_000;

/// Writes a backup while the book is read and written; gives the head that it holds. The file
/// appears under its name only when it is whole and on the disk.
pub fn backup(store: &Store, file: &Path) -> Result<Head, StoreError> {
    let part = Part::beside(file)?;
    match store.place() {
        Place::Sqlite(path) => copy_file(&SqliteConn::open(path, Use::Read)?, &part.path)?,
        Place::Postgres(_) => {
            let mut reading = store.read()?;
            let mut to = SqliteConn::open(&part.path, Use::Create)?;
            copy_rows(reading.conn()?, &mut to)?;
            to.batch("PRAGMA journal_mode = DELETE")?;
        }
    }
    let mut copy = SqliteConn::open(&part.path, Use::Read)?;
    let head = chained(&mut copy, file)?;
    drop(copy);
    part.put(file)?;
    Ok(head)
}

/// Makes a book from a backup; gives its head. The place must hold no book, and holds none after an
/// error.
pub fn restore(place: &Place, file: &Path) -> Result<Head, StoreError> {
    if !file.exists() {
        return Err(StoreError::NoBook(file.display().to_string()));
    }
    let mut from = SqliteConn::open(file, Use::Read)?;
    let head = chained(&mut from, file)?;
    match place {
        Place::Sqlite(path) => restore_file(&from, path, &head)?,
        Place::Postgres(there) => restore_schema(&mut from, place, there, &head)?,
    }
    Ok(head)
}

/// The head of a file that is a book, by its pages and by its chain.
fn chained(conn: &mut SqliteConn, file: &Path) -> Result<Head, StoreError> {
    match schema_of(conn)? {
        0 => return Err(StoreError::NoBook(file.display().to_string())),
        found if found > SCHEMA => return Err(StoreError::NewerSchema(found, SCHEMA)),
        _ => {}
    }
    conn.begin_read()?;
    if let Some(bad) = integrity(conn)? {
        return Err(StoreError::Damaged(bad.to_string()));
    }
    let head = Head::read(conn)?;
    let (_, bad) = walk(conn, &head)?;
    conn.rollback()?;
    match bad {
        Some(bad) => Err(StoreError::Damaged(bad.to_string())),
        None => Ok(head),
    }
}

fn restore_file(from: &SqliteConn, path: &Path, head: &Head) -> Result<(), StoreError> {
    let part = Part::beside(path)?;
    copy_file(from, &part.path)?;
    // An older backup gets what is derived today, so that all of it is verified.
    let mut copy = SqliteConn::open(&part.path, Use::Write)?;
    copy.begin_write()?;
    migrate(&mut copy)?;
    copy.commit()?;
    copy.batch("PRAGMA journal_mode = DELETE")?;
    copy.begin_read()?;
    let verdict = verify_conn(&mut copy)?;
    if let Some(bad) = verdict.first_bad {
        return Err(StoreError::Damaged(bad.to_string()));
    }
    same(&Head::read(&mut copy)?, head)?;
    drop(copy);
    part.put(path)
}

fn restore_schema(from: &mut SqliteConn, place: &Place, there: &PostgresPlace, head: &Head) -> Result<(), StoreError> {
    let mut probe = place.read()?;
    let sql = "SELECT schema_name::text FROM information_schema.schemata WHERE schema_name = $1";
    let was_there = probe.query_one(sql, &[Sql::from(there.schema.as_str())])?.is_some();
    drop(probe);
    let mut to = place.create()?;
    let result = if schema_of(&mut *to)? > 0 {
        Err(StoreError::BookExists(place.to_string()))
    } else {
        copy_rows(from, &mut *to)
    };
    let result = result.and_then(|()| same(&Head::read(&mut *to)?, head));
    if result.is_err() && !was_there {
        to.rollback()?;
        to.batch(&format!("DROP SCHEMA {}", there.schema))?;
    }
    result
}

fn same(found: &Head, head: &Head) -> Result<(), StoreError> {
    if (found.book, found.n, found.hash) == (head.book, head.n, head.hash) {
        Ok(())
    } else {
        Err(StoreError::Damaged("the copy ends in another head".to_owned()))
    }
}

/// Page by page, all from one moment; whoever writes meanwhile does not wait.
fn copy_file(from: &SqliteConn, to: &Path) -> Result<(), StoreError> {
    let mut copy = rusqlite::Connection::open(to)?;
    let backup = Backup::new(from.raw(), &mut copy)?;
    match backup.step(-1)? {
        StepResult::Done => {}
        _ => return Err(StoreError::Engine("the book is busy".to_owned())),
    }
    drop(backup);
    drop(copy);
    let mut copy = SqliteConn::open(to, Use::Write)?;
    copy.begin_write()?;
    for table in LEFT_OUT {
        copy.batch(&format!("DELETE FROM {table}"))?;
    }
    strip(&mut copy)?;
    copy.commit()?;
    // One file and no log beside it, so that it can be carried away.
    copy.batch("PRAGMA journal_mode = DELETE")
}

/// Copies what is not derived into an empty place, derives the rest there, and commits.
fn copy_rows(from: &mut dyn Conn, to: &mut dyn Conn) -> Result<(), StoreError> {
    let head = Head::read(from)?;
    to.begin_write()?;
    let result = copy_all(from, to, &head);
    match result {
        Ok(()) => to.commit(),
        Err(error) => {
            // What was wrong is told; a rollback that fails as well ends with the connection.
            let _ = to.rollback();
            Err(error)
        }
    }
}

fn copy_all(from: &mut dyn Conn, to: &mut dyn Conn, head: &Head) -> Result<(), StoreError> {
    migrate(to)?;
    // The book's row comes first, since bulk statements are fenced by it.
    for table in copied() {
        copy_table(from, to, &table)?;
    }
    rebuild_conn(to)?;
    same(&Head::read(to)?, head)
}

/// The tables that no journal gives and a backup takes along, the book's row first.
fn copied() -> Vec<Table> {
    vec![
        book(),
        tables::entry(),
        tables::answered(),
        evidence(),
        credential(),
        import(),
        preference(),
        feed(),
    ]
}

/// What a backup leaves out: who is signed in, what was typed and not sent, and what sealed values are
/// compared by, which is taken out with its keys.
const LEFT_OUT: &[&str] = &["session", "typed_draft", "value_digest"];

fn copy_table(from: &mut dyn Conn, to: &mut dyn Conn, table: &Table) -> Result<(), StoreError> {
    let names: Vec<&str> = table.columns.iter().map(|(name, _)| name.as_str()).collect();
    let sql = format!("SELECT {} FROM {}", names.join(", "), table.name);
    if table.name == "book" {
        return copy_book(from, to, &names);
    }
    let mut rows = Vec::with_capacity(PAGE);
    from.query_each(&sql, &[], &mut |row| {
        rows.push(row.to_vec());
        if rows.len() == PAGE {
            to.write_many(table, &rows, OnConflict::Fail)?;
            rows.clear();
        }
        Ok(true)
    })?;
    to.write_many(table, &rows, OnConflict::Fail)
}

fn copy_book(from: &mut dyn Conn, to: &mut dyn Conn, names: &[&str]) -> Result<(), StoreError> {
    let columns = names.join(", ");
    let row = from.query_one(&format!("SELECT {columns} FROM book WHERE one = 1"), &[])?;
    let row = row.ok_or_else(|| StoreError::Damaged("table book is empty".to_owned()))?;
    let marks: Vec<String> = (1..=names.len()).map(|at| format!("${at}")).collect();
    to.execute(
        &format!("INSERT INTO book ({columns}) VALUES ({})", marks.join(", ")),
        &row,
    )?;
    Ok(())
}

const INT: ColumnType = ColumnType::Int;
const TEXT: ColumnType = ColumnType::Text;
const BLOB: ColumnType = ColumnType::Blob;

fn book() -> Table {
    let columns = [
        ("one", INT),
        ("id", BLOB),
        ("alg", INT),
        ("engine", INT),
        ("epoch", INT),
        ("head", INT),
        ("head_hash", BLOB),
        ("recorded_at", INT),
        ("keys", BLOB),
    ];
    Table::new("book", 1, &columns)
}

fn evidence() -> Table {
    let columns = [
        ("hash", BLOB),
        ("actor", INT),
        ("size", INT),
        ("kind", TEXT),
        ("name", TEXT),
        ("stored_at", INT),
    ];
    Table::new("evidence", 2, &columns)
}

/// Without it nobody finds the workbook that an entry came from.
fn import() -> Table {
    let columns = [
        ("id", INT),
        ("actor", INT),
        ("state", TEXT),
        ("done", INT),
        ("total", INT),
        ("outcome", TEXT),
        ("started_at", INT),
    ];
    Table::new("import", 1, &columns)
}

fn credential() -> Table {
    let columns = [
        ("actor", INT),
        ("password", TEXT),
        ("activation", BLOB),
        ("activation_until", INT),
        ("failures", INT),
        ("locked_until", INT),
    ];
    Table::new("credential", 1, &columns)
}

fn preference() -> Table {
    let columns = [("actor", INT), ("name", TEXT), ("text", TEXT), ("shared", INT)];
    Table::new("preference", 2, &columns)
}

fn feed() -> Table {
    Table::new("feed", 1, &[("token", BLOB), ("actor", INT), ("made_at", INT)])
}

/// A file under construction, beside the place it will have; gone unless it is put there.
struct Part {
    path: PathBuf,
}

impl Part {
    fn beside(file: &Path) -> Result<Part, StoreError> {
        if file.exists() {
            return Err(StoreError::BookExists(file.display().to_string()));
        }
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let path = file.with_file_name(format!(".{name}.{}.part", std::process::id()));
        let part = Part { path };
        part.clear();
        Ok(part)
    }

    /// On the disk first, then under its name, then the name on the disk.
    fn put(self, file: &Path) -> Result<(), StoreError> {
        File::open(&self.path)?.sync_all()?;
        if file.exists() {
            return Err(StoreError::BookExists(file.display().to_string()));
        }
        std::fs::rename(&self.path, file)?;
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
        Ok(())
    }

    fn clear(&self) {
        for tail in ["", "-wal", "-shm", "-journal"] {
            let mut path = self.path.clone().into_os_string();
            path.push(tail);
            // Most of them are not there, which is what is wanted.
            let _ = std::fs::remove_file(path);
        }
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        self.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rebuild::DERIVED;
    use std::collections::BTreeSet;

    #[test]
    fn every_table_is_derived_copied_or_left_out() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut conn = SqliteConn::open(&folder.path().join("book.db"), Use::Create).expect("made");
        migrate(&mut conn).expect("tables");
        let sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'migration'";
        let rows = conn.query(sql, &[]).expect("names");
        let there: BTreeSet<String> = rows
            .iter()
            .map(|row| row[0].text().expect("a name").to_owned())
            .collect();
        let copied: Vec<String> = copied().into_iter().map(|table| table.name).collect();
        let named = [DERIVED, LEFT_OUT]
            .concat()
            .into_iter()
            .map(str::to_owned)
            .chain(copied);
        assert_eq!(there, named.collect(), "a new table is added to one of the three lists");
        for table in super::copied() {
            let columns: Vec<String> = table.columns.into_iter().map(|(name, _)| name).collect();
            assert_eq!(conn.columns(&table.name).expect("columns"), columns, "{}", table.name);
        }
    }
}
