//! Room: files of our own that pages load. They are inside the program; nothing comes from elsewhere.

use axum::http::header;
use axum::response::IntoResponse;

const SEAL: &str = include_str!("assets/seal.svg");
const STYLE: &str = include_str!("assets/taizhang.css");

/// The one style sheet.
pub(super) async fn style() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "max-age=300"),
    ];
    (headers, STYLE)
}

/// The mark in the browser's tab.
pub(super) async fn seal() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "image/svg+xml"),
        (header::CACHE_CONTROL, "max-age=86400"),
    ];
    (headers, SEAL)
}
