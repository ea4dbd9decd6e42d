//! Room: the keys of a book — sealing of personal values and notes, keyed digests, the signing key.
//!
//! They live in a file of their own, outside the book and its backups; destroying a record's key
//! makes its sealed values unreadable without changing a hash. A key file is never made but for a new
//! book: another one in the place of a lost one would look well and open nothing.

mod file;
mod subject;

pub use file::copy;
pub use subject::{KeyId, SubjectKey, subject_of};

use crate::error::AppError;
use ed25519_dalek::{Signer, SigningKey};
use file::KeyFile;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use taizhang_core::id::FieldNo;
use taizhang_store::Place;

/// An open key file. Several programs may have the same one open.
pub struct Keys {
    file: KeyFile,
    digest: [u8; 32],
    sign: SigningKey,
    known: Mutex<Known>,
}

/// What was read of the file so far.
struct Known {
    subjects: HashMap<KeyId, [u8; 32]>,
    read_to: u64,
}

impl Keys {
    /// The key file of a book: the one that was named, else the one beside an SQLite book.
    pub fn place(book: &Place, named: Option<PathBuf>) -> Result<PathBuf, AppError> {
        named
            .or_else(|| book.file().map(|book| book.with_extension("keys")))
            .ok_or_else(|| AppError::said("app.place_needed", &[("flag", &"--keys")]))
    }

    /// Makes the key file of a new book. One that is there already belongs to another book.
    pub fn create(path: &Path) -> Result<Keys, AppError> {
        file::create(path, &random()?, &random()?)?;
        Keys::open(path)
    }

    /// Opens a key file. One that is not there is never made anew.
    pub fn open(path: &Path) -> Result<Keys, AppError> {
        let file = KeyFile::at(path);
        let read = file.whole()?;
        Ok(Keys {
            file,
            digest: read.digest,
            sign: SigningKey::from_bytes(&read.sign),
            known: Mutex::new(Known {
                subjects: read.more.subjects.into_iter().collect(),
                read_to: read.more.read_to,
            }),
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// How many subjects have a key.
    pub fn count(&self) -> usize {
        self.known().subjects.len()
    }

    /// A key for a new subject. It is in memory alone until [`Keys::keep`] writes it, so that what is
    /// only tried out leaves none behind.
    pub fn fresh(&self) -> Result<SubjectKey, AppError> {
        Ok(SubjectKey::new(random()?, random()?))
    }

    /// Writes keys to the disk. Nothing that is sealed with one may be written before this returns.
    pub fn keep(&self, fresh: &[SubjectKey]) -> Result<(), AppError> {
        if fresh.is_empty() {
            return Ok(());
        }
        let mut known = self.known();
        let appended = self.file.append(fresh, known.read_to)?;
        known.subjects.extend(appended.subjects);
        known.subjects.extend(fresh.iter().map(SubjectKey::parts));
        known.read_to = appended.read_to;
        Ok(())
    }

    /// The key of a subject; none if it was destroyed. One that is not known yet may have been written
    /// by another server of the same book, so the file is read on first.
    pub fn subject(&self, id: KeyId) -> Option<SubjectKey> {
        let mut known = self.known();
        if !known.subjects.contains_key(&id) {
            // A file that can't be read now opens nothing, as a key that is gone.
            let more = self.file.read_on(known.read_to).ok()?;
            known.subjects.extend(more.subjects);
            known.read_to = more.read_to;
        }
        known.subjects.get(&id).map(|key| SubjectKey::new(id, *key))
    }

    /// Opens what was sealed; none if its key was destroyed.
    pub fn open_sealed(&self, field: FieldNo, sealed: &[u8]) -> Option<String> {
        self.subject(subject_of(sealed)?)?.open(field, sealed)
    }

    /// The keyed digest of something: idempotency keys, bodies, values that are searched for.
    pub fn digest(&self, purpose: &str, bytes: &[u8]) -> [u8; 32] {
        let Ok(mut mac) = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(&self.digest) else {
            return [0; 32];
        };
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(bytes);
        mac.finalize().into_bytes().into()
    }

    /// The key that what somebody typed and did not send is kept under. It is derived, not kept: it ends
    /// with the key file, and no entry is ever sealed with it.
    pub fn of_drafts(&self, actor: i64) -> SubjectKey {
        SubjectKey::new([0; 16], self.digest("draft", &actor.to_be_bytes()))
    }

    /// Signs bytes (Ed25519).
    pub fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        self.sign.sign(bytes).to_bytes()
    }

    /// The public key that signatures are checked with.
    pub fn public_key(&self) -> [u8; 32] {
        self.sign.verifying_key().to_bytes()
    }

    /// What a book knows its key file by: the digest of the public key.
    pub fn fingerprint(&self) -> [u8; 32] {
        Sha256::digest(self.public_key()).into()
    }

    /// Refuses a key file that was made with another book.
    pub fn fit(&self, book: &[u8; 32]) -> Result<(), AppError> {
        if self.fingerprint() == *book {
            return Ok(());
        }
        Err(AppError::said("keys.foreign", &[("file", &self.path().display())]))
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Random bytes from the system.
pub fn random<const N: usize>() -> Result<[u8; N], AppError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| AppError::Fault(error.to_string()))?;
    Ok(bytes)
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
