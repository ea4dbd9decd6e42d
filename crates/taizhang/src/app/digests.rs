//! Room: what sealed values are compared by, made anew from the keys where a book does not have it. It
//! stands in no backup, so a restored book begins without; a value whose key is destroyed stays so.

use super::App;
use crate::error::AppError;
use crate::keys::hex;
use taizhang_store::digest::{are_gone, keep, undigested};

impl App {
    /// Makes digests anew if the book has lost them all, before anything is written to it.
    pub(super) fn mend_restored(&self) -> Result<(), AppError> {
        let mut reading = self.reading()?;
        let Some(version) = reading.caches.rules.latest().cloned() else {
            return Ok(());
        };
        let gone = are_gone(reading.conn()?, &version.definition)?;
        drop(reading);
        if gone {
            self.mend_digests()?;
        }
        Ok(())
    }

    /// Makes the digests that are missing and the unique keys that rest on them; says how many.
    pub fn mend_digests(&self) -> Result<usize, AppError> {
        let missing = undigested(self.reading()?.conn()?)?;
        let made = missing.into_iter().filter_map(|value| {
            let plain = self.keys().open_sealed(value.field, &value.sealed)?;
            let digest = self.keys().digest("value", plain.as_bytes());
            Some((value.entry, value.field, hex(&digest)))
        });
        let made: Vec<_> = made.collect();
        let count = made.len();
        if count > 0 {
            self.store().writer().act(move |session| keep(session, &made))?;
        }
        Ok(count)
    }
}
