//! Room: roles and their rights.

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
