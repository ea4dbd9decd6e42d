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
use crate::ready::opening;
use crate::schema::{LEADING, column_no};
use crate::verify::Page;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::convert::Infallible;
use std::sync::Arc;
use taizhang_core::day::Day;
use taizhang_core::decide::{Book, held_keys, row, timeline_among};
use taizhang_core::definition::{Definition, Key, Register};
use taizhang_core::id::{EntryNo, FieldNo, RecordNo, RegisterNo};
use taizhang_core::journal::{Act, Entry};
use taizhang_core::posting::{Posting, difference, open_duties, postings};
use taizhang_core::rules::Rules;
use taizhang_core::timeline::Timeline;
use taizhang_core::value::{Cell, Value};

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

    fn has_sealed_keys(&self) -> bool {
        let mut registers = self.definitions().flat_map(|definition| &definition.registers);
        registers.any(|register| register.keys.iter().any(|key| !is_open_key(register, key)))
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
    /// The columns of its row in the register's table.
    pub row: Columns,
    /// Keys that it holds: id and text. A sealed part goes by the digest that is kept beside the journal.
    pub keys: Vec<(String, String)>,
    /// How many keys it would hold if the digests of their sealed parts were there.
    pub undigested: usize,
    /// Its rows in table `opening`.
    pub openings: Vec<Vec<Sql>>,
    /// Its rows in table `duty`.
    pub duties: Vec<Vec<Sql>>,
}

/// Columns of a row in the order of their numbers (`column_no`); one that is not there was never written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns(Vec<(u32, Sql)>);

impl Columns {
    /// Whether the record has no row.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The row in the columns of a table, whose numbers ascend.
    pub fn into_row(self, numbers: impl Iterator<Item = u32>) -> Vec<Sql> {
        let mut own = self.0.into_iter().peekable();
        let cell = |number| {
            while own.next_if(|(there, _)| *there < number).is_some() {}
            own.next_if(|(there, _)| *there == number)
                .map_or(Sql::Null, |(_, cell)| cell)
        };
        numbers.map(cell).collect()
    }

    /// Writes over it. Columns that are not named stay.
    fn put(&mut self, mut new: Vec<(u32, Sql)>) {
        new.sort_by_key(|(number, _)| *number);
        let old = std::mem::replace(&mut self.0, new);
        let named = self.0.len();
        for (number, cell) in old {
            if self.0[..named]
                .binary_search_by_key(&number, |(there, _)| *there)
                .is_err()
            {
                self.0.push((number, cell));
            }
        }
        self.0.sort_by_key(|(number, _)| *number);
    }
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
pub struct Shelf {
    records: HashMap<RecordNo, Arc<Own>>,
    /// Whether any key is over sealed fields; else nobody asks for digests.
    digested: bool,
}

/// A record and its ancestors, as far as the journal tells.
type Family = BTreeMap<RecordNo, Arc<Own>>;

impl Shelf {
    /// Takes in the records of a range, with all their entries.
    fn put(
        &mut self,
        conn: &mut dyn Conn,
        found: BTreeMap<RecordNo, Vec<Entry>>,
        (from, to): (RecordNo, RecordNo),
    ) -> Result<(), StoreError> {
        if self.records.len() + found.len() > SHELF {
            self.records.clear();
        }
        let mut digests = self.digests(conn, (from, to))?;
        self.records.extend(found.into_iter().map(|(record, entries)| {
            let digests = digests.remove(&record).unwrap_or_default();
            (record, Arc::new(Own { entries, digests }))
        }));
        Ok(())
    }

    fn digests(
        &self,
        conn: &mut dyn Conn,
        (from, to): (RecordNo, RecordNo),
    ) -> Result<BTreeMap<RecordNo, Digests>, StoreError> {
        match self.digested {
            true => of_records(conn, from, to),
            false => Ok(BTreeMap::new()),
        }
    }

    fn fetch(&mut self, conn: &mut dyn Conn, record: RecordNo) -> Result<Arc<Own>, StoreError> {
        let mut digests = self.digests(conn, (record, record))?;
        let own = Arc::new(Own {
            entries: entries(conn, record)?,
            digests: digests.remove(&record).unwrap_or_default(),
        });
        if self.records.len() >= SHELF {
            self.records.clear();
        }
        self.records.insert(record, own.clone());
        Ok(own)
    }

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
                None => self.fetch(conn, next)?,
            };
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
        Ok(known(self.family, self.until, record).to_vec())
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

/// A record's entries up to one.
fn known(family: &Family, until: EntryNo, record: RecordNo) -> &[Entry] {
    let all = family.get(&record).map_or(&[][..], |own| own.entries.as_slice());
    &all[..all.partition_point(|entry| entry.n <= until)]
}

/// Derives one record.
pub fn replay(conn: &mut dyn Conn, rulebook: &Rulebook, record: RecordNo) -> Result<Replayed, StoreError> {
    Replayer::new(rulebook).record(conn, record)
}

/// Derives the records of a journal that is read page by page, each with the page that opens it.
pub(crate) struct Replayer<'a> {
    rulebook: &'a Rulebook,
    parents: BTreeSet<FieldNo>,
    shelf: Shelf,
}

impl<'a> Replayer<'a> {
    pub(crate) fn new(rulebook: &'a Rulebook) -> Replayer<'a> {
        Replayer {
            rulebook,
            parents: rulebook.parent_fields(),
            shelf: Shelf {
                records: HashMap::new(),
                digested: rulebook.has_sealed_keys(),
            },
        }
    }

    /// The records that a page opens, in the order of their numbers, with all that later entries make
    /// of them. A record has the number of its opening, so most entries are read with their page alone.
    pub(crate) fn page(&mut self, conn: &mut dyn Conn, page: Page) -> Result<Vec<Replayed>, StoreError> {
        let (from, to) = (page.from, page.to);
        let mut found: BTreeMap<RecordNo, Vec<Entry>> = BTreeMap::new();
        for entry in page.entries.into_iter().filter(|entry| entry.record >= from) {
            found.entry(entry.record).or_default().push(entry);
        }
        let sql =
            "SELECT n, record, bytes FROM entry WHERE record >= $1 AND record <= $2 AND n > $2 ORDER BY record, n";
        conn.query_each(sql, &[Sql::Int(from), Sql::Int(to)], &mut |row| {
            let entry = entry_of(row[0].int()?, row[2].blob()?)?;
            found.entry(row[1].int()?).or_default().push(entry);
            Ok(true)
        })?;
        let records: Vec<RecordNo> = found.keys().copied().collect();
        self.shelf.put(conn, found, (from, to))?;
        records.into_iter().map(|record| self.record(conn, record)).collect()
    }

    /// One record.
    pub(crate) fn record(&mut self, conn: &mut dyn Conn, record: RecordNo) -> Result<Replayed, StoreError> {
        let family = self.shelf.family(conn, &self.parents, record)?;
        replay_family(self.rulebook, &family, record)
    }
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
        let is = timeline_among(&|record| known(family, n, record), rules, record);
        let after = postings(&is, rules)?;
        let lines = match before.is_empty() {
            true => after.clone(),
            false => difference(&after, &before),
        };
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
        self.row
            .put(numbers.zip(to_row(register, &row, n, self.record)).collect());
        if let Some(opening) = opening(register, &row) {
            self.openings.push(opening_row(register.no, opening, n, self.record));
        }
    }
}
