//! Room: what follows from single records — postings, rows, keys, openings — against their replay.

use super::compare::{Expected, distinct};
use super::{FirstBad, Found};
use crate::append::landmark;
use crate::engine::{Conn, Sql};
use crate::error::StoreError;
use crate::held::key_row;
use crate::replay::{Replayed, Rulebook};
use crate::schema::{LEADING, column_no, field_column, register_table};
use std::collections::{BTreeMap, BTreeSet};
use taizhang_core::id::{EntryNo, RecordNo, RegisterNo};
use taizhang_core::journal::Entry;

const LANDMARK: &[&str] = &["n", "kind", "day", "name"];

/// The row of table `landmark` that an entry has, if it has one.
pub(super) fn landmark_row(entry: &Entry) -> Option<Vec<Sql>> {
    let (kind, day, name) = landmark(entry)?;
    Some(vec![Sql::Int(entry.n), Sql::from(kind), Sql::Int(day), Sql::Text(name)])
}

/// Those of the entries after one.
pub(super) fn landmarks(conn: &mut dyn Conn, rows: Vec<Vec<Sql>>, after: EntryNo) -> Found {
    let mut expected = Expected::new("landmark", LANDMARK, 1);
    rows.into_iter().for_each(|row| expected.row(row));
    let sql = "SELECT n, kind, day, name FROM landmark WHERE n > $1 ORDER BY n";
    expected.against(conn, sql, &[Sql::Int(after)])
}

/// What the comparison of records needs to know of the whole book.
pub(super) struct Whole {
    accounts: Vec<i64>,
    registers: BTreeMap<RegisterNo, Vec<Column>>,
    /// How many keys nobody holds because the digests of their sealed parts are not there.
    pub(super) undigested: usize,
}

/// A column: its number and its name.
type Column = (u32, String);

/// Record numbers from one to another, both included.
pub(super) type Range = (RecordNo, RecordNo);

impl Whole {
    pub(super) fn load(conn: &mut dyn Conn, rulebook: &Rulebook) -> Result<Whole, StoreError> {
        Ok(Whole {
            accounts: distinct(conn, "posting", "account")?,
            registers: columns(rulebook),
            undigested: 0,
        })
    }
}

/// Compares what follows from the records of a range, but for their postings, with what is there.
pub(super) fn records(conn: &mut dyn Conn, whole: &mut Whole, mut batch: Vec<Replayed>, range: Range) -> Found {
    for (register, columns) in &whole.registers {
        if let Some(bad) = rows(conn, *register, columns, &mut batch, range)? {
            return Ok(Some(bad));
        }
    }
    whole.undigested += batch.iter().map(|replayed| replayed.undigested).sum::<usize>();
    let rest = [openings, duties, keys];
    rest.iter()
        .find_map(|part| part(conn, &mut batch, range).transpose())
        .transpose()
}

/// Every column that a register's table ever got.
fn columns(rulebook: &Rulebook) -> BTreeMap<RegisterNo, Vec<Column>> {
    let mut tables: BTreeMap<RegisterNo, BTreeSet<_>> = BTreeMap::new();
    for register in rulebook.definitions().flat_map(|definition| &definition.registers) {
        let fields = register.fields.iter().map(|field| field.no);
        tables.entry(register.no).or_default().extend(fields);
    }
    let named = |fields: BTreeSet<_>| {
        let leading = (0..).zip(LEADING.iter().map(|(name, _)| (*name).to_owned()));
        let own = fields.into_iter().map(|field| (column_no(field), field_column(field)));
        leading.chain(own).collect()
    };
    tables.into_iter().map(|(no, fields)| (no, named(fields))).collect()
}

const POSTING: &[&str] = &[
    "account",
    "record",
    "entry",
    "unit",
    "dim",
    "day",
    "amount",
    "reported",
    "missing",
    "not_applicable",
];

