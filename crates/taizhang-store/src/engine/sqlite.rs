//! Room: SQLite. Opens the file, binds and reads; nothing else.

use super::{Conn, Dialect, OnConflict, Sql, Table};
use crate::error::StoreError;
use rusqlite::config::DbConfig;
use rusqlite::types::{ToSql, ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, OpenFlags, Statement, params_from_iter};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;

/// SQLite below this lost commits when two connections reset the log at once (sqlite.org/wal.html).
const OLDEST_SAFE_SQLITE: i32 = 3_051_003;

/// How often a writer waits for the file, ten seconds each time, before it gives up.
const PATIENCE: u32 = 30;

/// After how many pages of the log a commit carries them over into the file.
const CHECKPOINT: i64 = 4_000;

/// A transaction of more rows than this is large: it gets more memory, and its pages are carried over by a thread of
/// their own, since everybody else waits for its commit.
const LARGE: usize = 20_000;

/// Memory for a writer's pages, in KiB, as SQLite wants it said.
const CACHE: i64 = -16_000;

/// The same for a reader. There are up to sixteen of them, each with its own, and what they miss is in the system's memory.
const CACHE_READ: i64 = -4_000;

/// The same while a large transaction is open, so that pages of indexes are written once and not again and again.
const CACHE_LARGE: i64 = -32_000;

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// Makes the file if there is none, and writes.
    Create,
    /// Writes to a file that must be there.
    Write,
    /// Reads only.
    Read,
}

pub(crate) struct SqliteConn {
    connection: Connection,
    path: PathBuf,
    /// How many rows the open transaction has written in bulk.
    written: usize,
    /// Carries the pages of a large transaction over into the file.
    carrier: Option<JoinHandle<()>>,
    /// Texts of bulk statements, since a group writes to the same ten tables as the one before it.
    inserts: HashMap<String, Vec<Insert>>,
}

/// One statement with the table that it was written for.
struct Insert {
    table: Table,
    conflict: OnConflict,
    text: Arc<str>,
}

