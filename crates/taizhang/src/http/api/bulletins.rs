//! Room: bulletins for programs, and the closing of periods.

use super::{Answer, Asked};
use crate::error::AppError;
use crate::http::request::Fields;
use crate::http::visit::Visit;
use axum::Json;
use axum::extract::{Path, Query};
use serde_json::json;
use taizhang_core::field_kinds::read_period;

pub(in crate::http) async fn show(visit: Visit, Path(bulletin): Path<String>, Query(asked): Asked) -> Answer {
    let asked = Fields(asked);
    let body = visit.run(move |app, scope| {
        let as_of = asked.day("as_of")?.unwrap_or(app.today());
        let known_at = app.asking()?.known_at(asked.get("known_at"))?;
        let html = crate::bulletin::render_html(app, scope, &bulletin, as_of, Some(&known_at.to_string()))?;
        Ok(json!({ "id": bulletin, "as_of": as_of.to_string(), "known_at": known_at, "html": html }))
    });
    Ok(Json(body.await?))
}

/// Closes a month (`2024-06`), a quarter (`2024-Q2`), a year, or everything up to a day (`2024-06-30`).
pub(in crate::http) async fn close(visit: Visit, Path(period): Path<String>) -> Answer {
    let body = visit.run(move |app, scope| {
        let wrong = || AppError::BadRequest(app.locale().fill("http.not_a_period", &[("value", &period)]));
        let (_, through) = read_period(&period).ok_or_else(wrong)?;
        let entry = app.close_period(scope, through)?;
        Ok(json!({ "through": through.to_string(), "entry": entry, "head": app.entry_hash(entry)? }))
    });
    Ok(Json(body.await?))
}
