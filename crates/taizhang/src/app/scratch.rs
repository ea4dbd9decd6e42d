//! Room: a file for a moment — written, read again, gone. Readable by this account alone.

use crate::error::AppError;
use crate::keys::{hex, random};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

/// A file that goes when this does.
#[derive(Debug)]
pub struct Scratch {
    path: PathBuf,
}

impl Scratch {
    /// Makes an empty one, with an ending such as `.xlsx`.
    pub fn new(ending: &str) -> Result<Scratch, AppError> {
        let path = std::env::temp_dir().join(format!("taizhang-scratch-{}{ending}", hex(&random::<12>()?)));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options
            .open(&path)
            .map_err(|error| AppError::unwritable(&path, &error))?;
        Ok(Scratch { path })
    }

    /// One that holds something.
    pub fn holding(ending: &str, content: &[u8]) -> Result<Scratch, AppError> {
        let scratch = Scratch::new(ending)?;
        let failed = |error: std::io::Error| AppError::unwritable(&scratch.path, &error);
        let mut file = File::create(&scratch.path).map_err(failed)?;
        file.write_all(content).map_err(failed)?;
        Ok(scratch)
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it holds.
    pub fn content(&self) -> Result<Vec<u8>, AppError> {
        std::fs::read(&self.path).map_err(|error| AppError::unreadable(&self.path, &error))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // One that is gone already is what is wanted.
        let _ = std::fs::remove_file(&self.path);
    }
}
