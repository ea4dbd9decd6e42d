//! Room: exact amounts and rates. Money is fen, a rate hundred-millionths; a product is divided once, at
//! the end, and rounds half up, away from zero (四舍五入). Knows no scheme.

use std::fmt;
use std::str::FromStr;

/// An amount in fen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fen(pub i64);

/// The largest amount that an input may give: a trillion yuan. Sums and products of it fit.
pub const AMOUNT_MAX: Fen = Fen(100_000_000_000_000);

/// A share or an annual or monthly rate, in hundred-millionths: 3.95 % is 3 950 000.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(pub i64);

/// The text is no exact amount or rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotExact;

impl Fen {
    /// Nothing.
    pub const ZERO: Fen = Fen(0);

    /// This amount times a fraction, rounded once (四舍五入到分).
    pub fn times(self, numerator: i128, denominator: i128) -> Fen {
        Fen(half_up(i128::from(self.0) * numerator, denominator))
    }

    /// This amount at a rate, rounded once.
    pub fn at(self, rate: Rate) -> Fen {
        self.times(i128::from(rate.0), i128::from(Rate::ONE.0))
    }

    /// Whether there is something.
    pub fn is_some(self) -> bool {
        self.0 != 0
    }
}

impl Rate {
    /// The whole.
    pub const ONE: Rate = Rate(100_000_000);
}

/// A fraction as an integer, half away from zero. The denominator is positive.
pub fn half_up(numerator: i128, denominator: i128) -> i64 {
    let denominator = denominator.max(1);
    let twice = numerator.unsigned_abs() * 2 + denominator.unsigned_abs();
    let rounded = i64::try_from(twice / (denominator.unsigned_abs() * 2)).unwrap_or(i64::MAX);
    if numerator < 0 { -rounded } else { rounded }
}

/// Shares of an amount, each rounded to the fen, the last one taking what is left.
pub fn shares(amount: Fen, parts: &[Rate]) -> Vec<Fen> {
    let mut left = amount;
    let mut given = Vec::with_capacity(parts.len());
    for (at, part) in parts.iter().enumerate() {
        let last = at + 1 == parts.len();
        // Shares that each round up could together exceed the whole; nobody gets more than is left.
        let share = if last { left } else { amount.at(*part).min(left) };
        left = left - share;
        given.push(share);
    }
    given
}

impl std::ops::Add for Fen {
    type Output = Fen;
    fn add(self, other: Fen) -> Fen {
        Fen(self.0.saturating_add(other.0))
    }
}

impl std::ops::Sub for Fen {
    type Output = Fen;
    fn sub(self, other: Fen) -> Fen {
        Fen(self.0.saturating_sub(other.0))
    }
}

impl std::ops::AddAssign for Fen {
    fn add_assign(&mut self, other: Fen) {
        *self = *self + other;
    }
}

impl std::iter::Sum for Fen {
    fn sum<I: Iterator<Item = Fen>>(amounts: I) -> Fen {
        amounts.fold(Fen::ZERO, std::ops::Add::add)
    }
}

impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let fen = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", fen / 100, fen % 100)
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&taizhang_core::value::print_scaled(self.0, RATE_PLACES))
    }
}

const RATE_PLACES: u32 = 8;

impl FromStr for Fen {
    type Err = NotExact;

    /// Reads `800000` or `800000.00`: no more than two places, no exponent.
    fn from_str(text: &str) -> Result<Fen, NotExact> {
        scaled(text, 2).map(Fen)
    }
}

impl FromStr for Rate {
    type Err = NotExact;

    /// Reads `0.05`, `5%` or `1.8‰`.
    fn from_str(text: &str) -> Result<Rate, NotExact> {
        let text = text.trim();
        let parted = [('%', 2), ('\u{ff05}', 2), ('\u{2030}', 3)];
        for (mark, places) in parted {
            if let Some(digits) = text.strip_suffix(mark) {
                return scaled(digits.trim_end(), RATE_PLACES - places).map(Rate);
            }
        }
        scaled(text, RATE_PLACES).map(Rate)
    }
}

/// A plain decimal as a scaled integer. Zeros beyond the places say nothing; other digits are refused.
fn scaled(text: &str, places: u32) -> Result<i64, NotExact> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let digits_only = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits_only(whole) || !digits_only(part) {
        return Err(NotExact);
    }
    let part = part.trim_end_matches('0');
    let places = places as usize;
    if part.len() > places {
        return Err(NotExact);
    }
    let units: i64 = format!("{whole}{part:0<places$}").parse().map_err(|_| NotExact)?;
    Ok(sign * units)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_and_rates_read_exactly_or_not_at_all() {
        let fen = [
            ("800000", Some(80_000_000)),
            ("800000.5", Some(80_000_050)),
            ("0.010", Some(1)),
            ("-3.25", Some(-325)),
            ("1.005", None),
            ("1e3", None),
            ("1,000", None),
            (".5", None),
            ("5.", None),
            ("", None),
            ("99999999999999999999", None),
        ];
        for (text, expected) in fen {
            assert_eq!(text.parse::<Fen>().ok().map(|fen| fen.0), expected, "{text}");
        }
        let rates = [
            ("0.05", Some(5_000_000)),
            ("5%", Some(5_000_000)),
            ("5 %", Some(5_000_000)),
            ("3.95%", Some(3_950_000)),
            ("1.8\u{2030}", Some(180_000)),
            ("0.0018", Some(180_000)),
            ("0.123456789", None),
            ("%", None),
        ];
        for (text, expected) in rates {
            assert_eq!(text.parse::<Rate>().ok().map(|rate| rate.0), expected, "{text}");
        }
    }

    #[test]
    fn halves_round_away_from_zero() {
        for (numerator, denominator, expected) in
            [(1, 2, 1), (-1, 2, -1), (149, 100, 1), (302_833, 2, 151_417), (0, 7, 0)]
        {
            assert_eq!(half_up(numerator, denominator), expected, "{numerator}/{denominator}");
        }
    }

    #[test]
    fn shares_add_up_and_the_last_takes_the_rest() {
        let parts = ["0.5", "0.25", "0.15", "0.1"].map(|text| text.parse::<Rate>().unwrap());
        for fen in [0, 1, 2, 3, 151_417, 118_500, 999] {
            let given = shares(Fen(fen), &parts);
            assert_eq!(given.iter().copied().sum::<Fen>(), Fen(fen));
            assert!(given.iter().all(|share| share.0 >= 0), "{fen}: {given:?}");
        }
        assert_eq!(
            shares(Fen(151_417), &parts),
            [Fen(75_709), Fen(37_854), Fen(22_713), Fen(15_141)]
        );
    }
}
