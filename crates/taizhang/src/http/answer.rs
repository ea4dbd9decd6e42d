//! Room: how a request ends that was not done — one failure, shown as problem+json to programs and
//! as a page to readers.

use super::told::Said;
use crate::app::App;
use crate::error::StoreError;
use crate::error::{AppError, RefusedLine, Wrong};
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// Why a request was not done.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) status: StatusCode,
    /// The refusal's key, or a word of our own.
    pub(super) code: String,
    /// In words.
    pub(super) detail: String,
    /// The places.
    pub(super) lines: Vec<RefusedLine>,
}

impl Failure {
    pub(super) fn new(status: StatusCode, code: &str, detail: &str) -> Failure {
        Failure {
            status,
            code: code.to_owned(),
            detail: detail.to_owned(),
            lines: Vec::new(),
        }
    }

    pub(super) fn of(app: &App, error: AppError) -> Failure {
        let (status, code) = kind(&error);
        let detail = app.locale().error(&error);
        let lines = match error {
            AppError::Refused(lines) => lines,
            _ => Vec::new(),
        };
        let code = lines.first().map_or(code.to_owned(), |line| line.code.clone());
        Failure {
            status,
            code,
            detail,
            lines,
        }
    }

    pub(super) fn problem(self) -> Problem {
        Problem(self)
    }
}

fn kind(error: &AppError) -> (StatusCode, &'static str) {
    match error {
        AppError::Refused(_) if error.is_stale() => (StatusCode::PRECONDITION_FAILED, "stale"),
        AppError::Refused(_) if error.is_key_reused() => (StatusCode::CONFLICT, "key_reused"),
        AppError::Refused(lines) => match lines.first().map(|line| line.code.as_str()) {
            Some("done_before") => (StatusCode::CONFLICT, "done_before"),
            Some("unknown_register" | "unknown_record" | "unknown_account") => (StatusCode::NOT_FOUND, "not_found"),
            _ => (StatusCode::UNPROCESSABLE_ENTITY, "refused"),
        },
        AppError::NotFound(_) | AppError::NoPack => (StatusCode::NOT_FOUND, "not_found"),
        AppError::Said { wrong, .. } => match wrong {
            Wrong::Question => (StatusCode::UNPROCESSABLE_ENTITY, "bad_request"),
            Wrong::Value => (StatusCode::BAD_REQUEST, "bad_parameter"),
            Wrong::NotThere => (StatusCode::NOT_FOUND, "not_found"),
        },
        AppError::BadRequest(_) => (StatusCode::UNPROCESSABLE_ENTITY, "bad_request"),
        AppError::Unauthorised(_) => (StatusCode::UNAUTHORIZED, "unauthorised"),
        AppError::Store(StoreError::DiskFull) => (StatusCode::INSUFFICIENT_STORAGE, "read_only"),
        AppError::Store(StoreError::ClockJumped) => (StatusCode::SERVICE_UNAVAILABLE, "clock_jumped"),
        AppError::Store(StoreError::OutOfMemory) => (StatusCode::SERVICE_UNAVAILABLE, "no_room"),
        AppError::Store(StoreError::Fenced) => (StatusCode::SERVICE_UNAVAILABLE, "fenced"),
        AppError::Unavailable(_) => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
        AppError::Store(_) | AppError::Fault(_) => (StatusCode::INTERNAL_SERVER_ERROR, "fault"),
    }
}

/// A failure as programs read it (RFC 9457).
pub(super) struct Problem(pub(super) Failure);

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Problem {
        Problem(failure)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let failure = self.0;
        let errors: Vec<Value> = failure.lines.iter().map(line).collect();
        let body = json!({
            "type": format!("urn:taizhang:problem:{}", failure.code),
            "status": failure.status.as_u16(),
            "code": failure.code,
            "title": failure.status.canonical_reason().unwrap_or_default(),
            "detail": failure.detail,
            "errors": errors,
        });
        let kind = [(header::CONTENT_TYPE, "application/problem+json")];
        later((failure.status, kind, Json(body)).into_response())
    }
}

fn line(line: &RefusedLine) -> Value {
    json!({
        "sheet": line.sheet,
        "row": line.row,
        "column": line.column,
        "field": line.field,
        "value": line.value,
        "code": line.code,
        "message": line.message,
        "hint": null,
    })
}

/// A failure as a reader sees it; its page is drawn by `told`, which knows the book.
pub(super) struct Oops(pub(super) Failure);

impl From<Failure> for Oops {
    fn from(failure: Failure) -> Oops {
        Oops(failure)
    }
}

impl IntoResponse for Oops {
    fn into_response(self) -> Response {
        let mut answer = self.0.status.into_response();
        answer.extensions_mut().insert(Said(self.0.detail));
        later(answer)
    }
}

/// Whoever is told that something is not to be had now is told when to ask again.
fn later(mut answer: Response) -> Response {
    if answer.status() == StatusCode::SERVICE_UNAVAILABLE {
        let seconds = HeaderValue::from_static("5");
        answer.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    answer
}
