//! Room: what a book is defined to be — registers, accounts, roles, targets, bulletins, claims.
//!
//! A [`Definition`] is one compiled version of a pack; `pack/` makes it from TOML, nothing here
//! reads a file. Names that users see are data; names that the program uses are numbers.

use crate::calendar::{Calendar, WorkingHours};
use crate::codes::{Areas, Industries};
use crate::day::Day;
use crate::id::{AccountNo, RegisterNo};
use std::collections::BTreeMap;
use std::sync::Arc;

mod account;
mod claim;
mod instrument;
mod invariant;
mod message;
mod paper;
mod posting_rule;
mod register;
mod role;
mod section;
mod template;

pub use account::*;
pub use claim::*;
pub use instrument::*;
pub use invariant::*;
pub use message::*;
pub use paper::*;
pub use posting_rule::*;
pub use register::*;
pub use role::*;
pub use section::*;
pub use template::*;

/// One compiled version of a pack.
#[derive(Clone, Debug, Default)]
pub struct Definition {
    /// The pack's id, `xinhua`.
    pub id: String,
    /// The pack's name as shown, `平顶山市新华区`.
    pub name: String,
    /// Whether the book is one to practise in: nothing in it is true, and it never becomes a real one.
    pub practice: bool,
    /// The language its texts are written in.
    pub lang: Lang,
    /// Registers, in the order of the pack.
    pub registers: Vec<Arc<Register>>,
    /// Accounts by number; retired ones stay, so that they can still be asked.
    pub accounts: BTreeMap<AccountNo, Arc<Account>>,
    /// Units of measure by id.
    pub measures: BTreeMap<String, Measure>,
    /// Roles by id.
    pub roles: BTreeMap<String, Role>,
    /// When messages to people go out.
    pub digest: Digest,
    /// The most that the book may ask of one person in a month (基层减负).
    pub burden: Burden,
    /// The working time of a working day, for limits in hours.
    pub working_hours: WorkingHours,
    /// Targets, in the order of the pack.
    pub targets: Vec<Target>,
    /// Bulletins, in the order of the pack.
    pub bulletins: Vec<Bulletin>,
    /// Papers of a step (文书), in the order of the pack.
    pub papers: Vec<Paper>,
    /// Scorecards, by their files; who scores reads them.
    pub cards: Vec<CardFile>,
    /// What a published report claims, in the order of the pack.
    pub claims: Vec<Claim>,
    /// Schemes of money, by their files; who computes by them reads them.
    pub schemes: Vec<SchemeFile>,
    /// Units that the pack brings; opened as records when the pack is applied.
    pub units: Vec<UnitSeed>,
    /// Days of the State Council, by edition.
    pub calendar: Arc<Calendar>,
    /// GB/T 2260 codes.
    pub areas: Arc<Areas>,
    /// GB/T 4754 codes.
    pub industries: Arc<Industries>,
    /// What earlier versions had and this one has not.
    pub retired: Retired,
}

/// Registers and fields that earlier versions of the pack had. Their data stays in the book, and
/// here their names and types stay, for the history of records.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Retired {
    /// Registers.
    pub registers: Vec<Arc<Register>>,
    /// Fields of living registers.
    pub fields: Vec<(RegisterNo, Field)>,
}

/// A language that texts are shown in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// Chinese, the first language.
    #[default]
    Zh,
    /// English.
    En,
}

/// What a figure is to reach by a day.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// Its id.
    pub id: String,
    /// What is shown.
    pub name: String,
    /// The account whose figure it judges.
    pub account: AccountNo,
    /// The unit's code, or none for the root.
    pub unit: Option<String>,
    /// The first day of its period.
    pub from: Day,
    /// The day by which it is to be reached.
    pub to: Day,
    /// What is to be reached, in the account's scaled base unit.
    pub value: i64,
    /// Which way is good.
    pub direction: Direction,
}

/// Which way is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// More is better.
    Up,
    /// It must stay at or under the value.
    Cap,
}

/// A bulletin's template.
#[derive(Clone, Debug, PartialEq)]
pub struct Bulletin {
    /// Its id, `half-year`.
    pub id: String,
    /// Its title.
    pub name: String,
    /// The first day of the period that flows are asked for, given the as-of day.
    pub period: Period,
    /// Whether anybody may read its releases, without signing in.
    pub public: bool,
    /// Markdown with `{{ figure("…") }}`.
    pub template: String,
    /// Whether it is drafted by itself on the day after each of its periods.
    pub scheduled: bool,
    /// Whether somebody else than its releaser must have approved the very text before.
    pub approval: bool,
    /// The issuing body, in red over everything; empty for none.
    pub head: String,
    /// Its number under the head, with `{year}` and `{no}`.
    pub number: String,
    /// The code of the unit that signs it; none for the first of the book.
    pub issuer: Option<String>,
    /// The units that it is issued for one by one; none for one bulletin about the whole.
    pub each: Option<EachUnit>,
}

/// Units that have a bulletin each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EachUnit {
    /// Their level.
    pub level: String,
    /// The code of the unit that they are below; none for all of that level.
    pub within: Option<String>,
}

/// A file of schemes of money, as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemeFile {
    /// The name of its file.
    pub id: String,
    /// Its text.
    pub text: String,
}

/// A scorecard as its file is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardFile {
    /// Its id, the name of its file.
    pub id: String,
    /// Its text.
    pub text: String,
}

/// The period that a bulletin's flows are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// From Monday.
    Week,
    /// From the first day of the month.
    Month,
    /// From the first day of the quarter.
    Quarter,
    /// From 1 January, or from 1 July.
    HalfYear,
    /// From 1 January.
    Year,
}

impl Period {
    /// The first day of the period that `as_of` lies in.
    pub fn first(self, as_of: Day) -> Day {
        let (year, month, _) = as_of.ymd();
        let month = match self {
            Period::Week => return as_of.plus(1 - as_of.weekday() as i32),
            Period::Month => month,
            Period::Quarter => (month - 1) / 3 * 3 + 1,
            Period::HalfYear if month > 6 => 7,
            Period::HalfYear | Period::Year => 1,
        };
        Day::of(year, month, 1).unwrap_or(as_of)
    }
}

/// A unit that a pack brings.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitSeed {
    /// Its code, unique.
    pub code: String,
    /// Which list the code is from: `GB/T 2260`, `NBS 2023`, or the pack's own.
    pub code_system: String,
    /// Its name.
    pub name: String,
    /// Its level, `district`, `town`, `village`, `department`.
    pub level: String,
    /// The code of the unit above.
    pub parent: Option<String>,
    /// The day from which it exists in this book.
    pub from: Day,
}

impl Definition {
    /// The register of a number.
    pub fn register(&self, no: RegisterNo) -> Option<&Arc<Register>> {
        self.registers.iter().find(|register| register.no == no)
    }

    /// The register of an id.
    pub fn register_named(&self, id: &str) -> Option<&Arc<Register>> {
        self.registers.iter().find(|register| register.id == id)
    }

    /// The account of an id.
    pub fn account_named(&self, id: &str) -> Option<&Arc<Account>> {
        self.accounts.values().find(|account| account.id == id)
    }
}
