//! Room: `cargo xtask pg -- CMD…`, one command run beside a temporary PostgreSQL.

use crate::fault::{Fault, Outcome};
use crate::postgres::TemporaryServer;
use crate::programs::as_if_typed;
use std::process::Command;

pub(crate) fn run(args: &[String]) -> Outcome {
    let line = match args.split_first() {
        Some((dashes, rest)) if dashes == "--" => rest,
        _ => args,
    };
    let (program, arguments) = line
        .split_first()
        .ok_or_else(|| Fault::new("usage: cargo xtask pg -- CMD…"))?;
    let server = TemporaryServer::start()?;
    let status = as_if_typed(&mut Command::new(program))
        .args(arguments)
        .envs(server.variables())
        .status()
        .map_err(Fault::while_doing(format!("cannot run {program}")))?;
    server.stop();
    if status.success() {
        Ok(())
    } else {
        Err(Fault::new(format!("{program} ended with {status}")))
    }
}
