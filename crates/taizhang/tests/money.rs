//! Money through the book: schemes compute what is kept, in the district's own registers.

#[path = "money/duties.rs"]
mod duties;
#[path = "money/forged.rs"]
mod forged;
#[path = "money/invariants.rs"]
mod invariants;
#[path = "money/ledger.rs"]
mod ledger;
#[path = "money/loans.rs"]
mod loans;
#[path = "money/locks.rs"]
mod locks;
#[path = "money/race.rs"]
mod race;
#[path = "money/refused.rs"]
mod refused;
#[path = "money/vouchers.rs"]
mod vouchers;

use ledger::Ledger;
use std::path::Path;
use taizhang::app::book::read_pack;
use taizhang::app::execute::DraftWish;

#[test]
fn a_voucher_is_kept_as_its_scheme_computes_it() {
    let book = Ledger::new();
    let voucher = book.voucher("FP1", "800000", "2024-01-15");
    let issued = book.says("voucher", voucher, &["face", "reward", "valid_until", "version"]);
    assert_eq!(issued, ["84000000", "4000000", "2026-01-15", "sample"]);
    let used = book.open(
        "voucher_use",
        "2024-11-20",
        &[
            ("contract", "HT1"),
            ("voucher", "FP1"),
            ("used", "700000"),
            ("total", "900000"),
            ("filed_on", "2024-11-20"),
        ],
    );
    let used = used.expect("used");
    let filed = book.says("voucher_use", used, &["month", "reward_rate", "reward"]);
    assert_eq!(filed, ["11", "500", "3500000"]);
    let ended = book.write(
        "voucher",
        Some(voucher),
        DraftWish::Move("cash".to_owned()),
        "2026-01-15",
        &[("ended_on", "2026-01-15")],
    );
    ended.expect("ended");
    let rest = book.says("voucher", voucher, &["cash", "deducted", "saved", "interest"]);
    assert_eq!(rest, ["13333333", "666667", "0", "0"]);
    let costs = [
        "voucher.compensation",
        "voucher.embedded",
        "voucher.reward",
        "voucher.available",
    ];
    assert_eq!(book.balances(&costs), [80_000_000, 4_000_000 - 666_667, 3_500_000, 0]);
    let owed = ["voucher.payable", "voucher.holder_payable", "voucher.reward_payable"];
    let owed: i64 = book.balances(&owed).iter().sum();
    assert_eq!(owed, -86_833_333, "all that it costs is what is owed to somebody");
}

#[test]
fn a_typed_amount_that_differs_is_refused_and_the_right_one_is_not() {
    let book = Ledger::new();
    let set = [
        ("number", "FP1"),
        ("town", "焦店镇"),
        ("levy", "甲项目"),
        ("principal", "100000"),
        ("issued_on", "2024-01-15"),
    ];
    let with = |face| book.open("voucher", "2024-01-15", &[&set[..], &[("face", face)]].concat());
    let (code, said) = with("105000.01").expect_err("another face");
    assert_eq!(code, "computed");
    assert!(
        said.contains("105000，") && said.contains("105000.01") && said.contains("核发"),
        "{said}"
    );
    let voucher = with("105000").expect("the right face");
    let (code, _) = book
        .amend("voucher", voucher, "2024-02-01", &[("cash", "1")])
        .expect_err("nothing is ended");
    assert_eq!(code, "computed_later");
    let (code, _) = book
        .amend("voucher", voucher, "2024-02-01", &[("reward", "1")])
        .expect_err("computed before");
    assert_eq!(code, "computed_before");
}

#[test]
fn what_a_correction_changes_is_computed_anew() {
    let book = Ledger::new();
    let voucher = book.voucher("FP1", "100000", "2024-01-15");
    let scope = book.app.program_scope().expect("a scope");
    let target = book.app.record(&scope, voucher).expect("there").entries[0].n;
    let correct = DraftWish::Correct {
        target,
        withdraw: false,
        day: None,
    };
    let done = book.write(
        "voucher",
        Some(voucher),
        correct.clone(),
        "2024-01-15",
        &[("levy", "甲项目"), ("principal", "200000")],
    );
    done.expect("corrected");
    assert_eq!(
        book.says("voucher", voucher, &["face", "reward"]),
        ["21000000", "1000000"]
    );
    assert_eq!(book.balances(&["voucher.available"]), [-21_000_000]);
    // What rests on it below is not made untrue behind its back.
    let set = [
        ("contract", "HT1"),
        ("voucher", "FP1"),
        ("used", "50000"),
        ("total", "90000"),
        ("filed_on", "2025-01-15"),
    ];
    book.open("voucher_use", "2025-01-15", &set).expect("used");
    let (code, said) = book
        .write(
            "voucher",
            Some(voucher),
            correct,
            "2024-01-15",
            &[("issued_on", "2023-06-15")],
        )
        .expect_err("the tier would be another one");
    assert_eq!(code, "computed_before", "{said}");
}

