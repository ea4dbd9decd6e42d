//! Room: whose right a change needs — every unit whose days it touches, not only the record's present one.

use crate::definition::field;
use crate::memory::{Clerk, Memory};
use taizhang_core::command::{Command, Wish};
use taizhang_core::day::Day;
use taizhang_core::decide::{Gate, Moment, decide};
use taizhang_core::definition::{Register, Verb};
use taizhang_core::id::RecordNo;
use taizhang_core::journal::Change;
use taizhang_core::refusal::Code;
use taizhang_core::value::{Cell, Value};

const TODAY: Day = Day(20_514);

/// Somebody of one unit.
struct Of {
    unit: RecordNo,
    restates: bool,
}

impl Gate for Of {
    fn may(&self, verb: Verb, _: &Register, unit: Option<RecordNo>) -> bool {
        unit == Some(self.unit) && (verb != Verb::Restate || self.restates)
    }

    fn has_role(&self, _: &[String]) -> bool {
        true
    }
}

fn command(
    book: &Memory,
    register: &str,
    record: Option<RecordNo>,
    wish: Wish,
    days: i32,
    set: &[(&str, Value)],
) -> Command {
    let definition = book.definition();
    let register = definition.register_named(register).expect("a register");
    let mut command = Command::new(register.no, record, wish, TODAY.plus(-days));
    let said = |(name, value): &(&str, Value)| {
        (
            field(register, name).expect("a field"),
            Change::Set(Cell::Is(value.clone())),
        )
    };
    command.fields = set.iter().map(said).collect();
    command.reason = Some(vec![1]);
    command
}

fn asked(book: &mut Memory, gate: &Of, command: &Command) -> Result<(), Code> {
    let rules = book.rules.clone();
    let moment = Moment {
        rules: &rules,
        today: TODAY,
        closed_through: book.closed_through,
        locks: &[],
        instruments: &taizhang_core::instrument::NoInstruments,
    };
    let Ok(decided) = decide(&moment, gate, book, command);
    decided.map(|_| ()).map_err(|refusals| refusals[0].code)
}

/// A book with two towns and a project that moved from A to B twenty days ago.
fn book() -> (Memory, RecordNo, RecordNo, RecordNo) {
    let mut book = Memory::new(TODAY);
    let clerk = Clerk { may_restate: true };
    let text = |text: &str| Value::Text(text.to_owned());
    let must = |book: &mut Memory, command: &Command| book.submit(command, &clerk).expect("accepted").0;
    let open = Wish::Open { opening: false };
    let town = |book: &mut Memory, code: &str| {
        let set = [("code", text(code)), ("name", text(code)), ("level", text("town"))];
        let command = command(book, "unit", None, open.clone(), 60, &set);
        must(book, &command)
    };
    let (a, b) = (town(&mut book, "A"), town(&mut book, "B"));
    let set = [
        ("code", text("P")),
        ("unit", Value::Unit(a)),
        ("level", Value::Choice("city".to_owned())),
    ];
    let opening = command(&book, "project", None, open, 40, &set);
    let project = must(&mut book, &opening);
    let moved = command(
        &book,
        "project",
        Some(project),
        Wish::Amend,
        20,
        &[("unit", Value::Unit(b))],
    );
    must(&mut book, &moved);
    (book, a, b, project)
}

#[test]
fn a_change_needs_the_right_of_every_unit_whose_days_it_touches() {
    let (mut book, a, b, project) = book();
    let total = |days| (days, [("total", Value::Num(500))]);
    // (who, how many days ago, allowed): the time of A, of both, of B alone.
    for (who, (days, set), allowed) in [
        (b, total(5), true),
        (b, total(20), true),
        (b, total(21), false),
        (a, total(21), false),
        (a, total(5), false),
    ] {
        let amend = command(&book, "project", Some(project), Wish::Amend, days, &set);
        let answer = asked(
            &mut book,
            &Of {
                unit: who,
                restates: true,
            },
            &amend,
        );
        let expected = if allowed { Ok(()) } else { Err(Code::NotPermitted) };
        assert_eq!(answer, expected, "unit {who}, {days} days ago");
    }
    // Dated back into the other's time, and undone by a later patch: still the other's matter.
    let back = command(
        &book,
        "project",
        Some(project),
        Wish::Amend,
        30,
        &[("unit", Value::Unit(b))],
    );
    assert_eq!(
        asked(
            &mut book,
            &Of {
                unit: b,
                restates: true
            },
            &back
        ),
        Err(Code::NotPermitted)
    );
    let remark = command(&book, "project", Some(project), Wish::Note, 30, &[]);
    assert_eq!(
        asked(
            &mut book,
            &Of {
                unit: b,
                restates: false
            },
            &remark
        ),
        Ok(())
    );
    assert_eq!(
        asked(
            &mut book,
            &Of {
                unit: a,
                restates: false
            },
            &remark
        ),
        Err(Code::NotPermitted)
    );
}

#[test]
fn a_restatement_needs_the_right_in_the_units_that_it_restates() {
    let (mut book, _, b, project) = book();
    book.close(TODAY.plus(-10));
    let amend = |book: &Memory, days| {
        command(
            book,
            "project",
            Some(project),
            Wish::Amend,
            days,
            &[("total", Value::Num(5))],
        )
    };
    let (open, closed) = (amend(&book, 5), amend(&book, 15));
    let clerk = Of {
        unit: b,
        restates: false,
    };
    assert_eq!(asked(&mut book, &clerk, &open), Ok(()));
    assert_eq!(asked(&mut book, &clerk, &closed), Err(Code::ClosedPeriod));
    assert_eq!(
        asked(
            &mut book,
            &Of {
                unit: b,
                restates: true
            },
            &closed
        ),
        Ok(())
    );
}
