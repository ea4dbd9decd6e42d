//! Room: free text and names of persons, and how any typed text is made comparable.
//!
//! Never changes what a reader could see: only invisible characters and blanks at the ends go.

use super::Reading;
use crate::nfc::stands_alone;
use crate::refusal::{Code, Refusal};
use crate::value::Value;
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// Longer names than this are not names; the longest in the civil registers have about 40.
pub(super) const PERSON_CHARS_MAX: u32 = 100;

pub(super) fn read(reading: &Reading<'_>, max: u32) -> Result<Value, Refusal> {
    let length = reading.text.chars().count();
    if length > max as usize {
        return Err(reading
            .refuse(Code::TextTooLong)
            .with("max", max)
            .with("length", length));
    }
    Ok(Value::Text(reading.text.to_owned()))
}

/// NFC, trimmed, without the invisible characters that office programs and chat windows leave.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    // None of the invisible ones stands alone.
    if text.is_ascii() || text.chars().all(stands_alone) {
        return Cow::Borrowed(text.trim());
    }
    let seen: String = text.chars().filter(|c| !is_invisible(*c)).nfc().collect();
    Cow::Owned(seen.trim().to_owned())
}

/// Zero-width blanks, and marks that turn the direction of writing: they make two texts differ
/// that look the same. Joiners stay, since some scripts need them.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

/// Full-width letters, digits and signs as half-width ones, every blank as a space. NFKC would go
/// too far for numbers: it reads 5² as 52.
pub(super) fn narrow(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| narrowed(c) == c) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.chars().map(narrowed).collect())
    }
}

/// One character of [`narrow`].
pub(super) fn narrowed(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        c if c.is_whitespace() => ' ',
        c => c,
    }
}

/// The form in which names of choices and measures are compared: NFKC without blanks. It is asked for with every
/// number of a sheet, so what is in that form already, as names mostly are, is not made anew.
pub(super) fn key(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_key_form) {
        return Cow::Borrowed(text);
    }
    let kept = |c: &char| !c.is_whitespace() && !is_invisible(*c);
    Cow::Owned(text.nfkc().filter(kept).collect())
}

/// Characters that NFKC leaves as they are wherever they stand, and that are no blanks.
fn is_key_form(c: char) -> bool {
    matches!(c, '!'..='~' | '\u{4e00}'..='\u{9fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_for_a_key_is_one() {
        let all: String = ('\0'..=char::MAX).filter(|c| is_key_form(*c)).collect();
        assert!(unicode_normalization::is_nfkc(&all));
        assert!(!all.chars().any(|c| c.is_whitespace() || is_invisible(c)));
        for (text, form) in [("万 元", "万元"), ("㎡", "m2"), ("Ａ类", "A类"), ("ﬁ\u{200b}x", "fix")] {
            assert_eq!(key(text), form, "{text}");
        }
    }
}
