//! Room: many moves at once. Each is a single move through the same door, with a result of its own.

use super::write::{day, minute, text};
use crate::app::App;
use crate::app::execute::{Draft, DraftWish};
use crate::app::scope::Scope;
use crate::error::AppError;
use crate::http::answer::{Failure, Problem};
use crate::http::visit::Visit;
use axum::Json;
use axum::body::Bytes;
use axum::http::HeaderMap;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use taizhang_core::id::RecordNo;

/// How many moves one request may hold.
const MOVES_MAX: usize = 1_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    items: Vec<Wanted>,
    #[serde(default)]
    occurred_on: Option<String>,
    #[serde(default)]
    occurred_at: Option<String>,
    #[serde(default)]
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    record: RecordNo,
    #[serde(rename = "move")]
    name: String,
    #[serde(default)]
    to: Option<String>,
    #[serde(default)]
    set: Map<String, Value>,
    #[serde(default)]
    based_on: Option<i64>,
}

pub(in crate::http) async fn make(visit: Visit, headers: HeaderMap, body: Bytes) -> Result<Json<Value>, Problem> {
    let key = headers
        .get("idempotency-key")
        .and_then(|key| key.to_str().ok())
        .map(str::to_owned);
    let answer = visit.run(move |app, scope| {
        let sent: Sent = serde_json::from_slice(&body).map_err(|error| AppError::BadRequest(error.to_string()))?;
        if sent.items.len() > MOVES_MAX {
            let most = MOVES_MAX.to_string();
            return Err(AppError::BadRequest(
                app.locale().fill("http.too_many_moves", &[("most", &most)]),
            ));
        }
        let rows = sent.items.iter().enumerate().map(|(at, wanted)| {
            let own = key.as_deref().map(|key| format!("{key} {at}"));
            let key = own.as_deref().map(|key| (key, &body[..]));
            let done = draft(app, scope, &sent, wanted).and_then(|draft| app.execute(scope, &[draft], key));
            match done {
                Ok(receipt) => json!({ "id": wanted.record, "entry": receipt.last }),
                Err(error) => refused(app, wanted.record, error),
            }
        });
        Ok(json!({ "items": rows.collect::<Vec<_>>() }))
    });
    Ok(Json(answer.await?))
}

fn draft(app: &App, scope: &Scope, sent: &Sent, wanted: &Wanted) -> Result<Draft, AppError> {
    Ok(Draft {
        register: app.record(scope, wanted.record)?.register.id.clone(),
        record: Some(wanted.record),
        wish: DraftWish::Move(wanted.name.clone()),
        set: wanted
            .set
            .iter()
            .map(|(name, value)| (name.clone(), text(value)))
            .collect(),
        to: wanted.to.clone(),
        occurred_on: day(sent.occurred_on.as_deref())?,
        occurred_at: minute(sent.occurred_at.as_deref())?,
        based_on: wanted.based_on,
        reason: sent.reason.clone(),
        base_units: true,
        ..Draft::default()
    })
}

fn refused(app: &App, record: RecordNo, error: AppError) -> Value {
    let failure = Failure::of(app, error);
    json!({ "id": record, "code": failure.code, "status": failure.status.as_u16(), "detail": failure.detail })
}
