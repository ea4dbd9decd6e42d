//! Room: what a regime allows a borrower: the largest loan, the dearest rate, the longest term, how often,
//! and how many a firm must have hired.

use super::case::Case;
use super::regime::{Borrower, Regime};
use crate::exact::{Fen, Rate};
use crate::refusal::{Code, Refusal};

/// The largest loan of a borrower; none if the regime leaves it to a local notice.
pub fn cap(regime: &Regime, borrower: Borrower, partners: u32) -> Option<Fen> {
    let together = |factor: Rate| {
        let one = regime.individual_cap?;
        Some(one.times(i128::from(factor.0) * i128::from(partners), i128::from(Rate::ONE.0)))
    };
    match borrower {
        Borrower::Individual => regime.individual_cap,
        Borrower::Partners | Borrower::Organised => {
            let bounds = [together(regime.partner_factor), regime.partner_cap, regime.firm_cap];
            bounds.into_iter().flatten().min()
        }
        Borrower::Firm => regime.firm_cap,
    }
}

/// How many eligible people a firm must have hired: their number must reach (达到) 10 % of its staff, 5 % if it has
/// more than (超过) a hundred (财金〔2023〕75号 on firms that apply; 财金〔2020〕21号 with 15 % and 8 %). People are
/// whole: 5 of 101 are 4.95 % and do not reach 5 %, so 101 need six. Exactly a hundred is not more than a hundred
/// (民法典 第一千二百五十九条), and needs ten.
pub fn hires_needed(regime: &Regime, staff: u32) -> u32 {
    let ratio = if staff > 100 { regime.hires.1 } else { regime.hires.0 };
    let part = i64::from(staff) * ratio.0;
    u32::try_from((part + Rate::ONE.0 - 1) / Rate::ONE.0).unwrap_or(u32::MAX)
}

/// The loan is within what the regime allows.
pub(crate) fn check(regime: &Regime, case: &Case) -> Result<(), Refusal> {
    if case.nth > regime.times_max {
        let refusal = Refusal::at(Code::TooManyTimes, "nth").with("value", case.nth);
        return Err(refusal.with("most", regime.times_max));
    }
    if let Some(cap) = cap(regime, case.borrower, case.partners).filter(|cap| case.principal > *cap) {
        let refusal = Refusal::at(Code::AboveCap, "principal").with("amount", case.principal);
        return Err(refusal.with("cap", cap));
    }
    let ceiling = Rate(case.lpr.0 + regime.spread_max.0);
    if case.rate > ceiling && case.rate_cap.is_none() {
        return Err(Refusal::at(Code::AboveCeiling, "rate")
            .with("value", case.rate)
            .with("most", ceiling));
    }
    let months = if case.borrower == Borrower::Firm {
        regime.months_max.1
    } else {
        regime.months_max.0
    };
    let latest = case.disbursed_on.plus_months(i32::try_from(months).unwrap_or(36));
    if case.matures_on > latest {
        let refusal = Refusal::at(Code::TermTooLong, "matures_on").with("day", case.matures_on);
        return Err(refusal.with("months", months).with("latest", latest));
    }
    if let (Borrower::Firm, Some((staff, hires))) = (case.borrower, case.staff) {
        let needed = hires_needed(regime, staff);
        if hires < needed {
            return Err(Refusal::at(Code::TooFewHires, "hires")
                .with("value", hires)
                .with("least", needed));
        }
    }
    Ok(())
}
