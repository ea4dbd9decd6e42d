//! Room: a typed number per noun.
//!
//! A pack names things by text; the book gives each name a number once, keeps the pairing in the
//! pack's entry, and never uses a number again. Tables and columns are named after these numbers.

use std::fmt;

macro_rules! number {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }
    };
}

number!(
    /// A register's number in this book; its table is `r7`.
    RegisterNo, "r"
);
number!(
    /// A field's number, unique in the whole book; its column is `f12`. Number 0 is the stage.
    FieldNo, "f"
);
number!(
    /// An account's number in this book.
    AccountNo, "a"
);

/// The stage of a record is held like a field, under this number.
pub const STAGE: FieldNo = FieldNo(0);

/// A record's number: the number of the entry that opened it.
pub type RecordNo = i64;

/// An entry's number: 1, 2, 3 … without gaps. 0 is "before the first".
pub type EntryNo = i64;
