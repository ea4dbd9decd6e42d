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
    let broken = |why: &str| AppError::BadRequest(format!("{name} 不是有效的发布证明（{why}），请核对文件。"));
    let text = std::fs::read_to_string(file).map_err(|error| broken(&error.to_string()))?;
    let proof: Value = serde_json::from_str(&text).map_err(|_| broken("不是 JSON"))?;
    let (book, head) = (field(&proof, "book"), field(&proof, "head"));
    let n = proof["n"].as_i64().ok_or_else(|| broken("没有 n"))?;
    let released = &proof["release"];
    let document = field(released, "document");
    let bulletin = field(released, "bulletin");
    let release_no = released["release_no"].as_u64().unwrap_or(0) as u32;
    let lines = released
        .is_object()
        .then_some((bulletin.as_str(), release_no, document.as_str()));
    signed(&proof, &signed_text(&book, n, &head, lines)).ok_or_else(|| broken("签名不符"))?;
    let mut reading = app.reading()?;
    if hex(&reading.head.book) != book {
        return Err(broken("属于另一个账簿"));
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
        Some(_) => Err(AppError::BadRequest(format!(
            "账簿第 {n} 号的链头与 {name} 不同：流水被整体改写过。"
        ))),
        None => Err(AppError::BadRequest(format!(
            "账簿没有第 {n} 号记账，而 {name} 已签署它：流水尾部被截掉。"
        ))),
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
