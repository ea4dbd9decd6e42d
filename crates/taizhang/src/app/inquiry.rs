//! Room: what anybody may ask of one record who has its code (查询码) — a voucher's balance, where a case
//! stands. The code is made and read with the book's keys, is kept nowhere, and tells nothing of the
//! record's number; every name is masked here, before it leaves the program.

use super::App;
use super::names::Labels;
use crate::error::AppError;
use std::sync::Arc;
use taizhang_core::codes::mask::mask_name;
use taizhang_core::day::Day;
use taizhang_core::decide::Gate;
use taizhang_core::definition::{Account, Class, Definition, FieldKind, Register, Verb};
use taizhang_core::id::{FieldNo, RecordNo};
use taizhang_core::timeline::State;
use taizhang_core::value::{Cell, Value};
use taizhang_store::ledger::{self, Holder};

/// Letters of a code: none that is taken for another when it is read aloud or typed.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Bytes of a code: ten of the mark that nobody can guess, five of the covered number.
const BYTES: usize = 15;
const MARK: usize = 10;

/// What the holder of a code is shown.
pub struct Inquired {
    /// The definition that it is shown by.
    pub definition: Arc<Definition>,
    /// The register.
    pub register: Arc<Register>,
    /// What the record says now.
    pub state: State,
    /// Whether it is void.
    pub void: bool,
    /// Names of units and linked records.
    pub labels: Labels,
    /// The fields to show, and a masked text where one is sealed.
    pub fields: Vec<(FieldNo, Option<String>)>,
    /// Balances: the account's name, the amount as shown, its measure.
    pub balances: Vec<(String, String, String)>,
    /// When it came to each stage.
    pub stages: Vec<(Day, String)>,
    /// The last day of what runs now, and whether it is past.
    pub due: Option<(Day, bool)>,
    /// The entry that the answer knows.
    pub known_at: i64,
}

impl App {
    /// The code of a record.
    pub fn inquiry_code(&self, record: RecordNo) -> String {
        let mut bytes = [0; BYTES];
        let number = record.to_be_bytes();
        let mark = self.keys().digest("inquiry", &number);
        bytes[..MARK].copy_from_slice(&mark[..MARK]);
        let cover = self.keys().digest("inquiry cover", &mark[..MARK]);
        for at in 0..BYTES - MARK {
            bytes[MARK + at] = number[3 + at] ^ cover[at];
        }
        spelt(&bytes)
    }

    /// The record of a code, if it is one of ours.
    fn record_of_code(&self, code: &str) -> Option<RecordNo> {
        let bytes = unspelt(code)?;
        let cover = self.keys().digest("inquiry cover", &bytes[..MARK]);
        let mut number = [0; 8];
        for at in 0..BYTES - MARK {
            number[3 + at] = bytes[MARK + at] ^ cover[at];
        }
        let record = RecordNo::from_be_bytes(number);
        let mark = self.keys().digest("inquiry", &record.to_be_bytes());
        // Compared as a whole: how much of a guess is right must not be told by the time.
        let differs = mark[..MARK]
            .iter()
            .zip(&bytes[..MARK])
            .fold(0, |sum, (a, b)| sum | (a ^ b));
        (differs == 0).then_some(record)
    }

    /// What the holder of a code may know; a code that is none says no more than that.
    pub fn inquire(&self, code: &str) -> Result<Inquired, AppError> {
        let unknown = || AppError::NotFound(self.locale().text("page.check.unknown").to_owned());
        let record = self.record_of_code(code).ok_or_else(unknown)?;
        let view = self.record(&self.program_scope()?, record)?;
        let inquiry = view.register.inquiry.clone().ok_or_else(unknown)?;
        let state = &view.row.state;
        let fields = inquiry
            .fields
            .iter()
            .map(|no| (*no, self.masked(&view.register, *no, state)));
        let mut balances = Vec::new();
        for id in &inquiry.balances {
            balances.extend(self.balance_of(id, &view.register, state)?);
        }
        let mut stages: Vec<(Day, String)> = Vec::new();
        for (day, state) in view.timeline.states() {
            let Some(stage) = state.stage().and_then(|id| view.register.stage(id)) else {
                continue;
            };
            if stages.last().is_none_or(|(_, last)| *last != stage.name) {
                stages.push((day, stage.name.clone()));
            }
        }
        let duties = taizhang_core::posting::open_duties(&view.timeline, &view.definition);
        let due = duties.iter().filter_map(|duty| duty.due).min();
        Ok(Inquired {
            fields: fields.collect(),
            balances,
            stages,
            due: due.map(|day| (day, day < self.today())),
            known_at: view.head,
            void: view.row.void,
            state: state.clone(),
            labels: view.labels,
            definition: view.definition,
            register: view.register,
        })
    }

