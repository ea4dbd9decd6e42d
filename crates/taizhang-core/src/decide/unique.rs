//! Room: unique keys — what a record gives up and takes, and who holds it already.

use super::{Book, Desk, KeyChange, brief};
use crate::definition::{Key, Register};
use crate::id::FieldNo;
use crate::posting::DIM_SEPARATOR;
use crate::refusal::{Code, Refusal};
use crate::timeline::{State, Timeline};
use crate::value::{Cell, Value};

impl Desk<'_> {
    /// What one record gives up and takes. A record that inherits changes its keys with the record
    /// above, so the register and the record are not always the command's own.
    pub(super) fn keys<B: Book>(
        &self,
        book: &mut B,
        register: &Register,
        before: &Timeline,
        after: &Timeline,
        changes: &mut Vec<KeyChange>,
    ) -> Result<Vec<Refusal>, B::Error> {
        let (old, new) = (living(before), living(after));
        let mut refusals = Vec::new();
        for key in &register.keys {
            let old_parts = old.as_ref().and_then(|state| parts(key, state));
            let new_parts = new.as_ref().and_then(|state| parts(key, state));
            if old_parts == new_parts {
                continue;
            }
            let wanted = new.as_ref().and_then(|state| self.key_text(key, state));
            let holder = match &wanted {
                Some(text) => book.key_holder(register.no, &key.id, text)?,
                None => None,
            };
            match holder {
                // Encrypted anew, but the same value.
                Some(holder) if holder == after.record => continue,
                Some(holder) => {
                    let field = key.fields.first().copied().unwrap_or_default();
                    refusals.push(Refusal::at(Code::KeyTaken, field).with("record", holder));
                }
                None => {}
            }
            let held = match &old {
                Some(state) if is_sealed(key, state) => book.key_held(register.no, &key.id, after.record)?,
                Some(state) => self.key_text(key, state),
                None => None,
            };
            let change = |text: String, taken: bool| KeyChange {
                register: register.no,
                record: after.record,
                key: key.id.clone(),
                text,
                taken,
            };
            changes.extend(held.map(|text| change(text, false)));
            changes.extend(wanted.map(|text| change(text, true)));
        }
        Ok(refusals)
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

/// What a key compares: its cells, sealed ones as they are. None while a part is empty.
fn parts<'a>(key: &Key, state: &'a State) -> Option<Vec<&'a Value>> {
    key.fields.iter().map(|field| state.value(*field)).collect()
}

fn is_sealed(key: &Key, state: &State) -> bool {
    let sealed = |field: &FieldNo| matches!(state.value(*field), Some(Value::Sealed(_)));
    key.fields.iter().any(sealed)
}

fn living(timeline: &Timeline) -> Option<State> {
    (!timeline.void && !timeline.events.is_empty()).then(|| timeline.state())
}