impl SqliteConn {
    pub(crate) fn open(path: &Path, purpose: Use) -> Result<SqliteConn, StoreError> {
        if rusqlite::version_number() < OLDEST_SAFE_SQLITE {
            return Err(StoreError::Engine(format!(
                "SQLite {} is too old to be safe",
                rusqlite::version()
            )));
        }
        let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        if purpose == Use::Create {
            flags |= OpenFlags::SQLITE_OPEN_CREATE;
        }
        let connection = Connection::open_with_flags(path, flags)?;
        connection.set_prepared_statement_cache_capacity(256);
        // Otherwise some statements are planned anew with each value that is bound: four for every update.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.busy_timeout(std::time::Duration::from_secs(10))?;
        if purpose != Use::Read {
            connection.pragma_update(None, "journal_mode", "WAL")?;
            // A transaction is acknowledged only after its own fsync; NORMAL would lose some in a power cut.
            connection.pragma_update(None, "synchronous", "FULL")?;
            connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT)?;
            // What is deleted (a session, a digest) must not be found in the free space of a backup.
            connection.pragma_update(None, "secure_delete", "ON")?;
        }
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        let cache = if purpose == Use::Read { CACHE_READ } else { CACHE };
        connection.pragma_update(None, "cache_size", cache)?;
        connection.pragma_update(None, "mmap_size", 256 * 1024 * 1024)?;
        connection.pragma_update(None, "query_only", purpose == Use::Read)?;
        Ok(SqliteConn {
            connection,
            path: path.to_owned(),
            written: 0,
            carrier: None,
            inserts: HashMap::new(),
        })
    }

    /// Counts rows of the open transaction; with the one that makes it large it gets more memory.
    fn count(&mut self, rows: usize) -> Result<(), StoreError> {
        let before = self.written;
        self.written += rows;
        if before <= LARGE && self.written > LARGE {
            self.connection.pragma_update(None, "cache_size", CACHE_LARGE)?;
            self.connection.pragma_update(None, "wal_autocheckpoint", 0)?;
        }
        Ok(())
    }

    /// A transaction has ended, well or not. After a large one its memory is given back.
    fn ended(&mut self, committed: bool) -> Result<(), StoreError> {
        if std::mem::take(&mut self.written) > LARGE {
            self.connection.pragma_update(None, "cache_size", CACHE)?;
            self.connection.execute_batch("PRAGMA shrink_memory")?;
            if committed {
                self.carry_over()?;
            } else {
                self.connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT)?;
            }
        } else if self.carrier.as_ref().is_some_and(JoinHandle::is_finished) {
            self.carrier = None;
            self.connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT)?;
        }
        Ok(())
    }

    /// Lets a thread carry over what a large transaction left in the log. Whatever it can't do, such as what somebody
    /// still reads, a later commit does. Without a thread the next commit does it all.
    fn carry_over(&mut self) -> Result<(), StoreError> {
        self.carried();
        let path = self.path.clone();
        let thread = std::thread::Builder::new().name("carrier".to_owned());
        let carrier = thread.spawn(move || {
            if let Ok(own) = SqliteConn::open(&path, Use::Write) {
                let _ = own
                    .connection
                    .query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
            }
        });
        self.carrier = carrier.ok();
        if self.carrier.is_none() {
            self.connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT)?;
        }
        Ok(())
    }

    /// Waits for the thread. Nothing depends on how it ended.
    fn carried(&mut self) {
        if let Some(carrier) = self.carrier.take() {
            let _ = carrier.join();
        }
    }

    /// The text of a bulk statement; a register's table gains columns with its pack, and then has another one.
    fn insert_text(&mut self, table: &Table, conflict: OnConflict) -> Arc<str> {
        if !self.inserts.contains_key(&table.name) {
            self.inserts.insert(table.name.clone(), Vec::new());
        }
        let Some(known) = self.inserts.get_mut(&table.name) else {
            return insert_text(table, conflict).into();
        };
        if let Some(found) = known
            .iter()
            .find(|known| known.conflict == conflict && known.table == *table)
        {
            return found.text.clone();
        }
        known.retain(|known| known.conflict != conflict);
        let text: Arc<str> = insert_text(table, conflict).into();
        known.push(Insert {
            table: table.clone(),
            conflict,
            text: text.clone(),
        });
        text
    }

    pub(crate) fn raw(&self) -> &Connection {
        &self.connection
    }
}

impl Drop for SqliteConn {
    /// The last connection to go folds the log into the file, so it must be the last.
    fn drop(&mut self) {
        self.carried();
    }
}

impl Conn for SqliteConn {
    /// Another program's import may hold the file longer than one time-out: nobody's save fails for it,
    /// so the wait is begun again, as long as an import of the largest workbook may take.
    fn begin_write(&mut self) -> Result<(), StoreError> {
        let mut tries = 1;
        loop {
            match self.execute("BEGIN IMMEDIATE", &[]) {
                Err(StoreError::Busy) if tries < PATIENCE => tries += 1,
                other => return other.map(|_| ()),
            }
        }
    }

    fn begin_read(&mut self) -> Result<(), StoreError> {
        self.execute("BEGIN", &[]).map(|_| ())
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        self.execute("COMMIT", &[])?;
        // What is committed stays so, whatever becomes of the memory that it took.
        let _ = self.ended(true);
        Ok(())
    }

    fn rollback(&mut self) -> Result<(), StoreError> {
        if !self.connection.is_autocommit() {
            self.execute("ROLLBACK", &[])?;
        }
        self.ended(false)
    }

