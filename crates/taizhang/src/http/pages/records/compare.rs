//! The list held against an earlier moment: what came in, what went out, what changed — the old value
//! struck above the new one.

use super::List;
use crate::app::records::{Change, Compared, ListAsk};
use crate::error::AppError;
use crate::http::pages::words::{plain, stage_name};
use maud::{Markup, html};
use taizhang_core::id::{FieldNo, STAGE};
use taizhang_core::timeline::State;

pub(super) fn show(list: &List<'_>) -> Result<Markup, AppError> {
    let locale = list.app.locale();
    let t = |key: &'static str| locale.text(key);
    let day = list.stand.fields().day("then")?;
    let known = list.stand.get("then_known").map(str::to_owned);
    let found = match (day, &known) {
        (None, None) => None,
        _ => {
            let then = ListAsk {
                as_of: day.or(list.ask.as_of),
                known_at: known.clone().or(list.ask.known_at.clone()),
                ..list.ask.clone()
            };
            Some(list.app.compare(list.scope, &list.ask, &then)?)
        }
    };
    Ok(html! {
        form.filters action=(list.stand.path()) {
            label { (t("page.list.then")) input type="date" name="then" value=(list.stand.get("then").unwrap_or_default()); }
            label { (t("page.list.then_known")) input name="then_known" value=(known.unwrap_or_default())
                placeholder=(t("page.stand.known_hint")); }
            @for (name, value) in list.stand.others(&["then", "then_known"]) { input type="hidden" name=(name) value=(value); }
            button type="submit" { (t("page.list.hold_against")) }
        }
        @match found {
            None => p.about { (t("page.list.compare_about")) },
            Some(found) => (table(list, &found)),
        }
    })
}

fn table(list: &List<'_>, found: &Compared) -> Markup {
    let locale = list.app.locale();
    let came = found.changes.iter().filter(|change| change.before.is_none()).count();
    let went = found.changes.iter().filter(|change| change.after.is_none()).count();
    let changed = found.changes.len() - came - went;
    html! {
        p.counts { (locale.say("page.list.differences", &[("came", &came), ("went", &went), ("changed", &changed)])) }
        @if found.changes.is_empty() { p.none { (locale.text("page.list.no_difference")) } }
        @else { div.scroll { table.ledger.list {
            thead { tr { th.first { (locale.text("page.journal.record")) } th { (locale.text("page.list.what")) }
                th { (locale.text("page.list.fields")) } } }
            tbody { @for change in found.changes.iter().take(super::ALL) {
                tr {
                    th.first scope="row" { a href={ "/records/" (change.record) } { (change.title) } }
                    td { (locale.text(kind(change))) }
                    td { dl.changes { @for no in &change.fields { (field(list, found, change, *no)) } } }
                }
            } }
        } } }
    }
}

fn kind(change: &Change) -> &'static str {
    match (&change.before, &change.after) {
        (None, _) => "page.list.came",
        (_, None) => "page.list.went",
        _ => "page.list.changed",
    }
}

fn field(list: &List<'_>, found: &Compared, change: &Change, no: FieldNo) -> Markup {
    let locale = list.app.locale();
    let name = found
        .register
        .field(no)
        .map_or(locale.text("shown.stage"), |field| field.name.as_str());
    let text = |state: Option<&State>| {
        let Some(state) = state else { return String::new() };
        let text = match found.register.field(no) {
            Some(field) => plain(locale, &found.definition, field, state.cell(no), &found.labels),
            None if no == STAGE => stage_name(&found.register, state.stage().unwrap_or_default()).to_owned(),
            None => String::new(),
        };
        if text.is_empty() {
            locale.text("shown.unsaid").to_owned()
        } else {
            text
        }
    };
    html! { dt { (name) } dd { del.above { (text(change.before.as_ref())) } ins { (text(change.after.as_ref())) } } }
}
