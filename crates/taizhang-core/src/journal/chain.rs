//! Room: the hash chain over entries. Makes heads and checks them; never reads a database.

use super::encoding::Writer;
use crate::posting::Posting;
use sha2::{Digest, Sha256};

/// A SHA-256 digest.
pub type Hash = [u8; 32];

/// The head before the first entry.
pub const START: Hash = [0; 32];

/// The hash algorithm's number inside every head, so that another can follow (SM3 will be 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alg {
    /// SHA-256.
    Sha256,
}

impl Alg {
    /// The byte that is hashed.
    pub fn tag(self) -> u8 {
        match self {
            Alg::Sha256 => 1,
        }
    }

    /// The name in files: `sha256`.
    pub fn name(self) -> &'static str {
        match self {
            Alg::Sha256 => "sha256",
        }
    }
}

/// `H(0x00 ‖ bytes)`.
pub fn leaf(bytes: &[u8]) -> Hash {
    Sha256::new().chain_update([0x00]).chain_update(bytes).finalize().into()
}

/// `H(0x02 ‖ alg ‖ book ‖ n ‖ previous ‖ leaf)`, `n` in eight bytes.
pub fn head(alg: Alg, book: &[u8; 16], n: i64, previous: &Hash, leaf: &Hash) -> Hash {
    Sha256::new()
        .chain_update([0x02, alg.tag()])
        .chain_update(book)
        .chain_update(n.to_be_bytes())
        .chain_update(previous)
        .chain_update(leaf)
        .finalize()
        .into()
}

/// `H(0x03 ‖ postings)`, the postings in their own order; all zero for none.
pub fn posting_digest<'a>(postings: impl IntoIterator<Item = &'a Posting>) -> Hash {
    let mut postings = postings.into_iter().peekable();
    if postings.peek().is_none() {
        return [0; 32];
    }
    let mut out = Writer { out: vec![0x03] };
    for posting in postings {
        out.uint(u64::from(posting.account.0));
        out.uint(posting.unit as u64);
        out.text(&posting.dim);
        out.day(posting.day);
        out.uint(posting.record as u64);
        out.int(posting.amount);
        out.int(i64::from(posting.reported));
        out.int(i64::from(posting.missing));
        out.int(i64::from(posting.not_applicable));
    }
    Sha256::digest(&out.out).into()
}
