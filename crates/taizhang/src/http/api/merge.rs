//! Room: two records that were one, for programs — what the kept one takes over and what each figure loses, and
//! the merging itself.

use super::{Answer, Asked};
use crate::error::AppError;
use crate::http::request::Fields;
use crate::http::visit::Visit;
use axum::Json;
use axum::extract::{Path, Query};
use serde_json::{Value, json};

/// What merging a record into another one (`into`) would change.
pub(in crate::http) async fn preview(visit: Visit, Path(dropped): Path<i64>, Query(asked): Asked) -> Answer {
    let asked = Fields(asked);
    let body = visit.run(move |app, scope| {
        app.record(scope, dropped)?;
        let wrong = || AppError::said("merge.not_alike", &[("dropped", &dropped), ("kept", &0)]);
        let kept: i64 = asked.number("into")?.ok_or_else(wrong)?;
        let (taken, moved) = app.merging(scope, (dropped, kept), "")?;
        let takes = taken
            .iter()
            .map(|(field, text)| json!({ "field": field, "value": text }));
        let figures = moved.iter().map(|figure| {
            json!({
                "account": figure.account, "unit": figure.unit, "day": figure.day.to_string(), "change": figure.amount,
            })
        });
        let (takes, figures): (Vec<Value>, Vec<Value>) = (takes.collect(), figures.collect());
        Ok(json!({ "dry_run": true, "dropped": dropped, "kept": kept, "takes": takes, "figures": figures }))
    });
    Ok(Json(body.await?))
}

/// Merges: body `{into, reason}`.
pub(in crate::http) async fn write(visit: Visit, Path(dropped): Path<i64>, Json(body): Json<Value>) -> Answer {
    let body = visit.run(move |app, scope| {
        let kept = body["into"].as_i64().unwrap_or(0);
        let receipt = app.merge(scope, (dropped, kept), body["reason"].as_str().unwrap_or_default())?;
        Ok(json!({ "dropped": dropped, "kept": kept, "entries": [receipt.first, receipt.last] }))
    });
    Ok(Json(body.await?))
}
