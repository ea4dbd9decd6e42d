//! Room: the rows' changes as commands, decided before the writer sees them, handed over as one request.
//!
//! Numbers of entries and records are foretold from the head of the reading. If somebody else wrote
//! meanwhile, the writer looks only at what was written since: as long as none of it is what the rows
//! rest on, they get later numbers; else everything is compared and decided again, and nobody's save
//! waits for that (law 10).

use super::ahead::Ahead;
use super::cells::Context;
use super::compare::{Comparison, RowPlan};
use super::early::FirstDays;
use super::headings::Target;
use super::names::FileNames;
use super::opened::{Arrived, Openings};
use super::preview;
use super::report::{Counted, ImportOutcome, Place, Report};
use super::{Job, Progress, Sheet, months, unreadable};
use crate::app::definition;
use crate::app::execute::faults;
use crate::app::names::BookNames;
use crate::app::scope::Scope;
use crate::error::AppError;
use crate::keys::{SubjectKey, hex, subject_of};
use std::collections::{HashMap, HashSet};
use taizhang_core::command::{Command, Wish};
use taizhang_core::day::Day;
use taizhang_core::decide::{Decision, Moment, Row, decide};
use taizhang_core::definition::Definition;
use taizhang_core::field_kinds::seals;
use taizhang_core::id::{AccountNo, EntryNo, FieldNo, RecordNo, RegisterNo};
use taizhang_core::journal::{Change, Entry, Source};
use taizhang_core::refusal::{Code, Refusal};
use taizhang_core::timeline::State;
use taizhang_core::unit::UNIT_REGISTER;
use taizhang_core::value::{Cell, Value};
use taizhang_store::Reading;
use taizhang_store::facts::Facts;
use taizhang_store::prepared::{Decisions, KeyPrint, Prepared as Decided, Seen};
use taizhang_store::writer::{Outcome, Request};

/// How many rows are read, compared and decided together, so that no memory holds a whole file.
const STRETCH: usize = 256;

/// What a workbook does to the book, decided as of a head.
pub(super) struct Prepared {
    base: EntryNo,
    decisions: Decisions,
    /// What the decisions rest on; none if their numbers stand in their values too.
    seen: Option<Seen>,
    /// Keys not on disk yet.
    fresh: Vec<SubjectKey>,
    counted: Vec<Counted>,
}

impl Prepared {
    /// Whether there is nothing to write.
    pub(super) fn is_empty(&self) -> bool {
        self.decisions.is_empty()
    }

