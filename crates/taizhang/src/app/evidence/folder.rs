//! Room: evidence in a folder of this machine: `aa/HASH`, where `aa` are the first two digits. A file
//! gets its name only when all of it is on the disk; it is never written to after that.

use super::arriving::Arriving;
use super::checked::Checked;
use super::fault::EvidenceFault;
use crate::keys::hex;
use std::fs::File;
use std::path::{Path, PathBuf};

/// A folder of evidence.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// A folder; it is made when the first file arrives.
    pub fn at(root: PathBuf) -> Folder {
        Folder { root }
    }

    /// Begins to take a file.
    pub fn arriving(&self, limit: u64) -> Result<Arriving, EvidenceFault> {
        make(&self.root)?;
        let arriving = Arriving::begin(&self.root, limit)?;
        arriving.sweep(&self.root);
        Ok(arriving)
    }

    /// Puts a file in its place: on the disk, then under its name, then the name on the disk. One that
    /// is there already may have its name in memory alone, if whoever put it was ended before the last step.
    pub fn put(&self, arrived: &Arriving) -> Result<(), EvidenceFault> {
        let hash = arrived.hash();
        let (shelf, target) = self.place(&hash);
        arrived.sync()?;
        if !is_whole(&target, hash, arrived.size()) {
            make(&shelf)?;
            std::fs::rename(arrived.path(), &target).map_err(|error| EvidenceFault::local(&target, &error))?;
        }
        let above = self.root.parent().filter(|above| !above.as_os_str().is_empty());
        [shelf.as_path(), &self.root, above.unwrap_or(Path::new("."))]
            .into_iter()
            .try_for_each(sync)
    }

    /// Begins to read a file.
    pub fn get(&self, hash: [u8; 32], size: u64) -> Result<Checked, EvidenceFault> {
        let (_, path) = self.place(&hash);
        let file = File::open(&path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => EvidenceFault::Missing,
            _ => EvidenceFault::local(&path, &error),
        })?;
        let there = file.metadata().map_err(|error| EvidenceFault::local(&path, &error))?;
        if there.len() != size {
            let why = format!("it has {} bytes instead of {size}", there.len());
            return Err(EvidenceFault::Damaged(why));
        }
        Ok(Checked::new(file, hash, size))
    }

    fn place(&self, hash: &[u8; 32]) -> (PathBuf, PathBuf) {
        let name = hex(hash);
        let shelf = self.root.join(&name[..2]);
        let file = shelf.join(&name);
        (shelf, file)
    }
}

/// Whether the file is there already and is what its name says. One that is not is put anew.
fn is_whole(path: &Path, hash: [u8; 32], size: u64) -> bool {
    let Ok(file) = File::open(path) else { return false };
    let mut checked = Checked::new(file, hash, size);
    loop {
        match checked.next_piece() {
            Ok(Some(_)) => {}
            Ok(None) => return true,
            Err(_) => return false,
        }
    }
}

fn make(folder: &Path) -> Result<(), EvidenceFault> {
    std::fs::create_dir_all(folder).map_err(|error| EvidenceFault::local(folder, &error))
}

/// Sees the names in a folder onto the disk, where a system can be asked for that.
fn sync(folder: &Path) -> Result<(), EvidenceFault> {
    if cfg!(not(unix)) {
        return Ok(());
    }
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|error| EvidenceFault::local(folder, &error))
}
