//! Room: the workbench of imports — a workbook is brought, looked at, asked about, confirmed, imported,
//! and can be undone. One road for pages, programs and the command line; what it is at stands in the
//! book's table, so that a page may be closed and opened again. It parses nothing and decides nothing.

mod detail;
mod kept;
mod read_as;

pub use detail::{Asked, Detail};
pub use kept::{RawCellSeen, Seen, rows_of};
pub use read_as::{How, ReadAs};

use super::{ImportOutcome, ImportRequest, run};
use crate::app::App;
use crate::app::scope::Scope;
use crate::app::scratch::Scratch;
use crate::error::{AppError, RefusedLine};
use crate::keys::hex;
use std::cell::Cell;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use taizhang_core::definition::{Register, Verb};
use taizhang_core::id::EntryNo;
use taizhang_core::refusal::{Code, Refusal};
use taizhang_store::import::{self as table, Import};

/// One import at a time thinks; others wait for their turn, and nobody's save waits for either.
static TURN: Mutex<()> = Mutex::new(());

/// How often progress is written down, microseconds.
const PROGRESS: i64 = 500_000;

/// After how long without a sign an import that should be running was interrupted, microseconds.
const SILENCE: i64 = 180 * 1_000_000;

/// How many imports a list shows.
const LISTED: i64 = 100;

static PARSER: OnceLock<PathBuf> = OnceLock::new();

/// Names the program that parses workbooks as a child, for programs that are not it themselves.
pub fn parse_with(program: PathBuf) {
    // The first to say stays: there is one program.
    let _ = PARSER.set(program);
}

/// That program; none for the running one.
pub(crate) fn parser() -> Option<PathBuf> {
    PARSER.get().cloned()
}

/// Whether to look only, or to go through with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Go {
    /// Look, and say what would change.
    Check,
    /// Import.
    Write,
}

/// An import as somebody sees it.
#[derive(Clone, Debug)]
pub struct Upload {
    /// Its row.
    pub row: Import,
    /// What is known of it.
    pub detail: Detail,
}

/// The states of an import, as programs read them.
pub const STATES: [&str; 8] = [
    "waiting", "checking", "checked", "writing", "done", "refused", "failed", "undone",
];

/// Takes a workbook, keeps it as ciphertext and begins with it. Answers its number at once.
pub fn bring(app: &Arc<App>, scope: &Scope, file: Scratch, name: &str, asked: Asked, go: Go) -> Result<i64, AppError> {
    let definition = app.definition()?;
    let register = super::register_of(app, scope, &definition, &asked.register)?;
    let content = file.content()?;
    let subject = app.keys().fresh()?;
    app.keys().keep(std::slice::from_ref(&subject))?;
    let kept = kept::keep(app, &subject, &content)?;
    let mut asked = Asked {
        register: register.id.clone(),
        ..asked
    };
    if asked.map.is_empty() {
        asked.map = remembered(app, scope, &register)?;
    }
    asked.seal_reason(&subject)?;
    let detail = Detail {
        register_name: register.name.clone(),
        file_name: name.to_owned(),
        asked,
        kept,
        beat: app.clock().now(),
        ..Detail::default()
    };
    let row = Import {
        id: 0,
        actor: scope.actor,
        state: "waiting".to_owned(),
        done: 0,
        total: 0,
        detail: detail.text(),
        started_at: app.clock().now(),
    };
    let id = add(app, row)?;
    start(app.clone(), scope.clone(), id, file, go);
    Ok(id)
}

/// Looks again, or imports, after a sender answered.
pub fn again(app: &Arc<App>, scope: &Scope, id: i64, asked: Option<Asked>, go: Go) -> Result<(), AppError> {
    let mut seen = get(app, scope, id)?;
    if !matches!(
        seen.row.state.as_str(),
        "checked" | "refused" | "failed" | "interrupted"
    ) {
        return Err(AppError::said("import.not_now", &[]));
    }
    let file = kept::open(app, &seen.detail)?;
    if let Some(asked) = asked {
        seen.detail.answered(app, asked)?;
    }
    seen.detail.beat = app.clock().now();
    seen.row.state = "waiting".to_owned();
    save(app, &seen)?;
    start(app.clone(), scope.clone(), id, file, go);
    Ok(())
}

