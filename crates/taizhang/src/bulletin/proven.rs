//! Room: that an entry stands in a signed head, and that one signed head grew out of another, as files that need
//! no book and no journal to be checked. Written in one way only, as the signed heads in them. The format page
//! describes them; `docs/verify/verify.py` checks them without us.

use super::proof::Proof;
use crate::app::App;
use crate::error::AppError;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use taizhang_core::id::EntryNo;
use taizhang_core::journal::Entry;
use taizhang_core::journal::chain::{Hash, leaf};
use taizhang_core::journal::encoding::decode;
use taizhang_core::journal::tree::{consistency, grows, includes, inclusion};
use taizhang_store::journal::each_after;

/// The name of the format of an entry's proof.
pub const ENTRY: &str = "taizhang-inclusion-1";
/// The name of the format of a growth's proof.
pub const GROWTH: &str = "taizhang-consistency-1";

/// The longest path that any tree of fewer than 2⁶³ leaves has.
const LONGEST: usize = 64;

/// What is proven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proven {
    /// An entry is one of those that a signed head covers.
    Entry {
        /// Its number.
        n: EntryNo,
        /// Its bytes.
        bytes: Vec<u8>,
        /// From its leaf to the root.
        path: Vec<Hash>,
        /// The head.
        checkpoint: Box<Proof>,
    },
    /// A signed head covers all that an earlier one covers, unchanged.
    Growth {
        /// From the older root to the newer.
        path: Vec<Hash>,
        /// The earlier head.
        older: Box<Proof>,
        /// The later head.
        newer: Box<Proof>,
    },
}

impl Proven {
    /// Reads a proof; an error is the key of a sentence. Nothing is checked but how it is written.
    pub fn read(text: &str) -> Result<Proven, &'static str> {
        let value: Value = serde_json::from_str(text).map_err(|_| "proof.not_json")?;
        let head = |name: &str| Proof::read(&format!("{:#}\n", value[name])).map(Box::new);
        let path = || path(&value).ok_or("proof.not_as_written");
        let proven = match value["format"].as_str() {
            Some(ENTRY) => Proven::Entry {
                n: value["n"].as_i64().filter(|n| *n > 0).ok_or("proof.no_entry")?,
                bytes: value["bytes"]
                    .as_str()
                    .and_then(|text| STANDARD.decode(text).ok())
                    .ok_or("proof.not_as_written")?,
                path: path()?,
                checkpoint: head("checkpoint")?,
            },
            Some(GROWTH) => Proven::Growth {
                path: path()?,
                older: head("older")?,
                newer: head("newer")?,
            },
            _ => return Err("proof.no_proof"),
        };
        if proven.text() == text {
            Ok(proven)
        } else {
            Err("proof.not_as_written")
        }
    }

    /// The proof as it is kept: JSON, ended by a line feed.
    pub fn text(&self) -> String {
        let hexed = |path: &[Hash]| path.iter().map(|hash| crate::keys::hex(hash)).collect::<Vec<_>>();
        let value = match self {
            Proven::Entry {
                n,
                bytes,
                path,
                checkpoint,
            } => json!({
                "format": ENTRY, "n": n, "bytes": STANDARD.encode(bytes), "path": hexed(path),
                "checkpoint": checkpoint.value(),
            }),
            Proven::Growth { path, older, newer } => json!({
                "format": GROWTH, "path": hexed(path), "older": older.value(), "newer": newer.value(),
            }),
        };
        format!("{value:#}\n")
    }

    /// Whether it proves what it says: signatures, numbers, hashes. Gives the entry, if it is about one.
    pub fn check(&self) -> Result<Option<Entry>, &'static str> {
        match self {
            Proven::Entry {
                n,
                bytes,
                path,
                checkpoint,
            } => {
                signed(checkpoint)?;
                let entry = decode(bytes).map_err(|_| "proof.no_bytes")?;
                let (at, size) = ((n - 1).unsigned_abs(), checkpoint.n.unsigned_abs());
                let stands = includes(size, at, &leaf(bytes), path, &checkpoint.root);
                if entry.n == *n && stands {
                    Ok(Some(entry))
                } else {
                    Err("proof.not_in_it")
                }
            }
            Proven::Growth { path, older, newer } => {
                signed(older)?;
                signed(newer)?;
                if older.book != newer.book {
                    return Err("proof.two_books");
                }
                if older.public_key != newer.public_key {
                    return Err("proof.two_keys");
                }
                let of = |proof: &Proof| proof.n.unsigned_abs();
                // One size has one head, too: the chain says more than the tree.
                let is_same = older.n != newer.n || older.head == newer.head;
                if is_same && grows((of(older), &older.root), (of(newer), &newer.root), path) {
                    Ok(None)
                } else {
                    Err("proof.not_grown")
                }
            }
        }
    }

    /// The head that it ends at.
    pub fn newest(&self) -> &Proof {
        match self {
            Proven::Entry { checkpoint, .. } => checkpoint,
            Proven::Growth { newer, .. } => newer,
        }
    }
}

/// That an entry stands in a signed head of this book.
pub fn of_entry(app: &App, n: EntryNo, checkpoint: Proof) -> Result<Proven, AppError> {
    if !(1..=checkpoint.n).contains(&n) {
        let place: [(&'static str, &dyn std::fmt::Display); 2] = [("entry", &n), ("last", &checkpoint.n)];
        return Err(AppError::said("proof.no_such_entry", &place));
    }
    let (leaves, bytes) = leaves(app, checkpoint.n, n)?;
    Ok(Proven::Entry {
        n,
        bytes,
        path: inclusion(&leaves, place(n)),
        checkpoint: Box::new(checkpoint),
    })
}

/// That a signed head of this book grew out of an earlier one.
pub fn of_growth(app: &App, older: Proof, newer: Proof) -> Result<Proven, AppError> {
    if older.n > newer.n {
        let place: [(&'static str, &dyn std::fmt::Display); 2] = [("older", &older.n), ("newer", &newer.n)];
        return Err(AppError::said("proof.not_older", &place));
    }
    let (leaves, _) = leaves(app, newer.n, older.n)?;
    Ok(Proven::Growth {
        path: consistency(&leaves, place(older.n) + 1),
        older: Box::new(older),
        newer: Box::new(newer),
    })
}

/// The place of an entry's leaf in the tree, counted from 0.
fn place(n: EntryNo) -> usize {
    usize::try_from(n - 1).unwrap_or_default()
}

/// The leaves of the first entries, and the bytes of one of them.
fn leaves(app: &App, last: EntryNo, wanted: EntryNo) -> Result<(Vec<Hash>, Vec<u8>), AppError> {
    let (mut leaves, mut found) = (Vec::new(), Vec::new());
    each_after(app.reading()?.conn()?, 0, &mut |n, _, bytes| {
        if n <= last {
            leaves.push(leaf(bytes));
        }
        if n == wanted {
            found = bytes.to_vec();
        }
        Ok(n < last)
    })?;
    Ok((leaves, found))
}

fn signed(proof: &Proof) -> Result<(), &'static str> {
    if proof.is_signed() {
        Ok(())
    } else {
        Err("proof.wrong_signature")
    }
}

fn path(value: &Value) -> Option<Vec<Hash>> {
    let list = value["path"].as_array().filter(|list| list.len() <= LONGEST)?;
    list.iter()
        .map(|hash| hash.as_str().and_then(taizhang_store::cells::unhex))
        .collect()
}
