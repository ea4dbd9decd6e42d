//! Room: a panel's sheets to one result — sealed marks opened for those who may see them, added up by the card's
//! rule, and places within each group. A single sheet is never told.

use super::App;
use super::cards::named;
use super::names::title;
use super::records::ListAsk;
use super::scope::Scope;
use crate::error::AppError;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};
use taizhang_core::day::Day;
use taizhang_core::decide::Gate;
use taizhang_core::definition::{FieldKind, Register, Verb};
use taizhang_core::id::RecordNo;
use taizhang_core::refusal::{Code, Refusal};
use taizhang_core::timeline::State;
use taizhang_core::value::{Value, decimal};
use taizhang_schemes::scorecard::{Aggregation, AggregationFault, Card, How, Panel, aggregate, places};

/// What became of one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The group.
    pub group: String,
    /// The entry.
    pub entry: String,
    /// Its result; none where only places are told.
    pub result: Option<Decimal>,
    /// Its place in the group.
    pub place: usize,
    /// How many sheets it has.
    pub sheets: usize,
}

/// A sheet: who marked what, and how.
struct Sheet {
    group: String,
    entry: RecordNo,
    judge: String,
    mark: Decimal,
}

/// What is judged at an event.
#[derive(Clone, Debug)]
pub struct Stop {
    /// The record.
    pub record: RecordNo,
    /// The event.
    pub event: String,
    /// The group.
    pub group: String,
    /// Its name.
    pub name: String,
    /// The last day on which sheets are taken.
    pub closes: Option<Day>,
}

/// More sheets than any contest has.
const MOST: usize = 100_000;

impl App {
    /// What a card's judges mark: the records that its sheets belong to, the latest event first.
    pub fn stops(&self, scope: &Scope, card: &str) -> Result<(Card, Vec<Stop>), AppError> {
        let definition = self.definition()?;
        let card = named(&definition, card)?;
        let no_panel = || AppError::said("panel.no_panel", &[("card", &card.id)]);
        let panel = card.panel.as_ref().ok_or_else(no_panel)?;
        let sheets = definition.register_named(&card.subject).ok_or_else(no_panel)?;
        let to = match sheets.field_named(&panel.entry).map(|field| &field.kind) {
            Some(FieldKind::Link { register }) => *register,
            _ => return Err(no_panel()),
        };
        let to = definition
            .registers
            .iter()
            .find(|register| register.no == to)
            .ok_or_else(no_panel)?;
        let ask = ListAsk {
            register: to.id.clone(),
            limit: MOST,
            ..ListAsk::default()
        };
        let listed = self.list(scope, &ask)?;
        let field = |id: &str| listed.register.field_named(id);
        let text = |state: &State, id: &str| match field(id).and_then(|field| state.value(field.no)) {
            Some(Value::Text(text) | Value::Choice(text)) => text.clone(),
            _ => String::new(),
        };
        let mut stops: Vec<Stop> = listed
            .rows
            .iter()
            .map(|row| Stop {
                record: row.record,
                event: text(&row.state, &panel.event),
                group: text(&row.state, &panel.group),
                name: title(
                    &listed.definition,
                    &listed.register,
                    &row.state,
                    row.record,
                    &listed.labels,
                ),
                closes: field(&panel.closes).and_then(|field| row.state.day(field.no)),
            })
            .collect();
        stops.sort_by(|a, b| (b.closes, &a.event, &a.group, a.record).cmp(&(a.closes, &b.event, &b.group, b.record)));
        Ok((card, stops))
    }

