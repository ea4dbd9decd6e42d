//! Room: `pack check` and `pack apply`.

use super::Common;
use crate::app::book::{compile, read_pack};
use crate::error::AppError;
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
        /// Apply without asking
        #[arg(long)]
        yes: bool,
        /// The day from which its rules are in force (default: the first open day); earlier days are a restatement
        #[arg(long, value_parser = super::day)]
        from: Option<Day>,
    },
}

/// Runs it.
pub fn run(common: &Common, act: &PackAct) -> Result<(), AppError> {
    match act {
        PackAct::Check { dir } => check(common, dir),
        PackAct::Apply { dir, yes, from } => apply(common, dir, *yes, *from),
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
        println!(
            "方案“{}”没有问题：{own} 个台账，{} 个科目。",
            definition.name,
            definition.accounts.len()
        );
    }
    Ok(())
}

fn apply(common: &Common, dir: &std::path::Path, yes: bool, from: Option<Day>) -> Result<(), AppError> {
    let app = common.open()?;
    let scope = common.writer(&app)?;
    let plan = app.plan_pack(read_pack(dir)?)?;
    if plan.plan.is_empty() {
        println!("方案没有变化，未作改动。");
        return Ok(());
    }
    for change in &plan.plan.changes {
        let rows: i64 = change
            .affects
            .iter()
            .filter_map(|register| plan.counts.get(&register.0))
            .sum();
        println!("{}（涉及 {rows} 条）", change.text(common.lang()));
    }
    if !yes {
        println!("以上为计划，未作改动。确认无误后加 --yes 执行。");
        return Ok(());
    }
    match app.apply_pack(&scope, plan, from)? {
        Some(receipt) => println!(
            "已装入：第 {} 号记账，{} 条分录，新增单位 {} 个。",
            receipt.entry, receipt.postings, receipt.units
        ),
        None => println!("方案没有变化，未作改动。"),
    }
    Ok(())
}
