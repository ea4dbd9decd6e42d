//! Room: serving the book over HTTP — pages and the API. No SQL, no arithmetic: handlers read the
//! request, call `app`, and show what it answers.

mod answer;
mod api;
mod assets;
mod connection;
mod guard;
mod money;
mod pages;
mod planning;
mod public;
mod pulled;
mod request;
mod room;
pub mod router;
mod sheets;
mod stand;
pub mod tls;
mod told;
mod uploaded;
mod visit;
mod work;

use crate::app::App;
use crate::error::AppError;
use std::future::Future;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;
use tokio_rustls::TlsAcceptor;

/// How to serve.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Whether browsers reach the server over TLS: the session's cookie then never leaves it.
    pub secure: bool,
    /// How many connections at once; more wait.
    pub connections: usize,
    /// How many large bodies (evidence, workbooks) at once; more wait a while.
    pub uploads: usize,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            secure: false,
            connections: 512,
            uploads: 6,
        }
    }
}

/// What every handler shares.
#[derive(Clone)]
pub struct Site {
    /// The open book.
    pub app: Arc<App>,
    /// How it is served.
    pub options: Options,
}

/// How many threads ask the book at once; further questions wait for one. Whoever saves holds one until the commit, so
/// there are enough for a full group of savers and readers beside them; each more would cost its stack and its share of
/// the allocator's memory, and could do nothing that two cores had time for.
const THREADS: usize = 48;

/// How long a thread without work keeps its memory.
const IDLE: Duration = Duration::from_secs(3);

/// Serves a book until the process is told to end, encrypted if a certificate is given.
pub fn serve(app: Arc<App>, listener: TcpListener, tls: Option<TlsAcceptor>, options: Options) -> Result<(), AppError> {
    let options = Options {
        secure: tls.is_some(),
        ..options
    };
    let fault = |error: std::io::Error| AppError::Fault(error.to_string());
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime
        .enable_all()
        .max_blocking_threads(THREADS)
        .thread_keep_alive(IDLE)
        .build()
        .map_err(fault)?;
    runtime
        .block_on(serve_until(app, listener, options, tls, told_to_end()))
        .map_err(fault)
}

/// Serves a book until `stop` is done; connections that are answering then may finish.
pub async fn serve_until(
    app: Arc<App>,
    listener: TcpListener,
    options: Options,
    tls: Option<TlsAcceptor>,
    stop: impl Future<Output = ()>,
) -> std::io::Result<()> {
    let site = Site { app, options };
    connection::accept(listener, router::router(site), options.connections, tls, stop).await
}

/// Ctrl-C, or what a service manager sends. Where signals cannot be waited for, nothing stops it.
async fn told_to_end() {
    #[cfg(unix)]
    if let Ok(mut term) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = term.recv() => {}
        }
        return;
    }
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
