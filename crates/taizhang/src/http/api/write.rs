//! Room: writing for programs. A body becomes one draft; the answer names the entry. Asked for a dry
//! run, it says what would change and writes nothing.

use super::Asked;
use super::session::unreadable;
use crate::app::App;
use crate::app::evidence::unhex;
use crate::app::execute::{Draft, DraftWish};
use crate::app::records::Effects;
use crate::app::scope::Scope;
use crate::error::AppError;
use crate::http::Site;
use crate::http::answer::{Failure, Problem};
use crate::http::request::{Fields, asked, minute_of};
use crate::http::visit::Visit;
use crate::keys::hex;
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, Path, Query, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use taizhang_core::day::Day;
use taizhang_core::id::RecordNo;

/// A write as it was sent.
pub(in crate::http) struct Sent {
    body: Body,
    headers: HeaderMap,
    /// What an idempotency key stands for: method, path, `If-Match` and body.
    asked: Vec<u8>,
}

impl Sent {
    /// The idempotency key with what it stands for.
    fn key(&self) -> Option<(&str, &[u8])> {
        let key = self.headers.get("idempotency-key")?.to_str().ok()?;
        Some((key, &self.asked))
    }
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Body {
    occurred_on: Option<String>,
    occurred_at: Option<String>,
    set: Map<String, Value>,
    reason: String,
    evidence: Vec<String>,
    corrects: Option<i64>,
    withdraw: Withdraw,
    day: Option<String>,
    recover: bool,
    opening: bool,
    to: Option<String>,
}

/// The whole entry, or some of its fields.
#[derive(Deserialize)]
#[serde(untagged)]
enum Withdraw {
    Whole(bool),
    Fields(Vec<String>),
}

impl Default for Withdraw {
    fn default() -> Withdraw {
        Withdraw::Whole(false)
    }
}

impl FromRequest<Site> for Sent {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &Site) -> Result<Sent, Problem> {
        let headers = request.headers().clone();
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|error| Problem(Failure::new(error.status(), "bad_request", &error.body_text())))?;
        let body = if bytes.is_empty() {
            Body::default()
        } else {
            let read: Result<Json<Body>, JsonRejection> = Json::from_bytes(&bytes);
            read.map_err(|error| unreadable(&state.app, &error))?.0
        };
        let tag = headers.get(header::IF_MATCH).map_or(&[][..], |tag| tag.as_bytes());
        let asked = asked([method.as_str().as_bytes(), path.as_bytes(), tag, &bytes]);
        Ok(Sent { body, headers, asked })
    }
}

pub(in crate::http) async fn open(
    visit: Visit,
    Path(register): Path<String>,
    Query(asked): Asked,
    sent: Sent,
) -> Result<Response, Problem> {
    let wish = if sent.body.opening {
        DraftWish::Opening
    } else {
        DraftWish::Open
    };
    let target = Target::New(register);
    write(visit, target, wish, asked, sent).await
}

pub(in crate::http) async fn amend(
    visit: Visit,
    Path(record): Path<RecordNo>,
    Query(asked): Asked,
    sent: Sent,
) -> Result<Response, Problem> {
    write(visit, Target::Record(record), DraftWish::Amend, asked, sent).await
}

pub(in crate::http) async fn void(
    visit: Visit,
    Path(record): Path<RecordNo>,
    Query(asked): Asked,
    sent: Sent,
) -> Result<Response, Problem> {
    write(visit, Target::Record(record), DraftWish::Void, asked, sent).await
}

pub(in crate::http) async fn note(
    visit: Visit,
    Path(record): Path<RecordNo>,
    Query(asked): Asked,
    sent: Sent,
) -> Result<Response, Problem> {
    write(visit, Target::Record(record), DraftWish::Note, asked, sent).await
}

pub(in crate::http) async fn make_move(
    visit: Visit,
    Path((record, name)): Path<(RecordNo, String)>,
    Query(asked): Asked,
    sent: Sent,
) -> Result<Response, Problem> {
    write(visit, Target::Record(record), DraftWish::Move(name), asked, sent).await
}

pub(in crate::http) async fn correct(
    visit: Visit,
    Path(record): Path<RecordNo>,
    Query(asked): Asked,
    sent: Sent,
) -> Result<Response, Problem> {
    let wish = DraftWish::Correct {
        target: sent.body.corrects.unwrap_or_default(),
        withdraw: matches!(sent.body.withdraw, Withdraw::Whole(true)),
        day: None,
    };
    write(visit, Target::Record(record), wish, asked, sent).await
}

/// What is written to.
enum Target {
    New(String),
    Record(RecordNo),
}

