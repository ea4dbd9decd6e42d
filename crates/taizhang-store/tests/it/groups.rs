//! Several at once: requests that share a transaction, requests of many commands, several threads and
//! servers, and the same request twice.

use crate::Engine;
use crate::book::{Book, day, request};
use crate::write::{assert_sound, start};
use taizhang_core::command::{Command, Wish};
use taizhang_core::refusal::Code;
use taizhang_core::value::Value;
use taizhang_store::StoreError;
use taizhang_store::engine::Sql;
use taizhang_store::figure::Span;
use taizhang_store::writer::Outcome;

#[test]
fn the_same_request_twice_is_written_once() {
    for engine in Engine::all() {
        let book = Book::new(engine);
        let ask = |number: &str, body: u8| {
            let mut asked = request(vec![book.well(number, "1.1", "2024-01-01").command]);
            asked.idempotency = Some(([1; 32], [body; 32]));
            asked
        };
        let writer = book.store.writer();
        let Ok(Outcome::Written { first, last, .. }) = writer.write(ask("W1", 2)) else {
            panic!("written")
        };
        assert_eq!(
            writer.write(ask("W1", 2)).expect("ok"),
            Outcome::Repeated { first, last }
        );
        let Ok(Outcome::Refused(refused)) = writer.write(ask("W9", 3)) else {
            panic!("refused")
        };
        assert_eq!(refused[0].1[0].code, Code::KeyReused);
        let mut other = ask("W3", 9);
        other.who.actor = 99;
        assert!(
            matches!(writer.write(other), Ok(Outcome::Written { .. })),
            "keys belong to the one who sent them"
        );
        // Two of one key that wait together: the second one is answered with the first one's entry.
        let (send, receive) = std::sync::mpsc::channel();
        writer
            .act({
                let (writer, send) = (writer.clone(), send.clone());
                let mut twins = [ask("W4", 5), ask("W4", 5)];
                twins
                    .iter_mut()
                    .for_each(|twin| twin.idempotency = Some(([7; 32], [5; 32])));
                move |_| {
                    for twin in twins {
                        let send = send.clone();
                        writer.submit(twin, move |reply| send.send(reply).expect("heard"));
                    }
                    Ok(())
                }
            })
            .expect("submitted");
        let (one, two) = (receive.recv().expect("one"), receive.recv().expect("two"));
        let Ok(Outcome::Written { first, last, .. }) = one else {
            panic!("{one:?}")
        };
        assert_eq!(two.expect("ok"), Outcome::Repeated { first, last }, "{engine:?}");
        assert_sound(&book);
    }
}

/// However late: a key is never forgotten, or a tablet that was lost for a season would book everything twice.
#[test]
fn a_request_that_comes_again_after_a_month_is_told_where_it_was_done() {
    const DAY: i64 = 24 * 3_600_000_000;
    for engine in Engine::all() {
        let mut book = Book::new(engine);
        let ask = |book: &Book, body: u8| {
            let mut asked = request(vec![book.well("W1", "1.1", "2024-01-01").command]);
            asked.idempotency = Some(([1; 32], [body; 32]));
            asked
        };
        let Ok(Outcome::Written { first, last, .. }) = book.store.writer().write(ask(&book, 2)) else {
            panic!("written")
        };
        // Reopened, since a running writer takes no such leap of the clock.
        book.clock.jump(29 * DAY);
        book = book.reopened();
        let again = book.store.writer().write(ask(&book, 2));
        assert_eq!(again.expect("ok"), Outcome::Repeated { first, last }, "{engine:?}");
        book.clock.jump(300 * DAY);
        book = book.reopened();
        for body in [2, 3] {
            let Ok(Outcome::Refused(refused)) = book.store.writer().write(ask(&book, body)) else {
                panic!("refused")
            };
            let done = &refused[0].1[0];
            assert_eq!(done.code, Code::DoneBefore, "{engine:?}");
            assert_eq!(done.args, [("entry", last.to_string())]);
        }
        assert_eq!(book.head(), last, "nothing was written");
        assert_sound(&book);
    }
}

