//! Room: the keys of a book — sealing of personal values and notes, keyed digests, the signing key.
//!
//! They live in a file of their own, outside the book and its backups; destroying a record's key
//! makes its sealed values unreadable without changing a hash.

use crate::error::AppError;
use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Key, Nonce};
use ed25519_dalek::{Signer, SigningKey};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use taizhang_core::id::FieldNo;

/// Names one subject's key; stands at the beginning of everything sealed with it.
pub type KeyId = [u8; 16];

const HEADER: &str = "taizhang-keys-1";

/// An open key file.
pub struct Keys {
    path: PathBuf,
    digest: [u8; 32],
    sign: SigningKey,
    subjects: Mutex<HashMap<KeyId, [u8; 32]>>,
    reserved: Mutex<Vec<KeyId>>,
}

impl Keys {
    /// The key file beside an SQLite book.
    pub fn beside(book: &Path) -> PathBuf {
        book.with_extension("keys")
    }

    /// Opens a key file, or makes one.
    pub fn open(path: &Path) -> Result<Keys, AppError> {
        if !path.exists() {
            create(path)?;
        }
        let mut text = String::new();
        File::open(path)
            .and_then(|mut file| file.read_to_string(&mut text))
            .map_err(|error| unreadable(path, &error))?;
        let mut lines = text.lines();
        let damaged = || AppError::said("keys.damaged", &[("file", &path.display())]);
        if lines.next() != Some(HEADER) {
            return Err(damaged());
        }
        let mut named = |name: &str| lines.next().and_then(|line| line.strip_prefix(name)).and_then(unhex32);
        let digest = named("digest ").ok_or_else(damaged)?;
        let sign = named("sign ").ok_or_else(damaged)?;
        let mut subjects = HashMap::new();
        for line in lines {
            let (id, key) = line.split_once(' ').ok_or_else(damaged)?;
            subjects.insert(unhex16(id).ok_or_else(damaged)?, unhex32(key).ok_or_else(damaged)?);
        }
        Ok(Keys {
            path: path.to_owned(),
            digest,
            sign: SigningKey::from_bytes(&sign),
            subjects: Mutex::new(subjects),
            reserved: Mutex::default(),
        })
    }

    /// A new subject's key. It is on the disk before anything sealed with it is.
    pub fn new_subject(&self) -> Result<KeyId, AppError> {
        if let Some(id) = self.reserved.lock().unwrap_or_else(PoisonError::into_inner).pop() {
            return Ok(id);
        }
        let ids = self.written_subjects(1)?;
        ids.first()
            .copied()
            .ok_or_else(|| AppError::Fault("no key was made".to_owned()))
    }

    /// Makes so many keys at once, for the subjects to come; those that nobody takes seal nothing.
    pub fn reserve(&self, count: usize) -> Result<(), AppError> {
        let ids = self.written_subjects(count)?;
        self.reserved.lock().unwrap_or_else(PoisonError::into_inner).extend(ids);
        Ok(())
    }

    fn written_subjects(&self, count: usize) -> Result<Vec<KeyId>, AppError> {
        let made: Vec<(KeyId, [u8; 32])> = (0..count)
            .map(|_| Ok((random()?, random()?)))
            .collect::<Result<_, AppError>>()?;
        let lines: String = made
            .iter()
            .map(|(id, key)| format!("{} {}\n", hex(id), hex(key)))
            .collect();
        let file = OpenOptions::new().append(true).open(&self.path);
        let written = file.and_then(|mut file| file.write_all(lines.as_bytes()).and_then(|()| file.sync_all()));
        written.map_err(|error| unreadable(&self.path, &error))?;
        self.subjects
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(made.iter().copied());
        Ok(made.into_iter().map(|(id, _)| id).collect())
    }

    /// Seals a text for a field of a subject (field 0: a reason): id ‖ nonce ‖ ciphertext ‖ tag.
    pub fn seal(&self, subject: KeyId, field: FieldNo, plain: &str) -> Result<Vec<u8>, AppError> {
        let key = self
            .subject(subject)
            .ok_or_else(|| AppError::Fault("a subject's key is gone".to_owned()))?;
        let nonce: [u8; 12] = random()?;
        let payload = Payload {
            msg: plain.as_bytes(),
            aad: &field.0.to_be_bytes(),
        };
        let sealed = cipher(&key).encrypt(&Nonce::from(nonce), payload);
        let sealed = sealed.map_err(|_| AppError::Fault("sealing failed".to_owned()))?;
        Ok([&subject[..], &nonce[..], &sealed[..]].concat())
    }

    /// Opens what was sealed; none if its key was destroyed.
    pub fn open_sealed(&self, field: FieldNo, sealed: &[u8]) -> Option<String> {
        let subject = subject_of(sealed)?;
        let nonce: [u8; 12] = sealed.get(16..28)?.try_into().ok()?;
        let payload = Payload {
            msg: sealed.get(28..)?,
            aad: &field.0.to_be_bytes(),
        };
        let plain = cipher(&self.subject(subject)?)
            .decrypt(&Nonce::from(nonce), payload)
            .ok()?;
        String::from_utf8(plain).ok()
    }

    fn subject(&self, id: KeyId) -> Option<[u8; 32]> {
        self.subjects
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&id)
            .copied()
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

    /// Signs bytes (Ed25519).
    pub fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        self.sign.sign(bytes).to_bytes()
    }

    /// The public key that signatures are checked with.
    pub fn public_key(&self) -> [u8; 32] {
        self.sign.verifying_key().to_bytes()
    }
}

/// The subject whose key sealed something.
pub fn subject_of(sealed: &[u8]) -> Option<KeyId> {
    sealed.get(..16)?.try_into().ok()
}

fn cipher(key: &[u8; 32]) -> Aes256Gcm {
    Aes256Gcm::new(&Key::<Aes256Gcm>::from(*key))
}

fn create(path: &Path) -> Result<(), AppError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let (digest, sign): ([u8; 32], [u8; 32]) = (random()?, random()?);
    let mut file = options.open(path).map_err(|error| unreadable(path, &error))?;
    let written =
        writeln!(file, "{HEADER}\ndigest {}\nsign {}", hex(&digest), hex(&sign)).and_then(|()| file.sync_all());
    written.map_err(|error| unreadable(path, &error))
}

fn unreadable(path: &Path, error: &std::io::Error) -> AppError {
    AppError::said("keys.unreadable", &[("file", &path.display()), ("why", error)])
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

fn unhex32(text: &str) -> Option<[u8; 32]> {
    taizhang_store::cells::unhex(text)
}

fn unhex16(text: &str) -> Option<KeyId> {
    unhex32(&format!("{text}{}", "0".repeat(32)))
        .and_then(|bytes| bytes[..16].try_into().ok())
        .filter(|_| text.len() == 32)
}
