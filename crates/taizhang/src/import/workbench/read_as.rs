//! Room: what the cells of a row were read as, beside how they stood — the field, the value that its entry holds,
//! and by what: as it was written, by a rule, or by what the sender answered. It reads no workbook.

use super::Detail;
use crate::app::App;
use crate::app::records::RecordView;
use crate::error::AppError;
use serde_json::Value;
use std::collections::BTreeMap;
use taizhang_core::field_kinds::{ShownState, show};
use taizhang_core::journal::{Act, Entry};
use taizhang_core::value::Cell;

/// What a cell was read as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadAs {
    /// The field's id.
    pub field: String,
    /// The field's name.
    pub name: String,
    /// The value of its entry, as it is shown.
    pub value: String,
    /// How sure that is.
    pub how: How,
}

/// By what a text became a value, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// The value says what the cell says.
    Written,
    /// A rule of the field's kind or of its column: a day from a serial number, a measure from the heading, a name.
    Rule,
    /// The sender was asked, and said so.
    Answered,
}

impl How {
    /// Its key, for programs.
    pub fn key(self) -> &'static str {
        match self {
            How::Written => "written",
            How::Rule => "rule",
            How::Answered => "answered",
        }
    }
}

/// The readings of an entry's row by the letters of their columns; of a cell that changed nothing there is none.
pub(super) fn readings(
    app: &App,
    (entry, view): (&Entry, &RecordView),
    detail: &Detail,
    (sheet, cells): (&str, &[(String, String)]),
) -> Result<BTreeMap<String, ReadAs>, AppError> {
    let (Act::Open { patch, .. } | Act::Amend { patch } | Act::Move { patch, .. }) = &entry.act else {
        return Ok(BTreeMap::new());
    };
    let fields = detail
        .outcome
        .as_ref()
        .map(|outcome| columns(outcome, sheet))
        .unwrap_or_default();
    let mut reading = app.reading()?;
    let state = &view.row.state;
    let labels = app.labels(&mut reading, &view.definition, std::iter::once((&view.register, state)))?;
    let mut found = BTreeMap::new();
    for (letters, raw) in cells {
        let field = fields.get(letters).and_then(|id| view.register.field_named(id));
        let Some(field) = field else { continue };
        let Some((_, cell)) = patch.iter().find(|(no, _)| *no == field.no) else {
            continue;
        };
        let shown = show(&view.definition, field, Some(cell), &labels);
        if matches!(cell, Cell::Missing) || matches!(shown.state, ShownState::Sealed) {
            continue;
        }
        let answers = &detail.asked.answers;
        let answered = answers
            .iter()
            .any(|answer| answer.column == *letters && answer.raw == *raw);
        let how = match (answered, shown.text == raw.trim()) {
            (true, _) => How::Answered,
            (_, true) => How::Written,
            _ => How::Rule,
        };
        let read = ReadAs {
            field: field.id.clone(),
            name: field.name.clone(),
            value: shown.text,
            how,
        };
        found.insert(letters.clone(), read);
    }
    Ok(found)
}

/// Which field each column of a sheet was found to be; sheets beside the first stand deeper in the same text.
fn columns(outcome: &Value, sheet: &str) -> BTreeMap<String, String> {
    match outcome {
        Value::Object(parts)
            if parts.get("sheet").and_then(Value::as_str) == Some(sheet) && parts.contains_key("columns") =>
        {
            let columns = parts["columns"].as_array().into_iter().flatten();
            let pair = |column: &Value| {
                Some((
                    column["letter"].as_str()?.to_owned(),
                    column["field"].as_str()?.to_owned(),
                ))
            };
            columns.filter_map(pair).collect()
        }
        Value::Object(parts) => deeper(parts.values(), sheet),
        Value::Array(parts) => deeper(parts.iter(), sheet),
        _ => BTreeMap::new(),
    }
}

fn deeper<'a>(parts: impl Iterator<Item = &'a Value>, sheet: &str) -> BTreeMap<String, String> {
    let mut found = parts.map(|part| columns(part, sheet));
    found.find(|columns| !columns.is_empty()).unwrap_or_default()
}
