//! Room: postings (分录) — the pure function P of a record's timeline and of the rules (law 3).
//!
//! An entry posts P(after) − P(before) and nothing else ever writes a posting. P reads no clock, no
//! other record and no personal field.

mod clock;
mod duty;

pub use clock::{Run, limit_runs};
pub use duty::{Duty, Overdue, duties_on, open_duties};

use crate::day::Day;
use crate::definition::{Account, Amount, Definition, PostingRule, Register, RuleKind, Trigger, Which};
use crate::expr::{Env, Program};
use crate::id::{AccountNo, FieldNo, RecordNo};
use crate::rules::Rules;
use crate::timeline::{Happening, HappeningKind, Seen, State, Timeline, state_on};
use crate::value::{Cell, Value, decimal, print_scaled, scaled};
use duty::overdue_spans;
use std::collections::{BTreeMap, BTreeSet};

/// What a step of an account is: one line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Posting {
    /// The account.
    pub account: AccountNo,
    /// The record's unit on the day.
    pub unit: RecordNo,
    /// The account's dimensions on the day, joined by U+001F; empty if it has none.
    pub dim: String,
    /// The day.
    pub day: Day,
    /// The record.
    pub record: RecordNo,
    /// The amount, in the account's scaled base unit.
    pub amount: i64,
    /// By how many the records with a value change.
    pub reported: i32,
    /// By how many the records without a value change.
    pub missing: i32,
    /// By how many the records to which the question does not apply change.
    pub not_applicable: i32,
}

/// The largest amount that one record may post at one place, either way: 10¹⁵ of the scaled base
/// unit (in fen, ten trillion yuan). Nine thousand of them still add up in 64 bits, their differences
/// always do, and no program that reads numbers as JSON or from a workbook rounds them.
pub const AMOUNT_MAX: i64 = 1_000_000_000_000_000;

/// What several rules may post together at one place, so that a difference of two never overflows.
const LINE_MAX: u64 = 1 << 61;

/// An amount that no account can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("amount overflow on account {0}")]
pub struct Overflow(pub AccountNo);

/// Where a posting falls.
type Place = (AccountNo, RecordNo, String, Day);

/// Amount and counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Step {
    amount: i64,
    reported: i32,
    missing: i32,
    not_applicable: i32,
}

impl Step {
    fn add(&mut self, step: Step, account: AccountNo) -> Result<(), Overflow> {
        let sum = self
            .amount
            .checked_add(step.amount)
            .filter(|sum| sum.unsigned_abs() <= LINE_MAX);
        self.amount = sum.ok_or(Overflow(account))?;
        self.reported += step.reported;
        self.missing += step.missing;
        self.not_applicable += step.not_applicable;
        Ok(())
    }
}

/// The text between the parts of a posting's dimension.
pub const DIM_SEPARATOR: char = '\u{1f}';

/// P: the postings of a record, sorted, one per place.
pub fn postings(timeline: &Timeline, rules: &Rules) -> Result<Vec<Posting>, Overflow> {
    if timeline.void {
        return Ok(Vec::new());
    }
    let mut ledger = Ledger { lines: BTreeMap::new() };
    let states = timeline.states();
    for leg in &timeline.legs {
        let step = Step {
            amount: leg.amount,
            ..Step::default()
        };
        ledger.add((leg.account, leg.unit, leg.dim.clone(), leg.day), step)?;
    }
    if let (Some((first, _)), Some((last, _))) = (states.first(), states.last()) {
        for version in rules.versions() {
            let judged = |day: Day| rules.in_force(day).is_some_and(|judge| judge.n == version.n);
            let Some(register) = version.definition.register(timeline.register) else {
                continue;
            };
            let case = Case {
                timeline,
                states: &states,
                register,
                definition: &version.definition,
            };
            case.flows(&judged, &mut ledger)?;
        }
        stocks(timeline, &states, rules, (*first, *last), &mut ledger)?;
    }
    Ok(ledger.into_postings(timeline.record))
}

