//! Room: table `bundle` against the postings that the journal's entries were found to have, block after block.

use super::{FirstBad, Found};
use crate::bundle::{Binder, ENTRIES, Posted};
use crate::engine::{Conn, Sql};
use crate::schema::{BUNDLES, schema_of};
use std::collections::BTreeSet;
use taizhang_core::id::EntryNo;

/// What must be tied up, and what was found so far.
pub(super) struct Bundles {
    binder: Binder,
    /// Account, block and part of each row that was found.
    found: BTreeSet<[i64; 3]>,
    /// The entry before the first that comes by.
    after: EntryNo,
}

impl Bundles {
    /// For entries behind one.
    pub(super) fn behind(after: EntryNo) -> Bundles {
        Bundles {
            binder: Binder::behind(after),
            found: BTreeSet::new(),
            after,
        }
    }

    /// Takes the postings of a page's entries and compares the blocks that are complete with it.
    pub(super) fn page(&mut self, conn: &mut dyn Conn, posted: Vec<Posted>, to: EntryNo) -> Found {
        self.binder.take(posted);
        let rows = self.binder.rows(to);
        if rows.is_empty() || schema_of(conn)? < BUNDLES {
            return Ok(None);
        }
        let sql = "SELECT bytes FROM bundle WHERE account = $1 AND block = $2 AND part = $3";
        for row in rows {
            let there = conn.query_one(sql, &row[..3])?;
            let there = there.as_ref().map(|there| there[0].blob()).transpose()?;
            let [account, block, part] = [row[0].int()?, row[1].int()?, row[2].int()?];
            let expected = row[3].blob()?;
            if there != Some(expected) {
                return Ok(Some(differs([account, block, part], expected, there)));
            }
            self.found.insert([account, block, part]);
        }
        Ok(None)
    }

    /// The first row that nothing was tied up for, now that all entries came by.
    pub(super) fn spare(&self, conn: &mut dyn Conn) -> Found {
        // A book that no program opened since bundles came has none yet.
        if schema_of(conn)? < BUNDLES {
            return Ok(None);
        }
        let first = (self.after + ENTRIES - 1).div_euclid(ENTRIES);
        let sql = "SELECT account, block, part FROM bundle WHERE block >= $1 OR $2 = 0 ORDER BY account, block, part";
        let mut bad = None;
        conn.query_each(sql, &[first, self.after].map(Sql::Int), &mut |row| {
            let key = [row[0].int()?, row[1].int()?, row[2].int()?];
            if !self.found.contains(&key) {
                bad = Some(cell(key, "row", "no row".to_owned(), "a row".to_owned()));
            }
            Ok(bad.is_none())
        })?;
        Ok(bad)
    }
}

fn differs(key: [i64; 3], expected: &[u8], found: Option<&[u8]>) -> FirstBad {
    let Some(found) = found else {
        return cell(key, "row", format!("{} bytes", expected.len()), "no row".to_owned());
    };
    let same = expected.iter().zip(found).take_while(|(a, b)| a == b).count();
    let at = |bytes: &[u8]| match bytes.get(same) {
        Some(byte) => format!("{byte:02x} at byte {same} of {}", bytes.len()),
        None => format!("an end behind byte {same}"),
    };
    cell(key, "bytes", at(expected), at(found))
}

fn cell([account, block, part]: [i64; 3], column: &str, expected: String, found: String) -> FirstBad {
    FirstBad::Cell {
        table: "bundle".to_owned(),
        key: format!("account={account} block={block} part={part}"),
        column: column.to_owned(),
        expected,
        found,
    }
}
