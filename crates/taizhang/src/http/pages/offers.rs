//! Page: a view that its pack makes public — flats on offer, sites in service — for anybody to browse without
//! signing in. It shows open fields of records in the public stages only, and never who wrote them.

mod one;

pub(in crate::http) use one::{one, picture};

use super::plane::{Place, plane};
use super::words::{content, grouped, stage_name};
use super::{Asked, Page, layout, parts};
use crate::app::App;
use crate::app::names::title;
use crate::app::records::{ListAsk, Listed};
use crate::error::AppError;
use crate::http::Site;
use crate::http::request::{Fields, encoded, segment};
use crate::locale::Locale;
use axum::extract::{Path, Query, State};
use maud::{Markup, html};
use std::sync::Arc;
use taizhang_core::definition::{Class, Definition, Field, FieldKind, Register, View};
use taizhang_core::field_kinds::seals;
use taizhang_core::id::STAGE;
use taizhang_core::value::Value;

const ON_A_PAGE: usize = 50;
/// As many points as one can still tell apart.
const ON_A_MAP: usize = 500;

pub(in crate::http) async fn show(
    State(site): State<Site>,
    Path((register, view)): Path<(String, String)>,
    Query(asked): Asked,
) -> Page {
    let asked = Fields(asked);
    let page = site.run(move |app| {
        let locale = app.locale();
        let scope = app.public_scope()?;
        let definition = app.definition()?;
        let (register, view) = offered(app, &definition, &register, &view)?;
        let columns = columns(register, view);
        let places: Vec<&Field> = columns.iter().copied().filter(|field| is_place(field)).collect();
        let on_map = asked.one_of("as", &["list", "map"])? == Some("map") && !places.is_empty();
        let page = asked.count("page", 1, 1_000_000)?;
        let mut asking = ask(register, view, &columns, &asked, page);
        if on_map {
            (asking.limit, asking.offset) = (ON_A_MAP, 0);
        }
        let listed = app.list(&scope, &asking)?;
        let way = format!("/open/{}/{}", segment(&register.id), segment(&view.id));
        let body = html! {
            h1 { (view.name) }
            (parts::about(&register.about))
            @if !places.is_empty() {
                nav.tabs {
                    @for (key, word) in [("", "page.offers.as_list"), ("map", "page.offers.as_map")] {
                        a href=(with(&asked, "as", key)) aria-current=[(on_map == (key == "map")).then_some("page")] { (locale.text(word)) }
                    }
                }
            }
            (filters(locale, register, &columns, &asked))
            @if let (true, Some(place)) = (on_map, places.first()) { (map(locale, &listed, place, &way)) }
            @else {
                (table(locale, &listed, &columns, &way))
                (pages(locale, &listed, &asked, page))
            }
        };
        Ok(layout::public(app, &view.name, body))
    });
    Ok(page.await?)
}

/// A view that its pack makes public, with its register.
fn offered<'a>(
    app: &App,
    definition: &'a Definition,
    register: &str,
    view: &str,
) -> Result<(&'a Arc<Register>, &'a View), AppError> {
    let unknown = || AppError::NotFound(app.locale().text("page.offers.unknown").to_owned());
    let register = definition.register_named(register).ok_or_else(unknown)?;
    let public = |found: &&View| found.id == view && !found.public.is_empty();
    let view = register.views.iter().find(public).ok_or_else(unknown)?;
    Ok((register, view))
}

fn is_place(field: &Field) -> bool {
    matches!(field.kind, FieldKind::Place)
}

fn is_picture(field: &Field) -> bool {
    matches!(field.kind, FieldKind::Evidence)
}

/// The address with one value another one.
fn with(asked: &Fields, name: &str, value: &str) -> String {
    let others = asked.0.iter().filter(|(of, _)| of != name && of != "page");
    let mut pairs: Vec<(&str, &str)> = others.map(|(of, value)| (of.as_str(), value.as_str())).collect();
    pairs.push((name, value));
    format!("?{}", encoded(&pairs))
}

/// What is offered on a plane, each point a way to its page.
fn map(locale: &Locale, listed: &Listed, place: &Field, way: &str) -> Markup {
    let mut points = Vec::new();
    for row in &listed.rows {
        if let Some(Value::Place { lat, lon }) = row.state.value(place.no) {
            points.push(Place {
                address: format!("{way}/{}", row.record),
                title: title(
                    &listed.definition,
                    &listed.register,
                    &row.state,
                    row.record,
                    &listed.labels,
                ),
                lat: i64::from(*lat),
                lon: i64::from(*lon),
                here: false,
            });
        }
    }
    html! {
        @if points.is_empty() { (parts::empty(locale.text("page.offers.none"), None)) }
        @else { (plane(&listed.register.name, &points)) }
        @if points.len() < listed.rows.len() {
            p.quiet { (locale.say("page.list.unplaced", &[("count", &(listed.rows.len() - points.len()))])) }
        }
    }
}

