//! Room: one `[[section]]` of a register. Each kind needs its own keys, and may have no others.

use super::super::source::{SectionShow, SectionSource};
use super::super::sources::Word;
use super::super::table::Table;
use super::{id, name};
use crate::definition::Lang;

const SHOWS: [(&str, SectionShow); 7] = [
    ("fields", SectionShow::Fields),
    ("stages", SectionShow::Stages),
    ("rows", SectionShow::Rows),
    ("curve", SectionShow::Curve),
    ("ledger", SectionShow::Ledger),
    ("plane", SectionShow::Plane),
    ("buildings", SectionShow::Buildings),
];

pub(super) fn section(table: &Table<'_>, lang: Lang) -> SectionSource {
    use SectionShow::{Buildings, Curve, Fields, Ledger, Plane, Rows};
    if !table.has("show") {
        table.needed("show");
    }
    let show = table.one_of("show", &SHOWS).unwrap_or(SectionShow::Stages);
    let needed = |key: &'static str, kinds: &[SectionShow]| kinds.contains(&show).then(|| table.needed(key));
    let maybe = |key: &'static str, kinds: &[SectionShow]| -> Option<Word> {
        kinds.contains(&show).then(|| table.text(key)).flatten()
    };
    SectionSource {
        id: id(table, "id"),
        name: name(table, lang),
        show,
        fields: match show {
            Fields | Rows => table.words_needed("fields"),
            _ => Vec::new(),
        },
        register: needed("register", &[Rows, Curve, Buildings]),
        by: maybe("by", &[Rows, Curve, Buildings]),
        sort: maybe("sort", &[Rows]),
        day: needed("day", &[Curve, Buildings]),
        amount: needed("amount", &[Curve, Buildings]),
        goal: maybe("goal", &[Curve]),
        whole: match show {
            Buildings => table.needed("whole").into(),
            _ => maybe("whole", &[Curve]),
        },
        begins: match show {
            Curve | Buildings => table.words("begins"),
            _ => Vec::new(),
        },
        ends: maybe("ends", &[Curve]),
        expected: maybe("expected", &[Curve]),
        account: needed("account", &[Ledger]),
        holder: needed("holder", &[Ledger]),
        place: needed("place", &[Plane]),
        group: needed("group", &[Buildings]),
        floors: maybe("floors", &[Buildings]),
        until: maybe("until", &[Buildings]),
    }
}
