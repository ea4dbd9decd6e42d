//! Room: one entry (记账), the only thing that the journal holds.
//!
//! Nothing here changes an entry once it is sealed; `encoding` gives it its bytes, `chain` its place.

use crate::day::Day;
use crate::id::{AccountNo, EntryNo, FieldNo, RecordNo, RegisterNo};
use crate::value::Cell;

/// Field patches, sorted by field number, no field twice.
pub type Patch = Vec<(FieldNo, Cell)>;

/// One accepted change of one record, or of the book itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number, without gaps.
    pub n: EntryNo,
    /// The first entry of its command, which is known as a whole or not at all (law 4); 0 for that entry itself.
    pub command: EntryNo,
    /// When the server wrote it, microseconds since 1970-01-01 UTC, strictly increasing with `n`.
    pub recorded_at: i64,
    /// Who wrote it: the record number of an actor; 0 is the program itself (making a book).
    pub actor: RecordNo,
    /// From which post: the record number of a position; 0 is none.
    pub position: RecordNo,
    /// The pack entry under which it was decided; 0 before the first.
    pub definition: EntryNo,
    /// The day it became true, in the district's time zone.
    pub occurred_on: Day,
    /// The minute of that day, where a limit counts hours.
    pub occurred_at: Option<u16>,
    /// The register of its record; number 0 for entries about the book.
    pub register: RegisterNo,
    /// Its record; for an opening its own number; 0 for entries about the book.
    pub record: RecordNo,
    /// The record's latest entry that the writer had seen; 0 if not said.
    pub based_on: EntryNo,
    /// What happened.
    pub act: Act,
    /// Why, as ciphertext under the record's own key.
    pub reason: Option<Vec<u8>>,
    /// Content hashes of the files that prove it.
    pub evidence: Vec<[u8; 32]>,
    /// Where an imported row came from.
    pub source: Option<Source>,
    /// The keyed digest of the request's idempotency key.
    pub key: Option<[u8; 32]>,
    /// Amounts that depended on a balance when this was written, stored once (law 3).
    pub legs: Vec<Leg>,
    /// How many postings it made.
    pub posting_count: u32,
    /// The digest of its postings; all zero if there are none.
    pub posting_digest: [u8; 32],
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// A record begins. `opening` marks a state taken over as of a day (期初).
    Open {
        /// Its first values; the stage under field 0.
        patch: Patch,
        /// Whether nothing is known before this day.
        opening: bool,
    },
    /// Fields hold new values from the day on.
    Amend {
        /// The fields.
        patch: Patch,
    },
    /// The record moves to another stage.
    Move {
        /// The move's id.
        name: String,
        /// The new stage under field 0, and fields filled with it.
        patch: Patch,
    },
    /// A remark or evidence.
    Note,
    /// The record should never have been.
    Void,
    /// An earlier entry was wrong.
    Correct(Correction),
    /// A version of the pack.
    Pack(PackVersion),
    /// All days up to and including this one are closed.
    Close {
        /// The last closed day.
        through: Day,
    },
    /// Days after this one are open again.
    Reopen {
        /// The last day that stays closed.
        through: Day,
    },
    /// A bulletin was issued.
    Release(Release),
}

/// What a correction says about the entry that it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// The original entry, never another correction.
    pub target: EntryNo,
    /// Whether the whole entry is withdrawn.
    pub withdraw: bool,
    /// The day it really occurred on.
    pub day: Option<Day>,
    /// Fields with new values, or withdrawn; unnamed ones stay. Sorted by field.
    pub fields: Vec<(FieldNo, Change)>,
}

/// What a correction says about one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It should have been set to this.
    Set(Cell),
    /// It should not have been named.
    Withdrawn,
}

/// A version of the pack, complete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackVersion {
    /// The day from which its rules are in force.
    pub from: Day,
    /// Its files, path and text, sorted by path.
    pub files: Vec<(String, String)>,
    /// The pairing of names and numbers, as text lines.
    pub ids: String,
    /// The engine whose postings these are; another engine needs another entry.
    pub engine: u32,
}

/// A bulletin as it was issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// The bulletin's id.
    pub bulletin: String,
    /// Its running number.
    pub release_no: u32,
    /// The day its figures stand for.
    pub as_of: Day,
    /// The last entry that its figures know.
    pub known_at: EntryNo,
    /// The digest of the document (markdown).
    pub document: [u8; 32],
    /// Each figure: its address and its printed answer, in the order of the text.
    pub figures: Vec<(String, String)>,
}

/// An amount fixed when it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leg {
    /// The account.
    pub account: AccountNo,
    /// The holder or other dimension.
    pub dim: String,
    /// The day.
    pub day: Day,
    /// The unit.
    pub unit: RecordNo,
    /// The amount, in the account's scaled base unit.
    pub amount: i64,
}

/// Where an imported row came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The first entry of the import; 0 for that entry itself.
    pub batch: EntryNo,
    /// The digest of the file.
    pub file: [u8; 32],
    /// The sheet's name.
    pub sheet: String,
    /// The row, from 1.
    pub row: u32,
}

impl Entry {
    /// An entry about nothing yet; builders fill in what they know.
    pub fn blank(act: Act, occurred_on: Day) -> Entry {
        Entry {
            n: 0,
            command: 0,
            recorded_at: 0,
            actor: 0,
            position: 0,
            definition: 0,
            occurred_on,
            occurred_at: None,
            register: RegisterNo(0),
            record: 0,
            based_on: 0,
            act,
            reason: None,
            evidence: Vec::new(),
            source: None,
            key: None,
            legs: Vec::new(),
            posting_count: 0,
            posting_digest: [0; 32],
        }
    }

    /// Whether it is about a record (else about the book).
    pub fn is_of_record(&self) -> bool {
        !matches!(
            self.act,
            Act::Pack(_) | Act::Close { .. } | Act::Reopen { .. } | Act::Release(_)
        )
    }
}
