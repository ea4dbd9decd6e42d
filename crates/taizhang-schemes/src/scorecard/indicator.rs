//! Room: the mark of one indicator.

use super::card::{Band, Card, Indicator, Part, Source, full_of};
use super::given::{Given, Input, InputFault, mark, number};
use super::outcome::{Mark, Why};
use rust_decimal::Decimal;

/// A value looked at: a number, or a share kept as a fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ratio {
    pub(super) of: Decimal,
    pub(super) by: Option<Decimal>,
}

impl Ratio {
    /// Compares with a bound without dividing.
    pub(super) fn compare(self, bound: Decimal) -> std::cmp::Ordering {
        match self.by.and_then(|by| bound.checked_mul(by)) {
            Some(product) => self.of.cmp(&product),
            None => self.of.cmp(&bound),
        }
    }
}

/// What a source gives, or why it gives nothing.
pub(super) fn look(source: &Source, input: &Input) -> Result<Result<Ratio, Why>, InputFault> {
    let missing: Vec<String> = source
        .names()
        .filter(|name| !input.contains_key(*name))
        .map(str::to_owned)
        .collect();
    if !missing.is_empty() {
        return Ok(Err(Why::NotGiven(missing)));
    }
    let get = |name: &Option<String>| match name {
        Some(name) => number(input, name),
        None => Ok(None),
    };
    if let Some(of) = get(&source.field)? {
        return Ok(Ok(Ratio { of, by: None }));
    }
    let (of, by) = (get(&source.numerator)?, get(&source.denominator)?);
    Ok(match (of, by) {
        (Some(of), Some(by)) if by > Decimal::ZERO => Ok(Ratio { of, by: Some(by) }),
        (_, Some(_)) => Err(Why::NoDenominator(source.denominator.clone().unwrap_or_default())),
        _ => Err(Why::NotGiven(Vec::new())),
    })
}

/// The mark of an indicator.
pub(super) fn marked(card: &Card, indicator: &Indicator, input: &Input) -> Result<Mark, InputFault> {
    let (score, chosen, why) = if indicator.panel {
        let (score, why) = by_panel(card, indicator, input)?;
        (score, None, why)
    } else if !indicator.alternatives.is_empty() {
        by_the_better(indicator, input)?
    } else if indicator.linear {
        let (score, why) = in_proportion(indicator, input)?;
        (score, None, why)
    } else {
        let (score, why) = by_bands(indicator.value.as_ref(), &indicator.bands, input)?;
        (score, None, why)
    };
    Ok(Mark {
        id: indicator.id.clone(),
        name: indicator.name.clone(),
        full: indicator.full.map(|full| full.0),
        score,
        chosen,
        why,
    })
}

type Marked = (Option<Decimal>, Why);

fn by_bands(value: Option<&Source>, bands: &[Band], input: &Input) -> Result<Marked, InputFault> {
    let mut seen = None;
    for band in bands {
        let own = band.field.clone().map(|field| Source {
            field: Some(field),
            ..Source::default()
        });
        if let Some(source) = own.as_ref().or(value) {
            match look(source, input)? {
                Ok(ratio) => seen = Some(ratio),
                Err(why) => return Ok((None, why)),
            }
        }
        let Some(ratio) = seen else {
            continue;
        };
        let reached = match (band.ge, band.gt) {
            (Some(bound), _) => ratio.compare(bound.0).is_ge(),
            (_, Some(bound)) => ratio.compare(bound.0).is_gt(),
            _ => true,
        };
        if reached {
            let why = Why::Band {
                value: (ratio.of, ratio.by),
                bound: band.ge.or(band.gt).map(|bound| bound.0),
                code: band.code.clone(),
            };
            return Ok((Some(band.score.0), why));
        }
    }
    Ok((None, Why::NotGiven(Vec::new())))
}

