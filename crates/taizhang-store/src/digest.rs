//! Room: the keyed digests of sealed values, by which unique keys know them again. They stand beside the
//! journal, are never chained and in no backup. Never makes a digest: the keys are not here.

use crate::engine::{Conn, OnConflict, Sql};
use crate::error::StoreError;
use crate::head::entry_of;
use crate::held::free_sealed;
use crate::rebuild::rebuild;
use crate::replay::{Rulebook, is_open_key};
use crate::schema::{field_column, register_table, tables};
use crate::writer::Session;
use std::collections::{BTreeMap, BTreeSet};
use taizhang_core::definition::Definition;
use taizhang_core::id::{EntryNo, FieldNo, RecordNo, RegisterNo};
use taizhang_core::journal::{Act, Change, Entry};
use taizhang_core::value::{Cell, Value};

/// A sealed value that has no digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undigested {
    /// The entry that brought it.
    pub entry: EntryNo,
    /// The field that it stands in.
    pub field: FieldNo,
    /// The value, as it is sealed.
    pub sealed: Vec<u8>,
}

/// Digests of entries, by entry and field.
pub(crate) type Digests = BTreeMap<(EntryNo, FieldNo), String>;

/// Whether the digests of a book are gone, as they are after it was restored from a backup: there are
/// none at all, though records hold sealed values in unique keys.
pub fn are_gone(conn: &mut dyn Conn, definition: &Definition) -> Result<bool, StoreError> {
    if conn.query_one("SELECT entry FROM value_digest LIMIT 1", &[])?.is_some() {
        return Ok(false);
    }
    for register in &definition.registers {
        let keys = register.keys.iter().filter(|key| !is_open_key(register, key));
        for field in keys.flat_map(|key| &key.fields) {
            let (table, column) = (register_table(register.no), field_column(*field));
            let sealed = register.field(*field).is_some_and(|field| field.class.is_sealed());
            let sql = format!("SELECT id FROM {table} WHERE {column} IS NOT NULL LIMIT 1");
            if sealed && conn.query_one(&sql, &[])?.is_some() {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Every sealed value that has no digest: those of a restored book, and those that were erased.
pub fn undigested(conn: &mut dyn Conn) -> Result<Vec<Undigested>, StoreError> {
    let mut there = BTreeSet::new();
    conn.query_each("SELECT entry, field FROM value_digest", &[], &mut |row| {
        there.insert((row[0].int()?, field_no(row[1].int()?)?));
        Ok(true)
    })?;
    let mut found = Vec::new();
    conn.query_each("SELECT n, bytes FROM entry ORDER BY n", &[], &mut |row| {
        let entry = entry_of(row[0].int()?, row[1].blob()?)?;
        let values = sealed_values(&entry);
        let missing = values.filter(|(field, _)| !there.contains(&(entry.n, *field)));
        found.extend(missing.map(|(field, sealed)| Undigested {
            entry: entry.n,
            field,
            sealed: sealed.to_vec(),
        }));
        Ok(true)
    })?;
    Ok(found)
}

/// Keeps digests that were made anew and writes what rests on them, in one transaction.
pub fn keep(session: &mut Session, digests: &[(EntryNo, FieldNo, String)]) -> Result<(), StoreError> {
    let rows = digests.iter().map(|(entry, field, digest)| row(*entry, *field, digest));
    let rows: Vec<Vec<Sql>> = rows.collect();
    session
        .conn
        .write_many(&tables::value_digest(), &rows, OnConflict::Keep)?;
    rebuild(session)
}

/// Forgets what a record's sealed values are compared by, which frees its keys over them. Whoever
/// destroys the key of a record's values must do this too, or the value could still be guessed.
pub fn erase(session: &mut Session, record: RecordNo) -> Result<(), StoreError> {
    let sql = "DELETE FROM value_digest WHERE entry IN (SELECT n FROM entry WHERE record = $1)";
    session.conn.execute(sql, &[Sql::Int(record)])?;
    let rulebook = Rulebook::load(&mut *session.conn)?;
    for (register, key) in sealed_keys(&rulebook) {
        free_sealed(&mut *session.conn, register, &key, Some(record))?;
    }
    session.conn.commit()
}

/// Takes out of a copy of a book whatever tells sealed values apart.
pub(crate) fn strip(conn: &mut dyn Conn) -> Result<(), StoreError> {
    conn.execute("DELETE FROM value_digest", &[])?;
    let rulebook = Rulebook::load(conn)?;
    for (register, key) in sealed_keys(&rulebook) {
        free_sealed(conn, register, &key, None)?;
    }
    Ok(())
}

/// The digest that an entry brought with a field.
pub(crate) fn digest(conn: &mut dyn Conn, entry: EntryNo, field: FieldNo) -> Result<Option<String>, StoreError> {
    let sql = "SELECT digest FROM value_digest WHERE entry = $1 AND field = $2";
    let row = conn.query_one(sql, &[Sql::Int(entry), Sql::Int(field.0.into())])?;
    row.map(|row| row[0].text().map(str::to_owned)).transpose()
}

/// The digests of the entries of a range of records, by record.
pub(crate) fn of_records(
    conn: &mut dyn Conn,
    from: RecordNo,
    to: RecordNo,
) -> Result<BTreeMap<RecordNo, Digests>, StoreError> {
    let mut found: BTreeMap<RecordNo, Digests> = BTreeMap::new();
    let sql = "SELECT e.record, d.entry, d.field, d.digest FROM entry e JOIN value_digest d ON d.entry = e.n
               WHERE e.record >= $1 AND e.record <= $2";
    conn.query_each(sql, &[Sql::Int(from), Sql::Int(to)], &mut |row| {
        let place = (row[1].int()?, field_no(row[2].int()?)?);
        let digests = found.entry(row[0].int()?).or_default();
        digests.insert(place, row[3].text()?.to_owned());
        Ok(true)
    })?;
    Ok(found)
}

/// A row of table `value_digest`.
pub(crate) fn row(entry: EntryNo, field: FieldNo, digest: &str) -> Vec<Sql> {
    vec![Sql::Int(entry), Sql::Int(field.0.into()), Sql::from(digest)]
}

fn field_no(number: i64) -> Result<FieldNo, StoreError> {
    let no = u32::try_from(number);
    no.map(FieldNo)
        .map_err(|_| StoreError::Damaged(format!("field {number} in table value_digest")))
}

/// Keys over sealed fields, in every version of the pack.
fn sealed_keys(rulebook: &Rulebook) -> BTreeSet<(RegisterNo, String)> {
    let registers = rulebook.definitions().flat_map(|definition| &definition.registers);
    let keys = registers.flat_map(|register| register.keys.iter().map(move |key| (register, key)));
    let sealed = keys.filter(|(register, key)| !is_open_key(register, key));
    sealed.map(|(register, key)| (register.no, key.id.clone())).collect()
}

/// The sealed values that an entry brings, by field.
fn sealed_values(entry: &Entry) -> impl Iterator<Item = (FieldNo, &[u8])> {
    let (patch, corrected) = match &entry.act {
        Act::Open { patch, .. } | Act::Amend { patch } | Act::Move { patch, .. } => (patch.as_slice(), &[][..]),
        Act::Correct(correction) => (&[][..], correction.fields.as_slice()),
        _ => (&[][..], &[][..]),
    };
    let set = corrected.iter().filter_map(|(field, change)| match change {
        Change::Set(cell) => Some((*field, cell)),
        Change::Withdrawn => None,
    });
    let cells = patch.iter().map(|(field, cell)| (*field, cell)).chain(set);
    cells.filter_map(|(field, cell)| match cell {
        Cell::Is(Value::Sealed(sealed)) => Some((field, sealed.as_slice())),
        _ => None,
    })
}
