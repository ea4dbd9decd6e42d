//! Worked cases: the published examples, the caps, and every refusal.

use super::{Borrower, Case, Quote, Regime, choose, fund, limits, run};
use crate::exact::{Fen, Rate};
use crate::library::Library;
use crate::node::Node;
use crate::refusal::{Code, Refusal};

fn regimes() -> Vec<Regime> {
    let text = include_str!("../../../../packs/base/schemes/loan.toml");
    Library::read([("schemes/loan.toml", text)].into_iter()).unwrap().loans
}

fn compute(case: &str) -> Result<Quote, Refusal> {
    let case = Case::read(&Node::of_toml(case)?)?;
    let regimes = regimes();
    run(choose(&regimes, &case)?, &case)
}

fn quote(case: &str) -> Quote {
    compute(case).unwrap_or_else(|refusal| panic!("{refusal:?}\n{case}"))
}

fn yuan(text: &str) -> Fen {
    text.parse().unwrap()
}

const R23: &str =
    "lpr = \"3.45%\"\nrate = \"3.95%\"\nprincipal = 300000\ndisbursed_on = 2024-04-10\nmatures_on = 2027-04-10\n";

#[test]
fn the_liuzhou_example_comes_out() {
    let it = quote(
        "regime = \"R20\"\nlpr = \"3.65%\"\nrate = \"5.15%\"\nprincipal = 100000\ndisbursed_on = 2022-09-01\n\
         matures_on = 2023-09-01\nday_count = \"whole\"\nperiods = [{from=2022-09-01,to=2023-09-01}]\n",
    );
    let period = &it.periods[0];
    assert_eq!(
        (period.interest, period.borrower, period.subsidy),
        (yuan("5150"), yuan("2150"), yuan("3000"))
    );
}

#[test]
fn the_explained_example_comes_out_to_the_fen() {
    let it = quote(R23);
    let first = &it.periods[0];
    assert_eq!(
        (it.regime.as_str(), first.days, first.to.to_string()),
        ("R23", 72, "2024-06-21".to_owned())
    );
    assert_eq!(
        (first.interest, first.subsidy, first.borrower),
        (yuan("2370"), yuan("1185"), yuan("1185"))
    );
    let second = &it.periods[1];
    assert_eq!((second.days, second.interest), (92, yuan("3028.33")));
    assert_eq!((second.subsidy, second.borrower), (yuan("1514.17"), yuan("1514.16")));
    let repaid = quote(&format!("{R23}repayments = [{{on=2024-08-10,amount=100000}}]\n"));
    let second = &repaid.periods[1];
    assert_eq!((second.interest, second.subsidy), (yuan("2567.50"), yuan("1283.75")));
    assert_eq!(repaid.outstanding, yuan("200000"));
    let last = it.periods.last().unwrap();
    assert_eq!(
        (last.from.to_string(), last.to.to_string()),
        ("2027-03-21".to_owned(), "2027-04-10".to_owned())
    );
}

#[test]
fn levels_share_and_the_last_takes_the_rest() {
    let it = quote(&format!(
        "{R23}shares = {{central=\"50%\",province=\"25%\",city=\"15%\",district=\"10%\"}}\n"
    ));
    for period in &it.periods {
        assert_eq!(period.shares.iter().copied().sum::<Fen>(), period.subsidy);
        assert_eq!(period.subsidy + period.borrower, period.interest);
    }
    let at = |level: &str| it.levels.iter().position(|known| known == level).unwrap();
    let second = &it.periods[1].shares;
    let given = ["central", "province", "city", "district"].map(|level| second[at(level)]);
    assert_eq!(given.into_iter().sum::<Fen>(), yuan("1514.17"));
    assert_eq!(second[at("central")], yuan("757.09"));
}

#[test]
fn the_regime_is_that_of_the_contract_and_a_local_one_goes_first() {
    let table = [
        ("2019-05-01", "", "R18", "3950"),
        ("2020-06-01", "", "R20", "3950"),
        ("2021-06-01", "", "R20", "2000"),
        ("2022-05-17", "", "R20", "2000"),
        ("2022-05-18", "", "R22-HN", "3950"),
        ("2022-06-01", "firm", "R20", "2000"),
        ("2023-12-31", "", "R22-HN", "3950"),
        ("2024-01-01", "", "R23", "1975"),
        ("2025-04-18", "", "R25", "1975"),
    ];
    for (on, borrower, regime, subsidy) in table {
        let borrower = if borrower.is_empty() { "individual" } else { borrower };
        let to: taizhang_core::day::Day = on.parse().unwrap();
        let it = quote(&format!(
            "borrower = \"{borrower}\"\nlpr = \"3.45%\"\nrate = \"3.95%\"\nprincipal = 100000\ndisbursed_on = {on}\nmatures_on = {}\n\
             day_count = \"whole\"\nperiods = [{{from={on},to={}}}]\n",
            to.plus_months(12),
            to.plus_months(12),
        ));
        assert_eq!(
            (it.regime.as_str(), it.periods[0].subsidy),
            (regime, yuan(subsidy)),
            "{on}"
        );
    }
    // Signed before the change, disbursed after it.
    let it = quote(
        "lpr = \"3.65%\"\nrate = \"4%\"\nprincipal = 1000\nsigned_on = 2023-12-30\ndisbursed_on = 2024-01-05\nmatures_on = 2025-01-05\n",
    );
    assert_eq!(it.regime, "R22-HN");
}

