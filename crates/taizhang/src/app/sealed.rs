//! Room: whether what is sealed in a book can still be opened. Reads the journal and the keys; shows nothing of
//! what it opened, and changes nothing.

use crate::error::AppError;
use crate::keys::{Keys, subject_of};
use taizhang_core::id::{EntryNo, FieldNo};
use taizhang_core::journal::encoding::decode;
use taizhang_core::journal::{Act, Change, Entry};
use taizhang_core::value::{Cell, Value};
use taizhang_store::Store;
use taizhang_store::journal::each_after;

/// A reason is sealed as field 0.
const REASON: FieldNo = FieldNo(0);

/// What was found.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Opened {
    /// Values and reasons that opened.
    pub count: usize,
    /// Those whose key is not there: destroyed as it should be, or lost.
    pub keyless: usize,
    /// The first entry with a value that its own key does not open.
    pub first_bad: Option<EntryNo>,
}

/// Opens everything that is sealed in a book.
pub fn open_all(store: &Store, keys: &Keys) -> Result<Opened, AppError> {
    let mut opened = Opened::default();
    let mut reading = store.read()?;
    each_after(reading.conn()?, 0, &mut |n, _, bytes| {
        // Bytes that are no entry are for whoever follows the chain to name.
        let Ok(entry) = decode(bytes) else { return Ok(true) };
        each_sealed(
            &entry,
            &mut |field, sealed| match subject_of(sealed).and_then(|id| keys.subject(id)) {
                None => opened.keyless += 1,
                Some(key) if key.open(field, sealed).is_some() => opened.count += 1,
                Some(_) => drop(opened.first_bad.get_or_insert(n)),
            },
        );
        Ok(true)
    })?;
    Ok(opened)
}

fn each_sealed(entry: &Entry, take: &mut impl FnMut(FieldNo, &[u8])) {
    if let Some(reason) = &entry.reason {
        take(REASON, reason);
    }
    let mut cell = |field: FieldNo, cell: &Cell| {
        if let Cell::Is(Value::Sealed(sealed)) = cell {
            take(field, sealed);
        }
    };
    match &entry.act {
        Act::Open { patch, .. } | Act::Amend { patch } | Act::Move { patch, .. } => {
            patch.iter().for_each(|(field, found)| cell(*field, found));
        }
        Act::Correct(correction) => {
            for (field, change) in &correction.fields {
                if let Change::Set(found) = change {
                    cell(*field, found);
                }
            }
        }
        _ => {}
    }
}
