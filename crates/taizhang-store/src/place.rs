//! Room: where a book is, and how to connect to it.

use crate::engine::Conn;
use crate::engine::postgres::{PostgresConn, PostgresPlace};
use crate::engine::sqlite::{SqliteConn, Use};
use crate::error::StoreError;
use crate::schema::{SCHEMA, schema_of};
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Where a book is: `sqlite:PATH` or `postgres://…?schema=NAME`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// One file (and its log beside it).
    Sqlite(PathBuf),
    /// One schema.
    Postgres(PostgresPlace),
}

impl FromStr for Place {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Place, StoreError> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            return Ok(Place::Sqlite(PathBuf::from(path)));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return PostgresPlace::parse(text)
                .map(Place::Postgres)
                .ok_or_else(|| StoreError::BadPlace(text.to_owned()));
        }
        Err(StoreError::BadPlace(text.to_owned()))
    }
}

impl std::fmt::Display for Place {
    /// As typed, without a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Place::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Place::Postgres(place) => write!(f, "postgres schema {}", place.schema),
        }
    }
}

impl Place {
    /// The file of an SQLite book.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Place::Sqlite(path) => Some(path),
            Place::Postgres(_) => None,
        }
    }

    pub(crate) fn create(&self) -> Result<Box<dyn Conn>, StoreError> {
        match self {
            Place::Sqlite(path) => Ok(Box::new(SqliteConn::open(path, Use::Create)?)),
            Place::Postgres(place) => Ok(Box::new(PostgresConn::open(place, true)?)),
        }
    }

    pub(crate) fn write(&self) -> Result<Box<dyn Conn>, StoreError> {
        self.must_be_there()?;
        match self {
            Place::Sqlite(path) => {
                // Looked at before it is touched: a writer's first setting changes a file that is no book.
                match schema_of(&mut SqliteConn::open(path, Use::Read)?)? {
                    0 => return Err(StoreError::NoBook(self.to_string())),
                    found if found > SCHEMA => return Err(StoreError::NewerSchema(found, SCHEMA)),
                    _ => {}
                }
                Ok(Box::new(SqliteConn::open(path, Use::Write)?))
            }
            Place::Postgres(place) => Ok(Box::new(PostgresConn::open(place, false)?)),
        }
    }

    pub(crate) fn read(&self) -> Result<Box<dyn Conn>, StoreError> {
        self.must_be_there()?;
        match self {
            Place::Sqlite(path) => Ok(Box::new(SqliteConn::open(path, Use::Read)?)),
            Place::Postgres(place) => Ok(Box::new(PostgresConn::open(place, false)?)),
        }
    }

    fn must_be_there(&self) -> Result<(), StoreError> {
        match self.file() {
            Some(path) if !path.exists() => Err(StoreError::NoBook(self.to_string())),
            _ => Ok(()),
        }
    }
}
