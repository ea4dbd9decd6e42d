//! Page: the forms that write — new, change, move, correct, remark, void. What is refused comes back
//! with all that was typed and every message at its field; a preview shows which figures would move.

use super::controls::{Control, text_of, units};
use super::typed::Typed;
use super::words::{act_name, stage_name};
use super::{Asked, Page, layout};
use crate::app::App;
use crate::app::evidence::unhex;
use crate::app::execute::{Draft, DraftWish, Receipt};
use crate::app::names::Labels;
use crate::app::records::{Effects, RecordView};
use crate::app::scope::Scope;
use crate::error::{AppError, RefusedLine};
use crate::http::answer::Oops;
use crate::http::request::{self, Fields, segment};
use crate::http::visit::Visit;
use crate::keys::{hex, random};
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use std::sync::Arc;
use taizhang_core::definition::{Definition, Field, FieldKind, Register};
use taizhang_core::id::FieldNo;
use taizhang_core::journal::{Act, Entry, Patch};
use taizhang_core::timeline::State;
use taizhang_core::value::{Cell, Value};

pub(in crate::http) async fn open(visit: Visit, Path(register): Path<String>) -> Page {
    let page = visit.run(move |app, scope| {
        let form = Form::new_record(app, scope, &register)?;
        form.page(app, scope, &Fields::default(), &Told::default())
    });
    Ok(page.await?)
}

pub(in crate::http) async fn change(
    visit: Visit,
    Path((record, act)): Path<(i64, String)>,
    Query(asked): Asked,
) -> Page {
    let asked = Fields(asked);
    let page = visit.run(move |app, scope| {
        let form = Form::of_record(app, scope, record, &act, &asked)?;
        form.page(app, scope, &Fields::default(), &Told::default())
    });
    Ok(page.await?)
}

pub(in crate::http) async fn write_new(Path(register): Path<String>, typed: Typed) -> Result<Response, Oops> {
    let Typed { visit, fields } = typed;
    let done = visit.run(move |app, scope| {
        let sent = asked(&["new", &register], &fields);
        if let Some(done) = done_before(app, scope, &fields, &sent)? {
            return Ok(done);
        }
        Form::new_record(app, scope, &register)?.write(app, scope, &fields, &sent)
    });
    Ok(done.await?.into_response())
}

