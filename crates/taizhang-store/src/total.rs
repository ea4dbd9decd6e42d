//! Room: totals — what a money account was debited and credited by unit, whoever held it, so that a trial balance
//! does not grow with the holders. What single holders have of such an account stands in `balance` by day alone.
//! Derived from the postings; adds up, and knows nothing of trees or measures.

use crate::engine::{Conn, OnConflict, Sql};
use crate::error::StoreError;
use crate::figure::{Span, Sum, days, ranges};
use crate::replay::Rulebook;
use crate::schema::tables;
use crate::sums::periods;
use std::collections::{BTreeMap, HashMap};
use taizhang_core::day::Day;
use taizhang_core::definition::{AccountKind, Definition};
use taizhang_core::id::{AccountNo, EntryNo, RecordNo};
use taizhang_core::posting::Posting;

/// What an account was debited and credited, with its counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Total {
    /// Debited, in the account's scaled base unit.
    pub debit: i64,
    /// Credited.
    pub credit: i64,
    /// How many records have a value.
    pub reported: i64,
    /// How many have none.
    pub missing: i64,
    /// To how many the question does not apply.
    pub not_applicable: i64,
}

/// Totals by unit.
pub type Totals = BTreeMap<RecordNo, Total>;

impl Total {
    /// What one posting adds.
    pub fn of_posting(posting: &Posting) -> Total {
        Total::of_sum(Sum {
            amount: posting.amount,
            reported: posting.reported.into(),
            missing: posting.missing.into(),
            not_applicable: posting.not_applicable.into(),
        })
    }

    pub(crate) fn of_sum(posted: Sum) -> Total {
        Total {
            debit: posted.amount.max(0),
            credit: posted.amount.min(0).saturating_neg(),
            reported: posted.reported,
            missing: posted.missing,
            not_applicable: posted.not_applicable,
        }
    }

    /// Adds another, so many times.
    pub fn add(&mut self, other: Total, times: i64) {
        self.debit += other.debit * times;
        self.credit += other.credit * times;
        self.reported += other.reported * times;
        self.missing += other.missing * times;
        self.not_applicable += other.not_applicable * times;
    }

    /// What it comes to.
    pub fn sum(self) -> Sum {
        Sum {
            amount: self.debit - self.credit,
            reported: self.reported,
            missing: self.missing,
            not_applicable: self.not_applicable,
        }
    }

    fn parts(self) -> [i64; 5] {
        let Total {
            debit,
            credit,
            reported,
            missing,
            not_applicable,
        } = self;
        [debit, credit, reported, missing, not_applicable]
    }
}

/// Whether an account's totals are kept. No pack may make another kind of an account.
pub(crate) fn has_total(definition: &Definition, account: AccountNo) -> bool {
    let account = definition.accounts.get(&account);
    account.is_some_and(|account| account.kind == AccountKind::Money)
}

/// Whether an account has totals: its sums by holder are kept by day alone then, since a holder moves seldom.
pub(crate) fn is_totalled(conn: &mut dyn Conn, account: AccountNo) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM total WHERE account = $1 LIMIT 1";
    Ok(conn.query_one(sql, &[Sql::Int(account.0.into())])?.is_some())
}

/// Totals by account, day and unit, on their way into the table.
#[derive(Default)]
pub(crate) struct Waiting(HashMap<[i64; 3], [i64; 5]>);

impl Waiting {
    pub(crate) fn add(&mut self, posting: &Posting) -> Result<(), StoreError> {
        let spot = [posting.account.0.into(), posting.day.0.into(), posting.unit];
        self.put(spot, Total::of_posting(posting).parts())
    }

    fn put(&mut self, spot: [i64; 3], parts: [i64; 5]) -> Result<(), StoreError> {
        add(self.0.entry(spot).or_default(), parts)
    }

    /// The rows of table `total`, in their order; none wait after it.
    fn take(&mut self) -> Result<Vec<Vec<Sql>>, StoreError> {
        let mut cells: BTreeMap<[i64; 4], [i64; 5]> = BTreeMap::new();
        for ([account, day, unit], parts) in std::mem::take(&mut self.0) {
            for (level, period) in periods(Day(day as i32)) {
                add(cells.entry([account, level, period, unit]).or_default(), parts)?;
            }
        }
        let row = |(cell, parts): ([i64; 4], [i64; 5])| cell.into_iter().chain(parts).map(Sql::Int).collect();
        Ok(cells.into_iter().map(row).collect())
    }

    pub(crate) fn write(&mut self, conn: &mut dyn Conn) -> Result<(), StoreError> {
        match self.take()? {
            rows if rows.is_empty() => Ok(()),
            rows => conn.write_many(&tables::total(), &rows, OnConflict::Add),
        }
    }
}

