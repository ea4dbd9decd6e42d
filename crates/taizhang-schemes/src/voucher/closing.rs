//! Room: what becomes of the rest of a voucher when it ends. A rest is part of a face that holds an
//! incentive for buying, so that a rest which bought nothing gives some of it back.

use super::scheme::{Clawback, Scheme, SurplusMode, SurplusRule};
use crate::exact::Fen;

/// What a rest is judged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rest {
    /// The face, less what went to other vouchers.
    pub face: Fen,
    /// The incentive within that face.
    pub embedded: Fen,
    /// What was used.
    pub used: Fen,
    /// What is left.
    pub balance: Fen,
}

/// What a rest comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    /// Paid to the holder.
    pub cash: Fen,
    /// Incentive taken back.
    pub clawed_back: Fen,
    /// Compensation saved.
    pub saved: Fen,
}

/// Ends a voucher.
pub fn end(scheme: &Scheme, rest: Rest) -> Ended {
    let balance = rest.balance;
    let at_par = Ended {
        cash: balance,
        ..Ended::default()
    };
    if scheme.used_enough(rest.used, rest.face) {
        return at_par;
    }
    match scheme.surplus_rule {
        SurplusRule::Par => at_par,
        SurplusRule::LessEmbedded => {
            let clawed_back = match scheme.embedded_clawback {
                Clawback::Proportional => balance.times(i128::from(rest.embedded.0), i128::from(rest.face.0)),
                Clawback::Whole => rest.embedded.min(balance),
                Clawback::None => Fen::ZERO,
            };
            Ended {
                cash: balance - clawed_back,
                clawed_back,
                saved: Fen::ZERO,
            }
        }
        SurplusRule::Rate => {
            // The small rest is a share of the face; its bound is not rounded before it is compared.
            let one = i128::from(crate::exact::Rate::ONE.0);
            let bound = i128::from(rest.face.0) * i128::from(scheme.small_surplus_ratio.0);
            if i128::from(balance.0) * one <= bound {
                return at_par;
            }
            let small = rest.face.at(scheme.small_surplus_ratio);
            let cash = match scheme.surplus_mode {
                SurplusMode::Whole => balance.at(scheme.surplus_rate),
                SurplusMode::Marginal => small + (balance - small).at(scheme.surplus_rate),
            };
            Ended {
                cash,
                clawed_back: Fen::ZERO,
                saved: balance - cash,
            }
        }
    }
}
