//! Room: imports for programs — a workbook is brought, its progress asked for, confirmed, undone.

use super::Answer;
use crate::error::AppError;
use crate::http::answer::Problem;
use crate::http::request::Fields;
use crate::http::uploaded::{Uploaded, XLSX, download};
use crate::http::visit::Visit;
use crate::import::template;
use crate::import::workbench::{self, Asked, Go, Upload};
use crate::import::{Answer as Means, Beside};
use axum::Json;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// Takes a workbook (`file`) with `register` and the options of the command line. Unless `dry_run` is said
/// it is imported at once.
pub(in crate::http) async fn bring(uploaded: Uploaded) -> Result<Response, Problem> {
    let Uploaded { visit, fields, file } = uploaded;
    let app = visit.site.app.clone();
    let id = visit
        .run(move |_, scope| {
            let (name, file) = file.ok_or_else(|| AppError::said("import.no_file", &[]))?;
            let go = match fields.get("dry_run") {
                Some("true" | "1" | "yes") => Go::Check,
                _ => Go::Write,
            };
            workbench::bring(&app, scope, file, &name, asked(&fields), go)
        })
        .await?;
    let body = json!({ "id": id, "state": "waiting", "progress": { "done": 0, "total": 0 }, "outcome": null });
    Ok((StatusCode::ACCEPTED, Json(body)).into_response())
}

/// What the fields of a form ask for. Columns come as `map.HEADING`, answers as `answer.COLUMN.RAW`; registers for
/// other sheets as `sheet.SHEET`, with `beside.SHEET/HEADING` and `answer.COLUMN/SHEET/RAW`.
pub(in crate::http) fn asked(fields: &Fields) -> Asked {
    let text = |name: &str| fields.get(name).map(str::to_owned);
    let part = |name: &'static str| {
        let all = fields.0.iter();
        all.filter_map(move |(of, value)| Some((of.strip_prefix(name)?.to_owned(), value.clone())))
    };
    let answer = |(of, means): (String, String)| {
        // A name of a sheet may hold a dot, and never a stroke.
        let letters = of.find(|c: char| !c.is_ascii_uppercase()).unwrap_or(of.len());
        let (column, rest) = of.split_at(letters);
        let (sheet, raw) = match rest.strip_prefix('/') {
            Some(rest) => rest.split_once('/').map(|(sheet, raw)| (Some(sheet.to_owned()), raw))?,
            None => (None, rest.strip_prefix('.')?),
        };
        (!means.is_empty()).then(|| Means {
            sheet,
            column: column.to_owned(),
            raw: raw.to_owned(),
            means,
        })
    };
    let maps: Vec<(String, String)> = part("beside.").filter(|(_, field)| field != "?").collect();
    let beside = |(sheet, register): (String, String)| {
        let of_sheet = maps.iter().filter_map(|(place, field)| {
            let (own, heading) = place.split_once('/')?;
            (own == sheet).then(|| (heading.to_owned(), field.clone()))
        });
        let map = of_sheet.collect();
        (!register.is_empty()).then_some(Beside { sheet, register, map })
    };
    let chosen: Vec<(String, String)> = part("sheet.").collect();
    Asked {
        register: text("register").unwrap_or_default(),
        sheet: text("sheet"),
        map: part("map.").filter(|(_, field)| field != "?").collect(),
        occurred_on: text("occurred_on"),
        opening: text("opening"),
        skip_bad: matches!(fields.get("skip_bad"), Some("true" | "1" | "yes" | "on")),
        reason: text("reason"),
        answers: part("answer.").filter_map(answer).collect(),
        beside: (!chosen.is_empty()).then(|| chosen.into_iter().filter_map(beside).collect()),
    }
}

pub(in crate::http) async fn list(visit: Visit) -> Answer {
    let items = visit.run(workbench::list).await?;
    Ok(Json(json!({ "items": items.iter().map(shown).collect::<Vec<_>>() })))
}

pub(in crate::http) async fn show(visit: Visit, Path(id): Path<i64>) -> Answer {
    let upload = visit.run(move |app, scope| workbench::get(app, scope, id)).await?;
    Ok(Json(shown(&upload)))
}

