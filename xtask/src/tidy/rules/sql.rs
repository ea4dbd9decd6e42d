//! Rule: SQL that writes stands in the store.
//!
//! Basis: law 1; there is one way into the journal, so nothing else may hold a statement that
//! changes a table. Tests may: some tamper with a book in order to see that it is noticed.

use super::{Hit, Rule, SourceFile, hit};

pub(super) const RULE: Rule = Rule {
    name: "sql",
    remedy: "put the statement into taizhang-store, beside the function that runs it",
    check,
    breaks: &[
        (
            "crates/taizhang/src/http/a.rs",
            "let sql = \"INSERT INTO entry VALUES (1)\";",
        ),
        (
            "crates/taizhang-core/src/a.rs",
            "let sql = \"delete from entry where n = 1\";",
        ),
        ("crates/taizhang/src/a.rs", "let sql = \"UPDATE book\n  SET head = 1\";"),
    ],
    keeps: &[
        (
            "crates/taizhang-store/src/append.rs",
            "let sql = \"INSERT INTO entry VALUES (1)\";",
        ),
        (
            "crates/taizhang/tests/it/tamper.rs",
            "let sql = \"UPDATE entry SET n = 2\";",
        ),
        (
            "crates/taizhang/src/a.rs",
            "// INSERT INTO entry\nlet text = \"Update the book, then Set the date\";",
        ),
    ],
};

fn check(file: &SourceFile) -> Vec<Hit> {
    if !file.is_under(&["crates/"]) || file.is_under(&["crates/taizhang-store/"]) {
        return Vec::new();
    }
    let literals = file.literals().filter(|(offset, _)| !file.in_tests(*offset));
    literals
        .filter_map(|(offset, literal)| Some(hit(file, offset, writes(literal)?)))
        .collect()
}

fn writes(literal: &str) -> Option<&'static str> {
    let one_line = literal.split_whitespace().collect::<Vec<_>>().join(" ");
    let lower = one_line.to_ascii_lowercase();
    if lower.contains("insert into ") {
        return Some("INSERT INTO");
    }
    if lower.contains("delete from ") {
        return Some("DELETE FROM");
    }
    // English sentences update and set too, so this one is known by its capitals.
    let (_, behind) = one_line.split_once("UPDATE ")?;
    behind.contains(" SET ").then_some("UPDATE … SET")
}
