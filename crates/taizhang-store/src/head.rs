//! Room: the book's own row — identity, head, epoch — and what every server keeps in memory of it.

use crate::engine::{Conn, Sql};
use crate::error::StoreError;
use crate::schema::register_table;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use taizhang_core::day::Day;
use taizhang_core::definition::{Definition, Register};
use taizhang_core::id::{EntryNo, RecordNo, RegisterNo};
use taizhang_core::journal::chain::{Alg, Hash, START};
use taizhang_core::journal::encoding::decode;
use taizhang_core::journal::{Act, Entry, PackVersion};
use taizhang_core::lock::{LOCK_REGISTER, Lock};
use taizhang_core::pack::{Files, IdMap, succeed};
use taizhang_core::rules::{Rules, Version};
use taizhang_core::timeline::Timeline;
use taizhang_core::unit::{UNIT_REGISTER, UnitFields, UnitHistory, UnitTree};

/// The engine whose postings this program computes. Another number needs an entry (law 1).
pub const ENGINE: u32 = 1;

/// Asks for the row of table `book`.
pub(crate) const HEAD: &str =
    "SELECT id, alg, engine, epoch, head, head_hash, recorded_at, keys FROM book WHERE one = 1";

/// The row of table `book`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The book's identity, random.
    pub book: [u8; 16],
    /// The digest of the public key that its key file signs with; says only which file belongs to it.
    pub keys: [u8; 32],
    /// The hash algorithm.
    pub alg: Alg,
    /// The engine that computed the postings.
    pub engine: i64,
    /// Raised by every takeover.
    pub epoch: i64,
    /// The last entry.
    pub n: EntryNo,
    /// Its hash.
    pub hash: Hash,
    /// When it was recorded, microseconds.
    pub recorded_at: i64,
}

impl Head {
    /// Reads the row.
    pub fn read(conn: &mut dyn Conn) -> Result<Head, StoreError> {
        Head::of(conn.query_one(HEAD, &[])?)
    }

    /// Locks the row until the transaction ends, and reads it: from here on nobody else can move the head.
    pub fn fence(conn: &mut dyn Conn) -> Result<Head, StoreError> {
        let sql = "UPDATE book SET epoch = epoch WHERE one = 1
                   RETURNING id, alg, engine, epoch, head, head_hash, recorded_at, keys";
        Head::of(conn.query(sql, &[])?.pop())
    }

    /// Reads it from the answer to [`HEAD`].
    pub(crate) fn of(row: Option<Vec<Sql>>) -> Result<Head, StoreError> {
        let row = row.ok_or_else(|| StoreError::Damaged("table book is empty".to_owned()))?;
        let damaged = |what: &str| StoreError::Damaged(format!("{what} in table book"));
        if row[1].int()? != i64::from(Alg::Sha256.tag()) {
            return Err(damaged("an unknown hash algorithm"));
        }
        Ok(Head {
            book: row[0].blob()?.try_into().map_err(|_| damaged("a short id"))?,
            keys: row[7].blob()?.try_into().map_err(|_| damaged("a short digest"))?,
            alg: Alg::Sha256,
            engine: row[2].int()?,
            epoch: row[3].int()?,
            n: row[4].int()?,
            hash: row[5].blob()?.try_into().map_err(|_| damaged("a short hash"))?,
            recorded_at: row[6].int()?,
        })
    }

    /// Writes the row of a new book.
    pub fn create(conn: &mut dyn Conn, book: [u8; 16], keys: [u8; 32]) -> Result<(), StoreError> {
        let sql = "INSERT INTO book (one, id, alg, engine, epoch, head, head_hash, recorded_at, keys)
                   VALUES (1, $1, $2, $3, 1, 0, $4, 0, $5)";
        let values = [
            Sql::Blob(book.to_vec()),
            Sql::Int(Alg::Sha256.tag().into()),
            Sql::Int(ENGINE.into()),
            Sql::from(START),
            Sql::from(keys),
        ];
        conn.execute(sql, &values).map(|_| ())
    }

