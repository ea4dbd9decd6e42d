//! Room: what if (推演) — hypothetical entries, decided like real ones and kept in memory. Nothing here is ever
//! journalled: there is no road from a scenario to the writer, and none to a bulletin.

use super::execute::{Draft, DraftWish, foreseen, keep};
use super::pace::{Pace, PaceAsk, asked, supposing};
use super::{App, definition};
use crate::error::AppError;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use taizhang_core::day::Day;
use taizhang_core::decide::{Moment, decide};
use taizhang_core::id::RecordNo;
use taizhang_core::journal::Entry;
use taizhang_core::posting::Posting;
use taizhang_store::facts::Facts;

/// A scenario as somebody wrote it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What it is called.
    #[serde(default)]
    pub name: String,
    /// What would happen, in order.
    pub entries: Vec<Supposition>,
}

/// One record that would begin, change or move on.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Supposition {
    /// The register's id.
    pub register: String,
    /// The record, by number or by the register's key; none for a new one.
    #[serde(default)]
    pub record: Option<String>,
    /// The day; it may lie ahead.
    pub on: String,
    /// Fields and texts.
    #[serde(default)]
    pub set: BTreeMap<String, String>,
    /// Moves made one after the other on that day.
    #[serde(default)]
    pub moves: Vec<String>,
}

/// What a scenario comes to: each target before and after.
#[derive(Clone, Debug)]
pub struct Supposed {
    /// How many entries it would take.
    pub entries: usize,
    /// Targets as they stand, and as they would.
    pub targets: Vec<(Arc<Pace>, Arc<Pace>)>,
}

/// Reads a scenario, JSON or TOML.
pub fn read(text: &str) -> Result<Scenario, AppError> {
    let wrong = |why: String| AppError::said("scenario.unreadable", &[("why", &why)]);
    if text.trim_start().starts_with('{') {
        return serde_json::from_str(text).map_err(|error| wrong(error.to_string()));
    }
    toml::from_str(text).map_err(|error| wrong(error.to_string()))
}

impl App {
    /// Every target on a day, as it stands and as it would stand.
    pub fn suppose(&self, scenario: &Scenario, as_of: Day) -> Result<Supposed, AppError> {
        let (entries, postings) = self.supposed_postings(scenario)?;
        let ask = PaceAsk {
            as_of: Some(as_of),
            ..PaceAsk::default()
        };
        let before = asked(self, &ask)?;
        let after = supposing(self, &ask, postings)?;
        Ok(Supposed {
            entries,
            targets: before.into_iter().zip(after).collect(),
        })
    }

    /// What the entries of a scenario would post; refused as real ones would be, but that their day may lie ahead.
    fn supposed_postings(&self, scenario: &Scenario) -> Result<(usize, Vec<Posting>), AppError> {
        let mut days = Vec::new();
        for one in &scenario.entries {
            let wrong = || AppError::said("http.not_a_day", &[("value", &one.on)]);
            days.push(one.on.parse::<Day>().map_err(|_| wrong())?);
        }
        let scope = self.program_scope()?;
        let mut reading = self.reading()?;
        let definition = definition(&reading)?;
        let rules = reading.caches.rules.clone();
        let locks = reading.caches.locks();
        let moment = Moment {
            rules: &rules,
            today: days.iter().copied().max().unwrap_or(self.today()).max(self.today()),
            closed_through: reading.caches.closed_through(reading.n()),
            locks: &locks,
            instruments: &super::instruments::BySchemes,
        };
        let mut next = reading.n() + 1;
        let mut pending: HashMap<RecordNo, Vec<Entry>> = HashMap::new();
        let (mut entries, mut postings) = (0, Vec::new());
        for (one, day) in scenario.entries.iter().zip(days) {
            let existing = self.supposed_record(one)?;
            let record = existing.unwrap_or(next);
            let register = definition.register_named(&one.register);
            let moves = one
                .moves
                .iter()
                .map(|said| move_id(register.map(|found| &**found), said));
            let typed = self.typed(&drafts(one, &moves.collect::<Vec<_>>(), existing, record, day))?;
            for (command, register) in typed.commands.iter().zip(&typed.registers) {
                let facts = Facts {
                    conn: reading.conn()?,
                    definition: &definition,
                    waiting: None,
                };
                let decision = match decide(&moment, &scope, &mut foreseen(facts, &pending), command)? {
                    Ok(decision) => decision,
                    Err(refusals) => {
                        let lines = refusals
                            .iter()
                            .map(|refusal| self.locale().line(refusal, Some(register)));
                        return Err(AppError::Refused(lines.collect()));
                    }
                };
                keep(&mut pending, &decision, next, record);
                postings.extend(decision.postings);
                entries += 1;
                next += 1;
            }
        }
        Ok((entries, postings))
    }

    /// The record that a supposition is about; none for a new one.
    fn supposed_record(&self, one: &Supposition) -> Result<Option<RecordNo>, AppError> {
        let Some(text) = one.record.as_deref().map(str::trim).filter(|text| !text.is_empty()) else {
            return Ok(None);
        };
        let mut reading = self.reading()?;
        let definition = definition(&reading)?;
        let unknown = || AppError::said("scenario.no_record", &[("record", &text)]);
        let register = definition.register_named(&one.register).ok_or_else(unknown)?;
        if let Some(number) = text.strip_prefix('#').and_then(|number| number.parse().ok()) {
            return Ok(Some(number));
        }
        let key = register.keys.first().ok_or_else(unknown)?;
        let found = taizhang_store::facts::key_holder(reading.conn()?, register.no, &key.id, text)?;
        found.map(Some).ok_or_else(unknown)
    }
}

/// A move by its id, or by what its button says.
fn move_id(register: Option<&taizhang_core::definition::Register>, said: &str) -> String {
    let mut moves = register.iter().flat_map(|register| &register.moves);
    let found = moves.find(|each| each.id == said || each.name == said);
    found.map_or_else(|| said.to_owned(), |each| each.id.clone())
}

/// A supposition as drafts: the opening or the change, then its moves.
fn drafts(one: &Supposition, moves: &[String], existing: Option<RecordNo>, record: RecordNo, day: Day) -> Vec<Draft> {
    let mut set: Vec<(String, String)> = one.set.iter().map(|(id, text)| (id.clone(), text.clone())).collect();
    let mut draft = |record, wish| Draft {
        register: one.register.clone(),
        record,
        wish,
        set: std::mem::take(&mut set),
        occurred_on: Some(day),
        ..Draft::default()
    };
    let mut drafts = Vec::new();
    match existing {
        None => drafts.push(draft(None, DraftWish::Open)),
        Some(_) if moves.is_empty() => drafts.push(draft(existing, DraftWish::Amend)),
        Some(_) => {}
    }
    for name in moves {
        drafts.push(draft(Some(record), DraftWish::Move(name.clone())));
    }
    drafts
}
