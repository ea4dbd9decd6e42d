//! Room: appending. Sealed decisions become entries, postings, balances, rows, keys — the only
//! writer of the book. Decides nothing; a group is one transaction.

use crate::answered::kept;
use crate::bundle::{self, Binder, ENTRIES, Posted, bind};
use crate::digest;
use crate::duty::{deed_at, duty_rows, forget};
use crate::engine::{Conn, OnConflict, Sql};
use crate::error::StoreError;
use crate::head::Head;
use crate::held::{free_key, has_floor, key_row, take_keys};
use crate::ready::{Ready, ReadyRow};
use crate::schema::{tables, typed_table};
use crate::sums::Sums;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use taizhang_core::day::Day;
use taizhang_core::decide::{Decision, KeyChange};
use taizhang_core::definition::{Definition, Register};
use taizhang_core::id::{AccountNo, EntryNo, RecordNo, RegisterNo};
use taizhang_core::journal::Spot;
use taizhang_core::journal::chain::{head, leaf, posting_digest};
use taizhang_core::journal::{Act, Entry};
use taizhang_core::posting::Posting;
use taizhang_core::value::Value;

/// Who wrote an entry, from which post.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Who {
    /// The actor's record; 0 is the program itself.
    pub actor: RecordNo,
    /// The position's record; 0 is none.
    pub position: RecordNo,
}

/// Texts of dimensions and their numbers, as far as this writer has met them.
#[derive(Default)]
pub struct Dims {
    known: HashMap<String, i64>,
    last: i64,
}

impl Dims {
    /// Starts from what the book has.
    pub fn load(conn: &mut dyn Conn) -> Result<Dims, StoreError> {
        let row = conn.query_one("SELECT COALESCE(MAX(id), 0) FROM dimension", &[])?;
        Ok(Dims {
            known: HashMap::new(),
            last: row.map_or(Ok(0), |row| row[0].int())?,
        })
    }

    fn number(&mut self, conn: &mut dyn Conn, text: &str, new: &mut Vec<Vec<Sql>>) -> Result<i64, StoreError> {
        if text.is_empty() {
            return Ok(0);
        }
        if let Some(id) = self.known.get(text) {
            return Ok(*id);
        }
        let found = conn.query_one("SELECT id FROM dimension WHERE text = $1", &[Sql::from(text)])?;
        let id = match found {
            Some(row) => row[0].int()?,
            None => {
                self.last += 1;
                new.push(vec![Sql::Int(self.last), Sql::from(text)]);
                self.last
            }
        };
        self.known.insert(text.to_owned(), id);
        Ok(id)
    }
}

/// What one transaction is about to write.
pub struct Group {
    /// The head as the book has it.
    pub base: Head,
    /// The head after all that was pushed.
    pub head: Head,
    /// What was pushed that every server keeps in memory: packs, closings, units, people.
    pub remembered: Vec<Entry>,
    /// The first entry of the command that is being pushed.
    command: EntryNo,
    /// The last entry whose consequences were handed to the engine.
    flushed: EntryNo,
    entry_rows: Vec<Vec<Sql>>,
    landmarks: Vec<Vec<Sql>>,
    evidence: Vec<Vec<Sql>>,
    digests: Vec<Vec<Sql>>,
    postings: Vec<(EntryNo, usize, Posting)>,
    sums: Sums,
    binder: Binder,
    rows: BTreeMap<(RegisterNo, RecordNo), Vec<Sql>>,
    tables: BTreeMap<RegisterNo, Arc<Register>>,
    openings: Vec<Vec<Sql>>,
    duties: BTreeMap<RecordNo, Vec<Vec<Sql>>>,
    deeds: Vec<Vec<Sql>>,
    freed: Vec<KeyChange>,
    taken: Vec<(RecordNo, KeyChange)>,
    answered: Vec<Vec<Sql>>,
    answered_keys: BTreeSet<(RecordNo, [u8; 32])>,
    touched: BTreeSet<RecordNo>,
    key_texts: BTreeSet<(RegisterNo, String, String)>,
    holders: BTreeSet<(AccountNo, String)>,
}

impl Group {
    /// A group on top of a head.
    pub fn new(base: Head) -> Group {
        Group {
            base,
            head: base,
            remembered: Vec::new(),
            command: base.n + 1,
            flushed: base.n,
            entry_rows: Vec::new(),
            landmarks: Vec::new(),
            evidence: Vec::new(),
            digests: Vec::new(),
            postings: Vec::new(),
            sums: Sums::default(),
            binder: Binder::behind(base.n),
            rows: BTreeMap::new(),
            tables: BTreeMap::new(),
            openings: Vec::new(),
            duties: BTreeMap::new(),
            deeds: Vec::new(),
            freed: Vec::new(),
            taken: Vec::new(),
            answered: Vec::new(),
            answered_keys: BTreeSet::new(),
            touched: BTreeSet::new(),
            key_texts: BTreeSet::new(),
            holders: BTreeSet::new(),
        }
    }

