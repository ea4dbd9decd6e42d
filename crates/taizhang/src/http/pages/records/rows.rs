//! The list as rows: the first column stays in place, headings sort, ticked rows are done together.

use super::{List, bars};
use crate::app::desks::{Lit, Then};
use crate::app::records::Listed;
use crate::error::AppError;
use crate::http::pages::words::{content, grouped, stage_name};
use crate::http::pages::{locks, parts};
use crate::http::request::segment;
use crate::locale::Locale;
use maud::{Markup, html};
use std::collections::BTreeMap;
use taizhang_core::definition::{Field, Verb};
use taizhang_core::id::RecordNo;

/// Up to so many records the sums of a list stand below it unasked.
const SUMMED: i64 = 1_000;

pub(super) fn show(list: &List<'_>) -> Result<Markup, AppError> {
    let listed = list.app.list(list.scope, &list.ask)?;
    let columns: Vec<&Field> = list.columns.iter().collect();
    let locale = list.app.locale();
    // A long list is added up when somebody asks for it, not each time it is opened.
    let short = !listed.total_capped && listed.total <= SUMMED || list.stand.fields().yes("whole")?;
    let totals = match columns.iter().any(|field| field.is_number()) && !listed.rows.is_empty() {
        true if short => totals(list, &columns)?,
        true => html! { tfoot { tr { th.first colspan=(columns.len() + 2) {
            a href=(list.stand.with(&[("whole", "yes")])) { (locale.text("page.list.add_up")) }
        } } } },
        false => html! {},
    };
    let register = &list.register;
    let empty = format!("/registers/{}/new", segment(&register.id));
    let may = list.scope.may_somewhere(Verb::Write, register);
    let way = may.then_some((empty.as_str(), locale.text("page.list.new")));
    let then = Then {
        as_of: list.ask.as_of,
        known_at: list.ask.known_at.as_deref(),
    };
    let records: Vec<RecordNo> = listed.rows.iter().map(|row| row.record).collect();
    let lights = list.app.lights_of(register, &records, then)?;
    let key = if list.stand.query().is_empty() {
        "page.list.empty"
    } else {
        "page.list.nothing_fits"
    };
    Ok(html! {
        @if listed.rows.is_empty() { (parts::empty(locale.text(key), way)) }
        @else {
            (table(list, &listed, &columns, (&lights, totals))?)
            @if may { (bulk(list)) }
        }
        (bars::pages(locale, &listed, list.stand)?)
    })
}

fn table(
    list: &List<'_>,
    listed: &Listed,
    columns: &[&Field],
    (lights, totals): (&BTreeMap<RecordNo, Lit>, Markup),
) -> Result<Markup, AppError> {
    let locks = list.app.locks_of(list.scope, &list.register)?;
    let (locale, register) = (list.app.locale(), &list.register);
    let ticks = list.scope.may_somewhere(Verb::Write, register);
    Ok(html! {
        div.scroll.tall { table.ledger.list {
            thead { tr {
                @if ticks { th.tick-cell { span.out { (locale.text("page.list.choose")) }
                    input type="checkbox" data-all="r" hidden aria-label=(locale.text("page.list.choose_all")); } }
                @for (at, field) in columns.iter().enumerate() {
                    th.num[field.is_number()] .first[at == 0] { (heading(list, &field.id, &field.name)) }
                }
                @if !register.stages.is_empty() { th { (heading(list, "stage", locale.text("shown.stage"))) } }
                @if !register.limits.is_empty() { th { (locale.text("page.duties.limit")) } }
            } }
            tbody {
                @for row in &listed.rows {
                    @let address = list.stand.to(&format!("/records/{}", row.record));
                    tr {
                        @if ticks { td.tick-cell { input type="checkbox" form="bulk" name="r" value=(row.record)
                            aria-label=(locale.say("page.list.choose_one", &[("record", &row.record)])); } }
                        @for (at, field) in columns.iter().enumerate() {
                            @let shown = content(locale, &listed.definition, field, row.state.cell(field.no), &listed.labels);
                            @if at == 0 { th.first scope="row" { a href=(address) { (shown) }
                                (locks::mark(list.app, register, &locks, &row.state)) } }
                            @else { td.num[field.is_number()] { (shown) } }
                        }
                        @if !register.stages.is_empty() {
                            td { @if let Some(stage) = row.state.stage() { span.stage { (stage_name(register, stage)) } } }
                        }
                        @if !register.limits.is_empty() { td { (lit(locale, lights.get(&row.record))) } }
                    }
                }
            }
            (totals)
        } }
    })
}

/// The worst light of a record, with the limit that it is of and its last day.
fn lit(locale: &Locale, lit: Option<&Lit>) -> Markup {
    html! { @if let Some(lit) = lit {
        span title=(lit.limit) { (parts::light(locale, lit.light)) }
        @if let Some(due) = &lit.due { " " small.together { (due) } }
    } }
}

/// The sums of the whole list, not only of the page.
fn totals(list: &List<'_>, columns: &[&Field]) -> Result<Markup, AppError> {
    let found = list.app.groups(list.scope, &list.ask, None)?;
    let Some(whole) = found.groups.first() else {
        return Ok(html! {});
    };
    let none = crate::app::names::Labels::default();
    let sum = |field: &Field| {
        let at = found.sums.iter().position(|of| of.no == field.no)?;
        whole.sums[at].clone()
    };
    let locale = list.app.locale();
    let count = grouped(&whole.count.to_string());
    let ticks = list.scope.may_somewhere(Verb::Write, &list.register);
    Ok(html! {
        tfoot { tr {
            @if ticks { td {} }
            @for (at, field) in columns.iter().enumerate() {
                @if at == 0 { th.first scope="row" { (locale.say("page.list.sum", &[("count", &count)])) } }
                @else if let Some(cell) = sum(field) { td.num { (content(locale, &found.definition, field, Some(&cell), &none)) } }
                @else { td {} }
            }
            @if !list.register.stages.is_empty() { td {} }
            @if !list.register.limits.is_empty() { td {} }
        } }
    })
}

/// A heading that sorts by its column: up first, then down.
fn heading(list: &List<'_>, id: &str, name: &str) -> Markup {
    let sorted = list.stand.get("sort").unwrap_or_default();
    let down = format!("-{id}");
    let (next, mark) = match sorted {
        by if by == id => (down.as_str(), " ↑"),
        by if by == down => ("", " ↓"),
        _ => (id, ""),
    };
    html! { a href=(list.stand.with(&[("sort", next)])) { (name) (mark) } }
}

/// What is done with the ticked rows.
fn bulk(list: &List<'_>) -> Markup {
    let locale = list.app.locale();
    html! {
        form.bulk #bulk action={ "/registers/" (segment(&list.register.id)) "/bulk" } {
            label { (locale.text("page.bulk.with_ticked"))
                select name="move" {
                    @for each in &list.register.moves { option value=(each.id) { (each.name) } }
                    option value=(super::bulk::AMEND) { (locale.text("page.bulk.amend")) }
                }
            }
            button type="submit" { (locale.text("page.bulk.go")) }
        }
    }
}
