//! Room: days that were announced (倒计时) — the limits that a pack counts down, for everybody who may read the
//! record: how many days are left, and once the day has passed, how late it is; never a negative number.

use super::App;
use super::definition;
use super::duties::{DutyView, LIST_MAX, each_limit};
use super::scope::Scope;
use crate::error::AppError;
use taizhang_core::decide::Gate;
use taizhang_core::definition::Verb;
use taizhang_store::duty;

impl App {
    /// What is counted down, the nearest day first; what has passed comes first of all.
    pub fn countdowns(&self, scope: &Scope, most: usize) -> Result<Vec<DutyView>, AppError> {
        let mut reading = self.reading()?;
        let definition = definition(&reading)?;
        let mut rows = Vec::new();
        for (register, limit) in each_limit(&definition, |_, limit| limit.countdown) {
            rows.extend(duty::of_limit(reading.conn()?, (register, &limit), LIST_MAX)?);
        }
        rows.retain(|row| {
            let register = definition.register(row.register);
            register.is_some_and(|register| scope.may(Verb::Read, register, Some(row.duty.unit)))
        });
        rows.sort_by_key(|row| (row.duty.due, row.record));
        rows.truncate(most);
        self.shown(scope, &mut reading, &definition, rows)
    }
}
