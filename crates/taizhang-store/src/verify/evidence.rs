//! Room: table `evidence_of` against the files that entries name. Whether the files themselves are
//! what their names say is for whoever holds them.

use super::compare::Expected;
use super::{FirstBad, Found};
use crate::engine::{Conn, Sql};
use crate::evidence::evidence_rows;
use taizhang_core::id::EntryNo;
use taizhang_core::journal::Entry;

const COLUMNS: &[&str] = &["hash", "entry"];

/// What a page of entries names.
pub(super) struct Named {
    from: EntryNo,
    to: EntryNo,
    expected: Expected<'static>,
}

impl Named {
    /// For a page of entries, its ends included.
    pub(super) fn new(from: EntryNo, to: EntryNo) -> Named {
        Named {
            from,
            to,
            expected: Expected::new("evidence_of", COLUMNS, COLUMNS.len()),
        }
    }

    /// Takes in one of them.
    pub(super) fn take(&mut self, entry: &Entry) {
        evidence_rows(entry).into_iter().for_each(|row| self.expected.row(row));
    }

    /// Compares with the rows that are there.
    pub(super) fn against(self, conn: &mut dyn Conn) -> Found {
        let sql = "SELECT hash, entry FROM evidence_of WHERE entry >= $1 AND entry <= $2";
        let range = [self.from, self.to].map(Sql::Int);
        self.expected.against(conn, sql, &range)
    }
}

/// Rows that no entry speaks for.
pub(super) fn outside(conn: &mut dyn Conn, head: EntryNo) -> Found {
    let sql = "SELECT entry FROM evidence_of WHERE entry < 1 OR entry > $1 LIMIT 1";
    let row = conn.query_one(sql, &[Sql::Int(head)])?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(FirstBad::Cell {
        table: "evidence_of".to_owned(),
        key: format!("entry={}", row[0].int()?),
        column: "row".to_owned(),
        expected: "no row".to_owned(),
        found: "a row".to_owned(),
    }))
}
