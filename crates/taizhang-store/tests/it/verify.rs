//! Whatever is changed behind the book's back is found and named; what is derived can be made anew.
//! Long because each harm is a line of one of two tables.

use crate::Engine;
use crate::book::{BOOK, Book, kind};
use crate::life::{dump, lively};
use taizhang_core::journal::chain::{Alg, START, head, leaf};
use taizhang_core::journal::encoding::{decode, encode};
use taizhang_core::journal::{Act, Entry};
use taizhang_core::value::{Cell, Value};
use taizhang_store::StoreError;
use taizhang_store::engine::{Conn, Sql};
use taizhang_store::rebuild::{rebuild, rebuild_at, rebuild_in_pages};
use taizhang_store::verify::{FirstBad, Unsound, Verdict, verify, verify_at, verify_in_pages};
use taizhang_store::writer::Session;

pub(crate) fn verdict(book: &Book) -> Verdict {
    verify_at(&book.site.place).expect("a verdict")
}

fn assert_whole(book: &Book, about: &str) {
    let verdict = verdict(book);
    assert_eq!(verdict.first_bad, None, "{about}");
    assert!(verdict.ok && verdict.entries == book.head(), "{about}");
}

/// Puts numbers and tables of the pack into a script: `{r:well}`, `{f:well/kind}`, `{a:well.working}`.
pub(crate) fn script(book: &Book, text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').expect("a closing brace");
        out.push_str(before);
        let (what, name) = name.split_once(':').expect("a kind");
        out.push_str(&match what {
            "r" => book.register(name).no.to_string(),
            "n" => book.register(name).no.0.to_string(),
            "a" => book.account(name).0.to_string(),
            _ => {
                let (register, field) = name.split_once('/').expect("a field");
                book.ids.field(register, field).expect("a field").to_string()
            }
        });
        rest = after;
    }
    out + rest
}

#[test]
fn an_untouched_book_is_whole_and_made_anew_it_is_the_same() {
    for engine in Engine::all() {
        let book = lively(engine);
        assert_whole(&book, "untouched");
        crate::write::assert_sound(&book);
        let mut reading = book.store.read().expect("read");
        assert!(verify(&mut reading).expect("a verdict").ok);
        drop(reading);
        let before = dump(&book);
        book.store.writer().act(rebuild).expect("rebuilt");
        for (was, is) in before.iter().zip(dump(&book)) {
            assert_eq!(*was, is, "{engine:?}");
        }
        assert_whole(&book, "rebuilt");
        for size in [1, 2, 7] {
            let anew = move |session: &mut Session| {
                rebuild_in_pages(&mut *session.conn, size)?;
                session.conn.commit()
            };
            book.store.writer().act(anew).expect("rebuilt");
            assert_eq!(before, dump(&book), "{engine:?} rebuilt by {size}");
            let verdict = verify_in_pages(&book.site.place, size).expect("a verdict");
            assert_eq!(verdict.first_bad, None, "{engine:?} read by {size}");
        }
        book.must(book.well("W9", "1.1", "2024-06-01"));
        assert_whole(&book, "and written to");
    }
}

