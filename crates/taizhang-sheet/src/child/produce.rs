//! Room: the parser's side of a stream of rows.
//!
//! The same steps whether it runs in a child process or on a thread. It asks which sheet is meant
//! only if there is more than one to offer.

use super::frame::{Message, SheetStart};
use crate::error::SheetError;
use crate::raw::RawRow;
use crate::read::{ReadOptions, Workbook, offered, open_workbook, read_rows};
use std::ops::ControlFlow;
use std::path::Path;

/// How many rows of each sheet are shown before one is chosen; a header stands no lower.
pub(crate) const HEAD_ROWS: u32 = 40;

/// Reads a file and says everything there is to say. `ask` waits for the chosen sheet; nothing means
/// that nobody wants the rows any more.
pub(crate) fn produce(
    path: &Path,
    options: &ReadOptions,
    ask: &mut dyn FnMut() -> Option<usize>,
    out: &mut dyn FnMut(Message) -> Result<(), SheetError>,
) -> Result<(), SheetError> {
    let mut workbook = open_workbook(path, options.format, &options.limits)?;
    let sheets = offered(workbook.book(), options)?;
    out(Message::Book(workbook.book().clone()))?;
    if let [only] = sheets.as_slice() {
        return send_sheet(workbook.as_mut(), *only, options, None, out);
    }
    for sheet in &sheets {
        send_sheet(workbook.as_mut(), *sheet, options, Some(HEAD_ROWS), out)?;
    }
    match ask() {
        Some(chosen) if sheets.contains(&chosen) => send_sheet(workbook.as_mut(), chosen, options, None, out),
        _ => Err(SheetError::Stopped),
    }
}

fn send_sheet(
    workbook: &mut dyn Workbook,
    sheet: usize,
    options: &ReadOptions,
    rows_max: Option<u32>,
    out: &mut dyn FnMut(Message) -> Result<(), SheetError>,
) -> Result<(), SheetError> {
    let merges = workbook.merges(sheet)?;
    out(Message::Sheet(SheetStart { index: sheet, merges }))?;
    let mut batch = Batch::default();
    read_rows(workbook, sheet, &options.limits, &mut |row| {
        if rows_max.is_some_and(|max| row.row > max) {
            return Ok(ControlFlow::Break(()));
        }
        if let Some(full) = batch.add(row) {
            out(Message::Rows(full))?;
        }
        Ok(ControlFlow::Continue(()))
    })?;
    if !batch.rows.is_empty() {
        out(Message::Rows(batch.rows))?;
    }
    out(Message::End)
}

/// Rows on their way; a frame for each row would cost more than its content.
#[derive(Default)]
struct Batch {
    rows: Vec<RawRow>,
    bytes: usize,
}

const BATCH_BYTES: usize = 48 * 1024;

impl Batch {
    /// Takes a row, and gives the batch away when it is full.
    fn add(&mut self, row: RawRow) -> Option<Vec<RawRow>> {
        self.bytes += row.cells.iter().map(|cell| cell.raw.len() + 4).sum::<usize>() + 8;
        self.rows.push(row);
        if self.bytes < BATCH_BYTES {
            return None;
        }
        self.bytes = 0;
        Some(std::mem::take(&mut self.rows))
    }
}
