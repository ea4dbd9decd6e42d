//! Room: the key file on the disk — lines of text, only ever appended, by one program at a time, and
//! readable by its owner alone. What a power cut left of a last line is no key and locks nobody out. A line
//! ends with a sum of itself: a key that a bad disk changed would look like one that was destroyed.

use super::{KeyId, SubjectKey, hex};
use crate::error::AppError;
use sha2::{Digest, Sha256};
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

const HEADER: &str = "taizhang-keys-1";

/// A key file.
pub(super) struct KeyFile {
    path: PathBuf,
}

/// A file that was read from its beginning.
pub(super) struct Whole {
    pub(super) digest: [u8; 32],
    pub(super) sign: [u8; 32],
    pub(super) more: More,
}

/// The keys of subjects behind a place, and where the last whole line ends.
pub(super) struct More {
    pub(super) subjects: Vec<(KeyId, [u8; 32])>,
    pub(super) read_to: u64,
}

impl KeyFile {
    pub(super) fn at(path: &Path) -> KeyFile {
        KeyFile { path: path.to_owned() }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Reads all of it.
    pub(super) fn whole(&self) -> Result<Whole, AppError> {
        let text = self.lines_behind(&mut self.open(OpenOptions::new().read(true))?, 0)?;
        let damaged = || self.damaged();
        let mut lines = text.split_inclusive('\n');
        let mut head = |name: &str| lines.next().and_then(unsummed)?.strip_prefix(name);
        head(HEADER).filter(|rest| rest.is_empty()).ok_or_else(damaged)?;
        let digest = head("digest ").and_then(unhex32).ok_or_else(damaged)?;
        let sign = head("sign ").and_then(unhex32).ok_or_else(damaged)?;
        let subjects = lines.map(subject).collect::<Option<_>>().ok_or_else(damaged)?;
        let read_to = text.len() as u64;
        Ok(Whole {
            digest,
            sign,
            more: More { subjects, read_to },
        })
    }

    /// Reads what others appended behind a place.
    pub(super) fn read_on(&self, from: u64) -> Result<More, AppError> {
        let mut file = self.open(OpenOptions::new().read(true))?;
        self.more(&mut file, from)
    }

    /// Appends keys and sees them onto the disk, or leaves the file as it was. Gives what others had
    /// appended meanwhile, and where the file ends now.
    pub(super) fn append(&self, keys: &[SubjectKey], from: u64) -> Result<More, AppError> {
        let mut file = self.open(OpenOptions::new().read(true).write(true))?;
        // Held until the file is closed: nobody else appends, or cuts our line off as a torn one.
        file.lock().map_err(|error| self.unreadable(&error))?;
        let More { subjects, read_to } = self.more(&mut file, from)?;
        let lines = keys.iter().map(SubjectKey::parts);
        let text: String = lines
            .map(|(id, key)| summed(&format!("{} {}", hex(&id), hex(&key))))
            .collect();
        // What stands behind the last whole line was never told to anybody.
        let written = file
            .set_len(read_to)
            .and_then(|()| file.seek(SeekFrom::Start(read_to)))
            .and_then(|_| file.write_all(text.as_bytes()))
            .and_then(|()| file.sync_all());
        if let Err(error) = written {
            // The first error is the one to tell; should this fail too, the next append cuts the rest off.
            let _ = file.set_len(read_to);
            return Err(self.unreadable(&error));
        }
        let read_to = read_to + text.len() as u64;
        Ok(More { subjects, read_to })
    }

    fn more(&self, file: &mut File, from: u64) -> Result<More, AppError> {
        let text = self.lines_behind(file, from)?;
        let subjects = text.split_inclusive('\n').map(subject).collect::<Option<_>>();
        Ok(More {
            subjects: subjects.ok_or_else(|| self.damaged())?,
            read_to: from + text.len() as u64,
        })
    }

    /// The whole lines behind a place. What a power cut leaves of the last one need not even be text.
    fn lines_behind(&self, file: &mut File, from: u64) -> Result<String, AppError> {
        let mut bytes = Vec::new();
        let read = file
            .seek(SeekFrom::Start(from))
            .and_then(|_| file.read_to_end(&mut bytes));
        read.map_err(|error| self.unreadable(&error))?;
        let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        bytes.truncate(whole);
        String::from_utf8(bytes).map_err(|_| self.damaged())
    }

    fn open(&self, options: &mut OpenOptions) -> Result<File, AppError> {
        options.open(&self.path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => AppError::said("keys.missing", &[("file", &self.path.display())]),
            _ => self.unreadable(&error),
        })
    }