    /// A sealed value as a stranger may see it: a name by its first character, anything else not at all.
    fn masked(&self, register: &Register, no: FieldNo, state: &State) -> Option<String> {
        let internal = register.field(no).is_some_and(|field| field.class == Class::Internal);
        if internal && state.cell(no).is_some() {
            return Some("***".to_owned());
        }
        let Some(Cell::Is(Value::Sealed(sealed))) = state.cell(no) else {
            return None;
        };
        let person = register
            .field(no)
            .is_some_and(|field| matches!(field.kind, FieldKind::Person));
        let name = self.keys().open_sealed(no, sealed).filter(|_| person);
        Some(name.map_or_else(|| "***".to_owned(), |name| mask_name(&name)))
    }

    /// The balance that the record holds of an account with a floor: its holder is the first key.
    fn balance_of(
        &self,
        account: &str,
        register: &Register,
        state: &State,
    ) -> Result<Option<(String, String, String)>, AppError> {
        let asking = self.asking()?;
        let definition = asking.definition.clone();
        let found = definition.accounts.values().find(|each| each.id == account).cloned();
        let key = register.keys.first().and_then(|key| key.fields.first());
        let holder = key.and_then(|no| state.value(*no));
        let (Some(found), Some(Value::Text(holder))) = (found, holder) else {
            return Ok(None);
        };
        drop(asking);
        let before = self.standing(&found, holder, self.today())?;
        // To the fen and in the base unit, as on the paper's face.
        let measure = definition
            .measures
            .get(&found.measure)
            .map_or(&found.measure, |measure| &measure.base);
        let asking = self.asking()?;
        let shown = asking.shown_in(&found, before.abs(), measure, None).unwrap_or_default();
        Ok(Some((found.name.clone(), shown, measure.clone())))
    }

    /// What stands on one holder of an account at the end of a day, in the account's own units.
    pub fn standing(&self, account: &Account, holder: &str, on: Day) -> Result<i64, AppError> {
        let mut reading = self.reading()?;
        let known_at = reading.n();
        let rules = reading.caches.rules.clone();
        let definition = rules.latest().ok_or(AppError::NoPack)?.definition.clone();
        let holder = Holder::of(holder, &definition);
        Ok(ledger::standing(reading.conn()?, account.no, &holder, on, known_at)?)
    }

    /// Whether somebody may print a record's code, and what the page is called.
    pub fn inquiry_name<'a>(&self, gate: &dyn Gate, register: &'a Register, unit: Option<RecordNo>) -> Option<&'a str> {
        let inquiry = register.inquiry.as_ref()?;
        gate.may(Verb::Write, register, unit).then_some(inquiry.name.as_str())
    }
}

/// Groups of six, as on the paper.
fn spelt(bytes: &[u8; BYTES]) -> String {
    let mut out = String::new();
    for five in bytes.chunks(5) {
        let mut bits = five.iter().fold(0u64, |bits, byte| bits << 8 | u64::from(*byte));
        let mut eight = [0u8; 8];
        for letter in eight.iter_mut().rev() {
            *letter = LETTERS[(bits & 31) as usize];
            bits >>= 5;
        }
        if !out.is_empty() {
            out.push('-');
        }
        out.extend(eight.iter().map(|letter| char::from(*letter)));
    }
    out
}

/// The bytes of a code as somebody typed it: small letters, blanks and the usual mistakes are forgiven.
fn unspelt(code: &str) -> Option<[u8; BYTES]> {
    let mut digits = Vec::new();
    for c in code.chars().filter(|c| !c.is_whitespace() && *c != '-') {
        let c = match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        let digit = LETTERS.iter().position(|letter| char::from(*letter) == c)?;
        digits.push(digit as u64);
        if digits.len() > BYTES * 8 / 5 {
            return None;
        }
    }
    if digits.len() != BYTES * 8 / 5 {
        return None;
    }
    let mut bytes = [0; BYTES];
    for (five, eight) in bytes.chunks_mut(5).zip(digits.chunks(8)) {
        let bits = eight.iter().fold(0u64, |bits, digit| bits << 5 | digit);
        five.copy_from_slice(&bits.to_be_bytes()[3..]);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_it_is_spelt_and_as_people_type_it() {
        let bytes = *b"\x00\xff0123456789abc";
        let code = spelt(&bytes);
        assert_eq!(code.len(), 26);
        assert_eq!(unspelt(&code), Some(bytes));
        assert_eq!(
            unspelt(&format!(" {} ", code.to_lowercase().replace('0', "o"))),
            Some(bytes)
        );
        for wrong in ["", "12345", "UUUUUUUU-UUUUUUUU-UUUUUUUU", &format!("{code}0")] {
            assert_eq!(unspelt(wrong), None, "{wrong}");
        }
    }
}
