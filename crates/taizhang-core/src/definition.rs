//! Room: what a book is defined to be — registers, accounts, roles, targets, bulletins.
//!
//! A [`Definition`] is one compiled version of a pack; `pack/` makes it from TOML, nothing here
//! reads a file. Names that users see are data; names that the program uses are numbers.

use crate::calendar::Calendar;
use crate::codes::{Areas, Industries};
use crate::day::Day;
use crate::expr::{Formula, Program};
use crate::id::{AccountNo, FieldNo, RegisterNo};
use crate::value::Precision;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One compiled version of a pack.
#[derive(Clone, Debug, Default)]
pub struct Definition {
    /// The pack's id, `xinhua`.
    pub id: String,
    /// The pack's name as shown, `平顶山市新华区`.
    pub name: String,
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
    /// Targets, in the order of the pack.
    pub targets: Vec<Target>,
    /// Bulletins, in the order of the pack.
    pub bulletins: Vec<Bulletin>,
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

/// A kind of record (台账).
#[derive(Clone, Debug, PartialEq)]
pub struct Register {
    /// Its number in the book.
    pub no: RegisterNo,
    /// Its id in the pack.
    pub id: String,
    /// Its name as shown.
    pub name: String,
    /// One sentence on what it is for; shown on its page.
    pub about: String,
    /// True for the registers of the base pack that the program itself relies on.
    pub system: bool,
    /// Its fields, in order.
    pub fields: Vec<Field>,
    /// Its stages, in order; empty if records have no stages.
    pub stages: Vec<Stage>,
    /// Moves between stages.
    pub moves: Vec<Move>,
    /// Unique keys. The first is the one that an import matches rows by.
    pub keys: Vec<Key>,
    /// The fields that make a record's title.
    pub title: Vec<FieldNo>,
    /// The field that says which unit a record belongs to.
    pub unit: Option<FieldNo>,
    /// The record above, and what is inherited from it.
    pub parent: Option<Parent>,
    /// The field whose day is the day of an imported row.
    pub row_day: Option<FieldNo>,
    /// What a blank cell of a re-imported row means.
    pub blank: Blank,
    /// Rules that hold in every state.
    pub checks: Vec<Check>,
    /// What its records post.
    pub postings: Vec<PostingRule>,
    /// Limits that run while a record is in certain stages.
    pub limits: Vec<Limit>,
    /// Named lists.
    pub views: Vec<View>,
}

/// One typed field.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its number in the book.
    pub no: FieldNo,
    /// Its id in the pack.
    pub id: String,
    /// Its name as shown, also a heading of workbooks.
    pub name: String,
    /// Other headings that it goes by in workbooks.
    pub aliases: Vec<String>,
    /// What it may hold.
    pub kind: FieldKind,
    /// Required from the opening on.
    pub required: bool,
    /// Who may see it, and whether it is encrypted.
    pub class: Class,
    /// A sentence of help.
    pub help: String,
}

/// What a field may hold.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldKind {
    /// Free text of at most so many characters.
    Text {
        /// The longest text, in characters.
        max: u32,
    },
    /// One of a closed list.
    Choice(Vec<Choice>),
    /// A whole number.
    Integer,
    /// A number with a measure, `scale` decimal places of the base unit kept.
    Quantity {
        /// The measure it is shown and typed in.
        measure: String,
        /// Decimal places kept.
        scale: u32,
    },
    /// Money, kept in fen, typed and shown in the measure (元, 万元, 亿元).
    Money {
        /// The measure it is shown and typed in.
        measure: String,
    },
    /// A percentage; 62.13 % is held as 62.13.
    Percent {
        /// Decimal places kept.
        scale: u32,
    },
    /// A date, known at least as precisely as this.
    Date {
        /// The coarsest precision accepted.
        coarsest: Precision,
    },
    /// A month.
    Month,
    /// A unit of the tree.
    Unit,
    /// A person's name; always of class personal or sensitive.
    Person,
    /// A record of a register.
    Link {
        /// The register that it must belong to.
        register: RegisterNo,
    },
    /// A place on the map.
    Place,
    /// Files.
    Evidence,
    /// 统一社会信用代码, with its check digit.
    CreditCode,
    /// 居民身份证号码, with its check digit; always sensitive.
    IdNumber,
    /// 投资项目统一代码, by format.
    ProjectCode,
    /// A GB/T 2260 area code.
    Area,
    /// A GB/T 4754 industry code.
    Industry,
}

/// Who may see a field. A field's class never tightens: a new field is made instead.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Anybody.
    #[default]
    Open,
    /// By scope.
    Internal,
    /// Masked, revealed with a reason; encrypted under the person's own key.
    Personal,
    /// As personal, with a second proof; encrypted under the person's own key.
    Sensitive,
}

impl Class {
    /// Whether values are kept only as ciphertext.
    pub fn is_sealed(self) -> bool {
        self >= Class::Personal
    }
}

/// One choice of a closed list.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// What is stored.
    pub id: String,
    /// What is shown.
    pub name: String,
    /// Other spellings in workbooks.
    pub aliases: Vec<String>,
    /// Retired choices stay readable but can't be set.
    pub retired: bool,
}

