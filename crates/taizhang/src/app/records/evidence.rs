//! Room: evidence — files by their content hash, beside the book. Kept once, never changed; a file
//! is on the disk before its row is, and its row before any entry names it.

use crate::app::scope::Scope;
use crate::app::{App, definition};
use crate::error::AppError;
use crate::keys::{hex, random};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use taizhang_core::decide::Gate;
use taizhang_core::definition::{Definition, Verb};
use taizhang_core::id::RecordNo;
use taizhang_core::refusal::{Code, Refusal};
use taizhang_store::evidence::{self, Stored};
use taizhang_store::{Reading, record};

/// The largest file.
pub const EVIDENCE_BYTES: usize = 50 * 1024 * 1024;

/// A file on its way into the folder. Dropped before it is kept, it leaves nothing behind.
pub struct Arriving {
    file: File,
    path: PathBuf,
    hash: Sha256,
    head: Vec<u8>,
    size: usize,
}

impl Arriving {
    /// Takes the next piece; false once it is too large.
    pub fn take(&mut self, piece: &[u8]) -> Result<bool, AppError> {
        self.size += piece.len();
        if self.size > EVIDENCE_BYTES {
            return Ok(false);
        }
        let missing = HEAD.saturating_sub(self.head.len()).min(piece.len());
        self.head.extend_from_slice(&piece[..missing]);
        self.hash.update(piece);
        self.file.write_all(piece).map_err(|error| fault(&self.path, &error))?;
        Ok(true)
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

impl App {
    /// Begins to take a file.
    pub fn arriving(&self, scope: &Scope) -> Result<Arriving, AppError> {
        if !scope.may_at_all(Verb::Write) {
            return Err(AppError::refuse(self.locale(), &Refusal::new(Code::NotPermitted)));
        }
        let folder = self.evidence();
        std::fs::create_dir_all(folder).map_err(|error| fault(folder, &error))?;
        let path = folder.join(format!("arriving-{}", hex(&random::<12>()?)));
        let file = File::create_new(&path).map_err(|error| fault(&path, &error))?;
        Ok(Arriving {
            file,
            path,
            hash: Sha256::new(),
            head: Vec::new(),
            size: 0,
        })
    }

    /// Keeps a file that has arrived whole.
    pub fn keep(&self, scope: &Scope, arrived: Arriving, name: &str) -> Result<Stored, AppError> {
        let refuse = |key: &str| AppError::BadRequest(self.locale().text(key).to_owned());
        if arrived.size == 0 {
            return Err(refuse("http.empty_file"));
        }
        let kind = sniff(&arrived.head, name).ok_or_else(|| refuse("http.unknown_file"))?;
        let hash: [u8; 32] = arrived.hash.clone().finalize().into();
        let target = self.evidence().join(hex(&hash));
        arrived.file.sync_all().map_err(|error| fault(&arrived.path, &error))?;
        std::fs::rename(&arrived.path, &target).map_err(|error| fault(&target, &error))?;
        let folder = File::open(self.evidence()).and_then(|folder| folder.sync_all());
        folder.map_err(|error| fault(self.evidence(), &error))?;
        let stored = Stored {
            hash,
            size: i64::try_from(arrived.size).unwrap_or(i64::MAX),
            kind: kind.to_owned(),
            name: plain_name(name),
            actor: scope.actor,
            stored_at: self.clock().now(),
        };
        let row = stored.clone();
        self.store().writer().act(move |writer| {
            evidence::save(&mut *writer.conn, &row)?;
            writer.conn.commit()
        })?;
        Ok(stored)
    }

    /// A file that somebody may see: of an entry of a record that they may read, or their own.
    pub fn evidence_file(&self, scope: &Scope, hash: &[u8; 32]) -> Result<(Stored, PathBuf), AppError> {
        let unknown = || AppError::NotFound(self.locale().fill("http.no_evidence", &[("value", &hex(hash))]));
        let stored = self.readable_file(scope, hash)?.ok_or_else(unknown)?;
        let path = self.evidence().join(hex(hash));
        if path.is_file() {
            Ok((stored, path))
        } else {
            Err(unknown())
        }
    }

    /// What is known about a file to somebody who may see it. A hash is no right to see anything:
    /// one has brought the file oneself, or may read a record of which an entry names it.
    fn readable_file(&self, scope: &Scope, hash: &[u8; 32]) -> Result<Option<Stored>, AppError> {
        let mut reading = self.reading()?;
        let mut brought = evidence::get(reading.conn()?, hash)?;
        if let Some(own) = brought.iter().position(|stored| stored.actor == scope.actor) {
            return Ok(Some(brought.swap_remove(own)));
        }
        let definition = definition(&reading)?;
        let mut after = 0;
        loop {
            let namings = evidence::namings(reading.conn()?, hash, after, NAMINGS)?;
            let Some(last) = namings.last() else { return Ok(None) };
            after = last.entry;
            let records: BTreeSet<RecordNo> = namings.iter().map(|naming| naming.record).collect();
            for record in records {
                if may_read(scope, &mut reading, &definition, record)? {
                    return Ok(brought.into_iter().next());
                }
            }
        }
    }

    /// Those of some files that somebody may see.
    pub fn readable_files(&self, scope: &Scope, hashes: &[[u8; 32]]) -> Result<Vec<Stored>, AppError> {
        let mut found = Vec::new();
        for hash in hashes {
            found.extend(self.readable_file(scope, hash)?);
        }
        Ok(found)
    }

    /// The names of files, as far as they are known: as their bringer named them, else as the first did.
    pub fn evidence_names(&self, hashes: &[[u8; 32]], bringer: RecordNo) -> Result<Vec<Stored>, AppError> {
        let mut reading = self.reading()?;
        let mut found = Vec::new();
        for hash in hashes {
            let mut brought = evidence::get(reading.conn()?, hash)?;
            let own = brought.iter().position(|stored| stored.actor == bringer);
            if !brought.is_empty() {
                found.push(brought.swap_remove(own.unwrap_or(0)));
            }
        }
        Ok(found)
    }
}

/// How many entries that name a file are looked at together.
const NAMINGS: i64 = 200;

/// Whether somebody may read a record, by its present row.
fn may_read(scope: &Scope, reading: &mut Reading<'_>, definition: &Definition, no: RecordNo) -> Result<bool, AppError> {
    let Some(first) = taizhang_store::journal::entry(reading.conn()?, no)? else {
        return Ok(false);
    };
    let Some(register) = definition.register(first.register) else {
        return Ok(false);
    };
    let Some(row) = record::get(reading.conn()?, register, no)? else {
        return Ok(false);
    };
    let unit = register.unit.and_then(|field| row.state.unit(field));
    Ok(scope.may(Verb::Read, register, unit))
}

/// How many bytes the type is told from.
const HEAD: usize = 4096;

/// The type of a file by its first bytes, from a closed list. The name only tells the zips apart.
fn sniff(head: &[u8], name: &str) -> Option<&'static str> {
    let ending = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    if head.starts_with(b"%PDF-") {
        return Some("application/pdf");
    }
    if head.starts_with(b"\xff\xd8\xff") {
        return Some("image/jpeg");
    }
    if head.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Some("image/png");
    }
    if head.starts_with(b"PK\x03\x04") {
        return Some(match ending.as_str() {
            "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "ofd" => "application/ofd",
            _ => "application/zip",
        });
    }
    let text = !head.contains(&0) && ending == "txt";
    text.then_some("text/plain; charset=utf-8")
}

/// The last part of a path without what breaks headers.
fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|c| !c.is_control()).take(120).collect()
}

fn fault(path: &Path, error: &std::io::Error) -> AppError {
    match error.kind() {
        std::io::ErrorKind::StorageFull => AppError::Store(taizhang_store::StoreError::DiskFull),
        _ => AppError::Fault(format!("{}: {error}", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_first_bytes() {
        let cases: [(&[u8], &str, Option<&str>); 7] = [
            (b"%PDF-1.7", "a.pdf", Some("application/pdf")),
            (b"\xff\xd8\xff\xe0", "a.jpg", Some("image/jpeg")),
            (b"PK\x03\x04....", "a.ofd", Some("application/ofd")),
            (b"PK\x03\x04....", "a.bin", Some("application/zip")),
            (b"<script>", "a.pdf", None),
            (b"<svg>", "a.svg", None),
            ("说明".as_bytes(), "a.txt", Some("text/plain; charset=utf-8")),
        ];
        for (head, name, expected) in cases {
            assert_eq!(sniff(head, name), expected, "{name}");
        }
    }
}
