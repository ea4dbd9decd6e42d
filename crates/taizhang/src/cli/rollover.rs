//! Room: `roll-over` — the turn of the year: a plan, and with `--yes` the new targets.

use super::Common;
use crate::error::AppError;
use serde_json::{Value, json};

/// `roll-over --year Y [--yes]`
#[derive(clap::Args)]
pub struct RollOverArgs {
    /// The year that ends
    #[arg(long)]
    year: i32,
    /// Carry it out
    #[arg(long)]
    yes: bool,
}

/// Runs it.
pub fn run(common: &Common, args: &RollOverArgs) -> Result<(), AppError> {
    let app = common.open()?;
    let plan = app.plan_roll_over(args.year)?;
    let receipt = match args.yes {
        true => app.roll_over(&common.writer(&app)?, &plan)?,
        false => None,
    };
    let locale = app.locale();
    if common.json {
        let lines: Vec<Value> = plan.iter().map(|carried| {
            json!({
                "target": carried.code, "name": carried.name, "value": carried.value,
                "next": carried.next.as_ref().map(|(code, _)| code), "next_value": carried.next.as_ref().map(|(_, value)| value),
                "problem": carried.problem, "above": carried.above.as_ref().and_then(|(_, above)| above.code()),
                "parts": carried.parts.as_ref().map(|split| split.sum.normalize().to_string()),
            })
        }).collect();
        println!(
            "{}",
            json!({ "year": args.year, "plan": lines, "entries": receipt.map(|done| [done.first, done.last]) })
        );
        return Ok(());
    }
    for carried in &plan {
        let next = carried
            .next
            .as_ref()
            .map_or(("", ""), |(code, value)| (code.as_str(), value.as_str()));
        let key = match (&carried.problem, carried.next.is_some()) {
            (Some(_), _) => "rollover.problem",
            (None, true) => "rollover.carried",
            (None, false) => "rollover.ends",
        };
        let args = [
            ("code", carried.code.as_str()),
            ("name", &carried.name),
            ("value", &carried.value),
            ("next", next.0),
            ("next_value", next.1),
            ("why", carried.problem.as_deref().unwrap_or_default()),
        ];
        println!("{}", locale.fill(key, &args));
    }
    match receipt {
        Some(done) => println!(
            "{}",
            locale.say("cli.import.entries", &[("first", &done.first), ("last", &done.last)])
        ),
        None => println!("{}", locale.text("cli.pack.planned")),
    }
    Ok(())
}
