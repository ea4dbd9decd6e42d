//! Room: the journal for programs that keep a copy of it — every entry's bytes and hash, in order.

use super::{Answer, Asked};
use crate::app::records::reads_book;
use crate::error::AppError;
use crate::http::request::Fields;
use crate::http::visit::Visit;
use crate::keys::hex;
use axum::Json;
use axum::extract::Query;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use taizhang_core::refusal::{Code, Refusal};

const LIMIT: usize = 200;
const LIMIT_MAX: usize = 1_000;

pub(in crate::http) async fn list(visit: Visit, Query(asked): Asked) -> Answer {
    let asked = Fields(asked);
    let body = visit.run(move |app, scope| {
        if !reads_book(scope, &*app.definition()?) {
            return Err(AppError::refuse(app.locale(), &Refusal::new(Code::NotPermitted)));
        }
        let after = asked.number("after")?.unwrap_or(0);
        let limit = asked.count("limit", LIMIT, LIMIT_MAX)?;
        let (entries, head) = app.journal_after(after, limit)?;
        let next = entries.last().map(|(n, ..)| *n).filter(|n| *n < head);
        let items: Vec<Value> = entries
            .iter()
            .map(|(n, hash, bytes)| json!({ "n": n, "bytes": STANDARD.encode(bytes), "head": hex(hash) }))
            .collect();
        Ok(json!({ "items": items, "next": next, "known_at": head }))
    });
    Ok(Json(body.await?))
}
