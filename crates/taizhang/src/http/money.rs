//! Room: the routes of money: the trial balance, the running ledgers, and what a pack offers to anybody.

use super::api::ledger as api;
use super::pages::{check, ledger, offers, periods, published};
use super::router::{Route, closed, open};
use axum::routing::{get, post};

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        open("GET", "/open/bulletins", get(published::list)),
        open("GET", "/open/bulletins/{release}", get(published::show)),
        open("GET", "/open/check", get(check::form)),
        open("GET", "/open/check/{code}", get(check::show)),
        open("GET", "/open/{register}/{view}", get(offers::show)),
        open("GET", "/open/{register}/{view}/{record}", get(offers::one)),
        open("GET", "/open/{register}/{view}/{record}/{file}", get(offers::picture)),
        closed("GET", "/records/{record}/certificate", get(check::certificate)),
        closed("GET", "/manage/periods", get(periods::show)),
        closed("POST", "/manage/periods", post(periods::make)),
        closed("GET", "/ledger", get(ledger::trial)),
        closed("GET", "/ledger/{account}", get(ledger::running)),
        closed("GET", "/api/v1/trial", get(api::trial)),
        closed("GET", "/api/v1/figures/{account}/ledger", get(api::running)),
    ]
}