    /// What is pushed from here on belongs to a command of its own: a request with all its changes, a
    /// pack with its units. A new group has begun one.
    pub fn begin_command(&mut self) {
        self.command = self.head.n + 1;
    }

    /// Whether nothing was pushed.
    pub fn is_empty(&self) -> bool {
        self.head.n == self.base.n
    }

    /// How many entries wait to be flushed.
    pub fn waiting(&self) -> usize {
        self.entry_rows.len()
    }

    /// Whether a record has something waiting.
    pub fn touches(&self, record: RecordNo) -> bool {
        self.touched.contains(&record)
    }

    /// Whether a key's text has something waiting.
    pub fn touches_key(&self, register: RegisterNo, key: &str, text: &str) -> bool {
        !self.key_texts.is_empty() && self.key_texts.contains(&(register, key.to_owned(), text.to_owned()))
    }

    /// Whether a holder has something waiting.
    pub fn touches_holder(&self, account: AccountNo, dim: &str) -> bool {
        !self.holders.is_empty() && self.holders.contains(&(account, dim.to_owned()))
    }

    /// Gives a decision its place behind all that was pushed; what it touches is known to those decided next.
    pub fn push(&mut self, definition: &Definition, decision: Decision, who: Who, now: i64) -> (EntryNo, RecordNo) {
        self.watch(definition, &decision);
        self.place(definition, Ready::of(definition, decision), who, now)
    }

    /// Gives an entry its number, instant and place in the chain, and takes its consequences in.
    pub(crate) fn place(&mut self, definition: &Definition, ready: Ready, who: Who, now: i64) -> (EntryNo, RecordNo) {
        let n = self.head.n + 1;
        let record = own(ready.record, if ready.of_record { n } else { 0 });
        let mut postings = ready.postings;
        postings
            .iter_mut()
            .for_each(|line| line.record = own(line.record, record));
        if !postings.is_sorted() {
            postings.sort();
        }
        let spot = Spot {
            n,
            command: if self.command == n { 0 } else { self.command },
            recorded_at: now.max(self.head.recorded_at + 1),
            actor: who.actor,
            position: who.position,
            record,
            posting_count: postings.len() as u32,
            posting_digest: posting_digest(&postings),
        };
        self.seal(&spot, ready.frame.bytes(&spot));
        let deed = ready.deed.and_then(|(act, cells)| deed_at(&spot, (&act, cells)));
        self.deeds.extend(deed);
        let named = ready.evidence.into_iter();
        self.evidence
            .extend(named.map(|hash| vec![Sql::from(hash), Sql::Int(n)]));
        let digests = ready.digests.iter();
        self.digests
            .extend(digests.map(|(field, digest)| digest::row(n, *field, digest)));
        for row in ready.rows {
            self.row(definition, &spot, row);
        }
        for key in ready.keys {
            match key.taken {
                true => self.taken.push((own(key.record, record), key)),
                false => self.freed.push(key),
            }
        }
        let numbered = postings.into_iter().enumerate();
        self.postings.extend(numbered.map(|(seq, posting)| (n, seq, posting)));
        if let Some(mut entry) = ready.whole {
            spot.tell(&mut entry);
            if let Some((kind, day, name)) = landmark(&entry) {
                self.landmarks
                    .push(vec![Sql::Int(n), Sql::from(kind), Sql::Int(day), Sql::Text(name)]);
            }
            self.remembered.push(*entry);
        }
        (n, record)
    }

    fn seal(&mut self, spot: &Spot, bytes: Vec<u8>) {
        self.head.hash = head(self.head.alg, &self.head.book, spot.n, &self.head.hash, &leaf(&bytes));
        self.head.n = spot.n;
        self.head.recorded_at = spot.recorded_at;
        let hash = Sql::from(self.head.hash);
        self.entry_rows
            .push(vec![Sql::Int(spot.n), Sql::Int(spot.record), hash, Sql::Blob(bytes)]);
    }

