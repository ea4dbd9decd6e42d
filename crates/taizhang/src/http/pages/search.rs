//! Page: what a word is found in, over everything that one may see.

use super::{Page, commands, layout, parts};
use crate::app::search::Found;
use crate::http::request::segment;
use crate::http::visit::Visit;
use maud::{Markup, html};

/// How many of each kind are shown.
const MOST: usize = 40;
/// How many registers and how many commands stand above everything else.
const ABOVE: usize = 4;

pub(in crate::http) async fn show(visit: Visit) -> Page {
    let stand = visit.stand.clone();
    let page = visit.run(move |app, scope| {
        let t = |key: &'static str| app.locale().text(key);
        let text = stand.get("q").unwrap_or_default().trim().to_owned();
        let found = app.search(scope, &text, MOST)?;
        let acts = commands::fitting(app, scope, &text)?;
        let (first, rest): (Vec<&Found>, Vec<&Found>) =
            found.iter().partition(|each| matches!(each, Found::Register { .. }));
        let body = html! {
            h1 { (t("page.search")) }
            (parts::about(t("page.find.about")))
            form.filters role="search" {
                input.large name="q" type="search" value=(text) autofocus aria-label=(t("page.search"))
                    placeholder=(t("page.search_hint"));
                button type="submit" { (t("page.search")) }
            }
            @if !text.is_empty() && found.is_empty() && acts.is_empty() {
                (parts::empty(&app.locale().say("page.find.none", &[("text", &text)]), None))
            }
            ul.found {
                @for each in first.iter().take(ABOVE) { (line(t(each.kind()), each)) }
                @for each in acts.iter().take(if text.is_empty() { MOST } else { ABOVE }) {
                    li { span.label { (t(each.kind)) } a href=(each.address) { (each.name) } }
                }
                @for each in first.iter().skip(ABOVE).chain(&rest) { (line(t(each.kind()), each)) }
            }
        };
        Ok(layout::page(app, scope, "", t("page.search"), body))
    });
    Ok(page.await?)
}

fn line(kind: &str, found: &Found) -> Markup {
    html! {
        li { span.label { (kind) } a href=(address(found)) { (found.name()) }
            @if let Some(about) = found.about() { span.quiet { (about) } } }
    }
}

/// Where something that was found stands.
pub(super) fn address(found: &Found) -> String {
    match found {
        Found::Register { id, .. } => format!("/registers/{}", segment(id)),
        Found::Account { id, .. } => format!("/figures/{}", segment(id)),
        Found::Unit { code, .. } => format!("/figures?unit={}", segment(code)),
        Found::Record { record, .. } => format!("/records/{record}"),
    }
}
