//! Room: money line by line — the trial balance of all money accounts, and the running ledger (明细账) of one.

use super::reach::Within;
use super::{Asking, FigureQuestion, last_day};
use crate::app::names::{Labels, title};
use crate::app::records::known_state;
use crate::app::scope::Scope;
use crate::error::AppError;
use std::collections::BTreeMap;
use std::sync::Arc;
use taizhang_core::day::Day;
use taizhang_core::definition::{Account, AccountKind};
use taizhang_core::id::{EntryNo, RecordNo};
use taizhang_core::posting::DIM_SEPARATOR;
use taizhang_core::value::print_scaled;
use taizhang_store::figure::Span;
use taizhang_store::ledger::{self, Holder};

/// The trial balance of a day, or of a period.
#[derive(Clone, Debug)]
pub struct Trial {
    /// A line for each money account.
    pub rows: Vec<TrialRow>,
    /// All debit balances, and all credit balances, of the measure that most accounts have; equal in a whole book.
    pub debit: String,
    /// The credit side.
    pub credit: String,
    /// Whether both sides are equal, in every measure.
    pub balanced: bool,
    /// The entry that it knows.
    pub known_at: EntryNo,
}

/// One account of a trial balance, in the base unit; what is credited is negative.
#[derive(Clone, Debug)]
pub struct TrialRow {
    /// The account.
    pub account: Arc<Account>,
    /// Its base unit.
    pub measure: String,
    /// Before the period.
    pub opening: String,
    /// Debited within it.
    pub debit: String,
    /// Credited within it.
    pub credit: String,
    /// At its end.
    pub closing: String,
}

/// The running ledger of one account.
#[derive(Clone, Debug)]
pub struct Running {
    /// The account.
    pub account: Arc<Account>,
    /// Its base unit.
    pub measure: String,
    /// Before the first line of the page.
    pub opening: String,
    /// The lines.
    pub lines: Vec<RunningLine>,
    /// After the last line of the page.
    pub closing: String,
    /// How many lines to skip for the next page, if there is one.
    pub next: Option<usize>,
    /// The entry that it knows.
    pub known_at: EntryNo,
}

/// One line of it.
#[derive(Clone, Debug)]
pub struct RunningLine {
    /// The day.
    pub day: Day,
    /// The entry.
    pub entry: EntryNo,
    /// The record, if the reader may see it.
    pub record: Option<RecordNo>,
    /// Its title.
    pub title: String,
    /// The dimensions.
    pub dims: Vec<String>,
    /// Debited; empty if it is credited.
    pub debit: String,
    /// Credited.
    pub credit: String,
    /// The balance after it.
    pub balance: String,
}

