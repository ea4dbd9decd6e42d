//! Page: what keeps the book — the journal, people and units, the pack, closings, the state of the
//! machine. One sees only the ways that one may go.

use super::{Page, layout, parts};
use crate::http::visit::Visit;
use maud::html;
use taizhang_core::definition::Verb;

/// The ways: address, name, sentence, and who may go.
const WAYS: [(&str, &str, &str, Option<Verb>); 13] = [
    ("/tour", "page.tour.title", "page.manage.tour", None),
    ("/wall", "page.wall.title", "page.manage.wall", None),
    ("/journal", "page.journal.title", "page.manage.journal", None),
    ("/claims", "page.claims.title", "page.manage.claims", None),
    ("/manage/periods", "page.periods.title", "page.manage.periods", None),
    (
        "/manage/machine",
        "page.status.title",
        "page.manage.status",
        Some(Verb::Administer),
    ),
    (
        "/manage/design",
        "page.design.title",
        "page.manage.design",
        Some(Verb::Administer),
    ),
    (
        "/manage/design/notice",
        "page.notice.title",
        "page.manage.notice",
        Some(Verb::Administer),
    ),
    (
        "/registers/unit",
        "page.manage.units",
        "page.manage.units_about",
        Some(Verb::Administer),
    ),
    (
        "/registers/actor",
        "page.manage.actors",
        "page.manage.actors_about",
        Some(Verb::Administer),
    ),
    (
        "/registers/position",
        "page.manage.positions",
        "page.manage.positions_about",
        Some(Verb::Administer),
    ),
    (
        "/registers/delegation",
        "page.manage.delegations",
        "page.manage.delegations_about",
        Some(Verb::Administer),
    ),
    ("/api/v1/openapi.json", "page.manage.api", "page.manage.api_about", None),
];

pub(in crate::http) async fn show(visit: Visit) -> Page {
    let page = visit.run(|app, scope| {
        let t = |key: &'static str| app.locale().text(key);
        let open = WAYS
            .iter()
            .filter(|(.., verb)| verb.is_none_or(|verb| scope.may_at_all(verb)));
        let body = html! {
            h1 { (t("page.way_manage")) }
            (parts::about(t("page.manage.about")))
            ul.ways-in {
                @for (address, name, about, _) in open {
                    li { a href=(address) { (t(name)) } p.quiet { (t(about)) } }
                }
            }
        };
        Ok(layout::page(app, scope, "manage", t("page.way_manage"), body))
    });
    Ok(page.await?)
}
