//! Room: what is given to a card, and what of it the card does not know.

use super::card::{Card, Test};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};
use taizhang_core::day::Day;

/// Facts by name.
pub type Input = BTreeMap<String, Given>;

/// One fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// A number.
    Number(Decimal),
    /// Yes or no.
    Truth(bool),
    /// Several numbers, to be averaged.
    Numbers(Vec<Decimal>),
    /// Names, such as those of vetoes.
    Names(Vec<String>),
    /// Marks by part.
    Parts(BTreeMap<String, Decimal>),
}

/// Why a card refuses what is given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InputFault {
    /// The card does not know the name.
    #[error("unknown input {name}")]
    Unknown {
        /// The name.
        name: String,
        /// What the card knows.
        known: Vec<String>,
    },
    /// It is not of the kind that the card needs.
    #[error("{0} is of the wrong kind")]
    WrongKind(String),
    /// A count, a size or a mark below zero.
    #[error("{0} is below zero")]
    Negative(String),
    /// A mark above what it may be.
    #[error("{name}: {given} is outside {min} to {max}")]
    OutOfRange {
        /// What is marked.
        name: String,
        /// The mark.
        given: Decimal,
        /// The least that it may be.
        min: Decimal,
        /// The most that it may be.
        max: Decimal,
    },
    /// The card takes whole marks only.
    #[error("{0} is no whole number")]
    NotWhole(String),
    /// The card is not in force on the day.
    #[error("the card is not in force on {0}")]
    NotValidOn(Day),
}

/// The name under which vetoes are given.
pub(super) const VETOES: &str = "vetoes";

/// Refuses names that the card does not know, and vetoes that it does not have.
pub(super) fn check(card: &Card, input: &Input) -> Result<(), InputFault> {
    let known = known(card);
    let unknown = |name: &String, known: &BTreeSet<&str>| InputFault::Unknown {
        name: name.clone(),
        known: known.iter().map(|name| (*name).to_owned()).collect(),
    };
    if let Some(name) = input.keys().find(|name| !known.contains(name.as_str())) {
        return Err(unknown(name, &known));
    }
    let vetoes: BTreeSet<&str> = card.vetoes.iter().map(|veto| veto.id.as_str()).collect();
    match input.get(VETOES) {
        None => Ok(()),
        Some(Given::Names(names)) => match names.iter().find(|name| !vetoes.contains(name.as_str())) {
            None => Ok(()),
            Some(name) => Err(unknown(name, &vetoes)),
        },
        Some(_) => Err(InputFault::WrongKind(VETOES.to_owned())),
    }
}

/// All names that a card reads.
pub(super) fn known(card: &Card) -> BTreeSet<&str> {
    let mut known = BTreeSet::new();
    let direct = card.direct.iter().flat_map(|direct| &direct.any);
    for gate in card.gates.iter().chain(direct) {
        known.extend(of_test(&gate.test));
    }
    for indicator in &card.indicators {
        known.extend(indicator.value.iter().flat_map(super::card::Source::names));
        known.extend(indicator.bands.iter().filter_map(|band| band.field.as_deref()));
        for alternative in &indicator.alternatives {
            known.extend(alternative.value.names());
        }
        if indicator.panel {
            known.insert(indicator.id.as_str());
        }
    }
    known.extend(card.weights.iter().map(|weight| weight.id.as_str()));
    known.extend(card.adjustments.iter().map(|adjust| adjust.id.as_str()));
    known.extend(card.levels.iter().filter_map(|level| level.requires.as_deref()));
    for star in &card.stars {
        known.insert(star.id.as_str());
        known.extend(star.tasks.iter().map(|task| task.id.as_str()));
    }
    if !card.vetoes.is_empty() {
        known.insert(VETOES);
    }
    known
}

fn of_test(test: &Test) -> impl Iterator<Item = &str> {
    let names = [&test.field, &test.numerator, &test.denominator, &test.tiers_on];
    names.into_iter().filter_map(Option::as_deref)
}

/// A number by its name; none if it is not given.
pub(super) fn number(input: &Input, name: &str) -> Result<Option<Decimal>, InputFault> {
    match input.get(name) {
        None => Ok(None),
        Some(Given::Number(number)) => Ok(Some(*number)),
        Some(_) => Err(InputFault::WrongKind(name.to_owned())),
    }
}

/// A mark between zero and its full one, whole where the card takes whole ones only.
pub(super) fn mark(card: &Card, name: &str, given: Decimal, full: Option<Decimal>) -> Result<Decimal, InputFault> {
    if given.is_sign_negative() && !given.is_zero() {
        return Err(InputFault::Negative(name.to_owned()));
    }
    if card.integer && !given.fract().is_zero() {
        return Err(InputFault::NotWhole(name.to_owned()));
    }
    match full {
        Some(full) if given > full => Err(InputFault::OutOfRange {
            name: name.to_owned(),
            given,
            min: Decimal::ZERO,
            max: full,
        }),
        _ => Ok(given),
    }
}
