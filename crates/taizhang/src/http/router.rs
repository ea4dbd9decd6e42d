//! Room: every route, one line each. A route is closed unless it says `open`.

use super::api::{bulletins as api_bulletins, duties as api_duties, evidence, figures as api_figures};
use super::api::{journal as api_journal, moves, openapi, pace};
use super::api::{records as api_records, registers as api_registers, session, write};
use super::pages::{
    bulletins, calendar, claims, design, desks, duties, evidence as files, figure, figures, follow, goals, graph, grid,
    handover, home, issue, journal, login, machine, manage, open as public, pocket, record, records, registers, search,
    tour, units, wall, writing,
};
use super::{Site, assets, guard, room};
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, delete, get, patch, post};
use axum::{Extension, Router};

/// One route.
pub struct Route {
    /// Its method.
    pub method: &'static str,
    /// Its path, with `{name}` where it takes a part.
    pub path: &'static str,
    /// Whether it answers without a session.
    pub open: bool,
    to: MethodRouter<Site>,
}

/// The whole server.
pub fn router(site: Site) -> Router {
    let mut router = Router::new();
    for route in routes() {
        router = router.route(route.path, route.to);
    }
    let router = router.fallback(super::pages::layout::missing).with_state(site.clone());
    let around = (site.clone(), super::public::Public::default());
    let router = router.layer(from_fn_with_state(around, super::public::around));
    let router = router.layer(Extension(room::Places::of(&site)));
    guard::guarded(router, site)
}

