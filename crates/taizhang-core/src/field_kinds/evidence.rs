//! Room: lists of files, each by the SHA-256 of its content.
//!
//! Never asks whether the files are there; the store does.

use super::{Reading, text};
use crate::refusal::{Code, Refusal};
use crate::value::Value;
use std::collections::BTreeSet;

/// Hashes in hex between commas or blanks; the same file twice is once.
pub(super) fn read(reading: &Reading<'_>) -> Result<Value, Refusal> {
    let narrow = text::narrow(reading.text);
    let mut seen = BTreeSet::new();
    let mut files = Vec::new();
    for part in narrow
        .split([',', ';', '\u{3001}', ' '])
        .filter(|part| !part.is_empty())
    {
        let hash = hash(part).ok_or_else(|| reading.refuse(Code::NotEvidence))?;
        if seen.insert(hash) {
            files.push(hash);
        }
    }
    if files.is_empty() {
        Err(reading.refuse(Code::NotEvidence))
    } else {
        Ok(Value::Evidence(files))
    }
}

/// Lower-case hex, joined by commas.
pub(super) fn show(files: &[[u8; 32]]) -> String {
    let hashes: Vec<String> = files
        .iter()
        .map(|hash| hash.iter().map(|byte| format!("{byte:02x}")).collect())
        .collect();
    hashes.join(",")
}

fn hash(text: &str) -> Option<[u8; 32]> {
    let mut digits = text.chars().map(|c| c.to_digit(16));
    let mut hash = [0; 32];
    for byte in &mut hash {
        let (high, low) = (digits.next()??, digits.next()??);
        *byte = (high * 16 + low) as u8;
    }
    digits.next().is_none().then_some(hash)
}
