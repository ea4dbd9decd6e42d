//! The list on a time axis: a bar from one date of a record to another. Drawn on the server, so that it
//! prints and needs no script.

use super::List;
use super::month::{chosen, dates};
use crate::app::records::{Listed, RecordRow};
use crate::error::AppError;
use crate::http::pages::axis::{Bar, WIDE, drawn};
use maud::{Markup, html};
use taizhang_core::definition::{Field, FieldKind, Register};
use taizhang_core::field_kinds::seals;

/// The dates that a bar begins and ends at where nobody chose, by the ids that packs give them.
const BEGINS: [&str; 2] = ["started_on", "planned_start"];
const ENDS: [&str; 3] = ["planned_finish", "produced_on", "deadline"];

/// The dates that a register's records are drawn between if nobody chooses.
pub(in crate::http::pages) fn between(register: &Register) -> Option<(&Field, &Field)> {
    let dated = |field: &&Field| matches!(field.kind, FieldKind::Date { .. }) && !seals(field);
    let dates: Vec<&Field> = register.fields.iter().filter(dated).collect();
    Some((like(&dates, &BEGINS)?, like(&dates, &ENDS)?))
}

/// A list as bars, those that began first above.
pub(in crate::http::pages) fn bars(listed: &Listed, begins: &Field, ends: &Field) -> Vec<Bar> {
    let bar = |row: &RecordRow| {
        let (definition, register) = (&listed.definition, &listed.register);
        Some(Bar {
            record: row.record,
            title: crate::app::names::title(definition, register, &row.state, row.record, &listed.labels),
            from: row.state.day(begins.no)?,
            to: row.state.day(ends.no),
        })
    };
    let mut bars: Vec<Bar> = listed.rows.iter().filter_map(bar).collect();
    bars.sort_by_key(|bar| (bar.from, bar.record));
    bars
}

pub(super) fn show(list: &List<'_>) -> Result<Markup, AppError> {
    let locale = list.app.locale();
    let dates = dates(list);
    let begins = chosen(list, &dates, "begins")?.or_else(|| like(&dates, &BEGINS));
    let ends = chosen(list, &dates, "ends")?.or_else(|| like(&dates, &ENDS));
    let (Some(begins), Some(ends)) = (begins.or(dates.first().copied()), ends.or(dates.last().copied())) else {
        return Ok(html! {});
    };
    let listed = list.app.list(list.scope, &list.all())?;
    let today = list.ask.as_of.unwrap_or(list.app.today());
    let bars = bars(&listed, begins, ends);
    let address = |record| list.stand.to(&format!("/records/{record}"));
    Ok(html! {
        form.filters action=(list.stand.path()) {
            (choice(locale.text("page.list.begins"), "begins", &dates, begins))
            (choice(locale.text("page.list.ends"), "ends", &dates, ends))
            @for (name, value) in list.stand.others(&["begins", "ends"]) { input type="hidden" name=(name) value=(value); }
            button type="submit" { (locale.text("page.stand.go")) }
        }
        (list.rest(listed.total))
        @if bars.is_empty() { p.none { (locale.text("page.list.no_dates")) } }
        @else { div.scroll { (drawn(&list.register.name, WIDE, &bars, today, &address)) } }
        @if bars.len() < listed.rows.len() {
            p.quiet { (locale.say("page.list.undated", &[("count", &(listed.rows.len() - bars.len()))])) }
        }
    })
}

fn like<'a>(dates: &[&'a Field], ids: &[&str]) -> Option<&'a Field> {
    ids.iter()
        .find_map(|id| dates.iter().find(|field| field.id == *id).copied())
}

fn choice(label: &str, name: &str, dates: &[&Field], chosen: &Field) -> Markup {
    html! { label { (label) select name=(name) { @for each in dates {
        option value=(each.id) selected[each.no == chosen.no] { (each.name) }
    } } } }
}
