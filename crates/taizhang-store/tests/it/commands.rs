//! Which entries belong to one command, and where the book can be known "at": never inside one.

use crate::Engine;
use crate::book::{Book, pack, request};
use taizhang_core::command::Command;
use taizhang_core::id::EntryNo;
use taizhang_store::journal::{end_of_command, entry, last_until};
use taizhang_store::verify::verify;
use taizhang_store::writer::Outcome;

fn wells(book: &Book, from: usize, count: usize) -> Vec<Command> {
    let numbers = from..from + count;
    numbers
        .map(|number| book.well(&format!("W{number}"), "1.1", "2024-01-01").command)
        .collect()
}

/// The last entry of every command, as the entries themselves tell it, read one by one.
fn ends(book: &Book) -> Vec<EntryNo> {
    let mut reading = book.store.read().expect("read");
    let head = reading.n();
    let conn = reading.conn().expect("a connection");
    let first = |n: EntryNo| {
        let command = entry(&mut *conn, n).expect("read").expect("an entry").command;
        if command == 0 { n } else { command }
    };
    let firsts: Vec<EntryNo> = (1..=head).map(first).collect();
    let last = |first: &EntryNo| firsts.iter().rposition(|other| other == first).expect("itself") as EntryNo + 1;
    firsts.iter().map(last).collect()
}

#[test]
fn known_at_is_the_end_of_a_command() {
    for engine in Engine::all() {
        let mut book = Book::new(engine);
        assert_eq!(ends(&book), [4, 4, 4, 4], "{engine:?}: a pack with its three units");
        // Several requests of one command each share a transaction, and are several commands.
        let writer = book.store.writer().clone();
        let single = wells(&book, 0, 3);
        let (send, receive) = std::sync::mpsc::channel();
        let act = move |_: &mut taizhang_store::writer::Session| {
            for command in single {
                let send = send.clone();
                writer.submit(request(vec![command]), move |reply| send.send(reply).expect("heard"));
            }
            Ok(())
        };
        book.store.writer().act(act).expect("submitted");
        assert!(
            receive
                .iter()
                .take(3)
                .all(|reply| matches!(reply, Ok(Outcome::Written { .. })))
        );
        assert_eq!(ends(&book)[4..], [5, 6, 7]);
        // One that is refused as a whole leaves nothing, and the next one begins anew.
        let twice = [wells(&book, 3, 4), wells(&book, 3, 1)].concat();
        assert!(matches!(book.write(twice), Ok(Outcome::Refused(_))));
        for count in [5, 1, 300] {
            let from = book.head() as usize;
            book.write(wells(&book, from, count)).expect("written");
        }
        book.close("2023-12-31");
        book.apply(&pack(&[]), "2024-02-01", true).expect("applied");
        let expected: Vec<EntryNo> = [vec![12; 5], vec![13], vec![313; 300], vec![314, 315]].concat();
        let ends = ends(&book);
        assert_eq!(ends[7..], expected, "{engine:?}");

        let mut reading = book.store.read().expect("read");
        assert!(verify(&mut reading).expect("a verdict").ok);
        let head = reading.n();
        let conn = reading.conn().expect("a connection");
        let mut before = 0;
        for n in 1..=head {
            let end = ends[n as usize - 1];
            assert_eq!(
                end_of_command(&mut *conn, n, head).expect("found"),
                end,
                "{engine:?} entry {n}"
            );
            // At the instant of an entry, its command is known only if that was its last.
            let instant = entry(&mut *conn, n).expect("read").expect("an entry").recorded_at;
            let known = if end == n { n } else { before };
            assert_eq!(
                last_until(&mut *conn, instant, head).expect("found"),
                known,
                "{engine:?} entry {n}"
            );
            assert_eq!(last_until(&mut *conn, instant - 1, head).expect("found"), before);
            before = known;
        }
        for (n, end) in [(-5, 0), (0, 0), (head, head), (head + 9, head)] {
            assert_eq!(
                end_of_command(&mut *conn, n, head).expect("found"),
                end,
                "{engine:?} {n}"
            );
        }
    }
}
