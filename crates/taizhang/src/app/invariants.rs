//! Room: whether the invariants of a pack are so of the book as it stands. `verify` asks once it knows that every
//! derived row is what the journal gives; here nobody cares how what is there came to be.

use crate::error::AppError;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use taizhang_core::day::Day;
use taizhang_core::definition::{Account, Balance, Definition, FieldKind, Holds, Invariant, Register, Term};
use taizhang_core::expr::Program;
use taizhang_core::id::{AccountNo, EntryNo, FieldNo, RecordNo, RegisterNo};
use taizhang_core::journal::{Act, Change, Entry};
use taizhang_core::posting::{DIM_SEPARATOR, dims_of};
use taizhang_core::timeline::{Seen, State};
use taizhang_core::value::{Cell, Value, print_scaled};
use taizhang_store::cells::RecordRow;
use taizhang_store::head::entry_of;
use taizhang_store::{Reading, journal, ledger, record};

/// An invariant that is not so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The register that declares it.
    pub register: String,
    /// Its id.
    pub id: String,
    /// What it says.
    pub name: String,
    /// Where: the record, if it is one.
    pub record: Option<RecordNo>,
    /// The entry that made it so, if it was one.
    pub entry: Option<EntryNo>,
    /// What is so instead: a holder, a day, two amounts.
    pub found: String,
}

/// What was found to break an invariant: the record, the entry, and what is so instead.
type Place = (Option<RecordNo>, Option<EntryNo>, String);

/// The invariants of a book that are not so, each with the first place; and how many there are in all.
pub fn broken(reading: &mut Reading<'_>, today: Day) -> Result<(usize, Vec<Broken>), AppError> {
    let rules = reading.caches.rules.clone();
    let Some(version) = rules.latest() else {
        return Ok((0, Vec::new()));
    };
    let definition = version.definition.clone();
    let n = reading.n();
    let mut court = Court {
        reading,
        definition: &definition,
        today,
        n,
    };
    let (mut count, mut found) = (0, Vec::new());
    for register in &definition.registers {
        for invariant in &register.invariants {
            count += 1;
            let place = court.broken(register, invariant)?;
            found.extend(place.map(|(record, entry, found)| Broken {
                register: register.name.clone(),
                id: invariant.id.clone(),
                name: invariant.name.clone(),
                record,
                entry,
                found,
            }));
        }
    }
    Ok((count, found))
}

struct Court<'a, 'r> {
    reading: &'a mut Reading<'r>,
    definition: &'a Arc<Definition>,
    today: Day,
    n: EntryNo,
}

/// Who made the steps that moves are kept apart from: by record and step, each with its entry.
type Steps = HashMap<(RecordNo, String), Vec<(EntryNo, RecordNo)>>;

impl Court<'_, '_> {
    fn broken(&mut self, register: &Register, invariant: &Invariant) -> Result<Option<Place>, AppError> {
        match &invariant.holds {
            Holds::Rule(rule) => self.rule(register, rule),
            Holds::Balance(balance) => self.balance(register, balance),
            Holds::Floor(account) => self.floor(*account),
            Holds::Once(fields) => self.once(register, fields),
            Holds::Fixed(fields) => self.fixed(register, fields),
            Holds::Apart(name) => self.apart(register, name),
        }
    }

    /// Every record of a register, void ones too; goes on while `take` finds nothing.
    fn each(
        &mut self,
        register: &Register,
        take: &mut dyn FnMut(&RecordRow) -> Option<Place>,
    ) -> Result<Option<Place>, AppError> {
        let mut found = None;
        record::each(self.reading.conn()?, register, &mut |row| {
            if found.is_none() {
                found = take(&row);
            }
            Ok(())
        })?;
        Ok(found)
    }

    fn rule(&mut self, register: &Register, rule: &Program) -> Result<Option<Place>, AppError> {
        let today = self.today;
        self.each(register, &mut |row| {
            let wrong = !row.void
                && !rule.passes(&Seen {
                    state: &row.state,
                    day: today,
                });
            wrong.then(|| (Some(row.record), None, title(register, &row.state)))
        })
    }

    fn once(&mut self, register: &Register, fields: &[FieldNo]) -> Result<Option<Place>, AppError> {
        let mut seen: HashMap<String, RecordNo> = HashMap::new();
        self.each(register, &mut |row| {
            if fields.iter().any(|field| row.state.value(*field).is_none()) {
                return None;
            }
            let text = dims_of(register, &row.state, fields);
            let shown = text.replace(DIM_SEPARATOR, " ");
            let first = seen.insert(text, row.record)?;
            Some((Some(row.record), None, format!("{shown} = #{first}")))
        })
    }