#[test]
fn what_the_scheme_does_not_allow_is_refused_with_its_clause_and_nothing_moves() {
    let book = Ledger::new();
    let voucher = book.voucher("FP1", "100000", "2024-01-15");
    let buy = |on: &str, more: &[(&str, &str)]| {
        let set = [
            ("contract", "HT1"),
            ("voucher", "FP1"),
            ("used", "50000"),
            ("total", "90000"),
            ("filed_on", on),
        ];
        let refused = book.open("voucher_use", on, &[&set[..], more].concat());
        refused.expect_err("refused").1
    };
    let said = buy("2026-01-16", &[]);
    assert!(
        said.contains("2026-01-15") && said.contains("样例〔2024〕1号"),
        "{said}"
    );
    let said = buy("2024-03-01", &[("filed_price", "89999.99")]);
    assert!(said.contains("89999.99") && said.contains("样例〔2024〕1号"), "{said}");
    let said = buy("2024-03-01", &[("public_price", "80000")]);
    assert!(said.contains("80000.00"), "{said}");
    let said = buy("2024-03-01", &[("unit_kind", "商铺")]);
    assert!(said.contains("商铺"), "{said}");
    let said = buy("2024-03-05", &[("locked_on", "2024-03-01")]);
    assert!(said.contains("72"), "{said}");
    let freeze = DraftWish::Move("freeze".to_owned());
    book.write("voucher", Some(voucher), freeze, "2024-02-01", &[])
        .expect("frozen");
    let said = buy("2024-03-01", &[]);
    assert!(said.contains("冻结"), "{said}");
    assert_eq!(
        book.balances(&["voucher.available", "voucher.payable"]),
        [-10_500_000, 0]
    );
    let set = [
        ("number", "FP2"),
        ("town", "焦店镇"),
        ("levy", "甲项目"),
        ("principal", "1"),
        ("agreement_total", "3"),
        ("issued_on", "2024-01-15"),
    ];
    let (_, said) = book.open("voucher", "2024-01-15", &set).expect_err("not reconciled");
    assert!(said.contains("3.00"), "{said}");
}

#[test]
fn a_voucher_changes_hands_once() {
    let book = Ledger::new();
    book.voucher("FP1", "100000", "2024-01-15");
    let set = [
        ("number", "CZ1"),
        ("voucher", "FP1"),
        ("target", "FP2"),
        ("kind", "转让"),
        ("amount", "42000"),
        ("moved_on", "2024-03-01"),
        ("paper", "公证1号"),
    ];
    let moved = book.open("voucher_move", "2024-03-01", &set).expect("moved");
    assert_eq!(
        book.says("voucher_move", moved, &["embedded_part", "hops_after"]),
        ["200000", "1"]
    );
    let set = [
        ("number", "FP2"),
        ("town", "焦店镇"),
        ("face", "42000"),
        ("issued_on", "2024-03-01"),
        ("source", "转让"),
        ("since", "2024-01-15"),
        ("version", "sample"),
        ("valid_until", "2026-01-15"),
    ];
    book.open("voucher", "2024-03-01", &set).expect("opened");
    let again = [
        ("number", "CZ2"),
        ("voucher", "FP2"),
        ("target", "FP3"),
        ("kind", "转让"),
        ("amount", "42000"),
        ("moved_on", "2024-03-02"),
        ("paper", "公证2号"),
    ];
    let (code, said) = book
        .open("voucher_move", "2024-03-02", &again)
        .expect_err("a second hop");
    assert_eq!(code, "by_scheme");
    assert!(said.contains("样例〔2024〕1号"), "{said}");
}

