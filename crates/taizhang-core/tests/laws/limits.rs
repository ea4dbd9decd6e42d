//! Room: commands at the edge of what can be written: refused with a reason, never a panic, and what
//! is accepted reads back from its bytes as it was decided (the memory asserts that).

use crate::definition::field;
use crate::memory::{Clerk, Memory};
use taizhang_core::command::{Command, Wish};
use taizhang_core::day::{Day, Month};
use taizhang_core::decide::Book;
use taizhang_core::definition::Register;
use taizhang_core::id::RecordNo;
use taizhang_core::journal::{Act, Change, Source};
use taizhang_core::posting::AMOUNT_MAX;
use taizhang_core::refusal::Code;
use taizhang_core::timeline::Timeline;
use taizhang_core::value::{Cell, Precision, Value};

const TODAY: Day = Day(20_514);
const CLERK: Clerk = Clerk { may_restate: true };

/// A book with one unit and one project of it.
fn book() -> (Memory, RecordNo) {
    let mut book = Memory::new(TODAY);
    let text = |text: &str| Value::Text(text.to_owned());
    let unit = [("code", text("1")), ("name", text("区")), ("level", text("district"))];
    let unit = write(&mut book, "unit", None, OPEN, &unit).expect("a unit");
    let level = Value::Choice("city".to_owned());
    let project = [("code", text("P1")), ("unit", Value::Unit(unit)), ("level", level)];
    let project = write(&mut book, "project", None, OPEN, &project).expect("a project");
    (book, project)
}

const OPEN: Wish = Wish::Open { opening: false };

fn write(
    book: &mut Memory,
    register: &str,
    record: Option<RecordNo>,
    wish: Wish,
    fields: &[(&str, Value)],
) -> Result<i64, Vec<Code>> {
    submit(book, &command(book, register, record, wish, fields))
}

fn command(book: &Memory, register: &str, record: Option<RecordNo>, wish: Wish, fields: &[(&str, Value)]) -> Command {
    let register = of(book, register);
    let mut command = Command::new(register.no, record, wish, TODAY);
    let said = |(name, value): &(&str, Value)| {
        let no = field(&register, name).expect("a field of the register");
        (no, Change::Set(Cell::Is(value.clone())))
    };
    command.fields = fields.iter().map(said).collect();
    command.reason = Some(vec![1]);
    command
}

fn of(book: &Memory, register: &str) -> Register {
    (**book.definition().register_named(register).expect("a register")).clone()
}

fn submit(book: &mut Memory, command: &Command) -> Result<i64, Vec<Code>> {
    let decided = book.submit(command, &CLERK);
    decided
        .map(|(n, _)| n)
        .map_err(|refusals| refusals.iter().map(|refusal| refusal.code).collect())
}

#[test]
fn an_amount_that_no_account_can_hold_is_refused() {
    for name in ["total", "done", "grant", "spent"] {
        for amount in [i64::MAX, i64::MIN, AMOUNT_MAX + 1, -AMOUNT_MAX - 1] {
            let (mut book, project) = book();
            let mut fields = vec![(name, Value::Num(amount))];
            if name == "grant" {
                let text = |text: &str| Value::Text(text.to_owned());
                let level = Value::Choice("city".to_owned());
                fields.extend([("code", text("P2")), ("unit", Value::Unit(2)), ("level", level)]);
                let refused = write(&mut book, "project", None, OPEN, &fields);
                assert_eq!(refused, Err(vec![Code::AmountOverflow]), "{name} {amount}");
                continue;
            }
            fields.push(("spent_on", Value::Date(TODAY, Precision::Day)));
            let refused = write(&mut book, "project", Some(project), Wish::Amend, &fields);
            assert_eq!(refused, Err(vec![Code::AmountOverflow]), "{name} {amount}");
        }
    }
}

#[test]
fn the_largest_amounts_turn_into_each_other() {
    let (mut book, project) = book();
    for total in [AMOUNT_MAX, -AMOUNT_MAX, AMOUNT_MAX, 0, -AMOUNT_MAX] {
        let fields = [("total", Value::Num(total)), ("done", Value::Num(total / 10))];
        write(&mut book, "project", Some(project), Wish::Amend, &fields).expect("as much as an account can hold");
        book.check_derived();
    }
}