/// Scripts against derived tables, and what the verdict must name.
const DERIVED: &[(&str, &str, &str)] = &[
    (
        "an amount",
        "UPDATE posting SET amount = amount + 1 WHERE account = {a:repair.cost} AND amount > 0",
        "amount: expected 12345, found 12346",
    ),
    (
        "a count",
        "UPDATE posting SET reported = 0 WHERE account = {a:repair.cost} AND amount > 0",
        "reported: expected 1, found 0",
    ),
    (
        "a posting gone",
        "DELETE FROM posting WHERE account = {a:purse.loss}",
        "found no row",
    ),
    (
        "a posting of another unit",
        "UPDATE posting SET unit = unit + 1 WHERE account = {a:repair.cost}",
        "posting [account=",
    ),
    (
        "a posting of another day",
        "UPDATE posting SET day = day - 1 WHERE account = {a:repair.cost} AND amount > 0",
        "row: expected no row",
    ),
    (
        "a posting of another entry",
        "UPDATE posting SET entry = entry + 1 WHERE account = {a:repair.cost} AND amount > 0",
        "posting [account=",
    ),
    (
        "a posting more",
        "INSERT INTO posting SELECT account, record, entry, seq + 90, unit, dim, day + 1, amount, reported, missing,
         not_applicable FROM posting WHERE account = {a:repair.cost} AND amount > 0",
        "row: expected no row",
    ),
    (
        "a posting of no entry",
        "INSERT INTO posting SELECT account, 99999, 99999, seq, unit, dim, day, amount, reported, missing,
         not_applicable FROM posting WHERE account = {a:repair.cost} AND amount > 0",
        "record=99999",
    ),
    (
        "postings of an entry in another order",
        "UPDATE posting SET seq = 10 - seq WHERE account = {a:purse.balance}",
        "digest",
    ),
    (
        "a name of a dimension",
        "UPDATE dimension SET text = 'eve' WHERE text = 'ann'",
        "dim=eve",
    ),
    (
        "a dimension more",
        "INSERT INTO dimension (id, text) VALUES (77, 'eve')",
        "dimension [id=77] row",
    ),
    (
        "a field of a record",
        "UPDATE {r:well} SET {f:well/number} = 'W0x' WHERE {f:well/number} = 'W0'",
        "expected W0, found W0x",
    ),
    (
        "a field that inherits",
        "UPDATE {r:repair} SET {f:repair/village} = 1 WHERE {f:repair/matter} = 'rope'",
        "found 1",
    ),
    (
        "a mark",
        "UPDATE {r:well} SET marks = NULL WHERE marks IS NOT NULL",
        "marks: expected",
    ),
    (
        "a void undone",
        "UPDATE {r:well} SET void = 0",
        "void: expected 1, found 0",
    ),
    (
        "a stage",
        "UPDATE {r:well} SET stage = 'broken' WHERE {f:well/number} = 'W1'",
        "stage: expected working, found broken",
    ),
    (
        "the last entry of a record",
        "UPDATE {r:well} SET entry = 1 WHERE {f:well/number} = 'W1'",
        "entry: expected",
    ),
    (
        "a record gone",
        "DELETE FROM {r:well} WHERE {f:well/number} = 'W2'",
        "found no row",
    ),
    (
        "a record more",
        "INSERT INTO {r:well} (id, entry, void, opened_on) VALUES (99999, 1, 0, '2024-01-01')",
        "[id=99999] row: expected no row",
    ),
    (
        "a key more",
        "INSERT INTO unique_key (register, key, text, record) VALUES ({n:well}, 'number', 'W77', 5)",
        "text=W77] row: expected no row, found 5",
    ),
    ("a key gone", "DELETE FROM unique_key WHERE text = 'W1'", "found no row"),
    (
        "a key of another record",
        "UPDATE unique_key SET record = record + 1 WHERE text = 'W1'",
        "record: expected",
    ),
    (
        "a balance",
        "UPDATE balance SET amount = amount + 1 WHERE account = {a:well.working} AND level = 1",
        "balance [account=",
    ),
    (
        "a balance of a year",
        "UPDATE balance SET missing = 1 WHERE account = {a:well.opened} AND level = 2",
        "missing: expected 0, found 1",
    ),
    (
        "a balance gone",
        "DELETE FROM balance WHERE account = {a:well.opened} AND level = 2",
        "found no row",
    ),
    (
        "a balance more",
        "INSERT INTO balance VALUES ({a:well.opened}, 0, 1, 1, 0, 5, 0, 0, 0)",
        "row: expected no row, found 5 | 0 | 0 | 0",
    ),
    (
        "a balance of an account that has none",
        "INSERT INTO balance VALUES (999, 0, 1, 1, 0, 0, 0, 0, 0)",
        "balance [account=999",
    ),
    (
        "a total",
        "UPDATE total SET debit = debit + 100 WHERE account = {a:purse.balance}",
        "total [account=",
    ),
    ("a total gone", "DELETE FROM total WHERE level = 1", "found no row"),
    (
        "a total more",
        "INSERT INTO total VALUES ({a:repair.cost}, 0, 1, 1, 5, 0, 1, 0, 0)",
        "total [account=",
    ),
    (
        "a holding",
        "UPDATE holding SET amount = amount + 100 WHERE dim = 'ann'",
        "holding [account=",
    ),
    ("a holding gone", "DELETE FROM holding", "found no row"),
    (
        "a holding more",
        "INSERT INTO holding VALUES ({a:purse.funds}, 'eve', 1, 5)",
        "holding [account=",
    ),
    ("an opening gone", "DELETE FROM opening", "opening [record="),
    (
        "an opening moved",
        "UPDATE opening SET day = day - 365",
        "day: expected",
    ),
    (
        "an opening more",
        "INSERT INTO opening (record, entry, register, unit, day, void) VALUES (99999, 1, {n:well}, 2, 3, 0)",
        "opening [record=99999 entry=1] row: expected no row",
    ),
    (
        "a closing moved",
        "UPDATE landmark SET day = day - 31 WHERE kind = 'close'",
        "day: expected 19813, found 19782",
    ),
    (
        "a pack forgotten",
        "DELETE FROM landmark WHERE kind = 'pack' AND n > 1",
        "landmark [n=",
    ),
    (
        "a duty forgotten",
        "DELETE FROM duty WHERE record = (SELECT MIN(record) FROM duty)",
        "duty [record=",
    ),
    (
        "a duty put off",
        "UPDATE duty SET due = due + 1 WHERE record = (SELECT MIN(record) FROM duty)",
        "due: expected",
    ),
    (
        "a deed that nobody did",
        "INSERT INTO deed VALUES (7, 3, 3, 'note', 5, 0)",
        "deed [actor=7 entry=3] row: expected no row",
    ),
    (
        "a file forgotten",
        "DELETE FROM evidence_of WHERE entry = (SELECT MIN(entry) FROM evidence_of)",
        "evidence_of [hash=0101010101010101010101010101010101010101010101010101010101010101 entry=",
    ),
    (
        "a file of a field forgotten",
        "DELETE FROM evidence_of WHERE entry = (SELECT MAX(entry) FROM evidence_of)",
        "evidence_of [hash=0404040404040404040404040404040404040404040404040404040404040404 entry=",
    ),
    (
        "a file of another entry",
        "UPDATE evidence_of SET entry = entry - 1 WHERE entry = (SELECT MAX(entry) FROM evidence_of)",
        "row: expected no row",
    ),
    (
        "a file of no entry",
        "INSERT INTO evidence_of SELECT hash, 99999 FROM evidence_of WHERE entry = (SELECT MAX(entry) FROM evidence_of)",
        "evidence_of [entry=99999] row: expected no row",
    ),
    (
        "a release more",
        "INSERT INTO landmark VALUES (3, 'release', 5, 'x')",
        "landmark [n=3] row: expected no row",
    ),
];

