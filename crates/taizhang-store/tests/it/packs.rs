//! A pack that changes under living records: what follows from it follows at once.

use crate::Engine;
use crate::book::{Ask, Book, day, pack, request};
use crate::life::dump;
use crate::write::assert_sound;
use taizhang_core::command::Wish;
use taizhang_core::decide::{Moment, decide};
use taizhang_core::refusal::Code;
use taizhang_core::value::Value;
use taizhang_store::apply::Everything;
use taizhang_store::backup::{backup, restore};
use taizhang_store::facts::Facts;
use taizhang_store::prepared::Prepared;
use taizhang_store::rebuild::rebuild;
use taizhang_store::verify::verify_at;
use taizhang_store::writer::Outcome;

const FREE: &str = include_str!("pack/accounts_free.toml");
const GRANT: &str = include_str!("pack/grant_free.toml");

fn assert_whole(book: &Book) {
    assert_sound(book);
    let verdict = verify_at(&book.site.place).expect("a verdict");
    assert_eq!(verdict.first_bad, None);
}

#[test]
fn a_floor_that_comes_later_knows_what_was_before() {
    for engine in Engine::all() {
        let mut book = Book::new(engine);
        let unit = book.unit("1.1");
        let fill = |book: &Book, register: &str, amount: i64| {
            let ask = book
                .open(register, "2024-01-01")
                .set("village", Value::Unit(unit))
                .text("holder", "ann");
            ask.set("amount", Value::Num(amount))
        };
        book.apply(&pack(&[("accounts.toml", FREE)]), "2020-01-01", false)
            .expect("without a floor");
        assert!(book.query("SELECT dim FROM holding").is_empty());
        book.must(fill(&book, "grant", 100).text("number", "G1"));
        book.must(fill(&book, "spending", 60));
        assert!(book.query("SELECT dim FROM holding").is_empty());
        assert_whole(&book);
        book.apply(&pack(&[]), "2020-01-01", false).expect("with one again");
        assert_eq!(
            book.refused(fill(&book, "spending", 41)),
            Code::BelowFloor,
            "{engine:?}"
        );
        book.must(fill(&book, "spending", 40));
        assert_whole(&book);
    }
}

#[test]
fn a_key_that_comes_later_must_be_unique_already() {
    for engine in Engine::all() {
        let mut book = Book::new(engine);
        book.apply(&pack(&[("registers/grant.toml", GRANT)]), "2020-01-01", false)
            .expect("without a key");
        let unit = book.unit("1.1");
        let fill = |book: &Book, number: &str| {
            let ask = book
                .open("grant", "2024-01-01")
                .set("village", Value::Unit(unit))
                .text("holder", "ann");
            ask.set("amount", Value::Num(1)).text("number", number)
        };
        let first = book.must(fill(&book, "G1"));
        book.must(fill(&book, "G1"));
        assert_whole(&book);
        let before = dump(&book);
        let (definition, ids) = (book.definition.clone(), book.ids.clone());
        let refused = book.apply(&pack(&[]), "2020-01-01", false).expect_err("refused");
        assert_eq!(refused[0].code, Code::KeyTaken, "{engine:?}");
        assert!(dump(&book) == before, "and nothing is changed");
        (book.definition, book.ids) = (definition, ids);
        book.must(book.on("grant", first, Wish::Void, "2024-02-01"));
        book.apply(&pack(&[]), "2020-01-01", false)
            .expect("one of them is gone");
        assert_eq!(book.refused(fill(&book, "G1")), Code::KeyTaken);
        assert_whole(&book);
    }
}

