//! Room: a form with one file that is for the moment only, and files on their way out. A file lies in
//! scratch while it is here; nothing of it is kept unless whoever takes it keeps it.

use super::Site;
use super::answer::Failure;
use super::api::evidence::{broken, limit_bytes};
use super::request::{Fields, segment};
use super::visit::Visit;
use crate::app::scratch::Scratch;
use axum::body::Body;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use hyper::body::Frame;
use std::future::Future;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::task::{JoinHandle, spawn_blocking};

/// A form that somebody sent, with its first file and that file's name.
pub(super) struct Uploaded {
    pub(super) visit: Visit,
    pub(super) fields: Fields,
    pub(super) file: Option<(String, Scratch)>,
}

impl FromRequest<Site> for Uploaded {
    type Rejection = Response;

    async fn from_request(request: Request, site: &Site) -> Result<Uploaded, Response> {
        use axum::RequestExt;
        let mut request = request;
        let visit: Visit = request.extract_parts_with_state(site).await?;
        let parts = Multipart::from_request(request, site)
            .await
            .map_err(IntoResponse::into_response)?;
        let read = read(&visit, parts).await;
        let (fields, file) = read.map_err(|failure| failure.problem().into_response())?;
        Ok(Uploaded { visit, fields, file })
    }
}

async fn read(visit: &Visit, mut parts: Multipart) -> Result<(Fields, Option<(String, Scratch)>), Failure> {
    let (mut fields, mut file) = (Vec::new(), None);
    let mut left = limit_bytes();
    while let Some(mut part) = parts.next_field().await.map_err(|error| broken(visit, &error))? {
        let name = part.name().unwrap_or_default().to_owned();
        let Some(named) = part.file_name().map(str::to_owned) else {
            fields.push((name, part.text().await.map_err(|error| broken(visit, &error))?));
            continue;
        };
        let scratch = visit.run(|_, _| Scratch::new("")).await?;
        let mut size = 0;
        while let Some(piece) = part.chunk().await.map_err(|error| broken(visit, &error))? {
            left = left.checked_sub(piece.len()).ok_or_else(|| too_large(visit))?;
            size += piece.len();
            let path = scratch.path().to_owned();
            visit
                .run(move |_, _| {
                    let opened = std::fs::OpenOptions::new().append(true).open(&path);
                    let written = opened.and_then(|mut file| file.write_all(&piece));
                    written.map_err(|error| crate::error::AppError::unwritable(&path, &error))
                })
                .await?;
        }
        if size > 0 && file.is_none() {
            file = Some((named, scratch));
        }
    }
    Ok((Fields(fields), file))
}

fn too_large(visit: &Visit) -> Failure {
    let words = visit.site.app.locale().text("http.too_large");
    Failure::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", words)
}

/// A file as a download of this name; it goes once it was sent.
pub(super) fn download(name: &str, kind: &'static str, file: Scratch) -> Response {
    let named = format!("attachment; filename*=UTF-8''{}", segment(name));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_str(&named).unwrap_or(HeaderValue::from_static("attachment")),
        ),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (headers, Body::new(Sent::begin(file))).into_response()
}

/// The media type of a document.
pub(super) const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// The media type of a workbook.
pub(super) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// How much of a file is in memory at once.
const PIECE: usize = 128 * 1024;

/// A file that is read piece by piece, no faster than somebody takes it: no thread waits for a slow reader.
struct Sent {
    file: Arc<Scratch>,
    /// How much of it was read.
    at: u64,
    reading: Option<JoinHandle<std::io::Result<Bytes>>>,
}

impl Sent {
    fn begin(file: Scratch) -> Sent {
        Sent {
            file: Arc::new(file),
            at: 0,
            reading: None,
        }
    }
}

/// The piece of a file from a place on; empty at its end.
fn piece_from(file: &Path, at: u64) -> std::io::Result<Bytes> {
    let mut from = std::fs::File::open(file)?;
    from.seek(SeekFrom::Start(at))?;
    let mut piece = Vec::with_capacity(PIECE);
    from.take(PIECE as u64).read_to_end(&mut piece)?;
    Ok(piece.into())
}

impl hyper::body::Body for Sent {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        let (file, at) = (self.file.clone(), self.at);
        let reading = self
            .reading
            .get_or_insert_with(|| spawn_blocking(move || piece_from(file.path(), at)));
        let Poll::Ready(read) = Pin::new(reading).poll(context) else {
            return Poll::Pending;
        };
        self.reading = None;
        // An error here ends the connection early: the answer has begun.
        let piece = read.map_err(std::io::Error::other).and_then(|read| read)?;
        self.at += piece.len() as u64;
        Poll::Ready(
            Some(piece)
                .filter(|piece| !piece.is_empty())
                .map(|piece| Ok(Frame::data(piece))),
        )
    }
}