#[test]
fn every_change_of_a_derived_table_is_named_and_mended() {
    for engine in Engine::all() {
        let book = lively(engine);
        assert_whole(&book, "untouched");
        let untouched = dump(&book);
        for (about, sql, wanted) in DERIVED {
            book.tamper(&script(&book, sql));
            assert_ne!(dump(&book), untouched, "{about}: the script changes something");
            let verdict = verdict(&book);
            let named = verdict.first_bad.map(|bad| bad.to_string()).unwrap_or_default();
            assert!(!verdict.ok && named.contains(wanted), "{engine:?} {about}: {named}");
            // A record's entries lie on many pages then.
            let verdict = verify_in_pages(&book.site.place, 3).expect("a verdict");
            assert!(verdict.first_bad.is_some(), "{engine:?} {about}: by three entries");
            rebuild_at(&book.site.place).expect("rebuilt");
            // The untouched book was whole, and this is the same book.
            assert!(dump(&book) == untouched, "{engine:?} {about}: rebuilt");
        }
    }
}

pub(crate) fn links(conn: &mut dyn Conn) -> Vec<Entry> {
    let rows = conn.query("SELECT bytes FROM entry ORDER BY n", &[]).expect("entries");
    rows.iter()
        .map(|row| decode(row[0].blob().expect("bytes")).expect("an entry"))
        .collect()
}

/// Writes the journal anew from an entry on, every head right, and the book's row with it.
fn rehash(conn: &mut dyn Conn, entries: &[Entry]) {
    conn.execute("DELETE FROM entry", &[]).expect("emptied");
    let (mut hash, mut at) = (START, 0);
    for entry in entries {
        let bytes = encode(entry);
        hash = head(Alg::Sha256, &BOOK, entry.n, &hash, &leaf(&bytes));
        at = entry.recorded_at;
        let values = [
            Sql::Int(entry.n),
            Sql::Int(entry.record),
            Sql::from(hash),
            Sql::Blob(bytes),
        ];
        let sql = "INSERT INTO entry (n, record, head, bytes) VALUES ($1, $2, $3, $4)";
        conn.execute(sql, &values).expect("written");
    }
    let values = [Sql::Int(entries.len() as i64), Sql::from(hash), Sql::Int(at)];
    conn.execute("UPDATE book SET head = $1, head_hash = $2, recorded_at = $3", &values)
        .expect("moved");
}

/// Changes the cost that a repair was finished with.
fn cheaper(entries: &mut [Entry]) -> i64 {
    for entry in entries {
        if let Act::Move { patch, .. } = &mut entry.act
            && let Some((_, cell)) = patch.iter_mut().find(|(_, cell)| *cell == Cell::Is(Value::Num(12_345)))
        {
            *cell = Cell::Is(Value::Num(2_345));
            return entry.n;
        }
    }
    panic!("no repair was finished");
}

