//! Room: an account line by line — its postings in the order of their days, and what moved on each side.

use crate::engine::{Conn, Sql};
use crate::error::StoreError;
use taizhang_core::day::Day;
use taizhang_core::id::{AccountNo, EntryNo, RecordNo};

/// One posting in the order of its day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerLine {
    /// The day.
    pub day: Day,
    /// The entry that made it.
    pub entry: EntryNo,
    /// The record.
    pub record: RecordNo,
    /// The unit.
    pub unit: RecordNo,
    /// The dimensions, as one text.
    pub dim: String,
    /// The amount; what is credited is negative.
    pub amount: i64,
}

/// The postings of an account between two days, as known at an entry, day by day. `holder` is the whole text
/// of the dimensions, if only one holder is asked for: its postings alone are read. Reading ends when `each` says
/// false.
pub fn lines(
    conn: &mut dyn Conn,
    account: AccountNo,
    (from, to): (Day, Day),
    known_at: EntryNo,
    holder: Option<&str>,
    each: &mut dyn FnMut(LedgerLine) -> bool,
) -> Result<(), StoreError> {
    let mut values = vec![
        Sql::Int(account.0.into()),
        Sql::Int(known_at),
        Sql::Int(from.0.into()),
        Sql::Int(to.0.into()),
    ];
    let one = match holder {
        None => "",
        Some(text) => {
            let Some(dim) = dimension(conn, text)? else {
                return Ok(());
            };
            values.push(Sql::Int(dim));
            // The first is what the index of holders asks for.
            if dim > 0 {
                "AND p.dim > 0 AND p.dim = $5"
            } else {
                "AND p.dim = $5"
            }
        }
    };
    let sql = format!(
        "SELECT p.day, p.entry, p.record, p.unit, COALESCE(d.text, ''), p.amount
         FROM posting p LEFT JOIN dimension d ON d.id = p.dim
         WHERE p.account = $1 AND p.entry <= $2 AND p.day >= $3 AND p.day <= $4 {one} ORDER BY p.day, p.entry, p.seq"
    );
    conn.query_each(&sql, &values, &mut |row| {
        Ok(each(LedgerLine {
            day: Day(row[0].int()? as i32),
            entry: row[1].int()?,
            record: row[2].int()?,
            unit: row[3].int()?,
            dim: row[4].text()?.to_owned(),
            amount: row[5].int()?,
        }))
    })
}

/// The number of a text of dimensions; none if nothing was ever posted with it.
fn dimension(conn: &mut dyn Conn, text: &str) -> Result<Option<i64>, StoreError> {
    if text.is_empty() {
        return Ok(Some(0));
    }
    let row = conn.query_one("SELECT id FROM dimension WHERE text = $1", &[Sql::from(text)])?;
    row.map(|row| row[0].int()).transpose()
}
