//! Room: what is done out of doors — beside a duty a note of one's work, and what somebody begins on the way. Answers
//! only; the duties themselves are in `duties`.

use super::duties::DutyView;
use super::scope::Scope;
use super::{App, definition};
use crate::error::AppError;
use taizhang_core::decide::Gate;
use taizhang_core::definition::Verb;
use taizhang_core::id::RecordNo;

/// How many registers are offered to begin in.
const OPENINGS: usize = 6;

/// Where a note of one's work beside a duty is put down: a plain register below the same record.
pub struct Jotting {
    /// The register's id.
    pub register: String,
    /// Its name.
    pub name: String,
    /// The field that links to the record above.
    pub field: String,
    /// The record above.
    pub above: RecordNo,
}

impl App {
    /// Where a note of one's work beside a duty may be put down.
    pub fn jottings(&self, scope: &Scope, view: &DutyView) -> Result<Vec<Jotting>, AppError> {
        let mut reading = self.reading()?;
        let definition = definition(&reading)?;
        let Some((register, row)) = self.row_of(&mut reading, &definition, view.record)? else {
            return Ok(Vec::new());
        };
        let linked = register
            .parent
            .as_ref()
            .and_then(|parent| match row.state.value(parent.field) {
                Some(taizhang_core::value::Value::Link(above)) => Some((parent.register, *above)),
                _ => None,
            });
        let Some((parent, above)) = linked else {
            return Ok(Vec::new());
        };
        let notes = definition.registers.iter().filter_map(|each| {
            let below = each.parent.as_ref().filter(|own| own.register == parent)?;
            let plain = each.stages.is_empty() && each.keys.is_empty() && each.fields.iter().any(is_own);
            let field = each.field(below.field)?;
            (plain && scope.may(Verb::Write, each, Some(view.unit.0))).then(|| Jotting {
                register: each.id.clone(),
                name: each.name.clone(),
                field: field.id.clone(),
                above,
            })
        });
        Ok(notes.collect())
    }

    /// What somebody begins out of doors: the registers that their roles name one by one, id and name.
    pub fn openings(&self, scope: &Scope) -> Result<Vec<(String, String)>, AppError> {
        let definition = self.definition()?;
        let grants = scope.positions.iter().flat_map(|position| &position.role.grants);
        let named = grants
            .filter(|grant| grant.verb == Verb::Write)
            .flat_map(|grant| &grant.registers);
        let mut found: Vec<(String, String)> = Vec::new();
        for register in named.filter_map(|id| definition.register_named(id)) {
            // What opens by a list of its own is not begun by hand.
            let by_hand = register.template.is_none() && found.iter().all(|(id, _)| *id != register.id);
            if by_hand {
                found.push((register.id.clone(), register.name.clone()));
            }
        }
        found.truncate(OPENINGS);
        Ok(found)
    }
}

/// Whether a field says who did the work: a link to an actor.
fn is_own(field: &taizhang_core::definition::Field) -> bool {
    matches!(field.kind, taizhang_core::definition::FieldKind::Link { .. })
        && field.class == taizhang_core::definition::Class::Internal
}
