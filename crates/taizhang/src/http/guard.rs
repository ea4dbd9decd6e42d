//! Room: what stands around every route — headers that keep a browser from doing more than the page
//! says, limits of size, refusal of foreign writes, and an answer even to our own panic.

use super::answer::Failure;
use super::{Site, told};
use axum::Router;
use axum::body::Body;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::set_header::SetResponseHeaderLayer;

/// The largest body of a form or an API write; evidence has its own limit.
const BODY_BYTES: usize = 2 * 1024 * 1024;

const HEADERS: [(HeaderName, &str); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        // A chart becomes a picture by way of an image that the page itself made.
        "default-src 'self'; img-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=()",
    ),
    // Pages hold what only this reader may see; assets say otherwise themselves.
    (header::CACHE_CONTROL, "no-store"),
];

/// Puts the guards around the routes; the first named stands innermost.
pub(super) fn guarded(router: Router, site: Site) -> Router {
    let mut router = router
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(CsrfLayer::new())
        .layer(axum::middleware::from_fn_with_state(site, told::around))
        .layer(CompressionLayer::new());
    for (name, value) in HEADERS {
        let value = HeaderValue::from_static(value);
        router = router.layer(SetResponseHeaderLayer::<HeaderValue>::if_not_present(name, value));
    }
    router
}

/// The reader learns nothing of what broke; the log has it.
fn panicked(_: Box<dyn std::any::Any + Send + 'static>) -> Response<Body> {
    // A program reads the problem as it is; for a reader `told` draws a page in its place.
    Failure::new(StatusCode::INTERNAL_SERVER_ERROR, "fault", "")
        .problem()
        .into_response()
}
