//! Page: what the book asks of people in a month (基层减负), beside the ceiling; what is over it is said in words.

use super::{Asked, Page, layout, parts};
use crate::app::burden::{Load, Loads};
use crate::http::request::{Fields, encoded};
use crate::http::visit::Visit;
use crate::locale::Locale;
use axum::extract::Query;
use maud::{Markup, html};
use std::fmt::Display;
use taizhang_core::definition::Burden;

/// The columns: key of the name, what it counts, its ceiling, its account.
type Column = (&'static str, fn(Load) -> i64, fn(Burden) -> Option<u32>, &'static str);

const COLUMNS: [Column; 3] = [
    (
        "page.burden.forms",
        |load| load.forms,
        |most| most.forms,
        "burden.forms",
    ),
    (
        "page.burden.cells",
        |load| load.cells,
        |most| most.cells,
        "burden.cells",
    ),
    (
        "page.burden.reminders",
        |load| load.reminders,
        |most| most.reminders,
        "burden.reminders",
    ),
];

pub(in crate::http) async fn show(visit: Visit, Query(asked): Asked) -> Page {
    let asked = Fields(asked);
    let page = visit.run(move |app, scope| {
        let month = asked.month("month")?.unwrap_or_else(|| app.today().month());
        let loads = app.loads(scope, month)?;
        let locale = app.locale();
        let t = |key: &'static str| locale.text(key);
        let over = loads.people.iter().filter(|person| person.over).count();
        let body = html! {
            p.way { a href="/duties" { (t("page.way_duties")) } }
            h1 { (t("page.burden.title")) small { (month) } }
            (parts::about(t("page.burden.about")))
            form.filters method="get" {
                label { (t("page.burden.month")) input type="month" name="month" value=(month); }
                button type="submit" { (t("page.stand.go")) }
            }
            (ceiling(locale, loads.ceiling))
            @if over > 0 { p.refused role="status" { (locale.say("page.burden.over", &[("count", &over)])) } }
            @else { p.saved { (t("page.burden.under")) } }
            (people(locale, &loads))
            (units(locale, &loads))
        };
        Ok(layout::page(app, scope, "duties/burden", t("page.burden.title"), body))
    });
    Ok(page.await?)
}

fn ceiling(locale: &Locale, most: Burden) -> Markup {
    let shown = |most: Option<u32>| most.map_or_else(|| "—".to_owned(), |most| most.to_string());
    let args = [
        ("forms", shown(most.forms)),
        ("cells", shown(most.cells)),
        ("reminders", shown(most.reminders)),
    ];
    let args: Vec<(&str, &dyn Display)> = args.iter().map(|(name, most)| (*name, most as _)).collect();
    html! { p { (locale.say("page.burden.ceiling", &args)) } }
}

fn people(locale: &Locale, loads: &Loads) -> Markup {
    html! {
        h2 { (locale.text("page.burden.people")) }
        @if loads.people.is_empty() { (parts::empty(locale.text("page.burden.nobody"), None)) }
        @else { div.scroll { table.ledger.stacked {
            thead { tr { th { (locale.text("page.burden.person")) }
                @for (name, ..) in COLUMNS { th.num { (locale.text(name)) } } th { (locale.text("page.burden.verdict")) } } }
            tbody { @for person in &loads.people { tr {
                td.whole { (person.name) }
                @for (name, count, most, _) in COLUMNS {
                    (cell(locale.text(name), count(person.load), most(loads.ceiling))) }
                td data-name=(locale.text("page.burden.verdict")) { (parts::light(locale, if person.over { "red" } else { "green" })) }
            } } }
        } } }
    }
}

fn units(locale: &Locale, loads: &Loads) -> Markup {
    let (from, to) = (loads.month.first().to_string(), loads.month.last().to_string());
    let way = |account: &str, code: &str| {
        format!(
            "/figures/{account}?{}",
            encoded(&[("unit", code), ("from", &from), ("to", &to)])
        )
    };
    html! {
        @if !loads.units.is_empty() {
            h2 { (locale.text("page.burden.units")) }
            div.scroll { table.ledger.stacked {
                thead { tr { th { (locale.text("page.duties.unit")) } th.num { (locale.text("page.burden.heads")) }
                    @for (name, ..) in COLUMNS { th.num { (locale.text(name)) } } th.num { (locale.text("page.burden.over_heads")) } } }
                tbody { @for unit in &loads.units { tr {
                    td.whole.named { (unit.name) }
                    td.num data-name=(locale.text("page.burden.heads")) { (unit.people) }
                    @for (name, count, _, account) in COLUMNS { td.num data-name=(locale.text(name)) {
                        a href=(way(account, &unit.code)) { (count(unit.load)) } } }
                    td.num.late[unit.over > 0] data-name=(locale.text("page.burden.over_heads")) { (unit.over) }
                } } }
            } }
        }
    }
}

fn cell(name: &str, value: i64, most: Option<u32>) -> Markup {
    let over = most.is_some_and(|most| value > i64::from(most));
    html! { td.num.late[over] data-name=(name) { (value) @if let Some(most) = most { small.quiet { " / " (most) } } } }
}
