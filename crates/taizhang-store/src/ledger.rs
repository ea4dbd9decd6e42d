//! Room: an account line by line — its postings in the order of their days, and what moved on each side.

use crate::engine::{Conn, Dialect, Sql};
use crate::error::StoreError;
use crate::schema::holders;
use taizhang_core::day::Day;
use taizhang_core::definition::Definition;
use taizhang_core::id::{AccountNo, EntryNo, RecordNo};
use taizhang_core::posting::DIM_SEPARATOR;

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

/// One holder of an account of money.
#[derive(Clone, Debug)]
pub struct Holder<'a> {
    text: &'a str,
    /// The condition of the index that finds its postings.
    indexed: String,
}

impl<'a> Holder<'a> {
    /// By the text of the dimensions, or of the first of them, under the latest definition.
    pub fn of(text: &'a str, definition: &Definition) -> Holder<'a> {
        let indexed = holders(definition).map_or_else(|| "dim > 0".to_owned(), |(_, condition)| condition);
        Holder { text, indexed }
    }
}

/// The postings of an account between two days, as known at an entry, day by day. If only one holder is asked for,
/// its postings alone are read. Reading ends when `each` says false.
pub fn lines(
    conn: &mut dyn Conn,
    account: AccountNo,
    (from, to): (Day, Day),
    known_at: EntryNo,
    holder: Option<&Holder<'_>>,
    each: &mut dyn FnMut(LedgerLine) -> bool,
) -> Result<(), StoreError> {
    let values = [
        Sql::Int(account.0.into()),
        Sql::Int(known_at),
        Sql::Int(from.0.into()),
        Sql::Int(to.0.into()),
    ];
    let one = match holder {
        None => String::new(),
        Some(Holder { text: "", .. }) => "AND p.dim = 0".to_owned(),
        Some(Holder { text, indexed }) => {
            let dims = dimensions(conn, text)?;
            if dims.is_empty() {
                return Ok(());
            }
            let dims: Vec<String> = dims.iter().map(i64::to_string).collect();
            format!("AND {indexed} AND p.dim IN ({})", dims.join(", "))
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

/// What stands on one holder at the end of a day, as known at an entry.
pub fn standing(
    conn: &mut dyn Conn,
    account: AccountNo,
    holder: &Holder<'_>,
    day: Day,
    known_at: EntryNo,
) -> Result<i64, StoreError> {
    let mut sum = 0;
    lines(conn, account, (Day::MIN, day), known_at, Some(holder), &mut |line| {
        sum += line.amount;
        true
    })?;
    Ok(sum)
}

/// The numbers of the dimensions that are a holder's: its own text, and those that say more behind it.
fn dimensions(conn: &mut dyn Conn, text: &str) -> Result<Vec<i64>, StoreError> {
    // Byte by byte, whatever the server's locale says.
    let ordered = match conn.dialect() {
        Dialect::Sqlite => "text",
        Dialect::Postgres => "text COLLATE \"C\"",
    };
    let sql =
        format!("SELECT id FROM dimension WHERE {ordered} = $1 OR {ordered} >= $2 AND {ordered} < $3 ORDER BY id");
    let next = char::from_u32(u32::from(DIM_SEPARATOR) + 1).unwrap_or(DIM_SEPARATOR);
    let values = [
        text.to_owned(),
        format!("{text}{DIM_SEPARATOR}"),
        format!("{text}{next}"),
    ]
    .map(Sql::Text);
    conn.query(&sql, &values)?.iter().map(|row| row[0].int()).collect()
}