/// What writing an entry appends: after − before, without lines that cancel.
pub fn difference(after: &[Posting], before: &[Posting]) -> Vec<Posting> {
    let mut lines: BTreeMap<(Place, RecordNo), Step> = BTreeMap::new();
    let sides = after
        .iter()
        .map(|posting| (posting, 1))
        .chain(before.iter().map(|posting| (posting, -1)));
    for (posting, sign) in sides {
        let place = (posting.account, posting.unit, posting.dim.clone(), posting.day);
        let line = lines.entry((place, posting.record)).or_default();
        line.amount += i64::from(sign) * posting.amount;
        line.reported += sign * posting.reported;
        line.missing += sign * posting.missing;
        line.not_applicable += sign * posting.not_applicable;
    }
    lines
        .into_iter()
        .filter(|(_, step)| *step != Step::default())
        .map(|((place, record), step)| posting(place, record, step))
        .collect()
}

fn posting((account, unit, dim, day): Place, record: RecordNo, step: Step) -> Posting {
    let Step {
        amount,
        reported,
        missing,
        not_applicable,
    } = step;
    Posting {
        account,
        unit,
        dim,
        day,
        record,
        amount,
        reported,
        missing,
        not_applicable,
    }
}

struct Ledger {
    lines: BTreeMap<Place, Step>,
}

impl Ledger {
    fn add(&mut self, place: Place, step: Step) -> Result<(), Overflow> {
        let account = place.0;
        self.lines.entry(place).or_default().add(step, account)
    }

    fn into_postings(self, record: RecordNo) -> Vec<Posting> {
        let lines = self.lines.into_iter().filter(|(_, step)| *step != Step::default());
        lines.map(|(place, step)| posting(place, record, step)).collect()
    }
}

/// Stocks and late accounts: the step of f(state, day) at every day on which it can change.
fn stocks(
    timeline: &Timeline,
    states: &[(Day, State)],
    rules: &Rules,
    (first, _): (Day, Day),
    ledger: &mut Ledger,
) -> Result<(), Overflow> {
    let mut days: BTreeSet<Day> = states.iter().map(|(day, _)| *day).collect();
    let mut overdue: Vec<(crate::id::EntryNo, String, Vec<Overdue>)> = Vec::new();
    for version in rules.versions() {
        days.insert(version.from);
        let Some(register) = version.definition.register(timeline.register) else {
            continue;
        };
        for limit in &register.limits {
            let spans = overdue_spans(timeline, states, limit, &version.definition);
            days.extend(spans.iter().map(|span| span.from));
            days.extend(spans.iter().filter_map(|span| span.ended));
            overdue.push((version.n, limit.id.clone(), spans));
        }
        days.extend(register.postings.iter().flat_map(|rule| named_days(rule, states)));
    }
    let mut before: BTreeMap<(AccountNo, RecordNo, String), Step> = BTreeMap::new();
    for day in days.into_iter().filter(|day| *day >= first) {
        let standing = standing_on(day, timeline, states, rules, &overdue)?;
        for (place, step) in &standing {
            let was = before.remove(place).unwrap_or_default();
            let change = minus(*step, was);
            ledger.add((place.0, place.1, place.2.clone(), day), change)?;
        }
        for (place, was) in std::mem::take(&mut before) {
            ledger.add((place.0, place.1, place.2, day), minus(Step::default(), was))?;
        }
        before = standing;
    }
    Ok(())
}

/// The days that fields name: a certificate begins, and ends on the day after its last.
fn named_days<'a>(rule: &'a PostingRule, states: &'a [(Day, State)]) -> Vec<Day> {
    let RuleKind::Stock { from, until } = &rule.kind else {
        return Vec::new();
    };
    let begins = states
        .iter()
        .filter_map(|(_, state)| from.and_then(|field| state.day(field)));
    let ends = states
        .iter()
        .filter_map(|(_, state)| until.and_then(|field| state.day(field)).map(Day::next));
    begins.chain(ends).collect()
}

type Standing = BTreeMap<(AccountNo, RecordNo, String), Step>;

