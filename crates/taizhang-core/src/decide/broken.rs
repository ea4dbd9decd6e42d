//! Room: what a command breaks in the whole timeline, as refusals with their places (law 2).

use super::{Desk, brief};
use crate::command::Wish;
use crate::definition::Register;
use crate::id::{EntryNo, FieldNo};
use crate::refusal::{Code, Refusal};
use crate::timeline::{PENDING, Timeline, state_on};
use crate::validity::{Violation, violations};

impl Desk<'_> {
    /// Violations that the command introduces (law 2): those of the new timeline less those of the old.
    /// What a correction names is checked as if it were new.
    pub(super) fn broken(&self, register: &Register, before: &Timeline, after: &Timeline) -> Vec<Refusal> {
        let Some(version) = self.moment.rules.latest() else {
            return Vec::new();
        };
        let calendar = version.definition.calendar.latest();
        let old = violations(before, register, calendar);
        let names = |violation: &Violation| register.no == self.register.no && self.names(violation);
        violations(after, register, calendar)
            .into_iter()
            .filter(|violation| names(violation) || !old.iter().any(|before| before.is_same(violation)))
            .map(|violation| refusal(register, violation, before))
            .collect()
    }

    /// Whether the command corrects the very entry at which the violation shows, in a field it is about.
    fn names(&self, violation: &Violation) -> bool {
        let Wish::Correct { target, .. } = self.command.wish else {
            return false;
        };
        let named = |field: FieldNo| self.command.fields.iter().any(|(other, _)| *other == field);
        match violation {
            Violation::Required { n, field }
            | Violation::StageNeeds { n, field, .. }
            | Violation::MoveNeeds { n, field, .. } => *n == target && named(*field),
            Violation::Check { n, id, .. } => {
                let checks = self.register.checks.iter().filter(|check| check.id == *id);
                let mut reads = checks.flat_map(|check| check.rule.reads());
                *n == target && reads.any(|slot| named(FieldNo(slot.0)))
            }
            Violation::BeforeOpening { .. }
            | Violation::OutOfTurn { .. }
            | Violation::Guarded { .. }
            | Violation::TooEarly { .. } => false,
        }
    }
}

/// A violation in the words of its register.
fn refusal(register: &Register, violation: Violation, before: &Timeline) -> Refusal {
    let entry = |n: EntryNo| if n == PENDING { String::new() } else { n.to_string() };
    match violation {
        Violation::BeforeOpening { n, on, opened } => Refusal::new(Code::BeforeOpening)
            .with("entry", entry(n))
            .with("day", on)
            .with("opened", opened),
        Violation::OutOfTurn { n, on, name, stage } => {
            let stage_name = register.stage(&stage).map_or(stage.clone(), |stage| stage.name.clone());
            let name = register.move_named(&name).map_or(name.clone(), |m| m.name.clone());
            let refusal = Refusal::new(Code::OutOfTurn).with("entry", entry(n)).with("day", on);
            let holders = register.stage(&stage).map_or(&[][..], |stage| &stage.held_by);
            let states = before.states();
            let cells = holders.iter().filter_map(|no| state_on(&states, on)?.cell(*no));
            // A sealed holder is three stars here; who may see more opens the record.
            let held: Vec<String> = cells.map(brief).filter(|text| !text.is_empty()).collect();
            let refusal = refusal.with("move", name).with("stage", stage_name);
            match held.is_empty() {
                true => refusal,
                false => refusal.with("held_by", held.join("、")),
            }
        }
        Violation::Required { field, .. } => Refusal::at(Code::Required, field),
        Violation::StageNeeds { field, stage, .. } => {
            let stage = register.stage(&stage).map_or(stage.clone(), |stage| stage.name.clone());
            Refusal::at(Code::StageNeeds, field).with("stage", stage)
        }
        Violation::MoveNeeds { field, name, .. } => {
            let name = register.move_named(&name).map_or(name.clone(), |m| m.name.clone());
            Refusal::at(Code::MoveNeeds, field).with("move", name)
        }
        Violation::Guarded { name, .. } => {
            let found = register.move_named(&name);
            let refusal = Refusal::new(Code::Guarded).with("move", found.map_or(name.as_str(), |m| m.name.as_str()));
            match found.and_then(|found| found.clause.as_ref()) {
                Some(clause) => refusal.with("clause", clause),
                None => refusal,
            }
        }
        Violation::TooEarly { name, earliest, .. } => {
            let name = register.move_named(&name).map_or(name.clone(), |m| m.name.clone());
            Refusal::new(Code::TooEarly)
                .with("move", name)
                .with("earliest", earliest)
        }
        Violation::Check { id, on, .. } => {
            let message = register.checks.iter().find(|check| check.id == id);
            let message = message.map_or(id.clone(), |check| check.message.clone());
            Refusal::new(Code::CheckFailed).with("message", message).with("day", on)
        }
    }
}
