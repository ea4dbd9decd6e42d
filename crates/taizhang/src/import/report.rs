//! Room: what became of an import — counts, and every wrong cell with its place. Words only.

use super::early::Early;
use super::found::Found;
use super::headings::{Bound, Target};
use super::marked::Fault;
use super::preview::Changed;
use super::{Job, Sheet};
use crate::error::{Candidate, RefusedLine};
use std::collections::BTreeSet;
use std::sync::Arc;
use taizhang_core::definition::{Field, Register};
use taizhang_core::field_kinds::seals;
use taizhang_core::id::{EntryNo, RecordNo};
use taizhang_core::refusal::Refusal;
use taizhang_sheet::values::Why;

/// How many refused cells are listed one by one; all are counted.
const LISTED_MAX: usize = 1_000;
/// How many are marked in the workbook that gives the wrong rows back.
const MARKED_MAX: usize = 100_000;

/// What the rows of one sheet do.
#[derive(Clone, Debug, Default)]
pub(super) struct Counted {
    pub(super) rows: u64,
    pub(super) added: u64,
    pub(super) opened: u64,
    pub(super) changed: u64,
    pub(super) unchanged: u64,
    pub(super) missing: u64,
    pub(super) preview: Vec<Changed>,
    pub(super) absent: Vec<(RecordNo, String)>,
}

/// What became of an import.
#[derive(Clone, Debug, Default)]
pub struct ImportOutcome {
    /// The register's name.
    pub register: String,
    /// Rows of the table that are records.
    pub rows: u64,
    /// Records opened.
    pub added: u64,
    /// Records that templates opened below those of the rows.
    pub opened: u64,
    /// Records changed.
    pub changed: u64,
    /// Rows that say what the book says.
    pub unchanged: u64,
    /// Living records of the register that the table does not name.
    pub missing: u64,
    /// Wrong rows left out.
    pub skipped: u64,
    /// What is wrong, the first thousand.
    pub errors: Vec<RefusedLine>,
    /// How many things are wrong.
    pub errors_total: u64,
    /// The first entry of the import.
    pub batch: Option<EntryNo>,
    /// The first and the last entry.
    pub entries: Option<(EntryNo, EntryNo)>,
    /// Columns that match no field, as `letter heading`.
    pub unmatched: Vec<String>,
    /// Rows that are no records: totals, notes, sections.
    pub other_rows: u64,
    /// Rows that post on their unit before its first day, with the first of them.
    pub early: Option<Early>,
    /// Nothing was written because something is wrong.
    pub refused: bool,
    /// The table as it was found.
    pub found: Found,
    /// Of a try: what the first rows would change.
    pub preview: Vec<Changed>,
    /// Of a try: the first living records that no row names, by number and title.
    pub absent: Vec<(RecordNo, String)>,
    /// Where more than one sheet went in: what became of each, the first one too.
    pub sheets: Vec<ImportOutcome>,
    /// Visible sheets that did not go in.
    pub other_sheets: Vec<String>,
    /// Registers that they could go into, by id and name.
    pub below: Vec<(String, String)>,
    /// Why the workbook could not be kept beside the book, where rows of it went in all the same.
    pub unkept: Option<String>,
    pub(super) faults: Vec<Fault>,
}

impl ImportOutcome {
    /// The JSON of the command line and of HTTP.
    pub fn json(&self) -> serde_json::Value {
        let errors: Vec<serde_json::Value> = self.errors.iter().map(error_json).collect();
        serde_json::json!({
            "rows": self.rows,
            "added": self.added,
            "opened": self.opened,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "missing": self.missing,
            "skipped": self.skipped,
            "errors": errors,
            "errors_total": self.errors_total,
            "batch": self.batch,
            "entries": self.entries.map(|(first, last)| [first, last]),
            "unmatched": self.unmatched,
            "other_rows": self.other_rows,
            "before_unit": self.early.as_ref().map(Early::json),
            "register": self.register,
            "sheets": self.sheets.iter().map(ImportOutcome::json).collect::<Vec<_>>(),
            "other_sheets": self.other_sheets,
            "below": self.below.iter().map(|(id, name)| serde_json::json!({"id": id, "name": name})).collect::<Vec<_>>(),
            "found": self.found.json(),
            "preview": self.preview.iter().map(Changed::json).collect::<Vec<_>>(),
            "absent": self.absent.iter().map(|(record, title)| serde_json::json!({"id": record, "title": title})).collect::<Vec<_>>(),
        })
    }

