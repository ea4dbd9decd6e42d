//! Room: the one way out for figures. Sums from the store, a tree and a definition of the same two
//! times, and every answer names the entry that it knows.

mod embargo;
mod fed;
mod fold;
pub(in crate::app) mod held;
mod ledger;
mod opened;
mod reach;
mod rows;
mod since;

pub(super) use fold::Folded;
pub use ledger::{Running, RunningLine, Trial, TrialRow};
pub use opened::{Opened, OpenedItem};
pub use rows::{By, FigureRow};
pub use since::{Apart, Movement, Share};
pub use taizhang_store::figure::{Span, Sum};

use super::checked::Shown;
use super::names::measure_name;
use super::{App, definition};
use crate::clock::instant_of;
use crate::error::AppError;
use crate::locale::Locale;
use fed::Fed;
use fold::Stretches;
use reach::Within;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use taizhang_core::day::Day;
use taizhang_core::definition::{Account, AccountKind, Definition, Measure};
use taizhang_core::expr::{Formula, Slot};
use taizhang_core::field_kinds::{print_amount, show_amount};
use taizhang_core::id::{AccountNo, EntryNo, RecordNo, RegisterNo};
use taizhang_core::posting::Posting;
use taizhang_core::refusal::{Code, Refusal};
use taizhang_core::unit::UnitTree;
use taizhang_core::value::{decimal, print_scaled};
use taizhang_store::Reading;

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
    /// Its unit would be shown as late and checks it first (核对中).
    Checking,
}

impl FigureState {
    /// The word in answers.
    pub fn key(self) -> &'static str {
        match self {
            FigureState::Reported => "reported",
            FigureState::NotReported => "not_reported",
            FigureState::NotApplicable => "not_applicable",
            FigureState::Checking => "checking",
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
    /// Postings that are only supposed; none outside a scenario.
    supposed: BTreeMap<AccountNo, Vec<Posting>>,
    /// What was read already, since many figures are asked of one moment.
    folds: HashMap<Asked, Arc<Folded>>,
    posted: HashMap<Asked, Arc<Folded>>,
    stretches: HashMap<(Span, EntryNo), Arc<Stretches>>,
    fed: HashMap<(AccountNo, Day, EntryNo), Option<Arc<Fed>>>,
    openings: HashMap<(RegisterNo, EntryNo), Arc<BTreeMap<RecordNo, Day>>>,
    known: Option<(String, EntryNo)>,
    recorded: Option<(EntryNo, Option<Day>)>,
    checked: Option<(held::Moment, Option<Arc<Shown>>)>,
}

/// What sums were asked for.
pub(super) type Asked = (AccountNo, Span, EntryNo);

impl App {
    /// Opens a moment for questions.
    pub fn asking(&self) -> Result<Asking<'_>, AppError> {
        let reading = self.reading()?;
        let definition = definition(&reading)?;
        Ok(Asking {
            app: self,
            reading,
            definition,
            supposed: BTreeMap::new(),
            folds: HashMap::new(),
            posted: HashMap::new(),
            stretches: HashMap::new(),
            fed: HashMap::new(),
            openings: HashMap::new(),
            known: None,
            recorded: None,
            checked: None,
        })
    }
}

impl<'a> Asking<'a> {
    /// The book that is asked.
    pub(in crate::app) fn app(&self) -> &'a App {
        self.app
    }

    /// The words of answers.
    pub(in crate::app) fn locale(&self) -> &'a Locale {
        self.app.locale()
    }

    /// Today.
    pub(in crate::app) fn today(&self) -> Day {
        self.app.today()
    }
}

