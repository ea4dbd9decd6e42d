//! Room: table `deed` against the entries that somebody wrote.

use super::Found;
use super::compare::Expected;
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
        let sql = "SELECT actor, entry, record, act, day, cells FROM deed WHERE entry >= $1 AND entry <= $2
                   ORDER BY entry";
        let range = [self.from, self.to].map(Sql::Int);
        self.expected.against(conn, sql, &range)
    }
}