#[test]
fn a_group_keeps_the_good_and_refuses_the_bad() {
    for engine in Engine::all() {
        let book = Book::new(engine);
        let before = book.head();
        let writer = book.store.writer().clone();
        let asks: Vec<Command> = ["W1", "W2", "W1", "W3", "W2", "W4"]
            .iter()
            .map(|number| book.well(number, "1.1", "2024-01-01").command)
            .collect();
        let (send, receive) = std::sync::mpsc::channel();
        book.store
            .writer()
            .act(move |_| {
                for (at, ask) in asks.into_iter().enumerate() {
                    let send = send.clone();
                    writer.submit(request(vec![ask]), move |reply| send.send((at, reply)).expect("heard"));
                }
                Ok(())
            })
            .expect("submitted");
        let outcomes: Vec<bool> = receive
            .iter()
            .take(6)
            .map(|(_, reply)| matches!(reply, Ok(Outcome::Written { .. })))
            .collect();
        assert_eq!(outcomes, [true, true, false, true, false, true], "{engine:?}");
        assert_eq!(book.head(), before + 4);
        assert_sound(&book);
    }
}

#[test]
fn many_commands_are_written_all_or_none() {
    for engine in Engine::all() {
        let book = Book::new(engine);
        let before = book.head();
        let dump = book.query("SELECT * FROM dimension");
        let grant = |number: &str, holder: &str| {
            let unit = book.unit("1.1");
            book.open("grant", "2024-01-01")
                .text("number", number)
                .set("village", Value::Unit(unit))
                .text("holder", holder)
                .set("amount", Value::Num(100))
                .command
        };
        // The third command must wait for the first, so that rows are flushed before all is given up.
        let bad = vec![
            grant("G1", "ann"),
            grant("G2", "ann"),
            grant("G1", "eve"),
            grant("G3", "bob"),
            grant("G2", "bob"),
        ];
        let Ok(Outcome::Refused(refused)) = book.write(bad) else {
            panic!("refused")
        };
        assert_eq!(
            refused.iter().map(|(at, _)| *at).collect::<Vec<_>>(),
            [2, 4],
            "{engine:?}"
        );
        assert_eq!(book.head(), before);
        assert_eq!(book.query("SELECT * FROM dimension"), dump);
        let good = vec![grant("G1", "ann"), grant("G2", "ann"), grant("G3", "bob")];
        let Ok(Outcome::Written {
            first, last, records, ..
        }) = book.write(good)
        else {
            panic!("written")
        };
        assert_eq!(
            (first, last, records),
            (before + 1, before + 3, vec![before + 1, before + 2, before + 3])
        );
        assert_eq!(book.as_of("purse.balance", "2024-01-01", None), 300);
        let texts =
            book.query("SELECT DISTINCT d.text FROM posting p JOIN dimension d ON d.id = p.dim ORDER BY d.text");
        assert_eq!(texts, [[Sql::from("ann")], [Sql::from("bob")]], "{engine:?}");
        assert_sound(&book);
    }
}

#[test]
fn a_floor_holds_within_a_group_and_a_truth_may_break_it() {
    for engine in Engine::all() {
        let book = Book::new(engine);
        let unit = book.unit("1.1");
        let fill = |register: &str, on: &str, amount: i64| {
            let ask = book
                .open(register, on)
                .set("village", Value::Unit(unit))
                .text("holder", "ann");
            ask.set("amount", Value::Num(amount))
        };
        let grant = book.must(fill("grant", "2024-01-01", 100).text("number", "G1"));
        let twice = vec![
            fill("spending", "2024-02-01", 60).command,
            fill("spending", "2024-02-02", 60).command,
        ];
        let Ok(Outcome::Refused(refused)) = book.write(twice) else {
            panic!("refused")
        };
        assert_eq!(
            (refused[0].0, refused[0].1[0].code),
            (1, Code::BelowFloor),
            "{engine:?}"
        );
        book.must(fill("spending", "2024-02-01", 60));
        assert_eq!(
            book.refused(fill("spending", "2023-12-31", 1)),
            Code::BelowFloor,
            "back-dated"
        );
        let lower = Wish::Correct {
            target: grant,
            withdraw: false,
            day: None,
        };
        let mut lower = book
            .on("grant", grant, lower, "2024-06-30")
            .set("amount", Value::Num(50));
        assert_eq!(book.refused(lower.clone()), Code::BelowFloor);
        lower.command.recover = true;
        book.must(lower);
        let sums =
            ["purse.balance", "purse.loss", "purse.funds"].map(|account| book.as_of(account, "2024-06-30", None));
        assert_eq!(sums, [0, -10, 10], "{engine:?}");
        assert_sound(&book);
    }
}

