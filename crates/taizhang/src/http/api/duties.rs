//! Room: duties for programs, and as a calendar that any calendar program can follow by its own link.

use super::{Answer, Asked};
use crate::app::App;
use crate::app::duties::DutyView;
use crate::error::AppError;
use crate::http::Site;
use crate::http::answer::{Failure, Problem};
use crate::http::request::Fields;
use crate::http::visit::Visit;
use axum::Json;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use taizhang_core::calendar::{Moment, clock_time};
use taizhang_core::day::Day;
use taizhang_core::definition::Holder;

/// Minutes that the district's time is ahead of UTC.
const AHEAD_OF_UTC: i32 = 8 * 60;

/// `view` is `mine` (default), `copies`, or `unit` with `unit=`.
pub(in crate::http) async fn list(visit: Visit, Query(asked): Asked) -> Answer {
    let asked = Fields(asked);
    let body = visit.run(move |app, scope| {
        let duties = match asked.one_of("view", &["mine", "copies", "unit"])? {
            Some("copies") => app.copies(scope)?,
            Some("unit") => {
                let asking = app.asking()?;
                let tree = asking.tree(app.today(), asking.reading.n());
                let unit = match asked.get("unit") {
                    Some(text) => asking.unit(&tree, Some(text))?,
                    None => scope.home().unwrap_or_default(),
                };
                drop(asking);
                app.unit_duties(scope, unit)?
            }
            _ => app.duties(scope)?,
        };
        let items: Vec<Value> = duties.iter().map(described).collect();
        Ok(json!({ "items": items, "today": app.today().to_string() }))
    });
    Ok(Json(body.await?))
}

/// How many duties each unit has, by light.
pub(in crate::http) async fn units(visit: Visit) -> Answer {
    let body = visit.run(|app, scope| {
        let rows = app.unit_lights(scope)?;
        let items = rows.iter().map(|row| {
            let lights = row.lights;
            json!({
                "unit": row.unit,
                "name": row.name,
                "open": lights.open,
                "red": (!row.checking).then_some(lights.red),
                "yellow": lights.yellow,
                "paused": lights.paused,
                "checking": row.checking,
            })
        });
        Ok(json!({ "items": items.collect::<Vec<_>>(), "today": app.today().to_string() }))
    });
    Ok(Json(body.await?))
}

/// Who hands over to whom, by the names that they sign in with.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Handing {
    from: String,
    to: String,
    #[serde(default)]
    reason: String,
}

/// Hands all duties of one person over to another.
pub(in crate::http) async fn hand_over(visit: Visit, Json(handing): Json<Handing>) -> Answer {
    let Handing { from, to, reason } = handing;
    let records = visit
        .run(move |app, scope| app.hand_over(scope, &from, &to, &reason))
        .await?;
    Ok(Json(json!({ "records": records })))
}

