//! Room: one subject's key — sealing a text with it and opening it again. Pure but for the nonce; it
//! knows no file.

use super::random;
use crate::error::AppError;
use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Key, Nonce};
use std::fmt;
use taizhang_core::id::FieldNo;

/// Names one subject's key; stands at the beginning of everything sealed with it.
pub type KeyId = [u8; 16];

/// What a sealed file is bound to, where a value is bound to its field.
const FILE: &[u8] = b"file";

/// The key of one subject.
#[derive(Clone)]
pub struct SubjectKey {
    id: KeyId,
    key: [u8; 32],
}

impl SubjectKey {
    pub(super) fn new(id: KeyId, key: [u8; 32]) -> SubjectKey {
        SubjectKey { id, key }
    }

    pub(super) fn parts(&self) -> (KeyId, [u8; 32]) {
        (self.id, self.key)
    }

    /// Seals a text for a field (field 0: a reason): id ‖ nonce ‖ ciphertext ‖ tag.
    pub fn seal(&self, field: FieldNo, plain: &str) -> Result<Vec<u8>, AppError> {
        self.seal_for(&field.0.to_be_bytes(), plain.as_bytes())
    }

    /// Seals a file, in the same form.
    pub fn seal_file(&self, plain: &[u8]) -> Result<Vec<u8>, AppError> {
        self.seal_for(FILE, plain)
    }

    /// Opens a file that was sealed with this very key.
    pub fn open_file(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        self.open_for(FILE, sealed)
    }

    fn seal_for(&self, aad: &[u8], plain: &[u8]) -> Result<Vec<u8>, AppError> {
        let nonce: [u8; 12] = random()?;
        let payload = Payload { msg: plain, aad };
        let sealed = self.cipher().encrypt(&Nonce::from(nonce), payload);
        let sealed = sealed.map_err(|_| AppError::Fault("sealing failed".to_owned()))?;
        Ok([&self.id[..], &nonce[..], &sealed[..]].concat())
    }

    /// Opens what was sealed for a field with this very key.
    pub fn open(&self, field: FieldNo, sealed: &[u8]) -> Option<String> {
        String::from_utf8(self.open_for(&field.0.to_be_bytes(), sealed)?).ok()
    }

    fn open_for(&self, aad: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let nonce: [u8; 12] = sealed.get(16..28)?.try_into().ok()?;
        let msg = sealed.get(28..)?;
        self.cipher().decrypt(&Nonce::from(nonce), Payload { msg, aad }).ok()
    }

    fn cipher(&self) -> Aes256Gcm {
        Aes256Gcm::new(&Key::<Aes256Gcm>::from(self.key))
    }
}

impl fmt::Debug for SubjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SubjectKey")
    }
}

/// The subject whose key sealed something.
pub fn subject_of(sealed: &[u8]) -> Option<KeyId> {
    sealed.get(..16)?.try_into().ok()
}
