//! Room: floors — no holder's end-of-day balance falls below one, whatever day a command touches (law 5).

use super::{Book, Desk, brief, parent_of, timeline_of};
use crate::command::Wish;
use crate::day::Day;
use crate::id::RecordNo;
use crate::journal::{Act, Entry, Leg};
use crate::posting::{AMOUNT_MAX, DIM_SEPARATOR, Posting, difference, postings};
use crate::refusal::{Code, Refusal};
use crate::timeline::{Inheritance, Timeline};

/// How many of those who hold what is asked for are named.
const TAKERS: usize = 3;

impl Desk<'_> {
    /// No end-of-day balance with a floor falls below it, from the earliest touched day on (law 5).
    pub(super) fn floors<B: Book>(
        &self,
        book: &mut B,
        (entry, after): (&mut Entry, &Timeline),
        lines: &mut Vec<Posting>,
        dropped: &[Leg],
    ) -> Result<Result<(), Vec<Refusal>>, B::Error> {
        let Some(version) = self.moment.rules.latest() else {
            return Ok(Ok(()));
        };
        let mut booked = Vec::new();
        for holder in holders(lines) {
            let Some(account) = version.definition.accounts.get(&holder.account) else {
                continue;
            };
            let Some(floor) = account.floor else { continue };
            let side = if account.credit { -1 } else { 1 };
            let touched: Vec<(Day, i64)> = lines
                .iter()
                .filter(|line| line.account == holder.account && line.dim == holder.dim)
                .map(|line| (line.day, line.amount * side))
                .collect();
            let from = touched.iter().map(|(day, _)| *day).min().unwrap_or(holder.day);
            let (start, mut series) = book.balances(&holder, from)?;
            series.iter_mut().for_each(|(_, balance)| *balance *= side);
            let start = start * side;
            let Some((day, short)) = shortfall(floor, start, &series, &touched) else {
                continue;
            };
            let of_holder = dropped
                .iter()
                .filter(|leg| leg.account == holder.account && leg.dim == holder.dim);
            let booked_before = of_holder.map(|leg| leg.amount * side).sum();
            match account.recovery.filter(|_| self.recovers(short, booked_before)) {
                Some(recovery) => booked.extend(recovery_legs(&holder, recovery, day, short * side)),
                None => {
                    let refusal = Refusal::new(Code::BelowFloor).with("account", &account.name);
                    let mut refusal = refusal
                        .with("holder", holder.dim.replace(DIM_SEPARATOR, " "))
                        .with("day", day)
                        .with("short", crate::value::print_scaled(short, account.scale));
                    let of_holder = |line: &&Posting| line.account == holder.account && line.dim == holder.dim;
                    let own = lines.iter().filter(of_holder).any(|line| line.record == entry.record);
                    if !own {
                        refusal = refusal.with("below", holder.record);
                    }
                    let takers = self.takers(book, after, (&holder, day), side)?;
                    if !takers.is_empty() {
                        refusal = refusal.with("held_by", takers.join("、"));
                    }
                    return Ok(Err(vec![refusal]));
                }
            }
        }
        lines.extend(booked.iter().map(|leg| leg_posting(leg, entry.record)));
        *lines = difference(lines, &[]);
        entry.legs = booked;
        Ok(Ok(()))
    }

    /// Who holds what a holder's balance lacks on a day: the records beside this one, below the same record, that until
    /// then took more from it than they gave back, the last ones first.
    fn takers<B: Book>(
        &self,
        book: &mut B,
        after: &Timeline,
        (holder, day): (&Posting, Day),
        side: i64,
    ) -> Result<Vec<String>, B::Error> {
        let (rules, mut takers) = (self.moment.rules, Vec::new());
        let inheritance = Inheritance::of(rules, after.register);
        let Some(above) = inheritance.and_then(|inheritance| parent_of(after, inheritance.field)) else {
            return Ok(takers);
        };
        for record in book.children(above)?.into_iter().rev() {
            if record == after.record || takers.len() == TAKERS {
                continue;
            }
            let timeline = timeline_of(book, rules, record)?;
            let Ok(lines) = postings(&timeline, rules) else {
                continue;
            };
            let of_holder = lines
                .iter()
                .filter(|line| line.account == holder.account && line.dim == holder.dim && line.day <= day);
            if timeline.register == after.register && of_holder.map(|line| line.amount * side).sum::<i64>() < 0 {
                takers.push(self.called(&timeline));
            }
        }
        Ok(takers)
    }

    /// What a record of this register is called.
    fn called(&self, timeline: &Timeline) -> String {
        let state = timeline.state();
        let parts = self
            .register
            .title
            .iter()
            .filter_map(|field| state.cell(*field).map(brief));
        parts.collect::<Vec<_>>().join(" ")
    }

    /// What the last correction of the same entry had booked, which this one takes the place of.
    pub(super) fn dropped<'a>(&self, entries: &'a [Entry]) -> &'a [Leg] {
        let Wish::Correct { target, .. } = self.command.wish else {
            return &[];
        };
        let last = entries.iter().rev().find(|entry| match &entry.act {
            Act::Correct(correction) => correction.target == target,
            _ => false,
        });
        last.map_or(&[], |entry| &entry.legs)
    }

    /// Only a correction, which truth demands, may be short. A new payment may not, and a void record
    /// contributes nothing, so what would be booked with it would not stand. What the last correction of
    /// the same entry had booked is booked again, as far as it is needed, without being asked for anew.
    fn recovers(&self, short: i64, booked_before: i64) -> bool {
        let asked = self.command.recover || short <= booked_before;
        asked && short <= AMOUNT_MAX && matches!(self.command.wish, Wish::Correct { .. })
    }
}

