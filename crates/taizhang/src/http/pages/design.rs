//! Page: the pack in the browser — one file at a time, with the plan of what applying it would change.
//! The texts are the same TOML that `pack apply` reads, and can be taken away as files.

use super::{Page, layout, parts};
use crate::app::App;
use crate::app::scope::Scope;
use crate::error::AppError;
use crate::http::answer::Oops;
use crate::http::request::{Fields, encoded};
use crate::http::visit::Visit;
use axum::Form;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use taizhang_core::definition::Verb;
use taizhang_core::refusal::{Code, Refusal};

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
            let name = file
                .rsplit('/')
                .next()
                .unwrap_or("pack.toml")
                .replace(['"', '\\', '\r', '\n'], "_");
            let headers = [
                (header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
                (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
            ];
            return Ok((headers, text).into_response());
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
        let told = match app.plan_pack(files) {
            Err(AppError::BadRequest(faults)) => html! { pre.faults role="alert" { (faults) } },
            Err(other) => return Err(other),
            Ok(plan) if typed.get("do") == Some("apply") => {
                let from = typed.day("from", app.locale())?;
                match app.apply_pack(scope, plan, from, typed.get("reason")) {
                    Ok(Some(receipt)) => {
                        let args: [(&str, &dyn std::fmt::Display); 1] = [("entry", &receipt.entry)];
                        html! { p.saved role="status" { (app.locale().say("page.design.applied", &args)) } }
                    }
                    Ok(None) => html! { p.saved { (app.locale().text("page.design.same")) } },
                    Err(error @ (AppError::BadRequest(_) | AppError::Refused(_))) => {
                        html! { pre.faults role="alert" { (app.locale().error(&error)) } }
                    }
                    Err(other) => return Err(other),
                }
            }
            Ok(plan) => {
                let lang = app.locale().lang();
                let changes: Vec<String> = plan.plan.changes.iter().map(|change| change.text(lang)).collect();
                html! {
                    div.preview role="status" {
                        @if changes.is_empty() { p { (app.locale().text("page.design.same")) } }
                        @else { h2 { (app.locale().text("page.design.changes")) } ul { @for change in &changes { li { (change) } } } }
                        @for refusal in &plan.plan.refusals { p.refused { (refusal.text(lang)) } }
                    }
                }
            }
        };
        sheet(app, scope, &file, &text, told)
    });
    Ok(page.await?)
}

fn permitted(app: &App, scope: &Scope) -> Result<(), AppError> {
    match scope.may_at_all(Verb::Administer) {
        true => Ok(()),
        false => Err(AppError::refuse(app.locale(), &Refusal::new(Code::NotPermitted))),
    }
}

fn sheet(app: &App, scope: &Scope, file: &str, text: &str, told: Markup) -> Result<Markup, AppError> {
    let t = |key: &'static str| app.locale().text(key);
    let files = app.pack_files()?;
    let known = files.contains_key(file);
    let body = html! {
        p.way { a href="/manage" { (t("page.way_manage")) } }
        h1 { (t("page.design.title")) }
        (parts::about(t("page.design.about")))
        form.filters {
            label { (t("page.design.file")) input.large name="file" value=(file) list="pack-files" placeholder=(t("page.design.new")); }
            datalist #pack-files { @for name in files.keys() { option value=(name) {} } }
            button type="submit" { (t("page.stand.go")) }
            @if known { a.quiet href={ "?" (encoded(&[("file", file), ("download", "yes")])) } { (t("page.design.download")) } }
        }
        (told)
        form method="post" {
            input type="hidden" name="file" value=(file);
            textarea.code name="text" rows="28" spellcheck="false" aria-label=(file) { (text) }
            p.inline {
                label { (t("page.design.from")) " " input type="date" name="from"; }
                input.large name="reason" placeholder=(t("page.design.reason")) aria-label=(t("page.design.reason"));
            }
            div.acts {
                button type="submit" name="do" value="plan" { (t("page.design.plan")) }
                button.act type="submit" name="do" value="apply" { (t("page.design.apply")) }
            }
        }
    };
    Ok(layout::page(app, scope, "manage", t("page.design.title"), body))
}
