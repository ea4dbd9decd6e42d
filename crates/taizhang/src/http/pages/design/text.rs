//! Page: any file of the pack as its text.

use super::{acts, download, permitted, register_of, told};
use crate::app::App;
use crate::app::scope::Scope;
use crate::error::AppError;
use crate::http::answer::Oops;
use crate::http::pages::{Page, layout, parts};
use crate::http::request::{Fields, encoded};
use crate::http::visit::Visit;
use axum::Form;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

pub(in crate::http) async fn show(visit: Visit) -> Result<Response, Oops> {
    let stand = visit.stand.clone();
    let page = visit.run(move |app, scope| {
        permitted(app, scope)?;
        let files = app.pack_files()?;
        let file = stand.get("file").unwrap_or("pack.toml").to_owned();
        // A table of the base is shown as it stands: a pack that has one of its own replaces it whole.
        let text = files.get(&file).cloned();
        let text = text
            .or_else(|| crate::app::book::base_files().get(&file).cloned())
            .unwrap_or_default();
        if stand.get("download").is_some() {
            return Ok(download(&file, text));
        }
        Ok(sheet(app, scope, &file, &text, html! {})?.into_response())
    });
    Ok(page.await?)
}

pub(in crate::http) async fn change(visit: Visit, Form(typed): Form<Vec<(String, String)>>) -> Page {
    let typed = Fields(typed);
    let page = visit.run(move |app, scope| {
        permitted(app, scope)?;
        let file = typed.get("file").unwrap_or("pack.toml").to_owned();
        let text = typed.get("text").unwrap_or_default().replace("\r\n", "\n");
        let mut files = app.pack_files()?;
        if text.trim().is_empty() {
            files.remove(&file);
        } else {
            files.insert(file.clone(), text.clone());
        }
        let said = told(app, scope, files, &typed)?.said;
        sheet(app, scope, &file, &text, said)
    });
    Ok(page.await?)
}

fn sheet(app: &App, scope: &Scope, file: &str, text: &str, told: Markup) -> Result<Markup, AppError> {
    let t = |key: &'static str| app.locale().text(key);
    let files = app.pack_files()?;
    let known = files.contains_key(file);
    let body = html! {
        p.way { a href="/manage/design" { (t("page.design.title")) } }
        h1 { (t("page.design.text_title")) }
        (parts::about(t("page.design.text_about")))
        form.filters {
            label { (t("page.design.file")) input.large name="file" value=(file) list="pack-files" placeholder=(t("page.design.new")); }
            datalist #pack-files { @for name in files.keys() { option value=(name) {} } }
            button type="submit" { (t("page.stand.go")) }
            @if known { a.quiet href={ "?" (encoded(&[("file", file), ("download", "yes")])) } { (t("page.design.download")) } }
            @if let Some(id) = register_of(file) {
                a.quiet href={ "/manage/design/register?" (encoded(&[("register", id)])) } { (t("page.design.as_form")) }
            }
        }
        (told)
        form method="post" {
            input type="hidden" name="file" value=(file);
            textarea.code name="text" rows="28" spellcheck="false" aria-label=(file) { "\n" (text) }
            (acts(app))
        }
    };
    Ok(layout::page(app, scope, "manage", t("page.design.text_title"), body))
}
