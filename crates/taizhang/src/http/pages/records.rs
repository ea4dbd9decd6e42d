//! Page: the list of one register — filters on top, headings that sort, fifty a page.

use super::words::{content, grouped, stage_name};
use super::{Asked, Page, controls, layout, parts};
use crate::app::App;
use crate::app::records::{ListAsk, Listed};
use crate::app::scope::Scope;
use crate::error::AppError;
use crate::http::api::records::sort;
use crate::http::request::{Fields, encoded, segment};
use crate::http::stand::Stand;
use crate::http::visit::Visit;
use axum::extract::{Path, Query};
use maud::{Markup, html};
use taizhang_core::definition::{Field, FieldKind, Register, Verb, View};
use taizhang_core::field_kinds::seals;
use taizhang_core::id::{FieldNo, STAGE};

const ON_A_PAGE: usize = 50;
/// How many columns a list has if the pack names none.
const COLUMNS: usize = 8;
/// How many choice fields may be filtered by.
const FILTERS: usize = 4;

pub(in crate::http) async fn show(visit: Visit, Path(register): Path<String>, Query(asked): Asked) -> Page {
    let asked = Fields(asked);
    let stand = visit.stand.clone();
    let page = visit.run(move |app, scope| {
        let listed = app.list(scope, &ask(app, scope, &register, &asked)?)?;
        let register = listed.register.clone();
        let body = html! {
            div.title {
                h1 { (register.name) }
                (super::imports::ways(scope, &register))
                @if scope.may_somewhere(Verb::Write, &register) {
                    a.act href={ "/registers/" (segment(&register.id)) "/new" } { "新增" }
                }
            }
            @if !register.about.is_empty() { p.quiet { (register.about) } }
            @if register.views.len() > 1 { (parts::tabs(&register.name, &views(&register, &asked, &stand))) }
            (filters(app, scope, &register, &asked))
            (table(&listed, &asked))
            (pages(&listed, &asked))
        };
        layout::Frame::of(app, scope, &stand, "registers")
            .wide()
            .page(&register.name, body)
    });
    Ok(page.await?)
}

fn ask(app: &App, scope: &Scope, id: &str, asked: &Fields) -> Result<ListAsk, AppError> {
    let (_, register) = app.register(scope, id)?;
    let mut filters = Vec::new();
    for field in filtered(&register) {
        if let Some(value) = asked.get(&field.id) {
            filters.push((field.id.clone(), "eq".to_owned(), value.to_owned()));
        }
    }
    if let Some(stage) = asked.get("stage") {
        filters.push(("stage".to_owned(), "eq".to_owned(), stage.to_owned()));
    }
    if let (Some(text), Some(field)) = (asked.get("q"), searched(&register)) {
        filters.push((field.id.clone(), "contains".to_owned(), text.trim().to_owned()));
    }
    let page = asked.count("page", 1, 1_000_000).max(1);
    Ok(ListAsk {
        register: id.to_owned(),
        filters,
        unit: asked.get("unit").map(str::to_owned),
        sort: order(&register, asked),
        limit: ON_A_PAGE,
        offset: (page - 1) * ON_A_PAGE,
        as_of: asked.day("as_of", app.locale())?,
        known_at: asked.get("known_at").map(str::to_owned),
        base_units: false,
    })
}

/// The order asked for, else that of the view.
fn order(register: &Register, asked: &Fields) -> Vec<(String, bool)> {
    if let Some(text) = asked.get("sort") {
        return sort(text);
    }
    let named = |(no, down): &(FieldNo, bool)| match register.field(*no) {
        Some(field) => Some((field.id.clone(), *down)),
        None => (*no == STAGE).then(|| ("stage".to_owned(), *down)),
    };
    let view = view(register, asked);
    view.map_or_else(Vec::new, |view| view.sort.iter().filter_map(named).collect())
}

/// The choice fields of the filter.
fn filtered(register: &Register) -> impl Iterator<Item = &Field> {
    let fits = |field: &&Field| matches!(field.kind, FieldKind::Choice(_)) && !seals(field);
    register.fields.iter().filter(fits).take(FILTERS)
}

/// The text field that the search looks in: the first of the title.
fn searched(register: &Register) -> Option<&Field> {
    let titles = register.title.iter().filter_map(|no| register.field(*no));
    let fits = |field: &&Field| matches!(field.kind, FieldKind::Text { .. }) && !seals(field);
    titles.chain(&register.fields).find(fits)
}

/// The view that is asked for, else the first.
fn view<'a>(register: &'a Register, asked: &Fields) -> Option<&'a View> {
    let named = asked.get("view");
    let found = register.views.iter().find(|view| Some(view.id.as_str()) == named);
    found.or(register.views.first())
}

/// The views of the register as tabs.
fn views<'a>(register: &'a Register, asked: &Fields, stand: &Stand) -> Vec<parts::Tab<'a>> {
    let here = view(register, asked).map(|view| view.id.as_str());
    let tab = |view: &'a View| parts::Tab {
        address: stand.with(&[("view", &view.id), ("sort", "")]),
        name: &view.name,
        count: None,
        here: Some(view.id.as_str()) == here,
    };
    register.views.iter().map(tab).collect()
}

