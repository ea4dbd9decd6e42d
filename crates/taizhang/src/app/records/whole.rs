//! Room: a list as a whole — its totals, its groups, and how it differs from an earlier moment.

use super::{ListAsk, past};
use crate::app::App;
use crate::app::names::{Labels, title};
use crate::app::scope::Scope;
use crate::error::AppError;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use taizhang_core::day::Day;
use taizhang_core::definition::{Definition, Field, FieldKind, Register};
use taizhang_core::id::{FieldNo, RecordNo, STAGE};
use taizhang_core::timeline::State;
use taizhang_core::value::{Cell, Value};
use taizhang_store::cells::RecordRow;
use taizhang_store::engine::Sql;
use taizhang_store::record::{self, Group, ListQuery};

/// A list added up.
pub struct Groups {
    /// The definition that it is shown by.
    pub definition: Arc<Definition>,
    /// The fields that are added up.
    pub sums: Vec<Field>,
    /// The groups; one of all records if nothing is grouped by.
    pub groups: Vec<GroupView>,
}

/// One group.
pub struct GroupView {
    /// What a filter for it says.
    pub key: String,
    /// What it is called.
    pub label: String,
    /// How many records.
    pub count: i64,
    /// The sums, as cells of their fields; none without a value.
    pub sums: Vec<Option<Cell>>,
}

/// How a list differs from what it was.
pub struct Compared {
    /// The definition that it is shown by.
    pub definition: Arc<Definition>,
    /// Its register.
    pub register: Arc<Register>,
    /// The records that differ, those that came first.
    pub changes: Vec<Change>,
    /// Names of units and linked records.
    pub labels: Labels,
}

/// One record that differs.
pub struct Change {
    /// The record.
    pub record: RecordNo,
    /// What it is called.
    pub title: String,
    /// How it was; none if it came in.
    pub before: Option<State>,
    /// How it is; none if it went out.
    pub after: Option<State>,
    /// The fields that changed; the stage is 0.
    pub fields: Vec<FieldNo>,
}

/// All rows of a list, with what they are shown by.
type AllRows = (Arc<Definition>, Arc<Register>, Vec<RecordRow>);

impl App {
    /// A list added up, by a field if one is named; `stage` is the stage.
    pub fn groups(&self, scope: &Scope, ask: &ListAsk, by: Option<&str>) -> Result<Groups, AppError> {
        let (definition, register) = self.register(scope, &ask.register)?;
        let sums: Vec<Field> = register
            .fields
            .iter()
            // Shares and growth rates of several do not add up.
            .filter(|field| field.is_number() && !matches!(field.kind, FieldKind::Percent { .. } | FieldKind::Integer))
            .cloned()
            .collect();
        let numbers: Vec<FieldNo> = sums.iter().map(|field| field.no).collect();
        let field = match by {
            Some(by) => Some(self.plain_field(&register, by)?),
            None => None,
        };
        let no = field.map(|field| field.map_or(STAGE, |field| field.no));
        let mut found = if self.is_past(ask)? {
            let rows = self.all_rows(scope, ask)?.2;
            added_up(&rows, no, &numbers)
        } else {
            let mut asking = self.asking()?;
            let known_at = asking.known_at(ask.known_at.as_deref())?;
            let query = self.query(scope, (&definition, &register), ask, &asking, known_at)?;
            let reading = &mut asking.reading;
            if super::hidden(scope, &register) {
                Vec::new()
            } else {
                record::groups(reading.conn()?, &register, &query, no, &numbers)?
            }
        };
        found.retain(|group| group.count > 0);
        let labels = self.group_labels(&definition, &register, field.flatten(), &found)?;
        let groups = found
            .into_iter()
            .zip(labels)
            .map(|(group, (key, label))| GroupView {
                key,
                label,
                count: group.count,
                sums: group
                    .sums
                    .into_iter()
                    .map(|sum| sum.map(|sum| Cell::Is(Value::Num(sum))))
                    .collect(),
            })
            .collect();
        Ok(Groups {
            definition,
            sums,
            groups,
        })
    }

    /// How a list differs from the same list on another day or at an earlier knowledge.
    pub fn compare(&self, scope: &Scope, now: &ListAsk, then: &ListAsk) -> Result<Compared, AppError> {
        let (definition, register, after) = self.all_rows(scope, now)?;
        let (_, _, before) = self.all_rows(scope, then)?;
        let mut states: BTreeMap<RecordNo, (Option<State>, Option<State>)> = BTreeMap::new();
        for row in before {
            states.entry(row.record).or_default().0 = Some(row.state);
        }
        for row in after {
            states.entry(row.record).or_default().1 = Some(row.state);
        }
        states.retain(|_, (before, after)| before != after);
        let all = states.values().flat_map(|(before, after)| [before, after]).flatten();
        let mut reading = self.reading()?;
        let labels = self.labels(&mut reading, &definition, all.map(|state| (&register, state)))?;
        let mut changes: Vec<Change> = states
            .into_iter()
            .map(|(record, (before, after))| {
                let state = after.as_ref().or(before.as_ref()).cloned().unwrap_or_default();
                Change {
                    title: title(&definition, &register, &state, record, &labels),
                    fields: changed(before.as_ref(), after.as_ref()),
                    record,
                    before,
                    after,
                }
            })
            .filter(|change| change.before.is_none() || change.after.is_none() || !change.fields.is_empty())
            .collect();
        changes.sort_by_key(|change| (change.before.is_some(), change.after.is_some(), change.record));
        Ok(Compared {
            definition,
            register,
            changes,
            labels,
        })
    }

