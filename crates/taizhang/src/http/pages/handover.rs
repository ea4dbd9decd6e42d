//! Page: all duties of somebody who leaves go over to somebody else in one act — who, to whom, which.

use super::{Asked, Page, layout, parts};
use crate::app::App;
use crate::app::duties::{self, DutyView};
use crate::app::scope::Scope;
use crate::error::AppError;
use crate::http::answer::Oops;
use crate::http::request::Fields;
use crate::http::visit::Visit;
use axum::extract::{Form, Query};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};

pub(in crate::http) async fn show(visit: Visit, Query(asked): Asked) -> Page {
    let asked = Fields(asked);
    let page = visit.run(move |app, scope| {
        let from = asked.get("from").unwrap_or_default().trim().to_owned();
        sheet(app, scope, &from, asked.get("done"))
    });
    Ok(page.await?)
}

/// Hands over, and shows how many went.
pub(in crate::http) async fn make(visit: Visit, Form(sent): Form<Vec<(String, String)>>) -> Result<Response, Oops> {
    let sent = Fields(sent);
    let answer = visit.run(move |app, scope| {
        let of = |name: &str| sent.get(name).unwrap_or_default().trim().to_owned();
        let count = app.hand_over(scope, &of("from"), &of("to"), &of("reason"))?;
        Ok(Redirect::to(&format!("/duties/handover?done={count}")).into_response())
    });
    Ok(answer.await?)
}

fn sheet(app: &App, scope: &Scope, from: &str, done: Option<&str>) -> Result<Markup, AppError> {
    let t = |key: &'static str| app.locale().text(key);
    let leaving = match from {
        "" => None,
        login => Some(app.duties_of(scope, login)?),
    };
    let title = t("page.handover.title");
    let body = html! {
        p.way { a href="/duties" { (t("page.way_duties")) } " / " (title) }
        h1 { (title) }
        (parts::about(t("page.handover.about")))
        @if let Some(count) = done.filter(|count| count.parse::<u32>().is_ok()) {
            ul.told { li { (app.locale().say("page.handover.done", &[("count", &count)])) } }
        }
        form.filters method="get" {
            label { (t("page.handover.from")) input name="from" value=(from) required autocomplete="off"; }
            button.button type="submit" { (t("page.handover.look")) }
        }
        @if let Some(leaving) = &leaving {
            h2 { (app.locale().say("page.handover.open", &[("count", &leaving.len())])) }
            @if leaving.is_empty() { (parts::empty(t("page.handover.none"), None)) }
            @else { (list(app, leaving)) (form(app, from)) }
        }
    };
    Ok(layout::page(app, scope, "duties/handover", title, body))
}

fn list(app: &App, leaving: &[DutyView]) -> Markup {
    let t = |key: &'static str| app.locale().text(key);
    html! {
        div.scroll { table.ledger {
            thead { tr { th { (t("page.duties.what")) } th { (t("page.duties.stage")) } th { (t("page.duties.limit")) }
                th.num { (t("page.duties.left")) } } }
            tbody { @for view in leaving { tr {
                td { a href={ "/records/" (view.record) } { (view.title) } small { " " (view.register.1) } }
                td { (view.stage.1) } td { (view.limit.1) } td.num { (duties::left(app.locale(), view)) }
            } } }
        } }
    }
}

fn form(app: &App, from: &str) -> Markup {
    let t = |key: &'static str| app.locale().text(key);
    html! {
        form.filters method="post" action="/duties/handover" {
            input type="hidden" name="from" value=(from);
            label { (t("page.handover.to")) input name="to" required autocomplete="off"; }
            label { (t("page.handover.reason")) input name="reason" required; }
            button.act type="submit" { (t("page.handover.make")) }
        }
    }
}
