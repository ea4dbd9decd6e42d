//! Room: forms of superiors (填报上级表) — a workbook that somebody else drew up, its cells bound to figures
//! once, and filled in for any day. What the form looks like stays the sender's.

use super::template::Asked;
use super::{in_lines, in_one_line, number};
use crate::app::App;
use crate::app::execute::{Draft, DraftWish};
use crate::app::scope::Scope;
use crate::app::scratch::Scratch;
use crate::error::AppError;
use crate::import::workbench;
use taizhang_core::day::Day;
use taizhang_core::definition::{Period, Verb};
use taizhang_core::id::{EntryNo, RecordNo};
use taizhang_core::refusal::{Code, Refusal};
use taizhang_core::value::Value;
use taizhang_sheet::fill::{FillCell, FillValue, Filled, fill};
use taizhang_sheet::{RawCell, ReadOptions, column_letters};

/// The register of forms.
pub const REGISTER: &str = "report_form";

/// How many rows and cells of a form are shown for binding.
const ROWS_SHOWN: u32 = 80;

/// A form.
#[derive(Clone, Debug)]
pub struct Form {
    /// Its record.
    pub record: RecordNo,
    /// Its name.
    pub name: String,
    /// The hash of the empty form.
    pub file: [u8; 32],
    /// Which figure belongs into which cell, a line each.
    pub bindings: String,
}

/// One line of bindings.
#[derive(Clone, Debug)]
struct Binding {
    sheet: String,
    row: u32,
    col: u32,
    asked: Asked,
}

/// All forms.
pub fn list(app: &App) -> Result<Vec<Form>, AppError> {
    let mut asking = app.asking()?;
    let Some(register) = asking.definition.register_named(REGISTER).cloned() else {
        return Ok(Vec::new());
    };
    let no = |id: &str| register.field_named(id).map(|field| field.no).unwrap_or_default();
    let (name, file, bindings) = (no("name"), no("file"), no("bindings"));
    let mut forms = Vec::new();
    taizhang_store::record::each(asking.reading.conn()?, &register, &mut |row| {
        let text = |field| match row.state.value(field) {
            Some(Value::Text(text)) => text.clone(),
            _ => String::new(),
        };
        let hash = match row.state.value(file) {
            Some(Value::Evidence(files)) => files.first().copied(),
            _ => None,
        };
        if let (false, Some(file)) = (row.void, hash) {
            forms.push(Form {
                record: row.record,
                name: text(name),
                file,
                bindings: in_lines(&text(bindings)),
            });
        }
        Ok(())
    })?;
    Ok(forms)
}

/// One form.
pub fn get(app: &App, record: RecordNo) -> Result<Form, AppError> {
    let unknown = || AppError::NotFound(app.locale().say("form.unknown", &[("record", &record)]));
    list(app)?
        .into_iter()
        .find(|form| form.record == record)
        .ok_or_else(unknown)
}

/// Keeps a new form, or other bindings of one; bindings that name what is not there are refused.
pub fn save(app: &App, scope: &Scope, form: Option<RecordNo>, set: Vec<(String, String)>) -> Result<EntryNo, AppError> {
    if !scope.may_at_all(Verb::Import) {
        return Err(AppError::refuse(app.locale(), &Refusal::new(Code::NotPermitted)));
    }
    if let Some((_, bindings)) = set.iter().find(|(name, _)| name == "bindings") {
        for binding in read(bindings)? {
            app.asking()?.account(&binding.asked.account)?;
        }
    }
    let set = set.into_iter().map(|(name, text)| (name, in_one_line(&text)));
    let set: Vec<(String, String)> = set.collect();
    let draft = Draft {
        register: REGISTER.to_owned(),
        record: form,
        wish: if form.is_some() {
            DraftWish::Amend
        } else {
            DraftWish::Open
        },
        set,
        occurred_on: Some(app.today()),
        ..Draft::default()
    };
    let receipt = app.execute(&scope.trusted(), &[draft], None)?;
    Ok(receipt.records.first().copied().unwrap_or(receipt.last))
}

