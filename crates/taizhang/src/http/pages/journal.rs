//! Page: the latest entries of the book. What one may not read is named by its number only.

use super::entries::moment;
use super::words::act_name;
use super::{Asked, Page, layout};
use crate::app::records::Journal;
use crate::http::request::Fields;
use crate::http::visit::Visit;
use axum::extract::Query;
use maud::{Markup, html};
use std::collections::BTreeMap;
use taizhang_core::journal::Entry;

const ON_A_PAGE: i64 = 50;

pub(in crate::http) async fn show(visit: Visit, Query(asked): Asked) -> Page {
    let asked = Fields(asked);
    let page = visit.run(move |app, scope| {
        let before = asked.get("before").and_then(|text| text.parse().ok()).unwrap_or(0);
        let journal = app.latest_entries(before, ON_A_PAGE)?;
        let mut titles: BTreeMap<i64, Option<String>> = BTreeMap::new();
        for entry in journal.entries.iter().filter(|entry| entry.is_of_record()) {
            titles
                .entry(entry.record)
                .or_insert_with(|| app.record(scope, entry.record).ok().map(|view| view.title));
        }
        let last = journal.entries.last().map_or(0, |entry| entry.n);
        let body = html! {
            h1 { "流水" small { "共 " (journal.head) " 号，只增不改" } }
            div.scroll { table.ledger {
                thead { tr { th.num { "号" } th { "登记时间" } th { "发生日期" } th { "谁" } th { "台账" } th { "办理" } th { "条目" } } }
                tbody { @for entry in &journal.entries { (row(&journal, entry, &titles)) } }
            } }
            @if last > 1 { nav.pages { a href={ "?before=" (last) } { "更早的" } } }
        };
        Ok(layout::page(app, scope, "journal", "流水", body))
    });
    Ok(page.await?)
}

fn row(journal: &Journal, entry: &Entry, titles: &BTreeMap<i64, Option<String>>) -> Markup {
    let register = journal.definition.register(entry.register);
    let title = titles.get(&entry.record).and_then(Option::as_ref);
    let open = title.is_some() || !entry.is_of_record();
    html! {
        tr {
            td.num { (entry.n) }
            td { (moment(entry.recorded_at)) }
            @if open {
                td { (entry.occurred_on) }
                td { (journal.actors.get(&entry.actor).map_or("程序", String::as_str)) }
                td { (register.map_or("账簿", |register| register.name.as_str())) }
                td { (act_name(register.map(|register| &**register), &entry.act)) }
                td { @if let Some(title) = title {
                    a href={ "/records/" (entry.record) "#entry-" (entry.n) } { (title) }
                } }
            } @else {
                td.none colspan="5" { "您无权查看的条目" }
            }
        }
    }
}
