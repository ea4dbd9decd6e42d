//! Room: the targets that a pack brings. Each opens one record; from then on the record is what counts, and
//! what a later version of the pack says otherwise is an entry like any other.

use super::TARGETS;
use crate::app::App;
use crate::app::execute::{Draft, DraftWish};
use crate::error::AppError;
use taizhang_core::day::Day;
use taizhang_core::definition::{Definition, Direction, Target};
use taizhang_core::field_kinds::api;
use taizhang_core::value::decimal;

impl App {
    /// Opens records for targets of the pack that the book does not have, and amends, from a day on, those that the
    /// pack says otherwise than its version before; what somebody else said of a target stays.
    pub fn bring_targets(&self, before: &Definition, from: Day) -> Result<(), AppError> {
        let definition = self.definition()?;
        let Some(register) = definition.register_named(TARGETS) else {
            return Ok(());
        };
        let Some(key) = register.keys.first() else {
            return Ok(());
        };
        let today = self.today();
        let mut drafts = Vec::new();
        let mut reading = self.reading()?;
        for target in &definition.targets {
            let Some(now) = said(&definition, target) else { continue };
            let record = taizhang_store::facts::key_holder(reading.conn()?, register.no, &key.id, &target.id)?;
            let then = before.targets.iter().find(|other| other.id == target.id);
            let then = then.and_then(|then| said(before, then));
            let (set, day) = match (record, then) {
                (None, _) => (now, target.from.min(today)),
                (Some(_), None) => continue,
                (Some(record), Some(then)) => {
                    let row = taizhang_store::record::get(reading.conn()?, register, record)?;
                    let stands = |(id, text): &(String, String)| {
                        let field = register.field_named(id);
                        let held = field
                            .zip(row.as_ref())
                            .and_then(|(f, row)| api(&definition, f, row.state.cell(f.no)));
                        id == "unit" || held.as_ref() == Some(text)
                    };
                    let differs = now
                        .into_iter()
                        .zip(&then)
                        .filter(|(now, then)| now != *then && stands(then));
                    let differs = differs.map(|(now, _)| now).collect();
                    (differs, from.clamp(target.from.min(today), today))
                }
            };
            if !set.is_empty() {
                drafts.push(Draft {
                    register: TARGETS.to_owned(),
                    wish: if record.is_some() {
                        DraftWish::Amend
                    } else {
                        DraftWish::Open
                    },
                    record,
                    set,
                    occurred_on: Some(day),
                    base_units: true,
                    ..Draft::default()
                });
            }
        }
        drop(reading);
        if !drafts.is_empty() {
            self.execute(&self.program_scope()?, &drafts, None)?;
        }
        Ok(())
    }
}

/// Refuses a pack whose seeds could not be opened as records, before anything of it is applied.
pub fn check_seeds(definition: &Definition) -> Result<(), AppError> {
    let zero = |target: &&Target| {
        let account = definition.accounts.get(&target.account);
        let points = account.is_some_and(|account| {
            let measure = definition.measures.get(&account.measure);
            measure.is_some_and(|measure| measure.base == "%")
        });
        target.direction == Direction::Up && target.value == 0 && !points
    };
    match definition.targets.iter().find(zero) {
        None => Ok(()),
        Some(target) => Err(AppError::said("pace.zero_seed", &[("target", &target.id)])),
    }
}

/// What a seed says, by field.
fn said(definition: &Definition, target: &Target) -> Option<Vec<(String, String)>> {
    let account = definition.accounts.get(&target.account)?;
    let factor = definition.measures.get(&account.measure).map(|measure| measure.factor);
    let value = decimal(target.value, account.scale) / factor.filter(|factor| !factor.is_zero()).unwrap_or(1.into());
    let direction = match target.direction {
        Direction::Up => "up",
        Direction::Cap => "cap",
    };
    let fields = [
        ("code", target.id.clone()),
        ("name", target.name.clone()),
        ("account", account.id.clone()),
        ("unit", target.unit.clone().or_else(|| root(definition))?),
        ("set_on", target.from.to_string()),
        ("from", target.from.to_string()),
        ("to", target.to.to_string()),
        ("value", value.normalize().to_string()),
        ("measure", account.measure.clone()),
        ("direction", direction.to_owned()),
        ("path", "months".to_owned()),
    ];
    Some(fields.map(|(field, text)| (field.to_owned(), text)).into())
}

fn root(definition: &Definition) -> Option<String> {
    let root = definition.units.iter().find(|unit| unit.parent.is_none());
    root.map(|unit| unit.code.clone())
}
