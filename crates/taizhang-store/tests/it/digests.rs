//! Unique keys over sealed values: whatever brings a value back brings its key back, on digests that no
//! entry and no backup holds.

use crate::Engine;
use crate::book::{Ask, Book, pack};
use crate::life::dump;
use crate::write::assert_sound;
use taizhang_core::command::Wish;
use taizhang_core::id::{EntryNo, FieldNo, RecordNo};
use taizhang_core::refusal::Code;
use taizhang_core::value::Value;
use taizhang_store::backup::{backup, restore};
use taizhang_store::digest::{are_gone, erase, keep, undigested};
use taizhang_store::rebuild::rebuild;
use taizhang_store::verify::{Verdict, verify_at};
use taizhang_store::{Store, engine::Sql};

/// People with a sealed number that is unique. Their ciphertext is a byte, its digest a word.
struct People {
    book: Book,
    number: FieldNo,
}

impl People {
    fn new(engine: Engine) -> People {
        let mut book = Book::new(engine);
        let person = include_str!("pack/person.toml");
        book.apply(&pack(&[("registers/person.toml", person)]), "2024-01-01", false)
            .expect("applied");
        let number = book.ids.field("person", "number").expect("a field");
        People { book, number }
    }

    fn sealed(&self, mut ask: Ask, cipher: u8, digest: &str) -> Ask {
        ask = ask.set("number", Value::Sealed(vec![cipher; 40]));
        ask.command.digests.push((self.number, digest.to_owned()));
        ask
    }

    fn opening(&self, cipher: u8, digest: &str) -> Ask {
        let ask = self.book.open("person", "2024-01-01");
        self.sealed(ask.set("village", Value::Unit(self.book.unit("1.1"))), cipher, digest)
    }

    fn amend(&self, person: RecordNo, cipher: u8, digest: &str) -> EntryNo {
        let ask = self.book.on("person", person, Wish::Amend, "2024-02-01");
        self.book.must(self.sealed(ask, cipher, digest));
        self.book.head()
    }

    fn void(&self, person: RecordNo) -> EntryNo {
        self.book.must(self.book.on("person", person, Wish::Void, "2024-03-01"));
        self.book.head()
    }

    fn withdrawal(&self, person: RecordNo, target: EntryNo) -> Ask {
        let (withdraw, day) = (true, None);
        let wish = Wish::Correct { target, withdraw, day };
        self.book.on("person", person, wish, "2024-04-01")
    }

    fn is_taken(&self, digest: &str) {
        assert_eq!(self.book.refused(self.opening(250, digest)), Code::KeyTaken, "{digest}");
    }

    fn verdict(&self) -> Verdict {
        assert_sound(&self.book);
        verify_at(&self.book.site.place).expect("a verdict")
    }

    fn assert_whole(&self) {
        let verdict = self.verdict();
        assert_eq!((verdict.first_bad, verdict.undigested), (None, 0));
    }
}

#[test]
fn a_void_that_is_withdrawn_takes_the_key_again() {
    for engine in Engine::all() {
        let people = People::new(engine);
        let first = people.book.must(people.opening(1, "d1"));
        let void = people.void(first);
        people.assert_whole();
        let second = people.book.must(people.opening(2, "d1"));
        let back = people.withdrawal(first, void);
        assert_eq!(
            people.book.refused(back.clone()),
            Code::KeyTaken,
            "{engine:?}: the second holds it"
        );
        people.amend(second, 3, "d2");
        people.book.must(back);
        people.is_taken("d1");
        people.is_taken("d2");
        people.assert_whole();
    }
}