fn add(sums: &mut [i64; 5], parts: [i64; 5]) -> Result<(), StoreError> {
    for (sum, part) in sums.iter_mut().zip(parts) {
        *sum = sum.checked_add(part).ok_or(StoreError::SumOverflow)?;
    }
    Ok(())
}

const SUMS: &str = "CAST(SUM(CASE WHEN amount > 0 THEN amount ELSE 0 END) AS BIGINT),
                    CAST(SUM(CASE WHEN amount < 0 THEN -amount ELSE 0 END) AS BIGINT),
                    CAST(SUM(reported) AS BIGINT), CAST(SUM(missing) AS BIGINT), CAST(SUM(not_applicable) AS BIGINT)";

/// The rows that an account's postings give.
pub(crate) fn rows_of(conn: &mut dyn Conn, account: AccountNo) -> Result<Vec<Vec<Sql>>, StoreError> {
    let mut waiting = Waiting::default();
    let sql = format!("SELECT day, unit, {SUMS} FROM posting WHERE account = $1 GROUP BY day, unit");
    let no = i64::from(account.0);
    conn.query_each(&sql, &[Sql::Int(no)], &mut |row| {
        let spot = [no, row[0].int()?, row[1].int()?];
        waiting.put(spot, total(&row[2..])?.parts())?;
        Ok(true)
    })?;
    waiting.take()
}

/// Adds up what accounts with totals have in the journal so far, in a book that had none, and lets go of the sums
/// that these take the place of.
pub(crate) fn fill_totals(conn: &mut dyn Conn) -> Result<(), StoreError> {
    let rulebook = Rulebook::load(conn)?;
    let Some(definition) = rulebook.latest() else {
        return Ok(());
    };
    for account in definition.accounts.keys().filter(|no| has_total(definition, **no)) {
        let rows = rows_of(conn, *account)?;
        conn.write_many(&tables::total(), &rows, OnConflict::Fail)?;
        let of_account = [Sql::Int(account.0.into())];
        conn.execute("DELETE FROM balance WHERE account = $1 AND level > 0", &of_account)?;
    }
    Ok(())
}

/// The totals of an account over a span, as known at the head.
pub(crate) fn totals_of(conn: &mut dyn Conn, account: AccountNo, span: Span) -> Result<Totals, StoreError> {
    let mut totals = Totals::new();
    match span {
        Span::AsOf(day) => level(conn, account, day, 1, &mut totals)?,
        Span::Between(from, to) => {
            level(conn, account, to, 1, &mut totals)?;
            level(conn, account, from.plus(-1), -1, &mut totals)?;
        }
    }
    Ok(totals)
}

fn level(conn: &mut dyn Conn, account: AccountNo, day: Day, sign: i64, totals: &mut Totals) -> Result<(), StoreError> {
    let sql = "SELECT unit, debit, credit, reported, missing, not_applicable FROM total
               WHERE account = $1 AND level = $2 AND period >= $3 AND period <= $4";
    for (level, from, to, times) in ranges(day) {
        let values = [i64::from(account.0), level, from, to].map(Sql::Int);
        conn.query_each(sql, &values, &mut |row| take(row, sign * times, totals))?;
    }
    Ok(())
}

/// The same as known at an earlier entry: the postings up to it, or those since off today's totals, whichever is
/// likely less.
pub fn known(
    conn: &mut dyn Conn,
    account: AccountNo,
    span: Span,
    known_at: EntryNo,
    head: EntryNo,
) -> Result<Totals, StoreError> {
    let (from, to) = days(span);
    let (mut totals, test, sign) = if known_at < head / 2 {
        (Totals::new(), "account = $1 AND entry <=", 1)
    } else if head - known_at <= FEW {
        // By the index of entries: that of the account would read all its postings to find the latest.
        (totals_of(conn, account, span)?, "+account = $1 AND entry >", -1)
    } else {
        (totals_of(conn, account, span)?, "account = $1 AND entry >", -1)
    };
    let sql = format!("SELECT unit, {SUMS} FROM posting WHERE {test} $2 AND day >= $3 AND day <= $4 GROUP BY unit");
    let values = [account.0.into(), known_at, from.0.into(), to.0.into()].map(Sql::Int);
    conn.query_each(&sql, &values, &mut |row| take(row, sign, &mut totals))?;
    Ok(totals)
}

/// So many entries are looked up one by one.
const FEW: EntryNo = 20_000;

fn take(row: &[Sql], times: i64, totals: &mut Totals) -> Result<bool, StoreError> {
    let more = total(&row[1..])?;
    totals.entry(row[0].int()?).or_default().add(more, times);
    Ok(true)
}

fn total(row: &[Sql]) -> Result<Total, StoreError> {
    Ok(Total {
        debit: row[0].int()?,
        credit: row[1].int()?,
        reported: row[2].int()?,
        missing: row[3].int()?,
        not_applicable: row[4].int()?,
    })
}
