//! Room: workbooks into commands. Matches headings, reads cells, compares with the book; the core
//! decides, and one request carries everything, so that a file is imported whole or not at all.

mod ahead;
mod beside;
mod cells;
mod compare;
mod early;
mod found;
mod headings;
mod marked;
mod months;
mod names;
mod opened;
mod prepare;
mod preview;
mod report;
mod stages;
pub mod template;
pub mod workbench;

pub use beside::Beside;
pub use early::Early;
pub use found::{Answer, Found, FoundColumn, RECORD, VERSION, meanings};
pub use preview::Changed;
pub use report::ImportOutcome;

use crate::app::App;
use crate::app::scope::Scope;
use crate::error::{AppError, RefusedLine};
use headings::{Bound, Known};
use report::Report;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use taizhang_core::day::Day;
use taizhang_core::definition::{Definition, Register, Verb};
use taizhang_core::refusal::{Code, Refusal};
use taizhang_sheet::{ReadOptions, TableReader, find_table};

/// What is to be imported, and how.
#[derive(Clone, Debug, Default)]
pub struct ImportRequest {
    /// The register's id or name.
    pub register: String,
    /// The workbook.
    pub file: PathBuf,
    /// The sheet; none for the one whose headings fit.
    pub sheet: Option<String>,
    /// The text of a heading map: `[columns]` with `"heading" = "field id"`, an empty id for "leave out".
    pub map: Option<String>,
    /// The day of rows that name none themselves, and of changes to records that are there already.
    pub occurred_on: Option<Day>,
    /// Take the rows over as the state of this day (期初).
    pub opening: Option<Day>,
    /// Leave wrong rows out instead of refusing the file.
    pub skip_bad: bool,
    /// Go the whole way but write nothing.
    pub dry_run: bool,
    /// Where to give the sender's own workbook back, its wrong cells marked and the reasons in a last column.
    pub errors_out: Option<PathBuf>,
    /// Why, for rows that touch closed days.
    pub reason: Option<String>,
    /// The idempotency key.
    pub key: Option<String>,
    /// The file is of our own making (a pack's sample ledger): parse it without a child process.
    pub trusted: bool,
    /// The name that the file came with, where it lies under another one.
    pub name: Option<String>,
    /// What the sender says that doubtful cells mean.
    pub answers: Vec<Answer>,
    /// What else of the workbook goes into registers below; none to go by the names of its sheets.
    pub beside: Option<Vec<Beside>>,
}

/// Told how many rows are done, of how many; 0 while nobody knows.
pub type Progress<'a> = &'a dyn Fn(u64, u64);

/// What all steps of one sheet's import share.
struct Job<'a> {
    app: &'a App,
    scope: &'a Scope,
    request: &'a ImportRequest,
    definition: Arc<Definition>,
    register: Arc<Register>,
    columns: Vec<Option<Bound>>,
    sheet: String,
    file: [u8; 32],
}

/// One sheet on its way into one register.
struct Sheet<'a> {
    job: Job<'a>,
    table: TableReader,
    report: Report,
}

/// Imports a workbook into a register. Refused rows are in the outcome; an error is about the file.
pub fn run(
    app: &App,
    scope: &Scope,
    request: &ImportRequest,
    progress: Progress<'_>,
) -> Result<ImportOutcome, AppError> {
    for _ in 0..ATTEMPTS {
        if let Some(outcome) = attempt(app, scope, request, progress)? {
            return Ok(outcome);
        }
    }
    Err(refused("busy", app.locale().text("import.busy").to_owned()))
}

/// How often a file is read and decided anew because somebody else wrote to the same records meanwhile.
const ATTEMPTS: u32 = 8;

/// One time from the file to the writer; none if what was decided did not hold any more.
fn attempt(
    app: &App,
    scope: &Scope,
    request: &ImportRequest,
    progress: Progress<'_>,
) -> Result<Option<ImportOutcome>, AppError> {
    let definition = app.definition()?;
    let register = register_of(app, scope, &definition, &request.register)?;
    let known = Known::new(*app.locale(), &definition, &register, request.map.as_deref())?;
    let below = beside::below(scope, &definition, &register);
    let table = open(app, request, &known, &beside::apart(request, &register, &below))?;
    let job = Job {
        app,
        scope,
        request,
        definition: definition.clone(),
        register: register.clone(),
        columns: known.bind(table.table())?,
        sheet: found::sheet_name(table.table(), request),
        file: digest(&request.file)?,
    };
    let mut sheets = vec![Sheet::new(job, table)];
    beside::add(&mut sheets, &below)?;
    let prepared = prepare::prepare(&mut sheets, progress)?;
    let mut outcome = prepared.summary(&sheets);
    outcome.offers(&sheets, &below);
    if !(outcome.refused || request.dry_run || prepared.is_empty()) {
        let Some(entries) = prepare::hand_over(&sheets[0].job, prepared)? else {
            return Ok(None);
        };
        outcome.batch = Some(entries.0);
        outcome.entries = Some(entries);
    }
    if let (Some(out), true) = (&request.errors_out, outcome.errors_total > 0) {
        marked::whole(app, request, &outcome, out)?;
    }
    Ok(Some(outcome))
}

