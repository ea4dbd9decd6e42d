//! Room: a field's content as text, for readers and for programs.
//!
//! For readers: in the field's measure, by names, in the pack's language. For programs: in base
//! units, by ids, and such that `read` gives the same content back. Never rounds, and never masks:
//! who may not see a value must not be shown it.

use super::{amount, choice, code, date, evidence, measure, place, seals, unsealed, words};
use crate::definition::{Definition, Field, FieldKind, Lang};
use crate::value::{Cell, Value, print_scaled};

/// How records become names; the caller answers from what it has loaded.
pub trait ShowNames {
    /// The name of a unit.
    fn unit(&self, record: i64) -> Option<String>;
    /// The title of a record.
    fn record(&self, record: i64) -> Option<String>;
}

/// A field's content as a reader sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The value; empty unless it is reported.
    pub text: String,
    /// The measure that the number is in.
    pub measure: Option<String>,
    /// How to take an empty text. The caller words it.
    pub state: ShownState,
}

/// The readings of a field's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShownState {
    /// There is a value.
    Reported,
    /// Nobody has said yet.
    Missing,
    /// The question does not apply.
    NotApplicable,
    /// The value was erased by law.
    Erased,
    /// There is a value, and its seal has not been opened.
    Sealed,
}

/// The content for pages and workbooks. Amounts are exact; one that the field's measure cannot
/// express in a finite decimal is shown in the base unit.
pub fn show(definition: &Definition, field: &Field, cell: Option<&Cell>, names: &dyn ShowNames) -> Shown {
    let empty = |state| Shown {
        text: String::new(),
        measure: None,
        state,
    };
    match cell {
        None | Some(Cell::Missing) => empty(ShownState::Missing),
        Some(Cell::NotApplicable) => empty(ShownState::NotApplicable),
        Some(Cell::Erased) => empty(ShownState::Erased),
        Some(Cell::Is(Value::Sealed(_))) => empty(ShownState::Sealed),
        Some(Cell::Is(Value::Num(units))) => show_number(definition, field, *units),
        Some(Cell::Is(Value::Text(_))) if seals(field) => show_unsealed(definition, field, cell, names),
        Some(Cell::Is(value)) => reported(show_text(definition, field, value, names)),
    }
}

/// The content for programs: numbers in the base unit, days after their precision (`2024-08`),
/// choices by id, units and links by record number, `不适用` for what does not apply. None for what
/// is missing, erased or still sealed.
///
/// `read` with `base_units` gives the same content back, unless the choice was retired since.
pub fn api(_definition: &Definition, field: &Field, cell: Option<&Cell>) -> Option<String> {
    match cell? {
        Cell::Missing | Cell::Erased | Cell::Is(Value::Sealed(_)) => None,
        Cell::NotApplicable => Some(words::NOT_APPLICABLE.to_owned()),
        Cell::Is(value) => Some(api_text(field, value)),
    }
}

/// The canonical text of a value.
pub(super) fn api_text(field: &Field, value: &Value) -> String {
    match value {
        Value::Text(text) | Value::Choice(text) => text.clone(),
        Value::Num(units) => print_scaled(*units, field.scale()),
        Value::Date(day, precision) => date::api(*day, *precision),
        Value::Month(month) => month.to_string(),
        Value::Unit(record) | Value::Link(record) => record.to_string(),
        Value::Evidence(files) => evidence::show(files),
        Value::Place { lat, lon } => place::show(*lat, *lon),
        Value::Sealed(_) => String::new(),
    }
}

fn reported(text: String) -> Shown {
    Shown {
        text,
        measure: None,
        state: ShownState::Reported,
    }
}

fn show_number(definition: &Definition, field: &Field, units: i64) -> Shown {
    let scale = field.scale();
    let Some(own) = measure::of_field(definition, &field.kind) else {
        return reported(print_scaled(units, scale));
    };
    let english = definition.lang == Lang::En;
    let (text, measure) = match amount::exact(units, scale, &own) {
        Some(text) => (text, measure::name(&own, english)),
        None => {
            let base = definition.measures.get(&own.base);
            let name = base.map_or_else(|| own.base.clone(), |base| measure::name(base, english));
            (print_scaled(units, scale), name)
        }
    };
    Shown {
        text,
        measure: Some(measure),
        state: ShownState::Reported,
    }
}

/// The plain text of an opened seal is shown like the value that it stands for.
fn show_unsealed(definition: &Definition, field: &Field, cell: Option<&Cell>, names: &dyn ShowNames) -> Shown {
    match cell.cloned().map(|cell| unsealed(definition, field, cell)) {
        Some(Cell::Is(Value::Text(text))) => reported(code::show(definition, &field.kind, &text)),
        cell => show(definition, field, cell.as_ref(), names),
    }
}

fn show_text(definition: &Definition, field: &Field, value: &Value, names: &dyn ShowNames) -> String {
    let or_number = |name: Option<String>, record: i64| name.unwrap_or_else(|| format!("#{record}"));
    match (value, &field.kind) {
        (Value::Choice(id), FieldKind::Choice(choices)) => choice::show(choices, id),
        (Value::Text(text), kind) => code::show(definition, kind, text),
        (Value::Date(day, precision), _) => date::show(*day, *precision, definition.lang),
        (Value::Month(month), _) => date::show_month(*month, definition.lang),
        (Value::Unit(record), _) => or_number(names.unit(*record), *record),
        (Value::Link(record), _) => or_number(names.record(*record), *record),
        (value, _) => api_text(field, value),
    }
}
