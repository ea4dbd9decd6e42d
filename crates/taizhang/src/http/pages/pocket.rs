//! Page: the day's work on a phone — one card for each duty, with what may be done next under the thumb,
//! and a note of what was done. It is what an agent works from in ten minutes a day.

use super::{Page, layout, parts};
use crate::app::App;
use crate::app::duties::{DutyView, due, left};
use crate::app::pocket::Jotting;
use crate::http::request::{encoded, segment};
use crate::http::visit::Visit;
use maud::{Markup, html};

/// How many cards there are: more is no ten minutes.
const CARDS: usize = 30;

pub(in crate::http) async fn show(visit: Visit) -> Page {
    let page = visit.run(|app, scope| {
        let t = |key: &'static str| app.locale().text(key);
        let duties = app.duties(scope)?;
        let late = duties.iter().filter(|view| view.light == "red").count();
        let openings = app.openings(scope)?;
        let mut cards = Vec::new();
        for view in duties.iter().take(CARDS) {
            let jottings = app.jottings(scope, view)?;
            cards.push(card(app, view, &jottings));
        }
        let title = t("page.pocket.title");
        let counts = [("all", &duties.len() as &dyn std::fmt::Display), ("late", &late)];
        let body = html! {
            h1 { (title) small { (app.locale().say("page.pocket.count", &counts)) } }
            (super::parts::about(app.locale().text("help.pocket")))
            @if cards.is_empty() { (parts::empty(t("page.duties.none"), None)) }
            div.pocket { @for card in &cards { (card) } }
            @if !openings.is_empty() {
                h2 { (t("page.pocket.begin")) }
                p.acts.pocket-begin { @for (id, name) in &openings {
                    a.button.plain href={ "/registers/" (segment(id)) "/new" } { (name) }
                } }
            }
        };
        Ok(layout::page(app, scope, "duties", title, body))
    });
    Ok(page.await?)
}

fn card(app: &App, view: &DutyView, jottings: &[Jotting]) -> Markup {
    let locale = app.locale();
    html! {
        article {
            h2 { a href={ "/records/" (view.record) } { (view.title) } }
            p.quiet { (view.register.1) " · " (view.stage.1) " · " (view.limit.1) }
            p { (parts::light(locale, view.light)) " " strong { (left(locale, view)) }
                @if let Some(due) = due(&view.duty) { " " span.quiet { (due) } } }
            p.acts {
                @for (id, name) in &view.onward {
                    a.button href={ "/records/" (view.record) "/move?" (encoded(&[("move", id)])) } { (name) }
                }
                @for jotting in jottings {
                    a.button.plain href={ "/registers/" (segment(&jotting.register)) "/new?" (encoded(&[
                        (&format!("f.{}", jotting.field), &format!("#{}", jotting.above))])) } {
                        (locale.say("page.pocket.jot", &[("name", &jotting.name)])) }
                }
            }
        }
    }
}
