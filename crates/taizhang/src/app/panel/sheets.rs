//! Room: the sheets of a panel on their way — handed out to every judge for every stop, and cast by the judge who
//! signed in and by nobody else. Who has not cast is told, what somebody cast is not.

use super::{MOST, Stop};
use crate::app::App;
use crate::app::execute::{Draft, DraftWish};
use crate::app::records::ListAsk;
use crate::app::scope::Scope;
use crate::error::AppError;
use std::collections::BTreeSet;
use taizhang_core::id::RecordNo;
use taizhang_core::value::Value;
use taizhang_schemes::scorecard::{Card, Panel};

/// A sheet that was handed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ballot {
    /// Its record.
    pub record: RecordNo,
    /// What it marks.
    pub stop: RecordNo,
    /// Whose it is.
    pub judge: RecordNo,
    /// Whether it was cast.
    pub cast: bool,
}

impl App {
    /// The sheets of some stops that somebody may see, without what they say.
    pub fn ballots(&self, scope: &Scope, card: &Card, stops: &[&Stop]) -> Result<Vec<Ballot>, AppError> {
        let Some(panel) = &card.panel else {
            return Ok(Vec::new());
        };
        let ask = ListAsk {
            register: card.subject.clone(),
            limit: MOST,
            ..ListAsk::default()
        };
        let listed = self.list(scope, &ask)?;
        let mut ballots = Vec::new();
        for row in &listed.rows {
            let value = |id: &str| {
                let field = listed.register.field_named(id)?;
                row.state.value(field.no)
            };
            let (Some(Value::Link(stop)), Some(Value::Link(judge))) = (value(&panel.entry), value(&panel.judge)) else {
                continue;
            };
            if stops.iter().any(|own| own.record == *stop) {
                ballots.push(Ballot {
                    record: row.record,
                    stop: *stop,
                    judge: *judge,
                    cast: value(&panel.mark).is_some(),
                });
            }
        }
        Ok(ballots)
    }

    /// Hands a sheet for every stop of an event out to every judge who has none yet: all of them, or none.
    pub fn hand_out(&self, scope: &Scope, card: &str, event: &str) -> Result<usize, AppError> {
        let (card, stops) = self.stops(scope, card)?;
        let own: Vec<&Stop> = stops.iter().filter(|stop| stop.event == event).collect();
        let no_panel = || AppError::said("panel.no_panel", &[("card", &card.id)]);
        let panel = card.panel.as_ref().ok_or_else(no_panel)?;
        let judges = self.judges(panel)?;
        if judges.is_empty() {
            return Err(AppError::said("panel.no_judges", &[("role", &panel.judges)]));
        }
        if let Some(name) = self.same_name(&judges)? {
            return Err(AppError::said("panel.same_name", &[("name", &name)]));
        }
        let there = self.ballots(scope, &card, &own)?;
        let there: BTreeSet<(RecordNo, RecordNo)> = there.iter().map(|one| (one.stop, one.judge)).collect();
        let pairs = own
            .iter()
            .flat_map(|stop| judges.iter().map(|judge| (stop.record, *judge)));
        let drafts: Vec<Draft> = pairs
            .filter(|pair| !there.contains(pair))
            .map(|(stop, judge)| Draft {
                register: card.subject.clone(),
                wish: DraftWish::Open,
                set: vec![
                    (panel.entry.clone(), format!("#{stop}")),
                    (panel.judge.clone(), format!("#{judge}")),
                ],
                occurred_on: Some(self.today()),
                ..Draft::default()
            })
            .collect();
        if !drafts.is_empty() {
            self.execute(scope, &drafts, None)?;
        }
        Ok(drafts.len())
    }

    /// Casts sheets of the asker: record and mark each, all of them or none.
    pub fn cast(&self, scope: &Scope, card: &Card, marks: &[(RecordNo, String)]) -> Result<usize, AppError> {
        let Some(panel) = &card.panel else { return Ok(0) };
        let drafts: Vec<Draft> = marks
            .iter()
            .map(|(sheet, mark)| Draft {
                register: card.subject.clone(),
                record: Some(*sheet),
                wish: DraftWish::Move(panel.cast.clone()),
                set: vec![
                    (panel.cast_on.clone(), self.today().to_string()),
                    (panel.mark.clone(), mark.clone()),
                ],
                occurred_on: Some(self.today()),
                ..Draft::default()
            })
            .collect();
        if !drafts.is_empty() {
            self.execute(scope, &drafts, None)?;
        }
        Ok(drafts.len())
    }

    /// A name that two of them go by: nobody who reads the list of judges could tell whose sheet is missing.
    fn same_name(&self, judges: &[RecordNo]) -> Result<Option<String>, AppError> {
        let ask = ListAsk {
            register: "actor".to_owned(),
            limit: MOST,
            ..ListAsk::default()
        };
        let listed = self.list(&self.program_scope()?, &ask)?;
        let name = listed.register.field_named("name").map(|field| field.no);
        let mut seen = BTreeSet::new();
        let own = listed.rows.iter().filter(|row| judges.contains(&row.record));
        let mut names = own.filter_map(|row| match row.state.value(name?)? {
            Value::Text(name) => Some(name.trim().to_owned()),
            _ => None,
        });
        Ok(names.find(|name| !seen.insert(name.clone())))
    }

    /// Everybody who is a judge today.
    pub fn judges(&self, panel: &Panel) -> Result<Vec<RecordNo>, AppError> {
        let ask = ListAsk {
            register: "position".to_owned(),
            filters: vec![("role".to_owned(), "eq".to_owned(), panel.judges.clone())],
            limit: MOST,
            ..ListAsk::default()
        };
        let listed = self.list(&self.program_scope()?, &ask)?;
        let today = self.today();
        let held = listed.rows.iter().filter(|row| {
            let day = |id: &str| {
                let field = listed.register.field_named(id)?;
                row.state.day(field.no)
            };
            day("from").is_none_or(|from| from <= today) && day("until").is_none_or(|until| today <= until)
        });
        let actor = |state: &taizhang_core::timeline::State| {
            let field = listed.register.field_named("actor")?;
            match state.value(field.no)? {
                Value::Link(actor) => Some(*actor),
                _ => None,
            }
        };
        let judges: BTreeSet<RecordNo> = held.filter_map(|row| actor(&row.state)).collect();
        Ok(judges.into_iter().collect())
    }
}
