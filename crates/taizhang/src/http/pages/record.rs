//! Page: one record — what it holds, where it stands, what may be done, and how it came to be so.

use super::words::{content, stage_name};
use super::{Asked, Page, entries, layout};
use crate::app::records::RecordView;
use crate::app::scope::Scope;
use crate::http::request::{Fields, encoded, segment};
use crate::http::visit::Visit;
use axum::extract::{Path, Query};
use maud::{Markup, html};
use taizhang_core::decide::Gate;
use taizhang_core::definition::{Field, Move, Verb};

pub(in crate::http) async fn show(visit: Visit, Path(record): Path<i64>, Query(asked): Asked) -> Page {
    let asked = Fields(asked);
    let page = visit.run(move |app, scope| {
        let view = app.record(scope, record)?;
        let may_correct = scope.may(Verb::Correct, &view.register, view.unit);
        let body = html! {
            p.way { a href={ "/registers/" (segment(&view.register.id)) } { (view.register.name) } " / #" (record) }
            div.title {
                h1 { (view.title) }
                @if let Some(stage) = view.row.state.stage() { span.stage.large { (stage_name(&view.register, stage)) } }
                @if view.row.void { span.void { "已作废" } }
            }
            @if let Some(entry) = asked.get("saved") {
                p.saved role="status" { "已登记，流水 " (entry) " 号。" }
            }
            (acts(scope, &view, may_correct))
            (fields(&view))
            (accounts(&view))
            h2 { "变更记录" small { "共 " (view.entries.len()) " 笔，最近在上" } }
            (entries::timeline(app, &view, may_correct))
        };
        Ok(layout::page(app, scope, "registers", &view.title, body))
    });
    Ok(page.await?)
}

fn acts(scope: &Scope, view: &RecordView, may_correct: bool) -> Markup {
    let address = |act: &str| format!("/records/{}/{act}", view.row.record);
    let may_write = scope.may(Verb::Write, &view.register, view.unit);
    html! {
        @if !view.row.void && (may_write || may_correct) {
            nav.acts aria-label="办理" {
                @if may_write {
                    @for each in moves(scope, view) {
                        a.act href={ (address("move")) "?" (encoded(&[("move", &each.id)])) } { (each.name) }
                    }
                    a.button href=(address("edit")) { "变更" }
                    a.button href=(address("note")) { "备注、附件" }
                }
                @if may_correct { a.button.danger href=(address("void")) { "作废" } }
            }
        }
    }
}

/// The moves that its stage and one's roles allow.
fn moves<'a>(scope: &'a Scope, view: &'a RecordView) -> impl Iterator<Item = &'a Move> {
    let stage = view.row.state.stage().unwrap_or_default();
    view.register.moves.iter().filter(move |each| {
        let fits = each.from.iter().any(|from| from == stage);
        fits && (each.roles.is_empty() || scope.has_role(&each.roles))
    })
}

/// What is known; what nobody has said yet is named below it.
fn fields(view: &RecordView) -> Markup {
    let state = &view.row.state;
    let (said, unsaid): (Vec<&Field>, Vec<&Field>) = view
        .register
        .fields
        .iter()
        .partition(|field| state.cell(field.no).is_some());
    html! {
        dl.fields {
            @for field in said {
                div {
                    dt { (field.name) @if view.register.inherits(field.no) { small { "随上级" } } }
                    dd { (content(&view.definition, field, state.cell(field.no), &view.labels)) }
                }
            }
            div { dt { "立账日期" } dd { (view.row.opened_on) } }
        }
        @if !unsaid.is_empty() {
            p.counts { "未填：" @for (at, field) in unsaid.iter().enumerate() { @if at > 0 { "、" } (field.name) } }
        }
    }
}

/// The figures that this record moves.
fn accounts(view: &RecordView) -> Markup {
    let found: Vec<_> = view
        .accounts
        .iter()
        .filter_map(|no| view.definition.accounts.get(no))
        .collect();
    let unit = view.unit.map(|unit| encoded(&[("unit", &format!("#{unit}"))]));
    html! {
        @if !found.is_empty() {
            p.counts { "计入数字："
                @for account in found {
                    a href={ "/figures/" (segment(&account.id)) @if let Some(unit) = &unit { "?" (unit) } } { (account.name) }
                    " "
                }
            }
        }
    }
}
