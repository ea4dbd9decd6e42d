//! Room: the raw text of a cell to a day, an exact decimal, or a kind of blank.
//!
//! What can be read in two ways is not read: every refusal says why in a word and in a sentence.
//! Nothing here knows which field a cell belongs to.

mod blank;
mod day;
mod decimal;
mod shape;

pub use blank::{Blank, read_blank};
pub use day::{DayRules, Precision, ReadDay, Serials, read_day};
pub use decimal::{ReadDecimal, read_decimal};

use crate::locale::message;
use std::fmt;

/// Why a cell was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Why {
    /// Nothing stands there.
    Blank,
    /// A dash, a stroke or 不适用.
    NotApplicable,
    /// 无: there is none, or there is none yet.
    None,
    /// A formula that failed.
    ErrorCell,
    /// No date.
    NotADay,
    /// 30 February.
    NoSuchDay,
    /// 8月底 where no year is known.
    NeedsYear,
    /// 24.8.28.
    TwoDigitYear,
    /// 2024.1 as a number: January, or October without its zero.
    Ambiguous,
    /// 2013-2015 where one value is wanted.
    Interval,
    /// 约3亿元.
    Qualified,
    /// A number that could be the number of a day.
    Serial,
    /// No number.
    NotANumber,
    /// 1,23,456.
    BadGrouping,
    /// A number of more digits than a number cell keeps.
    DigitsLost,
    /// More digits than we keep.
    TooLong,
}

impl Why {
    /// Every reason, so that lists can be checked against it.
    pub const ALL: [Why; 16] = [
        Why::Blank,
        Why::NotApplicable,
        Why::None,
        Why::ErrorCell,
        Why::NotADay,
        Why::NoSuchDay,
        Why::NeedsYear,
        Why::TwoDigitYear,
        Why::Ambiguous,
        Why::Interval,
        Why::Qualified,
        Why::Serial,
        Why::NotANumber,
        Why::BadGrouping,
        Why::DigitsLost,
        Why::TooLong,
    ];

    /// A stable name for programs.
    pub fn code(self) -> &'static str {
        match self {
            Why::Blank => "blank",
            Why::NotApplicable => "not_applicable",
            Why::None => "none",
            Why::ErrorCell => "error_cell",
            Why::NotADay => "not_a_day",
            Why::NoSuchDay => "no_such_day",
            Why::NeedsYear => "needs_year",
            Why::TwoDigitYear => "two_digit_year",
            Why::Ambiguous => "ambiguous",
            Why::Interval => "interval",
            Why::Qualified => "qualified",
            Why::Serial => "serial",
            Why::NotANumber => "not_a_number",
            Why::BadGrouping => "bad_grouping",
            Why::DigitsLost => "digits_lost",
            Why::TooLong => "too_long",
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&message(&format!("why.{}", self.code()), &[]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_its_sentence() {
        for why in Why::ALL {
            assert!(!why.to_string().starts_with("why."), "{why:?}");
        }
    }
}
