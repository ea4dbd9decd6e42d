//! Room: targets with their pace for programs.

use super::{Answer, Asked};
use crate::app::pace::{PaceAsk, asked as paces, to_json};
use crate::http::request::Fields;
use crate::http::visit::Visit;
use axum::Json;
use axum::extract::Query;
use serde_json::{Value, json};

pub(in crate::http) async fn show(visit: Visit, Query(asked): Asked) -> Answer {
    let asked = Fields(asked);
    let body = visit.run(move |app, _| {
        let ask = PaceAsk {
            as_of: asked.day("as_of")?,
            unit: asked.get("unit").map(str::to_owned),
            known_at: asked.get("known_at").map(str::to_owned),
        };
        let known_at = app.asking()?.known_at(ask.known_at.as_deref())?;
        let items: Vec<Value> = paces(app, &ask)?.iter().map(|pace| to_json(pace)).collect();
        let as_of = ask.as_of.unwrap_or(app.today()).to_string();
        Ok(json!({ "as_of": as_of, "known_at": known_at, "items": items }))
    });
    Ok(Json(body.await?))
}