fn standing_on(
    day: Day,
    timeline: &Timeline,
    states: &[(Day, State)],
    rules: &Rules,
    overdue: &[(crate::id::EntryNo, String, Vec<Overdue>)],
) -> Result<Standing, Overflow> {
    let mut standing = Standing::new();
    let (Some(state), Some(version)) = (state_on(states, day), rules.in_force(day)) else {
        return Ok(standing);
    };
    let Some(register) = version.definition.register(timeline.register) else {
        return Ok(standing);
    };
    let posted = Posted {
        seen: Seen { state, day },
        register,
        definition: &version.definition,
    };
    for rule in &register.postings {
        let stands = match &rule.kind {
            RuleKind::Stock { from, until } => {
                from.is_none_or(|field| state.day(field).is_some_and(|from| from <= day))
                    && until.is_none_or(|field| state.day(field).is_none_or(|until| day <= until))
            }
            RuleKind::Late { limit } => overdue
                .iter()
                .filter(|(n, id, _)| *n == version.n && id == limit)
                .any(|(_, _, spans)| spans.iter().any(|span| span.covers(day))),
            _ => false,
        };
        if !stands || !posted.holds(rule.when.as_ref()) {
            continue;
        }
        let Some(unit) = posted.unit() else { continue };
        let step = posted.amount(rule)?;
        let line = standing
            .entry((rule.account, unit, posted.dims(&rule.dims)))
            .or_default();
        line.add(step, rule.account)?;
    }
    Ok(standing)
}

fn minus(a: Step, b: Step) -> Step {
    Step {
        amount: a.amount - b.amount,
        reported: a.reported - b.reported,
        missing: a.missing - b.missing,
        not_applicable: a.not_applicable - b.not_applicable,
    }
}

/// One record under one version of the rules.
struct Case<'a> {
    timeline: &'a Timeline,
    states: &'a [(Day, State)],
    register: &'a Register,
    definition: &'a Definition,
}

impl Case<'_> {
    /// Flows and money legs whose day this version judges.
    fn flows(&self, judged: &dyn Fn(Day) -> bool, ledger: &mut Ledger) -> Result<(), Overflow> {
        for rule in &self.register.postings {
            for (day, at) in self.occasions(rule) {
                if !judged(day) {
                    continue;
                }
                let Some(state) = state_on(self.states, at).or(self.states.first().map(|(_, state)| state)) else {
                    continue;
                };
                let posted = Posted {
                    seen: Seen { state, day: at },
                    register: self.register,
                    definition: self.definition,
                };
                let Some(unit) = posted.unit() else { continue };
                if !posted.holds(rule.when.as_ref()) {
                    continue;
                }
                let step = posted.amount(rule)?;
                ledger.add((rule.account, unit, posted.dims(&rule.dims), day), step)?;
                if let RuleKind::Money {
                    credit, credit_dims, ..
                } = &rule.kind
                {
                    let other = Step {
                        amount: -step.amount,
                        ..Step::default()
                    };
                    ledger.add((*credit, unit, posted.dims(credit_dims), day), other)?;
                }
            }
        }
        Ok(())
    }

    /// The days on which a rule posts, each with the day whose state judges it.
    fn occasions(&self, rule: &PostingRule) -> Vec<(Day, Day)> {
        let of_moves = |name: &str, which: Which| {
            let days: Vec<Day> = self
                .timeline
                .events
                .iter()
                .filter(|event| is_move(event, name))
                .map(|e| e.on)
                .collect();
            let chosen: Vec<Day> = match which {
                Which::First => days.first().copied().into_iter().collect(),
                Which::Last => days.last().copied().into_iter().collect(),
                Which::Each => days,
            };
            chosen.into_iter().map(|day| (day, day)).collect()
        };
        match &rule.kind {
            RuleKind::Stock { .. } | RuleKind::Late { .. } => Vec::new(),
            RuleKind::FlowOnField { field, last_state } => self.on_field(*field, *last_state),
            // A state taken over (期初) is no event of its day; the money in it is taken over too.
            RuleKind::FlowOnOpen if self.timeline.is_taken_over() => Vec::new(),
            RuleKind::FlowOnOpen | RuleKind::Money { on: Trigger::Open, .. } => {
                self.timeline.opened_on().map(|day| (day, day)).into_iter().collect()
            }
            RuleKind::FlowOnMove { name, which } => of_moves(name, *which),
            RuleKind::Money {
                on: Trigger::Move(name),
                ..
            } => of_moves(name, Which::Each),
            RuleKind::Money {
                on: Trigger::Field(field),
                ..
            } => self.on_field(*field, false),
            RuleKind::FinishedLate { limit } => {
                let Some(limit) = self.register.limits.iter().find(|l| l.id == *limit) else {
                    return Vec::new();
                };
                let spans = overdue_spans(self.timeline, self.states, limit, self.definition);
                spans
                    .iter()
                    .filter_map(|span| span.ended)
                    .map(|day| (day, day))
                    .collect()
            }
        }
    }

    /// The day that a field names at last, judged by that day's state, or by that of the first day
    /// on which the field held this value, if later.
    fn on_field(&self, field: FieldNo, last_state: bool) -> Vec<(Day, Day)> {
        let Some((last, state)) = self.states.last() else {
            return Vec::new();
        };
        let Some(day) = state.day(field) else { return Vec::new() };
        if last_state {
            return vec![(day, (*last).max(day))];
        }
        let value = state.cell(field);
        let since = self
            .states
            .iter()
            .find(|(_, state)| state.cell(field) == value)
            .map_or(*last, |(since, _)| *since);
        vec![(day, day.max(since))]
    }
}

