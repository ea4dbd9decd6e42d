//! Room: whether a text is in NFC, answered at once for the characters that districts write.
//!
//! Never changes a text. What is not plainly composed is left to the full tables of Unicode.

use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// Whether the text is in NFC.
pub(crate) fn is_nfc(text: &str) -> bool {
    // Most texts are numbers, days and codes.
    text.is_ascii() || text.chars().all(stands_alone) || unicode_normalization::is_nfc(text)
}

/// The text in NFC.
pub(crate) fn nfc(text: String) -> String {
    match composed(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(composed) => composed,
    }
}

/// The same, made anew only where it is another one.
pub(crate) fn composed(text: &str) -> Cow<'_, str> {
    if is_nfc(text) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfc().collect())
    }
}

/// Characters that neither change under NFC nor join with what stands before or behind them, unless
/// that is a mark, and no mark is among them: all before the first combining mark, the Chinese
/// characters, their punctuation and the full-width forms of ASCII.
pub(crate) fn stands_alone(c: char) -> bool {
    matches!(
        c,
        '\0'..='\u{2ff}' | '\u{3001}'..='\u{3029}' | '\u{4e00}'..='\u{9fff}' | '\u{ff01}'..='\u{ff5e}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_alone_is_in_nfc_beside_all_that_stands_alone() {
        let all: Vec<char> = ('\0'..=char::MAX).filter(|c| stands_alone(*c)).collect();
        for c in &all {
            assert!(unicode_normalization::is_nfc(&c.to_string()), "{c:?}");
            assert_eq!(unicode_normalization::char::canonical_combining_class(*c), 0, "{c:?}");
        }
        // A pair can only be composed if the second may follow; none of them may.
        for second in &all {
            let quick = unicode_normalization::is_nfc_quick(std::iter::once(*second));
            assert_eq!(quick, unicode_normalization::IsNormalized::Yes, "{second:?}");
        }
    }

    #[test]
    fn what_is_not_composed_is_seen() {
        for (text, composed) in [
            ("e\u{301}", "é"),
            ("か\u{3099}", "が"),
            ("\u{f900}", "豈"),
            ("平顶山", "平顶山"),
        ] {
            assert_eq!(is_nfc(text), text == composed, "{text}");
            assert_eq!(nfc(text.to_owned()), composed);
        }
    }
}
