//! Room: `taizhang export`. One register as a file, or everything for leaving.

use super::{Common, day};
use crate::error::AppError;
use crate::export;
use std::fmt::Display;
use std::path::PathBuf;
use taizhang_core::day::Day;

/// Export a register, or everything
#[derive(clap::Args)]
pub struct ExportArgs {
    /// The register's id or name
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    register: Option<String>,
    /// Everything: registers, journal, evidence
    #[arg(long, conflicts_with_all = ["as_of", "known_at"])]
    all: bool,
    /// As of this day (default: now)
    #[arg(long, value_name = "DAY", value_parser = day)]
    as_of: Option<Day>,
    /// As known at an entry or an instant
    #[arg(long, value_name = "ENTRY")]
    known_at: Option<String>,
    /// FILE.xlsx, FILE.csv or FILE.json; with --all a folder
    #[arg(short = 'o', long = "out", value_name = "FILE")]
    out: PathBuf,
}

/// Exports.
pub fn run(common: &Common, args: &ExportArgs) -> Result<(), AppError> {
    let app = common.open()?;
    let scope = common.reader(&app)?;
    let json = common.json;
    let (locale, shown) = (app.locale(), args.out.display());
    match &args.register {
        Some(register) => {
            let known_at = args.known_at.as_deref();
            let records = export::register(&app, &scope, register, args.as_of, known_at, &args.out)?;
            export::logged(&app, &scope, register, records, &args.out)?;
            match json {
                true => println!("{}", serde_json::json!({"records": records, "file": args.out})),
                false => println!(
                    "{}",
                    locale.say("cli.export.register", &[("records", &records), ("file", &shown)])
                ),
            }
        }
        None => {
            let sums = export::all(&app, &scope, &args.out)?;
            let (registers, records, entries, files) = (sums.registers, sums.records, sums.entries, sums.files);
            let answer = serde_json::json!({
                "registers": registers, "records": records, "entries": entries, "files": files, "folder": args.out,
            });
            match json {
                true => println!("{answer}"),
                false => {
                    let counts: [(&str, &dyn Display); 5] = [
                        ("registers", &registers),
                        ("records", &records),
                        ("entries", &entries),
                        ("files", &files),
                        ("folder", &shown),
                    ];
                    println!("{}", locale.say("cli.export.all", &counts));
                }
            }
        }
    }
    Ok(())
}
