//! From a signed head on, what came later is judged, in a time that grows with it alone.

use crate::Engine;
use crate::book::Book;
use crate::life::{dump, lively};
use crate::verify::{links, script, verdict};
use taizhang_store::rebuild::rebuild_at;
use taizhang_store::verify::verify_since;

fn ask(book: &Book, sql: &str) -> i64 {
    let mut reading = book.store.read().expect("read");
    let row = reading.conn().expect("a connection").query_one(sql, &[]);
    row.expect("asked").expect("a row")[0].int().expect("a number")
}

/// From a signed head on, what came later is checked and what it touches; the rest is for the whole check, which
/// is the control of everything that is not found here.
#[test]
fn since_a_signed_head_whatever_came_later_is_judged() {
    for engine in Engine::all() {
        let book = lively(engine);
        let mut reading = book.store.read().expect("read");
        let entries = links(reading.conn().expect("a connection"));
        drop(reading);
        // A head is signed between two commands; here so that a later entry touches a well that was opened
        // before, and none touches another.
        let well_before = |n: i64, is_touched: &str| {
            let later =
                format!("SELECT record FROM entry WHERE n > {n} UNION SELECT record FROM posting WHERE entry > {n}");
            let wells = script(&book, "SELECT COALESCE(MAX(id), 0) FROM {r:well} WHERE id <= ");
            ask(&book, &format!("{wells} {n} AND id {is_touched} ({later})"))
        };
        let begins = (1..entries.len()).filter(|at| entries[*at].command == 0);
        let found = begins.map(|at| at as i64).find_map(|n| {
            let wells = [well_before(n, "IN"), well_before(n, "NOT IN")];
            wells.iter().all(|well| *well > 0 && *well < n).then_some((n, wells))
        });
        let (n, [touched, quiet]) = found.expect("a head to sign");
        let head = |n: i64| -> [u8; 32] {
            let mut reading = book.store.read().expect("read");
            let sql = format!("SELECT head FROM entry WHERE n = {n}");
            let row = reading.conn().expect("a connection").query_one(&sql, &[]);
            let row = row.expect("asked").expect("an entry");
            row[0].blob().expect("bytes").try_into().expect("a head")
        };
        let signed = head(n);
        let since = || verify_since(&book.site.place, n, &signed).expect("a verdict");
        assert_eq!((since().first_bad, since().entries), (None, book.head()), "untouched");
        for n in 1..=book.head() {
            if entries.get(n as usize).is_none_or(|entry| entry.command == 0) {
                let verdict = verify_since(&book.site.place, n, &head(n)).expect("a verdict");
                assert_eq!(verdict.first_bad, None, "since {n}");
            }
        }
        let well = script(&book, "{r:well}");
        let untouched = dump(&book);
        let harms = [
            (format!("UPDATE {well} SET entry = 1 WHERE id = {touched}"), true),
            (format!("UPDATE {well} SET entry = 1 WHERE id = {quiet}"), false),
            (
                "UPDATE posting SET amount = amount + 1 WHERE entry = (SELECT MAX(entry) FROM posting)".to_owned(),
                true,
            ),
            (
                format!("DELETE FROM posting WHERE entry = (SELECT MIN(entry) FROM posting WHERE entry > {n})"),
                true,
            ),
            (
                format!("UPDATE posting SET amount = amount + 1 WHERE record = {quiet}"),
                false,
            ),
            ("UPDATE balance SET amount = amount + 1".to_owned(), false),
            ("INSERT INTO deed VALUES (7, 99999, 3, 'note', 5, 0)".to_owned(), true),
            (
                "DELETE FROM landmark WHERE n = (SELECT MAX(n) FROM landmark)".to_owned(),
                true,
            ),
        ];
        for (sql, found) in &harms {
            book.tamper(sql);
            assert_ne!(dump(&book), untouched, "{sql}: it changes something");
            assert_eq!(since().first_bad.is_some(), *found, "{engine:?} {sql}");
            assert!(!verdict(&book).ok, "{engine:?} {sql}: the whole check");
            rebuild_at(&book.site.place).expect("rebuilt");
        }
        // The journal itself, which nothing mends: its bytes are put back.
        let last = book.head();
        for (n, found) in [(quiet, false), (last, true), (n, true)] {
            let kept = format!("CREATE TABLE kept AS SELECT * FROM entry WHERE n = {n}");
            book.tamper(&kept);
            book.tamper(&format!("UPDATE entry SET bytes = head WHERE n = {n}"));
            assert_eq!(since().first_bad.is_some(), found, "{engine:?} entry {n}");
            assert!(!verdict(&book).ok, "{engine:?} entry {n}: the whole check");
            book.tamper(&format!(
                "UPDATE entry SET bytes = (SELECT bytes FROM kept) WHERE n = {n}; DROP TABLE kept"
            ));
        }
        let another = verify_since(&book.site.place, n, &[7; 32]).expect("a verdict");
        let named = another.first_bad.map(|bad| bad.to_string());
        assert_eq!(
            named,
            Some(format!("entry {n}: its head is not the one that was signed"))
        );
        let beyond = verify_since(&book.site.place, last + 1, &signed).expect("a verdict");
        assert!(!beyond.ok, "a head that the book does not reach");
    }
}
