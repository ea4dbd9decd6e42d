//! Room: every derived table written anew from the journal, in one transaction. Never touches the
//! journal, and refuses one whose chain is broken or whose postings come out otherwise.

use crate::append::{Dims, landmark, write_postings};
use crate::duty::deed_row;
use crate::engine::{ColumnType, Conn, OnConflict, Sql, Table};
use crate::error::StoreError;
use crate::evidence::evidence_rows;
use crate::head::{ENGINE, Head, entry_of};
use crate::held::{key_row, take_keys};
use crate::place::Place;
use crate::replay::{Replayed, Rulebook, each_batch};
use crate::schema::{LEADING, column_no, field_column, fit, register_table, tables};
use crate::verify::{PAGE, walk};
use crate::writer::Session;
use std::collections::{BTreeMap, HashMap};
use taizhang_core::day::Day;
use taizhang_core::id::{AccountNo, EntryNo, RegisterNo};
use taizhang_core::journal::chain::posting_digest;
use taizhang_core::posting::Posting;

/// Rebuilds the book of a writer, whose transaction is open, and commits.
pub fn rebuild(session: &mut Session) -> Result<(), StoreError> {
    rebuild_conn(&mut *session.conn)?;
    session.conn.commit()?;
    session.reload()
}

/// Rebuilds a book that may be too damaged to be opened.
pub fn rebuild_at(place: &Place) -> Result<(), StoreError> {
    let mut conn = place.write()?;
    conn.begin_write()?;
    rebuild_conn(&mut *conn)?;
    conn.commit()
}

/// The same within an open transaction.
pub(crate) fn rebuild_conn(conn: &mut dyn Conn) -> Result<(), StoreError> {
    let head = Head::read(conn)?;
    if head.engine != i64::from(ENGINE) {
        return Err(StoreError::OtherEngine(head.engine, ENGINE.into()));
    }
    let mut landmarks = Vec::new();
    let (_, bad) = walk(conn, &head, &mut |entry| {
        landmarks.extend(
            landmark(entry)
                .map(|(kind, day, name)| vec![Sql::Int(entry.n), Sql::from(kind), Sql::Int(day), Sql::Text(name)]),
        );
        Ok(())
    })?;
    if let Some(bad) = bad {
        return Err(StoreError::Damaged(bad.to_string()));
    }
    let rulebook = Rulebook::load(conn)?;
    empty(conn, &rulebook)?;
    conn.write_many(&tables::landmark(), &landmarks, OnConflict::Fail)?;
    let mut staged = Staged::default();
    let registers = register_tables(&rulebook);
    each_batch(conn, &rulebook, &mut |conn, batch, _| {
        write_records(conn, &registers, &batch)?;
        staged.write(conn, batch)?;
        Ok(true)
    })?;
    settle(conn, &rulebook, &staged, head.n)
}

/// The tables that follow from the journal, besides those of the registers.
pub(crate) const DERIVED: &[&str] = &[
    "landmark",
    "dimension",
    "posting",
    "balance",
    "holding",
    "opening",
    "unique_key",
    "evidence_of",
    "duty",
    "deed",
];

fn empty(conn: &mut dyn Conn, rulebook: &Rulebook) -> Result<(), StoreError> {
    for definition in rulebook.definitions() {
        fit(conn, definition)?;
    }
    for (table, _) in register_tables(rulebook).values() {
        conn.execute(&format!("DELETE FROM {}", table.name), &[])?;
    }
    for table in DERIVED {
        conn.execute(&format!("DELETE FROM {table}"), &[])?;
    }
    Ok(())
}

/// The tables of all registers with every column that they ever got.
fn register_tables(rulebook: &Rulebook) -> BTreeMap<RegisterNo, (Table, Vec<u32>)> {
    let mut fields: BTreeMap<RegisterNo, BTreeMap<_, _>> = BTreeMap::new();
    for register in rulebook.definitions().flat_map(|definition| &definition.registers) {
        let typed = register
            .fields
            .iter()
            .map(|field| (field.no, crate::schema::field_type(field)));
        fields.entry(register.no).or_default().extend(typed);
    }
    let table = |no: RegisterNo, fields: BTreeMap<_, ColumnType>| {
        let leading = LEADING.iter().map(|(name, kind)| ((*name).to_owned(), *kind));
        let numbers = (0..LEADING.len() as u32).chain(fields.keys().map(|field| column_no(*field)));
        let numbers = numbers.collect();
        let own = fields.into_iter().map(|(field, kind)| (field_column(field), kind));
        let table = Table {
            name: register_table(no),
            columns: leading.chain(own).collect(),
            key: 1,
        };
        (table, numbers)
    };
    fields.into_iter().map(|(no, fields)| (no, table(no, fields))).collect()
}

