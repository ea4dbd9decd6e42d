//! Room: drafts that fall due (到期拟稿) — on the day after a period each scheduled bulletin is written once (for each unit, where there is
//! one of each), and what
//! it knew and who had not reported is put down. It issues nothing; a draft that is there is not made again.

use super::{series, unreported, write};
use crate::app::App;
use crate::app::execute::Draft;
use crate::app::scope::Scope;
use crate::error::AppError;
use taizhang_core::day::Day;
use taizhang_core::definition::Bulletin;
use taizhang_core::id::EntryNo;
use taizhang_core::value::Value;

/// The register of drafts.
const REGISTER: &str = "bulletin_draft";

/// How much of the list of units is kept; the page has all of it.
const KEPT: usize = 3_900;

/// One draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drafted {
    /// The bulletin.
    pub bulletin: String,
    /// The day that it stands for.
    pub as_of: Day,
    /// The entry that it knows.
    pub known_at: EntryNo,
    /// How many units had not reported then.
    pub silent: i64,
}

/// The last day of the period before today's.
pub fn last_day(bulletin: &Bulletin, today: Day) -> Day {
    bulletin.period.first(today).plus(-1)
}

/// Makes the drafts that are due and not there yet; answers how many.
pub fn make(app: &App) -> Result<usize, AppError> {
    let definition = app.definition()?;
    if definition.register_named(REGISTER).is_none() {
        return Ok(0);
    }
    let there = all(app)?;
    let scope = app.program_scope()?;
    let mut made = 0;
    for bulletin in definition.bulletins.iter().filter(|bulletin| bulletin.scheduled) {
        let as_of = last_day(bulletin, app.today());
        for one in series::all(app, bulletin, as_of)? {
            let id = one.id();
            if there.iter().any(|draft| draft.bulletin == id && draft.as_of == as_of) {
                continue;
            }
            match app.execute(&scope, &[draft(app, &scope, &id, as_of)?], None) {
                Ok(_) => made += 1,
                // Another server was faster.
                Err(AppError::Refused(_)) => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(made)
}

/// What is put down of one draft.
fn draft(app: &App, scope: &Scope, id: &str, as_of: Day) -> Result<Draft, AppError> {
    let written = write(app, scope, id, as_of, None)?;
    let silent = unreported::units(app, scope, id, as_of)?;
    let names: Vec<String> = silent.keys().cloned().collect();
    let mut set = vec![
        ("about", format!("{id}/{as_of}")),
        ("bulletin", id.to_owned()),
        ("as_of", as_of.to_string()),
        ("known_at", written.known_at.to_string()),
        ("silent", silent.len().to_string()),
    ];
    if !silent.is_empty() {
        set.push(("units", app.locale().list(&names).chars().take(KEPT).collect()));
    }
    Ok(Draft {
        register: REGISTER.to_owned(),
        set: set.into_iter().map(|(name, text)| (name.to_owned(), text)).collect(),
        occurred_on: Some(app.today()),
        ..Draft::default()
    })
}

/// All drafts.
pub fn all(app: &App) -> Result<Vec<Drafted>, AppError> {
    let mut asking = app.asking()?;
    let mut found = Vec::new();
    let Some(register) = asking.definition.register_named(REGISTER).cloned() else {
        return Ok(found);
    };
    let no = |id: &str| register.field_named(id).map(|field| field.no);
    let (Some(bulletin), Some(as_of), Some(known_at), Some(silent)) =
        (no("bulletin"), no("as_of"), no("known_at"), no("silent"))
    else {
        return Ok(found);
    };
    taizhang_store::record::each(asking.reading.conn()?, &register, &mut |row| {
        let value = |no| row.state.value(no);
        if let (
            false,
            Some(Value::Text(bulletin)),
            Some(Value::Date(as_of, _)),
            Some(Value::Num(known_at)),
            Some(Value::Num(silent)),
        ) = (row.void, value(bulletin), value(as_of), value(known_at), value(silent))
        {
            found.push(Drafted {
                bulletin: bulletin.clone(),
                as_of: *as_of,
                known_at: *known_at,
                silent: *silent,
            });
        }
        Ok(())
    })?;
    Ok(found)
}
