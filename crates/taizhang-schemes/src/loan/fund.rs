//! Room: the guarantee fund: how much it may carry, who bears a loss, and when lending pauses.

use crate::exact::{Fen, Rate, shares};
use crate::refusal::{Code, Refusal};

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