    /// Balances by holder, each cut to the first of its dimensions.
    fn balances(&mut self, accounts: &[AccountNo], dims: usize) -> Result<BTreeMap<String, Decimal>, AppError> {
        let mut sums = BTreeMap::new();
        for account in accounts.iter().filter_map(|no| self.definition.accounts.get(no)) {
            let sign = if account.credit { -1 } else { 1 };
            let conn = self.reading.conn()?;
            ledger::lines(conn, account.no, (Day::MIN, Day::MAX), self.n, None, &mut |line| {
                let holder: Vec<&str> = line.dim.split(DIM_SEPARATOR).take(dims).collect();
                let holder = holder.join(&DIM_SEPARATOR.to_string());
                *sums.entry(holder).or_insert(Decimal::ZERO) += Decimal::new(sign * line.amount, account.scale);
                true
            })?;
        }
        Ok(sums)
    }

    fn balance(&mut self, register: &Register, balance: &Balance) -> Result<Option<Place>, AppError> {
        let held = self.balances(&balance.accounts, balance.holder.len())?;
        let mut said: BTreeMap<String, Decimal> = BTreeMap::new();
        for term in &balance.terms {
            self.add(register, balance, term, &mut said)?;
        }
        let of = |sums: &BTreeMap<String, Decimal>, key: &str| sums.get(key).copied().unwrap_or_default();
        let differs = |key: &str| {
            let (held, said) = (of(&held, key), of(&said, key));
            (held != said).then(|| {
                format!("{} {held} ≠ {said}", key.replace(DIM_SEPARATOR, " "))
                    .trim()
                    .to_owned()
            })
        };
        if balance.holder.is_empty() {
            return Ok(differs("").map(|found| (None, None, found)));
        }
        self.each(register, &mut |row| {
            let key = dims_of(register, &row.state, &balance.holder);
            let found = differs(&key).filter(|_| !row.void)?;
            Some((Some(row.record), None, found))
        })
    }

    /// Adds up what living records say, by holder.
    fn add(
        &mut self,
        own: &Register,
        balance: &Balance,
        term: &Term,
        said: &mut BTreeMap<String, Decimal>,
    ) -> Result<(), AppError> {
        let definition = self.definition.clone();
        let Some(register) = definition.register(term.register) else {
            return Ok(());
        };
        let by = match term.by.is_empty() && register.no == own.no {
            true => &balance.holder,
            false => &term.by,
        };
        let today = self.today;
        self.each(register, &mut |row| {
            let seen = Seen {
                state: &row.state,
                day: today,
            };
            if !row.void && term.when.as_ref().is_none_or(|when| when.holds(&seen)) {
                let amount = term.amount.eval_number(&seen).unwrap_or_default();
                *said.entry(dims_of(register, &row.state, by)).or_insert(Decimal::ZERO) += amount;
            }
            None
        })?;
        Ok(())
    }

    /// The first day at whose end a holder was below the floor.
    fn floor(&mut self, account: AccountNo) -> Result<Option<Place>, AppError> {
        let definition = self.definition.clone();
        let Some(account) = definition.accounts.get(&account) else {
            return Ok(None);
        };
        let Some(floor) = account.floor else { return Ok(None) };
        let side = if account.credit { -1 } else { 1 };
        let mut standing: HashMap<String, Standing> = HashMap::new();
        let mut found = None;
        let conn = self.reading.conn()?;
        ledger::lines(conn, account.no, (Day::MIN, Day::MAX), self.n, None, &mut |line| {
            let held = standing.entry(line.dim).or_insert(Standing {
                day: line.day,
                balance: 0,
                entry: line.entry,
            });
            if line.day > held.day && held.balance < floor {
                found = Some(*held);
                return false;
            }
            *held = Standing {
                day: line.day,
                balance: held.balance + side * line.amount,
                entry: line.entry,
            };
            true
        })?;
        let last = standing
            .iter()
            .filter(|(_, held)| held.balance < floor)
            .min_by_key(|(_, held)| held.day);
        let below = found.or(last.map(|(_, held)| *held));
        Ok(below.map(|held| (None, Some(held.entry), short(account, held, &standing))))
    }

    /// Corrections aside, what was said of a field once stays.
    fn fixed(&mut self, register: &Register, fields: &[FieldNo]) -> Result<Option<Place>, AppError> {
        let mut said: HashMap<(RecordNo, FieldNo), Cell> = HashMap::new();
        let mut found = None;
        journal::each_after(self.reading.conn()?, 0, &mut |n, _, bytes| {
            let entry = entry_of(n, bytes)?;
            if entry.register != register.no {
                return Ok(true);
            }
            for (field, cell) in says(&entry).into_iter().filter(|(field, _)| fields.contains(field)) {
                let corrected = matches!(entry.act, Act::Correct(_));
                let before = said.insert((entry.record, field), cell.clone());
                let changed = before.is_some_and(|before| before != Cell::Missing && before != cell);
                if changed && !corrected {
                    let name = register.field(field).map_or("", |field| field.name.as_str());
                    found = Some((Some(entry.record), Some(entry.n), name.to_owned()));
                    return Ok(false);
                }
            }
            Ok(true)
        })?;
        Ok(found)
    }

