//! Law 5 doubted: books that agree with themselves and hold amounts that no scheme computes.

use super::ledger::{Ledger, files};
use std::sync::Arc;
use taizhang::app::execute::DraftWish;
use taizhang::app::instruments::BySchemes;
use taizhang::clock::SystemClock;
use taizhang_core::command::{Command, Wish};
use taizhang_core::journal::encoding::decode;
use taizhang_core::journal::{Act, Change};
use taizhang_core::value::{Cell, Value};
use taizhang_store::append::Who;
use taizhang_store::backup::backup;
use taizhang_store::journal::each_after;
use taizhang_store::verify::{FirstBad, amounts_at, verify_at};
use taizhang_store::writer::{Outcome, Request};
use taizhang_store::{Place, Store};

/// A book that was made anew by somebody who left the schemes out: whole in itself, postings and chain and all.
/// `forge` changes what the true entries of a register say.
fn remade(book: &Ledger, register: &str, forge: impl Fn(&mut Command)) -> (Place, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("book.db");
    let mut reading = book.app.reading().expect("a reading");
    let definition = reading.caches.rules.latest().expect("a pack").definition.clone();
    let forged_in = definition.register_named(register).expect("a register").no;
    let mut entries = Vec::new();
    let mut take = |n: i64, _: &[u8], bytes: &[u8]| {
        entries.extend(
            decode(bytes)
                .ok()
                .filter(|entry| entry.record > 0 && entry.command == 0 && n > 1),
        );
        Ok(true)
    };
    each_after(reading.conn().expect("a connection"), 0, &mut take).expect("the journal");
    // The same pack and units, but none of the records.
    let bare = Ledger::by(files());
    backup(bare.app.store(), &file).expect("copied");
    let place = Place::Sqlite(file);
    let store = Store::open(
        &place,
        Arc::new(SystemClock::standing_at("2027-06-30".parse().expect("a day"))),
    );
    let store = store.expect("opened");
    for entry in entries {
        let (wish, patch) = match entry.act {
            Act::Open { patch, opening } => (Wish::Open { opening }, patch),
            Act::Move { name, patch } => (Wish::Move(name), patch),
            Act::Amend { patch } => (Wish::Amend, patch),
            other => panic!("{other:?}"),
        };
        let record = Some(entry.record).filter(|_| !matches!(wish, Wish::Open { .. }));
        let mut command = Command::new(entry.register, record, wish, entry.occurred_on);
        let said = patch.into_iter().filter(|(field, _)| field.0 > 0);
        command.fields = said.map(|(field, cell)| (field, Change::Set(cell))).collect();
        if entry.register == forged_in {
            forge(&mut command);
        }
        let request = Request {
            commands: vec![command],
            prepared: None,
            who: Who::default(),
            gate: Arc::new(book.app.program_scope().expect("a scope")),
            idempotency: None,
        };
        let outcome = store.writer().write(request).expect("no fault");
        assert!(matches!(outcome, Outcome::Written { .. }), "{outcome:?}");
    }
    (place, folder)
}

/// Law 5: an amount is what the scheme computes, not only what somebody hashed.
#[test]
fn an_amount_that_no_scheme_computes_is_named_though_the_book_agrees_with_itself() {
    let book = Ledger::new();
    let voucher = book.voucher("FP1", "800000", "2024-01-15");
    let ended = DraftWish::Move("cash".to_owned());
    let set = [("ended_on", "2026-01-15")];
    book.write("voucher", Some(voucher), ended, "2026-01-15", &set)
        .expect("ended");
    let field = |id: &str| {
        let reading = book.app.reading().expect("a reading");
        let definition = &reading.caches.rules.latest().expect("a pack").definition;
        let register = definition.register_named("voucher").expect("a register");
        register.field_named(id).expect("a field").no
    };
    let more = |id: &str, by: i64| {
        let field = field(id);
        move |command: &mut Command| {
            for (no, change) in &mut command.fields {
                match change {
                    Change::Set(Cell::Is(Value::Num(fen))) if *no == field => *fen += by,
                    _ => {}
                }
            }
        }
    };
    let judge = |forge: &dyn Fn(&mut Command)| {
        let (place, _folder) = remade(&book, "voucher", forge);
        let verdict = verify_at(&place).expect("verified");
        assert!(verdict.ok, "it agrees with itself: {:?}", verdict.first_bad);
        amounts_at(&place, &BySchemes).expect("computed")
    };
    // The control: what the schemes do compute, written without them, is right.
    assert_eq!(judge(&|_| {}), None);
    let told = |bad: Option<FirstBad>| match bad {
        Some(FirstBad::Amount {
            field, expected, found, ..
        }) => (field, expected, found),
        other => panic!("{other:?}"),
    };
    let wrong = told(judge(&more("face", 100)));
    assert_eq!(wrong, ("voucher.face".into(), "840000".into(), "840001".into()));
    // From the balance of then: a fen of the cash part goes to what is deducted.
    let (cash, deducted) = (more("cash", -1), more("deducted", 1));
    let wrong = told(judge(&|command: &mut Command| {
        cash(command);
        deducted(command);
    }));
    assert_eq!(wrong.0, "voucher.cash");
    // And what is computed is not there at all.
    let none = field("deducted");
    let (place, _folder) = remade(&book, "voucher", |command| command.fields.retain(|(no, _)| *no != none));
    let wrong = told(amounts_at(&place, &BySchemes).expect("computed"));
    assert_eq!((wrong.0.as_str(), wrong.2.as_str()), ("voucher.deducted", ""));
    let said = std::process::Command::new(env!("CARGO_BIN_EXE_taizhang"))
        .arg("verify")
        .arg("--book")
        .arg(place.to_string())
        .arg("--no-files")
        .output()
        .expect("the program starts");
    let line = String::from_utf8_lossy(&said.stderr);
    assert_eq!(said.status.code(), Some(1), "{line}");
    assert!(line.contains("voucher.deducted") && line.contains("办法"), "{line}");
}
