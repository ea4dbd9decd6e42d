//! Rule: the system clock is read in one place.
//!
//! Basis: law 2; times are arguments everywhere, and the server stamps `recorded_at` from one clock.

use super::{Hit, Rule, SourceFile, hit};
use crate::tidy::source::word_offsets;

pub(super) const RULE: Rule = Rule {
    name: "clock",
    remedy: "take the time as an argument; only crates/taizhang/src/clock.rs asks the system for it",
    check,
    breaks: &[
        (
            "crates/taizhang/src/http/login.rs",
            "let now = std::time::SystemTime::now();",
        ),
        (
            "crates/taizhang-store/src/append.rs",
            "let now = jiff::Timestamp::now();",
        ),
        (
            "crates/taizhang/src/jobs/sweep.rs",
            "let today = jiff::Zoned::now().date();",
        ),
    ],
    keeps: &[
        ("crates/taizhang/src/clock.rs", "let now = jiff::Timestamp::now();"),
        (
            "crates/taizhang/src/http/login.rs",
            "// never SystemTime::now()\nlet now = clock.now();",
        ),
        ("crates/taizhang/tests/it/login.rs", "let now = jiff::Timestamp::now();"),
    ],
};

const READS: &[&str] = &["SystemTime::now", "Timestamp::now", "Zoned::now", "UtcDateTime::now"];

fn check(file: &SourceFile) -> Vec<Hit> {
    if !file.is_under(&["crates/"]) || file.path == "crates/taizhang/src/clock.rs" {
        return Vec::new();
    }
    let found = READS
        .iter()
        .flat_map(|read| word_offsets(file.code(), read).map(move |offset| (offset, read)));
    found
        .filter(|(offset, _)| !file.in_tests(*offset))
        .map(|(offset, read)| hit(file, offset, *read))
        .collect()
}
