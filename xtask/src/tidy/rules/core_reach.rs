//! Rule: the core reaches neither clock, files, network, environment nor processes.
//!
//! Its dependencies are kept pure by `cargo xtask purity`; this rule closes the standard library's
//! own doors.

use super::{Hit, Rule, SourceFile, hit};
use crate::tidy::source::word_offsets;

pub(super) const RULE: Rule = Rule {
    name: "core-reach",
    remedy: "the core is given what it needs as plain data; do this in taizhang-store or taizhang and pass the result in",
    check,
    breaks: &[
        ("crates/taizhang-core/src/a.rs", "fn f() { std::fs::read(\"x\"); }"),
        ("crates/taizhang-core/src/a.rs", "use std::net::IpAddr;"),
        ("crates/taizhang-core/src/a.rs", "use std::{fmt, env};"),
        (
            "crates/taizhang-core/src/a.rs",
            "use std::{collections::{BTreeMap}, time::SystemTime};",
        ),
        ("crates/taizhang-core/src/a.rs", "let t = Instant::now();"),
    ],
    keeps: &[
        (
            "crates/taizhang-core/src/a.rs",
            "//! Never std::fs.\nuse std::{fmt, str::FromStr};\nuse std::collections::BTreeMap;",
        ),
        (
            "crates/taizhang-core/src/a.rs",
            "let environment = env!(\"X\"); use std::{fmt}; use crate::env;",
        ),
        ("crates/taizhang-core/tests/it/main.rs", "use std::fs;"),
        ("crates/taizhang-store/src/a.rs", "use std::fs;"),
    ],
};

const DOORS: &[&str] = &["env", "fs", "net", "process"];
const CLOCKS: &[&str] = &["SystemTime", "Instant"];

fn check(file: &SourceFile) -> Vec<Hit> {
    if !file.is_under(&["crates/taizhang-core/src/", "crates/taizhang-schemes/src/"]) {
        return Vec::new();
    }
    let code = file.code();
    let mut hits = Vec::new();
    for clock in CLOCKS {
        hits.extend(word_offsets(code, clock).map(|offset| hit(file, offset, *clock)));
    }
    for (offset, _) in code.match_indices("std::") {
        let named = names_after(&code[offset + "std::".len()..]);
        let doors = DOORS.iter().filter(|door| named.contains(*door));
        hits.extend(doors.map(|door| hit(file, offset, format!("std::{door}"))));
    }
    hits
}

/// The first names of a path behind `std::`: one, or those of a braced group.
fn names_after(rest: &str) -> Vec<&str> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    if !rest.starts_with('{') {
        return rest.split(|c: char| !is_word(c)).take(1).collect();
    }
    let mut depth = 0_i32;
    let end = rest.char_indices().find(|(_, c)| {
        depth += i32::from(*c == '{') - i32::from(*c == '}');
        depth == 0
    });
    let group = &rest[1..end.map_or(rest.len(), |(offset, _)| offset)];
    group
        .split(',')
        .filter_map(|part| part.trim().split(|c: char| !is_word(c)).next())
        .collect()
}
