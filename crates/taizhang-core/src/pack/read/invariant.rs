//! Room: one `[[invariant]]` of a register — what must be so of the book as it stands.

use super::super::source::{InvariantSource, TermSource};
use super::super::table::Table;
use super::{id, name};
use crate::definition::Lang;

const KINDS: &[&str] = &["rule", "balance", "floor", "once", "fixed", "apart"];

pub(super) fn invariant(table: &Table<'_>, lang: Lang) -> InvariantSource {
    let kind = table.exactly_one(KINDS);
    let one = |key: &'static str| table.text(key).filter(|_| kind == Some(key));
    let some = |key: &'static str| {
        if kind == Some(key) {
            table.words(key)
        } else {
            Vec::new()
        }
    };
    InvariantSource {
        id: id(table, "id"),
        name: name(table, lang),
        rule: one("rule"),
        balance: (kind == Some("balance")).then(|| table.words("balance")),
        holder: table.words("holder"),
        terms: table.each("terms", term),
        floor: one("floor"),
        once: some("once"),
        fixed: some("fixed"),
        apart: one("apart"),
    }
}

fn term(table: &Table<'_>) -> TermSource {
    TermSource {
        register: table.text("register"),
        by: table.words("by"),
        amount: table.needed("amount"),
        when: table.text("when"),
    }
}