#[test]
fn what_was_decided_outside_counts_only_while_nothing_moved() {
    for engine in Engine::all() {
        let book = Book::new(engine);
        let prepare = |number: &str| {
            let mut asked = request(vec![book.well(number, "1.1", "2024-01-01").command]);
            let mut reading = book.store.read().expect("read");
            let (n, caches) = (reading.n(), reading.caches.clone());
            let moment = Moment {
                rules: &caches.rules,
                today: "2024-06-30".parse().expect("a day"),
                closed_through: None,
                locks: &[],
                instruments: &taizhang_core::instrument::NoInstruments,
            };
            let conn = reading.conn().expect("a connection");
            let mut facts = Facts {
                conn,
                definition: &book.definition,
                waiting: None,
            };
            let decided = decide(&moment, &Everything, &mut facts, &asked.commands[0]).expect("asked");
            asked.prepared = Some(Box::new(Prepared {
                base: n,
                decisions: crate::prepared::packed(&book.definition, &decided.expect("accepted")),
                seen: None,
            }));
            asked
        };
        let twins = [prepare("W1"), prepare("W1")];
        let writer = book.store.writer().clone();
        let (send, receive) = std::sync::mpsc::channel();
        let act = move |_: &mut taizhang_store::writer::Session| {
            for asked in twins {
                let send = send.clone();
                writer.submit(asked, move |reply| send.send(reply).expect("heard"));
            }
            Ok(())
        };
        book.store.writer().act(act).expect("submitted");
        let replies: Vec<_> = receive.iter().take(2).map(|reply| reply.expect("no fault")).collect();
        assert!(matches!(replies[0], Outcome::Written { .. }), "{engine:?} {replies:?}");
        assert_eq!(replies[1], Outcome::Moved, "{engine:?}: the head is another one");
        assert_whole(&book);
    }
}

#[test]
fn a_key_over_a_sealed_field_survives_what_the_journal_does_not_tell() {
    for engine in Engine::all() {
        let mut book = Book::new(engine);
        let person = include_str!("pack/person.toml");
        book.apply(&pack(&[("registers/person.toml", person)]), "2024-01-01", false)
            .expect("applied");
        let (unit, number) = (book.unit("1.1"), book.ids.field("person", "number").expect("a field"));
        let sealed = |mut ask: Ask, cipher: u8, digest: &str| {
            ask = ask.set("number", Value::Sealed(vec![cipher; 40]));
            ask.command.digests.push((number, digest.to_owned()));
            ask
        };
        let open = |book: &Book, cipher, digest| {
            let ask = book.open("person", "2024-01-01").set("village", Value::Unit(unit));
            sealed(ask, cipher, digest)
        };
        let first = book.must(open(&book, 1, "d1"));
        assert_eq!(book.refused(open(&book, 2, "d1")), Code::KeyTaken, "{engine:?}");
        // Encrypted anew the value is the same; then it is another, and the first is free.
        book.must(sealed(book.on("person", first, Wish::Amend, "2024-02-01"), 3, "d1"));
        book.must(sealed(book.on("person", first, Wish::Amend, "2024-03-01"), 4, "d2"));
        let second = book.must(open(&book, 5, "d1"));
        book.must(book.on("person", second, Wish::Void, "2024-03-01"));
        assert_whole(&book);
        let before = dump(&book);
        book.store.writer().act(rebuild).expect("rebuilt");
        assert!(dump(&book) == before, "{engine:?}");
        let file = book.site.folder.path().join("backup.taizhang");
        backup(&book.store, &file).expect("taken");
        for target in Engine::all() {
            let site = target.site();
            restore(&site.place, &file).expect("restored");
            assert!(
                verify_at(&site.place).expect("a verdict").ok,
                "{engine:?} to {target:?}"
            );
        }
        assert_eq!(book.refused(open(&book, 6, "d2")), Code::KeyTaken);
        book.must(open(&book, 7, "d1"));
    }
}

