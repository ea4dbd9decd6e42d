//! Room: what a row changes. Finds the record that a row is about and compares cell by cell; writes
//! nothing and decides nothing.
//!
//! A register without a key has no name for its records. There a row is the record that says the
//! same in every column of the file; of two equal rows the second is another record.

use super::cells::ReadRow;
use super::headings::Target;
use super::report::{Place, Report};
use super::stages::{stage_named, way};
use super::{Job, months};
use crate::error::AppError;
use crate::keys::{KeyId, hex, subject_of};
use std::collections::{HashMap, HashSet};
use taizhang_core::day::Day;
use taizhang_core::decide::{Gate, key_text};
use taizhang_core::definition::{Blank, Field, Key, Move, Verb};
use taizhang_core::field_kinds::seals;
use taizhang_core::id::{EntryNo, FieldNo, RecordNo};
use taizhang_core::refusal::{Code, Refusal};
use taizhang_core::timeline::State;
use taizhang_core::validity::is_let_through;
use taizhang_core::value::{Cell, Value};
use taizhang_store::cells::RecordRow;
use taizhang_store::prepared::KeyPrint;
use taizhang_store::{Reading, StoreError};

/// What a row does to the book.
#[derive(Clone, Debug)]
pub(super) struct RowPlan {
    /// Its number in the sheet.
    pub(super) row: u32,
    /// The record that it changes; none to open one.
    pub(super) record: Option<RecordNo>,
    /// The record's latest entry.
    pub(super) based_on: Option<EntryNo>,
    /// The fields that it sets. Of a sealed field, the plain text.
    pub(super) set: Vec<(FieldNo, Cell)>,
    /// The moves behind it, by id, with their days.
    pub(super) moves: Vec<(String, Day)>,
    /// Its day.
    pub(super) day: Day,
    /// The key that the record's sealed texts are under.
    pub(super) subject: Option<KeyId>,
}

/// What was learnt from the rows so far: rows come a stretch at a time.
pub(super) struct Comparison {
    present: Present,
    above: HashMap<RecordNo, Option<State>>,
    /// Keys of the file, and the row that has each.
    keys: HashMap<KeyPrint, u32>,
    /// Living records that a row names.
    pub(super) met: HashSet<RecordNo>,
    /// Rows that change nothing.
    pub(super) unchanged: u64,
    /// Whether a row opens a record.
    opens: bool,
    /// Keys of the stretch in hand that nobody in the book holds.
    pub(super) free: HashSet<KeyPrint>,
}

impl Comparison {
    /// Before the first row.
    pub(super) fn new(job: &Job<'_>, reading: &mut Reading<'_>) -> Result<Comparison, AppError> {
        Ok(Comparison {
            present: Present::load(job, reading)?,
            above: HashMap::new(),
            keys: HashMap::new(),
            met: HashSet::new(),
            unchanged: 0,
            opens: false,
            free: HashSet::new(),
        })
    }

    /// Compares rows with the book as one reading sees it; gives those that change something.
    pub(super) fn rows(
        &mut self,
        job: &Job<'_>,
        rows: Vec<ReadRow>,
        ahead: &HashMap<RecordNo, State>,
        reading: &mut Reading<'_>,
        report: &mut Report,
    ) -> Result<Vec<RowPlan>, AppError> {
        self.free.clear();
        let mut desk = Desk {
            so_far: self,
            job,
            ahead,
            reading,
            report,
        };
        let mut plan = Vec::with_capacity(rows.len());
        for row in rows {
            match desk.row(row)? {
                Outcome::Changes(change) => plan.push(*change),
                Outcome::Same => desk.so_far.unchanged += 1,
                Outcome::Wrong => {}
            }
        }
        if !self.opens && plan.iter().any(|row| row.record.is_none()) {
            self.opens = true;
            required_columns(job, report);
        }
        Ok(plan)
    }

    /// Living records that no row names.
    pub(super) fn missing(&self) -> u64 {
        self.present.living.saturating_sub(self.met.len() as u64)
    }
}