/// One line for each holder among the postings.
fn holders(lines: &[Posting]) -> Vec<Posting> {
    let mut holders: Vec<Posting> = lines.to_vec();
    holders.sort_by(|a, b| (a.account, &a.dim, a.day).cmp(&(b.account, &b.dim, b.day)));
    holders.dedup_by(|a, b| a.account == b.account && a.dim == b.dim);
    holders
}

/// The first day on which the balance would be below the floor and lower than it was, and by how
/// much it would be short at worst.
fn shortfall(floor: i64, start: i64, series: &[(Day, i64)], touched: &[(Day, i64)]) -> Option<(Day, i64)> {
    let mut days: Vec<Day> = series
        .iter()
        .map(|(day, _)| *day)
        .chain(touched.iter().map(|(day, _)| *day))
        .collect();
    days.sort();
    days.dedup();
    let mut first = None;
    let mut worst = 0;
    for day in days {
        let was = series
            .iter()
            .rev()
            .find(|(on, _)| *on <= day)
            .map_or(start, |(_, balance)| *balance);
        let until = touched.iter().filter(|(on, _)| *on <= day);
        let change = until.fold(0_i64, |sum, (_, amount)| sum.saturating_add(*amount));
        let is = was.saturating_add(change);
        if is < floor && is < was {
            first = first.or(Some(day));
            worst = worst.max(floor.saturating_sub(is));
        }
    }
    first.map(|day| (day, worst))
}

fn recovery_legs(holder: &Posting, recovery: crate::id::AccountNo, day: Day, short: i64) -> [Leg; 2] {
    let unit = holder.unit;
    [
        Leg {
            account: holder.account,
            dim: holder.dim.clone(),
            day,
            unit,
            amount: short,
        },
        Leg {
            account: recovery,
            dim: holder.dim.clone(),
            day,
            unit,
            amount: -short,
        },
    ]
}

fn leg_posting(leg: &Leg, record: RecordNo) -> Posting {
    Posting {
        account: leg.account,
        unit: leg.unit,
        dim: leg.dim.clone(),
        day: leg.day,
        record,
        amount: leg.amount,
        reported: 0,
        missing: 0,
        not_applicable: 0,
    }
}
