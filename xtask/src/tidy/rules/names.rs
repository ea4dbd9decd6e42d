//! Rule: one noun, one spelling.
//!
//! Basis: the glossary. Types, tables and routes never take the names of what the book calls
//! otherwise; local variables may.

use super::{Hit, Rule, SourceFile, hit};
use crate::tidy::source::word_offsets;

pub(super) const RULE: Rule = Rule {
    name: "names",
    remedy: "use the glossary's word: unit, limit or due_on, entry, record, duty, stage or light, amount or _no, as_of",
    check,
    breaks: &[
        ("crates/a/src/b.rs", "pub struct Department { id: u32 }"),
        ("crates/a/src/b.rs", "enum Transaction {}"),
        ("crates/a/src/b.rs", "pub(crate) type Deadline = Day;"),
        (
            "crates/taizhang-store/migrations/sqlite/0001_a.sql",
            "CREATE TABLE ledger_entry (n INTEGER);",
        ),
        (
            "crates/taizhang-store/src/a.rs",
            "let sql = \"create table if not exists task (n int)\";",
        ),
        (
            "crates/taizhang/src/http/router.rs",
            ".route(\"/api/v1/departments/{id}\", get(show))",
        ),
    ],
    keeps: &[
        (
            "crates/a/src/b.rs",
            "struct DepartmentStore; let status = 1; use rusqlite::Transaction;",
        ),
        ("crates/a/src/b.rs", "// struct Department\n\"struct Department\""),
        (
            "crates/taizhang-store/migrations/sqlite/0001_a.sql",
            "CREATE TABLE entry (n INTEGER); -- transaction",
        ),
        (
            "crates/taizhang/src/http/router.rs",
            ".route(\"/api/v1/units/{id}\", get(show))",
        ),
    ],
};

const TYPES: &[&str] = &[
    "Current",
    "Deadline",
    "Department",
    "Event",
    "Item",
    "LedgerEntry",
    "Number",
    "Status",
    "Task",
    "Transaction",
];

const TABLES: &[&str] = &[
    "deadline",
    "department",
    "event",
    "item",
    "ledger_entry",
    "status",
    "task",
    "transaction",
];

fn check(file: &SourceFile) -> Vec<Hit> {
    if !file.is_under(&["crates/"]) {
        return Vec::new();
    }
    let mut hits = types(file);
    if file.path.ends_with(".sql") {
        hits.extend(tables(file, 0, &file.text));
    }
    for (offset, literal) in file.literals().filter(|(offset, _)| !file.in_tests(*offset)) {
        hits.extend(tables(file, offset, literal));
        if file.is_under(&["crates/taizhang/src/http/"]) {
            hits.extend(route(file, offset, literal));
        }
    }
    hits
}

fn types(file: &SourceFile) -> Vec<Hit> {
    let code = file.code();
    let keywords = ["struct ", "enum ", "trait ", "type ", "union "];
    let found = keywords
        .iter()
        .flat_map(|keyword| word_offsets(code, keyword).map(|offset| (offset, *keyword)));
    found
        .filter_map(|(offset, keyword)| {
            let name = code[offset + keyword.len()..]
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .next()?;
            // An iterator must call what it gives `Item`.
            let associated = keyword == "type " && name == "Item";
            (TYPES.contains(&name) && !associated).then(|| hit(file, offset, format!("{keyword}{name}")))
        })
        .collect()
}

fn tables(file: &SourceFile, base: usize, sql: &str) -> Vec<Hit> {
    let lower = sql.to_ascii_lowercase();
    let creations = lower.match_indices("create table ");
    creations
        .filter_map(|(offset, keyword)| {
            let rest = lower[offset + keyword.len()..].trim_start();
            let rest = rest.strip_prefix("if not exists").unwrap_or(rest).trim_start();
            let name = rest.split(|c: char| !c.is_alphanumeric() && c != '_').next()?;
            is_banned_noun(name).then(|| hit(file, base + offset, format!("table {name}")))
        })
        .collect()
}

fn route(file: &SourceFile, offset: usize, literal: &str) -> Option<Hit> {
    let segment = literal
        .strip_prefix('/')?
        .split(['/', '?'])
        .find(|segment| is_banned_noun(segment))?;
    Some(hit(file, offset, format!("route segment {segment}")))
}

fn is_banned_noun(name: &str) -> bool {
    TABLES
        .iter()
        .any(|noun| name == *noun || name.strip_suffix('s') == Some(noun))
}
