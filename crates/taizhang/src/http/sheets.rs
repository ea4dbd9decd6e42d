//! Room: the routes of workbooks and bulletins, one line each.

use super::api::{imports as api_imports, merge as api_merge, releases as api_releases};
use super::pages::{forms, imports, merge, records, releases, series};
use super::room;
use super::router::{Route, closed};
use axum::routing::{get, post};

/// They stand behind all others.
pub(super) fn routes() -> Vec<Route> {
    vec![
        closed("GET", "/registers/{register}/template", get(imports::template)),
        closed("GET", "/registers/{register}/export", get(records::export)),
        closed("GET", "/records/{record}/merge", get(merge::show)),
        closed("POST", "/records/{record}/merge", post(merge::write)),
        closed("GET", "/api/v1/records/{record}/merge", get(api_merge::preview)),
        closed("POST", "/api/v1/records/{record}/merge", post(api_merge::write)),
        closed("GET", "/bulletins/{bulletin}/unreported", get(releases::unreported)),
        closed("GET", "/bulletins/{bulletin}/series", get(series::show)),
        closed("GET", "/imports", get(imports::list)),
        closed("POST", "/imports", room::large(post(imports::bring))),
        closed("GET", "/imports/{import}", get(imports::show)),
        closed("POST", "/imports/{import}", post(imports::act)),
        closed("GET", "/imports/{import}/workbook", get(imports::workbook)),
        closed("GET", "/entries/{entry}/source", get(imports::source)),
        closed("GET", "/forms", get(forms::list)),
        closed("POST", "/forms", room::large(post(forms::bring))),
        closed("GET", "/forms/{form}", get(forms::show)),
        closed("POST", "/forms/{form}", post(forms::bind)),
        closed("GET", "/forms/{form}/file", get(forms::file)),
        closed("GET", "/bulletins/{bulletin}/file", get(releases::file)),
        closed("GET", "/bulletins/{bulletin}/changes", get(releases::changes)),
        closed("GET", "/bulletins/{bulletin}/edit", get(releases::edit)),
        closed("POST", "/bulletins/{bulletin}/edit", post(releases::save)),
        closed("POST", "/bulletins/{bulletin}/approvals", post(releases::approve)),
        closed("POST", "/bulletins/{bulletin}/releases", post(releases::issue)),
        closed("GET", "/releases/{release}", get(releases::show)),
        closed("POST", "/releases/{release}/withdraw", post(releases::withdraw)),
        closed(
            "POST",
            "/api/v1/bulletins/{bulletin}/approvals",
            post(api_releases::approve),
        ),
        closed(
            "POST",
            "/api/v1/bulletins/{bulletin}/releases",
            post(api_releases::issue),
        ),
        closed(
            "GET",
            "/api/v1/bulletins/{bulletin}/changes",
            get(api_releases::changes),
        ),
        closed("GET", "/api/v1/bulletins/{bulletin}/series", get(api_releases::series)),
        closed(
            "GET",
            "/api/v1/bulletins/{bulletin}/unreported",
            get(api_releases::unreported),
        ),
        closed("GET", "/api/v1/releases/{release}", get(api_releases::show)),
        closed(
            "POST",
            "/api/v1/releases/{release}/withdraw",
            post(api_releases::withdraw),
        ),
        closed("POST", "/api/v1/imports", room::large(post(api_imports::bring))),
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
