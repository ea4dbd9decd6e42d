//! Room: the guarantee fund: how much it may carry, who bears a loss, and when lending pauses.

use crate::exact::{Fen, Rate, shares};
use crate::node::{Node, Reader};
use crate::refusal::{Code, Refusal};
use crate::version::{Head, Versioned};

/// What the district set for its fund.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fund {
    /// Outstanding guaranteed loans may be so many times the fund.
    pub multiple: u32,
    /// The fund's share of a loss; the bank bears the rest.
    pub loss_share: Rate,
    /// Lending pauses above this share of compensated in outstanding loans.
    pub pause_above: Rate,
}

/// One version of a district's rules of its fund, with who pays which share of the subsidy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// What it says of itself.
    pub head: Head,
    /// The rules.
    pub rules: Fund,
    /// Levels of government and their shares, in order; the last takes the remainder.
    pub shares: Vec<(String, Rate)>,
}

impl Versioned for Version {
    fn head(&self) -> &Head {
        &self.head
    }
}

impl Version {
    /// Reads a version; what it leaves out is the commonest rule: five times, the whole loss, a fifth.
    pub fn read(node: &Node, place: &str) -> Result<Version, Refusal> {
        let mut reader = Reader::new(node, place)?;
        let version = Version {
            head: Head::read(&mut reader)?,
            rules: Fund {
                multiple: reader.count("multiple", 1, 20)?.unwrap_or(5),
                loss_share: reader.rate("loss_share", Rate::ONE)?.unwrap_or(Rate::ONE),
                pause_above: reader.rate("pause_above", Rate::ONE)?.unwrap_or(Rate(20_000_000)),
            },
            shares: super::case::shares(&mut reader)?,
        };
        reader.done()?;
        Ok(version)
    }
}

/// Refuses a loan that the fund cannot carry.
pub fn carries(fund: Fund, deposit: Fen, outstanding: Fen, loan: Fen) -> Result<(), Refusal> {
    let most = deposit.times(i128::from(fund.multiple), 1);
    let after = outstanding + loan;
    if after <= most {
        return Ok(());
    }
    let refusal = Refusal::at(Code::AboveMultiple, "principal").with("after", after);
    Err(refusal.with("most", most).with("multiple", fund.multiple))
}

/// A loss as the fund's and the bank's part; the bank takes the remainder.
pub fn loss(fund: Fund, principal: Fen) -> (Fen, Fen) {
    let parts = shares(principal, &[fund.loss_share, Rate(Rate::ONE.0 - fund.loss_share.0)]);
    (parts[0], parts[1])
}

/// Whether new lending pauses.
pub fn paused(fund: Fund, compensated: Fen, outstanding: Fen) -> bool {
    let part = i128::from(compensated.0) * i128::from(Rate::ONE.0);
    part > i128::from(outstanding.0) * i128::from(fund.pause_above.0)
}
