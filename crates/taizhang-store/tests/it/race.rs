//! Many redeemers of one voucher at once, on one server and on two: never below zero, never twice, and who is
//! refused is told which holder is short and by how much.

use crate::Engine;
use crate::book::{Book, pack};
use crate::write::assert_sound;
use taizhang_core::command::Command;
use taizhang_core::refusal::{Code, Refusal};
use taizhang_core::value::Value;
use taizhang_store::Store;
use taizhang_store::verify::verify_at;
use taizhang_store::writer::Outcome;

const REDEEMERS: usize = 64;
const ATTEMPTS: usize = 4;
const FACE: i64 = 1_000;
const PART: i64 = 7;

/// A voucher as its issuer has it: what is owed stands on the credit side.
fn owed() -> Vec<(&'static str, String)> {
    let accounts = include_str!("pack/accounts.toml").replace("floor = \"0\"", "floor = \"0\"\nside = \"credit\"");
    let turned = |text: &str| {
        let text = text.replace("debit =", "other =").replace("debit_dims", "other_dims");
        let text = text.replace("credit =", "debit =").replace("credit_dims", "debit_dims");
        text.replace("other =", "credit =").replace("other_dims", "credit_dims")
    };
    vec![
        ("accounts.toml", accounts),
        ("registers/grant.toml", turned(include_str!("pack/grant.toml"))),
        ("registers/spending.toml", turned(include_str!("pack/spending.toml"))),
    ]
}

fn race(book: &Book, stores: &[&Store], side: i64) {
    let unit = book.unit("1.1");
    let ask = |register: &str, amount: i64| {
        let ask = book.open(register, "2024-01-01").set("village", Value::Unit(unit));
        ask.text("holder", "FP1").set("amount", Value::Num(amount))
    };
    book.must(ask("grant", FACE).text("number", "G1"));
    let command = ask("spending", PART).command;
    let redeem = |store: &Store, command: &Command| -> Result<bool, Refusal> {
        match store.writer().write(crate::book::request(vec![command.clone()])) {
            Ok(Outcome::Written { .. }) => Ok(true),
            Ok(Outcome::Refused(refused)) => Err(refused[0].1[0].clone()),
            other => panic!("{other:?}"),
        }
    };
    let (mut written, mut refused) = (0, Vec::new());
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..REDEEMERS)
            .map(|at| {
                let (store, command, redeem) = (stores[at % stores.len()], &command, &redeem);
                scope.spawn(move || (0..ATTEMPTS).map(|_| redeem(store, command)).collect::<Vec<_>>())
            })
            .collect();
        for outcome in threads.into_iter().flat_map(|thread| thread.join().expect("a thread")) {
            match outcome {
                Ok(_) => written += 1,
                Err(refusal) => refused.push(refusal),
            }
        }
    });
    assert_eq!(written, FACE / PART, "as often as the face allows, and no more");
    assert_eq!(
        refused.len(),
        REDEEMERS * ATTEMPTS - usize::try_from(written).expect("a count")
    );
    for refusal in refused {
        let said = |name: &str| {
            refusal
                .args
                .iter()
                .find(|(of, _)| *of == name)
                .map(|(_, value)| value.clone())
        };
        assert_eq!(
            (refusal.code, said("holder").as_deref()),
            (Code::BelowFloor, Some("FP1"))
        );
        assert_eq!(said("short").as_deref(), Some("0.01"));
    }
    assert_eq!(book.as_of("purse.balance", "2024-06-30", None), side * (FACE % PART));
    assert_eq!(
        book.as_of("purse.balance", "2024-06-30", None) + book.as_of("purse.funds", "2024-06-30", None),
        0
    );
    assert_sound(book);
    assert_eq!(verify_at(&book.site.place).expect("a verdict").first_bad, None);
}

#[test]
fn nobody_takes_more_than_a_voucher_has() {
    for engine in Engine::all() {
        let book = Book::new(engine);
        race(&book, &[&book.store], 1);
    }
}

#[test]
fn nobody_takes_more_than_is_owed_though_two_servers_write() {
    for engine in Engine::all() {
        let mut book = Book::new(engine);
        let files = owed();
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
        book.apply(&pack(&files), "2020-01-01", false).expect("applied");
        let second = Store::open(&book.site.place, book.clock.clone()).expect("a second server");
        race(&book, &[&book.store, &second], -1);
    }
}
