//! Room: one of a closed list.
//!
//! A choice is known by its id, its name or another spelling. Retired ones are never set again.

use super::words::LIST_COMMA;
use super::{Reading, text};
use crate::definition::Choice;
use crate::refusal::{Code, Refusal};
use crate::value::Value;

const LISTED_MAX: usize = 8;

pub(super) fn read(reading: &Reading<'_>, choices: &[Choice]) -> Result<Value, Refusal> {
    let found = find(choices, reading.text);
    if let Some(choice) = found.filter(|choice| !choice.retired) {
        return Ok(Value::Choice(choice.id.clone()));
    }
    let refusal = reading.refuse(Code::NotAChoice).with("choices", listed(choices));
    Err(if found.is_some() {
        refusal.with("why", "retired")
    } else {
        refusal
    })
}

/// Whether the text names a choice, retired or not.
pub(super) fn knows(choices: &[Choice], text: &str) -> bool {
    find(choices, text).is_some()
}

/// What is shown for an id; the id itself where the list does not have it (any more).
pub(super) fn show(choices: &[Choice], id: &str) -> String {
    let known = choices.iter().find(|choice| choice.id == id);
    known.map_or_else(|| id.to_owned(), |choice| choice.name.clone())
}

/// The id wins over names, the exact spelling over a similar one, and a living choice over a
/// retired one of the same name. A text that is similar to two living choices names neither.
fn find<'a>(choices: &'a [Choice], text: &str) -> Option<&'a Choice> {
    let exact = |choice: &Choice| choice.name == text || choice.aliases.iter().any(|alias| alias == text);
    let by_id = choices.iter().find(|choice| choice.id == text);
    by_id.or_else(|| only(choices, exact)).or_else(|| {
        let wanted = text::key(text);
        let similar = |choice: &Choice| {
            let mut spellings = choice.aliases.iter().chain([&choice.id, &choice.name]);
            spellings.any(|spelling| text::key(spelling) == wanted)
        };
        only(choices, similar)
    })
}

fn only(choices: &[Choice], fits: impl Fn(&Choice) -> bool) -> Option<&Choice> {
    let mut living = choices.iter().filter(|choice| !choice.retired && fits(choice));
    match (living.next(), living.next()) {
        (Some(choice), None) => Some(choice),
        (Some(_), Some(_)) => None,
        (None, _) => choices.iter().find(|choice| choice.retired && fits(choice)),
    }
}

fn listed(choices: &[Choice]) -> String {
    let living: Vec<&str> = choices
        .iter()
        .filter(|choice| !choice.retired)
        .map(|choice| &*choice.name)
        .collect();
    let more = if living.len() > LISTED_MAX { "…" } else { "" };
    format!("{}{more}", living[..living.len().min(LISTED_MAX)].join(LIST_COMMA))
}