impl Asking<'_> {
    /// The trial balance of a unit and all below it.
    pub fn trial(&mut self, unit: Option<&str>, span: Span, known_at: Option<&str>) -> Result<Trial, AppError> {
        let known_at = self.known_at(known_at)?;
        let last = last_day(span);
        let tree = self.tree(last, known_at);
        let within = Within::Below(self.unit(&tree, unit)?);
        let first = match span {
            Span::Between(from, _) => Some(from),
            Span::AsOf(_) => None,
        };
        let definition = self.definition_known(known_at);
        let money = definition
            .accounts
            .values()
            .filter(|account| account.kind == AccountKind::Money);
        let money: Vec<Arc<Account>> = money.cloned().collect();
        let mut rows = Vec::new();
        // Days of labour are kept as money is, and are not added to yuan.
        let mut sides: BTreeMap<String, (usize, i128, i128)> = BTreeMap::new();
        for account in money {
            let closing = self.level(&account, within, last, known_at, None)?;
            let (opening, moved) = match first {
                Some(from) => {
                    let reach = self.reach(within, span, known_at);
                    let moved = self.total(account.no, &reach, known_at)?;
                    let opening = self.level(&account, within, from.plus(-1), known_at, None)?;
                    (opening, (moved.debit, moved.credit))
                }
                None => (0, (closing.max(0), (-closing).max(0))),
            };
            if account.retired && (opening, closing, moved) == (0, 0, (0, 0)) {
                continue;
            }
            // Sides are compared in fen, whatever scale an account keeps.
            let (count, debit, credit) = sides.entry(self.base(&account)).or_default();
            *count += 1;
            *debit += i128::from(closing.max(0)) * scale_up(&account);
            *credit += i128::from((-closing).max(0)) * scale_up(&account);
            let said = |units: i64| print_scaled(units, account.scale);
            rows.push(TrialRow {
                measure: self.base(&account),
                opening: said(opening),
                debit: said(moved.0),
                credit: said(moved.1),
                closing: said(closing),
                account,
            });
        }
        let balanced = sides.values().all(|(_, debit, credit)| debit == credit);
        let most = sides.into_values().max_by_key(|(count, ..)| *count);
        let (_, debit, credit) = most.unwrap_or_default();
        let whole = |units: i128| print_scaled(i64::try_from(units).unwrap_or(i64::MAX), SIDE_SCALE);
        Ok(Trial {
            rows,
            debit: whole(debit),
            credit: whole(credit),
            balanced,
            known_at,
        })
    }

    /// The level of an account at the end of a day, of one holder or of all.
    fn level(
        &mut self,
        account: &Account,
        within: Within,
        day: Day,
        known_at: EntryNo,
        holder: Option<&str>,
    ) -> Result<i64, AppError> {
        let reach = self.reach(within, Span::AsOf(day), known_at);
        if holder.is_none() {
            let total = self.total(account.no, &reach, known_at)?;
            return Ok(total.debit - total.credit);
        }
        let mut level = 0;
        let holder = self.holder(holder);
        let conn = self.reading.conn()?;
        ledger::lines(
            conn,
            account.no,
            (Day::MIN, day),
            known_at,
            holder.as_ref(),
            &mut |line| {
                level += if reach.counts(line.unit, line.day) {
                    line.amount
                } else {
                    0
                };
                true
            },
        )?;
        Ok(level)
    }

    fn holder<'h>(&self, text: Option<&'h str>) -> Option<Holder<'h>> {
        let latest = self.reading.caches.rules.latest()?;
        text.map(|text| Holder::of(text, &latest.definition))
    }

    /// The running ledger of a money account, in the order of days; `skip` lines were shown before.
    pub fn running(
        &mut self,
        scope: &Scope,
        question: &FigureQuestion,
        holder: Option<&str>,
        (skip, limit): (usize, usize),
    ) -> Result<Running, AppError> {
        let account = self.account(&question.account)?;
        if account.kind != AccountKind::Money {
            return Err(AppError::said("ledger.not_money", &[("account", &account.name)]));
        }
        let known_at = self.known_at(question.known_at.as_deref())?;
        let last = last_day(question.span);
        let from = match question.span {
            Span::Between(from, _) => from,
            Span::AsOf(day) => Day::of(day.year(), 1, 1).unwrap_or(day),
        };
        let tree = self.tree(last, known_at);
        let within = Within::Below(self.unit(&tree, question.unit.as_deref())?);
        let before = self.level(&account, within, from.plus(-1), known_at, holder)?;
        let reach = self.reach(within, Span::Between(from, last), known_at);
        let (mut balance, mut seen, mut opening, mut more) = (before, 0, before, false);
        let mut found = Vec::new();
        let holder = self.holder(holder);
        ledger::lines(
            self.reading.conn()?,
            account.no,
            (from, last),
            known_at,
            holder.as_ref(),
            &mut |line| {
                if !reach.counts(line.unit, line.day) {
                    return true;
                }
                if seen == skip {
                    opening = balance;
                }
                more = found.len() == limit;
                if more {
                    return false;
                }
                balance += line.amount;
                if seen >= skip {
                    found.push((line, balance));
                }
                seen += 1;
                true
            },
        )?;
        let mut titles = BTreeMap::new();
        let mut lines = Vec::new();
        for (line, after) in found {
            let known: Option<Option<String>> = titles.get(&line.record).cloned();
            let title = match known {
                Some(title) => title,
                None => self.title_of(scope, line.record, last, known_at)?,
            };
            titles.insert(line.record, title.clone());
            let side = |units: i64| {
                if units > 0 {
                    print_scaled(units, account.scale)
                } else {
                    String::new()
                }
            };
            lines.push(RunningLine {
                day: line.day,
                entry: line.entry,
                record: title.is_some().then_some(line.record),
                title: title.unwrap_or_else(|| self.app.locale().text("ledger.other").to_owned()),
                dims: line.dim.split(DIM_SEPARATOR).map(str::to_owned).collect(),
                debit: side(line.amount),
                credit: side(line.amount.saturating_neg()),
                balance: print_scaled(after, account.scale),
            });
        }
        Ok(Running {
            measure: self.base(&account),
            opening: print_scaled(opening, account.scale),
            closing: print_scaled(balance, account.scale),
            next: more.then_some(skip + lines.len()),
            lines,
            known_at,
            account,
        })
    }

    /// What a record is called, if the reader may see it.
    fn title_of(
        &mut self,
        scope: &Scope,
        record: RecordNo,
        day: Day,
        known_at: EntryNo,
    ) -> Result<Option<String>, AppError> {
        let Some((register, row)) = self.seen(scope, record)? else {
            return Ok(None);
        };
        let state = known_state(&mut self.reading, record, day, known_at)?.unwrap_or(row.state);
        let labels = Labels {
            tree: self.tree(day, known_at),
            ..Labels::default()
        };
        Ok(Some(title(&self.definition, &register, &state, record, &labels)))
    }
}

/// Places in which the two sides are added up.
const SIDE_SCALE: u32 = 2;

fn scale_up(account: &Account) -> i128 {
    10_i128.pow(SIDE_SCALE.saturating_sub(account.scale))
}
