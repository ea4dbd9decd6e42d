//! Room: what pages of a programme are made of, as data of a pack — the sections of a record's page, and
//! scoreboards.

use crate::id::{AccountNo, FieldNo, RegisterNo};

/// One part of a record's page.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// Its id, unique in the register.
    pub id: String,
    /// What stands above it.
    pub name: String,
    /// What it shows.
    pub shows: Shows,
}

/// What a section shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Shows {
    /// Some of the record's own fields: a section of the form.
    Fields(Vec<FieldNo>),
    /// The stages in their order, with the days on which they were reached.
    Stages,
    /// Records of a register that name this one, as lines.
    Rows {
        /// Whose records.
        of: Related,
        /// Their fields, in order.
        columns: Vec<FieldNo>,
        /// By which field they are ordered.
        sort: Option<FieldNo>,
    },
    /// Amounts of related records added up month by month, beside what they are to come to.
    Curve(Curve),
    /// The lines of a money account on this record's holder, with the balance after each.
    Ledger {
        /// The account.
        account: AccountNo,
        /// A field of this record: the holder in the account's dimensions.
        holder: FieldNo,
    },
    /// This record and its fellows on a plane, by a field that holds a place.
    Plane(FieldNo),
    /// This record and its fellows as buildings, each with how much of it is taken.
    Buildings(Buildings),
}

/// Buildings: which stand together, how high they are, and which records take a part of them from day to day.
#[derive(Clone, Debug, PartialEq)]
pub struct Buildings {
    /// A field of this record: those with the same content stand together.
    pub group: FieldNo,
    /// A field of this record: how many floors it has.
    pub floors: Option<FieldNo>,
    /// A field of this record: what there is to be taken.
    pub whole: FieldNo,
    /// A field of this record: from which day on it can be taken; before, it is being built.
    pub begins: Option<FieldNo>,
    /// Whose records take a part.
    pub of: Related,
    /// Their field that says how much.
    pub amount: FieldNo,
    /// Their field that says from which day on.
    pub day: FieldNo,
    /// Their field that says until which day, itself included.
    pub until: Option<FieldNo>,
}

/// A curve: which amounts are added up, and what the record itself says of the whole of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// Whose records.
    pub of: Related,
    /// Their field that says when.
    pub day: FieldNo,
    /// Their field that says how much.
    pub amount: FieldNo,
    /// Their field in which the reporter expects the end.
    pub expected: Option<FieldNo>,
    /// A field of this record: what the amounts are to come to for now.
    pub goal: Option<FieldNo>,
    /// A field of this record: what all amounts come to in the end.
    pub whole: Option<FieldNo>,
    /// Fields of this record: when it begins; the first of them that is filled says so.
    pub begins: Vec<FieldNo>,
    /// A field of this record: when it is to end.
    pub ends: Option<FieldNo>,
}

/// Records of a register that name another one.
#[derive(Clone, Debug, PartialEq)]
pub struct Related {
    /// The register.
    pub register: RegisterNo,
    /// Its field that names the other record.
    pub by: FieldNo,
}

/// A scoreboard (记分榜): some figures, unit beside unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Board {
    /// Its id, unique in the register.
    pub id: String,
    /// What stands above it.
    pub name: String,
    /// Its lines are the months of the year instead of units: what began in a month, and how far it came.
    pub by_month: bool,
    /// The accounts whose figures are its columns, in order.
    pub columns: Vec<AccountNo>,
    /// The account by whose figure units are placed, the highest first.
    pub rank: Option<AccountNo>,
    /// A field that names who is responsible; told only to those who may read such names.
    pub people: Option<FieldNo>,
}
