//! Room: the two directions between text and a field's content, one file per family of kinds.
//!
//! [`read`] makes a [`Cell`] of what somebody typed, imported or sent; [`show`] and [`api`] make
//! text of it again. Nothing here rounds, guesses a measure or a century, looks up a name itself,
//! or words a refusal. Nothing here encrypts: of a sealed field it gives back the plain value.

mod amount;
mod choice;
mod code;
mod date;
mod evidence;
mod measure;
mod number;
mod place;
mod reference;
mod show;
mod text;
mod words;

pub use amount::{print_amount, show_amount};
pub use date::{read_period, show_period};
pub use measure::measure_named;
pub use show::{ShowNames, Shown, ShownState, api, show};

use crate::definition::{Definition, Field, FieldKind};
use crate::id::RegisterNo;
use crate::refusal::{Code, Refusal};
use crate::value::{Cell, Value};

/// A text that is to become the content of a field, with what its surroundings say about it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Input<'a> {
    /// What was typed.
    pub text: &'a str,
    /// The measure that the heading or the sheet names, such as 亿元. A measure in the text wins.
    pub measure: Option<&'a str>,
    /// The year of dates that name none, such as 8月底前.
    pub default_year: Option<i32>,
    /// The text comes through the API: numbers are in the base unit (元, 个), and digits alone in a
    /// unit or link are a record number.
    pub base_units: bool,
}

impl<'a> Input<'a> {
    /// A text as somebody typed it.
    pub fn typed(text: &'a str) -> Input<'a> {
        Input {
            text,
            ..Input::default()
        }
    }

    /// A text as a program sent it.
    pub fn sent(text: &'a str) -> Input<'a> {
        Input {
            text,
            base_units: true,
            ..Input::default()
        }
    }
}

/// How names become records; the store answers.
pub trait Names {
    /// The unit of a code, of an exact name, or of `#` and a record number.
    fn unit(&mut self, text: &str) -> Found;
    /// The record of a register by the text of its first key, or by `#` and a record number.
    fn record(&mut self, register: RegisterNo, text: &str) -> Found;
}

/// What a name was found to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// The record of this number.
    One(i64),
    /// Nothing goes by this name.
    None,
    /// Several records do.
    Many,
}

/// The content that a text stands for.
///
/// A field of a sealed class (and every person and identity number) comes back as
/// [`Value::Text`] in the form of [`api`], whatever its kind: the caller must seal it before it
/// goes anywhere else. A refusal of such a field carries nothing of what was typed.
pub fn read(definition: &Definition, field: &Field, input: &Input<'_>, names: &mut dyn Names) -> Result<Cell, Refusal> {
    let cell = typed(definition, field, input, names)?;
    match cell {
        Cell::Is(value) if seals(field) => Ok(Cell::Is(Value::Text(show::api_text(field, &value)))),
        cell => Ok(cell),
    }
}

/// The typed content of a sealed field whose seal was opened, from the plain text that [`read`]
/// gave when it was sealed; other content comes back as it is. What today's definition would not
/// take any more is left as text, except a choice: a retired one stays readable.
pub fn unsealed(definition: &Definition, field: &Field, cell: Cell) -> Cell {
    match (cell, &field.kind) {
        (Cell::Is(Value::Text(id)), FieldKind::Choice(_)) if seals(field) => Cell::Is(Value::Choice(id)),
        (Cell::Is(Value::Text(text)), _) if seals(field) => {
            let typed = typed(definition, field, &Input::sent(&text), &mut reference::Trusting);
            typed.unwrap_or(Cell::Is(Value::Text(text)))
        }
        (cell, _) => cell,
    }
}

/// Whether values of the field are kept only as ciphertext. A person's name and identity number
/// always are, even if a pack forgot to say so.
pub fn seals(field: &Field) -> bool {
    field.class.is_sealed() || matches!(field.kind, FieldKind::Person | FieldKind::IdNumber)
}

fn typed(definition: &Definition, field: &Field, input: &Input<'_>, names: &mut dyn Names) -> Result<Cell, Refusal> {
    let text = text::plain(input.text);
    let reading = Reading {
        definition,
        field,
        input,
        text: &text,
    };
    if text.is_empty() {
        return Ok(Cell::Missing);
    }
    if has_control(&text) {
        return Err(reading.refuse(Code::NotAText).with("why", "control"));
    }
    if reading.says_not_applicable() {
        return Ok(Cell::NotApplicable);
    }
    value(&reading, names).map(Cell::Is)
}

/// Whether a character in it is none that can be seen.
fn has_control(text: &str) -> bool {
    match text.is_ascii() {
        true => text.bytes().any(|byte| byte.is_ascii_control()),
        false => text.chars().any(char::is_control),
    }
}

fn value(reading: &Reading<'_>, names: &mut dyn Names) -> Result<Value, Refusal> {
    match &reading.field.kind {
        FieldKind::Text { max } => text::read(reading, *max),
        FieldKind::Person => text::read(reading, text::PERSON_CHARS_MAX),
        FieldKind::Choice(choices) => choice::read(reading, choices),
        FieldKind::Integer => number::read_integer(reading),
        FieldKind::Quantity { .. } | FieldKind::Money { .. } | FieldKind::Percent { .. } => number::read(reading),
        FieldKind::Date { coarsest } => date::read(reading, *coarsest),
        FieldKind::Month => date::read_month(reading),
        FieldKind::Unit => reference::read_unit(reading, names),
        FieldKind::Link { register } => reference::read_link(reading, *register, names),
        FieldKind::Place => place::read(reading),
        FieldKind::Evidence => evidence::read(reading),
        FieldKind::CreditCode | FieldKind::IdNumber | FieldKind::ProjectCode => code::read_checked(reading),
        FieldKind::Area => code::read_area(reading),
        FieldKind::Industry => code::read_industry(reading),
    }
}

/// One text on its way to a value.
struct Reading<'a> {
    definition: &'a Definition,
    field: &'a Field,
    input: &'a Input<'a>,
    /// The text in NFC, trimmed, without invisible characters.
    text: &'a str,
}

impl Reading<'_> {
    const VALUE_CHARS_MAX: usize = 40;

    /// A dash is a text, and a choice may be called 不适用; everywhere else both say that the
    /// question does not apply.
    fn says_not_applicable(&self) -> bool {
        match &self.field.kind {
            FieldKind::Text { .. } => self.text == words::NOT_APPLICABLE,
            FieldKind::Choice(choices) if !self.input.base_units => {
                words::says_not_applicable(self.text) && !choice::knows(choices, self.text)
            }
            _ => words::says_not_applicable(self.text),
        }
    }

    fn refuse(&self, code: Code) -> Refusal {
        let refusal = Refusal::at(code, self.field.no);
        if seals(self.field) {
            refusal
        } else {
            refusal.with("value", self.shortened())
        }
    }

    /// A refusal that repeats a part of what was typed, except where that must stay secret.
    fn refuse_naming(&self, code: Code, name: &'static str, part: impl ToString) -> Refusal {
        let refusal = self.refuse(code);
        if seals(self.field) {
            refusal
        } else {
            refusal.with(name, part)
        }
    }

    fn shortened(&self) -> String {
        let raw = self.input.text.trim();
        let shown = |c: char| if c.is_control() { ' ' } else { c };
        if raw.chars().count() <= Self::VALUE_CHARS_MAX {
            return raw.chars().map(shown).collect();
        }
        raw.chars()
            .take(Self::VALUE_CHARS_MAX - 1)
            .map(shown)
            .chain(['…'])
            .collect()
    }
}