    /// The places of an event by a card, group by group.
    pub fn placed(&self, scope: &Scope, card: &str, event: &str) -> Result<Vec<Placed>, AppError> {
        let definition = self.definition()?;
        let card = named(&definition, card)?;
        let no_panel = || AppError::said("panel.no_panel", &[("card", &card.id)]);
        let panel = card.panel.as_ref().ok_or_else(no_panel)?;
        let ask = ListAsk {
            register: card.subject.clone(),
            filters: vec![(panel.event.clone(), "eq".to_owned(), event.to_owned())],
            limit: MOST,
            ..ListAsk::default()
        };
        let listed = self.list(scope, &ask)?;
        let (mut sheets, mut titles) = (Vec::new(), BTreeMap::new());
        for row in &listed.rows {
            let unit = listed.register.unit.and_then(|field| row.state.unit(field));
            if !scope.may(Verb::Reveal, &listed.register, unit) {
                return Err(AppError::refuse(self.locale(), &Refusal::new(Code::NotPermitted)));
            }
            let closes = listed
                .register
                .field_named(&panel.closes)
                .and_then(|field| row.state.day(field.no));
            if closes.is_some_and(|day| self.today() <= day) {
                return Err(AppError::said("panel.open", &[("event", &event)]));
            }
            let name = || {
                title(
                    &listed.definition,
                    &listed.register,
                    &row.state,
                    row.record,
                    &listed.labels,
                )
            };
            let sheet = self.sheet(panel, &listed.register, &row.state);
            let sheet = sheet.ok_or_else(|| AppError::said("panel.unreadable", &[("sheet", &name())]))?;
            let entry = listed.labels.records.get(&sheet.entry).cloned().unwrap_or_default();
            titles.insert(sheet.entry, entry);
            sheets.push(sheet);
        }
        if sheets.is_empty() {
            return Err(AppError::said("panel.none", &[("event", &event)]));
        }
        let mut placed = Vec::new();
        let groups: BTreeSet<String> = sheets.iter().map(|sheet| sheet.group.clone()).collect();
        for group in groups {
            let own: Vec<&Sheet> = sheets.iter().filter(|sheet| sheet.group == group).collect();
            placed.extend(in_group(panel, &group, &own, &titles)?);
        }
        Ok(placed)
    }

    fn sheet(&self, panel: &Panel, register: &Register, state: &State) -> Option<Sheet> {
        let value = |id: &str| register.field_named(id).and_then(|field| state.value(field.no));
        let text = |id: &str| match value(id) {
            Some(Value::Text(text) | Value::Choice(text)) => text.clone(),
            _ => String::new(),
        };
        let field = register.field_named(&panel.mark)?;
        let mark = match state.value(field.no)? {
            Value::Sealed(sealed) => self.keys().open_sealed(field.no, sealed)?.trim().parse().ok()?,
            Value::Num(units) => decimal(*units, 0),
            _ => return None,
        };
        match value(&panel.entry)? {
            Value::Link(entry) => Some(Sheet {
                group: text(&panel.group),
                entry: *entry,
                judge: text(&panel.judge),
                mark,
            }),
            _ => None,
        }
    }
}

fn in_group(
    panel: &Panel,
    group: &str,
    sheets: &[&Sheet],
    titles: &BTreeMap<RecordNo, String>,
) -> Result<Vec<Placed>, AppError> {
    let entries: Vec<RecordNo> = sheets
        .iter()
        .map(|sheet| sheet.entry)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    let judges: BTreeSet<&str> = sheets.iter().map(|sheet| sheet.judge.as_str()).collect();
    let mark = |judge: &str, entry: RecordNo| {
        let mut own = sheets
            .iter()
            .filter(|sheet| sheet.judge == judge && sheet.entry == entry);
        own.next().map(|sheet| sheet.mark)
    };
    let marks: Vec<Vec<Option<Decimal>>> = judges
        .iter()
        .map(|judge| entries.iter().map(|entry| mark(judge, *entry)).collect())
        .collect();
    let how = match panel.how {
        How::Mean => Aggregation::Mean,
        How::Trimmed => Aggregation::Trimmed(panel.trim),
        How::RankPoints => Aggregation::RankPoints {
            first: panel.first.0,
            step: panel.step.0,
        },
    };
    let results = aggregate(how, &marks).map_err(|fault| {
        let key = match fault {
            AggregationFault::NoSheets | AggregationFault::TooFew => "panel.too_few",
            AggregationFault::Gap => "panel.gap",
        };
        AppError::said(key, &[("group", &group)])
    })?;
    let places = places(&results);
    let counted = |entry: RecordNo| sheets.iter().filter(|sheet| sheet.entry == entry).count();
    let mut placed: Vec<Placed> = entries
        .iter()
        .zip(results.iter().zip(places))
        .map(|(entry, (result, place))| Placed {
            group: group.to_owned(),
            entry: titles.get(entry).cloned().unwrap_or_default(),
            result: panel.tells_results().then_some(*result),
            place,
            sheets: counted(*entry),
        })
        .collect();
    placed.sort_by(|a, b| (a.place, &a.entry).cmp(&(b.place, &b.entry)));
    Ok(placed)
}
