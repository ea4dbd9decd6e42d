//! The invariants of vouchers and loans: a book that was written by the rules has none broken, and one that was
//! written without them is found out, invariant by invariant.

use crate::ledger::{Ledger, files};
use std::collections::BTreeSet;
use taizhang::app::execute::{Draft, DraftWish};
use taizhang::app::invariants::broken;
use taizhang_core::id::RecordNo;
use taizhang_core::pack::Files;

pub(crate) fn found(book: &Ledger) -> BTreeSet<String> {
    let mut reading = book.app.reading().expect("a reading");
    let (count, found) = broken(&mut reading, "2027-06-30".parse().expect("a day")).expect("looked");
    assert!(count >= 22, "{count} invariants");
    found.into_iter().map(|each| each.id).collect()
}

/// The pack without what keeps the invariants: schemes, checks, floors, keys held for ever, duties apart.
fn lax(keep: bool) -> Files {
    let mut files = files();
    for name in [
        "voucher",
        "voucher_use",
        "voucher_move",
        "voucher_payment",
        "flat",
        "startup_loan",
        "loan_subsidy",
    ] {
        let text = files.get_mut(&format!("registers/{name}.toml")).expect("a register");
        let is_kept = |block: &&str| {
            let scheme = block.contains("[[instrument]]");
            let floor = block.contains("[[invariant]]") && block.contains("\nfloor = ");
            // A leg of the issue is missing, of the payment, and of what is repaid in the end.
            let legs = block.contains("credit = \"voucher.available\"") && block.contains("amount = \"reward\"")
                || block.contains("amount = \"amount\"") && block.contains("debit = \"voucher.payable\"")
                || block.contains("field:settled_on") && block.contains("debit = \"loan.memo\"");
            !(scheme || floor && !keep || legs)
        };
        let blocks: Vec<&str> = text.split("\n\n").filter(is_kept).collect();
        let mut out = Vec::new();
        let mut in_checks = false;
        for line in blocks.join("\n\n").lines() {
            in_checks |= line.starts_with("check = [");
            if !in_checks {
                out.push(line.to_owned());
            }
            in_checks &= line != "]" && !(line.starts_with("check = [") && line.ends_with(']'));
        }
        *text = out
            .join("\n")
            .replace(", ever = true", "")
            .replace(r#", needs = ["lock_no", "lock_price"]"#, "");
        if !keep {
            let admission = r#""purchase.voucher.open", "purchase.flat.open", "purchase.flat.project.list"]"#;
            for own in [r#"["open", "#, r#"["open", "approve", "#] {
                *text = text.replace(&format!(", apart = {own}{admission}"), "");
            }
        }
        if let Some(at) = text.find(", guard = 'developer_stage") {
            let end = text[at..].find(" },\n    { id = \"lapse\"").expect("the next move");
            text.replace_range(at..at + end, "");
        }
    }
    if !keep {
        let accounts = files.get_mut("accounts.toml").expect("accounts");
        *accounts = accounts.replace("floor = \"0\"\n", "");
        for (name, floor) in [
            (
                "voucher_plan",
                "[[invariant]]\nid = \"i8\"\nname = \"I8 核发面值合计不超过发行计划的上限\"\nfloor = \"voucher.room\"\n",
            ),
            (
                "subsidy_fund",
                "[[invariant]]\nid = \"money\"\nname = \"贴息专户存款在任何一天都不为负\"\nfloor = \"loan.subsidy_money\"\n",
            ),
        ] {
            let text = files.get_mut(&format!("registers/{name}.toml")).expect("a register");
            *text = text.replace(floor, "");
        }
        for text in files.values_mut() {
            let blocks: Vec<&str> = text
                .split("\n\n")
                .filter(|block| !block.contains("[[instrument]]"))
                .collect();
            *text = blocks.join("\n\n");
        }
    }
    files
}

const ISSUED: [(&str, &str); 5] = [
    ("town", "焦店镇"),
    ("levy", "甲项目"),
    ("issued_on", "2024-01-15"),
    ("valid_until", "2026-01-15"),
    ("version", "sample"),
];

fn voucher(book: &Ledger, number: &str, face: &str, more: &[(&str, &str)]) -> RecordNo {
    let set = [&[("number", number), ("face", face)], &ISSUED[..], more].concat();
    book.open("voucher", "2024-01-15", &set).expect("issued")
}

fn used(book: &Ledger, contract: &str, voucher: &str, amount: &str, more: &[(&str, &str)]) {
    let set = [("contract", contract), ("voucher", voucher), ("used", amount)];
    book.open("voucher_use", "2024-03-01", &[&set[..], more].concat())
        .expect("used");
}

#[test]
fn a_book_that_was_written_without_its_rules_is_found_out_invariant_by_invariant() {
    let book = Ledger::by(lax(false));
    voucher(&book, "I1", "105", &[("reward", "5")]);
    voucher(&book, "I3", "1000", &[]);
    let filed = ("filed_on", "2024-03-01");
    used(&book, "HT-I3", "I3", "100", &[filed, ("account", "监管1")]);
    used(
        &book,
        "HT-I3f",
        "I3",
        "100",
        &[filed, ("settled_on", "2024-03-02"), ("settled", "300")],
    );
    voucher(&book, "I4", "100", &[]);
    used(&book, "HT-I4", "I4", "150", &[filed, ("total", "120")]);
    let flat = [
        ("number", "FY1"),
        ("estate", "甲"),
        ("town", "焦店镇"),
        ("listed_on", "2024-01-01"),
    ];
    let flat = book.open("flat", "2024-01-01", &flat).expect("listed");
    let lock = DraftWish::Move("lock".to_owned());
    book.write("flat", Some(flat), lock, "2024-02-01", &[])
        .expect("locked by nobody");
    used(&book, "HT-I6", "I3", "1", &[("filed_on", "2026-01-16")]);
    let moved = [
        ("number", "CZ1"),
        ("voucher", "I3"),
        ("target", "X"),
        ("kind", "转让"),
        ("amount", "1"),
        ("hops_after", "2"),
        ("moved_on", "2024-02-01"),
    ];
    book.open("voucher_move", "2024-02-01", &moved).expect("moved");
    voucher(&book, "I7", "10", &[("source", "拆分")]);
    voucher(
        &book,
        "I9",
        "100",
        &[("principal", "90"), ("cash_part", "5"), ("agreement_total", "100")],
    );
    let changed = voucher(&book, "I11", "100", &[]);
    book.amend("voucher", changed, "2024-02-01", &[("valid_until", "2027-01-15")])
        .expect("changed");
    let void = voucher(&book, "I12", "1", &[]);
    book.write("voucher", Some(void), DraftWish::Void, "2024-02-01", &[])
        .expect("void");
    voucher(&book, "I12", "1", &[]);
    one_person_pays(&book);
    loans(&book);
    // Floors and duties apart are asked for by the definition that is in force.
    book.apply(lax(true));
    let all = [
        "cap",
        "days",
        "i1",
        "i10",
        "i11",
        "i12",
        "i13",
        "i13_approve",
        "i2",
        "i3",
        "i3_floor",
        "i4",
        "i4_price",
        "i5",
        "i6",
        "i7",
        "i7_face",
        "i8",
        "i9",
        "levels",
        "outstanding",
        "times",
    ];
    assert_eq!(found(&book).into_iter().collect::<Vec<_>>(), all);
    // And whoever runs `verify` is told each of them by its name, with the place, and that the book is not sound.
    let said = std::process::Command::new(env!("CARGO_BIN_EXE_taizhang"))
        .args(["verify", "--no-files", "--json", "--book"])
        .arg(book.app.store().place().to_string())
        .output()
        .expect("the program starts");
    assert_eq!(said.status.code(), Some(1));
    let told: serde_json::Value = serde_json::from_slice(&said.stdout).expect("JSON");
    let named = told["broken"].as_array().expect("a list");
    let ids: BTreeSet<&str> = named.iter().filter_map(|each| each["invariant"].as_str()).collect();
    assert_eq!(ids.into_iter().collect::<Vec<_>>(), all, "{told}");
    for of_vouchers in 1..=13 {
        let named = named.iter().filter_map(|each| each["name"].as_str());
        let mut these = named.filter(|name| name.starts_with(&format!("I{of_vouchers} ")));
        assert!(these.next().is_some(), "I{of_vouchers}: {told}");
    }
}

/// One clerk issues, asks, approves and pays, to an account that is nobody's.
fn one_person_pays(book: &Ledger) {
    let scope = book.hired("甲", "desk_city");
    let act = |register: &str, record: Option<RecordNo>, wish: DraftWish, set: &[(&str, &str)]| {
        let draft: Draft = Ledger::draft(register, record, wish, "2024-03-05", set);
        book.app.execute(&scope, &[draft], None).expect("written").records[0]
    };
    act(
        "voucher",
        None,
        DraftWish::Open,
        &[&[("number", "I13"), ("face", "10")], &ISSUED[..]].concat(),
    );
    let set = [
        ("contract", "HT-I13"),
        ("voucher", "I13"),
        ("used", "5"),
        ("filed_on", "2024-03-01"),
        ("account", "监管2"),
    ];
    act("voucher_use", None, DraftWish::Open, &set);
    let set = [
        ("number", "FK1"),
        ("purchase", "HT-I13"),
        ("occasion", "filing"),
        ("payee", "个人账户"),
        ("asked_on", "2024-03-05"),
        ("amount", "5"),
    ];
    let payment = act("voucher_payment", None, DraftWish::Open, &set);
    act(
        "voucher_payment",
        Some(payment),
        DraftWish::Move("approve".to_owned()),
        &[],
    );
    act(
        "voucher_payment",
        Some(payment),
        DraftWish::Move("pay".to_owned()),
        &[("paid_on", "2024-03-05")],
    );
}

/// A loan above its cap for the fourth time, and a subsidy beyond its end that its levels do not bear.
fn loans(book: &Ledger) {
    let set = [
        ("iou", "JJ1"),
        ("town", "焦店镇"),
        ("bank", "甲银行"),
        ("approved_on", "2024-01-10"),
        ("disbursed_on", "2024-01-11"),
        ("due_on", "2025-01-11"),
        ("amount", "400000"),
        ("cap", "300000"),
        ("times", "4"),
        ("settled_on", "2025-01-11"),
    ];
    book.open("startup_loan", "2024-01-10", &set).expect("lent");
    let set = [
        ("number", "TX1"),
        ("loan", "JJ1"),
        ("from", "2025-01-01"),
        ("to", "2025-03-21"),
        ("accrued_on", "2025-03-21"),
        ("interest", "100"),
        ("subsidy", "50"),
        ("borrower", "50"),
        ("central", "10"),
    ];
    book.open("loan_subsidy", "2025-03-21", &set).expect("accrued");
}

#[test]
fn a_number_that_was_issued_is_never_issued_again() {
    let book = Ledger::new();
    let first = book.voucher("FP1", "100000", "2024-01-15");
    book.write("voucher", Some(first), DraftWish::Void, "2024-01-15", &[])
        .expect("void");
    let set = [
        ("number", "FP1"),
        ("town", "焦店镇"),
        ("levy", "甲项目"),
        ("principal", "1000"),
        ("issued_on", "2024-02-01"),
    ];
    let (code, said) = book
        .open("voucher", "2024-02-01", &set)
        .expect_err("the number is taken for ever");
    assert_eq!(code, "key_taken", "{said}");
    assert_eq!(found(&book), BTreeSet::new());
}
