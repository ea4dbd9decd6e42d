//! Page: the forms that write — new, change, move, correct, remark, void. What is refused comes back
//! with all that was typed and every message at its field; a preview shows which figures would move.

mod shown;

use super::controls::{Control, text_of, units};
use super::typed::Typed;
use super::words::act_name;
use super::{Asked, Page, layout};
use crate::app::App;
use crate::app::evidence::unhex;
use crate::app::execute::{Draft, DraftWish, Receipt};
use crate::app::names::Labels;
use crate::app::records::{Effects, RecordView};
use crate::app::scope::Scope;
use crate::error::{AppError, RefusedLine};
use crate::grammar::NOT_APPLICABLE;
use crate::http::answer::Oops;
use crate::http::request::{self, Fields};
use crate::http::stand::Stand;
use crate::http::visit::Visit;
use crate::keys::{hex, random};
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use shown::{files, preview};
use std::sync::Arc;
use taizhang_core::definition::{Definition, Field, FieldKind, Register};
use taizhang_core::id::FieldNo;
use taizhang_core::journal::{Act, Entry, Patch};
use taizhang_core::timeline::State;
use taizhang_core::value::{Cell, Value};

/// A new record; `f.ID=text` in the address stands in the form already.
pub(in crate::http) async fn open(visit: Visit, Path(register): Path<String>, Query(asked): Asked) -> Page {
    let stand = visit.stand.clone();
    let page = visit.run(move |app, scope| {
        let form = Form::new_record(app, scope, &register)?;
        let given: Vec<(String, String)> = asked.into_iter().filter(|(name, _)| name.starts_with("f.")).collect();
        match given.is_empty() {
            true => form.first(app, scope, &stand),
            false => form.page(app, scope, &Fields(given), &Told::default()),
        }
    });
    Ok(page.await?)
}

pub(in crate::http) async fn change(
    visit: Visit,
    Path((record, act)): Path<(i64, String)>,
    Query(asked): Asked,
) -> Page {
    let asked = Fields(asked);
    let stand = visit.stand.clone();
    let page = visit.run(move |app, scope| {
        let form = Form::of_record(app, scope, record, &act, &asked)?;
        form.first(app, scope, &stand)
    });
    Ok(page.await?)
}

pub(in crate::http) async fn write_new(Path(register): Path<String>, typed: Typed) -> Result<Response, Oops> {
    let (visit, fields, cookie) = typed.parts();
    let done = visit.run(move |app, scope| {
        let sent = asked(&["new", &register], &fields);
        if let Some(done) = done_before(app, scope, &fields, &sent)? {
            return Ok(done);
        }
        Form::new_record(app, scope, &register)?.write(app, scope, &fields, &sent)
    });
    Ok(Typed::answered(cookie, done.await?))
}

pub(in crate::http) async fn write_change(
    Path((record, act)): Path<(i64, String)>,
    typed: Typed,
) -> Result<Response, Oops> {
    let (visit, fields, cookie) = typed.parts();
    let done = visit.run(move |app, scope| {
        let sent = asked(&[&act, &record.to_string()], &fields);
        if let Some(done) = done_before(app, scope, &fields, &sent)? {
            return Ok(done);
        }
        Form::of_record(app, scope, record, &act, &fields)?.write(app, scope, &fields, &sent)
    });
    Ok(Typed::answered(cookie, done.await?))
}

/// What the form's key stands for: where it was sent and all that was typed, but for the key itself.
fn asked(place: &[&str], typed: &Fields) -> Vec<u8> {
    let typed = typed.0.iter().filter(|(name, _)| name != "key" && name != "do");
    let typed = typed.flat_map(|(name, value)| [name.as_str(), value]);
    request::asked(place.iter().copied().chain(typed).map(str::as_bytes))
}

/// Where a form leads that was sent before, though it could not even be shown any more. A key that
/// came with something else is told on the form, which then has a new one.
fn done_before(app: &App, scope: &Scope, typed: &Fields, sent: &[u8]) -> Result<Option<Done>, AppError> {
    let key = typed.get("key").filter(|_| typed.get("do") != Some("preview"));
    match app.answered(scope, key.map(|key| (key, sent))) {
        Ok(Some(receipt)) => Ok(Some(Done::Written(saved(app, &receipt)?))),
        Ok(None) => Ok(None),
        Err(error) if error.is_key_reused() => Ok(None),
        Err(error) => Err(error),
    }
}

