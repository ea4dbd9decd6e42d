//! Room: what leaves the book as a file — one register for people, or everything for good. Masks what
//! is personal; what it writes is imported again without a change.

mod cells;
mod everything;
mod evidence;
mod listed;

pub use everything::{Everything, all};
pub(crate) use listed::{cells_of, log};
pub use listed::{listed, logged};

use crate::app::App;
use crate::app::names::Labels;
use crate::app::records::Known;
use crate::app::scope::Scope;
use crate::error::AppError;
use crate::locale::Locale;
use cells::Shape;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use std::sync::Arc;
use taizhang_core::day::Day;
use taizhang_core::decide::timeline_of;
use taizhang_core::definition::{Definition, Lang, Register, Verb};
use taizhang_core::id::{EntryNo, FieldNo, RecordNo};
use taizhang_core::refusal::{Code, Refusal};
use taizhang_core::timeline::{State, state_on};
use taizhang_sheet::SheetError;
use taizhang_sheet::write::{CsvSink, JsonSink, RowSink, SheetSpec, XlsxSink};
use taizhang_store::Reading;

/// Stands for a personal value; an import takes it for "nothing said".
const MASKED: &str = "***";
/// The key of what stands for a value that was erased by law.
const ERASED: &str = "export.erased";

/// Whether a text is one that an export wrote, in whichever language, where it must not tell a value.
pub(crate) fn says_nothing(text: &str) -> bool {
    let erased = [Lang::Zh, Lang::En].map(|lang| Locale::new(lang).text(ERASED));
    text == MASKED || erased.contains(&text)
}

/// Writes a register to a file: xlsx, csv or json by the file's ending. Returns how many records.
pub fn register(
    app: &App,
    scope: &Scope,
    register: &str,
    as_of: Option<Day>,
    known_at: Option<&str>,
    out: &Path,
) -> Result<u64, AppError> {
    let mut asking = app.asking()?;
    let known_at = known_at.map(|text| asking.known_at(Some(text))).transpose()?;
    let definition = asking.definition.clone();
    let mut registers = definition.registers.iter();
    let named = definition
        .register_named(register)
        .or_else(|| registers.find(|r| r.name == register));
    let Some(register) = named.cloned() else {
        let refusal = Refusal::new(Code::UnknownRegister).with("value", register);
        return Err(AppError::refuse(app.locale(), &refusal));
    };
    if !scope.may_somewhere(Verb::Import, &register) {
        return Err(AppError::refuse(app.locale(), &Refusal::new(Code::NotPermitted)));
    }
    let question = Question {
        as_of: as_of.unwrap_or(app.today()),
        known_at: known_at.unwrap_or(asking.reading.n()),
        past: as_of.is_some() || known_at.is_some(),
        units: scope.readable(&register),
        released_by: released_by(app, scope, &register),
    };
    written(app, scope, &mut asking.reading, &definition, &register, &question, out)
}

/// Which records, as of when.
struct Question {
    as_of: Day,
    known_at: EntryNo,
    /// Whether anything but the present rows was asked for.
    past: bool,
    /// The units whose records may be read; none for all.
    units: Option<BTreeSet<RecordNo>>,
    /// The field of the day of release, and today, for somebody who does not write in the register.
    released_by: Option<(FieldNo, Day)>,
}

/// What keeps records back from somebody until their day of release.
fn released_by(app: &App, scope: &Scope, register: &Register) -> Option<(FieldNo, Day)> {
    let field = register.embargo.filter(|_| !scope.may_somewhere(Verb::Write, register));
    field.map(|field| (field, app.today()))
}

/// Whether a state may leave: its day of release has come.
fn may_leave(released_by: Option<(FieldNo, Day)>, state: &State) -> bool {
    released_by.is_none_or(|(field, today)| state.day(field).is_some_and(|day| day <= today))
}

fn written(
    app: &App,
    scope: &Scope,
    reading: &mut Reading<'_>,
    definition: &Arc<Definition>,
    register: &Register,
    question: &Question,
    out: &Path,
) -> Result<u64, AppError> {
    let draft = out.with_extension("part");
    let failed = |error: SheetError| AppError::BadRequest(app.locale().sheet(&error));
    let by = if scope.name.is_empty() {
        &scope.login
    } else {
        &scope.name
    };
    let tree = app.tree(reading, question.as_of, question.known_at);
    let mut open: Option<Box<dyn RowSink>> = None;
    let (mut after, mut count) = (0, 0);
    let outcome = loop {
        let page = states(reading, register, question, after)?;
        let mut labels = Labels {
            tree: tree.clone(),
            ..Labels::default()
        };
        cells::gather_links(reading, definition, register, &page.states, &mut labels)?;
        let shape = Shape::new(*app.locale(), definition, register, labels);
        let sink = match &mut open {
            Some(sink) => sink,
            none => none.insert(sink(shape.sheet(question.as_of, by), out, &draft)?.map_err(failed)?),
        };
        if let Err(error) = page.states.iter().try_for_each(|state| sink.row(&shape.row(state))) {
            break Err(error);
        }
        count += page.states.len() as u64;
        match page.next {
            Some(next) => after = next,
            None => break Ok(()),
        }
    };
    let outcome = outcome.and_then(|()| open.map_or(Ok(()), |sink| sink.finish()));
    if let Err(error) = outcome {
        // Half a file must not be taken for a whole one.
        let _ = std::fs::remove_file(&draft);
        return Err(failed(error));
    }
    std::fs::rename(&draft, out).map_err(|error| AppError::unwritable(out, &error))?;
    Ok(count)
}

