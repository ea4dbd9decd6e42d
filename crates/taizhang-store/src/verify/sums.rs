//! Room: postings against their entries' digests, and sums against postings. Entries are read page by
//! page here, so what else follows from single entries is asked in passing.

use super::compare::{Expected, distinct};
use super::{FirstBad, Found};
use super::{deed, evidence};
use crate::engine::{Conn, Sql};
use crate::error::StoreError;
use crate::head::entry_of;
use crate::held::has_floor;
use crate::replay::Rulebook;
use std::collections::BTreeMap;
use taizhang_core::day::Day;
use taizhang_core::id::{AccountNo, EntryNo};
use taizhang_core::journal::chain::posting_digest;
use taizhang_core::posting::Posting;

/// How many entries' postings are read together.
pub(crate) const PAGE: i64 = 500;

/// Every entry's count and digest, the order of its postings, and no posting of another entry.
/// Dimensions are numbered in the order in which postings first name them.
pub(super) fn digests(conn: &mut dyn Conn, head: EntryNo) -> Found {
    let mut dims = 0;
    for from in (1..=head).step_by(PAGE as usize) {
        let to = (from + PAGE - 1).min(head);
        let mut stored = stored(conn, from, to)?;
        let mut named = evidence::Named::new(from, to);
        let mut done = deed::Done::new(from, to);
        let sql = "SELECT n, bytes FROM entry WHERE n >= $1 AND n <= $2 ORDER BY n";
        for row in conn.query(sql, &[Sql::Int(from), Sql::Int(to)])? {
            let entry = entry_of(row[0].int()?, row[1].blob()?)?;
            named.take(&entry);
            done.take(&entry);
            let lines = stored.remove(&entry.n).unwrap_or_default();
            let in_order = lines.iter().enumerate().all(|(at, line)| line.seq == at as i64);
            let postings: Vec<Posting> = lines.iter().map(|line| line.posting.clone()).collect();
            let whole =
                postings.len() == entry.posting_count as usize && posting_digest(&postings) == entry.posting_digest;
            if !in_order || !whole {
                let why = "its postings are not those that its digest covers".to_owned();
                return Ok(Some(FirstBad::Entry(entry.n, why)));
            }
            if let Some(bad) = lines.iter().find_map(|line| misnumbered(line, &mut dims)) {
                return Ok(Some(bad));
            }
        }
        if let Some(bad) = named.against(conn)? {
            return Ok(Some(bad));
        }
        if let Some(bad) = done.against(conn)? {
            return Ok(Some(bad));
        }
    }
    match outside(conn, head, dims)? {
        None => match evidence::outside(conn, head)? {
            None => deed::outside(conn, head),
            bad => Ok(bad),
        },
        bad => Ok(bad),
    }
}

struct Line {
    seq: i64,
    dim: i64,
    posting: Posting,
}

fn stored(conn: &mut dyn Conn, from: EntryNo, to: EntryNo) -> Result<BTreeMap<EntryNo, Vec<Line>>, StoreError> {
    let sql = "SELECT p.entry, p.seq, p.dim, COALESCE(d.text, ''), p.account, p.unit, p.day, p.record,
                      p.amount, p.reported, p.missing, p.not_applicable
               FROM posting p LEFT JOIN dimension d ON d.id = p.dim
               WHERE p.entry >= $1 AND p.entry <= $2 ORDER BY p.entry, p.seq, p.account, p.record";
    let mut lines: BTreeMap<EntryNo, Vec<Line>> = BTreeMap::new();
    conn.query_each(sql, &[Sql::Int(from), Sql::Int(to)], &mut |row| {
        let posting = Posting {
            account: AccountNo(narrow(&row[4])?),
            unit: row[5].int()?,
            dim: row[3].text()?.to_owned(),
            day: Day(narrow(&row[6])?),
            record: row[7].int()?,
            amount: row[8].int()?,
            reported: narrow(&row[9])?,
            missing: narrow(&row[10])?,
            not_applicable: narrow(&row[11])?,
        };
        let (seq, dim) = (row[1].int()?, row[2].int()?);
        lines.entry(row[0].int()?).or_default().push(Line { seq, dim, posting });
        Ok(true)
    })?;
    Ok(lines)
}

fn narrow<T: TryFrom<i64>>(value: &Sql) -> Result<T, StoreError> {
    T::try_from(value.int()?).map_err(|_| StoreError::Damaged("a number that is too large in table posting".to_owned()))
}

fn misnumbered(line: &Line, dims: &mut i64) -> Option<FirstBad> {
    *dims += i64::from(line.dim == *dims + 1);
    let fits = line.dim <= *dims && line.posting.dim.is_empty() == (line.dim == 0);
    let text = &line.posting.dim;
    let (expected, found) = (*dims + 1, line.dim);
    (!fits).then(|| {
        cell(
            "dimension",
            format!("text={text}"),
            "id",
            expected.to_string(),
            found.to_string(),
        )
    })
}

