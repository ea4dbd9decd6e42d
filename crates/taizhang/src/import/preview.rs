//! Room: what a try would change, in words — the first rows only. Of a sealed field it says that it
//! changes, never what it holds.

use super::Job;
use super::compare::{Comparison, RowPlan};
use crate::app::names::{Labels, title};
use crate::error::AppError;
use serde_json::{Value, json};
use std::collections::HashMap;
use taizhang_core::definition::{Field, FieldKind};
use taizhang_core::field_kinds::{ShowNames, seals, show};
use taizhang_core::id::RecordNo;
use taizhang_core::timeline::State;
use taizhang_core::value::{Cell, Value as Held};
use taizhang_store::Reading;

/// How many rows are told one by one; all are counted.
const TOLD: usize = 200;

/// What stands for a sealed value.
const HIDDEN: &str = "***";

/// What one row would change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Its number in the sheet.
    pub row: u32,
    /// The record; none for one that it opens.
    pub record: Option<RecordNo>,
    /// What the record is called.
    pub title: String,
    /// Fields by name: what they hold, and what they would hold.
    pub fields: Vec<(String, String, String)>,
    /// Moves that it would make, by name.
    pub moves: Vec<String>,
}

impl Changed {
    /// As programs read it.
    pub fn json(&self) -> Value {
        let fields = self.fields.iter();
        let fields = fields.map(|(name, was, will)| json!({"name": name, "was": was, "will": will}));
        json!({
            "row": self.row, "id": self.record, "title": self.title,
            "fields": fields.collect::<Vec<_>>(), "moves": self.moves,
        })
    }
}

/// Tells what a stretch of rows would change, until enough is told.
pub(super) fn changed(
    job: &Job<'_>,
    plan: &[RowPlan],
    ahead: &HashMap<RecordNo, State>,
    reading: &mut Reading<'_>,
    told: &mut Vec<Changed>,
) -> Result<(), AppError> {
    if told.len() >= TOLD {
        return Ok(());
    }
    let mut labels = labels(job, reading);
    name_links(
        job,
        &plan[..plan.len().min(TOLD - told.len())],
        ahead,
        reading,
        &mut labels,
    )?;
    for row in plan.iter().take(TOLD - told.len()) {
        let state = match row.record {
            Some(record) => taizhang_store::record::get(reading.conn()?, &job.register, record)?.map(|row| row.state),
            None => None,
        };
        told.push(one(job, row, &state.unwrap_or_default(), &labels));
    }
    Ok(())
}

/// The titles of the records that rows point to, those of earlier sheets too.
fn name_links(
    job: &Job<'_>,
    plan: &[RowPlan],
    ahead: &HashMap<RecordNo, State>,
    reading: &mut Reading<'_>,
    labels: &mut Labels,
) -> Result<(), AppError> {
    for (no, cell) in plan.iter().flat_map(|row| &row.set) {
        let (Some(field), Cell::Is(Held::Link(record))) = (job.register.field(*no), cell) else {
            continue;
        };
        let FieldKind::Link { register } = &field.kind else {
            continue;
        };
        let Some(register) = job
            .definition
            .register(*register)
            .filter(|_| !labels.records.contains_key(record))
        else {
            continue;
        };
        let state = match ahead.get(record) {
            Some(state) => Some(state.clone()),
            None => taizhang_store::record::get(reading.conn()?, register, *record)?.map(|row| row.state),
        };
        if let Some(state) = state {
            let name = title(&job.definition, register, &state, *record, labels);
            labels.records.insert(*record, name);
        }
    }
    Ok(())
}

fn one(job: &Job<'_>, row: &RowPlan, was: &State, labels: &Labels) -> Changed {
    let register = &job.register;
    let text = |field: &Field, cell: Option<&Cell>| match cell {
        Some(Cell::Is(_)) if seals(field) => HIDDEN.to_owned(),
        cell => {
            let shown = show(&job.definition, field, cell, &Numbered(labels));
            match &shown.measure {
                Some(measure) if !shown.text.is_empty() => format!("{} {measure}", shown.text),
                _ => shown.text,
            }
        }
    };
    let fields = row.set.iter().filter_map(|(no, cell)| {
        let field = register.field(*no)?;
        Some((field.name.clone(), text(field, was.cell(*no)), text(field, Some(cell))))
    });
    let mut will = was.clone();
    let open = row
        .set
        .iter()
        .filter(|(no, _)| register.field(*no).is_some_and(|field| !seals(field)));
    will.apply(&open.cloned().collect());
    let name = |id: &String| register.move_named(id).map_or(id.clone(), |step| step.name.clone());
    Changed {
        row: row.row,
        record: row.record,
        title: title(&job.definition, register, &will, row.record.unwrap_or(0), labels),
        fields: fields.collect(),
        moves: row.moves.iter().map(|(id, _)| name(id)).collect(),
    }
}

/// The first living records that no row names.
pub(super) fn absent(
    job: &Job<'_>,
    comparison: &Comparison,
    reading: &mut Reading<'_>,
) -> Result<Vec<(RecordNo, String)>, AppError> {
    if comparison.missing() == 0 {
        return Ok(Vec::new());
    }
    let labels = labels(job, reading);
    let mut found = Vec::new();
    taizhang_store::record::each(reading.conn()?, &job.register, &mut |row| {
        if found.len() < TOLD && !row.void && !comparison.met.contains(&row.record) {
            let title = title(&job.definition, &job.register, &row.state, row.record, &labels);
            found.push((row.record, title));
        }
        Ok(())
    })?;
    Ok(found)
}

fn labels(job: &Job<'_>, reading: &Reading<'_>) -> Labels {
    Labels {
        tree: job.app.tree(reading, job.app.today(), reading.n()),
        ..Labels::default()
    }
}

/// Linked records go by their titles where they are known, else by their numbers.
struct Numbered<'a>(&'a Labels);

impl ShowNames for Numbered<'_> {
    fn unit(&self, unit: RecordNo) -> Option<String> {
        self.0.unit(unit)
    }

    fn record(&self, record: RecordNo) -> Option<String> {
        Some(self.0.record(record).unwrap_or_else(|| format!("#{record}")))
    }
}
