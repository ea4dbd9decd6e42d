//! Room: figures by which a unit would be shown as late — kept back wherever units stand side by side or a text goes
//! out, until the unit was asked to check them (单位核数).

use super::{Asking, FigureState, last_day};
use crate::app::checked::{self, Shown};
use crate::error::AppError;
use std::collections::BTreeSet;
use std::sync::Arc;
use taizhang_core::day::Day;
use taizhang_core::definition::{Account, AccountKind, Definition, RuleKind};
use taizhang_core::id::{AccountNo, EntryNo, RecordNo};
use taizhang_store::figure::Span;

/// A day, as known at an entry.
pub(super) type Moment = (Day, EntryNo);

impl Asking<'_> {
    /// What units were asked to check that counts on a day; none if the pack does not ask them.
    pub(in crate::app) fn asked_to_check(
        &mut self,
        day: Day,
        known_at: EntryNo,
    ) -> Result<Option<Arc<Shown>>, AppError> {
        if let Some((of, shown)) = &self.checked
            && *of == (day, known_at)
        {
            return Ok(shown.clone());
        }
        let shown = checked::shown(self, day, known_at)?.map(Arc::new);
        self.checked = Some(((day, known_at), shown.clone()));
        Ok(shown)
    }

    /// Whether a figure would show a unit as late that was not asked to check it yet.
    pub fn is_held(
        &mut self,
        account: &Account,
        unit: RecordNo,
        span: Span,
        known_at: EntryNo,
    ) -> Result<bool, AppError> {
        let late = late_in(&self.definition, account.no);
        if unit == 0 || late.is_empty() {
            return Ok(false);
        }
        let day = last_day(span);
        let Some(shown) = self.asked_to_check(day, known_at)? else {
            return Ok(false);
        };
        let tree = self.tree(day, known_at);
        for account in late {
            if shown.figure(&tree, &account.id, unit) {
                continue;
            }
            let units = self.value(account.no, unit, span, known_at)?.units;
            if units.is_some_and(|units| units != 0) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The same as a state: what is kept back has no value.
    pub(super) fn state_for(
        &mut self,
        account: &Account,
        unit: RecordNo,
        (span, known_at): (Span, EntryNo),
        state: FigureState,
    ) -> Result<FigureState, AppError> {
        match self.is_held(account, unit, span, known_at)? {
            true => Ok(FigureState::Checking),
            false => Ok(state),
        }
    }
}

/// The accounts by which a figure tells that a unit is late: itself, or those that its formula reads.
fn late_in(definition: &Definition, account: AccountNo) -> Vec<Arc<Account>> {
    let (mut late, mut seen, mut next) = (Vec::new(), BTreeSet::new(), vec![account]);
    while let Some(no) = next.pop() {
        let Some(account) = definition.accounts.get(&no).filter(|_| seen.insert(no)) else {
            continue;
        };
        match &account.kind {
            _ if tells_late(definition, account) => late.push(account.clone()),
            AccountKind::Formula(formula) => next.extend(formula.accounts().iter().map(|slot| AccountNo(slot.0))),
            _ => {}
        }
    }
    late
}

/// Whether an account tells by itself that something is or was late.
pub(in crate::app) fn tells_late(definition: &Definition, account: &Account) -> bool {
    let finished = || {
        let mut rules = definition.registers.iter().flat_map(|register| &register.postings);
        rules.any(|rule| rule.account == account.no && matches!(rule.kind, RuleKind::FinishedLate { .. }))
    };
    account.shows_late || account.kind == AccountKind::Late || finished()
}
