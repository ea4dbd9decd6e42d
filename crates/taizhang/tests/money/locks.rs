//! What is locked of a voucher: until when, and that it lapses by itself and comes back once.

use crate::invariants::found;
use crate::ledger::Ledger;
use std::collections::BTreeSet;

/// A lock of 72 hours holds for three days more and lapses on the fourth, without anybody writing anything.
#[test]
fn a_lock_lapses_by_itself_on_its_day_unless_the_contract_was_filed_or_the_lock_taken_off() {
    let book = Ledger::new();
    book.voucher("FP1", "10000", "2024-01-15");
    let lock = |contract: &str, on: &str, used: &str| {
        let set = [
            ("contract", contract),
            ("voucher", "FP1"),
            ("used", used),
            ("locked_on", on),
        ];
        book.open("voucher_use", on, &set)
    };
    let definition = book.app.definition().expect("a pack");
    let stands = |account: &str, on: &str| {
        let account = definition.account_named(account).expect("an account");
        let stands = book.app.standing(account, "FP1", on.parse().expect("a day"));
        stands.expect("asked").abs()
    };
    let first = lock("HT1", "2024-02-01", "6000").expect("locked");
    assert_eq!(book.says("voucher_use", first, &["lapses_on"]), ["2024-02-05"]);
    let face = stands("voucher.available", "2024-01-31");
    for (on, locked) in [
        ("2024-02-01", 600_000),
        ("2024-02-04", 600_000),
        ("2024-02-05", 0),
        ("2024-03-01", 0),
    ] {
        assert_eq!(stands("voucher.locked", on), locked, "{on}");
        assert_eq!(stands("voucher.locked_whole", on), locked, "{on}");
        assert_eq!(stands("voucher.available", on), face - locked, "{on}");
    }
    // Nobody else gets what is locked until it lapses, and not a day earlier.
    let (code, _) = lock("HT2", "2024-02-04", "6000").expect_err("still locked");
    assert_eq!(code, "below_floor");
    let second = lock("HT2", "2024-02-05", "6000").expect("locked after it lapsed");
    let (_, said) = book
        .amend("voucher_use", first, "2024-02-05", &[("unlocked_on", "2024-02-05")])
        .expect_err("nothing to take off");
    assert!(said.contains("自动解除"), "{said}");
    let filed = |record, on: &str| book.amend("voucher_use", record, on, &[("filed_on", on), ("total", "50000")]);
    let (_, said) = filed(first, "2024-02-05").expect_err("ran out the day before");
    assert!(said.contains("2024-02-04"), "{said}");
    // Filed on its last day it does not lapse; what was unlocked does not come back twice.
    filed(second, "2024-02-08").expect("filed in time");
    assert_eq!(stands("voucher.locked", "2024-02-09"), 0);
    assert_eq!(stands("voucher.available", "2024-02-09"), face - 600_000);
    let third = lock("HT3", "2024-03-01", "1000").expect("locked");
    book.amend("voucher_use", third, "2024-03-02", &[("unlocked_on", "2024-03-02")])
        .expect("taken off");
    assert_eq!(stands("voucher.available", "2024-03-31"), face - 600_000);
    assert_eq!(found(&book), BTreeSet::new());
}
