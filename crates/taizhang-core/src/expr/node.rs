//! Room: the checked form of an expression, shaped for evaluation.
//!
//! The commonest conditions (a field is a literal text, a number against a literal) become one
//! node that compares without making a decimal. Never knows names.

use super::call::Function;
use super::eval::arithmetic;
use super::tree::{Arithmetic, Comparison, Operator};
use super::types::Slot;
use crate::day::{Day, Month};
use crate::value::{decimal, scaled};
use rust_decimal::Decimal;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    Null,
    Bool(bool),
    Number(Decimal),
    Text(Box<str>),
    Date(Day),
    Month(Month),
    Today,
    Field {
        slot: Slot,
        read: Read,
    },
    Has(Slot),
    IsNa(Slot),
    SameRecord(Slot, Slot),
    /// A text or choice field is, or is not, this literal.
    TextIs {
        slot: Slot,
        text: Box<str>,
        equal: bool,
    },
    /// A number field against a literal in the field's own scale.
    UnitsCompare {
        slot: Slot,
        comparison: Comparison,
        units: i64,
    },
    Not(Box<Node>),
    Negative(Box<Node>),
    All(Vec<Node>),
    Any(Vec<Node>),
    IsNull(Box<Node>),
    Compare(Comparison, Box<Node>, Box<Node>),
    In(Box<Node>, Vec<Node>),
    Arithmetic(Arithmetic, Box<Node>, Box<Node>),
    /// The condition; then the value if it holds and the value if not.
    Choose(Box<Node>, Vec<Node>),
    Call(Function, Vec<Node>),
}

/// How a slot's content is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Read {
    Bool,
    /// A scaled integer of this scale.
    Number(u32),
    Text,
    Date,
    Month,
    Opaque,
    /// The balance of an account.
    Account,
}

impl Node {
    pub(super) fn not(of: Node) -> Node {
        Node::Not(Box::new(of))
    }

    pub(super) fn negative(of: Node) -> Node {
        match of {
            Node::Number(number) => Node::Number(-number),
            of => Node::Negative(Box::new(of)),
        }
    }

    pub(super) fn binary(operator: Operator, left: Node, right: Node) -> Node {
        match (operator, left) {
            // Chains become one node, so that a long condition costs no depth.
            (Operator::And, Node::All(parts)) => Node::All(longer(parts, right)),
            (Operator::Or, Node::Any(parts)) => Node::Any(longer(parts, right)),
            (Operator::And, left) => Node::All(vec![left, right]),
            (Operator::Or, left) => Node::Any(vec![left, right]),
            (Operator::Arithmetic(operator), left) => Node::arithmetic(operator, left, right),
            (Operator::Compare(comparison), left) => Node::compare(comparison, left, right),
        }
    }

    fn arithmetic(operator: Arithmetic, left: Node, right: Node) -> Node {
        if let (Node::Number(a), Node::Number(b)) = (&left, &right)
            && let Some(number) = arithmetic(operator, *a, *b)
        {
            return Node::Number(number);
        }
        Node::Arithmetic(operator, Box::new(left), Box::new(right))
    }

    pub(super) fn compare(comparison: Comparison, left: Node, right: Node) -> Node {
        short(comparison, &left, &right)
            .or_else(|| short(comparison.mirrored(), &right, &left))
            .unwrap_or_else(|| Node::Compare(comparison, Box::new(left), Box::new(right)))
    }
}

fn longer(mut parts: Vec<Node>, part: Node) -> Vec<Node> {
    parts.push(part);
    parts
}

/// One node for a field against a literal, where that is exactly the same.
fn short(comparison: Comparison, field: &Node, literal: &Node) -> Option<Node> {
    let Node::Field { slot, read } = *field else {
        return None;
    };
    match (read, literal) {
        (Read::Text, Node::Text(text)) if !comparison.orders() => {
            let equal = comparison == Comparison::Equal;
            Some(Node::TextIs {
                slot,
                text: text.clone(),
                equal,
            })
        }
        (Read::Number(scale), Node::Number(number)) => {
            let units = scaled(*number, scale).filter(|units| decimal(*units, scale) == *number)?;
            Some(Node::UnitsCompare {
                slot,
                comparison,
                units,
            })
        }
        _ => None,
    }
}