    fn execute(&mut self, sql: &str, params: &[Sql]) -> Result<u64, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.execute(params_from_iter(params))? as u64)
    }

    fn batch(&mut self, sql: &str) -> Result<(), StoreError> {
        Ok(self.connection.execute_batch(sql)?)
    }

    fn query_each(
        &mut self,
        sql: &str,
        params: &[Sql],
        each: &mut dyn FnMut(&[Sql]) -> Result<bool, StoreError>,
    ) -> Result<(), StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let width = statement.column_count();
        let mut rows = statement.query(params_from_iter(params))?;
        let mut row_out = Vec::with_capacity(width);
        while let Some(row) = rows.next()? {
            row_out.clear();
            for column in 0..width {
                row_out.push(owned(row.get_ref(column)?)?);
            }
            if !each(&row_out)? {
                break;
            }
        }
        Ok(())
    }

    fn write_many(&mut self, table: &Table, rows: &[Vec<Sql>], conflict: OnConflict) -> Result<(), StoreError> {
        self.count(rows.len())?;
        let text = self.insert_text(table, conflict);
        let mut statement = self.connection.prepare_cached(&text)?;
        rows.iter().try_for_each(|row| insert_row(&mut statement, row))
    }

    fn columns(&mut self, table: &str) -> Result<Vec<String>, StoreError> {
        let rows = self.query(
            "SELECT name FROM pragma_table_info($1) ORDER BY cid",
            &[Sql::from(table)],
        )?;
        rows.iter().map(|row| row[0].text().map(str::to_owned)).collect()
    }

    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }
}

fn insert_row(statement: &mut Statement<'_>, row: &[Sql]) -> Result<(), StoreError> {
    for (at, value) in row.iter().enumerate() {
        statement.raw_bind_parameter(at + 1, value)?;
    }
    statement.raw_execute()?;
    Ok(())
}

fn insert_text(table: &Table, conflict: OnConflict) -> String {
    let names: Vec<&str> = table.columns.iter().map(|(name, _)| name.as_str()).collect();
    let marks: Vec<String> = (1..=names.len()).map(|at| format!("${at}")).collect();
    let (names_text, marks_text) = (names.join(", "), marks.join(", "));
    let tail = conflict_text(table, conflict);
    format!("INSERT INTO {} ({names_text}) VALUES ({marks_text}){tail}", table.name)
}

/// The `ON CONFLICT` part of a bulk statement; both engines read it alike.
pub(super) fn conflict_text(table: &Table, conflict: OnConflict) -> String {
    let (key, rest) = table.columns.split_at(table.key);
    let key: Vec<&str> = key.iter().map(|(name, _)| name.as_str()).collect();
    let set = |part: &dyn Fn(&str) -> String| {
        let parts: Vec<String> = rest.iter().map(|(name, _)| part(name)).collect();
        format!(" ON CONFLICT ({}) DO UPDATE SET {}", key.join(", "), parts.join(", "))
    };
    match conflict {
        OnConflict::Fail => String::new(),
        OnConflict::Keep => format!(" ON CONFLICT ({}) DO NOTHING", key.join(", ")),
        OnConflict::Replace => set(&|name| format!("{name} = excluded.{name}")),
        OnConflict::Add => {
            let own = &table.name;
            set(&|name| format!("{name} = {own}.{name} + excluded.{name}"))
        }
    }
}

impl ToSql for Sql {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Sql::Null => ToSqlOutput::Owned(Value::Null),
            Sql::Int(value) => ToSqlOutput::Owned(Value::Integer(*value)),
            Sql::Text(value) => ToSqlOutput::Borrowed(ValueRef::Text(value.as_bytes())),
            Sql::Blob(value) => ToSqlOutput::Borrowed(ValueRef::Blob(value)),
        })
    }
}

