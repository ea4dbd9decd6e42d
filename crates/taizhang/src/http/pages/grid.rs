//! Page: a sheet to type or paste into. Each row is a new record; all are checked cell by cell, and all
//! are written or none. It works as a form; a script adds pasting from WPS and Excel.

use super::{Page, layout, parts};
use crate::app::App;
use crate::app::execute::{Draft, DraftWish};
use crate::app::scope::Scope;
use crate::error::{AppError, RefusedLine};
use crate::http::answer::Oops;
use crate::http::api::registers::measure;
use crate::http::request::{self, Fields, segment};
use crate::http::visit::Visit;
use crate::keys::{hex, random};
use axum::Form;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use std::collections::BTreeMap;
use taizhang_core::definition::{Field, FieldKind, Register, Verb};
use taizhang_core::refusal::{Code, Refusal};

/// How many rows a fresh sheet has, and how many one may have.
const ROWS: usize = 8;
const MOST: usize = 200;
/// How many columns beside those that must be filled.
const COLUMNS: usize = 12;

pub(in crate::http) async fn show(visit: Visit, Path(register): Path<String>) -> Page {
    let page = visit.run(move |app, scope| {
        let (_, register) = app.register(scope, &register)?;
        sheet(app, scope, &register, &Fields::default(), &Told::default())
    });
    Ok(page.await?)
}

pub(in crate::http) async fn write(
    visit: Visit,
    Path(register): Path<String>,
    Form(typed): Form<Vec<(String, String)>>,
) -> Result<Response, Oops> {
    let typed = Fields(typed);
    let done = visit.run(move |app, scope| {
        let (_, register) = app.register(scope, &register)?;
        if !scope.may_somewhere(Verb::Write, &register) {
            return Err(AppError::refuse(app.locale(), &Refusal::new(Code::NotPermitted)));
        }
        let said = typed.0.iter().filter(|(name, _)| name != "key" && name != "do");
        let body = request::asked(said.flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]));
        let key = typed.get("key").map(|key| (key, body.as_slice()));
        let save = typed.get("do") == Some("save");
        let written = |last: i64| format!("/registers/{}?saved={last}", segment(&register.id));
        // A sheet that was sent before would find its own records in its way.
        if save && let Some(receipt) = app.answered(scope, key)? {
            return Ok(Redirect::to(&written(receipt.last)).into_response());
        }
        let rows = drafts(&register, &typed)?;
        let mut told = Told::default();
        for (no, draft) in &rows {
            match app.preview(scope, std::slice::from_ref(draft)) {
                Ok(_) => told.sound += 1,
                Err(AppError::Refused(lines)) => {
                    told.refused.insert(*no, lines);
                }
                Err(other) => return Err(other),
            }
        }
        if !save || !told.refused.is_empty() || rows.is_empty() {
            told.checked = true;
            let status = if told.refused.is_empty() {
                StatusCode::OK
            } else {
                StatusCode::UNPROCESSABLE_ENTITY
            };
            return Ok((status, sheet(app, scope, &register, &typed, &told)?).into_response());
        }
        let drafts: Vec<Draft> = rows.into_iter().map(|(_, draft)| draft).collect();
        match app.execute(scope, &drafts, key) {
            Ok(receipt) => Ok(Redirect::to(&written(receipt.last)).into_response()),
            // Two rows of one sheet with the same key are found only when all are written together.
            Err(AppError::Refused(lines)) => {
                told.refused.insert(0, lines);
                told.checked = true;
                let page = sheet(app, scope, &register, &typed, &told)?;
                Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
            }
            Err(other) => Err(other),
        }
    });
    Ok(done.await?)
}

/// What is said of a sheet that was checked.
#[derive(Default)]
struct Told {
    checked: bool,
    sound: usize,
    /// By row, counted from 1; 0 is the sheet.
    refused: BTreeMap<usize, Vec<RefusedLine>>,
}

/// The columns: what must be filled, then the others in their order.
fn columns(register: &Register) -> Vec<&Field> {
    let fits = |field: &&Field| !register.inherits(field.no) && !matches!(field.kind, FieldKind::Evidence);
    let must: Vec<&Field> = register
        .fields
        .iter()
        .filter(fits)
        .filter(|field| field.required)
        .collect();
    let others = register.fields.iter().filter(fits).filter(|field| !field.required);
    must.into_iter().chain(others.take(COLUMNS)).collect()
}

fn cell<'a>(typed: &'a Fields, row: usize, field: &Field) -> &'a str {
    typed.get(&format!("c.{row}.{}", field.id)).unwrap_or_default()
}

