//! Page: a year of working days as the State Council arranged it — days off, make-up days, how many
//! working days each month has, and how far the calendar is known.

use super::{Page, layout, parts};
use crate::http::visit::Visit;
use crate::locale::Locale;
use maud::{Markup, html};
use taizhang_core::calendar::CalendarView;
use taizhang_core::day::{Day, Month};

pub(in crate::http) async fn show(visit: Visit) -> Page {
    let stand = visit.stand.clone();
    let page = visit.run(move |app, scope| {
        let locale = app.locale();
        let t = |key: &'static str| locale.text(key);
        let definition = app.definition()?;
        let calendar = definition.calendar.latest();
        let today = app.today();
        let year = stand.fields().year("year")?.unwrap_or(today.year());
        let known = calendar.known_years().contains(&year);
        let last = calendar.known_years().iter().max();
        let body = html! {
            div.title {
                h1 { (locale.say("page.calendar.title", &[("year", &year)])) }
                nav.acts aria-label=(t("page.calendar.years")) {
                    a.button href={ "?year=" (year - 1) } { "‹ " (year - 1) }
                    a.button href={ "?year=" (year + 1) } { (year + 1) " ›" }
                }
            }
            (parts::about(t("page.calendar.about")))
            @if !known {
                p.then { (locale.say("page.calendar.provisional", &[("year", &year), ("last", &last.copied().unwrap_or(0))])) }
            }
            div.months { @for month in 1..=12 {
                @if let Ok(month) = Month::of(year, month) { (self::month(locale, calendar, month, today)) }
            } }
        };
        Ok(layout::page(app, scope, "calendar", t("page.way_calendar"), body))
    });
    Ok(page.await?)
}

fn month(locale: &Locale, calendar: &CalendarView, month: Month, today: Day) -> Markup {
    let (first, last) = (month.first(), month.last());
    let working = calendar.working_days_between(first.plus(-1), last);
    let (_, at) = month.ym();
    let blanks = first.weekday().max(1) - 1;
    let days: Vec<Day> = (0..31).map(|n| first.plus(n)).filter(|day| *day <= last).collect();
    html! {
        section.month {
            h3 { (locale.say("page.calendar.month", &[("month", &at)]))
                small { (locale.say("page.calendar.working", &[("count", &working)])) } }
            ol {
                @for day in 0..7 { li.dow aria-hidden="true" { (locale.nth("page.calendar.weekdays", day)) } }
                @for _ in 0..blanks { li aria-hidden="true" {} }
                @for day in days { (self::day(locale, calendar, day, today)) }
            }
        }
    }
}

fn day(locale: &Locale, calendar: &CalendarView, day: Day, today: Day) -> Markup {
    let kind = calendar.is_working_day(day);
    let weekend = day.weekday() > 5;
    let works = kind.working;
    let mark = match (works, weekend) {
        (true, true) => Some("page.calendar.make_up"),
        (false, false) => Some("page.calendar.off"),
        _ => None,
    };
    let (_, _, no) = day.ymd();
    html! {
        li.weekend[!works && weekend && calendar.festival(day).is_none()] .off[!works && (!weekend ||
            calendar.festival(day).is_some())] .makeup[works && weekend] .today[day == today] title=[calendar.festival(day)] {
            time datetime=(day) { (no) }
            @if let Some(key) = mark { small { (locale.text(key)) } }
        }
    }
}
