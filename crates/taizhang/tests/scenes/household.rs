//! A household from its resettlement agreement through voucher and flat to reward and settlement: the voucher's
//! money by hand, the four duties by four people.

use crate::city::{City, Desk};
use taizhang_core::id::RecordNo;

const ESCROW: &str = "监管户-样例1";
const OWED: [&str; 6] = [
    "voucher.available",
    "voucher.locked",
    "voucher.payable",
    "voucher.reward_payable",
    "voucher.holder_payable",
    "voucher.from_developer",
];

#[test]
fn a_household_from_agreement_to_settlement() {
    let city = City::founded("2024-01-08");
    city.hire("hefa.fang", "410402", "desk_city");
    let office = city.desk("zhangce.city");
    let flat = offered(&city, &office);
    office.open(
        "voucher_plan",
        &[
            ("levy", "样例·征收项目"),
            ("unit", "区住房和城乡建设局"),
            ("ceiling", "100万元"),
            ("document", "样例〔2024〕3号"),
            ("approved_on", "2024-01-15"),
        ],
    );
    city.until("2024-02-19");
    let voucher = city.desk("hefa.fang").open(
        "voucher",
        &[
            ("number", "FP-1"),
            ("town", "焦店镇"),
            ("levy", "样例·征收项目"),
            ("agreement", "XY-1"),
            ("principal", "800000"),
            ("cash_part", "100000"),
            ("agreement_total", "900000"),
            ("issued_on", "2024-02-19"),
        ],
    );
    // 800,000 with 5 % on its face.
    assert_eq!(office.says(voucher, &["face", "reward"]), ["84000000", "4000000"]);
    assert_eq!(owed(&city, "2024-02-19"), ["840000", "0", "0", "0", "0", "0"]);

    let used = bought(&city, &office, flat);
    paid(&city, &office, used);
    rest(&city, &office, voucher);
    city.proven();
}

/// What stands in the accounts of a voucher on a day, in yuan; liabilities as positive numbers.
fn owed(city: &City, on: &str) -> Vec<String> {
    OWED.iter()
        .map(|account| city.on(account, on).trim_start_matches('-').to_owned())
        .collect()
}

/// A developer is admitted, its project listed, one flat offered.
fn offered(city: &City, office: &Desk<'_>) -> RecordNo {
    let developer = office.open(
        "developer",
        &[
            ("name", "样例·房地产公司"),
            ("town", "焦店镇"),
            ("applied_on", "2024-01-08"),
        ],
    );
    city.until("2024-01-15");
    office.make("developer", developer, "review", &[("credit", "无不良记录")]);
    let terms = [("committed_on", "2024-01-15"), ("agreement", "JG-1")];
    office.make("developer", developer, "admit", &terms);
    let project = office.open(
        "housing_project",
        &[
            ("name", "样例·安居苑"),
            ("developer", "样例·房地产公司"),
            ("town", "焦店镇"),
            ("filed_on", "2024-01-15"),
        ],
    );
    let papers = [("presale", "YS-1"), ("escrow", ESCROW)];
    office.make("housing_project", project, "list", &papers);
    office.open(
        "flat",
        &[
            ("number", "FY-1"),
            ("project", "样例·安居苑"),
            ("estate", "样例·安居苑"),
            ("town", "焦店镇"),
            ("area", "110"),
            ("filed_price", "920000"),
            ("price", "900000"),
            ("listed_on", "2024-01-15"),
        ],
    )
}

