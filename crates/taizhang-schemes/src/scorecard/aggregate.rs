//! Room: from the sheets of a panel to one result, and from results to places.
//!
//! Ties share a place and the next one is counted on (1-2-2-4).

use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// How the sheets of judges become one result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aggregation {
    /// The mean.
    Mean,
    /// The mean without so many of the highest and as many of the lowest.
    Trimmed(usize),
    /// Each judge's places become points: so many for the first, so many less for each next; the mean of these.
    RankPoints {
        /// For the first place.
        first: Decimal,
        /// Less for each next.
        step: Decimal,
    },
}

/// Why sheets cannot be added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AggregationFault {
    /// There are no sheets.
    #[error("no sheets")]
    NoSheets,
    /// After trimming none are left.
    #[error("too few sheets to trim")]
    TooFew,
    /// A judge left an entry out, so places are not comparable.
    #[error("a judge did not mark every entry")]
    Gap,
    /// A formula says nothing of this entry: a part is missing, or a denominator is zero.
    #[error("the formula is undefined for entry {0}")]
    Undefined(usize),
}

/// One result for each entry. `sheets[j][e]` is judge j's mark of entry e.
pub fn aggregate(how: Aggregation, sheets: &[Vec<Option<Decimal>>]) -> Result<Vec<Decimal>, AggregationFault> {
    let entries = sheets.first().ok_or(AggregationFault::NoSheets)?.len();
    let points: Vec<Vec<Option<Decimal>>> = match how {
        Aggregation::RankPoints { first, step } => {
            let ranked = sheets.iter().map(|sheet| {
                let marks: Option<Vec<Decimal>> = sheet.iter().copied().collect();
                let places = places(&marks.ok_or(AggregationFault::Gap)?);
                Ok(places
                    .into_iter()
                    .map(|place| Some(rank_points(first, step, place)))
                    .collect())
            });
            ranked.collect::<Result<_, _>>()?
        }
        _ => sheets.to_vec(),
    };
    let cut = match how {
        Aggregation::Trimmed(cut) => cut,
        _ => 0,
    };
    (0..entries)
        .map(|entry| {
            let mut marks: Vec<Decimal> = points
                .iter()
                .filter_map(|sheet| sheet.get(entry).copied().flatten())
                .collect();
            if marks.is_empty() {
                return Err(AggregationFault::NoSheets);
            }
            marks.sort();
            let kept = marks
                .get(cut..marks.len().saturating_sub(cut))
                .filter(|kept| !kept.is_empty());
            let kept = kept.ok_or(AggregationFault::TooFew)?;
            Ok(kept.iter().sum::<Decimal>() / Decimal::from(kept.len()))
        })
        .collect()
}

/// The points of a place.
pub fn rank_points(first: Decimal, step: Decimal, place: usize) -> Decimal {
    first - step * Decimal::from(place.saturating_sub(1))
}

/// The place of each result, the highest first; equal results share a place.
pub fn places(results: &[Decimal]) -> Vec<usize> {
    let place = |own: &Decimal| 1 + results.iter().filter(|other| *other > own).count();
    results.iter().map(place).collect()
}

/// Levels under quotas inside one group: `reached[e]` is the best level (0 is the highest) that an entry's own
/// total allows, `quotas[l]` the share of the group that may hold level l. Whoever does not fit goes one lower.
pub fn quota_levels(totals: &[Decimal], reached: &[usize], quotas: &[Option<Decimal>]) -> Vec<usize> {
    let mut levels: Vec<usize> = reached.to_vec();
    for (level, quota) in quotas.iter().enumerate() {
        let Some(quota) = quota else { continue };
        let room = (*quota * Decimal::from(totals.len())).floor();
        let holders: Vec<usize> = (0..levels.len()).filter(|entry| levels[*entry] == level).collect();
        // Who ties with the last that fits would stand above others by chance: ties go down together.
        let over: BTreeSet<usize> = holders
            .iter()
            .copied()
            .filter(|entry| {
                let ahead = holders.iter().filter(|other| totals[**other] >= totals[*entry]).count();
                Decimal::from(ahead) > room
            })
            .collect();
        for entry in over {
            levels[entry] = level + 1;
        }
    }
    levels
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(marks: &[i64]) -> Vec<Option<Decimal>> {
        marks.iter().map(|mark| Some(Decimal::from(*mark))).collect()
    }

    #[test]
    fn ties_share_a_place_and_the_next_is_counted_on() {
        let results: Vec<Decimal> = [90, 80, 80, 70].map(Decimal::from).into();
        assert_eq!(places(&results), [1, 2, 2, 4]);
    }

    #[test]
    fn a_trimmed_mean_leaves_out_the_highest_and_the_lowest() {
        let sheets = [marks(&[60]), marks(&[80]), marks(&[90]), marks(&[100])];
        assert_eq!(aggregate(Aggregation::Trimmed(1), &sheets), Ok(vec![Decimal::from(85)]));
        assert_eq!(
            aggregate(Aggregation::Trimmed(2), &sheets),
            Err(AggregationFault::TooFew)
        );
        assert_eq!(aggregate(Aggregation::Mean, &[]), Err(AggregationFault::NoSheets));
    }

    #[test]
    fn places_become_points_judge_by_judge() {
        // Two judges, three entries: 100, 97, 94 for the first, second and third place.
        let how = Aggregation::RankPoints {
            first: Decimal::ONE_HUNDRED,
            step: Decimal::from(3),
        };
        let sheets = [marks(&[9, 8, 7]), marks(&[8, 9, 7])];
        let expected = [Decimal::new(985, 1), Decimal::new(985, 1), Decimal::from(94)];
        assert_eq!(aggregate(how, &sheets), Ok(expected.to_vec()));
        let gap = [vec![Some(Decimal::ONE), None]];
        assert_eq!(aggregate(how, &gap), Err(AggregationFault::Gap));
    }

    #[test]
    fn quotas_send_down_who_does_not_fit_and_ties_together() {
        let totals: Vec<Decimal> = [99, 95, 95, 91, 85, 75, 72, 71, 65, 50].map(Decimal::from).into();
        let reached = [0, 0, 0, 0, 1, 2, 2, 2, 3, 4];
        let quotas = [Some(Decimal::new(2, 1)), Some(Decimal::new(4, 1)), None, None, None];
        assert_eq!(quota_levels(&totals, &reached, &quotas), [0, 1, 1, 1, 1, 2, 2, 2, 3, 4]);
    }
}
