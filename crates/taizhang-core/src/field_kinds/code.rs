//! Room: codes that the state gives out, by check or by table.
//!
//! The checks themselves stand in `codes`. A code is never repaired: one that a spreadsheet has
//! rounded fails its check and is refused.

use super::{Reading, text};
use crate::codes::{Allowed, CodeFault, credit, id_number, project};
use crate::definition::{Definition, FieldKind};
use crate::refusal::{Code, Refusal};
use crate::value::Value;

/// A code whose form or check character tells whether it can be right.
pub(super) fn read_checked(reading: &Reading<'_>) -> Result<Value, Refusal> {
    let checked = match reading.field.kind {
        FieldKind::CreditCode => credit::check(reading.text),
        FieldKind::IdNumber => id_number::check(reading.text),
        _ => project::check(reading.text),
    };
    checked.map(Value::Text).map_err(|fault| refusal(reading, fault))
}

pub(super) fn read_area(reading: &Reading<'_>) -> Result<Value, Refusal> {
    let (code, name) = code_and_name(reading.text);
    let areas = &reading.definition.areas;
    let area = areas
        .get(&code)
        .filter(|area| is_named(&name, &[&area.name, &areas.full_name(area)]));
    area.map(|area| Value::Text(area.code.clone()))
        .ok_or_else(|| reading.refuse(Code::UnknownCode))
}

pub(super) fn read_industry(reading: &Reading<'_>) -> Result<Value, Refusal> {
    let (code, name) = code_and_name(reading.text);
    let industry = reading
        .definition
        .industries
        .get(&code)
        .filter(|industry| is_named(&name, &[&industry.name]));
    industry
        .map(|industry| Value::Text(industry.code.clone()))
        .ok_or_else(|| reading.refuse(Code::UnknownCode))
}

/// A code from a table with its name behind it; the code alone where the table does not have it.
pub(super) fn show(definition: &Definition, kind: &FieldKind, code: &str) -> String {
    let name = match kind {
        FieldKind::Area => definition.areas.get(code).map(|area| definition.areas.full_name(area)),
        FieldKind::Industry => definition.industries.get(code).map(|industry| industry.name.clone()),
        _ => None,
    };
    name.map_or_else(|| code.to_owned(), |name| format!("{code} {name}"))
}

/// What [`show`] writes can be read again: the code (in groups of digits, if somebody likes), a
/// blank, the name.
fn code_and_name(text: &str) -> (String, String) {
    let mut parts = text.split_whitespace().peekable();
    let mut code = parts.next().unwrap_or_default().to_owned();
    let is_group = |part: &&str| text::narrow(part).bytes().all(|b| b.is_ascii_digit());
    while let Some(group) = parts.next_if(is_group) {
        code.push_str(group);
    }
    (code, parts.collect())
}

/// A name beside the code must be the code's own, or one of the two is wrong.
fn is_named(name: &str, names: &[&str]) -> bool {
    name.is_empty() || names.iter().any(|known| text::key(known) == text::key(name))
}

fn refusal(reading: &Reading<'_>, fault: CodeFault) -> Refusal {
    let refuse = |why: &str| reading.refuse(Code::BadCode).with("why", why);
    match fault {
        CodeFault::Length { expected, found } => refuse("length").with("expected", expected).with("found", found),
        CodeFault::OldForm => refuse("old_form").with("expected", 18),
        CodeFault::Character { at, allowed, .. } => refuse("alphabet")
            .with("expected", allowed_word(allowed))
            .with("at", at),
        CodeFault::Date => refuse("date"),
        // The right check character tells something about the others, so only an open code says it.
        CodeFault::CheckDigit { expected, .. } => reading
            .refuse_naming(Code::BadCode, "expected", expected)
            .with("why", "check"),
    }
}

fn allowed_word(allowed: Allowed) -> &'static str {
    match allowed {
        Allowed::Digit => "digit",
        Allowed::DigitOrX => "digit_or_x",
        Allowed::DigitOrLetter => "digit_or_letter",
        Allowed::CreditCharacter => "credit_character",
        Allowed::Hyphen => "hyphen",
    }
}
