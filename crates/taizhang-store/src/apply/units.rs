//! Room: the units that a pack brings. What the book does not have is opened; what the pack says
//! otherwise than before is an entry from the pack's day on, so that the past keeps its own names and
//! its own tree (law 4). Never touches what somebody else said of a unit meanwhile.

use crate::append::{Group, Who};
use crate::error::StoreError;
use crate::facts::{Facts, key_holder};
use crate::writer::Session;
use std::collections::BTreeMap;
use taizhang_core::command::{Command, Wish};
use taizhang_core::day::Day;
use taizhang_core::decide::{Gate, Moment, decide};
use taizhang_core::definition::{Register, UnitSeed, Verb};
use taizhang_core::id::{FieldNo, RecordNo};
use taizhang_core::journal::Change;
use taizhang_core::refusal::Refusal;
use taizhang_core::rules::{Rules, Version};
use taizhang_core::timeline::{Timeline, state_on};
use taizhang_core::unit::UNIT_REGISTER;
use taizhang_core::value::{Cell, Value};

/// How a pack brings its units.
pub(super) struct Bringing {
    /// Who applies the pack.
    pub(super) who: Who,
    /// Whether they may restate.
    pub(super) restates: bool,
    /// The last day on which no unit may come to stand elsewhere.
    pub(super) closed_through: Option<Day>,
}

impl Gate for Bringing {
    fn may(&self, verb: Verb, _: &Register, _: Option<RecordNo>) -> bool {
        verb != Verb::Restate || self.restates
    }

    fn has_role(&self, _: &[String]) -> bool {
        true
    }
}

/// The records of units by code, as far as they are known.
type Records = BTreeMap<String, RecordNo>;

impl Session {
    /// Opens the units that the book does not have and amends those whose row in the pack is another
    /// one than before; says how many of each. `rules` end with the version that is being applied.
    pub(super) fn bring_units(
        &mut self,
        group: &mut Group,
        rules: &Rules,
        bringing: &Bringing,
    ) -> Result<Result<(usize, usize), Refusal>, StoreError> {
        let Some(version) = rules.latest().cloned() else {
            return Ok(Ok((0, 0)));
        };
        let Some(register) = version.definition.register_named(UNIT_REGISTER).cloned() else {
            return Ok(Ok((0, 0)));
        };
        let key = register.keys.first().map_or("", |key| key.id.as_str());
        let (mut records, mut opened, mut changed) = (Records::new(), 0, 0);
        for seed in parents_first(&version.definition.units) {
            let there = key_holder(&mut *self.conn, register.no, key, &seed.code)?;
            let command = match there {
                Some(record) => {
                    records.insert(seed.code.clone(), record);
                    let before = last_said(rules, &seed.code);
                    let before = before.map(|before| wanted(&register, before, &records));
                    let now = wanted(&register, seed, &records);
                    let said = now
                        .into_iter()
                        .filter(|cell| before.as_ref().is_some_and(|all| !all.contains(cell)));
                    self.amendment(&register, version.from, record, said.collect())?
                }
                None => {
                    let mut command = Command::new(register.no, None, Wish::Open { opening: false }, seed.from);
                    command.fields = wanted(&register, seed, &records).into_iter().map(set).collect();
                    Some(command)
                }
            };
            let Some(command) = command else { continue };
            match self.unit_entry(group, rules, &version, &command, bringing)? {
                Ok(record) if there.is_none() => {
                    records.insert(seed.code.clone(), record);
                    opened += 1;
                }
                Ok(_) => changed += 1,
                Err(refusal) => return Ok(Err(refusal.with("of_unit", &seed.code))),
            }
        }
        group.flush(&mut *self.conn, &mut self.dims, Some(&version.definition))?;
        Ok(Ok((opened, changed)))
    }

    /// What a unit is not yet on the pack's day, as a command; none if nothing is left to say.
    fn amendment(
        &mut self,
        register: &Register,
        from: Day,
        record: RecordNo,
        said: Vec<(FieldNo, Cell)>,
    ) -> Result<Option<Command>, StoreError> {
        if said.is_empty() {
            return Ok(None);
        }
        let timeline = Timeline::of(&crate::facts::entries(&mut *self.conn, record)?);
        let day = timeline.opened_on().map_or(from, |opened| from.max(opened));
        let states = timeline.states();
        let is = |(field, cell): &(FieldNo, Cell)| {
            let there = state_on(&states, day).and_then(|state| state.cell(*field));
            there.unwrap_or(&Cell::Missing) == cell
        };
        let left: Vec<(FieldNo, Cell)> = said.into_iter().filter(|cell| !is(cell)).collect();
        if left.is_empty() {
            return Ok(None);
        }
        let mut command = Command::new(register.no, Some(record), Wish::Amend, day);
        command.fields = left.into_iter().map(set).collect();
        Ok(Some(command))
    }

    /// Decides one entry about a unit and puts it into the group.
    fn unit_entry(
        &mut self,
        group: &mut Group,
        rules: &Rules,
        version: &Version,
        command: &Command,
        bringing: &Bringing,
    ) -> Result<Result<RecordNo, Refusal>, StoreError> {
        let moment = Moment {
            rules,
            today: self.today(),
            closed_through: bringing.closed_through,
            locks: &[],
            instruments: &taizhang_core::instrument::NoInstruments,
        };
        if command.record.is_some() {
            // Units further up may have been changed a moment ago, and a circle is looked for there.
            group.flush(&mut *self.conn, &mut self.dims, Some(&version.definition))?;
        }
        let mut facts = Facts {
            conn: &mut *self.conn,
            definition: &version.definition,
            waiting: None,
        };
        match decide(&moment, bringing, &mut facts, command)? {
            Ok(decision) => {
                let now = self.now();
                Ok(Ok(group.push(&version.definition, decision, bringing.who, now).1))
            }
            Err(mut refusals) => Ok(Err(refusals.swap_remove(0))),
        }
    }
}

/// What the versions before the one that is being applied said of a unit last.
fn last_said<'a>(rules: &'a Rules, code: &str) -> Option<&'a UnitSeed> {
    let earlier = rules.versions().iter().rev().skip(1);
    let mut said = earlier.filter_map(|version| version.definition.units.iter().find(|unit| unit.code == code));
    said.next()
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

/// The fields of a unit as its row in the pack says them.
fn wanted(register: &Register, seed: &UnitSeed, records: &Records) -> Vec<(FieldNo, Cell)> {
    let above = seed.parent.as_ref().and_then(|code| records.get(code));
    let text = |text: &str| Cell::Is(Value::Text(text.to_owned()));
    let cells = [
        ("code", text(&seed.code)),
        ("code_system", text(&seed.code_system)),
        ("name", text(&seed.name)),
        ("level", text(&seed.level)),
        (
            "parent",
            above.map_or(Cell::Missing, |record| Cell::Is(Value::Unit(*record))),
        ),
    ];
    let named = cells.into_iter();
    named
        .filter_map(|(id, cell)| Some((register.field_named(id)?.no, cell)))
        .collect()
}

fn set((field, cell): (FieldNo, Cell)) -> (FieldNo, Change) {
    (field, Change::Set(cell))
}