    /// The fence: moves the head from what we believe it to be. Fails if another writer moved it.
    pub fn advance(&self, conn: &mut dyn Conn, to: &Head) -> Result<(), StoreError> {
        let sql = "UPDATE book SET head = $1, head_hash = $2, recorded_at = $3
                   WHERE one = 1 AND head = $4 AND epoch = $5";
        let values = [
            Sql::Int(to.n),
            Sql::from(to.hash),
            Sql::Int(to.recorded_at),
            Sql::Int(self.n),
            Sql::Int(self.epoch),
        ];
        if conn.execute(sql, &values)? == 1 {
            Ok(())
        } else {
            Err(StoreError::Fenced)
        }
    }
}

/// What a file of the base pack is named by inside a pack entry.
pub const BASE: &str = "base:";

/// Compiles the pack that an entry holds; everything that it needs stands in the entry.
pub fn compile(pack: &PackVersion) -> Result<Definition, String> {
    let (mut base, mut own) = (Files::new(), Files::new());
    for (path, text) in &pack.files {
        match path.strip_prefix(BASE) {
            Some(path) => base.insert(path.to_owned(), text.clone()),
            None => own.insert(path.clone(), text.clone()),
        };
    }
    let ids = IdMap::from_text(&pack.ids).map_err(|_| "numbers of names can't be read".to_owned())?;
    let compiled = taizhang_core::pack::compile(&base, &own, &ids);
    let first = |faults: Vec<taizhang_core::pack::Fault>| faults.first().map(ToString::to_string).unwrap_or_default();
    compiled.map(|compiled| compiled.definition).map_err(first)
}

/// What a server keeps of the book so that a question need not read it: rules, closing, units.
#[derive(Clone, Default)]
pub struct Caches {
    /// The versions of the pack.
    pub rules: Arc<Rules>,
    /// Entries that close or reopen: number and last closed day.
    pub closings: Arc<Vec<(EntryNo, Day)>>,
    /// Entries of units, by record, so that the tree of any moment can be made.
    units: Arc<BTreeMap<RecordNo, Vec<Entry>>>,
    /// Entries of locks, by record.
    lock_entries: Arc<BTreeMap<RecordNo, Vec<Entry>>>,
    /// Locks that hold.
    locks: Arc<Vec<Lock>>,
    /// The last entry about a unit.
    last_of_units: EntryNo,
    /// The last entry about somebody who may sign in, or about a post.
    last_of_people: EntryNo,
}

/// Registers of people and of their posts.
const PEOPLE: [&str; 3] = ["actor", "position", "delegation"];

impl Caches {
    /// Reads everything from the journal.
    pub fn load(conn: &mut dyn Conn) -> Result<Caches, StoreError> {
        let mut caches = Caches::default();
        caches.catch_up(conn, 0)?;
        Ok(caches)
    }

    /// Takes in what was written after an entry, by whomever. Packs are dear to compile, so those that
    /// are known stay.
    pub fn catch_up(&mut self, conn: &mut dyn Conn, after: EntryNo) -> Result<(), StoreError> {
        let known = self.unit_register();
        // From the few landmarks to their entries: see below for what SQLite makes of a plain JOIN.
        let rows = conn.query(
            "SELECT e.n, e.bytes FROM landmark l CROSS JOIN entry e
             WHERE e.n = l.n AND l.n > $1 AND l.kind IN ('pack', 'close', 'reopen') ORDER BY l.n",
            &[Sql::Int(after)],
        )?;
        for row in rows {
            let entry = entry_of(row[0].int()?, row[1].blob()?)?;
            self.take(&entry)?;
        }
        self.last_of_people = self.last_of_people.max(self.people_since(conn, after)?);
        self.units_since(conn, after, known)?;
        self.locks_since(conn, after)
    }

    /// Units that were written after an entry.
    fn units_since(
        &mut self,
        conn: &mut dyn Conn,
        after: EntryNo,
        known: Option<RegisterNo>,
    ) -> Result<(), StoreError> {
        let Some(register) = self.unit_register() else {
            return Ok(());
        };
        // Units that were records before their register was known as such count from the first.
        let after = if known == Some(register) { after } else { 0 };
        let units = Arc::make_mut(&mut self.units);
        // From the few units to their entries, or from the few entries that came since to their units: left to
        // itself, SQLite reads the whole journal for the first. It takes the tables of a CROSS JOIN as they stand.
        let tables = match after {
            0 => format!("{register} u CROSS JOIN entry e"),
            _ => format!("entry e CROSS JOIN {register} u"),
        };
        let sql = format!("SELECT e.n, e.bytes FROM {tables} WHERE u.id = e.record AND e.n > $1 ORDER BY e.n");
        let mut last = self.last_of_units;
        conn.query_each(&sql, &[Sql::Int(after)], &mut |row| {
            let entry = entry_of(row[0].int()?, row[1].blob()?)?;
            last = last.max(entry.n);
            units.entry(entry.record).or_default().push(entry);
            Ok(true)
        })?;
        self.last_of_units = last;
        Ok(())
    }

