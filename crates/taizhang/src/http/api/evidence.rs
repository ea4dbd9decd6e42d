//! Room: files of evidence over HTTP. A body streams into the store and out of it, a piece in memory
//! at a time; a file goes out as a download that no browser runs.

use super::Asked;
use crate::app::App;
use crate::app::evidence::{Arriving, EVIDENCE_BYTES, Stored, unhex};
use crate::error::AppError;
use crate::http::Site;
use crate::http::answer::{Failure, Problem};
use crate::http::pulled::Pulled;
use crate::http::request::{Fields, segment};
use crate::http::visit::Visit;
use crate::keys::hex;
use axum::Json;
use axum::body::Body;
use axum::extract::multipart::MultipartError;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Path, Query, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hyper::body::Body as _;
use serde_json::json;

/// The room beside the file that a multipart body needs.
const ENVELOPE_BYTES: usize = 64 * 1024;

/// The body limit of the upload's route.
pub(in crate::http) fn limit() -> DefaultBodyLimit {
    DefaultBodyLimit::max(EVIDENCE_BYTES as usize + ENVELOPE_BYTES)
}

/// How large a file may be, on its own.
pub(in crate::http) fn limit_bytes() -> usize {
    EVIDENCE_BYTES as usize
}

/// Takes one file: the body itself with `?name=`, or the first file of a multipart form.
pub(in crate::http) async fn store(visit: Visit, Query(asked): Asked, request: Request) -> Result<Response, Problem> {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let is_form = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/form-data"));
    let stored = if is_form {
        first_file(&visit, request).await?
    } else {
        let name = Fields(asked).get("name").unwrap_or("file").to_owned();
        whole_body(&visit, request, name).await?
    };
    let body = json!({ "hash": hex(&stored.hash), "size": stored.size, "kind": stored.kind, "name": stored.name });
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

async fn whole_body(visit: &Visit, request: Request, name: String) -> Result<Stored, Failure> {
    let mut body = request.into_body();
    // Who says beforehand that it is too large need not send it.
    if body.size_hint().exact().is_some_and(|size| size > EVIDENCE_BYTES) {
        return Err(too_large(visit));
    }
    let mut arriving = begin(visit).await?;
    while let Some(piece) = next(visit, &mut body).await? {
        arriving = take(visit, arriving, piece).await?;
    }
    visit.run(move |app, scope| app.keep(scope, arriving, &name)).await
}

async fn first_file(visit: &Visit, request: Request) -> Result<Stored, Failure> {
    let parts = Multipart::from_request(request, &()).await;
    let mut parts = parts.map_err(|_| words(visit, "evidence.broken_upload"))?;
    while let Some(mut part) = parts.next_field().await.map_err(|error| broken(visit, &error))? {
        let Some(name) = part.file_name().map(str::to_owned) else {
            continue;
        };
        let mut arriving = begin(visit).await?;
        while let Some(piece) = part.chunk().await.map_err(|error| broken(visit, &error))? {
            arriving = take(visit, arriving, piece).await?;
        }
        return visit.run(move |app, scope| app.keep(scope, arriving, &name)).await;
    }
    Err(words(visit, "evidence.no_file"))
}

pub(in crate::http) async fn begin(visit: &Visit) -> Result<Arriving, Failure> {
    visit.run(|app, scope| app.arriving(scope)).await
}

/// Writes a piece; refuses what is too large as soon as it is.
pub(in crate::http) async fn take(visit: &Visit, arriving: Arriving, piece: bytes::Bytes) -> Result<Arriving, Failure> {
    let taken = visit.run(move |app, _| {
        let mut arriving = arriving;
        let fits = app.take(&mut arriving, &piece)?;
        Ok(fits.then_some(arriving))
    });
    taken.await?.ok_or_else(|| too_large(visit))
}

async fn next(visit: &Visit, body: &mut Body) -> Result<Option<bytes::Bytes>, Failure> {
    loop {
        let frame = std::future::poll_fn(|context| std::pin::Pin::new(&mut *body).poll_frame(context)).await;
        match frame {
            None => return Ok(None),
            Some(Err(_)) => return Err(words(visit, "evidence.broken_upload")),
            Some(Ok(frame)) => {
                if let Ok(piece) = frame.into_data() {
                    return Ok(Some(piece));
                }
            }
        }
    }
}

/// A form that did not arrive, or is larger than one file may be.
pub(in crate::http) fn broken(visit: &Visit, error: &MultipartError) -> Failure {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => too_large(visit),
        _ => words(visit, "evidence.broken_upload"),
    }
}

fn too_large(visit: &Visit) -> Failure {
    let words = visit.site.app.locale().text("http.too_large");
    Failure::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", words)
}

fn words(visit: &Visit, key: &'static str) -> Failure {
    let words = visit.site.app.locale().text(key);
    Failure::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_request", words)
}

pub(in crate::http) async fn fetch(visit: Visit, Path(hash): Path<String>) -> Result<Response, Problem> {
    Ok(download(visit, hash).await?)
}

/// A file as a download. Its first piece is read before the answer begins, so that a file that is
/// short or not there is a refusal in words.
pub(in crate::http) async fn download(visit: Visit, hash: String) -> Result<Response, Failure> {
    let hash = unhex(&hash).unwrap_or_default();
    let begun = visit.run(move |app, scope| {
        let (stored, mut file) = app.evidence_file(scope, &hash)?;
        let first = file.next_piece().map_err(|fault| app.broken_file(&hash, &fault))?;
        Ok((stored, first, file))
    });
    let (stored, first, file) = begun.await?;
    let body = Pulled::new(visit.site.app.clone(), hash, first, file);
    Ok((headers(&stored), Body::new(body)).into_response())
}

/// A picture that anybody may see, as a part of a page; no other kind of file is shown so. Whether it is
/// one of what is offered, `offered` says.
pub(in crate::http) async fn public_picture(
    site: &Site,
    hash: [u8; 32],
    offered: impl FnOnce(&App) -> Result<(), AppError> + Send + 'static,
) -> Result<Response, Failure> {
    let begun = site.run(move |app| {
        offered(app)?;
        let (stored, mut file) = app.evidence_file(&app.public_scope()?, &hash)?;
        if !stored.is_picture() {
            return Err(AppError::NotFound(app.locale().text("page.offers.unknown").to_owned()));
        }
        let first = file.next_piece().map_err(|fault| app.broken_file(&hash, &fault))?;
        Ok((stored, first, file))
    });
    let (stored, first, file) = begun.await?;
    let mut headers = headers(&stored);
    headers[1].1 = HeaderValue::from_static("inline");
    let body = Pulled::new(site.app.clone(), hash, first, file);
    Ok((headers, Body::new(body)).into_response())
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
