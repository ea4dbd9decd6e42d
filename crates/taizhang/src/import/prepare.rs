//! Room: the rows' changes as commands, decided before the writer sees them, and handed over as one
//! request.
//!
//! Numbers of entries and records are foretold from the head of the reading. If somebody else wrote
//! meanwhile, the writer looks only at what was written since: as long as none of it is what the rows
//! rest on, they get later numbers; else everything is compared and decided again, and nobody's save
//! waits for that (law 10).

use super::cells::ReadRow;
use super::compare::{RowPlan, compare};
use super::headings::Target;
use super::preview::{self, Changed};
use super::report::{ImportOutcome, Place, Report};
use super::{Job, PROGRESS_EVERY, Progress};
use crate::app::pace::faults;
use crate::app::scope::Scope;
use crate::error::AppError;
use crate::keys::{SubjectKey, hex, subject_of};
use std::collections::{BTreeMap, HashMap, HashSet};
use taizhang_core::command::{Command, Wish};
use taizhang_core::day::Day;
use taizhang_core::decide::{Book, Decision, Moment, decide};
use taizhang_core::definition::Register;
use taizhang_core::field_kinds::seals;
use taizhang_core::id::{AccountNo, EntryNo, FieldNo, RecordNo, RegisterNo};
use taizhang_core::journal::{Change, Entry, Source};
use taizhang_core::posting::Posting;
use taizhang_core::refusal::{Code, Refusal};
use taizhang_core::unit::UNIT_REGISTER;
use taizhang_core::value::{Cell, Value};
use taizhang_store::StoreError;
use taizhang_store::facts::Facts;
use taizhang_store::prepared::{Prepared as Decided, Seen};
use taizhang_store::writer::{Outcome, Reply};

/// How often everything is decided anew because somebody else wrote to the same records meanwhile.
const ATTEMPTS: u32 = 8;

/// Compares, decides and writes. `read` is what was wrong with the cells already.
pub(super) fn write(
    job: &Job<'_>,
    rows: &[ReadRow],
    read: Report,
    progress: Progress<'_>,
) -> Result<ImportOutcome, AppError> {
    for _ in 0..ATTEMPTS {
        let mut report = read.clone();
        let prepared = prepare(job, rows, &mut report, progress)?;
        let outcome = summary(job, rows, &prepared, report);
        if outcome.refused || job.request.dry_run || prepared.commands.is_empty() {
            return Ok(outcome);
        }
        if let Some(entries) = hand_over(job, prepared)? {
            return Ok(ImportOutcome {
                batch: Some(entries.0),
                entries: Some(entries),
                ..outcome
            });
        }
    }
    let message = job.app.locale().text("import.busy").to_owned();
    Err(super::refused("busy", message))
}

fn summary(job: &Job<'_>, rows: &[ReadRow], prepared: &Prepared, report: Report) -> ImportOutcome {
    let refused = report.total > 0 && (report.hopeless || !job.request.skip_bad);
    ImportOutcome {
        rows: rows.len() as u64,
        added: prepared.added,
        changed: prepared.changed,
        unchanged: prepared.unchanged,
        missing: prepared.missing,
        skipped: if refused { 0 } else { report.bad_rows.len() as u64 },
        errors_total: report.total,
        errors: report.lines,
        refused,
        faults: report.faults,
        preview: prepared.preview.clone(),
        absent: prepared.absent.clone(),
        ..ImportOutcome::default()
    }
}

/// Commands with their decisions, as of a head.
struct Prepared {
    base: EntryNo,
    commands: Vec<Command>,
    decisions: Vec<Decision>,
    /// What the decisions rest on; none if their numbers stand in their values too.
    seen: Option<Seen>,
    /// Keys that they are sealed with and that are on no disk yet.
    fresh: Vec<SubjectKey>,
    added: u64,
    changed: u64,
    unchanged: u64,
    missing: u64,
    preview: Vec<Changed>,
    absent: Vec<(RecordNo, String)>,
}

