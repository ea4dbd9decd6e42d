//! Room: between the model's names and the kernel's numbers. No meaning, only translation.

use crate::definition::field;
use crate::model::{Cell, Change, Deed, Name, Place, Value};
use crate::model_posts::{Lines, add};
use crate::model_verdict::Ask;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use taizhang_core::command::{Command, Wish};
use taizhang_core::day::{Day, Month};
use taizhang_core::definition::{Definition, FieldKind, Register};
use taizhang_core::journal;
use taizhang_core::journal::Leg;
use taizhang_core::posting::Posting;
use taizhang_core::value;
use taizhang_core::value::Precision;

/// The command that an asking makes.
pub(crate) fn command(definition: &Definition, ask: &Ask) -> Command {
    let register = definition.register_named(ask.register).expect("a register of the pack");
    let wish = match ask.deed {
        Deed::Open => Wish::Open { opening: false },
        Deed::Amend => Wish::Amend,
        Deed::Move(name) => Wish::Move(name.to_owned()),
        Deed::Note => Wish::Note,
        Deed::Void => Wish::Void,
        Deed::Correct { target, withdraw, day } => Wish::Correct {
            target,
            withdraw,
            day: day.map(Day),
        },
    };
    let mut command = Command::new(register.no, ask.record, wish, Day(ask.on));
    command.fields = ask
        .fields
        .iter()
        .map(|(name, said)| change(register, name, said))
        .collect();
    command.occurred_at = ask.at;
    command.based_on = ask.based_on;
    command.reason = ask.reason.then(|| vec![0x5a]);
    command.evidence = if ask.evidence { vec![[7; 32]] } else { Vec::new() };
    command.recover = ask.recover;
    command
}

fn change(register: &Register, name: Name, said: &Change) -> (taizhang_core::id::FieldNo, journal::Change) {
    let no = field(register, name).unwrap_or_else(|| panic!("{} has no field {name}", register.id));
    let change = match said {
        Change::Withdraw => journal::Change::Withdrawn,
        Change::Set(said) => journal::Change::Set(cell(register, name, said)),
    };
    (no, change)
}

fn cell(register: &Register, name: Name, said: &Cell) -> value::Cell {
    let kind = register.field_named(name).map(|field| &field.kind);
    match said {
        Cell::Missing => value::Cell::Missing,
        Cell::NotApplicable => value::Cell::NotApplicable,
        Cell::Is(said) => value::Cell::Is(match (said, kind) {
            (Value::Num(number), _) => value::Value::Num(*number),
            (Value::Text(id), Some(FieldKind::Choice(_)) | None) => value::Value::Choice(id.clone()),
            (Value::Text(text), _) => value::Value::Text(text.clone()),
            (Value::Day(day), _) => value::Value::Date(Day(*day), Precision::Day),
            (Value::Month(month), _) => value::Value::Month(Month(*month)),
            (Value::Ref(record), Some(FieldKind::Unit)) => value::Value::Unit(*record),
            (Value::Ref(record), _) => value::Value::Link(*record),
        }),
    }
}

/// The kernel's postings by record, in the model's words.
pub(crate) fn lines(definition: &Definition, postings: &[Posting]) -> BTreeMap<i64, Lines> {
    let mut lines: BTreeMap<i64, Lines> = BTreeMap::new();
    for posting in postings {
        let place = (
            account(definition, posting.account),
            posting.unit,
            posting.dim.clone(),
            posting.day.0,
        );
        let counts = [posting.reported, posting.missing, posting.not_applicable].map(i64::from);
        add(
            lines.entry(posting.record).or_default(),
            place,
            [posting.amount, counts[0], counts[1], counts[2]],
        );
    }
    lines
}

/// The kernel's legs in the model's words.
pub(crate) fn legs(definition: &Definition, legs: &[Leg]) -> Vec<(Place, i64)> {
    let place = |leg: &Leg| (account(definition, leg.account), leg.unit, leg.dim.clone(), leg.day.0);
    legs.iter().map(|leg| (place(leg), leg.amount)).collect()
}

fn account(definition: &Definition, no: taizhang_core::id::AccountNo) -> Name {
    definition
        .accounts
        .get(&no)
        .map_or("unknown account", |account| intern(&account.id))
}

/// One text that lives as long as the program for every name.
pub(crate) fn intern(name: &str) -> Name {
    static NAMES: Mutex<BTreeSet<Name>> = Mutex::new(BTreeSet::new());
    let mut names = NAMES.lock().expect("no test panics while it holds the names");
    if let Some(known) = names.get(name) {
        return known;
    }
    let name: Name = Box::leak(name.to_owned().into_boxed_str());
    names.insert(name);
    name
}