    fn row(&mut self, definition: &Definition, spot: &Spot, row: ReadyRow) {
        let Some(register) = definition.register(row.register) else {
            return;
        };
        let record = own(row.record, spot.record);
        self.tables.entry(row.register).or_insert_with(|| register.clone());
        let mut cells = row.cells;
        cells[..2].clone_from_slice(&[Sql::Int(record), Sql::Int(spot.n)]);
        self.rows.insert((row.register, record), cells);
        if let Some(duties) = row.duties {
            self.duties.insert(record, duty_rows(row.register, record, &duties));
        }
        if let Some(opening) = row.opening {
            self.openings.push(opening_row(row.register, opening, spot.n, record));
        }
    }

    /// Remembers what a decision touches, until it is flushed.
    fn watch(&mut self, definition: &Definition, decision: &Decision) {
        let opened = own(decision.entry.record, self.head.n + 1);
        for row in &decision.rows {
            self.touched.insert(own(row.record, opened));
            let register = definition.register(row.register);
            let parent = register.and_then(|register| register.parent.as_ref());
            if let Some(Value::Link(above)) = parent.and_then(|parent| row.state.value(parent.field)) {
                self.touched.insert(*above);
            }
        }
        let keys = decision.keys.iter();
        self.key_texts
            .extend(keys.map(|key| (key.register, key.key.clone(), key.text.clone())));
        let held = decision.postings.iter();
        let held = held.filter(|posting| has_floor(definition, posting.account));
        self.holders
            .extend(held.map(|posting| (posting.account, posting.dim.clone())));
    }

    /// Whether an answer under this key waits.
    pub fn touches_answer(&self, actor: RecordNo, key: [u8; 32]) -> bool {
        self.answered_keys.contains(&(actor, key))
    }

    /// Remembers the answer to a request, in the transaction of its entries.
    pub fn answer(&mut self, actor: RecordNo, key: [u8; 32], body: [u8; 32], first: EntryNo, last: EntryNo) {
        self.answered_keys.insert((actor, key));
        self.answered.push(vec![
            Sql::Int(actor),
            kept(&key),
            kept(&body),
            Sql::Int(first),
            Sql::Int(last),
            Sql::Int(self.head.recorded_at),
        ]);
    }

    /// Writes what waits into the open transaction. The head moves only in [`Group::finish`].
    pub fn flush(
        &mut self,
        conn: &mut dyn Conn,
        dims: &mut Dims,
        definition: Option<&Definition>,
    ) -> Result<(), StoreError> {
        write(conn, &tables::entry(), &mut self.entry_rows, OnConflict::Fail)?;
        write(conn, &tables::landmark(), &mut self.landmarks, OnConflict::Fail)?;
        write(conn, &tables::evidence_of(), &mut self.evidence, OnConflict::Fail)?;
        write(conn, &tables::deed(), &mut self.deeds, OnConflict::Fail)?;
        write(conn, &tables::value_digest(), &mut self.digests, OnConflict::Fail)?;
        self.flush_postings(conn, dims, definition)?;
        self.flush_rows(conn)?;
        self.flush_duties(conn)?;
        self.flush_keys(conn)?;
        write(conn, &tables::answered(), &mut self.answered, OnConflict::Fail)?;
        self.flushed = self.head.n;
        self.answered_keys.clear();
        self.touched.clear();
        self.key_texts.clear();
        self.holders.clear();
        Ok(())
    }

    fn flush_postings(
        &mut self,
        conn: &mut dyn Conn,
        dims: &mut Dims,
        definition: Option<&Definition>,
    ) -> Result<(), StoreError> {
        let postings = std::mem::take(&mut self.postings);
        let onto = (&mut self.sums, &mut self.binder);
        write_postings(conn, dims, onto, definition, &postings)?;
        bundle::write(conn, self.binder.rows(self.head.n))?;
        // What a holder has is asked within the command; a balance is not, so a long import adds up first.
        self.sums.write_holdings(conn)
    }

    fn flush_rows(&mut self, conn: &mut dyn Conn) -> Result<(), StoreError> {
        // A record has the number of its opening: those of later ones than were flushed have no row yet.
        let mut by_register: BTreeMap<(RegisterNo, bool), Vec<Vec<Sql>>> = BTreeMap::new();
        for ((register, record), row) in std::mem::take(&mut self.rows) {
            let is_new = record > self.flushed;
            by_register.entry((register, is_new)).or_default().push(row);
        }
        for ((register, is_new), mut rows) in by_register {
            let conflict = if is_new { OnConflict::Fail } else { OnConflict::Replace };
            if let Some(register) = self.tables.get(&register) {
                write(conn, &typed_table(register), &mut rows, conflict)?;
            }
        }
        write(conn, &tables::opening(), &mut self.openings, OnConflict::Fail)
    }

