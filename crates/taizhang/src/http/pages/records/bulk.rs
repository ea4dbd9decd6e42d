//! Several records moved together: each is a command of its own, and each says what became of it. One
//! that is refused keeps none of the others back.

use crate::app::App;
use crate::app::execute::{Draft, DraftWish};
use crate::app::scope::Scope;
use crate::error::AppError;
use crate::http::answer::Oops;
use crate::http::pages::{Page, layout, parts};
use crate::http::request::{Fields, segment};
use crate::http::visit::Visit;
use crate::keys::{hex, random};
use axum::Form;
use axum::extract::Path;
use maud::{Markup, html};
use taizhang_core::definition::{Move, Register};
use taizhang_core::id::RecordNo;

/// How many at once.
const MOST: usize = 200;

pub(in crate::http) async fn ask(visit: Visit, Path(register): Path<String>) -> Page {
    let stand = visit.stand.clone();
    let page = visit.run(move |app, scope| {
        let (_, register) = app.register(scope, &register)?;
        let act = act(app, &register, stand.get("move"))?;
        let chosen: Vec<RecordNo> = stand
            .fields()
            .all("r")
            .filter_map(|text| text.parse().ok())
            .take(MOST)
            .collect();
        let body = form(app, scope, &register, act, &chosen)?;
        Ok(layout::page(app, scope, "registers", &register.name, body))
    });
    Ok(page.await?)
}

fn act<'a>(app: &App, register: &'a Register, name: Option<&str>) -> Result<&'a Move, AppError> {
    let unknown = || AppError::NotFound(app.locale().text("page.record.no_way").to_owned());
    register.move_named(name.unwrap_or_default()).ok_or_else(unknown)
}

fn form(app: &App, scope: &Scope, register: &Register, act: &Move, chosen: &[RecordNo]) -> Result<Markup, AppError> {
    let t = |key: &'static str| app.locale().text(key);
    let key = hex(&random::<16>()?);
    let mut titles = Vec::new();
    for record in chosen {
        titles.extend(app.brief(scope, *record)?);
    }
    let needs: Vec<_> = act.needs.iter().filter_map(|no| register.field(*no)).collect();
    Ok(html! {
        p.way { a href={ "/registers/" (segment(&register.id)) } { (register.name) } }
        h1 { (act.name) small { (app.locale().say("page.bulk.count", &[("count", &titles.len())])) } }
        (parts::about(t("page.bulk.about")))
        @if titles.is_empty() { (parts::empty(t("page.bulk.none"), None)) }
        @else {
            form.writing method="post" {
                input type="hidden" name="key" value=(key);
                input type="hidden" name="move" value=(act.id);
                ul.chosen { @for brief in &titles { li {
                    label.tick { input type="checkbox" name="r" value=(brief.record) checked; (brief.title) }
                } } }
                @for field in &needs {
                    div.field { label for={ "f." (field.id) } { (field.name) }
                        div.control { input id={ "f." (field.id) } name={ "f." (field.id) }; } }
                }
                div.field { label for="occurred_on" { (t("page.form.occurred_on")) }
                    div.control { input #occurred_on type="date" name="occurred_on" value=(app.today()) required; } }
                div.field { label for="reason" { (t("page.form.reason")) }
                    div.control { textarea #reason name="reason" rows="2" {} } }
                div.buttons { button.act type="submit" { (act.name) } a.quiet href={ "/registers/" (segment(&register.id)) }
                    { (t("page.form.cancel")) } }
            }
        }
    })
}

pub(in crate::http) async fn write(
    visit: Visit,
    Path(register): Path<String>,
    Form(typed): Form<Vec<(String, String)>>,
) -> Result<Markup, Oops> {
    let typed = Fields(typed);
    let page = visit.run(move |app, scope| {
        let (_, register) = app.register(scope, &register)?;
        let act = act(app, &register, typed.get("move"))?;
        let day = typed.day("occurred_on", app.locale())?;
        let chosen: Vec<RecordNo> = typed.all("r").filter_map(|text| text.parse().ok()).take(MOST).collect();
        let mut lines = Vec::new();
        for record in chosen {
            let Some(brief) = app.brief(scope, record)? else {
                continue;
            };
            let set: Vec<(String, String)> = act
                .needs
                .iter()
                .filter_map(|no| register.field(*no))
                .filter_map(|field| Some((field.id.clone(), typed.get(&format!("f.{}", field.id))?.to_owned())))
                .collect();
            let draft = Draft {
                register: register.id.clone(),
                record: Some(record),
                wish: DraftWish::Move(act.id.clone()),
                set,
                occurred_on: day,
                reason: typed.get("reason").unwrap_or_default().to_owned(),
                ..Draft::default()
            };
            // The same form sent twice has the same keys, and writes each record once.
            let key = typed.get("key").map(|key| format!("{key}-{record}"));
            let said = format!("{} {record} {day:?} {:?} {}", act.id, draft.set, draft.reason);
            let body = crate::http::request::asked([said.as_bytes()]);
            let outcome = match app.execute(scope, &[draft], key.as_deref().map(|key| (key, body.as_slice()))) {
                Ok(receipt) => Ok(receipt.last),
                Err(AppError::Refused(refused)) => Err(refused
                    .iter()
                    .map(|line| line.message.clone())
                    .collect::<Vec<_>>()
                    .join(" ")),
                Err(error) => Err(app.locale().error(&error)),
            };
            lines.push((record, brief.title, outcome));
        }
        Ok(layout::page(
            app,
            scope,
            "registers",
            &register.name,
            outcome(app, &register, act, &lines),
        ))
    });
    Ok(page.await?)
}

type Line = (RecordNo, String, Result<i64, String>);

fn outcome(app: &App, register: &Register, act: &Move, lines: &[Line]) -> Markup {
    let t = |key: &'static str| app.locale().text(key);
    let done = lines.iter().filter(|(.., outcome)| outcome.is_ok()).count();
    html! {
        p.way { a href={ "/registers/" (segment(&register.id)) } { (register.name) } }
        h1 { (act.name) }
        p.saved role="status" { (app.locale().say("page.bulk.done", &[("done", &done), ("refused", &(lines.len() - done))])) }
        div.scroll { table.ledger.list {
            thead { tr { th.first { (t("page.journal.record")) } th { (t("page.bulk.outcome")) } } }
            tbody { @for (record, title, outcome) in lines {
                tr {
                    th.first scope="row" { a href={ "/records/" (record) } { (title) } }
                    td { @match outcome {
                        Ok(entry) => (app.locale().say("page.form.saved", &[("entry", entry)])),
                        Err(why) => span.refused { (why) },
                    } }
                }
            } }
        } }
    }
}