#[test]
fn children_follow_their_parent_in_one_group() {
    for engine in Engine::all() {
        let book = Book::new(engine);
        let (upper, lower) = (book.unit("1.1"), book.unit("1.2"));
        let well = book.head() + 1;
        let repair = well + 1;
        let wished = vec![
            book.well("W1", "1.1", "2024-01-01").command,
            book.open("repair", "2024-01-05")
                .set("well", Value::Link(well))
                .text("matter", "rope")
                .command,
            book.on("well", well, Wish::Amend, "2024-01-10")
                .set("village", Value::Unit(lower))
                .command,
        ];
        let Ok(Outcome::Written { records, .. }) = book.write(wished) else {
            panic!("written")
        };
        assert_eq!(records, [well, repair, well], "{engine:?}");
        let done = book
            .on("repair", repair, Wish::Move("finish".to_owned()), "2024-02-20")
            .set("cost", Value::Num(900));
        book.must(done);
        let cells = book.cells("repair.cost", Span::AsOf(day("2024-06-30")), None);
        assert_eq!(cells.keys().map(|(unit, _)| *unit).collect::<Vec<_>>(), [lower]);
        let late = book.cells("repair.late", Span::AsOf(day("2024-02-01")), None);
        assert_eq!(late.keys().map(|(unit, _)| *unit).collect::<Vec<_>>(), [lower]);
        let target = well + 2;
        let withdrawn = book.on(
            "well",
            well,
            Wish::Correct {
                target,
                withdraw: true,
                day: None,
            },
            "2024-06-30",
        );
        book.must(withdrawn);
        let cells = book.cells("repair.cost", Span::AsOf(day("2024-06-30")), None);
        assert_eq!(cells.keys().map(|(unit, _)| *unit).collect::<Vec<_>>(), [upper]);
        assert_eq!(
            book.refused(book.on("well", well, Wish::Void, "2024-06-30")),
            Code::LivingChildren
        );
        assert_sound(&book);
    }
}

/// Voiding it would drop what it holds out of every figure above.
#[test]
fn a_unit_that_holds_units_or_records_is_not_voided() {
    for engine in Engine::all() {
        let book = Book::new(engine);
        let (upper, lower) = (book.unit("1"), book.unit("1.1"));
        for unit in [upper, lower] {
            let well = book
                .well(&format!("W{unit}"), "1.1", "2024-01-01")
                .set("village", Value::Unit(unit));
            let well = book.must(well);
            let void = || book.on("unit", unit, Wish::Void, "2024-06-30");
            assert_eq!(book.refused(void()), Code::LivingChildren, "{engine:?}: {unit}");
            book.must(book.on("well", well, Wish::Void, "2024-06-30"));
        }
        book.must(book.on("unit", lower, Wish::Void, "2024-06-30"));
        assert_sound(&book);
    }
}

#[test]
fn eight_writers_leave_one_unbroken_chain() {
    for engine in Engine::all() {
        let book = Book::new(engine);
        let before = book.head();
        std::thread::scope(|scope| {
            for writer in 0..8 {
                let book = &book;
                scope.spawn(move || {
                    for at in 0..12 {
                        let well = book.must(book.well(&format!("W{writer}-{at}"), "1.1", "2024-01-01"));
                        start(book, well, "2024-02-01");
                        // Everybody wants this one, too; one gets it.
                        let _ = book.write(vec![book.well(&format!("X{at}"), "1.2", "2024-01-01").command]);
                    }
                });
            }
        });
        assert_eq!(book.head(), before + 8 * 24 + 12, "{engine:?}");
        assert_eq!(book.as_of("well.working", "2024-02-01", None), 96);
        assert_sound(&book);
    }
}

#[test]
fn a_clock_that_jumps_ahead_stops_writing() {
    let book = Book::new(Engine::Sqlite);
    book.must(book.well("W1", "1.1", "2024-01-01"));
    book.clock.jump(25 * 3600 * 1_000_000);
    assert_eq!(book.refused(book.well("W2", "1.1", "2024-01-01")), Code::ClockJumped);
}

