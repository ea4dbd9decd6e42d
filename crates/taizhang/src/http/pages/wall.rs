//! Page: the leader's wall — how the year stands, to be read from four metres and on a phone. It asks
//! itself anew every minute; every line opens.

mod sides;

use super::words::{grouped, grouped_within};
use super::{Page, layout, parts};
use crate::app::App;
use crate::app::ask::{Figure, FigureQuestion, FigureState, Span};
use crate::app::duties::UnitLights;
use crate::app::pace::{Pace, PaceAsk, asked, last_judged};
use crate::error::AppError;
use crate::http::request::segment;
use crate::http::stand::Stand;
use crate::http::visit::Visit;
use maud::{Markup, html};
use std::sync::Arc;
use taizhang_core::day::Day;
use taizhang_core::definition::AccountKind;
use taizhang_schemes::pace::Light;

/// How many lines each part has.
const LINES: usize = 6;

pub(in crate::http) async fn show(visit: Visit) -> Page {
    let stand = visit.stand.clone();
    let page = visit.run(move |app, scope| {
        let t = |key: &'static str| app.locale().text(key);
        let (as_of, mut paces) = judged(app, &stand)?;
        let rank = |pace: &Arc<Pace>| match pace.light {
            Light::Red => 0,
            Light::Yellow => 1,
            Light::None => 2,
            Light::Green => 3,
        };
        paces.sort_by_key(rank);
        let late = late(app, &stand, as_of)?;
        let units = app.unit_lights(scope)?;
        let definition = app.definition()?;
        let counts = [Light::Red, Light::Yellow, Light::Green];
        let counts = counts.map(|of| (of, paces.iter().filter(|pace| pace.light == of).count()));
        let body = html! {
            header.wall-head {
                a href="/" { span.seal.large { (t("page.brand")) } }
                h1 { (definition.name) }
                p { (app.locale().say("days.as_of", &[("day", &as_of)])) }
            }
            div.wall-lights {
                @for (of, count) in counts { div { (parts::light(app.locale(), of.key())) b { (count) } } }
                div.late-count { span { (t("page.home.late")) } b { (late.len()) } }
            }
            (other_day(app, &stand, as_of)?)
            div.wall-columns {
                section {
                    h2 { (t("page.wall.goals")) }
                    @if paces.is_empty() { (parts::empty(t("page.goals.empty"), None)) }
                    ol.wall-goals { @for pace in paces.iter().take(LINES + 4) { (goal(app, &stand, pace)) } }
                }
                section {
                    (sides::sprint(app, &stand, &paces))
                    h2 { (t("page.wall.late")) }
                    @if late.is_empty() { p.none { (t("page.home.nothing_late")) } }
                    ul.duties { @for figure in late.iter().take(LINES) {
                        li { a href=(stand.to(&format!("/figures/{}", segment(&figure.account.id)))) {
                            span.name { (figure.account.name) } span.late { (grouped(&figure.shown)) " " (figure.shown_measure) }
                        } }
                    } }
                    (super::home::countdown(app, scope)?)
                    (laggards(app, &units))
                }
                section { (sides::works(app, scope, &stand, &definition, as_of)?) }
            }
        };
        Ok(layout::wall(app, t("page.wall.title"), body))
    });
    Ok(page.await?)
}

/// Says that a page stands for another day than today, though nobody named one; and offers today.
pub(super) fn other_day(app: &App, stand: &Stand, as_of: Day) -> Result<Markup, AppError> {
    if as_of == app.today() || stand.as_of()?.is_some() {
        return Ok(html! {});
    }
    Ok(html! {
        p.wall-note role="status" {
            (app.locale().say("page.wall.fallback", &[("today", &app.today()), ("day", &as_of)])) " "
            a href=(stand.with(&[("as_of", &app.today().to_string())])) { (app.locale().text("page.wall.show_today")) }
        }
    })
}

/// The targets that run on the day that the wall stands for. Where nobody named a day and none runs today,
/// it is the last day on which a figure of a target moved, and the page says so.
pub(super) fn judged(app: &App, stand: &Stand) -> Result<(Day, Vec<Arc<Pace>>), AppError> {
    let named = stand.as_of()?;
    let on = |day: Day| {
        let ask = PaceAsk {
            as_of: Some(day),
            unit: stand.unit().map(str::to_owned),
            known_at: stand.known_at().map(str::to_owned),
        };
        let mut paces = asked(app, &ask)?;
        paces.retain(|pace| !pace.ended);
        Ok::<_, AppError>(paces)
    };
    let day = named.unwrap_or(app.today());
    let paces = on(day)?;
    if named.is_some() || !paces.is_empty() {
        return Ok((day, paces));
    }
    match last_judged(app, day)? {
        Some(last) => Ok((last, on(last)?)),
        None => Ok((day, paces)),
    }
}

fn goal(app: &App, stand: &Stand, pace: &Pace) -> Markup {
    html! {
        li {
            @if pace.checking.is_some() { span.checking { (app.locale().text("page.check_units.waits")) } }
            @else { (parts::light(app.locale(), pace.light.key())) }
            a.name href=(stand.to(&format!("/figures/{}", segment(&pace.account)))) { (pace.name) }
            span.value { (grouped(&pace.said().shown)) small { (pace.shown_measure) } }
            span.wall-bar { (parts::bar(&pace.said().completion, &pace.said().schedule)) }
            span.who {
                @if pace.said().completion != "—" { (pace.said().completion) "% · " }
                @if !pace.leader.is_empty() { (pace.leader) " · " }
                @if let Some(forecast) = &pace.said().in_measure.forecast {
                    span.late[pace.arrives == Some(false) && pace.checking.is_none()] {
                        (app.locale().say("page.wall.arrives", &[("forecast", &grouped(forecast)), ("measure", &pace.shown_measure),
                            ("value", &grouped_within(&pace.value))]))
                    }
                }
            }
        }
    }
}

/// The units with the most that is overdue, of those that were asked to check it.
fn laggards(app: &App, units: &[UnitLights]) -> Markup {
    let behind: Vec<&UnitLights> = units
        .iter()
        .filter(|unit| unit.lights.red > 0 && !unit.checking)
        .take(LINES)
        .collect();
    html! {
        @if !behind.is_empty() {
            h2 { (app.locale().text("page.wall.laggards")) }
            ul.duties { @for unit in behind {
                li { a href={ "/duties/units/" (unit.unit) "?light=red" } { span.name { (unit.name) } span.late { (unit.lights.red) } } }
            } }
        }
    }
}

/// What is overdue, the largest first.
fn late(app: &App, stand: &Stand, day: Day) -> Result<Vec<Figure>, AppError> {
    let mut asking = app.asking()?;
    let accounts = asking.definition.accounts.values();
    let late: Vec<String> = accounts
        .filter(|account| account.kind == AccountKind::Late && !account.retired)
        .map(|account| account.id.clone())
        .collect();
    let mut figures = Vec::new();
    for account in late {
        let figure = asking.figure(&FigureQuestion {
            account,
            unit: stand.unit().map(str::to_owned),
            span: Span::AsOf(day),
            known_at: stand.known_at().map(str::to_owned),
        })?;
        let held = asking.is_held(&figure.account.clone(), figure.unit, figure.span, figure.known_at)?;
        if !held && figure.state == FigureState::Reported && figure.sum.amount != 0 {
            figures.push(figure);
        }
    }
    figures.sort_by_key(|figure| std::cmp::Reverse(figure.sum.amount));
    Ok(figures)
}
