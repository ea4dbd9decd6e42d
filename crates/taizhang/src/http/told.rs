//! Room: the page of a request that was not done, drawn where the book is known — so that it too says that a
//! book is one to practise in, and a reader never meets a bare line of a library. The API answers for itself.

use super::Site;
use super::answer::Failure;
use super::pages::layout;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// What a failed answer has to say to a reader.
#[derive(Clone)]
pub(super) struct Said(pub(super) String);

/// Stands around every route.
pub(super) async fn around(State(site): State<Site>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let for_programs = ["/api/", "/assets/", "/healthz"]
        .iter()
        .any(|place| path.starts_with(place));
    let answers_problems = path.starts_with("/api/");
    let mut answer = next.run(request).await;
    let status = answer.status();
    let refused = status.is_client_error() || status.is_server_error();
    let said = answer.extensions_mut().remove::<Said>();
    let drawn = answer.headers().get(header::CONTENT_TYPE);
    let drawn = drawn.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let kind = answer.headers().get(header::CONTENT_TYPE);
    let bare = kind.is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if answers_problems && status.is_client_error() && bare {
        // A library says in its own words what it could not read of a request.
        let words = site.app.locale().text(match status {
            StatusCode::PAYLOAD_TOO_LARGE => "page.too_large",
            StatusCode::METHOD_NOT_ALLOWED => "http.no_method",
            _ => "page.unreadable",
        });
        return Failure::new(status, "unreadable", words).problem().into_response();
    }
    if for_programs || !refused || (drawn && said.is_none()) {
        return answer;
    }
    // What a library refused says nothing of its own that a reader could use.
    let detail = match (said, status) {
        (Some(said), _) => said.0,
        (None, StatusCode::FORBIDDEN) => site.app.locale().text("page.foreign").to_owned(),
        (None, status) if status.is_client_error() => site.app.locale().text("page.unreadable").to_owned(),
        (None, _) => String::new(),
    };
    let page = layout::failure(&site.app, status, &detail);
    let mut told = (status, page).into_response();
    // What else the answer said, such as how long to wait, still holds.
    for (name, value) in answer.headers() {
        if ![header::CONTENT_TYPE, header::CONTENT_LENGTH].contains(name) {
            told.headers_mut().append(name, value.clone());
        }
    }
    told
}
