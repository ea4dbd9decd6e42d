//! Room: the shapes that cards have — a total of marks, stars judged alone, a weighted mean.

use super::card::{Adjustment, Card, Star};
use super::given::{Given, Input, InputFault, mark, number};
use super::indicator::{full_mark, marked, parted};
use super::outcome::{Adjusted, Mark, Outcome, Why};
use super::verdict::{gates, given_vetoes, judge};
use rust_decimal::Decimal;
use taizhang_core::day::Day;

/// Judges what is given.
pub(super) fn score(card: &Card, input: &Input, on: Day) -> Result<Outcome, InputFault> {
    if !card.stars.is_empty() {
        return stars(card, input);
    }
    let mut marks: Vec<Mark> = Vec::new();
    for indicator in &card.indicators {
        marks.push(marked(card, indicator, input)?);
    }
    for weight in &card.weights {
        let mean = mean(card, input, &weight.id)?;
        marks.push(Mark {
            id: weight.id.clone(),
            name: weight.name.clone(),
            full: card.full.map(|full| full.0 * weight.weight.0),
            score: mean.map(|mean| mean * weight.weight.0),
            chosen: None,
            why: match mean {
                Some(mean) => Why::Weighted {
                    mean,
                    weight: weight.weight.0,
                },
                None => Why::NotGiven(vec![weight.id.clone()]),
            },
        });
    }
    let adjusted = card.adjustments.iter().map(|adjustment| adjusted(adjustment, input));
    let adjusted = adjusted.collect::<Result<Vec<_>, _>>()?;
    let sum: Option<Decimal> = marks.iter().map(|mark| mark.score).sum();
    let mut outcome = Outcome {
        gates: gates(card, input)?,
        total: sum.map(|sum| sum + adjusted.iter().map(|adjusted| adjusted.score).sum::<Decimal>()),
        marks,
        adjusted,
        ..Outcome::default()
    };
    judge(card, input, &mut outcome)?;
    outcome.level = match (outcome.total, outcome.pass) {
        (_, Some(false)) => None,
        (Some(total), _) => level(card, input, total)?,
        (None, _) => None,
    };
    if outcome.pass == Some(true) {
        outcome.valid_until = card.result_valid_until(on);
    }
    Ok(outcome)
}

fn mean(card: &Card, input: &Input, id: &str) -> Result<Option<Decimal>, InputFault> {
    let full = card.full.map(|full| full.0);
    Ok(match input.get(id) {
        None => None,
        Some(Given::Number(one)) => Some(mark(card, id, *one, full)?),
        Some(Given::Numbers(several)) if !several.is_empty() => {
            for one in several {
                mark(card, id, *one, full)?;
            }
            Some(several.iter().sum::<Decimal>() / Decimal::from(several.len()))
        }
        Some(_) => return Err(InputFault::WrongKind(id.to_owned())),
    })
}

fn adjusted(adjustment: &Adjustment, input: &Input) -> Result<Adjusted, InputFault> {
    let count = number(input, &adjustment.id)?.unwrap_or_default();
    if count < Decimal::ZERO {
        return Err(InputFault::Negative(adjustment.id.clone()));
    }
    let (each, whole) = (adjustment.each.0, adjustment.each.0 * count);
    let score = match adjustment.max {
        Some(max) => whole.clamp(-max.0.abs(), max.0.abs()),
        None => whole,
    };
    Ok(Adjusted {
        id: adjustment.id.clone(),
        name: adjustment.name.clone(),
        count,
        each,
        score,
    })
}

/// The best level that is reached and whose requirement is met.
fn level(card: &Card, input: &Input, reached: Decimal) -> Result<Option<String>, InputFault> {
    for level in &card.levels {
        let met = match &level.requires {
            None => true,
            Some(name) => match input.get(name) {
                None => false,
                Some(Given::Truth(yes)) => *yes,
                Some(_) => return Err(InputFault::WrongKind(name.clone())),
            },
        };
        if met && level.ge.is_none_or(|ge| reached >= ge.0) {
            return Ok(Some(level.name.clone()));
        }
    }
    Ok(None)
}

fn stars(card: &Card, input: &Input) -> Result<Outcome, InputFault> {
    let vetoes = given_vetoes(input);
    let mut outcome = Outcome {
        gates: gates(card, input)?,
        ..Outcome::default()
    };
    let mut held = Vec::new();
    for star in &card.stars {
        let (mut mark, mut holds) = one_star(card, star, input)?;
        let taking = card
            .vetoes
            .iter()
            .filter(|veto| veto.stars.is_empty() || veto.stars.contains(&star.id))
            .filter(|veto| vetoes.contains(&veto.id.as_str()));
        let taking: Vec<String> = taking.map(|veto| veto.name.clone()).collect();
        if !taking.is_empty() {
            mark.why = Why::Vetoed(taking);
            holds = false;
        }
        if holds {
            held.push(star.id.clone());
        }
        outcome.marks.push(mark);
    }
    outcome.level = level(card, input, Decimal::from(held.len()))?;
    outcome.held = Some(held);
    Ok(outcome)
}

/// A star's mark and whether it is reached: decided, marked as a whole, or the sum of its tasks.
fn one_star(card: &Card, star: &Star, input: &Input) -> Result<(Mark, bool), InputFault> {
    let full = full_mark(&star.tasks).or(card.full.map(|full| full.0));
    let tasks = parted(card, &star.id, &star.tasks, |id| number(input, id))?;
    let (score, why, decided) = match input.get(&star.id) {
        Some(_) if !tasks.is_empty() => return Err(InputFault::WrongKind(star.id.clone())),
        Some(Given::Truth(yes)) => (None, Why::Decided(*yes), *yes),
        Some(Given::Number(given)) if card.star_pass_ge.is_some() => {
            (Some(mark(card, &star.id, *given, full)?), Why::Given(Vec::new()), false)
        }
        Some(_) => return Err(InputFault::WrongKind(star.id.clone())),
        None if tasks.is_empty() => (None, Why::NotGiven(vec![star.id.clone()]), false),
        None => (
            Some(tasks.iter().map(|(_, score)| *score).sum()),
            Why::Given(tasks),
            false,
        ),
    };
    let passes = |score: Decimal| card.star_pass_ge.is_some_and(|bound| score >= bound.0);
    let holds = decided || score.is_some_and(passes);
    let mark = Mark {
        id: star.id.clone(),
        name: star.name.clone(),
        full,
        score,
        chosen: None,
        why,
    };
    Ok((mark, holds))
}