/// The flat is locked for them, and nobody else can lock it; the contract is filed with the voucher in it.
fn bought(city: &City, office: &Desk<'_>, flat: RecordNo) -> RecordNo {
    city.until("2024-03-11");
    office.make("flat", flat, "lock", &[("lock_no", "FP-1"), ("lock_price", "900000")]);
    let (code, said) = office
        .may_make("flat", flat, "lock", &[("lock_no", "FP-2"), ("lock_price", "900000")])
        .expect_err("it is held already");
    assert!(said.contains("FP-1"), "{code}: {said}");
    let used = office.open(
        "voucher_use",
        &[
            ("contract", "HT-1"),
            ("voucher", "FP-1"),
            ("used", "760000"),
            ("total", "900000"),
            ("filed_price", "920000"),
            ("locked_on", "2024-03-11"),
            ("account", ESCROW),
        ],
    );
    assert_eq!(owed(city, "2024-03-11"), ["80000", "760000", "0", "0", "0", "0"]);
    city.until("2024-03-13");
    office.make(
        "flat",
        flat,
        "file",
        &[
            ("sold_on", "2024-03-13"),
            ("contract_price", "900000"),
            ("payee", ESCROW),
        ],
    );
    office.amend("voucher_use", used, &[("filed_on", "2024-03-13")]);
    // Used in the first month: 5 % of 760,000 is the reward.
    assert_eq!(office.says(used, &["reward_rate", "reward"]), ["500", "3800000"]);
    assert_eq!(owed(city, "2024-03-13"), ["80000", "0", "760000", "38000", "0", "0"]);
    assert_eq!(city.between("voucher.used", "2024-01-01", "2024-06-30"), "760000");
    assert_eq!(city.between("flat.sold", "2024-01-01", "2024-06-30"), "1");
    used
}

/// 30, 60 and 10 per cent go to the supervision account; who asks does not approve, who approves does not pay.
fn paid(city: &City, office: &Desk<'_>, used: RecordNo) {
    let (approver, payer) = (city.desk("shenpi.fang"), city.desk("zhifu.fang"));
    let pay = |number: &str, occasion: &str| {
        let today = city.app.today().to_string();
        let set = [
            ("number", number),
            ("purchase", "HT-1"),
            ("occasion", occasion),
            ("payee", ESCROW),
            ("asked_on", today.as_str()),
        ];
        let payment = office.open("voucher_payment", &set);
        let (code, _) = office
            .may_make("voucher_payment", payment, "approve", &[])
            .expect_err("one's own request");
        assert_eq!(code, "not_apart");
        approver.make("voucher_payment", payment, "approve", &[]);
        let dated = [("paid_on", today.as_str())];
        for same in [office, &approver] {
            let refused = same.may_make("voucher_payment", payment, "pay", &dated);
            assert_eq!(refused.expect_err("one of the other two").0, "not_apart");
        }
        payer.make("voucher_payment", payment, "pay", &dated);
        office.says(payment, &["amount"]).remove(0)
    };
    city.until("2024-03-20");
    assert_eq!(pay("FK-1", "filing"), "22800000");
    office.amend("voucher_use", used, &[("reward_paid_on", "2024-03-20")]);
    city.leap("2024-08-01");
    office.amend("voucher_use", used, &[("handed_over_on", "2024-08-01")]);
    assert_eq!(pay("FK-2", "handover"), "45600000");
    city.leap("2025-08-04");
    assert_eq!(pay("FK-3", "handover_1y"), "7600000");
    assert_eq!(owed(city, "2025-08-04"), ["80000", "0", "0", "0", "0", "0"]);
}

/// What is left on the voucher's last day becomes cash.
fn rest(city: &City, office: &Desk<'_>, voucher: RecordNo) {
    city.leap("2026-02-19");
    office.make("voucher", voucher, "cash", &[("ended_on", "2026-02-19")]);
    // 760,000 of 840,000 is more than the 85 per cent from which nothing of the reward is taken back.
    assert_eq!(office.says(voucher, &["cash", "deducted"]), ["8000000", "0"]);
    city.until("2026-02-25");
    office.amend("voucher", voucher, &[("paid_on", "2026-02-25")]);
    assert_eq!(owed(city, "2026-02-25"), ["0"; 6]);
    // Each fen that left the account was principal, reward on the face, or reward for buying.
    let cost =
        ["voucher.compensation", "voucher.embedded", "voucher.reward"].map(|account| city.on(account, "2026-02-25"));
    assert_eq!(cost, ["800000", "40000", "38000"]);
    assert_eq!(city.on("voucher.cash", "2026-02-25"), "-878000");
}
