//! Room: the routes of workbooks and bulletins, one line each.

use super::api::{evidence, imports as api_imports};
use super::pages::imports;
use super::router::{Route, closed};
use axum::routing::{get, post};

/// They stand behind all others.
pub(super) fn routes() -> Vec<Route> {
    vec![
        closed("GET", "/registers/{register}/template", get(imports::template)),
        closed("GET", "/imports", get(imports::list)),
        closed("POST", "/imports", post(imports::bring).layer(evidence::limit())),
        closed("GET", "/imports/{import}", get(imports::show)),
        closed("POST", "/imports/{import}", post(imports::act)),
        closed("GET", "/imports/{import}/workbook", get(imports::workbook)),
        closed("GET", "/entries/{entry}/source", get(imports::source)),
        closed(
            "POST",
            "/api/v1/imports",
            post(api_imports::bring).layer(evidence::limit()),
        ),
        closed("GET", "/api/v1/imports", get(api_imports::list)),
        closed("GET", "/api/v1/imports/{import}", get(api_imports::show)),
        closed("POST", "/api/v1/imports/{import}/confirm", post(api_imports::confirm)),
        closed("POST", "/api/v1/imports/{import}/undo", post(api_imports::undo)),
        closed("GET", "/api/v1/imports/{import}/workbook", get(api_imports::workbook)),
        closed("GET", "/api/v1/entries/{entry}/source", get(api_imports::source)),
        closed(
            "GET",
            "/api/v1/registers/{register}/template",
            get(api_imports::template),
        ),
    ]
}
