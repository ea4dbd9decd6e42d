//! Room: the `[template]` of a register — the records that a move of the record above opens.

use super::super::source::{ItemSource, TemplateSource};
use super::super::table::Table;

/// The longest time that an item may usually take.
const DAYS_MAX: u32 = 3_660;

/// Reads a template with its items.
pub(super) fn template(table: &Table<'_>) -> TemplateSource {
    TemplateSource {
        on: table.needed("on"),
        item: table.needed("item"),
        goal: table.text("goal"),
        items: table.each("each", item),
    }
}

fn item(table: &Table<'_>) -> ItemSource {
    ItemSource {
        id: table.needed("id"),
        when: table.text("when"),
        after: table.words("after"),
        after_any: table.words("after_any"),
        soft_after: table.words("soft_after"),
        days: table.integer("days", 0..=DAYS_MAX).unwrap_or_default(),
        set: table.pairs("set"),
    }
}