fn start(app: Arc<App>, scope: Scope, id: i64, file: Scratch, go: Go) {
    let job = move || {
        let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let worked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work(&app, &scope, id, &file, go)));
        let ended = worked.unwrap_or_else(|_| Err(AppError::Fault("an import panicked".to_owned())));
        if let Err(error) = ended {
            // The book itself may not take a word now; whoever asks then hears of the silence.
            let _ = fail(&app, &scope, id, &error);
        }
    };
    // Without a thread the import stays waiting, and can be tried again.
    let _ = std::thread::Builder::new().name("import".to_owned()).spawn(job);
}

fn work(app: &App, scope: &Scope, id: i64, file: &Scratch, go: Go) -> Result<(), AppError> {
    let mut seen = get(app, scope, id)?;
    let key = format!("import:{id}");
    if go == Go::Write
        && let Some(done) = app.answered(scope, Some((&key, &file_digest(file)?)))?
    {
        // It was written before whoever imported it was interrupted.
        seen.detail.entries = Some((done.first, done.last));
        return finish(app, seen, "done", None);
    }
    seen.row.state = if go == Go::Check { "checking" } else { "writing" }.to_owned();
    save(app, &seen)?;
    let mut request = seen.detail.asked.request(app)?;
    request.file = file.path().to_owned();
    request.name = Some(seen.detail.file_name.clone());
    request.dry_run = go == Go::Check;
    request.key = (go == Go::Write).then_some(key);
    let beat = Beat::new(app, id);
    let outcome = match run(app, scope, &request, &|done, total| beat.at(done, total)) {
        Ok(outcome) => outcome,
        Err(AppError::Refused(lines)) => {
            seen.detail.lines = lines.iter().map(Into::into).collect();
            return finish(app, seen, "refused", None);
        }
        Err(error) => return Err(error),
    };
    let state = match (outcome.refused, go) {
        (_, Go::Check) => "checked",
        (true, Go::Write) => "refused",
        (false, Go::Write) => "done",
    };
    finish(app, seen, state, Some(&outcome))
}

fn file_digest(file: &Scratch) -> Result<[u8; 32], AppError> {
    super::digest(file.path())
}

fn finish(app: &App, mut seen: Upload, state: &str, outcome: Option<&ImportOutcome>) -> Result<(), AppError> {
    seen.row.state = state.to_owned();
    seen.detail.message.clear();
    seen.detail.outcome = outcome.map(ImportOutcome::json);
    if let Some(outcome) = outcome {
        seen.detail.lines.clear();
        seen.detail.entries = outcome.entries;
        (seen.row.done, seen.row.total) = (outcome.rows as i64, outcome.rows as i64);
    }
    save(app, &seen)
}

fn fail(app: &App, scope: &Scope, id: i64, error: &AppError) -> Result<(), AppError> {
    let mut seen = get(app, scope, id)?;
    seen.row.state = "failed".to_owned();
    seen.detail.message = app.locale().error(error);
    save(app, &seen)
}

/// One import, to its bringer and to administrators.
pub fn get(app: &App, scope: &Scope, id: i64) -> Result<Upload, AppError> {
    let unknown = || AppError::NotFound(app.locale().say("import.unknown", &[("id", &id)]));
    let row = table::get(app.reading()?.conn()?, id)?.ok_or_else(unknown)?;
    if row.actor != scope.actor && !scope.may_at_all(Verb::Administer) {
        return Err(unknown());
    }
    seen(app, row)
}

/// The latest imports of somebody; all of them to administrators.
pub fn list(app: &App, scope: &Scope) -> Result<Vec<Upload>, AppError> {
    let own = (!scope.may_at_all(Verb::Administer)).then_some(scope.actor);
    let rows = table::latest(app.reading()?.conn()?, own, LISTED)?;
    rows.into_iter().map(|row| seen(app, row)).collect()
}

