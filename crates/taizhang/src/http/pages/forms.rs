//! Page: forms of superiors — brought once, bound cell by cell to figures, filled in for any day.

use super::{Asked, Page, layout};
use crate::bulletin::form::{self, address};
use crate::error::AppError;
use crate::http::answer::Oops;
use crate::http::request::Fields;
use crate::http::uploaded::{Uploaded, XLSX, download};
use crate::http::visit::Visit;
use crate::keys::hex;
use axum::extract::{Form, Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use taizhang_core::definition::Verb;

pub(in crate::http) async fn list(visit: Visit) -> Page {
    let page = visit.run(|app, scope| {
        let forms = form::list(app)?;
        let t = |key: &'static str| app.locale().text(key);
        let body = html! {
            h1 { (t("page.forms.title")) }
            (super::parts::about(app.locale().text("help.forms")))
            p.quiet { (t("page.forms.about")) }
            @if scope.may_at_all(Verb::Import) {
                form.writing method="post" action="/forms" enctype="multipart/form-data" {
                    div.field { label for="name" { (t("page.forms.name")) } div.control {
                        input #name name="name" required maxlength="100"; } }
                    div.field {
                        label for="file" { (t("page.forms.empty")) }
                        div.control { input #file type="file" name="file" required accept=".xlsx"; }
                    }
                    div.buttons { button.act type="submit" { (t("page.forms.bring")) } }
                }
            }
            h2 { (t("page.forms.had")) }
            ul.shelf { @for form in &forms { li { a href={ "/forms/" (form.record) } { (form.name) } } } }
            @if forms.is_empty() { p.none { (t("page.forms.none")) } }
        };
        Ok(layout::page(app, scope, "bulletins/forms", t("page.forms.title"), body))
    });
    Ok(page.await?)
}

pub(in crate::http) async fn bring(uploaded: Uploaded) -> Result<Response, Oops> {
    let Uploaded { visit, fields, file } = uploaded;
    let record = visit
        .run(move |app, scope| {
            let (name, file) = file.ok_or_else(|| AppError::said("import.no_file", &[]))?;
            let mut arriving = app.arriving(scope)?;
            if !app.take(&mut arriving, &file.content()?)? {
                return Err(AppError::said("http.too_large", &[]));
            }
            let stored = app.keep(scope, arriving, &name)?;
            let set = [
                ("name", fields.get("name").unwrap_or(&name).to_owned()),
                ("file", hex(&stored.hash)),
            ];
            let set = set.map(|(name, text)| (name.to_owned(), text)).to_vec();
            form::save(app, scope, None, set)
        })
        .await?;
    Ok(Redirect::to(&format!("/forms/{record}")).into_response())
}

pub(in crate::http) async fn show(visit: Visit, Path(record): Path<i64>, Query(query): Asked) -> Page {
    let asked = Fields(query);
    let page = visit.run(move |app, scope| {
        let form = form::get(app, record)?;
        let (sheet, rows) = form::shown(app, scope, &form)?;
        let as_of = asked.day("as_of")?.unwrap_or(app.today());
        let state = match form.bindings.trim().is_empty() {
            true => None,
            false => Some(form::filled(app, scope, &form, as_of)?.1),
        };
        let t = |key: &'static str| app.locale().text(key);
        let body = html! {
            p.way { a href="/forms" { (t("page.forms.title")) } " / " (form.name) }
            h1 { (form.name) }
            (super::parts::about(app.locale().text("help.forms")))
            form.filters method="get" action={ "/forms/" (record) "/file" } {
                label { (t("page.stand.as_of")) input type="date" name="as_of" value=(as_of); }
                button.act type="submit" { (t("page.forms.fill")) }
            }
            @for (block, left) in state.iter().flat_map(|outcome| &outcome.short) {
                p.refused { (app.locale().say("page.forms.short", &[("block", block), ("left", left)])) }
            }
            @if let Some(state) = state.as_ref().map(|outcome| &outcome.cells) {
                @if !state.formulas.is_empty() { p.refused {
                    (app.locale().say("page.forms.formulas", &[("cells", &app.locale().list(&state.formulas))])) } }
                @if !state.no_sheet.is_empty() { p.refused {
                    (app.locale().say("page.forms.no_sheet", &[("sheets", &app.locale().list(&state.no_sheet))])) } }
                @if !state.unbound.is_empty() {
                    details { summary { (app.locale().say("page.forms.unbound", &[("count", &state.unbound.len())])) } p {
                        (app.locale().list(&state.unbound)) } }
                }
            }
            h2 { (t("page.forms.bindings")) }
            form method="post" {
                textarea.manuscript name="bindings" rows="12" spellcheck="false" aria-label=(t("page.forms.bindings"))
                    placeholder={ (sheet) "!C5 = project.count, places=0" } { (form.bindings) }
                p.help {
                    (t("page.forms.each_line")) " " code { (sheet) (t("page.forms.sample")) } " " (t("page.forms.optional"))
                    br; (t("page.forms.blocks")) " " code { (sheet) (t("page.forms.block_sample")) }
                }
                @if scope.may_at_all(Verb::Import) { div.acts { button.act type="submit" { (t("page.forms.save")) } } }
            }
            h2 { (app.locale().say("page.forms.sheet", &[("sheet", &sheet)])) }
            div.scroll { table.ledger {
                tbody { @for (row, cells) in &rows {
                    tr { th.no { (row) } @for cell in cells { td { small.quiet { (address(cell.col, *row)) } " " (cell.raw) } } }
                } }
            } }
        };
        Ok(layout::page(app, scope, "bulletins/forms", &form.name, body))
    });
    Ok(page.await?)
}

pub(in crate::http) async fn bind(
    visit: Visit,
    Path(record): Path<i64>,
    Form(typed): Form<Vec<(String, String)>>,
) -> Result<Response, Oops> {
    let typed = Fields(typed);
    let saved = visit.run(move |app, scope| {
        let bindings = typed.get("bindings").unwrap_or_default().replace("\r\n", "\n");
        form::save(app, scope, Some(record), vec![("bindings".to_owned(), bindings)])
    });
    saved.await?;
    Ok(Redirect::to(&format!("/forms/{record}")).into_response())
}

pub(in crate::http) async fn file(
    visit: Visit,
    Path(record): Path<i64>,
    Query(query): Asked,
) -> Result<Response, Oops> {
    let asked = Fields(query);
    let made = visit.run(move |app, scope| {
        let form = form::get(app, record)?;
        let as_of = asked.day("as_of")?.unwrap_or(app.today());
        let (file, _) = form::filled(app, scope, &form, as_of)?;
        form::log(app, scope, &form)?;
        Ok((
            format!(
                "{}.xlsx",
                app.locale()
                    .say("page.bulletin.file", &[("title", &form.name), ("day", &as_of)])
            ),
            file,
        ))
    });
    let (name, file) = made.await?;
    Ok(download(&name, XLSX, file))
}
