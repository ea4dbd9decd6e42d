//! Page: one's duties (待办), what one did (已办), began (我发起) or sees as a copy (抄送), and the units
//! below by light. From here a duty is moved on with one press where the move needs nothing filled in.

use super::{Page, layout, parts};
use crate::app::App;
use crate::app::duties::{DeedView, DutyView, Lights, UnitLights, due, left};
use crate::app::execute::{Draft, DraftWish};
use crate::app::in_hand::UnitPeople;
use crate::app::scope::Scope;
use crate::error::AppError;
use crate::http::answer::Oops;
use crate::http::request::Fields;
use crate::http::visit::Visit;
use crate::locale::Locale;
use axum::extract::Form;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use taizhang_core::definition::Holder;

/// The tabs: key in the query, key of the label.
const TABS: [(&str, &str); 6] = [
    ("mine", "page.duties.mine"),
    ("done", "page.duties.done"),
    ("begun", "page.duties.begun"),
    ("copies", "page.duties.copies"),
    ("units", "page.duties.units"),
    ("people", "page.duties.people"),
];

pub(in crate::http) async fn show(visit: Visit) -> Page {
    let stand = visit.stand.clone();
    let page = visit.run(move |app, scope| {
        let at = stand.fields().one_of("view", &TABS.map(|(key, _)| key))?;
        sheet(app, scope, at.unwrap_or("mine"), html! {})
    });
    Ok(page.await?)
}

/// Makes the moves that were ticked, each by itself, and tells what became of each.
pub(in crate::http) async fn make(visit: Visit, Form(sent): Form<Vec<(String, String)>>) -> Result<Response, Oops> {
    let sent = Fields(sent);
    let answer = visit.run(move |app, scope| {
        let ticked = sent.0.iter().filter(|(name, _)| name == "duty");
        let drafts: Vec<Draft> = ticked.filter_map(|(_, value)| draft(app, scope, value)).collect();
        if drafts.is_empty() {
            return Ok(Redirect::to("/duties").into_response());
        }
        let done = app.execute_each(scope, &drafts, None);
        let told = drafts
            .iter()
            .zip(&done)
            .map(|(draft, done)| (draft.record.unwrap_or(0), done));
        let told: Vec<(i64, Option<String>)> = told
            .map(|(record, done)| (record, done.as_ref().err().map(|error| app.locale().error(error))))
            .collect();
        Ok(sheet(app, scope, "mine", outcome(app.locale(), &told))?.into_response())
    });
    Ok(answer.await?)
}

/// `record move`, as the tick box holds it.
fn draft(app: &App, scope: &Scope, value: &str) -> Option<Draft> {
    let (record, name) = value.split_once(' ')?;
    let view = app.record(scope, record.parse().ok()?).ok()?;
    Some(Draft {
        register: view.register.id.clone(),
        record: Some(view.row.record),
        wish: DraftWish::Move(name.to_owned()),
        based_on: Some(view.row.entry),
        ..Draft::default()
    })
}

fn outcome(locale: &Locale, told: &[(i64, Option<String>)]) -> Markup {
    html! {
        ul.told {
            @for (record, fault) in told {
                li .refused[fault.is_some()] {
                    a href={ "/records/" (record) } { "#" (record) } " "
                    @match fault { Some(why) => { (why) } None => { (locale.text("page.duties.moved")) } }
                }
            }
        }
    }
}

fn sheet(app: &App, scope: &Scope, at: &str, told: Markup) -> Result<Markup, AppError> {
    let locale = app.locale();
    let tabs: Vec<parts::Tab<'_>> = TABS
        .iter()
        .map(|(key, label)| parts::Tab {
            address: format!("/duties?view={key}"),
            name: locale.text(label),
            count: None,
            here: *key == at,
        })
        .collect();
    let list = match at {
        "done" => deeds(locale, &app.deeds(scope, false)?),
        "begun" => deeds(locale, &app.deeds(scope, true)?),
        "copies" => duties(locale, &app.copies(scope)?.iter().collect::<Vec<_>>(), false),
        "units" => board(locale, &app.unit_lights(scope)?),
        "people" => in_hand(locale, &app.in_hand(scope)?),
        _ => duties(locale, &app.duties(scope)?.iter().collect::<Vec<_>>(), true),
    };
    let title = locale.text("page.way_duties");
    let body = html! {
        h1 { (title) }
        (parts::about(locale.text("page.duties.about")))
        (told)
        (parts::tabs(title, &tabs))
        p.acts {
            a href="/pocket" { (locale.text("page.pocket.title")) } " · "
            a href="/burden" { (locale.text("page.burden.title")) } " · "
            a href="/duties/handover" { (locale.text("page.duties.handover")) }
        }
        (list)
    };
    Ok(layout::page(app, scope, "duties", title, body))
}

