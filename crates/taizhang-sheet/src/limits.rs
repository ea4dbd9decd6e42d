//! Room: how large a workbook may be.
//!
//! The defaults let through any ledger that a county keeps, and stop what only a mistake or an
//! attack produces. Nothing here measures anything.

use serde::{Deserialize, Serialize};

/// Upper bounds for one file; the last two are for the child process that parses it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Size of the file.
    pub file_bytes_max: u64,
    /// Size of all parts of a zipped workbook once inflated.
    pub inflated_bytes_max: u64,
    /// Parts of a zipped workbook.
    pub zip_entries_max: u64,
    /// Inflated to packed size of one part; parts under a mebibyte may be denser.
    pub ratio_max: u64,
    /// Declared entries of the table of shared texts.
    pub shared_strings_max: u64,
    /// Cells with content.
    pub cells_max: u64,
    /// The last column with content.
    pub columns_max: u32,
    /// The last row with content.
    pub rows_max: u32,
    /// Characters in one cell.
    pub text_chars_max: u32,
    /// Merged ranges of one sheet.
    pub merges_max: u32,
    /// Sheets of a workbook.
    pub sheets_max: u32,
    /// Address space of the parsing child.
    pub memory_bytes_max: u64,
    /// Seconds that the parent waits for the child in total, and seconds of processor time that the child gets.
    pub seconds_max: u32,
}

impl Default for Limits {
    fn default() -> Limits {
        const MEBIBYTE: u64 = 1 << 20;
        Limits {
            file_bytes_max: 64 * MEBIBYTE,
            inflated_bytes_max: 1024 * MEBIBYTE,
            zip_entries_max: 10_000,
            ratio_max: 500,
            shared_strings_max: 5_000_000,
            cells_max: 5_000_000,
            columns_max: 512,
            rows_max: 1_048_576,
            text_chars_max: 32_767,
            merges_max: 200_000,
            sheets_max: 128,
            memory_bytes_max: 512 * MEBIBYTE,
            seconds_max: 60,
        }
    }
}
