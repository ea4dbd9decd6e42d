//! Page: targets beside their figures — completion, schedule, light; and what must run faster to arrive, by
//! leader, unit or goal.

pub(in crate::http) mod tree;

use super::parts::{Tab, about, bar, empty, light, tabs};
use super::wall::{judged, other_day};
use super::words::{grouped, grouped_within};
use super::{Page, layout};
use crate::app::ask::Span;
use crate::app::goals::tree_register;
use crate::app::pace::Pace;
use crate::http::request::segment;
use crate::http::stand::Stand;
use crate::http::visit::Visit;
use crate::locale::Locale;
use maud::{Markup, html};
use std::collections::BTreeMap;
use std::sync::Arc;
use taizhang_schemes::pace::Light;

/// What lines can be gathered under: the value of `by` and the key of its name.
const BY: [(&str, &str); 4] = [
    ("", "page.goals.all"),
    ("leader", "page.goals.leader"),
    ("unit", "page.goals.unit"),
    ("goal", "page.goals.goal"),
];

pub(in crate::http) async fn show(visit: Visit) -> Page {
    let stand = visit.stand.clone();
    let page = visit.run(move |app, scope| {
        let locale = app.locale();
        let t = |key: &'static str| locale.text(key);
        let (as_of, mut found) = judged(app, &stand)?;
        let rank = |pace: &Arc<Pace>| match pace.light {
            Light::Red => 0,
            Light::Yellow => 1,
            Light::None => 2,
            Light::Green => 3,
        };
        found.sort_by_key(rank);
        let behind = |pace: &Pace| pace.light > Light::Green;
        let by = stand.fields().one_of("by", &BY.map(|(key, _)| key))?.unwrap_or_default();
        let ways = BY.map(|(key, name)| Tab {
            address: stand.with(&[("by", key)]),
            name: t(name),
            count: key.is_empty().then_some(found.len()),
            here: key == by,
        });
        let counts = [Light::Red, Light::Yellow, Light::Green].map(|of| {
            let lit = found.iter().filter(|pace| pace.light == of).count();
            (of, lit)
        });
        let definition = app.definition()?;
        let tree = tree_register(&definition).is_some_and(|register| app.register(scope, &register.id).is_ok());
        let body = html! {
            h1 { (t("page.way_goals")) small { (locale.say("days.as_of", &[("day", &as_of)])) } }
            (about(t("page.goals.about")))
            p.goal-ways {
                @if tree { a href=(stand.to("/goals/tree")) { (t("page.tree.title")) } " · " }
                a href="/scenario" { (t("page.scenario.title")) } " · "
                a href="/cards" { (t("page.cards.title")) } " · "
                a href="/goals/roll-over" { (t("page.rollover.short")) }
                @if app.may_ask_units(scope) { " · " a href=(stand.to("/goals/checks")) { (t("page.check_units.title")) } }
            }
            (other_day(app, &stand, as_of)?)
            @if found.is_empty() { (empty(t("page.goals.empty"), None)) }
            @else {
                p.lights { @for (of, lit) in counts { (light(locale, of.key())) " " (lit) "　" } }
                (tabs(t("page.goals.by"), &ways))
                @if by.is_empty() { (table(locale, &stand, found.iter().map(|pace| &**pace))) }
                @else {
                    @for (name, paces) in groups(by, &found) {
                        h2 { (if name.is_empty() { t("page.goals.nobody") } else { name })
                            small { (locale.say("page.goals.behind", &[
                                ("behind", &paces.iter().filter(|pace| behind(pace)).count()), ("all", &paces.len()),
                            ])) } }
                        (faster(locale, &stand, &paces))
                    }
                }
            }
        };
        layout::Frame::of(app, scope, &stand, "goals").page(t("page.way_goals"), body)
    });
    Ok(page.await?)
}

/// Lines under what they belong to, the group with most that is behind first.
fn groups<'a>(by: &str, paces: &'a [Arc<Pace>]) -> Vec<(&'a str, Vec<&'a Pace>)> {
    let mut groups: BTreeMap<&str, Vec<&Pace>> = BTreeMap::new();
    for pace in paces {
        let name = match by {
            "leader" => &*pace.leader,
            "goal" => &*pace.goal,
            _ => &*pace.unit_name,
        };
        groups.entry(name).or_default().push(pace);
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    let behind = |paces: &Vec<&Pace>| paces.iter().filter(|pace| pace.light > Light::Green).count();
    groups.sort_by_key(|(_, paces)| std::cmp::Reverse(behind(paces)));
    groups
}

fn table<'a>(locale: &Locale, stand: &Stand, paces: impl Iterator<Item = &'a Pace>) -> Markup {
    let t = |key: &'static str| locale.text(key);
    html! {
        div.scroll { table.ledger.stacked {
            thead { tr {
                th { (t("page.goals.target")) } th { (t("page.goals.unit")) } th { (t("page.goals.light")) }
                th.num { (t("page.goals.value")) } th.num { (t("page.goals.actual")) }
                th.num { (t("page.goals.completion")) } th { (t("page.goals.progress")) }
                th.num { (t("page.goals.schedule")) } th.num { (t("page.goals.margin")) }
                th.num { (t("page.goals.forecast")) }
            } }
            tbody { @for pace in paces { (row(locale, stand, pace)) } }
        } }
    }
}

