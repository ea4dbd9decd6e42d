//! Histories made by chance: whatever was accepted, the journal alone gives the same tables again.

use crate::Engine;
use crate::book::{Ask, Book, day, pack};
use crate::life::dump;
use taizhang_core::command::Wish;
use taizhang_core::id::RecordNo;
use taizhang_core::journal::Change;
use taizhang_core::value::{Cell, Value};
use taizhang_store::rebuild::rebuild;
use taizhang_store::verify::verify_at;
use taizhang_store::writer::Outcome;

/// A small generator; its seed is in every message, so that a failing history can be repeated.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit.max(1)
    }

    fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }
}

/// So many in every build, so many where a build server attacks an optimised program (`soak --quick`), so many in a soak.
pub(crate) fn sized(each_build: usize, quick: usize, long: usize) -> usize {
    match std::env::var("TAIZHANG_SOAK").as_deref() {
        Ok("quick") => quick,
        Ok("0") | Err(_) => each_build,
        Ok(_) => long,
    }
}

/// The seed of this run: `TAIZHANG_SEED` repeats what a red run printed.
pub(crate) fn seed() -> u64 {
    let given = std::env::var("TAIZHANG_SEED").ok();
    given.map_or(20_240_630, |text| text.parse().expect("a number in TAIZHANG_SEED"))
}

