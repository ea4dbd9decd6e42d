//! Room: cells as a case is given them, and answers as an entry keeps them.

use crate::definition::{Field, FieldKind, Register};
use crate::id::FieldNo;
use crate::instrument::Datum;
use crate::journal::{Act, Change, Entry};
use crate::timeline::State;
use crate::value::{Cell, Precision, Value, print_scaled};

pub(super) fn datum(register: &Register, no: FieldNo, state: &State, words: &[(String, String)]) -> Option<Datum> {
    let word = |text: &str| {
        let known = words.iter().find(|(own, _)| own == text);
        Datum::Text(known.map_or(text, |(_, theirs)| theirs).to_owned())
    };
    let field = register.field(no);
    Some(match state.value(no)? {
        Value::Text(text) | Value::Choice(text) => word(text),
        Value::Num(units) => match field.map(|field| &field.kind)? {
            FieldKind::Money { .. } => Datum::Amount(*units),
            FieldKind::Percent { scale } => Datum::Text(format!("{}%", print_scaled(*units, *scale))),
            _ => Datum::Text(print_scaled(*units, field?.scale())),
        },
        Value::Date(day, _) => Datum::Day(*day),
        Value::Month(month) => Datum::Day(month.last()),
        Value::Unit(_) | Value::Link(_) | Value::Place { .. } | Value::Evidence(_) | Value::Sealed(_) => return None,
    })
}

/// An answer as a field holds it; what a field of another kind cannot hold is left out.
pub(super) fn cell_of(field: &Field, item: &Datum) -> Cell {
    let value = match (&field.kind, item) {
        (FieldKind::Money { .. }, Datum::Amount(fen)) => Value::Num(*fen),
        (FieldKind::Percent { scale }, Datum::Rate(rate)) => match 6_u32.checked_sub(*scale) {
            Some(less) => Value::Num(rate / 10_i64.pow(less)),
            None => return Cell::Missing,
        },
        (FieldKind::Integer, Datum::Count(count)) => Value::Num(*count),
        (FieldKind::Quantity { scale, .. }, Datum::Count(count)) => Value::Num(count * 10_i64.pow(*scale)),
        // Hundredths, as fen are.
        (FieldKind::Quantity { scale, .. }, Datum::Amount(parts)) if *scale <= 2 => {
            Value::Num(parts / 10_i64.pow(2 - *scale))
        }
        (FieldKind::Date { .. }, Datum::Day(day)) => Value::Date(*day, Precision::Day),
        (FieldKind::Text { .. }, Datum::Text(text)) => Value::Text(text.clone()),
        (FieldKind::Choice(_), Datum::Text(text)) => Value::Choice(text.clone()),
        _ => return Cell::Missing,
    };
    Cell::Is(value)
}

pub(super) fn shown(field: &Field, cell: &Cell) -> String {
    match cell {
        Cell::Is(Value::Num(units)) => print_scaled(*units, field.scale()),
        cell => super::super::brief(cell),
    }
}

pub(super) fn put(entry: &mut Entry, field: FieldNo, change: Change) {
    match (&mut entry.act, change) {
        (Act::Open { patch, .. } | Act::Amend { patch } | Act::Move { patch, .. }, Change::Set(cell)) => {
            match patch.binary_search_by_key(&field, |(no, _)| *no) {
                Ok(at) => patch[at].1 = cell,
                Err(at) => patch.insert(at, (field, cell)),
            }
        }
        (Act::Correct(correction), change) => match correction.fields.binary_search_by_key(&field, |(no, _)| *no) {
            Ok(at) => correction.fields[at].1 = change,
            Err(at) => correction.fields.insert(at, (field, change)),
        },
        _ => {}
    }
}

pub(super) fn drop_field(entry: &mut Entry, field: FieldNo) {
    match &mut entry.act {
        Act::Open { patch, .. } | Act::Amend { patch } | Act::Move { patch, .. } => {
            patch.retain(|(no, _)| *no != field)
        }
        Act::Correct(correction) => correction.fields.retain(|(no, _)| *no != field),
        _ => {}
    }
}
