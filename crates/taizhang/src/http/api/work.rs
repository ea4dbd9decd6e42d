//! Room: papers of a step and scoreboards, for programs: the same text and the same figures as on the pages.

use super::{Answer, Asked};
use crate::bulletin::paper;
use crate::http::request::Fields;
use crate::http::visit::Visit;
use axum::Json;
use axum::extract::{Path, Query};
use serde_json::{Map, Value, json};

pub(in crate::http) async fn paper(
    visit: Visit,
    Path((record, id)): Path<(i64, String)>,
    Query(asked): Asked,
) -> Answer {
    let asked = Fields(asked);
    let body = visit.run(move |app, scope| {
        let as_of = asked.day("as_of", app.locale())?;
        let drafted = paper::draft(app, scope, (record, &id), as_of, asked.get("known_at"))?;
        Ok(json!({
            "paper": id, "record": record, "title": drafted.title, "draft": true, "said": drafted.said,
            "markdown": drafted.markdown,
        }))
    });
    Ok(Json(body.await?))
}

pub(in crate::http) async fn board(
    visit: Visit,
    Path((register, id)): Path<(String, String)>,
    Query(asked): Asked,
) -> Answer {
    let asked = Fields(asked);
    let body = visit.run(move |app, scope| {
        let as_of = asked.day("as_of", app.locale())?.unwrap_or(app.today());
        let board = app.scoreboard(
            scope,
            (&register, &id),
            asked.get("unit"),
            (as_of, asked.get("known_at")),
        )?;
        let items = board.lines.iter().map(|line| {
            let cells = board.columns.iter().zip(&line.cells);
            let figures: Map<String, Value> = cells
                .map(|(column, cell)| (column.id.clone(), json!(cell.value)))
                .collect();
            json!({ "unit": line.code, "name": line.name, "place": line.place, "figures": figures })
        });
        let items: Vec<Value> = items.collect();
        Ok(json!({
            "board": id, "from": board.from.to_string(), "as_of": as_of.to_string(), "known_at": board.known_at,
            "items": items,
        }))
    });
    Ok(Json(body.await?))
}