fn seen(app: &App, mut row: Import) -> Result<Upload, AppError> {
    let detail = Detail::read(&row.detail)?;
    let is_running = matches!(row.state.as_str(), "waiting" | "checking" | "writing");
    if is_running && app.clock().now() - detail.beat > SILENCE {
        row.state = "interrupted".to_owned();
    }
    Ok(Upload { row, detail })
}

/// An import of anybody that is being written now.
pub fn writing(app: &App) -> Result<Option<i64>, AppError> {
    let rows = table::latest(app.reading()?.conn()?, None, LISTED)?;
    for row in rows.into_iter().filter(|row| row.state == "writing") {
        let upload = seen(app, row)?;
        if upload.row.state == "writing" {
            return Ok(Some(upload.row.id));
        }
    }
    Ok(None)
}

/// Undoes what an import wrote.
pub fn undo(app: &App, scope: &Scope, id: i64, reason: &str) -> Result<(EntryNo, EntryNo), AppError> {
    let mut seen = get(app, scope, id)?;
    let Some((first, _)) = seen.detail.entries.filter(|_| seen.row.state == "done") else {
        return Err(AppError::said("import.nothing_to_undo", &[]));
    };
    let receipt = app.undo_import(scope, first, reason)?;
    seen.row.state = "undone".to_owned();
    seen.detail.undone_by = Some((receipt.first, receipt.last));
    save(app, &seen)?;
    Ok((receipt.first, receipt.last))
}

/// The same by the first entry of what an import wrote, for the command line; its row says so too, where there is one.
pub fn undo_batch(app: &App, scope: &Scope, first: EntryNo, reason: &str) -> Result<(EntryNo, EntryNo), AppError> {
    for row in table::latest(app.reading()?.conn()?, None, LISTED)? {
        let upload = seen(app, row)?;
        let wrote = upload.detail.entries.is_some_and(|(own, _)| own == first);
        if wrote && upload.row.state == "done" && get(app, scope, upload.row.id).is_ok() {
            return undo(app, scope, upload.row.id, reason);
        }
    }
    let receipt = app.undo_import(scope, first, reason)?;
    Ok((receipt.first, receipt.last))
}

/// The sender's own workbook with its wrong cells marked and the reasons in a last column.
pub fn marked(app: &App, scope: &Scope, id: i64) -> Result<(String, Scratch), AppError> {
    let seen = get(app, scope, id)?;
    let file = kept::open(app, &seen.detail)?;
    let out = Scratch::new(".xlsx")?;
    let mut request = seen.detail.asked.request(app)?;
    request.file = file.path().to_owned();
    request.name = Some(seen.detail.file_name.clone());
    request.dry_run = true;
    request.errors_out = Some(out.path().to_owned());
    let outcome = run(app, scope, &request, &|_, _| {})?;
    if outcome.errors_total == 0 {
        return Err(AppError::said("import.nothing_wrong", &[]));
    }
    let stem = seen
        .detail
        .file_name
        .rsplit_once('.')
        .map_or(seen.detail.file_name.as_str(), |(stem, _)| stem);
    Ok((app.locale().fill("import.marked_name", &[("name", stem)]), out))
}

/// Imports here and now and keeps the workbook, for the command line.
pub fn import_now(
    app: &App,
    scope: &Scope,
    request: &ImportRequest,
    progress: super::Progress<'_>,
) -> Result<ImportOutcome, AppError> {
    let mut request = request.clone();
    if request.map.is_none() {
        let definition = app.definition()?;
        let register = super::register_of(app, scope, &definition, &request.register)?;
        let known = remembered(app, scope, &register)?;
        request.map = (!known.is_empty()).then(|| super::headings::map_text(&known));
    }
    let mut outcome = run(app, scope, &request, progress)?;
    if outcome.entries.is_some() {
        // What was imported stays imported, whether or not its workbook could be kept beside it; but it is said.
        let kept = keep_what_came(app, scope, &request, &outcome);
        outcome.unkept = kept.err().map(|error| app.locale().error(&error));
    }
    Ok(outcome)
}

