//! Room: what must hold between the parts of a card before anything is judged by it.

use super::card::{Band, Card, Indicator, Test};
use super::exact::Exact;
use super::origin::Fact;
use super::panel::{How, Panel};
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// Why a card cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CardFault {
    /// The file is not of this shape; the text says where.
    #[error("{0}")]
    Unreadable(String),
    /// Two things have one id.
    #[error("the id `{0}` is used twice")]
    Twice(String),
    /// Bands are not ordered from best to worst, so that one covers another.
    #[error("the bands of `{0}` overlap: write them from the best to the worst, each bound below the one before")]
    BandsOverlap(String),
    /// No band covers the lowest values.
    #[error("the bands of `{0}` leave values out: let the last one have no bound")]
    BandsOpen(String),
    /// A mark is above the full one.
    #[error("`{0}` can give more than its full mark")]
    AboveFull(String),
    /// Full marks do not add up to the card's.
    #[error("the full marks add up to {sum}, not to {full}")]
    FullMarks {
        /// What they add up to.
        sum: Decimal,
        /// The card's full mark.
        full: Decimal,
    },
    /// Weights do not add up to 1.
    #[error("the weights add up to {0}, not to 1")]
    Weights(Decimal),
    /// A name that nothing has.
    #[error("there is no `{0}`")]
    NoSuch(String),
    /// A fact that says no way to it, or two.
    #[error(
        "the fact `{0}` needs one of `register` (with `by`), `days_since`, `figure`, `targets` (`all`, `on_pace`); `years` need `on`"
    )]
    Source(String),
    /// Nothing is said on how it is judged.
    #[error("`{0}` does not say how it is judged")]
    Empty(String),
    /// A rule leaves out the highest and lowest, and does not say how many.
    #[error("`trimmed` needs `trim`: how many of the highest and of the lowest are left out")]
    NoTrim,
    /// A formula that cannot be read, and why.
    #[error("the panel's formula: {0}")]
    Formula(String),
    /// A prize that cannot be.
    #[error("the prize of place {0} is given twice, is below 0, or there is no such place")]
    Prize(usize),
    /// It ends before it begins.
    #[error("it ends before it begins")]
    Validity,
}

/// Checks a card that has been read.
pub(super) fn check(card: &Card) -> Result<(), CardFault> {
    if card.valid_to.is_some_and(|last| last < card.valid_from) {
        return Err(CardFault::Validity);
    }
    ids(card)?;
    let direct = card.direct.iter().flat_map(|direct| &direct.any);
    for gate in card.gates.iter().chain(direct) {
        test(&gate.id, &gate.test)?;
    }
    for one in &card.indicators {
        indicator(one)?;
    }
    names(card)?;
    writes(card)?;
    card.panel.as_ref().map_or(Ok(()), panel)?;
    let known = super::given::known(card);
    if let Some(name) = card.facts.keys().find(|name| !known.contains(name.as_str())) {
        return Err(CardFault::NoSuch(name.clone()));
    }
    let whole = |fact: &Fact| match fact {
        Fact::Field(_) => true,
        Fact::Origin(from) => from.is_whole(),
    };
    if let Some((name, _)) = card.facts.iter().find(|(_, fact)| !whole(fact)) {
        return Err(CardFault::Source(name.clone()));
    }
    sums(card)
}

fn ids(card: &Card) -> Result<(), CardFault> {
    let mut seen = BTreeSet::new();
    let gates = card.gates.iter().map(|gate| &gate.id);
    let vetoes = card.vetoes.iter().map(|veto| &veto.id);
    let marked = card.indicators.iter().map(|indicator| &indicator.id);
    let stars = card.stars.iter().map(|star| &star.id);
    let tasks = card.stars.iter().flat_map(|star| &star.tasks).map(|task| &task.id);
    let weights = card.weights.iter().map(|weight| &weight.id);
    let adjustments = card.adjustments.iter().map(|adjustment| &adjustment.id);
    let groups: [Vec<&String>; 2] = [
        gates.chain(vetoes).collect(),
        marked
            .chain(stars)
            .chain(tasks)
            .chain(weights)
            .chain(adjustments)
            .collect(),
    ];
    for group in groups {
        seen.clear();
        if let Some(twice) = group.into_iter().find(|id| !seen.insert(*id)) {
            return Err(CardFault::Twice(twice.clone()));
        }
    }
    Ok(())
}

