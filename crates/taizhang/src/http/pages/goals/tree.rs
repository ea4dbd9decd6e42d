//! Page: the tree of goals as a wall chart (挂图作战) — every node with its light, its figure and its targets.

use super::super::parts::{about, bar, empty, light};
use super::super::{Page, layout};
use crate::app::goals::Node;
use crate::http::request::segment;
use crate::http::stand::Stand;
use crate::http::visit::Visit;
use crate::locale::Locale;
use maud::{Markup, html};

pub(in crate::http) async fn show(visit: Visit) -> Page {
    let stand = visit.stand.clone();
    let page = visit.run(move |app, scope| {
        let locale = app.locale();
        let t = |key: &'static str| locale.text(key);
        let as_of = stand.as_of()?;
        let tree = app.goals(scope, as_of, stand.known_at())?;
        let day = as_of.unwrap_or(app.today());
        let body = html! {
            h1 { (t("page.tree.title")) small { (locale.say("days.as_of", &[("day", &day)])) } }
            (about(t("page.tree.about")))
            @if tree.is_empty() { (empty(t("page.tree.empty"), None)) }
            @else { div.goaltree { @for node in &tree { (branch(locale, &stand, node, true)) } } }
        };
        layout::Frame::of(app, scope, &stand, "goals/tree").page(t("page.tree.title"), body)
    });
    Ok(page.await?)
}

fn branch(locale: &Locale, stand: &Stand, node: &Node, open: bool) -> Markup {
    html! {
        details.node open[open] {
            summary {
                (light(locale, node.light.key())) " "
                (node.code) " " (node.name)
                small.quiet { " " (node.kind) " " (node.unit) }
            }
            // What opens and closes is no place for links: a reader of the screen would not find them there.
            p.node-ways {
                a href=(stand.to(&format!("/records/{}", node.record))) { (locale.text("page.tree.record")) }
                @if let Some((account, name, shown)) = &node.figure {
                    " · " a href=(stand.to(&format!("/figures/{}", segment(account)))) { (name) " " (shown) }
                }
            }
            @if !node.targets.is_empty() {
                ul.leaves { @for pace in &node.targets {
                    li {
                        @if pace.checking.is_some() { span.checking { (locale.text("page.check_units.waits")) } }
                        @else { (light(locale, pace.light.key())) }
                        " "
                        a href=(stand.to(&format!("/records/{}", pace.record))) { (pace.name) } " "
                        small.quiet { (pace.unit_name) " " (pace.said().shown) " / " (pace.value) " · " (pace.said().completion) "%" }
                        (bar(&pace.said().completion, &pace.said().schedule))
                    }
                } }
            }
            @for child in &node.below { (branch(locale, stand, child, true)) }
        }
    }
}
