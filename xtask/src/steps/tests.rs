//! Step: all Rust tests, with a temporary PostgreSQL and a temporary S3-compatible store beside them.
//!
//! Runs them with nextest where it is installed and with `cargo test` elsewhere; the project's own
//! tests must pass under both. Without the store the tests that need it fail in CI and say so
//! elsewhere; nothing is left out silently.

use super::Report;
use crate::optimised::PROFILE;
use crate::postgres::TemporaryServer;
use crate::programs::{answer_of, cargo};
use crate::s3::TemporaryStore;
use crate::tally;
use std::path::Path;

pub(super) fn run(root: &Path) -> Report {
    let server = match TemporaryServer::start() {
        Ok(server) => server,
        Err(fault) => return Err(fault).into(),
    };
    let store = TemporaryStore::start(root);
    if let Err(fault) = &store {
        println!("no S3-compatible store for the tests: {fault}");
    }
    let mut command = cargo(root);
    if answer_of("cargo-nextest", &["nextest", "--version"]).is_some() {
        command.args(["nextest", "run", "--workspace", "--locked", "--no-fail-fast"]);
        command.args(["--cargo-profile", PROFILE]);
        command.args(["--config-file", "xtask/nextest.toml"]);
    } else {
        println!("cargo-nextest is not installed; running cargo test instead");
        command.args([
            "test",
            "--profile",
            PROFILE,
            "--workspace",
            "--lib",
            "--bins",
            "--tests",
            "--locked",
            "--no-fail-fast",
        ]);
    }
    command.envs(server.variables());
    if let Ok(store) = &store {
        command.envs(store.variables());
    }
    let report = tally::count(&mut command);
    server.stop();
    report
}
