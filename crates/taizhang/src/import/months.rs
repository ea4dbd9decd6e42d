//! Room: months across the columns of a sheet — “3月完成投资”, “完成投资/2024年3月” — turned into a record for each
//! month of each row. Only for registers that tell records apart by a month; nothing is read here.

use super::Job;
use super::cells::ReadRow;
use super::headings::{Bound, Target};
use super::report::{Place, Report};
use taizhang_core::day::Month;
use taizhang_core::definition::{FieldKind, Register};
use taizhang_core::id::FieldNo;
use taizhang_core::value::{Cell, Value};

/// What a heading says about a month: its year, its number, and the rest of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) year: Option<i32>,
    pub(super) month: u8,
    pub(super) rest: String,
}

/// The month field that a register tells its records apart by.
pub(super) fn month_field(register: &Register) -> Option<FieldNo> {
    let key = register.keys.first()?;
    let is_month = |no: &&FieldNo| matches!(register.field(**no).map(|field| &field.kind), Some(FieldKind::Month));
    key.fields.iter().find(is_month).copied()
}

/// Reads the month out of a normalised heading; none if it names none, or a stretch of months.
pub(super) fn said(heading: &str) -> Option<Said> {
    let at = heading.find('月')?;
    let before = &heading[..at];
    let digits = before.chars().rev().take_while(char::is_ascii_digit).count();
    let (front, number) = before.split_at(before.len() - digits);
    let month: u8 = number.parse().ok().filter(|month| (1..=12).contains(month))?;
    // 1-8月 is the sum of months, not one of them.
    if front.ends_with(['-', '至', '~', '—']) {
        return None;
    }
    let (front, year) = match front.strip_suffix('年') {
        Some(dated) => {
            let digits = dated.chars().rev().take_while(char::is_ascii_digit).count();
            let (front, year) = dated.split_at(dated.len() - digits);
            (front, Some(year.parse().ok()?))
        }
        None => (front, None),
    };
    let behind = heading[at + '月'.len_utf8()..].trim_start_matches('份');
    let rest = [front.trim_end_matches('/'), behind.trim_start_matches('/')].concat();
    Some(Said { year, month, rest })
}

/// The rows that a row stands for: itself, or one for each month that it has a value in.
pub(super) fn spread(job: &Job<'_>, default_year: Option<i32>, row: ReadRow, report: &mut Report) -> Vec<ReadRow> {
    let Some(month_no) = month_field(&job.register).filter(|_| job.columns.iter().flatten().any(is_monthly)) else {
        return vec![row];
    };
    let mut rows: Vec<(Month, ReadRow)> = Vec::new();
    let mut bad = row.bad;
    for (bound, field, cell) in &row.monthly {
        let Some(bound) = job.columns.get(*bound).and_then(Option::as_ref) else {
            continue;
        };
        let Target::Monthly(_, year, month) = bound.target else {
            continue;
        };
        let Some(year) = year.or(default_year) else {
            let place = Place::column(row.row, job, bound.target);
            let message = job.app.locale().text("import.month_needs_year").to_owned();
            report.words(&place, "needs_year", message);
            bad = true;
            continue;
        };
        let month = Month(year * 12 + i32::from(month) - 1);
        let found = match rows.iter_mut().find(|(of, _)| *of == month) {
            Some((_, found)) => found,
            None => {
                let mut fresh = ReadRow {
                    monthly: Vec::new(),
                    ..row.clone()
                };
                fresh.cells.push((month_no, Cell::Is(Value::Month(month))));
                rows.push((month, fresh));
                let last = rows.len() - 1;
                &mut rows[last].1
            }
        };
        found.cells.push((*field, cell.clone()));
    }
    if rows.is_empty() && bad {
        return vec![ReadRow {
            bad,
            monthly: Vec::new(),
            ..row
        }];
    }
    rows.into_iter()
        .map(|(_, mut fresh)| {
            fresh.bad = bad;
            day_of_the_sheet(job, &mut fresh);
            fresh
        })
        .collect()
}

fn is_monthly(bound: &Bound) -> bool {
    matches!(bound.target, Target::Monthly(..))
}

/// A sheet with months across has one day of reporting: that which is given for the whole file.
fn day_of_the_sheet(job: &Job<'_>, row: &mut ReadRow) {
    let (Some(day), Some(field)) = (job.request.occurred_on, job.register.row_day) else {
        return;
    };
    let is_date = job
        .register
        .field(field)
        .is_some_and(|field| matches!(field.kind, FieldKind::Date { .. }));
    if is_date && row.cell(field).is_none() {
        row.cells
            .push((field, Cell::Is(Value::Date(day, taizhang_core::value::Precision::Day))));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_tells_one_month_or_none() {
        let one = |year, month, rest: &str| {
            Some(Said {
                year,
                month,
                rest: rest.to_owned(),
            })
        };
        let table = [
            ("3月完成投资", one(None, 3, "完成投资")),
            ("03月完成投资", one(None, 3, "完成投资")),
            ("完成投资/2024年12月", one(Some(2024), 12, "完成投资")),
            ("2024年1月份完成投资", one(Some(2024), 1, "完成投资")),
            ("1-8月累计", None),
            ("13月完成", None),
            ("月份", None),
            ("本月完成投资", None),
        ];
        for (heading, expected) in table {
            assert_eq!(said(heading), expected, "{heading}");
        }
    }
}
