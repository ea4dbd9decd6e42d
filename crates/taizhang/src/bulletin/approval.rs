//! Room: approval before release (审签) — somebody else than who releases it agreed to this very text. It names the
//! text by its hash, so that a figure that moved since needs another approval.

use super::series::{may_release, split};
use super::{Written, write};
use crate::app::App;
use crate::app::execute::Draft;
use crate::app::scope::Scope;
use crate::error::AppError;
use crate::keys::hex;
use sha2::{Digest, Sha256};
use taizhang_core::day::Day;
use taizhang_core::id::{EntryNo, RecordNo};
use taizhang_core::refusal::{Code, Refusal};
use taizhang_core::value::Value;

/// The register of approvals.
const REGISTER: &str = "release_approval";

/// Whether a bulletin needs an approval.
pub fn is_needed(app: &App, id: &str) -> Result<bool, AppError> {
    let definition = app.definition()?;
    let found = definition.bulletins.iter().find(|bulletin| bulletin.id == split(id).0);
    Ok(found.is_some_and(|bulletin| bulletin.approval))
}

/// Who approved a text.
pub fn of(app: &App, id: &str, written: &Written) -> Result<Vec<RecordNo>, AppError> {
    let mut asking = app.asking()?;
    let Some(register) = asking.definition.register_named(REGISTER).cloned() else {
        return Ok(Vec::new());
    };
    let Some(field) = register.field_named("about").map(|field| field.no) else {
        return Ok(Vec::new());
    };
    let begin = format!("{}/", about(id, written));
    let conn = asking.reading.conn()?;
    let mut records = Vec::new();
    taizhang_store::record::each(conn, &register, &mut |row| {
        let text = row.state.value(field);
        if matches!(text, Some(Value::Text(text)) if !row.void && text.starts_with(&begin)) {
            records.push(row.record);
        }
        Ok(())
    })?;
    let mut actors = Vec::new();
    for record in records {
        // Who wrote it down, not what is written in it.
        let opened = taizhang_store::facts::entries(conn, record)?;
        actors.extend(opened.first().map(|entry| entry.actor));
    }
    Ok(actors)
}

/// Agrees to the release of a bulletin as it reads now.
pub fn approve(app: &App, scope: &Scope, id: &str, as_of: Day) -> Result<EntryNo, AppError> {
    let refuse = |code| {
        let refusal = Refusal::new(code).with("day", as_of).with("today", app.today());
        AppError::refuse(app.locale(), &refusal)
    };
    if !may_release(app, scope, id, as_of)? {
        return Err(refuse(Code::NotPermitted));
    }
    if as_of > app.today() {
        return Err(refuse(Code::AfterToday));
    }
    let written = write(app, scope, id, as_of, None)?;
    if of(app, id, &written)?.contains(&scope.actor) {
        return Err(AppError::said("bulletin.approved_already", &[]));
    }
    let set = [
        ("about", format!("{}/{}", about(id, &written), scope.actor)),
        ("bulletin", id.to_owned()),
        ("as_of", as_of.to_string()),
        ("document", digest(&written)),
    ];
    let draft = Draft {
        register: REGISTER.to_owned(),
        set: set.into_iter().map(|(name, text)| (name.to_owned(), text)).collect(),
        occurred_on: Some(app.today()),
        ..Draft::default()
    };
    Ok(app.execute(&scope.trusted(), &[draft], None)?.last)
}

/// Refuses a text that needs an approval of somebody else and has none.
pub(super) fn demand(app: &App, scope: &Scope, id: &str, written: &Written) -> Result<(), AppError> {
    if !is_needed(app, id)? || of(app, id, written)?.iter().any(|actor| *actor != scope.actor) {
        return Ok(());
    }
    Err(AppError::said("bulletin.approval_needed", &[]))
}

fn about(id: &str, written: &Written) -> String {
    format!("{id}/{}/{}", written.as_of, &digest(written)[..32])
}

fn digest(written: &Written) -> String {
    let digest: [u8; 32] = Sha256::digest(written.markdown.as_bytes()).into();
    hex(&digest)
}
