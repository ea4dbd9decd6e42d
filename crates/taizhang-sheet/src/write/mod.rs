//! Room: rows to office files.
//!
//! Typed cells go in, one row after the other; xlsx, csv or json comes out, in constant memory. Codes
//! stay texts, numbers numbers and dates dates, so that what was written is read back unchanged.

mod csv;
mod json;
mod spec;
mod template;
mod whole;
mod xlsx;

pub use csv::CsvSink;
pub use json::JsonSink;
pub use spec::{Cell, ColumnKind, ColumnSpec, SheetSpec};
pub use template::{TemplateColumn, TemplateKind, TemplateSpec, template};
pub use whole::as_xlsx;
pub use xlsx::XlsxSink;

use crate::error::SheetError;

/// Takes rows and ends as a file. A sink that is dropped unfinished leaves no valid file.
pub trait RowSink {
    /// Writes a row; it has one cell per column.
    fn row(&mut self, cells: &[Cell]) -> Result<(), SheetError>;
    /// Writes what comes behind the last row.
    fn finish(self: Box<Self>) -> Result<(), SheetError>;
}

fn unwritable(cause: impl std::fmt::Display) -> SheetError {
    SheetError::Unwritable {
        detail: cause.to_string(),
    }
}
