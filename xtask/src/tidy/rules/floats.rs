//! Rule: no floating point in the core.
//!
//! Basis: laws 3 and 5; a figure is a sum, and sums of floats depend on their order.

use super::{Hit, Rule, SourceFile, hit};
use crate::tidy::source::word_offsets;

pub(super) const RULE: Rule = Rule {
    name: "floats",
    remedy: "use a scaled integer or rust_decimal, and the rounding functions that have names",
    check,
    breaks: &[
        ("crates/taizhang-core/src/a.rs", "fn f(share: f64) {}"),
        ("crates/taizhang-core/src/a.rs", "let x = n as f32;"),
        ("crates/taizhang-core/src/a.rs", "let x = 1.5_f64;"),
    ],
    keeps: &[
        (
            "crates/taizhang-core/src/a.rs",
            "//! Never an f64.\nlet af64x = \"f64\";",
        ),
        ("crates/taizhang-sheet/src/a.rs", "fn f(cell: f64) {}"),
    ],
};

fn check(file: &SourceFile) -> Vec<Hit> {
    if !file.is_under(&["crates/taizhang-core/src/"]) {
        return Vec::new();
    }
    let code = file.code();
    let types = ["f32", "f64"]
        .into_iter()
        .flat_map(|name| word_offsets(code, name).map(move |offset| (offset, name)));
    let suffixes = ["_f32", "_f64"].into_iter().flat_map(|suffix| {
        let offsets = code.match_indices(suffix).map(|(offset, _)| offset);
        offsets
            .filter(|offset| ends_number(&code[..*offset]))
            .map(move |offset| (offset, suffix))
    });
    types
        .chain(suffixes)
        .map(|(offset, name)| hit(file, offset, name))
        .collect()
}

/// Whether the text ends in a number rather than in a name that has digits.
fn ends_number(before: &str) -> bool {
    let start = before
        .rfind(|c: char| !c.is_alphanumeric() && c != '_')
        .map_or(0, |at| at + 1);
    before[start..].starts_with(|c: char| c.is_ascii_digit())
}
