//! Room: `scenario` — what if (推演): targets before and after entries that are only supposed.

use super::{Common, day};
use crate::app::pace::Pace;
use crate::app::scenario::read;
use crate::error::AppError;
use serde_json::{Value, json};
use std::path::PathBuf;
use taizhang_core::day::Day;

/// `scenario --input FILE [--as-of D]`
#[derive(clap::Args)]
pub struct ScenarioArgs {
    /// What would happen: JSON or TOML
    #[arg(long)]
    input: PathBuf,
    /// The day that is looked at (default: the end of this year)
    #[arg(long, value_parser = day)]
    as_of: Option<Day>,
}

/// Runs it.
pub fn run(common: &Common, args: &ScenarioArgs) -> Result<(), AppError> {
    let text = std::fs::read_to_string(&args.input).map_err(|error| AppError::unreadable(&args.input, &error))?;
    let scenario = read(&text)?;
    let app = common.open()?;
    let end = Day::of(app.today().year(), 12, 31).unwrap_or(app.today());
    let as_of = args.as_of.unwrap_or(end);
    let supposed = app.suppose(&scenario, as_of)?;
    let locale = app.locale();
    if common.json {
        let targets: Vec<Value> = supposed.targets.iter().map(|(before, after)| {
            json!({ "target": &*before.target, "name": &*before.name, "before": side(before), "after": side(after) })
        }).collect();
        let answer = json!({
            "scenario": scenario.name, "label": locale.text("scenario.label"), "hypothetical": true,
            "as_of": as_of.to_string(), "entries": supposed.entries, "targets": targets,
        });
        println!("{answer}");
        return Ok(());
    }
    let head: [(&str, &dyn std::fmt::Display); 3] =
        [("name", &scenario.name), ("day", &as_of), ("count", &supposed.entries)];
    println!("{}", locale.say("scenario.head", &head));
    for (before, after) in &supposed.targets {
        let light = |pace: &Pace| format!("light.{}", pace.light.key());
        let (was, is) = (light(before), light(after));
        let args = [
            ("name", &*before.name),
            ("before", &before.said().shown),
            ("after", &after.said().shown),
            ("measure", &after.shown_measure),
            ("value", &after.value),
            ("was", locale.text(&was)),
            ("light", locale.text(&is)),
        ];
        println!("{}", locale.fill("scenario.line", &args));
    }
    Ok(())
}

fn side(pace: &Pace) -> Value {
    json!({
        "actual": pace.said().actual, "completion": pace.said().completion, "margin": pace.said().margin, "light": pace.light.key(),
        "reached": pace.reached,
    })
}
