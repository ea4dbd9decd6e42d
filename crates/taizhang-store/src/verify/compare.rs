//! Room: rows that should be there against rows that are. Knows no table's meaning.

use super::FirstBad;
use crate::cells::hex;
use crate::engine::{Conn, Sql};
use crate::error::StoreError;
use std::collections::BTreeMap;

/// The rows of one part of a table as the journal gives them. A row's key is its first columns.
pub(super) struct Expected<'a> {
    table: &'a str,
    columns: &'a [&'a str],
    key: usize,
    rows: BTreeMap<Vec<Sql>, Vec<Sql>>,
    bad: Option<FirstBad>,
}

impl<'a> Expected<'a> {
    pub(super) fn new(table: &'a str, columns: &'a [&'a str], key: usize) -> Expected<'a> {
        Expected {
            table,
            columns,
            key,
            rows: BTreeMap::new(),
            bad: None,
        }
    }

    /// Expects a row.
    pub(super) fn row(&mut self, row: Vec<Sql>) {
        let mut key = row;
        let rest = key.split_off(self.key);
        if let Some(there) = self.rows.get(&key).filter(|there| **there != rest) {
            let twice = self.cell(&key, "row", &print(&rest), &print(there));
            self.bad.get_or_insert(twice);
        }
        self.rows.insert(key, rest);
    }

    /// Compares with what a query finds, then says what was not found.
    pub(super) fn against(mut self, conn: &mut dyn Conn, sql: &str, values: &[Sql]) -> super::Found {
        let mut bad = self.bad.take();
        if bad.is_none() {
            conn.query_each(sql, values, &mut |row| {
                bad = self.take(row);
                Ok(bad.is_none())
            })?;
        }
        Ok(bad.or_else(|| self.missing()))
    }

    fn take(&mut self, row: &[Sql]) -> Option<FirstBad> {
        let (key, found) = row.split_at(self.key);
        let Some(expected) = self.rows.remove(key) else {
            return Some(self.cell(key, "row", "no row", &print(found)));
        };
        let columns = self.columns[self.key..].iter();
        let mut cells = columns.zip(expected.iter().zip(found));
        let (column, (expected, found)) = cells.find(|(_, (expected, found))| expected != found)?;
        Some(self.cell(key, column, &text(expected), &text(found)))
    }

    fn missing(&self) -> Option<FirstBad> {
        let (key, row) = self.rows.first_key_value()?;
        Some(self.cell(key, "row", &print(row), "no row"))
    }

    fn cell(&self, key: &[Sql], column: &str, expected: &str, found: &str) -> FirstBad {
        let named = self.columns.iter().zip(key);
        let key: Vec<String> = named.map(|(name, value)| format!("{name}={}", text(value))).collect();
        FirstBad::Cell {
            table: self.table.to_owned(),
            key: key.join(" "),
            column: column.to_owned(),
            expected: expected.to_owned(),
            found: found.to_owned(),
        }
    }
}

fn print(row: &[Sql]) -> String {
    row.iter().map(text).collect::<Vec<_>>().join(" | ")
}

fn text(value: &Sql) -> String {
    match value {
        Sql::Null => "NULL".to_owned(),
        Sql::Int(number) => number.to_string(),
        Sql::Text(text) => text.replace(taizhang_core::posting::DIM_SEPARATOR, "/"),
        Sql::Blob(bytes) => match <&[u8; 32]>::try_from(bytes.as_slice()) {
            Ok(hash) => hex(hash),
            Err(_) => format!("{} bytes", bytes.len()),
        },
    }
}

/// The distinct numbers in the first column of a table.
pub(super) fn distinct(conn: &mut dyn Conn, table: &str, column: &str) -> Result<Vec<i64>, StoreError> {
    let rows = conn.query(&format!("SELECT DISTINCT {column} FROM {table} ORDER BY {column}"), &[])?;
    rows.iter().map(|row| row[0].int()).collect()
}
