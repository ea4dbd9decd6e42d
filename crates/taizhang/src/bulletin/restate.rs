//! Room: what became of a released bulletin's figures since — then, now, and the entries between.

use super::write_as;
use crate::app::App;
use crate::app::scope::Scope;
use crate::error::AppError;
use taizhang_core::id::EntryNo;
use taizhang_core::journal::{Act, Release};

/// One released figure that is another one now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restated {
    /// The figure's address.
    pub address: String,
    /// The account's name.
    pub name: String,
    /// As released.
    pub then: String,
    /// As known now.
    pub now: String,
    /// The entries after the release that posted into it, or changed its tree or its formula.
    pub entries: Vec<EntryNo>,
}

/// The releases of a bulletin: entry and what was released.
pub fn releases(app: &App, bulletin: &str) -> Result<Vec<(EntryNo, Release)>, AppError> {
    let mut reading = app.reading()?;
    let entries = taizhang_store::journal::releases(reading.conn()?, bulletin)?;
    Ok(entries
        .into_iter()
        .filter_map(|entry| match entry.act {
            Act::Release(release) => Some((entry.n, release)),
            _ => None,
        })
        .collect())
}

/// The figures of a release that have changed since, in the order of the text: of the text as it was
/// released, whatever the pack makes of the bulletin now.
pub fn restated(app: &App, _scope: &Scope, release: &Release) -> Result<Vec<Restated>, AppError> {
    let mut asking = app.asking()?;
    let moment = (release.known_at, asking.reading.n());
    let now = write_as(app, &mut asking, &release.bulletin, release.as_of, moment)?;
    let mut found: Vec<Restated> = Vec::new();
    for (address, then) in &release.figures {
        let Some(number) = now.numbers.iter().find(|number| number.address == *address) else {
            continue;
        };
        if number.printed == *then || found.iter().any(|earlier| earlier.address == *address) {
            continue;
        }
        found.push(Restated {
            address: address.clone(),
            name: number.figure.account.name.clone(),
            then: then.clone(),
            now: number.printed.clone(),
            entries: asking.moved_since(&number.figure, release.known_at)?,
        });
    }
    Ok(found)
}
