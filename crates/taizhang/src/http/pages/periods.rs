//! Page: monthly closing (月结). A closing is a mark in the journal: what lies on or before its day is changed by
//! nobody but by whoever may restate, and that leaves a trace. It moves no money.

use super::entries::moment;
use super::{Page, layout, parts};
use crate::app::App;
use crate::app::scope::Scope;
use crate::error::AppError;
use crate::http::request::Fields;
use crate::http::visit::Visit;
use axum::extract::Form;
use maud::{Markup, html};
use taizhang_core::day::Day;
use taizhang_core::definition::Verb;
use taizhang_core::field_kinds::read_period;
use taizhang_core::journal::Act;

pub(in crate::http) async fn show(visit: Visit) -> Page {
    Ok(visit.run(|app, scope| sheet(app, scope, html! {})).await?)
}

/// Closes a month, or opens what lies after one again.
pub(in crate::http) async fn make(visit: Visit, Form(sent): Form<Vec<(String, String)>>) -> Page {
    let sent = Fields(sent);
    let page = visit.run(move |app, scope| {
        let locale = app.locale();
        let period = sent.get("period").unwrap_or_default();
        let wrong = || AppError::BadRequest(locale.fill("http.not_a_period", &[("value", period)]));
        let (_, through) = read_period(period).ok_or_else(wrong)?;
        let done = match sent.get("act") {
            Some("reopen") => app.reopen_period(scope, through),
            _ => app.close_period(scope, through),
        };
        let said = match done {
            Ok(entry) => html! { p.saved role="status" {
            (locale.say("page.periods.done", &[("day", &through), ("entry", &entry)])) } },
            Err(error @ AppError::Refused(_)) => html! { p.refused role="alert" { (locale.error(&error)) } },
            Err(error) => return Err(error),
        };
        sheet(app, scope, said)
    });
    Ok(page.await?)
}

fn sheet(app: &App, scope: &Scope, said: Markup) -> Result<Markup, AppError> {
    let locale = app.locale();
    let t = |key: &'static str| locale.text(key);
    let closings = app.closings()?;
    let standing = closings.entries.first().and_then(through).filter(|day| *day > Day::MIN);
    let body = html! {
        p.way { a href="/manage" { (t("page.way_manage")) } }
        h1 { (t("page.periods.title")) }
        (parts::about(t("page.periods.about")))
        (said)
        p { @match standing {
            Some(day) => (locale.say("page.periods.closed", &[("day", &day)])),
            None => (t("page.periods.open")),
        } }
        @if scope.may_at_all(Verb::Close) { form.filters method="post" {
            label { (t("page.periods.period")) input type="month" name="period" placeholder="2024-06" required
                value=(ended(app.today())); }
            button name="act" value="close" { (t("page.periods.close")) }
            button.plain name="act" value="reopen" { (t("page.periods.reopen")) }
        } }
        @if !closings.entries.is_empty() { div.scroll tabindex="0" { table.ledger.running {
            thead { tr { th.num { (t("page.journal.no")) } th { (t("page.journal.recorded")) } th { (t("page.journal.who")) }
                th { (t("page.journal.act")) } th { (t("page.periods.through")) } th {} } }
            tbody { @for entry in &closings.entries { tr {
                td.num { (entry.n) }
                td { (moment(entry.recorded_at)) }
                td { (closings.actors.get(&entry.n).map_or(t("page.act.program"), String::as_str)) }
                td { (t(if matches!(entry.act, Act::Reopen { .. }) { "page.periods.reopened" } else { "page.periods.was_closed" })) }
                td { @if let Some(day) = through(entry) { (day) } }
                td { @if let Some(day) = through(entry) {
                    a href={ "/ledger?as_of=" (day) "&known_at=" (entry.n) } { (t("page.periods.trial")) } } }
            } } }
        } } }
    };
    Ok(layout::page(app, scope, "manage", t("page.periods.title"), body))
}

fn through(entry: &taizhang_core::journal::Entry) -> Option<Day> {
    match entry.act {
        Act::Close { through } | Act::Reopen { through } => Some(through),
        _ => None,
    }
}

/// The month that ended last.
fn ended(today: Day) -> String {
    today.month().first().plus(-1).month().to_string()
}