fn is_move(event: &Happening, name: &str) -> bool {
    matches!(&event.kind, HappeningKind::Move(moved) if moved == name)
}

/// A state on a day, with the register and the definition that say what it posts.
struct Posted<'a> {
    seen: Seen<'a>,
    register: &'a Register,
    definition: &'a Definition,
}

impl Posted<'_> {
    fn holds(&self, when: Option<&Program>) -> bool {
        when.is_none_or(|program| program.eval_bool(&self.seen) == Some(true))
    }

    fn unit(&self) -> Option<RecordNo> {
        self.register.unit.and_then(|field| self.seen.state.unit(field))
    }

    fn amount(&self, rule: &PostingRule) -> Result<Step, Overflow> {
        let overflow = Overflow(rule.account);
        let scale = self
            .definition
            .accounts
            .get(&rule.account)
            .map_or(0, |account: &std::sync::Arc<Account>| account.scale);
        let one = Step {
            reported: 1,
            ..Step::default()
        };
        match &rule.amount {
            Amount::One => Ok(Step {
                amount: 10_i64.checked_pow(scale).ok_or(overflow)?,
                ..one
            }),
            Amount::Field(field) => match self.seen.state.cell(*field) {
                Some(Cell::Is(Value::Num(units))) => {
                    let from = self.register.field(*field).map_or(0, |field| field.scale());
                    let amount = held(decimal(*units, from), scale).ok_or(overflow)?;
                    Ok(Step { amount, ..one })
                }
                Some(Cell::NotApplicable) => Ok(Step {
                    not_applicable: 1,
                    ..Step::default()
                }),
                _ => Ok(Step {
                    missing: 1,
                    ..Step::default()
                }),
            },
            Amount::Rule(program) => match program.eval_number(&self.seen) {
                Some(number) => Ok(Step {
                    amount: held(number, scale).ok_or(overflow)?,
                    ..one
                }),
                None if self.does_not_apply(program) => Ok(Step {
                    not_applicable: 1,
                    ..Step::default()
                }),
                None => Ok(Step {
                    missing: 1,
                    ..Step::default()
                }),
            },
        }
    }

    /// A rule does not apply when something it reads does not, and nothing it reads is missing.
    fn does_not_apply(&self, program: &Program) -> bool {
        let cells: Vec<Option<&Cell>> = program.reads().iter().map(|slot| self.seen.cell(*slot)).collect();
        cells.contains(&Some(&Cell::NotApplicable)) && !cells.contains(&None)
    }

    fn dims(&self, fields: &[FieldNo]) -> String {
        dims_of(self.register, self.seen.state, fields)
    }
}

/// The dimension of a holder: what a state says in these fields.
pub fn dims_of(register: &Register, state: &State, fields: &[FieldNo]) -> String {
    let mut text = String::new();
    for (at, field) in fields.iter().enumerate() {
        if at > 0 {
            text.push(DIM_SEPARATOR);
        }
        text.push_str(&dim(register, state, *field));
    }
    text
}

fn dim(register: &Register, state: &State, field: FieldNo) -> String {
    match state.value(field) {
        Some(Value::Text(text) | Value::Choice(text)) => text.replace(DIM_SEPARATOR, " "),
        Some(Value::Num(units)) => print_scaled(*units, register.field(field).map_or(0, |field| field.scale())),
        Some(Value::Date(day, _)) => day.to_string(),
        Some(Value::Month(month)) => month.to_string(),
        Some(Value::Unit(record) | Value::Link(record)) => record.to_string(),
        _ => String::new(),
    }
}

/// An amount as an account holds it.
fn held(amount: rust_decimal::Decimal, scale: u32) -> Option<i64> {
    scaled(amount, scale).filter(|units| units.unsigned_abs() <= AMOUNT_MAX.unsigned_abs())
}
