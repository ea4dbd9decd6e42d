//! The list on a plane: every record that has a place, by latitude and longitude. No tiles and no
//! outside service; what is beside what can be seen all the same.

use super::List;
use crate::error::AppError;
use maud::{Markup, html};
use taizhang_core::definition::FieldKind;
use taizhang_core::field_kinds::seals;
use taizhang_core::value::Value;

const WIDTH: i64 = 1000;
const HEIGHT: i64 = 640;
const EDGE: i64 = 40;

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
            points.push((row.record, title, i64::from(*lat), i64::from(*lon)));
        }
    }
    let (lats, lons) = (points.iter().map(|point| point.2), points.iter().map(|point| point.3));
    let (south, north) = (lats.clone().min().unwrap_or(0), lats.max().unwrap_or(0));
    let (west, east) = (lons.clone().min().unwrap_or(0), lons.max().unwrap_or(0));
    // One scale for both ways, so that what lies apart looks apart; a point alone stands in the middle.
    let span = ((east - west) * (HEIGHT - 2 * EDGE))
        .max((north - south) * (WIDTH - 2 * EDGE))
        .max(1);
    let x = |lon: i64| EDGE + (lon - west) * (WIDTH - 2 * EDGE) * (HEIGHT - 2 * EDGE) / span;
    let y = |lat: i64| HEIGHT - EDGE - (lat - south) * (WIDTH - 2 * EDGE) * (HEIGHT - 2 * EDGE) / span;
    Ok(html! {
        (list.rest(listed.total))
        @if points.is_empty() { p.none { (locale.text("page.list.no_places")) } }
        @else {
            svg.plane viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="group" aria-label=(list.register.name) {
                @for no in 0..=10 {
                    line.grid x1=(no * WIDTH / 10) x2=(no * WIDTH / 10) y1="0" y2=(HEIGHT) {}
                    line.grid y1=(no * HEIGHT / 10) y2=(no * HEIGHT / 10) x1="0" x2=(WIDTH) {}
                }
                text.tick x="8" y="20" { "N ↑" }
                @for (record, title, lat, lon) in &points {
                    a href=(list.stand.to(&format!("/records/{record}"))) {
                        circle cx=(x(*lon)) cy=(y(*lat)) r="6" { title { (title) } }
                        text x=(x(*lon) + 9) y=(y(*lat) + 4) { (title) }
                    }
                }
            }
        }
        @if points.len() < listed.rows.len() {
            p.quiet { (locale.say("page.list.unplaced", &[("count", &(listed.rows.len() - points.len()))])) }
        }
    })
}
