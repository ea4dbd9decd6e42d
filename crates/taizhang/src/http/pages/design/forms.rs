//! Page: one register as forms — its fields, stages, moves, figures, views. What was typed becomes the
//! register's own file; a browser keeps it between the steps, and nothing is applied before it was asked.

use super::row::{head, part};
use super::{acts, download, permitted, told, trial};
use crate::app::App;
use crate::app::designer::{BLANK, Sheet, edited, sheet, steps};
use crate::app::names::measure_name;
use crate::app::scope::Scope;
use crate::error::AppError;
use crate::http::answer::Oops;
use crate::http::pages::{layout, parts};
use crate::http::request::{Fields, encoded};
use crate::http::visit::Visit;
use crate::keys::hex;
use axum::Form;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// What the form is made of.
struct Desk<'a> {
    id: &'a str,
    /// The file as it is so far.
    text: String,
    /// The file that the book had when this began.
    seen: String,
    sheet: Sheet,
}

pub(in crate::http) async fn show(visit: Visit) -> Result<Response, Oops> {
    let stand = visit.stand.clone();
    let page = visit.run(move |app, scope| {
        permitted(app, scope)?;
        let (id, new) = match stand.get("new") {
            Some(id) => (id.trim().to_owned(), true),
            None => (stand.get("register").unwrap_or_default().to_owned(), false),
        };
        if !is_id(&id) {
            return Err(AppError::said("design.bad_id", &[("id", &id)]));
        }
        let file = file_of(&id);
        let there = app.pack_files()?.get(&file).cloned();
        let text = match there {
            Some(text) => text,
            None if new => BLANK.to_owned(),
            None => return Err(AppError::said("design.no_register", &[("id", &id)])),
        };
        if stand.get("download").is_some() {
            return Ok(download(&file, text));
        }
        let desk = Desk {
            id: &id,
            seen: digest(&text),
            sheet: sheet(&text)?,
            text,
        };
        Ok(page(app, scope, &desk, html! {})?.into_response())
    });
    Ok(page.await?)
}

pub(in crate::http) async fn change(visit: Visit, Form(typed): Form<Vec<(String, String)>>) -> Result<Response, Oops> {
    let typed = Fields(typed);
    let page = visit.run(move |app, scope| {
        permitted(app, scope)?;
        let id = typed.get("register").unwrap_or_default().to_owned();
        if !is_id(&id) {
            return Err(AppError::said("design.bad_id", &[("id", &id)]));
        }
        let base = typed.get("base").unwrap_or(BLANK).replace("\r\n", "\n");
        let cells: BTreeMap<String, String> = typed.0.iter().cloned().collect();
        let seen = typed.get("seen").unwrap_or_default().to_owned();
        let text = match edited(&base, &cells) {
            Ok(text) => text,
            Err(error @ AppError::Said { .. }) => {
                let desk = Desk {
                    id: &id,
                    seen,
                    sheet: sheet(&base)?.with(&cells),
                    text: base,
                };
                let said = html! { pre.faults role="alert" { (app.locale().error(&error)) } };
                return Ok(page(app, scope, &desk, said)?.into_response());
            }
            Err(other) => return Err(other),
        };
        if typed.get("do") == Some("download") {
            return Ok(download(&file_of(&id), text));
        }
        let mut desk = Desk {
            id: &id,
            seen,
            sheet: sheet(&text)?,
            text,
        };
        let said = judged(app, scope, &mut desk, &typed)?;
        Ok(page(app, scope, &desk, said)?.into_response())
    });
    Ok(page.await?)
}

/// The plan and the trial of what was typed, or what applying it came to.
fn judged(app: &App, scope: &Scope, desk: &mut Desk<'_>, typed: &Fields) -> Result<Markup, AppError> {
    let mut files = app.pack_files()?;
    let there = files.get(&file_of(desk.id)).map_or(BLANK, String::as_str);
    // Somebody else's file is not written over by a form that never showed it.
    if digest(there) != desk.seen {
        return Ok(html! { pre.faults role="alert" { (app.locale().text("design.moved")) } });
    }
    files.insert(file_of(desk.id), desk.text.clone());
    let told = told(app, scope, files, typed)?;
    if told.applied {
        desk.seen = digest(&desk.text);
    }
    let register = format!("/registers/{}", desk.id);
    Ok(html! {
        (told.said)
        @if told.applied {
            p { a href=(register) { (app.locale().text("page.design.to_register")) } }
        }
        @if let Some(plan) = &told.plan {
            @if let Some(found) = app.try_pack(scope, plan, typed.day("from")?, desk.id)? { (trial::show(app, &found)) }
        }
    })
}

