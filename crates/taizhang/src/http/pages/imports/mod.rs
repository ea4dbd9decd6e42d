//! Page: imports — the list, bringing a workbook, and one import from looking to undoing. Everything
//! works without scripts: while an import runs the page asks for itself again.

mod one;

use super::{Asked, Page, layout, parts};
use crate::app::App;
use crate::app::scope::Scope;
use crate::clock::rfc3339;
use crate::error::AppError;
use crate::http::answer::Oops;
use crate::http::api::imports::asked;
use crate::http::request::{Fields, segment};
use crate::http::uploaded::{Uploaded, XLSX, download};
use crate::http::visit::Visit;
use crate::import::template::{With, of_register};
use crate::import::workbench::{self, Go, How, Upload};
use crate::locale::Locale;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use taizhang_core::definition::{Definition, Register, Verb};
use taizhang_sheet::Kind;

pub(in crate::http) async fn list(visit: Visit, Query(query): Asked) -> Page {
    let query = Fields(query);
    let page = visit.run(move |app, scope| {
        let t = |key: &'static str| app.locale().text(key);
        let body = html! {
            h1 { (t("page.imports.title")) }
            (parts::about(t("page.imports.about")))
            (bringing(app, scope, query.get("register"))?)
            h2 { (t("page.imports.list")) }
            (table(app.locale(), &workbench::list(app, scope)?))
        };
        Ok(layout::page(
            app,
            scope,
            "registers/imports",
            t("page.imports.title"),
            body,
        ))
    });
    Ok(page.await?)
}

/// The ways from a register's list to its workbooks; `query` is that of the list.
pub(super) fn ways(locale: &Locale, scope: &Scope, register: &Register, query: &str) -> Markup {
    let t = |key: &'static str| locale.text(key);
    html! {
        @if scope.may_somewhere(Verb::Import, register) {
            a.button href={ "/imports?register=" (segment(&register.id)) } { (t("page.imports.title")) }
            a.button href={ "/registers/" (segment(&register.id)) "/template" } { (t("page.imports.template")) }
            a.button href={ "/registers/" (segment(&register.id)) "/export?" (query) }
                title=(t("page.imports.export_about")) { (t("page.imports.export")) }
        }
    }
}

