//! Room: the parsed form of an expression, and how it is printed.
//!
//! Printing and parsing again gives the same tree. Never knows types or fields.

use super::call::Function;
use crate::day::{Day, Month};
use rust_decimal::Decimal;
use std::fmt;
use std::ops::Range;

/// A parsed expression. Equal trees mean the same, wherever they stand in their sources.
#[derive(Clone, Debug)]
pub struct Tree {
    pub(super) kind: Kind,
    /// The bytes of the source that it was read from, outer brackets left out.
    pub(super) range: Range<usize>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Null,
    Bool(bool),
    Number(Decimal),
    Text(String),
    Date(Day),
    Month(Month),
    Name(String),
    Not(Box<Tree>),
    Negative(Box<Tree>),
    Binary(Operator, Box<Tree>, Box<Tree>),
    In(Box<Tree>, Vec<Tree>),
    /// Condition, value if it holds, value if not.
    Choose(Box<[Tree; 3]>),
    Call(Function, Vec<Tree>),
}

/// An operator with a value on either side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Or,
    And,
    Compare(Comparison),
    Arithmetic(Arithmetic),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    Unequal,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

/// How tightly parts bind; an operand that binds looser than its place asks for gets brackets.
pub(super) mod power {
    pub(in super::super) const ANY: u8 = 0;
    pub(in super::super) const CHOOSE: u8 = 1;
    pub(in super::super) const OR: u8 = 2;
    pub(in super::super) const AND: u8 = 3;
    pub(in super::super) const COMPARE: u8 = 4;
    pub(in super::super) const ADD: u8 = 5;
    pub(in super::super) const MULTIPLY: u8 = 6;
    pub(in super::super) const UNARY: u8 = 7;
    pub(in super::super) const LEAF: u8 = 8;
}

impl PartialEq for Tree {
    fn eq(&self, other: &Tree) -> bool {
        self.kind == other.kind
    }
}

impl Tree {
    pub(super) fn is_text_literal(&self) -> bool {
        matches!(self.kind, Kind::Text(_))
    }

    fn power(&self) -> u8 {
        match &self.kind {
            Kind::Choose(_) => power::CHOOSE,
            Kind::Binary(operator, ..) => operator.power(),
            Kind::In(..) => power::COMPARE,
            Kind::Not(_) | Kind::Negative(_) => power::UNARY,
            _ => power::LEAF,
        }
    }

    fn print(&self, f: &mut fmt::Formatter<'_>, place: u8) -> fmt::Result {
        if self.power() < place {
            return write!(f, "({self})");
        }
        match &self.kind {
            Kind::Null => f.write_str("null"),
            Kind::Bool(yes) => write!(f, "{yes}"),
            Kind::Number(number) => write!(f, "{number}"),
            Kind::Text(text) => print_text(f, text),
            Kind::Date(day) => write!(f, "date(\"{day}\")"),
            Kind::Month(month) => write!(f, "month(\"{month}\")"),
            Kind::Name(name) => f.write_str(name),
            Kind::Not(of) => print_unary(f, '!', of),
            Kind::Negative(of) => print_unary(f, '-', of),
            Kind::Binary(operator, left, right) => {
                // Comparisons do not chain, so one on the left needs brackets too.
                let chains = u8::from(operator.power() == power::COMPARE);
                left.print(f, operator.power() + chains)?;
                write!(f, " {} ", operator.symbol())?;
                right.print(f, operator.power() + 1)
            }
            Kind::In(left, list) => {
                left.print(f, power::COMPARE + 1)?;
                f.write_str(" in [")?;
                print_list(f, list)?;
                f.write_str("]")
            }
            Kind::Choose(parts) => {
                parts[0].print(f, power::CHOOSE + 1)?;
                write!(f, " ? {} : {}", parts[1], parts[2])
            }
            Kind::Call(function, arguments) => {
                write!(f, "{}(", function.name())?;
                print_list(f, arguments)?;
                f.write_str(")")
            }
        }
    }
}

impl fmt::Display for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.print(f, power::ANY)
    }
}

fn print_unary(f: &mut fmt::Formatter<'_>, sign: char, of: &Tree) -> fmt::Result {
    write!(f, "{sign}")?;
    of.print(f, power::UNARY)
}

fn print_text(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    write!(f, "\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn print_list(f: &mut fmt::Formatter<'_>, list: &[Tree]) -> fmt::Result {
    for (at, part) in list.iter().enumerate() {
        if at > 0 {
            f.write_str(", ")?;
        }
        write!(f, "{part}")?;
    }
    Ok(())
}

impl Operator {
    /// The operator written with this symbol.
    pub(super) fn of(symbol: &str) -> Option<Operator> {
        Some(match symbol {
            "||" => Operator::Or,
            "&&" => Operator::And,
            "==" => Operator::Compare(Comparison::Equal),
            "!=" => Operator::Compare(Comparison::Unequal),
            "<" => Operator::Compare(Comparison::Less),
            "<=" => Operator::Compare(Comparison::AtMost),
            ">" => Operator::Compare(Comparison::Greater),
            ">=" => Operator::Compare(Comparison::AtLeast),
            "+" => Operator::Arithmetic(Arithmetic::Add),
            "-" => Operator::Arithmetic(Arithmetic::Subtract),
            "*" => Operator::Arithmetic(Arithmetic::Multiply),
            "/" => Operator::Arithmetic(Arithmetic::Divide),
            "%" => Operator::Arithmetic(Arithmetic::Remainder),
            _ => return None,
        })
    }

    pub(super) fn symbol(self) -> &'static str {
        match self {
            Operator::Or => "||",
            Operator::And => "&&",
            Operator::Compare(Comparison::Equal) => "==",
            Operator::Compare(Comparison::Unequal) => "!=",
            Operator::Compare(Comparison::Less) => "<",
            Operator::Compare(Comparison::AtMost) => "<=",
            Operator::Compare(Comparison::Greater) => ">",
            Operator::Compare(Comparison::AtLeast) => ">=",
            Operator::Arithmetic(Arithmetic::Add) => "+",
            Operator::Arithmetic(Arithmetic::Subtract) => "-",
            Operator::Arithmetic(Arithmetic::Multiply) => "*",
            Operator::Arithmetic(Arithmetic::Divide) => "/",
            Operator::Arithmetic(Arithmetic::Remainder) => "%",
        }
    }

    pub(super) fn power(self) -> u8 {
        match self {
            Operator::Or => power::OR,
            Operator::And => power::AND,
            Operator::Compare(_) => power::COMPARE,
            Operator::Arithmetic(Arithmetic::Add | Arithmetic::Subtract) => power::ADD,
            Operator::Arithmetic(_) => power::MULTIPLY,
        }
    }
}

impl Comparison {
    /// The same comparison with its sides exchanged.
    pub(super) fn mirrored(self) -> Comparison {
        match self {
            Comparison::Equal | Comparison::Unequal => self,
            Comparison::Less => Comparison::Greater,
            Comparison::AtMost => Comparison::AtLeast,
            Comparison::Greater => Comparison::Less,
            Comparison::AtLeast => Comparison::AtMost,
        }
    }

    /// Whether it asks for an order and not only for equality.
    pub(super) fn orders(self) -> bool {
        !matches!(self, Comparison::Equal | Comparison::Unequal)
    }
}
