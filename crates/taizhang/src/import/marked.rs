//! Room: the sender's own workbook given back whole — every sheet, look and formula as it was, the wrong cells on
//! a ground of their own and the reasons in a column behind the last. What came as xls, ods or csv goes back as
//! xlsx with every cell in its place. A child process reads and writes it.

use super::workbench::parser;
use super::{ImportOutcome, ImportRequest, unreadable};
use crate::app::App;
use crate::app::scratch::Scratch;
use crate::error::AppError;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use taizhang_sheet::ReadOptions;
use taizhang_sheet::fill::{FillCell, FillValue, fill};
use taizhang_sheet::write::as_xlsx;

/// Something wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// Its number in the sheet.
    pub(super) row: u32,
    /// The column, A is 1; none where the row as a whole is wrong.
    pub(super) col: Option<u32>,
    /// What is wrong.
    pub(super) message: String,
}

pub(super) fn whole(app: &App, request: &ImportRequest, outcome: &ImportOutcome, out: &Path) -> Result<(), AppError> {
    let told = |error| unreadable(app, &error);
    let (file, names) = match taizhang_sheet::is_xlsx(&request.file) {
        true => (None, Vec::new()),
        false => {
            let options = ReadOptions {
                program: parser(),
                ..ReadOptions::default()
            };
            let scratch = Scratch::new(".xlsx")?;
            let file = File::create(scratch.path()).map_err(|error| AppError::unwritable(out, &error))?;
            let names = as_xlsx(&request.file, &options, BufWriter::new(file)).map_err(told)?;
            (Some(scratch), names)
        }
    };
    // A text file has one sheet, whatever the name that it came with.
    let sheet = |name: &str| match &names[..] {
        [(_, only)] => only.clone(),
        names => names
            .iter()
            .find(|(own, _)| own == name)
            .map_or_else(|| name.to_owned(), |(_, written)| written.clone()),
    };
    let mut cells = Vec::new();
    let mut last: BTreeMap<String, u32> = BTreeMap::new();
    let all = match outcome.sheets.is_empty() {
        true => std::slice::from_ref(outcome),
        false => &outcome.sheets[..],
    };
    for one in all {
        let columns = one.found.columns.iter().map(|column| number_of(&column.letter));
        let most = last.entry(one.found.sheet.clone()).or_default();
        *most = columns.max().unwrap_or(0).max(*most);
    }
    for (name, most) in &last {
        let here: Vec<&ImportOutcome> = all.iter().filter(|one| one.found.sheet == *name).collect();
        mark(app, &sheet(name), *most + 1, &here, &mut cells);
    }
    let path = file.as_ref().map_or(request.file.as_path(), Scratch::path);
    let (bytes, _) = fill(path, &cells, parser()).map_err(told)?;
    std::fs::write(out, bytes).map_err(|error| AppError::unwritable(out, &error))
}

/// Marks one sheet; `reasons` is the column behind the last that has a heading: the sender's own notes further to
/// the right stay.
fn mark(app: &App, sheet: &str, reasons: u32, outcomes: &[&ImportOutcome], cells: &mut Vec<FillCell>) {
    let mut said: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
    let mut wrong: BTreeSet<(u32, u32)> = BTreeSet::new();
    for fault in outcomes.iter().flat_map(|outcome| &outcome.faults) {
        said.entry(fault.row).or_default().push(&fault.message);
        wrong.extend(fault.col.map(|col| (fault.row, col)));
    }
    let (Some(first), false) = (outcomes.first(), said.is_empty()) else {
        return;
    };
    let cell = |row, col, value| FillCell {
        sheet: sheet.to_owned(),
        row,
        col,
        value,
    };
    let separator = app.locale().text("import.reason_separator");
    let heading = app.locale().text("import.reasons").to_owned();
    cells.push(cell(first.found.header_rows.1, reasons, FillValue::Text(heading)));
    cells.extend(wrong.into_iter().map(|(row, col)| cell(row, col, FillValue::Mark)));
    let texts = said.into_iter();
    cells.extend(texts.map(|(row, why)| cell(row, reasons, FillValue::Text(why.join(separator)))));
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