async fn write(
    visit: Visit,
    target: Target,
    wish: DraftWish,
    query: Vec<(String, String)>,
    sent: Sent,
) -> Result<Response, Problem> {
    let dry_run = Fields(query).get("dry_run") == Some("true");
    let done = visit.run(move |app, scope| {
        let opens = matches!(target, Target::New(_));
        if dry_run {
            let effects = app.effects(scope, &draft(app, scope, target, wish, &sent)?)?;
            return Ok((StatusCode::OK, None, dry(&effects)));
        }
        // Asked before a word is read: what was done once is answered alike in a world that moved on.
        let receipt = match app.answered(scope, sent.key())? {
            Some(receipt) => receipt,
            None => app.execute_new(scope, &[draft(app, scope, target, wish, &sent)?], sent.key())?,
        };
        let record = match receipt.records.first() {
            Some(record) => *record,
            // The right to see it is asked for anew.
            None => app.record(scope, app.record_of_entry(receipt.last)?)?.row.record,
        };
        let head = match receipt.head {
            Some(head) => hex(&head),
            None => app.entry_hash(receipt.last)?,
        };
        let body = json!({ "id": record, "entry": receipt.last, "head": head });
        let status = if opens { StatusCode::CREATED } else { StatusCode::OK };
        Ok((status, Some(format!("\"{}\"", receipt.last)), body))
    });
    let (status, tag, body) = done.await?;
    let mut response = (status, Json(body)).into_response();
    if let Some(tag) = tag.and_then(|tag| tag.parse().ok()) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}

/// What would change, and what every changed figure would move by.
fn dry(effects: &Effects) -> Value {
    let fields: Vec<Value> = effects
        .fields
        .iter()
        .map(|field| json!({ "field": field.id, "before": field.before, "after": field.after }))
        .collect();
    let figures: Vec<Value> = effects
        .figures
        .iter()
        .map(|figure| {
            json!({
                "account": figure.account,
                "unit": figure.unit,
                "day": figure.day.to_string(),
                "change": figure.amount,
            })
        })
        .collect();
    json!({ "dry_run": true, "fields": fields, "figures": figures })
}

fn draft(app: &App, scope: &Scope, target: Target, wish: DraftWish, sent: &Sent) -> Result<Draft, AppError> {
    let body = &sent.body;
    let (register, record) = match target {
        Target::New(register) => (app.register(scope, &register)?.1.id.clone(), None),
        Target::Record(record) => (app.record(scope, record)?.register.id.clone(), Some(record)),
    };
    let wish = match wish {
        DraftWish::Correct { target, withdraw, .. } => DraftWish::Correct {
            target,
            withdraw,
            day: day(body.day.as_deref())?,
        },
        wish => wish,
    };
    Ok(Draft {
        register,
        record,
        wish,
        set: body
            .set
            .iter()
            .map(|(name, value)| (name.clone(), text(value)))
            .collect(),
        withdraw: match &body.withdraw {
            Withdraw::Fields(fields) => fields.clone(),
            Withdraw::Whole(_) => Vec::new(),
        },
        occurred_on: day(body.occurred_on.as_deref())?,
        occurred_at: minute(body.occurred_at.as_deref())?,
        based_on: based_on(app, &sent.headers)?,
        to: body.to.clone(),
        reason: body.reason.clone(),
        evidence: body
            .evidence
            .iter()
            .map(|hash| evidence(app, hash))
            .collect::<Result<_, _>>()?,
        base_units: true,
        source: None,
        recover: body.recover,
    })
}

/// A JSON value as the text of a field; `null` clears.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().map(text).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}

pub(super) fn day(text: Option<&str>) -> Result<Option<Day>, AppError> {
    let Some(text) = text else { return Ok(None) };
    let wrong = |_| AppError::said("http.not_a_day", &[("value", &text)]);
    text.parse().map(Some).map_err(wrong)
}

/// `14:30`.
pub(super) fn minute(text: Option<&str>) -> Result<Option<u16>, AppError> {
    let wrong = |text: &str| AppError::said("http.not_a_minute", &[("value", &text)]);
    text.map(|text| minute_of(text).ok_or_else(|| wrong(text))).transpose()
}

/// The entry of `If-Match: "123"`; a star matches anything.
fn based_on(app: &App, headers: &HeaderMap) -> Result<Option<i64>, AppError> {
    let Some(tag) = headers.get(header::IF_MATCH).and_then(|tag| tag.to_str().ok()) else {
        return Ok(None);
    };
    let tag = tag.trim().trim_matches('"');
    if tag == "*" {
        return Ok(None);
    }
    let wrong = || AppError::BadRequest(app.locale().fill("http.bad_tag", &[("value", tag)]));
    tag.parse().map(Some).map_err(|_| wrong())
}

fn evidence(app: &App, text: &str) -> Result<[u8; 32], AppError> {
    unhex(text).ok_or_else(|| AppError::BadRequest(app.locale().fill("http.no_evidence", &[("value", text)])))
}
