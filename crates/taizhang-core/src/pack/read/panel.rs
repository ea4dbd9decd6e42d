//! Room: one `[[panel]]` of a register. Each kind needs its own keys, and may have no others.

use super::super::source::{PanelShow, PanelSource};
use super::super::sources::Word;
use super::super::table::Table;
use super::{id, name};
use crate::definition::Lang;

const SHOWS: [(&str, PanelShow); 6] = [
    ("fields", PanelShow::Fields),
    ("stages", PanelShow::Stages),
    ("rows", PanelShow::Rows),
    ("curve", PanelShow::Curve),
    ("ledger", PanelShow::Ledger),
    ("plane", PanelShow::Plane),
];

pub(super) fn panel(table: &Table<'_>, lang: Lang) -> PanelSource {
    use PanelShow::{Curve, Fields, Ledger, Plane, Rows};
    if !table.has("show") {
        table.needed("show");
    }
    let show = table.one_of("show", &SHOWS).unwrap_or(PanelShow::Stages);
    let needed = |key: &'static str, kinds: &[PanelShow]| kinds.contains(&show).then(|| table.needed(key));
    let maybe = |key: &'static str, kinds: &[PanelShow]| -> Option<Word> {
        kinds.contains(&show).then(|| table.text(key)).flatten()
    };
    PanelSource {
        id: id(table, "id"),
        name: name(table, lang),
        show,
        fields: match show {
            Fields | Rows => table.words_needed("fields"),
            _ => Vec::new(),
        },
        register: needed("register", &[Rows, Curve]),
        by: maybe("by", &[Rows, Curve]),
        sort: maybe("sort", &[Rows]),
        day: needed("day", &[Curve]),
        amount: needed("amount", &[Curve]),
        goal: maybe("goal", &[Curve]),
        account: needed("account", &[Ledger]),
        holder: needed("holder", &[Ledger]),
        place: needed("place", &[Plane]),
    }
}
