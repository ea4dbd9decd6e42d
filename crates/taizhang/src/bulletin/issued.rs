//! Room: bulletins that were issued — their releases, which of them were withdrawn and why, and what keeps a
//! bulletin from being issued now.

use super::restate::releases;
use crate::app::App;
use crate::app::execute::Draft;
use crate::app::scope::Scope;
use crate::error::AppError;
use crate::import::workbench;
use std::collections::BTreeMap;
use taizhang_core::id::EntryNo;
use taizhang_core::journal::{Act, Release};
use taizhang_core::refusal::{Code, Refusal};
use taizhang_core::value::Value;

/// The register of withdrawals.
const REGISTER: &str = "release_withdrawal";

/// One release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// Its entry.
    pub entry: EntryNo,
    /// What was released.
    pub release: Release,
    /// Why it was withdrawn, if it was.
    pub withdrawn: Option<String>,
}

/// The releases of a bulletin, the latest first.
pub fn list(app: &App, bulletin: &str) -> Result<Vec<Issued>, AppError> {
    let withdrawn = withdrawals(app)?;
    let found = releases(app, bulletin)?.into_iter().rev();
    let issued = found.map(|(entry, release)| Issued {
        entry,
        release,
        withdrawn: withdrawn.get(&entry).cloned(),
    });
    Ok(issued.collect())
}

/// One release by its entry.
pub fn get(app: &App, entry: EntryNo) -> Result<Issued, AppError> {
    let unknown = || AppError::NotFound(app.locale().say("bulletin.no_release", &[("entry", &entry)]));
    let found = taizhang_store::journal::entry(app.reading()?.conn()?, entry)?.ok_or_else(unknown)?;
    let Act::Release(release) = found.act else {
        return Err(unknown());
    };
    Ok(Issued {
        entry,
        release,
        withdrawn: withdrawals(app)?.remove(&entry),
    })
}

fn withdrawals(app: &App) -> Result<BTreeMap<EntryNo, String>, AppError> {
    let mut asking = app.asking()?;
    let mut found = BTreeMap::new();
    let Some(register) = asking.definition.register_named(REGISTER).cloned() else {
        return Ok(found);
    };
    let no = |id: &str| register.field_named(id).map(|field| field.no);
    let (Some(release), Some(why)) = (no("release"), no("why")) else {
        return Ok(found);
    };
    taizhang_store::record::each(asking.reading.conn()?, &register, &mut |row| {
        if let (false, Some(Value::Num(entry)), Some(Value::Text(why))) =
            (row.void, row.state.value(release), row.state.value(why))
        {
            found.insert(*entry, why.clone());
        }
        Ok(())
    })?;
    Ok(found)
}

/// Says that a release no longer stands, and why. The release and its signature stay what they are.
pub fn withdraw(app: &App, scope: &Scope, entry: EntryNo, why: &str) -> Result<EntryNo, AppError> {
    let issued = get(app, entry)?;
    if !super::series::may_release(app, scope, &issued.release.bulletin, issued.release.as_of)? {
        return Err(AppError::refuse(app.locale(), &Refusal::new(Code::NotPermitted)));
    }
    if why.trim().is_empty() {
        return Err(AppError::said("bulletin.reason_needed", &[]));
    }
    if issued.withdrawn.is_some() {
        return Err(AppError::said("bulletin.withdrawn_already", &[]));
    }
    let set = [
        ("release", entry.to_string()),
        ("bulletin", issued.release.bulletin.clone()),
        ("number", issued.release.release_no.to_string()),
        ("why", why.trim().to_owned()),
    ];
    let draft = Draft {
        register: REGISTER.to_owned(),
        set: set.into_iter().map(|(name, text)| (name.to_owned(), text)).collect(),
        occurred_on: Some(app.today()),
        ..Draft::default()
    };
    Ok(app.execute(&scope.trusted(), &[draft], None)?.last)
}

/// Refuses to issue anything while an import is being written: its figures would be half told.
pub fn no_open_import(app: &App) -> Result<(), AppError> {
    match workbench::writing(app)? {
        Some(id) => Err(AppError::said("bulletin.open_import", &[("id", &id)])),
        None => Ok(()),
    }
}
