//! Room: xlsx, streamed cell by cell.
//!
//! The cells come from calamine's streaming reader; a range would be dense, and one stray cell in
//! the last corner would ask for all memory there is.

use super::scalar::{self, Shown};
use super::xlsx_scan::{self, SheetScan};
use super::{Sink, Workbook, guard, xlsx_parts};
use crate::error::SheetError;
use crate::format::Format;
use crate::limits::Limits;
use crate::raw::{Book, Kind, Merge, RawCell, RawRow, SheetInfo};
use calamine::{Reader, SheetType, SheetVisible, Style, Xlsx, XlsxError};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::ops::ControlFlow;
use std::path::Path;
use zip::ZipArchive;

/// Opens a workbook whose claims were checked.
pub(super) fn open(path: &Path, limits: &Limits) -> Result<XlsxBook, SheetError> {
    let open = || File::open(path).map_err(|error| SheetError::io(path, error));
    let mut archive = ZipArchive::new(BufReader::new(open()?)).map_err(SheetError::corrupt)?;
    guard::check(&mut archive, limits)?;
    let cells = Xlsx::new(BufReader::new(open()?)).map_err(fault)?;
    let worksheets = cells
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let sheets = worksheets.map(|sheet| SheetInfo {
        name: sheet.name.clone(),
        hidden: sheet.visible != SheetVisible::Visible,
    });
    let book = Book {
        format: Format::Xlsx,
        sheets: sheets.collect(),
        epoch_1904: cells.has_1904_epoch(),
    };
    let parts = xlsx_parts::sheet_parts(&mut archive)?;
    Ok(XlsxBook {
        book,
        cells,
        archive,
        parts,
        scans: BTreeMap::new(),
        limits: limits.clone(),
    })
}

/// The same file opened twice: once for cells, once for what stands around them.
pub(super) struct XlsxBook {
    book: Book,
    cells: Xlsx<BufReader<File>>,
    archive: ZipArchive<BufReader<File>>,
    parts: BTreeMap<String, String>,
    scans: BTreeMap<usize, SheetScan>,
    limits: Limits,
}

impl XlsxBook {
    fn scan(&mut self, sheet: usize) -> Result<&SheetScan, SheetError> {
        if !self.scans.contains_key(&sheet) {
            let name = &self.book.sheets[sheet].name;
            let part = self
                .parts
                .get(name)
                .ok_or_else(|| SheetError::corrupt("a sheet without its part"))?;
            let part = self.archive.by_name(part).map_err(SheetError::corrupt)?;
            let scan = xlsx_scan::scan(part, &self.limits)?;
            self.scans.insert(sheet, scan);
        }
        Ok(&self.scans[&sheet])
    }
}

impl Workbook for XlsxBook {
    fn book(&self) -> &Book {
        &self.book
    }

    fn merges(&mut self, sheet: usize) -> Result<Vec<Merge>, SheetError> {
        Ok(self.scan(sheet)?.merges.clone())
    }

    fn rows(&mut self, sheet: usize, sink: &mut Sink) -> Result<(), SheetError> {
        let hidden = self.scan(sheet)?.hidden.clone();
        let name = &self.book.sheets[sheet].name;
        let mut reader = self.cells.worksheet_cells_reader(name).map_err(fault)?;
        let shown: Vec<Shown> = reader.styles().iter().map(shown_by_style).collect();
        let mut row = RawRow::default();
        while let Some((cell, style)) = reader.next_cell_with_style_id().map_err(fault)? {
            let (at_row, at_col) = cell.get_position();
            if at_row + 1 != row.row {
                if !row.cells.is_empty() && deliver(&mut row, sink)?.is_break() {
                    return Ok(());
                }
                row.row = at_row + 1;
            }
            let shown = shown.get(style).copied().unwrap_or_default();
            let value = scalar::of_ref(cell.get_value(), shown);
            if value.kind == Kind::Empty {
                continue;
            }
            let col = at_col + 1;
            row.cells.push(RawCell {
                col,
                raw: value.raw,
                percent: shown.percent && value.kind == Kind::Number,
                kind: value.kind,
                hidden: hidden.row(row.row) || hidden.col(col),
                lossy: value.lossy,
            });
        }
        if !row.cells.is_empty() {
            // Nothing follows, so it does not matter whether the sink wants more.
            let _ = deliver(&mut row, sink)?;
        }
        Ok(())
    }
}

/// Hands a row on and begins a new one. Cells stand in order in every file that a program wrote.
fn deliver(row: &mut RawRow, sink: &mut Sink) -> Result<ControlFlow<()>, SheetError> {
    let mut done = std::mem::take(row);
    if !done.cells.is_sorted_by(|a, b| a.col < b.col) {
        done.cells.sort_by_key(|cell| cell.col);
        if done.cells.windows(2).any(|pair| pair[0].col == pair[1].col) {
            return Err(SheetError::corrupt(format!("row {} has a cell twice", done.row)));
        }
    }
    row.cells.reserve(done.cells.len());
    sink(done)
}

fn shown_by_style(style: &Style) -> Shown {
    style
        .number_format
        .as_ref()
        .map(|format| scalar::shown_by(&format.format_code, format.format_id))
        .unwrap_or_default()
}

fn fault(error: XlsxError) -> SheetError {
    match error {
        XlsxError::Password => SheetError::Encrypted,
        other => SheetError::corrupt(other),
    }
}
