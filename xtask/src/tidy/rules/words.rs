//! Rule: nothing half done is kept.
//!
//! What is missing is said in the list of open work, not in a macro that panics or a test that is
//! switched off.

use super::{Hit, Rule, SourceFile, hit};
use crate::tidy::source::word_offsets;

pub(super) const RULE: Rule = Rule {
    name: "words",
    remedy: "finish it, or take it out and say in the documentation what is missing",
    check,
    breaks: &[
        ("crates/a/src/b.rs", "fn f() { todo!() }"),
        ("crates/a/src/b.rs", "fn f() { unimplemented!() }"),
        ("crates/a/tests/it/b.rs", "#[test]\n#[ignore = \"slow\"]\nfn f() {}"),
        ("crates/a/tests/it/b.rs", "dbg!(x);"),
        ("crates/a/src/b.rs", "// FIXME later"),
        ("crates/a/src/b.rs", "/* XXX */"),
    ],
    keeps: &[
        ("crates/a/src/b.rs", "let a = \"todo!\"; // todo!() is banned"),
        ("crates/a/src/b.rs", "let a = \"XXX FIXME\"; // XXXL"),
    ],
};

const IN_CODE: &[&str] = &["todo!", "unimplemented!", "dbg!", "#[ignore"];
const IN_COMMENTS: &[&str] = &["FIXME", "XXX"];

fn check(file: &SourceFile) -> Vec<Hit> {
    let comments = file.comments();
    let in_code = IN_CODE
        .iter()
        .flat_map(|word| word_offsets(file.code(), word).map(move |offset| (offset, word)));
    let in_comments = IN_COMMENTS
        .iter()
        .flat_map(|word| word_offsets(&comments, word).map(move |offset| (offset, word)));
    in_code
        .chain(in_comments)
        .map(|(offset, word)| hit(file, offset, *word))
        .collect()
}
