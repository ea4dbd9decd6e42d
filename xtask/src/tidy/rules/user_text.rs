//! Rule: what a user reads stands in the locale.
//!
//! A Chinese string anywhere else is either a text that nobody can find again, or a fact of one
//! district that belongs into a pack.

use super::{Hit, Rule, SourceFile, hit};

pub(super) const RULE: Rule = Rule {
    name: "user-text",
    remedy: "move the text to the locale (or the fact to a pack) and refer to it by its key",
    check,
    breaks: &[
        ("crates/taizhang/src/http/login.rs", "let a = \"\u{53f0}\u{8d26}\";"),
        (
            "crates/taizhang-core/src/a.rs",
            "let a = r#\"key = \"\u{9879}\u{76ee}\"\"#;",
        ),
        ("xtask/src/main.rs", "println!(\"\u{597d}\");"),
    ],
    keeps: &[
        (
            "crates/taizhang/src/http/login.rs",
            "// \u{53f0}\u{8d26} is the book.\nlet a = \"book\";",
        ),
        ("crates/taizhang/tests/it/login.rs", "let a = \"\u{53f0}\u{8d26}\";"),
        (
            "crates/a/src/b.rs",
            "#[cfg(test)]\nmod tests { const A: &str = \"\u{53f0}\"; }",
        ),
        ("crates/a/src/b.rs", "names.join(\"\u{3001}\")"),
        ("crates/taizhang/locale/zh_CN.toml", "book = \"\u{53f0}\u{8d26}\""),
    ],
};

fn check(file: &SourceFile) -> Vec<Hit> {
    if !file.is_under(&["crates/", "xtask/"]) {
        return Vec::new();
    }
    let literals = file
        .literals()
        .filter(|(offset, literal)| literal.contains(is_han) && !file.in_tests(*offset));
    literals
        .map(|(offset, literal)| hit(file, offset, shortened(literal)))
        .collect()
}

/// The unified ideographs with their extensions; a mark that only joins a list is no text.
fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

fn shortened(literal: &str) -> String {
    const SHOWN: usize = 24;
    let shown: String = literal.chars().take(SHOWN).collect();
    if shown.len() < literal.len() {
        format!("\"{shown}…\"")
    } else {
        format!("\"{shown}\"")
    }
}
