//! Room: random histories. What people might ask of a book next, much of it wrong.
//!
//! Looks at the model only to know which records there are; never at the kernel.

use crate::chance::Chance;
use crate::model::{Cell, Change, Day, Deed, Name, Value, parent_field, register_above, text};
use crate::model_verdict::{Ask, Shadow};

/// The next thing that happens.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// Somebody asks for a change.
    Ask(Ask),
    /// Days pass.
    Wait(i32),
    /// A period is closed, or opened again.
    Close(Day),
    /// A version of the pack is applied from a day on.
    Pack { which: usize, from: Day, may_restate: bool },
}

const FIELDS: [Name; 12] = [
    "code",
    "unit",
    "level",
    "total",
    "done",
    "started_on",
    "valid_from",
    "valid_to",
    "pool",
    "grant",
    "spent",
    "spent_on",
];
const MOVES: [Name; 6] = ["start", "pause", "resume", "finish", "reopen", "run"];

/// What happens next.
pub(crate) fn next(chance: &mut Chance, book: &Shadow) -> Step {
    match chance.within(0, 999) {
        0..=79 => Step::Wait(chance.within(1, 6) as i32),
        80..=94 => Step::Close(book.today - chance.within(5, 50) as i32),
        95..=114 => Step::Pack {
            which: chance.within(0, 2) as usize,
            from: book.today + chance.within(-70, 10) as i32,
            may_restate: chance.percent(35),
        },
        115..=129 => Step::Ask(open(chance, book, "unit")),
        130..=219 => Step::Ask(open(chance, book, "project")),
        220..=289 => Step::Ask(open(chance, book, "month")),
        290..=329 => Step::Ask(open(chance, book, "item")),
        330..=619 => Step::Ask(change(chance, book, Kind::Amend)),
        620..=769 => Step::Ask(change(chance, book, Kind::Move)),
        770..=784 => Step::Ask(change(chance, book, Kind::Note)),
        785..=824 => Step::Ask(change(chance, book, Kind::Void)),
        _ => Step::Ask(change(chance, book, Kind::Correct)),
    }
}

/// The opening of a record that everything else may hang on: no chance, no fault.
pub(crate) fn unit(code: &str, above: Option<i64>, on: Day) -> Ask {
    let mut ask = blank("unit", None, Deed::Open, on);
    let is = |text: &str| Change::Set(Cell::Is(Value::Text(text.to_owned())));
    ask.fields = vec![("code", is(code)), ("name", is(code)), ("level", is("town"))];
    ask.fields
        .extend(above.map(|above| ("parent", Change::Set(Cell::Is(Value::Ref(above))))));
    ask
}

fn open(chance: &mut Chance, book: &Shadow, register: Name) -> Ask {
    let mut ask = blank(register, None, Deed::Open, past(chance, book));
    circumstances(chance, &mut ask);
    let named: Vec<Name> = match register {
        "project" => FIELDS
            .iter()
            .copied()
            .filter(|field| needed(field) || chance.percent(55))
            .collect(),
        "month" => vec!["project", "month", "invested"],
        "item" => vec!["report", "qty"],
        _ => vec!["code", "name", "level", "parent"],
    };
    for field in named {
        // Now and then somebody forgets what is required.
        if !chance.percent(2) {
            ask.fields
                .push((field, Change::Set(cell(chance, book, register, field))));
        }
    }
    ask
}

fn needed(field: &str) -> bool {
    matches!(field, "code" | "unit" | "level")
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Amend,
    Move,
    Note,
    Void,
    Correct,
}

