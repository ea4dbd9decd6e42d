//! Room: what a sheet to be written looks like, and its cells.
//!
//! Plain data. Numbers are whole numbers with a scale; no float is made here.

use crate::error::SheetError;

/// A sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SheetSpec {
    /// The line over everything; left out if empty.
    pub title: String,
    /// `单位：万元`, at the right above the header.
    pub measure_note: Option<String>,
    /// `截至2024年6月30日`, at the left above the header.
    pub as_of_note: Option<String>,
    /// From left to right.
    pub columns: Vec<ColumnSpec>,
    /// Whether a line of totals closes the sheet; see [`ColumnSpec::summed`].
    pub totals: bool,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnSpec {
    /// Its heading.
    pub heading: String,
    /// The heading over it and its neighbours of the same group.
    pub group: Option<String>,
    /// What its cells hold.
    pub kind: ColumnKind,
    /// Width in letters; 0 takes the usual one for its kind.
    pub width: u16,
    /// Whether the totals add it up. Running numbers and years are not.
    pub summed: bool,
}

/// What the cells of a column hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// Texts, codes, identity numbers.
    Text,
    /// Whole numbers without separators.
    Integer,
    /// Numbers with a fixed count of decimal places.
    Decimal {
        /// How many.
        places: u32,
    },
    /// Days.
    Date,
}

/// A cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// A text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// `mantissa` × 10^-`scale`.
    Decimal {
        /// All digits as one whole number.
        mantissa: i128,
        /// How many of them stand behind the point.
        scale: u32,
    },
    /// A day.
    Date {
        /// Year.
        year: i32,
        /// 1 to 12.
        month: u8,
        /// 1 to 31.
        day: u8,
    },
}

impl SheetSpec {
    pub(super) fn check(&self, cells: &[Cell]) -> Result<(), SheetError> {
        if cells.len() == self.columns.len() {
            return Ok(());
        }
        Err(SheetError::RowShape {
            expected: self.columns.len() as u32,
            found: cells.len() as u32,
        })
    }
}

impl ColumnSpec {
    /// The heading with its group, where there is only one line for both.
    pub(super) fn full_heading(&self) -> String {
        match &self.group {
            Some(group) => format!("{group}/{}", self.heading),
            None => self.heading.clone(),
        }
    }
}

impl Cell {
    /// The cell as plain text; nothing for nothing.
    pub fn text(&self) -> String {
        match self {
            Cell::Empty => String::new(),
            Cell::Text(text) => text.clone(),
            Cell::Integer(value) => value.to_string(),
            Cell::Decimal { mantissa, scale } => decimal_text(*mantissa, *scale),
            Cell::Date { year, month, day } => format!("{year:04}-{month:02}-{day:02}"),
        }
    }

    /// Mantissa and scale of a number.
    pub(super) fn number(&self) -> Option<(i128, u32)> {
        match self {
            Cell::Integer(value) => Some((i128::from(*value), 0)),
            Cell::Decimal { mantissa, scale } => Some((*mantissa, *scale)),
            _ => None,
        }
    }
}

/// `-12345` of scale 3 is `-12.345`; all places stay.
pub(super) fn decimal_text(mantissa: i128, scale: u32) -> String {
    let sign = if mantissa < 0 { "-" } else { "" };
    let scale = scale as usize;
    let digits = format!("{:0>width$}", mantissa.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    if fraction.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction}")
    }
}

/// A number cell keeps fifteen digits; what has more must be written as a text.
pub(super) fn fits_number(text: &str) -> bool {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.trim_start_matches('0').len() <= 15
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_keep_their_places() {
        let table: &[(i128, u32, &str)] = &[
            (0, 0, "0"),
            (0, 2, "0.00"),
            (5, 2, "0.05"),
            (-5, 2, "-0.05"),
            (-12_345, 3, "-12.345"),
            (120_000, 0, "120000"),
            (i128::MIN, 1, "-17014118346046923173168730371588410572.8"),
        ];
        for (mantissa, scale, expected) in table {
            assert_eq!(decimal_text(*mantissa, *scale), *expected);
        }
        assert!(fits_number("-123456789012.345") && !fits_number("410402199001011234"));
    }
}
