//! Page: bulletins — the list, and one with every number a link to its figure.

use super::{Asked, Page, layout};
use crate::bulletin::series;
use crate::http::request::{Fields, segment};
use crate::http::visit::Visit;
use axum::extract::{Path, Query};
use maud::{PreEscaped, html};

pub(in crate::http) async fn list(visit: Visit) -> Page {
    let page = visit.run(|app, scope| {
        let definition = app.definition()?;
        let t = |key: &'static str| app.locale().text(key);
        let body = html! {
            h1 { (t("page.way_bulletins")) }
            (super::parts::about(app.locale().text("help.bulletins")))
            ul.shelf {
                @for bulletin in &definition.bulletins {
                    @let way = format!("/bulletins/{}", segment(&bulletin.id));
                    li {
                        a href=(way) { (bulletin.name) }
                        @if bulletin.each.is_some() { a.quiet href={ (way) "/series" } { (t("page.bulletin.units")) } }
                    }
                }
            }
            @if definition.bulletins.is_empty() { p.none { (t("page.bulletin.none")) } }
            (super::releases::due(app)?)
            p { a href="/forms" { (t("page.forms.title")) } }
        };
        Ok(layout::page(app, scope, "bulletins", t("page.way_bulletins"), body))
    });
    Ok(page.await?)
}

pub(in crate::http) async fn show(visit: Visit, Path(id): Path<String>, Query(asked): Asked) -> Page {
    let asked = Fields(asked);
    let page = visit.run(move |app, scope| {
        let as_of = asked.day("as_of")?.unwrap_or(app.today());
        let known_at = app.asking()?.known_at(asked.get("known_at"))?;
        let written = crate::bulletin::write(app, scope, &id, as_of, Some(&known_at.to_string()))?;
        let t = |key: &'static str| app.locale().text(key);
        let body = html! {
            p.way { a href="/bulletins" { (t("page.way_bulletins")) } " / "
                @if let (base, Some(_)) = series::split(&id) { a href={ "/bulletins/" (segment(base)) "/series?as_of=" (as_of) } {
                    (t("page.bulletin.units")) } " / " }
                (written.title) }
            (super::parts::about(t("page.bulletin.about")))
            form.filters.no-print method="get" {
                label { (t("page.stand.as_of")) input type="date" name="as_of" value=(as_of); }
                label { (t("page.stand.known_at")) input name="known_at" value=(asked.get("known_at").unwrap_or_default())
                    placeholder=(t("page.control.moment")); }
                button type="submit" { (t("page.stand.go")) }
            }
            // The bulletin's room escapes what it writes; its template is the pack's.
            article.bulletin { (PreEscaped(&written.html)) }
            p.quiet { (app.locale().say("page.bulletin.known", &[("day", &as_of), ("entry", &known_at)])) }
            (super::releases::around(app, scope, &id, as_of, known_at)?)
        };
        Ok(layout::page(app, scope, "bulletins", &written.title, body))
    });
    Ok(page.await?)
}
