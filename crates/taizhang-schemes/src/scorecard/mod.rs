//! Room: scorecards (评分表) — criteria that turn facts into marks, a verdict, stars or a level.
//!
//! A [`Card`] is data; [`score`] judges what is [given](Input) and says of every mark why it is so.
//! Ratios are compared as fractions and never rounded; what cannot be computed is undefined, never 0.

mod aggregate;
mod card;
mod check;
mod exact;
mod formula;
mod given;
mod indicator;
mod lacking;
mod models;
mod origin;
mod outcome;
mod panel;
mod questions;
mod verdict;

pub use aggregate::{Aggregation, AggregationFault, aggregate, places, quota_levels, rank_points};
pub use card::*;
pub use check::CardFault;
pub use exact::{Date, Exact};
pub use given::{Given, Input, InputFault};
pub use lacking::{Lack, lacks};
pub use origin::{Fact, Origin};
pub use outcome::{Adjusted, GateResult, Mark, Outcome, Why};
pub use panel::{Choosing, How, Panel, Prize, Publish, Published};
pub use questions::{Question, questions};

use taizhang_core::day::Day;

/// Reads a card; its id is that of its file unless it says another.
pub fn read(id: &str, text: &str) -> Result<Card, CardFault> {
    let mut card: Card = toml::from_str(text).map_err(|error| CardFault::Unreadable(error.to_string()))?;
    if card.id.is_empty() {
        card.id = id.to_owned();
    }
    check::check(&card)?;
    Ok(card)
}

/// Judges what is given as on a day. A day outside the card's validity is refused.
pub fn score(card: &Card, input: &Input, on: Day) -> Result<Outcome, InputFault> {
    if on < card.valid_from.0 || card.valid_to.is_some_and(|last| last.0 < on) {
        return Err(InputFault::NotValidOn(on));
    }
    given::check(card, input)?;
    models::score(card, input, on)
}