#[test]
fn a_developer_is_paid_by_shares_to_the_supervision_account_and_a_cancelled_purchase_comes_back() {
    let book = Ledger::new();
    book.voucher("FP1", "200000", "2024-01-15");
    let set = [
        ("contract", "HT1"),
        ("voucher", "FP1"),
        ("used", "100000.01"),
        ("total", "300000"),
        ("filed_on", "2024-03-01"),
        ("account", "监管1"),
    ];
    let used = book.open("voucher_use", "2024-03-01", &set).expect("used");
    let pay = |number: &str, occasion: &str, payee: &str| {
        let set = [
            ("number", number),
            ("purchase", "HT1"),
            ("occasion", occasion),
            ("payee", payee),
            ("asked_on", "2024-03-05"),
        ];
        let payment = book.open("voucher_payment", "2024-03-05", &set)?;
        let made = |name: &str, set: &[(&str, &str)]| {
            let wish = DraftWish::Move(name.to_owned());
            book.write("voucher_payment", Some(payment), wish, "2024-03-05", set)
        };
        made("approve", &[])?;
        made("pay", &[("paid_on", "2024-03-05")])
    };
    let (_, said) = pay("FK1", "filing", "个人账户").expect_err("not the supervision account");
    assert!(said.contains("监管1"), "{said}");
    let (_, said) = pay("FK2", "handover", "监管1").expect_err("not handed over");
    assert!(said.contains("样例〔2024〕1号"), "{said}");
    let (code, _) = pay("FK3", "filing", "监管1").expect_err("asked for already");
    assert_eq!(code, "key_taken");
    let first = book.app.program_scope().map(|_| used).expect("a scope");
    let owed = [
        "voucher.payable",
        "voucher.available",
        "voucher.from_developer",
        "voucher.reward",
    ];
    assert_eq!(book.balances(&owed), [-10_000_001, -10_999_999, 0, 500_000]);
    let cancelled = book.amend("voucher_use", first, "2024-04-01", &[("cancelled_on", "2024-04-01")]);
    cancelled.expect("cancelled");
    assert_eq!(
        book.says("voucher_use", used, &["back", "to_return"]),
        ["10000001", "0"]
    );
    assert_eq!(book.balances(&owed), [0, -21_000_000, 0, 0]);

    let set = [
        ("contract", "HT2"),
        ("voucher", "FP1"),
        ("used", "100000.01"),
        ("total", "300000"),
        ("filed_on", "2024-05-01"),
        ("account", "监管1"),
    ];
    let used = book.open("voucher_use", "2024-05-01", &set).expect("used");
    let set = [
        ("number", "FK4"),
        ("purchase", "HT2"),
        ("occasion", "filing"),
        ("payee", "监管1"),
        ("asked_on", "2024-05-05"),
    ];
    let payment = book.open("voucher_payment", "2024-05-05", &set).expect("asked");
    let made = |name: &str, set: &[(&str, &str)]| {
        let wish = DraftWish::Move(name.to_owned());
        book.write("voucher_payment", Some(payment), wish, "2024-05-05", set)
    };
    made("approve", &[]).expect("approved");
    made("pay", &[("paid_on", "2024-05-05")]).expect("paid");
    let said = book.says("voucher_payment", payment, &["amount", "due"]);
    assert_eq!(said, ["3000000", "2024-06-30"]);
    let cancelled = book.amend("voucher_use", used, "2024-06-01", &[("cancelled_on", "2024-06-01")]);
    cancelled.expect("cancelled after a payment");
    let said = book.says("voucher_use", used, &["back", "to_return"]);
    assert_eq!(said, ["7000001", "3000000"]);
    assert_eq!(book.balances(&owed), [0, -21_000_000, 3_000_000, 0]);
}

#[test]
fn a_version_of_a_scheme_that_is_in_use_is_not_edited() {
    let book = Ledger::new();
    let pack = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/xinhua");
    let mut files = read_pack(&pack).expect("read");
    let fund = files.get("schemes/fund.toml").expect("the fund").clone();
    let edited = fund.replace("multiple = 5", "multiple = 10");
    files.insert("schemes/fund.toml".to_owned(), edited.clone());
    let refused = book.app.plan_pack(files.clone()).err().expect("refused");
    let refused = book.app.locale().error(&refused);
    assert!(refused.contains("guarantee-2018"), "{refused}");
    let later = edited
        .replace("guarantee-2018", "guarantee-2027")
        .replace("valid_from = 2018-01-01", "valid_from = 2027-07-01");
    let ended = fund.replace("multiple = 5", "valid_to = 2027-06-30\nmultiple = 5");
    files.insert("schemes/fund.toml".to_owned(), format!("{ended}\n{later}"));
    assert!(book.app.plan_pack(files).is_ok());
}