/// Every route.
pub fn routes() -> Vec<Route> {
    let own = vec![
        open("GET", "/healthz", get(session::healthz)),
        open("GET", "/assets/taizhang.css", get(assets::style)),
        open("GET", "/assets/taizhang.js", get(assets::script)),
        open("GET", "/assets/seal.svg", get(assets::seal)),
        open("GET", "/login", get(login::form)),
        open("POST", "/login", post(login::sign_in)),
        open("GET", "/activate", get(login::activation)),
        open("POST", "/activate", post(login::activate)),
        closed("POST", "/logout", post(login::sign_out)),
        closed("GET", "/", get(home::show)),
        closed("GET", "/registers", get(registers::show)),
        closed("GET", "/registers/{register}", get(records::show)),
        closed("POST", "/registers/{register}/desk", post(records::keep)),
        closed("GET", "/registers/{register}/bulk", get(records::bulk_form)),
        closed("POST", "/registers/{register}/bulk", post(records::bulk_write)),
        closed("GET", "/registers/{register}/grid", get(grid::show)),
        closed("POST", "/registers/{register}/grid", post(grid::write)),
        closed("GET", "/registers/{register}/issue", get(issue::show)),
        closed("POST", "/registers/{register}/issue", post(issue::run)),
        closed("GET", "/registers/{register}/new", get(writing::open)),
        closed(
            "POST",
            "/registers/{register}/new",
            room::large(post(writing::write_new)),
        ),
        closed("GET", "/records/{record}", get(record::show)),
        closed("GET", "/records/{record}/graph", get(graph::show)),
        closed("GET", "/records/{record}/{act}", get(writing::change)),
        closed(
            "POST",
            "/records/{record}/{act}",
            room::large(post(writing::write_change)),
        ),
        closed("GET", "/evidence/{hash}", get(files::fetch)),
        closed("GET", "/figures", get(figures::show)),
        closed("GET", "/figures/{account}", get(figure::show)),
        closed("GET", "/bulletins", get(bulletins::list)),
        closed("GET", "/bulletins/{bulletin}", get(bulletins::show)),
        closed("GET", "/goals", get(goals::show)),
        closed("GET", "/goals/tree", get(goals::tree::show)),
        closed("GET", "/duties", get(duties::show)),
        closed("POST", "/duties", post(duties::make)),
        closed("GET", "/duties/units/{unit}", get(desks::unit)),
        closed("GET", "/duties/people/{actor}", get(desks::person)),
        closed("GET", "/pocket", get(pocket::show)),
        closed("GET", "/duties/handover", get(handover::show)),
        closed("POST", "/duties/handover", post(handover::make)),
        closed("GET", "/calendar", get(calendar::show)),
        closed("POST", "/follow", post(follow::make)),
        closed("GET", "/units", get(units::choose)),
        closed("GET", "/search", get(search::show)),
        closed("GET", "/manage", get(manage::show)),
        closed("GET", "/journal", get(journal::show)),
        closed("GET", "/manage/machine", get(machine::show)),
        closed("POST", "/manage/machine", post(machine::verify)),
        closed("GET", "/manage/design", get(design::show)),
        closed("GET", "/manage/design/text", get(design::text::show)),
        closed("POST", "/manage/design/text", post(design::text::change)),
        closed("GET", "/manage/design/register", get(design::forms::show)),
        closed("POST", "/manage/design/register", post(design::forms::change)),
        closed("GET", "/manage/design/notice", get(design::notice::show)),
        closed("POST", "/manage/design/notice", post(design::notice::change)),
        closed("GET", "/tour", get(tour::show)),
        closed("POST", "/tour", post(tour::dismiss)),
        closed("GET", "/wall", get(wall::show)),
        open("GET", "/open", get(public::show)),
        open("GET", "/open/claims", get(claims::show)),
        closed("GET", "/claims", get(claims::opening)),
        open("POST", "/api/v1/session", post(session::sign_in)),
        closed("DELETE", "/api/v1/session", delete(session::sign_out)),
        open("GET", "/api/v1/openapi.json", get(openapi::document)),
        closed("GET", "/api/v1/registers", get(api_registers::list)),
        closed("GET", "/api/v1/registers/{register}", get(api_registers::show)),
        closed("GET", "/api/v1/units", get(api_registers::units)),
        closed("GET", "/api/v1/registers/{register}/records", get(api_records::list)),
        closed("POST", "/api/v1/registers/{register}/records", post(write::open)),
        closed("GET", "/api/v1/records/{record}", get(api_records::show)),
        closed("GET", "/api/v1/records/{record}/entries", get(api_records::entries)),
        closed("PATCH", "/api/v1/records/{record}", patch(write::amend)),
        closed("DELETE", "/api/v1/records/{record}", delete(write::void)),
        closed("POST", "/api/v1/records/{record}/moves/{move}", post(write::make_move)),
        closed("POST", "/api/v1/records/{record}/corrections", post(write::correct)),
        closed("POST", "/api/v1/records/{record}/notes", post(write::note)),
        closed("POST", "/api/v1/evidence", room::large(post(evidence::store))),
        closed("GET", "/api/v1/evidence/{hash}", get(evidence::fetch)),
        closed("GET", "/api/v1/figures/{account}", get(api_figures::show)),
        closed("GET", "/api/v1/figures/{account}/records", get(api_figures::records)),
        closed("GET", "/api/v1/figures/{account}/postings", get(api_figures::postings)),
        closed("POST", "/api/v1/moves", post(moves::make)),
        closed("GET", "/api/v1/duties", get(api_duties::list)),
        closed("GET", "/api/v1/duties/units", get(api_duties::units)),
        closed("POST", "/api/v1/duties/handovers", post(api_duties::hand_over)),
        closed("POST", "/api/v1/duties/feed", post(api_duties::new_feed)),
        closed("DELETE", "/api/v1/duties/feed", delete(api_duties::revoke_feed)),
        open("GET", "/api/v1/duties.ics", get(api_duties::calendar)),
        closed("GET", "/api/v1/pace", get(pace::show)),
        closed("GET", "/api/v1/journal", get(api_journal::list)),
        closed("GET", "/api/v1/bulletins/{bulletin}", get(api_bulletins::show)),
        closed("POST", "/api/v1/periods/{period}/close", post(api_bulletins::close)),
    ];
    own.into_iter()
        .chain(super::sheets::routes())
        .chain(super::money::routes())
        .chain(super::planning::routes())
        .chain(super::work::routes())
        .collect()
}

pub(super) fn open(method: &'static str, path: &'static str, to: MethodRouter<Site>) -> Route {
    Route {
        method,
        path,
        open: true,
        to,
    }
}

pub(super) fn closed(method: &'static str, path: &'static str, to: MethodRouter<Site>) -> Route {
    Route {
        method,
        path,
        open: false,
        to,
    }
}
