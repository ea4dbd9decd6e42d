//! The list as a month: each record on the day that a date field of it names.

use super::List;
use crate::error::AppError;
use maud::{Markup, html};
use std::collections::BTreeMap;
use taizhang_core::day::{Day, Month};
use taizhang_core::definition::{Field, FieldKind};
use taizhang_core::field_kinds::seals;
use taizhang_core::id::RecordNo;

pub(super) fn show(list: &List<'_>) -> Result<Markup, AppError> {
    let locale = list.app.locale();
    let dates = dates(list);
    let Some(field) = chosen(list, &dates, "on")?.or(dates.first().copied()) else {
        return Ok(html! {});
    };
    let today = list.ask.as_of.unwrap_or(list.app.today());
    let month = list.stand.fields().month("month")?.unwrap_or(today.month());
    let mut ask = list.all();
    ask.filters
        .push((field.id.clone(), "ge".to_owned(), month.first().to_string()));
    ask.filters
        .push((field.id.clone(), "le".to_owned(), month.last().to_string()));
    let listed = list.app.list(list.scope, &ask)?;
    let mut days: BTreeMap<Day, Vec<(RecordNo, String)>> = BTreeMap::new();
    for row in &listed.rows {
        if let Some(day) = row.state.day(field.no) {
            let title = crate::app::names::title(
                &listed.definition,
                &list.register,
                &row.state,
                row.record,
                &listed.labels,
            );
            days.entry(day).or_default().push((row.record, title));
        }
    }
    let (year, at) = month.ym();
    let step = |by: i32| Month(month.0 + by).to_string();
    let blanks = month.first().weekday().max(1) - 1;
    Ok(html! {
        form.filters action=(list.stand.path()) {
            label { (locale.text("page.list.by_date")) select name="on" { @for each in &dates {
                option value=(each.id) selected[each.no == field.no] { (each.name) }
            } } }
            label { (locale.text("page.list.month")) input type="month" name="month" value=(month); }
            @for (name, value) in list.stand.others(&["on", "month"]) { input type="hidden" name=(name) value=(value); }
            button type="submit" { (locale.text("page.stand.go")) }
            a.button href=(list.stand.with(&[("month", &step(-1))])) { "‹" }
                a.button href=(list.stand.with(&[("month", &step(1))])) { "›" }
        }
        h2 { (year) "-" (format!("{at:02}")) small { (field.name) " · " (listed.total) } }
        (list.rest(listed.total))
        div.scroll { ol.month-grid {
            @for day in 0..7 { li.dow aria-hidden="true" { (locale.nth("page.calendar.weekdays", day)) } }
            @for _ in 0..blanks { li.blank aria-hidden="true" {} }
            @for no in 0..31 {
                @let day = month.first().plus(no);
                @if day <= month.last() {
                    li.today[day == list.app.today()] {
                        time datetime=(day) { (no + 1) }
                        @for (record, title) in days.get(&day).into_iter().flatten() {
                            a href=(list.stand.to(&format!("/records/{record}"))) { (title) }
                        }
                    }
                }
            }
        } }
    })
}

/// The date fields of the register.
pub(super) fn dates<'a>(list: &'a List<'_>) -> Vec<&'a Field> {
    let fits = |field: &&Field| matches!(field.kind, FieldKind::Date { .. }) && !seals(field);
    list.register.fields.iter().filter(fits).collect()
}

/// The field that the address names.
pub(super) fn chosen<'a>(list: &List<'_>, dates: &[&'a Field], name: &str) -> Result<Option<&'a Field>, AppError> {
    let ids: Vec<&str> = dates.iter().map(|field| field.id.as_str()).collect();
    let id = list.stand.fields().one_of(name, &ids)?;
    Ok(dates.iter().find(|field| Some(field.id.as_str()) == id).copied())
}
