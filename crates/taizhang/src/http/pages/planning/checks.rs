//! Page: who is to be asked before the district reads that they are late (单位核数) — targets of units that are behind
//! and wait for their unit's check. Only those who ask see the light that would be shown.

use super::{Page, layout, parts};
use crate::app::App;
use crate::app::checked::CHECKS;
use crate::app::scope::Scope;
use crate::app::unasked::{Unasked, UnaskedFigures};
use crate::error::AppError;
use crate::http::request::Fields;
use crate::http::visit::Visit;
use axum::Form;
use maud::{Markup, html};
use taizhang_core::day::Day;

pub(in crate::http) async fn show(visit: Visit) -> Page {
    let stand = visit.stand.clone();
    let page = visit.run(move |app, scope| {
        let day = stand.as_of()?.unwrap_or(app.today());
        sheet(app, scope, day, html! {})
    });
    Ok(page.await?)
}

pub(in crate::http) async fn run(visit: Visit, Form(typed): Form<Vec<(String, String)>>) -> Page {
    let typed = Fields(typed);
    let page = visit.run(move |app, scope| {
        let day = typed.day("as_of")?.unwrap_or(app.today());
        let told = match app.ask_units(scope, day) {
            Ok(Some(done)) => html! { p.saved role="status" {
            (app.locale().say("page.check_units.asked", &[("count", &done.records.len())])) } },
            Ok(None) => html! { p.saved role="status" { (app.locale().text("page.check_units.nothing")) } },
            Err(error @ AppError::Refused(_)) => html! { pre.faults role="alert" { (app.locale().error(&error)) } },
            Err(other) => return Err(other),
        };
        sheet(app, scope, day, told)
    });
    Ok(page.await?)
}

fn sheet(app: &App, scope: &Scope, day: Day, told: Markup) -> Result<Markup, AppError> {
    let locale = app.locale();
    let t = |key: &'static str| locale.text(key);
    let found = app.unasked(scope, day)?;
    let late = app.unasked_figures(scope, day)?;
    let unasked = found
        .iter()
        .map(|one| one.waiting)
        .chain(late.iter().map(|one| one.waiting));
    let fresh = unasked.filter(Option::is_none).count();
    let body = html! {
        p.way { a href="/goals" { (t("page.way_goals")) } }
        h1 { (t("page.check_units.title")) small { (locale.say("days.as_of", &[("day", &day)])) } }
        (parts::about(t("page.check_units.about")))
        (told)
        form.filters { label { (t("page.check_units.day")) " " input type="date" name="as_of" value=(day); }
            button type="submit" { (t("page.stand.go")) } }
        @if !app.may_ask_units(scope) { (parts::empty(t("page.check_units.not_here"), None)) }
        @else if found.is_empty() && late.is_empty() { (parts::empty(t("page.check_units.empty"), None)) }
        @else {
            @if !late.is_empty() { (figures(app, &late)) }
            @if !found.is_empty() { div.scroll { table.ledger.stacked {
                thead { tr {
                    th { (t("page.goals.target")) } th { (t("page.goals.unit")) } th.num { (t("page.check_units.shown")) }
                    th { (t("page.check_units.light")) } th { (t("page.check_units.state")) }
                } }
                tbody { @for one in &found { (line(app, one)) } }
            } } }
            @if fresh > 0 {
                form method="post" {
                    input type="hidden" name="as_of" value=(day);
                    div.acts { button.act type="submit" { (locale.say("page.check_units.ask", &[("count", &fresh)])) } }
                }
            }
        }
        p.quiet { a href={ "/registers/" (CHECKS) } { (t("page.check_units.all")) } }
    };
    Ok(layout::page(app, scope, "goals", t("page.check_units.title"), body))
}

fn line(app: &App, one: &Unasked) -> Markup {
    let t = |key: &'static str| app.locale().text(key);
    html! { tr {
        td { a href={ "/records/" (one.pace.record) } { (one.pace.name) } }
        td.word data-name=(t("page.goals.unit")) { (one.pace.unit_name) }
        td.num data-name=(t("page.check_units.shown")) { (one.pace.said().shown) " " (one.pace.shown_measure) }
        td data-name=(t("page.check_units.light")) { (parts::light(app.locale(), one.light.key())) }
        td.word data-name=(t("page.check_units.state")) { (state(app, one.waiting)) }
    } }
}

/// A line for each unit with all figures by which it would be shown as late.
fn figures(app: &App, late: &[UnaskedFigures]) -> Markup {
    let t = |key: &'static str| app.locale().text(key);
    html! {
        div.scroll { table.ledger.stacked {
            thead { tr {
                th { (t("page.goals.unit")) } th { (t("page.check_units.figures")) } th { (t("page.check_units.state")) }
            } }
            tbody { @for one in late { tr {
                td.word { (one.name) }
                td.whole data-name=(t("page.check_units.figures")) {
                    @for (at, (_, name, value)) in one.figures.iter().enumerate() {
                        @if at > 0 { " · " } (name) " " b.together { (value) }
                    }
                }
                td.word data-name=(t("page.check_units.state")) { (state(app, one.waiting)) }
            } } }
        } }
    }
}

fn state(app: &App, waiting: Option<i64>) -> Markup {
    let t = |key: &'static str| app.locale().text(key);
    html! { @match waiting {
        Some(record) => a href={ "/records/" (record) } { (t("page.check_units.waiting")) },
        None => (t("page.check_units.unasked")),
    } }
}
