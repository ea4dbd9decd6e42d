//! Step: all Rust tests, with a temporary PostgreSQL beside them.
//!
//! Runs them with nextest where it is installed and with `cargo test` elsewhere; the project's own
//! tests must pass under both.

use super::Report;
use crate::postgres::TemporaryServer;
use crate::programs::{answer_of, cargo};
use crate::tally;
use std::path::Path;

pub(super) fn run(root: &Path) -> Report {
    let server = match TemporaryServer::start() {
        Ok(server) => server,
        Err(fault) => return Err(fault).into(),
    };
    let mut command = cargo(root);
    if answer_of("cargo-nextest", &["nextest", "--version"]).is_some() {
        command.args(["nextest", "run", "--workspace", "--locked", "--no-fail-fast"]);
        command.args(["--config-file", "xtask/nextest.toml"]);
    } else {
        println!("cargo-nextest is not installed; running cargo test instead");
        command.args([
            "test",
            "--workspace",
            "--lib",
            "--bins",
            "--tests",
            "--locked",
            "--no-fail-fast",
        ]);
    }
    let report = tally::count(command.envs(server.variables()));
    server.stop();
    report
}
