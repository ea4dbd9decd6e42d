//! Room: instruments of a register: amounts that the program computes by a scheme of money when something
//! is written, and which fields of the record they are kept in.

use crate::expr::Program;
use crate::id::{AccountNo, FieldNo};

/// Amounts of a record that a scheme computes (law 5: once, when writing, and kept in the entry).
#[derive(Clone, Debug, PartialEq)]
pub struct Instrument {
    /// Its id, unique in the register.
    pub id: String,
    /// What is shown.
    pub name: String,
    /// Which instrument of the schemes: `voucher.use`.
    pub uses: String,
    /// The date field whose filling makes it compute; its day is the case's.
    pub on: FieldNo,
    /// Computes only where this holds.
    pub when: Option<Program>,
    /// What the case is given: its key, and the field that it is in.
    pub given: Vec<(String, FieldNo)>,
    /// What the case is given that is the same for all records.
    pub fixed: Vec<(String, String)>,
    /// Words of the register's choices, and what the instrument calls them.
    pub words: Vec<(String, String)>,
    /// What the case is given from the ledger.
    pub ledger: Vec<Standing>,
    /// Fields, and which answer of the instrument each keeps.
    pub fills: Vec<(FieldNo, String)>,
}

/// What a holder's account says of a case: the balance at the end of its day, or the course of it between
/// two days. The record's own amounts that are being computed do not count.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// The case's key.
    pub key: String,
    /// The account; it has a floor, since only its holders' balances are kept.
    pub account: AccountNo,
    /// The fields that give the account's dimensions.
    pub dims: Vec<FieldNo>,
    /// For a course: the first day, and the day after the last.
    pub span: Option<(FieldNo, FieldNo)>,
    /// Which days are looked at instead of the case's own.
    pub within: Option<Within>,
}

/// Days that a holder's account is asked about, whichever of them the case lies on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Within {
    /// What moved in the calendar year of the case's day.
    Year,
    /// What there is after all that is known, later days included.
    Ever,
}

impl Instrument {
    /// Whether what is named may change its answers, or is what it fills.
    pub fn is_about(&self, named: impl Fn(FieldNo) -> bool) -> bool {
        let reads = self.when.iter().flat_map(|when| when.reads());
        let dims = self.ledger.iter().flat_map(|standing| &standing.dims);
        named(self.on)
            || self.given.iter().any(|(_, field)| named(*field))
            || self.fills.iter().any(|(field, _)| named(*field))
            || dims.copied().any(&named)
            || reads.into_iter().any(|slot| named(FieldNo(slot.0)))
    }

    /// The fields that it fills, is given, or names a holder by.
    pub fn named(&self) -> impl Iterator<Item = FieldNo> + '_ {
        let fills = self.fills.iter().map(|(field, _)| *field);
        let given = self.given.iter().map(|(_, field)| *field);
        let dims = self.ledger.iter().flat_map(|standing| &standing.dims).copied();
        fills.chain(given).chain(dims)
    }

    /// Whether the field is computed.
    pub fn fills(&self, field: FieldNo) -> bool {
        self.fills.iter().any(|(filled, _)| *filled == field)
    }
}
