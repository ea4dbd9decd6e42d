//! Room: the parsing itself; in production it runs inside the child process only.
//!
//! Each format hands out the same rows: numbers as exact decimal text, dates as ISO text, nothing
//! for empty cells. Nothing here knows what a header is.

pub(crate) mod bare;
mod csv;
mod decode;
mod dense;
mod guard;
pub(crate) mod meter;
mod ods_scan;
mod scalar;
mod xlsx;
mod xlsx_parts;
mod xlsx_scan;

use crate::error::{Limit, SheetError};
use crate::format::{self, Format};
use crate::limits::Limits;
use crate::raw::{Book, Merge, RawRow};
use meter::Meter;
use serde::{Deserialize, Serialize};
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// How to read a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadOptions {
    /// The sheet to read, hidden or not. Without a name the visible sheets are offered.
    pub sheet: Option<String>,
    /// The format; without it the content decides.
    pub format: Option<Format>,
    /// How large the file may be.
    pub limits: Limits,
    /// The program that parses as a child; without it the running one. Never passed on to the child.
    #[serde(skip)]
    pub program: Option<PathBuf>,
}

/// Reads one sheet (the named one, else the first visible one) into the sink, row by row.
pub fn read(
    path: &Path,
    format: Option<Format>,
    options: &ReadOptions,
    sink: &mut dyn FnMut(RawRow) -> Result<(), SheetError>,
) -> Result<Book, SheetError> {
    let mut workbook = open_workbook(path, format.or(options.format), &options.limits)?;
    let sheet = offered(workbook.book(), options)?[0];
    read_rows(workbook.as_mut(), sheet, &options.limits, &mut |row| {
        sink(row)?;
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(workbook.book().clone())
}

/// Takes rows until it has enough.
pub(crate) type Sink<'a> = dyn FnMut(RawRow) -> Result<ControlFlow<()>, SheetError> + 'a;

/// One opened file, whatever its format. Sheets are counted from 0 in the order of [`Book::sheets`].
pub(crate) trait Workbook {
    /// What there is to read.
    fn book(&self) -> &Book;
    /// The merged ranges of a sheet, by their first cell.
    fn merges(&mut self, sheet: usize) -> Result<Vec<Merge>, SheetError>;
    /// The rows of a sheet from the top, as often as wanted.
    fn rows(&mut self, sheet: usize, sink: &mut Sink) -> Result<(), SheetError>;
}

/// Opens a file after everything was checked that can be checked from outside.
pub(crate) fn open_workbook(
    path: &Path,
    format: Option<Format>,
    limits: &Limits,
) -> Result<Box<dyn Workbook>, SheetError> {
    let size = fs::metadata(path).map_err(|error| SheetError::io(path, error))?.len();
    if size > limits.file_bytes_max {
        return Err(SheetError::over(Limit::FileBytes, size, limits.file_bytes_max));
    }
    let format = match format {
        Some(format) => format,
        None => format::sniff(path)?,
    };
    let workbook: Box<dyn Workbook> = match format {
        Format::Xlsx => Box::new(xlsx::open(path, limits)?),
        Format::Xls => Box::new(dense::open_xls(path, limits)?),
        Format::Ods => Box::new(dense::open_ods(path, limits)?),
        Format::Csv => Box::new(csv::open(path, limits)?),
    };
    let sheets = workbook.book().sheets.len() as u64;
    if sheets > u64::from(limits.sheets_max) {
        return Err(SheetError::over(Limit::Sheets, sheets, u64::from(limits.sheets_max)));
    }
    Ok(workbook)
}

/// The sheets that may be meant: the named one alone, or all that are visible. Never empty.
pub(crate) fn offered(book: &Book, options: &ReadOptions) -> Result<Vec<usize>, SheetError> {
    if let Some(asked) = &options.sheet {
        let found = book.sheets.iter().position(|sheet| sheet.name == *asked);
        return found.map(|index| vec![index]).ok_or_else(|| SheetError::NoSuchSheet {
            asked: asked.clone(),
            have: book.sheets.iter().map(|sheet| sheet.name.clone()).collect(),
        });
    }
    let visible: Vec<usize> = (0..book.sheets.len())
        .filter(|index| !book.sheets[*index].hidden)
        .collect();
    if visible.is_empty() {
        return Err(SheetError::NoVisibleSheet);
    }
    Ok(visible)
}

/// The rows of a sheet, counted against the limits on their way.
pub(crate) fn read_rows(
    workbook: &mut dyn Workbook,
    sheet: usize,
    limits: &Limits,
    sink: &mut Sink,
) -> Result<(), SheetError> {
    let mut meter = Meter::new(limits);
    workbook.rows(sheet, &mut |row| {
        meter.count(&row)?;
        sink(row)
    })
}
