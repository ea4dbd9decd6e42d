//! Room: the value of a checked expression over a state or over balances.
//!
//! Never fails, never allocates: what has no value is null (the rules stand in the module's head).

use super::call::Function;
use super::node::{Node, Read};
use super::tree::{Arithmetic, Comparison};
use super::types::{Env, Out, Slot};
use crate::day::{Day, Month};
use crate::value::{Cell, Value, decimal};
use rust_decimal::{Decimal, RoundingStrategy};
use std::cmp::Ordering;

/// Where fields, or accounts, have their values from.
pub(super) enum Source<'a> {
    Record(&'a dyn Env),
    Accounts(&'a dyn Fn(Slot) -> Option<Decimal>),
}

pub(super) fn eval<'a>(node: &'a Node, from: &Source<'a>) -> Out<'a> {
    match node {
        Node::Null => Out::Null,
        Node::Bool(yes) => Out::Bool(*yes),
        Node::Number(number) => Out::Number(*number),
        Node::Text(text) => Out::Text(text),
        Node::Date(day) => Out::Date(*day),
        Node::Month(month) => Out::Month(*month),
        Node::Today => from.today(),
        Node::Field { slot, read } => from.read(*slot, *read),
        Node::Has(slot) => Out::Bool(from.has(*slot)),
        Node::IsNa(slot) => Out::Bool(matches!(from.cell(*slot), Some(Cell::NotApplicable))),
        Node::SameRecord(a, b) => same_record(from.value(*a), from.value(*b)),
        Node::TextIs { slot, text, equal } => match from.value(*slot) {
            Some(Value::Text(found) | Value::Choice(found)) => Out::Bool((**found == **text) == *equal),
            _ => Out::Null,
        },
        Node::UnitsCompare {
            slot,
            comparison,
            units,
        } => match from.value(*slot) {
            Some(Value::Num(found)) => Out::Bool(comparison.holds(found.cmp(units))),
            _ => Out::Null,
        },
        Node::Not(of) => match eval(of, from) {
            Out::Bool(yes) => Out::Bool(!yes),
            _ => Out::Null,
        },
        Node::Negative(of) => number(of, from).map_or(Out::Null, |number| Out::Number(-number)),
        Node::All(parts) => decided_by(false, parts, from),
        Node::Any(parts) => decided_by(true, parts, from),
        Node::IsNull(of) => Out::Bool(eval(of, from) == Out::Null),
        Node::Compare(comparison, left, right) => {
            let order = order(&eval(left, from), &eval(right, from));
            order.map_or(Out::Null, |order| Out::Bool(comparison.holds(order)))
        }
        Node::In(of, list) => is_in(&eval(of, from), list, from),
        Node::Arithmetic(operator, left, right) => {
            let both = number(left, from).zip(number(right, from));
            both.and_then(|(a, b)| arithmetic(*operator, a, b))
                .map_or(Out::Null, Out::Number)
        }
        Node::Choose(condition, branches) => match eval(condition, from) {
            Out::Bool(yes) => eval(&branches[usize::from(!yes)], from),
            _ => Out::Null,
        },
        Node::Call(function, arguments) => call(*function, arguments, from).unwrap_or(Out::Null),
    }
}

/// `None` on overflow and on division by zero.
pub(super) fn arithmetic(operator: Arithmetic, a: Decimal, b: Decimal) -> Option<Decimal> {
    match operator {
        Arithmetic::Add => a.checked_add(b),
        Arithmetic::Subtract => a.checked_sub(b),
        Arithmetic::Multiply => a.checked_mul(b),
        Arithmetic::Divide => a.checked_div(b),
        Arithmetic::Remainder => a.checked_rem(b),
    }
}

impl<'a> Source<'a> {
    fn cell(&self, slot: Slot) -> Option<&'a Cell> {
        match self {
            Source::Record(env) => env.cell(slot),
            Source::Accounts(_) => None,
        }
    }

    fn value(&self, slot: Slot) -> Option<&'a Value> {
        self.cell(slot).and_then(Cell::value)
    }

    fn has(&self, slot: Slot) -> bool {
        match self {
            Source::Record(_) => !matches!(self.value(slot), None | Some(Value::Sealed(_))),
            Source::Accounts(balance) => balance(slot).is_some(),
        }
    }

    fn today(&self) -> Out<'a> {
        match self {
            Source::Record(env) => on_calendar(env.today()),
            Source::Accounts(_) => Out::Null,
        }
    }

    fn read(&self, slot: Slot, read: Read) -> Out<'a> {
        if let Source::Accounts(balance) = self {
            return balance(slot).map_or(Out::Null, Out::Number);
        }
        match (read, self.value(slot)) {
            (Read::Number(scale), Some(Value::Num(units))) => Out::Number(decimal(*units, scale)),
            (Read::Text, Some(Value::Text(text) | Value::Choice(text))) => Out::Text(text),
            (Read::Date, Some(Value::Date(day, _))) => on_calendar(*day),
            (Read::Month, Some(Value::Month(month))) => in_calendar(i64::from(month.0)),
            (Read::Bool, Some(Value::Num(units))) => Out::Bool(*units != 0),
            (Read::Opaque, Some(value)) if !matches!(value, Value::Sealed(_)) => Out::Other,
            _ => Out::Null,
        }
    }
}

impl Comparison {
    fn holds(self, order: Ordering) -> bool {
        match self {
            Comparison::Equal => order.is_eq(),
            Comparison::Unequal => order.is_ne(),
            Comparison::Less => order.is_lt(),
            Comparison::AtMost => order.is_le(),
            Comparison::Greater => order.is_gt(),
            Comparison::AtLeast => order.is_ge(),
        }
    }
}

