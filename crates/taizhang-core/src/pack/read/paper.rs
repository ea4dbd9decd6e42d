//! Room: one `papers/ID.md`: settings between two lines of `+++`, then the template of a paper.
//!
//! The template itself is checked where it is drafted; here only its settings are read.

use super::super::fault::FaultCode;
use super::super::source::PaperSource;
use super::super::sources::{At, Sources, Word};
use super::super::table::with_root;
use super::bulletin::{FENCE, split};
use super::name;
use crate::definition::Lang;

/// Reads a paper; its id is its file's name.
pub(super) fn paper(sources: &Sources, at: At, id: &str, lang: Lang) -> Option<PaperSource> {
    let text = &sources.sheet(at).text;
    let Some((head, body)) = split(text) else {
        sources.fault(at, FaultCode::NoFrontMatter);
        return None;
    };
    let inside = At {
        byte: FENCE.len(),
        ..at
    };
    let id = Word {
        text: id.to_owned(),
        at,
    };
    Some(with_root(sources, inside, head, |table| PaperSource {
        id,
        name: name(table, lang),
        register: table.needed("register"),
        stages: table.words("stages"),
        about: table.text("about"),
        template: body.to_owned(),
    }))
}
