//! Room: money line by line for programs — the trial balance, and the running ledger of one account.

use super::{Answer, Asked};
use crate::cli::ledger::{running_json, trial_json};
use crate::http::request::Fields;
use crate::http::visit::Visit;
use axum::Json;
use axum::extract::{Path, Query};

const LIMIT: usize = 100;
const LIMIT_MAX: usize = 1_000;

pub(in crate::http) async fn trial(visit: Visit, Query(asked): Asked) -> Answer {
    let asked = Fields(asked);
    let body = visit.run(move |app, _| {
        let span = asked.span(app.today())?;
        let trial = app.asking()?.trial(asked.get("unit"), span, asked.get("known_at"))?;
        Ok(trial_json(&trial))
    });
    Ok(Json(body.await?))
}

pub(in crate::http) async fn running(visit: Visit, Path(account): Path<String>, Query(asked): Asked) -> Answer {
    let asked = Fields(asked);
    let body = visit.run(move |app, scope| {
        let question = asked.question(&account, app.today())?;
        let window = (asked.offset("cursor")?, asked.count("limit", LIMIT, LIMIT_MAX)?);
        let running = app.asking()?.running(scope, &question, asked.get("holder"), window)?;
        Ok(running_json(&running))
    });
    Ok(Json(body.await?))
}
