//! Room: every way of writing an entry that the encoder would not have chosen, each refused.
//!
//! A plain note is taken apart into its parts; each row replaces one part.

use taizhang_core::journal::encoding::{Malformed, decode};

/// A note of record 5 in register 2, part by part.
const NOTE: [&str; 19] = [
    "01",     // 0 version
    "0107",   // 1 n
    "0106",   // 2 command
    "0203e8", // 3 recorded_at
    "0103",   // 4 actor
    "00",     // 5 position
    "0101",   // 6 definition
    "025052", // 7 occurred_on
    "00",     // 8 occurred_at
    "0102",   // 9 register
    "0105",   // 10 record
    "00",     // 11 based_on
    "04",     // 12 act: note
    "00",     // 13 reason
    "00",     // 14 evidence
    "00",     // 15 source
    "00",     // 16 key
    "00",     // 17 legs
    "00",     // 18 posting_count
];

/// Part, what stands there instead, why it is refused.
const VARIANTS: &[(usize, &str, Malformed)] = &[
    (0, "00", Malformed::Version(0)),
    (0, "02", Malformed::Version(2)),
    (0, "ff", Malformed::Version(255)),
    // A uint with a leading zero, of nine bytes, and one that no entry number can reach.
    (1, "020007", Malformed::NotCanonical),
    (1, "0100", Malformed::NotCanonical),
    (1, "09010203040506070809", Malformed::NotCanonical),
    (1, "088000000000000000", Malformed::NotCanonical),
    (1, "08ffffffffffffffff", Malformed::NotCanonical),
    // The same where the command stands.
    (2, "020006", Malformed::NotCanonical),
    (2, "088000000000000000", Malformed::NotCanonical),
    // An int with a byte that says nothing: positive, negative and zero.
    (3, "030003e8", Malformed::NotCanonical),
    (3, "02ffff", Malformed::NotCanonical),
    (3, "0100", Malformed::NotCanonical),
    (3, "020001", Malformed::NotCanonical),
    (3, "09010203040506070809", Malformed::NotCanonical),
    // A day after the calendar, one before it, and one that is no 32-bit number.
    (7, "03014826", Malformed::NotCanonical),
    (7, "029c20", Malformed::NotCanonical),
    (7, "050100000000", Malformed::NotCanonical),
    // A minute that no day has; an option byte that is neither 0 nor 1.
    (8, "010205a0", Malformed::NotCanonical),
    (8, "0103010000", Malformed::NotCanonical),
    (8, "02", Malformed::NotCanonical),
    // A register beyond 32 bits.
    (9, "050100000000", Malformed::NotCanonical),
    // No such act; an opening flag that is neither 0 nor 1.
    (12, "00", Malformed::NotCanonical),
    (12, "0b", Malformed::NotCanonical),
    (12, "010200", Malformed::NotCanonical),
    // A patch with its fields out of order, and with one field twice.
    (12, "02010201020001010001", Malformed::NotCanonical),
    (12, "02010201020001020101", Malformed::NotCanonical),
    // No such kind of cell; no such precision.
    (12, "02010101010d", Malformed::NotCanonical),
    (12, "02010101010602505204", Malformed::NotCanonical),
    // A month before 1900-01, after 2199-12, and one that is no 32-bit number.
    (12, "02010101010702590f", Malformed::NotCanonical),
    (12, "020101010107026720", Malformed::NotCanonical),
    (12, "02010101010705010000590f", Malformed::NotCanonical),
    // Text that is no UTF-8: a lone byte, a surrogate, an overlong form. Text that is not NFC.
    (12, "0201010101030101ff", Malformed::NotCanonical),
    (12, "0201010101030103eda080", Malformed::NotCanonical),
    (12, "0201010101030102c080", Malformed::NotCanonical),
    (12, "020101010103010365cc81", Malformed::NotCanonical),
    // A correction with a withdraw flag that is neither 0 nor 1, and with its fields out of order.
    (12, "0601030200", Malformed::NotCanonical),
    (12, "06010300000102010200010100", Malformed::NotCanonical),
    // A pack whose files are out of order, and one with a file twice.
    (12, "0702505201010001020101620001016100", Malformed::NotCanonical),
    (12, "0702505201010001020101610001016100", Malformed::NotCanonical),
    // Lengths that promise more than there is.
    (13, "0108ffffffffffffffff00", Malformed::Short),
    (13, "0101ff", Malformed::Short),
    (14, "04ffffffff", Malformed::Short),
    (14, "0101", Malformed::Short),
    // A count of postings beyond 32 bits; one without its digest; a digest without a count.
    (18, "050100000000", Malformed::NotCanonical),
    (18, "0101", Malformed::Short),
    (18, "000000", Malformed::Long),
];

#[test]
fn the_note_itself_is_read() {
    let entry = decode(&bytes(&NOTE.concat())).expect("the note is canonical");
    assert_eq!(
        (
            entry.n,
            entry.command,
            entry.record,
            entry.recorded_at,
            entry.occurred_on.0
        ),
        (7, 6, 5, 1000, 0x5052)
    );
}

#[test]
fn whatever_the_encoder_would_not_have_written_is_refused() {
    for (part, instead, why) in VARIANTS {
        let found = decode(&bytes(&with(*part, instead)));
        assert_eq!(found.err(), Some(*why), "part {part}: {instead}");
    }
}

/// The bytes in hex, and the word for why they are refused.
pub(crate) fn vectors() -> impl Iterator<Item = (String, &'static str)> {
    VARIANTS.iter().map(|(part, instead, why)| {
        let word = match why {
            Malformed::Short => "short",
            Malformed::Long => "long",
            Malformed::Version(_) => "version",
            Malformed::NotCanonical => "not_canonical",
        };
        (with(*part, instead), word)
    })
}

fn with(part: usize, instead: &str) -> String {
    let mut parts = NOTE;
    parts[part] = instead;
    parts.concat()
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex
        .bytes()
        .map(|digit| (digit as char).to_digit(16).expect("hex") as u8)
        .collect();
    digits
        .chunks(2)
        .map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit))
        .collect()
}