impl<'a> Sheet<'a> {
    fn new(job: Job<'a>, table: TableReader) -> Sheet<'a> {
        let report = Report::new(job.sheet.clone());
        Sheet { job, table, report }
    }
}

fn register_of(app: &App, scope: &Scope, definition: &Definition, name: &str) -> Result<Arc<Register>, AppError> {
    let mut registers = definition.registers.iter();
    let found = definition
        .register_named(name)
        .or_else(|| registers.find(|r| r.name == name));
    let Some(register) = found.cloned() else {
        let refusal = Refusal::new(Code::UnknownRegister).with("value", name);
        return Err(AppError::refuse(app.locale(), &refusal));
    };
    if !scope.may_somewhere(Verb::Import, &register) {
        return Err(AppError::refuse(app.locale(), &Refusal::new(Code::NotPermitted)));
    }
    Ok(register)
}

/// Opens the file and finds its table. A child process parses, since a workbook is what a stranger wrote.
/// Unless the sheet is named, it is the one called like the register, and none of those that are `apart`.
fn open(
    app: &App,
    request: &ImportRequest,
    known: &Known<'_>,
    apart: &dyn Fn(&str) -> bool,
) -> Result<TableReader, AppError> {
    let options = ReadOptions {
        sheet: asked_sheet(request),
        program: workbench::parser(),
        ..ReadOptions::default()
    };
    let rows = if request.trusted {
        taizhang_sheet::open_in_process(&request.file, &options)
    } else {
        taizhang_sheet::open(&request.file, &options)
    };
    let chosen = rows.and_then(|mut rows| {
        rows.set_aside(apart);
        let named = rows.offered().iter().find(|head| known.names_register(&head.name));
        if let Some(index) = named.map(|head| head.index) {
            rows.choose(index)?;
        }
        Ok(rows)
    });
    let table = chosen
        .and_then(|rows| find_table(rows, known))
        .map_err(|error| unreadable(app, &error))?;
    let rivals = &table.table().rivals;
    if !rivals.is_empty() {
        let sheets = [std::slice::from_ref(&table.table().sheet), &rivals[..]].concat();
        let sheets = app.locale().list(&sheets);
        let message = app.locale().fill("import.which_sheet", &[("sheets", &sheets)]);
        return Err(AppError::Refused(vec![RefusedLine {
            code: "which_sheet".to_owned(),
            value: Some(sheets_of(&table)),
            message,
            ..RefusedLine::default()
        }]));
    }
    Ok(table)
}

/// The sheets to choose from, one a line, for a face that asks which.
fn sheets_of(table: &TableReader) -> String {
    let table = table.table();
    [std::slice::from_ref(&table.sheet), &table.rivals[..]]
        .concat()
        .join("\n")
}

fn digest(path: &Path) -> Result<[u8; 32], AppError> {
    let shown = Path::new(path.file_name().unwrap_or(path.as_os_str()));
    let failed = |error: std::io::Error| AppError::unreadable(shown, &error);
    let mut file = File::open(path).map_err(failed)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = std::io::Read::read(&mut file, &mut buffer).map_err(failed)?;
        if read == 0 {
            return Ok(hasher.finalize().into());
        }
        hasher.update(&buffer[..read]);
    }
}

/// A file that cannot be read. Where a header came close, its headings are there to be matched by hand.
fn unreadable(app: &App, error: &taizhang_sheet::SheetError) -> AppError {
    let headings = match error {
        taizhang_sheet::SheetError::NoHeader {
            nearest: Some(nearest), ..
        } => Some(nearest.texts.join("\n")),
        _ => None,
    };
    AppError::Refused(vec![RefusedLine {
        code: error.code().to_owned(),
        message: app.locale().sheet(error),
        value: headings,
        ..RefusedLine::default()
    }])
}

/// A refusal of the file as a whole.
fn refused(code: &str, message: String) -> AppError {
    AppError::Refused(vec![RefusedLine {
        code: code.to_owned(),
        message,
        ..RefusedLine::default()
    }])
}

/// The sheet that was asked for. A csv has one alone, which is called after the file that its sender knows; here
/// it lies under another name.
fn asked_sheet(request: &ImportRequest) -> Option<String> {
    let is_csv = |name: &str| name.to_ascii_lowercase().ends_with(".csv");
    match &request.name {
        Some(name) if is_csv(name) => None,
        _ => request.sheet.clone(),
    }
}
