//! What was typed into a form, files included. Files are kept as they arrive; the form then carries
//! their hashes, so that a refusal does not ask for them again.

use crate::http::Site;
use crate::http::answer::{Failure, Oops};
use crate::http::api::evidence::{begin, broken, take};
use crate::http::request::Fields;
use crate::http::visit::Visit;
use crate::keys::hex;
use axum::extract::{FromRequest, Multipart, Request};
use axum::response::{IntoResponse, Response};

/// A form that somebody sent.
pub(in crate::http) struct Typed {
    pub(super) visit: Visit,
    pub(super) fields: Fields,
}

impl FromRequest<Site> for Typed {
    type Rejection = Response;

    async fn from_request(request: Request, site: &Site) -> Result<Typed, Response> {
        use axum::RequestExt;
        let mut request = request;
        let visit: Visit = request.extract_parts_with_state(site).await?;
        let parts = Multipart::from_request(request, site)
            .await
            .map_err(IntoResponse::into_response)?;
        let fields = read(&visit, parts)
            .await
            .map_err(|failure| Oops(failure).into_response())?;
        Ok(Typed { visit, fields })
    }
}

async fn read(visit: &Visit, mut parts: Multipart) -> Result<Fields, Failure> {
    let mut fields = Vec::new();
    while let Some(mut part) = parts.next_field().await.map_err(|error| broken(visit, &error))? {
        let name = part.name().unwrap_or_default().to_owned();
        let Some(file) = part.file_name().map(str::to_owned) else {
            fields.push((name, part.text().await.map_err(|error| broken(visit, &error))?));
            continue;
        };
        // A browser sends a file control that nobody filled as a file of no name and no bytes.
        if file.is_empty() {
            continue;
        }
        let mut arriving = begin(visit).await?;
        while let Some(piece) = part.chunk().await.map_err(|error| broken(visit, &error))? {
            arriving = take(visit, arriving, piece).await?;
        }
        let stored = visit.run(move |app, scope| app.keep(scope, arriving, &file)).await?;
        fields.push(("evidence".to_owned(), hex(&stored.hash)));
    }
    Ok(Fields(fields))
}
