//! Room: how many large bodies arrive at once. Each one in flight holds buffers, a thread that writes it and a reader
//! of the book, so a crowd of them would take the memory of everybody else: the rest wait a while, then try again later.

use super::Site;
use super::answer::{Failure, Oops};
use super::api::evidence::limit;
use axum::Extension;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// How large a body may be before it needs a place: a form with everything that somebody typed is smaller.
const SMALL_BYTES: u64 = 128 * 1024;

/// How long a body waits for a place before it is told to come again.
const WAIT: Duration = Duration::from_secs(10);

/// The places, and what words a refusal in its reader's language needs.
#[derive(Clone)]
pub(super) struct Places {
    site: Site,
    free: Arc<Semaphore>,
}

impl Places {
    pub(super) fn of(site: &Site) -> Places {
        let free = Arc::new(Semaphore::new(site.options.uploads));
        Places {
            site: site.clone(),
            free,
        }
    }
}

/// A route that takes files. Its handler asks who sends before it reads what is sent.
pub(super) fn large(route: MethodRouter<Site>) -> MethodRouter<Site> {
    route.layer(limit()).layer(from_fn(admit))
}

/// Lets a request through that is small, or for which there is a place until it is answered.
async fn admit(Extension(places): Extension<Places>, request: Request, next: Next) -> Response {
    if is_small(request.headers()) {
        return next.run(request).await;
    }
    let for_programs = request.uri().path().starts_with("/api/");
    let place = tokio::time::timeout(WAIT, places.free.acquire()).await;
    let Ok(Ok(_held)) = place else {
        let words = places.site.app.locale().text("http.no_room");
        let failure = Failure::new(StatusCode::SERVICE_UNAVAILABLE, "no_room", words);
        return match for_programs {
            true => failure.problem().into_response(),
            false => Oops(failure).into_response(),
        };
    };
    next.run(request).await
}

/// Whether the body is known to be small; one that does not say how long it will be is not.
fn is_small(headers: &HeaderMap) -> bool {
    if headers.contains_key(header::TRANSFER_ENCODING) {
        return false;
    }
    let length = headers.get(header::CONTENT_LENGTH);
    length.is_none_or(|length| {
        let length = length.to_str().ok().and_then(|length| length.parse::<u64>().ok());
        length.is_some_and(|length| length <= SMALL_BYTES)
    })
}
