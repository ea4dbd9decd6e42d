//! Page: a file of evidence, as a download.

use super::Asked;
use crate::http::answer::Oops;
use crate::http::api::evidence::download;
use crate::http::visit::Visit;
use axum::extract::{Path, Query};
use axum::response::Response;

pub(in crate::http) async fn fetch(
    visit: Visit,
    Path(hash): Path<String>,
    Query(asked): Asked,
) -> Result<Response, Oops> {
    Ok(download(visit, hash, asked).await?)
}