/// What has been opened, by register.
#[derive(Default)]
struct Known {
    records: Vec<(&'static str, RecordNo)>,
}

const DAYS: &[&str] = &[
    "2023-11-30",
    "2023-12-31",
    "2024-01-01",
    "2024-02-29",
    "2024-03-31",
    "2024-05-05",
    "2024-06-30",
];

fn chance(book: &Book, dice: &mut Dice, known: &Known) -> (&'static str, Ask) {
    let on = dice.of(DAYS);
    if known.records.len() < 6 || dice.below(4) == 0 {
        let register = dice.of(&["well", "repair", "grant", "spending"]);
        return (register, opening(book, dice, known, register, on));
    }
    let (register, record) = dice.of(&known.records);
    let wish = match dice.below(9) {
        0 => Wish::Void,
        1 | 2 => Wish::Amend,
        3 => Wish::Note,
        4 | 5 => Wish::Move(dice.of(&["start", "fail", "mend", "finish"]).to_owned()),
        _ => Wish::Correct {
            target: dice.of(&entries_of(book, record)),
            withdraw: dice.below(3) == 0,
            day: (dice.below(2) == 0).then(|| day(dice.of(DAYS))),
        },
    };
    let bare = matches!(wish, Wish::Void | Wish::Note | Wish::Correct { withdraw: true, .. });
    let mut ask = book.on(register, record, wish, on);
    ask.command.recover = dice.below(3) == 0;
    ask.command.reason = Some(vec![1]);
    if bare {
        (register, ask)
    } else {
        (register, some_field(book, dice, register, ask))
    }
}

fn entries_of(book: &Book, record: RecordNo) -> Vec<i64> {
    let rows = book.query(&format!("SELECT n FROM entry WHERE record = {record} ORDER BY n"));
    rows.iter().map(|row| row[0].int().expect("a number")).collect()
}

fn opening(book: &Book, dice: &mut Dice, known: &Known, register: &str, on: &str) -> Ask {
    let unit = Value::Unit(book.unit(dice.of(&["1.1", "1.2"])));
    let ask = match register {
        "repair" => {
            let wells: Vec<RecordNo> = known
                .records
                .iter()
                .filter(|(of, _)| *of == "well")
                .map(|(_, no)| *no)
                .collect();
            let well = if wells.is_empty() { 1 } else { dice.of(&wells) };
            book.open(register, on)
                .set("well", Value::Link(well))
                .text("matter", "rope")
        }
        "well" => book
            .open(register, on)
            .text("number", &format!("W{}", dice.below(9)))
            .set("village", unit),
        _ => {
            let holder = dice.of(&["ann", "bob", "eve"]);
            let amount = Value::Num(dice.below(100) as i64);
            book.open(register, on)
                .set("village", unit)
                .text("holder", holder)
                .set("amount", amount)
        }
    };
    let ask = match register {
        "grant" => ask.text("number", &format!("G{}", dice.below(30))),
        _ => ask,
    };
    let mut ask = ask;
    ask.command.wish = Wish::Open {
        opening: dice.below(5) == 0,
    };
    ask
}

fn some_field(book: &Book, dice: &mut Dice, register: &str, ask: Ask) -> Ask {
    let village = Value::Unit(book.unit(dice.of(&["1.1", "1.2", "1"])));
    let change = |value| Change::Set(Cell::Is(value));
    let withdrawn = matches!(ask.command.wish, Wish::Correct { .. }) && dice.below(4) == 0;
    let (field, value) = match (register, dice.below(3)) {
        ("well", 0) => ("number", change(Value::Text(format!("W{}", dice.below(9))))),
        ("well", 1) => ("village", change(village)),
        ("well", _) => ("kind", dice.below(3)).into_kind(),
        ("repair", 0) => ("matter", change(Value::Text("wall".to_owned()))),
        ("repair", _) => ("cost", change(Value::Num(dice.below(500) as i64))),
        (_, 0) => (
            "holder",
            change(Value::Text(dice.of(&["ann", "bob", "eve"]).to_owned())),
        ),
        (_, 1) => ("village", change(village)),
        (_, _) => ("amount", change(Value::Num(dice.below(100) as i64))),
    };
    ask.change(field, if withdrawn { Change::Withdrawn } else { value })
}

trait IntoKind {
    fn into_kind(self) -> (&'static str, Change);
}

impl IntoKind for (&'static str, usize) {
    fn into_kind(self) -> (&'static str, Change) {
        let cell = match self.1 {
            0 => Cell::Is(Value::Choice("drilled".to_owned())),
            1 => Cell::NotApplicable,
            _ => Cell::Missing,
        };
        (self.0, Change::Set(cell))
    }
}

fn history(book: &mut Book, dice: &mut Dice, steps: usize) -> (usize, usize) {
    let mut known = Known::default();
    let (mut written, mut refused) = (0, 0);
    for step in 0..steps {
        if step == steps / 2 {
            let changed = [
                ("registers/well.toml", include_str!("pack/well.toml")),
                ("registers/repair.toml", include_str!("pack/repair.toml")),
            ];
            book.apply(&pack(&changed), dice.of(&["2020-01-01", "2024-03-01"]), true)
                .expect("applied");
        }
        let several = if dice.below(5) == 0 { 3 } else { 1 };
        let asked: Vec<(&str, Ask)> = (0..several).map(|_| chance(book, dice, &known)).collect();
        let commands = asked.iter().map(|(_, ask)| ask.command.clone()).collect();
        match book.write(commands).expect("no fault") {
            Outcome::Written { records, .. } => {
                written += several;
                for ((register, ask), record) in asked.into_iter().zip(records) {
                    if matches!(ask.command.wish, Wish::Open { .. }) {
                        known.records.push((register, record));
                    }
                }
            }
            _ => refused += several,
        }
    }
    (written, refused)
}

#[test]
fn whatever_was_accepted_the_journal_gives_again() {
    for engine in Engine::all() {
        for seed in 1..=8 {
            let mut book = Book::new(engine);
            let (written, refused) = history(&mut book, &mut Dice(seed), 160);
            let about = format!("{engine:?} seed {seed}: {written} written, {refused} refused");
            assert!(written > 50 && refused > 10, "{about}");
            let verdict = verify_at(&book.site.place).expect("a verdict");
            assert_eq!(verdict.first_bad, None, "{about}");
            let before = dump(&book);
            book.store.writer().act(rebuild).expect("rebuilt");
            for (was, is) in before.iter().zip(dump(&book)) {
                assert_eq!(*was, is, "{about}");
            }
            crate::write::assert_sound(&book);
        }
    }
}
