//! Guaranteed loans through the book: a quarter's claim by banks and levels of government, repaid early, overdue,
//! compensated, recovered and written off, and what the fund carries — each with its figures.

use crate::invariants::found;
use crate::ledger::{Ledger, Told};
use std::collections::BTreeSet;
use taizhang::app::ask::{FigureQuestion, FigureState};
use taizhang::app::execute::DraftWish;
use taizhang_core::id::RecordNo;
use taizhang_store::figure::Span;

/// A figure as the page prints it.
fn figure(book: &Ledger, account: &str, span: Span) -> String {
    let question = FigureQuestion {
        account: account.to_owned(),
        unit: None,
        span,
        known_at: None,
    };
    let figure = book.app.asking().expect("asked").figure(&question).expect("a figure");
    match figure.state {
        FigureState::Reported => figure.value.unwrap_or_default(),
        _ => String::new(),
    }
}

fn day(text: &str) -> taizhang_core::day::Day {
    text.parse().expect("a day")
}

fn quarter(book: &Ledger, account: &str) -> String {
    figure(book, account, Span::Between(day("2024-07-01"), day("2024-09-30")))
}

fn moved(book: &Ledger, loan: RecordNo, name: &str, on: &str, set: &[(&str, &str)]) -> Told {
    book.write("startup_loan", Some(loan), DraftWish::Move(name.to_owned()), on, set)
}

/// A loan from its application to its disbursement on 10 April 2024.
fn lent(book: &Ledger, iou: &str, more: &[(&str, &str)]) -> Told {
    let usual = [
        ("iou", iou),
        ("town", "焦店镇"),
        ("borrower_kind", "个人"),
        ("approved_on", "2024-04-08"),
        ("amount", "300000"),
        ("rate", "3.95"),
        ("lpr", "3.45"),
        ("bank", "甲银行"),
    ];
    let usual = usual
        .into_iter()
        .filter(|(field, _)| more.iter().all(|(other, _)| other != field));
    let set: Vec<(&str, &str)> = usual.chain(more.iter().copied()).collect();
    let loan = book.open("startup_loan", "2024-04-08", &set)?;
    let eligible = [("eligibility", "符合"), ("group", "登记失业人员")];
    moved(book, loan, "check", "2024-04-08", &eligible)?;
    moved(book, loan, "vet", "2024-04-08", &[("guarantee", "免反担保")])?;
    moved(book, loan, "approve", "2024-04-08", &[])?;
    let days = [("disbursed_on", "2024-04-10"), ("due_on", "2026-04-10")];
    moved(book, loan, "disburse", "2024-04-10", &days)
}

fn claimed(book: &Ledger, number: &str, iou: &str, (from, to): (&str, &str), more: &[(&str, &str)]) -> Told {
    let set = [
        ("number", number),
        ("loan", iou),
        ("from", from),
        ("to", to),
        ("accrued_on", to),
    ];
    book.open("loan_subsidy", to, &[&set[..], more].concat())
}

fn happened(book: &Ledger, number: &str, iou: &str, kind: &str, amount: &str, on: &str) -> Told {
    let set = [
        ("number", number),
        ("loan", iou),
        ("kind", kind),
        ("amount", amount),
        ("happened_on", on),
        ("paper", "样例批准"),
    ];
    book.open("loan_repayment", on, &set)
}

const FIRST: (&str, &str) = ("2024-04-10", "2024-06-21");
const SECOND: (&str, &str) = ("2024-06-21", "2024-09-21");

#[test]
fn the_claim_of_a_quarter_adds_up_by_bank_and_by_level_of_government() {
    let book = Ledger::new();
    let deposit = [
        ("number", "JZ2"),
        ("unit", "区人力资源和社会保障局"),
        ("bank", "乙银行"),
        ("paid_in_on", "2023-01-10"),
        ("amount", "20"),
    ];
    book.open("loan_fund", "2023-01-10", &deposit).expect("deposited");
    lent(&book, "JJ1", &[]).expect("lent");
    lent(&book, "JJ2", &[("bank", "乙银行")]).expect("lent");
    for (number, iou) in [("TX1", "JJ1"), ("TX2", "JJ2")] {
        claimed(&book, number, iou, FIRST, &[]).expect("the quarter before");
    }
    // Repaid early: 50 days of 300,000 and 42 of 200,000.
    happened(&book, "HK1", "JJ2", "还本", "100000", "2024-08-10").expect("repaid");
    for (number, iou) in [("TX3", "JJ1"), ("TX4", "JJ2")] {
        claimed(&book, number, iou, SECOND, &[]).expect("this quarter");
    }
    let sheet = [
        ("loan.claim_count", "2"),
        ("loan.claim_interest", "5595.83"),
        ("loan.claim", "2797.92"),
        ("loan.claim_borrower", "2797.91"),
        ("loan.claim_central", "1398.97"),
        ("loan.claim_province", "699.48"),
        ("loan.claim_city", "419.69"),
        ("loan.claim_district", "279.78"),
    ];
    for (account, sum) in sheet {
        assert_eq!(quarter(&book, account), sum, "{account}");
    }
    // 3,028.33 and 2,567.50 of interest; 1,514.17 and 1,283.75 of subsidy, each shared by itself to the fen.
    assert_eq!(
        book.balances(&["loan.subsidy_cost", "loan.subsidy_payable"]),
        [516_792, -516_792]
    );
    assert_eq!(found(&book), BTreeSet::new());
}

