//! Room: the unified social credit code (统一社会信用代码, GB 32100-2015).
//!
//! 18 characters: registration authority, kind of body, registrar's area (6), organisation code
//! (9, GB 11714-1997), check character. The area is the registrar's and never says where the body
//! is; nothing here reads it.

use super::{Allowed, CodeFault, normalise, shaped};

/// GB 32100-2015, 表1: the characters in the order of their values (no I, O, S, V, Z).
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
/// GB 32100-2015, 附录: the weight of place i is 3^(i−1) mod 31.
const WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
/// GB 11714-1997, 4.3: weights of the eight characters of the organisation code.
const ORG_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

/// A reason to look at a code again, though it is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CreditDoubt {
    /// The organisation code inside (places 9 to 17) has another check character.
    OrgCheck {
        /// The character that the others call for.
        expected: char,
        /// The character at place 17.
        found: char,
    },
    /// The code of a sole trader (92) with another check character: early ones were given out so.
    TraderCheck {
        /// The character that the others call for.
        expected: char,
        /// The character at place 18.
        found: char,
    },
}

/// The canonical code, or what is wrong with it.
pub fn check(text: &str) -> Result<String, CodeFault> {
    let code = normalise(text);
    shaped(&code, 18, |_| Allowed::CreditCharacter)?;
    let (expected, found) = check_characters(&code);
    if expected != found && !is_sole_trader(&code) {
        return Err(CodeFault::CheckDigit { expected, found });
    }
    Ok(code)
}

/// The doubts about a canonical code; none for a code that is entirely regular.
pub fn doubts(code: &str) -> Vec<CreditDoubt> {
    if shaped(code, 18, |_| Allowed::CreditCharacter).is_err() {
        return Vec::new();
    }
    let mut doubts = Vec::new();
    let (expected, found) = org_check_characters(code);
    if expected != found {
        doubts.push(CreditDoubt::OrgCheck { expected, found });
    }
    let (expected, found) = check_characters(code);
    if expected != found {
        doubts.push(CreditDoubt::TraderCheck { expected, found });
    }
    doubts
}

fn is_sole_trader(code: &str) -> bool {
    code.starts_with("92")
}

/// C18 = (31 − Σ cᵢ·wᵢ mod 31) mod 31: the character called for and the one that stands there.
fn check_characters(code: &str) -> (char, char) {
    let value = |c: &u8| ALPHABET.iter().position(|a| a == c).unwrap_or(0);
    let sum: usize = code.as_bytes().iter().zip(WEIGHTS).map(|(c, w)| value(c) * w).sum();
    (ALPHABET[(31 - sum % 31) % 31] as char, last(code))
}

/// C9 = 11 − Σ mod 11, where 10 is written X and 11 is written 0; letters count A = 10 … Z = 35.
fn org_check_characters(code: &str) -> (char, char) {
    let org = &code[8..17];
    let value = |c: char| c.to_digit(36).unwrap_or(0);
    let sum: u32 = org.chars().zip(ORG_WEIGHTS).map(|(c, w)| value(c) * w).sum();
    let expected = match 11 - sum % 11 {
        10 => 'X',
        11 => '0',
        n => char::from_digit(n, 10).unwrap_or('0'),
    };
    (expected, last(org))
}

fn last(code: &str) -> char {
    code.chars().next_back().unwrap_or(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regular_codes_pass_without_doubt() {
        // The first is the example of the standard; the others are synthetic.
        for code in ["91350100M000100Y43", "91410402MA0000007W", "11410402005400003Y"] {
            assert_eq!(check(code), Ok(code.to_owned()));
        }
        assert_eq!(doubts("91350100M000100Y43"), []);
        assert_eq!(check("９１350100m000100y43"), Ok("91350100M000100Y43".to_owned()));
    }

    #[test]
    fn faults_say_what_is_wrong() {
        let allowed = Allowed::CreditCharacter;
        for (code, fault) in [
            ("", CodeFault::Length { expected: 18, found: 0 }),
            (
                "91350100M000100Y4",
                CodeFault::Length {
                    expected: 18,
                    found: 17,
                },
            ),
            (
                "9135O100M000100Y43",
                CodeFault::Character {
                    at: 5,
                    found: 'O',
                    allowed,
                },
            ),
            (
                "平350100M000100Y433",
                CodeFault::Character {
                    at: 1,
                    found: '平',
                    allowed,
                },
            ),
            (
                "91350100M000100Y44",
                CodeFault::CheckDigit {
                    expected: '3',
                    found: '4',
                },
            ),
            (
                "91350100M000010Y43",
                CodeFault::CheckDigit {
                    expected: 'J',
                    found: '3',
                },
            ),
        ] {
            assert_eq!(check(code), Err(fault), "{code}");
        }
    }

    #[test]
    fn every_single_mistyping_is_found() {
        let code = b"91350100M000100Y43";
        for at in 0..18 {
            for &other in ALPHABET.iter().filter(|&&other| other != code[at]) {
                let mut typed = *code;
                typed[at] = other;
                let typed = String::from_utf8(typed.to_vec()).unwrap();
                if !is_sole_trader(&typed) {
                    assert!(check(&typed).is_err(), "{typed}");
                }
            }
        }
    }

    #[test]
    fn an_irregular_inner_code_or_sole_trader_is_only_doubted() {
        let wrong = "91350100M000100Y53";
        let (expected, _) = check_characters(wrong);
        let code = format!("{}{expected}", &wrong[..17]);
        assert_eq!(check(&code), Ok(code.clone()));
        assert_eq!(
            doubts(&code),
            [CreditDoubt::OrgCheck {
                expected: '4',
                found: '5'
            }]
        );

        let trader = "92410402MA0000007A";
        assert_eq!(check(trader), Ok(trader.to_owned()));
        assert!(matches!(
            doubts(trader)[..],
            [.., CreditDoubt::TraderCheck { found: 'A', .. }]
        ));
        assert_eq!(doubts("no code"), []);
    }
}