fn prepare(job: &Job<'_>, rows: &[ReadRow], report: &mut Report, progress: Progress<'_>) -> Result<Prepared, AppError> {
    let mut reading = job.app.reading()?;
    let plan = compare(job, rows, &mut reading, report)?;
    let mut prepared = Prepared {
        base: reading.n(),
        commands: Vec::new(),
        decisions: Vec::new(),
        seen: None,
        fresh: Vec::new(),
        added: 0,
        changed: 0,
        unchanged: plan.unchanged,
        missing: plan.missing,
        preview: Vec::new(),
        absent: Vec::new(),
    };
    if job.request.dry_run {
        prepared.preview = preview::changed(job, &plan, &mut reading)?;
        prepared.absent = preview::absent(job, &plan, &mut reading)?;
    }
    // What is refused for its cells or only tried out need not be sealed.
    let hopeless = report.hopeless || report.total > 0 && !job.request.skip_bad;
    let rules = reading.caches.rules.clone();
    let closed_through = reading.caches.closed_through(reading.n());
    let moment = Moment {
        rules: &rules,
        today: job.app.today(),
        closed_through,
    };
    let facts = Facts {
        conn: reading.conn()?,
        definition: &job.definition,
        waiting: None,
    };
    let mut desk = Desk {
        job,
        moment,
        book: Foretold::new(facts, &job.register),
        seals: !job.request.dry_run && !hopeless,
        fresh: Vec::new(),
    };
    let total = plan.rows.len() as u64;
    for (at, row) in plan.rows.iter().enumerate() {
        if let Some(written) = desk.row(row, prepared.base, prepared.commands.len(), report)? {
            prepared.added += u64::from(row.record.is_none());
            prepared.changed += u64::from(row.record.is_some());
            for (command, decision) in written {
                prepared.commands.push(command);
                prepared.decisions.push(decision);
            }
        }
        if at % PROGRESS_EVERY == 0 {
            progress(at as u64, total);
        }
    }
    progress(total, total);
    prepared.fresh = desk.fresh;
    prepared.seen = (!desk.book.nested).then(|| {
        let mut seen = std::mem::take(&mut desk.book.seen);
        seen.records.extend(plan.met);
        // What the rows will open is theirs, whoever gets its foretold number.
        seen.records.retain(|record| *record <= prepared.base);
        if job.register.keys.is_empty() {
            // Rows are told from records by all that they say.
            seen.registers.insert(job.register.no);
        }
        seen
    });
    Ok(prepared)
}

/// Writes what still holds; none if somebody wrote meanwhile what it rests on.
fn hand_over(job: &Job<'_>, prepared: Prepared) -> Result<Option<(EntryNo, EntryNo)>, AppError> {
    let key = job.request.key.as_deref().map(|key| (key, &job.file[..]));
    let mut request = job.app.request(job.scope, prepared.commands, key);
    let mut decisions = prepared.decisions;
    if let (Some(first), Some(command)) = (decisions.first_mut(), request.commands.first()) {
        first.entry.key = command.key;
    }
    let decided = Decided {
        base: prepared.base,
        decisions,
        seen: prepared.seen,
    };
    let mut reading = job.app.reading()?;
    let head = reading.n();
    if !decided.holds(reading.conn()?, &job.definition, head)? {
        return Ok(None);
    }
    drop(reading);
    // Only now, when nothing refuses it any more: a key that is written stays for ever. One write to the
    // disk for all of them.
    job.app.keys().keep(&prepared.fresh)?;
    request.prepared = Some(Box::new(decided));
    match job.app.store().writer().write(request) {
        Ok(Outcome::Moved) => Ok(None),
        reply => settled(job, reply).map(Some),
    }
}

fn settled(job: &Job<'_>, reply: Reply) -> Result<(EntryNo, EntryNo), AppError> {
    let receipt = job.app.receipt(reply, &[])?;
    Ok((receipt.first, receipt.last))
}

struct Desk<'a> {
    job: &'a Job<'a>,
    moment: Moment<'a>,
    book: Foretold<'a>,
    seals: bool,
    /// Keys made for the rows so far.
    fresh: Vec<SubjectKey>,
}

impl Desk<'_> {
    /// The commands of a row with their decisions; none if one of them is refused.
    fn row(
        &mut self,
        row: &RowPlan,
        base: EntryNo,
        before: usize,
        report: &mut Report,
    ) -> Result<Option<Vec<(Command, Decision)>>, AppError> {
        let first = base + 1 + before as EntryNo;
        let record = row.record.unwrap_or(first);
        let mut written = Vec::with_capacity(1 + row.moves.len());
        for mut command in self.commands(row, record)? {
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
                        self.book.forget();
                        return Ok(None);
                    }
                    self.book.expect(&decision, n, record, row);
                    written.push((command, decision));
                }
                Err(refusals) => {
                    self.refuse(row, &refusals, report);
                    self.book.forget();
                    return Ok(None);
                }
            }
        }
        self.book.take(&written, record, row.row);
        Ok(Some(written))
    }

    fn commands(&mut self, row: &RowPlan, record: RecordNo) -> Result<Vec<Command>, AppError> {
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
    fn fill(&mut self, command: &mut Command, row: &RowPlan, subject: &mut Option<SubjectKey>) -> Result<(), AppError> {
        let keys = self.job.app.keys();
        for (no, cell) in &row.set {
            let sealed = self.job.register.field(*no).is_some_and(seals);
            let cell = match cell {
                Cell::Is(Value::Text(plain)) if sealed => {
                    let digest = keys.digest("value", plain.as_bytes());
                    command.digests.push((*no, hex(&digest)));
                    Cell::Is(Value::Sealed(self.seal(subject, row, *no, plain)?))
                }
                cell => cell.clone(),
            };
            command.fields.push((*no, Change::Set(cell)));
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
                    self.fresh.push(subject.clone());
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
            let other = holder.and_then(|(_, record)| self.book.rows.get(&record.parse::<RecordNo>().ok()?));
            match other.filter(|_| refusal.code == Code::KeyTaken) {
                Some(other) => {
                    let message = self.job.app.locale().say("import.same_key", &[("row", other)]);
                    report.words(&place, "repeated_key", message);
                }
                None => report.refusal(&place, self.job, refusal),
            }
        }
    }
}

