//! Room: units and records that a field points to.
//!
//! Never decides what a name means: it asks [`Names`] and refuses what is unknown or ambiguous.

use super::{Found, Names, Reading, text};
use crate::id::RegisterNo;
use crate::refusal::{Code, Refusal};
use crate::value::Value;

/// Typed: a code or a name. Sent: digits alone are a record number, so that what the API gave out is
/// understood as it was meant; only where no unit has that number they are a code.
pub(super) fn read_unit(reading: &Reading<'_>, names: &mut dyn Names) -> Result<Value, Refusal> {
    let found = match number(reading) {
        Some(number) => match names.unit(&number) {
            Found::None if !reading.text.starts_with(HASHES) => names.unit(reading.text),
            found => found,
        },
        None => names.unit(reading.text),
    };
    match found {
        Found::One(record) => Ok(Value::Unit(record)),
        Found::None => Err(reading.refuse(Code::UnknownUnit)),
        Found::Many => Err(reading.refuse(Code::AmbiguousUnit)),
    }
}

/// Typed: the first key of the other record. Sent: digits alone are a record number and never a
/// key, since both may be long and look alike.
pub(super) fn read_link(reading: &Reading<'_>, register: RegisterNo, names: &mut dyn Names) -> Result<Value, Refusal> {
    let found = match number(reading) {
        Some(number) => names.record(register, &number),
        None => names.record(register, reading.text),
    };
    let refuse = |why: &str| Err(reading.refuse(Code::NoSuchLink).with("why", why));
    match found {
        Found::One(record) => Ok(Value::Link(record)),
        Found::None => refuse("none"),
        Found::Many => refuse("many"),
    }
}

/// `#` and the record number, where the text is one: with a `#` always, without it if it was sent.
fn number(reading: &Reading<'_>) -> Option<String> {
    let narrow = text::narrow(reading.text);
    let digits = match narrow.strip_prefix('#') {
        Some(digits) => digits.trim_start(),
        None => Some(&*narrow).filter(|_| reading.input.base_units)?,
    };
    // Leading zeros belong to codes; a number is written one way only.
    let number: i64 = digits.parse().ok()?;
    (number.to_string() == digits).then(|| format!("#{digits}"))
}

const HASHES: [char; 2] = ['#', '\u{ff03}'];

/// Takes every record number for granted: it was checked when the value was sealed.
pub(super) struct Trusting;

impl Names for Trusting {
    fn unit(&mut self, text: &str) -> Found {
        let number = text.strip_prefix('#').and_then(|digits| digits.parse().ok());
        number.map_or(Found::None, Found::One)
    }

    fn record(&mut self, _register: RegisterNo, text: &str) -> Found {
        self.unit(text)
    }
}
