//! Room: what developers are paid, and when. Shares of one purchase are rounded one by one, the last takes
//! what is left; the sum never exceeds what was used.

use super::scheme::{Occasion, Scheme, Share};
use super::{Payment, Use};
use crate::exact::{Fen, Rate, shares};
use taizhang_core::day::Day;

/// The payments for one purchase.
pub(super) fn payments(scheme: &Scheme, purchase: &Use) -> Vec<Payment> {
    let parts: Vec<Rate> = scheme.settlement.iter().map(|share| share.share).collect();
    let amounts = shares(purchase.amount, &parts);
    let pairs = scheme.settlement.iter().zip(amounts);
    pairs.map(|(share, amount)| payment(share, amount, purchase)).collect()
}

fn payment(share: &Share, amount: Fen, purchase: &Use) -> Payment {
    let (on, months) = match share.occasion {
        Occasion::Filing => (Some(purchase.on), 0),
        Occasion::Handover(months) => (purchase.handed_over_on.map(|on| later(on, months)), months),
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