    fn apart(&mut self, register: &Register, name: &str) -> Result<Option<Place>, AppError> {
        let Some(a_move) = register.move_named(name) else {
            return Ok(None);
        };
        let steps = self.steps()?;
        let mut records: Vec<(RecordNo, State)> = Vec::new();
        self.each(register, &mut |row| {
            if !row.void && steps.contains_key(&(row.record, name.to_owned())) {
                records.push((row.record, row.state.clone()));
            }
            None
        })?;
        for (no, state) in records {
            for path in &a_move.apart {
                let Some((step, links)) = path.split_last() else {
                    continue;
                };
                let Some(there) = self.followed(register, no, &state, links)? else {
                    continue;
                };
                let theirs = steps.get(&(there, step.clone())).map_or(&[][..], Vec::as_slice);
                let mine = steps.get(&(no, name.to_owned())).map_or(&[][..], Vec::as_slice);
                let both = mine
                    .iter()
                    .find(|(_, actor)| theirs.iter().any(|(_, other)| other == actor));
                if let Some((entry, actor)) = both {
                    return Ok(Some((Some(no), Some(*entry), format!("#{actor}: {step}, {name}"))));
                }
            }
        }
        Ok(None)
    }

    /// Every opening and move that stands, by whom.
    fn steps(&mut self) -> Result<Steps, AppError> {
        let (mut steps, mut withdrawn) = (Steps::new(), BTreeSet::new());
        journal::each_after(self.reading.conn()?, 0, &mut |n, _, bytes| {
            let entry = entry_of(n, bytes)?;
            let step = match &entry.act {
                Act::Open { .. } => "open",
                Act::Move { name, .. } => name,
                Act::Correct(correction) if correction.withdraw => {
                    withdrawn.insert(correction.target);
                    return Ok(true);
                }
                _ => return Ok(true),
            };
            if entry.actor != 0 {
                let made = steps.entry((entry.record, step.to_owned())).or_default();
                made.push((entry.n, entry.actor));
            }
            Ok(true)
        })?;
        steps
            .values_mut()
            .for_each(|made| made.retain(|(entry, _)| !withdrawn.contains(entry)));
        Ok(steps)
    }

    /// The record at the end of some links.
    fn followed(
        &mut self,
        register: &Register,
        record: RecordNo,
        state: &State,
        links: &[String],
    ) -> Result<Option<RecordNo>, AppError> {
        let definition = self.definition.clone();
        let (mut register, mut there, mut state) = (register, record, state.clone());
        for link in links {
            let Some((field, to)) = link_of(register, link) else {
                return Ok(None);
            };
            let Some(Value::Link(next)) = state.value(field).cloned() else {
                return Ok(None);
            };
            let Some(theirs) = definition.register(to) else {
                return Ok(None);
            };
            let Some(row) = record::get(self.reading.conn()?, theirs, next)? else {
                return Ok(None);
            };
            (register, there, state) = (theirs, next, row.state);
        }
        Ok(Some(there))
    }
}

/// A holder's balance at the end of a day, and the entry that left it.
#[derive(Clone, Copy)]
struct Standing {
    day: Day,
    balance: i64,
    entry: EntryNo,
}

fn short(account: &Account, held: Standing, all: &HashMap<String, Standing>) -> String {
    let same = |other: &Standing| (other.entry, other.balance) == (held.entry, held.balance);
    let holder = all
        .iter()
        .find(|(_, other)| same(other))
        .map_or("", |(holder, _)| holder.as_str());
    let balance = print_scaled(held.balance, account.scale);
    format!(
        "{} {} {} {balance}",
        account.name,
        holder.replace(DIM_SEPARATOR, " "),
        held.day
    )
}

fn link_of(register: &Register, name: &str) -> Option<(FieldNo, RegisterNo)> {
    let field = register.field_named(name)?;
    match field.kind {
        FieldKind::Link { register } => Some((field.no, register)),
        _ => None,
    }
}

/// What an entry says of fields; what a correction withdraws is not said any more.
fn says(entry: &Entry) -> Vec<(FieldNo, Cell)> {
    match &entry.act {
        Act::Open { patch, .. } | Act::Amend { patch } | Act::Move { patch, .. } => patch.clone(),
        Act::Correct(correction) => {
            let fields = correction.fields.iter().map(|(field, change)| match change {
                Change::Set(cell) => (*field, cell.clone()),
                Change::Withdrawn => (*field, Cell::Missing),
            });
            fields.collect()
        }
        _ => Vec::new(),
    }
}

/// What a record is called, by its first key.
fn title(register: &Register, state: &State) -> String {
    let fields = register.keys.first().map_or(&[][..], |key| &key.fields);
    dims_of(register, state, fields).replace(DIM_SEPARATOR, " ")
}
