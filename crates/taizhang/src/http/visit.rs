//! Room: who asks. A handler that reads or writes the book takes a [`Visit`]; there is none without
//! a session that holds.

use super::Site;
use super::answer::{Failure, Oops};
use super::stand::Stand;
use crate::app::App;
use crate::app::scope::Scope;
use crate::error::AppError;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};

/// The name of the session's cookie.
pub(super) const COOKIE: &str = "tz";

/// Somebody with a session.
#[derive(Clone)]
pub(super) struct Visit {
    pub(super) site: Site,
    pub(super) scope: Scope,
    /// Where the page stands that is asked for.
    pub(super) stand: Stand,
}

impl Visit {
    /// Asks the book. It may wait for a disk, so it has a thread of its own meanwhile.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&App, &Scope) -> Result<T, AppError> + Send + 'static,
    ) -> Result<T, Failure> {
        let scope = self.scope.clone();
        self.site.run(move |app| work(app, &scope)).await
    }
}

impl Site {
    /// Asks the book for nobody in particular: signing in, and whether it answers.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&App) -> Result<T, AppError> + Send + 'static,
    ) -> Result<T, Failure> {
        let app = self.app.clone();
        let done = tokio::task::spawn_blocking(move || work(&app).map_err(|error| Failure::of(&app, error))).await;
        done.unwrap_or_else(|_| Err(Failure::new(StatusCode::INTERNAL_SERVER_ERROR, "fault", "")))
    }
}

impl FromRequestParts<Site> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Visit, Response> {
        let found = match token(&parts.headers) {
            None => None,
            Some(token) => {
                let at_hand = site.app.scope_at_hand(&token);
                let found = match at_hand {
                    Some(scope) => Ok(Some(scope)),
                    None => site.run(move |app| app.session_scope(&token)).await,
                };
                match found {
                    Ok(found) => found,
                    // Not to know who asks is our fault, and no reason to send anybody to sign in again.
                    Err(failure) if parts.uri.path().starts_with("/api/") => {
                        return Err(failure.problem().into_response());
                    }
                    Err(failure) => return Err(Oops(failure).into_response()),
                }
            }
        };
        match found {
            Some(scope) => Ok(Visit {
                site: site.clone(),
                scope,
                stand: Stand::of(parts),
            }),
            None if parts.uri.path().starts_with("/api/") => {
                let words = site.app.locale().text("http.sign_in_first").to_owned();
                Err(Failure::new(StatusCode::UNAUTHORIZED, "unauthorised", &words)
                    .problem()
                    .into_response())
            }
            None => Err(Redirect::to(&sign_in_address(parts)).into_response()),
        }
    }
}

/// The session's token: of the header for programs, of the cookie for browsers.
pub(super) fn token(headers: &HeaderMap) -> Option<String> {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &header::HeaderValue| value.to_str().ok())
    };
    if let Some(bearer) = text(header::AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer ")) {
        return Some(bearer.trim().to_owned());
    }
    let cookies = text(header::COOKIE)?;
    let pairs = cookies.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs
        .filter(|(name, _)| *name == COOKIE)
        .map(|(_, value)| value.to_owned())
        .next()
}

/// Only a page that was asked for is worth going back to.
fn sign_in_address(parts: &Parts) -> String {
    let wanted = parts.uri.path_and_query().map_or("/", |wanted| wanted.as_str());
    if parts.method != axum::http::Method::GET || wanted == "/" {
        return "/login".to_owned();
    }
    let query = super::request::encoded(&[("next", wanted)]);
    format!("/login?{query}")
}
