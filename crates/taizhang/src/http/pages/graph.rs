//! Page: the items below a record as a graph and as a list — drawn by the server, so that it is there
//! without scripts and on paper. Whole lines are law, dashed ones practice; the critical chain is red.

use super::{Page, layout, parts};
use crate::app::graph::{Graph, Node};
use crate::http::request::segment;
use crate::http::visit::Visit;
use crate::locale::Locale;
use axum::extract::Path;
use maud::{Markup, html};

/// The size of a box and the room between boxes.
const BOX: (usize, usize) = (168, 38);
const STEP: (usize, usize) = (208, 52);

/// How many characters of a name stand in a box.
const NAME_MAX: usize = 12;

pub(in crate::http) async fn show(visit: Visit, Path(record): Path<i64>) -> Page {
    let page = visit.run(move |app, scope| {
        let view = app.record(scope, record)?;
        let graphs = app.graphs(scope, record)?;
        let locale = app.locale();
        let body = html! {
            p.way { a href={ "/registers/" (segment(&view.register.id)) } { (view.register.name) } " / "
                a href={ "/records/" (record) } { (view.title) } }
            h1 { (view.title) }
            (parts::about(locale.text("page.graph.about")))
            @if graphs.is_empty() { (parts::empty(locale.text("page.graph.none"), None)) }
            @for graph in &graphs { (section(locale, graph)) }
        };
        Ok(layout::page(app, scope, "registers", &view.title, body))
    });
    Ok(page.await?)
}

fn section(locale: &Locale, graph: &Graph) -> Markup {
    let t = |key: &'static str| locale.text(key);
    let done = graph.nodes.iter().filter(|node| node.closed).count();
    html! {
        section {
            h2 { (graph.name) small { (locale.say("page.graph.done", &[("done", &done), ("all", &graph.nodes.len())])) } }
            @if let Some(goal) = graph.goal.map(|at| &graph.nodes[at]) {
                p.then { @if goal.closed {
                    (locale.say("page.graph.goal_done", &[("name", &goal.name), ("day", &goal.finish)]))
                } @else {
                    (locale.say("page.graph.goal", &[("name", &goal.name), ("day", &goal.finish)]))
                } }
            }
            div.scroll { (drawing(graph)) }
            div.scroll { table.ledger.graph-list.stacked {
                thead { tr { th { (t("page.graph.item")) } th { (t("page.graph.stage")) } th.num { (t("page.graph.day")) }
                    th { (t("page.graph.before")) } } }
                tbody { @for node in &graph.nodes { (row(locale, graph, node)) } }
            } }
        }
    }
}

fn row(locale: &Locale, graph: &Graph, node: &Node) -> Markup {
    let open = node
        .before
        .iter()
        .filter(|(at, hard)| *hard && !graph.nodes[*at].closed);
    let names: Vec<&str> = open.map(|(at, _)| graph.nodes[*at].name.as_str()).collect();
    html! { tr .critical[node.critical] {
        td.whole { a href={ "/records/" (node.record) } { (node.name) }
            @if node.critical { " " span.mark { (locale.text("page.graph.critical")) } } }
        td data-name=(locale.text("page.graph.stage")) { (node.stage.1) }
        td.num data-name=(locale.text("page.graph.day")) { (node.finish)
            @if !node.closed { small { " " (locale.text("page.graph.forecast")) } } }
        td.whole data-name=(locale.text("page.graph.before")) { (names.join("、")) }
    } }
}

/// Columns by layer, rows in the order of the template.
fn drawing(graph: &Graph) -> Markup {
    let layers = graph.nodes.iter().map(|node| node.layer).max().unwrap_or(0) + 1;
    let mut rows = vec![0; layers];
    let places: Vec<(usize, usize)> = graph
        .nodes
        .iter()
        .map(|node| {
            let row = rows[node.layer];
            rows[node.layer] += 1;
            (node.layer * STEP.0 + 8, row * STEP.1 + 8)
        })
        .collect();
    let tallest = rows.iter().max().copied().unwrap_or(1);
    let (width, height) = (layers * STEP.0, tallest * STEP.1 + 8);
    html! {
        svg.graph width=(width) height=(height) viewBox={ "0 0 " (width) " " (height) } role="group" aria-label=(graph.name) {
            @for (node, at) in graph.nodes.iter().zip(&places) {
                @for (before, hard) in &node.before { (arrow(graph, node, places[*before], *at, *before, *hard)) }
            }
            @for (node, (x, y)) in graph.nodes.iter().zip(&places) {
                a href={ "/records/" (node.record) } {
                    rect class={ "box " (class(node)) } x=(x) y=(y) width=(BOX.0) height=(BOX.1) rx="3" {}
                    text x=(x + 8) y=(y + 16) { (short(&node.name)) }
                    text.small x=(x + 8) y=(y + 31) { (node.stage.1) " " (node.finish) }
                    title { (node.name) }
                }
            }
        }
    }
}

fn arrow(graph: &Graph, node: &Node, from: (usize, usize), to: (usize, usize), before: usize, hard: bool) -> Markup {
    let (x1, y1) = (from.0 + BOX.0, from.1 + BOX.1 / 2);
    let (x2, y2) = (to.0, to.1 + BOX.1 / 2);
    let middle = (x1 + x2) / 2;
    let critical = node.critical && hard && graph.nodes[before].critical;
    let path = format!("M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}");
    html! { path.arrow.soft[!hard].critical[critical] d=(path) {} }
}

fn class(node: &Node) -> &'static str {
    match (node.closed, node.critical, node.stage.0.as_str()) {
        (true, ..) => "done",
        (_, true, _) => "critical",
        (_, _, "waiting") => "waiting",
        _ => "open",
    }
}

fn short(name: &str) -> String {
    let mut text: String = name.chars().take(NAME_MAX).collect();
    if name.chars().count() > NAME_MAX {
        text.push('…');
    }
    text
}
