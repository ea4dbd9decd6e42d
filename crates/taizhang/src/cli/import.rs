//! Room: `taizhang import`. Asks the importer and shows what became of every row.

use super::{Common, day};
use crate::error::{AppError, RefusedLine};
use crate::import::{self, ImportOutcome, ImportRequest};
use indicatif::{ProgressBar, ProgressStyle};
use std::cell::RefCell;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use taizhang_core::day::Day;

/// Import a workbook into a register
#[derive(clap::Args)]
pub struct ImportArgs {
    /// The register's id or name
    register: String,
    /// xlsx, xls, ods or csv
    file: PathBuf,
    /// The sheet (default: the one whose headings fit)
    #[arg(long)]
    sheet: Option<String>,
    /// A TOML file: [columns] "heading" = "field id"
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// The day of rows that name none, and of changes
    #[arg(long, value_name = "DAY", value_parser = day)]
    occurred_on: Option<Day>,
    /// Take the rows over as the state of this day (期初)
    #[arg(long, value_name = "DAY", value_parser = day)]
    opening: Option<Day>,
    /// Leave wrong rows out
    #[arg(long)]
    skip_bad: bool,
    /// Write nothing
    #[arg(long)]
    dry_run: bool,
    /// Why; needed where rows change figures of closed days
    #[arg(long)]
    reason: Option<String>,
    /// Give the wrong rows back as a workbook
    #[arg(long, value_name = "OUT.xlsx")]
    errors: Option<PathBuf>,
}

/// Imports; refused rows are an error, after they were shown.
pub fn run(common: &Common, args: &ImportArgs) -> Result<(), AppError> {
    let app = common.open()?;
    let scope = common.writer(&app)?;
    let read = |path: &PathBuf| {
        std::fs::read_to_string(path)
            .map_err(|error| AppError::BadRequest(format!("{} 读不出来：{error}。请核对路径。", path.display())))
    };
    let request = ImportRequest {
        register: args.register.clone(),
        file: args.file.clone(),
        sheet: args.sheet.clone(),
        map: args.map.as_ref().map(read).transpose()?,
        occurred_on: args.occurred_on,
        opening: args.opening,
        skip_bad: args.skip_bad,
        dry_run: args.dry_run,
        reason: args.reason.clone().filter(|reason| !reason.trim().is_empty()),
        errors_out: args.errors.clone(),
        ..ImportRequest::default()
    };
    let bar = Bar::new();
    let outcome = import::run(&app, &scope, &request, &|done, total| bar.show(done, total));
    bar.end();
    let outcome = outcome?;
    if common.json {
        println!("{}", outcome.json());
    } else {
        show(&outcome, args);
    }
    match outcome.refused {
        true => Err(AppError::Refused(vec![RefusedLine {
            code: "import_refused".to_owned(),
            message: format!(
                "有 {} 处错误，一行也没有登记。请改正后再导入，或加 --skip-bad 跳过错行。",
                outcome.errors_total
            ),
            ..RefusedLine::default()
        }])),
        false => Ok(()),
    }
}

fn show(outcome: &ImportOutcome, args: &ImportArgs) {
    for line in &outcome.errors {
        let row = line.row.map_or(String::new(), |row| format!("第 {row} 行"));
        let column = line
            .column
            .as_ref()
            .map_or(String::new(), |column| format!(" {column} 列"));
        println!(
            "{} {row}{column}：{}",
            line.sheet.as_deref().unwrap_or_default(),
            line.message
        );
    }
    if outcome.errors_total > outcome.errors.len() as u64 {
        println!("……共 {} 处错误。", outcome.errors_total);
    }
    for column in &outcome.unmatched {
        println!("没有对应栏目的列：{column}");
    }
    let tried = if args.dry_run {
        "（试导入，没有登记）"
    } else {
        ""
    };
    println!(
        "读到 {} 行：新增 {}，变更 {}，未变 {}，跳过 {}；账上有而表里没有 {}{tried}",
        outcome.rows, outcome.added, outcome.changed, outcome.unchanged, outcome.skipped, outcome.missing
    );
    if let Some((first, last)) = outcome.entries {
        println!("记账第 {first} 号至第 {last} 号。");
    }
}

/// A bar that appears once a step takes longer than a second.
struct Bar {
    since: Instant,
    shown: RefCell<Option<ProgressBar>>,
}

impl Bar {
    fn new() -> Bar {
        Bar {
            since: Instant::now(),
            shown: RefCell::new(None),
        }
    }

    fn show(&self, done: u64, total: u64) {
        if self.since.elapsed() < Duration::from_secs(1) {
            return;
        }
        let mut shown = self.shown.borrow_mut();
        let bar = shown.get_or_insert_with(|| {
            let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} 行");
            ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        bar.set_length(total.max(done));
        bar.set_position(done);
    }

    fn end(&self) {
        if let Some(bar) = self.shown.borrow_mut().take() {
            bar.finish_and_clear();
        }
    }
}
