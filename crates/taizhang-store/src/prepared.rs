//! Room: decisions that were made outside the writer, against an earlier head — whether they still hold
//! on a later one, and which numbers they get there (law 10: only what changed since is looked at
//! again). Decides nothing anew.

use crate::engine::{Conn, Sql};
use crate::error::StoreError;
use crate::head::entry_of;
use crate::ready::{Ready, pack, unpack};
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, HashSet};
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, Write};
use std::sync::{Mutex, PoisonError};
use taizhang_core::decide::Decision;
use taizhang_core::definition::Definition;
use taizhang_core::id::{AccountNo, EntryNo, RecordNo, RegisterNo};
use taizhang_core::journal::{Act, Change, Entry};
use taizhang_core::value::{Cell, Value};

/// After how many entries it is cheaper to decide anew than to look at what they touched.
const LOOKED_AT: i64 = 20_000;

/// Decisions made outside the writer.
pub struct Prepared {
    /// The head that they were made against.
    pub base: EntryNo,
    /// The decisions, one for each change.
    pub decisions: Decisions,
    /// What they rest on; none if they hold on that very head only.
    pub seen: Option<Seen>,
}

/// Decisions in their order, in a file without a name: an import of any length takes the same memory.
pub struct Decisions {
    file: Mutex<BufWriter<File>>,
    count: usize,
    buffer: Vec<u8>,
}

impl Decisions {
    /// None yet.
    pub fn new() -> Result<Decisions, StoreError> {
        Ok(Decisions {
            file: Mutex::new(BufWriter::with_capacity(SPOOL, tempfile::tempfile()?)),
            count: 0,
            buffer: Vec::new(),
        })
    }

    /// Takes one in, with all made of it that can be made before its turn.
    pub fn push(&mut self, definition: &Definition, decision: &Decision) -> Result<(), StoreError> {
        self.buffer.clear();
        pack(definition, decision, &mut self.buffer);
        let file = self.file.get_mut().unwrap_or_else(PoisonError::into_inner);
        file.write_all(&(self.buffer.len() as u64).to_le_bytes())?;
        file.write_all(&self.buffer)?;
        self.count += 1;
        Ok(())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Hands out each in its order.
    fn each(&self, take: &mut dyn FnMut(Ready) -> Result<(), StoreError>) -> Result<(), StoreError> {
        let mut writing = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        writing.flush()?;
        let file = writing.get_mut();
        file.rewind()?;
        let mut source = BufReader::with_capacity(SPOOL, file);
        let (mut length, mut bytes) = ([0; 8], Vec::new());
        for _ in 0..self.count {
            source.read_exact(&mut length)?;
            bytes.resize(u64::from_le_bytes(length) as usize, 0);
            source.read_exact(&mut bytes)?;
            take(unpack(&bytes)?)?;
        }
        Ok(())
    }
}

/// How much of such a file is read or written together.
const SPOOL: usize = 256 * 1024;

/// A unique key in few bytes: a long import asks for as many as it has rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeyPrint([u8; 16]);

impl KeyPrint {
    /// That of a register's key and text.
    pub fn of(register: RegisterNo, key: &str, text: &str) -> KeyPrint {
        let hash = Sha256::new()
            .chain_update(register.0.to_be_bytes())
            .chain_update((key.len() as u64).to_be_bytes())
            .chain_update(key)
            .chain_update(text)
            .finalize();
        let mut print = [0; 16];
        print.copy_from_slice(&hash[..16]);
        KeyPrint(print)
    }
}

/// What of the book decisions rest on.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Records whose entries or children were asked for, or whose rows were compared.
    pub records: HashSet<RecordNo>,
    /// Holders whose balances were asked for.
    pub holders: HashSet<(AccountNo, String)>,
    /// Unique keys that were asked for, taken or not.
    pub keys: HashSet<KeyPrint>,
    /// Registers of which every record counts.
    pub registers: BTreeSet<RegisterNo>,
}

