//! Room: the accept loop. One cap for connections, one time limit for headers, so that slow or
//! greedy clients cannot take the server from the others.

use super::public::Peer;
use axum::Router;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::future::Future;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{Semaphore, watch};
use tokio_rustls::TlsAcceptor;

/// Headers must have come within this, and before them the greetings of an encrypted connection.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
/// The longest head of a request.
const HEADER_BYTES: usize = 64 * 1024;
const HEADERS: usize = 100;
/// How long answering connections may take to finish after the stop.
const GRACE: Duration = Duration::from_secs(10);
/// The pause after a failed accept (no file handles left), so that the loop does not spin.
const PAUSE: Duration = Duration::from_millis(50);

pub(super) async fn accept(
    listener: TcpListener,
    router: Router,
    connections: usize,
    tls: Option<TlsAcceptor>,
    stop: impl Future<Output = ()>,
) -> std::io::Result<()> {
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let places = Arc::new(Semaphore::new(connections));
    let (ending, ends) = watch::channel(false);
    tokio::pin!(stop);
    loop {
        let place = tokio::select! {
            () = &mut stop => break,
            place = places.clone().acquire_owned() => place.map_err(std::io::Error::other)?,
        };
        let (stream, peer) = tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => (stream, peer),
                Err(_) => {
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
            },
        };
        let router = router.clone().layer(axum::Extension(Peer(peer)));
        let ends = ends.clone();
        let tls = tls.clone();
        tokio::spawn(async move {
            let _ = stream.set_nodelay(true);
            match tls {
                None => converse(stream, router, ends).await,
                Some(tls) => {
                    if let Ok(Ok(stream)) = tokio::time::timeout(HEADER_TIMEOUT, tls.accept(stream)).await {
                        converse(stream, router, ends).await;
                    }
                }
            }
            drop(place);
        });
    }
    let _ = ending.send(true);
    let all = u32::try_from(connections).unwrap_or(u32::MAX);
    let _ = tokio::time::timeout(GRACE, places.acquire_many(all)).await;
    Ok(())
}

/// Answers the requests of one connection. What goes wrong here is the client's: it went away.
async fn converse<S>(stream: S, router: Router, mut ends: watch::Receiver<bool>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_headers(HEADERS)
        .max_buf_size(HEADER_BYTES);
    let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    tokio::pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => {}
        // There is one message only, and the sender's end means the same.
        _ = ends.changed() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.as_mut().await;
        }
    }
}
