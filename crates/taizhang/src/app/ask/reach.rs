//! Room: which units a question reaches on which days — by the tree of the day for a level, by the tree
//! of each posting's day for a movement (law 4).

use super::{Asking, last_day};
use crate::error::AppError;
use std::collections::BTreeSet;
use taizhang_core::day::Day;
use taizhang_core::id::{AccountNo, EntryNo, RecordNo};
use taizhang_core::unit::UnitTree;
use taizhang_store::figure::{Span, Sum};
use taizhang_store::total::Total;

/// The units that a question is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Within {
    /// A unit and all below it; 0 for a book without units.
    Below(RecordNo),
    /// The same, on those days only on which it stands directly below another unit.
    PartOf(RecordNo, RecordNo),
    /// A unit without those below it.
    Alone(RecordNo),
}

impl Within {
    fn units(self, tree: &UnitTree) -> BTreeSet<RecordNo> {
        match self {
            Within::PartOf(part, whole) if !tree.children(whole).contains(&part) => BTreeSet::new(),
            Within::Below(unit) | Within::PartOf(unit, _) => tree.with_below(unit),
            Within::Alone(unit) => BTreeSet::from([unit]),
        }
    }

    /// Whether a unit counts, by a tree.
    pub(super) fn holds(self, tree: &UnitTree, unit: RecordNo) -> bool {
        match self {
            Within::Below(0) => true,
            Within::PartOf(part, whole) if !tree.children(whole).contains(&part) => false,
            Within::Below(top) | Within::PartOf(top, _) => match (tree.place(top), tree.place(unit)) {
                (Some(top), Some(at)) => (top..tree.order()[top].1).contains(&at),
                (Some(_), None) => false,
                (None, _) => tree.with_below(top).contains(&unit),
            },
            Within::Alone(alone) => unit == alone,
        }
    }
}

/// Stretches of days, in order, each with the units that count on it.
#[derive(PartialEq, Eq)]
pub(in crate::app) struct Reach {
    all: bool,
    stretches: Vec<(Span, BTreeSet<RecordNo>)>,
}

impl Reach {
    /// Whether a posting of a unit on a day counts.
    pub(in crate::app) fn counts(&self, unit: RecordNo, day: Day) -> bool {
        let at = self.stretches.partition_point(|(span, _)| last_day(*span) < day);
        let stretch = self.stretches.get(at);
        stretch.is_some_and(|stretch| first_day(stretch.0) <= day && self.has(stretch, unit))
    }

    /// Whether all that is posted in a unit from one day to another counts, or nothing of it; none if some days differ.
    pub(super) fn counts_over(&self, unit: RecordNo, (from, to): (Day, Day)) -> Option<bool> {
        let first = self.counts(unit, from);
        let at = self.stretches.partition_point(|(span, _)| last_day(*span) < from);
        let touched = self.stretches[at..].iter();
        let mut touched = touched.take_while(|(span, _)| first_day(*span) <= to);
        // Stretches follow one another without a gap, so that days beyond all of them are at an end.
        let same = touched.all(|stretch| self.has(stretch, unit) == first) && self.counts(unit, to) == first;
        same.then_some(first)
    }

    /// The units that count on all days, if they are few and the same ones throughout.
    pub(super) fn few(&self, most: usize) -> Option<Vec<RecordNo>> {
        let [(_, units)] = &self.stretches[..] else {
            return None;
        };
        (!self.all && units.len() <= most).then(|| units.iter().copied().collect())
    }

    fn has(&self, (_, units): &(Span, BTreeSet<RecordNo>), unit: RecordNo) -> bool {
        self.all || units.contains(&unit)
    }
}

fn first_day(span: Span) -> Day {
    match span {
        Span::AsOf(_) => Day::MIN,
        Span::Between(first, _) => first,
    }
}

impl Asking<'_> {
    /// What a question about a unit and all below it reaches.
    pub(in crate::app) fn reach_of(&self, unit: RecordNo, span: Span, known_at: EntryNo) -> Reach {
        self.reach(Within::Below(unit), span, known_at)
    }

    pub(super) fn reach(&self, within: Within, span: Span, known_at: EntryNo) -> Reach {
        let mut stretches: Vec<(Span, BTreeSet<RecordNo>)> = Vec::new();
        for (span, day) in self.segments(span, known_at) {
            let units = within.units(&self.tree(day, known_at));
            match (stretches.last_mut(), span) {
                // A change of the tree elsewhere is none here.
                (Some((Span::Between(_, last), before)), Span::Between(_, to)) if *before == units => *last = to,
                _ => stretches.push((span, units)),
            }
        }
        Reach {
            all: within == Within::Below(0),
            stretches,
        }
    }

    /// The sums of an account over what a question reaches, by the number of the dimension.
    pub(super) fn cells(
        &mut self,
        account: AccountNo,
        reach: &Reach,
        known_at: EntryNo,
    ) -> Result<Vec<(i64, Sum)>, AppError> {
        let mut found = Vec::new();
        for (span, units) in &reach.stretches {
            let cells = self.sums(account, *span, known_at)?;
            if !reach.all && units.len() < cells.len() / 8 {
                let of_units = units
                    .iter()
                    .flat_map(|unit| cells.range((*unit, i64::MIN)..=(*unit, i64::MAX)));
                found.extend(of_units.map(|((_, dim), sum)| (*dim, *sum)));
                continue;
            }
            let counted = cells.iter().filter(|((unit, _), _)| reach.all || units.contains(unit));
            found.extend(counted.map(|((_, dim), sum)| (*dim, *sum)));
        }
        Ok(found)
    }

    /// What an account of money was debited and credited over what a question reaches.
    pub(super) fn total(&mut self, account: AccountNo, reach: &Reach, known_at: EntryNo) -> Result<Total, AppError> {
        let mut sum = Total::default();
        for (span, units) in &reach.stretches {
            let totals = self.reading.totals(account, *span, known_at)?;
            let counted = totals.iter().filter(|(unit, _)| reach.all || units.contains(unit));
            counted.for_each(|(_, total)| sum.add(*total, 1));
        }
        let supposed = self.supposed.get(&account).into_iter().flatten();
        let supposed = supposed.filter(|posting| reach.counts(posting.unit, posting.day));
        supposed.for_each(|posting| sum.add(Total::of_posting(posting), 1));
        Ok(sum)
    }

    /// Units that stand directly below one on any day of a span.
    pub(super) fn children(&self, unit: RecordNo, span: Span, known_at: EntryNo) -> BTreeSet<RecordNo> {
        let segments = self.segments(span, known_at).into_iter();
        segments
            .flat_map(|(_, day)| self.tree(day, known_at).children(unit).to_vec())
            .collect()
    }

    /// Stretches of a movement over which the tree does not change, each with a day of that tree.
    pub(super) fn segments(&self, span: Span, known_at: EntryNo) -> Vec<(Span, Day)> {
        let Span::Between(from, to) = span else {
            return vec![(span, last_day(span))];
        };
        let changes = self.app.unit_days(&self.reading, known_at);
        let mut starts: Vec<Day> = changes.range(from..=to).copied().filter(|day| from < *day).collect();
        starts.insert(0, from);
        let ends = starts.iter().skip(1).map(|day| day.plus(-1)).chain([to]);
        starts
            .iter()
            .zip(ends)
            .map(|(from, to)| (Span::Between(*from, to), to))
            .collect()
    }
}
