//! Room: two records that were one — the one is void and says which it counts as, the other takes over what
//! it did not know. One command: what each figure loses is seen before.

use super::App;
use super::execute::{Draft, DraftWish, Receipt};
use super::records::FigureEffect;
use super::scope::Scope;
use crate::error::AppError;
use taizhang_core::field_kinds::{api, seals};
use taizhang_core::id::RecordNo;
use taizhang_core::value::Cell;

/// Fields that a kept record takes over, as id and text, and the figures that both together would move.
pub type Merging = (Vec<(String, String)>, Vec<FigureEffect>);

impl App {
    /// What merging would change: fields that the kept record takes over, and what each figure loses and gains by both.
    pub fn merging(
        &self,
        scope: &Scope,
        (dropped, kept): (RecordNo, RecordNo),
        why: &str,
    ) -> Result<Merging, AppError> {
        let drafts = self.merge_drafts(scope, (dropped, kept), why)?;
        let taken = match &drafts[..] {
            [amend, _] => amend.set.clone(),
            _ => Vec::new(),
        };
        Ok((taken, self.figures_moved(scope, &drafts)?))
    }

    /// Merges a record into another one.
    pub fn merge(&self, scope: &Scope, (dropped, kept): (RecordNo, RecordNo), why: &str) -> Result<Receipt, AppError> {
        if why.trim().is_empty() {
            return Err(AppError::said("bulletin.reason_needed", &[]));
        }
        let drafts = self.merge_drafts(scope, (dropped, kept), why)?;
        self.execute(scope, &drafts, None)
    }

    fn merge_drafts(
        &self,
        scope: &Scope,
        (dropped, kept): (RecordNo, RecordNo),
        why: &str,
    ) -> Result<Vec<Draft>, AppError> {
        let (from, into) = (self.record(scope, dropped)?, self.record(scope, kept)?);
        if from.register.no != into.register.no || dropped == kept || into.row.void {
            return Err(AppError::said(
                "merge.not_alike",
                &[("dropped", &dropped), ("kept", &kept)],
            ));
        }
        let reason = self.locale().say(
            "merge.reason",
            &[("dropped", &dropped), ("kept", &kept), ("why", &why.trim())],
        );
        let register = &from.register;
        let mut taken = Vec::new();
        for field in &register.fields {
            let is_key = register.keys.iter().any(|key| key.fields.contains(&field.no));
            let known = !matches!(into.row.state.cell(field.no), None | Some(Cell::Missing));
            if is_key || known || seals(field) || register.inherits(field.no) {
                continue;
            }
            let text = api(&from.definition, field, from.row.state.cell(field.no));
            taken.extend(text.map(|text| (field.id.clone(), text)));
        }
        let draft = |record, wish, set| Draft {
            register: register.id.clone(),
            record: Some(record),
            wish,
            set,
            occurred_on: Some(self.today()),
            reason: reason.clone(),
            base_units: true,
            ..Draft::default()
        };
        let mut drafts = Vec::new();
        if !taken.is_empty() {
            drafts.push(draft(kept, DraftWish::Amend, taken));
        }
        drafts.push(draft(dropped, DraftWish::Void, Vec::new()));
        Ok(drafts)
    }
}
