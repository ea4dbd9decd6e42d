//! What is refused, each with the clause that it rests on, and nothing moves: no entry is written, no balance is another.

use crate::ledger::{Ledger, Told, files};
use taizhang::app::execute::DraftWish;
use taizhang_core::id::RecordNo;

const ACCOUNTS: [&str; 5] = [
    "voucher.available",
    "voucher.locked",
    "voucher.payable",
    "voucher.cash",
    "loan.guaranteed",
];

struct Case {
    what: &'static str,
    register: &'static str,
    record: Option<RecordNo>,
    made: Option<&'static str>,
    on: &'static str,
    set: Vec<(&'static str, &'static str)>,
    words: &'static [&'static str],
}

impl Case {
    fn new(what: &'static str, register: &'static str, on: &'static str, words: &'static [&'static str]) -> Case {
        Case {
            what,
            register,
            record: None,
            made: None,
            on,
            set: Vec::new(),
            words,
        }
    }

    fn with(mut self, set: &[(&'static str, &'static str)]) -> Case {
        self.set.extend(set);
        self
    }

    fn made(mut self, record: RecordNo, name: &'static str) -> Case {
        (self.record, self.made) = (Some(record), Some(name));
        self
    }

    fn tried(&self, book: &Ledger) -> Told {
        let wish = self
            .made
            .map_or(DraftWish::Open, |name| DraftWish::Move(name.to_owned()));
        book.write(self.register, self.record, wish, self.on, &self.set)
    }
}

/// A purchase of 1,000 yuan with a voucher, and what is wrong with it.
fn buys(
    what: &'static str,
    words: &'static [&'static str],
    on: &'static str,
    set: &[(&'static str, &'static str)],
) -> Case {
    let case =
        Case::new(what, "voucher_use", on, words).with(&[("contract", "HT9"), ("voucher", "FP1"), ("filed_on", on)]);
    let usual = [("used", "1000"), ("total", "900000")];
    let usual = usual
        .into_iter()
        .filter(|(field, _)| set.iter().all(|(other, _)| other != field));
    case.with(&usual.collect::<Vec<_>>()).with(set)
}