/// The form that brings a workbook.
fn bringing(app: &App, scope: &Scope, chosen: Option<&str>) -> Result<Markup, AppError> {
    let definition = app.definition()?;
    let open = definition.registers.iter();
    let open: Vec<_> = open
        .filter(|register| scope.may_somewhere(Verb::Import, register))
        .collect();
    let t = |key: &'static str| app.locale().text(key);
    Ok(html! {
        @if open.is_empty() {
            p.none { (t("page.imports.none_open")) }
        } @else {
            form.writing method="post" action="/imports" enctype="multipart/form-data" {
                div.field {
                    label for="register" { (t("page.way_registers")) span.star title=(t("page.control.required")) { "*" } }
                    div.control { select #register name="register" required {
                        option value="" { (t("page.imports.choose")) }
                        @for register in &open {
                            option value=(register.id) selected[chosen == Some(&register.id)] { (register.name) }
                        }
                    } }
                    @if let Some(register) = chosen {
                        p.help {
                            a href={ "/registers/" (segment(register)) "/template" } { (t("page.imports.template_empty")) } " · "
                            a href={ "/registers/" (segment(register)) "/template?filled=1" } { (t("page.imports.template_filled")) }
                            @if has_children(&definition, register) {
                                " · " a href={ "/registers/" (segment(register)) "/template?children=1" } {
                                    (t("page.imports.template_children")) }
                            }
                        }
                    } @else {
                        p.help { (t("page.imports.template_where")) }
                    }
                }
                div.field {
                    label for="file" { (t("page.imports.file")) span.star title=(t("page.control.required")) { "*" } }
                    div.control { input #file type="file" name="file" required accept=".xlsx,.xls,.et,.ods,.csv"; }
                    p.help { (t("page.imports.file_about")) }
                }
                div.field {
                    label for="occurred_on" { (t("page.form.occurred_on")) }
                    div.control { input #occurred_on type="date" name="occurred_on"; }
                    p.help { (t("page.imports.day_about")) }
                }
                div.field {
                    label for="sheet" { (t("page.imports.sheet")) }
                    div.control { input #sheet name="sheet" placeholder=(t("page.imports.sheet_about")); }
                }
                div.buttons { button.act name="do" value="check" type="submit" { (t("page.imports.check")) } }
            }
        }
    })
}

fn has_children(definition: &Definition, register: &str) -> bool {
    let own = definition.register_named(register).map(|register| register.no);
    let mut others = definition.registers.iter().filter(|other| Some(other.no) != own);
    others.any(|other| other.parent.as_ref().map(|parent| parent.register) == own && own.is_some())
}

fn table(locale: &Locale, uploads: &[Upload]) -> Markup {
    let t = |key: &'static str| locale.text(key);
    html! {
        div.scroll { table.ledger.list.stacked {
            thead { tr { th.no { (t("page.bulletin.no")) } th { (t("page.way_registers")) } th { (t("page.imports.file")) }
                th { (t("page.imports.time")) } th { (t("page.imports.result")) } th.num { (t("page.imports.rows")) } } }
            tbody {
                @for upload in uploads {
                    tr {
                        td.no { a href={ "/imports/" (upload.row.id) } { (upload.row.id) } }
                        td.whole { (upload.detail.register_name) }
                        td.whole { a href={ "/imports/" (upload.row.id) } { (upload.detail.file_name) } }
                        td.word data-name=(t("page.imports.time")) { (short_time(upload.row.started_at)) }
                        td data-name=(t("page.imports.result")) { span.stage { (t(state_name(&upload.row.state))) } }
                        td.num data-name=(t("page.imports.rows")) { (upload.row.total.max(upload.row.done)) }
                    }
                }
                @if uploads.is_empty() { tr { td.none colspan="6" { (t("page.imports.none")) } } }
            }
        } }
    }
}

fn short_time(instant: i64) -> String {
    rfc3339(instant).replace('T', " ").chars().take(16).collect()
}

/// What a state is called.
fn state_name(state: &str) -> &'static str {
    match state {
        "waiting" => "page.import_state.waiting",
        "checking" => "page.import_state.checking",
        "checked" => "page.import_state.checked",
        "writing" => "page.import_state.writing",
        "done" => "page.import_state.done",
        "refused" => "page.import_state.refused",
        "undone" => "page.import_state.undone",
        "interrupted" => "page.import_state.interrupted",
        _ => "page.import_state.failed",
    }
}

pub(in crate::http) async fn bring(uploaded: Uploaded) -> Result<Response, Oops> {
    let Uploaded { visit, fields, file } = uploaded;
    let app = visit.site.app.clone();
    let id = visit
        .run(move |_, scope| {
            let (name, file) = file.ok_or_else(|| AppError::said("import.no_file", &[]))?;
            workbench::bring(&app, scope, file, &name, asked(&fields), Go::Check)
        })
        .await?;
    Ok(Redirect::to(&format!("/imports/{id}")).into_response())
}

pub(in crate::http) async fn show(visit: Visit, Path(id): Path<i64>) -> Page {
    let page = visit.run(move |app, scope| one::page(app, scope, &workbench::get(app, scope, id)?));
    Ok(page.await?)
}

/// Looks again with other answers, imports, or undoes.
pub(in crate::http) async fn act(visit: Visit, Path(id): Path<i64>, body: String) -> Result<Response, Oops> {
    let app = visit.site.app.clone();
    let fields = Fields(form_urlencoded(&body));
    let done = visit.run(move |_, scope| {
        match fields.get("do") {
            Some("undo") => {
                workbench::undo(&app, scope, id, fields.get("reason").unwrap_or_default())?;
            }
            Some("write") => workbench::again(&app, scope, id, Some(asked(&fields)), Go::Write)?,
            _ => workbench::again(&app, scope, id, Some(asked(&fields)), Go::Check)?,
        }
        Ok(())
    });
    done.await?;
    Ok(Redirect::to(&format!("/imports/{id}")).into_response())
}

/// The fields of a plain form.
fn form_urlencoded(body: &str) -> Vec<(String, String)> {
    let text = |part: &str| {
        let spaced = part.replace('+', " ");
        let mut bytes = Vec::with_capacity(spaced.len());
        let mut rest = spaced.as_bytes();
        while let [byte, more @ ..] = rest {
            let escaped = (*byte == b'%')
                .then(|| std::str::from_utf8(more.get(..2)?).ok())
                .flatten()
                .and_then(|hex| u8::from_str_radix(hex, 16).ok());
            (rest, _) = match escaped {
                Some(value) => (&more[2..], bytes.push(value)),
                None => (more, bytes.push(*byte)),
            };
        }
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let pairs = body.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (text(name), text(value)))
        .collect()
}

pub(in crate::http) async fn workbook(visit: Visit, Path(id): Path<i64>) -> Result<Response, Oops> {
    let marked = visit.run(move |app, scope| workbench::marked(app, scope, id));
    let (name, file) = marked.await?;
    Ok(download(&name, XLSX, file))
}

pub(in crate::http) async fn template(
    visit: Visit,
    Path(register): Path<String>,
    Query(query): Asked,
) -> Result<Response, Oops> {
    let query = Fields(query);
    let made = visit.run(move |app, scope| {
        let with = With {
            records: query.yes("filled")?,
            children: query.yes("children")?,
        };
        of_register(app, scope, &register, with)
    });
    let (name, file) = made.await?;
    Ok(download(&name, XLSX, file))
}

/// The row that an entry came from, as it stood in the sender's workbook.
pub(in crate::http) async fn source(visit: Visit, Path(entry): Path<i64>) -> Page {
    let page = visit.run(move |app, scope| {
        let seen = workbench::rows_of(app, scope, entry)?;
        let t = |key: &'static str| app.locale().text(key);
        let body = html! {
            h1 { (app.locale().say("page.imports.source_of", &[("entry", &entry)])) }
            (parts::about(app.locale().text("page.imports.source_about")))
            p { @if let Some(name) = &seen.file_name { (name) " · " }
                (app.locale().say("page.imports.source_at", &[("sheet", &seen.sheet), ("row", &seen.row)])) }
            @if seen.file_name.is_none() { (parts::empty(t("page.imports.source_elsewhere"), None)) }
            @else { div.scroll { table.ledger {
                thead { tr { th { (t("page.imports.cell")) } th { (t("page.imports.raw")) } th { (t("page.imports.kept_as")) }
                    th { (t("page.imports.read_as")) } th { (t("page.imports.read_by")) } } }
                tbody { @for cell in &seen.cells {
                    tr { td.no { (cell.address) } td { (cell.raw) } td.quiet { (t(kind_name(cell.kind))) }
                        @if let Some(read) = &cell.read_as {
                            td { (read.name) (t("page.merge.colon")) (read.value) }
                            td.quiet { (t(how_name(read.how))) }
                        } @else { td; td; }
                    }
                } }
            } } }
            p.quiet { (t("page.imports.digest")) " " code { (seen.file) } }
        };
        Ok(layout::page(app, scope, "registers/imports", t("page.imports.source"), body))
    });
    Ok(page.await?)
}

fn how_name(how: How) -> &'static str {
    match how {
        How::Written => "page.imports.by_written",
        How::Rule => "page.imports.by_rule",
        How::Answered => "page.imports.by_answer",
    }
}

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Empty => "page.cell_kind.empty",
        Kind::Text => "page.cell_kind.text",
        Kind::Untyped => "page.cell_kind.untyped",
        Kind::Number => "page.cell_kind.number",
        Kind::Bool => "page.cell_kind.bool",
        Kind::Date => "page.cell_kind.date",
        Kind::Error => "page.cell_kind.error",
    }
}

#[cfg(test)]
mod tests {
    use super::form_urlencoded;

    #[test]
    fn any_heading_comes_through_a_form() {
        let fields = form_urlencoded("map.%E6%80%BB%20(%25)+a=money&do=check&answer.C.2024.1=2024-01&x=%zz");
        let expected = [
            ("map.总 (%) a", "money"),
            ("do", "check"),
            ("answer.C.2024.1", "2024-01"),
            ("x", "%zz"),
        ];
        let found: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(found, expected);
    }
}
