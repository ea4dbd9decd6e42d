//! Rule: no line ends in white space.
//!
//! It is invisible, and turns up in every later difference.

use super::{Hit, Rule, SourceFile};

pub(super) const RULE: Rule = Rule {
    name: "spaces",
    remedy: "remove the white space at the end of the line",
    check,
    breaks: &[
        ("README.md", "a \n"),
        ("crates/a/src/b.rs", "//! A.\t\n"),
        ("packs/x/a.csv", "a,b\u{3000}\n"),
    ],
    keeps: &[("README.md", "a\n\n b\n"), ("packs/x/a.csv", "a,b\r\nc,d\r\n")],
};

fn check(file: &SourceFile) -> Vec<Hit> {
    // `lines` takes \r\n for one line end, which is what RFC 4180 asks of a csv file.
    let lines = file
        .text
        .lines()
        .enumerate()
        .filter(|(_, line)| line.ends_with(char::is_whitespace));
    lines
        .map(|(index, _)| Hit {
            line: index + 1,
            what: "white space at the end".to_owned(),
        })
        .collect()
}
