//! Room: files of evidence over HTTP. A body streams into the folder; a file goes out as a download
//! that no browser runs.

use super::Asked;
use crate::app::records::{Arriving, EVIDENCE_BYTES};
use crate::http::answer::{Failure, Problem};
use crate::http::request::{Fields, segment};
use crate::http::visit::Visit;
use crate::keys::hex;
use axum::Json;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Path, Query, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use taizhang_store::cells::unhex;
use taizhang_store::evidence::Stored;

/// The room beside the file that a multipart body needs.
const ENVELOPE_BYTES: usize = 64 * 1024;

/// The body limit of the upload's route.
pub(in crate::http) fn limit() -> DefaultBodyLimit {
    DefaultBodyLimit::max(EVIDENCE_BYTES + ENVELOPE_BYTES)
}

/// Takes one file: the body itself with `?name=`, or the first file of a multipart form.
pub(in crate::http) async fn store(visit: Visit, Query(asked): Asked, request: Request) -> Result<Response, Problem> {
    let named = Fields(asked).get("name").unwrap_or("file").to_owned();
    let kind = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let stored = if kind.is_some_and(|kind| kind.starts_with("multipart/form-data")) {
        let mut parts = Multipart::from_request(request, &())
            .await
            .map_err(|error| broken(&error.body_text()))?;
        let mut found = None;
        while let Some(mut part) = parts.next_field().await.map_err(|error| broken(&error.body_text()))? {
            let Some(name) = part.file_name().map(str::to_owned) else {
                continue;
            };
            let mut arriving = begin(&visit).await?;
            while let Some(piece) = part.chunk().await.map_err(|error| broken(&error.body_text()))? {
                arriving = take(&visit, arriving, piece).await?;
            }
            found = Some(visit.run(move |app, scope| app.keep(scope, arriving, &name)).await?);
            break;
        }
        found.ok_or_else(|| broken("no file in the form"))?
    } else {
        let mut arriving = begin(&visit).await?;
        let mut body = request.into_body();
        while let Some(frame) = next(&mut body).await? {
            arriving = take(&visit, arriving, frame).await?;
        }
        visit.run(move |app, scope| app.keep(scope, arriving, &named)).await?
    };
    let body = json!({ "hash": hex(&stored.hash), "size": stored.size, "kind": stored.kind, "name": stored.name });
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

pub(in crate::http) async fn begin(visit: &Visit) -> Result<Arriving, Failure> {
    visit.run(|app, scope| app.arriving(scope)).await
}

/// Writes a piece; refuses what is too large as soon as it is.
pub(in crate::http) async fn take(visit: &Visit, arriving: Arriving, piece: bytes::Bytes) -> Result<Arriving, Failure> {
    let taken = visit.run(move |_, _| {
        let mut arriving = arriving;
        let fits = arriving.take(&piece)?;
        Ok(fits.then_some(arriving))
    });
    match taken.await? {
        Some(arriving) => Ok(arriving),
        None => {
            let words = visit.site.app.locale().text("http.too_large").to_owned();
            Err(Failure::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", &words))
        }
    }
}

async fn next(body: &mut Body) -> Result<Option<bytes::Bytes>, Problem> {
    use hyper::body::Body as _;
    loop {
        let frame = std::future::poll_fn(|context| std::pin::Pin::new(&mut *body).poll_frame(context)).await;
        match frame {
            None => return Ok(None),
            Some(Err(error)) => return Err(broken(&error.to_string())),
            Some(Ok(frame)) => {
                if let Ok(piece) = frame.into_data() {
                    return Ok(Some(piece));
                }
            }
        }
    }
}

fn broken(why: &str) -> Problem {
    Problem(Failure::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_request", why))
}

pub(in crate::http) async fn fetch(visit: Visit, Path(hash): Path<String>) -> Result<Response, Problem> {
    Ok(download(visit, hash).await?)
}

/// A file as a download.
pub(in crate::http) async fn download(visit: Visit, hash: String) -> Result<Response, Failure> {
    let (stored, bytes) = visit
        .run(move |app, scope| {
            let wanted = unhex(&hash).unwrap_or_default();
            let (stored, path) = app.evidence_file(scope, &wanted)?;
            let bytes = std::fs::read(path).map_err(taizhang_store::StoreError::from)?;
            Ok((stored, bytes))
        })
        .await?;
    Ok((headers(&stored), bytes).into_response())
}

fn headers(stored: &Stored) -> [(header::HeaderName, HeaderValue); 4] {
    let value = |text: &str| HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("attachment"));
    let name = format!("attachment; filename*=UTF-8''{}", segment(&stored.name));
    [
        (header::CONTENT_TYPE, value(&stored.kind)),
        (header::CONTENT_DISPOSITION, value(&name)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; sandbox"),
        ),
    ]
}
