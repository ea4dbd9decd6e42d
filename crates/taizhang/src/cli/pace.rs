//! Room: `pace` — every target beside its figure and its schedule (时序进度).

use super::{Common, day};
use crate::app::pace::{PaceAsk, asked, to_json};
use crate::error::AppError;
use serde_json::json;
use taizhang_core::day::Day;

/// `pace [--as-of D] [--unit U] [--known-at K]`
#[derive(clap::Args)]
pub struct PaceArgs {
    /// The day
    #[arg(long, value_parser = day)]
    as_of: Option<Day>,
    /// Only targets of this unit and those below it, by code or name
    #[arg(long)]
    unit: Option<String>,
    /// As it was known at an entry or an instant
    #[arg(long)]
    known_at: Option<String>,
}

/// Runs it.
pub fn run(common: &Common, args: &PaceArgs) -> Result<(), AppError> {
    let app = common.open()?;
    let ask = PaceAsk {
        as_of: args.as_of,
        unit: args.unit.clone(),
        known_at: args.known_at.clone(),
    };
    let paces = asked(&app, &ask)?;
    if common.json {
        println!("{}", json!(paces.iter().map(|pace| to_json(pace)).collect::<Vec<_>>()));
        return Ok(());
    }
    for pace in &paces {
        if let Some(problem) = &pace.problem {
            println!("{}\t{}\t{problem}", pace.unit_name, pace.name);
            continue;
        }
        let light = format!("light.{}", pace.light.key());
        let actual = format!("{} {}", pace.said().shown, pace.shown_measure);
        let (completion, schedule) = (percent(&pace.said().completion), percent(&pace.said().schedule));
        let parts = [
            ("unit", &*pace.unit_name),
            ("name", &pace.name),
            ("value", &pace.value),
            ("actual", &actual),
            ("completion", &completion),
            ("schedule", &schedule),
            ("margin", &pace.said().margin),
            ("light", app.locale().text(&light)),
        ];
        println!("{}", app.locale().fill("pace.line", &parts));
    }
    Ok(())
}

/// A share with its sign; a dash stays a dash.
fn percent(text: &str) -> String {
    match text {
        "—" => text.to_owned(),
        text => format!("{text}%"),
    }
}
