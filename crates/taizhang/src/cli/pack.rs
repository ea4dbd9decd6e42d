//! Room: `pack check` and `pack apply`.

use super::Common;
use crate::app::book::{compile, read_pack};
use crate::error::AppError;
use std::fmt::Display;
use std::path::PathBuf;
use taizhang_core::day::Day;
use taizhang_core::pack::IdMap;

/// What to do with a pack.
#[derive(clap::Subcommand)]
pub enum PackAct {
    /// Name every fault with file and line
    Check {
        /// The pack's folder
        dir: PathBuf,
    },
    /// Show what changes, then apply
    Apply {
        /// The pack's folder
        dir: PathBuf,
        /// Apply what was shown; without it only the plan is shown
        #[arg(long)]
        yes: bool,
        /// The day from which its rules are in force (default: the first open day); earlier days are a restatement
        #[arg(long, value_parser = super::day)]
        from: Option<Day>,
        /// Why; needed where it changes figures of closed days
        #[arg(long)]
        reason: Option<String>,
    },
}

/// Runs it.
pub fn run(common: &Common, act: &PackAct) -> Result<(), AppError> {
    match act {
        PackAct::Check { dir } => check(common, dir),
        PackAct::Apply { dir, yes, from, reason } => apply(common, dir, *yes, *from, reason.as_deref()),
    }
}

fn check(common: &Common, dir: &std::path::Path) -> Result<(), AppError> {
    let compiled = compile(&read_pack(dir)?, &IdMap::default(), common.lang())?;
    let definition = &compiled.definition;
    let own = definition.registers.iter().filter(|register| !register.system).count();
    if common.json {
        println!(
            "{}",
            serde_json::json!({"ok": true, "registers": own, "accounts": definition.accounts.len()})
        );
    } else {
        let (pack, accounts) = (&definition.name, definition.accounts.len());
        let counts: [(&str, &dyn Display); 3] = [("pack", pack), ("registers", &own), ("accounts", &accounts)];
        println!("{}", common.locale().say("cli.pack.sound", &counts));
    }
    Ok(())
}

fn apply(
    common: &Common,
    dir: &std::path::Path,
    yes: bool,
    from: Option<Day>,
    reason: Option<&str>,
) -> Result<(), AppError> {
    let app = common.open()?;
    let locale = app.locale();
    let scope = common.writer(&app)?;
    let plan = app.plan_pack(read_pack(dir)?)?;
    if plan.plan.is_empty() {
        println!("{}", locale.text("cli.pack.same"));
        return Ok(());
    }
    for change in &plan.plan.changes {
        let rows: i64 = change
            .affects
            .iter()
            .filter_map(|register| plan.counts.get(&register.0))
            .sum();
        let change = change.text(common.lang());
        println!(
            "{}",
            locale.say("cli.pack.change", &[("change", &change), ("rows", &rows)])
        );
    }
    if !yes {
        println!("{}", locale.text("cli.pack.planned"));
        return Ok(());
    }
    match app.apply_pack(&scope, plan, from, reason)? {
        Some(receipt) => {
            let (entry, postings, units) = (receipt.entry, receipt.postings, receipt.units);
            let changed = receipt.units_changed;
            let counts: [(&str, &dyn Display); 4] = [
                ("entry", &entry),
                ("postings", &postings),
                ("units", &units),
                ("changed", &changed),
            ];
            println!("{}", locale.say("cli.pack.applied", &counts));
        }
        None => println!("{}", locale.text("cli.pack.same")),
    }
    Ok(())
}
