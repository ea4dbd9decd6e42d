//! Room: what somebody keeps for themselves — chosen columns, saved views, what was typed and not sent.
//! None of it is an entry, and none of it changes a figure.

use super::App;
use super::scope::Scope;
use crate::error::AppError;
use taizhang_core::id::FieldNo;
use taizhang_store::desk::{self, Preference};

/// How long an unsent draft is kept: thirty days in microseconds.
const KEPT: i64 = 30 * 24 * 3600 * 1_000_000;
/// The longest text of a preference, in bytes.
const LONGEST: usize = 4000;

/// A saved view of a register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedView {
    /// What it is called.
    pub name: String,
    /// The query of its address.
    pub query: String,
    /// Whether it is one's own.
    pub own: bool,
    /// Whether others see it.
    pub shared: bool,
}

impl App {
    /// What somebody chose; none if nothing.
    pub fn preference(&self, scope: &Scope, name: &str) -> Result<Option<String>, AppError> {
        let mut reading = self.reading()?;
        let found = desk::preferences(reading.conn()?, scope.actor, name)?;
        let own = |one: &Preference| one.actor == scope.actor && one.name == name;
        Ok(found.into_iter().find(own).map(|one| one.text))
    }

    /// All that somebody chose under names that begin so: the rest of the name, and the text.
    pub fn preferences(&self, scope: &Scope, begins: &str) -> Result<Vec<(String, String)>, AppError> {
        let mut reading = self.reading()?;
        let found = desk::preferences(reading.conn()?, scope.actor, begins)?;
        let own = found.into_iter().filter(|one| one.actor == scope.actor);
        Ok(own.map(|one| (one.name[begins.len()..].to_owned(), one.text)).collect())
    }

    /// Keeps what somebody chose; an empty text takes it away.
    pub fn prefer(&self, scope: &Scope, name: &str, text: &str, shared: bool) -> Result<(), AppError> {
        if name.len() + text.len() > LONGEST {
            return Err(AppError::said("page.desk.too_long", &[]));
        }
        let chosen = Preference {
            actor: scope.actor,
            name: name.to_owned(),
            text: text.to_owned(),
            shared,
        };
        Ok(self.store().writer().act(move |writer| {
            desk::prefer(&mut *writer.conn, &chosen)?;
            writer.conn.commit()
        })?)
    }

    /// The views of a register that somebody saved, and those that others share.
    pub fn saved_views(&self, scope: &Scope, register: &str) -> Result<Vec<SavedView>, AppError> {
        let begins = view_key(register, "");
        let mut reading = self.reading()?;
        let found = desk::preferences(reading.conn()?, scope.actor, &begins)?;
        let view = |one: Preference| SavedView {
            name: one.name[begins.len()..].to_owned(),
            query: one.text,
            own: one.actor == scope.actor,
            shared: one.shared,
        };
        Ok(found.into_iter().map(view).collect())
    }

    /// Saves a view under a name; an empty query takes it away.
    pub fn save_view(
        &self,
        scope: &Scope,
        register: &str,
        name: &str,
        query: &str,
        shared: bool,
    ) -> Result<(), AppError> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > 40 {
            return Err(AppError::said("page.desk.view_name", &[]));
        }
        self.prefer(scope, &view_key(register, name), query, shared)
    }

    /// What somebody typed into the form of a place and did not send, with the instant.
    pub fn draft(&self, scope: &Scope, place: &str) -> Result<Option<(i64, String)>, AppError> {
        let mut reading = self.reading()?;
        let found = desk::draft(reading.conn()?, scope.actor, place)?;
        let key = self.keys().of_drafts(scope.actor);
        Ok(found.and_then(|(at, sealed)| Some((at, key.open(FieldNo(0), &sealed)?))))
    }

    /// Keeps what somebody typed, sealed; an empty text takes it away.
    pub fn keep_draft(&self, scope: &Scope, place: &str, text: &str) -> Result<(), AppError> {
        let sealed = match text {
            "" => None,
            text => Some(self.keys().of_drafts(scope.actor).seal(FieldNo(0), text)?),
        };
        let (actor, place, now) = (scope.actor, place.to_owned(), self.clock().now());
        Ok(self.store().writer().act(move |writer| {
            desk::keep_draft(&mut *writer.conn, actor, &place, sealed, now, now - KEPT)?;
            writer.conn.commit()
        })?)
    }
}

fn view_key(register: &str, name: &str) -> String {
    format!("view.{register}.{name}")
}
