//! Room: what somebody lacks to pass (a firm on the way to the next rung, a candidate of a policy).

use super::card::Card;
use super::outcome::Outcome;
use rust_decimal::Decimal;

/// One thing that is lacking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lack {
    /// A condition that does not hold, by name.
    Gate(String),
    /// A condition of which nothing is known, by name.
    Unknown(String),
    /// Marks, so many (for a bound that must be exceeded: at least).
    Marks(Decimal),
    /// An indicator whose mark is too low, by name.
    Low(String),
    /// An indicator that is undefined, by name.
    Undefined(String),
}

/// Everything that is lacking, in the card's order. Nothing for one that passes, but for what is not known.
pub fn lacks(card: &Card, outcome: &Outcome) -> Vec<Lack> {
    let mut lacks = Vec::new();
    for gate in &outcome.gates {
        match gate.holds {
            Some(true) => {}
            Some(false) => lacks.push(Lack::Gate(gate.name.clone())),
            None => lacks.push(Lack::Unknown(gate.name.clone())),
        }
    }
    let direct = outcome.by.as_deref().is_some_and(|by| by != "score");
    let Some(pass) = card.pass.as_ref().filter(|_| !direct) else {
        return lacks;
    };
    for mark in &outcome.marks {
        let bound = pass.above.iter().find(|above| above.indicator == mark.id);
        match (mark.score, bound) {
            (None, _) => lacks.push(Lack::Undefined(mark.name.clone())),
            (Some(score), Some(above)) if score <= above.gt.0 => lacks.push(Lack::Low(mark.name.clone())),
            _ => {}
        }
    }
    if let Some(total) = outcome.total {
        let least = pass.total_ge.or(pass.total_gt).map(|bound| bound.0).unwrap_or_default();
        let open = pass.total_gt.is_some_and(|bound| total <= bound.0);
        if total < least || open {
            lacks.push(Lack::Marks(least - total));
        }
    }
    lacks
}
