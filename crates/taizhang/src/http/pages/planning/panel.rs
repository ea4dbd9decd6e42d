//! Page: a panel of judges — on a phone every judge gives a mark for each stop; after the closing day the places.
//! A single sheet is never told, not even to the judge who cast it.

use super::{Page, layout, parts};
use crate::app::App;
use crate::app::execute::{Draft, DraftWish};
use crate::app::panel::Stop;
use crate::app::scope::Scope;
use crate::error::AppError;
use crate::http::request::{Fields, encoded, segment};
use crate::http::visit::Visit;
use axum::Form;
use axum::extract::Path;
use maud::{Markup, html};

pub(in crate::http) async fn show(visit: Visit, Path(id): Path<String>) -> Page {
    let stand = visit.stand.clone();
    let page = visit.run(move |app, scope| sheet(app, scope, &id, stand.get("event"), stand.get("judge"), html! {}));
    Ok(page.await?)
}

pub(in crate::http) async fn cast(
    visit: Visit,
    Path(id): Path<String>,
    Form(typed): Form<Vec<(String, String)>>,
) -> Page {
    let typed = Fields(typed);
    let page = visit.run(move |app, scope| {
        let (event, judge) = (typed.get("event").unwrap_or_default(), typed.get("judge"));
        let told = match sheets(app, scope, &id, event, &typed) {
            Ok(0) => html! { p.refused role="alert" { (app.locale().text("page.panel.blank")) } },
            Ok(count) => {
                html! { p.saved role="status" { (app.locale().say("page.panel.cast", &[("count", &count)])) } }
            }
            Err(error @ (AppError::BadRequest(_) | AppError::Refused(_) | AppError::Said { .. })) => {
                html! { pre.faults role="alert" { (app.locale().error(&error)) } }
            }
            Err(other) => return Err(other),
        };
        sheet(app, scope, &id, Some(event), judge, told)
    });
    Ok(page.await?)
}

/// Opens the sheets that were filled in, all of them or none.
fn sheets(app: &App, scope: &Scope, card: &str, event: &str, typed: &Fields) -> Result<usize, AppError> {
    let (card, stops) = app.stops(scope, card)?;
    let Some(panel) = &card.panel else { return Ok(0) };
    let judge = typed.get("judge").unwrap_or_default().trim().to_owned();
    let own = stops.iter().filter(|stop| stop.event == event);
    let marked = own.filter_map(|stop| Some((stop, typed.get(&format!("mark{}", stop.record))?.trim().to_owned())));
    let drafts: Vec<Draft> = marked
        .map(|(stop, mark)| Draft {
            register: card.subject.clone(),
            wish: DraftWish::Open,
            set: vec![
                (panel.entry.clone(), format!("#{}", stop.record)),
                (panel.judge.clone(), judge.clone()),
                ("cast_on".to_owned(), app.today().to_string()),
                (panel.mark.clone(), mark),
            ],
            occurred_on: Some(app.today()),
            ..Draft::default()
        })
        .collect();
    if !drafts.is_empty() {
        app.execute(scope, &drafts, None)?;
    }
    Ok(drafts.len())
}

fn sheet(
    app: &App,
    scope: &Scope,
    id: &str,
    event: Option<&str>,
    judge: Option<&str>,
    told: Markup,
) -> Result<Markup, AppError> {
    let locale = app.locale();
    let t = |key: &'static str| locale.text(key);
    let (card, stops) = app.stops(scope, id)?;
    let mut events: Vec<&str> = stops.iter().map(|stop| stop.event.as_str()).collect();
    events.dedup();
    let event = event.filter(|event| events.contains(event)).or(events.first().copied());
    let own: Vec<&Stop> = stops.iter().filter(|stop| Some(stop.event.as_str()) == event).collect();
    let closes = own.iter().filter_map(|stop| stop.closes).max();
    let open = closes.is_none_or(|day| app.today() <= day);
    let way = |event: &str| format!("/panels/{}?{}", segment(id), encoded(&[("event", event)]));
    let tabs: Vec<parts::Tab<'_>> = events
        .iter()
        .map(|one| parts::Tab {
            address: way(one),
            name: one,
            count: None,
            here: Some(*one) == event,
        })
        .collect();
    let body = html! {
        p.way { a href="/cards" { (t("page.cards.title")) } }
        h1 { (card.name) }
        (parts::about(&card.about))
        (told)
        @if own.is_empty() { (parts::empty(t("page.panel.no_stops"), None)) }
        @else {
            (parts::tabs(t("page.panel.event"), &tabs))
            @if let Some(day) = closes { p.quiet { (locale.say(if open { "page.panel.until" } else {
                "page.panel.closed" }, &[("day", &day)])) } }
            @if open { (marking(app, id, event.unwrap_or_default(), judge, &own)) }
            @else { (places(app, scope, id, event.unwrap_or_default())?) }
        }
    };
    Ok(layout::page(app, scope, "goals", &card.name, body))
}

fn marking(app: &App, id: &str, event: &str, judge: Option<&str>, stops: &[&Stop]) -> Markup {
    let t = |key: &'static str| app.locale().text(key);
    html! {
        form.marking method="post" action={ "/panels/" (segment(id)) } autocomplete="off" {
            input type="hidden" name="event" value=(event);
            label.fact { span { (t("page.panel.judge")) } input name="judge" required
                value=(judge.unwrap_or_default()); }
            @for stop in stops {
                label.fact { span { (stop.name) " " small.quiet { (stop.group) } } input name={ "mark" (stop.record)
                    } inputmode="decimal"; }
            }
            div.acts { button.act type="submit" { (t("page.panel.send")) } span.quiet { (t("page.panel.sealed")) } }
        }
    }
}

fn places(app: &App, scope: &Scope, id: &str, event: &str) -> Result<Markup, AppError> {
    let locale = app.locale();
    let t = |key: &'static str| locale.text(key);
    let placed = match app.placed(scope, id, event) {
        Ok(placed) => placed,
        Err(error @ (AppError::Said { .. } | AppError::Refused(_) | AppError::BadRequest(_))) => {
            return Ok(html! { p.quiet { (locale.error(&error)) } });
        }
        Err(other) => return Err(other),
    };
    Ok(html! {
        h2 { (t("page.panel.places")) }
        div.scroll { table.ledger {
            thead { tr { th { (t("page.panel.group")) } th.num { (t("page.panel.place")) } th {
                (t("page.panel.stop")) } th.num { (t("page.panel.result")) } th.num { (t("page.panel.sheets")) } } }
            tbody { @for one in &placed { tr {
                td { (one.group) } td.num { (one.place) } td { (one.entry) }
                td.num { @match one.result { Some(result) => (result.round_dp(2).normalize()), None =>
                    (t("page.panel.untold")) } }
                td.num { (one.sheets) }
            } } }
        } }
    })
}