#[test]
fn a_key_over_an_inherited_field_follows_the_record_above() {
    for engine in Engine::all() {
        let mut book = Book::new(engine);
        let repair = include_str!("pack/repair_key.toml");
        book.apply(&pack(&[("registers/repair.toml", repair)]), "2024-01-01", false)
            .expect("applied");
        let (one, two) = (
            book.must(book.well("W1", "1.1", "2024-01-01")),
            book.must(book.well("W2", "1.2", "2024-01-01")),
        );
        let ask = |book: &Book, well: i64| {
            book.open("repair", "2024-02-01")
                .set("well", Value::Link(well))
                .text("matter", "rope")
        };
        let first = book.must(ask(&book, one));
        book.must(ask(&book, two));
        assert_eq!(book.refused(ask(&book, two)), Code::KeyTaken, "{engine:?}");
        let lower = book.unit("1.2");
        let moved = |book: &Book, to: i64| {
            book.on("well", one, Wish::Amend, "2024-03-01")
                .set("village", Value::Unit(to))
        };
        assert_eq!(book.refused(moved(&book, lower)), Code::KeyTaken);
        book.must(
            book.on("repair", first, Wish::Amend, "2024-03-01")
                .text("matter", "wall"),
        );
        book.must(moved(&book, lower));
        book.must(
            book.on("repair", first, Wish::Amend, "2024-03-02")
                .text("matter", "lid"),
        );
        let mut other = book
            .open("repair", "2024-04-01")
            .set("well", Value::Link(two))
            .text("matter", "wall");
        book.must(other.clone());
        other.command.occurred_on = other.command.occurred_on.next();
        assert_eq!(book.refused(other), Code::KeyTaken, "{engine:?}");
        assert_whole(&book);
    }
}

/// The days that a version takes over from another are judged anew, even where it says what the latest says.
#[test]
fn a_version_that_takes_over_days_posts_what_it_changes() {
    for engine in Engine::all() {
        let mut book = Book::new(engine);
        book.must(book.well("W1", "1.1", "2024-01-01"));
        let well = include_str!("../../../../packs/hello/registers/well.toml");
        let wider = well.replace("stock = { when = 'stage == \"working\"' }", "stock = {}");
        assert_ne!(wider, well);
        let later = pack(&[("registers/well.toml", &wider)]);
        book.apply(&later, "2030-01-01", false).expect("to come");
        assert_whole(&book);
        let renamed = well.replace("Village wells", "Wells of the villages");
        book.apply(&pack(&[("registers/well.toml", &renamed)]), "2024-06-01", false)
            .expect("a name");
        assert_whole(&book);
        book.apply(&later, "2024-06-30", false).expect("today");
        assert_whole(&book);
        let both = wider.replace("Village wells", "Wells of the villages");
        book.apply(&pack(&[("registers/well.toml", &both)]), "2024-02-01", false)
            .expect("a name, and earlier days");
        assert_whole(&book);
    }
}

#[test]
fn a_plan_made_on_another_version_is_refused() {
    for engine in Engine::all() {
        let mut book = Book::new(engine);
        let renamed = include_str!("../../../../packs/hello/registers/well.toml").replace("Village wells", "Wells");
        let own = pack(&[("registers/well.toml", &renamed)]);
        let stale = book.planned(&own, 0);
        assert_eq!(stale.unwrap_err()[0].code, Code::PackMoved, "{engine:?}");
        book.apply(&own, "2024-06-30", false).expect("planned on what is there");
        assert_whole(&book);
    }
}

