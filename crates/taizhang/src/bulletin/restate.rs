//! Room: what became of a released bulletin's figures since — then, now, and the entries between.

use super::write_as;
use crate::app::App;
use crate::app::ask::{Apart, Asking, Figure, Share};
use crate::app::scope::Scope;
use crate::error::AppError;
use serde_json::{Value, json};
use taizhang_core::day::Day;
use taizhang_core::definition::AccountKind;
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

/// Why a figure is another one: the parts of its difference, in the order in which they are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// What happened by then and was written down later.
    Late,
    /// What was written down wrongly.
    Correction,
    /// Another definition.
    Definition,
    /// Other units below the unit asked for.
    Units,
}

impl Cause {
    /// All of them.
    pub const ALL: [Cause; 4] = [Cause::Late, Cause::Correction, Cause::Definition, Cause::Units];

    /// Its name in answers.
    pub fn key(self) -> &'static str {
        match self {
            Cause::Late => "late",
            Cause::Correction => "correction",
            Cause::Definition => "definition",
            Cause::Units => "units",
        }
    }
}

/// One part of a difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Why.
    pub cause: Cause,
    /// By how much, in the account's measure; none for a formula, whose accounts have measures of their own.
    pub shown: Option<String>,
    /// The entries, of the late ones the first.
    pub entries: Vec<EntryNo>,
    /// How many entries are named.
    pub count: usize,
    /// Whether there may be more than are named.
    pub more: bool,
}

/// A figure at two moments.
#[derive(Clone, Debug)]
pub struct Compared {
    /// Its address.
    pub address: String,
    /// The account's name.
    pub name: String,
    /// What it was known to be then.
    pub then: String,
    /// What it is known to be at the later moment.
    pub now: String,
    /// Why.
    pub parts: Vec<Part>,
}

impl Compared {
    /// As programs read it.
    pub fn json(&self) -> Value {
        let part = |part: &Part| {
            json!({
                "cause": part.cause.key(), "amount": part.shown, "entries": part.entries, "count": part.count,
                "more": part.more,
            })
        };
        let parts: Vec<Value> = self.parts.iter().map(part).collect();
        json!({ "figure": self.address, "name": self.name, "then": self.then, "now": self.now, "parts": parts })
    }
}

/// The figures of a bulletin that differ between two moments, with the parts of each difference. The text is
/// that of the earlier moment.
pub fn between(app: &App, id: &str, as_of: Day, (from, to): (EntryNo, EntryNo)) -> Result<Vec<Compared>, AppError> {
    let mut asking = app.asking()?;
    let then = write_as(app, &mut asking, id, as_of, (from, from))?;
    let now = write_as(app, &mut asking, id, as_of, (from, to))?;
    let apart = asking.apart((from, to))?;
    let mut found: Vec<Compared> = Vec::new();
    for was in &then.numbers {
        let Some(is) = now.numbers.iter().find(|number| number.address == was.address) else {
            continue;
        };
        let same = is.figure.value == was.figure.value && is.printed == was.printed;
        if same || found.iter().any(|earlier| earlier.address == was.address) {
            continue;
        }
        let parts = parts(&mut asking, (&was.figure, &is.figure), &apart, (from, to))?;
        found.push(Compared {
            address: was.address.clone(),
            name: is.figure.account.name.clone(),
            then: was.printed.clone(),
            now: is.printed.clone(),
            parts,
        });
    }
    Ok(found)
}

fn parts(
    asking: &mut Asking<'_>,
    (was, is): (&Figure, &Figure),
    apart: &[Apart],
    moments: (EntryNo, EntryNo),
) -> Result<Vec<Part>, AppError> {
    let movement = asking.movement((was, is), apart, moments)?;
    let is_formula = matches!(is.account.kind, AccountKind::Formula(_));
    let shares = [
        (Cause::Late, movement.late),
        (Cause::Correction, movement.corrected),
        (Cause::Definition, movement.defined),
        (Cause::Units, movement.units),
    ];
    let told = shares
        .into_iter()
        .filter(|(_, share)| !share.entries.is_empty() || (!is_formula && share.amount != 0));
    let part = |(cause, share): (Cause, Share)| Part {
        cause,
        shown: (!is_formula).then(|| asking.shown(&is.account, share.amount)),
        count: share.entries.len(),
        more: share.more,
        entries: share.entries,
    };
    Ok(told.map(part).collect())
}
