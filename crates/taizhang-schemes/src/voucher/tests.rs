//! Worked cases: the check example of the domain notes, the rules of real cities, and every refusal.

use super::{Case, Quote, Scheme, run};
use crate::exact::Fen;
use crate::node::{Node, Reader};
use crate::refusal::{Code, Refusal};
use taizhang_core::calendar::Calendar;

const XIAMEN: &str = r#"
id = "xiamen"
doc_no = "X-1"
validity_months = 24
embedded_rate = "5%"
use_tiers = [{from_month=1,to_month=12,rate="5%"},{from_month=13,to_month=24,rate="2%"}]
min_use_ratio = "85%"
transfer = "any"
keep_area_per_head = 35
units_allowed = ["home"]
"#;

const FENGHUA: &str = r#"
id = "fenghua"
validity_months = 12
use_tiers = [
    {from_month=1,to_month=3,rate="10%"},
    {from_month=4,to_month=6,rate="8%"},
    {from_month=7,to_month=9,rate="6%"},
    {from_month=10,to_month=12,rate="4%"},
]
surplus_rule = "par"
interest = [{on="used",rate_per_month="1.8‰"},{on="never_used",rate_per_month="2.4‰"}]
deposit_rate = "0.20%"
cash_after_months = 6
"#;

const SHENGZHOU: &str = r#"
id = "shengzhou"
validity_months = 12
surplus_rule = "rate"
surplus_rate = "90%"
small_surplus_ratio = "5%"
settlement = [
    {event="filing",share="30%",limit_days=60},
    {event="handover",share="60%",limit_days=60},
    {event="handover+1y",share="10%",limit_days=60,rate="7%"},
]
"#;

fn compute(scheme: &str, case: &str) -> Result<Quote, Refusal> {
    let scheme = Scheme::read(&Node::of_toml(scheme)?, "scheme")?;
    let node = Node::of_toml(case)?;
    let case = Case::read(&mut Reader::new(&node, "")?)?;
    run(&scheme, &case, &Calendar::default())
}

fn quote(scheme: &str, case: &str) -> Quote {
    compute(scheme, case).unwrap_or_else(|refusal| panic!("{refusal:?}\n{case}"))
}

fn yuan(text: &str) -> Fen {
    text.parse().unwrap()
}

/// Debits less credits of an account.
fn balance(quote: &Quote, account: &str) -> Fen {
    let of = |is: bool, amount: Fen| if is { amount } else { Fen::ZERO };
    let each = quote.postings.iter();
    each.map(|line| of(line.debit == account, line.amount) - of(line.credit == account, line.amount))
        .sum()
}

const ISSUED: &str = "principal = 800000\nembedded = 40000\nissued_on = 2024-01-15\n";

#[test]
fn the_check_example_comes_out_to_the_fen() {
    let case = format!("{ISSUED}events = [{{on=2024-11-20,kind=\"use\",amount=700000}}]\nsettle_on = 2026-01-15\n");
    let it = quote(XIAMEN, &case);
    assert_eq!(it.face, yuan("840000"));
    assert_eq!(
        (it.uses[0].month, it.uses[0].tier, it.uses[0].reward),
        (11, Some(1), yuan("35000"))
    );
    assert_eq!(
        (it.balance, it.deducted, it.cash),
        (yuan("140000"), yuan("6666.67"), yuan("133333.33"))
    );
    assert_eq!(it.cost_total, yuan("868333.33"));
    assert_eq!(it.holder_total, yuan("168333.33"));
    assert_eq!(it.developer.iter().map(|line| line.amount).sum::<Fen>(), yuan("700000"));
    // All that was paid is what it cost; nothing is owed any more.
    assert_eq!(balance(&it, "1002"), yuan("-868333.33"));
    for settled in ["2101", "2102", "2103", "2104", "2105", "2106"] {
        assert_eq!(balance(&it, settled), Fen::ZERO, "{settled}");
    }
    let whole = XIAMEN.to_owned() + "embedded_clawback = \"whole\"\n";
    assert_eq!(quote(&whole, &case).cash, yuan("100000"));
}

