//! Room: interest of a voucher. By the month on what was used and on what was not; at the deposit rate, by
//! days, where the scheme promises no better.

use super::scheme::{Earns, Months, Scheme};
use crate::exact::{Fen, Rate};
use crate::months::{days, whole};
use taizhang_core::day::Day;

/// Interest on an amount over the months between two days, for one kind of part.
pub(crate) fn by_month(scheme: &Scheme, on: Earns, amount: Fen, from: Day, to: Day) -> Fen {
    let lines = scheme.interest.iter().filter(|line| line.on == on);
    let of_line = |line: &super::scheme::Interest| {
        let rate = i128::from(line.rate_per_month.0);
        let one = i128::from(Rate::ONE.0);
        match line.count {
            Months::Full => amount.times(rate * i128::from(whole(from, to)), one),
            Months::DaysByThirty => amount.times(rate * i128::from(days(from, to)), one * 30),
        }
    };
    lines.map(of_line).sum()
}

/// Interest at the deposit rate over the days between two days, the last not counted.
pub(crate) fn on_deposit(scheme: &Scheme, amount: Fen, from: Day, to: Day) -> Fen {
    let rate = i128::from(scheme.deposit_rate.0) * i128::from(days(from, to));
    amount.times(rate, i128::from(Rate::ONE.0) * i128::from(scheme.deposit_day_basis))
}

/// What the rest earns until it is paid out: that of a used voucher by its own rate or at the deposit rate;
/// that of one never used by its rate while it was valid, and at the deposit rate afterwards.
pub(crate) fn of_rest(scheme: &Scheme, used: bool, rest: Fen, issued_on: Day, valid_until: Day, on: Day) -> Fen {
    let in_validity = on.min(valid_until);
    if !used {
        let late = on_deposit(scheme, rest, valid_until, on);
        return by_month(scheme, Earns::NeverUsed, rest, issued_on, in_validity) + late;
    }
    if scheme.interest.iter().any(|line| line.on == Earns::Unused) {
        return by_month(scheme, Earns::Unused, rest, issued_on, in_validity);
    }
    on_deposit(scheme, rest, issued_on, on)
}
