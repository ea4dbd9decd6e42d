//! Room: amounts as people write them.
//!
//! An exact decimal with the unit behind it kept apart. It multiplies nothing: what 亿元 means for a
//! field that is kept in 万元 is decided where both are known.

use super::Why;
use super::blank::refuse_blank;
use crate::locale::words;
use crate::raw::Kind;
use crate::table::is_measure;
use crate::text::squeezed;

/// `mantissa` × 10^-`scale`, and what stood behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadDecimal {
    /// All digits as one whole number.
    pub mantissa: i128,
    /// How many of them stand behind the point, trailing zeros included.
    pub scale: u32,
    /// 亿元, 万, 个, % and the like.
    pub suffix: Option<String>,
}

/// Reads one amount. `lossy` is that of the cell: such a number is refused, never repaired.
pub fn read_decimal(raw: &str, kind: Kind, lossy: bool) -> Result<ReadDecimal, Why> {
    refuse_blank(raw, kind)?;
    if lossy {
        return Err(Why::DigitsLost);
    }
    if matches!(kind, Kind::Bool | Kind::Date) {
        return Err(Why::NotANumber);
    }
    let text = squeezed(raw);
    match one(&text) {
        Err(Why::NotANumber) => Err(doubt(&text)),
        outcome => outcome,
    }
}

fn one(text: &str) -> Result<ReadDecimal, Why> {
    let text = text.trim_start_matches(['¥', '$']);
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let end = unsigned.find(|c: char| !is_part(c)).unwrap_or(unsigned.len());
    let (digits, suffix) = unsigned.split_at(end);
    if !is_suffix(suffix) {
        return Err(Why::NotANumber);
    }
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(a, b)| (a, Some(b)));
    let whole = ungrouped(whole)?;
    let fraction = fraction.map_or(Ok(""), |fraction| match fraction {
        "" => Err(Why::NotANumber),
        _ if !fraction.bytes().all(|byte| byte.is_ascii_digit()) => Err(Why::NotANumber),
        _ => Ok(fraction),
    })?;
    if whole.is_empty() && fraction.is_empty() {
        return Err(Why::NotANumber);
    }
    let joined = format!("{whole}{fraction}");
    if joined.trim_start_matches('0').len() > DIGITS_MAX {
        return Err(Why::TooLong);
    }
    let mantissa: i128 = joined.parse().map_err(|_| Why::TooLong)?;
    Ok(ReadDecimal {
        mantissa: sign * mantissa,
        scale: fraction.len() as u32,
        suffix: (!suffix.is_empty()).then(|| suffix.to_owned()),
    })
}

/// As many as always fit.
const DIGITS_MAX: usize = 38;

fn is_part(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '.' | ',')
}

fn is_suffix(text: &str) -> bool {
    text.is_empty() || is_measure(text) || words().multipliers.contains(text)
}

/// The whole part without its commas, which stand before every third digit or not at all.
fn ungrouped(whole: &str) -> Result<String, Why> {
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let mut digits = first.to_owned();
    let mut is_grouped = false;
    for group in groups {
        is_grouped = true;
        if group.len() != 3 {
            return Err(Why::BadGrouping);
        }
        digits.push_str(group);
    }
    if is_grouped && !(1..=3).contains(&first.len()) {
        return Err(Why::BadGrouping);
    }
    Ok(digits)
}

/// Why a text that is no number is none.
fn doubt(text: &str) -> Why {
    let words = words();
    let is_number = |side: &str| matches!(one(side), Ok(_) | Err(Why::TooLong));
    let before = words
        .qualifiers_before
        .iter()
        .filter_map(|word| text.strip_prefix(word.as_str()));
    let after = words.qualifiers_after.iter().filter_map(|word| without(text, word));
    let mut bare = before.map(str::to_owned).chain(after);
    if bare.any(|rest| is_number(&rest)) {
        return Why::Qualified;
    }
    for sign in &words.day_words.interval_signs {
        for (at, _) in text.match_indices(sign.as_str()).filter(|(at, _)| *at > 0) {
            if is_number(&text[..at]) && is_number(&text[at + sign.len()..]) {
                return Why::Interval;
            }
        }
    }
    // 4.10402E+17 is what is left of a long number.
    if let Some((mantissa, exponent)) = text.split_once(['e', 'E'])
        && is_number(mantissa)
        && is_number(exponent)
    {
        return Why::DigitsLost;
    }
    Why::NotANumber
}

/// 3亿余元 and 3亿元左右: a qualifier at the end, or before the last sign.
fn without(text: &str, word: &str) -> Option<String> {
    if let Some(rest) = text.strip_suffix(word) {
        return Some(rest.to_owned());
    }
    let at = text.rfind(word)?;
    let rest = format!("{}{}", &text[..at], &text[at + word.len()..]);
    (at > 0).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact() {
        let table: &[(&str, i128, u32, Option<&str>)] = &[
            ("120000", 120_000, 0, None),
            ("10.0", 100, 1, None),
            ("1,234,567.80", 123_456_780, 2, None),
            ("１，２３４．５", 12_345, 1, None),
            ("－3.5", -35, 1, None),
            ("+13.8", 138, 1, None),
            ("10亿", 10, 0, Some("亿")),
            ("3.2 亿元", 32, 1, Some("亿元")),
            ("62.13％", 6213, 2, Some("%")),
            ("18个", 18, 0, Some("个")),
            ("￥1,000元", 1000, 0, Some("元")),
            (".5", 5, 1, None),
            ("0", 0, 0, None),
            ("\u{a0}007\u{3000}", 7, 0, None),
            (
                "12345678901234567890123456789012345678",
                12_345_678_901_234_567_890_123_456_789_012_345_678,
                0,
                None,
            ),
        ];
        for (raw, mantissa, scale, suffix) in table {
            let expected = ReadDecimal {
                mantissa: *mantissa,
                scale: *scale,
                suffix: suffix.map(str::to_owned),
            };
            assert_eq!(read_decimal(raw, Kind::Text, false), Ok(expected), "{raw}");
        }
    }

    #[test]
    fn what_is_not_one_exact_amount_is_refused_with_its_reason() {
        let table: &[(&str, Why)] = &[
            ("约3亿元", Why::Qualified),
            ("3亿元左右", Why::Qualified),
            ("3亿余元", Why::Qualified),
            ("不低于5亿", Why::Qualified),
            ("≥95%", Why::Qualified),
            ("100以上", Why::Qualified),
            ("3–5亿元", Why::Interval),
            ("2.50-4.00", Why::Interval),
            ("3亿至5亿", Why::Interval),
            ("1,23,456", Why::BadGrouping),
            ("1234,567", Why::BadGrouping),
            ("1,2345", Why::BadGrouping),
            ("4.10402E+17", Why::DigitsLost),
            ("3亿5000万元", Why::NotANumber),
            ("三亿", Why::NotANumber),
            ("12.", Why::NotANumber),
            ("1.2.3", Why::NotANumber),
            ("元", Why::NotANumber),
            ("-", Why::NotApplicable),
            ("无", Why::None),
            ("", Why::Blank),
            ("123456789012345678901234567890123456789", Why::TooLong),
        ];
        for (raw, expected) in table {
            assert_eq!(read_decimal(raw, Kind::Text, false), Err(*expected), "{raw}");
        }
        assert_eq!(
            read_decimal("410402199001011000", Kind::Number, true),
            Err(Why::DigitsLost)
        );
        assert_eq!(read_decimal("#REF!", Kind::Error, false), Err(Why::ErrorCell));
        assert_eq!(read_decimal("2024-08-28", Kind::Date, false), Err(Why::NotANumber));
    }
}
