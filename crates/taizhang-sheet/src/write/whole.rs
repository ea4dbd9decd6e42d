//! Room: a file of any kind as xlsx — every cell at its own address, with what it holds, so that it can be
//! given back marked like a workbook that came as one. It knows no table.

use super::xlsx::put_cell;
use super::{Cell, unwritable};
use crate::child::{RowStream, open};
use crate::error::SheetError;
use crate::format::Format;
use crate::raw::{Kind, RawCell};
use crate::read::ReadOptions;
use rust_xlsxwriter::{Format as Look, Workbook, Worksheet};
use std::io::{Seek, Write};
use std::path::Path;

/// A sheet's name may be so long.
const NAME_CHARS: usize = 31;

/// Writes all sheets of a file as xlsx; gives the names of its sheets, and what they are called now.
pub fn as_xlsx<W: Write + Seek + Send>(
    path: &Path,
    options: &ReadOptions,
    out: W,
) -> Result<Vec<(String, String)>, SheetError> {
    let mut workbook = Workbook::new();
    let mut names: Vec<(String, String)> = Vec::new();
    let sheets = open(path, options)?.book().sheets.clone();
    for sheet in &sheets {
        let name = safe(&sheet.name, &names);
        let one = ReadOptions {
            sheet: (sheets.len() > 1).then(|| sheet.name.clone()),
            ..options.clone()
        };
        let rows = open(path, &one)?;
        // Of a text file, which may be the longest, no row is kept; a merge is written before its rows.
        let mut written = match rows.book().format {
            Format::Csv => workbook.new_worksheet_with_constant_memory().map_err(unwritable)?,
            _ => Worksheet::new(),
        };
        written.set_name(&name).map_err(unwritable)?;
        fill(&mut written, rows)?;
        written.set_hidden(sheet.hidden);
        workbook.push_worksheet(written);
        names.push((sheet.name.clone(), name));
    }
    workbook.save_to_writer(out).map_err(unwritable)?;
    Ok(names)
}

fn fill(sheet: &mut Worksheet, rows: RowStream) -> Result<(), SheetError> {
    let (plain, percents) = (Look::new(), Look::new().set_num_format("0.00%"));
    for merge in rows.merges() {
        let ends = (u16::try_from(merge.first_col - 1), u16::try_from(merge.last_col - 1));
        let (Ok(first), Ok(last)) = ends else { continue };
        let (top, bottom) = (merge.first_row - 1, merge.last_row - 1);
        sheet
            .merge_range(top, first, bottom, last, "", &plain)
            .map_err(unwritable)?;
    }
    for row in rows {
        let row = row?;
        for raw in &row.cells {
            let Ok(col) = u16::try_from(raw.col - 1) else { continue };
            let format = if raw.percent { &percents } else { &plain };
            put_cell(sheet, row.row - 1, col, &cell(raw), format)?;
        }
    }
    Ok(())
}

/// A name that a sheet may have, unlike those before it.
pub(super) fn safe(name: &str, taken: &[(String, String)]) -> String {
    let allowed = |c: char| if "[]:*?/\\'".contains(c) { '_' } else { c };
    let short = |most: usize| name.chars().map(allowed).take(most).collect::<String>();
    let is_free = |wanted: &String| !wanted.is_empty() && taken.iter().all(|(_, name)| name != wanted);
    let numbered = (1..).map(|no| format!("{}{no}", short(NAME_CHARS - 5)));
    std::iter::once(short(NAME_CHARS))
        .chain(numbered)
        .find(is_free)
        .unwrap_or_default()
}

/// A cell that reads the same as it did: 2024.10 that was a text must not become a number.
fn cell(raw: &RawCell) -> Cell {
    let text = || Cell::Text(raw.raw.clone());
    match raw.kind {
        Kind::Empty => Cell::Empty,
        Kind::Number | Kind::Untyped if !raw.lossy => exact_number(&raw.raw).unwrap_or_else(text),
        Kind::Date => day(&raw.raw).unwrap_or_else(text),
        _ => text(),
    }
}

fn day(raw: &str) -> Option<Cell> {
    let mut parts = raw.splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    Some(Cell::Date {
        year: year.parse().ok()?,
        month: month.parse().ok()?,
        day: day.parse().ok()?,
    })
}

/// The number, if a number cell would give back exactly this text.
fn exact_number(raw: &str) -> Option<Cell> {
    let (whole, fraction) = raw.split_once('.').unwrap_or((raw, ""));
    let is_short = raw.len() <= 15
        && raw
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'));
    let is_plain = whole.trim_start_matches('-') == "0" || !whole.trim_start_matches('-').starts_with('0');
    if !is_short || !is_plain || fraction.ends_with('0') || raw.ends_with('.') {
        return None;
    }
    let mantissa: i128 = format!("{whole}{fraction}").parse().ok()?;
    Some(Cell::Decimal {
        mantissa,
        scale: fraction.len() as u32,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_number_cell_gives_back_becomes_a_number() {
        for raw in ["0", "12", "-3.5", "2024.1", "0.05"] {
            let number = exact_number(raw).map(|cell| cell.text());
            assert_eq!(number.as_deref(), Some(raw));
        }
        for raw in [
            "007",
            "2024.10",
            "1,000",
            "410402199001011234",
            "3.",
            "",
            "-",
            "约3",
            "1-2",
        ] {
            assert_eq!(exact_number(raw), None, "{raw}");
        }
    }

    #[test]
    fn names_of_sheets_are_made_fit_and_told_apart() {
        let mut taken = Vec::new();
        let long = "很".repeat(40);
        for (name, expected) in [("a/b", "a_b"), ("a:b", "a_b1"), (&long, &long[..31 * 3]), ("", "1")] {
            let safe = safe(name, &taken);
            assert_eq!(safe, expected);
            taken.push((name.to_owned(), safe));
        }
    }
}
