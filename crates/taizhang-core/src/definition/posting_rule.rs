//! Room: what records post, the limits that run over them, and the lists they stand in.

use crate::day::Day;
use crate::expr::Program;
use crate::id::{AccountNo, FieldNo};

/// What an entry does to an account, as a function of a record's state and day.
#[derive(Clone, Debug, PartialEq)]
pub struct PostingRule {
    /// The account that receives; for money rules the first leg's.
    pub account: AccountNo,
    /// When and how it posts.
    pub kind: RuleKind,
    /// Posts only where this holds.
    pub when: Option<Program>,
    /// How much.
    pub amount: Amount,
    /// The fields that give the account's dimensions, in the account's order.
    pub dims: Vec<FieldNo>,
}

/// When a rule posts.
#[derive(Clone, Debug, PartialEq)]
pub enum RuleKind {
    /// The amount stands on every day on which the rule holds.
    Stock {
        /// Stands from the day in this field on.
        from: Option<FieldNo>,
        /// Stands until the day in this field, inclusive.
        until: Option<FieldNo>,
    },
    /// Posted once, on the day that a field names.
    FlowOnField {
        /// A date field (its day) or a month field (its last day).
        field: FieldNo,
        /// Judge unit, dimension and amount by the last state instead of that day's.
        last_state: bool,
    },
    /// Posted on the day of the opening.
    FlowOnOpen,
    /// Posted on the day of a move.
    FlowOnMove {
        /// The move's id.
        name: String,
        /// Which of several.
        which: Which,
    },
    /// Stands at 1 on every day on which the limit is overdue.
    Late {
        /// The limit's id.
        limit: String,
    },
    /// Posted on the day on which an overdue limit ends.
    FinishedLate {
        /// The limit's id.
        limit: String,
    },
    /// Legs that sum to zero.
    Money {
        /// When they are posted.
        on: Trigger,
        /// The other leg: the account that is credited what `account` is debited.
        credit: AccountNo,
        /// The fields that give the credited account's dimensions.
        credit_dims: Vec<FieldNo>,
    },
}

/// What makes money legs post.
#[derive(Clone, Debug, PartialEq)]
pub enum Trigger {
    /// The opening.
    Open,
    /// Every move of this id.
    Move(String),
    /// The day that a field names.
    Field(FieldNo),
}

/// Which of several moves of one id counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// The first.
    First,
    /// The last.
    Last,
    /// Each.
    Each,
}

/// How much a rule posts.
#[derive(Clone, Debug, PartialEq)]
pub enum Amount {
    /// One, at the account's scale.
    One,
    /// A number field; the account keeps the counts of reported, missing and not applicable.
    Field(FieldNo),
    /// A rule over several fields.
    Rule(Program),
}

/// A limit (时限) that runs while a record is in some stages.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Limit {
    /// Its id, unique in the register.
    pub id: String,
    /// What is shown.
    pub name: String,
    /// It runs from the day a record enters one of these.
    pub stages: Vec<String>,
    /// Entering one of these stops the clock without ending the limit.
    pub paused: Vec<String>,
    /// It runs only where this holds on the day it would start; none for always.
    pub when: Option<Program>,
    /// How long.
    pub length: LimitLength,
    /// Whether a last day that is no working day moves to the next one.
    pub roll: bool,
    /// A number field with days of an approved extension; what was overdue when it was granted stays so.
    pub extension: Option<FieldNo>,
    /// On whose desk its duty lies.
    pub desk: DutyDesk,
    /// Whether its duty shows no light: a promise of somebody who is not subordinate is only kept in view.
    pub unlit: bool,
    /// Whether everybody who may read the record sees how many days are left: a day that was announced.
    pub countdown: bool,
    /// The light is yellow when no more than so many working days are left, on days that no light rule names.
    pub yellow: u32,
    /// Light rules with the days on which they hold; none of those days is another's.
    pub lights: Vec<LightRule>,
    /// The move that the program makes when it has run out.
    pub timeout: Option<String>,
    /// Who is reminded when, as the day draws near and passes.
    pub ladder: Vec<Rung>,
}

/// On whose desk a duty lies.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DutyDesk {
    /// The field with the unit; none for the record's own.
    pub unit: Option<FieldNo>,
    /// The field (a link to an actor) with the person.
    pub person: Option<FieldNo>,
    /// The role whose desk it is; none for whoever may write in that unit.
    pub role: Option<String>,
    /// Roles above that get a copy (抄送).
    pub copies: Vec<String>,
}

/// When a light is yellow, on the days on which this holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LightRule {
    /// The first day on which it holds.
    pub from: Day,
    /// The last.
    pub to: Day,
    /// The light is yellow when no more than so many working days are left.
    pub yellow: u32,
}

/// One step of an escalation ladder (提醒、催办、督办、约谈).
#[derive(Clone, Debug, PartialEq)]
pub struct Rung {
    /// Its id, unique in the limit.
    pub id: String,
    /// What is shown.
    pub name: String,
    /// How many working days after the last day; negative for before.
    pub after: i32,
    /// Whether somebody must issue it: it is drafted only.
    pub drafted: bool,
}

/// How long a limit is, and in what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitLength {
    /// Working days of the State Council's calendar.
    WorkingDays(u32),
    /// Natural days.
    Days(u32),
    /// Civil-Code months.
    Months(u32),
    /// Working days, as many as a number field says: what was promised.
    WorkingDaysIn(FieldNo),
    /// Hours of working time, from the minute on.
    WorkingHours(u32),
    /// Hours of working time, as many as a number field says.
    WorkingHoursIn(FieldNo),
    /// Until the day in a date field.
    Until(FieldNo),
}

impl LimitLength {
    /// Whether it counts hours, so that it matters at what minute something was done.
    pub fn counts_hours(self) -> bool {
        matches!(self, LimitLength::WorkingHours(_) | LimitLength::WorkingHoursIn(_))
    }
}

/// A day: the shortest limit there is, which a limit that names none never is for long.
impl Default for LimitLength {
    fn default() -> LimitLength {
        LimitLength::Days(1)
    }
}

/// A named list over a register.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// Its id, unique in the register.
    pub id: String,
    /// What is shown.
    pub name: String,
    /// Its columns, in order; empty means all that may be seen.
    pub columns: Vec<FieldNo>,
    /// Fields to sort by, `true` for descending.
    pub sort: Vec<(FieldNo, bool)>,
    /// Fields it filters by, indexed together.
    pub filter: Vec<FieldNo>,
    /// Stages whose records anybody may see, with their open fields among the columns; none for a view that
    /// is not public.
    pub public: Vec<String>,
}
