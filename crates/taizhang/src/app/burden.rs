//! Room: what the book asks of people (基层减负) — how often each wrote something, how many cells they filled by
//! hand and how often they were reminded, month by month, beside the ceiling that the pack sets.
//!
//! Nobody is asked for it: it is counted from what is known already. The round puts each month down as records
//! of the register `burden`, so that it is a figure like any other.

use super::execute::Draft;
use super::records::ListAsk;
use super::scope::Scope;
use super::{App, definition};
use crate::error::AppError;
use std::collections::{BTreeMap, BTreeSet};
use taizhang_core::day::{Day, Month};
use taizhang_core::decide::Gate;
use taizhang_core::definition::{Burden, Verb};
use taizhang_core::id::RecordNo;
use taizhang_core::value::Value;
use taizhang_store::duty;
use taizhang_store::facts::key_holder;

/// The register that keeps the months, where a pack has one.
const MONTHS: &str = "burden";

/// How many reminders, messages or posts of a month are looked at.
const ROWS_MAX: usize = 100_000;

/// What was asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// Entries written.
    pub forms: i64,
    /// Cells filled by hand.
    pub cells: i64,
    /// Reminders of the unit, and messages to the person.
    pub reminders: i64,
}

/// What was asked of one person.
pub struct PersonLoad {
    /// The actor.
    pub actor: RecordNo,
    /// The person's name.
    pub name: String,
    /// The unit that they stand in first.
    pub unit: RecordNo,
    /// What was asked.
    pub load: Load,
    /// Whether it is more than the ceiling.
    pub over: bool,
}

/// What was asked of a unit's people together.
pub struct UnitLoad {
    /// The unit.
    pub unit: RecordNo,
    /// Its code and name.
    pub code: String,
    /// Its name.
    pub name: String,
    /// How many people stand in it.
    pub people: i64,
    /// What was asked of them together; a reminder of the unit counts once.
    pub load: Load,
    /// Of how many more was asked than the ceiling.
    pub over: i64,
}

/// A month.
pub struct Loads {
    /// The month.
    pub month: Month,
    /// The most that may be asked of one person.
    pub ceiling: Burden,
    /// Units, those of whom most cells were asked first.
    pub units: Vec<UnitLoad>,
    /// People, likewise.
    pub people: Vec<PersonLoad>,
}

/// Whether a load is more than a ceiling in any way.
pub fn is_over(load: Load, ceiling: Burden) -> bool {
    let above = |value: i64, most: Option<u32>| most.is_some_and(|most| value > i64::from(most));
    above(load.forms, ceiling.forms) || above(load.cells, ceiling.cells) || above(load.reminders, ceiling.reminders)
}

impl App {
    /// What was asked in a month, as far as somebody may see it: their own always; that of others only by
    /// whoever may read the register of the months in their unit and does not only belong to it.
    pub fn loads(&self, scope: &Scope, month: Month) -> Result<Loads, AppError> {
        let mut all = self.all_loads(month)?;
        let definition = self.definition()?;
        let register = definition.register_named(MONTHS).cloned();
        let may = |unit: RecordNo| {
            let register = register.as_ref();
            register.is_some_and(|register| scope.may(Verb::Read, register, Some(unit)))
        };
        let leads =
            scope.may_at_all(Verb::Correct) || register.as_ref().is_some_and(|own| scope.may(Verb::Read, own, None));
        all.people
            .retain(|person| person.actor == scope.actor || leads && may(person.unit));
        all.units.retain(|unit| may(unit.unit));
        Ok(all)
    }

