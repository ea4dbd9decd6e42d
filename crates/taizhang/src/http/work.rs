//! Room: the routes of what stands around the work itself: papers of a step, scoreboards of
//! units, what the book asks of people.

use super::api::work as api;
use super::pages::{boards, burden, papers};
use super::router::{Route, closed};
use axum::routing::get;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        closed("GET", "/records/{record}/papers/{paper}", get(papers::show)),
        closed("GET", "/records/{record}/papers/{paper}/docx", get(papers::docx)),
        closed("GET", "/registers/{register}/boards/{board}", get(boards::show)),
        closed("GET", "/burden", get(burden::show)),
        closed("GET", "/api/v1/burden", get(api::burden)),
        closed("GET", "/api/v1/records/{record}/papers/{paper}", get(api::paper)),
        closed("GET", "/api/v1/registers/{register}/boards/{board}", get(api::board)),
    ]
}
