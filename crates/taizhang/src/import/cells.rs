//! Room: the cells of a row into contents of fields. What can be read in two ways is refused with
//! its place; nothing is repaired, and nothing is compared with the book here.

use super::Job;
use super::headings::{Bound, Target};
use super::names::FileNames;
use super::report::{Place, Report};
use crate::export::says_nothing;
use std::borrow::Cow;
use taizhang_core::day::Day;
use taizhang_core::definition::{Field, FieldKind};
use taizhang_core::field_kinds::{Input, measure_named, read, seals};
use taizhang_core::id::{EntryNo, FieldNo, RecordNo};
use taizhang_core::refusal::Code;
use taizhang_core::value::Cell;
use taizhang_sheet::values::{DayRules, Precision, ReadDay, Serials, Why, read_day};
use taizhang_sheet::{BodyCell, BodyRow, Kind, Table};

/// A row with the contents of its fields. Of a sealed field it holds the plain text.
#[derive(Clone, Debug, Default)]
pub(super) struct ReadRow {
    /// Its number in the sheet.
    pub(super) row: u32,
    /// What its columns say, blanks included, in the order of the columns.
    pub(super) cells: Vec<(FieldNo, Cell)>,
    /// What it says of months that stand across the sheet: column, field, content.
    pub(super) monthly: Vec<(usize, FieldNo, Cell)>,
    /// The stage that it names.
    pub(super) stage: Option<String>,
    /// The record that it names by number.
    pub(super) record: Option<RecordNo>,
    /// The latest entry that its sender had seen.
    pub(super) version: Option<EntryNo>,
    /// Sealed fields that an export had masked: they say nothing.
    pub(super) masked: Vec<FieldNo>,
    /// Whether a cell of it was refused.
    pub(super) bad: bool,
}

impl ReadRow {
    /// What it says about a field.
    pub(super) fn cell(&self, field: FieldNo) -> Option<&Cell> {
        self.cells.iter().find(|(no, _)| *no == field).map(|(_, cell)| cell)
    }
}

/// A column that fills a field, and the measure that its heading names.
#[derive(Clone, Copy)]
struct Column<'a> {
    field: &'a Field,
    bound: &'a Bound,
    measure: Option<&'a str>,
}

/// What cells of a table need to know to be read.
pub(super) struct Context<'a> {
    job: &'a Job<'a>,
    fields: Vec<Option<Column<'a>>>,
    default_year: Option<i32>,
}

impl<'a> Context<'a> {
    pub(super) fn new(job: &'a Job<'a>, table: &Table) -> Context<'a> {
        let field = |bound: &'a Bound| match bound.target {
            Target::Field(no) | Target::Monthly(no, ..) => job.register.field(no).map(|field| Column {
                field,
                bound,
                measure: bound
                    .measure
                    .as_deref()
                    .map(|said| measure_named(&job.definition, said)),
            }),
            _ => None,
        };
        Context {
            job,
            fields: job.columns.iter().map(|bound| bound.as_ref().and_then(field)).collect(),
            default_year: table.sheet_period.year,
        }
    }

    /// The year that the sheet names.
    pub(super) fn default_year(&self) -> Option<i32> {
        self.default_year
    }

    /// Reads a row; every cell that is wrong goes to the report.
    pub(super) fn read(&self, row: &BodyRow, names: &mut FileNames<'_, '_>, report: &mut Report) -> ReadRow {
        let mut out = ReadRow {
            row: row.row,
            cells: Vec::with_capacity(self.fields.len()),
            ..ReadRow::default()
        };
        for ((cell, field), bound) in row.cells.iter().zip(&self.fields).zip(&self.job.columns) {
            if cell.covered {
                continue;
            }
            match (field, bound) {
                (Some(column), _) => self.field(row.row, cell, *column, names, report, &mut out),
                (None, Some(bound)) if bound.target == Target::Stage => {
                    let text = cell.raw.trim();
                    out.stage = (!text.is_empty()).then(|| text.to_owned());
                }
                (None, Some(bound)) if bound.target == Target::Record => out.record = number(&cell.raw),
                (None, Some(bound)) if bound.target == Target::Version => out.version = number(&cell.raw),
                _ => {}
            }
        }
        out
    }

    fn field(
        &self,
        row: u32,
        cell: &BodyCell,
        Column { field, bound, measure }: Column<'_>,
        names: &mut FileNames<'_, '_>,
        report: &mut Report,
        out: &mut ReadRow,
    ) {
        if seals(field) && says_nothing(cell.raw.trim()) {
            out.masked.push(field.no);
            return;
        }
        let place = Place::cell(row, bound, field, &cell.raw);
        let answers = &self.job.request.answers;
        let answer = answers
            .iter()
            .find(|answer| answer.is_for(&self.job.sheet, bound, &cell.raw));
        let text = match answer {
            Some(answer) => Ok(Cow::Borrowed(answer.means.as_str())),
            None => text_of(field, cell, self.default_year),
        };
        let text = match text {
            Ok(text) => text,
            Err(why) => {
                out.bad = true;
                report.why(&place, self.job, why);
                return;
            }
        };
        let input = Input {
            text: &text,
            measure,
            default_year: self.default_year,
            base_units: false,
        };
        match read(&self.job.definition, field, &input, names) {
            Ok(Cell::Missing) if matches!(bound.target, Target::Monthly(..)) => {}
            Ok(content) if matches!(bound.target, Target::Monthly(..)) => {
                let own = |other: &Option<Bound>| other.as_ref().is_some_and(|other| other.col == bound.col);
                let at = self.job.columns.iter().position(own).unwrap_or_default();
                out.monthly.push((at, field.no, content));
            }
            Ok(content) => out.cells.push((field.no, content)),
            Err(refusal) => {
                out.bad = true;
                let candidates = match (&field.kind, refusal.code) {
                    (FieldKind::Link { register }, _) => names.records(*register, text.trim()),
                    (FieldKind::Unit, Code::AmbiguousUnit) => names.units(text.trim()),
                    _ => Vec::new(),
                };
                report.doubt(&place, self.job, &refusal, candidates);
            }
        }
    }
}

