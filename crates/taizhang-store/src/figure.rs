//! Room: sums of postings, by unit and dimension. Adds up; knows nothing of trees or measures.

use crate::engine::{Conn, Sql};
use crate::error::StoreError;
use crate::total::is_totalled;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{BuildHasherDefault, Hasher};
use taizhang_core::day::Day;
use taizhang_core::id::{AccountNo, EntryNo, RecordNo, RegisterNo};

/// The days that a sum covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Span {
    /// Everything up to and including a day: the level on that day.
    AsOf(Day),
    /// From a day to a day, both included: the movement.
    Between(Day, Day),
}

/// A sum of postings with its counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// The amount, in the account's scaled base unit.
    pub amount: i64,
    /// How many records have a value.
    pub reported: i64,
    /// How many have none.
    pub missing: i64,
    /// To how many the question does not apply.
    pub not_applicable: i64,
}

impl Sum {
    /// Adds another sum.
    pub fn add(&mut self, other: Sum) {
        self.amount += other.amount;
        self.reported += other.reported;
        self.missing += other.missing;
        self.not_applicable += other.not_applicable;
    }

    pub(crate) fn times(self, sign: i64) -> Sum {
        Sum {
            amount: self.amount * sign,
            reported: self.reported * sign,
            missing: self.missing * sign,
            not_applicable: self.not_applicable * sign,
        }
    }
}

/// Sums by (unit, dimension number).
pub type Cells = BTreeMap<(RecordNo, i64), Sum>;

/// The sums of one account over a span, as known at an entry, read from the tables alone. `head` is the
/// last entry that the transaction sees: what is known then stands in `balance`, anything older is the
/// head less the tail. An open book answers from memory instead: [`crate::Reading::cells`].
pub fn cells(
    conn: &mut dyn Conn,
    account: AccountNo,
    span: Span,
    known_at: EntryNo,
    head: EntryNo,
) -> Result<Cells, StoreError> {
    let mut cells = Cells::new();
    if known_at < head && known_at < head / 2 {
        postings(conn, ("account", account), span, ("entry <=", known_at), 1, &mut cells)?;
    } else {
        cells = level_of(conn, account, span)?;
        if known_at < head {
            // The few entries that came since, or the account's own postings.
            let test = if head - known_at <= NEAR { "+account" } else { "account" };
            postings(conn, (test, account), span, ("entry >", known_at), -1, &mut cells)?;
        }
    }
    cells.retain(|_, sum| *sum != Sum::default());
    Ok(cells)
}

/// On which day each unit's first posting to an account lies, among those known at an entry; days on which all was
/// taken back are passed over.
pub fn first_days(
    conn: &mut dyn Conn,
    account: AccountNo,
    known_at: EntryNo,
    head: EntryNo,
) -> Result<BTreeMap<RecordNo, Day>, StoreError> {
    let moved = "amount <> 0 OR reported <> 0 OR missing <> 0 OR not_applicable <> 0";
    let (sql, values) = if known_at < head {
        let sums = "SUM(amount) AS amount, SUM(reported) AS reported, SUM(missing) AS missing,
                    SUM(not_applicable) AS not_applicable";
        let days =
            format!("SELECT unit, day, {sums} FROM posting WHERE account = $1 AND entry <= $2 GROUP BY unit, dim, day");
        let sql = format!("SELECT unit, MIN(day) FROM ({days}) AS days WHERE {moved} GROUP BY unit");
        (sql, vec![i64::from(account.0), known_at])
    } else {
        let table = "FROM balance WHERE account = $1 AND level = 0";
        let sql = format!("SELECT unit, MIN(period) {table} AND ({moved}) GROUP BY unit");
        (sql, vec![i64::from(account.0)])
    };
    let values: Vec<Sql> = values.into_iter().map(Sql::Int).collect();
    let mut first = BTreeMap::new();
    conn.query_each(&sql, &values, &mut |row| {
        first.insert(row[0].int()?, Day(row[1].int()? as i32));
        Ok(true)
    })?;
    Ok(first)
}

