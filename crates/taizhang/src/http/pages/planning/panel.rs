//! Page: a panel of judges — sheets are handed out; on a phone every judge gives a mark for each stop, as who signed
//! in; after the closing day the places, which are published into the records that were judged. A single sheet is
//! never told, not even to the judge who cast it.

use super::{Page, layout, parts};
use crate::app::App;
use crate::app::panel::{Ballot, Placed, Stop};
use crate::app::scope::Scope;
use crate::error::AppError;
use crate::http::request::{Fields, encoded, none_of, segment};
use crate::http::visit::Visit;
use axum::Form;
use axum::extract::Path;
use maud::{Markup, html};
use std::collections::BTreeSet;
use taizhang_core::id::RecordNo;
use taizhang_schemes::scorecard::Card;

pub(in crate::http) async fn show(visit: Visit, Path(id): Path<String>) -> Page {
    let stand = visit.stand.clone();
    let page = visit.run(move |app, scope| sheet(app, scope, &id, stand.get("event"), html! {}));
    Ok(page.await?)
}

pub(in crate::http) async fn act(
    visit: Visit,
    Path(id): Path<String>,
    Form(typed): Form<Vec<(String, String)>>,
) -> Page {
    let typed = Fields(typed);
    let page = visit.run(move |app, scope| {
        let event = typed.get("event").unwrap_or_default();
        let told = match done(app, scope, &id, event, &typed) {
            Ok(told) => html! { p.saved role="status" { (told) } },
            Err(error) if error.is_mendable() => {
                html! { pre.faults role="alert" { (app.locale().error(&error)) } }
            }
            Err(other) => return Err(other),
        };
        sheet(app, scope, &id, Some(event), told)
    });
    Ok(page.await?)
}

/// Does what the button says, and tells what was done.
fn done(app: &App, scope: &Scope, id: &str, event: &str, typed: &Fields) -> Result<String, AppError> {
    let locale = app.locale();
    match typed.get("do") {
        Some("hand_out") => {
            let count = app.hand_out(scope, id, event)?;
            Ok(locale.say("page.panel.handed_out", &[("count", &count)]))
        }
        Some("publish") => {
            let day = typed.day("on")?.unwrap_or(app.today());
            let receipt = app.publish_places(scope, id, event, day)?;
            Ok(locale.say(
                "page.panel.published",
                &[("first", &receipt.first), ("last", &receipt.last)],
            ))
        }
        _ => {
            let (card, _) = app.stops(scope, id)?;
            let mark = |name: &str, text: &str| {
                let sheet: RecordNo = name.strip_prefix("mark")?.parse().ok()?;
                Some((sheet, text.trim().to_owned())).filter(|(_, text)| !text.is_empty())
            };
            let marks: Vec<(RecordNo, String)> = typed.0.iter().filter_map(|(name, text)| mark(name, text)).collect();
            match app.cast(scope, &card, &marks)? {
                0 => Err(AppError::said("page.panel.blank", &[])),
                count => Ok(locale.say("page.panel.cast", &[("count", &count)])),
            }
        }
    }
}

/// One event as somebody sees it.
struct Sheet<'a> {
    app: &'a App,
    scope: &'a Scope,
    card: &'a Card,
    event: &'a str,
    stops: Vec<&'a Stop>,
    ballots: Vec<Ballot>,
}

