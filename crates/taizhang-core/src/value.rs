//! Room: what a field may hold.
//!
//! A [`Cell`] is a field's content in one of four readings that are never mixed up: a value, not
//! applicable, erased, or (an empty cell) not reported. Amounts are scaled integers; there is no
//! float anywhere in the book.

use crate::day::{Day, Month};
use rust_decimal::{Decimal, RoundingStrategy};

/// How precisely a date is known. "8月底前" is a month, "三季度" a quarter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    /// Known to the day.
    Day,
    /// Known to the month; the day held is its last.
    Month,
    /// Known to the quarter; the day held is its last.
    Quarter,
    /// Known to the year; the day held is its last.
    Year,
}

/// One typed value. The field's definition says how to read it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// NFC text; also codes (credit code, project code, area, industry), kept as text.
    Text(String),
    /// The id of one of the field's choices.
    Choice(String),
    /// An integer, or a scaled integer whose scale the field's definition gives (money: fen).
    Num(i64),
    /// A day and how precisely it is known.
    Date(Day, Precision),
    /// A month.
    Month(Month),
    /// The record number of a unit.
    Unit(i64),
    /// The record number of a linked record.
    Link(i64),
    /// Content hashes of evidence files (SHA-256).
    Evidence(Vec<[u8; 32]>),
    /// Latitude and longitude in millionths of a degree (CGCS2000).
    Place {
        /// Latitude, millionths of a degree, north positive.
        lat: i32,
        /// Longitude, millionths of a degree, east positive.
        lon: i32,
    },
    /// A personal or sensitive value, encrypted under the person's own key (nonce ‖ ciphertext ‖ tag).
    Sealed(Vec<u8>),
}

/// A field's content. An absent cell means "not reported".
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cell {
    /// Nobody has said yet; clears an earlier value.
    Missing,
    /// The question does not apply to this record.
    NotApplicable,
    /// The value was erased by law; never set by a writer.
    Erased,
    /// A value.
    Is(Value),
}

impl Cell {
    /// The value, if there is one.
    pub fn value(&self) -> Option<&Value> {
        match self {
            Cell::Is(value) => Some(value),
            Cell::Missing | Cell::NotApplicable | Cell::Erased => None,
        }
    }
}

/// An exact decimal as a scaled integer: `units / 10^scale`, read for arithmetic.
pub fn decimal(units: i64, scale: u32) -> Decimal {
    Decimal::new(units, scale)
}

/// Rounds half away from zero (四舍五入, the statutory reading) to a scaled integer.
/// `None` if it does not fit.
pub fn scaled(amount: Decimal, scale: u32) -> Option<i64> {
    let mut rounded = amount.round_dp_with_strategy(scale, RoundingStrategy::MidpointAwayFromZero);
    rounded.rescale(scale);
    i64::try_from(rounded.mantissa())
        .ok()
        .filter(|_| rounded.scale() == scale)
}

/// Prints a scaled integer as a plain decimal without trailing zeros after the point.
pub fn print_scaled(units: i64, scale: u32) -> String {
    Decimal::new(units, scale).normalize().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::str::FromStr;

    #[test]
    fn rounding_is_half_away_from_zero() {
        for (text, scale, units) in [("0.125", 2, 13), ("-0.125", 2, -13), ("1.004", 2, 100), ("7", 2, 700)] {
            assert_eq!(scaled(Decimal::from_str(text).unwrap(), scale), Some(units), "{text}");
        }
        assert_eq!(scaled(Decimal::from_str("99999999999999999999").unwrap(), 2), None);
    }

    #[test]
    fn printing_drops_only_what_says_nothing() {
        assert_eq!(print_scaled(100, 2), "1");
        assert_eq!(print_scaled(105, 2), "1.05");
        assert_eq!(print_scaled(-5, 1), "-0.5");
        assert_eq!(print_scaled(0, 2), "0");
        assert_eq!(print_scaled(1000, 0), "1000");
    }
}
