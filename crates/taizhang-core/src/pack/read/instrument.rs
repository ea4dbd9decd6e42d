//! Room: one `[[instrument]]` of a register — what a scheme computes, from what, and where it is kept.

use super::super::source::{InstrumentSource, StandingSource};
use super::super::table::Table;
use super::{id, name};
use crate::definition::{Lang, Within};

const WITHIN: [(&str, Within); 2] = [("year", Within::Year), ("ever", Within::Ever)];

/// Reads one instrument.
pub(super) fn instrument(table: &Table<'_>, lang: Lang) -> InstrumentSource {
    InstrumentSource {
        id: id(table, "id"),
        name: name(table, lang),
        uses: table.needed("uses"),
        on: table.needed("on"),
        when: table.text("when"),
        given: table.pairs("given"),
        fixed: table.pairs("fixed"),
        words: table.pairs("words"),
        ledger: table.each("ledger", standing),
        fills: table.pairs("fills"),
    }
}

fn standing(table: &Table<'_>) -> StandingSource {
    let (from, to) = (table.text("from"), table.text("to"));
    StandingSource {
        key: table.needed("key"),
        account: table.needed("account"),
        dims: table.words("dims"),
        span: from.zip(to),
        within: table.one_of("within", &WITHIN),
    }
}
