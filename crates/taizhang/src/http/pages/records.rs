//! Page: the list of one register — filters on top, rows below; the same records as a board, a month,
//! on a time axis, on a map, as buildings, added up by a field, or held against an earlier moment.

mod asking;
mod bars;
mod board;
mod buildings;
mod bulk;
mod compare;
pub(super) mod gantt;
mod leaving;
pub(super) mod map;
mod month;
mod rows;
mod sums;

pub(in crate::http) use bulk::{ask as bulk_form, write as bulk_write};
pub(in crate::http) use leaving::export;

use super::{Page, layout, parts};
use crate::app::App;
use crate::app::follow::Followed;
use crate::app::records::ListAsk;
use crate::app::scope::Scope;
use crate::error::AppError;
use crate::http::answer::Oops;
use crate::http::request::{encoded, segment};
use crate::http::stand::Stand;
use crate::http::visit::Visit;
use axum::extract::Path;
use axum::response::Redirect;
use maud::{Markup, html};
use std::sync::Arc;
use taizhang_core::definition::{Field, Register, Verb};

/// How many records the shapes that show all of them at once take.
const ALL: usize = 400;

/// A list as a page asks for it.
struct List<'a> {
    app: &'a App,
    scope: &'a Scope,
    stand: &'a Stand,
    register: Arc<Register>,
    ask: ListAsk,
    columns: Vec<Field>,
}

pub(in crate::http) async fn show(visit: Visit, Path(register): Path<String>) -> Page {
    let stand = visit.stand.clone();
    let page = visit.run(move |app, scope| {
        let list = List::of(app, scope, &stand, &register)?;
        list.page()
    });
    Ok(page.await?)
}

/// Keeps what a reader chose for a list.
pub(in crate::http) async fn keep(
    visit: Visit,
    Path(register): Path<String>,
    typed: axum::Form<Vec<(String, String)>>,
) -> Result<Redirect, Oops> {
    let fields = crate::http::request::Fields(typed.0);
    let to = visit.run(move |app, scope| {
        let (_, register) = app.register(scope, &register)?;
        let home = format!("/registers/{}", segment(&register.id));
        let columns = format!("columns.{}", register.id);
        let query = fields.get("query").unwrap_or_default();
        match fields.get("do") {
            Some("columns") => {
                let chosen: Vec<&str> = fields
                    .all("col")
                    .filter(|id| register.field_named(id).is_some())
                    .collect();
                app.prefer(scope, &columns, &chosen.join(","), false)?;
            }
            Some("forget") => app.prefer(scope, &columns, "", false)?,
            Some("view") => {
                let name = fields.get("name").unwrap_or_default();
                let named = format!("{query}&{}", encoded(&[("saved_view", name)]));
                app.save_view(
                    scope,
                    &register.id,
                    name,
                    named.trim_start_matches('&'),
                    fields.get("shared").is_some(),
                )?;
                return Ok(format!("{home}?{}", named.trim_start_matches('&')));
            }
            Some("drop") => {
                app.save_view(scope, &register.id, fields.get("old").unwrap_or_default(), "", false)?;
                return Ok(home);
            }
            _ => {}
        }
        Ok(if query.is_empty() {
            home
        } else {
            format!("{home}?{query}")
        })
    });
    Ok(Redirect::to(&to.await?))
}

impl<'a> List<'a> {
    fn of(app: &'a App, scope: &'a Scope, stand: &'a Stand, id: &str) -> Result<List<'a>, AppError> {
        let (_, register) = app.register(scope, id)?;
        let chosen = app.preference(scope, &format!("columns.{}", register.id))?;
        let columns = asking::columns(&register, stand.fields(), chosen.as_deref())?;
        Ok(List {
            app,
            scope,
            stand,
            ask: asking::ask(app, scope, id, stand.fields())?,
            columns: columns.into_iter().cloned().collect(),
            register,
        })
    }

    fn page(&self) -> Result<Markup, AppError> {
        let (locale, register) = (self.app.locale(), &self.register);
        let t = |key: &'static str| locale.text(key);
        let saved = self.app.saved_views(self.scope, &register.id)?;
        let columns: Vec<&Field> = self.columns.iter().collect();
        let body = html! {
            div.title {
                h1 { (register.name) }
                (super::follow::button(self.app, self.scope, self.stand, &Followed::Register(register.id.clone()))?)
                nav.acts {
                    (super::imports::ways(self.app.locale(), self.scope, register, &leaving::query(self.stand)))
                    @if self.scope.may_somewhere(Verb::Write, register) {
                        a.act data-key="n" href={ "/registers/" (segment(&register.id)) "/new" } { (t("page.list.new")) }
                        a.button href={ "/registers/" (segment(&register.id)) "/grid" } { (t("page.grid.way")) }
                        @if self.app.may_issue(self.scope, register) {
                            a.button href={ "/registers/" (segment(&register.id)) "/issue" } { (t("page.issue.way")) } }
                    }
                }
            }
            (parts::about(&register.about))
            @if let Some(entry) = self.stand.get("saved") { p.saved role="status" {
                (locale.say("page.form.saved", &[("entry", &entry)])) } }
            (super::locks::over(self.app, self.scope, register)?)
            (bars::views(register, self.stand, &saved)?)
            (bars::filters(locale, register, self.stand)?)
            (bars::advanced(locale, register, self.stand, &columns)?)
            (bars::shapes(locale, register, self.stand))
            (self.shape()?)
        };
        layout::Frame::of(self.app, self.scope, self.stand, "registers")
            .wide()
            .page(&register.name, body)
    }

    fn shape(&self) -> Result<Markup, AppError> {
        match self
            .stand
            .fields()
            .one_of("show", &bars::SHAPES.map(|(shape, _)| shape))?
        {
            Some("board") => board::show(self),
            Some("month") => month::show(self),
            Some("gantt") => gantt::show(self),
            Some("map") => map::show(self),
            Some("buildings") => buildings::show(self),
            Some("groups") => sums::show(self),
            Some("compare") => compare::show(self),
            _ => rows::show(self),
        }
    }

    /// The same list from its beginning, as many as a shape shows at once.
    fn all(&self) -> ListAsk {
        ListAsk {
            limit: ALL,
            offset: 0,
            turn: None,
            ..self.ask.clone()
        }
    }

    /// What is said if a shape could not take all.
    fn rest(&self, total: i64) -> Markup {
        html! { @if total > ALL as i64 {
            p.quiet { (self.app.locale().say("page.list.first", &[("count", &ALL), ("total", &total)])) }
        } }
    }
}
