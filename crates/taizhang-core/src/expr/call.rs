//! Room: the functions of the language: their names, arguments and results.
//!
//! Never evaluates one; that is `eval`.

use super::check::{Checked, Checker};
use super::fault::{Fault, FaultKind};
use super::node::Node;
use super::tree::{Kind, Tree};
use super::types::Type;
use rust_decimal::Decimal;
use std::ops::Range;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    Min,
    Max,
    Abs,
    Round,
    Floor,
    Year,
    MonthOf,
    DaysBetween,
    PlusDays,
    PlusMonths,
    Has,
    IsNa,
    Coalesce,
    Contains,
    StartsWith,
    Len,
    Day,
}

/// Every function with its name and its least and greatest number of arguments.
const FUNCTIONS: [(Function, &str, usize, Option<usize>); 17] = [
    (Function::Min, "min", 2, None),
    (Function::Max, "max", 2, None),
    (Function::Abs, "abs", 1, Some(1)),
    (Function::Round, "round", 2, Some(2)),
    (Function::Floor, "floor", 1, Some(1)),
    (Function::Year, "year", 1, Some(1)),
    (Function::MonthOf, "month_of", 1, Some(1)),
    (Function::DaysBetween, "days_between", 2, Some(2)),
    (Function::PlusDays, "plus_days", 2, Some(2)),
    (Function::PlusMonths, "plus_months", 2, Some(2)),
    (Function::Has, "has", 1, Some(1)),
    (Function::IsNa, "is_na", 1, Some(1)),
    (Function::Coalesce, "coalesce", 2, None),
    (Function::Contains, "contains", 2, Some(2)),
    (Function::StartsWith, "starts_with", 2, Some(2)),
    (Function::Len, "len", 1, Some(1)),
    (Function::Day, "day", 0, Some(0)),
];

/// More places than any measure of the book has.
const PLACES_MAX: u32 = 10;

impl Function {
    pub(super) fn of(name: &str) -> Option<Function> {
        FUNCTIONS.into_iter().find(|row| row.1 == name).map(|row| row.0)
    }

    pub(super) fn name(self) -> &'static str {
        self.row().1
    }

    /// The name of every function and literal that is written like one.
    pub(super) fn names() -> impl Iterator<Item = &'static str> {
        FUNCTIONS.into_iter().map(|row| row.1).chain(["date", "month"])
    }

    fn row(self) -> (Function, &'static str, usize, Option<usize>) {
        FUNCTIONS[self as usize]
    }
}

/// What an argument may be.
#[derive(Clone, Copy)]
enum Takes {
    Number,
    Text,
    Date,
    Dated,
    Ordered,
}

impl Takes {
    fn accepts(self, ty: &Type) -> bool {
        match self {
            Takes::Number => *ty == Type::Number,
            Takes::Text => ty.is_textual(),
            Takes::Date => *ty == Type::Date,
            Takes::Dated => matches!(ty, Type::Date | Type::Month),
            Takes::Ordered => matches!(ty, Type::Number | Type::Date | Type::Month),
        }
    }

    fn wanted(self) -> &'static str {
        match self {
            Takes::Number => "数字",
            Takes::Text => "文字",
            Takes::Date => "日期",
            Takes::Dated => "日期或月份",
            Takes::Ordered => "数字、日期或月份",
        }
    }
}

