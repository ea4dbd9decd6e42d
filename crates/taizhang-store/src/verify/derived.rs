//! Room: what follows from single records — postings, rows, keys, openings — against their replay.

use super::compare::{Expected, distinct};
use super::{FirstBad, Found};
use crate::append::landmark;
use crate::engine::{Conn, Sql};
use crate::replay::{Replayed, Rulebook, each_batch, replay};
use crate::schema::{LEADING, column_no, field_column, register_table};
use std::collections::{BTreeMap, BTreeSet};
use taizhang_core::id::{RecordNo, RegisterNo};
use taizhang_core::journal::Entry;

const LANDMARK: &[&str] = &["n", "kind", "day", "name"];

/// The row of table `landmark` that an entry has, if it has one.
pub(super) fn landmark_row(entry: &Entry) -> Option<Vec<Sql>> {
    let (kind, day, name) = landmark(entry)?;
    Some(vec![Sql::Int(entry.n), Sql::from(kind), Sql::Int(day), Sql::Text(name)])
}

pub(super) fn landmarks(conn: &mut dyn Conn, rows: Vec<Vec<Sql>>) -> Found {
    let mut expected = Expected::new("landmark", LANDMARK, 1);
    rows.into_iter().for_each(|row| expected.row(row));
    expected.against(conn, "SELECT n, kind, day, name FROM landmark ORDER BY n", &[])
}

/// What the comparison of records needs to know of the whole book.
struct Whole {
    accounts: Vec<i64>,
    registers: BTreeMap<RegisterNo, Vec<Column>>,
    keys: i64,
    undigested: usize,
}

/// A column: its number and its name.
type Column = (u32, String);

