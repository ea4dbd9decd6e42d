//! Room: `panel` — the places of an event from the sheets of its judges.

use super::Common;
use crate::error::AppError;
use serde_json::{Value, json};

/// `panel CARD EVENT`
#[derive(clap::Args)]
pub struct PanelArgs {
    /// The card that says how sheets are added up
    card: String,
    /// The event
    event: String,
}

/// Runs it.
pub fn run(common: &Common, args: &PanelArgs) -> Result<(), AppError> {
    let app = common.open()?;
    let placed = app.placed(&common.reader(&app)?, &args.card, &args.event)?;
    if common.json {
        let lines: Vec<Value> = placed
            .iter()
            .map(|one| {
                let result = one.result.map(|result| result.round_dp(2).normalize().to_string());
                json!({ "group": one.group, "entry": one.entry, "place": one.place, "result": result, "sheets": one.sheets })
            })
            .collect();
        println!("{}", json!({ "event": args.event, "places": lines }));
        return Ok(());
    }
    for one in &placed {
        let result = one
            .result
            .map_or(String::new(), |result| result.round_dp(2).normalize().to_string());
        let parts: [(&str, &dyn std::fmt::Display); 4] = [
            ("group", &one.group),
            ("place", &one.place),
            ("entry", &one.entry),
            ("result", &result),
        ];
        println!("{}", app.locale().say("panel.line", &parts));
    }
    Ok(())
}