fn change(chance: &mut Chance, book: &Shadow, kind: Kind) -> Ask {
    let model = &book.model;
    let register = match kind {
        Kind::Move => "project",
        Kind::Void => chance.pick(&["project", "month", "item"]),
        _ => chance.pick(&["project", "project", "project", "project", "month", "item", "unit"]),
    };
    let records: Vec<i64> = model
        .records()
        .into_iter()
        .filter(|record| model.register_of(*record) == Some(register))
        .collect();
    if records.is_empty() {
        return open(chance, book, register);
    }
    let record = chance.pick(&records);
    let mut ask = blank(register, Some(record), Deed::Note, since_opening(chance, book, record));
    circumstances(chance, &mut ask);
    match kind {
        Kind::Note => {}
        Kind::Void => ask.deed = Deed::Void,
        Kind::Amend => {
            ask.deed = Deed::Amend;
            ask.fields = patch(chance, book, register, false);
        }
        Kind::Move => {
            let name = likely_move(chance, &text(&model.last_state(record), "stage"));
            ask.deed = Deed::Move(name);
            if name == "start" || chance.percent(10) {
                ask.fields
                    .push(("started_on", Change::Set(cell(chance, book, register, "started_on"))));
            }
        }
        Kind::Correct => correct(chance, book, record, &mut ask),
    }
    let seen: Vec<i64> = model.facts_of(record).map(|fact| fact.n).collect();
    ask.based_on = chance.percent(15).then(|| chance.pick(&seen));
    if let Deed::Correct { target, .. } = ask.deed
        && chance.percent(15)
    {
        // Somebody looks at an old page, and has not seen how the entry was corrected since.
        ask.based_on = Some(target);
    }
    ask
}

fn correct(chance: &mut Chance, book: &Shadow, record: i64, ask: &mut Ask) {
    let originals: Vec<i64> = book.model.facts_of(record).map(|fact| fact.n).collect();
    let mut target = chance.pick(&originals);
    if chance.percent(1) {
        target += 1;
    }
    let void = book
        .model
        .facts_of(record)
        .filter(|fact| fact.deed == Deed::Void)
        .last();
    if let Some(void) = void.filter(|_| chance.percent(60)) {
        target = void.n;
    }
    let withdraw = chance.percent(25) || void.is_some();
    let day = (!withdraw && chance.percent(40)).then(|| since_opening(chance, book, record));
    ask.deed = Deed::Correct { target, withdraw, day };
    if !withdraw && chance.percent(75) {
        ask.fields = patch(chance, book, ask.register, true);
    }
    if ask.register == "project" && void.is_none() && chance.percent(30) {
        take_back(chance, ask, originals[0]);
    }
}

/// Truth takes money back that may be spent already.
fn take_back(chance: &mut Chance, ask: &mut Ask, opening: i64) {
    let said = if chance.percent(50) {
        Change::Withdraw
    } else {
        Change::Set(Cell::Is(Value::Num(100)))
    };
    ask.deed = Deed::Correct {
        target: opening,
        withdraw: false,
        day: None,
    };
    ask.fields = vec![("grant", said)];
    ask.recover = chance.percent(70);
}

fn likely_move(chance: &mut Chance, stage: &str) -> Name {
    let legal: &[Name] = match stage {
        "reserve" => &["start"],
        "building" => &["pause", "pause", "finish"],
        "paused" => &["resume", "resume", "finish"],
        "done" => &["reopen", "run"],
        _ => &MOVES,
    };
    if chance.percent(85) {
        chance.pick(legal)
    } else {
        chance.pick(&MOVES)
    }
}

fn patch(chance: &mut Chance, book: &Shadow, register: Name, corrects: bool) -> Vec<(Name, Change)> {
    let fields: &[Name] = match register {
        "project" => &FIELDS,
        "month" => &[
            "month", "invested", "invested", "tag", "tag", "level", "unit", "project",
        ],
        "item" => &["qty", "qty", "tag"],
        _ => &["code", "name", "parent", "abolished_on", "successor"],
    };
    let mut patch: Vec<(Name, Change)> = Vec::new();
    for _ in 0..chance.within(1, 3) {
        // A new level reaches the reports below, which may not bear it.
        let field = if register == "project" && chance.percent(12) {
            "level"
        } else {
            chance.pick(fields)
        };
        let withdraw = corrects && chance.percent(25);
        let said = if withdraw {
            Change::Withdraw
        } else {
            Change::Set(cell(chance, book, register, field))
        };
        if patch.iter().all(|(other, _)| *other != field) {
            patch.push((field, said));
        }
    }
    if register == "unit" && patch.iter().any(|(field, _)| *field == "successor") && chance.percent(80) {
        patch.retain(|(field, _)| *field != "abolished_on");
        patch.push(("abolished_on", Change::Set(Cell::Is(Value::Day(near(chance, book))))));
    }
    patch
}

