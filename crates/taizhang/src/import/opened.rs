//! Room: what a row opens below its record by a template — the last move of a row that leads to where the
//! record stands opens the same items as the move by hand does, in the same batch, and is undone with it.

use super::Job;
use crate::app::execute::{Draft, items_there};
use crate::error::AppError;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use taizhang_core::command::Command;
use taizhang_core::day::Day;
use taizhang_core::definition::{Definition, Matter, Register, Template};
use taizhang_core::id::{RecordNo, RegisterNo};
use taizhang_core::journal::Change;
use taizhang_core::timeline::State;
use taizhang_core::value::{Cell, Value};
use taizhang_store::engine::Conn;

/// Items as commands that lack only their record above and their day: each is read once a file.
#[derive(Default)]
pub(super) struct Openings {
    typed: HashMap<(RegisterNo, String), Command>,
}

/// The record that a row left behind: its state, and the move that it ended with.
pub(super) struct Arrived<'a> {
    pub(super) record: RecordNo,
    /// Whether the book knows it already, so that items may be there.
    pub(super) known: bool,
    pub(super) state: &'a State,
    pub(super) a_move: &'a str,
    pub(super) day: Day,
}

impl Openings {
    /// The commands that open what a row's last move asks for and is not there.
    pub(super) fn below(
        &mut self,
        job: &Job<'_>,
        conn: &mut dyn Conn,
        arrived: &Arrived<'_>,
    ) -> Result<Vec<Command>, AppError> {
        let definition: &Definition = &job.definition;
        let mut commands = Vec::new();
        for below in &definition.registers {
            let (Some(template), Some(parent)) = (&below.template, &below.parent) else {
                continue;
            };
            if template.on != arrived.a_move || parent.register != job.register.no {
                continue;
            }
            let there = match arrived.known {
                true => items_there(conn, below, parent, template, arrived.record)?,
                false => BTreeSet::new(),
            };
            for item in template.applying(arrived.state, arrived.day) {
                if there.contains(&item.id) {
                    continue;
                }
                let mut command = self.typed(job, below, template, item)?.clone();
                let above = Change::Set(Cell::Is(Value::Link(arrived.record)));
                command.fields.push((parent.field, above));
                command.occurred_on = arrived.day;
                commands.push(command);
            }
        }
        Ok(commands)
    }

    /// An item's own fields, typed.
    fn typed(
        &mut self,
        job: &Job<'_>,
        below: &Arc<Register>,
        template: &Template,
        item: &Matter,
    ) -> Result<&Command, AppError> {
        let at = (below.no, item.id.clone());
        if !self.typed.contains_key(&at) {
            let id = |no| below.field(no).map_or_else(String::new, |field| field.id.clone());
            let own = std::iter::once((id(template.item), item.id.clone()));
            let draft = Draft {
                register: below.id.clone(),
                set: own
                    .chain(item.set.iter().map(|(field, text)| (id(*field), text.clone())))
                    .collect(),
                occurred_on: Some(job.app.today()),
                ..Draft::default()
            };
            let fault = || AppError::Fault(format!("the item {} of {} opens nothing", item.id, below.id));
            let command = job.app.typed_commands(&[draft])?.pop().ok_or_else(fault)?;
            self.typed.insert(at.clone(), command);
        }
        Ok(&self.typed[&at])
    }
}
