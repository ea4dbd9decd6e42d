//! Room: reading records for programs — lists, one, its entries. Sealed values never leave here.

use super::{Answer, Asked};
use crate::app::records::Turn;
use crate::app::records::{ListAsk, RecordView, act_key};
use crate::clock::rfc3339;
use crate::error::AppError;
use crate::http::answer::Problem;
use crate::http::request::Fields;
use crate::http::visit::Visit;
use crate::keys::hex;
use axum::Json;
use axum::extract::{Path, Query};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use taizhang_core::calendar::clock_time;
use taizhang_core::definition::{Definition, Register};
use taizhang_core::field_kinds::api;
use taizhang_core::id::{FieldNo, STAGE};
use taizhang_core::journal::{Act, Change, Entry};
use taizhang_core::timeline::State;
use taizhang_core::value::Cell;

const LIMIT: usize = 50;
const LIMIT_MAX: usize = 500;

pub(in crate::http) async fn list(visit: Visit, Path(register): Path<String>, Query(asked): Asked) -> Answer {
    let asked = Fields(asked);
    let body = visit.run(move |app, scope| {
        let ask = ListAsk {
            register,
            filters: asked
                .all("filter")
                .map(|text| filter(app, text))
                .collect::<Result<_, _>>()?,
            any: Vec::new(),
            unit: asked.get("unit").map(str::to_owned),
            only: false,
            sort: sort(asked.get("sort").unwrap_or_default()),
            limit: asked.count("limit", LIMIT, LIMIT_MAX)?,
            offset: 0,
            turn: asked.number("cursor")?.map(Turn::After),
            as_of: asked.day("as_of")?,
            known_at: asked.get("known_at").map(str::to_owned),
            base_units: true,
        };
        let listed = app.list(scope, &ask)?;
        let items: Vec<Value> = listed
            .rows
            .iter()
            .map(|row| {
                json!({
                    "id": row.record,
                    "entry": row.entry,
                    "stage": row.state.stage(),
                    "unit": listed.register.unit.and_then(|field| row.state.unit(field)),
                    "fields": fields(&listed.definition, &listed.register, &row.state),
                })
            })
            .collect();
        Ok(json!({
            "items": items,
            "next": listed.next.map(|next| next.to_string()),
            "total": listed.total,
            "total_capped": listed.total_capped,
            "as_of": ask.as_of.map(|day| day.to_string()),
            "known_at": listed.known_at,
        }))
    });
    Ok(Json(body.await?))
}

/// `field:op:value`; the value may hold colons.
fn filter(app: &crate::app::App, text: &str) -> Result<(String, String, String), AppError> {
    let mut parts = text.splitn(3, ':');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(field), Some(op), value) if !field.is_empty() => {
            Ok((field.to_owned(), op.to_owned(), value.unwrap_or_default().to_owned()))
        }
        _ => Err(AppError::BadRequest(
            app.locale().fill("http.bad_filter", &[("value", text)]),
        )),
    }
}

/// `-f,g`: by `f` descending, then by `g`.
pub(in crate::http) fn sort(text: &str) -> Vec<(String, bool)> {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts
        .map(|part| match part.strip_prefix('-') {
            Some(field) => (field.to_owned(), true),
            None => (part.to_owned(), false),
        })
        .collect()
}

pub(in crate::http) async fn show(visit: Visit, Path(record): Path<i64>) -> Result<Response, Problem> {
    let view = visit.run(move |app, scope| app.record(scope, record)).await?;
    let body = json!({
        "id": view.row.record,
        "register": view.register.id,
        "entry": view.row.entry,
        "stage": view.row.state.stage(),
        "unit": view.unit,
        "void": view.row.void,
        "opened_on": view.row.opened_on.to_string(),
        "title": view.title,
        "fields": fields(&view.definition, &view.register, &view.row.state),
        "known_at": view.head,
    });
    let tag = format!("\"{}\"", view.row.entry);
    Ok(([(header::ETAG, tag)], Json(body)).into_response())
}

pub(in crate::http) async fn entries(visit: Visit, Path(record): Path<i64>) -> Answer {
    let view = visit.run(move |app, scope| app.record(scope, record)).await?;
    let items: Vec<Value> = view.entries.iter().map(|entry| entry_of(&view, entry)).collect();
    Ok(Json(json!({ "items": items, "known_at": view.head })))
}

fn entry_of(view: &RecordView, entry: &Entry) -> Value {
    let name = |no: FieldNo| {
        view.register
            .field(no)
            .map_or("stage".to_owned(), |field| field.id.clone())
    };
    let set = |no: FieldNo, cell: &Cell| (name(no), value(&view.definition, &view.register, no, cell));
    let mut body = json!({
        "entry": entry.n,
        "act": act_key(&entry.act),
        "occurred_on": entry.occurred_on.to_string(),
        "occurred_at": entry.occurred_at.map(clock_time),
        "recorded_at": rfc3339(entry.recorded_at),
        "actor": entry.actor,
        "actor_name": view.actors.get(&entry.n),
        "based_on": entry.based_on,
        "reason": view.reasons.get(&entry.n),
        "evidence": entry.evidence.iter().map(|hash| hex(hash)).collect::<Vec<_>>(),
    });
    match &entry.act {
        Act::Open { patch, .. } | Act::Amend { patch } | Act::Move { patch, .. } => {
            body["set"] = Value::Object(patch.iter().map(|(no, cell)| set(*no, cell)).collect());
        }
        Act::Correct(correction) => {
            body["corrects"] = json!(correction.target);
            body["withdraw"] = json!(correction.withdraw);
            body["day"] = json!(correction.day.map(|day| day.to_string()));
            let (mut changed, mut withdrawn) = (Map::new(), Vec::new());
            for (no, change) in &correction.fields {
                match change {
                    Change::Set(cell) => {
                        changed.extend([set(*no, cell)]);
                    }
                    Change::Withdrawn => withdrawn.push(name(*no)),
                }
            }
            body["set"] = Value::Object(changed);
            body["withdrawn"] = json!(withdrawn);
        }
        _ => {}
    }
    if let Act::Move { name, .. } = &entry.act {
        body["move"] = json!(name);
    }
    body
}

fn fields(definition: &Definition, register: &Register, state: &State) -> Value {
    let pairs = register.fields.iter().map(|field| {
        let cell = state.cell(field.no);
        let text = cell.map_or(Value::Null, |cell| value(definition, register, field.no, cell));
        (field.id.clone(), text)
    });
    Value::Object(pairs.collect())
}

/// A value as text in base units; a sealed one as a mask.
fn value(definition: &Definition, register: &Register, no: FieldNo, cell: &Cell) -> Value {
    use taizhang_core::value::Value as Held;
    match cell {
        Cell::Is(Held::Sealed(_)) => json!("***"),
        Cell::Is(Held::Choice(stage)) if no == STAGE => json!(stage),
        cell => {
            let field = register.field(no);
            json!(field.and_then(|field| api(definition, field, Some(cell))))
        }
    }
}
