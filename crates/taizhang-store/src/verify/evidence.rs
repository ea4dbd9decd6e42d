//! Room: table `evidence_of` against the files that entries name. Whether the files themselves are
//! what their names say is for whoever holds them.

use super::Found;
use super::compare::Expected;
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
        let sql = "SELECT hash, entry FROM evidence_of WHERE entry >= $1 AND entry <= $2 ORDER BY entry, hash";
        let range = [self.from, self.to].map(Sql::Int);
        self.expected.against(conn, sql, &range)
    }
}
