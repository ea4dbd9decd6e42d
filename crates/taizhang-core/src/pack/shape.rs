//! Room: when the values of two kinds of field mean the same.

use crate::definition::FieldKind;

/// Whether a value of one kind is a value of the other, held in the same way: the same type, scale,
/// register. Choices and measures are compared elsewhere, since they may grow.
pub(super) fn same_column(a: &FieldKind, b: &FieldKind) -> bool {
    use FieldKind::*;
    match (a, b) {
        (Quantity { scale: a, .. }, Quantity { scale: b, .. }) | (Percent { scale: a }, Percent { scale: b }) => a == b,
        (Link { register: a }, Link { register: b }) => a == b,
        _ => std::mem::discriminant(a) == std::mem::discriminant(b),
    }
}

/// Whether values can be copied from one field to the other: also the same choices and measure.
pub(super) fn same_values(a: &FieldKind, b: &FieldKind) -> bool {
    use FieldKind::*;
    same_column(a, b)
        && match (a, b) {
            (Choice(a), Choice(b)) => a.iter().map(|choice| &choice.id).eq(b.iter().map(|choice| &choice.id)),
            (Quantity { measure: a, .. }, Quantity { measure: b, .. }) => a == b,
            _ => true,
        }
}
