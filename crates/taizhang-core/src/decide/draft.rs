//! Room: the entry that a command would write, in the form that the journal keeps.

use super::Desk;
use crate::command::Wish;
use crate::id::{FieldNo, STAGE};
use crate::journal::{Act, Change, Correction, Entry, Patch, Source};
use crate::nfc::nfc;
use crate::timeline::PENDING;
use crate::value::{Cell, Value};

impl Desk<'_> {
    /// The entry that would be written, its number still pending.
    pub(super) fn draft(&self) -> Entry {
        let command = self.command;
        let mut entry = Entry::blank(self.act(), command.occurred_on);
        entry.n = PENDING;
        entry.definition = self.definition;
        entry.occurred_at = command.occurred_at;
        entry.register = self.register.no;
        entry.record = command.record.unwrap_or(0);
        entry.based_on = command.based_on.unwrap_or(0);
        entry.reason.clone_from(&command.reason);
        entry.evidence.clone_from(&command.evidence);
        entry.source = command.source.clone().map(|source| Source {
            sheet: nfc(source.sheet),
            ..source
        });
        entry.key = command.key;
        entry
    }

    fn act(&self) -> Act {
        match &self.command.wish {
            Wish::Open { opening } => {
                let stage = self.register.initial_stage().map(|stage| stage.id.as_str());
                Act::Open {
                    patch: self.patch(stage),
                    opening: *opening,
                }
            }
            Wish::Amend => Act::Amend {
                patch: self.patch(None),
            },
            Wish::Move(name) => {
                let chosen = self.command.to.as_deref();
                let to = chosen.or(self.register.move_named(name).map(|m| m.to.as_str()));
                Act::Move {
                    name: name.clone(),
                    patch: self.cleared(name, self.patch(to)),
                }
            }
            Wish::Note => Act::Note,
            Wish::Void => Act::Void,
            Wish::Correct { target, withdraw, day } => Act::Correct(Correction {
                target: *target,
                withdraw: *withdraw,
                day: *day,
                fields: self.said(),
            }),
        }
    }

    fn patch(&self, stage: Option<&str>) -> Patch {
        let set = self.said_once().into_iter().filter_map(|(field, change)| match change {
            Change::Set(cell) => Some((*field, composed(cell))),
            Change::Withdrawn => None,
        });
        // Field 0 comes before all others, and no command names it.
        let stage = stage.map(|stage| (STAGE, Cell::Is(Value::Choice(nfc(stage.to_owned())))));
        let mut patch = Vec::with_capacity(self.command.fields.len() + 1);
        patch.extend(stage);
        patch.extend(set);
        patch
    }

    /// What a move says beside what it empties of itself.
    fn cleared(&self, name: &str, mut patch: Patch) -> Patch {
        let clears = self.register.move_named(name).map_or(&[][..], |m| &m.clears);
        for field in clears {
            if let Err(at) = patch.binary_search_by_key(field, |(no, _)| *no) {
                patch.insert(at, (*field, Cell::Missing));
            }
        }
        patch
    }

    /// What the command says about fields, as the journal writes it: in the order of their numbers,
    /// each once, text in NFC. Else the entry could not be read back, or would be read otherwise.
    fn said(&self) -> Vec<(FieldNo, Change)> {
        let said = self.said_once().into_iter().map(|(field, change)| match change {
            Change::Set(cell) => (*field, Change::Set(composed(cell))),
            Change::Withdrawn => (*field, Change::Withdrawn),
        });
        said.collect()
    }

    fn said_once(&self) -> Vec<&(FieldNo, Change)> {
        let mut fields: Vec<&(FieldNo, Change)> = self.command.fields.iter().collect();
        fields.sort_by_key(|(field, _)| *field);
        fields.dedup_by_key(|(field, _)| *field);
        fields
    }
}

/// A cell with its text in NFC.
fn composed(cell: &Cell) -> Cell {
    match cell {
        Cell::Is(Value::Text(text)) => Cell::Is(Value::Text(nfc(text.clone()))),
        Cell::Is(Value::Choice(text)) => Cell::Is(Value::Choice(nfc(text.clone()))),
        other => other.clone(),
    }
}
