//! Room: one store of evidence, whichever it is. Files go in as they arrived and come out checked;
//! who may do that is not asked here.

use super::arriving::Arriving;
use super::checked::Checked;
use super::fault::EvidenceFault;
use super::folder::Folder;
use super::place::{EvidencePlace, read};
use super::s3::S3;
use super::sign::Credentials;
use crate::error::AppError;
use std::path::PathBuf;
use std::sync::Arc;
use taizhang_store::Place;
use taizhang_store::writer::Clock;

/// Where the environment holds what the object store asks for.
const ACCESS_KEY: &str = "AWS_ACCESS_KEY_ID";
const SECRET_KEY: &str = "AWS_SECRET_ACCESS_KEY";
const SESSION_TOKEN: &str = "AWS_SESSION_TOKEN";

/// A store of files by the hash of their content.
pub enum Evidence {
    /// A folder of this machine.
    Folder(Folder),
    /// A bucket of an S3-compatible store.
    S3(Box<S3>),
}

impl Evidence {
    /// A folder of this machine.
    pub fn folder(path: PathBuf) -> Evidence {
        Evidence::Folder(Folder::at(path))
    }

    /// The store of a book: the one that was named, else the folder beside an SQLite book.
    pub fn of(book: &Place, named: Option<Evidence>) -> Result<Evidence, AppError> {
        let beside = || {
            book.file()
                .map(|book| Evidence::folder(book.with_extension("evidence")))
        };
        named
            .or_else(beside)
            .ok_or_else(|| AppError::said("app.place_needed", &[("flag", &"--evidence")]))
    }

    /// What a line names: a folder or `s3://…`. Secrets come from the environment alone.
    pub fn named(text: &str, clock: Arc<dyn Clock>) -> Result<Evidence, AppError> {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
        match read(text).map_err(|fault| AppError::said(fault.key(), &[]))? {
            EvidencePlace::Folder(path) => Ok(Evidence::folder(path)),
            EvidencePlace::S3(place) => {
                let missing = || AppError::said("evidence.no_credentials", &[]);
                let credentials = Credentials {
                    access_key: variable(ACCESS_KEY).ok_or_else(missing)?,
                    secret_key: variable(SECRET_KEY).ok_or_else(missing)?,
                    session_token: variable(SESSION_TOKEN),
                };
                Ok(Evidence::S3(Box::new(S3::at(
                    place,
                    credentials,
                    clock,
                    std::env::temp_dir(),
                ))))
            }
        }
    }

    /// Begins to take a file of at most so many bytes.
    pub fn arriving(&self, limit: u64) -> Result<Arriving, EvidenceFault> {
        match self {
            Evidence::Folder(folder) => folder.arriving(limit),
            Evidence::S3(bucket) => bucket.arriving(limit),
        }
    }

    /// Puts a file that has arrived whole in its place. When this returns it will still be there after
    /// a power cut.
    pub fn put(&self, arrived: &Arriving) -> Result<(), EvidenceFault> {
        match self {
            Evidence::Folder(folder) => folder.put(arrived),
            Evidence::S3(bucket) => bucket.put(arrived),
        }
    }

    /// Begins to read a file.
    pub fn get(&self, hash: [u8; 32], size: u64) -> Result<Checked, EvidenceFault> {
        match self {
            Evidence::Folder(folder) => folder.get(hash, size),
            Evidence::S3(bucket) => bucket.get(hash, size),
        }
    }
}
