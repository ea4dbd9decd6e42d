//! Room: contributions of material and labour (筹物筹劳): what a levy may ask for, and what a gift is worth.
//! A levy has legal caps; a gift has none. A cap that is not set lets nothing be levied.

use crate::exact::Fen;
use crate::node::{Node, Reader};
use crate::refusal::{Code, Refusal};
use crate::version::{Head, Versioned};

/// The caps of a province; none is set until somebody has found the document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Caps {
    /// Money per registered head and year, as the village's average.
    pub money_per_head: Option<Fen>,
    /// Days per labourer and year, in hundredths of a day.
    pub days_per_labourer: Option<Fen>,
}

/// One version of the rule that sets the caps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What it says of itself.
    pub head: Head,
    /// The caps.
    pub caps: Caps,
}

impl Versioned for Rule {
    fn head(&self) -> &Head {
        &self.head
    }
}

impl Rule {
    /// Reads a version. A cap that it leaves out is not set, so that nothing of the kind is levied.
    pub fn read(node: &Node, place: &str) -> Result<Rule, Refusal> {
        let mut reader = Reader::new(node, place)?;
        let rule = Rule {
            head: Head::read(&mut reader)?,
            caps: Caps {
                money_per_head: reader.fen("money_per_head")?,
                days_per_labourer: reader.fen("labour_days_per_labourer")?,
            },
        };
        reader.done()?;
        Ok(rule)
    }
}

/// Refuses levied labour above the cap; `before` is what the labourer gave this year in all works. Both in
/// hundredths of a day.
pub fn labour(caps: Caps, before: Fen, days: Fen) -> Result<(), Refusal> {
    let Some(cap) = caps.days_per_labourer else {
        return Err(Refusal::at(Code::CapNotSet, "days"));
    };
    let sum = before + days;
    if sum <= cap {
        return Ok(());
    }
    Err(Refusal::at(Code::AboveLevyCap, "days")
        .with("value", sum)
        .with("most", cap))
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

/// The value of labour, in hundredths of a day, at the county's price of a day.
pub fn labour_value(days: Fen, day_price: Fen) -> Fen {
    day_price.times(i128::from(days.0), 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cap_that_is_not_set_lets_nothing_be_levied() {
        assert_eq!(
            labour(Caps::default(), Fen(0), Fen(50)).unwrap_err().code,
            Code::CapNotSet
        );
        assert_eq!(
            money(Caps::default(), 100, Fen(0), Fen(1)).unwrap_err().code,
            Code::CapNotSet
        );
    }

    #[test]
    fn caps_include_their_bound() {
        let caps = Caps {
            money_per_head: Some(Fen(1500)),
            days_per_labourer: Some(Fen(1_000)),
        };
        let labour_table = [(0, 1_000, true), (950, 50, true), (950, 100, false), (1_000, 50, false)];
        for (before, days, allowed) in labour_table {
            let found = labour(caps, Fen(before), Fen(days)).is_ok();
            assert_eq!(found, allowed, "{before} + {days}");
        }
        assert!(money(caps, 200, Fen(100_000), Fen(200_000)).is_ok());
        assert_eq!(
            money(caps, 200, Fen(100_000), Fen(200_001)).unwrap_err().code,
            Code::AboveLevyCap
        );
        assert_eq!(labour_value(Fen(150), Fen(8_001)), Fen(12_002));
    }
}