/// The last day, not after one, on which an account moved; none if it never did.
pub fn last_moved(conn: &mut dyn Conn, account: AccountNo, until: Day) -> Result<Option<Day>, StoreError> {
    let sql = "SELECT MAX(period) FROM balance WHERE account = $1 AND level = 0 AND period <= $2";
    let row = conn.query_one(sql, &[i64::from(account.0), i64::from(until.0)].map(Sql::Int))?;
    match row.as_ref().map(|row| &row[0]) {
        Some(Sql::Int(day)) => Ok(i32::try_from(*day).ok().map(Day)),
        _ => Ok(None),
    }
}

/// The sums over a span, as known at the head.
pub(crate) fn level_of(conn: &mut dyn Conn, account: AccountNo, span: Span) -> Result<Cells, StoreError> {
    let mut sums = Sums::default();
    if is_totalled(conn, account)? {
        let (from, to) = days(span);
        read(conn, account, (0, from.0.into(), to.0.into(), 1), &mut sums)?;
        return Ok(sums.into_iter().collect());
    }
    match span {
        Span::AsOf(day) => level(conn, account, day, 1, &mut sums)?,
        Span::Between(from, to) => {
            level(conn, account, to, 1, &mut sums)?;
            level(conn, account, from.plus(-1), -1, &mut sums)?;
        }
    }
    Ok(sums.into_iter().collect())
}

/// Sums while they are added up.
type Sums = HashMap<(RecordNo, i64), Sum, Mixing>;

/// For tables whose keys are numbers of our own making.
pub(crate) type Mixing = BuildHasherDefault<Mixed>;

/// A hash for numbers of our own making: nobody chooses them to collide.
#[derive(Default)]
pub(crate) struct Mixed(u64);

impl Hasher for Mixed {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        words.iter().for_each(|word| self.write_u64(u64::from_ne_bytes(*word)));
        rest.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = (self.0.rotate_left(26) ^ value).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }

    fn write_i64(&mut self, value: i64) {
        self.write_u64(value as u64);
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }
}

/// Whole years, whole months of the day's year, and days of its month, each from the side that has fewer: up
/// to the day, or the whole less what lies behind it. Level, first and last period, and how often it counts.
pub(crate) fn ranges(day: Day) -> impl Iterator<Item = (i64, i64, i64, i64)> {
    let month = day.month();
    let year = i64::from(month.0.div_euclid(12));
    let (of_year, day_no) = (i64::from(month.0) - year * 12, i64::from(day.0));
    let (first, last) = (i64::from(month.first().0), i64::from(month.last().0));
    let by_days = day_no - first < last - day_no;
    // Months that stand wholly before the days which are added, or that those are taken away from.
    let months = of_year + i64::from(!by_days);
    let mut ranges = vec![if by_days {
        (0, first, day_no, 1)
    } else {
        (0, day_no + 1, last, -1)
    }];
    if months <= 6 {
        ranges.push((1, year * 12, year * 12 + months - 1, 1));
        ranges.push((2, i64::MIN / 4, year - 1, 1));
    } else {
        ranges.push((1, year * 12 + months, year * 12 + 11, -1));
        ranges.push((2, i64::MIN / 4, year, 1));
    }
    ranges.into_iter().filter(|(_, from, to, _)| from <= to)
}

fn level(conn: &mut dyn Conn, account: AccountNo, day: Day, sign: i64, sums: &mut Sums) -> Result<(), StoreError> {
    for (level, from, to, times) in ranges(day) {
        read(conn, account, (level, from, to, sign * times), sums)?;
    }
    Ok(())
}

fn read(
    conn: &mut dyn Conn,
    account: AccountNo,
    (level, from, to, times): (i64, i64, i64, i64),
    sums: &mut Sums,
) -> Result<(), StoreError> {
    let sql = "SELECT unit, dim, amount, reported, missing, not_applicable FROM balance
               WHERE account = $1 AND level = $2 AND period >= $3 AND period <= $4";
    let values = [i64::from(account.0), level, from, to].map(Sql::Int);
    conn.query_each(sql, &values, &mut |row| {
        let sum = sum_of(&row[2..])?.times(times);
        sums.entry((row[0].int()?, row[1].int()?)).or_default().add(sum);
        Ok(true)
    })
}

