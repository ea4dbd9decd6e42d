//! Room: the routes of money: the trial balance, the running ledgers, and what a pack offers to anybody.

use super::api::ledger as api;
use super::pages::{ledger, offers};
use super::router::{Route, closed, open};
use axum::routing::get;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        open("GET", "/open/{register}/{view}", get(offers::show)),
        closed("GET", "/ledger", get(ledger::trial)),
        closed("GET", "/ledger/{account}", get(ledger::running)),
        closed("GET", "/api/v1/trial", get(api::trial)),
        closed("GET", "/api/v1/figures/{account}/ledger", get(api::running)),
    ]
}
