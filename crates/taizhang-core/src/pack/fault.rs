//! Room: every way in which a pack can be wrong, as data, and where.
//!
//! A fault says what, where and what to do; `words` turns it into a sentence. Nothing here decides.

use crate::codes::CsvWhy;
use crate::definition::Lang;
use crate::expr::FaultKind;
use std::fmt;

/// One thing that is wrong with a pack.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// The file, as the pack's folder names it; files of the base pack begin with `base:`.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The character in that line, counted from 1.
    pub column: usize,
    /// What is wrong.
    pub code: FaultCode,
}

impl Fault {
    /// Place and sentence in a language: `registers/well.toml:12:8: …`.
    pub fn text(&self, lang: Lang) -> String {
        format!("{}:{}:{}: {}", self.file, self.line, self.column, self.code.text(lang))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Lang::Zh))
    }
}

impl std::error::Error for Fault {}

/// What is wrong.
#[derive(Clone, Debug, PartialEq)]
pub enum FaultCode {
    // How it is written.
    /// Not TOML.
    Syntax {
        /// What the TOML parser says, in English.
        message: String,
    },
    /// A file that every pack has is not there.
    MissingFile,
    /// A file that no room of a pack reads; usually a misspelt name.
    UnknownFile {
        /// The nearest name that is read.
        near: Option<String>,
    },
    /// A key that this table does not have.
    UnknownKey {
        /// The key.
        key: String,
        /// The nearest key that it has.
        near: Option<String>,
        /// All keys that it has here.
        known: Vec<&'static str>,
    },
    /// A key that must be there is not.
    MissingKey {
        /// The key.
        key: &'static str,
    },
    /// A value of another type.
    WrongType {
        /// The key.
        key: String,
        /// What is wanted.
        wanted: Shape,
    },
    /// A text or list that must not be empty.
    Empty {
        /// The key.
        key: String,
    },
    /// A number outside its range.
    OutOfRange {
        /// The key.
        key: &'static str,
        /// The smallest possible number.
        least: i64,
        /// The largest possible number.
        most: i64,
    },
    /// One word of a closed list was wanted.
    UnknownWord {
        /// The key.
        key: &'static str,
        /// What was written.
        found: String,
        /// The nearest possible word.
        near: Option<String>,
        /// All possible words.
        known: Vec<&'static str>,
    },
    /// Of several keys exactly one must be there.
    ExactlyOne {
        /// The keys.
        keys: &'static [&'static str],
        /// How many there are.
        found: usize,
    },
    /// An id that is not made of lower-case letters, digits and `_`.
    BadId {
        /// What was written.
        found: String,
        /// Whether dots are allowed too.
        dotted: bool,
    },
    /// An id that the program or the rule language needs itself.
    ReservedId {
        /// The id.
        id: String,
    },
    /// Not a decimal number, or one that does not fit the places kept.
    BadNumber {
        /// What was written.
        found: String,
        /// The decimal places that are kept.
        places: u32,
    },
    /// A number that must be greater than zero.
    NotPositive {
        /// What was written.
        found: String,
    },
    /// Not a day of the calendar.
    BadDate {
        /// What was written.
        found: String,
    },
    /// Not the sessions of a day, one after the other.
    BadHours {
        /// What was written.
        found: String,
    },
    /// Not `open`, `move:ID` or `field:ID`.
    BadTrigger {
        /// What was written.
        found: String,
    },
    /// Not `verb:reach` or `verb:reach:register,…`.
    BadGrant {
        /// What was written.
        found: String,
    },
    /// A bulletin without its head between two lines of `+++`.
    NoFrontMatter,
    /// A line of a table that cannot be read.
    Csv(CsvWhy),
    /// A rule that cannot be understood; its own fault says why.
    Rule(FaultKind),

    // What refers to what.
    /// A second thing of the same name.
    Duplicate {
        /// What it is.
        what: Noun,
        /// The name.
        name: String,
        /// The file of the first one.
        file: String,
        /// The line of the first one.
        line: usize,
    },
    /// A name that refers to nothing.
    Unknown {
        /// What was looked for.
        what: Noun,
        /// The name.
        name: String,
        /// The nearest name there is.
        near: Option<String>,
    },
    /// A pack that does not say on which base it stands.
    NotExtending {
        /// The base pack's id.
        base: String,
    },
    /// Only the base pack may bring system registers.
    SystemOutsideBase,
    /// Something is declared and nothing can ever use it.
    Unused {
        /// What it is.
        what: Noun,
        /// Its name.
        name: String,
    },

    // Fields.
    /// A field of another type.
    WrongKind {
        /// The field.
        field: String,
        /// What is wanted.
        wanted: Wanted,
    },
    /// A personal or sensitive field is read (design law 3).
    Sealed {
        /// The field.
        field: String,
    },
    /// A sealed field may only be a unique key alone.
    SealedKeyNotAlone {
        /// The field.
        field: String,
    },
    /// A person's name or identity number with a class that is too open.
    ClassTooOpen {
        /// The classes that it may have.
        allowed: &'static [&'static str],
    },

    // Stages, moves, limits.
    /// A second initial stage.
    SecondInitial {
        /// The first one.
        first: String,
    },
    /// No move leads to this stage.
    Unreachable {
        /// The stage.
        stage: String,
    },
    /// Moves or limits need stages, and the register has none.
    NoStages,
    /// A stage in which a limit both runs and is paused.
    RunsAndPauses {
        /// The stage.
        stage: String,
    },

    /// A limit's timeout names a move that people make too.
    NotATimeout {
        /// The move.
        found: String,
    },
    /// A template in a register without a record above.
    TemplateWithoutParent,
    /// Items of a template that wait for one another.
    ItemCycle {
        /// The items.
        path: Vec<String>,
    },

    // Records above.
    /// A field and its counterpart in the parent differ in type.
    InheritsOther {
        /// The own field.
        own: String,
        /// The parent's field.
        theirs: String,
    },
    /// A register is its own ancestor.
    ParentCycle {
        /// The registers on the way round.
        path: Vec<String>,
    },
    /// Too many registers above one another.
    ParentTooDeep {
        /// How many may be.
        most: usize,
    },

    // Accounts and postings.
    /// A register posts, but no field says which unit a record belongs to.
    NoUnit {
        /// The register.
        register: String,
    },
    /// The rule posts something else than the account holds.
    OtherAccountKind {
        /// The account.
        account: String,
        /// What it holds.
        holds: Holds,
    },
    /// Another number of dimensions than the account has.
    DimCount {
        /// The account.
        account: String,
        /// How many it has.
        wanted: usize,
        /// How many are given.
        found: usize,
    },
    /// Two money legs, or a leg and its amount, of different scales.
    ScaleDiffers {
        /// One side.
        left: String,
        /// The other side.
        right: String,
    },
    /// An instrument asks for the balance of a holder, which only accounts with a floor keep.
    NoFloor {
        /// The account.
        account: String,
    },
    /// An account keeps fewer decimal places than the field that feeds it.
    ScaleLost {
        /// The account.
        account: String,
        /// The field.
        field: String,
    },
    /// Measures that are no multiples of one another.
    MeasureDiffers {
        /// One measure.
        left: String,
        /// The other one.
        right: String,
    },
    /// The base of a measure is itself a multiple of another one.
    NotABase {
        /// The measure.
        measure: String,
    },
    /// A floor or a recovery account on something that is no money account.
    FloorWithoutMoney,
    /// `day()` in a rule for a level: it stands between entries, when nothing is evaluated.
    ReadsDay,
    /// No register feeds the account.
    Unfed {
        /// The account.
        account: String,
    },
    /// A formula that, by way of others, reads itself.
    FormulaCycle {
        /// The account.
        account: String,
    },

    // Units and targets.
    /// A unit that is above itself.
    UnitCycle {
        /// Its code.
        code: String,
    },
    /// A second unit with none above it.
    SecondRoot {
        /// The code of the first one.
        first: String,
    },
    /// A period that ends before it begins.
    Backwards,
    /// Two light rules of a limit hold on the same day.
    LightsOverlap {
        /// The first such day.
        day: String,
    },
}