pub(super) fn duties(locale: &Locale, duties: &[&DutyView], ticks: bool) -> Markup {
    if duties.is_empty() {
        return parts::empty(locale.text("page.duties.none"), None);
    }
    let t = |key: &'static str| locale.text(key);
    html! {
        form method="post" action="/duties" {
            div.scroll { table.ledger.duties.stacked {
                thead { tr {
                    @if ticks { th { (t("page.duties.tick")) } }
                    th { (t("page.duties.light")) } th { (t("page.duties.what")) } th { (t("page.duties.stage")) }
                    th { (t("page.duties.limit")) } th.num { (t("page.duties.due")) } th.num { (t("page.duties.left")) }
                    th { (t("page.duties.unit")) }
                } }
                tbody { @for view in duties { tr {
                    @if ticks { td { @if let Some((id, name)) = view.moves.first() {
                        label { input type="checkbox" name="duty" value={ (view.record) " " (id) }; " " (name) }
                    } } }
                    td { (parts::light(locale, view.light)) }
                    td.whole { a href={ "/records/" (view.record) } { (view.title) } small { " " (view.register.1) } }
                    td data-name=(t("page.duties.stage")) { (view.stage.1)
                        @if view.holder != Holder::Organ { small { " " (t(holder(view.holder))) } } }
                    td data-name=(t("page.duties.limit")) { (view.limit.1) }
                    td.num data-name=(t("page.duties.due")) { @match due(&view.duty) {
                        Some(due) => { (due) @if view.duty.provisional { small { " " (t("page.duties.provisional")) } } }
                        None => { (t("page.duties.paused")) }
                    } }
                    td.num data-name=(t("page.duties.left")) { (left(locale, view)) }
                    td.whole data-name=(t("page.duties.unit")) { (view.unit.1) }
                } } }
            } }
            @if ticks { p.acts { button.button type="submit" { (t("page.duties.make")) } } }
        }
    }
}

fn holder(holder: Holder) -> &'static str {
    match holder {
        Holder::Organ => "page.duties.organ",
        Holder::Applicant => "page.duties.applicant",
        Holder::Intermediary => "page.duties.intermediary",
    }
}

fn deeds(locale: &Locale, deeds: &[DeedView]) -> Markup {
    if deeds.is_empty() {
        return parts::empty(locale.text("page.duties.no_deeds"), None);
    }
    html! {
        table.ledger { tbody { @for deed in deeds { tr {
            td.num { (deed.day) }
            td { (locale.text(act(&deed.act))) }
            td { a href={ "/records/" (deed.record) } { (deed.title) } }
            td { (deed.register) }
        } } } }
    }
}

fn act(act: &str) -> &'static str {
    match act {
        "open" => "page.act.open",
        "move" => "page.duties.act_move",
        "note" => "page.act.note",
        "void" => "page.act.void",
        "correct" => "page.act.correct",
        _ => "page.act.amend",
    }
}

fn board(locale: &Locale, rows: &[UnitLights]) -> Markup {
    if rows.is_empty() {
        return parts::empty(locale.text("page.duties.no_units"), None);
    }
    html! {
        div.scroll { table.ledger {
            (counted(locale, "page.duties.unit"))
            tbody { @for row in rows { tr {
                td { a href={ "/duties/units/" (row.unit) } { (row.name) } }
                (counts(locale, row.lights, row.checking))
            } } }
        } }
    }
}

/// Every unit with its people: what has nobody's name on it stands last, so that the lines add up to the unit's.
fn in_hand(locale: &Locale, units: &[UnitPeople]) -> Markup {
    if units.is_empty() {
        return parts::empty(locale.text("page.duties.no_units"), None);
    }
    html! {
        p.quiet { (locale.text("page.duties.people_about")) }
        div.scroll { table.ledger.hands {
            (counted(locale, "page.duties.who"))
            @for of in units { tbody {
                tr.whole {
                    th scope="rowgroup" { a href={ "/duties/units/" (of.unit) } { (of.name) } }
                    (counts(locale, of.lights, of.checking))
                }
                @for (actor, name, lights) in &of.people { tr {
                    td { a href={ "/duties/people/" (actor) } { (name) } } (counts(locale, *lights, of.checking))
                } }
                @if of.unnamed.open > 0 && !of.people.is_empty() { tr {
                    td.quiet { (locale.text("page.duties.unnamed")) } (counts(locale, of.unnamed, of.checking))
                } }
            } }
        } }
    }
}

fn counted(locale: &Locale, first: &'static str) -> Markup {
    let t = |key: &'static str| locale.text(key);
    html! { thead { tr {
        th { (t(first)) } th.num { (t("page.duties.open")) } th.num { (t("light.red")) }
        th.num { (t("light.yellow")) } th.num { (t("page.duties.paused")) }
    } } }
}

/// What lies somewhere by light; how much of it is late is not said while its unit checks.
fn counts(locale: &Locale, lights: Lights, checking: bool) -> Markup {
    html! {
        td.num { (lights.open) }
        @if checking && lights.red > 0 { td.num { span.checking { (locale.text("page.check_units.waits")) } } }
        @else { td.num.late[lights.red > 0] { (lights.red) } }
        td.num { (lights.yellow) } td.num { (lights.paused) }
    }
}
