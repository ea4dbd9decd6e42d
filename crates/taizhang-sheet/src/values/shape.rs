//! Room: a text as its shape and its numbers.
//!
//! `2024年8月28日` has the shape `N年N月N日` and the numbers 2024, 8, 28. Which shapes are dates
//! stands in the locale; nothing here reads one.

use crate::locale::words;

/// A text with every run of digits written as N.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) signs: String,
    pub(super) numbers: Vec<Digits>,
}

/// A run of digits; how many there were matters as much as what they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Digits {
    pub(super) text: String,
    /// `u32::MAX` for what is longer than any part of a date.
    pub(super) value: u32,
}

/// The shape of a squeezed text. The numeral of a quarter counts as a digit.
pub(super) fn shape(text: &str) -> Shape {
    let day_words = &words().day_words;
    let mut signs = String::new();
    let mut numbers: Vec<Digits> = Vec::new();
    let mut in_run = false;
    for (at, c) in text.char_indices() {
        let behind = &text[at + c.len_utf8()..];
        let numeral = day_words.numerals.chars().position(|numeral| numeral == c);
        let digit = match numeral {
            Some(place) if behind.starts_with(&day_words.quarter_sign) => char::from_digit(place as u32 + 1, 10),
            _ => Some(c).filter(char::is_ascii_digit),
        };
        match (digit, numbers.last_mut().filter(|_| in_run)) {
            (Some(digit), Some(run)) => run.text.push(digit),
            (Some(digit), None) => {
                signs.push('N');
                numbers.push(Digits {
                    text: digit.to_string(),
                    value: 0,
                });
            }
            // N stands for digits, so a letter N must not.
            (None, _) => signs.extend(c.to_lowercase()),
        }
        in_run = digit.is_some();
    }
    for run in &mut numbers {
        run.value = run.text.parse().unwrap_or(u32::MAX);
    }
    Shape { signs, numbers }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_taken_out() {
        let table: &[(&str, &str, &[u32])] = &[
            ("2024年8月28日", "N年N月N日", &[2024, 8, 28]),
            ("2024年三季度", "N年N季度", &[2024, 3]),
            ("第一季度", "第N季度", &[1]),
            ("一般", "一般", &[]),
            ("Q3N", "qNn", &[3]),
            ("99999999999", "N", &[u32::MAX]),
        ];
        for (text, signs, numbers) in table {
            let shape = shape(text);
            let values: Vec<u32> = shape.numbers.iter().map(|run| run.value).collect();
            assert_eq!((shape.signs.as_str(), values.as_slice()), (*signs, *numbers), "{text}");
        }
    }
}
