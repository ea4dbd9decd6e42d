//! Room: exact decimals on their way into scaled integers and back into text.
//!
//! Integers all the way: what does not fit is said, never rounded. The one function that rounds
//! says so and is for print only.

use crate::definition::Measure;
use rust_decimal::Decimal;

/// Enough for every quotient of a scaled integer that ends at all.
const QUOTIENT_PLACES_MAX: u32 = 30;
/// Places shown of a quotient that does not end, such as a number of 亩 in 公顷.
const ENDLESS_PLACES: u32 = 10;

/// A scaled integer in a measure, exact and without trailing zeros: 3 230 000 000 fen are `3230`
/// in 万元. Where a quotient does not end, ten places of it, rounded half away from zero.
pub fn show_amount(units: i64, scale: u32, measure: &Measure) -> String {
    exact(units, scale, measure).unwrap_or_else(|| {
        let printed = print_amount(units, scale, measure, ENDLESS_PLACES);
        let has_places = printed.contains('.');
        let shown = printed.trim_end_matches(|c| has_places && c == '0');
        shown.trim_end_matches('.').to_owned()
    })
}

/// A scaled integer in a measure with exactly so many places, rounded half away from zero
/// (四舍五入). For print: nothing may be computed from it.
pub fn print_amount(units: i64, scale: u32, measure: &Measure, places: u32) -> String {
    let rounded = division(units, scale, measure).and_then(|(dividend, divisor)| {
        let (digits, rest) = quotient(dividend, divisor, places)?;
        let up = i128::from(rest >= divisor - rest);
        digits.checked_add(up)
    });
    match rounded {
        Some(digits) => point(units < 0, digits, places),
        // A measure that nobody can divide by, or numbers beyond any ledger: the bare base amount.
        None => point(units < 0, i128::from(units).abs(), scale),
    }
}

/// As [`show_amount`], but none where the quotient does not end.
pub(super) fn exact(units: i64, scale: u32, measure: &Measure) -> Option<String> {
    let (dividend, divisor) = division(units, scale, measure)?;
    (0..=QUOTIENT_PLACES_MAX).find_map(|places| {
        let (digits, rest) = quotient(dividend, divisor, places)?;
        (rest == 0).then(|| point(units < 0, digits, places))
    })
}

/// A decimal as it was typed: `mantissa / 10^places`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Exact {
    mantissa: i128,
    places: u32,
}

/// Why a decimal does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Misfit {
    Places,
    Size,
}

impl Exact {
    const WHOLE_DIGITS_MAX: usize = 20;
    const PLACES_MAX: usize = 18;

    /// From the digits before and behind the point.
    pub(super) fn new(negative: bool, whole: &str, fraction: &str) -> Result<Exact, Misfit> {
        let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
        if whole.len() > Self::WHOLE_DIGITS_MAX {
            return Err(Misfit::Size);
        }
        if fraction.len() > Self::PLACES_MAX {
            return Err(Misfit::Places);
        }
        let digits = whole.bytes().chain(fraction.bytes());
        let mantissa = digits.fold(0_i128, |sum, digit| sum * 10 + i128::from(digit - b'0'));
        let places = fraction.len() as u32;
        Ok(Exact {
            mantissa: if negative { -mantissa } else { mantissa },
            places,
        })
    }

    /// As a scaled integer of base units, one of its own units being `factor` base units.
    pub(super) fn units(self, factor: Decimal, scale: u32) -> Result<i64, Misfit> {
        let factor = factor.normalize();
        let mut mantissa = self.mantissa.checked_mul(factor.mantissa()).ok_or(Misfit::Size)?;
        let mut places = self.places + factor.scale();
        while places > scale && mantissa % 10 == 0 {
            mantissa /= 10;
            places -= 1;
        }
        if places > scale {
            return Err(Misfit::Places);
        }
        let shift = 10_i128.checked_pow(scale - places).ok_or(Misfit::Size)?;
        let units = mantissa.checked_mul(shift).ok_or(Misfit::Size)?;
        i64::try_from(units).map_err(|_| Misfit::Size)
    }
}

/// Dividend and divisor whose quotient is the amount without its sign.
fn division(units: i64, scale: u32, measure: &Measure) -> Option<(i128, i128)> {
    let factor = measure.factor.normalize();
    let dividend = i128::from(units)
        .abs()
        .checked_mul(10_i128.checked_pow(factor.scale())?)?;
    let divisor = factor.mantissa().checked_mul(10_i128.checked_pow(scale)?)?;
    (divisor > 0).then_some((dividend, divisor))
}

/// All digits of the quotient up to so many places, and what is left over.
fn quotient(dividend: i128, divisor: i128, places: u32) -> Option<(i128, i128)> {
    let mut digits = dividend / divisor;
    let mut rest = dividend % divisor;
    for _ in 0..places {
        let shifted = rest.checked_mul(10)?;
        digits = digits.checked_mul(10)?.checked_add(shifted / divisor)?;
        rest = shifted % divisor;
    }
    Some((digits, rest))
}

/// Digits with a point before the last so many of them.
fn point(negative: bool, digits: i128, places: u32) -> String {
    let sign = if negative && digits != 0 { "-" } else { "" };
    let places = places as usize;
    let digits = format!("{digits:0>width$}", width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    if places == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction}")
    }
}