fn test(id: &str, test: &Test) -> Result<(), CardFault> {
    let looks = test.field.is_some() || (test.numerator.is_some() && test.denominator.is_some());
    let bounds = [test.ge, test.gt, test.le, test.lt];
    let asks = test.eq.is_some() || bounds.iter().any(Option::is_some) || !test.tiers.is_empty();
    if looks && asks {
        Ok(())
    } else {
        Err(CardFault::Empty(id.to_owned()))
    }
}

fn indicator(indicator: &Indicator) -> Result<(), CardFault> {
    let full = indicator.full.map(|full| full.0);
    if !indicator.bands.is_empty() {
        bands(&indicator.id, &indicator.bands, full)?;
    }
    for alternative in &indicator.alternatives {
        bands(&alternative.id, &alternative.bands, full)?;
    }
    let judged = indicator.panel || indicator.linear || !indicator.alternatives.is_empty();
    if judged || !indicator.bands.is_empty() {
        Ok(())
    } else {
        Err(CardFault::Empty(indicator.id.clone()))
    }
}

fn bands(id: &str, bands: &[Band], full: Option<Decimal>) -> Result<(), CardFault> {
    let bound = |band: &Band| band.ge.or(band.gt);
    for pair in bands.windows(2) {
        let same = pair[1].field == pair[0].field || pair[1].field.is_none();
        let falls = match (bound(&pair[0]), bound(&pair[1])) {
            (Some(above), Some(below)) => !same || below < above || (below == above && pair[0].gt.is_some()),
            (Some(_), None) => true,
            (None, _) => false,
        };
        if !falls {
            return Err(CardFault::BandsOverlap(id.to_owned()));
        }
    }
    if bands.last().is_none_or(|last| bound(last).is_some()) {
        return Err(CardFault::BandsOpen(id.to_owned()));
    }
    match full {
        Some(full) if bands.iter().any(|band| band.score.0 > full) => Err(CardFault::AboveFull(id.to_owned())),
        _ => Ok(()),
    }
}

fn names(card: &Card) -> Result<(), CardFault> {
    let known = |id: &str| card.indicators.iter().any(|indicator| indicator.id == id);
    let above = card.pass.iter().flat_map(|pass| &pass.above);
    if let Some(wrong) = above.map(|above| &above.indicator).find(|id| !known(id)) {
        return Err(CardFault::NoSuch(wrong.clone()));
    }
    let star = |id: &str| card.stars.iter().any(|star| star.id == id);
    let mut taken = card.vetoes.iter().flat_map(|veto| &veto.stars);
    match taken.find(|id| !star(id)) {
        Some(wrong) => Err(CardFault::NoSuch(wrong.clone())),
        None => Ok(()),
    }
}

/// What is written names a part of the result.
fn writes(card: &Card) -> Result<(), CardFault> {
    const PARTS: [&str; 4] = ["total", "stars", "level", "valid_until"];
    let known = |id: &str| PARTS.contains(&id) || card.stars.iter().any(|star| star.id == id);
    match card.writes.iter().find(|write| !known(&write.of)) {
        Some(wrong) => Err(CardFault::NoSuch(wrong.of.clone())),
        None => Ok(()),
    }
}

fn panel(panel: &Panel) -> Result<(), CardFault> {
    let chosen = panel.how_by.iter().flat_map(|by| by.choices.values());
    let rules: BTreeSet<How> = chosen.copied().chain([panel.how]).collect();
    if panel.trim == 0 && rules.contains(&How::Trimmed) {
        return Err(CardFault::NoTrim);
    }
    if rules.contains(&How::Formula) {
        super::formula::compiled(panel).map_err(CardFault::Formula)?;
    }
    for (at, prize) in panel.prizes.iter().enumerate() {
        let twice = panel.prizes[..at]
            .iter()
            .any(|other| (other.place, &other.group) == (prize.place, &prize.group));
        if twice || prize.place == 0 || prize.amount.0.is_sign_negative() {
            return Err(CardFault::Prize(prize.place));
        }
    }
    Ok(())
}

fn sums(card: &Card) -> Result<(), CardFault> {
    let weights: Decimal = card.weights.iter().map(|weight| weight.weight.0).sum();
    if !card.weights.is_empty() && weights != Decimal::ONE {
        return Err(CardFault::Weights(weights));
    }
    let marks: Option<Decimal> = card.indicators.iter().map(|one| one.full.map(|full| full.0)).sum();
    match (card.full, marks) {
        (Some(Exact(full)), Some(sum)) if !card.indicators.is_empty() && sum != full => {
            Err(CardFault::FullMarks { sum, full })
        }
        _ => Ok(()),
    }
}
