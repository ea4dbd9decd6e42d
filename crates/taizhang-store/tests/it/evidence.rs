//! Files: who brought them, which entries name them, found without reading the journal.

use crate::Engine;
use crate::book::Book;
use crate::life::lively;
use std::collections::BTreeSet;
use taizhang_store::evidence::{Stored, files_of, get, hashes, namings, save};

fn brought(file: u8, actor: i64, name: &str, at: i64) -> Stored {
    Stored {
        hash: [file; 32],
        actor,
        size: 3,
        kind: "application/pdf".to_owned(),
        name: name.to_owned(),
        stored_at: at,
    }
}

fn saved(book: &Book, rows: &[Stored]) {
    let rows = rows.to_vec();
    let act = move |session: &mut taizhang_store::writer::Session| {
        for row in &rows {
            save(&mut *session.conn, row)?;
        }
        session.conn.commit()
    };
    book.store.writer().act(act).expect("saved");
}

#[test]
fn everybody_who_brings_a_file_has_a_row_of_their_own_and_keeps_it() {
    for engine in Engine::all() {
        let book = Book::new(engine);
        let (ann, bob) = (brought(1, 7, "a.pdf", 20), brought(1, 8, "b.pdf", 10));
        let other = brought(2, 7, "c.pdf", 30);
        saved(
            &book,
            &[ann.clone(), bob.clone(), other.clone(), brought(1, 7, "again.pdf", 40)],
        );
        let mut reading = book.store.read().expect("read");
        let conn = reading.conn().expect("a connection");
        assert_eq!(
            get(conn, &[1; 32]).expect("read"),
            [bob.clone(), ann.clone()],
            "{engine:?}"
        );
        assert_eq!(get(conn, &[9; 32]).expect("read"), [], "{engine:?}");
        let all = hashes(conn, &[0; 32], 10).expect("read");
        assert_eq!(all, [[1; 32], [2; 32]], "{engine:?}");
        assert_eq!(hashes(conn, &[1; 32], 10).expect("read"), [[2; 32]], "{engine:?}");
    }
}

#[test]
fn the_entries_that_name_a_file_are_those_that_the_journal_gives() {
    for engine in Engine::all() {
        let book = lively(engine);
        let mut reading = book.store.read().expect("read");
        let conn = reading.conn().expect("a connection");
        let mut all = BTreeSet::new();
        taizhang_store::journal::each_after(conn, 0, &mut |_, _, bytes| {
            let entry = taizhang_core::journal::encoding::decode(bytes).expect("an entry");
            all.extend(files_of(&entry).into_iter().map(|file| (file, entry.n, entry.record)));
            Ok(true)
        })
        .expect("entries");
        for (file, times) in [(1, 1), (2, 2), (3, 1), (4, 1), (5, 0)] {
            let found = namings(conn, &[file; 32], 0, 10).expect("read");
            let expected = all.iter().filter(|(hash, ..)| *hash == [file; 32]);
            assert_eq!(found.len(), times, "{engine:?} {file}");
            assert!(
                expected
                    .map(|(_, n, record)| (*n, *record))
                    .eq(found.iter().map(|one| (one.entry, one.record)))
            );
        }
        let second = namings(conn, &[2; 32], 0, 1).expect("read")[0].entry;
        assert_eq!(
            namings(conn, &[2; 32], second, 10).expect("read").len(),
            1,
            "{engine:?}"
        );
    }
}

#[test]
fn finding_them_reads_no_journal() {
    let book = lively(Engine::Sqlite);
    let plan = book.query(
        "EXPLAIN QUERY PLAN SELECT o.entry, e.record FROM evidence_of o JOIN entry e ON e.n = o.entry
         WHERE o.hash = x'00' AND o.entry > 0 ORDER BY o.entry LIMIT 10",
    );
    let steps: Vec<&str> = plan
        .iter()
        .filter_map(|row| row.last().and_then(|step| step.text().ok()))
        .collect();
    assert!(
        !steps.is_empty() && !steps.iter().any(|step| step.starts_with("SCAN")),
        "{steps:?}"
    );
}
