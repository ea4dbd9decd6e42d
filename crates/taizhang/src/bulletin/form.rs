//! Room: forms of superiors (填报上级表) — a workbook that somebody else drew up, its cells bound to figures
//! once, and filled in for any day. What the form looks like stays the sender's.

use super::form_rows::{Block, RowsAsked, Wanted};
use super::template::Asked;
use super::{About, in_lines, in_one_line, number};
use crate::app::App;
use crate::app::execute::{Draft, DraftWish};
use crate::app::records::ListAsk;
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
    wanted: Wanted,
}

/// What became of a form that was filled.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// What its cells say.
    pub cells: Filled,
    /// Blocks that are too short, with how many records found no line.
    pub short: Vec<(String, u64)>,
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
            match &binding.wanted {
                Wanted::Figure(asked) => app.asking()?.account(&asked.account).map(|_| ())?,
                Wanted::Rows(asked, _) => asked.check(app, scope)?,
            }
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
pub fn filled(app: &App, scope: &Scope, form: &Form, as_of: Day) -> Result<(Scratch, Outcome), AppError> {
    let mut outcome = Outcome::default();
    let mut cells = Vec::new();
    for binding in read(&form.bindings)? {
        match &binding.wanted {
            Wanted::Figure(asked) => cells.push(figure(app, &binding, asked, as_of)?),
            Wanted::Rows(asked, block) => {
                let (more, left) = asked.filled(app, scope, (&binding.sheet, *block), as_of)?;
                cells.extend(more);
                if left > 0 {
                    outcome
                        .short
                        .push((format!("{}!{}", binding.sheet, shown_block(*block)), left));
                }
            }
        }
    }
    let empty = workbook(app, scope, form)?;
    let told = |error| AppError::BadRequest(app.locale().sheet(&error));
    let (bytes, told_cells) = fill(empty.path(), &cells, workbench::parser()).map_err(told)?;
    outcome.cells = told_cells;
    Ok((Scratch::holding(".xlsx", &bytes)?, outcome))
}

fn figure(app: &App, binding: &Binding, asked: &Asked, as_of: Day) -> Result<FillCell, AppError> {
    let mut asking = app.asking()?;
    let known_at = asking.reading.n();
    let about = About {
        unit: None,
        period: Period::HalfYear,
        as_of,
        known_at,
    };
    let mention = number(&mut asking, asked, &about)?;
    let digits: String = mention.printed.chars().filter(|c| *c != ',').collect();
    Ok(FillCell {
        sheet: binding.sheet.clone(),
        row: binding.row,
        col: binding.col,
        value: match digits.parse::<rust_decimal::Decimal>() {
            Ok(_) => FillValue::Number(digits),
            Err(_) => FillValue::Text(mention.printed),
        },
    })
}

/// What leaves with a filled form is written down as for any list: the records of its blocks, and the form itself.
pub fn log(app: &App, scope: &Scope, form: &Form) -> Result<(), AppError> {
    let bindings = read(&form.bindings)?;
    for binding in &bindings {
        if let Wanted::Rows(asked, block) = &binding.wanted {
            let lines = (block.last.1 - block.first.1 + 1) as usize;
            crate::export::log(app, scope, &asked.ask(), lines, "xlsx")?;
        }
    }
    let figures = bindings
        .iter()
        .filter(|binding| matches!(binding.wanted, Wanted::Figure(_)));
    let itself = ListAsk {
        register: REGISTER.to_owned(),
        filters: vec![("name".to_owned(), "eq".to_owned(), form.name.clone())],
        ..ListAsk::default()
    };
    crate::export::log(app, scope, &itself, figures.count(), "xlsx")
}

fn shown_block(block: Block) -> String {
    format!(
        "{}:{}",
        address(block.first.0, block.first.1),
        address(block.last.0, block.last.1)
    )
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
    let (place, rest) = line.split_once('=')?;
    let (sheet, cell) = place.rsplit_once('!')?;
    let sheet = sheet.trim().trim_matches('\'').to_owned();
    let (first, last) = match cell.trim().split_once(':') {
        Some((first, last)) => (corner(first)?, Some(corner(last)?)),
        None => (corner(cell.trim())?, None),
    };
    let rest = rest.trim();
    let wanted = match last {
        None => Wanted::Figure(asked(rest)?),
        Some(last) if last.0 >= first.0 && last.1 >= first.1 => {
            Wanted::Rows(RowsAsked::read(rest.strip_prefix("rows ")?)?, Block { first, last })
        }
        Some(_) => return None,
    };
    let (col, row) = first;
    Some(Binding {
        sheet,
        row,
        col,
        wanted,
    })
}

/// Column and row of a cell's address.
fn corner(cell: &str) -> Option<(u32, u32)> {
    let cell = cell.trim();
    let letters: String = cell.chars().take_while(char::is_ascii_alphabetic).collect();
    let row = cell[letters.len()..]
        .parse()
        .ok()
        .filter(|row| (1..=1_048_576).contains(row))?;
    let col = letters.bytes().try_fold(0_u32, |col, letter| {
        col.checked_mul(26)?
            .checked_add(u32::from(letter.to_ascii_uppercase() - b'A') + 1)
    });
    Some((col.filter(|col| (1..=16_384).contains(col))?, row))
}

/// The figure of a cell.
fn asked(text: &str) -> Option<Asked> {
    let mut parts = text.split(',').map(str::trim);
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
    Some(asked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_binds_one_cell_or_is_refused() {
        let found = binding("'附件 1'!AB12 = project.count, unit=410402, places=2").unwrap();
        assert_eq!((found.sheet.as_str(), found.row, found.col), ("附件 1", 12, 28));
        let Wanted::Figure(asked) = &found.wanted else {
            panic!("{found:?}")
        };
        assert_eq!((asked.account.as_str(), asked.places), ("project.count", Some(2)));
        let found =
            binding("表!B6:D20 = rows project, view=focus, columns=name+town, filter=stage:eq:building").unwrap();
        let Wanted::Rows(_, block) = &found.wanted else {
            panic!("{found:?}")
        };
        assert_eq!((block.first, block.last), ((2, 6), (4, 20)));
        for line in [
            "C5 = a",
            "表!5 = a",
            "表!C0 = a",
            "表!C5 a",
            "表!C5 = a, colour=red",
            "表!C5 = a, places=x",
            "表!C5:D9 = a",
            "表!D9:C5 = rows a",
            "表!C5:D9 = rows a, colour=red",
        ] {
            assert!(binding(line).is_none(), "{line}");
        }
    }
}
