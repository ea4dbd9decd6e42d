//! Room: `candidates` — a scorecard over a whole register: who qualifies, who lacks what.

use super::{Common, day};
use crate::app::candidates::lack_text;
use crate::app::cards::to_json;
use crate::error::AppError;
use serde_json::{Value, json};
use taizhang_core::day::Day;

/// `candidates CARD [--as-of D]`
#[derive(clap::Args)]
pub struct CandidatesArgs {
    /// The card; it says which fields are its facts
    card: String,
    /// The day
    #[arg(long, value_parser = day)]
    as_of: Option<Day>,
}

/// Runs it.
pub fn run(common: &Common, args: &CandidatesArgs) -> Result<(), AppError> {
    let app = common.open()?;
    let (card, candidates) = app.candidates(&common.reader(&app)?, &args.card, args.as_of)?;
    let locale = app.locale();
    let lacks = |one: &crate::app::candidates::Candidate| -> Vec<String> {
        one.lacks.iter().map(|lack| lack_text(locale, lack)).collect()
    };
    if common.json {
        let lines: Vec<Value> = candidates
            .iter()
            .map(|one| {
                let mut line = to_json(&one.outcome, false);
                line["record"] = json!(one.record);
                line["title"] = json!(one.title);
                line["lacks"] = json!(lacks(one));
                line
            })
            .collect();
        println!("{}", json!({ "card": card.id, "candidates": lines }));
        return Ok(());
    }
    for one in &candidates {
        let key = if one.outcome.pass == Some(true) {
            "score.qualifies"
        } else {
            "score.not_yet"
        };
        println!("{}\t{}\t{}", one.title, locale.text(key), locale.list(&lacks(one)));
    }
    Ok(())
}
