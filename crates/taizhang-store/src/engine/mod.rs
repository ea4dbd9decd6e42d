//! Room: the two engines behind one small interface. Connects, binds, reads rows; knows no meaning.
//!
//! Statements are plain text with `$1`, `$2` … in the order of their first use, which both engines
//! read alike. A statement touches one book only; nothing depends on a session setting.

pub(crate) mod postgres;
pub(crate) mod sqlite;

use crate::error::StoreError;

/// One value on its way into or out of a table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sql {
    /// NULL.
    Null,
    /// INTEGER or BIGINT.
    Int(i64),
    /// TEXT.
    Text(String),
    /// BLOB or BYTEA.
    Blob(Vec<u8>),
}

impl Sql {
    /// The integer, or an error that says what was there instead.
    pub fn int(&self) -> Result<i64, StoreError> {
        match self {
            Sql::Int(value) => Ok(*value),
            other => Err(StoreError::unexpected("integer", other)),
        }
    }

    /// The text.
    pub fn text(&self) -> Result<&str, StoreError> {
        match self {
            Sql::Text(value) => Ok(value),
            other => Err(StoreError::unexpected("text", other)),
        }
    }

    /// The bytes.
    pub fn blob(&self) -> Result<&[u8], StoreError> {
        match self {
            Sql::Blob(value) => Ok(value),
            other => Err(StoreError::unexpected("bytes", other)),
        }
    }

    /// Whether it is NULL.
    pub fn is_null(&self) -> bool {
        *self == Sql::Null
    }
}

impl From<i64> for Sql {
    fn from(value: i64) -> Sql {
        Sql::Int(value)
    }
}

impl From<&str> for Sql {
    fn from(value: &str) -> Sql {
        Sql::Text(value.to_owned())
    }
}

impl From<String> for Sql {
    fn from(value: String) -> Sql {
        Sql::Text(value)
    }
}

impl From<Vec<u8>> for Sql {
    fn from(value: Vec<u8>) -> Sql {
        Sql::Blob(value)
    }
}

impl From<[u8; 32]> for Sql {
    fn from(value: [u8; 32]) -> Sql {
        Sql::Blob(value.to_vec())
    }
}

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// 64-bit integer.
    Int,
    /// Text.
    Text,
    /// Bytes.
    Blob,
}

/// A table as bulk statements see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name, made by the program.
    pub name: String,
    /// Its columns in the order of the rows.
    pub columns: Vec<(String, ColumnType)>,
    /// How many leading columns are its primary key.
    pub key: usize,
}

impl Table {
    /// A table of the schema.
    pub fn new(name: &str, key: usize, columns: &[(&str, ColumnType)]) -> Table {
        let columns = columns.iter().map(|(name, kind)| ((*name).to_owned(), *kind)).collect();
        Table {
            name: name.to_owned(),
            columns,
            key,
        }
    }
}

/// What a bulk statement does where a row with the same key is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OnConflict {
    /// Fails.
    Fail,
    /// Puts the new row in its place.
    Replace,
    /// Adds the columns that are not the key (integers).
    Add,
    /// Leaves the row that is there.
    Keep,
}

/// A query and its parameters.
pub type Ask<'a> = (&'a str, &'a [Sql]);

/// A connection to one book. One thread uses it at a time. What has no answer to wait for may be done with the next
/// statement that has one, and is told of then; at the latest before a commit.
pub trait Conn: Send {
    /// Starts a transaction that will write; on SQLite it takes the write lock at once.
    fn begin_write(&mut self) -> Result<(), StoreError>;
    /// Starts a transaction that only reads, all from one moment.
    fn begin_read(&mut self) -> Result<(), StoreError>;
    /// Makes the transaction durable. After an error here the outcome is unknown.
    fn commit(&mut self) -> Result<(), StoreError>;
    /// Forgets the transaction.
    fn rollback(&mut self) -> Result<(), StoreError>;
    /// Runs one statement; gives the number of rows it touched.
    fn execute(&mut self, sql: &str, params: &[Sql]) -> Result<u64, StoreError>;
    /// Runs statements without parameters (definitions of tables).
    fn batch(&mut self, sql: &str) -> Result<(), StoreError>;
    /// Streams the rows of a query; `each` may end it early by answering `false`.
    fn query_each(
        &mut self,
        sql: &str,
        params: &[Sql],
        each: &mut dyn FnMut(&[Sql]) -> Result<bool, StoreError>,
    ) -> Result<(), StoreError>;
    /// Writes many rows into a table.
    fn write_many(&mut self, table: &Table, rows: &[Vec<Sql>], conflict: OnConflict) -> Result<(), StoreError>;
    /// The names of the columns of a table, in order; empty if there is no such table.
    fn columns(&mut self, table: &str) -> Result<Vec<String>, StoreError>;
    /// The engine's word for bytes in table definitions, and how a row-less clustered table is written.
    fn dialect(&self) -> Dialect;

    /// All rows of a query.
    fn query(&mut self, sql: &str, params: &[Sql]) -> Result<Vec<Vec<Sql>>, StoreError> {
        let mut rows = Vec::new();
        self.query_each(sql, params, &mut |row| {
            rows.push(row.to_vec());
            Ok(true)
        })?;
        Ok(rows)
    }

    /// The only rows of queries that find one or none, asked together where one way there and back is enough for all.
    fn ask(&mut self, asked: &[Ask<'_>]) -> Result<Vec<Option<Vec<Sql>>>, StoreError> {
        asked.iter().map(|(sql, params)| self.query_one(sql, params)).collect()
    }

    /// The first row of a query.
    fn query_one(&mut self, sql: &str, params: &[Sql]) -> Result<Option<Vec<Sql>>, StoreError> {
        let mut found = None;
        self.query_each(sql, params, &mut |row| {
            found = Some(row.to_vec());
            Ok(false)
        })?;
        Ok(found)
    }
}

/// What differs between the engines in table definitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

impl Dialect {
    /// The type of a column.
    pub fn column(self, kind: ColumnType) -> &'static str {
        match (self, kind) {
            (Dialect::Sqlite, ColumnType::Int) => "INTEGER",
            (Dialect::Postgres, ColumnType::Int) => "BIGINT",
            (_, ColumnType::Text) => "TEXT",
            (Dialect::Sqlite, ColumnType::Blob) => "BLOB",
            (Dialect::Postgres, ColumnType::Blob) => "BYTEA",
        }
    }

    /// The type of a column where a table is defined. Text sorts by its code points on both engines,
    /// whatever the server's locale says.
    pub fn defined(self, kind: ColumnType) -> &'static str {
        match (self, kind) {
            (Dialect::Postgres, ColumnType::Text) => "TEXT COLLATE \"C\"",
            (_, kind) => self.column(kind),
        }
    }

    /// A column of an `ORDER BY` or an index, `DESC` included. What is missing sorts as the smallest;
    /// SQLite does so by itself and its indexes may not say it.
    pub fn ordered(self, column: &str) -> String {
        match self {
            Dialect::Sqlite => column.to_owned(),
            Dialect::Postgres if column.ends_with(" DESC") => format!("{column} NULLS LAST"),
            Dialect::Postgres => format!("{column} NULLS FIRST"),
        }
    }
}