#[test]
fn rewards_go_by_the_month_of_each_purchase_and_the_last_day_counts() {
    let table = [
        ("2024-01-15", 1, "5000"),
        ("2025-01-15", 12, "5000"),
        ("2025-01-16", 13, "2000"),
        ("2026-01-15", 24, "2000"),
    ];
    for (on, month, reward) in table {
        let it = quote(
            XIAMEN,
            &format!("{ISSUED}events = [{{on={on},kind=\"use\",amount=100000}}]\n"),
        );
        assert_eq!((it.uses[0].month, it.uses[0].reward), (month, yuan(reward)), "{on}");
    }
    // Months end on the last day of a shorter month.
    let short = "principal = 100\nissued_on = 2024-02-29\n";
    let it = quote(
        FENGHUA,
        &format!("{short}events = [{{on=2025-02-28,kind=\"use\",amount=100}}]\n"),
    );
    assert_eq!(it.uses[0].reward, yuan("4"));
    let late = compute(
        FENGHUA,
        &format!("{short}events = [{{on=2025-03-01,kind=\"use\",amount=100}}]\n"),
    );
    assert_eq!(late.unwrap_err().code, Code::Expired);
}

#[test]
fn a_bound_that_must_be_exceeded_is_not_met_by_itself() {
    let used = |amount: &str| {
        format!("{ISSUED}events = [{{on=2024-02-01,kind=\"use\",amount={amount}}}]\nsettle_on=2024-03-01\n")
    };
    assert_eq!(quote(XIAMEN, &used("714000")).deducted, yuan("6000"));
    assert_eq!(quote(XIAMEN, &used("\"714000.01\"")).deducted, Fen::ZERO);
    let from = XIAMEN.to_owned() + "min_use_cmp = \"ge\"\n";
    assert_eq!(quote(&from, &used("714000")).deducted, Fen::ZERO);
}

#[test]
fn a_voucher_never_used_gives_back_its_incentive() {
    let it = quote(
        XIAMEN,
        &format!("{ISSUED}events = [{{on=2026-01-16,kind=\"expire\"}}]\n"),
    );
    assert_eq!(
        (it.deducted, it.cash, it.cost_total),
        (yuan("40000"), yuan("800000"), yuan("800000"))
    );
    let early = compute(XIAMEN, &format!("{ISSUED}settle_on = 2025-01-01\n"));
    assert_eq!(early.unwrap_err().code, Code::NotYetExpired);
}

#[test]
fn fenghua_pays_interest_by_full_months_and_days_afterwards() {
    let case = "principal = 100000\nissued_on = 2024-01-10\n";
    let it = quote(
        FENGHUA,
        &format!("{case}events = [{{on=2024-06-20,kind=\"use\",amount=60000}}]\nsettle_on = 2024-07-08\n"),
    );
    // Five full months of 60 000 at 1.8 per mille; 180 days of 40 000 at 0.20 % by 360.
    assert_eq!(it.uses[0].interest, yuan("540"));
    assert_eq!(it.interest, yuan("580"));
    assert_eq!((it.uses[0].reward, it.cash), (yuan("4800"), yuan("40000")));
    // Never used: twelve months at 2.4 per mille, then 36 days on deposit.
    let it = quote(FENGHUA, &format!("{case}settle_on = 2025-02-15\n"));
    assert_eq!(it.interest, yuan("2880") + yuan("20"));
    assert_eq!(
        compute(FENGHUA, &format!("{case}settle_on = 2024-07-09\n"))
            .unwrap_err()
            .code,
        Code::NotYetExpired
    );
    assert_eq!(
        quote(FENGHUA, &format!("{case}settle_on = 2024-07-10\n")).interest,
        yuan("1440")
    );
}