    /// What became of the rows, before anything is written.
    pub(super) fn summary(&self, sheets: &[Sheet<'_>]) -> ImportOutcome {
        let hopeless = sheets.iter().any(|sheet| sheet.report.hopeless);
        let wrong = sheets.iter().any(|sheet| sheet.report.total > 0);
        let refused = wrong && (hopeless || !sheets[0].job.request.skip_bad);
        let each = sheets.iter().zip(&self.counted);
        ImportOutcome::of_all(
            each.map(|(sheet, counted)| ImportOutcome::of_sheet(sheet, counted, refused))
                .collect(),
        )
    }
}

/// Reads, compares and decides all rows of all sheets, one sheet behind the other; writes nothing.
pub(super) fn prepare(sheets: &mut [Sheet<'_>], progress: Progress<'_>) -> Result<Prepared, AppError> {
    let (app, scope) = (sheets[0].job.app, sheets[0].job.scope);
    let mut naming = app.reading()?;
    let definition = definition(&naming)?;
    let mut names = FileNames::new(BookNames::new(app, &mut naming, definition.clone()), scope, definition);
    let mut reading = app.reading()?;
    let mut foretold = Foretold::new(sheets, reading.n())?;
    foretold.units = FirstDays::of(app, &reading);
    let mut counted: Vec<Counted> = Vec::with_capacity(sheets.len());
    let (mut before, mut wrong) = (0, false);
    for sheet in sheets {
        names.expect(&foretold.taken);
        let (added, opened, changed) = (foretold.added, foretold.opened, foretold.changed);
        let told = |rows| progress(before + rows, 0);
        let mut own = one_sheet(sheet, wrong, &mut names, &mut reading, &mut foretold, &told)?;
        (own.added, own.changed) = (foretold.added - added, foretold.changed - changed);
        own.opened = foretold.opened - opened;
        before += own.rows;
        wrong |= sheet.report.hopeless || sheet.report.total > 0 && !sheet.job.request.skip_bad;
        counted.push(own);
    }
    progress(before, before);
    Ok(foretold.prepared(counted))
}

fn one_sheet(
    sheet: &mut Sheet<'_>,
    wrong: bool,
    names: &mut FileNames<'_, '_>,
    reading: &mut Reading<'_>,
    foretold: &mut Foretold,
    progress: &dyn Fn(u64),
) -> Result<Counted, AppError> {
    let Sheet { job, table, report } = sheet;
    let job = &*job;
    let context = Context::new(job, table.table());
    let mut comparison = Comparison::new(job, reading)?;
    let mut counted = Counted::default();
    let mut openings = Openings::default();
    loop {
        let (mut rows, mut ended) = (Vec::with_capacity(STRETCH), true);
        for row in table.by_ref().take(STRETCH) {
            let row = row.map_err(|error| unreadable(job.app, &error))?;
            ended = false;
            let read = context.read(&row, names, report);
            rows.extend(months::spread(job, context.default_year(), read, report));
        }
        // A row without any month is none; the sheet goes on behind it.
        if ended {
            break;
        }
        counted.rows += rows.len() as u64;
        let plan = comparison.rows(job, rows, &foretold.states, reading, report)?;
        if job.request.dry_run {
            preview::changed(job, &plan, &foretold.states, reading, &mut counted.preview)?;
        }
        foretold.decide(
            job,
            plan,
            (&comparison.free, &mut openings),
            reading,
            (wrong, &mut *report),
        )?;
        progress(counted.rows);
    }
    if job.request.dry_run {
        counted.absent = preview::absent(job, &comparison, reading)?;
    }
    (counted.unchanged, counted.missing) = (comparison.unchanged, comparison.missing());
    foretold.met(job, comparison);
    Ok(counted)
}

/// Writes what still holds; none if somebody wrote meanwhile what it rests on.
pub(super) fn hand_over(job: &Job<'_>, prepared: Prepared) -> Result<Option<(EntryNo, EntryNo)>, AppError> {
    let mut request = job.request();
    let decided = Decided {
        base: prepared.base,
        decisions: prepared.decisions,
        seen: prepared.seen,
    };
    let mut reading = job.app.reading()?;
    let head = reading.n();
    if !decided.holds(reading.conn()?, &job.definition, head)? {
        return Ok(None);
    }
    drop(reading);
    // Only now, when nothing refuses it any more: a key that is written stays for ever.
    job.app.keys().keep(&prepared.fresh)?;
    request.prepared = Some(Box::new(decided));
    match job.app.store().writer().write(request) {
        Ok(Outcome::Moved) => Ok(None),
        reply => {
            let receipt = job.app.receipt(reply, &[])?;
            Ok(Some((receipt.first, receipt.last)))
        }
    }
}

impl Job<'_> {
    /// The request for the writer, still without what was decided.
    fn request(&self) -> Request {
        let key = self.request.key.as_deref().map(|key| (key, &self.file[..]));
        self.app.request(self.scope, Vec::new(), key)
    }
}

struct Desk<'a> {
    job: &'a Job<'a>,
    moment: Moment<'a>,
    book: Ahead<'a>,
    openings: &'a mut Openings,
    /// What is refused for its cells or only tried out need not be sealed.
    seals: bool,
}

