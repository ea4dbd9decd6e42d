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

#[cfg(test)]
mod tests {
    use super::*;

    /// What came after Chromium 86, from which on people read and save: each with the version that brought it.
    const NEWER_STYLE: [&str; 24] = [
        ":is(",           // 88
        ":where(",        // 88
        ":has(",          // 105
        "margin-inline:", // 87, as are the others of its kind
        "margin-block:",
        "padding-inline:",
        "padding-block:",
        "inset:",        // 87; a shadow that falls inside is older
        "aspect-ratio:", // 88; the query of a screen's shape is older
        "accent-color",  // 93
        "@layer",        // 99
        "@container",    // 105
        "@scope",        // 118
        "color-mix(",    // 111
        "light-dark(",   // 123
        "dvh",           // 108
        "svh",
        "overflow: clip",   // 90
        "text-wrap",        // 114
        "scrollbar-gutter", // 94
        "field-sizing",     // 123
        ":user-invalid",    // 119
        "subgrid",          // 117
        "\n  &",            // 112
    ];
    const NEWER_SCRIPT: [&str; 16] = [
        ".at(-",           // 92
        "structuredClone", // 98
        "Object.hasOwn",   // 93
        ".findLast",       // 97
        ".toSorted",       // 110
        ".toReversed",
        ".toSpliced",
        "randomUUID",          // 92
        "AbortSignal.timeout", // 103
        "AbortSignal.any",
        "startViewTransition",   // 111
        "showPopover",           // 114
        ".inert",                // 102
        "Object.groupBy",        // 117
        "Promise.withResolvers", // 119
        "static {",              // 94
    ];

    #[test]
    fn what_pages_load_needs_no_newer_browser_than_promised() {
        let style: Vec<&str> = NEWER_STYLE
            .iter()
            .copied()
            .filter(|newer| STYLE.text.contains(newer))
            .collect();
        let style: Vec<&str> = style
            .into_iter()
            .filter(|newer| *newer != "aspect-ratio:" || STYLE.text.replace("min-aspect-ratio:", "").contains(newer))
            .collect();
        assert!(style.is_empty(), "write {style:?} in a way that Chromium 86 knows");
        let script: Vec<&str> = NEWER_SCRIPT
            .iter()
            .copied()
            .filter(|newer| SCRIPT.text.contains(newer))
            .collect();
        assert!(script.is_empty(), "write {script:?} in a way that Chromium 86 knows");
    }

    #[test]
    fn pages_load_nothing_of_another_host() {
        for text in [STYLE.text, SCRIPT.text, SEAL] {
            let addresses = text.replace("http://www.w3.org/", "");
            assert!(
                !addresses.contains("http://") && !addresses.contains("https://") && !addresses.contains("@import")
            );
        }
    }
}
