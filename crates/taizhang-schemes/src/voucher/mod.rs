//! Room: the housing voucher (房票) — one case from its issue to its end, computed without a book.
//!
//! A voucher is the money value of a resettlement right: a liability of its issuer from the day of its
//! issue, with a part that is compensation (principal) and a part that is an incentive (embedded).
//! The scheme says how; `case` is what happened, `run` walks through it, `closing` ends it.

mod case;
mod closing;
pub(crate) mod interest;
pub(crate) mod purchase;
mod run;
mod scheme;
pub(crate) mod settlement;
#[cfg(test)]
mod tests;

pub use case::Case;
pub use closing::{Ended, Rest, end};
pub use run::run;
pub(crate) use scheme::Earns;
pub use scheme::{Compare, Payee, RewardBase, Scheme, SurplusMode, SurplusRule, Tier, Transfer};

use crate::exact::{Fen, Rate};
use taizhang_core::day::Day;

/// Accounts of the voucher's ledger, by the codes of its chart.
pub mod accounts {
    /// Money kept for vouchers (房票资金专户存款).
    pub const CASH: &str = "1002";
    /// To come back from developers (应收房企退回款).
    pub const FROM_DEVELOPER: &str = "1301";
    /// Rewards to come back from holders (应收持票人退回奖励).
    pub const FROM_HOLDER: &str = "1302";
    /// Owed on vouchers, available (房票负债—可用).
    pub const AVAILABLE: &str = "2101";
    /// Owed on vouchers, locked (房票负债—已锁定).
    pub const LOCKED: &str = "2102";
    /// Owed to developers (应付房企房票款).
    pub const TO_DEVELOPER: &str = "2103";
    /// Balances owed to holders (应付持票人余额兑付).
    pub const TO_HOLDER: &str = "2104";
    /// Use rewards owed (应付持票人购房奖励).
    pub const REWARD_OWED: &str = "2105";
    /// Interest owed (应付利息).
    pub const INTEREST_OWED: &str = "2106";
    /// Compensation (征收补偿支出—本金).
    pub const PRINCIPAL: &str = "5101";
    /// Incentive within the face (征收补偿支出—票面奖励).
    pub const EMBEDDED: &str = "5102";
    /// Use rewards (购房奖励支出).
    pub const REWARD: &str = "5103";
    /// Interest (房票利息支出).
    pub const INTEREST: &str = "5104";
}

/// One balanced line: what the debited account gets, the credited one gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The day.
    pub on: Day,
    /// The account that gets.
    pub debit: &'static str,
    /// The account that gives.
    pub credit: &'static str,
    /// How much.
    pub amount: Fen,
}

/// One purchase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// The day on which the contract was filed.
    pub on: Day,
    /// How much of the voucher it took.
    pub amount: Fen,
    /// The contract's number, if given.
    pub contract: String,
    /// In which month of the voucher, from 1.
    pub month: u32,
    /// Which tier, from 1; none outside of all tiers.
    pub tier: Option<usize>,
    /// The tier's rate.
    pub rate: Rate,
    /// The use reward.
    pub reward: Fen,
    /// Interest on the part used.
    pub interest: Fen,
    /// When the flat was handed over.
    pub handed_over_on: Option<Day>,
    /// When the purchase was cancelled.
    pub cancelled_on: Option<Day>,
}

/// One payment to a developer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// From which day it may be asked for; none while its occasion has not come.
    pub on: Option<Day>,
    /// What it waits for: `filing`, `handover`, `handover+1y`.
    pub occasion: String,
    /// The last day for paying it, if the scheme sets a limit.
    pub due: Option<Day>,
    /// How much of the purchase.
    pub amount: Fen,
    /// Interest on a tail.
    pub interest: Fen,
}

/// What became of a voucher.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// The face.
    pub face: Fen,
    /// The incentive within it.
    pub embedded: Fen,
    /// The last day on which it can be used.
    pub valid_until: Day,
    /// Purchases, cancelled ones included.
    pub uses: Vec<Use>,
    /// What went to other vouchers.
    pub moved_out: Fen,
    /// What was left when it ended, or is left.
    pub balance: Fen,
    /// What of that was kept back.
    pub deducted: Fen,
    /// What of that was paid out.
    pub cash: Fen,
    /// All interest of the holder.
    pub interest: Fen,
    /// Cash, rewards and interest of the holder.
    pub holder_total: Fen,
    /// Payments to developers.
    pub developer: Vec<Payment>,
    /// What it cost the budget.
    pub cost_total: Fen,
    /// The lines that book it.
    pub postings: Vec<Line>,
}
