//! Room: a panel's sheets to one result — sealed marks opened for those who may see them, added up by the card's
//! rule, and places within each group. A single sheet is never told.

mod publish;
mod sheets;

pub use sheets::Ballot;

use super::App;
use super::cards::named;
use super::names::title;
use super::records::{ListAsk, Listed};
use super::scope::Scope;
use crate::error::AppError;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};
use taizhang_core::day::Day;
use taizhang_core::decide::Gate;
use taizhang_core::definition::{Definition, FieldKind, Register, Verb};
use taizhang_core::field_kinds::show;
use taizhang_core::id::RecordNo;
use taizhang_core::refusal::{Code, Refusal};
use taizhang_core::timeline::State;
use taizhang_core::value::{Value, decimal};
use taizhang_schemes::scorecard::{
    Aggregation, AggregationFault, Card, How, Panel, Publish, Published, aggregate, places,
};
use taizhang_store::cells::RecordRow;

/// What became of one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The record that was judged.
    pub record: RecordNo,
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
    /// What the place is worth, in yuan; none if nothing.
    pub prize: Option<Decimal>,
}

/// A sheet: who marked what, and how. The judge is who signed in, and not what somebody typed.
struct Sheet {
    group: String,
    entry: RecordNo,
    judge: RecordNo,
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
    /// What was published of it: the day, the place, the result and the prize as shown.
    pub published: Option<Told>,
    /// The rule that its own field names; none for the card's.
    how: Option<How>,
    /// What its own field says is told; none for the card's.
    publish: Option<Publish>,
    /// Its own marks that the panel's formula reads, by their fields.
    marks: BTreeMap<String, Decimal>,
}

/// What was published of one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The day.
    pub on: Day,
    /// The place.
    pub place: i64,
    /// The result as shown; none where only places are told.
    pub result: Option<String>,
    /// The prize as shown; none if there is none.
    pub prize: Option<String>,
}

/// More sheets than any contest has.
const MOST: usize = 100_000;

impl App {
    /// Whether somebody may see the events that a card's judges mark.
    pub fn sees_stops(&self, scope: &Scope, definition: &Definition, card: &Card) -> bool {
        judged(definition, card).is_some_and(|register| self.register(scope, &register.id).is_ok())
    }

    /// What a card's judges mark: the records that its sheets belong to, the latest event first.
    pub fn stops(&self, scope: &Scope, card: &str) -> Result<(Card, Vec<Stop>), AppError> {
        let definition = self.definition()?;
        let card = named(&definition, card)?;
        let no_panel = || AppError::said("panel.no_panel", &[("card", &card.id)]);
        let panel = card.panel.as_ref().ok_or_else(no_panel)?;
        let to = judged(&definition, &card).ok_or_else(no_panel)?;
        let ask = ListAsk {
            register: to.id.clone(),
            limit: MOST,
            ..ListAsk::default()
        };
        let listed = self.list(scope, &ask)?;
        let mut stops: Vec<Stop> = listed.rows.iter().map(|row| stop(panel, &listed, row)).collect();
        stops.sort_by(|a, b| (b.closes, &a.event, &a.group, a.record).cmp(&(a.closes, &b.event, &b.group, b.record)));
        Ok((card, stops))
    }

    /// The places of an event by a card, group by group.
    pub fn placed(&self, scope: &Scope, card: &str, event: &str) -> Result<Vec<Placed>, AppError> {
        let (card, stops) = self.stops(scope, card)?;
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
            // A sheet that was handed out and not cast says nothing.
            let cast = |id: &str| {
                listed
                    .register
                    .field_named(id)
                    .and_then(|field| row.state.value(field.no))
            };
            if cast(&panel.mark).is_none() {
                continue;
            }
            let name = || row_title(&listed, row);
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
            let of = |sheet: &&Sheet| stops.iter().find(|stop| stop.record == sheet.entry);
            let rules: BTreeSet<(How, Publish)> = own.iter().filter_map(of).map(|stop| rules(panel, stop)).collect();
            let (Some(one), None) = (rules.first(), rules.iter().nth(1)) else {
                return Err(AppError::said("panel.two_rules", &[("group", &group)]));
            };
            placed.extend(in_group(panel, *one, (&group, &stops), &own, &titles)?);
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
        match (value(&panel.entry)?, value(&panel.judge)?) {
            (Value::Link(entry), Value::Link(judge)) => Some(Sheet {
                group: text(&panel.group),
                entry: *entry,
                judge: *judge,
                mark,
            }),
            _ => None,
        }
    }
}

/// The rule by which a stop's sheets are added up, and what is told of it.
fn rules(panel: &Panel, stop: &Stop) -> (How, Publish) {
    (stop.how.unwrap_or(panel.how), stop.publish.unwrap_or(panel.publish))
}

fn row_title(listed: &Listed, row: &RecordRow) -> String {
    title(
        &listed.definition,
        &listed.register,
        &row.state,
        row.record,
        &listed.labels,
    )
}

