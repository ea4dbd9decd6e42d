//! Room: which measure a number is in, and how many base units that is.
//!
//! The pack's measures say what can be converted; a multiplier word (万, 亿) may stand before any of
//! them. Never converts between two bases.

use super::text::key;
use super::words::MULTIPLIERS;
use crate::definition::{Definition, FieldKind, Measure};
use rust_decimal::Decimal;
use std::borrow::Cow;

/// The measure and the base of percentages.
const PERCENT: &str = "%";

/// The measure that a field's numbers are typed and shown in; none for bare numbers.
pub(super) fn of_field<'a>(definition: &'a Definition, kind: &FieldKind) -> Option<Cow<'a, Measure>> {
    match kind {
        FieldKind::Quantity { measure, .. } | FieldKind::Money { measure } => Some(
            definition
                .measures
                .get(measure)
                .map_or_else(|| Cow::Owned(own_base(measure)), Cow::Borrowed),
        ),
        FieldKind::Percent { .. } => Some(Cow::Owned(own_base(PERCENT))),
        _ => None,
    }
}

/// How many `base` units the measure that was said is; none if it is no multiple of the base.
pub(super) fn factor(definition: &Definition, base: &str, said: &str) -> Option<Decimal> {
    let said = key(said);
    if said == key(base) {
        return Some(Decimal::ONE);
    }
    if let Some(measure) = known(definition, &said) {
        return (measure.base == base).then_some(measure.factor);
    }
    let (multiplier, rest) = multiplied(&said).filter(|_| base != PERCENT)?;
    if rest.is_empty() || rest == key(base) {
        return Some(multiplier);
    }
    let measure = known(definition, rest).filter(|measure| measure.base == base)?;
    multiplier.checked_mul(measure.factor)
}

/// How much a word behind a bare whole number multiplies it: 万 does, and a measure of things that
/// are counted one by one changes nothing. Whatever would convert has no place at a bare number.
pub(super) fn factor_of_count(definition: &Definition, said: &str) -> Option<Decimal> {
    let said = key(said);
    match known(definition, &said) {
        Some(measure) => (measure.factor == Decimal::ONE && measure.base != PERCENT).then_some(Decimal::ONE),
        None => multiplied(&said)
            .filter(|(_, rest)| rest.is_empty())
            .map(|(multiplier, _)| multiplier),
    }
}

/// What is shown beside a number.
pub(super) fn name(measure: &Measure, english: bool) -> String {
    let name = if english && !measure.en.is_empty() {
        &measure.en
    } else {
        &measure.id
    };
    name.clone()
}

/// A measure that a heading names, by the id that is found at once with every number below it; what is no measure of
/// the definition stays as it was said.
pub fn measure_named<'a>(definition: &'a Definition, said: &'a str) -> &'a str {
    let found = known(definition, &key(said)).map(|measure| measure.id.as_str());
    let is_found = |id: &&str| known(definition, &key(id)).is_some_and(|measure| measure.id == *id);
    found.filter(is_found).unwrap_or(said)
}

fn known<'a>(definition: &'a Definition, said: &str) -> Option<&'a Measure> {
    let is_named = |measure: &&Measure| key(&measure.id) == said || key(&measure.en) == said;
    let by_id = definition.measures.get(said);
    // A measure without an English name is not what an empty text names.
    by_id.or_else(|| definition.measures.values().find(is_named).filter(|_| !said.is_empty()))
}

fn multiplied(said: &str) -> Option<(Decimal, &str)> {
    let (word, zeros) = MULTIPLIERS.iter().find(|(word, _)| said.starts_with(word))?;
    Some((Decimal::from(10_i64.pow(*zeros)), &said[word.len()..]))
}

/// A measure that the pack does not list is a base of its own.
fn own_base(id: &str) -> Measure {
    Measure {
        id: id.to_owned(),
        en: String::new(),
        base: id.to_owned(),
        factor: Decimal::ONE,
    }
}
