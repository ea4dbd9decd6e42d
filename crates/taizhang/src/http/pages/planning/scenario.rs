//! Page: what if (推演) — some lines that are only supposed, and every target before and after. It stands nowhere but
//! on this page: nothing is journalled, and no bulletin can read it.

use super::{Page, layout, parts};
use crate::app::App;
use crate::app::pace::Pace;
use crate::app::scenario::{Scenario, Supposed, Supposition, read};
use crate::app::scope::Scope;
use crate::error::AppError;
use crate::http::request::Fields;
use crate::http::visit::Visit;
use axum::Form;
use maud::{Markup, html};
use std::sync::Arc;
use taizhang_core::day::Day;

/// How many lines the form has; more go into the text.
const LINES: usize = 4;

pub(in crate::http) async fn show(visit: Visit) -> Page {
    let page = visit.run(move |app, scope| sheet(app, scope, &Fields::default(), html! {}));
    Ok(page.await?)
}

pub(in crate::http) async fn run(visit: Visit, Form(typed): Form<Vec<(String, String)>>) -> Page {
    let typed = Fields(typed);
    let page = visit.run(move |app, scope| {
        let told = match supposed(app, &typed) {
            Ok((day, found)) => outcome(app, day, &found),
            Err(error) if error.is_mendable() => {
                html! { pre.faults role="alert" { (app.locale().error(&error)) } }
            }
            Err(other) => return Err(other),
        };
        sheet(app, scope, &typed, told)
    });
    Ok(page.await?)
}

fn supposed(app: &App, typed: &Fields) -> Result<(Day, Supposed), AppError> {
    let end = Day::of(app.today().year(), 12, 31).unwrap_or(app.today());
    let day = typed.day("as_of")?.unwrap_or(end);
    let mut scenario = match typed.get("text").map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) => read(text)?,
        None => Scenario {
            name: String::new(),
            entries: Vec::new(),
        },
    };
    scenario.entries.extend(lines(typed));
    Ok((day, app.suppose(&scenario, day)?))
}

/// The lines of the form that name a register.
fn lines(typed: &Fields) -> Vec<Supposition> {
    let column = |name: &'static str| typed.all(name).collect::<Vec<_>>();
    let [registers, records, days, moves, sets] = ["register", "record", "on", "moves", "set"].map(column);
    let at = |column: &[&str], line: usize| column.get(line).copied().unwrap_or_default().trim().to_owned();
    let parts = |text: String| -> Vec<String> {
        let parts = text.split([';', '；', '\n']).map(|part| part.trim().to_owned());
        parts.filter(|part| !part.is_empty()).collect()
    };
    let named = (0..registers.len()).filter(|line| !at(&registers, *line).is_empty());
    named
        .map(|line| Supposition {
            register: at(&registers, line),
            record: Some(at(&records, line)).filter(|record| !record.is_empty()),
            on: at(&days, line),
            set: parts(at(&sets, line))
                .iter()
                .filter_map(|pair| pair.split_once(['=', '＝']))
                .map(|(field, text)| (field.trim().to_owned(), text.trim().to_owned()))
                .collect(),
            moves: parts(at(&moves, line)),
        })
        .collect()
}