impl Desk<'_> {
    /// The decisions of a row; none if one of its commands is refused.
    fn row(&mut self, row: &mut RowPlan, report: &mut Report) -> Result<Option<Vec<Decision>>, AppError> {
        let base = self.book.told.base;
        let first = base + 1 + self.book.told.decisions.len() as EntryNo;
        let record = row.record.unwrap_or(first);
        let mut written = Vec::with_capacity(1 + row.moves.len());
        let commands = self.commands(row, record)?;
        let row = &*row;
        for mut command in commands {
            let n = first + written.len() as EntryNo;
            let batch = if n == base + 1 { 0 } else { base + 1 };
            command.source = Some(self.source(row.row, batch));
            let scope: &Scope = self.job.scope;
            match decide(&self.moment, scope, &mut self.book, &command)? {
                Ok(decision) => {
                    let after = decision.rows.first().map(|row| &row.state);
                    let lang = self.job.app.locale().lang();
                    let faults = after.map(|state| faults(&self.job.definition, &self.job.register, state, lang));
                    if let Some(faults) = faults.filter(|faults| !faults.is_empty()) {
                        self.refuse(row, &faults, report);
                        self.book.told.pending.clear();
                        return Ok(None);
                    }
                    self.book.told.expect(&decision, n, record, row);
                    written.push(decision);
                }
                Err(refusals) => {
                    self.refuse(row, &refusals, report);
                    self.book.told.pending.clear();
                    return Ok(None);
                }
            }
        }
        let Some(opened) = self.open_below(row, record, &written, report)? else {
            self.book.told.pending.clear();
            return Ok(None);
        };
        let definition = self.book.facts.definition;
        self.book.told.units.look(row.row, &written, &mut report.early);
        self.book.told.take(definition, &written, record, row.row);
        for decision in opened {
            let n = first + written.len() as EntryNo;
            self.book.told.expect(&decision, n, n, row);
            self.book
                .told
                .take(definition, std::slice::from_ref(&decision), n, row.row);
            written.push(decision);
        }
        Ok(Some(written))
    }

    /// What the row's last move opens below its record, decided; none if something of it is refused.
    fn open_below(
        &mut self,
        row: &RowPlan,
        record: RecordNo,
        written: &[Decision],
        report: &mut Report,
    ) -> Result<Option<Vec<Decision>>, AppError> {
        let state = written.last().and_then(|decision| decision.rows.first());
        let (Some((a_move, day)), Some(state)) = (row.moves.last(), state.map(|row| row.state.clone())) else {
            return Ok(Some(Vec::new()));
        };
        let arrived = Arrived {
            record,
            known: row.record.is_some(),
            state: &state,
            a_move,
            day: *day,
        };
        let told = &mut *self.book.told;
        let (base, sheets) = (told.base, &told.registers);
        let mut openings = self.openings.below(self.job, &mut *self.book.facts.conn, &arrived)?;
        // What has a sheet of its own in the file is said there.
        openings.retain(|command| !sheets.contains(&command.register));
        let mut opened = Vec::with_capacity(openings.len());
        for mut command in openings {
            // The record above has a foretold number, and it stands in what is opened below.
            self.book.told.numbered = true;
            command.source = Some(self.source(row.row, base + 1));
            match decide(&self.moment, self.job.scope, &mut self.book, &command)? {
                Ok(decision) => opened.push(decision),
                Err(refusals) => {
                    for refusal in &refusals {
                        report.refusal(&Place::row(row.row), self.job, refusal);
                    }
                    return Ok(None);
                }
            }
        }
        Ok(Some(opened))
    }

    /// What it sets goes into them.
    fn commands(&mut self, row: &mut RowPlan, record: RecordNo) -> Result<Vec<Command>, AppError> {
        let mut commands = Vec::with_capacity(1 + row.moves.len());
        let register = self.job.register.no;
        let mut subject = row.subject.and_then(|id| self.job.app.keys().subject(id));
        if row.record.is_none() || !row.set.is_empty() {
            let wish = match row.record {
                None => Wish::Open {
                    opening: self.job.request.opening.is_some(),
                },
                Some(_) => Wish::Amend,
            };
            let mut command = Command::new(register, row.record, wish, row.day);
            command.based_on = row.based_on;
            self.fill(&mut command, row, &mut subject)?;
            commands.push(command);
        }
        for (name, day) in &row.moves {
            commands.push(Command::new(register, Some(record), Wish::Move(name.clone()), *day));
        }
        if let Some(reason) = &self.job.request.reason {
            for command in &mut commands {
                command.reason = Some(self.seal(&mut subject, row, FieldNo(0), reason)?);
            }
        }
        Ok(commands)
    }

    /// Sets the fields; personal ones sealed. A dry run seals nothing, since no key may be left over.
    fn fill(
        &mut self,
        command: &mut Command,
        row: &mut RowPlan,
        subject: &mut Option<SubjectKey>,
    ) -> Result<(), AppError> {
        let keys = self.job.app.keys();
        for (no, cell) in std::mem::take(&mut row.set) {
            let sealed = self.job.register.field(no).is_some_and(seals);
            let cell = match cell {
                Cell::Is(Value::Text(plain)) if sealed => {
                    let digest = keys.digest("value", plain.as_bytes());
                    command.digests.push((no, hex(&digest)));
                    Cell::Is(Value::Sealed(self.seal(subject, row, no, &plain)?))
                }
                cell => cell,
            };
            command.fields.push((no, Change::Set(cell)));
        }
        Ok(())
    }

    fn seal(
        &mut self,
        subject: &mut Option<SubjectKey>,
        row: &RowPlan,
        field: FieldNo,
        plain: &str,
    ) -> Result<Vec<u8>, AppError> {
        if !self.seals {
            return Ok(Vec::new());
        }
        let subject = match subject {
            Some(subject) => subject,
            none => none.insert(match self.subject_of_reasons(row)? {
                Some(subject) => subject,
                None => {
                    let subject = self.job.app.keys().fresh()?;
                    self.book.told.fresh.push(subject.clone());
                    subject
                }
            }),
        };
        subject.seal(field, plain)
    }

    /// The key that earlier reasons of the record are under.
    fn subject_of_reasons(&self, row: &RowPlan) -> Result<Option<SubjectKey>, AppError> {
        let Some(record) = row.record else { return Ok(None) };
        let mut reading = self.job.app.reading()?;
        let entries = taizhang_store::facts::entries(reading.conn()?, record)?;
        let known = entries.iter().find_map(|entry| subject_of(entry.reason.as_deref()?));
        Ok(known.and_then(|id| self.job.app.keys().subject(id)))
    }

    fn source(&self, row: u32, batch: EntryNo) -> Source {
        Source {
            batch,
            file: self.job.file,
            sheet: self.job.sheet.clone(),
            row,
        }
    }

    fn refuse(&self, row: &RowPlan, refusals: &[Refusal], report: &mut Report) {
        for refusal in refusals {
            let place = match refusal.field {
                Some(field) => Place::column(row.row, self.job, Target::Field(field)),
                None => Place::row(row.row),
            };
            let holder = refusal.args.iter().find(|(name, _)| *name == "record");
            let other = holder.and_then(|(_, record)| self.book.told.row_of(record.parse().ok()?));
            match other.filter(|_| refusal.code == Code::KeyTaken) {
                Some(other) => {
                    let message = self.job.app.locale().say("import.same_key", &[("row", &other)]);
                    report.words(&place, "repeated_key", message);
                }
                None => report.refusal(&place, self.job, refusal),
            }
        }
    }
}

