//! Room: posting rules: what a record does to accounts, checked against what each account holds.

use super::super::fault::{FaultCode, Holds, Wanted};
use super::super::source::{PostingSource, RuleSource, TriggerSource};
use super::super::sources::{At, Word};
use super::super::words::YUAN;
use super::account::{Accounts, Shape};
use super::scope::Scope;
use crate::definition::{Amount, FieldKind, PostingRule, RuleKind, Trigger, Which};
use crate::expr::{Program, Type};
use crate::id::FieldNo;

/// The posting rules of a register. Postings belong to a unit, so the register must name one.
pub(super) fn postings(scope: &Scope<'_>, accounts: &Accounts<'_>) -> Vec<PostingRule> {
    let source = scope.source;
    if let (Some(first), None) = (source.postings.first(), &source.unit) {
        scope.ground.sources.fault(
            first.at,
            FaultCode::NoUnit {
                register: source.id.text.clone(),
            },
        );
    }
    source
        .postings
        .iter()
        .filter_map(|posting| rule(scope, accounts, posting))
        .collect()
}

fn rule(scope: &Scope<'_>, accounts: &Accounts<'_>, source: &PostingSource) -> Option<PostingRule> {
    let account = accounts.fed_by(&source.account, posts(&source.kind));
    let when = source.when.as_ref().and_then(|when| scope.program(when, Type::Bool));
    let amount = amount(scope, source);
    check_day_is_not_read(scope, source, when.as_ref(), &amount);
    let kind = kind(scope, accounts, source, account);
    let account = account?;
    check_amount(scope, source, account, &amount);
    let dims = dims(scope, account, &source.account, source.dims.as_deref(), source.at);
    Some(PostingRule {
        account: account.no,
        kind: kind?,
        when,
        amount: amount?,
        dims,
    })
}

fn posts(kind: &RuleSource) -> Holds {
    match kind {
        RuleSource::Stock { .. } => Holds::Stock,
        RuleSource::Flow { .. } | RuleSource::FinishedLate { .. } => Holds::Flow,
        RuleSource::Late { .. } => Holds::Late,
        RuleSource::Money { .. } => Holds::Money,
    }
}

/// One per record, a number field, or a rule. None if it is written wrongly.
fn amount(scope: &Scope<'_>, source: &PostingSource) -> Option<Amount> {
    let Some(word) = &source.amount else {
        return Some(Amount::One);
    };
    if scope.peek(&word.text).is_some() {
        return scope
            .readable(word, Wanted::Number)
            .map(|field| Amount::Field(field.no));
    }
    scope.program(word, Type::Number).map(Amount::Rule)
}

/// A level is evaluated when something is written, and stands until the next day that is named.
fn check_day_is_not_read(scope: &Scope<'_>, source: &PostingSource, when: Option<&Program>, amount: &Option<Amount>) {
    if !matches!(source.kind, RuleSource::Stock { .. } | RuleSource::Late { .. }) {
        return;
    }
    let of_when = when.filter(|program| program.reads_day()).and(source.when.as_ref());
    let of_amount = match amount {
        Some(Amount::Rule(program)) if program.reads_day() => source.amount.as_ref(),
        _ => None,
    };
    for word in of_when.into_iter().chain(of_amount) {
        scope.ground.sources.fault(word.at, FaultCode::ReadsDay);
    }
}

fn kind(
    scope: &Scope<'_>,
    accounts: &Accounts<'_>,
    source: &PostingSource,
    debit: Option<&Shape<'_>>,
) -> Option<RuleKind> {
    match &source.kind {
        RuleSource::Stock { from, until } => {
            let day = |word: &Option<Word>| -> Option<FieldNo> {
                word.as_ref()
                    .and_then(|word| scope.readable(word, Wanted::Date))
                    .map(|field| field.no)
            };
            Some(RuleKind::Stock {
                from: day(from),
                until: day(until),
            })
        }
        RuleSource::Flow { on, which, last_state } => flow(scope, on, *which, *last_state),
        RuleSource::Late { limit } => limit_id(scope, limit).map(|limit| RuleKind::Late { limit }),
        RuleSource::FinishedLate { limit } => limit_id(scope, limit).map(|limit| RuleKind::FinishedLate { limit }),
        RuleSource::Money {
            on,
            credit,
            credit_dims,
        } => {
            let on = trigger(scope, on);
            let other = accounts.fed_by(credit, Holds::Money)?;
            if debit.is_some_and(|debit| debit.scale != other.scale) {
                let (left, right) = (source.account.text.clone(), credit.text.clone());
                scope
                    .ground
                    .sources
                    .fault(credit.at, FaultCode::ScaleDiffers { left, right });
            }
            let credit_dims = dims(scope, other, credit, credit_dims.as_deref(), source.at);
            Some(RuleKind::Money {
                on: on?,
                credit: other.no,
                credit_dims,
            })
        }
    }
}