    /// Whether a list stands for another moment than now.
    fn is_past(&self, ask: &ListAsk) -> Result<bool, AppError> {
        let mut asking = self.asking()?;
        let known_at = asking.known_at(ask.known_at.as_deref())?;
        Ok(ask.as_of.is_some() || known_at < asking.reading.n())
    }

    /// All rows of a list, whatever page it asks for. Slow by design: only comparisons come here.
    fn all_rows(&self, scope: &Scope, ask: &ListAsk) -> Result<AllRows, AppError> {
        let (definition, register) = self.register(scope, &ask.register)?;
        if super::hidden(scope, &register) {
            return Ok((definition, register, Vec::new()));
        }
        let mut asking = self.asking()?;
        let known_at = asking.known_at(ask.known_at.as_deref())?;
        let query = self.query(scope, (&definition, &register), ask, &asking, known_at)?;
        let query = ListQuery {
            limit: usize::MAX >> 1,
            offset: 0,
            turn: None,
            ..query
        };
        let as_of = ask.as_of.unwrap_or(Day::MAX);
        let (rows, _) = past::list(&mut asking.reading, &register, &query, as_of, known_at)?;
        Ok((definition, register, rows))
    }

    /// What a filter for each group says, and what the group is called.
    fn group_labels(
        &self,
        definition: &Definition,
        register: &Register,
        field: Option<&Field>,
        groups: &[Group],
    ) -> Result<Vec<(String, String)>, AppError> {
        let mut reading = self.reading()?;
        let none = std::iter::empty::<(&Arc<Register>, &State)>();
        let mut labels = self.labels(&mut reading, definition, none)?;
        let mut found = Vec::new();
        for group in groups {
            found.push(match (&group.value, field) {
                (Sql::Text(id), None) => (
                    id.clone(),
                    register.stage(id).map_or(id.clone(), |stage| stage.name.clone()),
                ),
                (Sql::Null, _) | (_, None) => (String::new(), String::new()),
                (Sql::Int(unit), Some(field)) if matches!(field.kind, taizhang_core::definition::FieldKind::Unit) => {
                    let node = labels.tree.get(*unit);
                    (
                        format!("#{unit}"),
                        node.map_or(format!("#{unit}"), |node| node.name.clone()),
                    )
                }
                (Sql::Int(link), Some(field))
                    if matches!(field.kind, taizhang_core::definition::FieldKind::Link { .. }) =>
                {
                    let mut state = State::default();
                    state.apply(&vec![(field.no, Cell::Is(Value::Link(*link)))]);
                    let register = Arc::new(register.clone());
                    let one = self.labels(&mut reading, definition, [(&register, &state)].into_iter())?;
                    labels.records.extend(one.records);
                    (
                        format!("#{link}"),
                        labels.records.get(link).cloned().unwrap_or(format!("#{link}")),
                    )
                }
                (Sql::Text(text), Some(field)) => (text.clone(), choice_name(field, text)),
                (Sql::Int(units), Some(field)) => {
                    let cell = Cell::Is(Value::Num(*units));
                    let shown = taizhang_core::field_kinds::show(definition, field, Some(&cell), &labels);
                    (shown.text.clone(), shown.text)
                }
                (Sql::Blob(_), _) => (String::new(), String::new()),
            });
        }
        Ok(found)
    }
}

fn choice_name(field: &Field, text: &str) -> String {
    match &field.kind {
        taizhang_core::definition::FieldKind::Choice(choices) => {
            let found = choices.iter().find(|choice| choice.id == text);
            found.map_or(text.to_owned(), |choice| choice.name.clone())
        }
        _ => text.to_owned(),
    }
}

/// The groups of rows that are at hand.
fn added_up(rows: &[RecordRow], by: Option<FieldNo>, sums: &[FieldNo]) -> Vec<Group> {
    let mut groups: BTreeMap<Sql, Group> = BTreeMap::new();
    for row in rows {
        let value = by.map_or(Sql::Null, |by| past::column(&row.state, by));
        let group = groups.entry(value.clone()).or_insert_with(|| Group {
            value,
            count: 0,
            sums: vec![None; sums.len()],
        });
        group.count += 1;
        for (sum, field) in group.sums.iter_mut().zip(sums) {
            if let Some(Value::Num(units)) = row.state.value(*field) {
                *sum = sum.unwrap_or(0).checked_add(*units);
            }
        }
    }
    let mut groups: Vec<Group> = groups.into_values().collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.count));
    groups
}

fn changed(before: Option<&State>, after: Option<&State>) -> Vec<FieldNo> {
    let (Some(before), Some(after)) = (before, after) else {
        return Vec::new();
    };
    let named: BTreeSet<FieldNo> = before.cells().iter().chain(after.cells()).map(|(no, _)| *no).collect();
    let differs = |no: &FieldNo| before.cell(*no) != after.cell(*no);
    named.into_iter().filter(differs).collect()
}
