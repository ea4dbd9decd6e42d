//! Room: a figure opened — the records whose amounts sum to it exactly.

use super::{Asking, Figure, FigureQuestion, last_day};
use crate::app::names::title;
use crate::app::records::embargoed;
use crate::app::records::known_state;
use crate::app::scope::Scope;
use crate::error::AppError;
use std::sync::Arc;
use taizhang_core::day::Day;
use taizhang_core::definition::{Account, AccountKind, PostingRule, Register, RuleKind};
use taizhang_core::id::{RecordNo, RegisterNo};
use taizhang_core::rules::Rules;
use taizhang_core::value::print_scaled;
use taizhang_store::cells::RecordRow;
use taizhang_store::share::{Asked, shares};

/// The records that a figure is made of.
#[derive(Clone, Debug)]
pub struct Opened {
    /// Records that the reader may see: number, register's id, title, amount in the base unit.
    pub items: Vec<OpenedItem>,
    /// What the others sum to.
    pub others: String,
    /// The whole.
    pub sum: String,
    /// The record to go on after.
    pub next: Option<RecordNo>,
}

/// One record of a figure.
#[derive(Clone, Debug)]
pub struct OpenedItem {
    /// The record.
    pub record: RecordNo,
    /// Its register's id.
    pub register: String,
    /// Its title.
    pub title: String,
    /// Its part, in the base unit.
    pub amount: String,
    /// Its part as shown.
    pub shown: String,
}

/// Of so many units at most the engine is told, if they are no more than half of all.
const FEW_UNITS: usize = 250;

impl Asking<'_> {
    /// The records that a figure is made of: those the reader may see, and the others as one sum.
    pub fn open(
        &mut self,
        scope: &Scope,
        question: &FigureQuestion,
        after: RecordNo,
        limit: usize,
    ) -> Result<Opened, AppError> {
        let figure = self.figure(question)?;
        let account = figure.account.clone();
        let reach = self.reach_of(figure.unit, figure.span, figure.known_at);
        let counts = |unit: RecordNo, days: (Day, Day)| reach.counts_over(unit, days);
        let tree = self.tree(last_day(figure.span), figure.known_at);
        let few = FEW_UNITS.min(tree.order().len() / 2);
        let asked = Asked {
            account: account.no,
            span: self.until_release(account.no, figure.span),
            known_at: (figure.known_at < self.reading.n()).then_some(figure.known_at),
            begun: standing_since_begun(&self.reading.caches.rules, &account),
            units: reach.few(few).unwrap_or_default(),
        };
        let mut shares = shares(self.reading.conn()?, &asked, &counts, (after, limit + 1))?;
        let next = (shares.len() > limit).then(|| shares[limit - 1].record);
        shares.truncate(limit);
        let mut items = Vec::new();
        let mut hidden = 0;
        for share in &shares {
            match self.item(scope, &figure, share.record, share.sum.amount)? {
                Some(item) => items.push(item),
                None => hidden += share.sum.amount,
            }
        }
        Ok(Opened {
            items,
            others: print_scaled(hidden, account.scale),
            sum: print_scaled(figure.sum.amount, account.scale),
            next,
        })
    }

    /// A record as it is today, if the reader may see it.
    pub(super) fn seen(
        &mut self,
        scope: &Scope,
        record: RecordNo,
    ) -> Result<Option<(Arc<Register>, RecordRow)>, AppError> {
        let Some(first) = taizhang_store::journal::entry(self.reading.conn()?, record)? else {
            return Ok(None);
        };
        let Some(register) = self.definition.register(first.register).cloned() else {
            return Ok(None);
        };
        let Some(row) = taizhang_store::record::get(self.reading.conn()?, &register, record)? else {
            return Ok(None);
        };
        let unit = register.unit.and_then(|field| row.state.unit(field)).unwrap_or(0);
        let hidden = scope.readable(&register).is_some_and(|units| !units.contains(&unit));
        let kept_back = embargoed(scope, &register, &row.state, self.app.today());
        Ok((!hidden && !kept_back).then_some((register, row)))
    }

    fn item(
        &mut self,
        scope: &Scope,
        figure: &Figure,
        record: RecordNo,
        amount: i64,
    ) -> Result<Option<OpenedItem>, AppError> {
        let Some((register, row)) = self.seen(scope, record)? else {
            return Ok(None);
        };
        // Who may see it is a matter of today, what it is called of the moment that is asked for.
        let last = last_day(figure.span);
        let state = match figure.known_at < self.reading.n() {
            true => known_state(&mut self.reading, record, last, figure.known_at)?.unwrap_or(row.state),
            false => row.state,
        };
        let (app, definition) = (self.app, self.definition.clone());
        let named = (&*register, &state);
        let labels = app.title_labels(&mut self.reading, &definition, named, (last, figure.known_at))?;
        let account = &figure.account;
        Ok(Some(OpenedItem {
            record,
            register: register.id.clone(),
            title: title(&self.definition, &register, &state, record, &labels),
            amount: print_scaled(amount, account.scale),
            shown: self.shown(account, amount),
        }))
    }
}

/// The register that alone feeds a level, and has in every version of the pack: of its records nothing stands before the
/// day on which they began. None for a movement, which may be posted on any day that a field names, and for money.
fn standing_since_begun(rules: &Rules, account: &Account) -> Option<RegisterNo> {
    if !matches!(account.kind, AccountKind::Stock | AccountKind::Late) {
        return None;
    }
    let mut alone = None;
    let registers = rules
        .versions()
        .iter()
        .flat_map(|version| &version.definition.registers);
    for register in registers {
        let mut feeding = register.postings.iter().filter(|rule| rule.account == account.no);
        let Some(rule) = feeding.next() else { continue };
        let stands = |rule: &PostingRule| matches!(rule.kind, RuleKind::Stock { .. } | RuleKind::Late { .. });
        if !stands(rule) || !feeding.all(stands) || alone.is_some_and(|other| other != register.no) {
            return None;
        }
        alone = Some(register.no);
    }
    alone
}
