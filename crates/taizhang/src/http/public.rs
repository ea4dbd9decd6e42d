//! Room: what stands around the pages for anybody — how often one address may ask, and answers kept until
//! the book's head moves or the day ends. A kept page is never older than the last entry, so a flat that was
//! locked a moment ago is shown as locked; pages that a code leads to are never kept.

use super::Site;
use super::answer::{Failure, Oops};
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// The other end of a connection; the accept loop puts it into each request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub(super) SocketAddr);

/// How many pages one address may ask for at once, and how many come back each second.
const BURST: u64 = 120;
const EACH_SECOND: u64 = 20;
/// A code costs as much as so many pages: nobody tries many of them.
const CODE_COST: u64 = 10;
/// Addresses that are remembered; when there are more, those that have waited long enough are forgotten.
const ADDRESSES_MAX: usize = 20_000;
/// Kept pages, and the largest that is kept.
const PAGES_MAX: usize = 256;
const PAGE_BYTES: usize = 512 * 1024;

/// What all public pages of a server share.
#[derive(Clone, Default)]
pub(super) struct Public(Arc<Inner>);

#[derive(Default)]
struct Inner {
    buckets: Mutex<HashMap<IpAddr, Bucket>>,
    pages: Mutex<Pages>,
}

/// Thousandths of a page that an address may still ask for, as of an instant.
struct Bucket {
    left: u64,
    at: Instant,
}

/// Pages of one moment of the book.
#[derive(Default)]
struct Pages {
    moment: Option<(i64, i32)>,
    kept: HashMap<String, (HeaderMap, Bytes)>,
}

/// Stands around every route; looks only at `/open`.
pub(super) async fn around(State((site, public)): State<(Site, Public)>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if path != "/open" && !path.starts_with("/open/") {
        return next.run(request).await;
    }
    let by_code = path.starts_with("/open/check");
    if !public.lets(address(&request), if by_code { CODE_COST } else { 1 }, Instant::now()) {
        return too_often(&site);
    }
    let whole = request.uri().path_and_query().map(|whole| whole.as_str().to_owned());
    let Some(whole) = whole.filter(|_| request.method() == Method::GET && !by_code) else {
        return next.run(request).await;
    };
    let moment = site.run(|app| Ok((app.reading()?.n(), app.today().0))).await;
    let Ok(moment) = moment else {
        return next.run(request).await;
    };
    if let Some((headers, body)) = public.kept(moment, &whole) {
        // Whoever looks into a slow page sees whether the server worked for it (RFC 9211).
        let hit = [(HeaderName::from_static("cache-status"), "taizhang; hit")];
        return (headers, hit, body).into_response();
    }
    let answer = next.run(request).await;
    let html = |headers: &HeaderMap| {
        let kind = headers.get(header::CONTENT_TYPE);
        kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
    };
    if answer.status() != StatusCode::OK || !html(answer.headers()) {
        return answer;
    }
    let (mut parts, body) = answer.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return too_often(&site);
    };
    // Asked for anew each time, so that a change shows at once; what is saved is the work, not the way.
    parts
        .headers
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    public.keep(moment, whole, &parts.headers, &body);
    Response::from_parts(parts, Body::from(body))
}

fn too_often(site: &Site) -> Response {
    let words = site.app.locale().text("page.open.too_often");
    let mut answer = Oops(Failure::new(StatusCode::TOO_MANY_REQUESTS, "too_often", words)).into_response();
    answer
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    answer
}

/// Who asks: the other end, or, behind a gateway on the same machine, whom the gateway names last.
fn address(request: &Request) -> Option<IpAddr> {
    let peer = request.extensions().get::<Peer>()?.0.ip();
    let named = request.headers().get_all("x-forwarded-for").iter().next_back();
    let last = named.and_then(|named| named.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
    Some(last.filter(|_| peer.is_loopback()).unwrap_or(peer))
}

impl Public {
    /// Whether an address may ask now; a request of no connection (a test) always may.
    fn lets(&self, address: Option<IpAddr>, cost: u64, now: Instant) -> bool {
        let Some(address) = address else { return true };
        let mut buckets = self.0.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let full = BURST * 1000;
        let filled = |bucket: &Bucket| {
            let waited = now.saturating_duration_since(bucket.at).as_millis();
            let back = u64::try_from(waited).unwrap_or(u64::MAX).saturating_mul(EACH_SECOND);
            bucket.left.saturating_add(back).min(full)
        };
        if buckets.len() >= ADDRESSES_MAX {
            buckets.retain(|_, bucket| filled(bucket) < full);
        }
        let bucket = buckets.entry(address).or_insert(Bucket { left: full, at: now });
        let there = filled(bucket);
        let lets = there >= cost * 1000;
        *bucket = Bucket {
            left: if lets { there - cost * 1000 } else { there },
            at: now,
        };
        lets
    }

    fn kept(&self, moment: (i64, i32), whole: &str) -> Option<(HeaderMap, Bytes)> {
        let pages = self.0.pages.lock().unwrap_or_else(PoisonError::into_inner);
        pages.kept.get(whole).filter(|_| pages.moment == Some(moment)).cloned()
    }

    /// Keeps a page that was begun at a moment; one of an earlier moment than those kept is dropped.
    fn keep(&self, moment: (i64, i32), whole: String, headers: &HeaderMap, body: &Bytes) {
        let mut pages = self.0.pages.lock().unwrap_or_else(PoisonError::into_inner);
        if pages.moment < Some(moment) {
            pages.kept.clear();
            pages.moment = Some(moment);
        }
        if pages.moment == Some(moment) && pages.kept.len() < PAGES_MAX && body.len() <= PAGE_BYTES {
            pages.kept.insert(whole, (headers.clone(), body.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn one_address_that_asks_too_often_waits_and_others_do_not() {
        let (public, now) = (Public::default(), Instant::now());
        let (one, other) = (Some(IpAddr::from([10, 0, 0, 1])), Some(IpAddr::from([10, 0, 0, 2])));
        let times = (0..BURST + 5).filter(|_| public.lets(one, 1, now)).count();
        assert_eq!(times as u64, BURST);
        assert!(public.lets(other, 1, now));
        let later = now + Duration::from_millis(1000 * CODE_COST / EACH_SECOND);
        assert!(public.lets(one, CODE_COST, later));
        assert!(!public.lets(one, 1, later));
    }

    #[test]
    fn a_page_is_kept_until_the_head_moves() {
        let public = Public::default();
        let (headers, body) = (HeaderMap::new(), Bytes::from_static(b"flats"));
        public.keep((7, 1), "/open".to_owned(), &headers, &body);
        assert!(public.kept((7, 1), "/open").is_some());
        assert!(public.kept((8, 1), "/open").is_none(), "an entry was written");
        assert!(public.kept((7, 2), "/open").is_none(), "a day began");
        public.keep((8, 1), "/open/claims".to_owned(), &headers, &body);
        public.keep((7, 1), "/open".to_owned(), &headers, &body);
        assert!(
            public.kept((8, 1), "/open").is_none(),
            "a page that was begun before is not kept after"
        );
    }
}
