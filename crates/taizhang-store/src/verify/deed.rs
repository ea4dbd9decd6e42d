//! Room: table `deed` against the entries that somebody wrote.

use super::compare::Expected;
use super::{FirstBad, Found};
use crate::duty::deed_row;
use crate::engine::{Conn, Sql};
use taizhang_core::id::EntryNo;
use taizhang_core::journal::Entry;

const COLUMNS: &[&str] = &["actor", "entry", "record", "act", "day", "cells"];

/// What a page of entries says of who did what.
pub(super) struct Done {
    from: EntryNo,
    to: EntryNo,
    expected: Expected<'static>,
}

impl Done {
    /// For a page of entries, its ends included.
    pub(super) fn new(from: EntryNo, to: EntryNo) -> Done {
        Done {
            from,
            to,
            expected: Expected::new("deed", COLUMNS, 2),
        }
    }

    /// Takes in one of them.
    pub(super) fn take(&mut self, entry: &Entry) {
        deed_row(entry).into_iter().for_each(|row| self.expected.row(row));
    }

    /// Compares with the rows that are there.
    pub(super) fn against(self, conn: &mut dyn Conn) -> Found {
        let sql = "SELECT actor, entry, record, act, day, cells FROM deed WHERE entry >= $1 AND entry <= $2";
        let range = [self.from, self.to].map(Sql::Int);
        self.expected.against(conn, sql, &range)
    }
}

/// Rows that no entry speaks for.
pub(super) fn outside(conn: &mut dyn Conn, head: EntryNo) -> Found {
    let sql = "SELECT entry FROM deed WHERE entry < 1 OR entry > $1 LIMIT 1";
    let row = conn.query_one(sql, &[Sql::Int(head)])?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(FirstBad::Cell {
        table: "deed".to_owned(),
        key: format!("entry={}", row[0].int()?),
        column: "row".to_owned(),
        expected: "no row".to_owned(),
        found: "a row".to_owned(),
    }))
}
