//! Room: one record derived anew, from its entries, its ancestors' and the packs' alone. Reads the
//! journal only; never looks at a derived table, and writes nothing.
//!
//! Entries are taken in the order of their numbers. At each of them the record posts P(after) −
//! P(before) under the rules known then (law 3), and its current row is what it was left as.

use crate::append::opening_row;
use crate::cells::to_row;
use crate::digest::{Digests, of_records};
use crate::duty::duty_rows;
use crate::engine::{Conn, Sql};
use crate::error::StoreError;
use crate::facts::entries;
use crate::head::{Caches, entry_of};
use crate::schema::{LEADING, column_no};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::convert::Infallible;
use std::sync::Arc;
use taizhang_core::day::Day;
use taizhang_core::decide::{Book, held_keys, row, timeline_of};
use taizhang_core::definition::{Definition, Key, Register};
use taizhang_core::id::{EntryNo, FieldNo, RecordNo, RegisterNo};
use taizhang_core::journal::{Act, Entry};
use taizhang_core::posting::{Posting, difference, open_duties, postings};
use taizhang_core::rules::Rules;
use taizhang_core::timeline::Timeline;
use taizhang_core::value::{Cell, Value};

/// How many records are read together.
const BATCH: i64 = 400;

/// How many ancestors' entries are kept in memory.
const SHELF: usize = 4_000;

/// The rules as they were known after each pack entry, read from the journal.
pub struct Rulebook {
    stages: Vec<(EntryNo, Rules)>,
}

impl Rulebook {
    /// Reads and compiles the packs that the journal holds.
    pub fn load(conn: &mut dyn Conn) -> Result<Rulebook, StoreError> {
        let mut caches = Caches::default();
        let mut stages = vec![(0, Rules::none())];
        for row in conn.query("SELECT n, bytes FROM entry WHERE record = 0 ORDER BY n", &[])? {
            let entry = entry_of(row[0].int()?, row[1].blob()?)?;
            if let Act::Pack(_) = entry.act {
                caches.take(&entry)?;
                stages.push((entry.n, (*caches.rules).clone()));
            }
        }
        Ok(Rulebook { stages })
    }

    /// The rules as known at an entry, itself included.
    pub fn known_at(&self, n: EntryNo) -> &Rules {
        let known = self.stages.partition_point(|(from, _)| *from <= n);
        &self.stages[known.saturating_sub(1)].1
    }

    /// All definitions, oldest first.
    pub fn definitions(&self) -> impl Iterator<Item = &Arc<Definition>> {
        let latest = self.known_at(EntryNo::MAX);
        latest.versions().iter().map(|version| &version.definition)
    }

    /// The present definition; none before the first pack.
    pub fn latest(&self) -> Option<&Arc<Definition>> {
        self.known_at(EntryNo::MAX).latest().map(|version| &version.definition)
    }

    fn packs(&self) -> impl Iterator<Item = EntryNo> {
        self.stages.iter().skip(1).map(|(n, _)| *n)
    }

    /// The fields that ever named the record above, in any register.
    fn parent_fields(&self) -> BTreeSet<FieldNo> {
        let registers = self.definitions().flat_map(|definition| &definition.registers);
        registers
            .filter_map(|register| register.parent.as_ref())
            .map(|parent| parent.field)
            .collect()
    }
}

/// Everything that is derived from one record's entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replayed {
    /// The record.
    pub record: RecordNo,
    /// What it posted, each with the entry that did it.
    pub postings: Vec<(EntryNo, Posting)>,
    /// Its register.
    pub register: RegisterNo,
    /// The columns of its row in the register's table, by number (`column_no`); one that is not there was
    /// never written.
    pub row: BTreeMap<u32, Sql>,
    /// Keys that it holds: id and text. A sealed part goes by the digest that is kept beside the journal.
    pub keys: Vec<(String, String)>,
    /// How many keys it would hold if the digests of their sealed parts were there.
    pub undigested: usize,
    /// Its rows in table `opening`.
    pub openings: Vec<Vec<Sql>>,
    /// Its rows in table `duty`.
    pub duties: Vec<Vec<Sql>>,
}

/// Whether a key can be told from the journal.
pub fn is_open_key(register: &Register, key: &Key) -> bool {
    let sealed = |field: &FieldNo| register.field(*field).is_some_and(|field| field.class.is_sealed());
    !key.fields.iter().any(sealed)
}

/// What is known of one record: its entries, and what their sealed values are compared by.
#[derive(Default)]
struct Own {
    entries: Vec<Entry>,
    digests: Digests,
}

/// Records by number; knows each record's own and its ancestors'.
#[derive(Default)]
pub struct Shelf {
    records: HashMap<RecordNo, Arc<Own>>,
}

