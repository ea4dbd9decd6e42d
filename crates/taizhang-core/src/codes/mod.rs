//! Room: codes that the state gives out (credit code, identity number, project code, areas,
//! industries), one file per code, and how personal ones are masked.
//!
//! A check reads a text as people type it (full-width, lower case, with blanks) and gives the
//! canonical form or a typed fault. It never looks anything up, never keeps a code and never
//! words a fault.

pub mod areas;
pub mod credit;
pub mod id_number;
pub mod industries;
pub mod mask;
pub mod project;
pub mod table;

pub use areas::{Area, AreaLevel, Areas};
pub use industries::{Industries, Industry, IndustryLevel};
pub use mask::{mask_id_number, mask_name, mask_phone};
pub use table::{CsvFault, CsvWhy};

/// What is wrong with a code. Positions count from 1 in the canonical form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeFault {
    /// It has too few or too many characters.
    #[error("{found} characters instead of {expected}")]
    Length {
        /// Characters that the code has.
        expected: usize,
        /// Characters that were given.
        found: usize,
    },
    /// An identity number of 15 digits, out of use since 2013-01-01.
    #[error("an identity number of 15 digits is no longer valid")]
    OldForm,
    /// A character that cannot stand at this place.
    #[error("`{found}` cannot stand at place {at}")]
    Character {
        /// The place.
        at: usize,
        /// What stands there.
        found: char,
        /// What may stand there.
        allowed: Allowed,
    },
    /// The date of birth is no date.
    #[error("the date in the code does not exist")]
    Date,
    /// The check character does not fit the others: at least one of them is mistyped.
    #[error("check character `{found}` instead of `{expected}`")]
    CheckDigit {
        /// The character that the others call for.
        expected: char,
        /// The character that stands there.
        found: char,
    },
}

/// What may stand at a place of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// 0 to 9.
    Digit,
    /// 0 to 9 or X.
    DigitOrX,
    /// 0 to 9 or A to Z.
    DigitOrLetter,
    /// 0 to 9 or a capital letter other than I, O, S, V, Z.
    CreditCharacter,
    /// A hyphen.
    Hyphen,
}

impl Allowed {
    fn allows(self, c: char) -> bool {
        match self {
            Allowed::Digit => c.is_ascii_digit(),
            Allowed::DigitOrX => c.is_ascii_digit() || c == 'X',
            Allowed::DigitOrLetter => c.is_ascii_digit() || c.is_ascii_uppercase(),
            Allowed::CreditCharacter => Allowed::DigitOrLetter.allows(c) && !"IOSVZ".contains(c),
            Allowed::Hyphen => c == '-',
        }
    }
}

/// The text with what typing adds taken away: full-width forms become half-width, letters become
/// capitals, every dash a hyphen, and blanks (the invisible ones of office programs too) go.
pub fn normalise(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{202a}'..='\u{202e}'))
        .map(half_width)
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        _ => c,
    }
}

/// Checks length and, place by place, what may stand there.
fn shaped(code: &str, length: usize, allowed_at: impl Fn(usize) -> Allowed) -> Result<(), CodeFault> {
    let found = code.chars().count();
    if found != length {
        return Err(CodeFault::Length {
            expected: length,
            found,
        });
    }
    for (at, c) in (1..).zip(code.chars()) {
        let allowed = allowed_at(at);
        if !allowed.allows(c) {
            return Err(CodeFault::Character { at, found: c, allowed });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_is_forgiven() {
        for (typed, canonical) in [
            ("９１４１０４０２ｍａ0000007w", "91410402MA0000007W"),
            (" 4104\u{3000}02 \u{200b}x\n", "410402X"),
            ("2401—410402－04–01‐123456", "2401-410402-04-01-123456"),
            ("\u{202d}410402\u{202c}", "410402"),
            ("平顶山", "平顶山"),
        ] {
            assert_eq!(normalise(typed), canonical, "{typed}");
        }
    }
}