fn flip(conn: &mut dyn Conn, n: i64, at: usize) {
    let row = conn
        .query_one("SELECT bytes FROM entry WHERE n = $1", &[Sql::Int(n)])
        .expect("read");
    let mut bytes = row.expect("there")[0].blob().expect("bytes").to_vec();
    bytes[at] ^= 1;
    conn.execute(
        "UPDATE entry SET bytes = $1 WHERE n = $2",
        &[Sql::Blob(bytes), Sql::Int(n)],
    )
    .expect("written");
}

type Harm = fn(&mut dyn Conn);

/// Harm to the journal itself, and what the verdict must name.
const JOURNAL: &[(&str, Harm, &str)] = &[
    ("a bit of an entry", |conn| flip(conn, 9, 4), "entry 9:"),
    (
        "the last byte of an entry",
        |conn| {
            let row = conn
                .query_one("SELECT bytes FROM entry WHERE n = 9", &[])
                .expect("read")
                .expect("there");
            flip(conn, 9, row[0].blob().expect("bytes").len() - 1);
        },
        "entry 9:",
    ),
    (
        "the day of an entry",
        |conn| {
            let mut entries = links(conn);
            entries[8].occurred_on = entries[8].occurred_on.plus(-1);
            let bytes = Sql::Blob(encode(&entries[8]));
            conn.execute("UPDATE entry SET bytes = $1 WHERE n = 9", &[bytes])
                .expect("written");
        },
        "entry 9: its head is not",
    ),
    (
        "an entry gone",
        |conn| {
            conn.execute("DELETE FROM entry WHERE n = 7", &[]).expect("gone");
        },
        "entry 7: missing; the next one is 8",
    ),
    (
        "the last entry gone",
        |conn| {
            conn.execute("DELETE FROM entry WHERE n = (SELECT MAX(n) FROM entry)", &[])
                .expect("gone");
        },
        "missing; the book ends at",
    ),
    (
        "the last five gone, the book's row too",
        |conn| {
            let mut entries = links(conn);
            entries.truncate(entries.len() - 5);
            rehash(conn, &entries);
        },
        "entry: expected",
    ),
    (
        "the last one gone, the book's row too",
        |conn| {
            let mut entries = links(conn);
            entries.pop();
            rehash(conn, &entries);
        },
        "expected",
    ),
    (
        "two entries in each other's place",
        |conn| {
            for sql in [
                "UPDATE entry SET n = -8 WHERE n = 8",
                "UPDATE entry SET n = 8 WHERE n = 9",
                "UPDATE entry SET n = 9 WHERE n = -8",
            ] {
                conn.execute(sql, &[]).expect("swapped");
            }
        },
        "entry 8: its bytes say that it is entry 9",
    ),
    (
        "an entry of another record",
        |conn| {
            conn.execute("UPDATE entry SET record = record + 1 WHERE n = 9", &[])
                .expect("moved");
        },
        "entry [n=9] record: expected",
    ),
    (
        "the head of an entry",
        |conn| {
            conn.execute("UPDATE entry SET head = $1 WHERE n = 9", &[Sql::from([0; 32])])
                .expect("written");
        },
        "entry 9: its head is not",
    ),
    (
        "the head of the book",
        |conn| {
            conn.execute("UPDATE book SET head_hash = $1", &[Sql::from([0; 32])])
                .expect("written");
        },
        "book [one=1] head_hash",
    ),
    (
        "the clock of the book",
        |conn| {
            conn.execute("UPDATE book SET recorded_at = 5", &[]).expect("written");
        },
        "book [one=1] recorded_at: expected",
    ),
    (
        "another amount, hashed anew",
        |conn| {
            let mut entries = links(conn);
            cheaper(&mut entries);
            rehash(conn, &entries);
        },
        "amount: expected 2345, found 12345",
    ),
    (
        "another amount, hashed anew, with its postings and row",
        |conn| {
            let mut entries = links(conn);
            cheaper(&mut entries);
            rehash(conn, &entries);
            for sql in [
                "UPDATE posting SET amount = 2345 WHERE amount = 12345",
                "UPDATE balance SET amount = 2345 WHERE amount = 12345",
            ] {
                conn.execute(sql, &[]).expect("written");
            }
        },
        "expected 2345, found 12345",
    ),
    (
        "an earlier clock, hashed anew",
        |conn| {
            let mut entries = links(conn);
            entries[8].recorded_at = entries[7].recorded_at;
            rehash(conn, &entries);
        },
        "entry 9: recorded before",
    ),
    (
        "an opening of another record, hashed anew",
        |conn| {
            let mut entries = links(conn);
            let at = entries
                .iter()
                .rposition(|entry| matches!(entry.act, Act::Open { .. }))
                .expect("an opening");
            entries[at].record -= 1;
            rehash(conn, &entries);
        },
        "an opening of another record",
    ),
    (
        "a command that begins elsewhere",
        |conn| {
            let mut entries = links(conn);
            entries[8].command = 5;
            rehash(conn, &entries);
        },
        "entry 9: its command does not begin at entry 5",
    ),
];