#[test]
fn extended_and_overdue_days_have_no_subsidy() {
    let base =
        "lpr = \"3.45%\"\nrate = \"3.6%\"\nprincipal = 100000\ndisbursed_on = 2024-01-21\nmatures_on = 2024-06-21\n";
    let extended = quote(&format!("{base}extended_to = 2024-09-21\n"));
    let last = extended.periods.last().unwrap();
    assert_eq!((last.interest, last.subsidy), (yuan("920"), Fen::ZERO));
    let overdue = quote(&format!("{base}overdue_on = 2024-04-20\n"));
    let second = &overdue.periods[1];
    // 30 of 92 days are subsidised: 300 of interest, half of it.
    assert_eq!(
        (second.interest, second.subsidy, second.borrower),
        (yuan("920"), yuan("150"), yuan("770"))
    );
    let across = quote(&format!("{base}periods = [{{from=2024-06-01,to=2024-07-01}}]\n"));
    assert_eq!(
        (across.periods[0].interest, across.periods[0].subsidy),
        (yuan("300"), yuan("100"))
    );
}

#[test]
fn caps_and_hires_include_their_bounds() {
    let regimes = regimes();
    let r23 = regimes.iter().find(|regime| regime.head.id == "R23").unwrap();
    for (partners, cap) in [(1, "330000"), (5, "1650000"), (12, "3960000"), (13, "4000000")] {
        assert_eq!(
            limits::cap(r23, Borrower::Partners, partners),
            Some(yuan(cap)),
            "{partners}"
        );
    }
    for (staff, hires) in [(38, 4), (40, 4), (100, 10), (101, 6), (1, 1)] {
        assert_eq!(limits::hires_needed(r23, staff), hires, "{staff}");
    }
}

#[test]
fn the_fund_carries_no_more_than_its_multiple() {
    let fund = fund::Fund {
        multiple: 5,
        loss_share: Rate(80_000_000),
        pause_above: Rate(20_000_000),
    };
    assert!(fund::carries(fund, yuan("100000"), yuan("400000"), yuan("100000")).is_ok());
    let refusal = fund::carries(fund, yuan("100000"), yuan("400000"), yuan("100000.01")).unwrap_err();
    assert_eq!(refusal.code, Code::AboveMultiple);
    assert_eq!(fund::loss(fund, yuan("0.03")), (yuan("0.02"), yuan("0.01")));
    assert!(!fund::paused(fund, yuan("20"), yuan("100")));
    assert!(fund::paused(fund, yuan("20.01"), yuan("100")));
}

#[test]
fn what_a_regime_does_not_allow_is_refused_by_its_clause() {
    let table = [
        ("principal = 300000", "principal = \"300000.01\"", Code::AboveCap),
        ("principal = 300000", "principal = 0", Code::AmountOutOfRange),
        ("rate = \"3.95%\"", "rate = \"5.96%\"", Code::AboveCeiling),
        ("rate = \"3.95%\"", "rate = \"3.95\"", Code::RateOutOfRange),
        ("rate = \"3.95%\"", "rate = \"-1%\"", Code::RateOutOfRange),
        ("rate = \"3.95%\"", "rate = \"0\"", Code::RateOutOfRange),
        ("rate = \"3.95%\"", "rate = \"abc\"", Code::NotARate),
        ("matures_on = 2027-04-10", "matures_on = 2027-04-11", Code::TermTooLong),
        (
            "matures_on = 2027-04-10",
            "matures_on = 2024-04-10",
            Code::EndsBeforeItBegins,
        ),
        ("lpr = \"3.45%\"\n", "", Code::Missing),
        ("lpr = \"3.45%\"", "regime = \"R20\"\nlpr = \"3.45%\"", Code::NotInForce),
        (
            "lpr = \"3.45%\"",
            "regime = \"R99\"\nlpr = \"3.45%\"",
            Code::UnknownScheme,
        ),
        ("lpr = \"3.45%\"", "nth = 4\nlpr = \"3.45%\"", Code::TooManyTimes),
        ("lpr = \"3.45%\"", "lrp = 1\nlpr = \"3.45%\"", Code::UnknownKey),
        (
            "lpr = \"3.45%\"",
            "shares = {a=\"50%\",b=\"49%\"}\nlpr = \"3.45%\"",
            Code::SharesNotWhole,
        ),
        (
            "lpr = \"3.45%\"",
            "repayments = [{on=2024-05-01,amount=300001}]\nlpr = \"3.45%\"",
            Code::OverRepaid,
        ),
        (
            "lpr = \"3.45%\"",
            "repayments = [{on=2024-04-01,amount=1}]\nlpr = \"3.45%\"",
            Code::OutOfOrder,
        ),
        (
            "lpr = \"3.45%\"",
            "periods = [{from=2024-04-01,to=2024-05-01}]\nlpr = \"3.45%\"",
            Code::PeriodsBroken,
        ),
        (
            "lpr = \"3.45%\"",
            "periods = [{from=2024-05-01,to=2024-06-01},{from=2024-05-31,to=2024-07-01}]\nlpr = \"3.45%\"",
            Code::PeriodsBroken,
        ),
    ];
    for (was, is, code) in table {
        let refused = compute(&R23.replace(was, is))
            .map(|_| ())
            .map_err(|refusal| refusal.code);
        assert_eq!(refused, Err(code), "{is}");
    }
    let firm = "borrower = \"firm\"\nstaff = 38\nhires = 3\nlpr = \"3.45%\"\nrate = \"3.95%\"\n\
                principal = 1000000\ndisbursed_on = 2024-04-10\nmatures_on = 2026-04-10\n";
    assert_eq!(compute(firm).unwrap_err().code, Code::TooFewHires);
    assert!(compute(&firm.replace("hires = 3", "hires = 4")).is_ok());
}
