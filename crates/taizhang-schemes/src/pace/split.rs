//! Room: whether the parts of a target that was split to units make up the whole.

use rust_decimal::Decimal;

/// What the parts must come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// Exactly the whole.
    Exact,
    /// The whole or more (加压).
    AtLeast,
}

/// What they come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SplitCheck {
    /// Their sum.
    pub sum: Decimal,
    /// The sum less the whole.
    pub more: Decimal,
    /// Whether that is allowed.
    pub holds: bool,
}

/// Adds up the parts of a whole.
pub fn split_check(whole: Decimal, parts: &[Decimal], split: Split) -> SplitCheck {
    let sum: Decimal = parts.iter().sum();
    let more = sum - whole;
    SplitCheck {
        sum,
        more,
        holds: match split {
            Split::Exact => more.is_zero(),
            Split::AtLeast => more >= Decimal::ZERO,
        },
    }
}