/// What the budget bears ends on the day before the first overdue day, and never lies beyond the maturity that was agreed.
#[test]
fn overdue_and_extended_days_are_borne_by_the_borrower() {
    let book = Ledger::new();
    let loan = lent(&book, "JJ1", &[]).expect("lent");
    claimed(&book, "TX1", "JJ1", FIRST, &[]).expect("the quarter before");
    moved(&book, loan, "overdue", "2024-08-10", &[]).expect_err("since which day");
    moved(&book, loan, "overdue", "2024-08-10", &[("overdue_on", "2024-08-10")]).expect("overdue");
    let second = claimed(&book, "TX2", "JJ1", SECOND, &[]).expect("fifty days of ninety-two");
    let said = book.says("loan_subsidy", second, &["interest", "subsidy", "borrower"]);
    // 300,000 × 3.95 % × 92 ÷ 360, and half of the first 50 days of it.
    assert_eq!(said, ["302833", "82292", "220541"]);
    let third = claimed(&book, "TX3", "JJ1", ("2024-09-21", "2024-12-21"), &[]).expect("none of it");
    let said = book.says("loan_subsidy", third, &["interest", "subsidy", "borrower"]);
    assert_eq!(said, ["299542", "0", "299542"]);
    let (_, said) = claimed(&book, "TX4", "JJ1", ("2026-03-21", "2026-04-11"), &[]).expect_err("past its maturity");
    assert!(said.contains("展期和逾期不贴息"), "{said}");
    assert_eq!(found(&book), BTreeSet::new());
}

/// Compensated at four fifths, recovered in part, the rest written off: what the fund lost is what is not there.
#[test]
fn what_is_compensated_is_recovered_or_written_off_and_the_fund_is_smaller_by_it() {
    let book = Ledger::new();
    let loan = lent(&book, "JJ1", &[]).expect("lent");
    let accounts = ["loan.guaranteed", "loan.compensated", "loan.fund_deposit", "loan.fund"];
    assert_eq!(book.balances(&accounts), [30_000_000, 0, 20_000_000, -20_000_000]);
    moved(&book, loan, "overdue", "2024-08-10", &[("overdue_on", "2024-08-10")]).expect("overdue");
    let paid = happened(&book, "DC1", "JJ1", "代偿", "200000", "2024-11-20").expect("compensated");
    assert_eq!(
        book.says("loan_repayment", paid, &["fund_part", "bank_part"]),
        ["16000000", "4000000"]
    );
    moved(&book, loan, "pay", "2024-11-20", &[]).expect("paid for");
    assert_eq!(
        book.balances(&accounts),
        [10_000_000, 16_000_000, 4_000_000, -20_000_000]
    );
    let (code, said) = happened(&book, "ZC1", "JJ1", "追偿", "160000.01", "2025-03-01").expect_err("more than is out");
    assert!(code == "below_floor" && said.contains("1401"), "{said}");
    happened(&book, "ZC1", "JJ1", "追偿", "60000", "2025-03-01").expect("recovered");
    assert_eq!(
        book.balances(&accounts),
        [10_000_000, 10_000_000, 10_000_000, -20_000_000]
    );
    happened(&book, "HX1", "JJ1", "核销", "100000", "2025-06-01").expect("written off");
    assert_eq!(book.balances(&accounts), [10_000_000, 0, 10_000_000, -10_000_000]);
    assert_eq!(found(&book), BTreeSet::new());
}

