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
/// of the dimensions, if only one holder is asked for. Reading ends when `each` says false.
pub fn lines(
    conn: &mut dyn Conn,
    account: AccountNo,
    (from, to): (Day, Day),
    known_at: EntryNo,
    holder: Option<&str>,
    each: &mut dyn FnMut(LedgerLine) -> bool,
) -> Result<(), StoreError> {
    let one = if holder.is_some() { "AND d.text = $5" } else { "" };
    let sql = format!(
        "SELECT p.day, p.entry, p.record, p.unit, COALESCE(d.text, ''), p.amount
         FROM posting p LEFT JOIN dimension d ON d.id = p.dim
         WHERE p.account = $1 AND p.entry <= $2 AND p.day >= $3 AND p.day <= $4 {one} ORDER BY p.day, p.entry, p.seq"
    );
    let mut values = vec![
        Sql::Int(account.0.into()),
        Sql::Int(known_at),
        Sql::Int(from.0.into()),
        Sql::Int(to.0.into()),
    ];
    values.extend(holder.map(Sql::from));
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

/// What an account was debited and credited between two days, by unit and day.
pub fn turnover(
    conn: &mut dyn Conn,
    account: AccountNo,
    (from, to): (Day, Day),
    known_at: EntryNo,
    counts: &dyn Fn(RecordNo, Day) -> bool,
) -> Result<(i64, i64), StoreError> {
    let sql = "SELECT unit, day, CAST(SUM(CASE WHEN amount > 0 THEN amount ELSE 0 END) AS BIGINT),
                      CAST(SUM(CASE WHEN amount < 0 THEN amount ELSE 0 END) AS BIGINT)
               FROM posting WHERE account = $1 AND entry <= $2 AND day >= $3 AND day <= $4 GROUP BY unit, day";
    let values = [account.0.into(), known_at, from.0.into(), to.0.into()].map(Sql::Int);
    let (mut debit, mut credit) = (0, 0);
    conn.query_each(sql, &values, &mut |row| {
        if counts(row[0].int()?, Day(row[1].int()? as i32)) {
            debit += row[2].int()?;
            credit -= row[3].int()?;
        }
        Ok(true)
    })?;
    Ok((debit, credit))
}
