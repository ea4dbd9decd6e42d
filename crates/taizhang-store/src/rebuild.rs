//! Room: every derived table written anew from the journal, in one transaction. Never touches the
//! journal, and refuses one whose chain is broken or whose postings come out otherwise.

use crate::append::{Dims, landmark, posting_row, write_postings};
use crate::bundle::{self, Binder};
use crate::duty::deed_row;
use crate::engine::{ColumnType, Conn, OnConflict, Sql, Table};
use crate::error::StoreError;
use crate::evidence::evidence_rows;
use crate::head::{ENGINE, Head};
use crate::held::{key_row, take_keys};
use crate::place::Place;
use crate::replay::{Replayed, Replayer, Rulebook};
use crate::schema::{LEADING, column_no, field_column, fit, fit_holders, register_table, tables};
use crate::sums::Sums;
use crate::verify::{PAGE, Page, Sealed, Walk};
use crate::writer::Session;
use std::collections::{BTreeMap, HashMap};
use taizhang_core::day::Day;
use taizhang_core::id::{AccountNo, EntryNo, RegisterNo};
use taizhang_core::journal::Entry;
use taizhang_core::posting::Posting;

/// How many sums are kept in memory.
const SUMS: usize = 1_000_000;

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

/// The same within an open transaction. A journal that is broken is told before whatever follows from it.
pub(crate) fn rebuild_conn(conn: &mut dyn Conn) -> Result<(), StoreError> {
    rebuild_in_pages(conn, PAGE)
}

/// The same, so many entries at a time.
pub fn rebuild_in_pages(conn: &mut dyn Conn, page: i64) -> Result<(), StoreError> {
    let head = Head::read(conn)?;
    if head.engine != i64::from(ENGINE) {
        return Err(StoreError::OtherEngine(head.engine, ENGINE.into()));
    }
    let mut walk = Walk::new(&head, page);
    let made = make(conn, &mut walk);
    match walk.end(conn, &head) {
        Ok((_, Some(bad))) => Err(StoreError::Damaged(bad.to_string())),
        Ok((_, None)) => made,
        // After an error of the engine nothing more can be asked of it.
        Err(error) => Err(made.err().unwrap_or(error)),
    }
}

fn make(conn: &mut dyn Conn, walk: &mut Walk) -> Result<(), StoreError> {
    let rulebook = Rulebook::load(conn)?;
    empty(conn, &rulebook)?;
    let mut maker = Maker::new(&rulebook);
    while let Some(page) = walk.page(conn)? {
        maker.page(conn, page)?;
    }
    maker.sums.write(conn)
}

/// The tables that follow from the journal, besides those of the registers.
pub(crate) const DERIVED: &[&str] = &[
    "landmark",
    "dimension",
    "posting",
    "bundle",
    "balance",
    "total",
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
    if let Some(latest) = rulebook.latest() {
        fit_holders(conn, latest)?;
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
    batch: Vec<Replayed>,
) -> Result<(), StoreError> {
    let (mut rows, mut keys, mut openings) = (BTreeMap::<RegisterNo, Vec<Vec<Sql>>>::new(), Vec::new(), Vec::new());
    let mut duties = Vec::new();
    for replayed in batch {
        let held = replayed.keys.iter();
        let held = held.map(|(key, text)| key_row(replayed.register, key.as_str(), text.as_str(), replayed.record));
        keys.extend(held);
        openings.extend(replayed.openings);
        duties.extend(replayed.duties);
        let table = registers.get(&replayed.register);
        if let Some((_, numbers)) = table.filter(|_| !replayed.row.is_empty()) {
            let row = replayed.row.into_row(numbers.iter().copied());
            rows.entry(replayed.register).or_default().push(row);
        }
    }
    for (register, rows) in rows {
        conn.write_many(&registers[&register].0, &rows, OnConflict::Fail)?;
    }
    take_keys(conn, &keys)?;
    conn.write_many(&tables::duty(), &duties, OnConflict::Fail)?;
    conn.write_many(&tables::opening(), &openings, OnConflict::Fail)
}

/// Makes everything that follows from a page of entries, once.
struct Maker<'a> {
    rulebook: &'a Rulebook,
    replayer: Replayer<'a>,
    registers: BTreeMap<RegisterNo, (Table, Vec<u32>)>,
    staged: Staged,
    dims: Dims,
    sums: Sums,
    binder: Binder,
}