/// The open fields among the view's columns; a class that was tightened hides them at once.
fn columns<'a>(register: &'a Register, view: &View) -> Vec<&'a Field> {
    let open = |field: &&Field| field.class == Class::Open && !seals(field);
    let named = view.columns.iter().filter_map(|no| register.field(*no));
    named.filter(open).collect()
}

fn ask(register: &Register, view: &View, columns: &[&Field], asked: &Fields, page: usize) -> ListAsk {
    let hidden = register.stages.iter().filter(|stage| !view.public.contains(&stage.id));
    let condition = |field: &str, op: &str, value: &str| (field.to_owned(), op.to_owned(), value.trim().to_owned());
    let mut filters: Vec<_> = hidden.map(|stage| condition("stage", "ne", &stage.id)).collect();
    if let (Some(text), Some(field)) = (asked.get("q"), searched(columns)) {
        filters.push(condition(&field.id, "contains", text));
    }
    for field in columns {
        if let (FieldKind::Choice(_), Some(value)) = (&field.kind, asked.get(&field.id)) {
            filters.push(condition(&field.id, "eq", value));
        }
        if let (true, Some(value)) = (field.is_number(), asked.get(&most(field))) {
            filters.push(condition(&field.id, "le", value));
        }
    }
    let shown = |no| columns.iter().find(|field| field.no == no);
    let sort = view.sort.iter().filter_map(|(no, down)| match shown(*no) {
        Some(field) => Some((field.id.clone(), *down)),
        None => (*no == STAGE).then(|| ("stage".to_owned(), *down)),
    });
    ListAsk {
        register: register.id.clone(),
        filters,
        unit: asked.get("unit").map(str::to_owned),
        sort: sort.collect(),
        limit: ON_A_PAGE,
        offset: (page - 1) * ON_A_PAGE,
        ..ListAsk::default()
    }
}

/// The field of an upper bound.
fn most(field: &Field) -> String {
    format!("{}_most", field.id)
}

fn searched<'a>(columns: &[&'a Field]) -> Option<&'a Field> {
    let text = |field: &&&Field| matches!(field.kind, FieldKind::Text { .. });
    columns.iter().find(text).copied()
}

fn filters(locale: &Locale, register: &Register, columns: &[&Field], asked: &Fields) -> Markup {
    let value = |name: &str| asked.get(name).unwrap_or_default().to_owned();
    html! {
        form.filters method="get" {
            @if let Some(field) = searched(columns) {
                label { (field.name) input type="search" name="q" value=(value("q")); }
            }
            @if register.unit.is_some() {
                label { (locale.text("page.offers.unit")) input name="unit" value=(value("unit")); }
            }
            @for field in columns {
                @if let FieldKind::Choice(choices) = &field.kind {
                    label { (field.name) select name=(field.id) {
                        option value="" { (locale.text("page.offers.all")) }
                        @for choice in choices { option value=(choice.name) selected[value(&field.id) == choice.name] { (choice.name) } }
                    } }
                }
                @if field.is_number() {
                    label { (locale.say("page.offers.most", &[("field", &field.name)]))
                        input name=(most(field)) inputmode="decimal" value=(value(&most(field))); }
                }
            }
            button type="submit" { (locale.text("page.stand.go")) }
        }
    }
}

fn table(locale: &Locale, listed: &Listed, columns: &[&Field], way: &str) -> Markup {
    let register = &listed.register;
    let columns: Vec<&Field> = columns
        .iter()
        .copied()
        .filter(|field| !is_place(field) && !is_picture(field))
        .collect();
    html! {
        @if listed.rows.is_empty() { (parts::empty(locale.text("page.offers.none"), None)) }
        @else { div.scroll { table.ledger.offers {
            thead { tr {
                @for field in &columns { th.num[field.is_number()] { (field.name) } }
                th { (locale.text("page.offers.stage")) }
            } }
            tbody { @for row in &listed.rows { tr {
                @for (at, field) in columns.iter().enumerate() {
                    @let said = content(locale, &listed.definition, field, row.state.cell(field.no), &listed.labels);
                    td.num[field.is_number()] {
                        @if at == 0 { a href={ (way) "/" (row.record) } { (said) } } @else { (said) }
                    }
                }
                td { @if let Some(stage) = row.state.stage() { span.stage { (stage_name(register, stage)) } } }
            } } }
        } } }
    }
}

fn pages(locale: &Locale, listed: &Listed, asked: &Fields, page: usize) -> Markup {
    let address = |page: usize| {
        let page = page.to_string();
        let others = asked.0.iter().filter(|(name, _)| name != "page");
        let mut pairs: Vec<(&str, &str)> = others.map(|(name, value)| (name.as_str(), value.as_str())).collect();
        pairs.push(("page", &page));
        format!("?{}", encoded(&pairs))
    };
    html! {
        nav.pages {
            span { (locale.say("page.offers.count", &[("count", &grouped(&listed.total.to_string()))])) }
            @if page > 1 { a href=(address(page - 1)) { (locale.text("page.offers.back")) } }
            @if listed.next.is_some() { a href=(address(page + 1)) { (locale.text("page.ledger.next")) } }
        }
    }
}
