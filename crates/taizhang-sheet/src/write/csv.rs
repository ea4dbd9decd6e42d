//! Room: rows to a text file that every spreadsheet opens.
//!
//! UTF-8 with a mark, CR LF, one line of headings. A text that a spreadsheet would take for a formula
//! gets an apostrophe (ASVS 1.2.10), which our own reader takes away again.

use super::{Cell, RowSink, SheetSpec, unwritable};
use crate::error::SheetError;
use crate::text::guarded;
use std::io::Write;

/// Writes comma-separated values.
pub struct CsvSink<W: Write> {
    spec: SheetSpec,
    writer: csv::Writer<W>,
}

impl<W: Write> CsvSink<W> {
    /// Begins a file.
    pub fn new(spec: SheetSpec, mut out: W) -> Result<CsvSink<W>, SheetError> {
        out.write_all(b"\xEF\xBB\xBF").map_err(unwritable)?;
        let terminator = csv::Terminator::CRLF;
        let mut writer = csv::WriterBuilder::new().terminator(terminator).from_writer(out);
        let headings = spec.columns.iter().map(|column| guarded(&column.full_heading()));
        writer.write_record(headings).map_err(unwritable)?;
        Ok(CsvSink { spec, writer })
    }
}

impl<W: Write> RowSink for CsvSink<W> {
    fn row(&mut self, cells: &[Cell]) -> Result<(), SheetError> {
        self.spec.check(cells)?;
        let fields = cells.iter().map(|cell| match cell {
            Cell::Text(text) => guarded(text),
            other => other.text(),
        });
        self.writer.write_record(fields).map_err(unwritable)
    }

    fn finish(mut self: Box<Self>) -> Result<(), SheetError> {
        self.writer.flush().map_err(unwritable)
    }
}