fn cell(chance: &mut Chance, book: &Shadow, register: Name, field: Name) -> Cell {
    if !needed(field) && field != "project" && field != "report" {
        match chance.within(0, 99) {
            0..=9 => return Cell::Missing,
            10..=15 => return Cell::NotApplicable,
            _ => {}
        }
    } else if chance.percent(2) {
        return Cell::Missing;
    }
    Cell::Is(match field {
        "level" if register != "unit" => Value::Text(chance.pick(&["county", "city"]).to_owned()),
        "total" => Value::Num(chance.pick(&[0, 1, 5_000, 9_999, 10_000, 80_000, 100_000])),
        "done" => Value::Num(chance.within(-30, 99)),
        "tag" => Value::Text(chance.pick(&["一批", "二批", "三批"]).to_owned()),
        "pool" => Value::Text(chance.pick(&["甲", "乙"]).to_owned()),
        "grant" => Value::Num(chance.within(0, 25) * 100),
        "spent" => Value::Num(chance.within(0, 40) * 100),
        "invested" => Value::Num(chance.within(0, 100) * 100),
        "qty" => Value::Num(chance.within(-5, 20)),
        "started_on" | "valid_from" | "valid_to" | "spent_on" | "abolished_on" => Value::Day(near(chance, book)),
        "month" => Value::Month(2026 * 12 + chance.within(0, 7) as i32),
        "unit" | "parent" | "successor" => Value::Ref(chance.pick(&of(book, "unit"))),
        "project" | "report" => Value::Ref(above(chance, book, register)),
        _ => Value::Text(format!("{}{}", &register[..1], chance.within(1, 40))),
    })
}

fn above(chance: &mut Chance, book: &Shadow, register: Name) -> i64 {
    let there = of(book, register_above(register).unwrap_or("unit"));
    debug_assert!(parent_field(register).is_some());
    // Now and then a number that is no record, or none of the register above, or not there yet.
    match chance.within(0, 99) {
        0 => book.model.facts.last().map_or(1, |fact| fact.n) + chance.within(1, 2),
        1 => chance.pick(&of(book, "unit")),
        _ if there.is_empty() => chance.pick(&of(book, "unit")),
        _ => chance.pick(&there),
    }
}

fn of(book: &Shadow, register: Name) -> Vec<i64> {
    let of_it = |record: &i64| book.model.register_of(*record) == Some(register);
    book.model.records().into_iter().filter(of_it).collect()
}

fn circumstances(chance: &mut Chance, ask: &mut Ask) {
    ask.at = chance.percent(30).then(|| chance.within(0, 3) as u16 * 300);
    ask.reason = chance.percent(70);
    ask.may_restate = chance.percent(80);
    ask.evidence = chance.percent(60);
    ask.recover = chance.percent(40);
}

/// Mostly within the last weeks, often the same few days, sometimes tomorrow.
fn past(chance: &mut Chance, book: &Shadow) -> Day {
    match chance.within(0, 99) {
        0..=1 => book.today + 1,
        2..=40 => book.today - chance.within(0, 3) as Day,
        _ => book.today - chance.within(0, 60) as Day,
    }
}

/// Mostly a day on which the record was there.
fn since_opening(chance: &mut Chance, book: &Shadow, record: i64) -> Day {
    let opened = book.model.opened_on(record).unwrap_or(book.today);
    let day = past(chance, book);
    if day < opened && chance.percent(90) {
        opened + chance.within(0, 3).min((book.today - opened).into()) as Day
    } else {
        day
    }
}

/// A day that a field may name, also one to come.
fn near(chance: &mut Chance, book: &Shadow) -> Day {
    book.today + chance.within(-60, 45) as Day
}

fn blank(register: Name, record: Option<i64>, deed: Deed, on: Day) -> Ask {
    Ask {
        register,
        record,
        deed,
        fields: Vec::new(),
        on,
        at: None,
        based_on: None,
        reason: true,
        evidence: true,
        recover: false,
        may_restate: true,
    }
}
