//! Room: a disk that lost its power. Replays what `shim.c` recorded: what was synced is there, of the
//! rest a random part, torn at sectors of 512 bytes; names of files come and go in order, as a
//! journaling file system keeps them, but only so far as their folder was synced for certain.

use crate::size::Dice;
use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

const SECTOR: usize = 512;
const HEAD: usize = 24;

/// One change of the disk.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    Write { file: u64, at: usize, data: Vec<u8> },
    Truncate { file: u64, size: usize },
    Sync { file: u64 },
    SyncFolder,
    Create { file: u64, path: PathBuf },
    Rename { from: PathBuf, to: PathBuf },
    Remove { path: PathBuf },
    Folder { path: PathBuf },
}

/// Every change with the position behind it in the recording.
pub(crate) fn read(log: &[u8]) -> Vec<(u64, Change)> {
    let (mut at, mut changes) = (0, Vec::new());
    while at + HEAD <= log.len() {
        let number = |from: usize| u64::from_le_bytes(log[at + from..at + from + 8].try_into().expect("eight"));
        let size = u32::from_le_bytes(log[at + 4..at + 8].try_into().expect("four")) as usize;
        let (kind, file, offset) = (log[at], number(8), number(16) as usize);
        let Some(data) = log.get(at + HEAD..at + HEAD + size) else {
            break;
        };
        let mut names = data
            .split(|byte| *byte == 0)
            .map(|name| PathBuf::from(String::from_utf8_lossy(name).as_ref()));
        let mut name = || names.next().unwrap_or_default();
        at += HEAD + size;
        let change = match kind {
            1 => Change::Write {
                file,
                at: offset,
                data: data.to_vec(),
            },
            2 => Change::Truncate { file, size: offset },
            3 => Change::Sync { file },
            4 => Change::SyncFolder,
            5 => Change::Create { file, path: name() },
            6 => Change::Rename {
                from: name(),
                to: name(),
            },
            7 => Change::Remove { path: name() },
            8 => Change::Folder { path: name() },
            other => panic!("a record of kind {other}"),
        };
        changes.push((at as u64, change));
    }
    changes
}

#[derive(Clone, Default)]
struct File {
    /// What is on the disk for certain.
    durable: Vec<u8>,
    /// What may be there in part.
    pending: Vec<Change>,
}

/// The disk at a moment of the recording.
#[derive(Clone)]
pub(crate) struct Disk {
    root: PathBuf,
    files: BTreeMap<u64, File>,
    /// Names that are there for certain.
    names: BTreeMap<PathBuf, u64>,
    folders: Vec<PathBuf>,
    /// Changes of names that may have happened, in order.
    unnamed: Vec<Change>,
}

impl Disk {
    /// A folder before the recording begins; the program must have been started on this very folder.
    pub(crate) fn of(root: &Path) -> Disk {
        let mut disk = Disk {
            root: root.to_owned(),
            files: BTreeMap::new(),
            names: BTreeMap::new(),
            folders: Vec::new(),
            unnamed: Vec::new(),
        };
        disk.scan(root);
        disk
    }

    fn scan(&mut self, folder: &Path) {
        for found in std::fs::read_dir(folder).expect("a folder").flatten() {
            let path = found.path();
            if path.is_dir() {
                self.scan(&path);
                self.folders.push(path);
            } else {
                let id = found.metadata().expect("known").ino();
                let durable = std::fs::read(&path).expect("read");
                self.files.insert(
                    id,
                    File {
                        durable,
                        pending: Vec::new(),
                    },
                );
                self.names.insert(path, id);
            }
        }
    }

    /// Whether a file was there from the beginning.
    pub(crate) fn has(&self, file: u64) -> bool {
        self.names.values().any(|id| *id == file)
    }

    /// One more change happens.
    pub(crate) fn take(&mut self, change: &Change) {
        match change {
            Change::Write { file, .. } | Change::Truncate { file, .. } => {
                self.files.entry(*file).or_default().pending.push(change.clone());
            }
            Change::Sync { file } => {
                let file = self.files.entry(*file).or_default();
                for change in std::mem::take(&mut file.pending) {
                    apply(&mut file.durable, &change, &mut |_| true);
                }
            }
            Change::SyncFolder => {
                for change in std::mem::take(&mut self.unnamed) {
                    rename(&mut self.names, &mut self.folders, &change);
                }
            }
            named => {
                if let Change::Create { file, .. } = named {
                    // A number of a file that is gone may be given again.
                    self.files.insert(*file, File::default());
                }
                self.unnamed.push(named.clone());
            }
        }
    }

    /// Cuts the power and writes what is left to a folder.
    pub(crate) fn cut(&self, dice: &mut Dice, to: &Path) {
        let (mut names, mut folders) = (self.names.clone(), self.folders.clone());
        let kept = dice.below(self.unnamed.len() + 1);
        for change in &self.unnamed[..kept] {
            rename(&mut names, &mut folders, change);
        }
        for folder in &folders {
            std::fs::create_dir_all(self.moved(folder, to)).expect("a folder");
        }
        for (path, id) in &names {
            let Some(file) = self.files.get(id) else { continue };
            let mut content = file.durable.clone();
            // Rates are drawn for every file and cut, so that all, none and some are each seen often.
            let chance = [0, 10, 50, 90, 100][dice.below(5)];
            for change in &file.pending {
                apply(&mut content, change, &mut |_| dice.percent(chance));
            }
            let path = self.moved(path, to);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            std::fs::write(path, content).expect("written");
        }
    }

    fn moved(&self, path: &Path, to: &Path) -> PathBuf {
        to.join(path.strip_prefix(&self.root).expect("below the root"))
    }
}

/// Applies a change, sector by sector as far as `keeps` says.
fn apply(content: &mut Vec<u8>, change: &Change, keeps: &mut dyn FnMut(usize) -> bool) {
    match change {
        Change::Truncate { size, .. } if keeps(0) => content.resize(*size, 0),
        Change::Write { at, data, .. } => {
            let mut from = 0;
            while from < data.len() {
                let to = (from + SECTOR - (at + from) % SECTOR).min(data.len());
                if keeps(from) {
                    let end = at + to;
                    if content.len() < end {
                        content.resize(end, 0);
                    }
                    content[at + from..end].copy_from_slice(&data[from..to]);
                }
                from = to;
            }
        }
        _ => {}
    }
}

fn rename(names: &mut BTreeMap<PathBuf, u64>, folders: &mut Vec<PathBuf>, change: &Change) {
    match change {
        Change::Create { file, path } => _ = names.insert(path.clone(), *file),
        Change::Rename { from, to } => {
            if let Some(file) = names.remove(from) {
                names.insert(to.clone(), file);
            }
        }
        Change::Remove { path } => _ = names.remove(path),
        Change::Folder { path } => folders.push(path.clone()),
        _ => {}
    }
}
