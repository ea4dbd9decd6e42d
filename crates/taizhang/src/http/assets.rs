//! Room: files of our own that pages load. They are inside the program; nothing comes from elsewhere.
//! An address names the content, so a browser may keep it for ever and gets the new one at once.

use axum::http::header;
use axum::response::IntoResponse;
use sha2::{Digest, Sha256};
use std::sync::OnceLock;

const SEAL: &str = include_str!("assets/seal.svg");

/// The one style sheet.
pub(super) static STYLE: Bundle = Bundle {
    path: "/assets/taizhang.css",
    text: concat!(
        include_str!("assets/style/frame.css"),
        include_str!("assets/style/ledger.css"),
        include_str!("assets/style/forms.css"),
        include_str!("assets/style/record.css"),
        include_str!("assets/style/figure.css"),
        include_str!("assets/style/goals.css"),
        include_str!("assets/style/desk.css"),
        include_str!("assets/style/narrow.css"),
        include_str!("assets/style/print.css"),
    ),
    tag: OnceLock::new(),
};

/// The one script: keys, the palette, drafts, pictures. No page needs it to read or save.
pub(super) static SCRIPT: Bundle = Bundle {
    path: "/assets/taizhang.js",
    text: concat!(
        include_str!("assets/script/desk.js"),
        include_str!("assets/script/board.js"),
        include_str!("assets/script/grid.js"),
        include_str!("assets/script/draft.js"),
        include_str!("assets/script/palette.js"),
        include_str!("assets/script/take.js"),
    ),
    tag: OnceLock::new(),
};

/// Some files served as one.
pub(super) struct Bundle {
    path: &'static str,
    text: &'static str,
    tag: OnceLock<String>,
}

impl Bundle {
    /// Its address, which names what it holds.
    pub(super) fn address(&self) -> String {
        let tag = self.tag.get_or_init(|| {
            let digest = Sha256::digest(self.text.as_bytes());
            digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
        });
        format!("{}?v={tag}", self.path)
    }
}

const KEPT: &str = "max-age=31536000, immutable";

/// Serves the style sheet.
pub(super) async fn style() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, KEPT),
    ];
    (headers, STYLE.text)
}

/// Serves the script.
pub(super) async fn script() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, KEPT),
    ];
    (headers, SCRIPT.text)
}

/// The mark in the browser's tab.
pub(super) async fn seal() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "image/svg+xml"),
        (header::CACHE_CONTROL, "max-age=86400"),
    ];
    (headers, SEAL)
}
