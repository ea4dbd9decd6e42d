//! Room: what an expression is about: types, names, the state it reads and what it gives.
//!
//! Never knows a pack: slots are numbers that the caller gives and reads back.

use crate::day::{Day, Month};
use crate::value::Cell;
use rust_decimal::Decimal;
use std::fmt;
use std::sync::Arc;

/// An opaque number for a field or an account, given by the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(pub u32);

/// The type of a field or of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// A condition. As a field: a number that is 0 or not.
    Bool,
    /// An exact number.
    Number,
    /// Text, codes among it.
    Text,
    /// One of these ids, which are sorted and distinct; make it with [`Type::choice`].
    Choice(Arc<[String]>),
    /// A day.
    Date,
    /// A month.
    Month,
    /// A unit; opaque.
    Unit,
    /// A link to a record; opaque.
    Link,
    /// Evidence, and whatever else may only be asked for being there.
    Evidence,
    /// The type of the literal `null`.
    Null,
}

impl Type {
    /// A choice of these ids, in any order.
    pub fn choice<I>(ids: I) -> Type
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        let mut ids: Vec<String> = ids.into_iter().map(Into::into).collect();
        ids.sort();
        ids.dedup();
        Type::Choice(ids.into())
    }

    /// Nothing can be done with its values except asking whether they are there.
    pub(super) fn is_opaque(&self) -> bool {
        matches!(self, Type::Unit | Type::Link | Type::Evidence)
    }

    /// Whether its values are read as text.
    pub(super) fn is_textual(&self) -> bool {
        matches!(self, Type::Text | Type::Choice(_))
    }
}

/// The screen's word for the type.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Type::Bool => "是否",
            Type::Number => "数字",
            Type::Text => "文字",
            Type::Choice(_) => "选项",
            Type::Date => "日期",
            Type::Month => "月份",
            Type::Unit => "单位",
            Type::Link => "关联",
            Type::Evidence => "佐证",
            Type::Null => "空值",
        })
    }
}

/// What a name in an expression stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameInfo {
    /// Where the state keeps it.
    pub slot: Slot,
    /// Its type.
    pub ty: Type,
    /// For numbers: the digits after the point of the scaled integer, at most 18.
    pub scale: u32,
    /// False for personal and sensitive fields, which no rule may read (design law 3).
    pub class_readable: bool,
}

/// The names that an expression over a record may use.
pub trait Names {
    /// The field of that name, if there is one.
    fn field(&self, name: &str) -> Option<NameInfo>;
    /// Every name, to suggest the nearest one for a wrong one.
    fn all(&self) -> Vec<String>;
}

/// The names that a formula over accounts may use.
pub trait AccountNames {
    /// The account of that name, if there is one.
    fn account(&self, name: &str) -> Option<Slot>;
    /// Every name, to suggest the nearest one for a wrong one.
    fn all(&self) -> Vec<String>;
}

/// A record's state on one day, as a program reads it.
pub trait Env {
    /// The cell of a slot; `None` is missing.
    fn cell(&self, slot: Slot) -> Option<&Cell>;
    /// The day at which the state is evaluated: what `day()` gives.
    fn today(&self) -> Day;
}

/// What a program gives. Texts are borrowed from the state or from the program.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Out<'a> {
    /// No value, or an undefined one.
    Null,
    /// A condition.
    Bool(bool),
    /// A number.
    Number(Decimal),
    /// A text or the id of a choice.
    Text(&'a str),
    /// A day.
    Date(Day),
    /// A month.
    Month(Month),
    /// A unit, a link or evidence: it is there, and nothing more can be said.
    Other,
}
