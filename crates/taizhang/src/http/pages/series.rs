//! Page: the series of a bulletin — its units (or the whole book) by its latest periods: which were drafted, which
//! released, and how many units had not reported.

use super::{Asked, Page, layout};
use crate::app::App;
use crate::bulletin::drafts;
use crate::bulletin::series::{self, Issue, Line};
use crate::error::AppError;
use crate::http::request::{Fields, segment};
use crate::http::visit::Visit;
use axum::extract::{Path, Query};
use maud::{Markup, html};
use taizhang_core::day::Day;

pub(in crate::http) async fn show(visit: Visit, Path(id): Path<String>, Query(asked): Asked) -> Page {
    let asked = Fields(asked);
    let page = visit.run(move |app, scope| {
        let (bulletin, as_of, lines) = found(app, &id, &asked)?;
        let t = |key: &'static str| app.locale().text(key);
        let body = html! {
            p.way { a href="/bulletins" { (t("page.way_bulletins")) } " / " (bulletin) }
            h1 { (bulletin) small { (t("page.bulletin.units")) } }
            (super::parts::about(t("page.bulletin.units_about")))
            form.filters.no-print method="get" {
                label { (t("page.stand.as_of")) input type="date" name="as_of" value=(as_of); }
                button type="submit" { (t("page.stand.go")) }
            }
            (table(app, &lines))
        };
        Ok(layout::page(app, scope, "bulletins/series", &bulletin, body))
    });
    Ok(page.await?)
}

/// The bulletin's name, the last day of its period, and its series.
pub(in crate::http) fn found(app: &App, id: &str, asked: &Fields) -> Result<(String, Day, Vec<Line>), AppError> {
    let definition = app.definition()?;
    let bulletin = definition.bulletins.iter().find(|bulletin| bulletin.id == id);
    let bulletin = bulletin.ok_or_else(|| AppError::missing("page.bulletin.no_such", &[]))?;
    let as_of = asked.day("as_of")?;
    let as_of = as_of.unwrap_or_else(|| drafts::last_day(bulletin, app.today()));
    let lines = series::lines(app, bulletin, as_of)?;
    Ok((bulletin.name.clone(), as_of, lines))
}

fn table(app: &App, lines: &[Line]) -> Markup {
    let t = |key: &'static str| app.locale().text(key);
    html! {
        @if lines.is_empty() { p.none { (t("page.bulletin.none_each")) } }
        @else { div.scroll { table.ledger {
            thead { tr { th { (t("page.stand.unit")) }
                @for issue in &lines[0].1 { th { (issue.as_of) } } } }
            tbody { @for (series, issues) in lines {
                @let id = series.id();
                tr {
                    th scope="row" { a href={ "/bulletins/" (segment(&id)) } { @match &series.unit {
                        Some((_, node)) => (node.name),
                        None => (t("page.bulletin.whole")),
                    } } }
                    @for issue in issues { td { (cell(app, &id, issue)) } }
                }
            } }
        } } }
    }
}

fn cell(app: &App, id: &str, issue: &Issue) -> Markup {
    let way = format!("/bulletins/{}", segment(id));
    let locale = app.locale();
    html! {
        @match (issue.released, issue.drafted) {
            (Some((entry, no)), _) => a href={ "/releases/" (entry) } {
                (locale.say("page.bulletin.released", &[("no", &no)])) },
            (None, Some((known_at, _))) => a href={ (way) "?as_of=" (issue.as_of) "&known_at=" (known_at) } {
                (locale.text("page.bulletin.waits")) },
            (None, None) => a.quiet href={ (way) "?as_of=" (issue.as_of) } { (locale.text("page.bulletin.undrafted")) },
        }
        @if let Some((_, silent)) = issue.drafted {
            " · "
            @if silent > 0 { a href={ (way) "/unreported?as_of=" (issue.as_of) } {
                (locale.say("page.bulletin.silent", &[("count", &silent)])) } }
            @else { span.quiet { (locale.text("page.bulletin.reported")) } }
        }
    }
}
