//! Room: a signed checkpoint held against the book — a cut-off tail or a book re-chained as a whole
//! no longer has the head that was signed; or held against the journal as a file, with no database at all.

use super::proof::Proof;
use crate::error::AppError;
use crate::locale::Locale;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use taizhang_core::id::EntryNo;
use taizhang_core::journal::Act;
use taizhang_core::journal::chain::{Hash, leaf};
use taizhang_core::journal::tree::Tree;
use taizhang_store::Store;
use taizhang_store::engine::Conn;
use taizhang_store::export::{book_of_journal_file, follow_journal_file};
use taizhang_store::head::entry_of;
use taizhang_store::journal::{each_after, entry};
use taizhang_store::verify::Verdict;

/// Checks a proof's signature, that the book still has the head that it signs, and that a release's entry
/// says what the proof says. Needs no keys, so that whoever holds a copy of the book can ask.
pub fn against(store: &Store, locale: &Locale, file: &Path) -> Result<Proof, AppError> {
    let name = file.display();
    let broken = |key: &str| AppError::said("proof.broken", &[("file", &name), ("why", &locale.text(key))]);
    let proof = signed(locale, file)?;
    let mut reading = store.read()?;
    if reading.head.book != proof.book {
        return Err(broken("proof.other_book"));
    }
    if reading.head.keys != <[u8; 32]>::from(Sha256::digest(proof.public_key)) {
        return Err(broken("proof.other_key"));
    }
    let mut found = None;
    each_after(reading.conn()?, proof.n - 1, &mut |at, hash, _| {
        found = (at == proof.n).then(|| hash.to_vec());
        Ok(false)
    })?;
    match found {
        Some(found) if found == proof.head => {}
        Some(_) => {
            let place: [(&'static str, &dyn std::fmt::Display); 2] = [("entry", &proof.n), ("file", &name)];
            return Err(AppError::said("proof.rewritten", &place));
        }
        None => {
            let place: [(&'static str, &dyn std::fmt::Display); 2] = [("entry", &proof.n), ("file", &name)];
            return Err(AppError::said("proof.cut_off", &place));
        }
    }
    // Who has the key could sign another root beside the right head.
    if root_of(reading.conn()?, proof.n)? != proof.root {
        return Err(broken("proof.other_root"));
    }
    let Some(release) = &proof.release else {
        return Ok(proof);
    };
    let said = entry(reading.conn()?, proof.n)?.map(|entry| entry.act);
    if said.as_ref() != Some(&Act::Release(release.clone())) {
        return Err(broken("proof.other_release"));
    }
    Ok(proof)
}

/// The root of the tree over the first entries of a book.
pub(super) fn root_of(conn: &mut dyn Conn, last: EntryNo) -> Result<Hash, AppError> {
    let mut tree = Tree::default();
    each_after(conn, 0, &mut |n, _, bytes| {
        if n <= last {
            tree.push(leaf(bytes));
        }
        Ok(n < last)
    })?;
    Ok(tree.root())
}

/// A proof whose signature is right.
pub fn signed(locale: &Locale, file: &Path) -> Result<Proof, AppError> {
    let name = file.display();
    let because = |why: &str| AppError::said("proof.broken", &[("file", &name), ("why", &why)]);
    let broken = |key: &str| because(locale.text(key));
    let text = std::fs::read_to_string(file).map_err(|error| AppError::unreadable(file, &error))?;
    let proof = Proof::read(&text).map_err(&broken)?;
    if !proof.is_signed() {
        return Err(broken("proof.wrong_signature"));
    }
    Ok(proof)
}

/// The same held against an exported journal, with no database and no keys: the chain of the file is followed
/// from its first line, and must have the signed head at the signed entry. That the key is the book's own no
/// journal says; it is shown for comparing with one that was printed earlier.
pub fn against_journal(journal: &Path, locale: &Locale, file: &Path) -> Result<(Proof, Verdict), AppError> {
    let name = file.display();
    let broken = |key: &str| AppError::said("proof.broken", &[("file", &name), ("why", &locale.text(key))]);
    let proof = signed(locale, file)?;
    let open = || {
        let opened = File::open(journal).map_err(|error| AppError::unreadable(journal, &error))?;
        Ok::<_, AppError>(BufReader::new(opened))
    };
    if book_of_journal_file(&mut open()?)? != proof.book {
        return Err(broken("proof.other_book"));
    }
    let mut found: Option<([u8; 32], Vec<u8>)> = None;
    let mut tree = Tree::default();
    let verdict = follow_journal_file(&mut open()?, &mut |n, head, bytes| {
        if n <= proof.n {
            tree.push(leaf(bytes));
        }
        if n == proof.n {
            found = Some((*head, bytes.to_vec()));
        }
    })?;
    let place: [(&'static str, &dyn std::fmt::Display); 2] = [("entry", &proof.n), ("file", &name)];
    let bytes = match found {
        // What is wrong before the signed entry is in the verdict.
        None if !verdict.ok => return Ok((proof, verdict)),
        None => return Err(AppError::said("proof.cut_off", &place)),
        Some((head, _)) if head != proof.head => return Err(AppError::said("proof.rewritten", &place)),
        Some((_, bytes)) => bytes,
    };
    if tree.root() != proof.root {
        return Err(broken("proof.other_root"));
    }
    if let Some(release) = &proof.release {
        let said = entry_of(proof.n, &bytes)?.act;
        if said != Act::Release(release.clone()) {
            return Err(broken("proof.other_release"));
        }
    }
    Ok((proof, verdict))
}
