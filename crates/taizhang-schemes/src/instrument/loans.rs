//! Room: the steps of a guaranteed loan (创业担保贷款) in a book.

use super::{Answer, Answers, Desk, day, fen};
use crate::exact::Fen;
use crate::loan::fund::{Version, carries, loss, paused};
use crate::loan::{Case, Repayment, choose, limits, run};
use crate::node::Reader;
use crate::refusal::{Code, Refusal};
use crate::version;

pub(super) const DISBURSE: &[&str] = &["regime", "document", "cap"];
pub(super) const SUBSIDY: &[&str] = &[
    "regime", "days", "interest", "subsidy", "borrower", "level1", "level2", "level3", "level4", "level5",
];
pub(super) const COMPENSATE: &[&str] = &["fund", "bank"];
pub(super) const FUND: &[&str] = &["capacity", "multiple"];

/// The levels of government, in the order of the scheme's shares.
const LEVELS: [&str; 5] = ["level1", "level2", "level3", "level4", "level5"];

/// A loan is disbursed: by the regime of its contract, within its caps and what the fund can carry.
pub(super) fn disburse(desk: Desk<'_>, reader: &mut Reader<'_>) -> Result<Answers, Refusal> {
    let on = day(reader, "on")?;
    let outstanding = reader.fen("outstanding")?.unwrap_or_default();
    let deposit = reader.fen("deposit")?;
    let compensated = reader.fen("compensated")?.unwrap_or_default();
    let fund = fund_on(desk, reader, on)?;
    let case = Case::of_step(reader, on)?;
    let regime = choose(&desk.library.loans, &case)?;
    limits::check(regime, &case).map_err(|refusal| refusal.by(&regime.head.doc_no))?;
    if let (Some(fund), Some(deposit)) = (fund, deposit) {
        if paused(fund.rules, compensated, outstanding) {
            let refusal = Refusal::at(Code::LendingPaused, "principal").by(&fund.head.doc_no);
            return Err(refusal.with("most", fund.rules.pause_above));
        }
        carries(fund.rules, deposit, outstanding, case.principal).map_err(|refusal| refusal.by(&fund.head.doc_no))?;
    }
    let mut answers: Answers = vec![
        ("regime", Answer::Text(regime.head.id.clone())),
        ("document", Answer::Text(regime.head.doc_no.clone())),
    ];
    let cap = limits::cap(regime, case.borrower, case.partners);
    answers.extend(cap.map(|cap| ("cap", Answer::Amount(cap))));
    Ok(answers)
}

/// Interest and subsidy of one settlement period, from what was owed on each day of it.
pub(super) fn subsidy(desk: Desk<'_>, reader: &mut Reader<'_>) -> Result<Answers, Refusal> {
    let on = day(reader, "on")?;
    let (from, to) = (day(reader, "from")?, day(reader, "to")?);
    let disbursed_on = day(reader, "disbursed_on")?;
    let owed = reader.tables("owed")?;
    let fund = fund_on(desk, reader, disbursed_on)?;
    let mut course = Vec::new();
    for mut line in owed {
        course.push((day(&mut line, "on")?, fen(&mut line, "amount")?));
    }
    let mut case = Case::of_step(reader, disbursed_on)?;
    if to <= from || from < disbursed_on || on < to.plus(-1) {
        return Err(Refusal::at(Code::PeriodsBroken, "to"));
    }
    case.periods = vec![(from, to)];
    case.shares = fund.map_or_else(Vec::new, |fund| fund.shares.clone());
    let mut left = case.principal;
    for (at, amount) in course.into_iter().filter(|(at, _)| *at < to) {
        if amount < left {
            case.repayments.push(Repayment {
                on: at,
                amount: left - amount,
            });
            left = amount;
        }
    }
    let regime = choose(&desk.library.loans, &case)?;
    let quote = run(regime, &case)?;
    let Some(period) = quote.periods.first() else {
        return Err(Refusal::at(Code::PeriodsBroken, "to"));
    };
    let mut answers: Answers = vec![
        ("regime", Answer::Text(quote.regime.clone())),
        ("days", Answer::Count(i64::from(period.days))),
        ("interest", Answer::Amount(period.interest)),
        ("subsidy", Answer::Amount(period.subsidy)),
        ("borrower", Answer::Amount(period.borrower)),
    ];
    let levels = LEVELS.iter().zip(&period.shares);
    answers.extend(levels.map(|(level, share)| (*level, Answer::Amount(*share))));
    Ok(answers)
}

/// The fund's and the bank's part of a loss; no more than what is still owed.
pub(super) fn compensate(desk: Desk<'_>, reader: &mut Reader<'_>) -> Result<Answers, Refusal> {
    let on = day(reader, "on")?;
    let fund = fund_on(desk, reader, on)?;
    let amount = fen(reader, "amount")?;
    let owed = reader.fen("owed")?;
    reader.done()?;
    if let Some(owed) = owed.filter(|owed| amount > *owed) {
        let refusal = Refusal::at(Code::OverRepaid, "amount").with("amount", amount);
        return Err(refusal.with("owed", owed));
    }
    let (of_fund, of_bank) = fund.map_or((amount, Fen::ZERO), |fund| loss(fund.rules, amount));
    Ok(vec![
        ("fund", Answer::Amount(of_fund)),
        ("bank", Answer::Amount(of_bank)),
    ])
}

/// A deposit of the fund: how much more may be guaranteed for it.
pub(super) fn fund(desk: Desk<'_>, reader: &mut Reader<'_>) -> Result<Answers, Refusal> {
    let on = day(reader, "on")?;
    let fund = fund_on(desk, reader, on)?;
    let amount = fen(reader, "amount")?;
    reader.done()?;
    let multiple = fund.map_or(0, |fund| fund.rules.multiple);
    Ok(vec![
        ("capacity", Answer::Amount(amount.times(i128::from(multiple), 1))),
        ("multiple", Answer::Count(i64::from(multiple))),
    ])
}

/// The district's rules of its fund on a day, if the case names them.
fn fund_on<'a>(
    desk: Desk<'a>,
    reader: &mut Reader<'_>,
    on: taizhang_core::day::Day,
) -> Result<Option<&'a Version>, Refusal> {
    let named = reader.text("fund")?;
    named
        .map(|named| version::find(&desk.library.funds, named, on))
        .transpose()
}