fn page(app: &App, scope: &Scope, desk: &Desk<'_>, said: Markup) -> Result<Markup, AppError> {
    let t = |key: &'static str| app.locale().text(key);
    let files = app.pack_files()?;
    let known = files.contains_key(&file_of(desk.id));
    let named = desk.sheet.root.cells.iter().find(|cell| cell.id == "name");
    let name = named.map(|cell| cell.text.as_str()).filter(|name| !name.is_empty());
    let name = name.unwrap_or(desk.id);
    let query = encoded(&[("register", desk.id)]);
    let text_query = encoded(&[("file", &file_of(desk.id))]);
    let body = html! {
        p.way { a href="/manage/design" { (t("page.design.title")) } }
        h1 { (name) small { (file_of(desk.id)) } }
        (parts::about(t("page.design.form_about")))
        @if known { p.quiet {
            a href={ "?" (query) "&download=yes" } { (t("page.design.download")) } " · "
            a href={ "/manage/design/text?" (text_query) } { (t("page.design.as_text")) }
        } }
        (said)
        form.design method="post" action="/manage/design/register" {
            input type="hidden" name="register" value=(desk.id);
            input type="hidden" name="base" value=(desk.text);
            input type="hidden" name="seen" value=(desk.seen);
            (head(app, &desk.sheet))
            @for (of, list) in &desk.sheet.parts { (part(app, of, list)) }
            @if !desk.sheet.others.is_empty() {
                p.quiet { (app.locale().fill("page.design.others", &[("parts", &app.locale().list(&desk.sheet.others))])) }
            }
            (acts(app))
            div.acts { button type="submit" name="do" value="download" { (t("page.design.take")) } }
            (suggestions(app, desk)?)
        }
        details { summary { (t("page.design.its_text")) } pre.code { (desk.text) } }
    };
    Ok(layout::page(app, scope, "manage", name, body))
}

/// What a place may be filled with: names that the register itself and the pack have.
fn suggestions(app: &App, desk: &Desk<'_>) -> Result<Markup, AppError> {
    let definition = app.definition()?;
    let own = |part: &str| -> Vec<(String, String)> {
        let rows = desk
            .sheet
            .parts
            .iter()
            .filter(|(of, _)| of.id == part)
            .flat_map(|(_, rows)| rows);
        let text = |row: &crate::app::designer::Row, id: &str| {
            let cell = row.cells.iter().find(|cell| cell.id == id);
            cell.map_or(String::new(), |cell| cell.text.clone())
        };
        rows.map(|row| (text(row, "id"), text(row, "name"))).collect()
    };
    let registers = definition
        .registers
        .iter()
        .map(|register| (register.id.clone(), register.name.clone()));
    let roles = definition
        .roles
        .iter()
        .map(|(id, role)| (id.clone(), role.name.clone()));
    let accounts = definition
        .accounts
        .values()
        .map(|account| (account.id.clone(), account.name.clone()));
    let measures = definition
        .measures
        .keys()
        .map(|id| (measure_name(&definition, id).to_owned(), String::new()));
    let lists: [(&str, Vec<(String, String)>); 9] = [
        ("fields", own("field")),
        ("stages", own("stage")),
        ("moves", own("move")),
        ("limits", own("limit")),
        ("registers", registers.collect()),
        ("roles", roles.collect()),
        ("accounts", accounts.collect()),
        ("measures", measures.collect()),
        ("steps", steps()),
    ];
    Ok(html! {
        @for (name, list) in &lists {
            datalist id={ "known-" (name) } {
                @for (id, label) in list { option value=(id) label=[(!label.is_empty()).then_some(label)] {} }
            }
        }
    })
}

fn file_of(id: &str) -> String {
    format!("registers/{id}.toml")
}

fn is_id(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    text.starts_with(|c: char| c.is_ascii_lowercase()) && text.len() <= 60 && text.chars().all(fits)
}

fn digest(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}
