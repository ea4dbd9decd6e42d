//! Room: the kinds of nothing.
//!
//! Empty, not applicable, "none" and zero are four different things, and only the register knows
//! what each of them means. Nothing here turns one into another.

use super::Why;
use crate::locale::words;
use crate::raw::Kind;
use crate::text::squeezed;

/// What a cell says about being empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Blank {
    /// Nothing to see.
    Empty,
    /// A dash, a stroke, 不适用.
    NotApplicable,
    /// 无: ask what is meant.
    SaysNone,
    /// The number 0.
    Zero,
    /// Something else.
    Filled,
}

/// Tells the kinds of nothing apart.
pub fn read_blank(raw: &str, kind: Kind) -> Blank {
    let text = squeezed(raw).to_lowercase();
    if text.is_empty() || kind == Kind::Empty {
        return Blank::Empty;
    }
    if words().not_applicable.contains(&text) {
        return Blank::NotApplicable;
    }
    if words().says_none.contains(&text) {
        return Blank::SaysNone;
    }
    let is_zero = text.contains('0') && text.trim_start_matches('-').chars().all(|c| matches!(c, '0' | '.'));
    if is_zero && text.matches('.').count() <= 1 {
        Blank::Zero
    } else {
        Blank::Filled
    }
}

/// Refuses what holds no value; zero holds one.
pub(super) fn refuse_blank(raw: &str, kind: Kind) -> Result<(), Why> {
    if kind == Kind::Error {
        return Err(Why::ErrorCell);
    }
    match read_blank(raw, kind) {
        Blank::Empty => Err(Why::Blank),
        Blank::NotApplicable => Err(Why::NotApplicable),
        Blank::SaysNone => Err(Why::None),
        Blank::Zero | Blank::Filled => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_kinds_of_nothing() {
        use Blank::*;
        let table: &[(&str, Blank)] = &[
            ("", Empty),
            (" \u{3000}\u{a0}\n", Empty),
            ("—", NotApplicable),
            ("——", NotApplicable),
            ("－", NotApplicable),
            ("/", NotApplicable),
            ("不 适用", NotApplicable),
            ("N/A", NotApplicable),
            ("无", SaysNone),
            ("暂无", SaysNone),
            ("0", Zero),
            ("０．００", Zero),
            ("-0", Zero),
            ("0.0.0", Filled),
            ("无锡", Filled),
            ("-5", Filled),
            (".", Filled),
        ];
        for (raw, expected) in table {
            assert_eq!(read_blank(raw, Kind::Text), *expected, "{raw}");
        }
        assert_eq!(read_blank("", Kind::Empty), Empty);
        assert_eq!(refuse_blank("#N/A", Kind::Error), Err(Why::ErrorCell));
    }
}
