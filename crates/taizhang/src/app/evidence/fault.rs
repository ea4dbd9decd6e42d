//! Room: why a file could not be kept or fetched. Words for people are put to it by the caller; the
//! reasons in here are for the log and hold no secrets.

use std::path::Path;

/// What went wrong with a file of evidence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvidenceFault {
    /// This machine's disk is full.
    #[error("the disk is full")]
    DiskFull,
    /// This machine could not write or read.
    #[error("{0}")]
    Local(String),
    /// The object store did not answer, or not as it should. Trying later may help.
    #[error("the object store: {0}")]
    Away(String),
    /// The object store did not let us. Trying later helps nothing.
    #[error("the object store refuses: {0}")]
    Denied(String),
    /// The file is not there, though it was kept once.
    #[error("not there")]
    Missing,
    /// What is there is not the file that its name says.
    #[error("{0}")]
    Damaged(String),
}

impl EvidenceFault {
    /// A fault of this machine's own files.
    pub(super) fn local(path: &Path, error: &std::io::Error) -> EvidenceFault {
        match error.kind() {
            std::io::ErrorKind::StorageFull => EvidenceFault::DiskFull,
            _ => EvidenceFault::Local(format!("{}: {error}", path.display())),
        }
    }
}