fn write_records(
    conn: &mut dyn Conn,
    registers: &BTreeMap<RegisterNo, (Table, Vec<u32>)>,
    batch: &[Replayed],
) -> Result<(), StoreError> {
    let (mut rows, mut keys, mut openings) = (BTreeMap::<RegisterNo, Vec<Vec<Sql>>>::new(), Vec::new(), Vec::new());
    let mut duties = Vec::new();
    for replayed in batch {
        let table = registers.get(&replayed.register);
        if let Some((_, numbers)) = table.filter(|_| !replayed.row.is_empty()) {
            let cell = |number: &u32| replayed.row.get(number).cloned().unwrap_or(Sql::Null);
            let row = numbers.iter().map(cell).collect();
            rows.entry(replayed.register).or_default().push(row);
        }
        let held = replayed.keys.iter();
        let held = held.map(|(key, text)| key_row(replayed.register, key, text, replayed.record));
        keys.extend(held);
        openings.extend(replayed.openings.iter().cloned());
        duties.extend(replayed.duties.clone());
    }
    for (register, rows) in rows {
        conn.write_many(&registers[&register].0, &rows, OnConflict::Fail)?;
    }
    take_keys(conn, &keys)?;
    conn.write_many(&tables::duty(), &duties, OnConflict::Fail)?;
    conn.write_many(&tables::opening(), &openings, OnConflict::Fail)
}

/// Postings come record by record, but their order and the numbers of dimensions follow the entries.
/// So they are put down first with negative marks, then settled entry by entry.
#[derive(Default)]
struct Staged {
    ids: HashMap<String, i64>,
    texts: Vec<String>,
}

impl Staged {
    fn write(&mut self, conn: &mut dyn Conn, batch: Vec<Replayed>) -> Result<(), StoreError> {
        let mut rows = Vec::new();
        for (entry, posting) in batch.into_iter().flat_map(|replayed| replayed.postings) {
            let dim = self.number(&posting.dim);
            let mark = -1 - rows.len() as i64;
            let mut row = crate::append::posting_row(entry, 0, &posting, dim);
            row[3] = Sql::Int(mark);
            rows.push(row);
        }
        conn.write_many(&tables::posting(), &rows, OnConflict::Fail)
    }

    fn number(&mut self, text: &str) -> i64 {
        if let Some(id) = self.ids.get(text) {
            return *id;
        }
        let id = -1 - self.texts.len() as i64;
        self.texts.push(text.to_owned());
        self.ids.insert(text.to_owned(), id);
        id
    }

    fn text(&self, id: i64) -> Result<String, StoreError> {
        let at = usize::try_from(-1 - id).ok();
        let text = at.and_then(|at| self.texts.get(at)).cloned();
        text.ok_or_else(|| StoreError::Damaged(format!("dimension {id} while rebuilding")))
    }
}

fn settle(conn: &mut dyn Conn, rulebook: &Rulebook, staged: &Staged, head: EntryNo) -> Result<(), StoreError> {
    let mut dims = Dims::default();
    let latest = rulebook.latest().cloned();
    for from in (1..=head).step_by(PAGE as usize) {
        let range = [Sql::Int(from), Sql::Int((from + PAGE - 1).min(head))];
        let mut found: BTreeMap<EntryNo, Vec<Posting>> = BTreeMap::new();
        let sql = "SELECT entry, account, unit, dim, day, record, amount, reported, missing, not_applicable
                   FROM posting WHERE entry >= $1 AND entry <= $2";
        conn.query_each(sql, &range, &mut |row| {
            found.entry(row[0].int()?).or_default().push(posting(staged, row)?);
            Ok(true)
        })?;
        found.values_mut().for_each(|postings| postings.sort());
        covered(conn, &range, &found)?;
        conn.execute("DELETE FROM posting WHERE entry >= $1 AND entry <= $2", &range)?;
        let numbered = found.into_iter().flat_map(|(entry, postings)| {
            let numbered = postings.into_iter().enumerate();
            numbered.map(move |(seq, posting)| (entry, seq, posting))
        });
        write_postings(conn, &mut dims, latest.as_deref(), numbered.collect())?;
    }
    Ok(())
}

/// Whether the postings are those that their entries' digests cover. The entries are read here once
/// more in any case, so the files that they name are written with them.
fn covered(conn: &mut dyn Conn, range: &[Sql], found: &BTreeMap<EntryNo, Vec<Posting>>) -> Result<(), StoreError> {
    let sql = "SELECT n, bytes FROM entry WHERE n >= $1 AND n <= $2 ORDER BY n";
    let (mut named, mut deeds) = (Vec::new(), Vec::new());
    conn.query_each(sql, range, &mut |row| {
        let entry = entry_of(row[0].int()?, row[1].blob()?)?;
        let postings = found.get(&entry.n).map_or(&[][..], Vec::as_slice);
        if postings.len() != entry.posting_count as usize || posting_digest(postings) != entry.posting_digest {
            let why = "what it posts is not what its digest covers";
            return Err(StoreError::Damaged(format!("entry {}: {why}", entry.n)));
        }
        named.extend(evidence_rows(&entry));
        deeds.extend(deed_row(&entry));
        Ok(true)
    })?;
    conn.write_many(&tables::deed(), &deeds, OnConflict::Fail)?;
    conn.write_many(&tables::evidence_of(), &named, OnConflict::Fail)
}

fn posting(staged: &Staged, row: &[Sql]) -> Result<Posting, StoreError> {
    // These were numbers of their types a moment ago, in this transaction.
    Ok(Posting {
        account: AccountNo(row[1].int()? as u32),
        unit: row[2].int()?,
        dim: staged.text(row[3].int()?)?,
        day: Day(row[4].int()? as i32),
        record: row[5].int()?,
        amount: row[6].int()?,
        reported: row[7].int()? as i32,
        missing: row[8].int()? as i32,
        not_applicable: row[9].int()? as i32,
    })
}
