//! Room: releases for programs — issuing a bulletin, reading what was issued, withdrawing it, and why its
//! figures are others now.

use super::{Answer, Asked};
use crate::bulletin::issued::{self, Issued};
use crate::bulletin::release::release;
use crate::bulletin::restate::{self, Compared};
use crate::bulletin::series::Issue;
use crate::error::AppError;
use crate::http::answer::Problem;
use crate::http::request::Fields;
use crate::http::visit::Visit;
use crate::keys::hex;
use axum::Json;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use taizhang_core::definition::Verb;
use taizhang_core::refusal::{Code, Refusal};

/// Agrees to a bulletin's release as it reads on a day (`as_of`).
pub(in crate::http) async fn approve(
    visit: Visit,
    Path(bulletin): Path<String>,
    Json(body): Json<Value>,
) -> Result<Response, Problem> {
    let entry = visit.run(move |app, scope| {
        let text = body["as_of"].as_str().unwrap_or_default();
        let wrong = || AppError::BadRequest(app.locale().fill("http.not_a_day", &[("value", text)]));
        crate::bulletin::approval::approve(app, scope, &bulletin, text.parse().map_err(|_| wrong())?)
    });
    Ok((StatusCode::CREATED, Json(json!({ "entry": entry.await? }))).into_response())
}

/// Issues a bulletin as of a day (`as_of`).
pub(in crate::http) async fn issue(
    visit: Visit,
    Path(bulletin): Path<String>,
    Json(body): Json<Value>,
) -> Result<Response, Problem> {
    let released = visit
        .run(move |app, scope| {
            let text = body["as_of"].as_str().unwrap_or_default();
            let wrong = || AppError::BadRequest(app.locale().fill("http.not_a_day", &[("value", text)]));
            release(app, scope, &bulletin, text.parse().map_err(|_| wrong())?)
        })
        .await?;
    let proof: Value = serde_json::from_str(&released.proof.text()).unwrap_or_default();
    let body = json!({ "id": released.entry, "release_no": released.release_no, "proof": proof });
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

pub(in crate::http) async fn show(visit: Visit, Path(entry): Path<i64>) -> Answer {
    let body = visit.run(move |app, _| {
        let issued = issued::get(app, entry)?;
        let changes = restate::between(
            app,
            &issued.release.bulletin,
            issued.release.as_of,
            (issued.release.known_at, app.reading()?.n()),
        )?;
        Ok(json!({
            "id": entry,
            "bulletin": issued.release.bulletin,
            "release_no": issued.release.release_no,
            "as_of": issued.release.as_of.to_string(),
            "known_at": issued.release.known_at,
            "document": hex(&issued.release.document),
            "head": app.entry_hash(entry)?,
            "withdrawn": issued.withdrawn,
            "figures": figures(&issued),
            "changed_since": changes.iter().map(Compared::json).collect::<Vec<_>>(),
        }))
    });
    Ok(Json(body.await?))
}

fn figures(issued: &Issued) -> Vec<Value> {
    let figures = issued.release.figures.iter();
    figures
        .map(|(figure, printed)| json!({ "figure": figure, "printed": printed }))
        .collect()
}

pub(in crate::http) async fn withdraw(visit: Visit, Path(entry): Path<i64>, Json(body): Json<Value>) -> Answer {
    let why = body["reason"].as_str().unwrap_or_default().to_owned();
    let written = visit.run(move |app, scope| issued::withdraw(app, scope, entry, &why));
    Ok(Json(json!({ "id": entry, "withdrawn_by": written.await? })))
}

/// The figures of a bulletin that differ between two moments (`from`, `to`), as of a day.
pub(in crate::http) async fn changes(visit: Visit, Path(bulletin): Path<String>, Query(asked): Asked) -> Answer {
    let asked = Fields(asked);
    let body = visit.run(move |app, scope| {
        if !scope.may_at_all(Verb::Read) {
            return Err(AppError::refuse(app.locale(), &Refusal::new(Code::NotPermitted)));
        }
        let as_of = asked.day("as_of")?.unwrap_or(app.today());
        let (from, to) = {
            let mut asking = app.asking()?;
            (asking.known_at(asked.get("from"))?, asking.known_at(asked.get("to"))?)
        };
        let changes = restate::between(app, &bulletin, as_of, (from, to))?;
        let items: Vec<Value> = changes.iter().map(Compared::json).collect();
        Ok(json!({ "bulletin": bulletin, "as_of": as_of.to_string(), "from": from, "to": to, "items": items }))
    });
    Ok(Json(body.await?))
}

/// The latest periods of a bulletin's series: one of the whole book, or one of each unit.
pub(in crate::http) async fn series(visit: Visit, Path(bulletin): Path<String>, Query(asked): Asked) -> Answer {
    let asked = Fields(asked);
    let body = visit.run(move |app, _| {
        let (_, as_of, lines) = crate::http::pages::series::found(app, &bulletin, &asked)?;
        let issue = |issue: &Issue| {
            json!({
                "as_of": issue.as_of.to_string(),
                "released": issue.released.map(|(entry, no)| json!({ "id": entry, "release_no": no })),
                "drafted": issue.drafted.map(|(known_at, silent)| json!({ "known_at": known_at, "silent": silent })),
            })
        };
        let items = lines.iter().map(|(series, issues)| {
            let unit = series
                .unit
                .as_ref()
                .map(|(_, node)| json!({ "code": node.code, "name": node.name }));
            json!({ "id": series.id(), "unit": unit, "periods": issues.iter().map(issue).collect::<Vec<_>>() })
        });
        Ok(json!({ "bulletin": bulletin, "as_of": as_of.to_string(), "items": items.collect::<Vec<_>>() }))
    });
    Ok(Json(body.await?))
}

/// Units that have not reported what a bulletin asks for, with the figures.
pub(in crate::http) async fn unreported(visit: Visit, Path(bulletin): Path<String>, Query(asked): Asked) -> Answer {
    let asked = Fields(asked);
    let body = visit.run(move |app, scope| {
        let as_of = asked.day("as_of")?.unwrap_or(app.today());
        let missing = crate::bulletin::unreported::units(app, scope, &bulletin, as_of)?;
        let items = missing
            .iter()
            .map(|(unit, figures)| json!({ "unit": unit, "figures": figures }));
        Ok(json!({ "bulletin": bulletin, "as_of": as_of.to_string(), "items": items.collect::<Vec<_>>() }))
    });
    Ok(Json(body.await?))
}