/// The page of the record that was written.
fn saved(app: &App, receipt: &Receipt) -> Result<String, AppError> {
    let record = match receipt.records.first() {
        Some(record) => *record,
        None => app.record_of_entry(receipt.last)?,
    };
    Ok(format!("/records/{record}?saved={}", receipt.last))
}

/// What a form that was sent leads to.
enum Done {
    Written(String),
    Again(StatusCode, Markup),
}

impl IntoResponse for Done {
    fn into_response(self) -> Response {
        match self {
            Done::Written(address) => Redirect::to(&address).into_response(),
            Done::Again(status, page) => (status, page).into_response(),
        }
    }
}

/// What is said above a form that comes back.
#[derive(Default)]
struct Told {
    refused: Vec<RefusedLine>,
    effects: Option<Effects>,
    /// When a draft was kept that is not in the form.
    kept_at: Option<i64>,
    /// Whether the draft is in the form, or was kept just now.
    kept: bool,
}

impl Told {
    /// Whether somebody else changed meanwhile what the form was made from.
    fn stale(&self) -> bool {
        self.refused.iter().any(|line| line.code == "stale")
    }
}

/// One form: what it writes to, and the fields that it has.
struct Form {
    definition: Arc<Definition>,
    register: Arc<Register>,
    view: Option<RecordView>,
    wish: DraftWish,
    title: String,
    /// Fields with what they hold now, and whether they must be filled.
    fields: Vec<(Field, Option<Cell>, bool)>,
    labels: Labels,
}

impl Form {
    fn new_record(app: &App, scope: &Scope, id: &str) -> Result<Form, AppError> {
        let (definition, register) = app.register(scope, id)?;
        let mut reading = app.reading()?;
        let labels = app.labels(
            &mut reading,
            &definition,
            std::iter::empty::<(&Arc<Register>, &State)>(),
        )?;
        let stage = register
            .initial_stage()
            .map(|stage| stage.needs.clone())
            .unwrap_or_default();
        let home = scope.home().map(|home| Cell::Is(Value::Unit(home)));
        let fields = typeable(&register)
            .map(|field| {
                let own = home.clone().filter(|_| register.unit == Some(field.no));
                (field.clone(), own, field.required || stage.contains(&field.no))
            })
            .collect();
        Ok(Form {
            title: app.locale().say("page.form.new", &[("register", &register.name)]),
            definition,
            register,
            view: None,
            wish: DraftWish::Open,
            fields,
            labels,
        })
    }

    fn of_record(app: &App, scope: &Scope, record: i64, act: &str, asked: &Fields) -> Result<Form, AppError> {
        let view = app.record(scope, record)?;
        let register = view.register.clone();
        let nowhere = || AppError::missing("page.record.no_way", &[]);
        let (wish, title, fields) = match act {
            "edit" => (
                DraftWish::Amend,
                app.locale().text("page.record.amend").to_owned(),
                present(&view),
            ),
            "note" => (
                DraftWish::Note,
                app.locale().text("page.record.note").to_owned(),
                Vec::new(),
            ),
            "void" => (
                DraftWish::Void,
                app.locale().text("page.record.void").to_owned(),
                Vec::new(),
            ),
            "move" => {
                let found = register
                    .move_named(asked.get("move").unwrap_or_default())
                    .ok_or_else(nowhere)?;
                let stage = register
                    .stage(&found.to)
                    .map(|stage| stage.needs.clone())
                    .unwrap_or_default();
                let needed = |field: &Field| found.needs.contains(&field.no) || stage.contains(&field.no);
                let mut fields = present(&view);
                fields
                    .iter_mut()
                    .for_each(|(field, _, required)| *required |= needed(field));
                // What the move asks for comes first; the rest may be changed with it.
                fields.sort_by_key(|(field, ..)| !needed(field));
                fields.retain(|(field, ..)| needed(field));
                (DraftWish::Move(found.id.clone()), found.name.clone(), fields)
            }
            "correct" => {
                let target = asked.number("entry")?.unwrap_or(0);
                let entry = view
                    .entries
                    .iter()
                    .find(|entry| entry.n == target)
                    .ok_or_else(nowhere)?;
                let title = app.locale().say(
                    "page.form.correct",
                    &[
                        ("entry", &target),
                        ("act", &act_name(app.locale(), Some(&register), &entry.act)),
                    ],
                );
                let wish = DraftWish::Correct {
                    target,
                    withdraw: asked.yes("withdraw")?,
                    day: None,
                };
                (wish, title, said(&register, entry))
            }
            _ => return Err(nowhere()),
        };
        Ok(Form {
            definition: view.definition.clone(),
            register,
            labels: view.labels.clone(),
            view: Some(view),
            wish,
            title,
            fields,
        })
    }