#[test]
fn two_servers_write_one_book_in_turns() {
    for engine in Engine::all() {
        let mut book = Book::new(engine);
        let other = taizhang_store::Store::open(&book.site.place, book.clock.clone()).expect("opened");
        let before = book.head();
        let ask = |book: &Book, number: &str| request(vec![book.well(number, "1.1", "2024-01-01").command]);
        for at in 0..6 {
            book.must(book.well(&format!("A{at}"), "1.1", "2024-01-01"));
            let written = other.writer().write(ask(&book, &format!("B{at}"))).expect("ok");
            assert!(matches!(written, Outcome::Written { .. }), "{engine:?} {written:?}");
            let refused = other.writer().write(ask(&book, &format!("A{at}"))).expect("ok");
            assert!(matches!(refused, Outcome::Refused(_)), "{engine:?} {refused:?}");
        }
        let unit = book
            .open("unit", "2024-02-01")
            .text("code", "1.3")
            .text("name", "New Village");
        book.must(unit.text("level", "village").set("parent", Value::Unit(book.unit("1"))));
        let names = |store: &taizhang_store::Store| {
            let reading = store.read().expect("read");
            let tree = reading.caches.tree(day("2024-06-30"), reading.n());
            let names: Vec<String> = tree.iter().map(|(_, node)| node.name.clone()).collect();
            names
        };
        assert_eq!(names(&other), names(&book.store));
        assert_eq!(names(&other).len(), 4, "{engine:?}");
        let wells = include_str!("pack/well.toml");
        book.apply(
            &crate::book::pack(&[("registers/well.toml", wells)]),
            "2024-03-01",
            false,
        )
        .expect("applied");
        let rules = |store: &taizhang_store::Store| store.read().expect("read").caches.rules.versions().len();
        assert_eq!((rules(&book.store), rules(&other)), (2, 2));
        let written = other.writer().write(ask(&book, "C1")).expect("ok");
        assert!(matches!(written, Outcome::Written { .. }), "{engine:?} {written:?}");
        assert_eq!(book.as_of("well.known", "2024-06-30", None), 13);
        // 12 wells, a unit, a pack, a well.
        assert_eq!(book.head(), before + 15);
        assert_sound(&book);
    }
}

/// Nine thousand of the largest amounts no longer fit a sum: a refusal of that request, not a wrong sum.
#[test]
fn a_sum_that_does_not_fit_is_refused_whole() {
    for engine in Engine::all() {
        let book = Book::new(engine);
        let unit = book.unit("1.1");
        let grant = |number: usize| {
            let ask = book.open("grant", "2024-01-01").set("village", Value::Unit(unit));
            let ask = ask.text("holder", "ann").text("number", &format!("G{number}"));
            ask.set("amount", Value::Num(taizhang_core::posting::AMOUNT_MAX))
                .command
        };
        let head = book.head();
        let result = book.write((0..9_300).map(grant).collect());
        assert!(matches!(result, Err(StoreError::SumOverflow)), "{engine:?} {result:?}");
        assert_eq!(book.head(), head);
        book.must(book.well("W1", "1.1", "2024-01-01"));
        assert_sound(&book);
    }
}

#[test]
fn a_writer_whose_server_drops_the_line_takes_it_up_again() {
    let Some(url) = std::env::var("TAIZHANG_TEST_PG_URL").ok().filter(|url| !url.is_empty()) else {
        return;
    };
    let book = Book::new(Engine::Postgres);
    book.must(book.well("W1", "1.1", "2024-01-01"));
    let mut server = postgres::Client::connect(&url, postgres::NoTls).expect("a server");
    let schema = match &book.site.place {
        taizhang_store::Place::Postgres(place) => place.schema.clone(),
        taizhang_store::Place::Sqlite(_) => unreachable!("a book on PostgreSQL"),
    };
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1";
    let ended = server
        .query(cut, &[&format!("taizhang {schema}")])
        .expect("asked")
        .len();
    assert!(ended >= 2, "the writer and a reader were connected: {ended}");
    book.must(book.well("W2", "1.1", "2024-01-01"));
    assert_sound(&book);
}
