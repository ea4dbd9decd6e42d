//! Room: `due` — the last day of a limit; stdout is exactly one date.

use super::{Common, day, minute};
use crate::app::book::{compile, read_pack};
use crate::error::AppError;
use std::path::PathBuf;
use taizhang_core::calendar::{CalendarView, Limit, Moment, clock_time};
use taizhang_core::day::Day;
use taizhang_core::pack::{Files, IdMap};

/// `due --from D (--working-days N | --days N | --months N | --working-hours N [--at HH:MM])`
#[derive(clap::Args)]
#[command(group = clap::ArgGroup::new("length").required(true).args(["working_days", "days", "months", "working_hours"]))]
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
    /// Hours of working time, from the minute of `--at` on
    #[arg(long)]
    working_hours: Option<u32>,
    /// The minute from which hours count; the day's first if none is given
    #[arg(long, value_parser = minute, requires = "working_hours")]
    at: Option<u16>,
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
    if let Some(hours) = args.working_hours {
        let zero = hours == 0;
        let from = Moment {
            day: args.from,
            minute: args.at.unwrap_or(0),
        };
        let due = view.due_at(&definition.working_hours, from, hours.saturating_mul(60));
        let provisional = due.provisional;
        said(
            common,
            view,
            due.at.day,
            Some(due.at.minute),
            Flags { zero, provisional },
        );
        return Ok(());
    }
    let limit = match (args.working_days, args.days, args.months) {
        (Some(days), ..) => Limit::WorkingDays(days),
        (_, Some(days), _) => Limit::Days(days),
        (_, _, months) => Limit::Months(months.unwrap_or_default()),
    };
    let due = view.due(args.from, limit, args.roll);
    let zero = matches!(limit, Limit::WorkingDays(0) | Limit::Days(0) | Limit::Months(0));
    let provisional = due.provisional;
    said(common, view, due.day, None, Flags { zero, provisional });
    Ok(())
}

/// What a reader must know of a last day before relying on it.
struct Flags {
    /// The limit has no length: it ends when it begins, which is not the same as no limit.
    zero: bool,
    /// It rests on a year without a notice.
    provisional: bool,
}

/// One line: the last day, with its minute where hours were counted.
fn said(common: &Common, view: &CalendarView, day: Day, minute: Option<u16>, flags: Flags) {
    let at = |minute| Moment { day, minute }.to_string();
    if common.json {
        let mut body = serde_json::json!({
            "due": day.to_string(),
            "provisional": flags.provisional,
            "calendar": view.announced_on().map(|day| day.to_string()),
        });
        if flags.zero {
            body["zero"] = true.into();
        }
        if let Some(minute) = minute {
            body["due_at"] = clock_time(minute).into();
        }
        println!("{body}");
        return;
    }
    println!("{}", minute.map_or_else(|| day.to_string(), at));
    if flags.zero {
        eprintln!("{}", common.locale().text("cli.due_zero"));
    }
    if flags.provisional {
        eprintln!("{}", common.locale().text("cli.due_provisional"));
    }
}

/// The smallest pack: the national base alone.
pub(super) fn base_only() -> Files {
    let head = "id = \"calendar\"\nname = \"calendar\"\nextends = \"base\"\nepoch = \"2000-01-01\"\n";
    [("pack.toml".to_owned(), head.to_owned())].into()
}