    /// Locks that were written after an entry.
    fn locks_since(&mut self, conn: &mut dyn Conn, after: EntryNo) -> Result<(), StoreError> {
        let Some(register) = self.lock_register() else {
            return Ok(());
        };
        let known = self.lock_entries.values().flatten().map(|entry| entry.n).max();
        let after = known.map_or(0, |_| after);
        let tables = match after {
            0 => format!("{} l CROSS JOIN entry e", register_table(register.no)),
            _ => format!("entry e CROSS JOIN {} l", register_table(register.no)),
        };
        let sql = format!("SELECT e.n, e.bytes FROM {tables} WHERE l.id = e.record AND e.n > $1 ORDER BY e.n");
        let entries = Arc::make_mut(&mut self.lock_entries);
        conn.query_each(&sql, &[Sql::Int(after)], &mut |row| {
            let entry = entry_of(row[0].int()?, row[1].blob()?)?;
            entries.entry(entry.record).or_default().push(entry);
            Ok(true)
        })?;
        self.lock_anew();
        Ok(())
    }

    /// Reads the locks anew: one of them changed, or the units or registers that they are about.
    fn lock_anew(&mut self) {
        let mut locks = Vec::new();
        if let (Some(register), Some(version)) = (self.lock_register(), self.rules.latest()) {
            for entries in self.lock_entries.values() {
                let timeline = Timeline::of(entries);
                let last = Lock::last_day(&register, &timeline.state());
                let tree = self.tree(last.unwrap_or(Day::MAX), EntryNo::MAX);
                locks.extend(Lock::of(&register, &timeline, &version.definition, &tree));
            }
        }
        self.locks = Arc::new(locks);
    }

    /// The register that locks are records of.
    fn lock_register(&self) -> Option<Arc<Register>> {
        let version = self.rules.latest()?;
        version.definition.register_named(LOCK_REGISTER).cloned()
    }

    /// Locks that hold.
    pub fn locks(&self) -> Arc<Vec<Lock>> {
        self.locks.clone()
    }

    /// Locks that hold once some entries are committed too.
    pub(crate) fn locks_with(&self, waiting: &[Entry]) -> Arc<Vec<Lock>> {
        let register = self.lock_register().map(|register| register.no);
        let mut locks = waiting
            .iter()
            .filter(|entry| Some(entry.register) == register)
            .peekable();
        if locks.peek().is_none() {
            return self.locks();
        }
        let mut ahead = self.clone();
        let entries = Arc::make_mut(&mut ahead.lock_entries);
        locks.for_each(|entry| entries.entry(entry.record).or_default().push(entry.clone()));
        ahead.lock_anew();
        ahead.locks
    }

    /// The last entry about people behind another; 0 if there is none.
    fn people_since(&self, conn: &mut dyn Conn, after: EntryNo) -> Result<EntryNo, StoreError> {
        let mut last = 0;
        let Some(version) = self.rules.latest() else {
            return Ok(0);
        };
        for register in PEOPLE.iter().filter_map(|id| version.definition.register_named(id)) {
            let table = register_table(register.no);
            // All of a small table, or the few entries that came since.
            let sql = match after {
                0 => format!("SELECT COALESCE(MAX(entry), 0) FROM {table} WHERE entry > $1"),
                _ => format!(
                    "SELECT COALESCE(MAX(e.n), 0) FROM entry e JOIN {table} p ON p.id = e.record WHERE e.n > $1"
                ),
            };
            if let Some(row) = conn.query_one(&sql, &[Sql::Int(after)])? {
                last = last.max(row[0].int()?);
            }
        }
        Ok(last)
    }