    /// What became of one sheet.
    pub(super) fn of_sheet(sheet: &Sheet<'_>, counted: &Counted, refused: bool) -> ImportOutcome {
        let (table, report) = (sheet.table.table(), &sheet.report);
        let unmatched = table.unmatched_columns.iter().map(|column| match &column.heading {
            Some(heading) => format!("{} {heading}", column.letter),
            None => column.letter.clone(),
        });
        ImportOutcome {
            register: sheet.job.register.name.clone(),
            rows: counted.rows,
            added: counted.added,
            opened: counted.opened,
            changed: counted.changed,
            unchanged: counted.unchanged,
            missing: counted.missing,
            skipped: if refused { 0 } else { report.bad_rows.len() as u64 },
            errors_total: report.total,
            errors: report.lines.clone(),
            refused,
            unkept: None,
            faults: report.faults.clone(),
            preview: counted.preview.clone(),
            absent: counted.absent.clone(),
            other_rows: table.skipped_count,
            unmatched: unmatched.collect(),
            found: Found::of(&sheet.job, table),
            early: report.early.clone(),
            ..ImportOutcome::default()
        }
    }

    /// All sheets together: what the first is, with the counts and errors of all.
    pub(super) fn of_all(mut sheets: Vec<ImportOutcome>) -> ImportOutcome {
        let mut all = sheets[0].clone();
        if sheets.len() == 1 {
            return all;
        }
        for sheet in &sheets[1..] {
            all.rows += sheet.rows;
            all.added += sheet.added;
            all.opened += sheet.opened;
            all.changed += sheet.changed;
            all.unchanged += sheet.unchanged;
            all.missing += sheet.missing;
            all.skipped += sheet.skipped;
            all.errors_total += sheet.errors_total;
            all.other_rows += sheet.other_rows;
            all.early = Early::both(all.early.take(), sheet.early.as_ref());
            all.errors.extend(sheet.errors.iter().cloned());
            if sheet.found.sheet == all.found.sheet {
                // A column that either reads is understood.
                all.unmatched.retain(|column| sheet.unmatched.contains(column));
            }
        }
        all.errors.truncate(LISTED_MAX);
        sheets[0].unmatched.clone_from(&all.unmatched);
        all.sheets = sheets;
        all
    }

    /// Adds what else the workbook has, for whoever may want it.
    pub(super) fn offers(&mut self, sheets: &[Sheet<'_>], below: &[Arc<Register>]) {
        let taken: Vec<&str> = sheets.iter().map(|sheet| sheet.table.table().sheet.as_str()).collect();
        let others = sheets[0].table.sheets().into_iter();
        let others = others.filter(|name| !taken.contains(name));
        self.other_sheets = others.map(str::to_owned).collect();
        self.below = below
            .iter()
            .map(|register| (register.id.clone(), register.name.clone()))
            .collect();
    }
}

fn error_json(line: &RefusedLine) -> serde_json::Value {
    serde_json::json!({
        "sheet": line.sheet,
        "row": line.row,
        "column": line.column,
        "field": line.field,
        "value": line.value,
        "code": line.code,
        "message": line.message,
        "candidates": line.candidates.iter().map(|one| serde_json::json!({"value": one.value, "label": one.label})).collect::<Vec<_>>(),
    })
}

/// Where something is wrong.
pub(super) struct Place<'a> {
    row: u32,
    bound: Option<&'a Bound>,
    field: Option<&'a Field>,
    value: Option<&'a str>,
}

