//! Room: the citizen's identity number (公民身份号码, GB 11643-1999).
//!
//! The residence permits of 港澳台居民 and foreigners' permits of 18 digits follow the same rule.
//! A number is sensitive: this room gives it back to its caller only, and puts no more of it into
//! a fault than one character.

use super::{Allowed, CodeFault, normalise, shaped};
use crate::day::Day;

/// GB 11643-1999, 附录: weights of the first 17 digits, ISO 7064 MOD 11-2.
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/// The check character for each remainder.
const CHECKS: &[u8; 11] = b"10X98765432";

/// The canonical number, or what is wrong with it. Numbers of 15 digits are refused: they went out
/// of use on 2013-01-01 (居民身份证法, 2011 amendment, 第二十三条).
pub fn check(text: &str) -> Result<String, CodeFault> {
    let number = normalise(text);
    if number.len() == 15 && number.bytes().all(|b| b.is_ascii_digit()) {
        return Err(CodeFault::OldForm);
    }
    let allowed = |at| if at == 18 { Allowed::DigitOrX } else { Allowed::Digit };
    shaped(&number, 18, allowed)?;
    date(&number).ok_or(CodeFault::Date)?;
    let sum: u32 = number
        .chars()
        .zip(WEIGHTS)
        .filter_map(|(c, w)| Some(c.to_digit(10)? * w))
        .sum();
    let expected = CHECKS[(sum % 11) as usize] as char;
    match number.chars().next_back() {
        Some(found) if found != expected => Err(CodeFault::CheckDigit { expected, found }),
        _ => Ok(number),
    }
}

/// The day of birth in a number that passes the check.
pub fn born_on(number: &str) -> Option<Day> {
    date(&check(number).ok()?)
}

fn date(number: &str) -> Option<Day> {
    let part = |from: usize, to: usize| number.get(from..to)?.parse::<u32>().ok();
    Day::of(i32::try_from(part(6, 10)?).ok()?, part(10, 12)?, part(12, 14)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_checked_as_the_standard_says() {
        // The first is the example of the standard; the others are of nobody (year 1900, sequence 000).
        for number in ["11010519491231002X", "41040219000101000X", "410402190002280001"] {
            assert_eq!(check(number), Ok(number.to_owned()));
        }
        assert_eq!(check("４１０402１9000101000ｘ"), Ok("41040219000101000X".to_owned()));
        assert_eq!(
            born_on("11010519491231002X").map(|d| d.to_string()).as_deref(),
            Some("1949-12-31")
        );
        assert_eq!(born_on("110105194912310021"), None);
    }

    #[test]
    fn faults_say_what_is_wrong() {
        let digit = Allowed::Digit;
        for (number, fault) in [
            ("", CodeFault::Length { expected: 18, found: 0 }),
            ("410402000101000", CodeFault::OldForm),
            (
                "41040200010100X",
                CodeFault::Length {
                    expected: 18,
                    found: 15,
                },
            ),
            (
                "4104021900010100",
                CodeFault::Length {
                    expected: 18,
                    found: 16,
                },
            ),
            (
                "4104O219000101000X",
                CodeFault::Character {
                    at: 5,
                    found: 'O',
                    allowed: digit,
                },
            ),
            (
                "41040219000101X000",
                CodeFault::Character {
                    at: 15,
                    found: 'X',
                    allowed: digit,
                },
            ),
            (
                "41040219000101000Y",
                CodeFault::Character {
                    at: 18,
                    found: 'Y',
                    allowed: Allowed::DigitOrX,
                },
            ),
            ("41040219000229000X", CodeFault::Date),
            ("41040218991231000X", CodeFault::Date),
            ("410402190013010000", CodeFault::Date),
            (
                "410402190001010001",
                CodeFault::CheckDigit {
                    expected: 'X',
                    found: '1',
                },
            ),
        ] {
            assert_eq!(check(number), Err(fault), "{number}");
        }
    }
}