fn same_record<'a>(a: Option<&Value>, b: Option<&Value>) -> Out<'a> {
    match (a, b) {
        (Some(Value::Unit(a)), Some(Value::Unit(b))) | (Some(Value::Link(a)), Some(Value::Link(b))) => {
            Out::Bool(a == b)
        }
        _ => Out::Null,
    }
}

/// Three-valued "any" (`by` is true) and "all" (`by` is false): one such part decides.
fn decided_by<'a>(by: bool, parts: &'a [Node], from: &Source<'a>) -> Out<'a> {
    let mut result = Out::Bool(!by);
    for part in parts {
        match eval(part, from) {
            Out::Bool(yes) if yes == by => return Out::Bool(by),
            Out::Bool(_) => {}
            _ => result = Out::Null,
        }
    }
    result
}

fn order(a: &Out<'_>, b: &Out<'_>) -> Option<Ordering> {
    match (a, b) {
        (Out::Number(a), Out::Number(b)) => Some(a.cmp(b)),
        (Out::Text(a), Out::Text(b)) => Some(a.cmp(b)),
        (Out::Date(a), Out::Date(b)) => Some(a.cmp(b)),
        (Out::Month(a), Out::Month(b)) => Some(a.cmp(b)),
        (Out::Bool(a), Out::Bool(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

fn is_in<'a>(of: &Out<'a>, list: &'a [Node], from: &Source<'a>) -> Out<'a> {
    let mut result = Out::Bool(false);
    for part in list {
        match order(of, &eval(part, from)) {
            Some(Ordering::Equal) => return Out::Bool(true),
            Some(_) => {}
            None => result = Out::Null,
        }
    }
    result
}

fn number<'a>(node: &'a Node, from: &Source<'a>) -> Option<Decimal> {
    match eval(node, from) {
        Out::Number(number) => Some(number),
        _ => None,
    }
}

fn text<'a>(node: &'a Node, from: &Source<'a>) -> Option<&'a str> {
    match eval(node, from) {
        Out::Text(text) => Some(text),
        _ => None,
    }
}

fn date<'a>(node: &'a Node, from: &Source<'a>) -> Option<Day> {
    match eval(node, from) {
        Out::Date(day) => Some(day),
        _ => None,
    }
}

/// The checker has counted the arguments.
fn call<'a>(function: Function, of: &'a [Node], from: &Source<'a>) -> Option<Out<'a>> {
    Some(match function {
        Function::Min => return extreme(Ordering::Less, of, from),
        Function::Max => return extreme(Ordering::Greater, of, from),
        Function::Coalesce => return of.iter().map(|x| eval(x, from)).find(|x| *x != Out::Null),
        Function::Abs => Out::Number(number(&of[0], from)?.abs()),
        Function::Floor => Out::Number(number(&of[0], from)?.floor()),
        Function::Round => {
            let places = u32::try_from(number(&of[1], from)?).ok()?;
            let strategy = RoundingStrategy::MidpointAwayFromZero;
            Out::Number(number(&of[0], from)?.round_dp_with_strategy(places, strategy))
        }
        Function::Year => Out::Number(match eval(&of[0], from) {
            Out::Date(day) => day.year().into(),
            Out::Month(month) => month.ym().0.into(),
            _ => return None,
        }),
        Function::MonthOf => Out::Month(date(&of[0], from)?.month()),
        Function::DaysBetween => {
            let (a, b) = (date(&of[0], from)?, date(&of[1], from)?);
            Out::Number((i64::from(b.0) - i64::from(a.0)).into())
        }
        Function::PlusDays => {
            let day = i64::from(date(&of[0], from)?.0).checked_add(whole(&of[1], from)?)?;
            on_calendar(Day(i32::try_from(day).ok()?))
        }
        Function::PlusMonths => plus_months(eval(&of[0], from), whole(&of[1], from)?)?,
        Function::Contains => Out::Bool(text(&of[0], from)?.contains(text(&of[1], from)?)),
        Function::StartsWith => Out::Bool(text(&of[0], from)?.starts_with(text(&of[1], from)?)),
        Function::Len => Out::Number(text(&of[0], from)?.chars().count().into()),
        // These three have nodes of their own.
        Function::Has | Function::IsNa | Function::Day => return None,
    })
}

fn extreme<'a>(wanted: Ordering, of: &'a [Node], from: &Source<'a>) -> Option<Out<'a>> {
    let mut best = eval(&of[0], from);
    for part in &of[1..] {
        let next = eval(part, from);
        if order(&next, &best)? == wanted {
            best = next;
        }
    }
    Some(best)
}

/// A whole number; a part of a day or of a month has no meaning.
fn whole<'a>(node: &'a Node, from: &Source<'a>) -> Option<i64> {
    number(node, from)
        .filter(Decimal::is_integer)
        .and_then(|number| i64::try_from(number).ok())
}

fn plus_months<'a>(from: Out<'a>, count: i64) -> Option<Out<'a>> {
    let start = match from {
        Out::Date(day) => day.month(),
        Out::Month(month) => month,
        _ => return None,
    };
    let target = in_calendar(i64::from(start.0).checked_add(count)?);
    match (from, target) {
        (Out::Date(day), Out::Month(_)) => Some(Out::Date(day.plus_months(i32::try_from(count).ok()?))),
        _ => Some(target),
    }
}

fn on_calendar<'a>(day: Day) -> Out<'a> {
    if (Day::MIN..=Day::MAX).contains(&day) {
        Out::Date(day)
    } else {
        Out::Null
    }
}

fn in_calendar<'a>(month: i64) -> Out<'a> {
    let known = i64::from(Day::MIN.month().0)..=i64::from(Day::MAX.month().0);
    match i32::try_from(month) {
        Ok(index) if known.contains(&month) => Out::Month(Month(index)),
        _ => Out::Null,
    }
}
