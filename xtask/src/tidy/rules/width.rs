//! Rule: a line of Rust fits beside another one.
//!
//! The formatter breaks code at 120 columns but leaves strings and comments alone; 140 is the end
//! for those too.

use super::{Hit, Rule, SourceFile};

const COLUMNS_MAX: usize = 140;

pub(super) const RULE: Rule = Rule {
    name: "width",
    remedy: "break the line; a long string can end in `\\` and go on below",
    check,
    breaks: &[("crates/a/src/b.rs", WIDE), ("xtask/src/main.rs", WIDE)],
    keeps: &[("README.md", WIDE), ("crates/a/src/b.rs", "//! Room: narrow.\n")],
};

const WIDE: &str = match std::str::from_utf8(&[b'x'; COLUMNS_MAX + 1]) {
    Ok(line) => line,
    Err(_) => "",
};

/// A Han character counts as one column here: tests that read as tables of the book stay on their lines.
fn check(file: &SourceFile) -> Vec<Hit> {
    if !file.is_rust() {
        return Vec::new();
    }
    let lines = file
        .text
        .lines()
        .enumerate()
        .map(|(index, line)| (index + 1, line.chars().count()));
    let wide = lines.filter(|(_, columns)| *columns > COLUMNS_MAX);
    wide.map(|(line, columns)| Hit {
        line,
        what: format!("{columns} columns, above {COLUMNS_MAX}"),
    })
    .collect()
}
