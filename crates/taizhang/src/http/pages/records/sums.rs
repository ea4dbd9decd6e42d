//! The list added up by a field: how many records of each kind, and the sums of their numbers.

use super::List;
use super::asking::plain;
use crate::error::AppError;
use crate::http::pages::words::{content, grouped};
use maud::{Markup, html};
use taizhang_core::definition::FieldKind;

pub(super) fn show(list: &List<'_>) -> Result<Markup, AppError> {
    let locale = list.app.locale();
    let fields: Vec<_> = plain(&list.register)
        .filter(|field| {
            let kinds = matches!(
                field.kind,
                FieldKind::Choice(_) | FieldKind::Unit | FieldKind::Link { .. } | FieldKind::Month
            );
            kinds || matches!(field.kind, FieldKind::Text { max } if max <= 200)
        })
        .collect();
    let staged = !list.register.stages.is_empty();
    let first = if staged {
        Some("stage")
    } else {
        fields.first().map(|field| field.id.as_str())
    };
    let ids = fields
        .iter()
        .map(|field| field.id.as_str())
        .chain(staged.then_some("stage"));
    let Some(by) = list.stand.fields().one_of("group", &ids.collect::<Vec<_>>())?.or(first) else {
        return Ok(html! {});
    };
    let found = list.app.groups(list.scope, &list.ask, Some(by))?;
    let none = crate::app::names::Labels::default();
    let summed: Vec<usize> = (0..found.sums.len())
        .filter(|at| found.groups.iter().any(|group| group.sums[*at].is_some()))
        .collect();
    let total: i64 = found.groups.iter().map(|group| group.count).sum();
    Ok(html! {
        form.filters action=(list.stand.path()) {
            label { (locale.text("page.list.group_by")) select name="group" {
                @if staged { option value="stage" selected[by == "stage"] { (locale.text("shown.stage")) } }
                @for field in &fields { option value=(field.id) selected[by == field.id] { (field.name) } }
            } }
            @for (name, value) in list.stand.others(&["group"]) { input type="hidden" name=(name) value=(value); }
            button type="submit" { (locale.text("page.stand.go")) }
        }
        div.scroll { table.ledger.list {
            thead { tr {
                th.first { (locale.text("page.list.group")) } th.num { (locale.text("page.list.records")) }
                @for at in &summed { th.num { (found.sums[*at].name) } }
            } }
            tbody { @for group in &found.groups {
                tr {
                    th.first scope="row" {
                        @let label = if group.label.is_empty() { locale.text("shown.unsaid") } else { group.label.as_str() };
                        @let op = if group.key.is_empty() { "missing" } else { "eq" };
                        a href=(list.stand.with(&[("show", ""), ("f0", by), ("op0", op), ("v0", &group.key)])) { (label) }
                    }
                    td.num { (grouped(&group.count.to_string())) }
                    @for at in &summed { td.num { @if let Some(cell) = &group.sums[*at] {
                        (content(locale, &found.definition, &found.sums[*at], Some(cell), &none)) } } }
                }
            } }
            tfoot { tr { th.first scope="row" { (locale.text("page.list.whole")) } td.num { (grouped(&total.to_string())) }
                @for _ in &summed { td {} } } }
        } }
    })
}