/// The sums of a group of postings.
pub(crate) const SUMS: &str = "CAST(SUM(amount) AS BIGINT), CAST(SUM(reported) AS BIGINT),
                    CAST(SUM(missing) AS BIGINT), CAST(SUM(not_applicable) AS BIGINT)";

fn postings(
    conn: &mut dyn Conn,
    (of, account): (&str, AccountNo),
    span: Span,
    (test, entry): (&str, EntryNo),
    sign: i64,
    cells: &mut Cells,
) -> Result<(), StoreError> {
    let (from, to) = days(span);
    let sql = format!(
        "SELECT unit, dim, {SUMS} FROM posting
         WHERE {of} = $1 AND {test} $2 AND day >= $3 AND day <= $4 GROUP BY unit, dim"
    );
    let values = [
        Sql::Int(account.0.into()),
        Sql::Int(entry),
        Sql::Int(from.0.into()),
        Sql::Int(to.0.into()),
    ];
    conn.query_each(&sql, &values, &mut |row| take(row, sign, cells))
}

fn take(row: &[Sql], sign: i64, cells: &mut Cells) -> Result<bool, StoreError> {
    cells
        .entry((row[0].int()?, row[1].int()?))
        .or_default()
        .add(sum_of(&row[2..])?.times(sign));
    Ok(true)
}

/// The sum in four columns, in the order of [`SUMS`].
pub(crate) fn sum_of(row: &[Sql]) -> Result<Sum, StoreError> {
    Ok(Sum {
        amount: row[0].int()?,
        reported: row[1].int()?,
        missing: row[2].int()?,
        not_applicable: row[3].int()?,
    })
}

pub(crate) fn days(span: Span) -> (Day, Day) {
    match span {
        Span::AsOf(day) => (Day::MIN, day),
        Span::Between(from, to) => (from, to),
    }
}

/// The texts of dimensions.
pub fn dimension_texts(conn: &mut dyn Conn, wanted: &BTreeSet<i64>) -> Result<BTreeMap<i64, String>, StoreError> {
    let mut texts = BTreeMap::from([(0, String::new())]);
    for id in wanted.iter().filter(|id| **id != 0) {
        if let Some(row) = conn.query_one("SELECT text FROM dimension WHERE id = $1", &[Sql::Int(*id)])? {
            texts.insert(*id, row[0].text()?.to_owned());
        }
    }
    Ok(texts)
}

/// One posting with its entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostingLine {
    /// The entry.
    pub entry: EntryNo,
    /// The record.
    pub record: RecordNo,
    /// The unit.
    pub unit: RecordNo,
    /// The day.
    pub day: Day,
    /// The amount.
    pub amount: i64,
}

/// The postings of one record to one account, oldest entry first.
pub fn record_postings(
    conn: &mut dyn Conn,
    account: AccountNo,
    record: RecordNo,
    known_at: EntryNo,
) -> Result<Vec<PostingLine>, StoreError> {
    let sql = "SELECT entry, record, unit, day, amount FROM posting
               WHERE account = $1 AND record = $2 AND entry <= $3 ORDER BY entry, seq";
    let rows = conn.query(sql, &[Sql::Int(account.0.into()), Sql::Int(record), Sql::Int(known_at)])?;
    rows.iter().map(|row| posting_line(row)).collect()
}

