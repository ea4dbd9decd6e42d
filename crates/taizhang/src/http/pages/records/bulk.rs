//! Several records moved together, or one field of them changed: each is a command of its own, and each says what became of it. One
//! that is refused keeps none of the others back.

use super::asking::plain;
use crate::app::App;
use crate::app::execute::{Draft, DraftWish};
use crate::app::news::Brief;
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
use taizhang_core::definition::{Field, FieldKind, Move, Register};
use taizhang_core::id::RecordNo;

/// How many at once.
const MOST: usize = 200;
/// What the address says in place of a move where one field is changed.
pub(super) const AMEND: &str = "@amend";

pub(in crate::http) async fn ask(visit: Visit, Path(register): Path<String>) -> Page {
    let stand = visit.stand.clone();
    let page = visit.run(move |app, scope| {
        let (_, register) = app.register(scope, &register)?;
        let act = Act::named(app, &register, stand.fields())?;
        let chosen: Vec<RecordNo> = stand
            .fields()
            .all("r")
            .filter_map(|text| text.parse().ok())
            .take(MOST)
            .collect();
        let body = form(app, scope, &register, &act, &chosen)?;
        Ok(layout::page(app, scope, "registers", &register.name, body))
    });
    Ok(page.await?)
}

/// What is done with all of them.
enum Act<'a> {
    Move(&'a Move),
    /// One field gets the same content; none until one is chosen.
    Amend(Option<&'a Field>),
}

impl<'a> Act<'a> {
    fn named(app: &App, register: &'a Register, typed: &Fields) -> Result<Act<'a>, AppError> {
        let name = typed.get("move").unwrap_or_default();
        if name == AMEND {
            let chosen = typed.get("field").and_then(|id| register.field_named(id));
            return Ok(Act::Amend(
                chosen.filter(|field| changeable(register).any(|one| one.no == field.no)),
            ));
        }
        let unknown = || AppError::NotFound(app.locale().text("page.record.no_way").to_owned());
        register.move_named(name).map(Act::Move).ok_or_else(unknown)
    }

    fn name(&self, app: &App) -> String {
        match self {
            Act::Move(act) => act.name.clone(),
            Act::Amend(None) => app.locale().text("page.bulk.amend").to_owned(),
            Act::Amend(Some(field)) => app.locale().say("page.bulk.amend_field", &[("field", &field.name)]),
        }
    }

    fn id(&self) -> &str {
        match self {
            Act::Move(act) => &act.id,
            Act::Amend(_) => AMEND,
        }
    }

    fn wish(&self) -> DraftWish {
        match self {
            Act::Move(act) => DraftWish::Move(act.id.clone()),
            Act::Amend(_) => DraftWish::Amend,
        }
    }

    /// The fields that are typed once for all.
    fn fields(&self, register: &'a Register) -> Vec<&'a Field> {
        match self {
            Act::Move(act) => act.needs.iter().filter_map(|no| register.field(*no)).collect(),
            Act::Amend(field) => field.iter().copied().collect(),
        }
    }
}

/// The fields that may get the same content in many records: those of no key, which would meet itself.
fn changeable(register: &Register) -> impl Iterator<Item = &Field> {
    let keyed = |field: &Field| register.keys.iter().any(|key| key.fields.contains(&field.no));
    plain(register).filter(move |field| !keyed(field) && !register.inherits(field.no))
}

fn form(app: &App, scope: &Scope, register: &Register, act: &Act<'_>, chosen: &[RecordNo]) -> Result<Markup, AppError> {
    let t = |key: &'static str| app.locale().text(key);
    let mut titles = Vec::new();
    for record in chosen {
        titles.extend(app.brief(scope, *record)?);
    }
    let home = format!("/registers/{}", segment(&register.id));
    let body = match act {
        _ if titles.is_empty() => parts::empty(t("page.bulk.none"), None),
        Act::Amend(None) => choosing(app, register, &titles),
        act => filling(app, register, act, &titles, &home)?,
    };
    Ok(html! {
        p.way { a href=(home) { (register.name) } }
        h1 { (act.name(app)) small { (app.locale().say("page.bulk.count", &[("count", &titles.len())])) } }
        (parts::about(t("page.bulk.about")))
        (body)
    })
}

/// Which field is changed.
fn choosing(app: &App, register: &Register, titles: &[Brief]) -> Markup {
    let t = |key: &'static str| app.locale().text(key);
    html! {
        form.filters {
            input type="hidden" name="move" value=(AMEND);
            @for brief in titles { input type="hidden" name="r" value=(brief.record); }
            label { (t("page.bulk.field")) select name="field" {
                @for field in changeable(register) { option value=(field.id) { (field.name) } }
            } }
            button.act type="submit" { (t("page.stand.go")) }
        }
    }
}

fn filling(app: &App, register: &Register, act: &Act<'_>, titles: &[Brief], home: &str) -> Result<Markup, AppError> {
    let t = |key: &'static str| app.locale().text(key);
    let key = hex(&random::<16>()?);
    let name = act.name(app);
    Ok(html! {
        form.writing method="post" {
            input type="hidden" name="key" value=(key);
            input type="hidden" name="move" value=(act.id());
            @if let Act::Amend(Some(field)) = act { input type="hidden" name="field" value=(field.id); }
            ul.chosen { @for brief in titles { li {
                label.tick { input type="checkbox" name="r" value=(brief.record) checked; (brief.title) }
            } } }
            @for field in act.fields(register) {
                div.field { label for={ "f." (field.id) } { (field.name) }
                    div.control { (typed(field)) } }
            }
            div.field { label for="occurred_on" { (t("page.form.occurred_on")) }
                div.control { input #occurred_on type="date" name="occurred_on" value=(app.today()) required; } }
            div.field { label for="reason" { (t("page.form.reason")) }
                div.control { textarea #reason name="reason" rows="2" {} } }
            div.buttons { button.act type="submit" { (name) } a.quiet href=(home) { (t("page.form.cancel")) } }
        }
    })
}

/// Where one content for all is typed.
fn typed(field: &Field) -> Markup {
    let name = format!("f.{}", field.id);
    html! {
        @match &field.kind {
            FieldKind::Choice(choices) => select id=(name) name=(name) {
                option value="" {}
                @for choice in choices.iter().filter(|choice| !choice.retired) { option value=(choice.name) { (choice.name) } }
            },
            FieldKind::Date { .. } => input id=(name) name=(name) type="date";,
            _ => input id=(name) name=(name);,
        }
    }
}

pub(in crate::http) async fn write(
    visit: Visit,
    Path(register): Path<String>,
    Form(typed): Form<Vec<(String, String)>>,
) -> Result<Markup, Oops> {
    let typed = Fields(typed);
    let page = visit.run(move |app, scope| {
        let (_, register) = app.register(scope, &register)?;
        let act = Act::named(app, &register, &typed)?;
        let day = typed.day("occurred_on")?;
        let chosen: Vec<RecordNo> = typed.all("r").filter_map(|text| text.parse().ok()).take(MOST).collect();
        let mut lines = Vec::new();
        for record in chosen {
            let Some(brief) = app.brief(scope, record)? else {
                continue;
            };
            let set: Vec<(String, String)> = act
                .fields(&register)
                .into_iter()
                .map(|field| (field.id.clone(), typed.last(&format!("f.{}", field.id)).to_owned()))
                .collect();
            let draft = Draft {
                register: register.id.clone(),
                record: Some(record),
                wish: act.wish(),
                set,
                occurred_on: day,
                reason: typed.get("reason").unwrap_or_default().to_owned(),
                ..Draft::default()
            };
            // The same form sent twice has the same keys, and writes each record once.
            let key = typed.get("key").map(|key| format!("{key}-{record}"));
            let said = format!("{} {record} {day:?} {:?} {}", act.id(), draft.set, draft.reason);
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
            outcome(app, &register, &act, &lines),
        ))
    });
    Ok(page.await?)
}

type Line = (RecordNo, String, Result<i64, String>);

fn outcome(app: &App, register: &Register, act: &Act<'_>, lines: &[Line]) -> Markup {
    let t = |key: &'static str| app.locale().text(key);
    let done = lines.iter().filter(|(.., outcome)| outcome.is_ok()).count();
    html! {
        p.way { a href={ "/registers/" (segment(&register.id)) } { (register.name) } }
        h1 { (act.name(app)) }
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
