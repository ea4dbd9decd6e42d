//! The list on a plane: every record that has a place.

use super::List;
use crate::error::AppError;
use crate::http::pages::plane::{Place, plane};
use maud::{Markup, html};
use taizhang_core::definition::FieldKind;
use taizhang_core::field_kinds::seals;
use taizhang_core::value::Value;

pub(super) fn show(list: &List<'_>) -> Result<Markup, AppError> {
    let locale = list.app.locale();
    let field = list
        .register
        .fields
        .iter()
        .find(|field| matches!(field.kind, FieldKind::Place) && !seals(field));
    let Some(field) = field else { return Ok(html! {}) };
    let listed = list.app.list(list.scope, &list.all())?;
    let mut points = Vec::new();
    for row in &listed.rows {
        if let Some(Value::Place { lat, lon }) = row.state.value(field.no) {
            let title = crate::app::names::title(
                &listed.definition,
                &list.register,
                &row.state,
                row.record,
                &listed.labels,
            );
            points.push(Place {
                address: list.stand.to(&format!("/records/{}", row.record)),
                title,
                lat: i64::from(*lat),
                lon: i64::from(*lon),
                here: false,
            });
        }
    }
    Ok(html! {
        (list.rest(listed.total))
        @if points.is_empty() { p.none { (locale.text("page.list.no_places")) } }
        @else {
            (plane(&list.register.name, &points))
        }
        @if points.len() < listed.rows.len() {
            p.quiet { (locale.say("page.list.unplaced", &[("count", &(listed.rows.len() - points.len()))])) }
        }
    })
}