fn sheet(app: &App, scope: &Scope, id: &str, event: Option<&str>, told: Markup) -> Result<Markup, AppError> {
    let locale = app.locale();
    let t = |key: &'static str| locale.text(key);
    let (card, stops) = app.stops(scope, id)?;
    let mut events: Vec<&str> = Vec::new();
    for stop in &stops {
        if !events.contains(&stop.event.as_str()) {
            events.push(&stop.event);
        }
    }
    let event = match event.filter(|event| !event.is_empty()) {
        Some(text) if !events.contains(&text) => return Err(none_of("event", text, &events)),
        Some(text) => Some(text),
        None => events.first().copied(),
    };
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
    let ballots = app.ballots(scope, &card, &own)?;
    let sheet = Sheet {
        app,
        scope,
        card: &card,
        event: event.unwrap_or_default(),
        stops: own,
        ballots,
    };
    let published = sheet.stops.iter().any(|stop| stop.published.is_some());
    let body = html! {
        p.way { a href="/cards" { (t("page.cards.title")) } }
        h1 { (card.name) }
        (parts::about(&card.about))
        (told)
        @if sheet.stops.is_empty() { (parts::empty(t("page.panel.no_stops"), None)) }
        @else {
            (parts::tabs(t("page.panel.event"), &tabs))
            @if published { (sheet.published()) }
            @else {
                @if let Some(day) = closes { p.quiet { (locale.say(if open { "page.panel.until" } else {
                    "page.panel.closed" }, &[("day", &day)])) } }
                @if open { (sheet.marking()) (sheet.handed_out()?) } @else { (sheet.places()?) }
            }
        }
    };
    Ok(layout::page(app, scope, "goals", &card.name, body))
}

