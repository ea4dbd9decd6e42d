//! Room: `trial` and `ledger` — the trial balance of all money accounts, and the running ledger of one.

use super::{Common, day};
use crate::app::ask::{FigureQuestion, Running, Trial};
use crate::error::AppError;
use serde_json::{Value, json};
use taizhang_core::day::Day;
use taizhang_store::figure::Span;

/// The days and the unit that are asked for.
#[derive(clap::Args)]
pub struct LedgerDays {
    /// The unit, by code or name (default: the root)
    #[arg(long)]
    unit: Option<String>,
    /// The day
    #[arg(long, value_parser = day, conflicts_with_all = ["from", "to"])]
    as_of: Option<Day>,
    /// The first day of a period
    #[arg(long, value_parser = day, requires = "to")]
    from: Option<Day>,
    /// The last day of a period
    #[arg(long, value_parser = day)]
    to: Option<Day>,
    /// As known at an entry or a time
    #[arg(long)]
    known_at: Option<String>,
}

/// `trial [--as-of D | --from D --to D]`
#[derive(clap::Args)]
pub struct TrialArgs {
    #[command(flatten)]
    days: LedgerDays,
}

/// `ledger ACCOUNT [--holder H]`
#[derive(clap::Args)]
pub struct LedgerArgs {
    /// The account's id
    account: String,
    /// One holder: the text of the account's dimensions
    #[arg(long)]
    holder: Option<String>,
    #[command(flatten)]
    days: LedgerDays,
    /// How many lines
    #[arg(long, default_value_t = 10_000)]
    limit: usize,
}

impl LedgerDays {
    fn span(&self, today: Day) -> Result<Span, AppError> {
        match (self.from, self.to) {
            (Some(from), Some(to)) if from > to => {
                Err(AppError::said("cli.figure.turned", &[("from", &from), ("to", &to)]))
            }
            (Some(from), Some(to)) => Ok(Span::Between(from, to)),
            _ => Ok(Span::AsOf(self.as_of.or(self.to).unwrap_or(today))),
        }
    }
}

/// Runs `trial`.
pub fn trial(common: &Common, args: &TrialArgs) -> Result<(), AppError> {
    let app = common.open()?;
    let days = &args.days;
    let span = days.span(app.today())?;
    let trial = app
        .asking()?
        .trial(days.unit.as_deref(), span, days.known_at.as_deref())?;
    if common.json {
        println!("{}", trial_json(&trial));
        return Ok(());
    }
    for row in &trial.rows {
        let figures = [&row.opening, &row.debit, &row.credit, &row.closing]
            .map(String::as_str)
            .join("\t");
        println!("{}\t{}\t{figures}", row.account.id, row.account.name);
    }
    let sides: [(&str, &dyn std::fmt::Display); 2] = [("debit", &trial.debit), ("credit", &trial.credit)];
    println!("{}", app.locale().say("ledger.sides", &sides));
    Ok(())
}

/// Runs `ledger`.
pub fn ledger(common: &Common, args: &LedgerArgs) -> Result<(), AppError> {
    let app = common.open()?;
    let scope = common.reader(&app)?;
    let question = FigureQuestion {
        account: args.account.clone(),
        unit: args.days.unit.clone(),
        span: args.days.span(app.today())?,
        known_at: args.days.known_at.clone(),
    };
    let running = app
        .asking()?
        .running(&scope, &question, args.holder.as_deref(), (0, args.limit))?;
    if common.json {
        println!("{}", running_json(&running));
        return Ok(());
    }
    for line in &running.lines {
        let dims = line.dims.join(" ");
        println!(
            "{}\t{}\t{}\t{dims}\t{}\t{}\t{}",
            line.day, line.entry, line.title, line.debit, line.credit, line.balance
        );
    }
    Ok(())
}

/// A trial balance in the shape that other programs rely on.
pub fn trial_json(trial: &Trial) -> Value {
    let rows = trial.rows.iter().map(|row| {
        json!({
            "account": row.account.id, "name": row.account.name, "opening": row.opening, "debit": row.debit,
            "credit": row.credit, "closing": row.closing,
        })
    });
    json!({
        "rows": rows.collect::<Vec<_>>(), "debit": trial.debit, "credit": trial.credit, "balanced": trial.balanced,
        "known_at": trial.known_at,
    })
}

/// A running ledger in the shape that other programs rely on.
pub fn running_json(running: &Running) -> Value {
    let lines = running.lines.iter().map(|line| {
        json!({
            "day": line.day.to_string(), "entry": line.entry, "record": line.record, "title": line.title, "dims": line.dims,
            "debit": line.debit, "credit": line.credit, "balance": line.balance,
        })
    });
    json!({
        "account": running.account.id, "opening": running.opening, "items": lines.collect::<Vec<_>>(),
        "closing": running.closing, "next": running.next.map(|next| next.to_string()), "known_at": running.known_at,
    })
}