    /// What decides who may do what: it changes with every entry about people, posts, units or the pack.
    pub fn people(&self) -> (EntryNo, EntryNo, EntryNo) {
        let pack = self.rules.latest().map_or(0, |version| version.n);
        (self.last_of_people, self.last_of_units, pack)
    }

    /// Takes in one entry that was just committed.
    pub fn take(&mut self, entry: &Entry) -> Result<(), StoreError> {
        match &entry.act {
            Act::Pack(pack) => {
                let mut definition = compile(pack).map_err(|why| StoreError::Pack(entry.n, why))?;
                if let Some(before) = self.rules.latest() {
                    definition = succeed(&before.definition, definition);
                }
                let version = Version {
                    n: entry.n,
                    from: pack.from,
                    definition: Arc::new(definition),
                };
                Arc::make_mut(&mut self.rules).push(version);
            }
            Act::Close { through } | Act::Reopen { through } => {
                Arc::make_mut(&mut self.closings).push((entry.n, *through));
            }
            _ if Some(entry.register) == self.unit_register() => {
                let units = Arc::make_mut(&mut self.units);
                units.entry(entry.record).or_default().push(entry.clone());
                self.last_of_units = self.last_of_units.max(entry.n);
            }
            _ if self
                .lock_register()
                .is_some_and(|register| register.no == entry.register) =>
            {
                let locks = Arc::make_mut(&mut self.lock_entries);
                locks.entry(entry.record).or_default().push(entry.clone());
            }
            _ if self.is_of_people(entry.register) => self.last_of_people = self.last_of_people.max(entry.n),
            _ => return Ok(()),
        }
        if !self.lock_entries.is_empty() {
            self.lock_anew();
        }
        Ok(())
    }

    fn is_of_people(&self, register: RegisterNo) -> bool {
        let version = self.rules.latest();
        let register = version.and_then(|version| version.definition.register(register));
        register.is_some_and(|register| PEOPLE.contains(&register.id.as_str()))
    }

    /// The register that units are records of.
    pub fn unit_register(&self) -> Option<RegisterNo> {
        self.rules
            .latest()
            .and_then(|version| version.definition.register_named(UNIT_REGISTER))
            .map(|register| register.no)
    }

    /// The last closed day, as known at an entry.
    pub fn closed_through(&self, known_at: EntryNo) -> Option<Day> {
        let known = self.closings.iter().rev().find(|(n, _)| *n <= known_at);
        known.map(|(_, day)| *day).filter(|day| *day > Day::MIN)
    }

    /// All units as known at an entry.
    pub fn units(&self, known_at: EntryNo) -> UnitHistory {
        let mut history = UnitHistory::default();
        for entries in self.units.values() {
            let known = entries.partition_point(|entry| entry.n <= known_at);
            if known > 0 {
                history.add(&Timeline::of(&entries[..known]));
            }
        }
        history
    }

    /// The entries about units after one, in order.
    pub fn unit_entries_after(&self, after: EntryNo) -> BTreeSet<EntryNo> {
        let numbers = self.units.values().flatten().map(|entry| entry.n);
        numbers.filter(|n| *n > after).collect()
    }

    /// The last entry about a unit, so that trees can be kept by it.
    pub fn units_changed_at(&self, known_at: EntryNo) -> EntryNo {
        if known_at >= self.last_of_units {
            return self.last_of_units;
        }
        let numbers = self.units.values().flatten().map(|entry| entry.n);
        numbers.filter(|n| *n <= known_at).max().unwrap_or(0)
    }

    /// The tree of units on a day, as known at an entry.
    pub fn tree(&self, day: Day, known_at: EntryNo) -> UnitTree {
        let register = self
            .rules
            .latest()
            .and_then(|version| version.definition.register_named(UNIT_REGISTER).cloned());
        match register.as_deref().and_then(UnitFields::of) {
            Some(fields) => self.units(known_at).on(day, fields),
            None => UnitTree::default(),
        }
    }
}

/// Reads an entry's bytes; the number is for the message.
pub fn entry_of(n: EntryNo, bytes: &[u8]) -> Result<Entry, StoreError> {
    decode(bytes).map_err(|why| StoreError::Entry(n, why))
}