/// A new link to one's own calendar; an earlier one ends.
pub(in crate::http) async fn new_feed(visit: Visit) -> Result<Response, Problem> {
    let token = visit.run(|app, scope| app.new_feed(scope)).await?;
    let body = json!({ "token": token, "address": format!("/api/v1/duties.ics?token={token}") });
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

/// Ends the link to one's own calendar.
pub(in crate::http) async fn revoke_feed(visit: Visit) -> Result<StatusCode, Problem> {
    visit.run(|app, scope| app.revoke_feed(scope)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The calendar that a link opens. There is no session: the link is the right.
pub(in crate::http) async fn calendar(State(site): State<Site>, Query(asked): Asked) -> Result<Response, Problem> {
    let token = Fields(asked).get("token").unwrap_or_default().to_owned();
    let text = site.run(move |app| {
        let scope = app.feed_scope(&token)?;
        scope.map(|scope| calendar_of(app, &app.duties(&scope)?)).transpose()
    });
    let Some(text) = text.await? else {
        return Err(Failure::new(StatusCode::NOT_FOUND, "not_found", "").problem());
    };
    Ok(([(header::CONTENT_TYPE, "text/calendar; charset=utf-8")], text).into_response())
}

fn described(view: &DutyView) -> Value {
    let holder = match view.holder {
        Holder::Organ => "organ",
        Holder::Applicant => "applicant",
        Holder::Intermediary => "intermediary",
    };
    json!({
        "record": view.record,
        "title": view.title,
        "register": view.register.0,
        "limit": view.limit.0,
        "limit_name": view.limit.1,
        "stage": view.stage.0,
        "holder": holder,
        "unit": view.unit.0,
        "unit_name": view.unit.1,
        "person": (view.duty.person != 0).then_some(view.duty.person),
        "started": view.duty.started.to_string(),
        "due": view.duty.due.map(|due| due.to_string()),
        "due_at": view.duty.minute.map(clock_time),
        "working_minutes": view.minutes_left,
        "provisional": view.duty.provisional,
        "days": view.remaining.map(|(days, _)| days),
        "working_days": view.remaining.map(|(_, working)| working),
        "light": view.light,
    })
}

/// Each duty as a whole-day event on its last day (RFC 5545), or where hours are counted as the minute at
/// which it is over; it goes away once the duty is done.
fn calendar_of(app: &App, duties: &[DutyView]) -> Result<String, AppError> {
    let stamp = instant(app.now());
    let mut lines: Vec<String> = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Taizhang//duties//ZH"]
        .map(str::to_owned)
        .into();
    for view in duties {
        let Some(due) = view.duty.due else { continue };
        let [begins, ends] = match view.duty.minute {
            Some(minute) => ["DTSTART", "DTEND"].map(|key| format!("{key}:{}", instant(Moment { day: due, minute }))),
            None => [("DTSTART", due), ("DTEND", due.next())].map(|(key, on)| format!("{key};VALUE=DATE:{}", day(on))),
        };
        lines.extend([
            "BEGIN:VEVENT".to_owned(),
            format!("UID:{}-{}@taizhang", view.record, view.limit.0),
            format!("DTSTAMP:{stamp}"),
            begins,
            ends,
            format!("SUMMARY:{}", escaped(&format!("{} {}", view.register.1, view.title))),
            format!("DESCRIPTION:{}", escaped(&format!("{} {}", view.limit.1, view.stage.1))),
            "END:VEVENT".to_owned(),
        ]);
    }
    lines.push("END:VCALENDAR".to_owned());
    Ok(lines.iter().map(|line| folded(line)).collect())
}

fn day(day: Day) -> String {
    day.to_string().replace('-', "")
}

/// A minute here as an instant of UTC, in which a calendar needs no table of zones.
fn instant(at: Moment) -> String {
    let minutes = i32::from(at.minute) - AHEAD_OF_UTC;
    let (on, minute) = (at.day.plus(minutes.div_euclid(24 * 60)), minutes.rem_euclid(24 * 60));
    format!("{}T{:02}{:02}00Z", day(on), minute / 60, minute % 60)
}

/// Text as a calendar's line holds it.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// A line in pieces of at most 75 bytes, as the standard asks, never inside a character.
fn folded(line: &str) -> String {
    let (mut out, mut width) = (String::with_capacity(line.len() + 2), 0);
    for c in line.chars() {
        if width + c.len_utf8() > 74 {
            out.push_str("\r\n ");
            width = 1;
        }
        out.push(c);
        width += c.len_utf8();
    }
    out.push_str("\r\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_here_is_an_instant_of_utc() {
        let at = |day: &str, minute| {
            instant(Moment {
                day: day.parse().expect("a day"),
                minute,
            })
        };
        assert_eq!(at("2024-05-06", 17 * 60 + 30), "20240506T093000Z");
        assert_eq!(at("2024-01-01", 30), "20231231T163000Z");
    }

    #[test]
    fn lines_are_folded_and_escaped_as_the_standard_asks() {
        assert_eq!(escaped("a;b,c\\d\ne"), "a\\;b\\,c\\\\d\\ne");
        let long = folded(&"督".repeat(40));
        assert!(long.split("\r\n").all(|piece| piece.len() <= 75));
        assert_eq!(long.replace("\r\n ", "").trim_end(), "督".repeat(40));
    }
}
