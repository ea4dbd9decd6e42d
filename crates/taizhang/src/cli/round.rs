//! Room: `round` — the daily round, for a book that no server runs it for; and the messages of the day.

use super::Common;
use crate::error::AppError;
use serde_json::json;
use std::path::PathBuf;

/// `round [--messages FILE]`
#[derive(clap::Args)]
pub struct RoundArgs {
    /// How messages go out (default: BOOK.messages.toml beside an SQLite book, if it is there)
    #[arg(long, value_name = "FILE")]
    messages: Option<PathBuf>,
}

/// Runs it.
pub fn run(common: &Common, args: &RoundArgs) -> Result<(), AppError> {
    let carriers = common.carriers(args.messages.as_deref())?;
    let app = common.open()?;
    let done = app.round()?;
    let bulletins = crate::bulletin::drafts::make(&app)?;
    let told = app.digest(&carriers)?;
    if common.json {
        let body = json!({ "timeouts": done.timeouts, "sent": done.sent, "drafted": done.drafted, "refused": done.refused,
                   "bulletins": bulletins, "messages": told.sent, "messages_failed": told.failed, "quiet": told.quiet });
        println!("{body}");
        return Ok(());
    }
    let counts = [
        ("timeouts", done.timeouts),
        ("sent", done.sent),
        ("drafted", done.drafted),
        ("refused", done.refused),
        ("bulletins", bulletins),
        ("messages", told.sent),
        ("failed", told.failed),
    ];
    let counts: Vec<(&str, &dyn std::fmt::Display)> = counts.iter().map(|(name, count)| (*name, count as _)).collect();
    println!("{}", app.locale().say("cli.round", &counts));
    Ok(())
}
