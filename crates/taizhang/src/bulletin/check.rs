//! Room: a signed checkpoint held against the book — a cut-off tail or a book re-chained as a whole
//! no longer has the head that was signed.

use super::release::signed_text;
use crate::app::App;
use crate::error::AppError;
use crate::keys::hex;
use ed25519_dalek::{Signature, VerifyingKey};
use serde_json::Value;
use std::path::Path;

/// Checks a proof's signature, and that the book still has the head that it signs.
pub fn against(app: &App, file: &Path) -> Result<(), AppError> {
    let name = file.display();
    let because = |why: &str| AppError::said("proof.broken", &[("file", &name), ("why", &why)]);
    let broken = |key: &str| because(app.locale().text(key));
    let text = std::fs::read_to_string(file).map_err(|error| because(&error.to_string()))?;
    let proof: Value = serde_json::from_str(&text).map_err(|_| broken("proof.not_json"))?;
    let (book, head) = (field(&proof, "book"), field(&proof, "head"));
    let n = proof["n"].as_i64().ok_or_else(|| broken("proof.no_entry"))?;
    let released = &proof["release"];
    let document = field(released, "document");
    let bulletin = field(released, "bulletin");
    let release_no = released["release_no"].as_u64().unwrap_or(0) as u32;
    let lines = released
        .is_object()
        .then_some((bulletin.as_str(), release_no, document.as_str()));
    signed(&proof, &signed_text(&book, n, &head, lines)).ok_or_else(|| broken("proof.wrong_signature"))?;
    let mut reading = app.reading()?;
    if hex(&reading.head.book) != book {
        return Err(broken("proof.other_book"));
    }
    let mut found = None;
    taizhang_store::journal::each_after(reading.conn()?, n - 1, &mut |at, hash, _| {
        if at == n {
            found = Some(hex(hash));
        }
        Ok(false)
    })?;
    match found {
        Some(found) if found == head => Ok(()),
        Some(_) => Err(AppError::said("proof.rewritten", &[("entry", &n), ("file", &name)])),
        None => Err(AppError::said("proof.cut_off", &[("entry", &n), ("file", &name)])),
    }
}

fn signed(proof: &Value, text: &str) -> Option<()> {
    let key: [u8; 32] = bytes(&field(proof, "public_key"))?.try_into().ok()?;
    let signature: [u8; 64] = bytes(&field(proof, "signature"))?.try_into().ok()?;
    let key = VerifyingKey::from_bytes(&key).ok()?;
    key.verify_strict(text.as_bytes(), &Signature::from_bytes(&signature))
        .ok()
}

fn field(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    let even = text.len().is_multiple_of(2) && text.is_ascii();
    even.then(|| {
        (0..text.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok())
            .collect()
    })?
}
