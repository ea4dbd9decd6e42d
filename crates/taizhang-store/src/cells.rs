//! Room: a record's state ↔ a row of its register's typed table.

use crate::engine::Sql;
use crate::error::StoreError;
use crate::schema::LEADING;
use taizhang_core::day::Day;
use taizhang_core::decide::Row;
use taizhang_core::definition::{Field, FieldKind, Register};
use taizhang_core::id::{EntryNo, FieldNo, RecordNo, STAGE};
use taizhang_core::timeline::State;
use taizhang_core::value::{Cell, Precision, Value};

/// A row of a register's table, read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordRow {
    /// The record.
    pub record: RecordNo,
    /// Its latest entry.
    pub entry: EntryNo,
    /// Whether it is void.
    pub void: bool,
    /// The day it began.
    pub opened_on: Day,
    /// Its fields; the stage under field 0.
    pub state: State,
}

/// The row that stands for a record after its latest entry, in the columns of `typed_table`.
pub fn to_row(register: &Register, row: &Row, entry: EntryNo, record: RecordNo) -> Vec<Sql> {
    let mut out = Vec::with_capacity(register.fields.len() + LEADING.len());
    put_row(register, row, entry, record, &mut out);
    out
}

/// What takes a row's columns, one after another.
pub(crate) trait Sink {
    /// NULL.
    fn null(&mut self);
    /// An integer.
    fn int(&mut self, value: i64);
    /// A text.
    fn text(&mut self, text: &str);
    /// Bytes.
    fn blob(&mut self, bytes: &[u8]);
}

impl Sink for Vec<Sql> {
    fn null(&mut self) {
        self.push(Sql::Null);
    }

    fn int(&mut self, value: i64) {
        self.push(Sql::Int(value));
    }

    fn text(&mut self, text: &str) {
        self.push(Sql::from(text));
    }

    fn blob(&mut self, bytes: &[u8]) {
        self.push(Sql::Blob(bytes.to_vec()));
    }
}

/// Puts the columns of such a row.
pub(crate) fn put_row(register: &Register, row: &Row, entry: EntryNo, record: RecordNo, out: &mut impl Sink) {
    let mut marks = String::new();
    for field in &register.fields {
        mark(&mut marks, field.no, row.state.cell(field.no));
    }
    out.int(record);
    out.int(entry);
    out.int(i64::from(row.void));
    out.text(&row.opened_on.to_string());
    match marks.is_empty() {
        true => out.null(),
        false => out.text(&marks),
    }
    match row.state.stage() {
        Some(stage) => out.text(stage),
        None => out.null(),
    }
    for field in &register.fields {
        match row.state.value(field.no) {
            Some(value) => put_value(value, out),
            None => out.null(),
        }
    }
}

/// Reads such a row.
pub fn from_row(register: &Register, row: &[Sql]) -> Result<RecordRow, StoreError> {
    from_columns(register, register.fields.iter(), row)
}

/// Reads a row of which some fields alone were asked for, in the order of the register; the others are missing in it.
pub(crate) fn from_columns<'a>(
    register: &Register,
    fields: impl Iterator<Item = &'a Field>,
    row: &[Sql],
) -> Result<RecordRow, StoreError> {
    let damaged = |what: &str| StoreError::Damaged(format!("{} in {}", what, register.no));
    let marks = if row[4].is_null() { "" } else { row[4].text()? };
    let marks: Vec<(FieldNo, char)> = marks.split_terminator(',').filter_map(read_mark).collect();
    let mut patch = Vec::with_capacity(register.fields.len() + 1);
    if !row[5].is_null() {
        patch.push((STAGE, Cell::Is(Value::Choice(row[5].text()?.to_owned()))));
    }
    for (field, sql) in fields.zip(&row[6..]) {
        let mark = marks.iter().find(|(no, _)| *no == field.no).map(|(_, mark)| *mark);
        if let Some(cell) = cell(field, sql, mark).ok_or_else(|| damaged("an unreadable value"))? {
            patch.push((field.no, cell));
        }
    }
    let mut state = State::default();
    state.apply(&patch);
    Ok(RecordRow {
        record: row[0].int()?,
        entry: row[1].int()?,
        void: row[2].int()? != 0,
        opened_on: row[3].text()?.parse().map_err(|_| damaged("a day"))?,
        state,
    })
}

