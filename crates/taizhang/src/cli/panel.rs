//! Room: `panel` — the places of an event from the sheets of its judges; sheets handed out, results published.

use super::Common;
use crate::error::AppError;
use serde_json::{Value, json};
use taizhang_core::day::Day;

/// `panel CARD EVENT [--hand-out | --publish [--occurred-on D]]`
#[derive(clap::Args)]
pub struct PanelArgs {
    /// The card that says how sheets are added up
    card: String,
    /// The event
    event: String,
    /// Hand a sheet for every stop out to every judge
    #[arg(long)]
    hand_out: bool,
    /// Publish the places into the records that were judged
    #[arg(long, conflicts_with = "hand_out")]
    publish: bool,
    /// The day on which they are published; today if none is given
    #[arg(long, requires = "publish")]
    occurred_on: Option<Day>,
}

/// Runs it.
pub fn run(common: &Common, args: &PanelArgs) -> Result<(), AppError> {
    let app = common.open()?;
    if args.hand_out {
        let count = app.hand_out(&common.writer(&app)?, &args.card, &args.event)?;
        match common.json {
            true => println!("{}", json!({ "event": args.event, "sheets": count })),
            false => println!("{}", app.locale().say("page.panel.handed_out", &[("count", &count)])),
        }
        return Ok(());
    }
    if args.publish {
        let day = args.occurred_on.unwrap_or(app.today());
        app.publish_places(&common.writer(&app)?, &args.card, &args.event, day)?;
    }
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