/// A required column is missed once, and only where rows open records.
fn required_columns(job: &Job<'_>, report: &mut Report) {
    // Where the unit follows the record above, a row without it would belong to nobody.
    let hangs = |unit| job.register.inherits(unit);
    let parent = job
        .register
        .parent
        .as_ref()
        .filter(|_| job.register.unit.is_some_and(hangs));
    let parent = parent.map(|parent| parent.field);
    let across = job
        .columns
        .iter()
        .flatten()
        .any(|bound| matches!(bound.target, Target::Monthly(..)));
    let month = months::month_field(&job.register).filter(|_| across);
    let day = job
        .register
        .row_day
        .filter(|_| across && job.request.occurred_on.is_some());
    for field in &job.register.fields {
        if month == Some(field.no) || day == Some(field.no) {
            continue;
        }
        // What a scheme computes nobody need bring; a record without it is refused as such.
        let computed = job.register.instruments.iter().flat_map(|one| &one.fills);
        let computed = computed.into_iter().any(|(filled, _)| *filled == field.no);
        let wanted = (field.required || parent == Some(field.no)) && !job.register.inherits(field.no) && !computed;
        let there = job
            .columns
            .iter()
            .flatten()
            .any(|bound| bound.target == Target::Field(field.no));
        if wanted && !there {
            let name = &field.name;
            let message = job.app.locale().fill("import.no_required_column", &[("name", name)]);
            report.whole("required", message);
        }
    }
}

enum Outcome {
    Changes(Box<RowPlan>),
    Same,
    Wrong,
}

/// What the register holds now.
struct Present {
    living: u64,
    /// Only for a register without a key: records by what they say in the file's columns.
    by_content: HashMap<Vec<Cell>, Vec<RecordNo>>,
}

impl Present {
    fn load(job: &Job<'_>, reading: &mut Reading<'_>) -> Result<Present, AppError> {
        let register = &job.register;
        let mut present = Present {
            living: 0,
            by_content: HashMap::new(),
        };
        if !register.keys.is_empty() {
            present.living = taizhang_store::record::living(reading.conn()?, register)? as u64;
            return Ok(present);
        }
        let fields = compared_fields(job);
        taizhang_store::record::each(reading.conn()?, register, &mut |row| {
            if !row.void {
                present.living += 1;
                let content = fields
                    .iter()
                    .map(|field| plain(job, field, row.state.cell(field.no)))
                    .collect();
                present.by_content.entry(content).or_default().push(row.record);
            }
            Ok(())
        })?;
        // The oldest record is taken first.
        present.by_content.values_mut().for_each(|records| records.reverse());
        Ok(present)
    }
}

/// Fields that the file has columns for and that a row sets itself.
fn compared_fields<'a>(job: &'a Job<'_>) -> Vec<&'a Field> {
    let fields = job.columns.iter().flatten().filter_map(|bound| match bound.target {
        Target::Field(no) => job.register.field(no),
        _ => None,
    });
    fields.filter(|field| !job.register.inherits(field.no)).collect()
}

/// A cell as it is compared: the plain text of a sealed one; nothing where nobody said.
fn plain(job: &Job<'_>, field: &Field, cell: Option<&Cell>) -> Cell {
    match cell {
        Some(Cell::Is(Value::Sealed(sealed))) => match job.app.keys().open_sealed(field.no, sealed) {
            Some(text) => Cell::Is(Value::Text(text)),
            None => Cell::Erased,
        },
        Some(cell) => cell.clone(),
        None => Cell::Missing,
    }
}

struct Desk<'a, 'r, 'b> {
    job: &'a Job<'a>,
    reading: &'r mut Reading<'b>,
    report: &'r mut Report,
    so_far: &'r mut Comparison,
    /// Records as the rows of earlier sheets leave them.
    ahead: &'r HashMap<RecordNo, State>,
}

