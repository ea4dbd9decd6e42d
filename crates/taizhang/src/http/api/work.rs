//! Room: papers of a step and scoreboards, for programs: the same text and the same figures as on the pages.

use super::{Answer, Asked};
use crate::app::burden::Load;
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
        let as_of = asked.day("as_of")?;
        let drafted = paper::draft(app, scope, (record, &id), as_of, asked.get("known_at"))?;
        Ok(json!({
            "paper": id, "record": record, "title": drafted.title, "draft": true, "said": drafted.said,
            "markdown": drafted.markdown,
        }))
    });
    Ok(Json(body.await?))
}

/// What was asked of people in a month; this one without `month`.
pub(in crate::http) async fn burden(visit: Visit, Query(asked): Asked) -> Answer {
    let asked = Fields(asked);
    let body = visit.run(move |app, scope| {
        let month = asked.month("month")?.unwrap_or_else(|| app.today().month());
        let loads = app.loads(scope, month)?;
        let most = loads.ceiling;
        let load = |load: Load| json!({ "forms": load.forms, "cells": load.cells, "reminders": load.reminders });
        let people = loads.people.iter();
        let people = people.map(|one| {
            let (name, load) = (&one.name, load(one.load));
            json!({ "actor": one.actor, "name": name, "unit": one.unit, "load": load, "over": one.over })
        });
        let units = loads.units.iter();
        let units = units.map(|one| {
            let (name, load) = (&one.name, load(one.load));
            json!({ "unit": one.code, "name": name, "people": one.people, "load": load, "over": one.over })
        });
        Ok(json!({
            "month": loads.month.to_string(),
            "ceiling": { "forms": most.forms, "cells": most.cells, "reminders": most.reminders },
            "people": people.collect::<Vec<Value>>(), "units": units.collect::<Vec<Value>>(),
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
        let as_of = asked.day("as_of")?.unwrap_or(app.today());
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
            json!({ "unit": line.code, "name": line.name, "place": line.place, "figures": figures, "checking": line.checking })
        });
        let items: Vec<Value> = items.collect();
        Ok(json!({
            "board": id, "from": board.from.to_string(), "as_of": as_of.to_string(), "known_at": board.known_at,
            "items": items,
        }))
    });
    Ok(Json(body.await?))
}
