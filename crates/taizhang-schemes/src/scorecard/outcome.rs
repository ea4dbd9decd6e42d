//! Room: what a card says of what was given, with the reason of every mark.

use rust_decimal::Decimal;
use taizhang_core::day::Day;

/// The whole result.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Conditions, in the card's order.
    pub gates: Vec<GateResult>,
    /// Marks, in the card's order.
    pub marks: Vec<Mark>,
    /// Marks added and taken.
    pub adjusted: Vec<Adjusted>,
    /// The total; none if a mark is undefined.
    pub total: Option<Decimal>,
    /// Whether it passes; none if the card does not judge that.
    pub pass: Option<bool>,
    /// By what it passes: `score`, or `direct:` and an id.
    pub by: Option<String>,
    /// What it fails by: the id of a gate, of an indicator, of a veto, or `total`.
    pub reason: Option<String>,
    /// The stars held; none if the card has no stars.
    pub held: Option<Vec<String>>,
    /// The level reached.
    pub level: Option<String>,
    /// Until when the result holds, if it passes and ends.
    pub valid_until: Option<Day>,
}

/// One condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GateResult {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether it holds; what was not given counts as holding, and is none here.
    pub holds: Option<bool>,
    /// What was looked at.
    pub value: Option<Why>,
}

/// One mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The id of what is marked.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The full mark.
    pub full: Option<Decimal>,
    /// The mark; none if it is undefined.
    pub score: Option<Decimal>,
    /// The alternative that gave it.
    pub chosen: Option<String>,
    /// Why.
    pub why: Why,
}

/// Why a mark is what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// A value reached a band.
    Band {
        /// The value: a number, or upper and lower part of a share.
        value: (Decimal, Option<Decimal>),
        /// The bound that it reached; none for the last band.
        bound: Option<Decimal>,
        /// The band's letter.
        code: String,
    },
    /// A share of the full mark.
    Share {
        /// The upper part.
        of: Decimal,
        /// The lower part.
        by: Decimal,
    },
    /// Judges gave it, part by part where they did.
    Given(Vec<(String, Decimal)>),
    /// The mean of several, by its weight.
    Weighted {
        /// The mean.
        mean: Decimal,
        /// Its weight.
        weight: Decimal,
    },
    /// Decided, not marked.
    Decided(bool),
    /// Taken away by vetoes, by name.
    Vetoed(Vec<String>),
    /// These were not given.
    NotGiven(Vec<String>),
    /// The lower part of the share is zero.
    NoDenominator(String),
}

/// Marks added or taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adjusted {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
    /// How many were counted.
    pub count: Decimal,
    /// For each.
    pub each: Decimal,
    /// What it comes to, after the cap.
    pub score: Decimal,
}
