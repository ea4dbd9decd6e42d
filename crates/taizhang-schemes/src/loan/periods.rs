//! Room: interest and subsidy by settlement periods. A period runs from the day after the bank's settlement
//! day to the next one; its first day counts, its last does not. Interest is rounded once per period, then
//! the subsidy once; the borrower bears what is left, so that the two always add up.

use super::case::Case;
use super::regime::{DayCount, Regime};
use super::{Quote, limits};
use crate::exact::{Fen, Rate, shares};
use crate::months::{days, whole};
use crate::refusal::Refusal;
use taizhang_core::day::{Day, Month};

/// One settlement period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    /// The first day.
    pub from: Day,
    /// The day after the last.
    pub to: Day,
    /// Days in it.
    pub days: u32,
    /// Interest of the contract.
    pub interest: Fen,
    /// What the budget bears.
    pub subsidy: Fen,
    /// What the borrower bears.
    pub borrower: Fen,
    /// The budget's part by level of government, in the order of the quote's levels.
    pub shares: Vec<Fen>,
}

/// Computes a loan under a regime.
pub fn run(regime: &Regime, case: &Case) -> Result<Quote, Refusal> {
    limits::check(regime, case).map_err(|refusal| refusal.by(&regime.head.doc_no))?;
    let parts: Vec<Rate> = case.shares.iter().map(|(_, share)| *share).collect();
    let asked = if case.periods.is_empty() {
        settlements(regime, case)
    } else {
        case.periods.clone()
    };
    let periods = asked
        .into_iter()
        .map(|(from, to)| period(regime, case, &parts, from, to));
    Ok(Quote {
        regime: regime.head.id.clone(),
        periods: periods.collect(),
        levels: case.shares.iter().map(|(level, _)| level.clone()).collect(),
        outstanding: case.owed_on(Day::MAX),
    })
}

/// What all periods come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Days.
    pub days: u32,
    /// Interest.
    pub interest: Fen,
    /// The budget's part.
    pub subsidy: Fen,
    /// The borrower's part.
    pub borrower: Fen,
    /// The budget's part by level.
    pub shares: Vec<Fen>,
}

impl Quote {
    /// The sums over the periods.
    pub fn totals(&self) -> Totals {
        let mut totals = Totals {
            shares: vec![Fen::ZERO; self.levels.len()],
            ..Totals::default()
        };
        for period in &self.periods {
            totals.days += period.days;
            totals.interest += period.interest;
            totals.subsidy += period.subsidy;
            totals.borrower += period.borrower;
            totals
                .shares
                .iter_mut()
                .zip(&period.shares)
                .for_each(|(sum, share)| *sum += *share);
        }
        totals
    }
}

fn period(regime: &Regime, case: &Case, parts: &[Rate], from: Day, to: Day) -> Period {
    let interest = interest(regime, case, from, to, None);
    let until = to.min(subsidised_until(regime, case));
    let subsidised = if until > from {
        self::interest(regime, case, from, until, regime.subsidised_cap)
    } else {
        Fen::ZERO
    };
    let share = regime.subsidy_rate(case);
    let subsidy = subsidised.times(i128::from(share.0), i128::from(case.rate.0));
    Period {
        from,
        to,
        days: days(from, to),
        interest,
        subsidy,
        borrower: interest - subsidy,
        shares: shares(subsidy, parts),
    }
}

/// The first day without subsidy: the original maturity, the first overdue day, or the end of the
/// subsidised months. What was extended or is overdue is never subsidised.
fn subsidised_until(regime: &Regime, case: &Case) -> Day {
    let months = |months| {
        case.disbursed_on
            .plus_months(i32::try_from(months).unwrap_or(i32::MAX).min(1200))
    };
    let ends = [
        Some(case.matures_on),
        case.overdue_on,
        regime.subsidy_months.map(months),
    ];
    ends.into_iter().flatten().min().unwrap_or(case.matures_on)
}

/// Interest between two days, of no more principal than a bound.
fn interest(regime: &Regime, case: &Case, from: Day, to: Day, bound: Option<Fen>) -> Fen {
    let mut cuts: Vec<Day> = vec![from, to];
    cuts.extend(
        case.repayments
            .iter()
            .map(|paid| paid.on)
            .filter(|on| (from..to).contains(on)),
    );
    cuts.sort();
    cuts.dedup();
    let count = case.day_count.unwrap_or(regime.day_count);
    let segments = cuts.windows(2).map(|pair| {
        let owed = case.owed_on(pair[0]);
        let owed = bound.map_or(owed, |bound| owed.min(bound));
        i128::from(owed.0) * i128::from(counted(count, pair[0], pair[1]))
    });
    let days_of_fen: i128 = segments.sum();
    let one = i128::from(Rate::ONE.0) * 360;
    Fen(crate::exact::half_up(days_of_fen * i128::from(case.rate.0), one))
}

/// Days of a year of 360.
fn counted(count: DayCount, from: Day, to: Day) -> u32 {
    match count {
        DayCount::By360 => days(from, to),
        DayCount::WholeMonths => {
            let months = whole(from, to);
            let after = from.plus_months(i32::try_from(months).unwrap_or(0));
            months * 30 + days(after, to)
        }
    }
}

/// The periods of the bank's settlement days, from the disbursement until nothing is owed or the loan ends.
fn settlements(regime: &Regime, case: &Case) -> Vec<(Day, Day)> {
    let paid_off = case
        .repayments
        .iter()
        .map(|paid| paid.on)
        .find(|on| !case.owed_on(*on).is_some());
    let ends = case.extended_to.unwrap_or(case.matures_on).max(case.matures_on);
    let last = paid_off.map_or(ends, |on| on.min(ends));
    let mut periods = Vec::new();
    let mut from = case.disbursed_on;
    while from < last {
        let to = next_settlement(regime, from).min(last);
        periods.push((from, to));
        from = to;
    }
    periods
}

/// The day after the first settlement day that is not before a day.
fn next_settlement(regime: &Regime, from: Day) -> Day {
    let month = from.month().0;
    let quarter_end = Month(month - month.rem_euclid(3) + 2);
    let day_after = |month: Month| month.first().plus(i32::try_from(regime.settlement_day).unwrap_or(20));
    let this = day_after(quarter_end);
    if this > from {
        this
    } else {
        day_after(Month(quarter_end.0 + 3))
    }
}
