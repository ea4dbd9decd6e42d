//! Room: whole numbers, quantities, money and percentages.
//!
//! A number is read exactly as typed or refused: no qualifier is dropped, no place cut off, and a
//! percentage is never guessed from its size (0.62 is 0.62 %).

use super::amount::{Exact, Misfit};
use super::{Reading, measure, text, words};
use crate::refusal::{Code, Refusal};
use crate::value::{Value, print_scaled};
use rust_decimal::Decimal;
use std::borrow::Cow;

/// A whole number; behind it may stand a word for things that are counted, or 万.
pub(super) fn read_integer(reading: &Reading<'_>) -> Result<Value, Refusal> {
    let narrow = text::narrow(reading.text);
    let typed = split(reading, &narrow)?;
    let factor = match said(reading, &typed) {
        None => Decimal::ONE,
        Some(said) => measure::factor_of_count(reading.definition, said)
            .ok_or_else(|| reading.refuse_naming(Code::WrongMeasure, "measure", said))?,
    };
    units(reading, &typed, factor, "")
}

/// A number with a measure, kept in base units.
pub(super) fn read(reading: &Reading<'_>) -> Result<Value, Refusal> {
    let narrow = text::narrow(reading.text);
    let typed = split(reading, &narrow)?;
    let Some(own) = measure::of_field(reading.definition, &reading.field.kind) else {
        return units(reading, &typed, Decimal::ONE, "");
    };
    let factor = match said(reading, &typed) {
        Some(said) => measure::factor(reading.definition, &own.base, said).ok_or_else(|| {
            let refusal = reading.refuse_naming(Code::WrongMeasure, "measure", said);
            refusal.with("expected", &own.id)
        })?,
        None if reading.input.base_units => Decimal::ONE,
        None => own.factor,
    };
    units(reading, &typed, factor, &own.base)
}

/// The measure that applies unless the field's own does: the text's wins over the heading's.
fn said<'a>(reading: &Reading<'a>, typed: &Typed<'a>) -> Option<&'a str> {
    let heading = reading.input.measure.map(str::trim);
    Some(typed.measure)
        .filter(|said| !said.is_empty())
        .or(heading.filter(|said| !said.is_empty()))
}

fn units(reading: &Reading<'_>, typed: &Typed<'_>, factor: Decimal, base: &str) -> Result<Value, Refusal> {
    let scale = reading.field.scale();
    let exact = Exact::new(typed.negative, &typed.whole, typed.fraction);
    exact
        .and_then(|exact| exact.units(factor, scale))
        .map(Value::Num)
        .map_err(|misfit| match misfit {
            Misfit::Places => reading
                .refuse(Code::TooManyPlaces)
                .with("places", scale)
                .with("measure", base),
            Misfit::Size => {
                let max = print_scaled(i64::MAX, scale);
                reading
                    .refuse(Code::NumberTooLarge)
                    .with("max", max)
                    .with("measure", base)
            }
        })
}

/// A number taken apart.
struct Typed<'a> {
    negative: bool,
    whole: Cow<'a, str>,
    fraction: &'a str,
    measure: &'a str,
}

/// Sign, digits, point, digits, measure; anything else is no number.
fn split<'a>(reading: &Reading<'_>, narrow: &'a str) -> Result<Typed<'a>, Refusal> {
    parse(narrow).ok_or_else(|| {
        let refusal = reading.refuse(Code::NotANumber);
        match words::hint_of_amount(narrow) {
            Some(hint) => refusal.with("hint", hint),
            None => refusal,
        }
    })
}

fn parse(text: &str) -> Option<Typed<'_>> {
    let unsigned = text.strip_prefix(['-', '\u{2212}', '+']).unwrap_or(text);
    let negative = text.starts_with(['-', '\u{2212}']);
    let end = unsigned
        .find(|c: char| !c.is_ascii_digit() && c != ',')
        .unwrap_or(unsigned.len());
    let (whole, rest) = unsigned.split_at(end);
    let (fraction, rest) = match rest.strip_prefix('.') {
        Some(rest) => rest.split_at(rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len())),
        None => ("0", rest),
    };
    let measure = rest.trim();
    if fraction.is_empty() || !may_be_measure(measure) {
        return None;
    }
    Some(Typed {
        negative,
        whole: ungrouped(whole)?,
        fraction,
        measure,
    })
}

/// The digits without the commas between groups of three. `0,123` and `1,0000` could each be meant
/// in two ways.
fn ungrouped(whole: &str) -> Option<Cow<'_, str>> {
    if !whole.contains(',') {
        return (!whole.is_empty()).then_some(Cow::Borrowed(whole));
    }
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let first_fits = (1..=3).contains(&first.len()) && !first.starts_with('0');
    (first_fits && groups.all(|group| group.len() == 3)).then(|| Cow::Owned(whole.replace(',', "")))
}

/// A measure begins like a name, has no number in it (though ㎡ may be typed m2), and nothing that
/// makes the amount inexact.
fn may_be_measure(text: &str) -> bool {
    const CHARS_MAX: usize = 16;
    if text.is_empty() {
        return true;
    }
    let begins = !text.starts_with(|c: char| c.is_ascii() && !c.is_ascii_alphabetic() && c != '%');
    let stem = text
        .strip_suffix(['2', '3'])
        .filter(|stem| stem.ends_with(|c: char| c.is_ascii_alphabetic()));
    let has_number = stem.unwrap_or(text).contains(|c: char| c.is_ascii_digit());
    let fits = text.chars().count() <= CHARS_MAX && !text.contains('(');
    begins && !has_number && fits && words::hint_of_amount(text).is_none() && !is_exponent(text)
}

/// `1.2E5` is how a spreadsheet shows a number that it has rounded.
fn is_exponent(text: &str) -> bool {
    let power = text
        .strip_prefix(['e', 'E'])
        .map(|power| power.trim_start_matches(['+', '-']));
    power.is_some_and(|power| !power.is_empty() && power.bytes().all(|b| b.is_ascii_digit()))
}