    /// Puts the month before down, for each unit of which anything was asked; once.
    pub(super) fn keep_month(&self, program: &Scope) -> Result<usize, AppError> {
        let last = Month(self.today().month().0 - 1);
        let drafts = self.month_drafts(last)?;
        let mut kept = 0;
        for written in self.execute_each(program, &drafts, None) {
            match written {
                Ok(_) => kept += 1,
                // Another server was faster.
                Err(AppError::Refused(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(kept)
    }

    fn month_drafts(&self, month: Month) -> Result<Vec<Draft>, AppError> {
        let keeper = match self.definition()?.register_named(MONTHS) {
            Some(keeper) => keeper.clone(),
            None => return Ok(Vec::new()),
        };
        let mut drafts = Vec::new();
        let loads = self.all_loads(month)?;
        let mut reading = self.reading()?;
        for unit in &loads.units {
            let about = format!("{month}/{}", unit.code);
            let key = keeper.keys.first().map_or("about", |key| key.id.as_str());
            if key_holder(reading.conn()?, keeper.no, key, &about)?.is_some() {
                continue;
            }
            let set = [
                ("about", about),
                ("unit", format!("#{}", unit.unit)),
                ("month", month.to_string()),
                ("counted_on", self.today().to_string()),
                ("people", unit.people.to_string()),
                ("forms", unit.load.forms.to_string()),
                ("cells", unit.load.cells.to_string()),
                ("reminders", unit.load.reminders.to_string()),
                ("over", unit.over.to_string()),
            ];
            drafts.push(Draft {
                register: MONTHS.to_owned(),
                set: set.map(|(field, text)| (field.to_owned(), text)).to_vec(),
                occurred_on: Some(self.today()),
                ..Draft::default()
            });
        }
        Ok(drafts)
    }

    fn all_loads(&self, month: Month) -> Result<Loads, AppError> {
        let (first, last) = (month.first(), month.last());
        let ceiling = self.definition()?.burden;
        let posts = self.posts(first, last)?;
        let reminded = self.counted("reminder", "made_on", "unit", (first, last))?;
        let told = self.counted("message", "day", "actor", (first, last))?;
        let mut reading = self.reading()?;
        let written = duty::written(reading.conn()?, first, last)?;
        let written: BTreeMap<RecordNo, (i64, i64)> = written
            .into_iter()
            .map(|(actor, forms, cells)| (actor, (forms, cells)))
            .collect();
        let tree = self.tree(&reading, last.min(self.today()), reading.n());
        let count = |of: &BTreeMap<RecordNo, i64>, key: RecordNo| of.get(&key).copied().unwrap_or(0);
        let (mut people, mut units) = (Vec::new(), BTreeMap::new());
        for (actor, (name, unit)) in posts {
            let (forms, cells) = written.get(&actor).copied().unwrap_or_default();
            let own = count(&told, actor);
            let load = Load {
                forms,
                cells,
                reminders: own + count(&reminded, unit),
            };
            let over = is_over(load, ceiling);
            let of_unit: &mut UnitLoad = units.entry(unit).or_insert_with(|| {
                let node = tree.get(unit);
                UnitLoad {
                    unit,
                    code: node.map_or_else(String::new, |node| node.code.clone()),
                    name: node.map_or_else(String::new, |node| node.name.clone()),
                    people: 0,
                    load: Load {
                        reminders: count(&reminded, unit),
                        ..Load::default()
                    },
                    over: 0,
                }
            });
            of_unit.people += 1;
            of_unit.over += i64::from(over);
            of_unit.load.forms += forms;
            of_unit.load.cells += cells;
            of_unit.load.reminders += own;
            people.push(PersonLoad {
                actor,
                name,
                unit,
                load,
                over,
            });
        }
        let mut units: Vec<UnitLoad> = units
            .into_values()
            .filter(|unit| unit.load != Load::default())
            .collect();
        units.sort_by_key(|unit| (-unit.load.cells, -unit.load.forms, unit.unit));
        people.sort_by_key(|person| (-person.load.cells, -person.load.forms, person.actor));
        Ok(Loads {
            month,
            ceiling,
            units,
            people,
        })
    }

    /// Who stood where in these days: each actor with their name and their first unit.
    pub(super) fn posts(&self, first: Day, last: Day) -> Result<BTreeMap<RecordNo, (String, RecordNo)>, AppError> {
        let program = self.program_scope()?;
        let ask = |register: &str| ListAsk {
            register: register.to_owned(),
            limit: ROWS_MAX,
            ..ListAsk::default()
        };
        let actors = self.list(&program, &ask("actor"))?;
        let own = |id: &str| actors.register.field_named(id).map(|field| field.no);
        let names = actors
            .rows
            .iter()
            .filter_map(|row| match row.state.value(own("name")?)? {
                Value::Text(name) => Some((row.record, name.clone())),
                _ => None,
            });
        let names: BTreeMap<RecordNo, String> = names.collect();
        let posts = self.list(&program, &ask("position"))?;
        let field = |id: &str| posts.register.field_named(id).map(|field| field.no);
        let mut found = BTreeMap::new();
        for row in &posts.rows {
            let day = |id: &str| field(id).and_then(|field| row.state.day(field));
            let began = day("from").is_none_or(|from| from <= last);
            let goes_on = day("until").is_none_or(|until| until >= first);
            let actor = field("actor").and_then(|field| match row.state.value(field)? {
                Value::Link(actor) => Some(*actor),
                _ => None,
            });
            let unit = field("unit").and_then(|field| row.state.unit(field));
            let (Some(actor), Some(unit), true) = (actor, unit, began && goes_on) else {
                continue;
            };
            if let Some(name) = names.get(&actor) {
                found.entry(actor).or_insert_with(|| (name.clone(), unit));
            }
        }
        Ok(found)
    }

    /// How many records of a register lie in these days, by what a field names; what was not sent is none.
    fn counted(
        &self,
        register: &str,
        day: &str,
        by: &str,
        (first, last): (Day, Day),
    ) -> Result<BTreeMap<RecordNo, i64>, AppError> {
        let mut found = BTreeMap::new();
        let known = {
            let reading = self.reading()?;
            definition(&reading)?.register_named(register).is_some()
        };
        if !known {
            return Ok(found);
        }
        let ask = ListAsk {
            register: register.to_owned(),
            filters: vec![
                (day.to_owned(), "ge".to_owned(), first.to_string()),
                (day.to_owned(), "le".to_owned(), last.to_string()),
            ],
            limit: ROWS_MAX,
            ..ListAsk::default()
        };
        let listed = self.list(&self.program_scope()?, &ask)?;
        let field = listed.register.field_named(by).map(|field| field.no);
        let out = BTreeSet::from(["sent", "issued"]);
        for row in listed
            .rows
            .iter()
            .filter(|row| row.state.stage().is_some_and(|stage| out.contains(stage)))
        {
            let named = field.and_then(|field| match row.state.value(field)? {
                Value::Link(record) | Value::Unit(record) => Some(*record),
                _ => None,
            });
            if let Some(named) = named {
                *found.entry(named).or_default() += 1;
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ceiling_is_passed_by_more_and_none_by_nothing() {
        let ceiling = Burden {
            forms: Some(10),
            cells: None,
            reminders: Some(2),
        };
        let load = |forms, cells, reminders| Load {
            forms,
            cells,
            reminders,
        };
        for (load, expected) in [
            (load(10, 1_000_000, 2), false),
            (load(11, 0, 0), true),
            (load(0, 0, 3), true),
        ] {
            assert_eq!(is_over(load, ceiling), expected, "{load:?}");
        }
        assert!(!is_over(load(1_000, 1_000, 1_000), Burden::default()), "no ceiling");
    }
}