impl Asking<'_> {
    /// Counts postings that are only supposed beside the book's own (推演).
    pub(in crate::app) fn suppose(&mut self, postings: Vec<Posting>) {
        self.supposed = fold::by_account(postings);
        self.folds.clear();
    }

    /// The entry that "known at" means: the last of the command of a number, an instant, or the head.
    pub fn known_at(&mut self, text: Option<&str>) -> Result<EntryNo, AppError> {
        let head = self.reading.n();
        let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
            return Ok(head);
        };
        if let Some((_, n)) = self.known.as_ref().filter(|(known, _)| known == text) {
            return Ok(*n);
        }
        let n = self.known_by(text, head)?;
        self.known = Some((text.to_owned(), n));
        Ok(n)
    }

    fn known_by(&mut self, text: &str, head: EntryNo) -> Result<EntryNo, AppError> {
        if let Ok(n) = text.parse::<EntryNo>() {
            if !(0..=head).contains(&n) {
                return Err(AppError::asked("app.no_such_entry", &[("entry", &n), ("head", &head)]));
            }
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
        let numbered = text.strip_prefix('#').and_then(|number| number.parse().ok());
        let code = match tree.named(text)[..] {
            // A unit that the day does not know yet may be asked for all the same, and has nothing.
            _ if numbered.is_some_and(|unit| self.is_unit(tree, unit)) => return Ok(numbered.unwrap_or_default()),
            [one] => return Ok(one),
            [] => Code::UnknownUnit,
            _ => Code::AmbiguousUnit,
        };
        let unit = self.app.locale().text("page.stand.unit");
        let refusal = Refusal::new(code).with("field", unit).with("value", text);
        Err(AppError::refuse(self.app.locale(), &refusal))
    }

    /// Whether a number is that of a unit, of the tree of a day or of any other.
    fn is_unit(&self, tree: &UnitTree, unit: RecordNo) -> bool {
        tree.get(unit).is_some() || self.tree(Day::MAX, self.reading.n()).get(unit).is_some()
    }

    /// The tree that decides what is below, on a day.
    pub fn tree(&self, day: Day, known_at: EntryNo) -> Arc<UnitTree> {
        self.app.tree(&self.reading, day, known_at)
    }

    /// One figure.
    pub fn figure(&mut self, question: &FigureQuestion) -> Result<Figure, AppError> {
        let asked = self.account(&question.account)?;
        let known_at = self.known_at(question.known_at.as_deref())?;
        let last = last_day(question.span);
        let tree = self.tree(last, known_at);
        let unit = self.unit(&tree, question.unit.as_deref())?;
        let part = self.part(asked.no, Within::Below(unit), question.span, known_at)?;
        let node = tree.get(unit);
        let mut figure = Figure {
            unit,
            unit_code: node.map_or(String::new(), |node| node.code.clone()),
            unit_name: node.map_or(String::new(), |node| node.name.clone()),
            span: part.span,
            known_at,
            state: part.state,
            forecast: self.is_forecast(last, known_at)?,
            value: None,
            measure: self.base(&part.account),
            shown: String::from("—"),
            shown_measure: measure_name(&self.definition, &part.account.measure).to_owned(),
            sum: part.sum,
            account: part.account,
        };
        if let Some(units) = part.units {
            figure.value = Some(print_scaled(units, figure.account.scale));
            figure.shown = self.shown(&figure.account, units);
        }
        Ok(figure)
    }

    /// An amount in an account's measure.
    pub fn shown(&self, account: &Account, units: i64) -> String {
        match self.measure(&account.measure) {
            Some(measure) => show_amount(units, account.scale, measure),
            None => print_scaled(units, account.scale),
        }
    }

    /// An amount in another measure of the same base, exact or rounded for print.
    pub fn shown_in(&self, account: &Account, units: i64, measure: &str, places: Option<u32>) -> Option<String> {
        let measure = self.measure(measure)?;
        if measure.base != self.base(account) {
            return None;
        }
        Some(match places {
            Some(places) => print_amount(units, account.scale, measure, places),
            None => show_amount(units, account.scale, measure),
        })
    }

    fn base(&self, account: &Account) -> String {
        self.measure(&account.measure)
            .map_or(account.measure.clone(), |measure| measure.base.clone())
    }

    /// A measure of the present pack, or of the last one that had it.
    pub(in crate::app) fn measure(&self, id: &str) -> Option<&Measure> {
        let versions = self.reading.caches.rules.versions().iter().rev();
        let mut all = std::iter::once(&self.definition).chain(versions.map(|version| &version.definition));
        all.find_map(|definition| definition.measures.get(id))
    }

    fn is_forecast(&mut self, last: Day, known_at: EntryNo) -> Result<bool, AppError> {
        let recorded = match self.recorded {
            Some((n, day)) if n == known_at => day,
            _ => {
                let entry = taizhang_store::journal::entry(self.reading.conn()?, known_at)?;
                let day = entry.map(|entry| crate::clock::day_of(entry.recorded_at));
                self.recorded = Some((known_at, day));
                day
            }
        };
        Ok(recorded.is_some_and(|day| last > day))
    }

    /// The definition by which figures of a day are judged, as it was known at an entry (law 4): a formula
    /// changed since leaves what was known before as it was.
    pub(super) fn judge(&self, day: Day, known_at: EntryNo) -> Arc<Definition> {
        let known = self.reading.caches.rules.as_known(known_at);
        let judge = known.in_force(day).map(|version| version.definition.clone());
        judge.unwrap_or_else(|| self.definition.clone())
    }

    /// The pack as it was known at an entry; before the first, the present one.
    pub fn definition_known(&self, known_at: EntryNo) -> Arc<Definition> {
        let versions = self.reading.caches.rules.versions().iter().rev();
        let known = versions.into_iter().find(|version| version.n <= known_at);
        known.map_or_else(|| self.definition.clone(), |version| version.definition.clone())
    }

    /// An account as that definition has it; for days before it was defined, as it was defined first.
    fn judged(&self, account: AccountNo, day: Day, known_at: EntryNo) -> Option<Arc<Account>> {
        let judge = self.judge(day, known_at);
        let known = self.reading.caches.rules.as_known(known_at);
        let versions = known.versions().iter().map(|version| &version.definition);
        let mut all = std::iter::once(&judge).chain(versions).chain([&self.definition]);
        all.find_map(|definition| definition.accounts.get(&account).cloned())
    }

    /// The value of an account for a unit with all below it.
    pub(in crate::app) fn value(
        &mut self,
        no: AccountNo,
        unit: RecordNo,
        span: Span,
        known_at: EntryNo,
    ) -> Result<Part, AppError> {
        self.part(no, Within::Below(unit), span, known_at)
    }

    /// The value of an account for some units, as it was defined for the last day of the span.
    fn part(&mut self, no: AccountNo, within: Within, span: Span, known_at: EntryNo) -> Result<Part, AppError> {
        let missing = || AppError::Fault(format!("no account {no}"));
        let fed = self.fed(no, last_day(span), known_at).ok_or_else(missing)?;
        let account = fed.account.clone();
        let span = fitted(&account, span);
        let (sum, state, units) = match &account.kind {
            AccountKind::Formula(formula) => {
                let (state, units) = self.formula(formula, account.scale, within, span, known_at)?;
                (Sum::default(), state, units)
            }
            _ => {
                let sum = self.folded(no, span, known_at)?.sum(within);
                let state = self.state(&fed, within, span, known_at, sum)?;
                (sum, state, (state == FigureState::Reported).then_some(sum.amount))
            }
        };
        Ok(Part {
            account,
            span,
            sum,
            state,
            units,
        })
    }

    /// A formula over the values of its accounts. Where it has no value it is not reported if one of
    /// them is not; else it does not apply if one of them does not; else there is nothing to divide by.
    fn formula(
        &mut self,
        formula: &Formula,
        scale: u32,
        within: Within,
        span: Span,
        known_at: EntryNo,
    ) -> Result<(FigureState, Option<i64>), AppError> {
        let mut parts = BTreeMap::new();
        for slot in formula.accounts() {
            let part = self.part(AccountNo(slot.0), within, span, known_at)?;
            let amount = part.units.map(|units| decimal(units, part.account.scale));
            parts.insert(slot.0, (part.state, amount));
        }
        let result = formula.eval(&|slot: Slot| parts.get(&slot.0).and_then(|(_, amount)| *amount));
        let units = result.and_then(|result| taizhang_core::value::scaled(result, scale));
        let any = |wanted| parts.values().any(|(state, _)| *state == wanted);
        let state = match units {
            Some(_) => FigureState::Reported,
            None if any(FigureState::NotReported) => FigureState::NotReported,
            None if any(FigureState::NotApplicable) => FigureState::NotApplicable,
            None => FigureState::Reported,
        };
        Ok((state, units))
    }
}

/// The value of an account for some units.
pub(in crate::app) struct Part {
    /// As it was defined for the last day.
    pub(in crate::app) account: Arc<Account>,
    /// The days, as the account is asked for.
    pub(in crate::app) span: Span,
    /// The sum behind it; zero for a formula.
    sum: Sum,
    state: FigureState,
    /// The amount, if there is one.
    pub(in crate::app) units: Option<i64>,
}

/// Whether a sum says something: counted records always do, values only if somebody reported one. None
/// if no record is there to say anything.
fn said(sum: Sum, over_values: bool) -> Option<FigureState> {
    match (
        over_values && sum.reported <= 0,
        sum.missing > 0,
        sum.not_applicable > 0,
    ) {
        (false, ..) => Some(FigureState::Reported),
        (true, true, _) => Some(FigureState::NotReported),
        (true, false, true) => Some(FigureState::NotApplicable),
        (true, false, false) => None,
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

fn of_posting(posting: &Posting) -> Sum {
    Sum {
        amount: posting.amount,
        reported: posting.reported.into(),
        missing: posting.missing.into(),
        not_applicable: posting.not_applicable.into(),
    }
}
