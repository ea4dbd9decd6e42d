//! Room: accounts and measures.

use crate::expr::Formula;
use crate::id::AccountNo;

/// An account (科目): an indicator or a money ledger.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// Its number in the book.
    pub no: AccountNo,
    /// Its id in the pack, `meal_site.operating`.
    pub id: String,
    /// Its name as shown.
    pub name: String,
    /// What its balance means.
    pub kind: AccountKind,
    /// The measure that figures are shown in.
    pub measure: String,
    /// Decimal places of the base unit that its amounts keep.
    pub scale: u32,
    /// Its dimensions, named; the same order in every posting.
    pub dims: Vec<Dim>,
    /// A liability or a source: what it has stands on the credit side, so its balance is negative and a floor
    /// is for what stands there.
    pub credit: bool,
    /// End-of-day balances of one holder (the posting's dimension) may not fall below this.
    pub floor: Option<i64>,
    /// The account that takes what a truthful correction would push below the floor.
    pub recovery: Option<AccountNo>,
    /// One sentence on what it counts; shown on the figure's page.
    pub about: String,
    /// No rule posts to it any more.
    pub retired: bool,
    /// Shown on public pages.
    pub public: bool,
    /// Tells that a unit is or was late, beside those that are late by their kind: it is shown for a unit only after
    /// the unit was asked to check it.
    pub shows_late: bool,
}

/// What an account's balance means.
#[derive(Clone, Debug, PartialEq)]
pub enum AccountKind {
    /// A level, asked for a day.
    Stock,
    /// A movement, asked for a period.
    Flow,
    /// How many are overdue on a day.
    Late,
    /// A money ledger; all its postings balance.
    Money,
    /// A formula over other accounts, evaluated when reading.
    Formula(Formula),
}

impl AccountKind {
    /// Whether it is asked for a day (else for a period).
    pub fn is_stock(&self) -> bool {
        matches!(self, AccountKind::Stock | AccountKind::Late | AccountKind::Money)
    }
}

/// One dimension of an account.
#[derive(Clone, Debug, PartialEq)]
pub struct Dim {
    /// Its id, used in questions: `by=dimension=level`.
    pub id: String,
    /// Its name as shown.
    pub name: String,
}

/// A unit of measure.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// What is written: 万元.
    pub id: String,
    /// What is written in English: "10,000 yuan".
    pub en: String,
    /// The base unit it is a multiple of: 元.
    pub base: String,
    /// How many base units it is.
    pub factor: rust_decimal::Decimal,
}
