//! Page: one record of what is offered — its open fields, its pictures, its place — and those pictures
//! themselves. It is there only while it stands in a public stage.

use super::super::plane::{Place, plane};
use super::super::words::{content, stage_name};
use super::super::{Page, layout};
use super::{columns, is_picture, is_place, offered};
use crate::app::App;
use crate::app::evidence::unhex;
use crate::app::records::RecordView;
use crate::error::AppError;
use crate::http::Site;
use crate::http::answer::Oops;
use crate::http::api::evidence::public_picture;
use crate::http::request::segment;
use crate::keys::hex;
use axum::extract::{Path, State};
use axum::response::Response;
use maud::{Markup, html};
use taizhang_core::definition::{Field, View};
use taizhang_core::value::Value;

pub(in crate::http) async fn one(
    State(site): State<Site>,
    Path((register, view, record)): Path<(String, String, i64)>,
) -> Page {
    let page = site.run(move |app| {
        let (found, shown) = offer(app, &register, &view, record)?;
        let way = format!("/open/{}/{}", segment(&register), segment(&view));
        let fields: Vec<&Field> = columns(&found.register, &shown);
        let said = |field: &&&Field| !is_picture(field) && !is_place(field);
        let stage = found.row.state.stage();
        let body = html! {
            p.way { a href=(way) { (shown.name) } }
            div.title {
                h1 { (found.title) }
                (crate::http::pages::parts::about(app.locale().text("help.offer")))
                @if let Some(stage) = stage { span.stage.large { (stage_name(&found.register, stage)) } }
            }
            @for field in fields.iter().filter(|field| is_picture(field)) { (pictures(&found, field, &way)) }
            dl.fields { @for field in fields.iter().filter(said) {
                div { dt { (field.name) } dd {
                    (content(app.locale(), &found.definition, field, found.row.state.cell(field.no), &found.labels))
                } }
            } }
            @for field in fields.iter().filter(|field| is_place(field)) { (place(&found, field)) }
        };
        Ok(layout::public(app, &found.title, body))
    });
    Ok(page.await?)
}

/// A picture of what is offered, to be shown on its page.
pub(in crate::http) async fn picture(
    State(site): State<Site>,
    Path((register, view, record, file)): Path<(String, String, i64, String)>,
) -> Result<Response, Oops> {
    let hash = unhex(&file).unwrap_or_default();
    let answer = public_picture(&site, hash, move |app| {
        let (found, shown) = offer(app, &register, &view, record)?;
        let fields = columns(&found.register, &shown);
        let mut files = fields.iter().flat_map(|field| files(&found, field));
        if files.any(|known| known == hash) {
            return Ok(());
        }
        Err(unknown(app))
    });
    Ok(answer.await?)
}

fn unknown(app: &App) -> AppError {
    AppError::NotFound(app.locale().text("page.offers.unknown").to_owned())
}

/// The record with the view that offers it, if it is offered now.
fn offer(app: &App, register: &str, view: &str, record: i64) -> Result<(RecordView, View), AppError> {
    let definition = app.definition()?;
    let (register, view) = offered(app, &definition, register, view)?;
    let found = app.record(&app.public_scope()?, record).map_err(|_| unknown(app))?;
    let stage = found.row.state.stage().unwrap_or_default();
    let stands = found.register.no == register.no && !found.row.void;
    if stands && view.public.iter().any(|public| public == stage) {
        return Ok((found, view.clone()));
    }
    Err(unknown(app))
}

fn files(found: &RecordView, field: &Field) -> Vec<[u8; 32]> {
    match found.row.state.value(field.no) {
        Some(Value::Evidence(files)) => files.clone(),
        _ => Vec::new(),
    }
}

fn pictures(found: &RecordView, field: &Field, way: &str) -> Markup {
    html! { @for file in files(found, field) {
        figure.offer {
            img src={ (way) "/" (found.row.record) "/" (hex(&file)) } alt={ (found.title) " " (field.name) } loading="lazy";
            figcaption.quiet { (field.name) }
        }
    } }
}

fn place(found: &RecordView, field: &Field) -> Markup {
    let Some(Value::Place { lat, lon }) = found.row.state.value(field.no) else {
        return html! {};
    };
    let point = Place {
        address: "#main".to_owned(),
        title: found.title.clone(),
        lat: i64::from(*lat),
        lon: i64::from(*lon),
        here: true,
    };
    html! { h2 { (field.name) } (plane(&found.title, &[point])) }
}
