//! Room: `journal prove` and `journal check`: one entry, or the growth of a signed head, in a file of its own.

use super::super::Common;
use crate::bulletin::check::against;
use crate::bulletin::proven::{Proven, of_entry, of_growth};
use crate::bulletin::release::checkpoint;
use crate::error::AppError;
use crate::keys::hex;
use serde_json::json;
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use taizhang_core::id::EntryNo;

/// `journal prove`
#[derive(clap::Args)]
pub struct ProveArgs {
    /// The entry that is to be proven
    #[arg(long, required_unless_present = "since", conflicts_with = "since")]
    entry: Option<EntryNo>,
    /// An earlier signed head, out of which the other one grew
    #[arg(long, value_name = "FILE")]
    since: Option<PathBuf>,
    /// The signed head that it is proven by; the present one is signed where none is named
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
    /// Where to
    #[arg(short = 'o')]
    out: PathBuf,
}

pub(super) fn prove(common: &Common, args: &ProveArgs) -> Result<ExitCode, AppError> {
    let app = common.open()?;
    let read = |file: &Path| against(app.store(), app.locale(), file);
    let newest = match &args.checkpoint {
        Some(file) => read(file)?,
        None => checkpoint(&app)?,
    };
    let proven = match (&args.since, args.entry) {
        (Some(older), _) => of_growth(&app, read(older)?, newest)?,
        (None, Some(n)) => of_entry(&app, n, newest)?,
        (None, None) => return Err(AppError::said("proof.no_proof", &[])),
    };
    let fault = |error: std::io::Error| AppError::unwritable(&args.out, &error);
    std::fs::write(&args.out, proven.text()).map_err(fault)?;
    Ok(ExitCode::SUCCESS)
}

pub(super) fn check(common: &Common, file: &Path) -> Result<ExitCode, AppError> {
    let locale = common.locale();
    let because = |why: &str| AppError::said("proof.broken", &[("file", &file.display()), ("why", &why)]);
    let text = std::fs::read_to_string(file).map_err(|error| AppError::unreadable(file, &error))?;
    let proven = Proven::read(&text).map_err(|key| because(locale.text(key)))?;
    let entry = proven.check().map_err(|key| because(locale.text(key)))?;
    let (last, key) = (proven.newest().n, hex(&proven.newest().public_key));
    if common.json {
        let n = entry.map(|entry| entry.n);
        println!("{}", json!({"ok": true, "entry": n, "head": last, "public_key": key}));
    } else if let Some(entry) = entry {
        let said: [(&str, &dyn Display); 4] = [
            ("entry", &entry.n),
            ("day", &entry.occurred_on),
            ("last", &last),
            ("key", &key),
        ];
        println!("{}", locale.say("cli.verify.in_it", &said));
    } else {
        println!("{}", locale.say("cli.verify.grown", &[("last", &last), ("key", &key)]));
    }
    Ok(ExitCode::SUCCESS)
}
