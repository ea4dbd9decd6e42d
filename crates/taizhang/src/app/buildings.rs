//! Room: buildings by what stands together, each with how much of it is taken on a day and by whom. Which records
//! are buildings and which take a part is data of a pack. Reads only; draws nothing.

use super::App;
use super::names::title;
use super::records::{ListAsk, Listed};
use super::scope::Scope;
use super::sections::Times;
use crate::error::AppError;
use std::collections::BTreeMap;
use taizhang_core::definition::{Buildings, Verb};
use taizhang_core::field_kinds::show;
use taizhang_core::id::RecordNo;
use taizhang_core::value::{Cell, Value};

/// How many records that take a part are read.
const PARTS: usize = 5_000;
/// The most floors that are drawn.
const FLOORS: i64 = 40;

/// Buildings that stand together.
pub struct Estate {
    /// What they have in common, as shown.
    pub name: String,
    /// They, by their titles.
    pub buildings: Vec<Building>,
    /// What there is in all of them, and what is taken of it, as shown.
    pub whole: String,
    /// What is taken.
    pub taken: String,
    /// The share that is taken, in percent; none where there is nothing to take.
    pub percent: Option<i64>,
}

/// One building on a day.
pub struct Building {
    /// Its record.
    pub record: RecordNo,
    /// What it is called.
    pub title: String,
    /// How many floors it has; none if nobody said.
    pub floors: Option<i64>,
    /// Whether it cannot be taken yet: it is being built.
    pub unfinished: bool,
    /// What there is to be taken, as shown; none if nobody said.
    pub whole: Option<String>,
    /// What is taken, as shown.
    pub taken: String,
    /// The share that is taken, in percent; none where there is nothing to take.
    pub percent: Option<i64>,
    /// Who takes a part: record and title.
    pub holders: Vec<(RecordNo, String)>,
    amounts: (i64, i64),
}

/// Who takes a part: record, title, how much.
type Part = (RecordNo, String, i64);

impl App {
    /// The buildings of a list on its day. A reader who may not read who takes a part sees none taken by name, and
    /// no share.
    pub fn buildings(
        &self,
        scope: &Scope,
        listed: &Listed,
        by: &Buildings,
        times: &Times,
    ) -> Result<Vec<Estate>, AppError> {
        let (definition, register) = (&listed.definition, &listed.register);
        let (Some(group), Some(whole)) = (register.field(by.group), register.field(by.whole)) else {
            return Ok(Vec::new());
        };
        let taken = self.taken(scope, listed, by, times)?;
        let shown = |amount: i64| show(definition, whole, Some(&Cell::Is(Value::Num(amount))), &listed.labels).text;
        let today = times.as_of.unwrap_or(self.today());
        let mut estates: BTreeMap<String, Vec<Building>> = BTreeMap::new();
        for row in &listed.rows {
            let number = |field| match row.state.value(field) {
                Some(Value::Num(number)) => Some(*number),
                _ => None,
            };
            let holders = taken.get(&row.record);
            let part: i64 = holders.into_iter().flatten().map(|(.., amount)| amount).sum();
            let all = number(by.whole);
            let name = show(definition, group, row.state.cell(group.no), &listed.labels).text;
            estates.entry(name).or_default().push(Building {
                record: row.record,
                title: title(definition, register, &row.state, row.record, &listed.labels),
                floors: by
                    .floors
                    .and_then(number)
                    .filter(|floors| (1..=FLOORS).contains(floors)),
                unfinished: by
                    .begins
                    .is_some_and(|no| row.state.day(no).is_none_or(|day| day > today)),
                whole: all.map(shown),
                taken: shown(part),
                percent: percent(part, all.unwrap_or(0)),
                holders: holders
                    .into_iter()
                    .flatten()
                    .map(|(record, title, _)| (*record, title.clone()))
                    .collect(),
                amounts: (all.unwrap_or(0), part),
            });
        }
        let estate = |(name, mut buildings): (String, Vec<Building>)| {
            buildings.sort_by(|a, b| a.title.cmp(&b.title));
            // What is not finished is not to let yet.
            let counted = buildings.iter().filter(|building| !building.unfinished);
            let (all, part) = counted.fold((0, 0), |(all, part), one| (all + one.amounts.0, part + one.amounts.1));
            Estate {
                whole: shown(all),
                taken: shown(part),
                percent: percent(part, all),
                name,
                buildings,
            }
        };
        Ok(estates.into_iter().map(estate).collect())
    }

    /// Who takes how much of each building on the day.
    fn taken(
        &self,
        scope: &Scope,
        listed: &Listed,
        by: &Buildings,
        times: &Times,
    ) -> Result<BTreeMap<RecordNo, Vec<Part>>, AppError> {
        let mut found: BTreeMap<RecordNo, Vec<Part>> = BTreeMap::new();
        let theirs = listed.definition.register(by.of.register);
        let Some(theirs) = theirs.filter(|register| scope.may_somewhere(Verb::Read, register)) else {
            return Ok(found);
        };
        let parts = self.list(
            scope,
            &ListAsk {
                register: theirs.id.clone(),
                limit: PARTS,
                as_of: times.as_of,
                known_at: times.known_at.clone(),
                ..ListAsk::default()
            },
        )?;
        let today = times.as_of.unwrap_or(self.today());
        for row in &parts.rows {
            let (Some(Value::Link(building)), Some(Value::Num(amount)), Some(day)) = (
                row.state.value(by.of.by),
                row.state.value(by.amount),
                row.state.day(by.day),
            ) else {
                continue;
            };
            let ended = by
                .until
                .and_then(|no| row.state.day(no))
                .is_some_and(|until| until < today);
            if day <= today && !ended {
                let name = title(
                    &parts.definition,
                    &parts.register,
                    &row.state,
                    row.record,
                    &parts.labels,
                );
                found.entry(*building).or_default().push((row.record, name, *amount));
            }
        }
        Ok(found)
    }
}

fn percent(part: i64, whole: i64) -> Option<i64> {
    (whole > 0)
        .then(|| (i128::from(part) * 100 + i128::from(whole) / 2) / i128::from(whole))
        .and_then(|share| i64::try_from(share).ok())
}
