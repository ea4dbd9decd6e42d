//! Room: the table as it was found in a sheet, for whoever is to confirm it, and what a sender answers
//! where a cell can be read in two ways. Says only; finds nothing itself.

use super::headings::{Bound, Target};
use super::{ImportRequest, Job};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::path::Path;
use taizhang_core::definition::Blank;
use taizhang_sheet::Table;

/// How many rows that are no records are shown.
const SKIPPED_SHOWN: usize = 20;

/// What the sender says that a doubtful cell means, wherever it stands in its column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The sheet; none for any.
    #[serde(default)]
    pub sheet: Option<String>,
    /// The column's letters.
    pub column: String,
    /// The cell as it stands.
    pub raw: String,
    /// What it means.
    pub means: String,
}

impl Answer {
    pub(super) fn is_for(&self, sheet: &str, bound: &Bound, raw: &str) -> bool {
        let here = self.sheet.as_deref().is_none_or(|own| own == sheet);
        here && self.column == bound.letter && self.raw == raw
    }
}

/// What a doubtful text may mean: 2024.1 that lost its zero, or did not.
pub fn meanings(raw: &str) -> Vec<String> {
    let Some((year, month)) = raw.trim().split_once('.') else {
        return Vec::new();
    };
    match (year.len(), year.parse::<i32>(), month) {
        (4, Ok(year), "1") => vec![format!("{year:04}-01"), format!("{year:04}-10")],
        _ => Vec::new(),
    }
}

/// What the hidden columns of a template go by among the columns that were found.
pub const RECORD: &str = "_record";
/// The other one.
pub const VERSION: &str = "_version";

/// The table as it was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The sheet.
    pub sheet: String,
    /// First and last row of the header.
    pub header_rows: (u32, u32),
    /// Its columns, from left to right.
    pub columns: Vec<FoundColumn>,
    /// What stands above the header.
    pub preamble: Vec<String>,
    /// The measure of the whole sheet.
    pub measure: Option<String>,
    /// The year that title or sheet name.
    pub year: Option<i32>,
    /// The first rows that are no records: row, first text.
    pub skipped: Vec<(u32, String)>,
    /// Whether a blank cell clears a value.
    pub blank_clears: bool,
}

/// A column that was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FoundColumn {
    /// Its letters.
    pub letter: String,
    /// Its heading as people see it.
    pub heading: String,
    /// The field's id; `stage`; none if nothing matches; empty if it is left out on purpose.
    pub field: Option<String>,
    /// The field's name.
    pub name: String,
    /// The measure that its numbers are in.
    pub measure: Option<String>,
}

impl Found {
    pub(super) fn of(job: &Job<'_>, table: &Table) -> Found {
        let columns = table.columns.iter().zip(&job.columns).map(|(column, bound)| {
            let target = bound.as_ref().map(|bound| bound.target);
            let field = match target {
                Some(Target::Field(no) | Target::Monthly(no, ..)) => job.register.field(no),
                _ => None,
            };
            FoundColumn {
                letter: column.letter.clone(),
                heading: column.heading.clone(),
                field: match (target, field) {
                    (None, _) => None,
                    (Some(Target::Stage), _) => Some("stage".to_owned()),
                    (Some(Target::Record), _) => Some(RECORD.to_owned()),
                    (Some(Target::Version), _) => Some(VERSION.to_owned()),
                    (_, Some(field)) => Some(field.id.clone()),
                    _ => Some(String::new()),
                },
                name: field.map_or_else(String::new, |field| field.name.clone()),
                measure: bound.as_ref().and_then(|bound| bound.measure.clone()),
            }
        });
        Found {
            sheet: job.sheet.clone(),
            header_rows: table.header_rows,
            columns: columns.collect(),
            preamble: table.preamble.clone(),
            measure: table.sheet_measure.clone(),
            year: table.sheet_period.year,
            skipped: table
                .skipped
                .iter()
                .take(SKIPPED_SHOWN)
                .map(|row| (row.row, row.text.clone()))
                .collect(),
            blank_clears: job.register.blank == Blank::Clear,
        }
    }

    /// As programs read it.
    pub fn json(&self) -> Value {
        let columns: Vec<Value> = self
            .columns
            .iter()
            .map(|column| {
                json!({
                    "letter": column.letter, "heading": column.heading, "field": column.field,
                    "name": column.name, "measure": column.measure,
                })
            })
            .collect();
        json!({
            "sheet": self.sheet,
            "header_rows": [self.header_rows.0, self.header_rows.1],
            "columns": columns,
            "preamble": self.preamble,
            "measure": self.measure,
            "year": self.year,
            "skipped": self.skipped.iter().map(|(row, text)| json!({"row": row, "text": text})).collect::<Vec<_>>(),
            "blank": if self.blank_clears { "clear" } else { "keep" },
        })
    }
}

/// The sheet's name; that of a text file is its own, by the name that it came with.
pub(super) fn sheet_name(table: &Table, request: &ImportRequest) -> String {
    let stem = |path: &Path| path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    match &request.name {
        Some(name) if stem(&request.file).as_deref() == Some(&table.sheet) => {
            stem(Path::new(name)).unwrap_or_else(|| table.sheet.clone())
        }
        _ => table.sheet.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::meanings;

    #[test]
    fn a_month_that_may_have_lost_its_zero_has_two_meanings() {
        assert_eq!(meanings("2024.1"), ["2024-01", "2024-10"]);
        for raw in ["2024.2", "2024.10", "24.1", "约3亿元", "03/04/2024"] {
            assert!(meanings(raw).is_empty(), "{raw}");
        }
    }
}
