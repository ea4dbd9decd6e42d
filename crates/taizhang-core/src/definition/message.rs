//! Room: when the book speaks to people, and the most that it may ask of one of them.

/// The hours of a working day between which messages go out; outside them it is quiet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digest {
    /// The first hour.
    pub from: u32,
    /// The hour at which it is over.
    pub until: u32,
}

impl Default for Digest {
    fn default() -> Digest {
        Digest { from: 8, until: 20 }
    }
}

/// The most that the book may ask of one person in a month; none where there is no ceiling.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Burden {
    /// How many times something is to be written.
    pub forms: Option<u32>,
    /// How many cells are to be filled.
    pub cells: Option<u32>,
    /// How many reminders are sent.
    pub reminders: Option<u32>,
}
