//! Room: names and types of a tree, and its lowering to nodes.
//!
//! Everything that can be wrong is found here, when the pack is loaded; evaluating never fails.

use super::compare::unknown_choice;
use super::fault::{Fault, FaultKind};
use super::node::{Node, Read};
use super::tree::{Kind, Operator, Tree};
use super::types::{AccountNames, NameInfo, Names, Slot, Type};
use crate::near::nearest;
use std::ops::Range;

/// What a part of a tree becomes.
pub(super) type Checked = (Node, Type);

/// More digits than this do not fit a scaled integer.
const SCALE_MAX: u32 = 18;

pub(super) struct Checker<'a> {
    source: &'a str,
    known: Known<'a>,
    reads: Vec<Slot>,
    reads_day: bool,
}

enum Known<'a> {
    Fields(&'a dyn Names),
    Accounts(&'a dyn AccountNames),
}

impl<'a> Checker<'a> {
    pub(super) fn of_record(source: &'a str, names: &'a dyn Names) -> Checker<'a> {
        Checker {
            source,
            known: Known::Fields(names),
            reads: Vec::new(),
            reads_day: false,
        }
    }

    pub(super) fn of_accounts(source: &'a str, names: &'a dyn AccountNames) -> Checker<'a> {
        Checker {
            source,
            known: Known::Accounts(names),
            reads: Vec::new(),
            reads_day: false,
        }
    }

    /// The whole tree, which is to give `expected`.
    pub(super) fn result(&mut self, tree: &Tree, expected: &Type) -> Result<Checked, Fault> {
        let (node, ty) = self.node(tree)?;
        let fits = match (expected, &ty) {
            (Type::Text, _) => ty.is_textual(),
            (Type::Choice(wanted), Type::Choice(found)) => found.iter().all(|id| wanted.binary_search(id).is_ok()),
            _ => *expected == ty,
        };
        if fits {
            return Ok((node, ty));
        }
        if let (Type::Choice(wanted), Kind::Text(text)) = (expected, &tree.kind) {
            return Err(self.fault(&tree.range, unknown_choice(text, wanted)));
        }
        let found = Checker::shown(tree, &ty);
        let kind = FaultKind::WrongResult {
            wanted: expected.clone(),
            found,
        };
        Err(self.fault(&tree.range, kind))
    }

    /// The slots read, ascending, each once; and whether `day()` is.
    pub(super) fn into_reads(mut self) -> (Box<[Slot]>, bool) {
        self.reads.sort_unstable();
        self.reads.dedup();
        (self.reads.into(), self.reads_day)
    }

    /// One part. Its arms only pass on: what recurses is to cost little stack.
    pub(super) fn node(&mut self, tree: &Tree) -> Result<Checked, Fault> {
        match &tree.kind {
            Kind::Name(name) => self.name(name, &tree.range),
            Kind::Not(of) => self.not(of),
            Kind::Negative(of) => self.negative(of),
            Kind::Binary(Operator::Compare(comparison), left, right) => self.comparison(*comparison, left, right),
            Kind::Binary(Operator::Or | Operator::And, ..) => self.chain(tree, Type::Bool),
            Kind::Binary(Operator::Arithmetic(_), ..) => self.chain(tree, Type::Number),
            Kind::In(left, list) => self.member(left, list, &tree.range),
            Kind::Choose(parts) => self.choose(parts),
            Kind::Call(function, arguments) => self.call(*function, arguments, &tree.range),
            literal => Ok(Checker::literal(literal)),
        }
    }

    fn literal(kind: &Kind) -> Checked {
        match kind {
            Kind::Bool(yes) => (Node::Bool(*yes), Type::Bool),
            Kind::Number(number) => (Node::Number(*number), Type::Number),
            // A literal is a choice with one id: so it meets texts and choices by one rule.
            Kind::Text(text) => (Node::Text(text.as_str().into()), Type::choice([text])),
            Kind::Date(day) => (Node::Date(*day), Type::Date),
            Kind::Month(month) => (Node::Month(*month), Type::Month),
            _ => (Node::Null, Type::Null),
        }
    }

    fn not(&mut self, of: &Tree) -> Result<Checked, Fault> {
        Ok((Node::not(self.operand("!", of, &Type::Bool)?), Type::Bool))
    }

    fn negative(&mut self, of: &Tree) -> Result<Checked, Fault> {
        Ok((Node::negative(self.operand("-", of, &Type::Number)?), Type::Number))
    }

    fn name(&mut self, name: &str, range: &Range<usize>) -> Result<Checked, Fault> {
        let info = self.field(name, range)?;
        let read = match (&info.ty, &self.known) {
            (_, Known::Accounts(_)) => Read::Account,
            (Type::Bool, _) => Read::Bool,
            (Type::Number, _) => Read::Number(info.scale),
            (Type::Text | Type::Choice(_), _) => Read::Text,
            (Type::Date, _) => Read::Date,
            (Type::Month, _) => Read::Month,
            (Type::Unit | Type::Link | Type::Evidence | Type::Null, _) => Read::Opaque,
        };
        Ok((Node::Field { slot: info.slot, read }, info.ty))
    }

    /// What a name stands for; it counts as read.
    pub(super) fn field(&mut self, name: &str, range: &Range<usize>) -> Result<NameInfo, Fault> {
        let info = match self.known {
            Known::Fields(names) => names.field(name),
            Known::Accounts(names) => names.account(name).map(account),
        };
        let Some(info) = info else {
            return Err(self.fault(range, self.unknown(name)));
        };
        let name = name.to_string();
        if !info.class_readable {
            return Err(self.fault(range, FaultKind::MayNotRead { name }));
        }
        if info.scale > SCALE_MAX {
            return Err(self.fault(range, FaultKind::BadScale { name }));
        }
        self.reads.push(info.slot);
        Ok(info)
    }

    fn unknown(&self, name: &str) -> FaultKind {
        let called = (name == "day").then(|| "day()".to_string());
        let name = name.to_string();
        match self.known {
            Known::Fields(names) => {
                let near = called.or_else(|| nearest(&name, names.all()));
                FaultKind::UnknownField { name, near }
            }
            Known::Accounts(names) => {
                let near = nearest(&name, names.all());
                FaultKind::UnknownAccount { name, near }
            }
        }
    }

    /// A chain such as `a + b - c` is walked along its left side and not by recursion, so that its
    /// length costs no stack.
    fn chain(&mut self, tree: &Tree, wanted: Type) -> Result<Checked, Fault> {
        let mut links = Vec::new();
        let mut first = tree;
        while let Kind::Binary(operator, left, right) = &first.kind {
            if takes(*operator).as_ref() != Some(&wanted) {
                break;
            }
            links.push((*operator, right));
            first = left;
        }
        let symbol = links.last().map_or("", |(operator, _)| operator.symbol());
        let mut node = self.operand(symbol, first, &wanted)?;
        while let Some((operator, right)) = links.pop() {
            let right = self.operand(operator.symbol(), right, &wanted)?;
            node = Node::binary(operator, node, right);
        }
        Ok((node, wanted))
    }

    fn operand(&mut self, operator: &'static str, tree: &Tree, wanted: &Type) -> Result<Node, Fault> {
        let (node, found) = self.node(tree)?;
        if found == *wanted {
            Ok(node)
        } else {
            Err(self.wrong_operand(operator, tree, wanted, &found))
        }
    }

    fn wrong_operand(&self, operator: &'static str, tree: &Tree, wanted: &Type, found: &Type) -> Fault {
        let found = Checker::shown(tree, found);
        self.fault(
            &tree.range,
            FaultKind::WrongOperand {
                operator,
                wanted: wanted.clone(),
                found,
            },
        )
    }

    fn choose(&mut self, parts: &[Tree; 3]) -> Result<Checked, Fault> {
        let condition = self.operand("?", &parts[0], &Type::Bool)?;
        let (branches, ty) = self.alike(&parts[1..])?;
        Ok((Node::Choose(Box::new(condition), branches), ty))
    }

    /// Values of which one will be taken: all of one type, nulls aside.
    pub(super) fn alike(&mut self, trees: &[Tree]) -> Result<(Vec<Node>, Type), Fault> {
        let mut nodes = Vec::with_capacity(trees.len());
        let mut common = Type::Null;
        for tree in trees {
            let (node, ty) = self.node(tree)?;
            self.not_opaque(tree, &ty)?;
            nodes.push(node);
            common = match (common, ty) {
                (Type::Null, ty) => ty,
                (common, Type::Null) => common,
                (Type::Choice(a), Type::Choice(b)) => Type::choice(a.iter().chain(b.iter())),
                (a, b) if a.is_textual() && b.is_textual() => Type::Text,
                (a, b) if a == b => a,
                (first, other) => {
                    let other = Checker::shown(tree, &other);
                    return Err(self.fault(&tree.range, FaultKind::Uneven { first, other }));
                }
            };
        }
        Ok((nodes, common))
    }

    /// The type as the writer sees it: a literal is text, not a choice of one.
    pub(super) fn shown(tree: &Tree, ty: &Type) -> Type {
        if tree.is_text_literal() { Type::Text } else { ty.clone() }
    }

    pub(super) fn is_formula(&self) -> bool {
        matches!(self.known, Known::Accounts(_))
    }

    pub(super) fn note_day(&mut self) {
        self.reads_day = true;
    }

    pub(super) fn fault(&self, range: &Range<usize>, kind: FaultKind) -> Fault {
        Fault::at(self.source, range.clone(), kind)
    }
}

/// What stands on both sides of an operator; comparisons take any two that meet.
fn takes(operator: Operator) -> Option<Type> {
    match operator {
        Operator::Or | Operator::And => Some(Type::Bool),
        Operator::Arithmetic(_) => Some(Type::Number),
        Operator::Compare(_) => None,
    }
}

fn account(slot: Slot) -> NameInfo {
    NameInfo {
        slot,
        ty: Type::Number,
        scale: 0,
        class_readable: true,
    }
}