fn shown(upload: &Upload) -> Value {
    let (row, detail) = (&upload.row, &upload.detail);
    let lines = detail.lines.iter();
    let errors: Vec<Value> = lines
        .map(|line| json!({ "code": line.code, "message": line.message, "value": line.value }))
        .collect();
    json!({
        "id": row.id,
        "state": row.state,
        "register": detail.asked.register,
        "file": { "name": detail.file_name, "hash": detail.kept.file },
        "progress": { "done": row.done, "total": row.total },
        "outcome": detail.outcome,
        "errors": errors,
        "message": detail.message,
        "entries": detail.entries.map(|(first, last)| [first, last]),
        "undone_by": detail.undone_by.map(|(first, last)| [first, last]),
        "started_at": crate::clock::rfc3339(row.started_at),
    })
}

/// Goes through with an import that was looked at; the body may answer what was asked.
pub(in crate::http) async fn confirm(visit: Visit, Path(id): Path<i64>, body: bytes::Bytes) -> Answer {
    let app = visit.site.app.clone();
    let upload = visit
        .run(move |_, scope| {
            let given = !body.is_empty();
            let asked = given.then(|| serde_json::from_slice::<Asked>(&body)).transpose();
            let asked = asked.map_err(|error| AppError::BadRequest(error.to_string()))?;
            workbench::again(&app, scope, id, asked, Go::Write)?;
            workbench::get(&app, scope, id)
        })
        .await?;
    Ok(Json(shown(&upload)))
}

/// Undoes what an import wrote.
pub(in crate::http) async fn undo(visit: Visit, Path(id): Path<i64>, Json(body): Json<Value>) -> Answer {
    let reason = body["reason"].as_str().unwrap_or_default().to_owned();
    let entries = visit
        .run(move |app, scope| workbench::undo(app, scope, id, &reason))
        .await?;
    Ok(Json(
        json!({ "id": id, "state": "undone", "undone_by": [entries.0, entries.1] }),
    ))
}

/// The sender's workbook with its wrong cells marked.
pub(in crate::http) async fn workbook(visit: Visit, Path(id): Path<i64>) -> Result<Response, Problem> {
    let marked = visit.run(move |app, scope| workbench::marked(app, scope, id));
    let (name, file) = marked.await?;
    Ok(download(&name, XLSX, file))
}

/// The template of a register; with `filled=true` its records in it, with `children=true` a sheet for each
/// register below.
pub(in crate::http) async fn template(
    visit: Visit,
    Path(register): Path<String>,
    Query(asked): super::Asked,
) -> Result<Response, Problem> {
    let asked = Fields(asked);
    let made = visit.run(move |app, scope| {
        let with = template::With {
            records: asked.yes("filled")?,
            children: asked.yes("children")?,
        };
        template::of_register(app, scope, &register, with)
    });
    let (name, file) = made.await?;
    Ok(download(&name, XLSX, file))
}

/// The row of a workbook that an entry came from, as it stood there.
pub(in crate::http) async fn source(visit: Visit, Path(entry): Path<i64>) -> Answer {
    let (seen, file_name) = visit
        .run(move |app, scope| {
            let seen = workbench::rows_of(app, scope, entry)?;
            let gone = || AppError::missing("import.workbook_gone", &[]);
            let name = seen.file_name.clone().ok_or_else(gone)?;
            Ok((seen, name))
        })
        .await?;
    let cells: Vec<Value> = seen
        .cells
        .iter()
        .map(|cell| {
            let read = cell
                .read_as
                .as_ref()
                .map(|read| json!({ "field": read.field, "value": read.value, "by": read.how.key() }));
            json!({ "address": cell.address, "raw": cell.raw, "kind": cell.kind, "read_as": read })
        })
        .collect();
    Ok(Json(json!({
        "entry": entry, "file": { "name": file_name, "hash": seen.file },
        "sheet": seen.sheet, "row": seen.row, "cells": cells,
    })))
}