/// The better of those that are defined; which one is only said where it brought something.
fn by_the_better(indicator: &Indicator, input: &Input) -> Result<(Option<Decimal>, Option<String>, Why), InputFault> {
    let mut best: Option<(Decimal, &str, Why)> = None;
    let mut undefined = None;
    for alternative in &indicator.alternatives {
        match by_bands(Some(&alternative.value), &alternative.bands, input)? {
            (Some(score), why) if best.as_ref().is_none_or(|(known, ..)| score > *known) => {
                best = Some((score, &alternative.id, why));
            }
            (None, why) => undefined = undefined.or(Some(why)),
            _ => {}
        }
    }
    Ok(match best {
        Some((score, id, why)) => (Some(score), (!score.is_zero()).then(|| id.to_owned()), why),
        None => (None, None, undefined.unwrap_or(Why::NotGiven(Vec::new()))),
    })
}

fn in_proportion(indicator: &Indicator, input: &Input) -> Result<Marked, InputFault> {
    let full = indicator.full.map(|full| full.0).unwrap_or_default();
    let ratio = match indicator.value.as_ref().map(|source| look(source, input)).transpose()? {
        Some(Ok(ratio)) => ratio,
        Some(Err(why)) => return Ok((None, why)),
        None => return Ok((None, Why::NotGiven(Vec::new()))),
    };
    let by = ratio.by.unwrap_or(Decimal::ONE_HUNDRED);
    let score = (full * ratio.of / by).clamp(Decimal::ZERO, full);
    Ok((Some(score), Why::Share { of: ratio.of, by }))
}

fn by_panel(card: &Card, indicator: &Indicator, input: &Input) -> Result<Marked, InputFault> {
    let full = indicator.full.map(|full| full.0);
    let (score, parts) = match input.get(&indicator.id) {
        None => return Ok((None, Why::NotGiven(vec![indicator.id.clone()]))),
        Some(Given::Number(given)) => (mark(card, &indicator.id, *given, full)?, Vec::new()),
        Some(Given::Parts(given)) => {
            let parts = parted(card, &indicator.id, &indicator.parts, |id| Ok(given.get(id).copied()))?;
            let known = |id: &String| indicator.parts.iter().any(|part| part.id == *id);
            if let Some(name) = given.keys().find(|id| !known(id)) {
                let known = indicator.parts.iter().map(|part| part.id.clone()).collect();
                let name = format!("{}.{name}", indicator.id);
                return Err(InputFault::Unknown { name, known });
            }
            let sum: Decimal = parts.iter().map(|(_, score)| *score).sum();
            (full.map_or(sum, |full| sum.min(full)), parts)
        }
        Some(_) => return Err(InputFault::WrongKind(indicator.id.clone())),
    };
    within_range(indicator, input, score)?;
    Ok((Some(score), Why::Given(parts)))
}

/// Judges choose a mark only within what the value allows.
fn within_range(indicator: &Indicator, input: &Input, score: Decimal) -> Result<(), InputFault> {
    let Some(Ok(value)) = indicator.value.as_ref().map(|source| look(source, input)).transpose()? else {
        return Ok(());
    };
    let reached = indicator.ranges.iter().find(|range| match (range.ge, range.gt) {
        (Some(bound), _) => value.compare(bound.0).is_ge(),
        (_, Some(bound)) => value.compare(bound.0).is_gt(),
        _ => true,
    });
    match reached {
        Some(range) if score < range.min.0 || range.max.0 < score => Err(InputFault::OutOfRange {
            name: indicator.id.clone(),
            given: score,
            min: range.min.0,
            max: range.max.0,
        }),
        _ => Ok(()),
    }
}

/// Marks part by part; what was not given counts as not marked.
pub(super) fn parted(
    card: &Card,
    of: &str,
    parts: &[Part],
    given: impl Fn(&str) -> Result<Option<Decimal>, InputFault>,
) -> Result<Vec<(String, Decimal)>, InputFault> {
    let mut marks = Vec::new();
    for part in parts {
        if let Some(score) = given(&part.id)? {
            let name = format!("{of}.{}", part.id);
            marks.push((part.id.clone(), mark(card, &name, score, Some(part.full.0))?));
        }
    }
    Ok(marks)
}

/// The full mark of parts, for cards that do not say it.
pub(super) fn full_mark(parts: &[Part]) -> Option<Decimal> {
    (!parts.is_empty()).then(|| full_of(parts))
}
