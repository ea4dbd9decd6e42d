//! Part of the record's page: what was done beside what was planned — the facts, the drawing and the table behind
//! it. Where the record says no whole, nothing is planned or forecast, and what was done stands alone.

use crate::app::curve::Curve;
use crate::http::pages::chart::{Chart, Point};
use crate::http::pages::words::grouped;
use crate::locale::Locale;
use maud::{Markup, html};

pub(super) fn drawn(locale: &Locale, name: &str, curve: &Curve) -> Markup {
    let t = |key: &'static str| locale.text(key);
    let labels: Vec<String> = curve.points.iter().map(|point| point.month.to_string()).collect();
    let points = curve.points.iter().zip(&labels).map(|(point, label)| Point {
        label: label.get(2..).unwrap_or(label),
        amount: point.actual.as_ref().map(|(amount, _)| *amount),
        shown: point.actual.as_ref().map_or("", |(_, shown)| shown),
    });
    let goal = curve.goal.as_ref();
    let chart = Chart {
        title: name,
        line: true,
        points: points.collect(),
        target: goal.map(|(amount, shown, name)| (*amount, format!("{name} {} {}", grouped(shown), curve.measure))),
    };
    let planned: Vec<Option<i64>> = curve
        .points
        .iter()
        .map(|point| point.planned.as_ref().map(|(amount, _)| *amount))
        .collect();
    let is_planned = planned.iter().any(Option::is_some);
    html! {
        @if curve.whole.is_some() { (facts(locale, curve)) }
        figure.curve {
            (chart.show_beside(if is_planned { &planned } else { &[] }))
            @if is_planned { figcaption.quiet { (t("page.curve.legend")) } }
        }
        details {
            summary { (t("page.record.as_table")) }
            div.scroll { table.ledger {
                thead { tr { th { (t("page.record.month")) }
                    @if is_planned { th.num { (t("page.curve.planned_sum")) } }
                    th.num { (t("page.record.moved")) } th.num { (t("page.record.all_so_far")) } } }
                tbody { @for (point, label) in curve.points.iter().zip(&labels) { tr {
                    td { (label) }
                    @if is_planned { td.num { (said(point.planned.as_ref().map(|(_, shown)| shown.as_str()))) } }
                    td.num { (said(point.actual.as_ref().map(|_| point.moved.as_str()))) }
                    td.num { (said(point.actual.as_ref().map(|(_, shown)| shown.as_str()))) " " (curve.measure) }
                } } }
            } }
        }
    }
}

/// The whole, how far it is, and when it is done at the rate so far.
fn facts(locale: &Locale, curve: &Curve) -> Markup {
    let t = |key: &'static str| locale.text(key);
    let amount = |key: &'static str, shown: Option<&str>| {
        html! { div { dt { (t(key)) } dd { (said(shown)) " " small { (curve.measure) } } } }
    };
    html! {
        dl.fields {
            (amount("page.curve.whole", curve.whole.as_deref()))
            (amount("page.curve.done", Some(&curve.done)))
            (amount("page.curve.rate", curve.rate.as_deref()))
            div { dt { (t("page.curve.planned")) } dd { @match curve.planned { Some(month) => (month), None => "—" } } }
            div {
                dt { (t("page.curve.forecast")) }
                dd {
                    b { @match curve.forecast { Some(month) => (month), None => "—" } }
                    @match curve.later {
                        Some(later) if later > 0 => { " " span.mark { (locale.say("page.curve.later", &[("months", &later)])) } }
                        Some(later) if later < 0 => { " " (locale.say("page.curve.earlier", &[("months", &-later)])) }
                        _ => {}
                    }
                }
            }
            @if let Some(day) = curve.expected { div { dt { (t("page.curve.expected")) } dd { (day.month()) } } }
        }
        p.quiet { (t("page.curve.method")) }
    }
}

fn said(shown: Option<&str>) -> String {
    shown.map_or_else(|| "—".to_owned(), grouped)
}
