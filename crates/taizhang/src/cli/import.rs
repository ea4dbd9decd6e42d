//! Room: `taizhang import`. Asks the importer and shows what became of every row.

use super::{Common, day};
use crate::error::{AppError, RefusedLine};
use crate::import::{self, Beside, Early, ImportOutcome, ImportRequest};
use crate::locale::Locale;
use indicatif::{ProgressBar, ProgressStyle};
use std::cell::RefCell;
use std::fmt::Display;
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
    /// What else of the workbook goes in: a sheet and the register below for it. Without any, sheets that are
    /// called like registers below go into those, unless --sheet is given
    #[arg(long = "with", value_name = "SHEET=REGISTER", value_parser = beside)]
    with: Vec<Beside>,
    /// A TOML file: [columns] "heading" = "field id" (default: as the same user matched them last time)
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
    /// Give the workbook back as xlsx, its wrong cells marked and the reasons in a last column
    #[arg(long, value_name = "OUT.xlsx")]
    errors: Option<PathBuf>,
}

fn beside(text: &str) -> Result<Beside, String> {
    let (sheet, register) = text.split_once('=').ok_or_else(|| "SHEET=REGISTER".to_owned())?;
    Ok(Beside {
        sheet: sheet.to_owned(),
        register: register.to_owned(),
        map: Vec::new(),
    })
}

/// `undo-import ENTRY --reason WHY`
#[derive(clap::Args)]
pub struct UndoArgs {
    /// The first entry of the import: what `import` calls its batch
    entry: i64,
    /// Why
    #[arg(long)]
    reason: String,
}

/// Takes back all that an import wrote, as one; what was written since stands in its way and is named.
pub fn undo(common: &Common, args: &UndoArgs) -> Result<(), AppError> {
    let app = common.open()?;
    let scope = common.writer(&app)?;
    let receipt = import::workbench::undo_batch(&app, &scope, args.entry, &args.reason)?;
    if common.json {
        println!("{}", serde_json::json!({ "entries": [receipt.0, receipt.1] }));
        return Ok(());
    }
    let entries: [(&str, &dyn Display); 2] = [("first", &receipt.0), ("last", &receipt.1)];
    println!("{}", app.locale().say("cli.import.undone", &entries));
    Ok(())
}

/// Imports; refused rows are an error, after they were shown.
pub fn run(common: &Common, args: &ImportArgs) -> Result<(), AppError> {
    let app = common.open()?;
    let scope = common.writer(&app)?;
    let read = |path: &PathBuf| std::fs::read_to_string(path).map_err(|error| AppError::unreadable(path, &error));
    // The child that parses it tells only what the machine says of a file, and the machine speaks English.
    std::fs::File::open(&args.file).map_err(|error| AppError::unreadable(&args.file, &error))?;
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
        beside: (!args.with.is_empty()).then(|| args.with.clone()),
        ..ImportRequest::default()
    };
    let locale = app.locale();
    let bar = Bar::new(*locale);
    let outcome = import::workbench::import_now(&app, &scope, &request, &|done, total| bar.show(done, total));
    bar.end();
    let outcome = outcome?;
    if let Some(why) = &outcome.unkept {
        eprintln!("{}", locale.fill("cli.import.unkept", &[("why", why)]));
    }
    if common.json {
        println!("{}", outcome.json());
    } else {
        show(locale, &outcome, args);
    }
    match outcome.refused {
        true => Err(AppError::Refused(vec![RefusedLine {
            code: "import_refused".to_owned(),
            message: locale.say("cli.import.refused", &[("count", &outcome.errors_total)]),
            ..RefusedLine::default()
        }])),
        false => Ok(()),
    }
}

fn show(locale: &Locale, outcome: &ImportOutcome, args: &ImportArgs) {
    for line in &outcome.errors {
        let sheet = line.sheet.as_deref().unwrap_or_default();
        println!("{}", placed(locale, sheet, line));
    }
    if outcome.errors_total > outcome.errors.len() as u64 {
        let total = outcome.errors_total;
        println!("{}", locale.say("cli.import.more_errors", &[("count", &total)]));
    }
    if let Some(warning) = Early::words(locale, &outcome.json()["before_unit"]) {
        println!("{warning}");
    }
    for column in &outcome.unmatched {
        println!("{}", locale.fill("cli.import.unmatched", &[("column", column)]));
    }
    let tried = if args.dry_run {
        locale.text("cli.import.tried")
    } else {
        ""
    };
    let counts: [(&str, &dyn Display); 6] = [
        ("rows", &outcome.rows),
        ("added", &outcome.added),
        ("changed", &outcome.changed),
        ("unchanged", &outcome.unchanged),
        ("skipped", &outcome.skipped),
        ("missing", &outcome.missing),
    ];
    println!("{}{tried}", locale.say("cli.import.counts", &counts));
    for sheet in &outcome.sheets {
        let counts: [(&str, &dyn Display); 6] = [
            ("sheet", &sheet.found.sheet),
            ("register", &sheet.register),
            ("rows", &sheet.rows),
            ("added", &sheet.added),
            ("changed", &sheet.changed),
            ("unchanged", &sheet.unchanged),
        ];
        println!("{}", locale.say("cli.import.sheet", &counts));
    }
    if let Some((first, last)) = outcome.entries {
        println!(
            "{}",
            locale.say("cli.import.entries", &[("first", &first), ("last", &last)])
        );
    }
}

/// What is wrong, with the sheet or file, row and column that it is wrong in.
pub(super) fn placed(locale: &Locale, sheet: &str, line: &RefusedLine) -> String {
    let row = line.row.map_or(String::new(), |row| row.to_string());
    let column = line.column.as_deref().unwrap_or_default();
    let key = match (line.row, &line.column) {
        (Some(_), Some(_)) => "cli.import.at_cell",
        (Some(_), None) => "cli.import.at_row",
        _ => "cli.import.at_sheet",
    };
    let args = [
        ("sheet", sheet),
        ("row", &row),
        ("column", column),
        ("message", &line.message),
    ];
    locale.fill(key, &args)
}

/// A bar that appears once a step takes longer than a second.
struct Bar {
    locale: Locale,
    since: Instant,
    shown: RefCell<Option<ProgressBar>>,
}

impl Bar {
    fn new(locale: Locale) -> Bar {
        Bar {
            locale,
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
            let rows = self.locale.text("cli.import.rows");
            let style = ProgressStyle::with_template(&format!("{{wide_bar}} {{pos}}/{{len}} {rows}"));
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
