//! Room: rows and cells as they stand in the file.
//!
//! Plain data between the parser and everything behind it. Nothing here interprets a cell.

use crate::format::Format;
use serde::{Deserialize, Serialize};

/// What the file is and which sheets it has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Book {
    /// By content, not by name.
    pub format: Format,
    /// In the order of the tabs; a text file has one, named after the file.
    pub sheets: Vec<SheetInfo>,
    /// Whether day numbers count from 1904. Date cells are already converted.
    pub epoch_1904: bool,
}

/// A worksheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetInfo {
    /// The text of its tab.
    pub name: String,
    /// Whether its tab is hidden.
    pub hidden: bool,
}

/// A row with content. Rows without any are not sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawRow {
    /// Its number at the margin of the sheet, from 1.
    pub row: u32,
    /// Cells with content, from left to right; empty ones are not sent.
    pub cells: Vec<RawCell>,
}

/// A cell with content.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawCell {
    /// Column number, A is 1.
    pub col: u32,
    /// Text as stored; a number as exact decimal text, a date as ISO text, an error as `#REF!` and the like.
    pub raw: String,
    /// What kind of content it is.
    pub kind: Kind,
    /// Whether its row or column is hidden, where the format tells.
    pub hidden: bool,
    /// A whole number with more digits than a number cell keeps: the last ones were lost before we saw it.
    pub lossy: bool,
    /// A number that the sheet shows with a percent sign: `raw` 0.6213 is shown as 62.13%.
    pub percent: bool,
}

/// What a cell holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Kind {
    /// Nothing.
    #[default]
    Empty,
    /// A text that was stored as a text.
    Text,
    /// A text of a file that does not tell texts from numbers (csv): a trailing zero may already be gone.
    Untyped,
    /// A number.
    Number,
    /// True or false, as `TRUE` or `FALSE`.
    Bool,
    /// A date, perhaps with a time behind it; `YYYY-MM` if the sheet shows the first of a month as a month.
    Date,
    /// The value of a formula that failed.
    Error,
}

/// A merged range; all bounds count, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Merge {
    /// The row that holds its text.
    pub first_row: u32,
    /// The column that holds its text.
    pub first_col: u32,
    /// Its lowest row.
    pub last_row: u32,
    /// Its rightmost column.
    pub last_col: u32,
}

impl Merge {
    /// Whether the cell lies in it.
    pub fn covers(&self, row: u32, col: u32) -> bool {
        (self.first_row..=self.last_row).contains(&row) && (self.first_col..=self.last_col).contains(&col)
    }
}

/// The letters at the head of a column: 1 is A, 27 is AA. Column 0 has none.
pub fn column_letters(col: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = col;
    while rest > 0 {
        rest -= 1;
        letters.push(b'A' + (rest % 26) as u8);
        rest /= 26;
    }
    letters.iter().rev().map(|letter| char::from(*letter)).collect()
}

/// The column number of letters; nothing but letters, and no more than a sheet has.
pub(crate) fn column_number(letters: &str) -> Option<u32> {
    if letters.is_empty() || letters.len() > 3 || !letters.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return None;
    }
    let digits = letters
        .bytes()
        .map(|byte| u32::from(byte.to_ascii_uppercase() - b'A') + 1);
    Some(digits.fold(0, |sum, digit| sum * 26 + digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_numbers_are_the_same_columns() {
        for (col, letters) in [
            (1, "A"),
            (26, "Z"),
            (27, "AA"),
            (52, "AZ"),
            (703, "AAA"),
            (16_384, "XFD"),
        ] {
            assert_eq!(column_letters(col), letters);
            assert_eq!(column_number(letters), Some(col));
        }
        for wrong in ["", "A1", "ABCD", "列"] {
            assert_eq!(column_number(wrong), None, "{wrong}");
        }
    }
}
