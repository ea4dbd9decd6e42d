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
        let body = html! {
            h1 { "填报上级表" }
            p.quiet { "上级发来的表传上来一次，把格子和数字对应好，以后每期按原样填出；没有对应的空格会列出来。" }
            @if scope.may_at_all(Verb::Import) {
                form.writing method="post" action="/forms" enctype="multipart/form-data" {
                    div.field { label for="name" { "表名" } div.control { input #name name="name" required maxlength="100"; } }
                    div.field {
                        label for="file" { "空表（xlsx）" }
                        div.control { input #file type="file" name="file" required accept=".xlsx"; }
                    }
                    div.buttons { button.act type="submit" { "上传" } }
                }
            }
            h2 { "已有的表" }
            ul.shelf { @for form in &forms { li { a href={ "/forms/" (form.record) } { (form.name) } } } }
            @if forms.is_empty() { p.none { "还没有上级表。" } }
        };
        Ok(layout::page(app, scope, "bulletins", "填报上级表", body))
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
        let as_of = asked.day("as_of", app.locale())?.unwrap_or(app.today());
        let state = match form.bindings.trim().is_empty() {
            true => None,
            false => Some(form::filled(app, scope, &form, as_of)?.1),
        };
        let body = html! {
            p.way { a href="/forms" { "填报上级表" } " / " (form.name) }
            h1 { (form.name) }
            form.filters method="get" action={ "/forms/" (record) "/file" } {
                label { "截至" input type="date" name="as_of" value=(as_of); }
                button.act type="submit" { "填出并下载" }
            }
            @if let Some(state) = &state {
                @if !state.formulas.is_empty() { p.refused { "这些格是公式，不改写：" (state.formulas.join("、")) } }
                @if !state.no_sheet.is_empty() { p.refused { "没有这些工作表：" (state.no_sheet.join("、")) } }
                @if !state.unbound.is_empty() {
                    details { summary { "没有对应的空格 " (state.unbound.len()) " 个" } p { (state.unbound.join("、")) } }
                }
            }
            h2 { "格子与数字的对应" }
            form method="post" {
                textarea.manuscript name="bindings" rows="12" spellcheck="false" aria-label="对应"
                    placeholder={ (sheet) "!C5 = project.count, places=0" } { (form.bindings) }
                p.help {
                    "每行一格：" code { (sheet) "!C5 = 科目编号, unit=单位代码, measure=万元, places=2, to=2024-06-30" }
                    "；后面几项可以不写。科目编号在“数字”页查。"
                }
                @if scope.may_at_all(Verb::Import) { div.acts { button.act type="submit" { "保存对应" } } }
            }
            h2 { "空表“" (sheet) "”" }
            div.scroll { table.ledger {
                tbody { @for (row, cells) in &rows {
                    tr { th.no { (row) } @for cell in cells { td { small.quiet { (address(cell.col, *row)) } " " (cell.raw) } } }
                } }
            } }
        };
        Ok(layout::page(app, scope, "bulletins", &form.name, body))
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
        let as_of = asked.day("as_of", app.locale())?.unwrap_or(app.today());
        let (file, _) = form::filled(app, scope, &form, as_of)?;
        Ok((format!("{}（截至{as_of}）.xlsx", form.name), file))
    });
    let (name, file) = made.await?;
    Ok(download(&name, XLSX, file))
}
