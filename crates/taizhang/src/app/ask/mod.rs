//! Room: the one way out for figures. Sums from the store, a tree and a definition of the same two
//! times, and every answer names the entry that it knows.

mod opened;
mod rows;

pub use opened::{Opened, OpenedItem};
pub use rows::{By, FigureRow};
pub use taizhang_store::figure::{Span, Sum};

use super::names::measure_name;
use super::{App, definition};
use crate::clock::instant_of;
use crate::error::AppError;
use std::collections::BTreeMap;
use std::sync::Arc;
use taizhang_core::day::Day;
use taizhang_core::definition::{Account, AccountKind, Amount, Definition, RuleKind};
use taizhang_core::expr::Slot;
use taizhang_core::field_kinds::{print_amount, show_amount};
use taizhang_core::id::{AccountNo, EntryNo, RecordNo};
use taizhang_core::refusal::{Code, Refusal};
use taizhang_core::unit::UnitTree;
use taizhang_core::value::{decimal, print_scaled};
use taizhang_store::Reading;
use taizhang_store::figure;

/// A question about one figure.
#[derive(Clone, Debug)]
pub struct FigureQuestion {
    /// The account's id.
    pub account: String,
    /// The unit by code, name or `#record`; none for the root.
    pub unit: Option<String>,
    /// The days.
    pub span: Span,
    /// An entry number or an instant; none for the head.
    pub known_at: Option<String>,
}

/// Whether a figure has a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FigureState {
    /// It has.
    Reported,
    /// Nobody has said yet (未报告).
    NotReported,
    /// The question does not apply (不适用).
    NotApplicable,
}

impl FigureState {
    /// The word in answers.
    pub fn key(self) -> &'static str {
        match self {
            FigureState::Reported => "reported",
            FigureState::NotReported => "not_reported",
            FigureState::NotApplicable => "not_applicable",
        }
    }
}

/// A figure with all that it was asked by.
#[derive(Clone, Debug)]
pub struct Figure {
    /// The account.
    pub account: Arc<Account>,
    /// The unit, 0 if the book has none.
    pub unit: RecordNo,
    /// Its code.
    pub unit_code: String,
    /// Its name on that day.
    pub unit_name: String,
    /// The days.
    pub span: Span,
    /// The entry that it knows.
    pub known_at: EntryNo,
    /// Whether it has a value.
    pub state: FigureState,
    /// Whether it lies after the day of the entry that it knows.
    pub forecast: bool,
    /// The value in the base unit, as a decimal.
    pub value: Option<String>,
    /// The base unit.
    pub measure: String,
    /// The value as shown in the account's measure.
    pub shown: String,
    /// The measure that it is shown in.
    pub shown_measure: String,
    /// The sum behind it; zero for a formula.
    pub sum: Sum,
}

/// One moment, opened for questions.
pub struct Asking<'a> {
    app: &'a App,
    /// The reading.
    pub reading: Reading<'a>,
    /// The definition as known.
    pub definition: Arc<Definition>,
}

impl App {
    /// Opens a moment for questions.
    pub fn asking(&self) -> Result<Asking<'_>, AppError> {
        let reading = self.reading()?;
        let definition = definition(&reading)?;
        Ok(Asking {
            app: self,
            reading,
            definition,
        })
    }
}

