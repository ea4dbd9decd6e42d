//! Room: the start-up guaranteed loan (创业担保贷款) — interest and subsidy of one loan, computed without a
//! book. The regime is that of the day of the contract; interest is paid first and subsidised later.

mod case;
pub mod fund;
pub mod limits;
mod periods;
mod regime;
#[cfg(test)]
mod tests;

pub use case::{Case, Repayment};
pub use periods::{Period, Totals, run};
pub use regime::{Borrower, DayCount, Regime, choose};

use crate::exact::Fen;

/// A loan's interest, period by period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// The regime's id.
    pub regime: String,
    /// The periods.
    pub periods: Vec<Period>,
    /// Who pays which share of the subsidy, in order.
    pub levels: Vec<String>,
    /// What is still owed after the last repayment.
    pub outstanding: Fen,
}