fn flow(scope: &Scope<'_>, on: &TriggerSource, which: Which, last_state: bool) -> Option<RuleKind> {
    Some(match trigger(scope, on)? {
        Trigger::Open => RuleKind::FlowOnOpen,
        Trigger::Move(name) => RuleKind::FlowOnMove { name, which },
        Trigger::Field(field) => RuleKind::FlowOnField { field, last_state },
    })
}

fn trigger(scope: &Scope<'_>, on: &TriggerSource) -> Option<Trigger> {
    match on {
        TriggerSource::Open => Some(Trigger::Open),
        TriggerSource::Move(word) => scope
            .moves
            .find(scope.ground.sources, word)
            .map(|()| Trigger::Move(word.text.clone())),
        TriggerSource::Field(word) => scope
            .readable(word, Wanted::DateOrMonth)
            .map(|field| Trigger::Field(field.no)),
        TriggerSource::Unknown => None,
    }
}

fn limit_id(scope: &Scope<'_>, word: &Word) -> Option<String> {
    scope
        .limits
        .find(scope.ground.sources, word)
        .map(|()| word.text.clone())
}

/// An account must be able to hold what the field gives: its decimal places, and its measure.
fn check_amount(scope: &Scope<'_>, source: &PostingSource, account: &Shape<'_>, amount: &Option<Amount>) {
    let (Some(Amount::Field(no)), Some(word)) = (amount, &source.amount) else {
        return;
    };
    let Some(field) = scope.fields.iter().find(|field| field.no == *no) else {
        return;
    };
    if account.scale < field.scale() {
        let code = FaultCode::ScaleLost {
            account: source.account.text.clone(),
            field: word.text.clone(),
        };
        scope.ground.sources.fault(word.at, code);
    }
    let Some(measure) = &account.measure else { return };
    let (base, written) = match &field.kind {
        FieldKind::Money { measure } => (Some(YUAN), measure),
        FieldKind::Quantity { measure, .. } => (base_of(scope, measure), measure),
        _ => return,
    };
    if base.is_some_and(|base| base != measure.base) {
        let code = FaultCode::MeasureDiffers {
            left: measure.id.clone(),
            right: written.clone(),
        };
        scope.ground.sources.fault(word.at, code);
    }
}

fn base_of<'a>(scope: &'a Scope<'_>, measure: &str) -> Option<&'a str> {
    scope.ground.measures.peek(measure).map(|measure| measure.base.as_str())
}

/// The fields that give the dimensions; by default those that have the dimensions' ids.
pub(super) fn dims(
    scope: &Scope<'_>,
    account: &Shape<'_>,
    name: &Word,
    given: Option<&[Word]>,
    at: At,
) -> Vec<FieldNo> {
    let by_id = || {
        account
            .dims
            .iter()
            .map(|dim| Word {
                text: dim.id.clone(),
                at,
            })
            .collect()
    };
    let words: Vec<Word> = given.map_or_else(by_id, <[Word]>::to_vec);
    if words.len() != account.dims.len() {
        let at = words.first().map_or(at, |word| word.at);
        let code = FaultCode::DimCount {
            account: name.text.clone(),
            wanted: account.dims.len(),
            found: words.len(),
        };
        scope.ground.sources.fault(at, code);
    }
    words
        .iter()
        .filter_map(|word| scope.readable_or_stage(word, Wanted::Groupable))
        .collect()
}
