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
    rows: Vec<Vec<Sql>>,
}

impl<'a> Expected<'a> {
    pub(super) fn new(table: &'a str, columns: &'a [&'a str], key: usize) -> Expected<'a> {
        Expected {
            table,
            columns,
            key,
            rows: Vec::new(),
        }
    }

    /// Expects a row.
    pub(super) fn row(&mut self, row: Vec<Sql>) {
        self.rows.push(row);
    }

    /// Compares with what a query finds, then says what was not found. A query in the order in which the
    /// rows are expected finds each in its place, and none need be looked for.
    pub(super) fn against(mut self, conn: &mut dyn Conn, sql: &str, values: &[Sql]) -> super::Found {
        let rows = std::mem::take(&mut self.rows);
        let (mut at, mut rest, mut bad) = (0, None, None);
        conn.query_each(sql, values, &mut |row| {
            if rest.is_none() && rows.get(at).is_some_and(|expected| expected == row) {
                at += 1;
                return Ok(true);
            }
            let rest = match &mut rest {
                Some(rest) => rest,
                None => match self.by_key(&rows, at) {
                    Ok(left) => rest.insert(left),
                    Err(twice) => {
                        bad = Some(twice);
                        return Ok(false);
                    }
                },
            };
            bad = self.take(rest, row);
            Ok(bad.is_none())
        })?;
        if at == rows.len() || bad.is_some() {
            return Ok(bad);
        }
        let missing = match rest.map_or_else(|| self.by_key(&rows, at), Ok) {
            Ok(rest) => rest
                .first_key_value()
                .map(|(key, row)| self.cell(key, "row", &print(row), "no row")),
            Err(twice) => Some(twice),
        };
        Ok(missing)
    }

    /// The rows that are left from one on, by their keys. A row that is expected twice is there once; two
    /// that differ under one key can't both be there.
    fn by_key<'r>(&self, rows: &'r [Vec<Sql>], from: usize) -> Result<Rest<'r>, FirstBad> {
        let mut all = Rest::new();
        for row in rows {
            let (key, own) = row.split_at(self.key);
            if let Some(there) = all.insert(key, own).filter(|there| *there != own) {
                return Err(self.cell(key, "row", &print(own), &print(there)));
            }
        }
        for row in &rows[..from] {
            all.remove(&row[..self.key]);
        }
        Ok(all)
    }

    fn take(&self, rest: &mut Rest<'_>, row: &[Sql]) -> Option<FirstBad> {
        let (key, found) = row.split_at(self.key);
        let Some(expected) = rest.remove(key) else {
            return Some(self.cell(key, "row", "no row", &print(found)));
        };
        let columns = self.columns[self.key..].iter();
        let mut cells = columns.zip(expected.iter().zip(found));
        let (column, (expected, found)) = cells.find(|(_, (expected, found))| expected != found)?;
        Some(self.cell(key, column, &text(expected), &text(found)))
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

/// Rows that were not found yet, by their keys.
type Rest<'r> = BTreeMap<&'r [Sql], &'r [Sql]>;

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

/// The distinct numbers in the column that a table is ordered by first: each is looked for behind the one
/// before, since there are few of them and many rows.
pub(super) fn distinct(conn: &mut dyn Conn, table: &str, column: &str) -> Result<Vec<i64>, StoreError> {
    let mut found = Vec::new();
    let first = conn.query_one(&format!("SELECT MIN({column}) FROM {table}"), &[])?;
    let mut next = first.filter(|row| !row[0].is_null());
    let sql = format!("SELECT MIN({column}) FROM {table} WHERE {column} > $1");
    while let Some(row) = next {
        found.push(row[0].int()?);
        next = conn.query_one(&sql, &row)?.filter(|row| !row[0].is_null());
    }
    Ok(found)
}
