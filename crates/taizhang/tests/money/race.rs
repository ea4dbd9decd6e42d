//! Sixty-four people lock the rest of one voucher at once, and two servers of one book do: never below zero,
//! never twice, and whoever comes too late is told who holds it.

use crate::ledger::Ledger;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use taizhang::app::evidence::Evidence;
use taizhang::app::execute::{Draft, DraftWish};
use taizhang::app::{App, Options};
use taizhang::error::AppError;

/// How many lock at once.
const PEOPLE: usize = 64;
/// What each asks for, in yuan; the voucher's face is 105,000.
const EACH: i64 = 2_000;
const FACE: i64 = 105_000;

/// How often each of them tries; ten thousand times in all under `cargo xtask soak vouchers`.
fn tries() -> usize {
    if std::env::var("TAIZHANG_SOAK").is_ok() { 160 } else { 4 }
}

fn race(book: &Ledger, servers: &[Arc<App>]) {
    book.voucher("FP1", "100000", "2024-01-15");
    let (locked, refused) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|threads| {
        for person in 0..PEOPLE {
            let (app, locked, refused) = (&servers[person % servers.len()], &locked, &refused);
            threads.spawn(move || {
                let scope = app.program_scope().expect("a scope");
                for at in 0..tries() {
                    match app.execute(&scope, &[lock(&format!("HT{person}-{at}"))], None) {
                        Ok(_) => locked.fetch_add(1, Ordering::Relaxed),
                        Err(AppError::Refused(lines)) => {
                            assert_eq!(lines[0].code, "below_floor", "{}", lines[0].message);
                            assert!(
                                lines[0].message.contains("占用") && lines[0].message.contains("HT"),
                                "{}",
                                lines[0].message
                            );
                            refused.fetch_add(1, Ordering::Relaxed)
                        }
                        Err(other) => panic!("{other}"),
                    };
                }
            });
        }
    });
    let most = usize::try_from(FACE / EACH).expect("a few");
    assert_eq!(locked.into_inner(), most, "as many as fit, and none more");
    assert_eq!(refused.into_inner(), PEOPLE * tries() - most);
    let held = i64::try_from(most).expect("a few") * EACH * 100;
    let definition = book.app.definition().expect("a pack");
    let stands = |on: &str| {
        ["voucher.locked", "voucher.available"].map(|account| {
            let account = definition.account_named(account).expect("an account");
            let stands = book.app.standing(account, "FP1", on.parse().expect("a day"));
            stands.expect("asked")
        })
    };
    assert_eq!(stands("2024-02-01"), [-held, held - FACE * 100]);
    // What was locked once is given back once, and only then is there room again.
    assert_eq!(stands("2024-02-05"), [0, -FACE * 100]);
    let mut reading = servers[0].reading().expect("a reading");
    let (_, broken) =
        taizhang::app::invariants::broken(&mut reading, "2027-06-30".parse().expect("a day")).expect("looked");
    assert_eq!(broken, []);
}

fn lock(contract: &str) -> Draft {
    let each = EACH.to_string();
    let set = [
        ("contract", contract),
        ("voucher", "FP1"),
        ("used", each.as_str()),
        ("locked_on", "2024-02-01"),
    ];
    Ledger::draft("voucher_use", None, DraftWish::Open, "2024-02-01", &set)
}

#[test]
fn sixty_four_who_lock_one_voucher_get_what_there_is_and_no_more() {
    let book = Ledger::new();
    race(&book, std::slice::from_ref(&book.app));
}

#[test]
fn two_servers_of_one_book_on_postgres_give_a_voucher_out_once() {
    let Ok(url) = std::env::var("TAIZHANG_TEST_PG_URL") else {
        eprintln!("TAIZHANG_TEST_PG_URL is not set: PostgreSQL was not run");
        return;
    };
    let mark = if url.contains('?') { '&' } else { '?' };
    let place = format!("{url}{mark}schema=race{}", std::process::id());
    let place: taizhang_store::Place = place.parse().expect("a place");
    let keys = tempfile::tempdir().expect("a folder");
    let options = || Options {
        keys: Some(keys.path().join("keys")),
        evidence: Some(Evidence::folder(keys.path().join("evidence"))),
        ..Ledger::options()
    };
    let book = Ledger::at(&place, options());
    let other = App::open(&place, options()).expect("a second server");
    race(&book, &[book.app.clone(), Arc::new(other)]);
}
