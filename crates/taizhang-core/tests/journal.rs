//! Room: the bytes of the journal, tested as `docs/format-journal-entry.md` tells them.
//!
//! The same vectors are read by the second verifier, which is written from that page alone.

#[path = "journal/arbitrary.rs"]
mod arbitrary;
#[path = "journal/refused.rs"]
mod refused;
#[path = "journal/vectors.rs"]
mod vectors;
#[path = "journal/verifier.rs"]
mod verifier;

use arbitrary::{entry, posting};
use proptest::collection::vec;
use proptest::prelude::*;
use taizhang_core::journal::chain::{Alg, START, head, leaf, posting_digest};
use taizhang_core::journal::encoding::{decode, encode};

proptest! {
    #![proptest_config(config())]

    #[test]
    fn an_entry_reads_back_as_it_was_written(entry in entry()) {
        prop_assert_eq!(decode(&encode(&entry)), Ok(entry));
    }

    /// Two readings of one text, or two texts of one reading, would let a journal be rewritten
    /// under the same hash, or be read in two ways.
    #[test]
    fn a_changed_byte_is_refused_or_means_exactly_itself(entry in entry(), change in 1..=255_u8) {
        let bytes = encode(&entry);
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= change;
            prop_assert!(is_refused_or_exact(&changed), "byte {at} of {bytes:02x?}");
        }
    }

    #[test]
    fn a_cut_entry_and_a_lengthened_one_are_refused(entry in entry(), more in vec(any::<u8>(), 1..4)) {
        let bytes = encode(&entry);
        for length in 0..bytes.len() {
            prop_assert!(decode(&bytes[..length]).is_err(), "cut to {length} of {bytes:02x?}");
        }
        prop_assert!(decode(&[bytes, more].concat()).is_err());
    }

    #[test]
    fn random_bytes_never_panic(bytes in vec(any::<u8>(), 0..200), version in any::<bool>()) {
        let mut bytes = bytes;
        if version && let Some(first) = bytes.first_mut() {
            *first = 1;
        }
        prop_assert!(is_refused_or_exact(&bytes));
    }

    #[test]
    fn spliced_entries_are_refused_or_exact(a in entry(), b in entry(), cut in any::<prop::sample::Index>()) {
        let (a, b) = (encode(&a), encode(&b));
        let cut = cut.index(a.len().min(b.len()));
        prop_assert!(is_refused_or_exact(&[&a[..cut], &b[cut..]].concat()));
    }

    #[test]
    fn the_digest_of_postings_tells_any_two_lists_apart(a in vec(posting(), 0..4), b in vec(posting(), 0..4)) {
        prop_assert_eq!(a == b, posting_digest(&a) == posting_digest(&b));
    }

    #[test]
    fn a_head_covers_all_that_it_is_made_of(book in any::<[u8; 16]>(), n in 1..i64::MAX, bytes in vec(any::<u8>(), 0..50)) {
        let whole = head(Alg::Sha256, &book, n, &START, &leaf(&bytes));
        let mut other_book = book;
        other_book[15] ^= 1;
        prop_assert_ne!(whole, head(Alg::Sha256, &other_book, n, &START, &leaf(&bytes)));
        prop_assert_ne!(whole, head(Alg::Sha256, &book, n - 1, &START, &leaf(&bytes)));
        prop_assert_ne!(whole, head(Alg::Sha256, &book, n, &leaf(&bytes), &leaf(&bytes)));
        prop_assert_ne!(whole, head(Alg::Sha256, &book, n, &START, &leaf(&[&bytes[..], &[0]].concat())));
    }
}

/// 300 cases each, or `TAIZHANG_CASES`.
fn config() -> ProptestConfig {
    let cases = std::env::var("TAIZHANG_CASES").ok().and_then(|text| text.parse().ok());
    ProptestConfig {
        cases: cases.unwrap_or(300),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

fn is_refused_or_exact(bytes: &[u8]) -> bool {
    decode(bytes).map_or(true, |entry| encode(&entry) == bytes)
}
