//! Page: what lies on a unit's desk, or a person's, by light, for heads and leaders; and what lay there at the end of an
//! old day, by the light rules of that day. From a unit on to its people.

use super::{Page, duties, layout, parts};
use crate::app::App;
use crate::app::desks::{DeskView, Then, Whose};
use crate::app::duties::DutyView;
use crate::app::scope::Scope;
use crate::error::AppError;
use crate::http::stand::Stand;
use crate::http::visit::Visit;
use axum::extract::Path;
use maud::{Markup, html};
use taizhang_core::id::RecordNo;

/// The lights that a desk can be narrowed to; the last is that of a clock that stands still.
const LIGHTS: [&str; 4] = ["red", "yellow", "green", "none"];

pub(in crate::http) async fn unit(visit: Visit, Path(unit): Path<RecordNo>) -> Page {
    show(visit, Whose::Unit(unit)).await
}

pub(in crate::http) async fn person(visit: Visit, Path(actor): Path<RecordNo>) -> Page {
    show(visit, Whose::Person(actor)).await
}

async fn show(visit: Visit, whose: Whose) -> Page {
    let stand = visit.stand.clone();
    let page = visit.run(move |app, scope| sheet(app, scope, &stand, whose));
    Ok(page.await?)
}

fn sheet(app: &App, scope: &Scope, stand: &Stand, whose: Whose) -> Result<Markup, AppError> {
    let locale = app.locale();
    let t = |key: &'static str| locale.text(key);
    let then = Then {
        as_of: stand.as_of()?,
        known_at: stand.known_at(),
    };
    let desk = app.desk_of(scope, whose, then)?;
    let chosen = stand.fields().one_of("light", &LIGHTS)?;
    let listed = |view: &&DutyView| chosen.is_none_or(|light| view.light == light);
    let listed: Vec<&DutyView> = desk.duties.iter().filter(listed).collect();
    let title = locale.say("page.desks.title", &[("name", &desk.name)]);
    let day = then.as_of.unwrap_or(app.today()).to_string();
    let body = html! {
        p.way { a href=(stand.to_with("/duties", &[("view", "units")])) { (t("page.way_duties")) } " / " (desk.name) }
        h1 { (title) }
        (parts::about(t("page.desks.about")))
        @if let Some(day) = then.as_of { p.then { (locale.say("page.record.duties_then", &[("day", &day)])) } }
        form.filters method="get" {
            @if let Some(light) = chosen { input type="hidden" name="light" value=(light); }
            label { (t("page.desks.day")) " " input type="date" name="as_of" value=(day) max=(app.today()); }
            button.button type="submit" { (t("page.desks.look")) }
        }
        (parts::tabs(&title, &tabs(app, stand, &desk, chosen)))
        @if listed.is_empty() { (parts::empty(t("page.desks.none"), None)) }
        @else { (duties::duties(locale, &listed, false)) }
        @if desk.duties.len() as i64 >= crate::app::duties::LIST_MAX {
            p.quiet { (locale.say("page.desks.first", &[("count", &desk.duties.len())])) }
        }
        @if matches!(whose, Whose::Unit(_)) { (people(app, stand, &desk)) }
    };
    Ok(layout::page(app, scope, "duties", &title, body))
}

fn tabs<'a>(app: &'a App, stand: &Stand, desk: &DeskView, chosen: Option<&str>) -> Vec<parts::Tab<'a>> {
    let of = |light: &str| desk.duties.iter().filter(|view| view.light == light).count();
    let all = parts::Tab {
        address: stand.with(&[("light", "")]),
        name: app.locale().text("page.desks.all"),
        count: Some(desk.duties.len()),
        here: chosen.is_none(),
    };
    let each = LIGHTS.iter().map(|light| parts::Tab {
        address: stand.with(&[("light", light)]),
        name: app.locale().text(word(light)),
        count: Some(of(light)),
        here: chosen == Some(*light),
    });
    std::iter::once(all).chain(each).collect()
}

fn word(light: &str) -> &'static str {
    match light {
        "red" => "light.red",
        "yellow" => "light.yellow",
        "green" => "light.green",
        _ => "page.duties.paused",
    }
}

/// On whose desks the unit's duties lie, those with the most late ones first.
fn people(app: &App, stand: &Stand, desk: &DeskView) -> Markup {
    let t = |key: &'static str| app.locale().text(key);
    html! {
        @if !desk.people.is_empty() {
            h2 { (t("page.desks.people")) }
            div.scroll { table.ledger {
                thead { tr {
                    th { (t("page.desks.person")) } th.num { (t("page.duties.open")) } th.num { (t("light.red")) }
                    th.num { (t("light.yellow")) } th.num { (t("page.duties.paused")) }
                } }
                tbody { @for (actor, name, lights) in &desk.people { tr {
                    td { a href=(stand.to(&format!("/duties/people/{actor}"))) { (name) } }
                    td.num { (lights.open) } td.num { (lights.red) } td.num { (lights.yellow) } td.num { (lights.paused) }
                } } }
            } }
        }
    }
}