impl<'a> Desk<'a, '_, '_> {
    fn row(&mut self, row: ReadRow) -> Result<Outcome, AppError> {
        let state = self.state(&row)?;
        let found = match self.job.register.keys.first().cloned() {
            _ if row.bad => return self.wrong_row(&row, &state),
            Some(key) => match self.by_key(&row, &key, &state)? {
                Ok(found) => found,
                Err(()) => return Ok(Outcome::Wrong),
            },
            None => self.by_number(&row)?.or_else(|| self.by_content(&row)),
        };
        if let Some(found) = found.as_ref().filter(|found| !self.may_read(found)) {
            let place = Place::row(row.row);
            let refusal = Refusal::new(Code::NotPermitted).with("record", found.record);
            self.report.refusal(&place, self.job, &refusal);
            return Ok(Outcome::Wrong);
        }
        if !self.inherited_agrees(&row, found.as_ref().map_or(&state, |found| &found.state)) {
            return Ok(Outcome::Wrong);
        }
        match found {
            Some(found) => {
                self.so_far.met.insert(found.record);
                Ok(self.change(&row, &found)?)
            }
            None => Ok(self.opening(row, &state)),
        }
    }

    /// A row with a wrong cell still holds its key, so that it counts as named and not as missing.
    fn wrong_row(&mut self, row: &ReadRow, state: &State) -> Result<Outcome, AppError> {
        if let Some(key) = self.job.register.keys.first()
            && let Some(text) = self.key_text(key, row, state)
        {
            let register = self.job.register.no;
            let holder = taizhang_store::facts::key_holder(self.reading.conn()?, register, &key.id, &text)?;
            self.so_far.met.extend(holder);
            self.so_far
                .keys
                .entry(KeyPrint::of(register, &key.id, &text))
                .or_insert(row.row);
        }
        Ok(Outcome::Wrong)
    }

    /// The row as a state of its own, with what it would inherit, as far as anybody asks for it: where nothing stands
    /// above and no stage is named, its first key alone. Sealed texts are plain in it.
    fn state(&mut self, row: &ReadRow) -> Result<State, AppError> {
        let register = &self.job.register;
        let whole = register.parent.is_some() || row.stage.is_some();
        let key = register.keys.first().map_or(&[][..], |key| &key.fields);
        let asked = row.cells.iter().filter(|(no, _)| whole || key.contains(no));
        let mut state = State::of(asked.filter(|(no, _)| !register.inherits(*no)).cloned().collect());
        if let Some(parent) = self.job.register.parent.clone()
            && let Some(Value::Link(above)) = state.value(parent.field).cloned()
            && let Some(above) = self.above(parent.register, above)?
        {
            let inherited = parent
                .inherit
                .iter()
                .filter_map(|(own, of)| Some((*own, above.cell(*of)?.clone())));
            state.apply(&inherited.collect());
        }
        Ok(state)
    }

    fn above(
        &mut self,
        register: taizhang_core::id::RegisterNo,
        record: RecordNo,
    ) -> Result<Option<&State>, StoreError> {
        if self.ahead.contains_key(&record) {
            return Ok(self.ahead.get(&record));
        }
        if !self.so_far.above.contains_key(&record) {
            let state = match self.job.definition.register(register) {
                Some(register) => taizhang_store::record::get(self.reading.conn()?, register, record)?,
                None => None,
            };
            self.so_far.above.insert(record, state.map(|row| row.state));
        }
        Ok(self.so_far.above.get(&record).and_then(Option::as_ref))
    }

    /// The record that holds the row's key. A key that the file has twice names both rows.
    fn by_key(&mut self, row: &ReadRow, key: &Key, state: &State) -> Result<Result<Option<RecordRow>, ()>, AppError> {
        let Some(text) = self.key_text(key, row, state) else {
            let empty = key.fields.iter().find(|field| state.value(**field).is_none());
            let field = empty.copied().unwrap_or_default();
            let place = Place::column(row.row, self.job, Target::Field(field));
            self.report
                .refusal(&place, self.job, &Refusal::at(Code::Required, field));
            return Ok(Err(()));
        };
        let register = &self.job.register;
        let print = KeyPrint::of(register.no, &key.id, &text);
        if let Some(first) = self.so_far.keys.get(&print) {
            let field = key.fields.first().copied().unwrap_or_default();
            let name = self.job.register.field(field).map_or("", |field| &field.name);
            let locale = self.job.app.locale();
            let message = locale.say("import.repeated_key", &[("name", &name), ("row", first)]);
            let place = Place::column(row.row, self.job, Target::Field(field));
            self.report.words(&place, "repeated_key", message);
            return Ok(Err(()));
        }
        let holder = taizhang_store::facts::key_holder(self.reading.conn()?, register.no, &key.id, &text)?;
        self.so_far.keys.insert(print, row.row);
        let found = match holder {
            Some(record) => taizhang_store::record::get(self.reading.conn()?, register, record)?,
            None => {
                self.so_far.free.insert(print);
                None
            }
        };
        Ok(Ok(found))
    }