    fn damaged(&self) -> AppError {
        AppError::said("keys.damaged", &[("file", &self.path.display())])
    }

    fn unreadable(&self, error: &std::io::Error) -> AppError {
        unreadable(&self.path, error)
    }
}

/// Makes a new file with its two keys for the whole book.
pub(super) fn create(path: &Path, digest: &[u8; 32], sign: &[u8; 32]) -> Result<(), AppError> {
    let own = [format!("digest {}", hex(digest)), format!("sign {}", hex(sign))];
    let text = format!("{HEADER}\n{}{}", summed(&own[0]), summed(&own[1]));
    put(path, text.as_bytes())
}

/// Copies the whole lines of a key file to a place where there is none, and looks whether the copy
/// can be read.
pub fn copy(from: &Path, to: &Path) -> Result<(), AppError> {
    let source = KeyFile::at(from);
    let text = source.lines_behind(&mut source.open(OpenOptions::new().read(true))?, 0)?;
    source.whole()?;
    put(to, text.as_bytes())?;
    KeyFile::at(to).whole().map(|_| ())
}

/// Writes a file that must not be there yet, and sees it and its name onto the disk.
fn put(path: &Path, bytes: &[u8]) -> Result<(), AppError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => AppError::said("keys.exists", &[("file", &path.display())]),
        _ => unreadable(path, &error),
    })?;
    let written = file
        .write_all(bytes)
        .and_then(|()| file.sync_all())
        .and_then(|()| sync_folder(path));
    written.map_err(|error| {
        // A part of a key file would be taken for one; the error is told either way.
        let _ = std::fs::remove_file(path);
        unreadable(path, &error)
    })
}

/// Sees the file's name onto the disk, where a system can be asked for that.
fn sync_folder(path: &Path) -> std::io::Result<()> {
    if cfg!(not(unix)) {
        return Ok(());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

fn unreadable(path: &Path, error: &std::io::Error) -> AppError {
    AppError::said("keys.unreadable", &[("file", &path.display()), ("why", error)])
}

fn subject(line: &str) -> Option<(KeyId, [u8; 32])> {
    let (id, key) = unsummed(line)?.split_once(' ')?;
    Some((unhex16(id)?, unhex32(key)?))
}

/// A line with its sum: the first four bytes of SHA-256 of what stands before.
fn summed(line: &str) -> String {
    format!("{line} {}\n", sum(line))
}

fn sum(line: &str) -> String {
    hex(&Sha256::digest(line)[..4])
}

/// A line without its sum; none if it is not its own. The name of the file has none, nor had lines of
/// programs before 0.1.
fn unsummed(line: &str) -> Option<&str> {
    let line = line.trim_end();
    match line.rsplit_once(' ') {
        Some((before, last)) if last.len() == 8 => (last == sum(before)).then_some(before),
        _ => Some(line),
    }
}

fn unhex32(text: &str) -> Option<[u8; 32]> {
    taizhang_store::cells::unhex(text)
}

fn unhex16(text: &str) -> Option<KeyId> {
    unhex32(&format!("{text}{}", "0".repeat(32)))
        .and_then(|bytes| bytes[..16].try_into().ok())
        .filter(|_| text.len() == 32)
}