/// The book as it will be behind the rows that were decided already, and what was decided.
pub(super) struct Foretold {
    base: EntryNo,
    decisions: Decisions,
    /// The request's idempotency key, which stands in its first entry.
    key: Option<[u8; 32]>,
    added: u64,
    changed: u64,
    fresh: Vec<SubjectKey>,
    /// Whether rows may have rows of the same file above them, or moves that wait for what those before them did.
    nested: bool,
    waits: bool,
    several: bool,
    registers: HashSet<RegisterNo>,
    /// Whether numbers that were foretold stand in what was decided.
    numbered: bool,
    opened: u64,
    pub(super) entries: HashMap<RecordNo, Vec<Entry>>,
    /// Of several sheets: records as their rows leave them.
    states: HashMap<RecordNo, State>,
    pub(super) pending: Vec<Entry>,
    pub(super) taken: HashMap<KeyPrint, RecordNo>,
    pub(super) freed: HashSet<KeyPrint>,
    pub(super) held: HashMap<(AccountNo, String), Vec<(Day, i64)>>,
    /// Records that take keys with their rows, in the order of both.
    rows: Vec<(RecordNo, u32)>,
    units: FirstDays,
    /// What of the book was asked for.
    pub(super) seen: Seen,
}

impl Foretold {
    fn new(sheets: &[Sheet<'_>], base: EntryNo) -> Result<Foretold, AppError> {
        let job = &sheets[0].job;
        let register = &job.register;
        let parent = register.parent.as_ref();
        let own = parent.is_some_and(|parent| parent.register == register.no);
        Ok(Foretold {
            base,
            decisions: Decisions::new()?,
            key: job.request().idempotency.map(|(key, _)| key),
            added: 0,
            changed: 0,
            fresh: Vec::new(),
            nested: register.id == UNIT_REGISTER || own || sheets.len() > 1,
            waits: register
                .moves
                .iter()
                .any(|a_move| a_move.in_order || !a_move.below.is_empty()),
            several: sheets.len() > 1,
            registers: sheets.iter().map(|sheet| sheet.job.register.no).collect(),
            numbered: false,
            opened: 0,
            entries: HashMap::new(),
            states: HashMap::new(),
            pending: Vec::new(),
            taken: HashMap::new(),
            freed: HashSet::new(),
            held: HashMap::new(),
            rows: Vec::new(),
            units: FirstDays::default(),
            seen: Seen::default(),
        })
    }

    /// Decides rows on top of those before them.
    fn decide(
        &mut self,
        job: &Job<'_>,
        plan: Vec<RowPlan>,
        (free, openings): (&HashSet<KeyPrint>, &mut Openings),
        reading: &mut Reading<'_>,
        (wrong, report): (bool, &mut Report),
    ) -> Result<(), AppError> {
        let rules = reading.caches.rules.clone();
        let locks = reading.caches.locks();
        let moment = Moment {
            rules: &rules,
            today: job.app.today(),
            closed_through: reading.caches.closed_through(reading.n()),
            locks: &locks,
            instruments: &crate::app::instruments::BySchemes,
        };
        let hopeless = wrong || report.hopeless || report.total > 0 && !job.request.skip_bad;
        let facts = Facts {
            conn: reading.conn()?,
            definition: &job.definition,
            waiting: None,
        };
        let mut desk = Desk {
            job,
            moment,
            book: Ahead {
                facts,
                free,
                told: self,
            },
            openings,
            seals: !job.request.dry_run && !hopeless,
        };
        for mut row in plan {
            if let Some(written) = desk.row(&mut row, report)? {
                desk.book.told.keep(job, &row, written)?;
            }
        }
        Ok(())
    }

    fn keep(&mut self, job: &Job<'_>, row: &RowPlan, written: Vec<Decision>) -> Result<(), AppError> {
        self.added += u64::from(row.record.is_none());
        self.changed += u64::from(row.record.is_some());
        for mut decision in written {
            self.opened += u64::from(decision.entry.register != job.register.no);
            if self.decisions.is_empty() {
                decision.entry.key = self.key;
            }
            self.decisions.push(&job.definition, &decision)?;
        }
        Ok(())
    }

    /// A sheet was read to its end: what it was compared with is what its rows rest on.
    fn met(&mut self, job: &Job<'_>, comparison: Comparison) {
        if self.nested {
            return;
        }
        self.seen.records.extend(comparison.met);
        if job.register.keys.is_empty() {
            // Rows are told from records by all that they say.
            self.seen.registers.insert(job.register.no);
        }
    }

    fn prepared(mut self, counted: Vec<Counted>) -> Prepared {
        let seen = (!self.nested && !self.numbered).then(|| {
            let mut seen = std::mem::take(&mut self.seen);
            // What the rows will open is theirs, whoever gets its foretold number.
            seen.records.retain(|record| *record <= self.base);
            seen
        });
        Prepared {
            base: self.base,
            decisions: self.decisions,
            seen,
            fresh: self.fresh,
            counted,
        }
    }

    /// Keeps an entry for the moves behind it.
    fn expect(&mut self, decision: &Decision, n: EntryNo, record: RecordNo, row: &RowPlan) {
        if self.nested || !row.moves.is_empty() {
            let mut entry = decision.entry.clone();
            (entry.n, entry.record) = (n, record);
            self.pending.push(entry);
        }
    }

    /// The row in hand stands: what it takes and holds counts for the rows behind it.
    fn take(&mut self, definition: &Definition, written: &[Decision], record: RecordNo, row: u32) {
        let pending = std::mem::take(&mut self.pending);
        if self.nested || self.waits {
            self.entries.entry(record).or_default().extend(pending);
        }
        for decision in written {
            if self.several {
                let of = |row: &Row| if row.record == 0 { record } else { row.record };
                self.states
                    .extend(decision.rows.iter().map(|row| (of(row), row.state.clone())));
            }
            for key in &decision.keys {
                let print = KeyPrint::of(key.register, &key.key, &key.text);
                if key.taken {
                    self.freed.remove(&print);
                    self.taken.insert(print, record);
                    self.rows.push((record, row));
                } else if self.taken.remove(&print).is_none() {
                    self.freed.insert(print);
                }
            }
            let floor = |account: &AccountNo| definition.accounts.get(account).and_then(|account| account.floor);
            for posting in decision
                .postings
                .iter()
                .filter(|posting| floor(&posting.account).is_some())
            {
                let holder = (posting.account, posting.dim.clone());
                self.held.entry(holder).or_default().push((posting.day, posting.amount));
            }
        }
    }

    /// The row that takes a key for a record.
    fn row_of(&self, record: RecordNo) -> Option<u32> {
        let found = self.rows.iter().rev().find(|(of, _)| *of == record);
        found.map(|(_, row)| *row)
    }
}