fn lends(what: &'static str, words: &'static [&'static str], set: &[(&'static str, &'static str)]) -> Case {
    let usual = [
        ("iou", "JJ9"),
        ("town", "焦店镇"),
        ("borrower_kind", "个人"),
        ("bank", "甲银行"),
        ("approved_on", "2024-04-08"),
        ("disbursed_on", "2024-04-10"),
        ("due_on", "2027-04-10"),
        ("amount", "300000"),
        ("rate", "3.95"),
        ("lpr", "3.45"),
    ];
    let usual = usual
        .into_iter()
        .filter(|(field, _)| set.iter().all(|(other, _)| other != field));
    Case::new(what, "startup_loan", "2024-04-10", words)
        .with(&usual.collect::<Vec<_>>())
        .with(set)
}

#[test]
fn whatever_the_rules_forbid_is_refused_with_its_clause_and_nothing_moves() {
    let book = Ledger::new();
    book.voucher("FP1", "100000", "2024-01-15");
    let flat = book.offered(&[
        ("number", "FY1"),
        ("estate", "甲"),
        ("town", "焦店镇"),
        ("filed_price", "500000"),
        ("price", "480000"),
        ("listed_on", "2024-02-01"),
    ]);
    let lock = DraftWish::Move("lock".to_owned());
    book.write(
        "flat",
        Some(flat),
        lock,
        "2024-02-02",
        &[("lock_no", "FP1"), ("lock_price", "480000")],
    )
    .expect("locked");
    let set = [
        ("contract", "HT1"),
        ("voucher", "FP1"),
        ("used", "5000"),
        ("total", "9000"),
        ("filed_on", "2024-02-05"),
        ("account", "监管1"),
    ];
    book.open("voucher_use", "2024-02-05", &set).expect("used");
    let set = [
        ("number", "FK1"),
        ("purchase", "HT1"),
        ("occasion", "filing"),
        ("payee", "别人"),
        ("asked_on", "2024-02-06"),
    ];
    let payment = book.open("voucher_payment", "2024-02-06", &set).expect("asked");
    let approve = DraftWish::Move("approve".to_owned());
    book.write("voucher_payment", Some(payment), approve, "2024-02-06", &[])
        .expect("approved");
    // Issued after the day on which somebody merges into it: what is known counts, not the order of days.
    book.voucher("FP2", "100000", "2024-04-15");
    let set = [
        ("number", "CZ0"),
        ("voucher", "FP1"),
        ("target", "FP3"),
        ("kind", "拆分"),
        ("amount", "500"),
        ("moved_on", "2024-03-01"),
    ];
    book.open("voucher_move", "2024-03-01", &set).expect("split");
    let suspended = another_flat_of_a_suspended_developer(&book);
    let cases = [
        buys("over-use", &["2101", "FP1"], "2024-03-01", &[("used", "100000.01")]),
        buys("more than the price", &["合同总价"], "2024-03-01", &[("total", "999")]),
        buys("expired", &["2026-01-15", "样例〔2024〕1号"], "2026-01-16", &[]),
        buys(
            "a lock that ran out",
            &["72", "样例〔2024〕1号"],
            "2024-03-05",
            &[("locked_on", "2024-03-01")],
        ),
        buys(
            "above the filed price",
            &["样例〔2024〕1号", "800000"],
            "2024-03-01",
            &[("filed_price", "800000")],
        ),
        buys(
            "above the public price",
            &["样例〔2024〕1号"],
            "2024-03-01",
            &[("public_price", "800000")],
        ),
        buys(
            "a shop",
            &["商铺", "样例〔2024〕1号"],
            "2024-03-01",
            &[("unit_kind", "商铺")],
        ),
        buys(
            "somebody it was never transferred to",
            &["第七条"],
            "2024-03-01",
            &[("relation", "受让人")],
        ),
        Case::new("a flat that is locked", "flat", "2024-02-03", &["FP1"])
            .made(flat, "lock")
            .with(&[("lock_no", "FP2"), ("lock_price", "480000")]),
        Case::new("a contract above the locked price", "flat", "2024-02-03", &["第十一条"])
            .made(flat, "file")
            .with(&[
                ("sold_on", "2024-02-03"),
                ("contract_price", "490000"),
                ("payee", "监管1"),
            ]),
        Case::new("a payee that is nobody's", "flat", "2024-02-03", &["第十五条"])
            .made(flat, "file")
            .with(&[
                ("sold_on", "2024-02-03"),
                ("contract_price", "480000"),
                ("payee", "别人"),
            ]),
        Case::new(
            "merged into a voucher that was issued",
            "voucher_move",
            "2024-03-01",
            &["FP2", "新票", "样例〔2024〕1号"],
        )
        .with(&[
            ("number", "CZ1"),
            ("voucher", "FP1"),
            ("target", "FP2"),
            ("kind", "合并"),
            ("amount", "1000"),
            ("moved_on", "2024-03-01"),
        ]),
        Case::new(
            "issued on a number that received something",
            "voucher",
            "2024-03-02",
            &["FP3", "换一个票号"],
        )
        .with(&[
            ("number", "FP3"),
            ("town", "焦店镇"),
            ("levy", "甲项目"),
            ("principal", "1000"),
            ("issued_on", "2024-03-02"),
        ]),
        Case::new(
            "a flat of a developer that is suspended",
            "flat",
            "2024-02-10",
            &["第十条"],
        )
        .made(suspended, "lock")
        .with(&[("lock_no", "FP2"), ("lock_price", "480000")]),
        Case::new(
            "paid to somebody else",
            "voucher_payment",
            "2024-02-07",
            &["监管1", "样例〔2024〕1号"],
        )
        .made(payment, "pay")
        .with(&[("paid_on", "2024-02-07")]),
        lends(
            "above the cap",
            &["300000", "豫财金〔2024〕2号"],
            &[("amount", "300000.01")],
        ),
        lends("a rate above its ceiling", &["豫财金〔2024〕2号"], &[("rate", "5.96")]),
        lends("longer than three years", &["2027-04-10"], &[("due_on", "2027-04-11")]),
        lends(
            "more often than three times",
            &["最多 3 次", "贴息次数"],
            &[("times", "4")],
        ),
        lends(
            "more than the fund carries",
            &["样例〔2018〕2号"],
            &[
                ("amount", "1000001"),
                ("borrower_kind", "小微企业"),
                ("due_on", "2026-04-10"),
            ],
        ),
        lends(
            "a regime of another year",
            &["财金〔2020〕21号"],
            &[
                ("signed_on", "2022-04-08"),
                ("borrower_kind", "小微企业"),
                ("amount", "3000001"),
                ("due_on", "2026-04-10"),
            ],
        ),
    ];
    let (n, before) = (book.app.reading().expect("a reading").n(), book.balances(&ACCOUNTS));
    for case in &cases {
        let (code, said) = case.tried(&book).expect_err(case.what);
        for word in case.words {
            assert!(said.contains(word), "{}: {code}: {said}", case.what);
        }
        assert_eq!(
            book.app.reading().expect("a reading").n(),
            n,
            "{}: an entry was written",
            case.what
        );
        assert_eq!(book.balances(&ACCOUNTS), before, "{}: something moved", case.what);
    }
}

/// A flat that was listed before its developer was suspended.
fn another_flat_of_a_suspended_developer(book: &Ledger) -> RecordNo {
    let step = |register: &str, record, name: &str, set: &[(&str, &str)]| {
        let wish = DraftWish::Move(name.to_owned());
        book.write(register, Some(record), wish, "2024-01-20", set).expect(name)
    };
    let developer = [("name", "乙房企"), ("town", "焦店镇"), ("applied_on", "2024-01-08")];
    let developer = book.open("developer", "2024-01-08", &developer).expect("applied");
    step("developer", developer, "review", &[("credit", "无不良记录")]);
    let committed = [("committed_on", "2024-01-20"), ("agreement", "协议2")];
    step("developer", developer, "admit", &committed);
    let project = [
        ("name", "乙项目"),
        ("developer", "乙房企"),
        ("town", "焦店镇"),
        ("filed_on", "2024-01-20"),
        ("presale", "预售2"),
        ("escrow", "监管2"),
    ];
    let project = book.open("housing_project", "2024-01-20", &project).expect("filed");
    step("housing_project", project, "list", &[]);
    let flat = [
        ("number", "FY2"),
        ("project", "乙项目"),
        ("estate", "乙"),
        ("town", "焦店镇"),
        ("filed_price", "500000"),
        ("price", "480000"),
        ("listed_on", "2024-02-01"),
    ];
    let flat = book.open("flat", "2024-02-01", &flat).expect("listed");
    let wish = DraftWish::Move("suspend".to_owned());
    book.write("developer", Some(developer), wish, "2024-02-05", &[("why", "停工")])
        .expect("suspended");
    flat
}

#[test]
fn a_pack_whose_schemes_overlap_or_whose_chart_cannot_balance_is_refused() {
    let book = Ledger::by(files());
    let refused = |change: &dyn Fn(&mut String), file: &str| {
        let mut files = files();
        change(files.get_mut(file).expect("the file"));
        let error = book
            .app
            .plan_pack(files)
            .err()
            .unwrap_or_else(|| panic!("{file} was let through"));
        book.app.locale().error(&error)
    };
    let again = |text: &mut String| {
        let second = text
            .replace("guarantee-2018", "guarantee-2020")
            .replace("2018-01-01", "2020-01-01");
        text.push_str(&second);
    };
    let said = refused(&again, "schemes/fund.toml");
    assert!(said.contains("guarantee-20"), "{said}");
    let above = |text: &mut String| *text = text.replace("loss_share = \"80%\"", "loss_share = \"180%\"");
    let said = refused(&above, "schemes/fund.toml");
    assert!(said.contains("loss_share"), "{said}");
    // The same of vouchers and loans: two versions on one day, a share above the whole, tiers that leave no order.
    let base = |name: &str| {
        let path = format!("{}/../../packs/base/schemes/{name}.toml", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(path).expect("a scheme")
    };
    let own = |name: &str, text: String| {
        let mut files = files();
        files.insert(format!("schemes/{name}.toml"), text);
        let error = book
            .app
            .plan_pack(files)
            .err()
            .unwrap_or_else(|| panic!("{name} was let through"));
        book.app.locale().error(&error)
    };
    let (voucher, loan) = (base("voucher"), base("loan"));
    let twice = format!(
        "{voucher}\n{}",
        voucher
            .replace("\"sample\"", "\"later\"")
            .replace("2023-01-01", "2024-01-01")
    );
    let said = own("voucher", twice);
    assert!(
        said.contains("sample") && said.contains("later") && said.contains("重叠"),
        "{said}"
    );
    for (was, is, word) in [
        ("embedded_rate = \"5%\"", "embedded_rate = \"150%\"", "embedded_rate"),
        ("rate = \"2%\" }", "rate = \"-2%\" }", "use_tiers"),
        ("from_month = 13", "from_month = 12", "use_tiers"),
        ("share = \"10%\"", "share = \"11%\"", "settlement"),
    ] {
        assert!(voucher.contains(was), "{was}");
        let said = own("voucher", voucher.replacen(was, is, 1));
        assert!(said.contains(word), "{is}: {said}");
    }
    let said = own(
        "loan",
        loan.replacen("valid_to = 2023-12-31", "valid_to = 2024-12-31", 1),
    );
    assert!(
        said.contains("R20") && said.contains("R23") && said.contains("重叠"),
        "{said}"
    );
    let said = own(
        "loan",
        loan.replacen("subsidy_share = \"50%\"", "subsidy_share = \"101%\"", 1),
    );
    assert!(said.contains("subsidy_share"), "{said}");
    // One side counts in fen, the other in whole yuan: such a chart could not sum to zero.
    let coarse = |text: &mut String| {
        *text = text.replacen("name = \"3101 财政拨款\"\n", "name = \"3101 财政拨款\"\nscale = 0\n", 1);
    };
    let said = refused(&coarse, "accounts.toml");
    assert!(said.contains("voucher.funding"), "{said}");
}

#[test]
fn labour_is_levied_after_the_vote_and_the_notice_within_the_cap_of_a_household_and_gifts_are_free() {
    let book = Ledger::by(files());
    let plan = [
        ("number", "FA1"),
        ("matter", "修路"),
        ("town", "焦店镇"),
        ("proposed_on", "2024-01-08"),
    ];
    let plan = book.open("village_plan", "2024-01-08", &plan).expect("proposed");
    let minutes = {
        let scope = book.app.program_scope().expect("a scope");
        let mut arriving = book.app.arriving(&scope).expect("begun");
        assert!(book.app.take(&mut arriving, b"%PDF-1.4").expect("taken"));
        book.app.keep(&scope, arriving, "minutes.pdf").expect("kept").hash
    };
    let made = |name: &str, on: &str, set: &[(&str, &str)]| {
        let mut draft = Ledger::draft("village_plan", Some(plan), DraftWish::Move(name.to_owned()), on, set);
        draft.evidence = vec![minutes];
        let scope = book.app.program_scope().expect("a scope");
        book.app
            .execute(&scope, &[draft], None)
            .map_err(|error| book.app.locale().error(&error))
    };
    let gives = |number: &str, kind: &str, set: &[(&str, &str)]| {
        let usual = [
            ("number", number),
            ("matter", "修路"),
            ("town", "焦店镇"),
            ("plan", "FA1"),
            ("household", "户1"),
            ("labourer", "户1-1"),
            ("kind", kind),
            ("vote", "样例"),
            ("received_on", "2024-03-01"),
        ];
        book.open("village_work", "2024-03-01", &[&usual[..], set].concat())
    };
    let few = [("entitled", "90"), ("present", "59"), ("agreed", "40")];
    let said = made("vote", "2024-01-10", &few).expect_err("fewer than two thirds came");
    assert!(said.contains("三分之二"), "{said}");
    made(
        "vote",
        "2024-01-10",
        &[("entitled", "90"), ("present", "60"), ("agreed", "31")],
    )
    .expect("voted");
    made("post", "2024-01-11", &[("posted_from", "2024-01-11")]).expect("posted");
    let caps = [
        ("heads", "100"),
        ("cap_days", "8"),
        ("cap_value", "200"),
        ("cap_document", "样例第五条"),
        ("approval", "样例1号"),
    ];
    assert!(
        made("approve", "2024-01-18", &caps).is_err(),
        "seven whole days are not over"
    );
    assert!(
        made("approve", "2024-01-19", &caps[3..]).is_err(),
        "a cap that is not set lets nothing be levied"
    );
    let (_, said) = gives("TG1", "议定筹劳", &[("labour", "1"), ("value", "120")]).expect_err("not approved");
    assert!(said.contains("国办发"), "{said}");
    made("approve", "2024-01-19", &caps).expect("approved");
    let (_, said) = gives("TG1", "议定筹劳", &[("labour", "8.5"), ("value", "1260")]).expect_err("above eight days");
    assert!(said.contains("每户筹劳上限"), "{said}");
    gives("TG1", "议定筹劳", &[("labour", "8"), ("value", "1200")]).expect("eight days");
    let (code, _) =
        gives("TG2", "议定筹劳", &[("labour", "1"), ("value", "120")]).expect_err("the same household again");
    assert_eq!(code, "key_taken");
    gives("TG3", "自愿捐工", &[("labour", "30"), ("value", "3600")]).expect("a gift has no cap");
    assert_eq!(
        book.balances(&["village.works", "village.contributions"]),
        [480_000, -480_000]
    );
}

/// 国办发〔2007〕4号: so many days of one labourer in a calendar year, over all works, and so much of a village's heads.
#[test]
fn what_is_levied_of_a_labourer_in_a_calendar_year_is_capped_over_all_works_and_in_whatever_order_it_is_written() {
    let book = Ledger::by(files());
    let labour = |number: &str, on: &str, who: &str, days: &str| {
        let set = [
            ("number", number),
            ("matter", "修路"),
            ("town", "焦店镇"),
            ("kind", "议定筹劳"),
            ("labourer", who),
            ("vote", "样例"),
            ("labour", days),
            ("received_on", on),
        ];
        book.open("village_work", on, &set)
    };
    let first = labour("TG1", "2023-06-01", "户1-1", "6.5").expect("within");
    assert_eq!(
        book.says("village_work", first, &["labour_in_year", "rule"]),
        ["65", "样例〔2020〕6号"]
    );
    // Earlier in the same year, written later: it is the same ten days.
    let (_, said) = labour("TG2", "2023-01-01", "户1-1", "4").expect_err("ten and a half");
    for word in ["10.5", "样例〔2020〕6号", "国办发〔2007〕4号"] {
        assert!(said.contains(word), "{said}");
    }
    labour("TG2", "2023-01-01", "户1-1", "3.5").expect("ten");
    assert!(
        labour("TG3", "2023-12-31", "户1-1", "0.5").is_err(),
        "the last day of the year"
    );
    labour("TG3", "2024-01-01", "户1-1", "10").expect("another year");
    labour("TG4", "2023-12-31", "户1-2", "10").expect("another labourer of the household");
    let (_, said) = book
        .amend("village_work", first, "2023-06-02", &[("labour", "9")])
        .expect_err("amended past the cap");
    assert!(said.contains("更正"), "{said}");
    let nobody = [
        ("number", "TG5"),
        ("matter", "修路"),
        ("town", "焦店镇"),
        ("kind", "议定筹劳"),
        ("vote", "样例"),
        ("received_on", "2023-06-01"),
    ];
    let (_, said) = book.open("village_work", "2023-06-01", &nobody).expect_err("of nobody");
    assert!(said.contains("劳动力"), "{said}");
    // Since the book began, what is levied rests on a plan that was voted on and posted; what is given does not.
    let (_, said) = labour("TG6", "2024-09-02", "户1-3", "1").expect_err("without a plan");
    assert!(
        said.contains("公示满七日") && said.contains("国办发〔2007〕4号"),
        "{said}"
    );
    let gift = [
        ("number", "TG7"),
        ("matter", "修路"),
        ("town", "焦店镇"),
        ("kind", "自愿捐工"),
        ("labour", "30"),
        ("received_on", "2024-09-02"),
    ];
    book.open("village_work", "2024-09-02", &gift).expect("given freely");
}