/// Compares all records, batch by batch.
/// Says too how many keys nobody holds because the digests of their sealed parts are not there.
pub(super) fn records(conn: &mut dyn Conn, rulebook: &Rulebook, undigested: &mut usize) -> Found {
    let mut whole = Whole {
        accounts: distinct(conn, "posting", "account")?,
        registers: columns(rulebook),
        keys: 0,
        undigested: 0,
    };
    if let Some(lost) = lost_column(conn, &whole.registers)? {
        return Ok(Some(lost));
    }
    let (mut bad, mut from) = (None, RecordNo::MIN);
    each_batch(conn, rulebook, &mut |conn, batch, to| {
        bad = batch_of(conn, &mut whole, &batch, (from, to))?;
        from = to.saturating_add(1);
        Ok(bad.is_none())
    })?;
    *undigested = whole.undigested;
    match bad {
        None => keys_to_spare(conn, rulebook, whole.keys),
        bad => Ok(bad),
    }
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

fn batch_of(conn: &mut dyn Conn, whole: &mut Whole, batch: &[Replayed], range: (RecordNo, RecordNo)) -> Found {
    if let Some(bad) = postings(conn, whole, batch, range)? {
        return Ok(Some(bad));
    }
    for (register, columns) in &whole.registers {
        if let Some(bad) = rows(conn, *register, columns, batch, range)? {
            return Ok(Some(bad));
        }
    }
    if let Some(bad) = openings(conn, batch, range)? {
        return Ok(Some(bad));
    }
    if let Some(bad) = duties(conn, batch, range)? {
        return Ok(Some(bad));
    }
    keys(conn, whole, batch)
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
fn postings(conn: &mut dyn Conn, whole: &Whole, batch: &[Replayed], (from, to): (RecordNo, RecordNo)) -> Found {
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
               WHERE p.account = $1 AND p.record >= $2 AND p.record <= $3";
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
fn lost_column(conn: &mut dyn Conn, registers: &BTreeMap<RegisterNo, Vec<Column>>) -> Found {
    for (register, columns) in registers {
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
    batch: &[Replayed],
    (from, to): (RecordNo, RecordNo),
) -> Found {
    let names: Vec<&str> = columns.iter().map(|(_, name)| name.as_str()).collect();
    let table = register_table(register);
    let mut expected = Expected::new(&table, &names, 1);
    for replayed in batch.iter().filter(|replayed| replayed.register == register) {
        let cell = |(number, _): &Column| replayed.row.get(number).cloned().unwrap_or(Sql::Null);
        expected.row(columns.iter().map(cell).collect());
    }
    let sql = format!(
        "SELECT {} FROM {table} WHERE id >= $1 AND id <= $2 ORDER BY id",
        names.join(", ")
    );
    expected.against(conn, &sql, &[Sql::Int(from), Sql::Int(to)])
}

const OPENING: &[&str] = &["record", "entry", "register", "unit", "day", "void"];

fn openings(conn: &mut dyn Conn, batch: &[Replayed], (from, to): (RecordNo, RecordNo)) -> Found {
    let mut expected = Expected::new("opening", OPENING, 2);
    batch
        .iter()
        .flat_map(|replayed| replayed.openings.iter().cloned())
        .for_each(|row| expected.row(row));
    let columns = OPENING.join(", ");
    let sql = format!("SELECT {columns} FROM opening WHERE record >= $1 AND record <= $2");
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
];

fn duties(conn: &mut dyn Conn, batch: &[Replayed], (from, to): (RecordNo, RecordNo)) -> Found {
    let mut expected = Expected::new("duty", DUTY, 2);
    let rows = batch.iter().flat_map(|replayed| &replayed.duties);
    rows.for_each(|row| expected.row(row.clone()));
    let sql = format!(
        "SELECT {} FROM duty WHERE record >= $1 AND record <= $2 ORDER BY record, limit_id",
        DUTY.join(", ")
    );
    expected.against(conn, &sql, &[Sql::Int(from), Sql::Int(to)])
}

const UNIQUE_KEY: &[&str] = &["register", "key", "text", "record"];

fn keys(conn: &mut dyn Conn, whole: &mut Whole, batch: &[Replayed]) -> Found {
    let sql = "SELECT register, key, text, record FROM unique_key WHERE register = $1 AND key = $2 AND text = $3";
    for replayed in batch {
        whole.undigested += replayed.undigested;
        for (key, text) in &replayed.keys {
            let mut wanted = vec![
                Sql::Int(replayed.register.0.into()),
                Sql::from(key.as_str()),
                Sql::from(text.as_str()),
            ];
            let values = wanted.clone();
            wanted.push(Sql::Int(replayed.record));
            let mut expected = Expected::new("unique_key", UNIQUE_KEY, 3);
            expected.row(wanted);
            if let Some(bad) = expected.against(conn, sql, &values)? {
                return Ok(Some(bad));
            }
            whole.keys += 1;
        }
    }
    Ok(None)
}

/// Keys that no record holds. All that should be there are; so a different count means more.
fn keys_to_spare(conn: &mut dyn Conn, rulebook: &Rulebook, held: i64) -> Found {
    let row = conn.query_one("SELECT COUNT(*) FROM unique_key", &[])?;
    let counted = row.map_or(Ok(0), |row| row[0].int())?;
    if counted == held {
        return Ok(None);
    }
    let mut last = vec![Sql::Int(i64::MIN), Sql::from(""), Sql::from("")];
    loop {
        let sql = "SELECT register, key, text, record FROM unique_key
                   WHERE register > $1 OR (register = $1 AND (key > $2 OR (key = $2 AND text > $3)))
                   ORDER BY register, key, text LIMIT 500";
        let rows = conn.query(sql, &last)?;
        let Some(end) = rows.last() else { return Ok(None) };
        last = end[..3].to_vec();
        for row in &rows {
            let key = (row[1].text()?.to_owned(), row[2].text()?.to_owned());
            let replayed = replay(conn, rulebook, row[3].int()?)?;
            let is_held = i64::from(replayed.register.0) == row[0].int()? && replayed.keys.contains(&key);
            if !is_held {
                return spare(row);
            }
        }
    }
}

fn spare(row: &[Sql]) -> Found {
    let (register, record) = (row[0].int()?, row[3].int()?);
    Ok(Some(FirstBad::Cell {
        table: "unique_key".to_owned(),
        key: format!("register={register} key={} text={}", row[1].text()?, row[2].text()?),
        column: "row".to_owned(),
        expected: "no row".to_owned(),
        found: record.to_string(),
    }))
}
