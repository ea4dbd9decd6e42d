//! Room: the code of an investment project (投资项目统一代码, GB/T 40058-2021).
//!
//! Only the form is checked: the standard's check character is not public, and codes given out
//! before 2020-11-01 (发改投资〔2020〕1439号) have another meaning behind the same form. A project
//! may have several codes in its life; that is the register's matter.

use super::{Allowed, CodeFault, normalise, shaped};

/// The canonical code (`YYMM-RRRRRR-DD-TT-NNNNNN`, 24 characters with hyphens), or what is wrong.
pub fn check(text: &str) -> Result<String, CodeFault> {
    let code = normalise(text);
    shaped(&code, 24, |at| match at {
        5 | 12 | 15 | 18 => Allowed::Hyphen,
        19.. => Allowed::DigitOrLetter,
        _ => Allowed::Digit,
    })?;
    Ok(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_is_checked_and_nothing_else() {
        for (typed, canonical) in [
            ("2401-410402-04-01-123456", "2401-410402-04-01-123456"),
            ("2017-410402-30-03-012345", "2017-410402-30-03-012345"),
            ("２401－410402-04-01-12345a", "2401-410402-04-01-12345A"),
        ] {
            assert_eq!(check(typed), Ok(canonical.to_owned()));
        }
        for (typed, fault) in [
            (
                "24014104020401123456",
                CodeFault::Length {
                    expected: 24,
                    found: 20,
                },
            ),
            (
                "2401-410402-04-1-1234567",
                CodeFault::Character {
                    at: 17,
                    found: '-',
                    allowed: Allowed::Digit,
                },
            ),
            (
                "2401-410402-04-010123456",
                CodeFault::Character {
                    at: 18,
                    found: '0',
                    allowed: Allowed::Hyphen,
                },
            ),
            (
                "2401-4104A2-04-01-123456",
                CodeFault::Character {
                    at: 10,
                    found: 'A',
                    allowed: Allowed::Digit,
                },
            ),
            (
                "2401-410402-04-01-12345号",
                CodeFault::Character {
                    at: 24,
                    found: '号',
                    allowed: Allowed::DigitOrLetter,
                },
            ),
        ] {
            assert_eq!(check(typed), Err(fault), "{typed}");
        }
    }
}
