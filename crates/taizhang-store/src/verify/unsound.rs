//! Room: why an entry does not follow from those before it. Says what is wrong and nothing of what to do.

use taizhang_core::id::EntryNo;
use taizhang_core::journal::encoding::Malformed;

/// Why an entry does not follow; the text is for developers, readers get theirs from the locale.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsound {
    /// Its bytes are no entry.
    #[error("{0}")]
    Malformed(Malformed),
    /// Its line in an exported journal is none.
    #[error("its line can't be read")]
    Line,
    /// Its line in an exported journal has no end.
    #[error("its line is cut off")]
    Cut,
    /// Another entry stands in its place.
    #[error("missing; the next one is {0}")]
    Skipped(EntryNo),
    /// The book says that it goes on to that entry.
    #[error("missing; the book ends at {0}")]
    BeforeEnd(EntryNo),
    /// Somebody signed its head.
    #[error("missing, though its head was signed")]
    SignedAndMissing,
    /// What should be the head before it is no hash.
    #[error("the head before it is none")]
    NoHeadBefore,
    /// Its head is another one than was signed.
    #[error("its head is not the one that was signed")]
    NotAsSigned,
    /// Its head is not this one, in hexadecimal.
    #[error("its head is not {0}")]
    Head(String),
    /// Its bytes are those of another entry.
    #[error("its bytes say that it is entry {0}")]
    Numbered(EntryNo),
    /// Its time is not after that of the entry before it.
    #[error("recorded before the entry that precedes it")]
    Early,
    /// It says that it belongs to a command that did not begin there.
    #[error("its command does not begin at entry {0}")]
    Command(EntryNo),
    /// It opens a record that has another number than it.
    #[error("an opening of another record")]
    OpensAnother,
    /// It is about a record and names none that is there.
    #[error("about no record")]
    OfNoRecord,
    /// It is about the book and names a record.
    #[error("about the book and about a record")]
    OfBoth,
    /// Its postings are others than it was written with.
    #[error("its postings are not those that its digest covers")]
    Postings,
    /// The pack that it holds does not compile.
    #[error("{0}")]
    Pack(String),
}