    /// The key in the core's own words; a sealed part by its keyed digest.
    fn key_text(&self, key: &Key, row: &ReadRow, state: &State) -> Option<String> {
        let sealed = |field: &&FieldNo| self.job.register.field(**field).is_some_and(seals);
        if !key.fields.iter().any(|field| sealed(&field)) {
            return key_text(key, state, &|_| None);
        }
        let mut state = state.clone();
        let parts = key.fields.iter().filter(sealed);
        let parts = parts.filter(|field| matches!(state.cell(**field), Some(Cell::Is(_))));
        let patch = parts
            .map(|field| (*field, Cell::Is(Value::Sealed(Vec::new()))))
            .collect();
        state.apply(&patch);
        key_text(key, &state, &|field| match row.cell(*field) {
            Some(Cell::Is(Value::Text(text))) => Some(hex(&self.job.app.keys().digest("value", text.as_bytes()))),
            _ => None,
        })
    }

    /// A register without a key is told by the number that a template hides in its rows.
    fn by_number(&mut self, row: &ReadRow) -> Result<Option<RecordRow>, AppError> {
        let Some(record) = row.record else { return Ok(None) };
        let found = taizhang_store::record::get(self.reading.conn()?, &self.job.register, record)?;
        Ok(found.filter(|found| !found.void))
    }

    fn by_content(&mut self, row: &ReadRow) -> Option<RecordRow> {
        let fields = compared_fields(self.job);
        let content: Vec<Cell> = fields
            .iter()
            .map(|field| row.cell(field.no).cloned().unwrap_or(Cell::Missing))
            .collect();
        let record = self.so_far.present.by_content.get_mut(&content)?.pop()?;
        let conn = self.reading.conn().ok()?;
        taizhang_store::record::get(conn, &self.job.register, record)
            .ok()
            .flatten()
    }

    fn may_read(&self, found: &RecordRow) -> bool {
        let register = &self.job.register;
        let unit = register.unit.and_then(|field| found.state.unit(field));
        self.job.scope.may(Verb::Read, register, unit) || self.job.scope.may(Verb::Write, register, unit)
    }

    /// A column that follows the record above may stand in the file, but may not say something else.
    fn inherited_agrees(&mut self, row: &ReadRow, state: &State) -> bool {
        let register = &self.job.register;
        let differs = |(no, cell): &&(FieldNo, Cell)| {
            register.inherits(*no) && *cell != Cell::Missing && state.cell(*no) != Some(cell)
        };
        let Some((field, _)) = row.cells.iter().find(differs) else {
            return true;
        };
        let place = Place::column(row.row, self.job, Target::Field(*field));
        self.report
            .refusal(&place, self.job, &Refusal::at(Code::Inherited, *field));
        false
    }

    fn change(&mut self, row: &ReadRow, found: &RecordRow) -> Result<Outcome, AppError> {
        let job = self.job;
        let set = job.register.fields.iter().filter_map(|field| {
            let cell = row.cell(field.no).filter(|_| !job.register.inherits(field.no))?;
            let keeps = *cell == Cell::Missing && job.register.blank == Blank::Keep;
            (!keeps && plain(job, field, found.state.cell(field.no)) != *cell).then(|| (field.no, cell.clone()))
        });
        let set: Vec<(FieldNo, Cell)> = set.collect();
        let mut after = found.state.clone();
        after.apply(&set);
        let Ok(way) = self.way(row, found.state.stage(), &after) else {
            return Ok(Outcome::Wrong);
        };
        if set.is_empty() && way.is_empty() {
            return Ok(Outcome::Same);
        }
        // A change says since when it holds; the day of the row's own field is mostly that of its beginning.
        let own = self.own_day(row);
        let Some(day) = job.request.opening.or(job.request.occurred_on).or(own) else {
            self.no_day(row);
            return Ok(Outcome::Wrong);
        };
        let sealed = found.state.cells().iter().find_map(|(_, cell)| match cell {
            Cell::Is(Value::Sealed(sealed)) => subject_of(sealed),
            _ => None,
        });
        Ok(Outcome::Changes(Box::new(RowPlan {
            row: row.row,
            record: Some(found.record),
            based_on: Some(row.version.map_or(found.entry, |seen| seen.min(found.entry))),
            moves: self.dated(&way, &after, day),
            set,
            day,
            subject: sealed,
        })))
    }