/// Five times what is deposited at the bank, and none at all while too much is compensated there.
#[test]
fn the_fund_carries_so_many_times_its_deposit_at_that_bank_and_pauses_after_losses() {
    let book = Ledger::new();
    for n in 1..=3 {
        lent(&book, &format!("JJ{n}"), &[]).expect("nine hundred thousand of a million");
    }
    let (_, said) = lent(&book, "JJ4", &[("amount", "100000.01")]).expect_err("above five times 200,000");
    for word in ["1000000.00", "5 倍", "样例〔2018〕2号"] {
        assert!(said.contains(word), "{said}");
    }
    lent(&book, "JJ5", &[("amount", "100000")]).expect("exactly five times");
    let shown = figure(&book, "loan.multiple", Span::AsOf(day("2024-06-30")));
    assert_eq!(shown, "5");
    // A quarter of what is outstanding was compensated: above a fifth, nothing more is lent.
    happened(&book, "DC1", "JJ1", "代偿", "250000", "2024-04-10").expect("compensated");
    let (_, said) = lent(&book, "JJ6", &[("amount", "1000")]).expect_err("paused");
    assert!(
        said.contains("代偿率超过") && said.contains("样例〔2018〕2号"),
        "{said}"
    );
}

/// The rule is that of the contract for the subsidy as it was for the disbursement, with its partners and its layers.
#[test]
fn a_subsidy_follows_the_contract_the_partners_and_the_layers_of_its_loan() {
    let book = Ledger::new();
    lent(&book, "JJ1", &[("signed_on", "2023-12-30"), ("amount", "200000")]).expect("signed before the change");
    let first = claimed(&book, "TX1", "JJ1", FIRST, &[]).expect("accrued");
    // Henan bore all of it then: 72 days of 200,000 at 3.95 %.
    let said = book.says("loan_subsidy", first, &["regime", "interest", "subsidy"]);
    assert_eq!(said, ["R22-HN", "158000", "158000"]);
    let five = [("borrower_kind", "合伙创业"), ("partners", "2"), ("amount", "660000")];
    lent(&book, "JJ2", &five).expect("two partners, 110 per cent of their caps");
    let second = claimed(&book, "TX2", "JJ2", FIRST, &[]).expect("accrued");
    assert_eq!(
        book.says("loan_subsidy", second, &["interest", "subsidy"]),
        ["521400", "260700"]
    );

    let book = Ledger::new();
    let layers = [("amount", "500000"), ("national", "300000"), ("local", "200000")];
    lent(&book, "JJ3", &layers).expect("two layers");
    // What is repaid first is local: the national layer earns its whole subsidy.
    happened(&book, "HK1", "JJ3", "还本", "200000", "2024-05-01").expect("repaid");
    let national = claimed(&book, "TX1", "JJ3", FIRST, &[]).expect("accrued");
    assert_eq!(
        book.says("loan_subsidy", national, &["interest", "subsidy"]),
        ["237000", "118500"]
    );
    let local = [
        ("layer", "地方层"),
        ("interest", "460.83"),
        ("subsidy", "460.83"),
        ("borrower", "0"),
        ("district", "460.83"),
    ];
    claimed(&book, "TX2", "JJ3", FIRST, &local).expect("the district's own");
    let central = [&local[..4], &[("central", "460.83")]].concat();
    let (_, said) = claimed(&book, "TX3", "JJ3", FIRST, &central).expect_err("the centre bears none of it");
    assert!(said.contains("区级承担"), "{said}");
}

#[test]
fn interest_and_subsidy_follow_what_was_owed_each_day() {
    let book = Ledger::new();
    lent(&book, "JJ1", &[]).expect("lent");
    let fields = [
        "regime", "days", "interest", "subsidy", "borrower", "central", "province", "city", "district",
    ];
    let first = claimed(&book, "TX1", "JJ1", FIRST, &[]).expect("accrued");
    let said = book.says("loan_subsidy", first, &fields);
    assert_eq!(
        said,
        [
            "R23", "72", "237000", "118500", "118500", "59250", "29625", "17775", "11850"
        ]
    );
    happened(&book, "HK1", "JJ1", "还本", "100000", "2024-08-10").expect("repaid");
    let second = claimed(&book, "TX2", "JJ1", SECOND, &[]).expect("accrued");
    let said = book.says("loan_subsidy", second, &fields[1..5]);
    assert_eq!(said, ["92", "256750", "128375", "128375"]);
    let before = ("2024-01-01", "2024-03-21");
    let (_, said) = claimed(&book, "TX3", "JJ1", before, &[]).expect_err("before the loan");
    assert!(!said.is_empty());
    let (code, said) = happened(&book, "DC1", "JJ1", "代偿", "200000.01", "2025-01-10").expect_err("more than is owed");
    assert_eq!(code, "below_floor");
    assert!(said.contains("JJ1"), "{said}");
    let paid = happened(&book, "DC1", "JJ1", "代偿", "200000", "2025-01-10").expect("compensated");
    assert_eq!(
        book.says("loan_repayment", paid, &["fund_part", "bank_part"]),
        ["16000000", "4000000"]
    );
    assert_eq!(book.balances(&["loan.guaranteed", "loan.compensated"]), [0, 16_000_000]);
}
