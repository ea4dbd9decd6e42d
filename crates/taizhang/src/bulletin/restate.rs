//! Room: what became of a released bulletin's figures since — then, now, and the entries between.

use super::write;
use crate::app::App;
use crate::app::scope::Scope;
use crate::error::AppError;
use taizhang_core::id::EntryNo;
use taizhang_core::journal::{Act, Release};
use taizhang_store::figure::Span;

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
    /// The entries after the release that posted into it.
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

/// The figures of a release that have changed since, in the order of the text.
pub fn restated(app: &App, scope: &Scope, release: &Release) -> Result<Vec<Restated>, AppError> {
    let now = write(app, scope, &release.bulletin, release.as_of, None)?;
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
            entries: between(app, number, release.known_at)?,
        });
    }
    Ok(found)
}

/// Entries after a release whose postings fall into a figure.
fn between(app: &App, number: &super::Mention, known_at: EntryNo) -> Result<Vec<EntryNo>, AppError> {
    let mut reading = app.reading()?;
    let (from, to) = match number.figure.span {
        Span::AsOf(day) => (taizhang_core::day::Day::MIN, day),
        Span::Between(from, to) => (from, to),
    };
    let tree = app.tree(&reading, to, reading.n());
    let below = tree.with_below(number.figure.unit);
    let lines = taizhang_store::figure::postings_after(reading.conn()?, number.figure.account.no, known_at)?;
    let mut entries: Vec<EntryNo> = lines
        .into_iter()
        .filter(|line| (from..=to).contains(&line.day) && below.contains(&line.unit))
        .map(|line| line.entry)
        .collect();
    entries.dedup();
    Ok(entries)
}