/// The rows that hold anything, as drafts.
fn drafts(register: &Register, typed: &Fields) -> Result<Vec<(usize, Draft)>, AppError> {
    let day = typed.day("occurred_on")?;
    let columns = columns(register);
    let mut found = Vec::new();
    for row in 1..=MOST {
        let set: Vec<(String, String)> = columns
            .iter()
            .map(|field| (field.id.clone(), cell(typed, row, field).trim().to_owned()))
            .filter(|(_, text)| !text.is_empty())
            .collect();
        if set.is_empty() {
            continue;
        }
        found.push((
            row,
            Draft {
                register: register.id.clone(),
                wish: DraftWish::Open,
                set,
                occurred_on: day,
                reason: typed.get("reason").unwrap_or_default().to_owned(),
                ..Draft::default()
            },
        ));
    }
    Ok(found)
}

fn sheet(app: &App, scope: &Scope, register: &Register, typed: &Fields, told: &Told) -> Result<Markup, AppError> {
    let t = |key: &'static str| app.locale().text(key);
    let columns = columns(register);
    let filled = (1..=MOST)
        .rev()
        .find(|row| columns.iter().any(|field| !cell(typed, *row, field).is_empty()));
    let rows = filled.map_or(ROWS, |row| (row + 3).max(ROWS)).min(MOST);
    let key = hex(&random::<16>()?);
    let home = format!("/registers/{}", segment(&register.id));
    let day = typed.get("occurred_on").map_or(app.today().to_string(), str::to_owned);
    let body = html! {
        p.way { a href=(home) { (register.name) } }
        h1 { (app.locale().say("page.grid.title", &[("register", &register.name)])) }
        (parts::about(t("page.grid.about")))
        (super::locks::over(app, scope, register)?)
        (outcome(app, register, told))
        form.grid method="post" {
            input type="hidden" name="key" value=(key);
            div.scroll.tall { table.ledger.cells {
                thead { tr {
                    th {}
                    @for field in &columns { th { (field.name) @if field.required { span.star { "*" } }
                        @if let Some(measure) = measure(field) { small.measure { (measure) } } } }
                } }
                tbody { @for row in 1..=rows {
                    tr {
                        th scope="row" { (row) }
                        @for field in &columns { (one(app, told, typed, row, field)) }
                    }
                } }
            } }
            @for field in &columns { (choices(field)) }
            p.inline {
                label { (t("page.form.occurred_on")) " " input type="date" name="occurred_on" value=(day); }
                input.large name="reason" value=(typed.get("reason").unwrap_or_default()) placeholder=(t("page.form.reason"))
                    aria-label=(t("page.form.reason"));
            }
            div.acts {
                button type="submit" name="do" value="check" { (t("page.grid.check")) }
                button.act type="submit" name="do" value="save" { (t("page.grid.save")) }
                a.quiet href=(home) { (t("page.form.cancel")) }
            }
        }
        @if columns.iter().any(|field| matches!(field.kind, FieldKind::Unit)) { (super::controls::units(app, scope)) }
    };
    Ok(layout::page(app, scope, "registers/grid", &register.name, body))
}

fn one(app: &App, told: &Told, typed: &Fields, row: usize, field: &Field) -> Markup {
    let lines = told.refused.get(&row).into_iter().flatten();
    let wrong: Vec<&str> = lines
        .filter(|line| line.field.as_deref() == Some(&field.id))
        .map(|line| line.message.as_str())
        .collect();
    let label = app
        .locale()
        .say("page.grid.cell", &[("row", &row), ("field", &field.name)]);
    let list = match field.kind {
        FieldKind::Unit => Some("units".to_owned()),
        FieldKind::Choice(_) => Some(format!("choices.{}", field.id)),
        _ => None,
    };
    html! {
        td.wrong[!wrong.is_empty()] {
            input name={ "c." (row) "." (field.id) } value=(cell(typed, row, field)) aria-label=(label) autocomplete="off"
                list=[list] aria-invalid=[(!wrong.is_empty()).then_some("true")] title=[(!wrong.is_empty()).then(|| wrong.join(" "))];
        }
    }
}

fn choices(field: &Field) -> Markup {
    html! {
        @if let FieldKind::Choice(choices) = &field.kind {
            datalist id={ "choices." (field.id) }
                { @for choice in choices.iter().filter(|choice| !choice.retired) { option value=(choice.name) {} } }
        }
    }
}

fn outcome(app: &App, register: &Register, told: &Told) -> Markup {
    let wrong: usize = told.refused.values().map(Vec::len).sum();
    html! {
        @if told.checked && wrong == 0 { p.saved role="status" { (app.locale().say("page.grid.sound", &[("count", &told.sound)])) } }
        @if wrong > 0 {
            div.refusals role="alert" {
                p.refused { (app.locale().say("page.grid.wrong", &[("count", &wrong)])) }
                ul { @for (row, lines) in &told.refused { @for line in lines {
                    @let name = line.field.as_deref().and_then(|id| register.field_named(id)).map_or("", |field| field.name.as_str());
                    li { @if *row > 0 { (app.locale().say("page.grid.cell", &[("row", row), ("field", &name)])) "：" } (line.message) }
                } } }
            }
        }
    }
}
