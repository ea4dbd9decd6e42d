//! Room: rows that no entry speaks for: of an entry that is not there, or of a dimension that nothing names.

use super::{FirstBad, Found};
use crate::engine::{Conn, Sql};
use taizhang_core::id::EntryNo;

/// The first of them, given the last entry and, if that is known, how many dimensions are named.
pub(super) fn rows(conn: &mut dyn Conn, head: EntryNo, dims: Option<i64>) -> Found {
    let tables: [(&str, &[&str]); 3] = [
        ("posting", &["account", "record", "entry"]),
        ("evidence_of", &["entry"]),
        ("deed", &["entry"]),
    ];
    for (table, key) in tables {
        let columns = key.join(", ");
        let sql = format!("SELECT {columns} FROM {table} WHERE entry < 1 OR entry > $1 LIMIT 1");
        if let Some(row) = conn.query_one(&sql, &[Sql::Int(head)])? {
            let named = key.iter().zip(&row);
            let named = named.map(|(name, value)| Ok(format!("{name}={}", value.int()?)));
            let named: Vec<String> = named.collect::<Result<_, crate::error::StoreError>>()?;
            return Ok(Some(spare(table, named.join(" "), "a row")));
        }
    }
    let Some(dims) = dims else { return Ok(None) };
    let sql = "SELECT id, text FROM dimension WHERE id < 1 OR id > $1 LIMIT 1";
    match conn.query_one(sql, &[Sql::Int(dims)])? {
        Some(row) => Ok(Some(spare(
            "dimension",
            format!("id={}", row[0].int()?),
            row[1].text()?,
        ))),
        None => Ok(None),
    }
}

fn spare(table: &str, key: String, found: &str) -> FirstBad {
    FirstBad::Cell {
        table: table.to_owned(),
        key,
        column: "row".to_owned(),
        expected: "no row".to_owned(),
        found: found.to_owned(),
    }
}