#[test]
fn what_the_journal_could_not_be_read_back_with_is_refused() {
    let rows = [
        (
            "started_on",
            Value::Date(Day(Day::MAX.0 + 1), Precision::Day),
            Code::OutsideCalendar,
        ),
        (
            "started_on",
            Value::Date(Day(i32::MIN), Precision::Day),
            Code::OutsideCalendar,
        ),
        (
            "valid_to",
            Value::Date(Day(i32::MAX), Precision::Year),
            Code::OutsideCalendar,
        ),
        ("unit", Value::Unit(-1), Code::NoSuchLink),
    ];
    for (name, value, code) in rows {
        let (mut book, project) = book();
        let refused = write(
            &mut book,
            "project",
            Some(project),
            Wish::Amend,
            &[(name, value.clone())],
        );
        assert_eq!(refused, Err(vec![code]), "{name} {value:?}");
    }
    for month in [i32::MAX, i32::MIN, 2200 * 12, 1900 * 12 - 1] {
        let (mut book, project) = book();
        let fields = [("project", Value::Link(project)), ("month", Value::Month(Month(month)))];
        let refused = write(&mut book, "month", None, OPEN, &fields);
        assert_eq!(refused, Err(vec![Code::OutsideCalendar]), "month {month}");
    }
    let (mut book, project) = book();
    let mut late = command(&book, "project", Some(project), Wish::Note, &[]);
    late.occurred_at = Some(24 * 60);
    assert_eq!(
        submit(&mut book, &late),
        Err(vec![Code::OutsideCalendar]),
        "minute 1440"
    );
    late.occurred_at = Some(24 * 60 - 1);
    assert!(submit(&mut book, &late).is_ok(), "minute 1439");
}

#[test]
fn dates_at_the_edge_of_the_calendar_post_within_it() {
    let (mut book, project) = book();
    let fields = [
        ("valid_from", Value::Date(Day::MIN, Precision::Day)),
        ("valid_to", Value::Date(Day::MAX, Precision::Day)),
        ("started_on", Value::Date(Day::MAX, Precision::Day)),
    ];
    write(&mut book, "project", Some(project), Wish::Amend, &fields).expect("days of the calendar");
    book.check_derived();
}

#[test]
fn text_is_kept_in_one_form_and_a_field_is_named_once() {
    let (mut book, project) = book();
    let pool = |text: &str| ("pool", Value::Text(text.to_owned()));
    let mut twice = command(
        &book,
        "project",
        Some(project),
        Wish::Amend,
        &[pool("cafe\u{301}"), pool("x")],
    );
    twice.source = Some(Source {
        batch: 0,
        file: [0; 32],
        sheet: "e\u{301}".to_owned(),
        row: 1,
    });
    submit(&mut book, &twice).expect("the first word on a field counts");
    let wish = Wish::Correct {
        target: project,
        withdraw: false,
        day: None,
    };
    let correction = command(&book, "project", Some(project), wish, &[pool("cafe\u{301}"), pool("x")]);
    submit(&mut book, &correction).expect("in a correction too");
    for entry in &book.entries {
        let said: Vec<&Cell> = match &entry.act {
            Act::Amend { patch } => patch.iter().map(|(_, cell)| cell).collect(),
            Act::Correct(correction) => correction.fields.iter().filter_map(|(_, change)| set(change)).collect(),
            _ => continue,
        };
        assert_eq!(said, [&Cell::Is(Value::Text("caf\u{e9}".to_owned()))]);
    }
    book.check_derived();
}

fn set(change: &Change) -> Option<&Cell> {
    match change {
        Change::Set(cell) => Some(cell),
        Change::Withdrawn => None,
    }
}

#[test]
fn nothing_is_written_about_a_record_that_is_not_there() {
    let (mut book, project) = book();
    let amount = [("total", Value::Num(1))];
    let rows = [
        ("no record", "project", None, Wish::Amend),
        ("no record", "project", None, Wish::Void),
        (
            "no record",
            "project",
            None,
            Wish::Correct {
                target: project,
                withdraw: false,
                day: None,
            },
        ),
        ("another register", "month", Some(project), Wish::Note),
        ("none of that number", "project", Some(999), Wish::Amend),
        ("a number below all", "project", Some(-1), Wish::Amend),
        ("one that is there, opened again", "project", Some(project), OPEN),
    ];
    for (what, register, record, wish) in rows {
        let fields: &[(&str, Value)] = if register == "project" { &amount } else { &[] };
        assert_eq!(
            write(&mut book, register, record, wish, fields),
            Err(vec![Code::UnknownRecord]),
            "{what}"
        );
    }
}

#[test]
fn no_record_hangs_on_itself_or_on_nothing() {
    let (mut book, project) = book();
    let next = book.entries.len() as RecordNo + 1;
    for (what, above) in [
        ("itself", next),
        ("nothing", 999),
        ("a unit", 2),
        ("below all", -1),
        ("zero", 0),
    ] {
        let refused = write(&mut book, "month", None, OPEN, &[("project", Value::Link(above))]);
        assert_eq!(refused, Err(vec![Code::NoSuchLink]), "{what}");
    }
    let fields = [
        ("project", Value::Link(project)),
        ("month", Value::Month(Month(2026 * 12))),
    ];
    write(&mut book, "month", None, OPEN, &fields).expect("the project is there");
}

