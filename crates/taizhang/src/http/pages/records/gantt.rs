//! The list on a time axis: a bar from one date of a record to another. Drawn on the server, so that it
//! prints and needs no script.

use super::List;
use super::month::{chosen, dates};
use crate::error::AppError;
use maud::{Markup, html};
use taizhang_core::day::Day;
use taizhang_core::definition::Field;

/// The height of a row and the width of the axis, in the drawing's own units.
const ROW: i32 = 26;
const NAMES: i32 = 260;
const WIDTH: i32 = 1200;

pub(super) fn show(list: &List<'_>) -> Result<Markup, AppError> {
    let locale = list.app.locale();
    let dates = dates(list);
    let begins = chosen(list, &dates, "begins").or_else(|| like(&dates, &["started_on", "planned_start"]));
    let ends = chosen(list, &dates, "ends").or_else(|| like(&dates, &["planned_finish", "produced_on", "deadline"]));
    let (Some(begins), Some(ends)) = (begins.or(dates.first().copied()), ends.or(dates.last().copied())) else {
        return Ok(html! {});
    };
    let listed = list.app.list(list.scope, &list.all())?;
    let title = |row| {
        let row: &crate::app::records::RecordRow = row;
        crate::app::names::title(
            &listed.definition,
            &list.register,
            &row.state,
            row.record,
            &listed.labels,
        )
    };
    let today = list.ask.as_of.unwrap_or(list.app.today());
    let mut bars: Vec<(i64, String, Day, Option<Day>)> = listed
        .rows
        .iter()
        .filter_map(|row| {
            Some((
                row.record,
                title(row),
                row.state.day(begins.no)?,
                row.state.day(ends.no),
            ))
        })
        .collect();
    bars.sort_by_key(|(record, _, from, _)| (*from, *record));
    Ok(html! {
        form.filters action=(list.stand.path()) {
            (choice(locale.text("page.list.begins"), "begins", &dates, begins))
            (choice(locale.text("page.list.ends"), "ends", &dates, ends))
            @for (name, value) in list.stand.others(&["begins", "ends"]) { input type="hidden" name=(name) value=(value); }
            button type="submit" { (locale.text("page.stand.go")) }
        }
        (list.rest(listed.total))
        @if bars.is_empty() { p.none { (locale.text("page.list.no_dates")) } }
        @else { div.scroll { (drawn(list, &bars, today)) } }
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

fn drawn(list: &List<'_>, bars: &[(i64, String, Day, Option<Day>)], today: Day) -> Markup {
    let first = bars
        .iter()
        .map(|(_, _, from, _)| *from)
        .min()
        .unwrap_or(today)
        .month()
        .first();
    let last = bars
        .iter()
        .filter_map(|(_, _, _, to)| *to)
        .max()
        .unwrap_or(today)
        .max(today)
        .month()
        .last();
    let days = (last.0 - first.0 + 1).max(1);
    let at = |day: Day| NAMES + (day.0 - first.0).clamp(0, days) * (WIDTH - NAMES) / days;
    let height = (bars.len() as i32 + 1) * ROW + 4;
    let months: Vec<Day> = (first.month().0..=last.month().0)
        .map(|no| taizhang_core::day::Month(no).first())
        .collect();
    let every = months.len().div_ceil(18).max(1);
    html! {
        svg.gantt viewBox={ "0 0 " (WIDTH) " " (height) } width=(WIDTH) height=(height) role="group" aria-label=(list.register.name) {
            @for month in months.iter().step_by(every) {
                line.grid x1=(at(*month)) x2=(at(*month)) y1=(ROW - 6) y2=(height) {}
                text.tick x=(at(*month) + 3) y="14" { (month.month()) }
            }
            @for (no, (record, title, from, to)) in bars.iter().enumerate() {
                @let y = (no as i32 + 1) * ROW;
                a href=(list.stand.to(&format!("/records/{record}"))) {
                    text.name x="0" y=(y + 16) { (shortened(title)) }
                    @match to {
                        Some(to) if to >= from => rect.span x=(at(*from)) y=(y + 5) width=((at(*to) - at(*from)).max(4))
                            height="13" { title { (title) " " (from) " – " (to) } },
                        _ => rect.open x=(at(*from)) y=(y + 5) width=((at(today) - at(*from)).max(6)) height="13" { title {
                            (title) " " (from) " –" } },
                    }
                }
            }
            line.now x1=(at(today)) x2=(at(today)) y1="0" y2=(height) {}
        }
    }
}

fn shortened(title: &str) -> String {
    const SHOWN: usize = 16;
    if title.chars().count() <= SHOWN {
        return title.to_owned();
    }
    title.chars().take(SHOWN - 1).chain(['…']).collect()
}