    /// The form as it is opened, with what was typed into it earlier if that is asked for.
    fn first(&self, app: &App, scope: &Scope, stand: &Stand) -> Result<Markup, AppError> {
        let kept = app.draft(scope, &self.place())?;
        let told = |kept_at, kept| Told {
            kept_at,
            kept,
            ..Told::default()
        };
        match kept {
            Some((_, text)) if stand.get("draft").is_some() => {
                let pairs = serde_json::from_str(&text).unwrap_or_default();
                self.page(app, scope, &Fields(pairs), &told(None, true))
            }
            kept => self.page(app, scope, &Fields::default(), &told(kept.map(|(at, _)| at), false)),
        }
    }

    /// What a draft of this form is kept under.
    fn place(&self) -> String {
        match &self.wish {
            DraftWish::Move(name) => format!("{}/{name}", self.action()),
            DraftWish::Correct { target, .. } => format!("{}/{target}", self.action()),
            _ => self.action(),
        }
    }

    /// Keeps what was typed without sending it: nothing is posted, and nobody else sees it.
    fn keep(&self, app: &App, scope: &Scope, typed: &Fields) -> Result<Done, AppError> {
        let own = |name: &str| !["key", "do", "user", "password"].contains(&name);
        let pairs: Vec<_> = typed.0.iter().filter(|(name, _)| own(name)).collect();
        let text = serde_json::to_string(&pairs).map_err(|error| AppError::Fault(error.to_string()))?;
        app.keep_draft(scope, &self.place(), &text)?;
        let told = Told {
            kept: true,
            ..Told::default()
        };
        Ok(Done::Again(StatusCode::OK, self.page(app, scope, typed, &told)?))
    }

    fn write(&self, app: &App, scope: &Scope, typed: &Fields, sent: &[u8]) -> Result<Done, AppError> {
        if typed.get("do") == Some("keep") {
            return self.keep(app, scope, typed);
        }
        let draft = self.draft(typed)?;
        if typed.get("do") == Some("preview") {
            let told = match app.effects(scope, &draft) {
                Ok(effects) => Told {
                    effects: Some(effects),
                    ..Told::default()
                },
                Err(AppError::Refused(refused)) => Told {
                    refused,
                    ..Told::default()
                },
                Err(other) => return Err(other),
            };
            let status = if told.refused.is_empty() {
                StatusCode::OK
            } else {
                StatusCode::UNPROCESSABLE_ENTITY
            };
            return Ok(Done::Again(status, self.page(app, scope, typed, &told)?));
        }
        let key = typed.get("key").map(|key| (key, sent));
        match app.execute(scope, &[draft], key) {
            Ok(receipt) => {
                app.keep_draft(scope, &self.place(), "")?;
                Ok(Done::Written(saved(app, &receipt)?))
            }
            Err(error @ AppError::Refused(_)) => {
                let stale = error.is_stale();
                let AppError::Refused(refused) = error else {
                    return Err(error);
                };
                let told = Told {
                    refused,
                    ..Told::default()
                };
                let status = if stale {
                    StatusCode::PRECONDITION_FAILED
                } else {
                    StatusCode::UNPROCESSABLE_ENTITY
                };
                Ok(Done::Again(status, self.page(app, scope, typed, &told)?))
            }
            Err(other) => Err(other),
        }
    }