/// Rows that no entry speaks for.
fn outside(conn: &mut dyn Conn, head: EntryNo, dims: i64) -> Found {
    let sql = "SELECT account, record, entry FROM posting WHERE entry < 1 OR entry > $1 LIMIT 1";
    if let Some(row) = conn.query_one(sql, &[Sql::Int(head)])? {
        let key = format!(
            "account={} record={} entry={}",
            row[0].int()?,
            row[1].int()?,
            row[2].int()?
        );
        return Ok(Some(cell(
            "posting",
            key,
            "row",
            "no row".to_owned(),
            "a row".to_owned(),
        )));
    }
    let sql = "SELECT id, text FROM dimension WHERE id < 1 OR id > $1 LIMIT 1";
    Ok(match conn.query_one(sql, &[Sql::Int(dims)])? {
        Some(row) => {
            let key = format!("id={}", row[0].int()?);
            Some(cell(
                "dimension",
                key,
                "row",
                "no row".to_owned(),
                row[1].text()?.to_owned(),
            ))
        }
        None => None,
    })
}

fn cell(table: &str, key: String, column: &str, expected: String, found: String) -> FirstBad {
    FirstBad::Cell {
        table: table.to_owned(),
        key,
        column: column.to_owned(),
        expected,
        found,
    }
}

const SUMS: &str = "CAST(SUM(p.amount) AS BIGINT), CAST(SUM(p.reported) AS BIGINT),
                    CAST(SUM(p.missing) AS BIGINT), CAST(SUM(p.not_applicable) AS BIGINT)";

const BALANCE: &[&str] = &[
    "account",
    "level",
    "period",
    "unit",
    "dim",
    "amount",
    "reported",
    "missing",
    "not_applicable",
];

const HOLDING: &[&str] = &["account", "dim", "day", "amount"];

/// Tables `balance` and `holding` against sums of postings, account by account.
pub(super) fn balances(conn: &mut dyn Conn, rulebook: &Rulebook) -> Found {
    let mut accounts = distinct(conn, "posting", "account")?;
    accounts.extend(distinct(conn, "balance", "account")?);
    accounts.extend(distinct(conn, "holding", "account")?);
    accounts.sort_unstable();
    accounts.dedup();
    for account in accounts {
        let bad = match balance(conn, account)? {
            None => holding(conn, rulebook, account)?,
            bad => bad,
        };
        if bad.is_some() {
            return Ok(bad);
        }
    }
    Ok(None)
}

fn balance(conn: &mut dyn Conn, account: i64) -> Found {
    let mut sums: BTreeMap<[i64; 5], [i64; 4]> = BTreeMap::new();
    let sql = format!(
        "SELECT p.day, p.unit, p.dim, {SUMS} FROM posting p WHERE p.account = $1 GROUP BY p.day, p.unit, p.dim"
    );
    conn.query_each(&sql, &[Sql::Int(account)], &mut |row| {
        let day = Day(narrow(&row[0])?);
        let month = day.month();
        let periods = [i64::from(day.0), i64::from(month.0), i64::from(month.0.div_euclid(12))];
        for (level, period) in (0..).zip(periods) {
            let sum = sums
                .entry([account, level, period, row[1].int()?, row[2].int()?])
                .or_default();
            for (sum, part) in sum.iter_mut().zip(&row[3..]) {
                *sum += part.int()?;
            }
        }
        Ok(true)
    })?;
    let mut expected = Expected::new("balance", BALANCE, 5);
    let rows = sums
        .into_iter()
        .map(|(key, sums)| key.into_iter().chain(sums).map(Sql::Int).collect());
    rows.for_each(|row| expected.row(row));
    let sql = format!("SELECT {} FROM balance WHERE account = $1", BALANCE.join(", "));
    expected.against(conn, &sql, &[Sql::Int(account)])
}

/// Holders are watched where the present definition sets a floor.
fn holding(conn: &mut dyn Conn, rulebook: &Rulebook, account: i64) -> Found {
    let mut expected = Expected::new("holding", HOLDING, 3);
    let no = AccountNo(narrow(&Sql::Int(account))?);
    if rulebook.latest().is_some_and(|definition| has_floor(definition, no)) {
        let sql = "SELECT p.account, COALESCE(d.text, ''), p.day, CAST(SUM(p.amount) AS BIGINT)
                   FROM posting p LEFT JOIN dimension d ON d.id = p.dim
                   WHERE p.account = $1 GROUP BY p.account, d.text, p.day";
        conn.query_each(sql, &[Sql::Int(account)], &mut |row| {
            expected.row(row.to_vec());
            Ok(true)
        })?;
    }
    let sql = format!("SELECT {} FROM holding WHERE account = $1", HOLDING.join(", "));
    expected.against(conn, &sql, &[Sql::Int(account)])
}