#[test]
fn shengzhou_pays_small_rests_at_par_and_tails_with_interest() {
    let with = |amount: &str, more: &str| {
        let case = format!(
            "principal = 1000000\nissued_on = 2024-01-10\n\
             events = [{{on=2024-03-01,kind=\"use\",amount={amount}}},{{on=2024-06-01,kind=\"handover\"}}]\nsettle_on = 2024-07-01\n"
        );
        quote(&format!("{SHENGZHOU}{more}"), &case)
    };
    assert_eq!(with("950000", "").cash, yuan("50000"));
    assert_eq!(with("940000", "").cash, yuan("54000"));
    assert_eq!(with("940000", "").cost_total, yuan("994000") + yuan("6580"));
    assert_eq!(with("940000", "surplus_mode = \"marginal\"\n").cash, yuan("59000"));
    let it = with("950000", "");
    let paid: Vec<(String, String, String)> = it
        .developer
        .iter()
        .map(|line| {
            (
                line.on.unwrap().to_string(),
                line.amount.to_string(),
                line.interest.to_string(),
            )
        })
        .collect();
    let expected = [
        ("2024-03-01", "285000.00", "0.00"),
        ("2024-06-01", "570000.00", "0.00"),
        ("2025-06-01", "95000.00", "6650.00"),
    ];
    assert_eq!(
        paid,
        expected.map(|(on, amount, interest)| (on.to_owned(), amount.to_owned(), interest.to_owned()))
    );
}

#[test]
fn a_cancelled_purchase_gives_everything_back() {
    let bought = "{on=2024-03-01,kind=\"use\",amount=700000,contract=\"A\"}";
    let before = quote(
        XIAMEN,
        &format!("{ISSUED}events = [{bought},{{on=2024-04-01,kind=\"cancel\",contract=\"A\"}}]\n"),
    );
    assert_eq!(
        (before.balance, before.holder_total, before.cost_total),
        (yuan("840000"), Fen::ZERO, yuan("840000"))
    );
    assert_eq!(balance(&before, "2103"), Fen::ZERO);
    let paid = format!("{ISSUED}events = [{bought},{{on=2024-04-01,kind=\"cancel\",paid=true}}");
    let after = quote(XIAMEN, &format!("{paid}]\n"));
    assert_eq!(
        (balance(&after, "1301"), balance(&after, "1302")),
        (yuan("700000"), yuan("35000"))
    );
    // Until the money is back nobody can buy again.
    let again = "{on=2024-05-01,kind=\"use\",amount=1}";
    assert_eq!(
        compute(XIAMEN, &format!("{paid},{again}]\n")).unwrap_err().code,
        Code::Frozen
    );
    let back = quote(XIAMEN, &format!("{paid},{{on=2024-04-20,kind=\"refund\"}},{again}]\n"));
    assert_eq!((balance(&back, "1301"), balance(&back, "1302")), (Fen::ZERO, Fen::ZERO));
    // A cancelled purchase is not used, so it does not count for the rest.
    let settled = format!("{ISSUED}events = [{bought},{{on=2024-04-01,kind=\"cancel\"}}]\nsettle_on=2026-01-16\n");
    assert_eq!(quote(XIAMEN, &settled).cash, yuan("800000"));
}