/// A number of our own; what somebody wrote over it says nothing.
fn number(raw: &str) -> Option<i64> {
    raw.trim()
        .trim_start_matches('#')
        .parse()
        .ok()
        .filter(|number| *number > 0)
}

/// The text that the core reads: a cell that is no text is first read as what its kind says.
fn text_of<'a>(field: &Field, cell: &'a BodyCell, default_year: Option<i32>) -> Result<Cow<'a, str>, Why> {
    let raw = Cow::Borrowed(cell.raw.as_str());
    if cell.kind == Kind::Error {
        return Err(Why::ErrorCell);
    }
    // 410402199001011234 as a number has lost its last digits before anybody saw it.
    if cell.lossy {
        return Err(Why::DigitsLost);
    }
    match &field.kind {
        FieldKind::Date { .. } | FieldKind::Month if !matches!(cell.kind, Kind::Text | Kind::Empty) => {
            day_text(cell, default_year)
        }
        FieldKind::Text { .. } if cell.raw.contains(['\n', '\r']) => Ok(Cow::Owned(one_line(&cell.raw))),
        _ if field.is_number() && cell.kind == Kind::Number && cell.percent => Ok(Cow::Owned(percent(&cell.raw))),
        _ => Ok(raw),
    }
}

/// Several lines of one cell, such as two documents, as the one line that a text is.
fn one_line(text: &str) -> String {
    let lines = text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("；")
}

fn day_text(cell: &BodyCell, default_year: Option<i32>) -> Result<Cow<'_, str>, Why> {
    // What stands there in full already is nothing else.
    if matches!(cell.kind, Kind::Untyped | Kind::Date) && cell.raw.parse::<Day>().is_ok() {
        return Ok(Cow::Borrowed(&cell.raw));
    }
    let rules = DayRules {
        default_year,
        serials: Serials::Refused,
    };
    match read_day(&cell.raw, cell.kind, rules) {
        Ok(day) => Ok(canonical(day).map_or(Cow::Borrowed(&cell.raw), Cow::Owned)),
        Err(Why::Blank | Why::NotApplicable | Why::None) => Ok(Cow::Borrowed(&cell.raw)),
        // A text of a csv may still be a date to the core; what is in doubt stays in doubt.
        Err(Why::NotADay | Why::NeedsYear) if cell.kind == Kind::Untyped => Ok(Cow::Borrowed(&cell.raw)),
        Err(why) => Err(why),
    }
}

/// None for a half-year, which the core refuses with its reason.
fn canonical(day: ReadDay) -> Option<String> {
    Some(match day.precision {
        Precision::Day => format!("{:04}-{:02}-{:02}", day.year, day.month, day.day),
        Precision::Month => format!("{:04}-{:02}", day.year, day.month),
        Precision::Quarter => format!("{:04}-Q{}", day.year, day.month.div_ceil(3)),
        Precision::Year => format!("{:04}", day.year),
        Precision::HalfYear => return None,
    })
}

/// `0.6213` that the sheet shows as 62.13%, in the words that the core reads.
fn percent(raw: &str) -> String {
    match raw.parse::<rust_decimal::Decimal>() {
        Ok(number) => match number.checked_mul(rust_decimal::Decimal::ONE_HUNDRED) {
            Some(hundredfold) => format!("{}%", hundredfold.normalize()),
            None => raw.to_owned(),
        },
        Err(_) => raw.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(raw: &str, kind: Kind) -> BodyCell {
        BodyCell {
            raw: raw.to_owned(),
            kind,
            ..BodyCell::default()
        }
    }

    #[test]
    fn dates_of_every_kind_become_one_form_or_a_doubt() {
        let table = [
            ("2024-06-30", Kind::Date, Ok("2024-06-30")),
            ("2024-06", Kind::Date, Ok("2024-06")),
            ("20240630", Kind::Number, Ok("2024-06-30")),
            ("2024.1", Kind::Number, Err(Why::Ambiguous)),
            ("2024.1", Kind::Untyped, Err(Why::Ambiguous)),
            ("45292", Kind::Number, Err(Why::Serial)),
            ("8月底前", Kind::Untyped, Ok("8月底前")),
            ("", Kind::Untyped, Ok("")),
        ];
        for (raw, kind, expected) in table {
            let cell = cell(raw, kind);
            let text = day_text(&cell, None);
            assert_eq!(text.as_deref(), expected.as_ref().map(|text| *text), "{raw}");
        }
    }

    #[test]
    fn percentages_are_read_as_they_are_shown() {
        for (raw, shown) in [("0.6213", "62.13%"), ("1", "100%"), ("-0.005", "-0.5%"), ("x", "x")] {
            assert_eq!(percent(raw), shown);
        }
    }
}
