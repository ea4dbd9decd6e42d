//! Room: `serve`.

use super::Common;
use crate::app::App;
use crate::error::AppError;
use crate::message::Carriers;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// `serve [--addr A]`
#[derive(clap::Args)]
pub struct ServeArgs {
    /// Where to listen
    #[arg(long, default_value = "127.0.0.1:8420")]
    addr: String,
    /// Serve beyond this machine without encryption (a gateway encrypts)
    #[arg(long)]
    plain_http: bool,
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
    if !address.ip().is_loopback() && !args.plain_http {
        return Err(AppError::said("cli.serve.not_local", &[("address", &address)]));
    }
    let app = Arc::new(common.open()?);
    if !args.no_round {
        let carriers = common.carriers(args.messages.as_deref())?;
        rounds(app.clone(), carriers)?;
    }
    listen(app, &args.addr, |url| println!("url={url}"))
}

/// Serves a book until the process ends; `ready` is told the address first.
pub fn listen(app: Arc<App>, address: &str, ready: impl FnOnce(&str)) -> Result<(), AppError> {
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
    ready(&format!("http://{local}/"));
    crate::http::serve(app, listener)
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