/// A record and its ancestors, as far as the journal tells.
type Family = BTreeMap<RecordNo, Arc<Own>>;

impl Shelf {
    fn family(
        &mut self,
        conn: &mut dyn Conn,
        parents: &BTreeSet<FieldNo>,
        record: RecordNo,
    ) -> Result<Family, StoreError> {
        let mut family = Family::new();
        let mut left = vec![record];
        while let Some(next) = left.pop() {
            if family.contains_key(&next) {
                continue;
            }
            let own = match self.records.get(&next) {
                Some(own) => own.clone(),
                None => Arc::new(Own {
                    entries: entries(conn, next)?,
                    digests: of_records(conn, next, next)?.remove(&next).unwrap_or_default(),
                }),
            };
            if self.records.len() >= SHELF {
                self.records.clear();
            }
            self.records.insert(next, own.clone());
            left.extend(links(&own.entries, parents));
            family.insert(next, own);
        }
        Ok(family)
    }
}

/// The records that an opening names in fields that name the record above.
fn links(entries: &[Entry], parents: &BTreeSet<FieldNo>) -> Vec<RecordNo> {
    let Some(Act::Open { patch, .. }) = entries.first().map(|entry| &entry.act) else {
        return Vec::new();
    };
    let linked = patch.iter().filter(|(field, _)| parents.contains(field));
    linked
        .filter_map(|(_, cell)| match cell {
            Cell::Is(Value::Link(record)) => Some(*record),
            _ => None,
        })
        .collect()
}

/// The book as it was at an entry.
struct Past<'a> {
    family: &'a Family,
    until: EntryNo,
}

impl Book for Past<'_> {
    type Error = Infallible;

    fn entries(&mut self, record: RecordNo) -> Result<Vec<Entry>, Infallible> {
        let all = self.family.get(&record).map_or(&[][..], |own| own.entries.as_slice());
        let known = all.partition_point(|entry| entry.n <= self.until);
        Ok(all[..known].to_vec())
    }

    fn children(&mut self, _: RecordNo) -> Result<Vec<RecordNo>, Infallible> {
        Ok(Vec::new())
    }

    fn member(&mut self, _: RecordNo) -> Result<Option<RecordNo>, Infallible> {
        Ok(None)
    }

    fn key_holder(&mut self, _: RegisterNo, _: &str, _: &str) -> Result<Option<RecordNo>, Infallible> {
        Ok(None)
    }

    fn digest(&mut self, entry: EntryNo, field: FieldNo) -> Result<Option<String>, Infallible> {
        let all = self.family.values();
        let found = all.filter_map(|own| own.digests.get(&(entry, field))).next();
        Ok(found.cloned())
    }

    fn balances(&mut self, _: &Posting, _: Day) -> Result<(i64, Vec<(Day, i64)>), Infallible> {
        Ok((0, Vec::new()))
    }
}

/// Derives one record.
pub fn replay(conn: &mut dyn Conn, rulebook: &Rulebook, record: RecordNo) -> Result<Replayed, StoreError> {
    let family = Shelf::default().family(conn, &rulebook.parent_fields(), record)?;
    replay_family(rulebook, &family, record)
}

/// Gets a batch and the last record number that it speaks for; ends the whole by answering `false`.
pub type TakeBatch<'a> = dyn FnMut(&mut dyn Conn, Vec<Replayed>, RecordNo) -> Result<bool, StoreError> + 'a;

/// Derives all records in batches, in the order of their numbers. `take` gets each batch with the
/// last record number that it speaks for; the last batch speaks for all numbers that follow.
pub fn each_batch(conn: &mut dyn Conn, rulebook: &Rulebook, take: &mut TakeBatch<'_>) -> Result<(), StoreError> {
    let parents = rulebook.parent_fields();
    let mut shelf = Shelf::default();
    let mut after = 0;
    loop {
        let sql = "SELECT DISTINCT record FROM entry WHERE record > $1 ORDER BY record LIMIT $2";
        let rows = conn.query(sql, &[Sql::Int(after), Sql::Int(BATCH)])?;
        let records: Vec<RecordNo> = rows.iter().map(|row| row[0].int()).collect::<Result<_, _>>()?;
        let Some(last) = records.last().copied() else {
            take(conn, Vec::new(), RecordNo::MAX)?;
            return Ok(());
        };
        fill(conn, &mut shelf, after + 1, last)?;
        let mut batch = Vec::with_capacity(records.len());
        for record in records {
            let family = shelf.family(conn, &parents, record)?;
            batch.push(replay_family(rulebook, &family, record)?);
        }
        if !take(conn, batch, last)? {
            return Ok(());
        }
        after = last;
    }
}