fn outcome(app: &App, day: Day, supposed: &Supposed) -> Markup {
    let locale = app.locale();
    let t = |key: &'static str| locale.text(key);
    let moved = supposed
        .targets
        .iter()
        .filter(|(before, after)| before.units() != after.units() || before.light != after.light);
    let arrives = |pace: &Pace| pace.reached == Some(true);
    let arriving: Vec<&(Arc<Pace>, Arc<Pace>)> = supposed
        .targets
        .iter()
        .filter(|(was, is)| !arrives(was) && arrives(is))
        .collect();
    html! {
        section.supposed {
            h2 { span.stamp { (t("scenario.label")) } " " (locale.say("page.scenario.result", &[
                ("count", &supposed.entries), ("day", &day), ("arriving", &arriving.len()),
            ])) }
            div.scroll { table.ledger.stacked {
                thead { tr {
                    th { (t("page.goals.target")) } th { (t("page.goals.unit")) } th.num { (t("page.goals.value")) }
                    th.num { (t("page.scenario.before")) } th.num { (t("page.scenario.after")) }
                    th { (t("page.goals.light")) } th { (t("page.scenario.reached")) }
                } }
                tbody {
                    @for (before, after) in moved {
                        tr {
                            td { (after.name) } td data-name=(t("page.goals.unit")) { (after.unit_name) }
                            td.num data-name=(t("page.goals.value")) { (after.value) }
                            td.num data-name=(t("page.scenario.before")) { (before.said().shown) }
                            td.num data-name=(t("page.scenario.after")) { b { (after.said().shown) } " " small.measure {
                                (after.shown_measure) } }
                            td data-name=(t("page.goals.light")) { (parts::light(locale, before.light.key())) " → " (parts::light(locale,
                                after.light.key())) }
                            td data-name=(t("page.scenario.reached")) {
                                (t(if arrives(after) { "page.scenario.yes" } else { "page.scenario.no" })) }
                        }
                    }
                }
            } }
            p.quiet { (t("page.scenario.unmoved")) }
        }
    }
}

fn sheet(app: &App, scope: &Scope, typed: &Fields, told: Markup) -> Result<Markup, AppError> {
    let t = |key: &'static str| app.locale().text(key);
    let definition = app.definition()?;
    let registers = definition.registers.iter().filter(|register| !register.system);
    let registers: Vec<(&str, &str)> = registers.map(|one| (one.id.as_str(), one.name.as_str())).collect();
    let given = |name: &'static str, line: usize| typed.all(name).nth(line).unwrap_or_default();
    let body = html! {
        p.way { a href="/goals" { (t("page.way_goals")) } }
        h1 { (t("page.scenario.title")) " " span.stamp { (t("scenario.label")) } }
        (parts::about(t("page.scenario.about")))
        (told)
        form.supposing method="post" {
            div.scroll { table.ledger.typed.stacked {
                thead { tr {
                    th { (t("page.scenario.register")) } th { (t("page.scenario.record")) } th {
                        (t("page.scenario.on")) }
                    th { (t("page.scenario.moves")) } th { (t("page.scenario.set")) }
                } }
                tbody { @for line in 0..LINES { tr {
                    td data-name=(t("page.scenario.register")) { select name="register" aria-label=(t("page.scenario.register")) {
                        option value="" { "—" }
                        @for (id, name) in &registers { option value=(id) selected[*id == given("register", line)] {
                            (name) } }
                    } }
                    td data-name=(t("page.scenario.record")) {
                        input name="record" value=(given("record", line)) placeholder=(t("page.scenario.new"))
                        aria-label=(t("page.scenario.record")); }
                    td data-name=(t("page.scenario.on")) {
                        input type="date" name="on" value=(given("on", line)) aria-label=(t("page.scenario.on")); }
                    td data-name=(t("page.scenario.moves")) {
                        input name="moves" value=(given("moves", line)) placeholder=(t("page.scenario.moves_hint"))
                        aria-label=(t("page.scenario.moves")); }
                    td data-name=(t("page.scenario.set")) {
                        input name="set" value=(given("set", line)) placeholder=(t("page.scenario.set_hint"))
                        aria-label=(t("page.scenario.set")); }
                } } }
            } }
            details open[typed.get("text").is_some_and(|text| !text.is_empty())] {
                summary { (t("page.scenario.text")) }
                textarea.code name="text" rows="8" spellcheck="false" aria-label=(t("page.scenario.text")) {
                    (typed.get("text").unwrap_or_default()) }
            }
            p.inline { label { (t("page.scenario.as_of")) " " input type="date" name="as_of"
                value=(typed.get("as_of").unwrap_or_default()); } }
            div.acts { button.act type="submit" { (t("page.scenario.run")) } span.quiet {
                (t("page.scenario.nowhere")) } }
        }
    };
    Ok(layout::page(app, scope, "goals", t("page.scenario.title"), body))
}
