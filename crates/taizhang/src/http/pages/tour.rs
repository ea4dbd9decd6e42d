//! Page: the first round in five steps — where one's work stands, how something is registered, how a
//! number is opened, the two times, and putting something right. It works without scripts, can be walked
//! again at any time, and is offered on the first page until somebody says that they have seen it.

use super::{Page, layout, parts};
use crate::app::App;
use crate::app::scope::Scope;
use crate::error::AppError;
use crate::http::answer::Oops;
use crate::http::request::segment;
use crate::http::visit::Visit;
use axum::response::Redirect;
use maud::{Markup, html};
use taizhang_core::definition::Verb;

/// What is noted of somebody who has seen it.
const SEEN: &str = "tour";

/// The steps: title, two sentences, a worked sample, the name of the way to it.
const STEPS: [[&str; 4]; 5] = [
    [
        "page.tour.today",
        "page.tour.today_about",
        "page.tour.today_sample",
        "page.tour.today_go",
    ],
    [
        "page.tour.write",
        "page.tour.write_about",
        "page.tour.write_sample",
        "page.tour.write_go",
    ],
    [
        "page.tour.figure",
        "page.tour.figure_about",
        "page.tour.figure_sample",
        "page.tour.figure_go",
    ],
    [
        "page.tour.times",
        "page.tour.times_about",
        "page.tour.times_sample",
        "page.tour.times_go",
    ],
    [
        "page.tour.mend",
        "page.tour.mend_about",
        "page.tour.mend_sample",
        "page.tour.mend_go",
    ],
];

pub(in crate::http) async fn show(visit: Visit) -> Page {
    let stand = visit.stand.clone();
    let page = visit.run(move |app, scope| {
        let step = stand.fields().count("step", 1, STEPS.len())?;
        let t = |key: &'static str| app.locale().text(key);
        let [title, about, sample, go] = STEPS[step - 1];
        let body = html! {
            h1 { (t("page.tour.title")) small { (app.locale().say("page.tour.step", &[("step", &step), ("all", &STEPS.len())])) } }
            (parts::about(t("page.tour.about")))
            ol.tour { @for (at, [title, ..]) in STEPS.iter().enumerate() {
                li aria-current=[(at + 1 == step).then_some("step")] { a href={ "/tour?step=" (at + 1) } { (t(title)) } }
            } }
            section.step {
                h2 { (t(title)) }
                p { (t(about)) }
                p.sample { strong { (t("page.tour.sample")) } " " (t(sample)) }
                p { a.button href=(place(app, scope, step)?) { (t(go)) } }
            }
            div.acts {
                @if step > 1 { a.button href={ "/tour?step=" (step - 1) } { (t("page.tour.back")) } }
                @if step < STEPS.len() { a.button.act href={ "/tour?step=" (step + 1) } { (t("page.tour.next")) } }
                form method="post" action="/tour" { button type="submit" { (t("page.tour.done")) } }
            }
        };
        Ok(layout::page(app, scope, "home", t("page.tour.title"), body))
    });
    Ok(page.await?)
}

/// Somebody has seen it.
pub(in crate::http) async fn dismiss(visit: Visit) -> Result<Redirect, Oops> {
    visit.run(|app, scope| app.prefer(scope, SEEN, "seen", false)).await?;
    Ok(Redirect::to("/"))
}

/// The offer on the first page; nothing for who has seen it.
pub(super) fn offer(app: &App, scope: &Scope) -> Result<Markup, AppError> {
    let t = |key: &'static str| app.locale().text(key);
    if app.preference(scope, SEEN)?.is_some() {
        return Ok(html! {});
    }
    Ok(html! {
        div.offer {
            p { (t("page.tour.offer")) " " a href="/tour" { (t("page.tour.begin")) } }
            form method="post" action="/tour" { button.plain type="submit" { (t("page.tour.dismiss")) } }
        }
    })
}

/// Where a step leads: to a register that somebody may write, else to what everybody has.
fn place(app: &App, scope: &Scope, step: usize) -> Result<String, AppError> {
    let registers = app.registers(scope)?;
    let own = registers.iter().filter(|(register, _)| !register.system);
    let mut own = own.map(|(register, _)| register);
    Ok(match step {
        1 => "/duties".to_owned(),
        2 => match own.find(|register| scope.may_somewhere(Verb::Write, register)) {
            Some(register) => format!("/registers/{}/new", segment(&register.id)),
            None => "/registers".to_owned(),
        },
        3 => "/figures".to_owned(),
        4 => format!("/figures?as_of={}", app.today().plus(-30)),
        _ => match own.next() {
            Some(register) => format!("/registers/{}", segment(&register.id)),
            None => "/registers".to_owned(),
        },
    })
}
