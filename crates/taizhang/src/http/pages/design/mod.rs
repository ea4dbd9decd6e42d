//! Page: the pack in the browser. A register as forms (`forms`), any file as its text (`text`), the next
//! notice of the State Council (`notice`); each with the plan of what applying it would change, through
//! the same door as `pack apply`. What is made is the same TOML, and can be taken away as files.

pub(in crate::http) mod forms;
pub(in crate::http) mod notice;
mod row;
pub(in crate::http) mod text;
mod trial;

use super::{Page, layout, parts};
use crate::app::App;
use crate::app::book::PackPlan;
use crate::app::scope::Scope;
use crate::error::AppError;
use crate::http::request::{Fields, encoded};
use crate::http::visit::Visit;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use taizhang_core::definition::Verb;
use taizhang_core::pack::Files;
use taizhang_core::refusal::{Code, Refusal};

/// What there is to design: the registers, a new one, and the other files.
pub(in crate::http) async fn show(visit: Visit) -> Page {
    let page = visit.run(|app, scope| {
        permitted(app, scope)?;
        let t = |key: &'static str| app.locale().text(key);
        let files = app.pack_files()?;
        let definition = app.definition()?;
        let registers = files.keys().filter_map(|file| {
            let id = register_of(file)?;
            let register = definition.register_named(id);
            Some((id.to_owned(), register.map_or(id.to_owned(), |register| register.name.clone())))
        });
        let others: Vec<&String> = files.keys().filter(|file| register_of(file).is_none()).collect();
        let body = html! {
            p.way { a href="/manage" { (t("page.way_manage")) } }
            h1 { (t("page.design.title")) }
            (parts::about(t("page.design.about")))
            form.filters action="/manage/design/register" {
                label { (t("page.design.new_id")) input.large name="new" required pattern="[a-z][a-z0-9_]*" placeholder="road_lamp"; }
                button.act type="submit" { (t("page.design.new_register")) }
            }
            h2 { (t("page.way_registers")) }
            ul.shelf { @for (id, name) in registers {
                li { a href={ "/manage/design/register?" (encoded(&[("register", &id)])) } { span { (name) } span.quiet { (id) } } }
            } }
            h2 { (t("page.design.files")) }
            ul.shelf { @for file in others {
                li { a href={ "/manage/design/text?" (encoded(&[("file", file)])) } { (file) } }
            } }
            p { a href="/manage/design/notice" { (t("page.notice.title")) } }
        };
        Ok(layout::page(app, scope, "manage", t("page.design.title"), body))
    });
    Ok(page.await?)
}

/// The register that a file of the pack defines.
fn register_of(file: &str) -> Option<&str> {
    file.strip_prefix("registers/")?.strip_suffix(".toml")
}

fn permitted(app: &App, scope: &Scope) -> Result<(), AppError> {
    match scope.may_at_all(Verb::Administer) {
        true => Ok(()),
        false => Err(AppError::refuse(app.locale(), &Refusal::new(Code::NotPermitted))),
    }
}

/// A file to take away.
fn download(file: &str, text: String) -> Response {
    let name = file.rsplit('/').next().unwrap_or("pack.toml");
    let name = name.replace(['"', '\\', '\r', '\n'], "_");
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, text).into_response()
}

/// What is said of files that somebody wants in place of those that are there.
struct Told {
    said: Markup,
    /// The plan, where there is one that was not applied.
    plan: Option<PackPlan>,
    applied: bool,
}

/// Plans the files, or applies them if that is asked for. What is wrong with them is said, not an error.
fn told(app: &App, scope: &Scope, files: Files, typed: &Fields) -> Result<Told, AppError> {
    let plain = |said| Told {
        said,
        plan: None,
        applied: false,
    };
    let locale = app.locale();
    let wrong = |faults: &str| plain(html! { pre.faults role="alert" { (faults) } });
    let plan = match app.plan_pack(files) {
        Ok(plan) => plan,
        Err(error) if error.is_mendable() => return Ok(wrong(&locale.error(&error))),
        Err(other) => return Err(other),
    };
    if typed.get("do") != Some("apply") {
        return Ok(Told {
            said: planned(app, &plan),
            plan: Some(plan),
            applied: false,
        });
    }
    let from = typed.day("from")?;
    match app.apply_pack(scope, plan, from, typed.get("reason")) {
        Ok(Some(receipt)) => {
            let args: [(&str, &dyn std::fmt::Display); 1] = [("entry", &receipt.entry)];
            Ok(Told {
                applied: true,
                ..plain(html! { p.saved role="status" { (locale.say("page.design.applied", &args)) } })
            })
        }
        Ok(None) => Ok(plain(
            html! { p.saved role="status" { (locale.text("page.design.same")) } },
        )),
        Err(error) if error.is_mendable() => Ok(wrong(&locale.error(&error))),
        Err(other) => Err(other),
    }
}

fn planned(app: &App, plan: &PackPlan) -> Markup {
    let (locale, lang) = (app.locale(), app.locale().lang());
    let rows = |affects: &[taizhang_core::id::RegisterNo]| -> i64 {
        affects.iter().filter_map(|register| plan.counts.get(&register.0)).sum()
    };
    html! {
        div.preview role="status" {
            @if plan.plan.changes.is_empty() { p { (locale.text("page.design.same")) } }
            @else {
                h2 { (locale.text("page.design.changes")) }
                ul { @for change in &plan.plan.changes {
                    @let rows = rows(&change.affects);
                    li { (change.text(lang)) @if rows > 0 { " " span.quiet { (locale.say("page.design.rows", &[("rows", &rows)])) } } }
                } }
            }
            @for refusal in &plan.plan.refusals { p.refused { (refusal.text(lang)) } }
        }
    }
}

/// From which day, why, and the buttons that plan and apply.
fn acts(app: &App) -> Markup {
    let t = |key: &'static str| app.locale().text(key);
    html! {
        p.inline {
            label { (t("page.design.from")) " " input type="date" name="from"; }
            input.large name="reason" placeholder=(t("page.design.reason")) aria-label=(t("page.design.reason"));
        }
        div.acts {
            button type="submit" name="do" value="plan" { (t("page.design.plan")) }
            button.act type="submit" name="do" value="apply" { (t("page.design.apply")) }
        }
    }
}
