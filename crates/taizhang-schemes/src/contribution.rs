//! Room: contributions of material and labour (筹物筹劳): what a levy may ask for, and what a gift is worth.
//! A levy has legal caps; a gift has none. A cap that is not set lets nothing be levied.

use crate::exact::Fen;
use crate::refusal::{Code, Refusal};

/// The caps of a province; none is set until somebody has found the document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Caps {
    /// Money per registered head and year, as the village's average.
    pub money_per_head: Option<Fen>,
    /// Half days per labourer and year.
    pub half_days_per_labourer: Option<u32>,
}

/// Refuses levied labour above the cap; `before` is what the labourer gave this year in all works.
pub fn labour(caps: Caps, before: u32, half_days: u32) -> Result<(), Refusal> {
    let Some(cap) = caps.half_days_per_labourer else {
        return Err(Refusal::at(Code::CapNotSet, "labour"));
    };
    let sum = before.saturating_add(half_days);
    if sum <= cap {
        return Ok(());
    }
    Err(Refusal::at(Code::AboveLevyCap, "labour")
        .with("value", halves(sum))
        .with("most", halves(cap)))
}

/// Refuses levied money above what the village's heads may give on average.
pub fn money(caps: Caps, heads: u32, before: Fen, amount: Fen) -> Result<(), Refusal> {
    let Some(per_head) = caps.money_per_head else {
        return Err(Refusal::at(Code::CapNotSet, "money"));
    };
    let most = per_head.times(i128::from(heads), 1);
    let sum = before + amount;
    if sum <= most {
        return Ok(());
    }
    Err(Refusal::at(Code::AboveLevyCap, "money")
        .with("value", sum)
        .with("most", most))
}

/// The value of labour in half days at the county's price of a day.
pub fn labour_value(half_days: u32, day_price: Fen) -> Fen {
    day_price.times(i128::from(half_days), 2)
}

fn halves(half_days: u32) -> String {
    taizhang_core::value::print_scaled(i64::from(half_days) * 5, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cap_that_is_not_set_lets_nothing_be_levied() {
        assert_eq!(labour(Caps::default(), 0, 1).unwrap_err().code, Code::CapNotSet);
        assert_eq!(
            money(Caps::default(), 100, Fen(0), Fen(1)).unwrap_err().code,
            Code::CapNotSet
        );
    }

    #[test]
    fn caps_include_their_bound() {
        let caps = Caps {
            money_per_head: Some(Fen(1500)),
            half_days_per_labourer: Some(20),
        };
        let labour_table = [(0, 20, true), (19, 1, true), (19, 2, false), (20, 1, false)];
        for (before, half_days, allowed) in labour_table {
            assert_eq!(
                labour(caps, before, half_days).is_ok(),
                allowed,
                "{before} + {half_days}"
            );
        }
        assert!(money(caps, 200, Fen(100_000), Fen(200_000)).is_ok());
        assert_eq!(
            money(caps, 200, Fen(100_000), Fen(200_001)).unwrap_err().code,
            Code::AboveLevyCap
        );
        assert_eq!(labour_value(3, Fen(8_001)), Fen(12_002));
    }
}
