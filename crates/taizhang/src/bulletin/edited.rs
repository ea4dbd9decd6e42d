//! Room: the text of a bulletin as somebody edited it — a record of a register of the base pack, so that
//! every version is an entry. Without such a record the pack's own text stands.

use super::series::{find, may_release, split};
use super::{in_lines, in_one_line};
use crate::app::App;
use crate::app::ask::Asking;
use crate::app::execute::{Draft, DraftWish};
use crate::app::scope::Scope;
use crate::error::AppError;
use taizhang_core::definition::Bulletin;
use taizhang_core::id::{EntryNo, RecordNo};
use taizhang_core::journal::{Act, Change};
use taizhang_core::refusal::{Code, Refusal};
use taizhang_core::value::{Cell, Value};

/// The register of edited texts.
pub const REGISTER: &str = "bulletin_text";

/// The bulletin with the text that was known at an entry.
pub fn latest(asking: &mut Asking<'_>, bulletin: &Bulletin, worded_at: EntryNo) -> Result<Bulletin, AppError> {
    let mut bulletin = bulletin.clone();
    if let Some(text) = text(asking, &bulletin.id, worded_at)? {
        bulletin.template = text;
    }
    Ok(bulletin)
}

fn text(asking: &mut Asking<'_>, id: &str, worded_at: EntryNo) -> Result<Option<String>, AppError> {
    let Some((record, field)) = record(asking, id)? else {
        return Ok(None);
    };
    let mut text = None;
    let mut take = |cell: &Cell| {
        text = match cell {
            Cell::Is(Value::Text(text)) => Some(in_lines(text)),
            _ => None,
        };
    };
    for entry in taizhang_store::facts::entries(asking.reading.conn()?, record)? {
        if entry.n > worded_at {
            break;
        }
        match &entry.act {
            Act::Open { patch, .. } | Act::Amend { patch } => {
                patch
                    .iter()
                    .filter(|(no, _)| *no == field)
                    .for_each(|(_, cell)| take(cell));
            }
            Act::Correct(correction) => correction.fields.iter().for_each(|(no, change)| match change {
                Change::Set(cell) if *no == field => take(cell),
                _ => {}
            }),
            Act::Void => take(&Cell::Missing),
            _ => {}
        }
    }
    Ok(text)
}

fn record(asking: &mut Asking<'_>, id: &str) -> Result<Option<(RecordNo, taizhang_core::id::FieldNo)>, AppError> {
    let Some(register) = asking.definition.register_named(REGISTER).cloned() else {
        return Ok(None);
    };
    let (Some(key), Some(field)) = (register.keys.first(), register.field_named("text")) else {
        return Ok(None);
    };
    let found = taizhang_store::facts::key_holder(asking.reading.conn()?, register.no, &key.id, id)?;
    Ok(found.map(|record| (record, field.no)))
}

/// The template as it stands now.
pub fn template(app: &App, id: &str) -> Result<String, AppError> {
    let mut asking = app.asking()?;
    let n = asking.reading.n();
    let (bulletin, _) = split(id);
    let found = find(app, &asking, bulletin, (app.today(), n))?;
    Ok(latest(&mut asking, &found.bulletin, n)?.template)
}

/// Keeps a new text. One that names an unknown figure, or that does not render, is refused before.
pub fn save(app: &App, scope: &Scope, id: &str, text: &str) -> Result<EntryNo, AppError> {
    // A series of one unit is told in the words of all.
    let (id, _) = split(id);
    if !may_release(app, scope, id, app.today())? {
        return Err(AppError::refuse(app.locale(), &Refusal::new(Code::NotPermitted)));
    }
    let text = text.replace("\r\n", "\n");
    super::try_text(app, id, &text)?;
    let text = in_one_line(&text);
    let found = record(&mut app.asking()?, id)?;
    let draft = Draft {
        register: REGISTER.to_owned(),
        record: found.map(|(record, _)| record),
        wish: if found.is_some() {
            DraftWish::Amend
        } else {
            DraftWish::Open
        },
        set: match found {
            Some(_) => vec![("text".to_owned(), text)],
            None => vec![("bulletin".to_owned(), id.to_owned()), ("text".to_owned(), text)],
        },
        occurred_on: Some(app.today()),
        ..Draft::default()
    };
    Ok(app.execute(&scope.trusted(), &[draft], None)?.last)
}
