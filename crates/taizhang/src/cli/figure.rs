//! Room: `figure` — one figure, broken down, or opened to its records.

use super::{Common, day};
use crate::app::ask::{By, Figure, FigureQuestion};
use crate::error::AppError;
use serde_json::{Value, json};
use std::fmt::Display;
use taizhang_core::day::Day;
use taizhang_store::figure::Span;

/// `figure ACCOUNT …`
#[derive(clap::Args)]
pub struct FigureArgs {
    /// The account's id
    account: String,
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
    /// unit, month or dimension=NAME
    #[arg(long)]
    by: Option<String>,
    /// The records that it is made of
    #[arg(long)]
    records: bool,
}

/// Runs it.
pub fn run(common: &Common, args: &FigureArgs) -> Result<(), AppError> {
    let app = common.open()?;
    let scope = common.reader(&app)?;
    let span = match (args.from, args.to) {
        (Some(from), Some(to)) if from > to => {
            return Err(AppError::said("cli.figure.turned", &[("from", &from), ("to", &to)]));
        }
        (Some(from), Some(to)) => Span::Between(from, to),
        _ => Span::AsOf(args.as_of.or(args.to).unwrap_or(app.today())),
    };
    let question = FigureQuestion {
        account: args.account.clone(),
        unit: args.unit.clone(),
        span,
        known_at: args.known_at.clone(),
    };
    let mut asking = app.asking()?;
    let figure = asking.figure(&question)?;
    let mut answer = figure_json(&figure);
    let rows = match args.by.as_deref().map(by).transpose()? {
        Some(by) => asking.rows(&question, &by)?,
        None => Vec::new(),
    };
    answer["rows"] = rows
        .iter()
        .map(|row| json!({"key": row.key, "label": row.label, "state": row.state.key(), "value": row.value}))
        .collect();
    let opened = if args.records {
        Some(asking.open(&scope, &question, 0, 10_000)?)
    } else {
        None
    };
    if let Some(opened) = &opened {
        let item =
            |item: &crate::app::ask::OpenedItem| json!({"id": item.record, "title": item.title, "amount": item.amount});
        answer["records"] = opened.items.iter().map(item).collect();
        answer["others"] = opened.others.clone().into();
        answer["sum"] = opened.sum.clone().into();
    }
    if common.json {
        println!("{answer}");
        return Ok(());
    }
    let days = app.locale().days(figure.span);
    let told: [(&str, &dyn Display); 6] = [
        ("unit", &figure.unit_name),
        ("account", &figure.account.name),
        ("value", &figure.shown),
        ("measure", &figure.shown_measure),
        ("days", &days),
        ("entry", &figure.known_at),
    ];
    println!("{}", app.locale().say("cli.figure.line", &told));
    for row in rows {
        println!("  {}\t{}", row.label, row.shown);
    }
    for item in opened.iter().flat_map(|opened| &opened.items) {
        println!("  #{}\t{}\t{}", item.record, item.title, item.shown);
    }
    Ok(())
}

/// How a figure is to be broken down.
pub fn by(text: &str) -> Result<By, AppError> {
    match (text, text.strip_prefix("dimension=")) {
        ("unit", _) => Ok(By::Unit),
        ("month", _) => Ok(By::Month),
        (_, Some(name)) => Ok(By::Dimension(name.to_owned())),
        _ => Err(AppError::said("cli.figure.bad_by", &[("value", &text)])),
    }
}

/// A figure in the shape that other programs rely on.
pub fn figure_json(figure: &Figure) -> Value {
    let kind = match &figure.account.kind {
        taizhang_core::definition::AccountKind::Formula(_) => "ratio",
        kind if kind.is_stock() => "stock",
        _ => "flow",
    };
    let mut answer = json!({
        "account": figure.account.id, "unit": figure.unit_code, "kind": kind, "known_at": figure.known_at,
        "state": figure.state.key(), "forecast": figure.forecast, "value": figure.value, "measure": figure.measure,
    });
    match figure.span {
        Span::AsOf(day) => answer["as_of"] = day.to_string().into(),
        Span::Between(from, to) => {
            answer["from"] = from.to_string().into();
            answer["to"] = to.to_string().into();
        }
    }
    answer
}
