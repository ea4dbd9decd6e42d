//! Room: `serve`.

use super::Common;
use crate::app::App;
use crate::error::AppError;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

/// `serve [--addr A]`
#[derive(clap::Args)]
pub struct ServeArgs {
    /// Where to listen
    #[arg(long, default_value = "127.0.0.1:8420")]
    addr: String,
    /// Serve beyond this machine without encryption (a gateway encrypts)
    #[arg(long)]
    plain_http: bool,
}

/// Runs it.
pub fn run(common: &Common, args: &ServeArgs) -> Result<(), AppError> {
    let address: SocketAddr = args.addr.parse().map_err(|_| bad_address(&args.addr))?;
    if !address.ip().is_loopback() && !args.plain_http {
        return Err(AppError::said("cli.serve.not_local", &[("address", &address)]));
    }
    listen(common.open()?, &args.addr, |url| println!("url={url}"))
}

/// Serves a book until the process ends; `ready` is told the address first.
pub fn listen(app: App, address: &str, ready: impl FnOnce(&str)) -> Result<(), AppError> {
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
    crate::http::serve(Arc::new(app), listener)
}

fn bad_address(text: &str) -> AppError {
    AppError::said("cli.serve.bad_address", &[("value", &text)])
}
