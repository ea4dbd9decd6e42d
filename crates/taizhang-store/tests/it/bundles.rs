//! Postings tied up by 4,096 entries: the same from whatever they are made, judged by `verify`, and answering what the
//! tables answer.

use crate::Engine;
use crate::book::{Book, day};
use crate::verify::verdict;
use taizhang_core::command::{Command, Wish};
use taizhang_core::value::Value;
use taizhang_store::StoreError;
use taizhang_store::engine::Sql;
use taizhang_store::figure::Span;
use taizhang_store::rebuild::rebuild_at;
use taizhang_store::writer::Outcome;

/// One request that goes through the end of one block and the whole of the next.
const GRANTS: usize = 8_300;

fn grants(book: &Book, count: usize) -> Vec<i64> {
    let units = [book.unit("1.1"), book.unit("1.2")];
    let from = book.head();
    let one = |at: usize| -> Command {
        let on = day("2023-01-01").plus((at * 37 % 400) as i32).to_string();
        let grant = book.open("grant", &on).text("number", &format!("{from} N{at}"));
        let grant = grant.set("village", Value::Unit(units[at % 2]));
        let grant = grant.text("holder", &format!("holder {}", at % 70));
        grant.set("amount", Value::Num(1 + (at * 7_919) as i64)).command
    };
    match book.write((0..count).map(one).collect()) {
        Ok(Outcome::Written { records, .. }) => records,
        other => panic!("{other:?}"),
    }
}

fn rows(book: &Book) -> Vec<Vec<Sql>> {
    book.query("SELECT account, block, part, bytes FROM bundle ORDER BY account, block, part")
}

#[test]
fn postings_are_tied_up_and_answer_what_the_tables_answer() {
    for engine in Engine::all() {
        let book = Book::new(engine);
        let records = grants(&book, GRANTS);
        for (at, record) in records.iter().step_by(2_500).enumerate() {
            let amend = book.on("grant", *record, Wish::Amend, &format!("2024-03-0{}", at + 1));
            book.must(amend.set("village", Value::Unit(book.unit("1.2"))));
        }
        let made = rows(&book);
        let blocks: Vec<i64> = made.iter().map(|row| row[1].int().expect("a number")).collect();
        assert!(
            blocks.contains(&0) && blocks.contains(&1) && !blocks.contains(&2),
            "{blocks:?}"
        );
        for n in [1, 40, 4_095, 4_096, 4_097, 6_000, 8_192, 8_200, book.head() - 1] {
            for on in ["2023-02-11", "2024-06-30"] {
                book.cells("purse.balance", Span::AsOf(day(on)), Some(n));
            }
            let span = Span::Between(day("2023-03-05"), day("2023-11-20"));
            book.cells("purse.balance", span, Some(n));
        }
        assert!(verdict(&book).ok);
        rebuild_at(&book.site.place).expect("rebuilt");
        assert_eq!(rows(&book), made, "{engine:?}: rebuilt");
        book.tamper("DROP TABLE bundle; DELETE FROM migration WHERE no = 6");
        let book = book.reopened();
        assert_eq!(rows(&book), made, "{engine:?}: a book that had none");
        let harms = [
            (
                "INSERT INTO bundle SELECT account, 2, part, bytes FROM bundle WHERE block = 1",
                "DELETE FROM bundle WHERE block = 2",
                "row: expected no row, found a row",
            ),
            (
                "UPDATE bundle SET part = 7 WHERE block = 0",
                "UPDATE bundle SET part = 0 WHERE block = 0",
                "found no row",
            ),
            (
                "UPDATE bundle SET bytes = (SELECT head FROM entry WHERE n = 1) WHERE block = 1",
                "",
                "bytes: expected",
            ),
        ];
        for (harm, undo, told) in harms {
            book.tamper(harm);
            let bad = verdict(&book).first_bad.map(|bad| bad.to_string()).unwrap_or_default();
            assert!(
                bad.starts_with("bundle [account=") && bad.contains(told),
                "{engine:?} {harm}: {bad}"
            );
            book.tamper(undo);
        }
        unpacks_what_it_needs(book, engine);
    }
}

/// A question reads bundles on the shorter side of its moment alone: one in between that cannot be read is in nobody's
/// way who asks for the beginning or the end. Without it this could not fail: the middle is refused.
fn unpacks_what_it_needs(book: Book, engine: Engine) {
    book.tamper("UPDATE bundle SET bytes = SUBSTR(bytes, 1, 5) WHERE block = 1");
    let book = book.reopened();
    let span = Span::AsOf(day("2024-06-30"));
    for n in [4_000, book.head() - 1, 8_192] {
        book.cells("purse.balance", span, Some(n));
    }
    let account = book.account("purse.balance");
    let mut reading = book.store.read().expect("read");
    let middle = reading.cells(account, span, 6_000);
    assert!(matches!(middle, Err(StoreError::Damaged(_))), "{engine:?}: {middle:?}");
}

/// Somebody who began to read earlier is answered from their own moment, though others have read on since.
#[test]
fn an_older_moment_is_answered_beside_a_newer_one() {
    for engine in Engine::all() {
        let book = Book::new(engine);
        grants(&book, 4_000);
        let account = book.account("purse.balance");
        let span = Span::AsOf(day("2024-06-30"));
        let mut older = book.store.read().expect("read");
        let wanted = older.cells(account, span, 3_000).expect("cells");
        let whole = older.cells(account, span, older.n() - 1).expect("cells");
        grants(&book, 300);
        let newer = book.cells("purse.balance", span, Some(4_200));
        assert_ne!(newer, whole, "{engine:?}: more was granted since");
        assert_eq!(older.cells(account, span, 3_000).expect("cells"), wanted, "{engine:?}");
        assert_eq!(
            older.cells(account, span, older.n() - 1).expect("cells"),
            whole,
            "{engine:?}"
        );
        assert_eq!(book.cells("purse.balance", span, Some(4_200)), newer, "{engine:?}");
    }
}
