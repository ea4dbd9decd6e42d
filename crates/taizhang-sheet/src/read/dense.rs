//! Room: xls and ods, whose reader builds the whole range in memory.
//!
//! OpenDocument is measured before it is opened. Of an xls nothing can be measured from outside, so
//! there the child's memory limit is the guard; a sheet of that format has 65,536 rows at most.

use super::ods_scan::{self, OdsScan};
use super::scalar;
use super::xlsx_scan::Hidden;
use super::{Sink, Workbook, guard};
use crate::error::{Limit, SheetError};
use crate::format::Format;
use crate::limits::Limits;
use crate::raw::{Book, Kind, Merge, RawCell, RawRow, SheetInfo};
use calamine::{Data, Ods, OdsError, Range, Reader, SheetType, SheetVisible, Xls, XlsError};
use std::fmt::Display;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use zip::ZipArchive;

/// Opens a workbook of Excel 97 to 2003.
pub(super) fn open_xls(path: &Path, limits: &Limits) -> Result<DenseBook<Xls<BufReader<File>>>, SheetError> {
    let file = File::open(path).map_err(|error| SheetError::io(path, error))?;
    let reader = Xls::new(BufReader::new(file)).map_err(|error| match error {
        XlsError::Password => SheetError::Encrypted,
        other => SheetError::corrupt(other),
    })?;
    let mut scans = Vec::new();
    for sheet in reader
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
    {
        let found = reader
            .merge_cells_by_sheet_name(&sheet.name)
            .map_err(SheetError::corrupt)?;
        let (count, max) = (found.len() as u64, u64::from(limits.merges_max));
        if count > max {
            return Err(SheetError::over(Limit::Merges, count, max));
        }
        let mut merges: Vec<Merge> = found
            .iter()
            .map(|range| Merge {
                first_row: range.start.0 + 1,
                first_col: range.start.1 + 1,
                last_row: range.end.0 + 1,
                last_col: range.end.1 + 1,
            })
            .collect();
        merges.sort_unstable();
        scans.push((merges, Hidden::default()));
    }
    let book = book(Format::Xls, &reader, reader.has_1904_epoch());
    Ok(DenseBook { book, reader, scans })
}

/// Opens an OpenDocument sheet after it was measured.
pub(super) fn open_ods(path: &Path, limits: &Limits) -> Result<DenseBook<Ods<BufReader<File>>>, SheetError> {
    let open = || File::open(path).map_err(|error| SheetError::io(path, error));
    let mut archive = ZipArchive::new(BufReader::new(open()?)).map_err(SheetError::corrupt)?;
    guard::check(&mut archive, limits)?;
    let content = archive.by_name("content.xml").map_err(SheetError::corrupt)?;
    let tables: Vec<OdsScan> = ods_scan::scan(content, limits)?;
    let reader = Ods::new(BufReader::new(open()?)).map_err(|error| match error {
        OdsError::Password => SheetError::Encrypted,
        other => SheetError::corrupt(other),
    })?;
    let book = book(Format::Ods, &reader, false);
    if tables.len() != book.sheets.len() {
        return Err(SheetError::corrupt("tables inside tables"));
    }
    let scans = tables.into_iter().map(|table| (table.merges, table.hidden)).collect();
    Ok(DenseBook { book, reader, scans })
}

fn book<R: Reader<BufReader<File>>>(format: Format, reader: &R, epoch_1904: bool) -> Book
where
    R::Error: Display,
{
    let worksheets = reader
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let sheets = worksheets.map(|sheet| SheetInfo {
        name: sheet.name.clone(),
        hidden: sheet.visible != SheetVisible::Visible,
    });
    Book {
        format,
        sheets: sheets.collect(),
        epoch_1904,
    }
}

pub(super) struct DenseBook<R> {
    book: Book,
    reader: R,
    scans: Vec<(Vec<Merge>, Hidden)>,
}

impl<R: Reader<BufReader<File>>> Workbook for DenseBook<R>
where
    R::Error: Display,
{
    fn book(&self) -> &Book {
        &self.book
    }

    fn merges(&mut self, sheet: usize) -> Result<Vec<Merge>, SheetError> {
        Ok(self.scans[sheet].0.clone())
    }

    fn rows(&mut self, sheet: usize, sink: &mut Sink) -> Result<(), SheetError> {
        let name = &self.book.sheets[sheet].name;
        let range: Range<Data> = self.reader.worksheet_range(name).map_err(SheetError::corrupt)?;
        let Some((first_row, first_col)) = range.start() else {
            return Ok(());
        };
        let hidden = &self.scans[sheet].1;
        for (row, values) in (first_row + 1..).zip(range.rows()) {
            let cells: Vec<RawCell> = (first_col + 1..)
                .zip(values)
                .filter_map(|(col, value)| cell(col, value, hidden.row(row) || hidden.col(col)))
                .collect();
            if !cells.is_empty() && sink(RawRow { row, cells })?.is_break() {
                return Ok(());
            }
        }
        Ok(())
    }
}

fn cell(col: u32, value: &Data, hidden: bool) -> Option<RawCell> {
    let value = scalar::of_data(value);
    (value.kind != Kind::Empty).then_some(RawCell {
        col,
        raw: value.raw,
        kind: value.kind,
        hidden,
        lossy: value.lossy,
        percent: false,
    })
}
