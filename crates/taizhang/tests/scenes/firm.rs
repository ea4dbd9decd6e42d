//! A firm from intake to its number as a technology SME, its loan, repayment and subsidy, and the 31st of March.

use crate::city::City;

const CODE: &str = "91410402MA00000X00";

#[test]
fn a_firm_from_intake_to_the_31st_of_march() {
    let city = City::founded("2024-02-19");
    let innovation = city.desk("zhangce.innovation");
    let code = credit_code(&CODE[..17]);
    innovation.open(
        "enterprise",
        &[
            ("name", "样例·电气科技公司"),
            ("credit_code", &code),
            ("town", "光明路街道"),
            ("listed_on", "2024-02-19"),
            ("cultivation", "科技型中小企业"),
            ("staff", "40"),
            ("rd_staff", "15"),
            ("sales", "1000"),
            ("rd_cost", "90"),
        ],
    );
    assert_eq!(city.on("enterprise.count", "2024-02-19"), "1");
    assert_eq!(city.on("enterprise.rd_intensity", "2024-02-19"), "9");
    city.until("2024-04-15");
    let number = innovation.open(
        "qualification",
        &[
            ("number", "202441040200000001"),
            ("enterprise", &code),
            ("kind", "科技型中小企业"),
            ("awarded_on", "2024-04-15"),
            ("until", "2025-03-31"),
        ],
    );
    assert_eq!(city.on("enterprise.tech_sme", "2024-04-14"), "0");
    assert_eq!(city.on("enterprise.tech_sme", "2024-06-30"), "1");
    lent(&city, &code);
    // Sixty and twenty working days before the end, and one after: two reminders are sent, the third is drafted.
    let passed = city.until("2025-04-08");
    assert_eq!(
        (passed.sent, passed.drafted),
        (2, 1),
        "the ladder of the number that ends"
    );
    assert_eq!(city.on("enterprise.tech_sme", "2025-03-31"), "1");
    assert_eq!(
        city.on("enterprise.tech_sme", "2025-04-01"),
        "0",
        "it leaves the figure by itself"
    );
    assert_eq!(city.on("qualification.expired", "2025-04-01"), "1");
    innovation.make("qualification", number, "lapse", &[("until", "2025-03-31")]);
    assert_eq!(
        city.on("enterprise.tech_sme", "2025-03-31"),
        "1",
        "the past is as it was"
    );
    assert_eq!(city.on("qualification.expired", "2025-04-08"), "0");
    city.proven();
}

/// A guaranteed loan of a million: through its process, a quarter's subsidy to the fen, half paid back, settled.
fn lent(city: &City, code: &str) {
    let desk = city.desk("zhangce.livelihood");
    city.until("2024-05-06");
    desk.open(
        "loan_fund",
        &[
            ("number", "JJ-1"),
            ("unit", "XH-13"),
            ("bank", "样例银行"),
            ("paid_in_on", "2024-05-06"),
            ("amount", "100"),
        ],
    );
    let loan = desk.open(
        "startup_loan",
        &[
            ("iou", "JJ2024-1"),
            ("borrower_kind", "小微企业"),
            ("enterprise", code),
            ("town", "光明路街道"),
            ("bank", "样例银行"),
            ("approved_on", "2024-05-06"),
            ("amount", "1000000"),
            ("rate", "4.35"),
            ("lpr", "3.45"),
            ("term", "12"),
            ("times", "1"),
        ],
    );
    desk.make(
        "startup_loan",
        loan,
        "check",
        &[("eligibility", "新招用占比达到百分之十"), ("group", "小微企业")],
    );
    desk.make("startup_loan", loan, "vet", &[("guarantee", "抵押")]);
    desk.make("startup_loan", loan, "approve", &[]);
    city.until("2024-05-13");
    desk.make(
        "startup_loan",
        loan,
        "disburse",
        &[("disbursed_on", "2024-05-13"), ("due_on", "2025-05-13")],
    );
    assert_eq!(
        city.between("startup_loan.disbursed", "2024-01-01", "2024-06-30"),
        "1000000"
    );
    city.until("2024-06-21");
    let subsidy = desk.open(
        "loan_subsidy",
        &[
            ("number", "TX-1"),
            ("loan", "JJ2024-1"),
            ("from", "2024-05-13"),
            ("to", "2024-06-21"),
            ("accrued_on", "2024-06-21"),
        ],
    );
    // 1,000,000 × 4.35 % × 39 ÷ 360 = 4712.50; half of it is the subsidy, in shares of 50, 25, 15 and 10 %.
    let said = desk.says(
        subsidy,
        &[
            "regime", "days", "interest", "subsidy", "borrower", "central", "province", "city", "district",
        ],
    );
    assert_eq!(
        said,
        [
            "R23", "39", "471250", "235625", "235625", "117813", "58906", "35344", "23562"
        ]
    );
    assert_eq!(city.on("loan.subsidy_payable", "2024-06-21"), "-2356.25");
    city.until("2024-07-18");
    // What the budget has not paid in cannot be paid out.
    let early = desk.may_amend("loan_subsidy", subsidy, &[("paid_on", "2024-07-18")]);
    let (code, told) = early.expect_err("nothing to pay it from");
    assert!(code == "below_floor" && told.contains("1004 贴息专户存款"), "{told}");
    let (document, unit) = (("document", "样例〔2024〕7号"), ("unit", "XH-13"));
    let paid_in = [("received_on", "2024-07-18"), ("level", "中央"), ("amount", "1")];
    desk.open("subsidy_fund", &[&[document, unit][..], &paid_in].concat());
    desk.amend("loan_subsidy", subsidy, &[("paid_on", "2024-07-18")]);
    assert_eq!(city.on("loan.subsidy_payable", "2024-07-18"), "0");
    assert_eq!(city.on("loan.subsidy_money", "2024-07-18"), "7643.75");
    city.until("2024-09-02");
    desk.open(
        "loan_repayment",
        &[
            ("number", "HB-1"),
            ("loan", "JJ2024-1"),
            ("kind", "还本"),
            ("happened_on", "2024-09-02"),
            ("amount", "500000"),
        ],
    );
    assert_eq!(city.on("loan.guaranteed", "2024-09-02"), "500000");
    city.until("2024-12-20");
    desk.make(
        "startup_loan",
        loan,
        "settle",
        &[("settled_on", "2024-12-20"), ("final_principal", "500000")],
    );
    assert_eq!(city.on("loan.guaranteed", "2024-12-20"), "0");
}

/// The whole code: the check digit of GB 32100-2015 is counted, so that no real code is written here.
fn credit_code(first: &str) -> String {
    const SET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let sum: usize = first
        .chars()
        .zip(0_u32..)
        .map(|(letter, place)| SET.find(letter).expect("a letter of the code") * (3_usize.pow(place) % 31))
        .sum();
    let last = SET.chars().nth((31 - sum % 31) % 31).expect("a letter");
    format!("{first}{last}")
}
