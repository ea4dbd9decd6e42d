//! What was decided outside the writer is written behind what others wrote meanwhile, unless it rests on
//! it; so an import waits for nobody, and nobody for an import's thinking.

use crate::Engine;
use crate::book::{Ask, Book, day, pack, request};
use crate::write::{assert_sound, start};
use taizhang_core::command::Wish;
use taizhang_core::decide::{Decision, Moment, decide};
use taizhang_core::definition::Definition;
use taizhang_core::journal::Act;
use taizhang_core::value::Value;
use taizhang_store::apply::Everything;
use taizhang_store::facts::Facts;
use taizhang_store::prepared::{Decisions, KeyPrint, Prepared, Seen};
use taizhang_store::verify::verify_at;
use taizhang_store::writer::{Outcome, Request};

/// A request decided on the book as it is now.
fn prepare(book: &Book, ask: Ask, seen: Seen) -> Request {
    let mut asked = request(vec![ask.command]);
    let mut reading = book.store.read().expect("read");
    let (base, caches) = (reading.n(), reading.caches.clone());
    let moment = Moment {
        rules: &caches.rules,
        today: day("2024-06-30"),
        closed_through: None,
        locks: &[],
        instruments: &taizhang_core::instrument::NoInstruments,
    };
    let mut facts = Facts {
        conn: reading.conn().expect("a connection"),
        definition: &book.definition,
        waiting: None,
    };
    let decided = decide(&moment, &Everything, &mut facts, &asked.commands[0]).expect("asked");
    asked.prepared = Some(Box::new(Prepared {
        base,
        decisions: packed(&book.definition, &decided.expect("accepted")),
        seen: Some(seen),
    }));
    asked.commands.clear();
    asked
}

/// One decision on its way to the writer.
pub(crate) fn packed(definition: &Definition, decision: &Decision) -> Decisions {
    let mut decisions = Decisions::new().expect("a file");
    decisions.push(definition, decision).expect("kept");
    decisions
}

#[test]
fn what_rests_on_nothing_that_was_written_since_is_written_behind_it() {
    for engine in Engine::all() {
        let book = Book::new(engine);
        let register = book.register("well");
        let well = book.must(book.well("W1", "1.1", "2024-01-01"));
        let seen = |book: &Book| Seen {
            records: [well].into(),
            keys: [KeyPrint::of(register.no, &register.keys[0].id, "W9")].into(),
            holders: [(book.account("purse.balance"), "ann".to_owned())].into(),
            ..Seen::default()
        };
        let opening = |book: &Book| prepare(book, book.well("W9", "1.1", "2024-02-01"), seen(book));

        let asked = opening(&book);
        let other = book.must(book.well("W2", "1.2", "2024-01-01"));
        start(&book, other, "2024-03-01");
        book.about_book(Act::Release(release()));
        let head = book.head();
        let written = book.store.writer().write(asked).expect("no fault");
        let records = vec![head + 1];
        let expected = Outcome::Written {
            first: head + 1,
            last: head + 1,
            records,
            head: book.store.read().expect("read").head.hash,
        };
        assert_eq!(written, expected, "{engine:?}");
        assert_sound(&book);
        book.must(book.on("well", head + 1, Wish::Void, "2024-03-01"));

        // Each of these writes something that the decision rests on.
        type Meanwhile = fn(&mut Book, i64);
        let meanwhile: [(&str, Meanwhile); 6] = [
            ("the record", |book, well| start(book, well, "2024-03-01")),
            ("a record below", |book, well| {
                let ask = book.open("repair", "2024-03-02").set("well", Value::Link(well));
                book.must(ask.text("matter", "rope"));
            }),
            ("the key", |book, _| {
                book.must(book.well("W9", "1.2", "2024-02-01"));
            }),
            ("the holder", |book, _| {
                let unit = book.unit("1.1");
                let ask = book.open("grant", "2024-01-01").set("village", Value::Unit(unit));
                book.must(
                    ask.text("holder", "ann")
                        .text("number", "G1")
                        .set("amount", Value::Num(5)),
                );
            }),
            ("a unit", |book, _| {
                let unit = book.unit("1.2");
                book.must(book.on("unit", unit, Wish::Amend, "2024-03-01").text("name", "Low"));
            }),
            ("a closing", |book, _| book.close("2023-12-31")),
        ];
        for (what, happens) in meanwhile {
            let mut book = Book::new(engine);
            let well = book.must(book.well("W1", "1.1", "2024-01-01"));
            let asked = opening(&book);
            happens(&mut book, well);
            let reply = book.store.writer().write(asked).expect("no fault");
            assert_eq!(reply, Outcome::Moved, "{engine:?}: {what} was written since");
            assert!(verify_at(&book.site.place).expect("a verdict").ok);
        }
        let mut book = Book::new(engine);
        book.must(book.well("W1", "1.1", "2024-01-01"));
        let asked = opening(&book);
        let renamed = include_str!("../../../../packs/hello/registers/well.toml").replace("Village wells", "Wells");
        book.apply(&pack(&[("registers/well.toml", &renamed)]), "2024-06-30", false)
            .expect("applied");
        let reply = book.store.writer().write(asked).expect("no fault");
        assert_eq!(reply, Outcome::Moved, "{engine:?}: a pack was applied since");
    }
}

fn release() -> taizhang_core::journal::Release {
    taizhang_core::journal::Release {
        bulletin: "b".to_owned(),
        release_no: 1,
        as_of: day("2024-06-30"),
        known_at: 1,
        document: [0; 32],
        figures: Vec::new(),
    }
}