/// The register of what a card's judges mark.
fn judged<'a>(definition: &'a Definition, card: &Card) -> Option<&'a Register> {
    let sheets = definition.register_named(&card.subject)?;
    let FieldKind::Link { register: to } = sheets.field_named(&card.panel.as_ref()?.entry)?.kind else {
        return None;
    };
    let found = definition.registers.iter().find(|register| register.no == to);
    found.map(|register| &**register)
}

fn stop(panel: &Panel, listed: &Listed, row: &RecordRow) -> Stop {
    let field = |id: &str| listed.register.field_named(id);
    let value = |id: &str| field(id).and_then(|field| row.state.value(field.no));
    let text = |id: &str| match value(id) {
        Some(Value::Text(text) | Value::Choice(text)) => text.clone(),
        _ => String::new(),
    };
    let shown = |id: &str| {
        let field = field(id)?;
        let cell = row.state.cell(field.no)?;
        Some(show(&listed.definition, field, Some(cell), &listed.labels).text)
    };
    let number = |id: &str| {
        let field = field(id)?;
        match row.state.value(field.no)? {
            Value::Num(units) => Some(decimal(*units, field.scale())),
            _ => None,
        }
    };
    let told = |published: &Published| {
        Some(Told {
            on: row.state.day(field(&published.on)?.no)?,
            place: match value(&published.place)? {
                Value::Num(place) => *place,
                _ => return None,
            },
            result: shown(&published.result),
            prize: published.prize.as_deref().and_then(shown),
        })
    };
    Stop {
        record: row.record,
        event: text(&panel.event),
        group: text(&panel.group),
        name: row_title(listed, row),
        closes: field(&panel.closes).and_then(|field| row.state.day(field.no)),
        published: panel.published.as_ref().and_then(told),
        how: panel
            .how_by
            .as_ref()
            .and_then(|by| by.choices.get(&text(&by.field)).copied()),
        publish: panel
            .publish_by
            .as_ref()
            .and_then(|by| by.choices.get(&text(&by.field)).copied()),
        marks: panel
            .marks
            .iter()
            .filter_map(|id| Some((id.clone(), number(id)?)))
            .collect(),
    }
}

fn in_group(
    panel: &Panel,
    (how, publish): (How, Publish),
    (group, stops): (&str, &[Stop]),
    sheets: &[&Sheet],
    titles: &BTreeMap<RecordNo, String>,
) -> Result<Vec<Placed>, AppError> {
    let entries: Vec<RecordNo> = sheets
        .iter()
        .map(|sheet| sheet.entry)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    let judges: BTreeSet<RecordNo> = sheets.iter().map(|sheet| sheet.judge).collect();
    let mark = |judge: RecordNo, entry: RecordNo| {
        let mut own = sheets
            .iter()
            .filter(|sheet| sheet.judge == judge && sheet.entry == entry);
        own.next().map(|sheet| sheet.mark)
    };
    let marks: Vec<Vec<Option<Decimal>>> = judges
        .iter()
        .map(|judge| entries.iter().map(|entry| mark(*judge, *entry)).collect())
        .collect();
    let results = match how {
        How::Mean => aggregate(Aggregation::Mean, &marks),
        How::Trimmed => aggregate(Aggregation::Trimmed(panel.trim), &marks),
        How::RankPoints => {
            let (first, step) = (panel.first.0, panel.step.0);
            aggregate(Aggregation::RankPoints { first, step }, &marks)
        }
        How::Formula => {
            let own = |entry: &RecordNo| stops.iter().find(|stop| stop.record == *entry);
            let own = entries.iter().map(|entry| own(entry).map(|stop| stop.marks.clone()));
            panel.by_formula(&marks, &own.map(Option::unwrap_or_default).collect::<Vec<_>>())
        }
    };
    let title = |entry: RecordNo| titles.get(&entry).cloned().unwrap_or_default();
    let results = results.map_err(|fault| match fault {
        AggregationFault::NoSheets | AggregationFault::TooFew => AppError::said("panel.too_few", &[("group", &group)]),
        AggregationFault::Gap => AppError::said("panel.gap", &[("group", &group)]),
        AggregationFault::Undefined(at) => {
            let entry = entries.get(at).map_or_else(String::new, |entry| title(*entry));
            AppError::said("panel.undefined", &[("entry", &entry), ("formula", &panel.formula)])
        }
    })?;
    let places = places(&results);
    let counted = |entry: RecordNo| sheets.iter().filter(|sheet| sheet.entry == entry).count();
    let mut placed: Vec<Placed> = entries
        .iter()
        .zip(results.iter().zip(places))
        .map(|(entry, (result, place))| Placed {
            record: *entry,
            group: group.to_owned(),
            entry: title(*entry),
            result: (publish == Publish::Results).then_some(*result),
            place,
            sheets: counted(*entry),
            prize: panel.prize(group, place),
        })
        .collect();
    placed.sort_by(|a, b| (a.place, &a.entry).cmp(&(b.place, &b.entry)));
    Ok(placed)
}