fn keep_what_came(app: &App, scope: &Scope, request: &ImportRequest, outcome: &ImportOutcome) -> Result<(), AppError> {
    let content = std::fs::read(&request.file).map_err(|error| AppError::unreadable(&request.file, &error))?;
    let subject = app.keys().fresh()?;
    app.keys().keep(std::slice::from_ref(&subject))?;
    let name = request.file.file_name().map(|name| name.to_string_lossy().into_owned());
    let detail = Detail {
        register_name: outcome.register.clone(),
        file_name: name.unwrap_or_default(),
        asked: Asked::of(request),
        kept: kept::keep(app, &subject, &content)?,
        outcome: Some(outcome.json()),
        entries: outcome.entries,
        beat: app.clock().now(),
        ..Detail::default()
    };
    let row = Import {
        id: 0,
        actor: scope.actor,
        state: "done".to_owned(),
        done: outcome.rows as i64,
        total: outcome.rows as i64,
        detail: detail.text(),
        started_at: app.clock().now(),
    };
    add(app, row).map(|_| ())
}

/// How the same sender's columns of this register were matched last time, on whatever sheet.
pub(super) fn remembered(app: &App, scope: &Scope, register: &Register) -> Result<Vec<(String, String)>, AppError> {
    let latest = table::latest(app.reading()?.conn()?, Some(scope.actor), LISTED)?;
    for row in latest.iter().filter(|row| row.state == "done") {
        let Ok(detail) = Detail::read(&row.detail) else {
            continue;
        };
        let beside = detail
            .asked
            .beside
            .into_iter()
            .flatten()
            .map(|one| (one.register, one.map));
        let mut all = std::iter::once((detail.asked.register, detail.asked.map)).chain(beside);
        let own = |(name, map): &(String, _)| (*name == register.id || *name == register.name) && !Vec::is_empty(map);
        let Some((_, map)) = all.find(own) else { continue };
        let known = |(_, field): &(String, String)| {
            field.is_empty() || field == "stage" || register.field_named(field).is_some()
        };
        return Ok(map.into_iter().filter(known).collect());
    }
    Ok(Vec::new())
}

fn add(app: &App, row: Import) -> Result<i64, AppError> {
    let (send, receive) = std::sync::mpsc::channel();
    app.store().writer().act(move |writer| {
        let _ = send.send(table::add(&mut *writer.conn, &row)?);
        writer.conn.commit()
    })?;
    receive
        .recv()
        .map_err(|_| AppError::Fault("the writer gave no answer".to_owned()))
}

fn save(app: &App, seen: &Upload) -> Result<(), AppError> {
    let row = Import {
        detail: seen.detail.text(),
        ..seen.row.clone()
    };
    app.store().writer().act(move |writer| {
        table::set(&mut *writer.conn, &row)?;
        writer.conn.commit()
    })?;
    Ok(())
}

/// Writes progress down now and then.
struct Beat<'a> {
    app: &'a App,
    id: i64,
    last: Cell<i64>,
}

impl Beat<'_> {
    fn new(app: &App, id: i64) -> Beat<'_> {
        Beat {
            app,
            id,
            last: Cell::new(app.clock().steady()),
        }
    }

    fn at(&self, done: u64, total: u64) {
        let now = self.app.clock().steady();
        if now - self.last.get() < PROGRESS {
            return;
        }
        self.last.set(now);
        let (id, done, total) = (self.id, done as i64, total as i64);
        // Progress that could not be written down is only not shown.
        let _ = self.app.store().writer().act(move |writer| {
            table::progress(&mut *writer.conn, id, done, total)?;
            writer.conn.commit()
        });
    }
}

/// Refuses what is asked for by somebody who may not.
pub(super) fn not_permitted(app: &App) -> AppError {
    AppError::refuse(app.locale(), &Refusal::new(Code::NotPermitted))
}

/// What is wrong with a file as a whole, in one sentence.
pub fn sentence(lines: &[RefusedLine]) -> String {
    lines.first().map_or_else(String::new, |line| line.message.clone())
}

fn hash_text(hash: &[u8; 32]) -> String {
    hex(hash)
}