/// The heading that an export gives the stage; none if a register has none.
pub(crate) fn stage_heading(locale: Locale, register: &Register) -> Option<&'static str> {
    cells::stage_heading(locale, register)
}

/// The rows that a filled template begins with: as an export writes them, then the record's number and
/// its latest entry. No more than so many.
pub(crate) fn template_rows(
    app: &App,
    scope: &Scope,
    register: &Register,
    most: usize,
) -> Result<Vec<Vec<taizhang_sheet::write::Cell>>, AppError> {
    let mut asking = app.asking()?;
    let definition = asking.definition.clone();
    let units = scope.readable(register);
    let kept_back = released_by(app, scope, register);
    let mut rows = Vec::new();
    taizhang_store::record::each(asking.reading.conn()?, register, &mut |row| {
        let unit = register.unit.and_then(|field| row.state.unit(field));
        let may = units
            .as_ref()
            .is_none_or(|units| unit.is_some_and(|unit| units.contains(&unit)));
        let may = may && may_leave(kept_back, &row.state);
        if !row.void && may && rows.len() < most {
            rows.push(row);
        }
        Ok(())
    })?;
    let mut labels = Labels {
        tree: app.tree(&asking.reading, app.today(), asking.reading.n()),
        ..Labels::default()
    };
    let states: Vec<State> = rows.iter().map(|row| row.state.clone()).collect();
    cells::gather_links(&mut asking.reading, &definition, register, &states, &mut labels)?;
    let shape = Shape::new(*app.locale(), &definition, register, labels);
    let numbers = |number: i64| taizhang_sheet::write::Cell::Text(number.to_string());
    let cells = rows.iter().map(|row| {
        let mut cells = shape.row(&row.state);
        cells.extend([numbers(row.record), numbers(row.entry)]);
        cells
    });
    Ok(cells.collect())
}

type Sink = Result<Box<dyn RowSink>, SheetError>;

fn sink(mut spec: SheetSpec, out: &Path, draft: &Path) -> Result<Sink, AppError> {
    let ending = out.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    if ending.as_deref() != Some("xlsx") {
        // There is one line of headings only.
        spec.columns.iter_mut().for_each(|column| column.group = None);
    }
    let create = || {
        File::create(draft)
            .map(BufWriter::new)
            .map_err(|error| AppError::unwritable(out, &error))
    };
    Ok(match ending.as_deref() {
        Some("xlsx") => XlsxSink::new(spec, create()?).map(|sink| Box::new(sink) as Box<dyn RowSink>),
        Some("csv") => CsvSink::new(spec, create()?).map(|sink| Box::new(sink) as Box<dyn RowSink>),
        Some("json") => JsonSink::new(spec, create()?).map(|sink| Box::new(sink) as Box<dyn RowSink>),
        _ => return Err(AppError::said("export.ending", &[("file", &out.display())])),
    })
}

/// How many records are in memory at once.
const PAGE: i64 = 10_000;

/// The states of some records.
struct StatesPage {
    states: Vec<State>,
    /// The record behind which the next page begins; none after the last.
    next: Option<RecordNo>,
}

/// The states of the records after one, in the order of their numbers; void records are none.
fn states(
    reading: &mut Reading<'_>,
    register: &Register,
    question: &Question,
    after: RecordNo,
) -> Result<StatesPage, AppError> {
    let (mut states, mut records) = (Vec::new(), Vec::new());
    let rows = taizhang_store::record::some_after(reading.conn()?, register, after, PAGE)?;
    let next = rows.last().map(|row| row.record).filter(|_| rows.len() as i64 == PAGE);
    for row in rows {
        match question.past {
            true => records.push(row.record),
            false if !row.void => states.push(row.state),
            false => {}
        }
    }
    let rules = reading.caches.rules.as_known(question.known_at);
    for record in records.into_iter().take_while(|record| *record <= question.known_at) {
        let mut book = Known {
            conn: reading.conn()?,
            known_at: question.known_at,
        };
        let timeline = timeline_of(&mut book, &rules, record)?;
        if !timeline.void {
            states.extend(state_on(&timeline.states(), question.as_of).cloned());
        }
    }
    states.retain(|state| may_leave(question.released_by, state));
    if let Some(units) = &question.units {
        let unit = |state: &State| register.unit.and_then(|field| state.unit(field));
        states.retain(|state| unit(state).is_some_and(|unit| units.contains(&unit)));
    }
    Ok(StatesPage { states, next })
}
