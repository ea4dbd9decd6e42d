//! The list on a plane: every record that has a place, and what is beside what. A mark of many leads
//! closer to them; the same places stand below as a table.

use super::List;
use crate::error::AppError;
use crate::http::pages::plane::{Point, Section, Ways, drawn};
use maud::{Markup, html};
use taizhang_core::definition::{Field, FieldKind, Register};
use taizhang_core::field_kinds::seals;
use taizhang_core::value::{Value, print_scaled};

/// The field that places a register's records on the plane.
pub(in crate::http::pages) fn place(register: &Register) -> Option<&Field> {
    let mut fields = register.fields.iter();
    fields.find(|field| matches!(field.kind, FieldKind::Place) && !seals(field))
}

/// The records of a list that have a place.
pub(in crate::http::pages) fn points(listed: &crate::app::records::Listed, field: &Field) -> Vec<Point> {
    let mut points = Vec::new();
    for row in &listed.rows {
        if let Some(Value::Place { lat, lon }) = row.state.value(field.no) {
            let (definition, register) = (&listed.definition, &listed.register);
            points.push(Point {
                record: row.record,
                title: crate::app::names::title(definition, register, &row.state, row.record, &listed.labels),
                lat: i64::from(*lat),
                lon: i64::from(*lon),
            });
        }
    }
    points
}

pub(super) fn show(list: &List<'_>) -> Result<Markup, AppError> {
    let locale = list.app.locale();
    let Some(field) = place(&list.register) else {
        return Ok(html! {});
    };
    let listed = list.app.list(list.scope, &list.all())?;
    let all = points(&listed, field);
    let unplaced = listed.rows.len() - all.len();
    let section = list.stand.fields().read("box", "http.asked.section", Section::read)?;
    let points: Vec<Point> = match section {
        Some(section) => all.into_iter().filter(|point| section.holds(point)).collect(),
        None => all,
    };
    let record = |record| list.stand.to(&format!("/records/{record}"));
    let closer = |section: &str| list.stand.with(&[("box", section)]);
    let ways = Ways {
        record: &record,
        closer: &closer,
    };
    Ok(html! {
        (list.rest(listed.total))
        @if points.is_empty() { p.none { (locale.text("page.list.no_places")) } }
        @else { (drawn(locale, &list.register.name, &points, &ways)) }
        @if section.is_some() { p { a.button href=(list.stand.with(&[("box", "")])) { (locale.text("page.list.whole_plane")) } } }
        @if unplaced > 0 { p.quiet { (locale.say("page.list.unplaced", &[("count", &unplaced)])) } }
        @if !points.is_empty() {
            details.beside open[section.is_some()] {
                summary { (locale.text("page.list.as_table")) }
                div.scroll { table.ledger { tbody { @for point in &points {
                    tr { td { a href=(record(point.record)) { (point.title) } }
                        td.num { (print_scaled(point.lat, 6)) ", " (print_scaled(point.lon, 6)) } }
                } } } }
            }
        }
    })
}
