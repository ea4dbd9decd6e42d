//! Room: what an account is fed by, and what a sum of nothing means — zero, or that nobody has said.

use super::reach::Within;
use super::{Asked, Asking, FigureState, Folded, last_day, said};
use crate::error::AppError;
use std::collections::BTreeMap;
use std::sync::Arc;
use taizhang_core::day::Day;
use taizhang_core::definition::{Account, Amount, Definition, PostingRule, RuleKind};
use taizhang_core::id::{AccountNo, EntryNo, RecordNo, RegisterNo};
use taizhang_store::figure::{self, Cells, Span, Sum};

/// An account as it was defined for a day, with the registers that feed it.
pub(super) struct Fed {
    pub(super) account: Arc<Account>,
    registers: Vec<RegisterNo>,
    /// Whether it sums a field that can be missing.
    pub(super) over_values: bool,
}

impl Asking<'_> {
    /// An account as it was defined for a day, as known at an entry.
    pub(super) fn fed(&mut self, no: AccountNo, day: Day, known_at: EntryNo) -> Option<Arc<Fed>> {
        let asked = (no, day, known_at);
        if let Some(fed) = self.fed.get(&asked) {
            return fed.clone();
        }
        let fed = self.judged(no, day, known_at).map(|account| {
            let (registers, over_values) = feeding(&self.judge(day, known_at), no);
            Arc::new(Fed {
                account,
                registers,
                over_values,
            })
        });
        self.fed.insert(asked, fed.clone());
        fed
    }

    /// What a sum says.
    pub(super) fn state(
        &mut self,
        fed: &Fed,
        within: Within,
        span: Span,
        known_at: EntryNo,
        sum: Sum,
    ) -> Result<FigureState, AppError> {
        if known_at == 0 || (sum == Sum::default() && self.was_taken_over_later(fed, within, span, known_at)?) {
            return Ok(FigureState::NotReported);
        }
        Ok(match said(sum, fed.over_values) {
            Some(state) => state,
            None if self.was_posted(fed.account.no, within, span, known_at)? => FigureState::Reported,
            None => FigureState::NotReported,
        })
    }

    /// Whether some unit's records were taken over on a later day. What one unit took over later does not make
    /// unknown what others know of that day.
    fn was_taken_over_later(
        &mut self,
        fed: &Fed,
        within: Within,
        span: Span,
        known_at: EntryNo,
    ) -> Result<bool, AppError> {
        let first = match span {
            Span::AsOf(day) | Span::Between(day, _) => day,
        };
        for register in &fed.registers {
            for (unit, from) in &*self.openings(*register, known_at)? {
                if first < *from && self.counts(*unit, within, span, known_at) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Whether anything was posted up to the last day in what is asked about: then nothing is zero.
    fn was_posted(
        &mut self,
        account: AccountNo,
        within: Within,
        span: Span,
        known_at: EntryNo,
    ) -> Result<bool, AppError> {
        let asked = (account, span, known_at);
        let posted = match self.posted.get(&asked) {
            Some(posted) => posted.clone(),
            None => {
                let posted = Arc::new(self.posted(asked)?);
                self.posted.insert(asked, posted.clone());
                posted
            }
        };
        Ok(posted.sum(within).reported > 0)
    }

    /// The units in which anything was posted up to the last day, one for each.
    fn posted(&mut self, (account, span, known_at): Asked) -> Result<Folded, AppError> {
        let last = last_day(span);
        let first_days = self.first_days(account, known_at)?;
        let supposed = self.supposed.get(&account).into_iter().flatten();
        let supposed = supposed.map(|posting| (posting.unit, posting.day));
        let days = first_days.iter().map(|(unit, day)| (*unit, *day)).chain(supposed);
        let one = Sum {
            reported: 1,
            ..Sum::default()
        };
        let cells = days.filter(|(_, day)| *day <= last).map(|(unit, _)| ((unit, 0), one));
        let cells: Arc<Cells> = Arc::new(cells.collect());
        Ok(Folded::of(&self.stretches(span, known_at), &cells))
    }

    /// Whether a unit counts on any day of a span.
    fn counts(&mut self, unit: RecordNo, within: Within, span: Span, known_at: EntryNo) -> bool {
        let stretches = self.stretches(span, known_at);
        stretches.iter().any(|(_, tree)| within.holds(tree, unit))
    }

    fn openings(&mut self, register: RegisterNo, known_at: EntryNo) -> Result<Arc<BTreeMap<RecordNo, Day>>, AppError> {
        if let Some(openings) = self.openings.get(&(register, known_at)) {
            return Ok(openings.clone());
        }
        let openings = Arc::new(figure::openings(self.reading.conn()?, register, known_at)?);
        self.openings.insert((register, known_at), openings.clone());
        Ok(openings)
    }

    fn first_days(&mut self, account: AccountNo, known_at: EntryNo) -> Result<Arc<BTreeMap<RecordNo, Day>>, AppError> {
        let (moment, asked) = (self.reading.moment(), (account, known_at));
        if let Some(days) = self.app.kept_first_days.get(moment, &asked) {
            return Ok(days);
        }
        let days = Arc::new(self.reading.first_days(account, known_at)?);
        self.app
            .kept_first_days
            .put(moment, asked, days.clone(), days.len() + 1);
        Ok(days)
    }
}

/// The registers that feed an account, and whether it sums a field that can be missing.
fn feeding(definition: &Definition, account: AccountNo) -> (Vec<RegisterNo>, bool) {
    let mut registers = Vec::new();
    let mut over_values = false;
    for register in &definition.registers {
        let feeds = |rule: &&PostingRule| {
            rule.account == account || matches!(&rule.kind, RuleKind::Money { credit, .. } if *credit == account)
        };
        for rule in register.postings.iter().filter(feeds) {
            if !registers.contains(&register.no) {
                registers.push(register.no);
            }
            over_values |= rule.amount != Amount::One && !matches!(rule.kind, RuleKind::Money { .. });
        }
    }
    (registers, over_values)
}
