//! Page: planned beside actual below one record, as a drawing and as a table, with the forecast of the finish and how
//! it was made.

use super::chart::{Chart, Point};
use super::{Page, layout, parts};
use crate::app::curve::Curve;
use crate::http::stand::Stand;
use crate::http::visit::Visit;
use crate::locale::Locale;
use axum::extract::Path;
use maud::{Markup, html};

pub(in crate::http) async fn show(visit: Visit, Path(record): Path<i64>) -> Page {
    let stand: Stand = visit.stand.clone();
    let page = visit.run(move |app, scope| {
        let locale = app.locale();
        let t = |key: &'static str| locale.text(key);
        let title = app.record(scope, record)?.title;
        let curve = app.curve(scope, record)?;
        let body = html! {
            p.way { a href={ "/records/" (record) } { (title) } }
            h1 { (t("page.curve.title")) small { (title) } }
            (parts::about(t("page.curve.about")))
            @match curve.filter(|curve| !curve.points.is_empty()) {
                Some(curve) => (drawn(locale, &curve)),
                None => (parts::empty(t("page.curve.none"), None)),
            }
        };
        layout::Frame::of(app, scope, &stand, "registers").page(t("page.curve.title"), body)
    });
    Ok(page.await?)
}

fn drawn(locale: &Locale, curve: &Curve) -> Markup {
    let t = |key: &'static str| locale.text(key);
    let dash = |text: Option<String>| text.unwrap_or("—".to_owned());
    let labels: Vec<String> = curve.points.iter().map(|point| point.month.to_string()).collect();
    let points = curve.points.iter().zip(&labels).map(|(point, label)| Point {
        label,
        amount: point.actual.as_ref().map(|(amount, _)| *amount),
        shown: point.actual.as_ref().map_or("", |(_, shown)| shown),
    });
    let planned: Vec<Option<i64>> = curve
        .points
        .iter()
        .map(|point| point.planned.as_ref().map(|(amount, _)| *amount))
        .collect();
    let chart = Chart {
        title: t("page.curve.title"),
        line: true,
        points: points.collect(),
        target: None,
    };
    html! {
        dl.facts {
            dt { (t("page.curve.whole")) } dd { (dash(curve.whole.clone())) " " (curve.measure) }
            dt { (t("page.curve.done")) } dd { (curve.done) " " (curve.measure) }
            dt { (t("page.curve.rate")) } dd { (dash(curve.rate.clone())) " " (curve.measure) }
            dt { (t("page.curve.planned")) } dd { (dash(curve.planned.map(|month| month.to_string()))) }
            dt { (t("page.curve.forecast")) } dd {
                b { (dash(curve.forecast.map(|month| month.to_string()))) }
                @match curve.later {
                    Some(later) if later > 0 => { " " span.mark { (locale.say("page.curve.later", &[("months", &later)])) } }
                    Some(later) if later < 0 => { " " (locale.say("page.curve.earlier", &[("months", &-later)])) }
                    _ => {}
                }
                p.quiet { (t("page.curve.method")) }
            }
            @if let Some(day) = curve.expected { dt { (t("page.curve.expected")) } dd { (day.month()) } }
        }
        figure { (chart.show_beside(&planned)) figcaption.quiet { (t("page.curve.legend")) } }
        div.scroll { table.ledger {
            thead { tr { th { (t("page.curve.month")) } th.num { (t("page.curve.planned_sum")) } th.num { (t("page.curve.actual_sum")) } } }
            tbody { @for point in &curve.points { tr {
                td { (point.month) }
                td.num { (dash(point.planned.clone().map(|(_, shown)| shown))) }
                td.num { (dash(point.actual.clone().map(|(_, shown)| shown))) }
            } } }
        } }
    }
}