/// A row of the pack's units that is another one becomes an entry from the pack's day on, once.
#[test]
fn a_unit_that_the_pack_changes_keeps_its_past() {
    for engine in Engine::all() {
        let mut book = Book::new(engine);
        let own = pack(&[]);
        let toml = own.get("pack.toml").expect("a pack").clone();
        let changed = toml
            .replace(
                "\"Lower Village\", level = \"village\"",
                "\"Lower Town\", level = \"town\"",
            )
            .replace(
                "level = \"village\", parent = \"1\" }",
                "level = \"village\", parent = \"1.2\" }",
            );
        assert_ne!(changed, toml);
        let changed = pack(&[("pack.toml", &changed)]);
        let (upper, lower) = (book.unit("1.1"), book.unit("1.2"));
        let receipt = book.apply(&changed, "2024-05-01", false).expect("applied");
        assert_eq!((receipt.units, receipt.units_changed), (0, 2), "{engine:?}");
        let told = |book: &Book, on: &str, unit: i64| {
            let reading = book.store.read().expect("read");
            let tree = reading.caches.tree(day(on), reading.n());
            let node = tree.get(unit).expect("a unit");
            (node.name.clone(), node.level.clone(), node.above)
        };
        let root = book.unit("1");
        let (village, town) = ("village".to_owned(), "town".to_owned());
        let before = ("Lower Village".to_owned(), village.clone(), Some(root));
        assert_eq!(told(&book, "2024-04-30", lower), before, "{engine:?}");
        assert_eq!(
            told(&book, "2024-05-01", lower),
            ("Lower Town".to_owned(), town, Some(root))
        );
        assert_eq!(told(&book, "2024-04-30", upper).2, Some(root));
        assert_eq!(
            told(&book, "2024-05-01", upper),
            ("Upper Village".to_owned(), village, Some(lower))
        );
        assert_whole(&book);

        let again = book.apply(&changed, "2024-05-01", false).expect("applied again");
        assert_eq!((again.units, again.units_changed), (0, 0), "{engine:?}: said already");
        book.must(
            book.on("unit", lower, Wish::Amend, "2024-06-01")
                .text("name", "Low Town"),
        );
        let again = book.apply(&changed, "2024-06-10", false).expect("applied later");
        assert_eq!(again.units_changed, 0, "{engine:?}: what a clerk said stays");
        assert_eq!(told(&book, "2024-06-10", lower).0, "Low Town");
        assert_whole(&book);
    }
}

/// A pack whose units cannot be brought changes nothing at all.
#[test]
fn a_unit_that_cannot_be_changed_refuses_the_pack() {
    for engine in Engine::all() {
        let mut book = Book::new(engine);
        let (upper, lower) = (book.unit("1.1"), book.unit("1.2"));
        book.must(
            book.on("unit", lower, Wish::Amend, "2024-01-01")
                .set("parent", Value::Unit(upper)),
        );
        let toml = pack(&[]).get("pack.toml").expect("a pack").clone();
        let circle = toml.replacen(
            "level = \"village\", parent = \"1\"",
            "level = \"village\", parent = \"1.2\"",
            1,
        );
        let later = toml.replace("Lower Village", "Lower Town");
        let head = book.head();
        let refusals = book.apply(&pack(&[("pack.toml", &circle)]), "2024-05-01", false);
        assert_eq!(refusals.unwrap_err()[0].code, Code::UnitCircle, "{engine:?}");
        let refusals = book.apply(&pack(&[("pack.toml", &later)]), "2024-07-01", false);
        assert_eq!(refusals.unwrap_err()[0].code, Code::AfterToday, "{engine:?}");
        assert_eq!(book.head(), head, "{engine:?}");
        assert_whole(&book);
        book.must(book.on("unit", lower, Wish::Amend, "2024-02-01").text("name", "Low"));
    }
}

/// A village that comes to stand elsewhere on a closed day makes other figures of it, without a posting.
#[test]
fn a_pack_moves_no_unit_on_a_closed_day_without_the_right_to_restate() {
    for engine in Engine::all() {
        let mut book = Book::new(engine);
        book.close("2024-05-31");
        let toml = pack(&[]).get("pack.toml").expect("a pack").clone();
        let moved = toml.replacen(
            "level = \"village\", parent = \"1\"",
            "level = \"village\", parent = \"1.2\"",
            1,
        );
        assert_ne!(moved, toml);
        let moved = pack(&[("pack.toml", &moved)]);
        let head = book.head();
        let refusals = book.apply(&moved, "2024-05-01", false);
        assert_eq!(refusals.unwrap_err()[0].code, Code::ClosedPeriod, "{engine:?}");
        assert_eq!(book.head(), head, "{engine:?}");
        let receipt = book.apply(&moved, "2024-05-01", true).expect("a restatement");
        assert_eq!(receipt.units_changed, 1, "{engine:?}");
        assert_whole(&book);
    }
}