#[test]
fn a_correction_that_brings_an_old_value_back_brings_its_key_back() {
    for engine in Engine::all() {
        let people = People::new(engine);
        let first = people.book.must(people.opening(1, "d1"));
        let amended = people.amend(first, 2, "d2");
        let second = people.book.must(people.opening(3, "d1"));
        let back = people.withdrawal(first, amended);
        assert_eq!(people.book.refused(back.clone()), Code::KeyTaken, "{engine:?}");
        people.void(second);
        people.book.must(back);
        people.is_taken("d1");
        people.assert_whole();
        // A value that is said later still stands: a patch dated back before it takes no key.
        let later = people.book.on("person", first, Wish::Amend, "2024-05-01");
        people.book.must(people.sealed(later, 4, "d4"));
        people.amend(first, 5, "d5");
        people.is_taken("d4");
        people.book.must(people.opening(6, "d5"));
        people.assert_whole();
        let before = dump(&people.book);
        people.book.tamper("DELETE FROM unique_key WHERE text = 'd4'");
        assert!(
            people.verdict().first_bad.is_some(),
            "{engine:?}: verify sees what is missing"
        );
        people.book.store.writer().act(rebuild).expect("rebuilt");
        assert!(dump(&people.book) == before, "{engine:?}: rebuild uses the digests");
    }
}

#[test]
fn an_erased_value_holds_no_key_and_takes_none_again() {
    for engine in Engine::all() {
        let people = People::new(engine);
        let first = people.book.must(people.opening(1, "d1"));
        people.book.must(people.opening(2, "d2"));
        let act = move |session: &mut taizhang_store::writer::Session| erase(session, first);
        people.book.store.writer().act(act).expect("erased");
        people.book.must(people.opening(3, "d1"));
        people.is_taken("d2");
        let void = people.void(first);
        people.book.must(people.withdrawal(first, void));
        let verdict = people.verdict();
        assert_eq!((verdict.first_bad, verdict.undigested), (None, 1), "{engine:?}");
        people.book.store.writer().act(rebuild).expect("rebuilt");
        people.is_taken("d1");
        people.is_taken("d2");
    }
}

#[test]
fn no_backup_holds_a_digest_and_a_restored_book_gets_them_from_its_keys() {
    for engine in Engine::all() {
        let people = People::new(engine);
        let first = people.book.must(people.opening(1, "digest-of-one"));
        people.book.must(people.opening(2, "digest-of-two"));
        people.amend(first, 3, "digest-of-three");
        let file = people.book.site.folder.path().join("backup.taizhang");
        backup(&people.book.store, &file).expect("taken");
        let bytes = std::fs::read(&file).expect("a file");
        let found = bytes.windows(10).any(|window| window == b"digest-of-");
        assert!(!found, "{engine:?}: a digest stands in the backup");
        for target in Engine::all() {
            let site = target.site();
            restore(&site.place, &file).expect("restored");
            let verdict = verify_at(&site.place).expect("a verdict");
            assert_eq!(
                (verdict.first_bad, verdict.undigested),
                (None, 2),
                "{engine:?} to {target:?}"
            );
            let store = Store::open(&site.place, people.book.clock.clone()).expect("opened");
            let mut reading = store.read().expect("read");
            let conn = reading.conn().expect("a connection");
            assert!(are_gone(conn, &people.book.definition).expect("asked"));
            let missing = undigested(conn).expect("asked");
            drop(reading);
            let words = [(1, "digest-of-one"), (2, "digest-of-two"), (3, "digest-of-three")];
            let made = missing.into_iter().map(|value| {
                let word = words.iter().find(|(cipher, _)| value.sealed == [*cipher; 40]);
                (value.entry, value.field, word.expect("a value of ours").1.to_owned())
            });
            let made: Vec<_> = made.collect();
            assert_eq!(made.len(), 3);
            store.writer().act(move |session| keep(session, &made)).expect("kept");
            let verdict = verify_at(&site.place).expect("a verdict");
            assert_eq!(
                (verdict.first_bad, verdict.undigested),
                (None, 0),
                "{engine:?} to {target:?}"
            );
            let mut reading = store.read().expect("read");
            let conn = reading.conn().expect("a connection");
            let sql = "SELECT record FROM unique_key WHERE text = 'digest-of-three'";
            assert_eq!(conn.query(sql, &[]).expect("asked"), [[Sql::Int(first)]]);
            assert!(!are_gone(conn, &people.book.definition).expect("asked"));
        }
    }
}
