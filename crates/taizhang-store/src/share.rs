//! Room: shares — what each record contributes to a figure, in the order of the records. A record is added up by the
//! engine and handed over as one row, however often it was corrected; adds nothing up by units or trees.

use crate::engine::{Conn, Sql};
use crate::error::StoreError;
use crate::figure::{SUMS, Span, Sum, sum_of};
use crate::schema::register_table;
use std::collections::HashMap;
use taizhang_core::day::Day;
use taizhang_core::id::{AccountNo, EntryNo, RecordNo, RegisterNo};

/// What one record contributes to a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// The record.
    pub record: RecordNo,
    /// Its part of the sum.
    pub sum: Sum,
}

/// Whether what is posted in a unit counts: on all days from one to another, on none of them; none if on some alone.
pub type Counts<'a> = dyn Fn(RecordNo, (Day, Day)) -> Option<bool> + 'a;

/// How many records are asked for together at most: a server sends all that was asked for.
const PAGE: usize = 4_000;

/// A figure as its shares are asked for: its account and days, and the entry that it knows.
#[derive(Clone)]
pub struct Asked {
    /// The account.
    pub account: AccountNo,
    /// The days.
    pub span: Span,
    /// The entry that it knows; none for all that the transaction sees.
    pub known_at: Option<EntryNo>,
    /// The register whose records alone are in question, if nothing stands of them before the day on which they began:
    /// then those that began later are passed over by their own rows, however much was posted of them.
    pub begun: Option<RegisterNo>,
    /// The units of which all that was posted counts and nothing else does, where these are few; empty where the
    /// caller says so of each.
    pub units: Vec<RecordNo>,
}

/// The records whose shares make a figure, in the order of their numbers, after one of them.
/// Records that contribute nothing on balance are left out.
pub fn shares(
    conn: &mut dyn Conn,
    asked: &Asked,
    counts: &Counts<'_>,
    (after, limit): (RecordNo, usize),
) -> Result<Vec<Share>, StoreError> {
    let mut shares: Vec<Share> = Vec::new();
    let (mut after, mut page) = (after, limit.clamp(1, PAGE));
    while shares.len() < limit {
        let found = page_of_shares(conn, asked, counts, (after, page))?;
        let is_last = found.len() < page;
        after = found.last().map_or(after, |share| share.record);
        shares.extend(found.into_iter().filter(|share| share.sum != Sum::default()));
        if is_last {
            break;
        }
        page = (page * 2).min(PAGE);
    }
    shares.truncate(limit);
    Ok(shares)
}

/// The shares of some records that have any posting in question, those that contribute nothing among them.
fn page_of_shares(
    conn: &mut dyn Conn,
    asked: &Asked,
    counts: &Counts<'_>,
    (after, page): (RecordNo, usize),
) -> Result<Vec<Share>, StoreError> {
    let (test, mut values) = asked.test();
    let (mut table, mut record, mut begun) = ("posting".to_owned(), "record", String::new());
    // Few units have few of the records that are walked through: a look at each one's own row would cost more.
    let begun_in = asked.begun.filter(|_| asked.units.is_empty());
    if let (Some(register), Span::AsOf(day), None) = (begun_in, asked.span, asked.known_at) {
        // From row to row of the register, to the postings of each. The sign keeps SQLite from looking behind a
        // record's postings for all that follow.
        table = format!("{} AS own CROSS JOIN posting", register_table(register));
        values.push(Sql::from(day.to_string().as_str()));
        begun = format!(" AND own.opened_on <= ${} AND record = +own.id", values.len());
        record = "own.id";
    }
    // No column that no test needs is looked at in a row that is passed over: that is most of what it costs.
    let sql = format!(
        "SELECT {record}, MIN(unit), MAX(unit), MIN(day), MAX(day), {SUMS} FROM {table}
         WHERE {test}{begun} AND {record} > ${} GROUP BY {record} ORDER BY {record} LIMIT ${}",
        values.len() + 1,
        values.len() + 2
    );
    values.extend([Sql::Int(after), Sql::Int(page as i64)]);
    let mut shares: Vec<Share> = Vec::new();
    // Those of which some postings count and others may not, by their place among all.
    let mut parted: HashMap<RecordNo, usize> = HashMap::new();
    conn.query_each(&sql, &values, &mut |row| {
        let record = row[0].int()?;
        let (unit, last_unit) = (row[1].int()?, row[2].int()?);
        let days = (day(&row[3])?, day(&row[4])?);
        let of_all = match asked.units.is_empty() {
            true if unit == last_unit => counts(unit, days),
            true => None,
            false => Some(true),
        };
        let sum = match of_all {
            Some(true) => sum_of(&row[5..])?,
            Some(false) => Sum::default(),
            None => {
                parted.insert(record, shares.len());
                Sum::default()
            }
        };
        shares.push(Share { record, sum });
        Ok(true)
    })?;
    if !parted.is_empty() {
        add_parts(conn, asked, counts, (&parted, &mut shares))?;
    }
    Ok(shares)
}

/// Adds up posting by posting what counts of records that moved, or whose unit did.
fn add_parts(
    conn: &mut dyn Conn,
    asked: &Asked,
    counts: &Counts<'_>,
    (parted, shares): (&HashMap<RecordNo, usize>, &mut [Share]),
) -> Result<(), StoreError> {
    let (Some(first), Some(last)) = (parted.keys().min(), parted.keys().max()) else {
        return Ok(());
    };
    let (test, mut values) = asked.test();
    let sql = format!(
        "SELECT record, unit, day, amount, reported, missing, not_applicable FROM posting
         WHERE {test} AND record >= ${} AND record <= ${}",
        values.len() + 1,
        values.len() + 2
    );
    values.extend([Sql::Int(*first), Sql::Int(*last)]);
    conn.query_each(&sql, &values, &mut |row| {
        let on = day(&row[2])?;
        if let Some(at) = parted.get(&row[0].int()?)
            && counts(row[1].int()?, (on, on)) == Some(true)
        {
            shares[*at].sum.add(sum_of(&row[3..])?);
        }
        Ok(true)
    })
}

impl Asked {
    /// Which postings are in question, as a test and what it binds.
    fn test(&self) -> (String, Vec<Sql>) {
        let mut test = "account = $1".to_owned();
        let mut values = vec![Sql::Int(self.account.0.into())];
        let mut and = |what: &str, value: i64| {
            values.push(Sql::Int(value));
            test.push_str(&format!(" AND {what} ${}", values.len()));
        };
        match self.span {
            Span::AsOf(day) => and("day <=", day.0.into()),
            Span::Between(from, to) => {
                and("day >=", from.0.into());
                and("day <=", to.0.into());
            }
        }
        if let Some(known_at) = self.known_at {
            and("entry <=", known_at);
        }
        if !self.units.is_empty() {
            let marks = values.len() + 1..=values.len() + self.units.len();
            let marks: Vec<String> = marks.map(|at| format!("${at}")).collect();
            test.push_str(&format!(" AND unit IN ({})", marks.join(", ")));
            values.extend(self.units.iter().copied().map(Sql::Int));
        }
        (test, values)
    }
}

fn day(sql: &Sql) -> Result<Day, StoreError> {
    let day = i32::try_from(sql.int()?);
    day.map(Day)
        .map_err(|_| StoreError::Damaged("a posting on no day".to_owned()))
}
