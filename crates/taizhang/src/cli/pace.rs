//! Room: `pace` — every target beside its figure and its schedule (时序进度).

use super::{Common, day};
use crate::app::pace::{Pace, paces};
use crate::error::AppError;
use serde_json::json;
use taizhang_core::day::Day;

/// `pace [--as-of D] [--unit U]`
#[derive(clap::Args)]
pub struct PaceArgs {
    /// The day
    #[arg(long, value_parser = day)]
    as_of: Option<Day>,
    /// The unit, by code or name
    #[arg(long)]
    unit: Option<String>,
}

/// Runs it.
pub fn run(common: &Common, args: &PaceArgs) -> Result<(), AppError> {
    let app = common.open()?;
    let paces = paces(&app, args.as_of.unwrap_or(app.today()), args.unit.as_deref())?;
    if common.json {
        println!("{}", json!(paces.iter().map(pace_json).collect::<Vec<_>>()));
        return Ok(());
    }
    for pace in &paces {
        let sums = [("completion", pace.completion.as_str()), ("schedule", &pace.schedule)];
        let sums = app.locale().fill("cli.pace", &sums);
        let light = format!("light.{}", pace.light);
        println!("{}\t{}\t{sums}\t{}", pace.name, pace.shown, app.locale().text(&light));
    }
    Ok(())
}

/// A pace in the shape that other programs rely on.
pub fn pace_json(pace: &Pace) -> serde_json::Value {
    json!({
        "target": pace.target, "unit": pace.unit, "actual": pace.actual, "completion": pace.completion,
        "schedule": pace.schedule, "margin": pace.margin, "light": pace.light,
        "run_rate_needed": pace.run_rate_needed, "forecast": pace.forecast,
    })
}