/// The book as it will be behind the rows that were decided already.
struct Foretold<'a> {
    facts: Facts<'a>,
    /// Whether rows of the register have rows of the same register above them.
    nested: bool,
    entries: HashMap<RecordNo, Vec<Entry>>,
    /// Entries of the row in hand.
    pending: Vec<Entry>,
    taken: HashMap<(String, String), RecordNo>,
    freed: HashSet<(String, String)>,
    held: HashMap<(AccountNo, String), Vec<(Day, i64)>>,
    /// Rows by the record that they will open.
    rows: HashMap<RecordNo, u32>,
    /// What of the book was asked for.
    seen: Seen,
}

impl<'a> Foretold<'a> {
    fn new(facts: Facts<'a>, register: &Register) -> Foretold<'a> {
        Foretold {
            facts,
            nested: register.id == UNIT_REGISTER
                || register
                    .parent
                    .as_ref()
                    .is_some_and(|parent| parent.register == register.no),
            entries: HashMap::new(),
            pending: Vec::new(),
            taken: HashMap::new(),
            freed: HashSet::new(),
            held: HashMap::new(),
            rows: HashMap::new(),
            seen: Seen::default(),
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

    /// The row in hand was refused.
    fn forget(&mut self) {
        self.pending.clear();
    }

    /// The row in hand stands: what it takes and holds counts for the rows behind it.
    fn take(&mut self, written: &[(Command, Decision)], record: RecordNo, row: u32) {
        let pending = std::mem::take(&mut self.pending);
        if self.nested {
            self.entries.entry(record).or_default().extend(pending);
        }
        for (_, decision) in written {
            for key in &decision.keys {
                let name = (key.key.clone(), key.text.clone());
                if key.taken {
                    self.freed.remove(&name);
                    self.taken.insert(name, record);
                    self.rows.insert(record, row);
                } else if self.taken.remove(&name).is_none() {
                    self.freed.insert(name);
                }
            }
            for posting in &decision.postings {
                let accounts = &self.facts.definition.accounts;
                if accounts
                    .get(&posting.account)
                    .is_some_and(|account| account.floor.is_some())
                {
                    let holder = (posting.account, posting.dim.clone());
                    self.held.entry(holder).or_default().push((posting.day, posting.amount));
                }
            }
        }
    }
}

impl Book for Foretold<'_> {
    type Error = StoreError;

    fn entries(&mut self, record: RecordNo) -> Result<Vec<Entry>, StoreError> {
        self.seen.records.insert(record);
        let mut entries = self.facts.entries(record)?;
        entries.extend(self.entries.get(&record).into_iter().flatten().cloned());
        entries.extend(self.pending.iter().filter(|entry| entry.record == record).cloned());
        Ok(entries)
    }

    fn children(&mut self, record: RecordNo) -> Result<Vec<RecordNo>, StoreError> {
        self.seen.records.insert(record);
        self.facts.children(record)
    }

    fn key_held(&mut self, register: RegisterNo, key: &str, record: RecordNo) -> Result<Option<String>, StoreError> {
        self.facts.key_held(register, key, record)
    }

    fn digest(&mut self, entry: EntryNo, field: FieldNo) -> Result<Option<String>, StoreError> {
        self.facts.digest(entry, field)
    }

    fn key_holder(&mut self, register: RegisterNo, key: &str, text: &str) -> Result<Option<RecordNo>, StoreError> {
        let name = (key.to_owned(), text.to_owned());
        self.seen.keys.insert((register, name.0.clone(), name.1.clone()));
        if let Some(record) = self.taken.get(&name) {
            return Ok(Some(*record));
        }
        if self.freed.contains(&name) {
            return Ok(None);
        }
        self.facts.key_holder(register, key, text)
    }

    fn balances(&mut self, posting: &Posting, from: Day) -> Result<(i64, Vec<(Day, i64)>), StoreError> {
        self.seen.holders.insert((posting.account, posting.dim.clone()));
        let (mut before, series) = self.facts.balances(posting, from)?;
        let Some(held) = self.held.get(&(posting.account, posting.dim.clone())) else {
            return Ok((before, series));
        };
        let mut steps: BTreeMap<Day, i64> = BTreeMap::new();
        let mut last = before;
        for (day, balance) in series {
            *steps.entry(day).or_default() += balance - last;
            last = balance;
        }
        for (day, amount) in held {
            if *day < from {
                before += amount;
            } else {
                *steps.entry(*day).or_default() += amount;
            }
        }
        let mut balance = before;
        let series = steps.into_iter().map(|(day, step)| {
            balance += step;
            (day, balance)
        });
        Ok((before, series.collect()))
    }
}