#[test]
fn days_outside_the_calendar_are_refused() {
    for day in [Day(Day::MIN.0 - 1), Day(i32::MIN)] {
        let (mut book, project) = book();
        let mut note = command(&book, "project", Some(project), Wish::Note, &[]);
        note.occurred_on = day;
        assert_eq!(submit(&mut book, &note), Err(vec![Code::OutsideCalendar]), "{day:?}");
        let wish = Wish::Correct {
            target: project,
            withdraw: false,
            day: Some(day),
        };
        let moved = command(&book, "project", Some(project), wish, &[]);
        assert_eq!(submit(&mut book, &moved), Err(vec![Code::OutsideCalendar]), "{day:?}");
    }
}

#[test]
fn a_history_of_units_forgets_one_that_became_void() {
    let (mut book, _) = book();
    let text = |text: &str| Value::Text(text.to_owned());
    let fields = [("code", text("2")), ("name", text("镇")), ("level", text("town"))];
    let town = write(&mut book, "unit", None, OPEN, &fields).expect("a town");
    let mut units = book.units(town);
    assert!(units.on(TODAY, book.unit_fields()).get(town).is_some());
    write(&mut book, "unit", Some(town), Wish::Void, &[]).expect("a void");
    units.add(&Timeline::of(&book.entries(town).unwrap_or_default()));
    assert!(units.on(TODAY, book.unit_fields()).get(town).is_none());
}

/// A key over an encrypted field is compared by a keyed digest that comes with the command.
#[test]
fn a_key_over_an_encrypted_field_is_given_up_when_its_value_changes() {
    let (mut book, first) = book();
    let text = |text: &str| Value::Text(text.to_owned());
    let level = Value::Choice("city".to_owned());
    let fields = [("code", text("P2")), ("unit", Value::Unit(2)), ("level", level)];
    let second = write(&mut book, "project", None, OPEN, &fields).expect("a second project");
    let taken = Err(vec![Code::KeyTaken]);
    assert!(hold(&mut book, first, 1, "zhang").is_ok());
    assert!(
        hold(&mut book, first, 2, "zhang").is_ok(),
        "encrypted anew, the same person"
    );
    assert_eq!(hold(&mut book, second, 3, "zhang"), taken);
    assert!(hold(&mut book, first, 4, "li").is_ok());
    assert!(hold(&mut book, second, 5, "zhang").is_ok(), "given up by the first");
    assert_eq!(hold(&mut book, first, 6, "zhang"), taken);
    write(&mut book, "project", Some(second), Wish::Void, &[]).expect("a void");
    assert!(hold(&mut book, first, 7, "zhang").is_ok(), "given up with the void");
    let withdraw = |target| Wish::Correct {
        target,
        withdraw: true,
        day: None,
    };
    let void = book
        .entries
        .iter()
        .rfind(|entry| entry.act == Act::Void)
        .expect("a void")
        .n;
    let back = write(&mut book, "project", Some(second), withdraw(void), &[]);
    assert_eq!(back, taken, "the first holds it by now");
    let wang = hold(&mut book, first, 8, "wang").expect("another person");
    write(&mut book, "project", Some(second), withdraw(void), &[]).expect("free again");
    assert_eq!(
        hold(&mut book, first, 9, "zhang"),
        taken,
        "taken again with the withdrawal"
    );
    let back = write(&mut book, "project", Some(first), withdraw(wang), &[]);
    assert_eq!(
        back, taken,
        "a correction brings the old value back, and with it the key"
    );
    write(&mut book, "project", Some(second), Wish::Void, &[]).expect("a void");
    write(&mut book, "project", Some(first), withdraw(wang), &[]).expect("free again");
    assert!(hold(&mut book, first, 10, "wang").is_ok());
    book.check_derived();
    let open = [("holder", text("410402199001010014"))];
    let refused = write(&mut book, "project", Some(first), Wish::Amend, &open);
    assert_eq!(refused, Err(vec![Code::NotSealed]));
    book.check_derived();
}

/// Amends the encrypted field: its ciphertext, and the digest of what is in it.
fn hold(book: &mut Memory, record: RecordNo, ciphertext: u8, digest: &str) -> Result<i64, Vec<Code>> {
    let sealed = [("holder", Value::Sealed(vec![ciphertext; 30]))];
    let mut amend = command(book, "project", Some(record), Wish::Amend, &sealed);
    amend.digests = vec![(amend.fields[0].0, digest.to_owned())];
    submit(book, &amend)
}
