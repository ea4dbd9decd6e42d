//! Rule: a Rust file opens by saying which room it is.
//!
//! Its `//!` comment says what the file is for and what it never does.

use super::{Hit, Rule, SourceFile, hit};

pub(super) const RULE: Rule = Rule {
    name: "header",
    remedy: "begin the file with `//! Room: …` (or `//! Rule: …`), two to six lines: what it is for and what it never does",
    check,
    breaks: &[
        ("crates/a/src/lib.rs", "use std::fmt;\n"),
        ("xtask/src/main.rs", ""),
        ("crates/a/src/b.rs", "// not a header\n"),
    ],
    keeps: &[
        ("crates/a/src/lib.rs", "\n//! Room: a.\n"),
        ("ui/tool.rs.txt", "no Rust here"),
    ],
};

fn check(file: &SourceFile) -> Vec<Hit> {
    let applies = file.is_rust() && file.is_under(&["crates/", "xtask/"]);
    let opens = file
        .text
        .lines()
        .find(|line| !line.trim().is_empty())
        .is_some_and(|line| line.starts_with("//!"));
    if applies && !opens {
        vec![hit(file, 0, "no `//!` at the top")]
    } else {
        Vec::new()
    }
}
