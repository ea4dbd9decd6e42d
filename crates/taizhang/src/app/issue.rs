//! Room: returns handed out (下发) — one record for each unit and each thing that is asked of it, opened and issued by
//! one command. What was not issued is nobody's to fill in, and stands in no figure.

use super::App;
use super::execute::{Draft, DraftWish, Receipt};
use super::scope::Scope;
use crate::error::AppError;
use std::sync::Arc;
use taizhang_core::day::Day;
use taizhang_core::definition::{Field, FieldKind, Issue, Register, Verb};
use taizhang_core::id::{FieldNo, RecordNo};
use taizhang_core::refusal::{Code, Refusal};

/// As many records as one command hands out.
const MOST: usize = 5_000;

impl App {
    /// A register whose records are handed out, for somebody who may hand them out somewhere.
    pub fn issued_register(&self, scope: &Scope, id: &str) -> Result<(Arc<Register>, Issue), AppError> {
        let (_, register) = self.register(scope, id)?;
        let unknown = || AppError::refuse(self.locale(), &Refusal::new(Code::NotPermitted));
        let issue = register.issue.clone().filter(|_| self.may_issue(scope, &register));
        Ok((register.clone(), issue.ok_or_else(unknown)?))
    }

    /// Whether somebody may hand out records of a register.
    pub fn may_issue(&self, scope: &Scope, register: &Register) -> bool {
        use taizhang_core::decide::Gate;
        let roles = register.issue.as_ref().and_then(|issue| register.move_named(&issue.by));
        let holds = roles.is_some_and(|made| made.roles.is_empty() || scope.has_role(&made.roles));
        holds && scope.may_somewhere(Verb::Write, register)
    }

    /// Hands out a record for every unit and every line of what is asked, all or none.
    pub fn issue(
        &self,
        scope: &Scope,
        (register, issue): (&Register, &Issue),
        once: &[(String, String)],
        units: &[String],
        lines: &[Vec<String>],
    ) -> Result<Receipt, AppError> {
        let id = |no: FieldNo| register.field(no).map_or(String::new(), |field| field.id.clone());
        let (Some(unit), Some(made)) = (register.unit.map(id), register.move_named(&issue.by)) else {
            return Err(AppError::refuse(self.locale(), &Refusal::new(Code::UnknownMove)));
        };
        if units.is_empty() || lines.is_empty() || units.len().saturating_mul(lines.len()) > MOST {
            return Err(AppError::said("issue.nothing", &[("most", &MOST)]));
        }
        if let Some(short) = lines.iter().find(|line| line.len() != issue.each.len()) {
            let names: Vec<String> = issue
                .each
                .iter()
                .filter_map(|no| Some(register.field(*no)?.name.clone()))
                .collect();
            let args: [(&'static str, &dyn std::fmt::Display); 2] =
                [("line", &short.join("，")), ("names", &names.join("，"))];
            return Err(AppError::said("issue.line", &args));
        }
        let today = self.today();
        let dated = |no: &FieldNo| {
            register
                .field(*no)
                .filter(|field| matches!(field.kind, FieldKind::Date { .. }))
        };
        let dates: Vec<(String, String)> = made
            .needs
            .iter()
            .filter_map(dated)
            .map(|field: &Field| (field.id.clone(), today.to_string()))
            .collect();
        let make = |first: RecordNo| {
            let mut drafts = Vec::with_capacity(2 * units.len() * lines.len());
            for of in units {
                for line in lines {
                    let record = first + drafts.len() as i64;
                    let mut set = once.to_vec();
                    set.push((unit.clone(), of.clone()));
                    set.extend(issue.each.iter().map(|no| id(*no)).zip(line.iter().cloned()));
                    drafts.push(one(register, None, DraftWish::Open, set, today));
                    let by = DraftWish::Move(made.id.clone());
                    drafts.push(one(register, Some(record), by, dates.clone(), today));
                }
            }
            drafts
        };
        self.execute_behind(scope, &make)
    }
}

fn one(register: &Register, record: Option<RecordNo>, wish: DraftWish, set: Vec<(String, String)>, on: Day) -> Draft {
    Draft {
        register: register.id.clone(),
        record,
        wish,
        set,
        occurred_on: Some(on),
        ..Draft::default()
    }
}
