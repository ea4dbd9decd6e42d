//! Room: unique keys — what a record gives up and takes, and who holds it already.

use super::{Book, Desk, KeyChange, brief};
use crate::definition::Key;
use crate::id::FieldNo;
use crate::posting::DIM_SEPARATOR;
use crate::refusal::{Code, Refusal};
use crate::timeline::{State, Timeline};
use crate::value::{Cell, Value};

impl Desk<'_> {
    pub(super) fn keys<B: Book>(
        &self,
        book: &mut B,
        before: &Timeline,
        after: &Timeline,
    ) -> Result<Result<Vec<KeyChange>, Vec<Refusal>>, B::Error> {
        let (old, new) = (living(before), living(after));
        let (mut changes, mut refusals) = (Vec::new(), Vec::new());
        for key in &self.register.keys {
            let held = old.as_ref().and_then(|state| self.key_text(key, state));
            let wanted = new.as_ref().and_then(|state| self.key_text(key, state));
            if held == wanted {
                continue;
            }
            if let Some(text) = held {
                changes.push(KeyChange {
                    register: self.register.no,
                    key: key.id.clone(),
                    text,
                    taken: false,
                });
            }
            if let Some(text) = wanted {
                let holder = book.key_holder(self.register.no, &key.id, &text)?;
                if let Some(holder) = holder.filter(|holder| Some(*holder) != self.command.record) {
                    let field = key.fields.first().copied().unwrap_or_default();
                    refusals.push(Refusal::at(Code::KeyTaken, field).with("record", holder));
                }
                changes.push(KeyChange {
                    register: self.register.no,
                    key: key.id.clone(),
                    text,
                    taken: true,
                });
            }
        }
        Ok(if refusals.is_empty() {
            Ok(changes)
        } else {
            Err(refusals)
        })
    }

    fn key_text(&self, key: &Key, state: &State) -> Option<String> {
        let digest = |field: &FieldNo| {
            self.command
                .digests
                .iter()
                .find(|(of, _)| of == field)
                .map(|(_, d)| d.clone())
        };
        key_text(key, state, &digest)
    }
}

/// The text of a unique key; none while a part of it is empty. `digest` gives what a sealed field
/// is compared by.
pub fn key_text(key: &Key, state: &State, digest: &dyn Fn(&FieldNo) -> Option<String>) -> Option<String> {
    let mut text = String::new();
    for (at, field) in key.fields.iter().enumerate() {
        if at > 0 {
            text.push(DIM_SEPARATOR);
        }
        match state.value(*field)? {
            Value::Sealed(_) => text.push_str(&digest(field)?),
            value => text.push_str(&brief(&Cell::Is(value.clone()))),
        }
    }
    Some(text)
}

fn living(timeline: &Timeline) -> Option<State> {
    (!timeline.void && !timeline.events.is_empty()).then(|| timeline.state())
}
