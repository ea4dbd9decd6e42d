//! Room: figures for programs — one, broken down, opened to its records and postings.

use super::{Answer, Asked};
use crate::app::ask::{By, Figure, FigureRow, Span, last_day};
use crate::app::records::account_kind_key;
use crate::error::AppError;
use crate::http::request::Fields;
use crate::http::visit::Visit;
use axum::Json;
use axum::extract::{Path, Query};
use serde_json::{Value, json};

const LIMIT: usize = 50;
const LIMIT_MAX: usize = 500;

pub(in crate::http) async fn show(visit: Visit, Path(account): Path<String>, Query(asked): Asked) -> Answer {
    let asked = Fields(asked);
    let body = visit.run(move |app, _| {
        let question = asked.question(&account, app.today())?;
        let mut asking = app.asking()?;
        let figure = asking.figure(&question)?;
        let mut body = figure_of(&figure);
        if let Some(by) = asked.get("by") {
            let wrong = || AppError::BadRequest(app.locale().fill("http.bad_by", &[("value", by)]));
            let rows = asking.rows(&question, &self::by(by).ok_or_else(wrong)?)?;
            body["rows"] = rows.iter().map(row).collect();
        }
        Ok(body)
    });
    Ok(Json(body.await?))
}

/// `unit`, `month`, `dimension=NAME`.
pub(in crate::http) fn by(text: &str) -> Option<By> {
    match text {
        "unit" => Some(By::Unit),
        "month" => Some(By::Month),
        other => {
            let name = other.strip_prefix("dimension=").or(other.strip_prefix("dimension:"))?;
            Some(By::Dimension(name.to_owned()))
        }
    }
}

pub(super) fn figure_of(figure: &Figure) -> Value {
    let mut body = json!({
        "account": figure.account.id,
        "name": figure.account.name,
        "unit": figure.unit_code,
        "unit_name": figure.unit_name,
        "kind": account_kind_key(&figure.account.kind),
    });
    match figure.span {
        Span::AsOf(day) => body["as_of"] = json!(day.to_string()),
        Span::Between(from, to) => {
            body["from"] = json!(from.to_string());
            body["to"] = json!(to.to_string());
        }
    }
    let rest = json!({
        "known_at": figure.known_at,
        "state": figure.state.key(),
        "forecast": figure.forecast,
        "value": figure.value,
        "measure": figure.measure,
        "shown": figure.shown,
        "shown_measure": figure.shown_measure,
        "rows": [],
    });
    if let (Value::Object(body), Value::Object(rest)) = (&mut body, rest) {
        body.extend(rest);
    }
    body
}

fn row(row: &FigureRow) -> Value {
    json!({ "key": row.key, "label": row.label, "state": row.state.key(), "value": row.value })
}

pub(in crate::http) async fn records(visit: Visit, Path(account): Path<String>, Query(asked): Asked) -> Answer {
    let asked = Fields(asked);
    let body = visit.run(move |app, scope| {
        let question = asked.question(&account, app.today())?;
        let limit = asked.count("limit", LIMIT, LIMIT_MAX)?;
        let after = asked.number("cursor")?.unwrap_or(0);
        let mut asking = app.asking()?;
        let known_at = asking.known_at(question.known_at.as_deref())?;
        let opened = asking.open(scope, &question, after, limit)?;
        let items: Vec<Value> = opened
            .items
            .iter()
            .map(|item| {
                json!({
                    "id": item.record,
                    "register": item.register,
                    "title": item.title,
                    "amount": item.amount,
                })
            })
            .collect();
        Ok(json!({
            "items": items,
            "others": opened.others,
            "sum": opened.sum,
            "next": opened.next.map(|next| next.to_string()),
            "known_at": known_at,
        }))
    });
    Ok(Json(body.await?))
}

/// The postings of one record, or of all records on a page of the opened figure.
pub(in crate::http) async fn postings(visit: Visit, Path(account): Path<String>, Query(asked): Asked) -> Answer {
    let asked = Fields(asked);
    let body = visit.run(move |app, scope| {
        let question = asked.question(&account, app.today())?;
        let limit = asked.count("limit", LIMIT, LIMIT_MAX)?;
        let after = asked.number("cursor")?.unwrap_or(0);
        let wanted = asked.number("record")?;
        let (lines, next, known_at) = app.postings(scope, &question, wanted, after, limit)?;
        let items: Vec<Value> = lines
            .iter()
            .map(|line| {
                json!({
                    "entry": line.entry,
                    "record": line.record,
                    "unit": line.unit_code,
                    "day": line.day.to_string(),
                    "amount": line.amount,
                })
            })
            .collect();
        let until = last_day(question.span).to_string();
        Ok(json!({
            "items": items,
            "next": next.map(|next| next.to_string()),
            "to": until,
            "known_at": known_at,
        }))
    });
    Ok(Json(body.await?))
}