    fn flush_duties(&mut self, conn: &mut dyn Conn) -> Result<(), StoreError> {
        let duties = std::mem::take(&mut self.duties);
        let there: Vec<RecordNo> = duties
            .keys()
            .copied()
            .filter(|record| *record <= self.flushed)
            .collect();
        forget(conn, &there)?;
        let mut rows: Vec<Vec<Sql>> = duties.into_values().flatten().collect();
        write(conn, &tables::duty(), &mut rows, OnConflict::Replace)
    }

    fn flush_keys(&mut self, conn: &mut dyn Conn) -> Result<(), StoreError> {
        for key in std::mem::take(&mut self.freed) {
            free_key(conn, &key)?;
        }
        let taken = std::mem::take(&mut self.taken);
        let row = |(record, key): (RecordNo, KeyChange)| key_row(key.register, key.key, key.text, record);
        take_keys(conn, &taken.into_iter().map(row).collect::<Vec<_>>())
    }

    /// Moves the head and commits: nobody is answered before this returns.
    pub fn finish(&mut self, conn: &mut dyn Conn) -> Result<(), StoreError> {
        self.sums.write(conn)?;
        // A block that began before this group is read back from the table, once in so many entries.
        let begun = bundle::complete(self.base.n);
        if self.base.n % ENTRIES != 0 && bundle::complete(self.head.n) > begun {
            bind(conn, begun)?;
        }
        self.base.advance(conn, &self.head)?;
        conn.commit()
    }
}

/// Writes postings in the order of their entries, adds them up, and ties them up.
pub(crate) fn write_postings(
    conn: &mut dyn Conn,
    dims: &mut Dims,
    (sums, binder): (&mut Sums, &mut Binder),
    definition: Option<&Definition>,
    postings: &[(EntryNo, usize, Posting)],
) -> Result<(), StoreError> {
    let (mut new_dims, mut posted) = (Vec::new(), Vec::new());
    let mut lines = Vec::with_capacity(postings.len());
    for (entry, seq, posting) in postings {
        let dim = dims.number(conn, &posting.dim, &mut new_dims)?;
        lines.push(posting_row(*entry, *seq, posting, dim));
        sums.add(posting, dim)?;
        sums.hold(posting, definition)?;
        if binder.wants(*entry) {
            posted.push(Posted::of(*entry, *seq as i64, posting, dim));
        }
    }
    binder.take(posted);
    write(conn, &tables::dimension(), &mut new_dims, OnConflict::Fail)?;
    write(conn, &tables::posting(), &mut lines, OnConflict::Fail)
}

fn write(
    conn: &mut dyn Conn,
    table: &crate::engine::Table,
    rows: &mut Vec<Vec<Sql>>,
    conflict: OnConflict,
) -> Result<(), StoreError> {
    if !rows.is_empty() {
        conn.write_many(table, rows, conflict)?;
        rows.clear();
    }
    Ok(())
}

/// The kind, day and name under which an entry about the book is found again.
pub fn landmark(entry: &Entry) -> Option<(&'static str, i64, String)> {
    match &entry.act {
        Act::Pack(pack) => Some(("pack", pack.from.0.into(), String::new())),
        Act::Close { through } => Some(("close", through.0.into(), String::new())),
        Act::Reopen { through } => Some(("reopen", through.0.into(), String::new())),
        Act::Release(release) => Some(("release", release.as_of.0.into(), release.bulletin.clone())),
        _ => None,
    }
}

/// A posting as a row of table `posting`.
pub fn posting_row(entry: EntryNo, seq: usize, posting: &Posting, dim: i64) -> Vec<Sql> {
    [
        i64::from(posting.account.0),
        posting.record,
        entry,
        seq as i64,
        posting.unit,
        dim,
        posting.day.0.into(),
        posting.amount,
        posting.reported.into(),
        posting.missing.into(),
        posting.not_applicable.into(),
    ]
    .into_iter()
    .map(Sql::Int)
    .collect()
}

/// The row of table `opening` that an entry leaves.
pub(crate) fn opening_row(
    register: RegisterNo,
    (unit, day, void): (RecordNo, Day, bool),
    entry: EntryNo,
    record: RecordNo,
) -> Vec<Sql> {
    let values = [record, entry, register.0.into(), unit, day.0.into(), void.into()];
    values.into_iter().map(Sql::Int).collect()
}

/// A record's number; 0 stands for the one that is being opened.
fn own(record: RecordNo, opened: RecordNo) -> RecordNo {
    if record == 0 { opened } else { record }
}
