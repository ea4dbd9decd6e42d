//! Room: what a record asks of a scheme of money, and what it is answered. The arithmetic is not here: whoever
//! decides brings it, as they bring the book.

use crate::day::Day;
use crate::definition::Definition;
use crate::refusal::Refusal;

/// Something that a case is given, or answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Datum {
    /// A word, a whole number, a decimal or a rate, as it is written in a case.
    Text(String),
    /// Yes or no.
    Flag(bool),
    /// An amount in fen.
    Amount(i64),
    /// A share or a rate in hundred-millionths.
    Rate(i64),
    /// A day.
    Day(Day),
    /// So many.
    Count(i64),
    /// Amounts in fen, each from its day on.
    Course(Vec<(Day, i64)>),
}

/// A case or its answers, by name.
pub type Data = Vec<(String, Datum)>;

/// The arithmetic of schemes.
pub trait Instruments: Send + Sync {
    /// What an instrument answers, by the schemes of a definition; a refusal names the clause that it rests on.
    fn answer(&self, definition: &Definition, uses: &str, case: &Data) -> Result<Data, Refusal>;
}

/// No arithmetic: whatever a pack asks for is left to be filled in by whoever writes.
pub struct NoInstruments;

impl Instruments for NoInstruments {
    fn answer(&self, _: &Definition, _: &str, _: &Data) -> Result<Data, Refusal> {
        Ok(Data::new())
    }
}
