//! Room: `verify`, `rebuild`, `journal`.

use super::Common;
use crate::error::AppError;
use serde_json::json;
use std::io::BufReader;
use std::path::PathBuf;
use std::process::ExitCode;
use taizhang_store::verify::{FirstBad, Verdict, verify_at};

/// `verify`
#[derive(clap::Args)]
pub struct VerifyArgs {
    /// A release's proof that the book must still contain
    #[arg(long, conflicts_with = "checkpoint")]
    release: Option<PathBuf>,
    /// A signed head that the book must still contain
    #[arg(long)]
    checkpoint: Option<PathBuf>,
}

/// What to do with the journal.
#[derive(clap::Subcommand)]
pub enum JournalAct {
    /// Write it out, line by line
    Export {
        /// Where to
        #[arg(short = 'o')]
        out: PathBuf,
    },
    /// Check an exported journal, with no database
    Verify {
        /// The file
        file: PathBuf,
    },
}

/// Runs `verify`; exit 1 if something is wrong.
pub fn run(common: &Common, args: &VerifyArgs) -> Result<ExitCode, AppError> {
    let verdict = verify_at(&common.place()?)?;
    if let (true, Some(file)) = (verdict.ok, args.release.as_ref().or(args.checkpoint.as_ref())) {
        crate::bulletin::check::against(&common.open()?, file)?;
    }
    Ok(told(common, &verdict))
}

fn told(common: &Common, verdict: &Verdict) -> ExitCode {
    let code = if verdict.ok {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    };
    if common.json {
        let bad = verdict.first_bad.as_ref().map(|bad| match bad {
            FirstBad::Entry(n, _) => json!({"entry": n}),
            FirstBad::File(why) => json!({"file": why}),
            FirstBad::Cell {
                table,
                key,
                column,
                expected,
                found,
            } => {
                json!({"table": table, "key": key, "column": column, "expected": expected, "found": found})
            }
        });
        println!(
            "{}",
            json!({"ok": verdict.ok, "entries": verdict.entries, "head": verdict.head, "first_bad": bad})
        );
        return code;
    }
    match &verdict.first_bad {
        None => println!("核验无误：{} 条记账，链头 {}。", verdict.entries, verdict.head),
        Some(FirstBad::Entry(n, why)) => eprintln!("第 {n} 号记账被改动（{why}）。请停止使用，从备份恢复。"),
        Some(FirstBad::File(why)) => eprintln!("账簿文件已损坏（{why}）。请停止使用，从备份恢复。"),
        Some(FirstBad::Cell {
            table,
            key,
            column,
            expected,
            found,
        }) => {
            eprintln!(
                "表 {table} 的 {key} 行 {column} 列被改动：应为 {expected}，现为 {found}。流水完好，可用 rebuild 重算。"
            );
        }
    }
    code
}

/// Runs `rebuild`.
pub fn rebuild(common: &Common) -> Result<(), AppError> {
    taizhang_store::rebuild::rebuild_at(&common.place()?)?;
    println!("已按流水重算全部余额、条目和索引。");
    Ok(())
}

/// Runs `journal`.
pub fn journal(common: &Common, act: &JournalAct) -> Result<ExitCode, AppError> {
    match act {
        JournalAct::Export { out } => {
            let app = common.open()?;
            let fault = |error: std::io::Error| AppError::BadRequest(format!("{} 写不进去：{error}。", out.display()));
            let mut file = std::io::BufWriter::new(std::fs::File::create(out).map_err(fault)?);
            taizhang_store::export::export(app.reading()?.conn()?, &mut file)?;
            std::io::Write::flush(&mut file).map_err(fault)?;
            println!("流水已导出到 {}。", out.display());
            Ok(ExitCode::SUCCESS)
        }
        JournalAct::Verify { file } => {
            let fault = |error: std::io::Error| AppError::BadRequest(format!("{} 读不出来：{error}。", file.display()));
            let opened = std::fs::File::open(file).map_err(fault)?;
            let verdict = taizhang_store::export::verify_journal_file(&mut BufReader::new(opened))?;
            Ok(told(common, &verdict))
        }
    }
}
