//! Room: what somebody asks the book to write. Web, API, command line and importer all make these.

use crate::day::Day;
use crate::id::{EntryNo, FieldNo, RecordNo, RegisterNo};
use crate::journal::{Change, Source};

/// One requested change of one record, its values typed and sealed already.
#[derive(Clone, Debug, PartialEq)]
pub struct Command {
    /// The register.
    pub register: RegisterNo,
    /// The record; none to open one.
    pub record: Option<RecordNo>,
    /// What is to happen.
    pub wish: Wish,
    /// Field values, in any order; a plain write only uses [`Change::Set`].
    pub fields: Vec<(FieldNo, Change)>,
    /// The day it became true.
    pub occurred_on: Day,
    /// The minute of the day, where a limit counts hours.
    pub occurred_at: Option<u16>,
    /// The stage that the mover chose, where the move leaves a choice.
    pub to: Option<String>,
    /// The record's latest entry that the writer had seen; none skips the check for changes since.
    pub based_on: Option<EntryNo>,
    /// Why, as ciphertext under the record's own key.
    pub reason: Option<Vec<u8>>,
    /// Content hashes of files that prove it.
    pub evidence: Vec<[u8; 32]>,
    /// Where an imported row came from.
    pub source: Option<Source>,
    /// The keyed digest of the idempotency key.
    pub key: Option<[u8; 32]>,
    /// For sealed fields of a unique key: the keyed digest to compare by, as text.
    pub digests: Vec<(FieldNo, String)>,
    /// Book a shortfall to the recovery account instead of refusing (a correction that truth demands).
    pub recover: bool,
}

/// What is to happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Open a record.
    Open {
        /// As a state taken over (期初): nothing is known before the day.
        opening: bool,
    },
    /// Fields hold new values from the day on.
    Amend,
    /// Move to another stage.
    Move(String),
    /// Add a remark or evidence.
    Note,
    /// Say that the record should never have been.
    Void,
    /// Say that an earlier entry was wrong.
    Correct {
        /// The original entry.
        target: EntryNo,
        /// Withdraw it as a whole.
        withdraw: bool,
        /// Move it to this day.
        day: Option<Day>,
    },
}

impl Command {
    /// A command that sets nothing yet.
    pub fn new(register: RegisterNo, record: Option<RecordNo>, wish: Wish, occurred_on: Day) -> Command {
        Command {
            register,
            record,
            wish,
            fields: Vec::new(),
            occurred_on,
            occurred_at: None,
            to: None,
            based_on: None,
            reason: None,
            evidence: Vec::new(),
            source: None,
            key: None,
            digests: Vec::new(),
            recover: false,
        }
    }
}
