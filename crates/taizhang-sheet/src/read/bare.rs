//! Room: a workbook read by the library alone, without a child, limits or a table: the floor that reading is
//! measured against. Never used on a stranger's file.

use crate::error::SheetError;
use calamine::{Reader, Xlsx, open_workbook};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

/// How many cells of the first sheet hold something.
pub fn bare_read(path: &Path) -> Result<usize, SheetError> {
    let mut workbook: Xlsx<BufReader<File>> =
        open_workbook(path).map_err(|error: calamine::XlsxError| SheetError::corrupt(error))?;
    let sheet = workbook.worksheet_range_at(0).and_then(Result::ok);
    Ok(sheet.map_or(0, |sheet| sheet.used_cells().count()))
}