fn owned(value: ValueRef<'_>) -> Result<Sql, StoreError> {
    Ok(match value {
        ValueRef::Null => Sql::Null,
        ValueRef::Integer(value) => Sql::Int(value),
        ValueRef::Text(bytes) => Sql::Text(
            String::from_utf8(bytes.to_vec()).map_err(|_| StoreError::Damaged("text that is not UTF-8".to_owned()))?,
        ),
        ValueRef::Blob(bytes) => Sql::Blob(bytes.to_vec()),
        // The book holds no floating point number; one in a table was put there from outside.
        ValueRef::Real(_) => return Err(StoreError::Damaged("a floating point number".to_owned())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::ColumnType;
    use std::sync::atomic::{AtomicBool, Ordering};

    #[test]
    fn a_writer_outlasts_another_that_holds_the_file_longer_than_a_time_out() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("book.db");
        let mut first = SqliteConn::open(&path, Use::Create).expect("made");
        first.batch("CREATE TABLE t (n INTEGER)").expect("a table");
        first.begin_write().expect("free");
        let released = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let second = scope.spawn(|| {
                let mut second = SqliteConn::open(&path, Use::Write).expect("opened");
                // One wait of the second's is far shorter than the first holds the file.
                let wait = std::time::Duration::from_millis(20);
                second.connection.busy_timeout(wait).expect("set");
                let begun = second.begin_write();
                (begun.is_ok(), released.load(Ordering::SeqCst))
            });
            std::thread::sleep(std::time::Duration::from_millis(120));
            released.store(true, Ordering::SeqCst);
            first.commit().expect("committed");
            assert_eq!(second.join().expect("no panic"), (true, true), "waited, and then began");
        });
    }

    fn said(conn: &SqliteConn, pragma: &str) -> i64 {
        let sql = format!("PRAGMA {pragma}");
        conn.connection.query_row(&sql, [], |row| row.get(0)).expect("a number")
    }

    /// What a large transaction changes about its connection is as before once it has ended, well or not, and its pages
    /// are in the file when the last connection goes.
    #[test]
    fn a_large_transaction_gives_back_what_it_took_and_leaves_its_pages_in_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("book.db");
        let mut conn = SqliteConn::open(&path, Use::Create).expect("made");
        conn.batch("CREATE TABLE t (n INTEGER PRIMARY KEY) WITHOUT ROWID")
            .expect("a table");
        let table = Table::new("t", 1, &[("n", ColumnType::Int)]);
        let rows = |from: i64| -> Vec<Vec<Sql>> { (from..=from + LARGE as i64).map(|n| vec![Sql::Int(n)]).collect() };
        let usual = |conn: &SqliteConn| (said(conn, "cache_size"), said(conn, "wal_autocheckpoint"));

        conn.begin_write().expect("begun");
        conn.write_many(&table, &rows(0), OnConflict::Fail).expect("written");
        assert_eq!(usual(&conn), (CACHE_LARGE, 0), "while it is open");
        conn.rollback().expect("taken back");
        assert_eq!(usual(&conn), (CACHE, CHECKPOINT), "after it was taken back");

        conn.begin_write().expect("begun");
        conn.write_many(&table, &rows(0), OnConflict::Fail).expect("written");
        conn.commit().expect("committed");
        assert!(conn.carrier.is_some(), "a thread carries its pages over");
        // Somebody's save right behind it waits for no thread.
        conn.begin_write().expect("begun");
        conn.write_many(&table, &[vec![Sql::Int(-1)]], OnConflict::Fail)
            .expect("written");
        conn.commit().expect("committed");
        while !conn.carrier.as_ref().is_none_or(JoinHandle::is_finished) {
            std::thread::yield_now();
        }
        conn.begin_write().expect("begun");
        conn.commit().expect("committed");
        assert_eq!(usual(&conn), (CACHE, CHECKPOINT), "after the thread has ended");
        drop(conn);
        assert!(
            !folder.path().join("book.db-wal").exists(),
            "the log is folded into the file"
        );
        let mut again = SqliteConn::open(&path, Use::Read).expect("opened");
        let count = again
            .query_one("SELECT COUNT(*) FROM t", &[])
            .expect("counted")
            .expect("a row");
        assert_eq!(count[0], Sql::Int(LARGE as i64 + 2));
    }
}
