//! Room: what a report claims, beside the question whose answer shows whether it is so.

use crate::day::Day;
use crate::id::{AccountNo, FieldNo, RegisterNo};
use rust_decimal::Decimal;

/// One claim of a published report, paraphrased and numbered.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// Its number in the list, as text: `12`.
    pub id: String,
    /// The part of the report that it belongs to, `S3`.
    pub part: String,
    /// What is claimed.
    pub text: String,
    /// What sort of claim it is.
    pub kind: ClaimKind,
    /// The figure that answers it.
    pub figure: Option<ClaimFigure>,
    /// The record that answers it.
    pub record: Option<ClaimRecord>,
    /// The bulletin whose release answers it.
    pub bulletin: Option<String>,
    /// The document that a comparison rests on; empty if there is none.
    pub document: String,
}

/// What sort of claim it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimKind {
    /// A number.
    Number,
    /// Something that is so.
    State,
    /// Better or earlier than others: without a document it is not proven (待佐证).
    Comparison,
    /// Something that is meant to be.
    Intent,
}

/// A figure that answers a claim.
#[derive(Clone, Debug, PartialEq)]
pub struct ClaimFigure {
    /// The account.
    pub account: AccountNo,
    /// The unit's code, or none for the root.
    pub unit: Option<String>,
    /// The first day of a movement; none for a level.
    pub from: Option<Day>,
    /// The last day, or the day of a level.
    pub to: Day,
    /// What the figure must be, in the account's base unit.
    pub bound: Bound,
    /// The earlier day on which a level must have been lower.
    pub grown_since: Option<Day>,
}

/// What a figure must be for a claim to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// Exactly this.
    Is(Decimal),
    /// This or more.
    AtLeast(Decimal),
    /// This or less.
    AtMost(Decimal),
}

impl Bound {
    /// Whether a value is within it.
    pub fn holds(self, value: Decimal) -> bool {
        match self {
            Bound::Is(wanted) => value == wanted,
            Bound::AtLeast(least) => value >= least,
            Bound::AtMost(most) => value <= most,
        }
    }
}

/// A record that answers a claim: one that is there, and what a field of it says on a day.
#[derive(Clone, Debug, PartialEq)]
pub struct ClaimRecord {
    /// Its register.
    pub register: RegisterNo,
    /// The text of its first key.
    pub key: String,
    /// The day on which it is looked at.
    pub as_of: Day,
    /// The field, and the text that it must be read as.
    pub says: Option<(FieldNo, String)>,
}