impl Checker<'_> {
    pub(super) fn call(
        &mut self,
        function: Function,
        arguments: &[Tree],
        range: &Range<usize>,
    ) -> Result<Checked, Fault> {
        let (_, name, least, most) = function.row();
        let found = arguments.len();
        if found < least || most.is_some_and(|most| found > most) {
            let kind = FaultKind::WrongCount {
                function: name,
                least,
                most,
                found,
            };
            return Err(self.fault(range, kind));
        }
        use Takes::*;
        match function {
            Function::Day => self.day(range),
            Function::Has | Function::IsNa => self.presence(function, &arguments[0]),
            Function::Coalesce => self.coalesce(arguments),
            Function::Min | Function::Max => self.extreme(function, arguments),
            Function::Round => self.round(arguments),
            Function::Abs | Function::Floor => self.plain(function, arguments, &[Number], Type::Number),
            Function::Year => self.plain(function, arguments, &[Dated], Type::Number),
            Function::MonthOf => self.plain(function, arguments, &[Date], Type::Month),
            Function::DaysBetween => self.plain(function, arguments, &[Date, Date], Type::Number),
            Function::PlusDays => self.plain(function, arguments, &[Date, Number], Type::Date),
            Function::PlusMonths => self.plus_months(arguments),
            Function::Contains | Function::StartsWith => self.plain(function, arguments, &[Text, Text], Type::Bool),
            Function::Len => self.plain(function, arguments, &[Text], Type::Number),
        }
    }

    fn day(&mut self, range: &Range<usize>) -> Result<Checked, Fault> {
        if self.is_formula() {
            return Err(self.fault(range, FaultKind::NotInFormula { found: "day()" }));
        }
        self.note_day();
        Ok((Node::Today, Type::Date))
    }

    fn presence(&mut self, function: Function, argument: &Tree) -> Result<Checked, Fault> {
        let Kind::Name(name) = &argument.kind else {
            let kind = FaultKind::NeedsName {
                function: function.name(),
            };
            return Err(self.fault(&argument.range, kind));
        };
        let slot = self.field(name, &argument.range)?.slot;
        if function == Function::Has {
            return Ok((Node::Has(slot), Type::Bool));
        }
        if self.is_formula() {
            return Err(self.fault(&argument.range, FaultKind::NotInFormula { found: "is_na(…)" }));
        }
        Ok((Node::IsNa(slot), Type::Bool))
    }

    fn coalesce(&mut self, arguments: &[Tree]) -> Result<Checked, Fault> {
        let (nodes, ty) = self.alike(arguments)?;
        Ok((Node::Call(Function::Coalesce, nodes), ty))
    }

    fn extreme(&mut self, function: Function, arguments: &[Tree]) -> Result<Checked, Fault> {
        let mut nodes = Vec::with_capacity(arguments.len());
        let mut first = None;
        for (at, argument) in arguments.iter().enumerate() {
            let (node, ty) = self.argument(function, at, argument, Takes::Ordered)?;
            nodes.push(node);
            let first = first.get_or_insert_with(|| ty.clone());
            if *first != ty {
                let kind = FaultKind::Uneven {
                    first: first.clone(),
                    other: ty,
                };
                return Err(self.fault(&argument.range, kind));
            }
        }
        Ok((Node::Call(function, nodes), first.unwrap_or(Type::Null)))
    }

    /// The places are a literal, so that a rounding rule can be read off its source.
    fn round(&mut self, arguments: &[Tree]) -> Result<Checked, Fault> {
        let (node, _) = self.argument(Function::Round, 0, &arguments[0], Takes::Number)?;
        let places = match arguments[1].kind {
            Kind::Number(places) if places <= Decimal::from(PLACES_MAX) => places,
            _ => return Err(self.fault(&arguments[1].range, FaultKind::BadPlaces)),
        };
        if !places.is_integer() {
            return Err(self.fault(&arguments[1].range, FaultKind::BadPlaces));
        }
        let nodes = vec![node, Node::Number(places)];
        Ok((Node::Call(Function::Round, nodes), Type::Number))
    }

    fn plus_months(&mut self, arguments: &[Tree]) -> Result<Checked, Fault> {
        let (from, ty) = self.argument(Function::PlusMonths, 0, &arguments[0], Takes::Dated)?;
        let (count, _) = self.argument(Function::PlusMonths, 1, &arguments[1], Takes::Number)?;
        Ok((Node::Call(Function::PlusMonths, vec![from, count]), ty))
    }

    fn plain(
        &mut self,
        function: Function,
        arguments: &[Tree],
        takes: &[Takes],
        result: Type,
    ) -> Result<Checked, Fault> {
        let mut nodes = Vec::with_capacity(arguments.len());
        for (at, (argument, takes)) in arguments.iter().zip(takes).enumerate() {
            nodes.push(self.argument(function, at, argument, *takes)?.0);
        }
        Ok((Node::Call(function, nodes), result))
    }

    fn argument(&mut self, function: Function, at: usize, argument: &Tree, takes: Takes) -> Result<Checked, Fault> {
        let (node, ty) = self.node(argument)?;
        if takes.accepts(&ty) {
            return Ok((node, ty));
        }
        let kind = FaultKind::WrongArgument {
            function: function.name(),
            position: at + 1,
            wanted: takes.wanted(),
            found: Checker::shown(argument, &ty),
        };
        Err(self.fault(&argument.range, kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_stands_in_the_order_of_the_functions() {
        for (at, row) in FUNCTIONS.into_iter().enumerate() {
            assert_eq!(row.0 as usize, at, "{}", row.1);
        }
    }
}