fn row(locale: &Locale, stand: &Stand, pace: &Pace) -> Markup {
    let t = |key: &'static str| locale.text(key);
    html! {
        tr {
            td { (name(stand, pace)) (notes(locale, pace)) }
            td data-name=(t("page.goals.unit")) { (pace.unit_name) }
            td data-name=(t("page.goals.light")) { (lit(locale, pace)) }
            td.num data-name=(t("page.goals.value")) { (grouped_within(&pace.value)) }
            td.num data-name=(t("page.goals.actual")) { (grouped(&pace.said().shown)) small.measure { (pace.shown_measure) } }
            td.num data-name=(t("page.goals.completion")) { (percent(&pace.said().completion)) }
            // What compares in points runs by no schedule.
            @if pace.said().completion == "—" { td {} td.num data-name=(t("page.goals.schedule")) { "—" } }
            @else {
                td data-name=(t("page.goals.progress")) { (bar(&pace.said().completion, &pace.said().schedule)) }
                td.num data-name=(t("page.goals.schedule")) { (percent(&pace.said().schedule)) }
            }
            td.num data-name=(t("page.goals.margin")) { (pace.said().margin) }
            td.num data-name=(t("page.goals.forecast")) { @match (&pace.said().in_measure.forecast, pace.method) {
                (Some(_), "level") => small.quiet { (locale.text("page.goals.level")) },
                (Some(forecast), _) => {
                    (grouped(forecast))
                    @if pace.arrives == Some(false) { " " small.mark { (locale.text("page.goals.short")) } }
                }
                (None, _) => "—",
            } }
        }
    }
}

/// What must run faster: so much a month so far, so much from now on.
fn faster(locale: &Locale, stand: &Stand, paces: &[&Pace]) -> Markup {
    let t = |key: &'static str| locale.text(key);
    let dash = |text: &Option<String>| text.as_deref().map_or("—".to_owned(), grouped);
    html! {
        div.scroll { table.ledger.stacked {
            thead { tr {
                th { (t("page.goals.target")) } th { (t("page.goals.light")) } th.num { (t("page.goals.value")) }
                th.num { (t("page.goals.actual")) } th.num { (t("page.goals.margin")) }
                th.num { (t("page.goals.rate")) } th.num { (t("page.goals.needed")) } th.num { (t("page.goals.faster")) }
            } }
            tbody { @for pace in paces {
                tr {
                    td { (name(stand, pace)) (notes(locale, pace)) }
                    td data-name=(t("page.goals.light")) { (lit(locale, pace)) }
                    td.num data-name=(t("page.goals.value")) { (grouped_within(&pace.value)) }
                    td.num data-name=(t("page.goals.actual")) { (grouped(&pace.said().shown)) small.measure { (pace.shown_measure) } }
                    td.num data-name=(t("page.goals.margin")) { (pace.said().margin) }
                    td.num data-name=(t("page.goals.rate")) { (dash(&pace.said().in_measure.rate)) }
                    td.num data-name=(t("page.goals.needed")) { (dash(&pace.said().in_measure.needed)) }
                    td.num data-name=(t("page.goals.faster")) { @match &pace.said().faster {
                        Some(times) => (locale.fill("page.goals.times", &[("times", times)])),
                        None => "—",
                    } }
                }
            } }
        } }
    }
}

fn name(stand: &Stand, pace: &Pace) -> Markup {
    let days = match pace.span {
        Span::AsOf(day) => format!("as_of={day}"),
        Span::Between(from, to) => format!("from={from}&to={to}"),
    };
    let unit = crate::http::request::encoded(&[("unit", &pace.unit)]);
    let address = format!("/figures/{}?{unit}&{days}", segment(&pace.account));
    html! {
        a href=(address) { (pace.name) } " "
        a.quiet.goal-set href=(stand.to(&format!("/records/{}", pace.record))) { (pace.target) }
    }
}

fn lit(locale: &Locale, pace: &Pace) -> Markup {
    html! {
        @if pace.checking.is_some() { span.checking { (locale.text("page.check_units.waits")) } }
        @else { (light(locale, pace.light.key())) }
        @if let Some((reason, until)) = &pace.light_set {
            small.quiet { (locale.say("page.goals.set", &[("reason", reason), ("day", until)])) }
        }
    }
}

fn notes(locale: &Locale, pace: &Pace) -> Markup {
    html! {
        @if let Some(problem) = &pace.problem { p.refused { (problem) } }
        @if let Some((name, shown)) = &pace.beside {
            p.quiet { (locale.fill("page.goals.beside", &[("name", name), ("shown", shown)])) }
        }
        @if let Some(split) = pace.split {
            p.quiet { (locale.say(if split.holds { "page.goals.split" } else { "page.goals.split_short" }, &[
                ("sum", &split.sum.normalize()), ("more", &split.more.normalize()),
            ])) }
        }
    }
}

fn percent(text: &str) -> String {
    match text {
        "—" => text.to_owned(),
        text => format!("{text}%"),
    }
}
