//! Room: the sender's own workbook given back whole — every sheet, look and formula as it was, the wrong cells on
//! a ground of their own and the reasons in a column behind the last. A child process writes it.

use super::workbench::parser;
use super::{ImportOutcome, ImportRequest, unreadable};
use crate::app::App;
use crate::error::AppError;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use taizhang_sheet::fill::{FillCell, FillValue, fill};

pub(super) fn whole(app: &App, request: &ImportRequest, outcome: &ImportOutcome, out: &Path) -> Result<(), AppError> {
    let found = &outcome.found;
    // Behind the last column that has a heading; the sender's own notes further to the right stay.
    let reasons = found.columns.iter().map(|column| number_of(&column.letter)).max();
    let reasons = reasons.unwrap_or(0) + 1;
    let mut said: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
    let mut wrong: BTreeSet<(u32, u32)> = BTreeSet::new();
    for fault in &outcome.faults {
        said.entry(fault.row).or_default().push(&fault.message);
        wrong.extend(fault.col.map(|col| (fault.row, col)));
    }
    let cell = |row, col, value| FillCell {
        sheet: found.sheet.clone(),
        row,
        col,
        value,
    };
    let separator = app.locale().text("import.reason_separator");
    let heading = app.locale().text("import.reasons").to_owned();
    let mut cells = vec![cell(found.header_rows.1, reasons, FillValue::Text(heading))];
    cells.extend(wrong.into_iter().map(|(row, col)| cell(row, col, FillValue::Mark)));
    let texts = said.into_iter();
    cells.extend(texts.map(|(row, why)| cell(row, reasons, FillValue::Text(why.join(separator)))));
    let (bytes, _) = fill(&request.file, &cells, parser()).map_err(|error| unreadable(app, &error))?;
    std::fs::write(out, bytes).map_err(|error| AppError::unwritable(out, &error))
}

/// The number of a column by its letters; A is 1.
fn number_of(letters: &str) -> u32 {
    letters.bytes().fold(0, |number, letter| {
        number * 26 + u32::from(letter.to_ascii_uppercase().saturating_sub(b'A')) + 1
    })
}

#[cfg(test)]
mod tests {
    use super::number_of;

    #[test]
    fn letters_number_columns() {
        assert_eq!(["A", "Z", "AA", "XFD"].map(number_of), [1, 26, 27, 16_384]);
    }
}
