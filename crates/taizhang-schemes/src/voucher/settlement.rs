//! Room: what developers are paid, and when. Shares of one purchase are rounded one by one, the last takes
//! what is left; the sum never exceeds what was used.

use super::scheme::{Occasion, Scheme, Share};
use super::{Payment, Use};
use crate::exact::{Fen, Rate, shares};
use taizhang_core::day::Day;

/// The payments for one purchase.
pub(super) fn payments(scheme: &Scheme, purchase: &Use) -> Vec<Payment> {
    of(scheme, purchase.amount, purchase.on, purchase.handed_over_on)
}

/// The payments for an amount, by the days of its filing and of the hand-over.
pub(crate) fn of(scheme: &Scheme, amount: Fen, filed_on: Day, handed_over_on: Option<Day>) -> Vec<Payment> {
    let parts: Vec<Rate> = scheme.settlement.iter().map(|share| share.share).collect();
    let amounts = shares(amount, &parts);
    let pairs = scheme.settlement.iter().zip(amounts);
    pairs
        .map(|(share, amount)| payment(share, amount, filed_on, handed_over_on))
        .collect()
}

fn payment(share: &Share, amount: Fen, filed_on: Day, handed_over_on: Option<Day>) -> Payment {
    let (on, months) = match share.occasion {
        Occasion::Filing => (Some(filed_on), 0),
        Occasion::Handover(months) => (handed_over_on.map(|on| later(on, months)), months),
    };
    // A tail earns by the year for the months that it waits after the hand-over.
    let of_year = i128::from(Rate::ONE.0) * 12;
    Payment {
        on,
        occasion: share.word.clone(),
        due: on
            .zip(share.limit_days)
            .map(|(on, days)| on.plus(i32::try_from(days).unwrap_or(i32::MAX))),
        amount,
        interest: amount.times(i128::from(share.rate.0) * i128::from(months), of_year),
    }
}

fn later(on: Day, months: u32) -> Day {
    on.plus_months(i32::try_from(months).unwrap_or(0))
}
