//! Room: acts about the book itself — a pack applied, a period closed, a bulletin released. Each is
//! one entry in one transaction of the writer.

mod units;

use units::Bringing;

use crate::append::{Dims, Group, Who};
use crate::duty::{duty_rows, has_limits};
use crate::engine::{OnConflict, Sql};
use crate::error::StoreError;
use crate::facts::Facts;
use crate::head::Head;
use crate::held::{free_all, key_row, take_keys, watch_holders};
use crate::replay::refits;
use crate::schema::{fit, fit_holders, register_table, tables};
use crate::writer::Session;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use taizhang_core::day::Day;
use taizhang_core::decide::{Book, Decision, Gate, Retold, Row, held_keys, row, timeline_of};
use taizhang_core::definition::{Definition, Key, Parent, Register, Verb};
use taizhang_core::id::{AccountNo, EntryNo, FieldNo, RecordNo, RegisterNo};
use taizhang_core::journal::{Act, Entry, PackVersion};
use taizhang_core::pack::{duties_otherwise, succeed};
use taizhang_core::posting::{Posting, difference, open_duties, postings};
use taizhang_core::refusal::{Code, Refusal};
use taizhang_core::rules::{Rules, Version};
use taizhang_core::value::print_scaled;

/// The gate of the program itself while it makes a book.
pub struct Everything;

impl Gate for Everything {
    fn may(&self, _: Verb, _: &Register, _: Option<RecordNo>) -> bool {
        true
    }

    fn has_role(&self, _: &[String]) -> bool {
        true
    }
}

/// What a pack is to be applied with.
pub struct PackRequest {
    /// The pack entry that the plan was made against; 0 for a book without one.
    pub planned_on: EntryNo,
    /// The version.
    pub version: PackVersion,
    /// The same, compiled.
    pub definition: Definition,
    /// Who applies it.
    pub who: Who,
    /// Whether whoever applies it may post on closed days.
    pub restates: bool,
    /// Why, sealed; needed where it posts on closed days.
    pub reason: Option<Vec<u8>>,
}

/// What applying did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PackReceipt {
    /// The pack's entry.
    pub entry: EntryNo,
    /// How many postings it made.
    pub postings: usize,
    /// How many units it opened.
    pub units: usize,
    /// How many units it gave another name, level or place.
    pub units_changed: usize,
}

impl Session {
    /// Applies a pack: makes tables, posts the differences, opens its units. All or nothing.
    pub fn apply_pack(&mut self, request: PackRequest) -> Result<Result<PackReceipt, Vec<Refusal>>, StoreError> {
        let today = self.today();
        if self.caches.rules.latest().map_or(0, |version| version.n) != request.planned_on {
            // Somebody else's version came in between: numbers given to names would have two meanings.
            return self.refuse(Refusal::new(Code::PackMoved));
        }
        fit(&mut *self.conn, &request.definition)?;
        let present = self.caches.rules.latest().map(|version| version.definition.clone());
        let present = present.unwrap_or_default();
        let definition = Arc::new(succeed(&present, request.definition));
        fit_holders(&mut *self.conn, &definition)?;
        let mut rules = (*self.caches.rules).clone();
        let n = self.head.n + 1;
        rules.push(Version {
            n,
            from: request.version.from,
            definition: definition.clone(),
        });
        let Consequences { lines, rows, keys } = self.consequences(&rules)?;
        let closed = self.caches.closed_through(EntryNo::MAX);
        let early = lines
            .iter()
            .map(|line| line.day)
            .min()
            .zip(closed)
            .filter(|(day, through)| day <= through);
        if let Some((day, through)) = early
            && (!request.restates || request.reason.is_none())
        {
            let code = if request.restates {
                Code::ReasonNeeded
            } else {
                Code::ClosedPeriod
            };
            return self.refuse(Refusal::new(code).with("day", day).with("through", through));
        }
        let bringing = Bringing {
            who: request.who,
            restates: request.restates,
            // With the right and a reason, units move on closed days too.
            closed_through: closed.filter(|_| !request.restates || request.reason.is_none()),
        };
        let postings = lines.len();
        let posted = lines.clone();
        let mut entry = Entry::blank(Act::Pack(request.version), today);
        entry.reason = request.reason;
        entry.definition = self.caches.rules.latest().map_or(0, |version| version.n);
        let mut group = Group::new(self.head);
        let decision = Decision {
            entry,
            postings: lines,
            rows,
            keys: Vec::new(),
            digests: Vec::new(),
        };
        let (entry, _) = group.push(&definition, decision, request.who, self.now());
        group.flush(&mut *self.conn, &mut self.dims, Some(&definition))?;
        if let Some(refusal) = self.rekey(&present, &definition, keys)? {
            return self.refuse(refusal);
        }
        self.recount_duties(&rules, &present, &definition)?;
        watch_holders(&mut *self.conn, &present, &definition)?;
        if let Some(refusal) = self.fallen(&definition, &posted)? {
            return self.refuse(refusal);
        }
        let (units, units_changed) = match self.bring_units(&mut group, &rules, &bringing)? {
            Ok(brought) => brought,
            Err(refusal) => return self.refuse(refusal),
        };
        self.finish(group)?;
        Ok(Ok(PackReceipt {
            entry,
            postings,
            units,
            units_changed,
        }))
    }

