//! Room: acts about the book itself — a pack applied, a period closed, a bulletin released. Each is
//! one entry in one transaction of the writer.

use crate::append::{Group, Who};
use crate::error::StoreError;
use crate::facts::Facts;
use crate::head::Head;
use crate::schema::{fit, register_table};
use crate::writer::Session;
use std::collections::BTreeMap;
use std::sync::Arc;
use taizhang_core::command::{Command, Wish};
use taizhang_core::day::Day;
use taizhang_core::decide::{Book, Decision, Gate, Moment, decide, timeline_of};
use taizhang_core::definition::{Definition, Register, UnitSeed, Verb};
use taizhang_core::id::{EntryNo, RecordNo, RegisterNo};
use taizhang_core::journal::{Act, Change, Entry, PackVersion};
use taizhang_core::posting::{Posting, difference, postings};
use taizhang_core::refusal::{Code, Refusal};
use taizhang_core::rules::{Rules, Version};
use taizhang_core::value::{Cell, Value};

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
    /// The version.
    pub version: PackVersion,
    /// The same, compiled.
    pub definition: Definition,
    /// Registers whose postings may change.
    pub reposts: Vec<RegisterNo>,
    /// Who applies it.
    pub who: Who,
    /// Whether postings on closed days are permitted, with a reason given.
    pub restates: bool,
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
}

impl Session {
    /// Applies a pack: makes tables, posts the differences, opens its units. All or nothing.
    pub fn apply_pack(&mut self, request: PackRequest) -> Result<Result<PackReceipt, Vec<Refusal>>, StoreError> {
        let today = self.today();
        fit(&mut *self.conn, &request.definition)?;
        let definition = Arc::new(request.definition);
        let mut rules = (*self.caches.rules).clone();
        let n = self.head.n + 1;
        rules.push(Version {
            n,
            from: request.version.from,
            definition: definition.clone(),
        });
        let lines = self.reposted(&rules, &request.reposts)?;
        if let Some(through) = self.caches.closed_through(EntryNo::MAX)
            && let Some(line) = lines
                .iter()
                .filter(|line| line.day <= through)
                .min_by_key(|line| line.day)
            && !request.restates
        {
            self.conn.rollback()?;
            return Ok(Err(vec![
                Refusal::new(Code::ClosedPeriod)
                    .with("day", line.day)
                    .with("through", through),
            ]));
        }
        let postings = lines.len();
        let mut entry = Entry::blank(Act::Pack(request.version), today);
        entry.definition = self.caches.rules.latest().map_or(0, |version| version.n);
        let mut group = Group::new(self.head);
        let decision = Decision {
            entry,
            postings: lines,
            rows: Vec::new(),
            keys: Vec::new(),
        };
        let (entry, _) = group.push(&definition, decision, request.who, self.now());
        group.flush(&mut *self.conn, &mut self.dims, Some(&definition))?;
        let units = self.open_units(&mut group, &rules, request.who)?;
        self.finish(group)?;
        Ok(Ok(PackReceipt { entry, postings, units }))
    }

    /// What the records of some registers post under new rules, less what they post now.
    fn reposted(&mut self, rules: &Rules, registers: &[RegisterNo]) -> Result<Vec<Posting>, StoreError> {
        let mut lines = Vec::new();
        let Some(present) = self.caches.rules.latest().cloned() else {
            return Ok(lines);
        };
        for register in registers {
            let sql = format!("SELECT id FROM {} ORDER BY id", register_table(*register));
            let records = if present.definition.register(*register).is_some() {
                self.conn.query(&sql, &[])?
            } else {
                Vec::new()
            };
            for row in records {
                let mut facts = Facts {
                    conn: &mut *self.conn,
                    definition: &present.definition,
                    waiting: None,
                };
                let timeline = timeline_of(&mut facts, rules, row[0].int()?)?;
                let (new, old) = (postings(&timeline, rules)?, postings(&timeline, &self.caches.rules)?);
                lines.extend(difference(&new, &old));
            }
        }
        Ok(lines)
    }

    /// Opens the units that the pack brings and the book does not have yet.
    fn open_units(&mut self, group: &mut Group, rules: &Rules, who: Who) -> Result<usize, StoreError> {
        let Some(version) = rules.latest().cloned() else {
            return Ok(0);
        };
        let Some(register) = version.definition.register_named("unit").cloned() else {
            return Ok(0);
        };
        let key = register.keys.first().map_or(String::new(), |key| key.id.clone());
        let mut records: BTreeMap<String, RecordNo> = BTreeMap::new();
        let mut opened = 0;
        let today = self.today();
        for seed in parents_first(&version.definition.units) {
            let mut facts = Facts {
                conn: &mut *self.conn,
                definition: &version.definition,
                waiting: None,
            };
            if let Some(record) = facts.key_holder(register.no, &key, &seed.code)? {
                records.insert(seed.code.clone(), record);
                continue;
            }
            let command = unit_command(&register, seed, &records);
            let moment = Moment {
                rules,
                today,
                closed_through: None,
            };
            match decide(&moment, &Everything, &mut facts, &command)? {
                Ok(decision) => {
                    let now = self.now();
                    let (_, record) = group.push(&version.definition, decision, who, now);
                    records.insert(seed.code.clone(), record);
                    opened += 1;
                }
                Err(refusals) => {
                    let why = refusals.first().map_or("", |refusal| refusal.code.key());
                    return Err(StoreError::Pack(group.head.n, format!("unit {}: {why}", seed.code)));
                }
            }
        }
        group.flush(&mut *self.conn, &mut self.dims, Some(&version.definition))?;
        Ok(opened)
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
        };
        let definition = version.map(|version| version.definition).unwrap_or_default();
        group.push(&definition, decision, who, self.now());
        self.finish(group)?;
        Ok(self.head)
    }
}

/// Units in an order in which each comes after the one above it.
fn parents_first(units: &[UnitSeed]) -> Vec<&UnitSeed> {
    let mut below: BTreeMap<Option<&str>, Vec<&UnitSeed>> = BTreeMap::new();
    for unit in units {
        below.entry(unit.parent.as_deref()).or_default().push(unit);
    }
    let mut sorted = Vec::with_capacity(units.len());
    let mut level: Vec<&UnitSeed> = below.remove(&None).unwrap_or_default();
    while !level.is_empty() {
        let next = level
            .iter()
            .flat_map(|unit| below.remove(&Some(unit.code.as_str())).unwrap_or_default())
            .collect();
        sorted.append(&mut level);
        level = next;
    }
    sorted
}

fn unit_command(register: &Register, seed: &UnitSeed, records: &BTreeMap<String, RecordNo>) -> Command {
    let mut command = Command::new(register.no, None, Wish::Open { opening: false }, seed.from);
    let above = seed.parent.as_ref().and_then(|code| records.get(code));
    let mut set = |id: &str, value: Option<Value>| {
        if let (Some(field), Some(value)) = (register.field_named(id), value) {
            command.fields.push((field.no, Change::Set(Cell::Is(value))));
        }
    };
    let text = |text: &str| Some(Value::Text(text.to_owned()));
    set("code", text(&seed.code));
    set("code_system", text(&seed.code_system));
    set("name", text(&seed.name));
    set("level", text(&seed.level));
    set("parent", above.map(|record| Value::Unit(*record)));
    command
}
