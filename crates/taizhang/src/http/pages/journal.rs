//! Page: the latest entries of the book. What one may not read is named by its number only.

use super::entries::moment;
use super::words::act_name;
use super::{Asked, Page, layout};
use crate::app::records::Journal;
use crate::http::request::Fields;
use crate::http::visit::Visit;
use crate::locale::Locale;
use axum::extract::Query;
use maud::{Markup, html};
use std::collections::BTreeMap;
use taizhang_core::journal::{Act, Entry};

const ON_A_PAGE: i64 = 50;

pub(in crate::http) async fn show(visit: Visit, Query(asked): Asked) -> Page {
    let asked = Fields(asked);
    let page = visit.run(move |app, scope| {
        let t = |key: &'static str| app.locale().text(key);
        let before = asked.number("before")?.unwrap_or(0);
        let journal = app.latest_entries(before, ON_A_PAGE)?;
        let mut titles: BTreeMap<i64, Option<String>> = BTreeMap::new();
        for entry in journal.entries.iter().filter(|entry| entry.is_of_record()) {
            titles
                .entry(entry.record)
                .or_insert_with(|| app.brief(scope, entry.record).ok().flatten().map(|brief| brief.title));
        }
        let last = journal.entries.last().map_or(0, |entry| entry.n);
        let body = html! {
            h1 { (t("page.journal.title")) small { (app.locale().say("page.journal.count", &[("count", &journal.head)])) } }
            (super::parts::about(app.locale().text("help.journal")))
            div.scroll { table.ledger.stacked {
                thead { tr {
                    th.num { (t("page.journal.no")) } th { (t("page.journal.recorded")) } th { (t("page.journal.occurred")) }
                    th { (t("page.journal.who")) } th { (t("page.way_registers")) } th { (t("page.journal.act")) }
                        th { (t("page.journal.record")) }
                } }
                tbody { @for entry in &journal.entries { (row(app.locale(), &journal, entry, &titles)) } }
            } }
            @if last > 1 { nav.pages { a href={ "?before=" (last) } { (t("page.journal.earlier")) } } }
        };
        Ok(layout::page(app, scope, "manage/journal", t("page.journal.title"), body))
    });
    Ok(page.await?)
}

/// What a bulletin is called; its id where the pack no longer has it.
fn named<'a>(journal: &'a Journal, id: &'a str) -> &'a str {
    let bulletin = journal.definition.bulletins.iter().find(|bulletin| bulletin.id == id);
    bulletin.map_or(id, |bulletin| bulletin.name.as_str())
}

fn row(locale: &Locale, journal: &Journal, entry: &Entry, titles: &BTreeMap<i64, Option<String>>) -> Markup {
    let register = journal.definition.register(entry.register);
    let title = titles.get(&entry.record).and_then(Option::as_ref);
    let open = title.is_some() || !entry.is_of_record();
    html! {
        tr {
            td.num { (entry.n) }
            td.word data-name=(locale.text("page.journal.recorded")) { (moment(entry.recorded_at)) }
            @if open {
                td.word data-name=(locale.text("page.journal.occurred")) { (entry.occurred_on) }
                td data-name=(locale.text("page.journal.who")) {
                    (journal.actors.get(&entry.n).map_or(locale.text("page.act.program"), String::as_str)) }
                td data-name=(locale.text("page.way_registers")) {
                    (register.map_or(locale.text("page.act.book"), |register| register.name.as_str())) }
                td data-name=(locale.text("page.journal.act")) { @match &entry.act {
                    Act::Release(release) => (locale.say("page.act.release", &[("bulletin", &named(journal, &release.bulletin))])),
                    act => (act_name(locale, register.map(|register| &**register), act)),
                } }
                td.whole { @if let Some(title) = title {
                    a href={ "/records/" (entry.record) "#entry-" (entry.n) } { (title) }
                } }
            } @else {
                td.none colspan="5" { (locale.text("page.journal.hidden")) }
            }
        }
    }
}
