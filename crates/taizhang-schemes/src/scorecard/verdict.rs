//! Room: conditions, and whether a card is passed.

use super::card::{Card, Gate, Scalar, Source, Test};
use super::given::{Given, Input, InputFault, VETOES, number};
use super::indicator::{Ratio, look};
use super::outcome::{GateResult, Mark, Outcome, Why};
use rust_decimal::Decimal;

/// Every condition of the card.
pub(super) fn gates(card: &Card, input: &Input) -> Result<Vec<GateResult>, InputFault> {
    card.gates.iter().map(|gate| judged(gate, input)).collect()
}

/// One condition. What is not given is not judged, nor is a share without a lower part.
pub(super) fn judged(gate: &Gate, input: &Input) -> Result<GateResult, InputFault> {
    let (holds, value) = held(&gate.test, input)?;
    Ok(GateResult {
        id: gate.id.clone(),
        name: gate.name.clone(),
        holds,
        value,
    })
}

fn held(test: &Test, input: &Input) -> Result<(Option<bool>, Option<Why>), InputFault> {
    if let (Some(field), Some(Scalar::Truth(wanted))) = (&test.field, test.eq) {
        return match input.get(field) {
            None => Ok((None, None)),
            Some(Given::Truth(is)) => Ok((Some(*is == wanted), Some(Why::Decided(*is)))),
            Some(_) => Err(InputFault::WrongKind(field.clone())),
        };
    }
    let source = Source {
        field: test.field.clone(),
        numerator: test.numerator.clone(),
        denominator: test.denominator.clone(),
    };
    let ratio = match look(&source, input)? {
        Ok(ratio) => ratio,
        Err(Why::NotGiven(_)) => return Ok((None, None)),
        Err(why) => return Ok((Some(false), Some(why))),
    };
    let Some(least) = least(test, input)? else {
        return Ok((None, None));
    };
    let holds = least.is_none_or(|least| ratio.compare(least).is_ge())
        && test.gt.is_none_or(|bound| ratio.compare(bound.0).is_gt())
        && test.le.is_none_or(|bound| ratio.compare(bound.0).is_le())
        && test.lt.is_none_or(|bound| ratio.compare(bound.0).is_lt())
        && match test.eq {
            Some(Scalar::Amount(wanted)) => ratio.compare(wanted.0).is_eq(),
            _ => true,
        };
    Ok((Some(holds), Some(seen(ratio, least))))
}

/// The least value: the test's own, or that of its tier. Outside none: the size of the tier is not given.
fn least(test: &Test, input: &Input) -> Result<Option<Option<Decimal>>, InputFault> {
    let Some(on) = &test.tiers_on else {
        return Ok(Some(test.ge.map(|bound| bound.0)));
    };
    let Some(size) = number(input, on)? else {
        return Ok(None);
    };
    let tier = test.tiers.iter().find(|tier| tier.le.is_none_or(|le| size <= le.0));
    Ok(Some(tier.map(|tier| tier.ge_ratio.0)))
}

fn seen(ratio: Ratio, bound: Option<Decimal>) -> Why {
    Why::Band {
        value: (ratio.of, ratio.by),
        bound,
        code: String::new(),
    }
}

/// The vetoes that were given and take the whole result.
pub(super) fn total_vetoes<'a>(card: &'a Card, input: &'a Input) -> impl Iterator<Item = &'a str> {
    let given = given_vetoes(input);
    let whole = card.vetoes.iter().filter(|veto| veto.stars.is_empty());
    whole.map(|veto| veto.id.as_str()).filter(move |id| given.contains(id))
}

/// The vetoes that were given.
pub(super) fn given_vetoes(input: &Input) -> Vec<&str> {
    match input.get(VETOES) {
        Some(Given::Names(names)) => names.iter().map(String::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Judges the whole: gates first, then the direct ways, then the marks.
pub(super) fn judge(card: &Card, input: &Input, outcome: &mut Outcome) -> Result<(), InputFault> {
    let failed = outcome.gates.iter().find(|gate| gate.holds == Some(false));
    let failed = failed.map(|gate| gate.id.clone());
    let vetoed = total_vetoes(card, input).next().map(str::to_owned);
    if let Some(reason) = failed.or(vetoed) {
        outcome.pass = Some(false);
        outcome.reason = Some(reason);
        return Ok(());
    }
    for way in card.direct.iter().flat_map(|direct| &direct.any) {
        if judged(way, input)?.holds == Some(true) {
            outcome.pass = Some(true);
            outcome.by = Some(format!("direct:{}", way.id));
            return Ok(());
        }
    }
    let Some(pass) = &card.pass else {
        return Ok(());
    };
    let undefined = outcome.marks.iter().find(|mark| mark.score.is_none());
    let short = |total: Decimal| {
        pass.total_ge.is_some_and(|bound| total < bound.0) || pass.total_gt.is_some_and(|bound| total <= bound.0)
    };
    let low = |id: &str, bound: Decimal| {
        let score = |mark: &Mark| mark.id == id && mark.score.is_some_and(|score| score <= bound);
        outcome.marks.iter().any(score)
    };
    let reason = match (undefined, outcome.total) {
        (Some(mark), _) => Some(mark.id.clone()),
        (None, Some(total)) if short(total) => Some("total".to_owned()),
        _ => {
            let mut above = pass.above.iter();
            above
                .find(|above| low(&above.indicator, above.gt.0))
                .map(|above| above.indicator.clone())
        }
    };
    outcome.pass = Some(reason.is_none());
    outcome.by = reason.is_none().then(|| "score".to_owned());
    outcome.reason = reason;
    Ok(())
}