#[test]
fn every_change_of_the_journal_is_named() {
    for engine in Engine::all() {
        let book = lively(engine);
        book.tamper("CREATE TABLE kept_entry AS SELECT * FROM entry; CREATE TABLE kept_book AS SELECT * FROM book");
        book.tamper("CREATE TABLE kept_posting AS SELECT * FROM posting");
        for (about, harm, wanted) in JOURNAL {
            let harm = *harm;
            let done = book.store.writer().act(move |session| {
                harm(&mut *session.conn);
                session.conn.commit()
            });
            done.expect("harmed");
            let verdict = verdict(&book);
            let named = verdict.first_bad.map(|bad| bad.to_string()).unwrap_or_default();
            assert!(!verdict.ok && named.contains(wanted), "{engine:?} {about}: {named}");
            book.tamper(
                "DELETE FROM entry; INSERT INTO entry SELECT * FROM kept_entry; DELETE FROM book;
                 INSERT INTO book SELECT * FROM kept_book; DELETE FROM posting;
                 INSERT INTO posting SELECT * FROM kept_posting;
                 UPDATE balance SET amount = 12345 WHERE amount = 2345",
            );
            assert_whole(&book, about);
        }
    }
}

/// One number of the book.
#[test]
fn a_forger_who_also_writes_the_rows_is_betrayed_by_the_digest() {
    for engine in Engine::all() {
        let book = lively(engine);
        let forged = book.store.writer().act(|session| {
            let mut entries = links(&mut *session.conn);
            cheaper(&mut entries);
            rehash(&mut *session.conn, &entries);
            session.conn.commit()
        });
        forged.expect("forged");
        // Rebuilding must not launder a forgery.
        let error = rebuild_at(&book.site.place).expect_err("refused");
        assert!(
            matches!(&error, StoreError::Damaged(why) if why.contains("digest")),
            "{error}"
        );
        let cost = script(&book, "{f:repair/cost}");
        book.tamper(&script(
            &book,
            &format!(
                "UPDATE posting SET amount = 2345 WHERE amount = 12345;
                 UPDATE balance SET amount = 2345 WHERE amount = 12345;
                 UPDATE {{r:repair}} SET {cost} = 2345 WHERE {cost} = 12345"
            ),
        ));
        let verdict = verdict(&book);
        assert!(
            matches!(&verdict.first_bad, Some(FirstBad::Entry(_, Unsound::Postings))),
            "{engine:?} {:?}",
            verdict.first_bad
        );
    }
}

#[test]
fn a_table_or_column_that_is_gone_comes_back() {
    for engine in Engine::all() {
        let book = lively(engine);
        let untouched = dump(&book);
        book.tamper(&script(&book, "ALTER TABLE {r:grant} DROP COLUMN {f:grant/amount}"));
        let named = verdict(&book).first_bad.expect("bad").to_string();
        assert!(named.contains("expected a column"), "{named}");
        rebuild_at(&book.site.place).expect("rebuilt");
        assert_whole(&book, "a column");
        book.tamper(&script(&book, "DROP TABLE {r:well}"));
        assert!(!verdict(&book).ok);
        rebuild_at(&book.site.place).expect("rebuilt");
        assert_whole(&book, "a table");
        let rows = |dump: &[(String, Vec<Vec<Sql>>)]| dump.iter().map(|(_, rows)| rows.len()).collect::<Vec<_>>();
        assert_eq!(rows(&dump(&book)), rows(&untouched), "{engine:?}");
    }
}

#[test]
fn a_book_of_another_engine_is_not_judged() {
    let book = lively(Engine::Sqlite);
    book.tamper("UPDATE book SET engine = 99");
    assert_eq!(kind(verify_at(&book.site.place)), "OtherEngine");
    assert_eq!(kind(rebuild_at(&book.site.place)), "OtherEngine");
}
