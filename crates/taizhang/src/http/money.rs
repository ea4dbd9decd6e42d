//! Room: the routes of money: the trial balance and the running ledgers.

use super::api::ledger as api;
use super::pages::ledger;
use super::router::{Route, closed};
use axum::routing::get;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        closed("GET", "/ledger", get(ledger::trial)),
        closed("GET", "/ledger/{account}", get(ledger::running)),
        closed("GET", "/api/v1/trial", get(api::trial)),
        closed("GET", "/api/v1/figures/{account}/ledger", get(api::running)),
    ]
}