impl Asking<'_> {
    /// The entry that "known at" means: the last of the command of a number, an instant, or the head.
    pub fn known_at(&mut self, text: Option<&str>) -> Result<EntryNo, AppError> {
        let head = self.reading.n();
        let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
            return Ok(head);
        };
        if let Ok(n) = text.parse::<EntryNo>() {
            return Ok(taizhang_store::journal::end_of_command(self.reading.conn()?, n, head)?);
        }
        let instant = match (instant_of(text), text.parse::<Day>()) {
            (Some(instant), _) => instant,
            // A day means its end.
            (None, Ok(day)) => instant_of(&format!("{}T00:00:00+08:00", day.next())).unwrap_or(0) - 1,
            _ => {
                return Err(AppError::said("app.bad_known_at", &[("value", &text)]));
            }
        };
        Ok(taizhang_store::journal::last_until(
            self.reading.conn()?,
            instant,
            head,
        )?)
    }

    /// The account of an id.
    pub fn account(&self, id: &str) -> Result<Arc<Account>, AppError> {
        let refusal = || AppError::refuse(self.app.locale(), &Refusal::new(Code::UnknownAccount).with("value", id));
        self.definition.account_named(id).cloned().ok_or_else(refusal)
    }

    /// The unit of a text, in the tree of a day.
    pub fn unit(&self, tree: &UnitTree, text: Option<&str>) -> Result<RecordNo, AppError> {
        let Some(text) = text.filter(|text| !text.is_empty()) else {
            return Ok(tree.roots().first().copied().unwrap_or(0));
        };
        if let Some(record) = text.strip_prefix('#').and_then(|number| number.parse().ok()) {
            return Ok(record);
        }
        let code = match tree.named(text)[..] {
            [one] => return Ok(one),
            [] => Code::UnknownUnit,
            _ => Code::AmbiguousUnit,
        };
        let line = self.app.locale().line(&Refusal::new(code).with("value", text), None);
        Err(AppError::Refused(vec![line]))
    }

    /// The tree that decides what is below, on a day.
    pub fn tree(&self, day: Day, known_at: EntryNo) -> Arc<UnitTree> {
        self.app.tree(&self.reading, day, known_at)
    }

    /// One figure.
    pub fn figure(&mut self, question: &FigureQuestion) -> Result<Figure, AppError> {
        let account = self.account(&question.account)?;
        let known_at = self.known_at(question.known_at.as_deref())?;
        let last = last_day(question.span);
        let tree = self.tree(last, known_at);
        let unit = self.unit(&tree, question.unit.as_deref())?;
        let span = fitted(&account, question.span);
        let (sum, state, value) = self.value(&account, unit, span, known_at)?;
        let node = tree.get(unit);
        let mut figure = Figure {
            unit,
            unit_code: node.map_or(String::new(), |node| node.code.clone()),
            unit_name: node.map_or(String::new(), |node| node.name.clone()),
            span,
            known_at,
            state,
            forecast: self.is_forecast(last, known_at)?,
            value: None,
            measure: self.base(&account),
            shown: String::from("—"),
            shown_measure: measure_name(&self.definition, &account.measure).to_owned(),
            sum,
            account,
        };
        if state == FigureState::Reported
            && let Some(units) = value
        {
            figure.value = Some(print_scaled(units, figure.account.scale));
            figure.shown = self.shown(&figure.account, units);
        }
        Ok(figure)
    }

    /// An amount in an account's measure.
    pub fn shown(&self, account: &Account, units: i64) -> String {
        match self.definition.measures.get(&account.measure) {
            Some(measure) => show_amount(units, account.scale, measure),
            None => print_scaled(units, account.scale),
        }
    }

    /// An amount in another measure of the same base, exact or rounded for print.
    pub fn shown_in(&self, account: &Account, units: i64, measure: &str, places: Option<u32>) -> Option<String> {
        let measure = self.definition.measures.get(measure)?;
        if measure.base != self.base(account) {
            return None;
        }
        Some(match places {
            Some(places) => print_amount(units, account.scale, measure, places),
            None => show_amount(units, account.scale, measure),
        })
    }

    fn base(&self, account: &Account) -> String {
        self.definition
            .measures
            .get(&account.measure)
            .map_or(account.measure.clone(), |measure| measure.base.clone())
    }

    fn is_forecast(&mut self, last: Day, known_at: EntryNo) -> Result<bool, AppError> {
        let entry = taizhang_store::journal::entry(self.reading.conn()?, known_at)?;
        Ok(entry.is_some_and(|entry| last > crate::clock::day_of(entry.recorded_at)))
    }

    /// The definition by which figures of a day are judged, as it was known at an entry (law 4): a formula
    /// changed since leaves what was known before as it was.
    fn judge(&self, day: Day, known_at: EntryNo) -> Arc<Definition> {
        let known = self.reading.caches.rules.as_known(known_at);
        let judge = known.in_force(day).map(|version| version.definition.clone());
        judge.unwrap_or_else(|| self.definition.clone())
    }

    /// An account as that definition has it; for days before it was defined, as it was defined first.
    fn judged(&self, account: AccountNo, day: Day, known_at: EntryNo) -> Option<Arc<Account>> {
        let judge = self.judge(day, known_at);
        let known = self.reading.caches.rules.as_known(known_at);
        let versions = known.versions().iter().map(|version| &version.definition);
        let mut all = std::iter::once(&judge).chain(versions).chain([&self.definition]);
        all.find_map(|definition| definition.accounts.get(&account).cloned())
    }

    /// The value of an account for a unit and all below it: the sum, whether there is one, the amount.
    fn value(
        &mut self,
        account: &Arc<Account>,
        unit: RecordNo,
        span: Span,
        known_at: EntryNo,
    ) -> Result<(Sum, FigureState, Option<i64>), AppError> {
        let judged = self.judged(account.no, last_day(span), known_at);
        let account = judged.as_ref().unwrap_or(account);
        if let AccountKind::Formula(formula) = &account.kind {
            let mut parts = BTreeMap::new();
            for slot in formula.accounts() {
                let Some(part) = self.judged(AccountNo(slot.0), last_day(span), known_at) else {
                    continue;
                };
                let (_, state, units) = self.value(&part, unit, fitted(&part, span), known_at)?;
                if state == FigureState::Reported {
                    parts.insert(slot.0, units.map(|units| decimal(units, part.scale)));
                }
            }
            let result = formula.eval(&|slot: Slot| parts.get(&slot.0).copied().flatten());
            let units = result.and_then(|result| taizhang_core::value::scaled(result, account.scale));
            let state = if parts.is_empty() {
                FigureState::NotReported
            } else {
                FigureState::Reported
            };
            return Ok((Sum::default(), state, units));
        }
        let sum = self.sum(account, unit, span, known_at)?;
        let state = self.state(account, unit, span, known_at, sum)?;
        Ok((sum, state, Some(sum.amount)))
    }

    /// The sum of an account over a unit and all below it: by the tree of the day for a level, by the
    /// tree of each posting's day for a movement.
    fn sum(&mut self, account: &Account, unit: RecordNo, span: Span, known_at: EntryNo) -> Result<Sum, AppError> {
        let head = self.reading.n();
        let mut sum = Sum::default();
        for (span, day) in self.segments(span, known_at) {
            let tree = self.tree(day, known_at);
            let below = tree.with_below(unit);
            for ((of, _), cell) in figure::cells(self.reading.conn()?, account.no, span, known_at, head)? {
                if unit == 0 || below.contains(&of) {
                    sum.add(cell);
                }
            }
        }
        Ok(sum)
    }

    /// Stretches of a movement over which the tree does not change, each with a day of that tree.
    fn segments(&self, span: Span, known_at: EntryNo) -> Vec<(Span, Day)> {
        let Span::Between(from, to) = span else {
            return vec![(span, last_day(span))];
        };
        let history = self.reading.caches.units(known_at);
        let mut starts: Vec<Day> = history
            .days()
            .into_iter()
            .filter(|day| from < *day && *day <= to)
            .collect();
        starts.insert(0, from);
        let ends = starts.iter().skip(1).map(|day| day.plus(-1)).chain([to]);
        starts
            .iter()
            .zip(ends)
            .map(|(from, to)| (Span::Between(*from, to), to))
            .collect()
    }

    fn state(
        &mut self,
        account: &Account,
        unit: RecordNo,
        span: Span,
        known_at: EntryNo,
        sum: Sum,
    ) -> Result<FigureState, AppError> {
        if known_at == 0 {
            return Ok(FigureState::NotReported);
        }
        let (registers, over_values) = feeding(&self.judge(last_day(span), known_at), account.no);
        let tree = self.tree(last_day(span), known_at);
        let below = tree.with_below(unit);
        let first = match span {
            Span::AsOf(day) => day,
            Span::Between(from, _) => from,
        };
        let counts = |of: RecordNo| unit == 0 || below.contains(&of);
        let known_from = figure::known_from(self.reading.conn()?, &registers, &counts, known_at)?;
        // What one unit took over later does not make unknown what others know of that day.
        if sum == Sum::default() && known_from.is_some_and(|from| first < from) {
            return Ok(FigureState::NotReported);
        }
        let nothing = sum.reported <= 0 && over_values;
        Ok(match (nothing, sum.missing > 0, sum.not_applicable > 0) {
            (false, ..) => FigureState::Reported,
            (true, true, _) => FigureState::NotReported,
            (true, false, true) => FigureState::NotApplicable,
            (true, false, false) if self.was_ever_posted(account, known_at)? => FigureState::Reported,
            (true, false, false) => FigureState::NotReported,
        })
    }

    /// A movement of nothing in a period is zero once the account has had any record at all.
    fn was_ever_posted(&mut self, account: &Account, known_at: EntryNo) -> Result<bool, AppError> {
        let head = self.reading.n();
        let all = figure::cells(self.reading.conn()?, account.no, Span::AsOf(Day::MAX), known_at, head)?;
        Ok(account.kind != AccountKind::Stock && !all.is_empty())
    }
}

