//! Room: characters that look alike made alike.
//!
//! Full-width letters, digits and signs become their narrow forms, and every kind of space is known.
//! Nothing else is folded: ㎡ stays ㎡ and a traditional character stays one. What is shown or stored
//! is always the raw text; this is for comparing and for reading values.

use std::borrow::Cow;

/// The narrow form of a full-width or small-form character (U+FF01 to U+FF5E and a few more).
pub(crate) fn narrow(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '\u{3000}' => ' ',
        '\u{FFE5}' => '\u{A5}',
        '\u{FE59}' => '(',
        '\u{FE5A}' => ')',
        '\u{FE55}' => ':',
        '\u{2212}' => '-',
        other => other,
    }
}

/// White space, and the characters that take no room at all.
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}' | '\0')
}

/// Narrow and without any space: the form in which words are compared. Most cells are in it as they stand.
pub(crate) fn squeezed(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().filter(|c| !is_space(*c)).map(narrow).collect())
}

/// Characters that are narrow and no space: ASCII that is seen, and the Chinese characters with their punctuation.
fn is_plain(c: char) -> bool {
    matches!(c, '!'..='~' | '\u{3001}'..='\u{9fff}')
}

/// Narrow, trimmed, every run of spaces one space.
pub(crate) fn narrowed(text: &str) -> String {
    let words = text.split(is_space).filter(|word| !word.is_empty());
    let joined = words.collect::<Vec<_>>().join(" ");
    joined.chars().map(narrow).collect()
}

/// Whether there is nothing to see.
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(is_space)
}

/// What a spreadsheet would take for a formula gets an apostrophe before it (ASVS 1.2.10).
pub(crate) fn guarded(text: &str) -> String {
    if is_trigger(text) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// Takes that apostrophe away again, so that what was exported is imported unchanged.
pub(crate) fn unguarded(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if is_trigger(rest) => rest,
        _ => text,
    }
}

/// A text that begins with a sign of a formula, behind any number of apostrophes.
fn is_trigger(text: &str) -> bool {
    let bare = text.trim_start_matches('\'');
    bare.starts_with(['=', '+', '-', '@', '\t', '\r', '\0']) || bare.starts_with(['＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_alike_compares_alike() {
        let table: &[(&str, &str, &str)] = &[
            ("总投资（亿元）", "总投资(亿元)", "总投资(亿元)"),
            ("　项 目\n名\u{a0}称 ", "项目名称", "项 目 名 称"),
            ("２０２４．８", "2024.8", "2024.8"),
            ("ＰＭ２．５：％", "PM2.5:%", "PM2.5:%"),
            ("面积㎡〔2024〕①", "面积㎡〔2024〕①", "面积㎡〔2024〕①"),
            ("\u{feff}\u{200b}a", "a", "a"),
        ];
        for (text, tight, spaced) in table {
            assert_eq!((&*squeezed(text), narrowed(text).as_str()), (*tight, *spaced));
        }
        assert!(is_blank(" \u{a0}\u{3000}\u{200b}\n") && !is_blank("。"));
    }

    #[test]
    fn what_is_plain_is_narrow_and_no_space() {
        let mut plain = ('\0'..=char::MAX).filter(|c| is_plain(*c));
        assert!(plain.all(|c| narrow(c) == c && !is_space(c)));
    }

    #[test]
    fn guarding_can_always_be_undone() {
        for text in [
            "", "台账", "=1+1", "'=1", "''-x", "'x", "-5", "@a", "\tx", "\rx", "＝1", "a=b", "'",
        ] {
            assert_eq!(unguarded(&guarded(text)), text);
        }
        for text in ["=1", "+1", "-1", "@1", "\t1", "\r1", "\0", "＝1", "'=1"] {
            assert!(guarded(text).starts_with('\''), "{text}");
        }
    }
}