/// The latest day from which records of a register were taken over (期初) in each unit: figures before it are not
/// known there. As known at an entry, so a record counts as its last entry until then left it.
pub fn openings(
    conn: &mut dyn Conn,
    register: RegisterNo,
    known_at: EntryNo,
) -> Result<BTreeMap<RecordNo, Day>, StoreError> {
    let sql = "SELECT unit, MAX(day) FROM opening o WHERE register = $1 AND entry <= $2 AND void = 0
               AND NOT EXISTS (SELECT 1 FROM opening later
                               WHERE later.record = o.record AND later.entry > o.entry AND later.entry <= $2)
               GROUP BY unit";
    let mut latest = BTreeMap::new();
    conn.query_each(sql, &[Sql::Int(register.0.into()), Sql::Int(known_at)], &mut |row| {
        latest.insert(row[0].int()?, Day(row[1].int()? as i32));
        Ok(true)
    })?;
    Ok(latest)
}

/// Up to how many entries more are looked up by their numbers; beyond, an account is read through.
pub(crate) const NEAR: EntryNo = 20_000;

/// The postings to an account that entries after one made, in their order.
pub fn postings_after(
    conn: &mut dyn Conn,
    account: AccountNo,
    after: EntryNo,
    head: EntryNo,
) -> Result<Vec<PostingLine>, StoreError> {
    let account_is = if head - after <= NEAR { "+account" } else { "account" };
    let sql = format!(
        "SELECT entry, record, unit, day, amount FROM posting
         WHERE {account_is} = $1 AND entry > $2 ORDER BY entry, seq"
    );
    let rows = conn.query(&sql, &[Sql::Int(account.0.into()), Sql::Int(after)])?;
    rows.iter().map(|row| posting_line(row)).collect()
}

/// Some of the postings to an account that entries after one and up to another made, in their order: at most
/// [`LINES`] of them, looked for among no more than [`WINDOW`] entries. Answers with the entry up to which it looked.
pub fn postings_between(
    conn: &mut dyn Conn,
    account: AccountNo,
    (after, to): (EntryNo, EntryNo),
) -> Result<(Vec<PostingLine>, EntryNo), StoreError> {
    let end = to.min(after.saturating_add(WINDOW));
    // By the index of entries: that of the account would read all its postings to find the latest.
    let sql = "SELECT entry, record, unit, day, amount FROM posting
               WHERE +account = $1 AND entry > $2 AND entry <= $3 ORDER BY entry LIMIT $4";
    let asked = [account.0.into(), after, end, LINES].map(Sql::Int);
    let rows = conn.query(sql, &asked)?;
    let mut lines: Vec<PostingLine> = rows.iter().map(|row| posting_line(row)).collect::<Result<_, _>>()?;
    let Some(last) = lines
        .last()
        .map(|line| line.entry)
        .filter(|_| rows.len() as i64 == LINES)
    else {
        return Ok((lines, end));
    };
    // The last entry may have posted more than was read.
    lines.retain(|line| line.entry < last);
    if lines.is_empty() {
        let sql = "SELECT entry, record, unit, day, amount FROM posting WHERE entry = $1 AND account = $2";
        let rows = conn.query(sql, &[Sql::Int(last), Sql::Int(account.0.into())])?;
        let all = rows.iter().map(|row| posting_line(row)).collect::<Result<_, _>>()?;
        return Ok((all, last));
    }
    Ok((lines, last - 1))
}

/// How many postings are read together.
const LINES: i64 = 500;

/// Among how many entries they are looked for.
const WINDOW: EntryNo = 20_000;

/// All that one entry posted, with its account.
pub fn postings_of(conn: &mut dyn Conn, entry: EntryNo) -> Result<Vec<(AccountNo, PostingLine)>, StoreError> {
    let sql = "SELECT entry, record, unit, day, amount, account FROM posting WHERE entry = $1 ORDER BY account, seq";
    let rows = conn.query(sql, &[Sql::Int(entry)])?;
    let line = |row: &Vec<Sql>| Ok((AccountNo(row[5].int()? as u32), posting_line(row)?));
    rows.iter().map(line).collect()
}

fn posting_line(row: &[Sql]) -> Result<PostingLine, StoreError> {
    Ok(PostingLine {
        entry: row[0].int()?,
        record: row[1].int()?,
        unit: row[2].int()?,
        day: Day(row[3].int()? as i32),
        amount: row[4].int()?,
    })
}