/// Postings of a range of records, account by account, since that is how they lie in the table. What
/// two entries post to one place differs in the entry, so the place is a key.
pub(super) fn postings(conn: &mut dyn Conn, whole: &Whole, batch: &[Replayed], (from, to): Range) -> Found {
    let mut by_account: BTreeMap<i64, Vec<Vec<Sql>>> = whole.accounts.iter().map(|no| (*no, Vec::new())).collect();
    for (entry, posting) in batch.iter().flat_map(|replayed| &replayed.postings) {
        let account = i64::from(posting.account.0);
        let [amount, reported, missing, not_applicable] = [
            posting.amount,
            posting.reported.into(),
            posting.missing.into(),
            posting.not_applicable.into(),
        ]
        .map(Sql::Int);
        by_account.entry(account).or_default().push(vec![
            Sql::Int(account),
            Sql::Int(posting.record),
            Sql::Int(*entry),
            Sql::Int(posting.unit),
            Sql::from(posting.dim.as_str()),
            Sql::Int(posting.day.0.into()),
            amount,
            reported,
            missing,
            not_applicable,
        ]);
    }
    let sql = "SELECT p.account, p.record, p.entry, p.unit, COALESCE(d.text, CASE p.dim WHEN 0 THEN '' END), p.day,
                      p.amount, p.reported, p.missing, p.not_applicable
               FROM posting p LEFT JOIN dimension d ON d.id = p.dim
               WHERE p.account = $1 AND p.record >= $2 AND p.record <= $3
               ORDER BY p.account, p.record, p.entry, p.seq";
    for (account, lines) in by_account {
        let mut expected = Expected::new("posting", POSTING, 6);
        lines.into_iter().for_each(|line| expected.row(line));
        let values = [account, from, to].map(Sql::Int);
        if let Some(bad) = expected.against(conn, sql, &values)? {
            return Ok(Some(bad));
        }
    }
    Ok(None)
}

/// The first column that a register's table should have and has not.
pub(super) fn lost_column(conn: &mut dyn Conn, whole: &Whole) -> Found {
    for (register, columns) in &whole.registers {
        let table = register_table(*register);
        let there: BTreeSet<String> = conn.columns(&table)?.into_iter().collect();
        if let Some((_, lost)) = columns.iter().find(|(_, name)| !there.contains(name)) {
            return Ok(Some(FirstBad::Cell {
                table,
                key: String::new(),
                column: lost.clone(),
                expected: "a column".to_owned(),
                found: "none".to_owned(),
            }));
        }
    }
    Ok(None)
}

fn rows(
    conn: &mut dyn Conn,
    register: RegisterNo,
    columns: &[Column],
    batch: &mut [Replayed],
    (from, to): Range,
) -> Found {
    let names: Vec<&str> = columns.iter().map(|(_, name)| name.as_str()).collect();
    let table = register_table(register);
    let mut expected = Expected::new(&table, &names, 1);
    for replayed in batch.iter_mut().filter(|replayed| replayed.register == register) {
        let row = std::mem::take(&mut replayed.row);
        expected.row(row.into_row(columns.iter().map(|(number, _)| *number)));
    }
    let sql = format!(
        "SELECT {} FROM {table} WHERE id >= $1 AND id <= $2 ORDER BY id",
        names.join(", ")
    );
    expected.against(conn, &sql, &[Sql::Int(from), Sql::Int(to)])
}

const OPENING: &[&str] = &["record", "entry", "register", "unit", "day", "void"];

fn openings(conn: &mut dyn Conn, batch: &mut [Replayed], (from, to): Range) -> Found {
    let mut expected = Expected::new("opening", OPENING, 2);
    let rows = batch.iter_mut().flat_map(|replayed| replayed.openings.drain(..));
    rows.for_each(|row| expected.row(row));
    let columns = OPENING.join(", ");
    let sql = format!("SELECT {columns} FROM opening WHERE record >= $1 AND record <= $2 ORDER BY record, entry");
    expected.against(conn, &sql, &[Sql::Int(from), Sql::Int(to)])
}

const DUTY: &[&str] = &[
    "record",
    "limit_id",
    "register",
    "unit",
    "person",
    "started",
    "due",
    "warn",
    "provisional",
    "minute",
];

fn duties(conn: &mut dyn Conn, batch: &mut [Replayed], (from, to): Range) -> Found {
    let mut expected = Expected::new("duty", DUTY, 2);
    for replayed in batch {
        // Each record's in the order of its limits' ids, as they lie in the table.
        replayed.duties.sort();
        replayed.duties.drain(..).for_each(|row| expected.row(row));
    }
    let sql = format!(
        "SELECT {} FROM duty WHERE record >= $1 AND record <= $2 ORDER BY record, limit_id",
        DUTY.join(", ")
    );
    expected.against(conn, &sql, &[Sql::Int(from), Sql::Int(to)])
}

const UNIQUE_KEY: &[&str] = &["register", "key", "text", "record"];

/// The keys that records of a range hold, and no other under their numbers.
fn keys(conn: &mut dyn Conn, batch: &mut [Replayed], (from, to): Range) -> Found {
    let mut expected = Expected::new("unique_key", UNIQUE_KEY, 3);
    for replayed in batch {
        for (key, text) in &replayed.keys {
            expected.row(key_row(replayed.register, key.as_str(), text.as_str(), replayed.record));
        }
    }
    let sql = "SELECT register, key, text, record FROM unique_key WHERE record >= $1 AND record <= $2
               ORDER BY record, register, key, text";
    expected.against(conn, sql, &[Sql::Int(from), Sql::Int(to)])
}
