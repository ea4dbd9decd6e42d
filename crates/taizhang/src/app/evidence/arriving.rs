//! Room: a file on its way in — written beside where it will lie, hashed and counted as it comes. It
//! is nobody's yet: dropped before it is put somewhere, it leaves nothing behind.

use super::fault::EvidenceFault;
use super::kind::HEAD;
use crate::keys::{hex, random};
use sha2::{Digest, Sha256};
use std::fs::{File, OpenOptions};
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What the names of unfinished files begin with.
const MARK: &str = "taizhang-arriving-";

/// Unfinished files this old belong to a program that was ended in the middle.
const STALE: Duration = Duration::from_secs(24 * 3600);

/// A file that arrives piece by piece.
pub struct Arriving {
    file: File,
    path: PathBuf,
    hasher: Sha256,
    head: Vec<u8>,
    size: u64,
    limit: u64,
}

impl Arriving {
    /// Begins one in a folder, readable by this account alone.
    pub(super) fn begin(folder: &Path, limit: u64) -> Result<Arriving, EvidenceFault> {
        let failed = |error: &std::io::Error| EvidenceFault::local(folder, error);
        let random = random::<12>().map_err(|error| EvidenceFault::Local(error.to_string()))?;
        let path = folder.join(format!("{MARK}{}", hex(&random)));
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path).map_err(|error| failed(&error))?;
        Ok(Arriving {
            file,
            path,
            hasher: Sha256::new(),
            head: Vec::new(),
            size: 0,
            limit,
        })
    }

    /// Takes the next piece; false once it is too large.
    pub fn take(&mut self, piece: &[u8]) -> Result<bool, EvidenceFault> {
        self.size += piece.len() as u64;
        if self.size > self.limit {
            return Ok(false);
        }
        let missing = HEAD.saturating_sub(self.head.len()).min(piece.len());
        self.head.extend_from_slice(&piece[..missing]);
        self.hasher.update(piece);
        let written = self.file.write_all(piece);
        written.map_err(|error| EvidenceFault::local(&self.path, &error))?;
        Ok(true)
    }

    /// How many bytes came.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Its first bytes.
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// The hash of what came.
    pub fn hash(&self) -> [u8; 32] {
        self.hasher.clone().finalize().into()
    }

    /// Where it lies meanwhile.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Sees it onto the disk.
    pub(super) fn sync(&self) -> Result<(), EvidenceFault> {
        let synced = self.file.sync_all();
        synced.map_err(|error| EvidenceFault::local(&self.path, &error))
    }

    /// The file from its beginning, to be read again.
    pub(super) fn rewound(&self) -> Result<&File, EvidenceFault> {
        let mut file = &self.file;
        let rewound = file.rewind();
        rewound.map_err(|error| EvidenceFault::local(&self.path, &error))?;
        Ok(file)
    }

    /// Removes what programs left behind that were ended in the middle. What time it is says the file
    /// that has just begun, so that nobody here asks a clock.
    pub(super) fn sweep(&self, folder: &Path) {
        let Ok(now) = self.file.metadata().and_then(|file| file.modified()) else {
            return;
        };
        let Ok(there) = std::fs::read_dir(folder) else { return };
        for entry in there.flatten() {
            if !entry.file_name().to_string_lossy().starts_with(MARK) {
                continue;
            }
            let written = entry.metadata().and_then(|file| file.modified());
            let age = written.ok().and_then(|written| now.duration_since(written).ok());
            if age.is_some_and(|age| age > STALE) {
                // Another program may be doing the same, and what stays is tried again next time.
                let _ = std::fs::remove_file(entry.path());
            }
        }
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        // A file that was put in its place is not under this name any more.
        let _ = std::fs::remove_file(&self.path);
    }
}