#[test]
fn what_a_scheme_does_not_allow_is_refused_by_its_clause() {
    let fast = "{on=2024-02-01,kind=\"use\",amount=840000,price=900000,filed_price=900000}";
    let table: [(&str, &str, Code); 20] = [
        ("", "{on=2024-02-01,kind=\"use\",amount=\"840000.01\"}", Code::OverUse),
        ("", "{on=2024-02-01,kind=\"use\",amount=0}", Code::AmountOutOfRange),
        ("", "{on=2024-02-01,kind=\"use\",amount=-1}", Code::AmountOutOfRange),
        ("", "{on=2024-02-01,kind=\"use\",amount=\"1.001\"}", Code::NotAnAmount),
        ("", "{on=2024-01-14,kind=\"use\",amount=1}", Code::BeforeIssue),
        ("", "{on=2026-01-16,kind=\"use\",amount=1}", Code::Expired),
        (
            "",
            "{on=2026-01-19,kind=\"use\",amount=1,locked_on=2026-01-15}",
            Code::LockRanOut,
        ),
        (
            "",
            "{on=2026-01-18,kind=\"use\",amount=1,locked_on=2026-01-16}",
            Code::Expired,
        ),
        ("", "{on=2024-02-01,kind=\"use\",amount=10,price=9}", Code::AbovePrice),
        (
            "",
            "{on=2024-02-01,kind=\"use\",amount=10,price=100,filed_price=99}",
            Code::AboveFiledPrice,
        ),
        (
            "",
            "{on=2024-02-01,kind=\"use\",amount=10,price=100,public_price=99}",
            Code::AbovePublicPrice,
        ),
        (
            "",
            "{on=2024-02-01,kind=\"use\",amount=10,unit_kind=\"shop\"}",
            Code::KindNotAllowed,
        ),
        (
            "",
            "{on=2024-02-01,kind=\"freeze\"},{on=2024-02-02,kind=\"use\",amount=1}",
            Code::Frozen,
        ),
        ("", "{on=2024-02-01,kind=\"thaw\"}", Code::NotFrozen),
        ("", "{on=2024-02-01,kind=\"cancel\"}", Code::NoSuchPurchase),
        (
            "",
            "{on=2024-02-01,kind=\"transfer\"},{on=2024-02-02,kind=\"transfer\"}",
            Code::TooManyHops,
        ),
        (
            "",
            "{on=2024-02-01,kind=\"transfer\",area_per_head=34}",
            Code::TooLittleArea,
        ),
        ("", "{on=2024-02-01,kind=\"extend\",months=3}", Code::NoDocument),
        (
            "extension = false\n",
            "{on=2024-02-01,kind=\"extend\",months=3,doc_no=\"D\"}",
            Code::NoExtension,
        ),
        (
            "",
            "{on=2024-03-01,kind=\"use\",amount=1},{on=2024-02-01,kind=\"use\",amount=1}",
            Code::OutOfOrder,
        ),
    ];
    for (more, steps, code) in table {
        let refusal = compute(&format!("{XIAMEN}{more}"), &format!("{ISSUED}events = [{steps}]\n"));
        assert_eq!(
            refusal.map(|_| ()).map_err(|refusal| refusal.code),
            Err(code),
            "{steps}"
        );
    }
    assert!(compute(XIAMEN, &format!("{ISSUED}events = [{fast}]\n")).is_ok());
    let none = XIAMEN.replace("transfer = \"any\"", "transfer = \"none\"");
    let refused = compute(
        &none,
        &format!("{ISSUED}events = [{{on=2024-02-01,kind=\"transfer\"}}]\n"),
    )
    .unwrap_err();
    assert_eq!((refused.code, refused.document.as_str()), (Code::NoTransfer, "X-1"));
}

#[test]
fn extensions_freezes_and_parts_change_what_is_left() {
    let extended =
        "{on=2025-12-01,kind=\"extend\",until=2026-07-15,doc_no=\"D\"},{on=2026-07-15,kind=\"use\",amount=1}";
    let it = quote(XIAMEN, &format!("{ISSUED}events = [{extended}]\n"));
    assert_eq!(
        (it.valid_until.to_string(), it.uses[0].tier),
        ("2026-07-15".to_owned(), None)
    );
    let frozen = "{on=2025-12-01,kind=\"freeze\"},{on=2025-12-31,kind=\"thaw\"}";
    let events = format!("{ISSUED}events = [{frozen}]\n");
    assert_eq!(quote(XIAMEN, &events).valid_until.to_string(), "2026-01-15");
    let longer = XIAMEN.to_owned() + "freeze_extends = true\n";
    assert_eq!(quote(&longer, &events).valid_until.to_string(), "2026-02-14");
    // A part that goes to another voucher takes its share of the incentive with it.
    let split = format!("{ISSUED}events = [{{on=2024-02-01,kind=\"split\",amount=420000}}]\nsettle_on = 2026-01-16\n");
    let it = quote(XIAMEN, &split);
    assert_eq!(
        (it.moved_out, it.cash, it.deducted),
        (yuan("420000"), yuan("400000"), yuan("20000"))
    );
}

#[test]
fn an_agreement_must_add_up() {
    let wrong = "principal = 800000\noptional_in_face = 10000\ncash_part = 5000\nagreement_total = 815001\nissued_on = 2024-01-15\n";
    assert_eq!(compute(XIAMEN, wrong).unwrap_err().code, Code::NotReconciled);
    assert_eq!(quote(XIAMEN, &wrong.replace("815001", "815000")).face, yuan("850500"));
}