/// Reads the entries of a range of records at once.
fn fill(conn: &mut dyn Conn, shelf: &mut Shelf, from: RecordNo, to: RecordNo) -> Result<(), StoreError> {
    let mut found: BTreeMap<RecordNo, Vec<Entry>> = BTreeMap::new();
    let sql = "SELECT n, record, bytes FROM entry WHERE record >= $1 AND record <= $2 ORDER BY record, n";
    conn.query_each(sql, &[Sql::Int(from), Sql::Int(to)], &mut |row| {
        let entry = entry_of(row[0].int()?, row[2].blob()?)?;
        found.entry(row[1].int()?).or_default().push(entry);
        Ok(true)
    })?;
    if shelf.records.len() + found.len() > SHELF {
        shelf.records.clear();
    }
    let mut digests = of_records(conn, from, to)?;
    shelf.records.extend(found.into_iter().map(|(record, entries)| {
        let digests = digests.remove(&record).unwrap_or_default();
        (record, Arc::new(Own { entries, digests }))
    }));
    Ok(())
}

/// Whose entry a step is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Own,
    Above,
    Rules,
}

fn replay_family(rulebook: &Rulebook, family: &Family, record: RecordNo) -> Result<Replayed, StoreError> {
    let mut replayed = Replayed {
        record,
        ..Replayed::default()
    };
    let mut was = Timeline::of(&[]);
    let mut before = Vec::new();
    for (n, step) in steps(rulebook, family, record) {
        let rules = rulebook.known_at(n);
        let Ok(is) = timeline_of(&mut Past { family, until: n }, rules, record);
        let after = postings(&is, rules)?;
        let lines = difference(&after, &before);
        replayed.postings.extend(lines.into_iter().map(|posting| (n, posting)));
        let rewritten = match step {
            Step::Own => true,
            Step::Above => !is.void && is != was,
            Step::Rules => is_refitted(rulebook, n, &was, &is),
        };
        if rewritten {
            replayed.put_row(rules, &is, n);
        }
        // A register that was taken out of the pack keeps the keys that its records held then.
        let register = rules
            .latest()
            .and_then(|version| version.definition.register(is.register));
        if let Some(register) = register {
            let Ok(held) = held_keys(&mut Past { family, until: n }, rules, register, &is);
            replayed.undigested = held.iter().filter(|(_, text)| text.is_none()).count();
            let known = held.into_iter().filter_map(|(key, text)| Some((key, text?)));
            replayed.keys = known.collect();
        }
        (was, before) = (is, after);
    }
    replayed.register = was.register;
    if let Some(definition) = rulebook.latest() {
        replayed.duties = duty_rows(was.register, record, &open_duties(&was, definition));
    }
    Ok(replayed)
}

fn steps(rulebook: &Rulebook, family: &Family, record: RecordNo) -> BTreeMap<EntryNo, Step> {
    let mut steps = BTreeMap::new();
    let own = family.get(&record).map_or(&[][..], |own| own.entries.as_slice());
    let opened = own.first().map_or(EntryNo::MAX, |entry| entry.n);
    steps.extend(rulebook.packs().map(|n| (n, Step::Rules)));
    let above = family.iter().filter(|(member, _)| **member != record);
    steps.extend(
        above
            .flat_map(|(_, own)| own.entries.iter())
            .map(|entry| (entry.n, Step::Above)),
    );
    steps.retain(|n, _| *n > opened);
    steps.extend(own.iter().map(|entry| (entry.n, Step::Own)));
    steps
}

fn is_refitted(rulebook: &Rulebook, n: EntryNo, was: &Timeline, is: &Timeline) -> bool {
    let register = |n| {
        let version = rulebook.known_at(n).latest()?;
        version.definition.register(is.register)
    };
    refits(register(n - 1), register(n), was, is)
}

/// Whether a new definition of its register alone makes a record's row another one.
pub fn refits(old: Option<&Arc<Register>>, new: Option<&Arc<Register>>, was: &Timeline, is: &Timeline) -> bool {
    let unit = |register: Option<&Arc<Register>>| register.and_then(|register| register.unit);
    !is.void && new.is_some() && (was != is || unit(old) != unit(new))
}

impl Replayed {
    /// The row as the entry left it. Columns that the definition does not have any more stay.
    fn put_row(&mut self, rules: &Rules, timeline: &Timeline, n: EntryNo) {
        let version = rules.latest();
        let Some(register) = version.and_then(|version| version.definition.register(timeline.register)) else {
            return;
        };
        let row = row(timeline, version.map(|version| &version.definition));
        let numbers = (0..LEADING.len() as u32).chain(register.fields.iter().map(|field| column_no(field.no)));
        self.row.extend(numbers.zip(to_row(register, &row, n, self.record)));
        if row.opening {
            self.openings.push(opening_row(register, &row, n, self.record));
        }
    }
}