impl Prepared {
    /// Whether nothing was written since that the decisions rest on. `head` is the head of the moment
    /// that is asked.
    pub fn holds(&self, conn: &mut dyn Conn, definition: &Definition, head: EntryNo) -> Result<bool, StoreError> {
        if head == self.base {
            return Ok(true);
        }
        let Some(seen) = self
            .seen
            .as_ref()
            .filter(|_| head > self.base && head - self.base <= LOOKED_AT)
        else {
            return Ok(false);
        };
        let (mut holds, mut touched) = (true, BTreeSet::new());
        let sql = "SELECT n, bytes FROM entry WHERE n > $1 ORDER BY n";
        conn.query_each(sql, &[Sql::Int(self.base)], &mut |row| {
            let entry = entry_of(row[0].int()?, row[1].blob()?)?;
            holds = !seen.rests_on(&entry, definition);
            touched.insert(entry.record);
            Ok(holds)
        })?;
        Ok(holds && self.keys_hold(conn, seen, &touched)? && self.balances_hold(conn, seen)?)
    }

    /// Whether no record that was written since holds a key that was asked for.
    fn keys_hold(&self, conn: &mut dyn Conn, seen: &Seen, touched: &BTreeSet<RecordNo>) -> Result<bool, StoreError> {
        for record in touched {
            let sql = "SELECT register, key, text FROM unique_key WHERE record = $1";
            for row in conn.query(sql, &[Sql::Int(*record)])? {
                let register = RegisterNo(row[0].int()? as u32);
                if seen
                    .keys
                    .contains(&KeyPrint::of(register, row[1].text()?, row[2].text()?))
                {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// Whether nothing was posted since to a holder whose balance was asked for.
    fn balances_hold(&self, conn: &mut dyn Conn, seen: &Seen) -> Result<bool, StoreError> {
        if seen.holders.is_empty() {
            return Ok(true);
        }
        let sql = "SELECT DISTINCT p.account, COALESCE(d.text, '') FROM posting p
                   LEFT JOIN dimension d ON d.id = p.dim WHERE p.entry > $1";
        for row in conn.query(sql, &[Sql::Int(self.base)])? {
            let account = AccountNo(row[0].int()? as u32);
            if seen.holders.contains(&(account, row[1].text()?.to_owned())) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Hands out each decision with the numbers that it gets behind a later head.
    pub(crate) fn each(
        &self,
        head: EntryNo,
        take: &mut dyn FnMut(Ready) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let by = head - self.base;
        self.decisions.each(&mut |ready| take(ready.moved(self.base, by)))
    }
}

impl Seen {
    /// Whether an entry written since may have changed what was seen.
    fn rests_on(&self, entry: &Entry, definition: &Definition) -> bool {
        let Some(register) = definition.register(entry.register).filter(|_| entry.is_of_record()) else {
            // A bulletin that was issued changes nothing; a pack or a closing may change everything.
            return !matches!(entry.act, Act::Release(_));
        };
        // Units, posts and accounts of people decide who may do what where.
        register.system
            || self.registers.contains(&entry.register)
            || self.records.contains(&entry.record)
            || linked(entry).any(|record| self.records.contains(&record))
    }
}

/// The records that an entry links to: one of them may have got a child.
fn linked(entry: &Entry) -> impl Iterator<Item = RecordNo> {
    let patch = match &entry.act {
        Act::Open { patch, .. } | Act::Amend { patch } | Act::Move { patch, .. } => patch.as_slice(),
        _ => &[],
    };
    let corrected = match &entry.act {
        Act::Correct(correction) => correction.fields.as_slice(),
        _ => &[],
    };
    let set = corrected.iter().filter_map(|(_, change)| match change {
        Change::Set(cell) => Some(cell),
        Change::Withdrawn => None,
    });
    let cells = patch.iter().map(|(_, cell)| cell).chain(set);
    cells.filter_map(|cell| match cell {
        Cell::Is(Value::Link(record)) => Some(*record),
        _ => None,
    })
}
