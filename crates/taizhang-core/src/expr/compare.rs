//! Room: which values may be compared, and with what.
//!
//! Never compares; that is `eval`.

use super::check::{Checked, Checker};
use super::fault::{Fault, FaultKind};
use super::node::Node;
use super::tree::{Comparison, Kind, Tree};
use super::types::Type;
use crate::near::nearest;
use std::ops::Range;

/// One side of a comparison.
type Side<'t> = (&'t Tree, &'t Type);

impl Checker<'_> {
    pub(super) fn comparison(&mut self, comparison: Comparison, left: &Tree, right: &Tree) -> Result<Checked, Fault> {
        let (a, left_ty) = self.node(left)?;
        let (b, right_ty) = self.node(right)?;
        let (left, right) = ((left, &left_ty), (right, &right_ty));
        let node = if comparison.orders() {
            self.ordered(left, right)?;
            Node::compare(comparison, a, b)
        } else {
            self.equality(comparison, (left, a), (right, b))?
        };
        Ok((node, Type::Bool))
    }

    fn equality(
        &self,
        comparison: Comparison,
        (left, a): (Side<'_>, Node),
        (right, b): (Side<'_>, Node),
    ) -> Result<Node, Fault> {
        let node = match (left.1, right.1, &a, &b) {
            (_, Type::Null, ..) => Node::IsNull(Box::new(a)),
            (Type::Null, ..) => Node::IsNull(Box::new(b)),
            (Type::Unit | Type::Link, same, Node::Field { slot: one, .. }, Node::Field { slot: other, .. })
                if left.1 == same =>
            {
                Node::SameRecord(*one, *other)
            }
            _ => {
                self.equatable(left, right)?;
                return Ok(Node::compare(comparison, a, b));
            }
        };
        Ok(if comparison == Comparison::Equal {
            node
        } else {
            Node::not(node)
        })
    }

    pub(super) fn member(&mut self, left: &Tree, list: &[Tree], range: &Range<usize>) -> Result<Checked, Fault> {
        let (of, left_ty) = self.node(left)?;
        if list.is_empty() {
            return Err(self.fault(range, FaultKind::EmptyList));
        }
        let mut nodes = Vec::with_capacity(list.len());
        for part in list {
            let (node, ty) = self.node(part)?;
            if ty == Type::Null {
                return Err(self.fault(&part.range, FaultKind::NullInList));
            }
            self.equatable((left, &left_ty), (part, &ty))?;
            nodes.push(node);
        }
        Ok((Node::In(Box::new(of), nodes), Type::Bool))
    }

    /// Numbers, days, months and texts have an order; the ids of a choice have none that means
    /// anything.
    fn ordered(&self, left: Side<'_>, right: Side<'_>) -> Result<(), Fault> {
        for (tree, ty) in [left, right] {
            self.not_opaque(tree, ty)?;
            let choice = matches!(ty, Type::Choice(_)) && !tree.is_text_literal();
            if choice || matches!(ty, Type::Bool | Type::Null) {
                return Err(self.fault(&tree.range, FaultKind::NoOrder { found: ty.clone() }));
            }
        }
        let textual = left.1.is_textual() && right.1.is_textual();
        if textual || left.1 == right.1 {
            Ok(())
        } else {
            Err(self.mixed(left, right))
        }
    }

    fn equatable(&self, left: Side<'_>, right: Side<'_>) -> Result<(), Fault> {
        for (tree, ty) in [left, right] {
            self.not_opaque(tree, ty)?;
        }
        match (left.1, right.1) {
            (Type::Choice(a), Type::Choice(b)) => {
                let meet = a.iter().any(|id| b.binary_search(id).is_ok());
                if meet {
                    Ok(())
                } else {
                    Err(self.never_equal((left.0, a), (right.0, b)))
                }
            }
            (a, b) if a.is_textual() && b.is_textual() => Ok(()),
            (a, b) if a == b => Ok(()),
            _ => Err(self.mixed(left, right)),
        }
    }

    /// If one side is a literal, it is the one to be mended.
    fn never_equal(&self, left: (&Tree, &[String]), right: (&Tree, &[String])) -> Fault {
        let (tree, kind) = match (&left.0.kind, &right.0.kind) {
            (Kind::Text(_), Kind::Text(_)) => (right.0, FaultKind::NeverEqual),
            (Kind::Text(text), _) => (left.0, unknown_choice(text, right.1)),
            (_, Kind::Text(text)) => (right.0, unknown_choice(text, left.1)),
            _ => (right.0, FaultKind::NeverEqual),
        };
        self.fault(&tree.range, kind)
    }

    fn mixed(&self, left: Side<'_>, right: Side<'_>) -> Fault {
        let kind = FaultKind::Mixed {
            left: Checker::shown(left.0, left.1),
            right: Checker::shown(right.0, right.1),
        };
        self.fault(&right.0.range, kind)
    }

    pub(super) fn not_opaque(&self, tree: &Tree, ty: &Type) -> Result<(), Fault> {
        if ty.is_opaque() {
            return Err(self.fault(&tree.range, FaultKind::OnlyHas { found: ty.clone() }));
        }
        Ok(())
    }
}

/// A literal that is none of these ids.
pub(super) fn unknown_choice(text: &str, ids: &[String]) -> FaultKind {
    FaultKind::UnknownChoice {
        text: text.to_string(),
        near: nearest(text, ids),
    }
}