/// The last day of a span.
pub fn last_day(span: Span) -> Day {
    match span {
        Span::AsOf(day) | Span::Between(_, day) => day,
    }
}

/// A level is asked for a day, a movement for a period (from the year's first day, if only a day is said).
fn fitted(account: &Account, span: Span) -> Span {
    match (&account.kind, span) {
        (AccountKind::Formula(_), span) => span,
        (kind, Span::Between(_, to)) if kind.is_stock() => Span::AsOf(to),
        (kind, Span::AsOf(day)) if !kind.is_stock() => Span::Between(Day::of(day.year(), 1, 1).unwrap_or(day), day),
        (_, span) => span,
    }
}

/// The registers that feed an account, and whether it sums a field that can be missing.
fn feeding(definition: &Definition, account: AccountNo) -> (Vec<u32>, bool) {
    let mut registers = Vec::new();
    let mut over_values = false;
    for register in &definition.registers {
        let feeds = |rule: &&taizhang_core::definition::PostingRule| {
            rule.account == account || matches!(&rule.kind, RuleKind::Money { credit, .. } if *credit == account)
        };
        for rule in register.postings.iter().filter(feeds) {
            if !registers.contains(&register.no.0) {
                registers.push(register.no.0);
            }
            over_values |= rule.amount != Amount::One && !matches!(rule.kind, RuleKind::Money { .. });
        }
    }
    (registers, over_values)
}