fn columns<'a>(register: &'a Register, asked: &Fields) -> Vec<&'a Field> {
    let named: Vec<&Field> = match view(register, asked) {
        Some(view) => view.columns.iter().filter_map(|no| register.field(*no)).collect(),
        None => Vec::new(),
    };
    if !named.is_empty() {
        return named;
    }
    let titles = register.title.iter().filter_map(|no| register.field(*no));
    let others = register
        .fields
        .iter()
        .filter(|field| !register.title.contains(&field.no));
    let short = |field: &&Field| !matches!(field.kind, FieldKind::Evidence | FieldKind::Place) && !seals(field);
    titles.chain(others.filter(short).take(COLUMNS)).collect()
}

fn filters(app: &App, scope: &Scope, register: &Register, asked: &Fields) -> Markup {
    let value = |name: &str| asked.get(name).unwrap_or_default().to_owned();
    html! {
        form.filters method="get" {
            @if let Some(field) = searched(register) {
                label { (field.name) input type="search" name="q" value=(value("q")) placeholder="包含"; }
            }
            @if register.unit.is_some() {
                label { "单位（含下级）" input name="unit" value=(value("unit")) list="units" placeholder="代码或名称"; }
                (controls::units(app, scope))
            }
            @if !register.stages.is_empty() {
                label { "环节" select name="stage" {
                    option value="" { "全部" }
                    @for stage in &register.stages {
                        option value=(stage.id) selected[value("stage") == stage.id] { (stage.name) }
                    }
                } }
            }
            @for field in filtered(register) {
                @if let FieldKind::Choice(choices) = &field.kind {
                    label { (field.name) select name=(field.id) {
                        option value="" { "全部" }
                        @for choice in choices {
                            option value=(choice.name) selected[value(&field.id) == choice.name] { (choice.name) }
                        }
                    } }
                }
            }
            @if let Some(sort) = asked.get("sort") { input type="hidden" name="sort" value=(sort); }
            button type="submit" { "筛选" }
            @if !asked.0.is_empty() { a.quiet href="?" { "清除" } }
        }
    }
}

fn table(listed: &Listed, asked: &Fields) -> Markup {
    let register = &listed.register;
    let columns = columns(register, asked);
    html! {
        div.scroll { table.ledger.list {
            thead { tr {
                th.no { "条目" }
                @for field in &columns {
                    th.num[field.is_number()] { (heading(&field.id, &field.name, asked)) }
                }
                @if !register.stages.is_empty() { th { (heading("stage", "环节", asked)) } }
            } }
            tbody {
                @for row in &listed.rows {
                    @let address = format!("/records/{}", row.record);
                    tr {
                        td.no { a href=(address) { "#" (row.record) } }
                        @for (at, field) in columns.iter().enumerate() {
                            @let shown = content(&listed.definition, field, row.state.cell(field.no), &listed.labels);
                            td.num[field.is_number()] {
                                @if at == 0 { a href=(address) { (shown) } } @else { (shown) }
                            }
                        }
                        @if !register.stages.is_empty() {
                            td { @if let Some(stage) = row.state.stage() { span.stage { (stage_name(register, stage)) } } }
                        }
                    }
                }
                @if listed.rows.is_empty() {
                    tr { td.none colspan=(columns.len() + 2) { "没有符合条件的条目。" } }
                }
            }
        } }
    }
}

/// A heading that sorts by its column: up first, then down.
fn heading(id: &str, name: &str, asked: &Fields) -> Markup {
    let sorted = asked.get("sort").unwrap_or_default();
    let down = format!("-{id}");
    let (next, mark) = match sorted {
        by if by == id => (down.as_str(), " ↑"),
        by if by == down => ("", " ↓"),
        _ => (id, ""),
    };
    html! { a href=(with(asked, "sort", next)) { (name) (mark) } }
}

fn pages(listed: &Listed, asked: &Fields) -> Markup {
    let page = asked.count("page", 1, 1_000_000).max(1);
    let last = (usize::try_from(listed.total).unwrap_or(0)).div_ceil(ON_A_PAGE).max(1);
    html! {
        nav.pages aria-label="分页" {
            span { "共 " @if listed.total_capped { "超过 " } (grouped(&listed.total.to_string())) " 条" }
            @if page > 1 { a href=(with(asked, "page", &(page - 1).to_string())) { "上一页" } }
            @if last > 1 { span { "第 " (page) " / " (last) @if listed.total_capped { "+" } " 页" } }
            @if listed.next.is_some() { a href=(with(asked, "page", &(page + 1).to_string())) { "下一页" } }
            span.quiet { "按流水 " (listed.known_at) " 号所知" }
        }
    }
}

/// The address of this list with one thing changed; another order begins at the first page.
fn with(asked: &Fields, name: &str, value: &str) -> String {
    let kept = asked
        .0
        .iter()
        .filter(|(of, text)| of != name && of != "page" && !text.is_empty());
    let mut pairs: Vec<(&str, &str)> = kept.map(|(of, text)| (of.as_str(), text.as_str())).collect();
    if !value.is_empty() {
        pairs.push((name, value));
    }
    format!("?{}", encoded(&pairs))
}