    /// Gives the transaction up, and what memory took from it.
    fn refuse<T>(&mut self, refusal: Refusal) -> Result<Result<T, Vec<Refusal>>, StoreError> {
        self.conn.rollback()?;
        self.dims = Dims::load(&mut *self.conn)?;
        Ok(Err(vec![refusal]))
    }

    /// What new rules make of the records that are there: postings under them less those under the
    /// present ones, rows that inherit otherwise, keys that are new.
    fn consequences(&mut self, rules: &Rules) -> Result<Consequences, StoreError> {
        let mut found = Consequences::default();
        let (Some(present), Some(next)) = (self.caches.rules.latest().cloned(), rules.latest()) else {
            return Ok(found);
        };
        let registers = present.definition.registers.iter();
        for register in registers.chain(&present.definition.retired.registers) {
            let new = next.definition.register(register.no);
            let refitted = new.is_some_and(|new| shape(new) != shape(register));
            if !refitted && !self.judged_otherwise(rules, register) {
                continue;
            }
            let sql = format!("SELECT id FROM {} ORDER BY id", register_table(register.no));
            for id in self.conn.query(&sql, &[])? {
                let mut facts = read_once(Facts {
                    conn: &mut *self.conn,
                    definition: &present.definition,
                    waiting: None,
                });
                let was = timeline_of(&mut facts, &self.caches.rules, id[0].int()?)?;
                let is = timeline_of(&mut facts, rules, id[0].int()?)?;
                let (after, before) = (postings(&is, rules)?, postings(&was, &self.caches.rules)?);
                found.lines.extend(difference(&after, &before));
                if refits(Some(register), new, &was, &is) {
                    found.rows.push(row(&is, Some(&next.definition)));
                }
                if let Some(new) = new.filter(|new| new.keys != register.keys) {
                    let held = held_keys(&mut facts, rules, new, &is)?.into_iter();
                    let known = held.filter_map(|(key, text)| Some((new.no, key, text?, is.record)));
                    found.keys.extend(known);
                }
            }
        }
        Ok(found)
    }

    /// Duties under new rules: last days move with the calendar and with limits, desks with their fields.
    /// A register whose limits went away leaves none.
    fn recount_duties(&mut self, rules: &Rules, old: &Definition, new: &Arc<Definition>) -> Result<(), StoreError> {
        let registers = old.registers.iter().chain(&old.retired.registers);
        for register in registers.cloned().collect::<Vec<_>>() {
            let same = new
                .register(register.no)
                .is_some_and(|now| !duties_otherwise(old, new, &register, now));
            if same && !self.judged_otherwise(rules, &register) {
                continue;
            }
            let no = Sql::Int(register.no.0.into());
            self.conn.execute("DELETE FROM duty WHERE register = $1", &[no])?;
            if !has_limits(new, register.no) {
                continue;
            }
            let sql = format!(
                "SELECT id FROM {} WHERE void = 0 ORDER BY id",
                register_table(register.no)
            );
            let mut rows = Vec::new();
            for id in self.conn.query(&sql, &[])? {
                let mut facts = Facts {
                    conn: &mut *self.conn,
                    definition: old,
                    waiting: None,
                };
                let timeline = timeline_of(&mut facts, rules, id[0].int()?)?;
                rows.extend(duty_rows(register.no, timeline.record, &open_duties(&timeline, new)));
            }
            self.conn.write_many(&tables::duty(), &rows, OnConflict::Fail)?;
        }
        Ok(())
    }

    /// Whether the new rules judge a register, or one above it that it inherits from, otherwise on any day.
    fn judged_otherwise(&self, rules: &Rules, register: &Register) -> bool {
        let mut seen = BTreeSet::from([register.no]);
        let mut left = vec![register.no];
        while let Some(no) = left.pop() {
            if rules.judge_otherwise(&self.caches.rules, no) {
                return true;
            }
            let versions = rules
                .versions()
                .iter()
                .filter_map(|version| version.definition.register(no));
            let above = versions.filter_map(|register| register.parent.as_ref().map(|parent| parent.register));
            left.extend(above.filter(|above| seen.insert(*above)));
        }
        false
    }

