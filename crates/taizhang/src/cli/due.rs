//! Room: `due` — the last day of a limit; stdout is exactly one date.

use super::{Common, day};
use crate::app::book::{compile, read_pack};
use crate::error::AppError;
use std::path::PathBuf;
use taizhang_core::calendar::Limit;
use taizhang_core::day::Day;
use taizhang_core::pack::{Files, IdMap};

/// `due --from D (--working-days N | --days N | --months N)`
#[derive(clap::Args)]
#[command(group = clap::ArgGroup::new("length").required(true).args(["working_days", "days", "months"]))]
pub struct DueArgs {
    /// The day on which it begins; counting starts the day after
    #[arg(long, value_parser = day)]
    from: Day,
    /// Working days of the State Council's calendar
    #[arg(long)]
    working_days: Option<u32>,
    /// Natural days
    #[arg(long)]
    days: Option<u32>,
    /// Months of the Civil Code
    #[arg(long)]
    months: Option<u32>,
    /// A last day that is no working day moves to the next one
    #[arg(long)]
    roll: bool,
    /// The calendar as it was known on a day
    #[arg(long, value_parser = day)]
    known_at: Option<Day>,
    /// A pack whose calendar is to be used (default: the national one)
    #[arg(long)]
    pack: Option<PathBuf>,
}

/// Runs it.
pub fn run(common: &Common, args: &DueArgs) -> Result<(), AppError> {
    let files = match &args.pack {
        Some(dir) => read_pack(dir)?,
        None => base_only(),
    };
    let definition = compile(&files, &IdMap::default(), common.lang())?.definition;
    let view = match args.known_at {
        Some(known) => definition.calendar.as_known(known),
        None => definition.calendar.latest(),
    };
    let limit = match (args.working_days, args.days, args.months) {
        (Some(days), ..) => Limit::WorkingDays(days),
        (_, Some(days), _) => Limit::Days(days),
        (_, _, months) => Limit::Months(months.unwrap_or_default()),
    };
    let due = view.due(args.from, limit, args.roll);
    let edition = view.announced_on().map(|day| day.to_string());
    if common.json {
        println!(
            "{}",
            serde_json::json!({"due": due.day.to_string(), "provisional": due.provisional, "calendar": edition})
        );
        return Ok(());
    }
    println!("{}", due.day);
    if due.provisional {
        eprintln!("{}", common.locale().text("cli.due_provisional"));
    }
    Ok(())
}

/// The smallest pack: the national base alone.
pub(super) fn base_only() -> Files {
    let head = "id = \"calendar\"\nname = \"calendar\"\nextends = \"base\"\nepoch = \"2000-01-01\"\n";
    [("pack.toml".to_owned(), head.to_owned())].into()
}