    /// The draft that was typed: only what differs from what the form showed at first.
    fn draft(&self, typed: &Fields) -> Result<Draft, AppError> {
        let mut set = Vec::new();
        for (field, ..) in &self.fields {
            let now = said_of(typed, "f", field).unwrap_or_default();
            let theirs = typed.get(&format!("keep.{}", field.id)) == Some("theirs");
            if !theirs && now != said_of(typed, "was", field).unwrap_or_default() {
                set.push((field.id.clone(), now));
            }
        }
        let day = typed.day("occurred_on")?;
        let wish = match &self.wish {
            DraftWish::Correct { target, withdraw, .. } => DraftWish::Correct {
                target: *target,
                withdraw: *withdraw,
                day: day.filter(|day| Some(*day) != self.target().map(|entry| entry.occurred_on)),
            },
            wish => wish.clone(),
        };
        let withdrawn = matches!(wish, DraftWish::Correct { withdraw: true, .. });
        Ok(Draft {
            register: self.register.id.clone(),
            record: self.view.as_ref().map(|view| view.row.record),
            to: typed.get("to").map(str::to_owned),
            occurred_on: if matches!(wish, DraftWish::Correct { .. }) {
                None
            } else {
                day
            },
            occurred_at: typed.minute("occurred_at")?,
            wish,
            set: if withdrawn { Vec::new() } else { set },
            based_on: typed.number("based_on")?,
            reason: typed.get("reason").unwrap_or_default().to_owned(),
            evidence: typed.all("evidence").filter_map(unhex).collect(),
            ..Draft::default()
        })
    }

    fn target(&self) -> Option<&Entry> {
        let DraftWish::Correct { target, .. } = &self.wish else {
            return None;
        };
        self.view.as_ref()?.entries.iter().find(|entry| entry.n == *target)
    }