/// A stage (环节).
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// What is stored.
    pub id: String,
    /// What is shown.
    pub name: String,
    /// Where records open.
    pub initial: bool,
    /// Nothing more is expected of a record here.
    pub closed: bool,
    /// Fields that must be filled here, beside the always required ones.
    pub needs: Vec<FieldNo>,
}

/// A move between stages (流转).
#[derive(Clone, Debug, PartialEq)]
pub struct Move {
    /// Its id in the pack.
    pub id: String,
    /// What the button says.
    pub name: String,
    /// Stages it may start from.
    pub from: Vec<String>,
    /// The stage it ends in.
    pub to: String,
    /// Fields that must be filled when it is made.
    pub needs: Vec<FieldNo>,
    /// Roles that may make it; empty means whoever may write.
    pub roles: Vec<String>,
    /// A condition on the state it leaves.
    pub guard: Option<Program>,
    /// Whether a file must be attached.
    pub evidence: bool,
}

/// A unique key.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    /// Its id, unique in the register.
    pub id: String,
    /// Fields that together are unique among living records.
    pub fields: Vec<FieldNo>,
}

/// The record above.
#[derive(Clone, Debug, PartialEq)]
pub struct Parent {
    /// The link field that names it; fixed once the record is open.
    pub field: FieldNo,
    /// The register above.
    pub register: RegisterNo,
    /// Pairs (own field, field of the parent) whose values follow the parent's.
    pub inherit: Vec<(FieldNo, FieldNo)>,
}

/// What a blank cell means when a row is imported again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Blank {
    /// Nothing: the value stays.
    #[default]
    Keep,
    /// The value is cleared.
    Clear,
}

/// A rule over one record's state.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// Its id, unique in the register.
    pub id: String,
    /// Must not be false.
    pub rule: Program,
    /// What the user reads when it is.
    pub message: String,
}

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
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    /// Its id, unique in the register.
    pub id: String,
    /// What is shown.
    pub name: String,
    /// It runs from the day a record enters one of these.
    pub stages: Vec<String>,
    /// Entering one of these stops the clock without ending the limit.
    pub paused: Vec<String>,
    /// How long.
    pub length: LimitLength,
    /// Whether a last day that is no working day moves to the next one.
    pub roll: bool,
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
}

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

/// A role: what somebody in a position may do.
#[derive(Clone, Debug, PartialEq)]
pub struct Role {
    /// Its id.
    pub id: String,
    /// What is shown.
    pub name: String,
    /// What it may do.
    pub grants: Vec<Grant>,
}

/// One right.
#[derive(Clone, Debug, PartialEq)]
pub struct Grant {
    /// What may be done.
    pub verb: Verb,
    /// On which registers; empty means all that are not the program's own.
    pub registers: Vec<String>,
    /// Whose records.
    pub reach: Reach,
}

/// What may be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verb {
    /// See records and figures.
    Read,
    /// Open, amend, move, note.
    Write,
    /// Correct, void, withdraw.
    Correct,
    /// Write what touches a closed period.
    Restate,
    /// Import and export.
    Import,
    /// Issue a bulletin.
    Release,
    /// Close and reopen periods.
    Close,
    /// See personal and sensitive fields unmasked.
    Reveal,
    /// Apply packs, make accounts, back up.
    Administer,
}

/// Whose records a right reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The position's unit alone.
    Own,
    /// The unit and all below it.
    Below,
    /// The whole book.
    Book,
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
    /// Markdown with `{{ figure("…") }}`.
    pub template: String,
}

/// The period that a bulletin's flows are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// From the first day of the month.
    Month,
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
            Period::Month => month,
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

impl Register {
    /// The field of a number.
    pub fn field(&self, no: FieldNo) -> Option<&Field> {
        self.fields.iter().find(|field| field.no == no)
    }

    /// The field of an id.
    pub fn field_named(&self, id: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.id == id)
    }

    /// The stage of an id.
    pub fn stage(&self, id: &str) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.id == id)
    }

    /// The stage that records open in.
    pub fn initial_stage(&self) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.initial).or(self.stages.first())
    }

    /// The move of an id.
    pub fn move_named(&self, id: &str) -> Option<&Move> {
        self.moves.iter().find(|m| m.id == id)
    }

    /// Whether the field's values follow the parent's.
    pub fn inherits(&self, no: FieldNo) -> bool {
        self.parent.as_ref().is_some_and(|parent| parent.inherit.iter().any(|(own, _)| *own == no))
    }
}

impl Field {
    /// Decimal places that its numbers keep; 0 for whole numbers, 2 for money.
    pub fn scale(&self) -> u32 {
        match &self.kind {
            FieldKind::Money { .. } => 2,
            FieldKind::Quantity { scale, .. } | FieldKind::Percent { scale } => *scale,
            _ => 0,
        }
    }

    /// Whether it holds a number that can be added up.
    pub fn is_number(&self) -> bool {
        matches!(
            self.kind,
            FieldKind::Integer | FieldKind::Quantity { .. } | FieldKind::Money { .. } | FieldKind::Percent { .. }
        )
    }
}