/// What a value must look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A text in quotes.
    Text,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Bool,
    /// A decimal number in quotes, or a whole number.
    Decimal,
    /// A day.
    Day,
    /// A list of texts.
    Texts,
    /// A table.
    Table,
    /// A list of tables.
    Tables,
    /// A list of texts, or of tables.
    TextsOrTables,
    /// A list of texts, or one table of pairs.
    TextsOrPairs,
}

/// What a name can be the name of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Noun {
    /// A register.
    Register,
    /// A field of a register.
    Field,
    /// A heading by which a field goes.
    Heading,
    /// A choice of a field.
    Choice,
    /// A stage.
    Stage,
    /// A move.
    Move,
    /// A unique key.
    Key,
    /// A check.
    Check,
    /// A limit.
    Limit,
    /// An instrument of a scheme.
    Instrument,
    /// A view.
    View,
    /// A section.
    Section,
    /// A scoreboard.
    Board,
    /// An invariant.
    Invariant,
    /// An account.
    Account,
    /// A dimension of an account.
    Dim,
    /// A measure.
    Measure,
    /// A role.
    Role,
    /// A target.
    Target,
    /// A bulletin.
    Bulletin,
    /// A paper.
    Paper,
    /// A claim.
    Claim,
    /// A unit's code.
    Unit,
    /// A level of units.
    Level,
}

/// What kind of field is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A unit.
    Unit,
    /// A link to a record.
    Link,
    /// A date.
    Date,
    /// A date or a month.
    DateOrMonth,
    /// A number.
    Number,
    /// An amount of money.
    Money,
    /// A field whose values can be grouped by.
    Groupable,
    /// A field whose values can be ordered and compared.
    Comparable,
    /// A place that anybody may see who sees the record.
    Place,
}

/// What an account holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Levels.
    Stock,
    /// Movements.
    Flow,
    /// How many are overdue.
    Late,
    /// Money.
    Money,
    /// A formula: nothing may be posted to it.
    Formula,
}
