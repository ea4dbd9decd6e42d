//! Parts of the figure's page: the targets that judge it, and its course to each of them beside what was
//! planned, drawn and as a table.

use super::Here;
use crate::app::App;
use crate::app::pace::{Course, Pace, courses};
use crate::error::AppError;
use crate::http::pages::chart::{Chart, Point};
use crate::http::pages::parts;
use crate::http::pages::words::grouped;
use crate::locale::Locale;
use maud::{Markup, html};
use std::sync::Arc;

/// The targets that judge this figure, each with its light.
pub(super) fn targets(app: &App, own: &[Arc<Pace>]) -> Markup {
    let t = |key: &'static str| app.locale().text(key);
    html! {
        @if !own.is_empty() {
            section {
                h2 { (t("page.figure.targets")) }
                @for pace in own {
                    p { a href={ "/records/" (pace.record) } { (pace.name) } " " span.quiet { (pace.unit_name) } }
                    p { (parts::light(app.locale(), pace.light.key())) " " (pace.said().completion) "% · "
                        (t("page.goals.schedule")) " " (pace.said().schedule) "%" }
                    (parts::bar(&pace.said().completion, &pace.said().schedule))
                }
            }
        }
    }
}

/// The course to each target: what was reached, what was planned, what is to be reached.
pub(super) fn drawn(app: &App, here: &Here<'_>) -> Result<Markup, AppError> {
    let courses = courses(app, here.figure)?;
    Ok(html! { @for course in &courses { (one(app.locale(), course)) } })
}

fn one(locale: &Locale, course: &Course) -> Markup {
    let t = |key: &'static str| locale.text(key);
    let labels: Vec<String> = course.points.iter().map(|point| point.month.to_string()).collect();
    let points = course.points.iter().zip(&labels).map(|(point, label)| Point {
        label: label.get(2..).unwrap_or(label),
        amount: point.actual.as_ref().map(|(amount, _)| *amount),
        shown: point.actual.as_ref().map_or("", |(_, shown)| shown),
    });
    let chart = Chart {
        title: &course.name,
        line: true,
        points: points.collect(),
        target: course
            .goal
            .as_ref()
            .map(|(amount, shown)| (*amount, locale.say("page.figure.goal", &[("value", shown)]))),
    };
    let planned: Vec<Option<i64>> = course
        .points
        .iter()
        .map(|point| point.planned.as_ref().map(|(amount, _)| *amount))
        .collect();
    let is_planned = planned.iter().any(Option::is_some);
    let said = |value: &Option<(i64, String)>| value.as_ref().map_or("—".to_owned(), |(_, shown)| grouped(shown));
    html! {
        section.course {
            h2 { (t("page.figure.course")) small { a href={ "/records/" (course.record) } { (course.name) } } }
            (chart.show_beside(if is_planned { &planned } else { &[] }))
            @if is_planned { p.quiet { (t("page.figure.course_legend")) } }
            details.copied {
                summary { (t("page.record.as_table")) }
                div.scroll { table.ledger {
                    thead { tr { th { (t("page.record.month")) } @if is_planned { th.num { (t("page.figure.planned")) } }
                        th.num { (t("page.figure.reached")) } } }
                    tbody { @for (point, label) in course.points.iter().zip(&labels) { tr {
                        td { (label) }
                        @if is_planned { td.num { (said(&point.planned)) } }
                        td.num { (said(&point.actual)) " " (course.measure) }
                    } } }
                } }
            }
        }
    }
}