impl<'a> Maker<'a> {
    fn new(rulebook: &'a Rulebook) -> Maker<'a> {
        Maker {
            rulebook,
            replayer: Replayer::new(rulebook),
            registers: register_tables(rulebook),
            staged: Staged::default(),
            dims: Dims::default(),
            sums: Sums::default(),
            binder: Binder::behind(0),
        }
    }

    fn page(&mut self, conn: &mut dyn Conn, page: Page) -> Result<(), StoreError> {
        let (from, to) = (page.from, page.to);
        let sealed: Vec<Sealed> = page.entries.iter().map(Sealed::of).collect();
        write_acts(conn, &page.entries)?;
        let mut batch = self.replayer.page(conn, page)?;
        let mut posted = self.staged.take(conn, (from, to))?;
        let mut later = Vec::new();
        for (entry, posting) in batch.iter_mut().flat_map(|replayed| replayed.postings.drain(..)) {
            if entry > to {
                later.push((entry, posting));
            } else {
                posted.entry(entry).or_default().push(posting);
            }
        }
        self.staged.put(conn, later)?;
        write_records(conn, &self.registers, batch)?;
        self.write_postings(conn, &sealed, posted)?;
        bundle::write(conn, self.binder.rows(to))
    }

    fn write_postings(&mut self, conn: &mut dyn Conn, sealed: &[Sealed], mut posted: Posted) -> Result<(), StoreError> {
        posted.values_mut().for_each(|postings| postings.sort());
        let covered = |sealed: &&Sealed| sealed.covers(posted.get(&sealed.n).map_or(&[][..], Vec::as_slice).iter());
        if let Some(sealed) = sealed.iter().find(|sealed| !covered(sealed)) {
            let why = "what it posts is not what its digest covers";
            return Err(StoreError::Damaged(format!("entry {}: {why}", sealed.n)));
        }
        let numbered = posted.into_iter().flat_map(|(entry, postings)| {
            let numbered = postings.into_iter().enumerate();
            numbered.map(move |(seq, posting)| (entry, seq, posting))
        });
        let numbered: Vec<(EntryNo, usize, Posting)> = numbered.collect();
        let latest = self.rulebook.latest().map(|definition| &**definition);
        let onto = (&mut self.sums, &mut self.binder);
        write_postings(conn, &mut self.dims, onto, latest, &numbered)?;
        // Otherwise every sum is written once, at the end.
        if self.sums.len() > SUMS {
            self.sums.write(conn)?;
        }
        Ok(())
    }
}

/// What single entries make: acts about the book, the files that they name, who did what.
fn write_acts(conn: &mut dyn Conn, entries: &[Entry]) -> Result<(), StoreError> {
    let landmarks = entries.iter().filter_map(|entry| {
        let (kind, day, name) = landmark(entry)?;
        Some(vec![Sql::Int(entry.n), Sql::from(kind), Sql::Int(day), Sql::Text(name)])
    });
    let landmarks: Vec<Vec<Sql>> = landmarks.collect();
    let named: Vec<Vec<Sql>> = entries.iter().flat_map(evidence_rows).collect();
    let deeds: Vec<Vec<Sql>> = entries.iter().filter_map(deed_row).collect();
    conn.write_many(&tables::landmark(), &landmarks, OnConflict::Fail)?;
    conn.write_many(&tables::evidence_of(), &named, OnConflict::Fail)?;
    conn.write_many(&tables::deed(), &deeds, OnConflict::Fail)
}

/// Postings by their entries.
type Posted = BTreeMap<EntryNo, Vec<Posting>>;

/// A record is replayed with the page that opens it, but posts with later entries too. Those wait in the
/// table itself, with negative marks and dimensions of their own, until their page's turn.
#[derive(Default)]
struct Staged {
    ids: HashMap<String, i64>,
    texts: Vec<String>,
    /// The last entry for which something waits.
    last: EntryNo,
    /// How many wait or waited: their marks.
    count: i64,
}

impl Staged {
    fn put(&mut self, conn: &mut dyn Conn, postings: Vec<(EntryNo, Posting)>) -> Result<(), StoreError> {
        let mut rows = Vec::with_capacity(postings.len());
        for (entry, posting) in postings {
            self.last = self.last.max(entry);
            self.count += 1;
            let dim = self.number(&posting.dim);
            let mut row = posting_row(entry, 0, &posting, dim);
            row[3] = Sql::Int(-self.count);
            rows.push(row);
        }
        conn.write_many(&tables::posting(), &rows, OnConflict::Fail)
    }

    /// What waits for the entries of a page waits no more.
    fn take(&mut self, conn: &mut dyn Conn, (from, to): (EntryNo, EntryNo)) -> Result<Posted, StoreError> {
        let mut posted = Posted::new();
        if self.last < from {
            return Ok(posted);
        }
        let range = [Sql::Int(from), Sql::Int(to)];
        let sql = "SELECT entry, account, unit, dim, day, record, amount, reported, missing, not_applicable
                   FROM posting WHERE entry >= $1 AND entry <= $2";
        conn.query_each(sql, &range, &mut |row| {
            posted.entry(row[0].int()?).or_default().push(posting(self, row)?);
            Ok(true)
        })?;
        conn.execute("DELETE FROM posting WHERE entry >= $1 AND entry <= $2", &range)?;
        Ok(posted)
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
