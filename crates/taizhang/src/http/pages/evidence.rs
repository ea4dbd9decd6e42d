//! Page: a file of evidence, as a download.

use crate::http::answer::Oops;
use crate::http::api::evidence::download;
use crate::http::visit::Visit;
use axum::extract::Path;
use axum::response::Response;

pub(in crate::http) async fn fetch(visit: Visit, Path(hash): Path<String>) -> Result<Response, Oops> {
    Ok(download(visit, hash).await?)
}