impl Sheet<'_> {
    fn t(&self, key: &'static str) -> &str {
        self.app.locale().text(key)
    }

    /// The marks that the asker has still to give.
    fn marking(&self) -> Markup {
        let mine: Vec<&Ballot> = self
            .ballots
            .iter()
            .filter(|one| one.judge == self.scope.actor)
            .collect();
        let waiting: Vec<(&Ballot, &Stop)> = mine
            .iter()
            .filter(|one| !one.cast)
            .filter_map(|one| Some((*one, *self.stops.iter().find(|stop| stop.record == one.stop)?)))
            .collect();
        html! {
            @if !mine.is_empty() && waiting.is_empty() { p.saved role="status" { (self.t("page.panel.all_cast")) } }
            @if !waiting.is_empty() {
                h2 { (self.app.locale().say("page.panel.as_judge", &[("name", &self.scope.name)])) }
                form.marking method="post" action={ "/panels/" (segment(&self.card.id)) } autocomplete="off" {
                    input type="hidden" name="event" value=(self.event);
                    @for (ballot, stop) in &waiting {
                        label.fact { span { (stop.name) " " small.quiet { (stop.group) } }
                            input name={ "mark" (ballot.record) } inputmode="decimal"; }
                    }
                    div.acts { button.act type="submit" name="do" value="cast" { (self.t("page.panel.send")) }
                        span.quiet { (self.t("page.panel.sealed")) } }
                }
            }
        }
    }

    /// How many sheets of each stop were handed out and cast, for those who may hand out.
    fn handed_out(&self) -> Result<Markup, AppError> {
        let Some(panel) = self.card.panel.as_ref().filter(|_| self.organises()) else {
            return Ok(html! {});
        };
        let judges = self.app.judges(panel)?;
        let of = |stop: &Stop, cast: bool| {
            let own = self
                .ballots
                .iter()
                .filter(|one| one.stop == stop.record && (one.cast || !cast));
            own.count()
        };
        let asked: BTreeSet<(RecordNo, RecordNo)> = self.ballots.iter().map(|one| (one.stop, one.judge)).collect();
        let pairs = self
            .stops
            .iter()
            .flat_map(|stop| judges.iter().map(|judge| (stop.record, *judge)));
        let missing = pairs.filter(|pair| !asked.contains(pair)).count();
        Ok(html! {
            h2 { (self.t("page.panel.sheets")) small { (self.app.locale().say("page.panel.judges", &[("count", &judges.len())])) } }
            div.scroll { table.ledger {
                thead { tr { th { (self.t("page.panel.group")) } th { (self.t("page.panel.stop")) }
                    th.num { (self.t("page.panel.issued")) } th.num { (self.t("page.panel.returned")) } } }
                tbody { @for stop in &self.stops { tr {
                    td { (stop.group) } td { a href={ "/records/" (stop.record) } { (stop.name) } }
                    td.num { (of(stop, false)) } td.num { (of(stop, true)) }
                } } }
            } }
            @if missing > 0 {
                form method="post" action={ "/panels/" (segment(&self.card.id)) } {
                    input type="hidden" name="event" value=(self.event);
                    div.acts { button.act type="submit" name="do" value="hand_out" {
                        (self.app.locale().say("page.panel.hand_out", &[("count", &missing)])) } }
                }
            }
        })
    }

    /// Whether the asker runs the contest: may write what is judged.
    fn organises(&self) -> bool {
        let Ok(definition) = self.app.definition() else {
            return false;
        };
        let judged = definition.register_named(&self.card.subject).and_then(|sheets| {
            let above = sheets.parent.as_ref()?.register;
            definition.register(above).cloned()
        });
        judged.is_some_and(|register| {
            self.scope
                .may_somewhere(taizhang_core::definition::Verb::Write, &register)
        })
    }

    fn places(&self) -> Result<Markup, AppError> {
        let locale = self.app.locale();
        let placed = match self.app.placed(self.scope, &self.card.id, self.event) {
            Ok(placed) => placed,
            Err(AppError::Refused(lines)) if lines.iter().all(|line| line.code == "not_permitted") => {
                return Ok(html! { p.quiet { (self.t("page.panel.organisers_only")) } });
            }
            Err(error) if error.is_mendable() => {
                return Ok(html! { p.quiet { (locale.error(&error)) } });
            }
            Err(other) => return Err(other),
        };
        let may = self.organises() && self.card.panel.as_ref().is_some_and(|panel| panel.published.is_some());
        Ok(html! {
            h2 { (self.t("page.panel.places")) }
            div.scroll { table.ledger {
                thead { tr { (self.heads()) th.num { (self.t("page.panel.sheets")) } } }
                tbody { @for one in &placed { (self.placed(one)) } }
            } }
            @if may {
                form method="post" action={ "/panels/" (segment(&self.card.id)) } {
                    input type="hidden" name="event" value=(self.event);
                    div.acts { label.inline { (self.t("page.panel.on")) " " input type="date" name="on" value=(self.app.today()); }
                        button.act type="submit" name="do" value="publish" { (self.t("page.panel.publish")) }
                        span.quiet { (self.t("page.panel.publish_about")) } }
                }
            }
        })
    }

    fn placed(&self, one: &Placed) -> Markup {
        let result = one.result.map(|result| result.round_dp(2).normalize().to_string());
        let prize = one
            .prize
            .map(|prize| super::super::words::grouped(&prize.normalize().to_string()));
        html! { tr {
            td { (one.group) } td.num { (one.place) } td { a href={ "/records/" (one.record) } { (one.entry) } }
            td.num { (result.as_deref().unwrap_or(self.t("page.panel.untold"))) }
            td.num { @match prize { Some(prize) => { (prize) " " small.measure { (self.t("page.panel.yuan")) } }, None => "—" } }
            td.num { (one.sheets) }
        } }
    }

    /// What was published, for everybody who may read it.
    fn published(&self) -> Markup {
        let mut told: Vec<_> = self
            .stops
            .iter()
            .filter_map(|stop| Some((*stop, stop.published.as_ref()?)))
            .collect();
        told.sort_by(|(a, x), (b, y)| (&a.group, x.place, &a.name).cmp(&(&b.group, y.place, &b.name)));
        let day = told.iter().map(|(_, told)| told.on).max();
        html! {
            h2 { (self.t("page.panel.places")) @if let Some(day) = day { small {
                (self.app.locale().say("page.panel.published_on", &[("day", &day)])) } } }
            div.scroll { table.ledger {
                thead { tr { (self.heads()) } }
                tbody { @for (stop, told) in &told { tr {
                    td { (stop.group) } td.num { (told.place) } td { a href={ "/records/" (stop.record) } { (stop.name) } }
                    td.num { (told.result.as_deref().unwrap_or(self.t("page.panel.untold"))) }
                    td.num { (told.prize.as_deref().unwrap_or("—")) }
                } } }
            } }
        }
    }

    fn heads(&self) -> Markup {
        html! { th { (self.t("page.panel.group")) } th.num { (self.t("page.panel.place")) } th { (self.t("page.panel.stop")) }
        th.num { (self.t("page.panel.result")) } th.num { (self.t("page.panel.prize")) } }
    }
}