/// Fills a form as of a day; its figures are those of the day's half-year unless a binding says otherwise.
pub fn filled(app: &App, scope: &Scope, form: &Form, as_of: Day) -> Result<(Scratch, Filled), AppError> {
    let cells = {
        let mut asking = app.asking()?;
        let known_at = asking.reading.n();
        let mut cells = Vec::new();
        for binding in read(&form.bindings)? {
            let mention = number(&mut asking, &binding.asked, Period::HalfYear, as_of, known_at)?;
            let digits: String = mention.printed.chars().filter(|c| *c != ',').collect();
            let value = match digits.parse::<rust_decimal::Decimal>() {
                Ok(_) => FillValue::Number(digits),
                Err(_) => FillValue::Text(mention.printed),
            };
            cells.push(FillCell {
                sheet: binding.sheet,
                row: binding.row,
                col: binding.col,
                value,
            });
        }
        cells
    };
    let empty = workbook(app, scope, form)?;
    let told = |error| AppError::BadRequest(app.locale().sheet(&error));
    let (bytes, filled) = fill(empty.path(), &cells, workbench::parser()).map_err(told)?;
    Ok((Scratch::holding(".xlsx", &bytes)?, filled))
}

fn workbook(app: &App, scope: &Scope, form: &Form) -> Result<Scratch, AppError> {
    let (_, mut file) = app.evidence_file(&scope.trusted(), &form.file)?;
    let mut bytes = Vec::new();
    while let Some(piece) = file.next_piece().map_err(|fault| app.broken_file(&form.file, &fault))? {
        bytes.extend_from_slice(&piece);
    }
    Scratch::holding(".xlsx", &bytes)
}

/// Rows of a form: their numbers and cells.
pub type FormRows = Vec<(u32, Vec<RawCell>)>;

/// The first rows of a form's first sheet, with its name.
pub fn shown(app: &App, scope: &Scope, form: &Form) -> Result<(String, FormRows), AppError> {
    let empty = workbook(app, scope, form)?;
    let options = ReadOptions {
        program: workbench::parser(),
        ..ReadOptions::default()
    };
    let told = |error| AppError::BadRequest(app.locale().sheet(&error));
    let rows = taizhang_sheet::open(empty.path(), &options).map_err(told)?;
    let sheet = rows.sheet_name().to_owned();
    let mut shown = Vec::new();
    for row in rows {
        let row = row.map_err(told)?;
        if row.row > ROWS_SHOWN {
            break;
        }
        shown.push((row.row, row.cells));
    }
    Ok((sheet, shown))
}

/// The address of a cell.
pub fn address(col: u32, row: u32) -> String {
    format!("{}{row}", column_letters(col))
}

/// Lines such as `表1!C5 = project.count, unit=410402, places=2`.
fn read(text: &str) -> Result<Vec<Binding>, AppError> {
    let mut found = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let number = at + 1;
        let wrong = || AppError::said("form.bad_line", &[("line", &number), ("text", &line)]);
        found.push(binding(line).ok_or_else(wrong)?);
    }
    Ok(found)
}

fn binding(line: &str) -> Option<Binding> {
    let (cell, rest) = line.rsplit_once('!').and_then(|(sheet, rest)| {
        let (cell, rest) = rest.split_once('=')?;
        Some(((sheet.trim().trim_matches('\''), cell.trim()), rest))
    })?;
    let (sheet, cell) = cell;
    let letters: String = cell.chars().take_while(char::is_ascii_alphabetic).collect();
    let row = cell[letters.len()..].parse().ok().filter(|row| *row > 0)?;
    let col = letters.bytes().try_fold(0_u32, |col, letter| {
        col.checked_mul(26)?
            .checked_add(u32::from(letter.to_ascii_uppercase() - b'A') + 1)
    });
    let col = col.filter(|col| (1..=16_384).contains(col))?;
    let mut parts = rest.split(',').map(str::trim);
    let mut asked = Asked {
        account: parts.next()?.to_owned(),
        ..Asked::default()
    };
    for part in parts {
        let (name, value) = part.split_once('=')?;
        let value = value.trim();
        match name.trim() {
            "unit" => asked.unit = Some(value.to_owned()),
            "measure" => asked.measure = Some(value.to_owned()),
            "places" => asked.places = Some(value.parse().ok()?),
            "from" => asked.from = Some(value.parse().ok()?),
            "to" => asked.to = Some(value.parse().ok()?),
            _ => return None,
        }
    }
    Some(Binding {
        sheet: sheet.to_owned(),
        row,
        col,
        asked,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_binds_one_cell_or_is_refused() {
        let found = binding("'附件 1'!AB12 = project.count, unit=410402, places=2").unwrap();
        assert_eq!((found.sheet.as_str(), found.row, found.col), ("附件 1", 12, 28));
        assert_eq!(
            (found.asked.account.as_str(), found.asked.places),
            ("project.count", Some(2))
        );
        for line in [
            "C5 = a",
            "表!5 = a",
            "表!C0 = a",
            "表!C5 a",
            "表!C5 = a, colour=red",
            "表!C5 = a, places=x",
        ] {
            assert!(binding(line).is_none(), "{line}");
        }
    }
}
