//! Room: the rows that were refused, given back as a workbook.
//!
//! The wrong rows under their own headings, wrong cells coloured, the reasons in a last column; what
//! stood above the header stands there again. Corrected, it can be imported as it is.

use super::spec::decimal_text;
use super::{Cell, ColumnKind, ColumnSpec, RowSink, SheetSpec, XlsxSink};
use crate::error::SheetError;
use crate::locale::message;
use crate::raw::Kind;
use crate::table::{BodyCell, BodyRow, Column, Table, TableReader, split_measure};
use std::collections::BTreeMap;
use std::io::{Seek, Write};

/// Something wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Row number in the sheet.
    pub row: u32,
    /// Column number in the sheet, A is 1; without one the row as a whole is wrong.
    pub col: Option<u32>,
    /// The sentence for the clerk.
    pub message: String,
}

/// Reads the table once more and writes the rows that have faults; returns how many. A fault of a row
/// that is not in the table is left out.
pub fn mark_errors<W: Write + Seek + Send>(mut rows: TableReader, faults: &[Fault], out: W) -> Result<u64, SheetError> {
    let mut by_row: BTreeMap<u32, Vec<&Fault>> = BTreeMap::new();
    for fault in faults {
        by_row.entry(fault.row).or_default().push(fault);
    }
    let mut sink = Box::new(XlsxSink::new(spec(rows.table()), out)?);
    let columns: Vec<u32> = rows.table().columns.iter().map(|column| column.col).collect();
    let (mut count, mut section) = (0, None);
    for row in &mut rows {
        let row = row?;
        let Some(faults) = by_row.get(&row.row) else { continue };
        if row.section != section {
            section.clone_from(&row.section);
            // Each level is a row of its own, as it was.
            for band in section.iter().flat_map(|section| section.split('/')) {
                sink.band(band)?;
            }
        }
        let marked: Vec<usize> = faults
            .iter()
            .filter_map(|fault| columns.iter().position(|col| Some(*col) == fault.col))
            .collect();
        sink.marked_row(&cells(&row, faults), &marked)?;
        count += 1;
    }
    sink.finish()?;
    Ok(count)
}

fn spec(table: &Table) -> SheetSpec {
    let mut columns: Vec<ColumnSpec> = table.columns.iter().map(column).collect();
    columns.push(ColumnSpec {
        heading: message("write.error_column", &[]),
        group: None,
        kind: ColumnKind::Text,
        width: 50,
        summed: false,
    });
    SheetSpec {
        title: table.preamble.first().cloned().unwrap_or_default(),
        as_of_note: (table.preamble.len() > 1).then(|| table.preamble[1..].join("\u{3000}")),
        measure_note: None,
        columns,
        totals: false,
    }
}

fn column(column: &Column) -> ColumnSpec {
    let group = column.group.clone();
    let own = group
        .as_ref()
        .and_then(|group| column.heading.strip_prefix(group.as_str()));
    let mut heading = own
        .map_or(column.heading.as_str(), |own| own.trim_start_matches('/'))
        .to_owned();
    let whole = split_measure(&column.heading).1;
    if let (Some(measure), None) = (&column.measure, whole) {
        // It stood in a header cell of its own.
        heading.push_str(&format!("({measure})"));
    }
    ColumnSpec {
        heading,
        group,
        kind: ColumnKind::Text,
        width: 0,
        summed: false,
    }
}

fn cells(row: &BodyRow, faults: &[&Fault]) -> Vec<Cell> {
    let mut cells: Vec<Cell> = row.cells.iter().map(cell).collect();
    let separator = message("write.fault_separator", &[]);
    let reasons: Vec<&str> = faults.iter().map(|fault| fault.message.as_str()).collect();
    cells.push(Cell::Text(reasons.join(&separator)));
    cells
}

/// A cell that reads the same as it did: 2024.1 that was no text must not become one.
fn cell(cell: &BodyCell) -> Cell {
    match cell.kind {
        Kind::Empty => Cell::Empty,
        Kind::Number if cell.percent => percent(&cell.raw).unwrap_or_else(|| text(cell)),
        Kind::Number | Kind::Untyped if !cell.lossy => exact_number(&cell.raw).unwrap_or_else(|| text(cell)),
        _ => text(cell),
    }
}

fn text(cell: &BodyCell) -> Cell {
    Cell::Text(cell.raw.clone())
}

/// 0.6213 that was shown as 62.13%, as the sheet showed it.
fn percent(raw: &str) -> Option<Cell> {
    let Some(Cell::Decimal { mantissa, scale }) = exact_number(raw) else {
        return None;
    };
    let mantissa = mantissa * 10_i128.pow(2_u32.saturating_sub(scale));
    let shown = decimal_text(mantissa, scale.saturating_sub(2));
    Some(Cell::Text(format!("{shown}%")))
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
        for (raw, shown) in [("0.6213", "62.13%"), ("1", "100%"), ("0.5", "50%"), ("-0.005", "-0.5%")] {
            assert_eq!(percent(raw), Some(Cell::Text(shown.to_owned())));
        }
    }
}
