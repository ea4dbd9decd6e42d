//! The list as a board: a column for each stage, a card for each record. With a script a card is dragged;
//! without one its buttons do the same. Both lead to the form of the move: nothing is written on the way.

use super::List;
use crate::app::records::RecordRow;
use crate::error::AppError;
use crate::http::pages::words::content;
use crate::http::request::encoded;
use maud::{Markup, html};
use taizhang_core::decide::Gate;
use taizhang_core::definition::{Field, Move, Verb};

pub(super) fn show(list: &List<'_>) -> Result<Markup, AppError> {
    let listed = list.app.list(list.scope, &list.all())?;
    let groups = list.app.groups(list.scope, &list.ask, Some("stage"))?;
    let (register, locale) = (&list.register, list.app.locale());
    let more: Vec<&Field> = list
        .columns
        .iter()
        .filter(|field| !register.title.contains(&field.no))
        .take(3)
        .collect();
    let title: Vec<&Field> = register.title.iter().filter_map(|no| register.field(*no)).collect();
    let card = |row: &RecordRow| {
        html! {
            li.card-record draggable="true" data-record=(row.record) data-moves=(moves(list, row).map(|each| format!("{}:{}",
                each.to, each.id)).collect::<Vec<_>>().join(" ")) {
                a href=(list.stand.to(&format!("/records/{}", row.record))) {
                    @for (at, field) in title.iter().enumerate() {
                        @if at > 0 { " " } (content(locale, &listed.definition, field, row.state.cell(field.no), &listed.labels))
                    }
                    @if title.is_empty() { "#" (row.record) }
                }
                p.quiet { @for field in &more { span { (content(locale, &listed.definition, field,
                    row.state.cell(field.no), &listed.labels)) } " " } }
                p.moves { @for each in moves(list, row) {
                    a.button.small href={ "/records/" (row.record) "/move?" (encoded(&[("move", &each.id)])) } { (each.name) }
                } }
            }
        }
    };
    Ok(html! {
        (list.rest(listed.total))
        div.board {
            @for stage in &register.stages {
                @let count = groups.groups.iter().find(|group| group.key == stage.id).map_or(0, |group| group.count);
                section.lane data-stage=(stage.id) {
                    h3 { (stage.name) small { (count) } }
                    ul { @for row in listed.rows.iter().filter(|row| row.state.stage() == Some(stage.id.as_str())) { (card(row)) } }
                }
            }
        }
    })
}

/// The moves that a record's stage and one's roles allow.
fn moves<'a>(list: &'a List<'_>, row: &'a RecordRow) -> impl Iterator<Item = &'a Move> {
    let unit = list.register.unit.and_then(|field| row.state.unit(field));
    let may = list.scope.may(Verb::Write, &list.register, unit);
    let stage = row.state.stage().unwrap_or_default();
    list.register.moves.iter().filter(move |each| {
        let fits = may && each.from.iter().any(|from| from == stage);
        fits && (each.roles.is_empty() || list.scope.has_role(&each.roles))
    })
}