    fn page(&self, app: &App, scope: &Scope, typed: &Fields, told: &Told) -> Result<Markup, AppError> {
        let others = told.refused.iter().filter(|line| !self.has(line.field.as_deref()));
        let others: Vec<&RefusedLine> = others.collect();
        let t = |key: &'static str| app.locale().text(key);
        // Nothing was written under an earlier key, and another draft under the same one would be refused.
        let key = hex(&random::<16>()?);
        let based_on = match (typed.get("based_on"), &self.view) {
            (Some(_), Some(view)) if told.stale() => Some(view.row.entry.to_string()),
            (Some(text), _) => Some(text.to_owned()),
            (None, view) => view.as_ref().map(|view| view.row.entry.to_string()),
        };
        let body = html! {
            (self.way())
            h1 { (self.title) }
            (super::parts::about(app.locale().text("help.writing")))
            @match &self.view {
                Some(view) => (super::locks::on(app, &view.register, &view.row.state)?),
                None => (super::locks::over(app, scope, &self.register)?),
            }
            @for line in &others { p.refused role="alert" { (line.message) } }
            @if told.refused.len() > others.len() { p.refused role="alert" {
                (app.locale().say("page.form.wrong", &[("count", &(told.refused.len() - others.len()))])) } }
            @if told.stale() { p.then { (t("page.form.merged")) } }
            @if let Some(at) = told.kept_at {
                p.saved { (app.locale().say("page.form.draft_waits", &[("at", &super::entries::moment(at))])) " "
                    a href="?draft=yes" { (t("page.form.draft_take")) } }
            }
            @if told.kept { p.saved role="status" { (t("page.form.draft_kept")) } }
            @if let Some(effects) = &told.effects { (preview(app.locale(), effects)) }
            form.writing data-place=(self.place()) method="post" enctype="multipart/form-data" action=(self.action()) {
                input type="hidden" name="key" value=(key);
                @if let Some(based_on) = based_on { input type="hidden" name="based_on" value=(based_on); }
                (self.hidden(app))
                @for (field, cell, required) in &self.fields {
                    (self.control((app, scope), field, cell.as_ref(), *required, typed, told))
                }
                (self.day(app, typed))
                (self.withdraw(app, typed))
                div.field {
                    label for="reason" { (t(self.reason_label())) }
                    div.control { textarea #reason name="reason" rows="2" { (typed.get("reason").unwrap_or_default()) } }
                }
                (files(app, scope, typed))
                div.buttons {
                    button.act type="submit" name="do" value="save" { (self.button(app)) }
                    button type="submit" name="do" value="preview" { (t("page.form.preview")) }
                    button type="submit" name="do" value="keep" data-draft="yes" { (t("page.form.keep")) }
                    a.quiet href=(self.back()) { (t("page.form.cancel")) }
                }
            }
            @if self.fields.iter().any(|(field, ..)| matches!(field.kind, FieldKind::Unit)) { (units(app, scope)) }
        };
        Ok(layout::page(app, scope, "registers", &self.title, body))
    }

    fn control(
        &self,
        (app, scope): (&App, &Scope),
        field: &Field,
        cell: Option<&Cell>,
        required: bool,
        typed: &Fields,
        told: &Told,
    ) -> Markup {
        let held = text_of(
            app.locale(),
            &self.definition,
            field,
            cell,
            &self.labels,
            &self.labels.tree,
        );
        // A new record holds nothing yet: what the form suggests must be sent.
        let was = if self.view.is_none() {
            String::new()
        } else {
            held.clone()
        };
        let given = |prefix: &str| said_of(typed, prefix, field);
        // Somebody else wrote meanwhile: what one did not touch follows them, what both changed is asked.
        let (mine, before) = (given("f"), given("was"));
        let merging = told.stale() && mine.is_some();
        let (text, was) = match (merging, mine, before) {
            (true, Some(mine), Some(before)) if mine == before => (held.clone(), held.clone()),
            (true, Some(mine), _) => (mine, held.clone()),
            (_, mine, before) => (mine.unwrap_or(held.clone()), before.unwrap_or(was)),
        };
        let differs = merging && text != held && given("was").is_some_and(|before| before != held);
        let beside = match cell {
            Some(Cell::Is(Value::Unit(unit))) => self.labels.tree.get(*unit).map(|node| node.name.clone()),
            Some(Cell::Is(Value::Link(record))) => self.labels.records.get(record).cloned(),
            _ => None,
        };
        Control {
            definition: &self.definition,
            field,
            text: &text,
            was: &was,
            theirs: differs.then_some(held.as_str()),
            locale: app.locale(),
            masked: matches!(cell, Some(Cell::Is(Value::Sealed(_)))),
            required,
            computed: self.register.is_computed(field.no),
            beside,
            files: match field.kind {
                FieldKind::Evidence => app.readable_files(scope, &hashes(&text)).unwrap_or_default(),
                _ => Vec::new(),
            },
            refused: told
                .refused
                .iter()
                .filter(|line| line.field.as_deref() == Some(&field.id))
                .collect(),
        }
        .show()
    }

    fn has(&self, id: Option<&str>) -> bool {
        id.is_some_and(|id| self.fields.iter().any(|(field, ..)| field.id == id))
    }
}

/// What may be typed: all but what follows the record above.
fn typeable(register: &Register) -> impl Iterator<Item = &Field> {
    register.fields.iter().filter(|field| !register.inherits(field.no))
}

fn present(view: &RecordView) -> Vec<(Field, Option<Cell>, bool)> {
    let fixed: Option<FieldNo> = view.register.parent.as_ref().map(|parent| parent.field);
    let stage = view.row.state.stage().and_then(|id| view.register.stage(id));
    let needs = stage.map(|stage| stage.needs.clone()).unwrap_or_default();
    typeable(&view.register)
        .filter(|field| Some(field.no) != fixed)
        .map(|field| {
            let cell = view.row.state.cell(field.no).cloned();
            (field.clone(), cell, field.required || needs.contains(&field.no))
        })
        .collect()
}

/// The fields that an entry named, with what it said of them.
fn said(register: &Register, entry: &Entry) -> Vec<(Field, Option<Cell>, bool)> {
    let none = Patch::new();
    let patch = match &entry.act {
        Act::Open { patch, .. } | Act::Amend { patch } | Act::Move { patch, .. } => patch,
        _ => &none,
    };
    let named = |field: &Field| {
        patch
            .iter()
            .find(|(no, _)| *no == field.no)
            .map(|(_, cell)| cell.clone())
    };
    typeable(register)
        .filter_map(|field| Some((field.clone(), Some(named(field)?), field.required)))
        .collect()
}

/// What was typed of a field; none if the form had no such control. The files that stay in a field and
/// those brought to it come one by one, and none of them is ticked where all are taken out.
fn said_of(typed: &Fields, prefix: &str, field: &Field) -> Option<String> {
    let name = format!("{prefix}.{}", field.id);
    if !matches!(field.kind, FieldKind::Evidence) || prefix != "f" {
        return typed.all(&name).last().map(str::trim).map(plain_lines);
    }
    let mut files: Vec<&str> = typed.all(&name).map(str::trim).collect();
    if files.len() > 1 {
        files.retain(|file| *file != NOT_APPLICABLE);
    }
    let asked = !files.is_empty() || typed.all(&format!("was.{}", field.id)).next().is_some();
    asked.then(|| files.join(","))
}

fn hashes(text: &str) -> Vec<[u8; 32]> {
    text.split(',').filter_map(unhex).collect()
}

/// A field's text stands on one line in the book; browsers send line ends as CR LF.
fn plain_lines(text: &str) -> String {
    text.lines().map(str::trim).collect::<Vec<_>>().join(" ")
}
