//! Room: office files to rows and rows to office files.
//!
//! ```text
//! file ─ child process ─▶ RowStream ─ find_table ─▶ TableReader ─▶ BodyRow ─ values ─▶ day, decimal, blank
//!        (read: bytes to RawRow)      (header, columns, merges)
//! typed cells ─▶ write ─▶ xlsx, csv, json
//! ```
//!
//! It knows how spreadsheets are drawn, and nothing of registers or of their rules. It guesses
//! nothing: what can be read in two ways is an error that names both the cell and the doubt.

pub mod child;
pub mod document;
mod error;
pub mod fill;
mod format;
mod limits;
mod locale;
mod raw;
pub mod read;
pub mod table;
mod text;
pub mod values;
pub mod write;

pub use child::{RowStream, open, open_in_process};
pub use error::{Disguise, Limit, Nearest, Refused, SheetError};
pub use format::{Format, is_xlsx};
pub use limits::Limits;
pub use raw::{Book, Kind, Merge, RawCell, RawRow, SheetInfo, column_letters};
pub use read::ReadOptions;
pub use read::bare::bare_read;
pub use table::{BodyCell, BodyRow, Column, Headings, Table, TableReader, find_table};
