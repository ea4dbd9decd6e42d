//! Room: the claims of a report, `claims.toml`.

use super::super::fault::FaultCode;
use super::super::source::{ClaimFigureSource, ClaimRecordSource, ClaimSource};
use super::super::sources::Word;
use super::super::table::Table;
use crate::definition::{Bound, ClaimKind};

const KINDS: [(&str, ClaimKind); 4] = [
    ("number", ClaimKind::Number),
    ("state", ClaimKind::State),
    ("comparison", ClaimKind::Comparison),
    ("intent", ClaimKind::Intent),
];

/// Reads one claim. A number needs the figure that answers it; what else has no answer is told as not proven.
pub(super) fn claim(table: &Table<'_>) -> ClaimSource {
    let no = table.integer("no", 1..=9_999).unwrap_or_default();
    if !table.has("no") {
        table.sources.fault(table.at, FaultCode::MissingKey { key: "no" });
    }
    let kind = table.one_of("kind", &KINDS);
    if !table.has("kind") {
        table.sources.fault(table.at, FaultCode::MissingKey { key: "kind" });
    }
    let kind = kind.unwrap_or(ClaimKind::Intent);
    if kind == ClaimKind::Number && !table.has("account") {
        table.sources.fault(table.at, FaultCode::MissingKey { key: "account" });
    }
    let as_of = table.day("as_of");
    ClaimSource {
        id: Word {
            text: no.to_string(),
            at: table.at_key("no"),
        },
        part: table.needed("part").text,
        text: table.needed("text").text,
        kind,
        figure: table.has("account").then(|| figure(table, as_of)),
        record: table.has("register").then(|| record(table, as_of)),
        bulletin: table.text("bulletin"),
        document: table.prose("document"),
    }
}

fn figure(table: &Table<'_>, as_of: Option<crate::day::Day>) -> ClaimFigureSource {
    let (from, to) = (table.day("from"), table.day("to"));
    if as_of.is_none() && to.is_none() {
        table.sources.fault(table.at, FaultCode::MissingKey { key: "as_of" });
    }
    let bound = match table.exactly_one(&["expect", "at_least", "at_most"]) {
        Some("expect") => table.decimal("expect").map(|(value, _)| Bound::Is(value)),
        Some("at_least") => table.decimal("at_least").map(|(value, _)| Bound::AtLeast(value)),
        _ => table.decimal("at_most").map(|(value, _)| Bound::AtMost(value)),
    };
    ClaimFigureSource {
        at: table.at,
        account: table.needed("account"),
        unit: table.text("unit"),
        from,
        to: to.or(as_of),
        bound,
        grown_since: table.day("grown_since"),
    }
}

fn record(table: &Table<'_>, as_of: Option<crate::day::Day>) -> ClaimRecordSource {
    if as_of.is_none() {
        table.sources.fault(table.at, FaultCode::MissingKey { key: "as_of" });
    }
    let field = table.text("field");
    if field.is_some() && !table.has("value") {
        table.sources.fault(table.at, FaultCode::MissingKey { key: "value" });
    }
    ClaimRecordSource {
        register: table.needed("register"),
        key: table.needed("key"),
        as_of,
        field,
        value: table.text("value"),
    }
}