pub(in crate::http) async fn write_change(
    Path((record, act)): Path<(i64, String)>,
    typed: Typed,
) -> Result<Response, Oops> {
    let Typed { visit, fields } = typed;
    let done = visit.run(move |app, scope| {
        let sent = asked(&[&act, &record.to_string()], &fields);
        if let Some(done) = done_before(app, scope, &fields, &sent)? {
            return Ok(done);
        }
        Form::of_record(app, scope, record, &act, &fields)?.write(app, scope, &fields, &sent)
    });
    Ok(done.await?.into_response())
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
            title: format!("新增{}", register.name),
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
        let nowhere = || AppError::NotFound("没有这种办理方式，请从条目页进入。".to_owned());
        let (wish, title, fields) = match act {
            "edit" => (DraftWish::Amend, "变更".to_owned(), present(&view)),
            "note" => (DraftWish::Note, "备注、附件".to_owned(), Vec::new()),
            "void" => (DraftWish::Void, "作废".to_owned(), Vec::new()),
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
                let target = asked.get("entry").and_then(|text| text.parse().ok()).unwrap_or(0);
                let entry = view
                    .entries
                    .iter()
                    .find(|entry| entry.n == target)
                    .ok_or_else(nowhere)?;
                let title = format!(
                    "更正流水 {target} 号（{}）",
                    act_name(app.locale(), Some(&register), &entry.act)
                );
                let wish = DraftWish::Correct {
                    target,
                    withdraw: asked.get("withdraw").is_some(),
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

    fn write(&self, app: &App, scope: &Scope, typed: &Fields, sent: &[u8]) -> Result<Done, AppError> {
        let draft = self.draft(app, typed)?;
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
            Ok(receipt) => Ok(Done::Written(saved(app, &receipt)?)),
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
    fn draft(&self, app: &App, typed: &Fields) -> Result<Draft, AppError> {
        let text = |prefix: &str, id: &str| {
            typed
                .all(&format!("{prefix}.{id}"))
                .last()
                .map(str::trim)
                .map(plain_lines)
        };
        let mut set = Vec::new();
        for (field, ..) in &self.fields {
            let now = text("f", &field.id).unwrap_or_default();
            if now != text("was", &field.id).unwrap_or_default() {
                set.push((field.id.clone(), now));
            }
        }
        let day = typed.day("occurred_on", app.locale())?;
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
            occurred_on: if matches!(wish, DraftWish::Correct { .. }) {
                None
            } else {
                day
            },
            wish,
            set: if withdrawn { Vec::new() } else { set },
            based_on: typed.get("based_on").and_then(|text| text.parse().ok()),
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
        // Nothing was written under an earlier key, and another draft under the same one would be refused.
        let key = hex(&random::<16>()?);
        let based_on = match (typed.get("based_on"), &self.view) {
            (Some(text), _) => Some(text.to_owned()),
            (None, view) => view.as_ref().map(|view| view.row.entry.to_string()),
        };
        let body = html! {
            (self.way())
            h1 { (self.title) }
            @for line in &others { p.refused role="alert" { (line.message) } }
            @if told.refused.len() > others.len() { p.refused role="alert" { "有 " (told.refused.len() - others.len()) " 处需要修改，见下面红字。" } }
            @if let Some(effects) = &told.effects { (preview(effects)) }
            form.writing method="post" enctype="multipart/form-data" action=(self.action()) {
                input type="hidden" name="key" value=(key);
                @if let Some(based_on) = based_on { input type="hidden" name="based_on" value=(based_on); }
                (self.hidden())
                @for (field, cell, required) in &self.fields {
                    (self.control(field, cell.as_ref(), *required, typed, told))
                }
                (self.day(app, typed))
                (self.withdraw(typed))
                div.field {
                    label for="reason" { (self.reason_label()) }
                    div.control { textarea #reason name="reason" rows="2" { (typed.get("reason").unwrap_or_default()) } }
                }
                (files(app, scope, typed))
                div.buttons {
                    button.act type="submit" name="do" value="save" { (self.button()) }
                    button type="submit" name="do" value="preview" { "预览" }
                    a.quiet href=(self.back()) { "取消" }
                }
            }
            @if self.fields.iter().any(|(field, ..)| matches!(field.kind, FieldKind::Unit)) { (units(app, scope)) }
        };
        Ok(layout::page(app, scope, "registers", &self.title, body))
    }

    fn control(&self, field: &Field, cell: Option<&Cell>, required: bool, typed: &Fields, told: &Told) -> Markup {
        let held = text_of(&self.definition, field, cell, &self.labels, &self.labels.tree);
        // A new record holds nothing yet: what the form suggests must be sent.
        let was = if self.view.is_none() {
            String::new()
        } else {
            held.clone()
        };
        let given = |prefix: &str| typed.all(&format!("{prefix}.{}", field.id)).last().map(str::to_owned);
        let beside = match cell {
            Some(Cell::Is(Value::Unit(unit))) => self.labels.tree.get(*unit).map(|node| node.name.clone()),
            Some(Cell::Is(Value::Link(record))) => self.labels.records.get(record).cloned(),
            _ => None,
        };
        Control {
            definition: &self.definition,
            field,
            text: &given("f").unwrap_or(held),
            was: &given("was").unwrap_or(was),
            masked: matches!(cell, Some(Cell::Is(Value::Sealed(_)))),
            required,
            beside,
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

    fn way(&self) -> Markup {
        html! {
            p.way {
                a href={ "/registers/" (segment(&self.register.id)) } { (self.register.name) }
                @if let Some(view) = &self.view {
                    " / " a href={ "/records/" (view.row.record) } { (view.title) }
                    @if let Some(stage) = view.row.state.stage() { " · " (stage_name(&self.register, stage)) }
                }
            }
        }
    }

    fn action(&self) -> String {
        match &self.view {
            None => format!("/registers/{}/new", segment(&self.register.id)),
            Some(view) => format!("/records/{}/{}", view.row.record, self.act()),
        }
    }

    fn act(&self) -> &'static str {
        match self.wish {
            DraftWish::Open | DraftWish::Opening | DraftWish::Amend => "edit",
            DraftWish::Move(_) => "move",
            DraftWish::Note => "note",
            DraftWish::Void => "void",
            DraftWish::Correct { .. } => "correct",
        }
    }

    fn hidden(&self) -> Markup {
        html! {
            @match &self.wish {
                DraftWish::Move(name) => input type="hidden" name="move" value=(name);,
                DraftWish::Correct { target, .. } => input type="hidden" name="entry" value=(target);,
                _ => {}
            }
        }
    }

    fn back(&self) -> String {
        match &self.view {
            None => format!("/registers/{}", segment(&self.register.id)),
            Some(view) => format!("/records/{}", view.row.record),
        }
    }

    fn button(&self) -> &str {
        match &self.wish {
            DraftWish::Open | DraftWish::Opening => "立账",
            DraftWish::Amend => "登记变更",
            DraftWish::Move(_) => &self.title,
            DraftWish::Note => "登记",
            DraftWish::Void => "作废这个条目",
            DraftWish::Correct { .. } => "登记更正",
        }
    }

    fn reason_label(&self) -> &'static str {
        match self.wish {
            DraftWish::Note => "备注",
            DraftWish::Correct { .. } | DraftWish::Void => "理由（请写明依据）",
            _ => "理由",
        }
    }

    fn day(&self, app: &App, typed: &Fields) -> Markup {
        let suggested = self.target().map_or(app.today(), |entry| entry.occurred_on).to_string();
        let day = typed.get("occurred_on").map_or(suggested, str::to_owned);
        html! {
            div.field {
                label for="occurred_on" { "发生日期" span.star title="必填" { "*" } }
                div.control { input #occurred_on type="date" name="occurred_on" value=(day) required; }
                p.help { "事情实际发生的那一天，不是登记的日子。" }
            }
        }
    }

    fn withdraw(&self, typed: &Fields) -> Markup {
        html! {
            @if matches!(self.wish, DraftWish::Correct { .. }) {
                div.field {
                    label { "撤回" }
                    div.control { label.tick {
                        input type="checkbox" name="withdraw" value="yes" checked[typed.get("withdraw").is_some()];
                        " 这一笔根本不该有，整笔撤回"
                    } }
                }
            }
        }
    }
}

/// What may be typed: all but what follows the record above.
fn typeable(register: &Register) -> impl Iterator<Item = &Field> {
    let fits = |field: &&Field| !register.inherits(field.no) && !matches!(field.kind, FieldKind::Evidence);
    register.fields.iter().filter(fits)
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

fn files(app: &App, scope: &Scope, typed: &Fields) -> Markup {
    let hashes: Vec<[u8; 32]> = typed.all("evidence").filter_map(unhex).collect();
    let kept = app.readable_files(scope, &hashes).unwrap_or_default();
    html! {
        div.field {
            label for="file" { "佐证文件" }
            div.control { input #file type="file" name="file" multiple accept=".pdf,.jpg,.jpeg,.png,.docx,.xlsx,.zip,.txt,.ofd"; }
            @for stored in &kept {
                input type="hidden" name="evidence" value=(hex(&stored.hash));
                p.help { "已上传：" (stored.name) }
            }
        }
    }
}

fn preview(effects: &Effects) -> Markup {
    html! {
        section.preview {
            h2 { "这会改变哪些数字" small { "只是预览，还没有登记" } }
            @if effects.figures.is_empty() { p { "不改变任何数字。" } }
            @else {
                div.scroll { table.ledger {
                    thead { tr { th { "数字" } th { "单位" } th { "自" } th.num { "增减" } } }
                    tbody { @for figure in &effects.figures {
                        tr {
                            td { a href={ "/figures/" (segment(&figure.account)) } { (figure.name) } }
                            td { (figure.unit_name) }
                            td { (figure.day) }
                            td.num { (figure.shown) }
                        }
                    } }
                } }
            }
            dl.changes { @for field in &effects.fields {
                dt { @if field.id == "stage" { "环节" } @else { (field.name) } }
                dd { @if !field.before.is_empty() { del { (field.before) } " → " } ins { (field.after) } }
            } }
        }
    }
}

/// A field's text stands on one line in the book; browsers send line ends as CR LF.
fn plain_lines(text: &str) -> String {
    text.lines().map(str::trim).collect::<Vec<_>>().join(" ")
}