impl<'a> Place<'a> {
    /// A cell of a field. What stands in a sealed field is not repeated.
    pub(super) fn cell(row: u32, bound: &'a Bound, field: &'a Field, value: &'a str) -> Place<'a> {
        Place {
            row,
            bound: Some(bound),
            field: Some(field),
            value: Some(value).filter(|_| !seals(field)),
        }
    }

    /// A row as a whole.
    pub(super) fn row(row: u32) -> Place<'static> {
        Place {
            row,
            bound: None,
            field: None,
            value: None,
        }
    }

    /// A column of a row.
    pub(super) fn column(row: u32, job: &'a Job<'_>, target: Target) -> Place<'a> {
        let bound = job.columns.iter().flatten().find(|bound| bound.target == target);
        let field = match target {
            Target::Field(no) | Target::Monthly(no, ..) => job.register.field(no),
            _ => None,
        };
        Place {
            row,
            bound,
            field,
            value: None,
        }
    }
}

/// Gathers what is wrong.
#[derive(Clone, Debug, Default)]
pub(super) struct Report {
    sheet: String,
    pub(super) lines: Vec<RefusedLine>,
    pub(super) total: u64,
    /// Something is wrong with the table as a whole: leaving rows out does not help.
    pub(super) hopeless: bool,
    pub(super) faults: Vec<Fault>,
    pub(super) bad_rows: BTreeSet<u32>,
    pub(super) early: Option<Early>,
}

impl Report {
    pub(super) fn new(sheet: String) -> Report {
        Report {
            sheet,
            ..Report::default()
        }
    }

    /// A refusal of the core.
    pub(super) fn refusal(&mut self, place: &Place<'_>, job: &Job<'_>, refusal: &Refusal) {
        let line = job.app.locale().line(refusal, Some(&job.register));
        self.line(place, line);
    }

    /// A name that may be that of several, with those that it may mean.
    pub(super) fn doubt(&mut self, place: &Place<'_>, job: &Job<'_>, refusal: &Refusal, candidates: Vec<Candidate>) {
        let mut line = job.app.locale().line(refusal, Some(&job.register));
        line.candidates = candidates;
        self.line(place, line);
    }

    /// A cell that could not be read as what it is.
    pub(super) fn why(&mut self, place: &Place<'_>, job: &Job<'_>, why: Why) {
        let locale = job.app.locale();
        let name = place.field.map_or("", |field| &field.name);
        let key = match place.value {
            Some(_) => "import.unread_value",
            None => "import.unread",
        };
        let (value, told) = (place.value.unwrap_or_default(), locale.why(why));
        let message = locale.fill(key, &[("name", name), ("value", value), ("why", &told)]);
        self.words(place, why.code(), message);
    }

    /// Anything else, in words.
    pub(super) fn words(&mut self, place: &Place<'_>, code: &str, message: String) {
        let line = RefusedLine {
            code: code.to_owned(),
            message,
            ..RefusedLine::default()
        };
        self.line(place, line);
    }

    /// A fault of the whole table, such as a column that is not there.
    pub(super) fn whole(&mut self, code: &str, message: String) {
        self.total += 1;
        self.hopeless = true;
        self.lines.push(RefusedLine {
            code: code.to_owned(),
            message,
            sheet: Some(self.sheet.clone()),
            ..RefusedLine::default()
        });
    }

    fn line(&mut self, place: &Place<'_>, mut line: RefusedLine) {
        self.total += 1;
        self.bad_rows.insert(place.row);
        if self.faults.len() < MARKED_MAX {
            self.faults.push(Fault {
                row: place.row,
                col: place.bound.map(|bound| bound.col),
                message: line.message.clone(),
            });
        }
        if self.lines.len() < LISTED_MAX {
            line.sheet = Some(self.sheet.clone());
            line.row = Some(place.row);
            line.column = place.bound.map(|bound| bound.letter.clone());
            line.field = line.field.or_else(|| place.field.map(|field| field.id.clone()));
            line.value = place.value.map(str::to_owned).or(line.value);
            self.lines.push(line);
        }
    }
}
