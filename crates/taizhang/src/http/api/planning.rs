//! Room: what looks ahead or judges by a rule, for programs: the same answers as the command line gives.

use super::{Answer, Asked};
use crate::app::candidates::lack_text;
use crate::app::cards::{input, judged_on, named, refused, to_json};
use crate::app::pace::to_json as pace_json;
use crate::app::scenario::read;
use crate::error::AppError;
use crate::http::request::Fields;
use crate::http::visit::Visit;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query};
use serde_json::{Value, json};
use taizhang_core::day::Day;
use taizhang_schemes::scorecard::score;

pub(in crate::http) async fn suppose(visit: Visit, Query(asked): Asked, body: Bytes) -> Answer {
    let asked = Fields(asked);
    let answer = visit.run(move |app, _| {
        let scenario = read(&text(&body)?)?;
        let end = Day::of(app.today().year(), 12, 31).unwrap_or(app.today());
        let as_of = asked.day("as_of")?.unwrap_or(end);
        let supposed = app.suppose(&scenario, as_of)?;
        let sides = supposed.targets.iter();
        let targets: Vec<Value> = sides
            .map(|(before, after)| json!({ "target": &*before.target, "before": pace_json(before), "after": pace_json(after) }))
            .collect();
        Ok(json!({
            "hypothetical": true, "label": app.locale().text("scenario.label"), "as_of": as_of.to_string(),
            "entries": supposed.entries, "targets": targets,
        }))
    });
    Ok(Json(answer.await?))
}

pub(in crate::http) async fn candidates(visit: Visit, Path(card): Path<String>, Query(asked): Asked) -> Answer {
    let asked = Fields(asked);
    let answer = visit.run(move |app, scope| {
        let (card, found) = app.candidates(scope, &card, asked.day("as_of")?)?;
        let items: Vec<Value> = found
            .iter()
            .map(|one| {
                let mut line = to_json(&one.outcome, false);
                let lacks: Vec<String> = one.lacks.iter().map(|lack| lack_text(app.locale(), lack)).collect();
                (line["id"], line["title"], line["lacks"]) = (json!(one.record), json!(one.title), json!(lacks));
                line
            })
            .collect();
        Ok(json!({ "card": card.id, "items": items }))
    });
    Ok(Json(answer.await?))
}

pub(in crate::http) async fn score_one(
    visit: Visit,
    Path(card): Path<String>,
    Query(asked): Asked,
    body: Bytes,
) -> Answer {
    let asked = Fields(asked);
    let answer = visit.run(move |app, _| {
        let card = named(&*app.definition()?, &card)?;
        let (day, expired) = judged_on(&card, asked.day("on")?, app.today());
        let outcome =
            score(&card, &input(&text(&body)?)?, day).map_err(|fault| refused(app.locale(), &card, &fault))?;
        Ok(to_json(&outcome, expired))
    });
    Ok(Json(answer.await?))
}

/// Judges a record with the facts of the body and writes the result into it.
pub(in crate::http) async fn award(
    visit: Visit,
    Path((card, record)): Path<(String, i64)>,
    Query(asked): Asked,
    body: Bytes,
) -> Answer {
    let asked = Fields(asked);
    let answer = visit.run(move |app, scope| {
        let on = asked.day("on")?.unwrap_or(app.today());
        let (outcome, receipt) = app.award(scope, &card, record, &input(&text(&body)?)?, on)?;
        let mut told = to_json(&outcome, false);
        told["entry"] = json!(receipt.last);
        Ok(told)
    });
    Ok(Json(answer.await?))
}

pub(in crate::http) async fn places(visit: Visit, Path(card): Path<String>, Query(asked): Asked) -> Answer {
    let asked = Fields(asked);
    let answer = visit.run(move |app, scope| {
        let placed = app.placed(scope, &card, asked.get("event").unwrap_or_default())?;
        let items: Vec<Value> = placed
            .iter()
            .map(|one| {
                let result = one.result.map(|result| result.round_dp(2).normalize().to_string());
                json!({ "group": one.group, "entry": one.entry, "place": one.place, "result": result, "sheets": one.sheets,
                    "record": one.record, "prize": one.prize.map(|prize| prize.normalize().to_string()) })
            })
            .collect();
        Ok(json!({ "items": items }))
    });
    Ok(Json(answer.await?))
}

/// `{event}`: hands sheets out to every judge.
pub(in crate::http) async fn hand_out(visit: Visit, Path(card): Path<String>, Json(body): Json<Value>) -> Answer {
    let answer = visit.run(move |app, scope| {
        let count = app.hand_out(scope, &card, body["event"].as_str().unwrap_or_default())?;
        Ok(json!({ "sheets": count }))
    });
    Ok(Json(answer.await?))
}

/// `{event, occurred_on}`: publishes the places into what was judged.
pub(in crate::http) async fn publish(visit: Visit, Path(card): Path<String>, Json(body): Json<Value>) -> Answer {
    let answer = visit.run(move |app, scope| {
        let on = match body["occurred_on"].as_str() {
            Some(text) => text
                .parse()
                .map_err(|_| AppError::said("http.not_a_day", &[("value", &text)]))?,
            None => app.today(),
        };
        let done = app.publish_places(scope, &card, body["event"].as_str().unwrap_or_default(), on)?;
        Ok(json!({ "first": done.first, "last": done.last }))
    });
    Ok(Json(answer.await?))
}

pub(in crate::http) async fn roll_over(visit: Visit, Query(asked): Asked) -> Answer {
    let asked = Fields(asked);
    let answer = visit.run(move |app, _| {
        let year = asked.year("year")?.unwrap_or(app.today().year());
        let items: Vec<Value> = app
            .plan_roll_over(year)?
            .iter()
            .map(|one| {
                let next = one.next.as_ref();
                json!({
                    "target": one.code, "name": one.name, "value": one.value, "problem": one.problem,
                    "next": next.map(|(code, _)| code), "next_value": next.map(|(_, value)| value),
                    "above": one.above.as_ref().and_then(|(_, above)| above.code()),
                    "parts": one.parts.as_ref().map(|split| split.sum.normalize().to_string()),
                })
            })
            .collect();
        Ok(json!({ "year": year, "items": items }))
    });
    Ok(Json(answer.await?))
}

fn text(body: &Bytes) -> Result<String, AppError> {
    String::from_utf8(body.to_vec()).map_err(|error| AppError::BadRequest(error.to_string()))
}