    /// The first holder that the postings just flushed bring below a floor (law 5).
    fn fallen(&mut self, definition: &Definition, lines: &[Posting]) -> Result<Option<Refusal>, StoreError> {
        let mut touched: BTreeMap<(AccountNo, &str), BTreeMap<Day, i64>> = BTreeMap::new();
        for line in lines {
            *touched
                .entry((line.account, &line.dim))
                .or_default()
                .entry(line.day)
                .or_default() += line.amount;
        }
        for ((account, dim), changes) in touched {
            let Some(account) = definition.accounts.get(&account) else {
                continue;
            };
            let Some(floor) = account.floor else { continue };
            let sql = "SELECT day, amount FROM holding WHERE account = $1 AND dim = $2 ORDER BY day";
            let (mut balance, mut change) = (0_i64, 0_i64);
            for row in self.conn.query(sql, &[Sql::Int(account.no.0.into()), Sql::from(dim)])? {
                let day = Day(row[0].int()? as i32);
                balance += row[1].int()?;
                change += changes.get(&day).copied().unwrap_or(0);
                if balance < floor && change < 0 {
                    let short = print_scaled(floor - balance, account.scale);
                    let refusal = Refusal::new(Code::BelowFloor)
                        .with("account", &account.name)
                        .with("holder", dim);
                    return Ok(Some(refusal.with("day", day).with("short", short)));
                }
            }
        }
        Ok(None)
    }

    /// Writes the keys of registers whose keys are new. Two records with one text are a refusal.
    fn rekey(
        &mut self,
        old: &Definition,
        new: &Definition,
        keys: Vec<(RegisterNo, String, String, RecordNo)>,
    ) -> Result<Option<Refusal>, StoreError> {
        for register in &new.registers {
            let Some(was) = old.register(register.no).filter(|was| was.keys != register.keys) else {
                continue;
            };
            for key in &was.keys {
                free_all(&mut *self.conn, register.no, &key.id)?;
            }
        }
        let mut holders = BTreeMap::new();
        for (register, key, text, record) in keys {
            if let Some(other) = holders.insert((register, key, text), record) {
                return Ok(Some(Refusal::new(Code::KeyTaken).with("record", other)));
            }
        }
        let row = |((register, key, text), record): ((RegisterNo, String, String), RecordNo)| {
            key_row(register, key, text, record)
        };
        let rows: Vec<Vec<Sql>> = holders.into_iter().map(row).collect();
        take_keys(&mut *self.conn, &rows)?;
        Ok(None)
    }

    /// Closes all days up to one, or opens the days after one again; judged where nobody can come between.
    pub fn set_closing(&mut self, through: Day, close: bool, who: Who) -> Result<Result<Head, Refusal>, StoreError> {
        let today = self.today();
        let closed = self.caches.closed_through(EntryNo::MAX);
        let fits = if close {
            through < today && closed.is_none_or(|last| last < through)
        } else {
            closed > Some(through)
        };
        if !fits {
            return Ok(Err(Refusal::new(Code::NotClosable).with("day", through)));
        }
        let act = if close {
            Act::Close { through }
        } else {
            Act::Reopen { through }
        };
        self.append_about_book(act, today, who).map(Ok)
    }

    /// Appends one entry about the book that posts nothing.
    pub fn append_about_book(&mut self, act: Act, occurred_on: Day, who: Who) -> Result<Head, StoreError> {
        let mut entry = Entry::blank(act, occurred_on);
        let version = self.caches.rules.latest().cloned();
        entry.definition = version.as_ref().map_or(0, |version| version.n);
        let mut group = Group::new(self.head);
        let decision = Decision {
            entry,
            postings: Vec::new(),
            rows: Vec::new(),
            keys: Vec::new(),
            digests: Vec::new(),
        };
        let definition = version.map(|version| version.definition).unwrap_or_default();
        group.push(&definition, decision, who, self.now());
        self.finish(group)?;
        Ok(self.head)
    }
}

/// The book as one record is judged by two sets of rules: its entries, and those above it, are read once.
fn read_once(facts: Facts<'_>) -> impl Book<Error = StoreError> {
    let mut read: Vec<(RecordNo, Vec<Entry>)> = Vec::new();
    Retold {
        book: facts,
        entries: move |facts: &mut Facts<'_>, record| {
            if let Some((_, entries)) = read.iter().find(|(known, _)| *known == record) {
                return Ok(entries.clone());
            }
            let entries = facts.entries(record)?;
            read.push((record, entries.clone()));
            Ok(entries)
        },
    }
}

/// What new rules make of the records that are there.
#[derive(Default)]
struct Consequences {
    lines: Vec<Posting>,
    rows: Vec<Row>,
    keys: Vec<(RegisterNo, String, String, RecordNo)>,
}

/// What of a register decides how its records' rows and keys look.
fn shape(register: &Register) -> (Option<&Parent>, Option<FieldNo>, &[Key]) {
    (register.parent.as_ref(), register.unit, &register.keys)
}