    fn opening(&mut self, row: ReadRow, state: &State) -> Outcome {
        let job = self.job;
        if let Some(field) = row.masked.first() {
            let name = job.register.field(*field).map_or("", |field| &field.name);
            let place = Place::column(row.row, job, Target::Field(*field));
            let message = job.app.locale().fill("import.masked", &[("name", name)]);
            self.report.words(&place, "masked", message);
            return Outcome::Wrong;
        }
        let initial = job.register.initial_stage().map(|stage| stage.id.as_str());
        let Ok(way) = self.way(&row, initial, state) else {
            return Outcome::Wrong;
        };
        let own = self.own_day(&row);
        let Some(day) = job.request.opening.or(own).or(job.request.occurred_on) else {
            self.no_day(&row);
            return Outcome::Wrong;
        };
        let set = row.cells.into_iter();
        let set = set.filter(|(no, cell)| *cell != Cell::Missing && !job.register.inherits(*no));
        Outcome::Changes(Box::new(RowPlan {
            row: row.row,
            record: None,
            based_on: None,
            set: set.collect(),
            moves: self.dated(&way, state, day),
            day,
            subject: None,
        }))
    }

    fn way(&mut self, row: &ReadRow, from: Option<&str>, state: &State) -> Result<Vec<&'a Move>, ()> {
        let job = self.job;
        let Some(text) = &row.stage else { return Ok(Vec::new()) };
        let locale = job.app.locale();
        let place = Place::column(row.row, job, Target::Stage);
        let Some(stage) = stage_named(&job.register, text) else {
            let names: Vec<&str> = job.register.stages.iter().map(|stage| stage.name.as_str()).collect();
            let names = locale.list(&names);
            let message = locale.fill("import.unknown_stage", &[("stage", text), ("known", &names)]);
            self.report.words(&place, "unknown_stage", message);
            return Err(());
        };
        let today = job.app.today();
        let fits = |step: &Move| is_let_through(step, state, today);
        let way = way(locale, &job.register, job.scope, from, stage, &fits);
        way.map_err(|why| self.report.words(&place, "stage_by_move", why))
    }

    /// The days of moves: that of a date which the move asks for, in order and not after today; for a
    /// state taken over, and where no date is asked for, the day of the move before.
    fn dated(&self, way: &[&Move], state: &State, day: Day) -> Vec<(String, Day)> {
        let today = self.job.app.today();
        let mut at = day;
        let mut moves = Vec::with_capacity(way.len());
        for step in way {
            let asked = step.needs.iter().find_map(|field| state.day(*field));
            if let Some(asked) = asked.filter(|_| self.job.request.opening.is_none()) {
                at = at.max(asked.min(today));
            }
            moves.push((step.id.clone(), at));
        }
        moves
    }

    /// The day in the field that the register names for imported rows.
    fn own_day(&self, row: &ReadRow) -> Option<Day> {
        match row.cell(self.job.register.row_day?)? {
            Cell::Is(Value::Date(day, _)) => Some(*day),
            Cell::Is(Value::Month(month)) => Some(month.last()),
            _ => None,
        }
    }

    fn no_day(&mut self, row: &ReadRow) {
        let place = match self.job.register.row_day {
            Some(field) => Place::column(row.row, self.job, Target::Field(field)),
            None => Place::row(row.row),
        };
        self.report.refusal(&place, self.job, &Refusal::new(Code::NoDay));
    }
}
