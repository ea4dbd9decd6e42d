//! Room: invariants — what must be so of a book as it stands, whoever wrote what and in which order. Nothing is
//! refused for them: the rules above them see to that, and `verify` says whether they did.

use crate::expr::Program;
use crate::id::{AccountNo, FieldNo, RegisterNo};

/// One invariant.
#[derive(Clone, Debug, PartialEq)]
pub struct Invariant {
    /// Its id, unique in the register.
    pub id: String,
    /// What it says, in words.
    pub name: String,
    /// What must be so.
    pub holds: Holds,
}

/// What must be so.
#[derive(Clone, Debug, PartialEq)]
pub enum Holds {
    /// A rule over every living record.
    Rule(Program),
    /// Balances of the holder that a record is come to what records say of it.
    Balance(Balance),
    /// No holder of an account was below its floor at the end of any day.
    Floor(AccountNo),
    /// No two records ever had the same in these fields, void ones included.
    Once(Vec<FieldNo>),
    /// What stands in these fields stays, but for corrections.
    Fixed(Vec<FieldNo>),
    /// Whoever made this move did none of the steps that it is kept apart from.
    Apart(String),
}

/// What a holder's balances are compared with.
#[derive(Clone, Debug, PartialEq)]
pub struct Balance {
    /// The accounts; liabilities and sources count as positive.
    pub accounts: Vec<AccountNo>,
    /// Fields of the record that name the holder, by the first of its dimensions; none for all holders together.
    pub holder: Vec<FieldNo>,
    /// What is added up.
    pub terms: Vec<Term>,
}

/// An amount that records say.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// Whose records: those of the register itself, or of another one.
    pub register: RegisterNo,
    /// Their fields that name the holder.
    pub by: Vec<FieldNo>,
    /// How much.
    pub amount: Program,
    /// Whether it counts.
    pub when: Option<Program>,
}