fn mark(marks: &mut String, field: FieldNo, cell: Option<&Cell>) {
    let letter = match cell {
        Some(Cell::NotApplicable) => 'n',
        Some(Cell::Erased) => 'e',
        Some(Cell::Is(Value::Date(_, Precision::Month))) => 'm',
        Some(Cell::Is(Value::Date(_, Precision::Quarter))) => 'q',
        Some(Cell::Is(Value::Date(_, Precision::Year))) => 'y',
        _ => return,
    };
    marks.push_str(&format!("{}{letter},", field.0));
}

fn read_mark(text: &str) -> Option<(FieldNo, char)> {
    let letter = text.chars().last()?;
    let no = text[..text.len() - letter.len_utf8()].parse().ok()?;
    Some((FieldNo(no), letter))
}

/// A value as it is stored in a column.
pub fn to_sql(value: &Value) -> Sql {
    let mut out = Vec::with_capacity(1);
    put_value(value, &mut out);
    out.pop().unwrap_or(Sql::Null)
}

fn put_value(value: &Value, out: &mut impl Sink) {
    match value {
        Value::Text(text) | Value::Choice(text) => out.text(text),
        Value::Num(units) => out.int(*units),
        Value::Date(day, _) => out.text(&day.to_string()),
        Value::Month(month) => out.text(&month.to_string()),
        Value::Unit(record) | Value::Link(record) => out.int(*record),
        Value::Evidence(files) => out.text(&files.iter().map(hex).collect::<Vec<_>>().join(" ")),
        Value::Place { lat, lon } => out.text(&format!("{lat} {lon}")),
        Value::Sealed(bytes) => out.blob(bytes),
    }
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8; 32]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The cell in a column; the inner none is a missing value, the outer one something unreadable.
fn cell(field: &Field, sql: &Sql, mark: Option<char>) -> Option<Option<Cell>> {
    match (sql, mark) {
        (Sql::Null, Some('n')) => return Some(Some(Cell::NotApplicable)),
        (Sql::Null, Some('e')) => return Some(Some(Cell::Erased)),
        (Sql::Null, _) => return Some(None),
        _ => {}
    }
    if field.class.is_sealed() {
        return Some(Some(Cell::Is(Value::Sealed(sql.blob().ok()?.to_vec()))));
    }
    let value = match &field.kind {
        FieldKind::Integer | FieldKind::Quantity { .. } | FieldKind::Money { .. } | FieldKind::Percent { .. } => {
            Value::Num(sql.int().ok()?)
        }
        FieldKind::Unit => Value::Unit(sql.int().ok()?),
        FieldKind::Link { .. } => Value::Link(sql.int().ok()?),
        FieldKind::Date { .. } => Value::Date(sql.text().ok()?.parse().ok()?, precision(mark)),
        FieldKind::Month => Value::Month(sql.text().ok()?.parse().ok()?),
        FieldKind::Choice(_) => Value::Choice(sql.text().ok()?.to_owned()),
        FieldKind::Evidence => Value::Evidence(sql.text().ok()?.split_whitespace().map(unhex).collect::<Option<_>>()?),
        FieldKind::Place => {
            let (lat, lon) = sql.text().ok()?.split_once(' ')?;
            Value::Place {
                lat: lat.parse().ok()?,
                lon: lon.parse().ok()?,
            }
        }
        _ => Value::Text(sql.text().ok()?.to_owned()),
    };
    Some(Some(Cell::Is(value)))
}

fn precision(mark: Option<char>) -> Precision {
    match mark {
        Some('m') => Precision::Month,
        Some('q') => Precision::Quarter,
        Some('y') => Precision::Year,
        _ => Precision::Day,
    }
}

/// Reads 64 hexadecimal digits.
pub fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut out = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (at, byte) in out.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).ok()?;
    }
    Some(out)
}

/// Lower-case hexadecimal of any length.
pub fn unhex_any(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok())
        .collect()
}
