//! A pack that changes under living records: what follows from it follows at once.

use crate::Engine;
use crate::book::{Book, pack, request};
use crate::life::dump;
use crate::write::assert_sound;
use taizhang_core::command::Wish;
use taizhang_core::decide::{Moment, decide};
use taizhang_core::refusal::Code;
use taizhang_core::value::Value;
use taizhang_store::apply::Everything;
use taizhang_store::facts::Facts;
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
            };
            let conn = reading.conn().expect("a connection");
            let mut facts = Facts {
                conn,
                definition: &book.definition,
                waiting: None,
            };
            let decided = decide(&moment, &Everything, &mut facts, &asked.commands[0]).expect("asked");
            asked.prepared = Some((n, vec![decided.expect("accepted")]));
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
        assert!(
            matches!(&replies[1], Outcome::Refused(why) if why[0].1[0].code == Code::KeyTaken),
            "{replies:?}"
        );
        assert_whole(&book);
    }
}
