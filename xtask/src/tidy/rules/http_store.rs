//! Rule: pages and API do not name the store's crate.
//!
//! Basis: there is one way in and one way out of a book, `app`. What a face needs of the store's types
//! is handed on there, so that a page can ask and show, and never reach a table.

use super::{Hit, Rule, SourceFile, hit};
use crate::tidy::source::word_offsets;

pub(super) const RULE: Rule = Rule {
    name: "http-store",
    remedy: "let crate::app do what is needed of the store, or hand the type on from there (pub use)",
    check,
    breaks: &[
        ("crates/taizhang/src/http/a.rs", "use taizhang_store::figure::Span;"),
        (
            "crates/taizhang/src/http/pages/a.rs",
            "fn f() { taizhang_store::record::list(); }",
        ),
    ],
    keeps: &[
        ("crates/taizhang/src/app/a.rs", "use taizhang_store::figure::Span;"),
        (
            "crates/taizhang/src/http/a.rs",
            "//! Not taizhang_store.\nuse crate::app::ask::Span;",
        ),
    ],
};

fn check(file: &SourceFile) -> Vec<Hit> {
    if !file.is_under(&["crates/taizhang/src/http/"]) {
        return Vec::new();
    }
    let named = word_offsets(file.code(), "taizhang_store");
    named.map(|offset| hit(file, offset, "taizhang_store")).collect()
}
