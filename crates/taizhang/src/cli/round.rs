//! Room: `round` — the daily round, for a book that no server runs it for.

use super::Common;
use crate::error::AppError;
use serde_json::json;

/// Runs it.
pub fn run(common: &Common) -> Result<(), AppError> {
    let app = common.open()?;
    let done = app.round()?;
    let bulletins = crate::bulletin::drafts::make(&app)?;
    if common.json {
        let body = json!({ "timeouts": done.timeouts, "sent": done.sent, "drafted": done.drafted, "refused": done.refused,
                   "bulletins": bulletins });
        println!("{body}");
        return Ok(());
    }
    let counts = [
        ("timeouts", done.timeouts.to_string()),
        ("sent", done.sent.to_string()),
        ("drafted", done.drafted.to_string()),
        ("refused", done.refused.to_string()),
        ("bulletins", bulletins.to_string()),
    ];
    let counts: Vec<(&str, &str)> = counts.iter().map(|(name, count)| (*name, count.as_str())).collect();
    println!("{}", app.locale().fill("cli.round", &counts));
    Ok(())
}
