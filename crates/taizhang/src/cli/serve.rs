//! Room: `serve`.

use super::Common;
use crate::app::App;
use crate::error::AppError;
use crate::http::Options;
use crate::http::tls::acceptor;
use crate::message::Carriers;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio_rustls::TlsAcceptor;

/// `serve [--addr A] [--tls-cert F --tls-key F]`
#[derive(clap::Args)]
pub struct ServeArgs {
    /// Where to listen
    #[arg(long, default_value = "127.0.0.1:8420")]
    addr: String,
    /// Serve beyond this machine without encryption (a gateway encrypts)
    #[arg(long)]
    plain_http: bool,
    /// The server's certificate and those above it, PEM: the server encrypts by itself
    #[arg(long, requires = "tls_key", conflicts_with = "plain_http")]
    tls_cert: Option<PathBuf>,
    /// The certificate's key, PEM
    #[arg(long, requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// How many large files may arrive at once; others wait, then are asked to come again
    #[arg(long, value_name = "N", default_value_t = Options::default().uploads)]
    uploads: usize,
    /// Do not make the daily round (another server does, or `round` is run once a day)
    #[arg(long)]
    no_round: bool,
    /// How messages go out (default: BOOK.messages.toml beside an SQLite book, if it is there)
    #[arg(long, value_name = "FILE")]
    messages: Option<PathBuf>,
}

/// Runs it.
pub fn run(common: &Common, args: &ServeArgs) -> Result<(), AppError> {
    let address: SocketAddr = args.addr.parse().map_err(|_| bad_address(&args.addr))?;
    let tls = args.tls_cert.as_deref().zip(args.tls_key.as_deref());
    let tls = tls.map(|(certificate, key)| acceptor(certificate, key)).transpose()?;
    if !address.ip().is_loopback() && !args.plain_http && tls.is_none() {
        return Err(AppError::said("cli.serve.not_local", &[("address", &address)]));
    }
    let app = Arc::new(common.open()?);
    if !args.no_round {
        let carriers = common.carriers(args.messages.as_deref())?;
        rounds(app.clone(), carriers)?;
    }
    let options = Options {
        uploads: args.uploads,
        ..Options::default()
    };
    listen(app, &args.addr, tls, options, |url| println!("url={url}"))
}

/// Serves a book until the process ends; `ready` is told the address first.
pub fn listen(
    app: Arc<App>,
    address: &str,
    tls: Option<TlsAcceptor>,
    options: Options,
    ready: impl FnOnce(&str),
) -> Result<(), AppError> {
    let listener = TcpListener::bind(address).or_else(|error| {
        let port_taken = error.kind() == std::io::ErrorKind::AddrInUse;
        let host = address.rsplit_once(':').map(|(host, _)| host).filter(|_| port_taken);
        host.map_or(Err(error), |host| TcpListener::bind(format!("{host}:0")))
    });
    let closed = |error| AppError::said("cli.serve.closed", &[("address", &address), ("why", &error)]);
    let listener = listener.map_err(closed)?;
    let local = listener
        .local_addr()
        .map_err(|error| AppError::Fault(error.to_string()))?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    ready(&format!("{scheme}://{local}/"));
    crate::http::serve(app, listener, tls, options)
}

/// How often it is looked whether a new day has begun.
const LOOK: Duration = Duration::from_secs(600);

/// Makes the round of each day, on a thread of its own, and sends the morning messages once their hour has
/// come. One that fails is made again at the next look.
fn rounds(app: Arc<App>, carriers: Carriers) -> Result<(), AppError> {
    let every_day = move || {
        let mut last = None;
        loop {
            let today = app.today();
            if last != Some(today) {
                match app
                    .round()
                    .and_then(|done| crate::bulletin::drafts::make(&app).map(|_| done))
                {
                    Ok(_) => last = Some(today),
                    Err(error) => eprintln!("{}", app.locale().error(&error)),
                }
            }
            // What went out already is not sent again, so it may be asked for at every look.
            if let Err(error) = app.digest(&carriers) {
                eprintln!("{}", app.locale().error(&error));
            }
            std::thread::sleep(LOOK);
        }
    };
    let thread = std::thread::Builder::new().name("round".to_owned()).spawn(every_day);
    thread.map(|_| ()).map_err(|error| AppError::Fault(error.to_string()))
}

fn bad_address(text: &str) -> AppError {
    AppError::said("cli.serve.bad_address", &[("value", &text)])
}
