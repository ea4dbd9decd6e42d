//! Room: all files of a book, one after the other — are they there, are they what their names say,
//! and a copy of each for leaving. Reads only, and names what is wrong with the entries that need it.

use super::{Checked, Doing, Evidence, EvidenceFault, in_words, known};
use crate::error::AppError;
use crate::locale::Locale;
use std::io::Write;
use taizhang_core::id::EntryNo;
use taizhang_store::Store;
use taizhang_store::evidence::Stored;

/// How many files are asked for together.
const PAGE: i64 = 500;

/// How a file was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileState {
    /// What its name says.
    Whole,
    /// Not there.
    Missing,
    /// Not what its name says.
    Damaged,
    /// An entry names it, and nobody is known to have brought it.
    Unlisted,
}

/// One file of the book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The hash of its content.
    pub hash: [u8; 32],
    /// Everybody who brought it.
    pub brought: Vec<Stored>,
    /// The first entry that names it; none for a file that nothing was written with.
    pub entry: Option<EntryNo>,
    /// How it was found.
    pub state: FileState,
}

/// Says where the content of a file goes; none for nowhere.
pub type Copying<'a> = dyn FnMut(&[u8; 32]) -> Result<Option<Box<dyn Write>>, AppError> + 'a;

/// Reads every file of a book to its end, and tells of each in the order of the hashes. No key is
/// needed for that.
pub fn each_file(
    store: &Store,
    evidence: &Evidence,
    locale: &Locale,
    copy: &mut Copying<'_>,
    tell: &mut dyn FnMut(&Kept) -> Result<(), AppError>,
) -> Result<(), AppError> {
    let mut after = [0; 32];
    loop {
        let hashes = known::hashes(store.read()?.conn()?, &after, PAGE)?;
        let Some(last) = hashes.last() else { return Ok(()) };
        after = *last;
        for hash in hashes {
            let mut reading = store.read()?;
            let brought = known::get(reading.conn()?, &hash)?;
            let namings = known::namings(reading.conn()?, &hash, 0, 1)?;
            drop(reading);
            let entry = namings.first().map(|naming| naming.entry);
            let state = match brought.first() {
                None => FileState::Unlisted,
                Some(stored) => {
                    let found = evidence.get(hash, stored.size.unsigned_abs());
                    let out = copy(&hash)?;
                    match found {
                        Ok(checked) => read_through(locale, checked, out)?,
                        Err(fault) => state(locale, &fault)?,
                    }
                }
            };
            tell(&Kept {
                hash,
                brought,
                entry,
                state,
            })?;
        }
    }
}

fn read_through(locale: &Locale, mut checked: Checked, mut out: Option<Box<dyn Write>>) -> Result<FileState, AppError> {
    loop {
        match checked.next_piece() {
            Ok(Some(piece)) => {
                let written = out.as_mut().map_or(Ok(()), |out| out.write_all(&piece));
                written.map_err(|error| AppError::Fault(error.to_string()))?;
            }
            Ok(None) => return Ok(FileState::Whole),
            Err(fault) => return state(locale, &fault),
        }
    }
}

/// A file that is wrong is an answer; a store that does not answer is not.
fn state(locale: &Locale, fault: &EvidenceFault) -> Result<FileState, AppError> {
    match fault {
        EvidenceFault::Missing => Ok(FileState::Missing),
        EvidenceFault::Damaged(_) => Ok(FileState::Damaged),
        other => Err(in_words(locale, Doing::Fetch, other)),
    }
}
