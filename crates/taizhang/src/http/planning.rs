//! Room: the routes of what looks ahead or judges by a rule: what if, the turn of the year, scorecards, panels.

use super::api::planning as api;
use super::pages::planning::{cards, checks, panel, rollover, scenario};
use super::router::{Route, closed};
use axum::routing::{get, post};

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        closed("GET", "/scenario", get(scenario::show)),
        closed("POST", "/scenario", post(scenario::run)),
        closed("GET", "/goals/roll-over", get(rollover::show)),
        closed("POST", "/goals/roll-over", post(rollover::run)),
        closed("GET", "/goals/checks", get(checks::show)),
        closed("POST", "/goals/checks", post(checks::run)),
        closed("GET", "/cards", get(cards::list)),
        closed("GET", "/cards/{card}", get(cards::show)),
        closed("POST", "/cards/{card}", post(cards::mark)),
        closed("GET", "/panels/{card}", get(panel::show)),
        closed("POST", "/panels/{card}", post(panel::act)),
        closed("POST", "/api/v1/scenario", post(api::suppose)),
        closed("GET", "/api/v1/cards/{card}/candidates", get(api::candidates)),
        closed("POST", "/api/v1/cards/{card}/score", post(api::score_one)),
        closed("POST", "/api/v1/cards/{card}/records/{record}", post(api::award)),
        closed("GET", "/api/v1/panels/{card}", get(api::places)),
        closed("POST", "/api/v1/panels/{card}/sheets", post(api::hand_out)),
        closed("POST", "/api/v1/panels/{card}/results", post(api::publish)),
        closed("GET", "/api/v1/roll-over", get(api::roll_over)),
    ]
}
