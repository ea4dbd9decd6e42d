//! Room: signing in and out for programs, and whether the book answers.

use super::Answer;
use crate::app::App;
use crate::clock::rfc3339;
use crate::http::Site;
use crate::http::answer::{Failure, Problem};
use crate::http::visit::{Visit, token};
use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
pub(in crate::http) struct Credentials {
    user: String,
    password: String,
}

pub(in crate::http) async fn sign_in(
    State(site): State<Site>,
    body: Result<Json<Credentials>, JsonRejection>,
) -> Answer {
    let Json(credentials) = body.map_err(|error| unreadable(&site.app, &error))?;
    let (token, until) = site
        .run(move |app| app.sign_in(credentials.user.trim(), &credentials.password))
        .await?;
    Ok(Json(json!({ "token": token, "expires": rfc3339(until) })))
}

pub(in crate::http) async fn sign_out(visit: Visit, headers: HeaderMap) -> Answer {
    let token = token(&headers).unwrap_or_default();
    visit.run(move |app, _| app.sign_out(&token)).await?;
    Ok(Json(json!({ "signed_out": true })))
}

/// Whether the book can be read, and up to which entry.
pub(in crate::http) async fn healthz(State(site): State<Site>) -> Answer {
    let head = site.run(|app| Ok(app.reading()?.n())).await?;
    Ok(Json(json!({ "ok": true, "entries": head })))
}

/// The problem of a body that is no JSON, or too large.
pub(super) fn unreadable(app: &App, error: &JsonRejection) -> Problem {
    let status = match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => StatusCode::PAYLOAD_TOO_LARGE,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let words = match status {
        StatusCode::PAYLOAD_TOO_LARGE => app.locale().text("page.too_large").to_owned(),
        _ => app.locale().say("http.bad_json", &[("why", &error.body_text())]),
    };
    Problem(Failure::new(status, "bad_request", &words))
}
