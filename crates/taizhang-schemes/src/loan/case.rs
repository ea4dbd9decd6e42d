//! Room: one loan's case as it was given.

use super::regime::{BORROWERS, Borrower, DAY_COUNTS, DayCount, RATE_MAX};
use crate::exact::{Fen, Rate};
use crate::node::{Node, Reader};
use crate::refusal::{Code, Refusal};
use taizhang_core::day::Day;

/// A case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The regime's id; empty for that of the day.
    pub regime: String,
    /// Who borrows.
    pub borrower: Borrower,
    /// How many partners.
    pub partners: u32,
    /// A firm's staff and its eligible hires, if given.
    pub staff: Option<(u32, u32)>,
    /// Which subsidised loan of this borrower, from 1.
    pub nth: u32,
    /// The one-year LPR that the contract names.
    pub lpr: Rate,
    /// The contract's annual rate.
    pub rate: Rate,
    /// A ceiling above which nothing is subsidised.
    pub rate_cap: Option<Rate>,
    /// The principal.
    pub principal: Fen,
    /// The day of the contract, if it is not that of the disbursement.
    pub signed_on: Option<Day>,
    /// The first day that bears interest.
    pub disbursed_on: Day,
    /// The original maturity, the first day without subsidy.
    pub matures_on: Day,
    /// To which day it was extended.
    pub extended_to: Option<Day>,
    /// From which day it is overdue, if before maturity.
    pub overdue_on: Option<Day>,
    /// Repayments in the order of their days.
    pub repayments: Vec<Repayment>,
    /// Periods asked for; none for those of the bank's settlement days.
    pub periods: Vec<(Day, Day)>,
    /// Levels of government and their shares of the subsidy, in order.
    pub shares: Vec<(String, Rate)>,
    /// How days are counted, if not as the regime says.
    pub day_count: Option<DayCount>,
}

/// Principal that came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repayment {
    /// The first day on which it is not owed any more.
    pub on: Day,
    /// How much.
    pub amount: Fen,
}

impl Case {
    /// Reads a case.
    pub fn read(node: &Node) -> Result<Case, Refusal> {
        let mut reader = Reader::new(node, "")?;
        let terms = Case::terms(&mut reader, None)?;
        let case = Case {
            repayments: repayments(&mut reader)?,
            periods: periods(&mut reader)?,
            shares: shares(&mut reader)?,
            ..terms
        };
        reader.done()?;
        case.check()?;
        Ok(case)
    }

    /// A case as a book gives it: the days of its payments and periods come from elsewhere.
    pub(crate) fn of_step(reader: &mut Reader<'_>, disbursed_on: Day) -> Result<Case, Refusal> {
        let case = Case::terms(reader, Some(disbursed_on))?;
        reader.done()?;
        case.check()?;
        Ok(case)
    }

    /// What was agreed, without what came after; the day of disbursement is read where it is not given.
    fn terms(reader: &mut Reader<'_>, disbursed_on: Option<Day>) -> Result<Case, Refusal> {
        let lpr = reader.rate("lpr", RATE_MAX)?;
        let rate = reader.rate("rate", RATE_MAX)?;
        let principal = reader.fen("principal")?;
        let disbursed_on = match disbursed_on {
            Some(day) => Some(day),
            None => reader.day("disbursed_on")?,
        };
        let matures_on = reader.day("matures_on")?;
        let staff = reader.count("staff", 1, 1_000_000)?;
        let hires = reader.count("hires", 0, 1_000_000)?;
        Ok(Case {
            regime: reader.text("regime")?.unwrap_or_default().to_owned(),
            borrower: reader.choice("borrower", BORROWERS)?.unwrap_or(Borrower::Individual),
            partners: reader.count("partners", 1, 1000)?.unwrap_or(1),
            staff: staff.zip(hires),
            nth: reader.count("nth", 1, 99)?.unwrap_or(1),
            rate_cap: reader.rate("rate_cap", RATE_MAX)?,
            signed_on: reader.day("signed_on")?,
            extended_to: reader.day("extended_to")?,
            overdue_on: reader.day("overdue_on")?,
            repayments: Vec::new(),
            periods: Vec::new(),
            shares: Vec::new(),
            day_count: reader.choice("day_count", DAY_COUNTS)?,
            lpr: reader.needed("lpr", lpr)?,
            rate: reader.needed("rate", rate)?,
            principal: reader.needed("principal", principal)?,
            disbursed_on: reader.needed("disbursed_on", disbursed_on)?,
            matures_on: reader.needed("matures_on", matures_on)?,
        })
    }

    /// The days and amounts fit together.
    fn check(&self) -> Result<(), Refusal> {
        let bound = |place: &str, value: &dyn ToString| {
            Refusal::at(Code::AmountOutOfRange, place).with("value", value.to_string())
        };
        if !self.principal.is_some() {
            return Err(bound("principal", &self.principal));
        }
        if self.rate.0 == 0 {
            return Err(Refusal::at(Code::RateOutOfRange, "rate")
                .with("value", self.rate)
                .with("most", RATE_MAX));
        }
        if self.matures_on <= self.disbursed_on {
            return Err(Refusal::at(Code::EndsBeforeItBegins, "matures_on"));
        }
        if self.signed_on.is_some_and(|signed| signed > self.disbursed_on) {
            return Err(Refusal::at(Code::EndsBeforeItBegins, "disbursed_on"));
        }
        let mut owed = self.principal;
        let mut last = self.disbursed_on;
        for (at, paid) in self.repayments.iter().enumerate() {
            let place = format!("repayments[{at}]");
            if paid.on < last {
                return Err(Refusal::at(Code::OutOfOrder, place)
                    .with("day", paid.on)
                    .with("before", last));
            }
            if paid.amount > owed {
                return Err(Refusal::at(Code::OverRepaid, place)
                    .with("amount", paid.amount)
                    .with("owed", owed));
            }
            owed = owed - paid.amount;
            last = paid.on;
        }
        let begins = std::iter::once(self.disbursed_on).chain(self.periods.iter().map(|(_, to)| *to));
        let wrong = self
            .periods
            .iter()
            .zip(begins)
            .position(|((from, to), begin)| *from < begin || to <= from);
        match wrong {
            Some(at) => Err(Refusal::at(Code::PeriodsBroken, format!("periods[{at}]"))),
            None => Ok(()),
        }
    }

    /// What is owed on a day.
    pub fn owed_on(&self, day: Day) -> Fen {
        let paid = self.repayments.iter().filter(|paid| paid.on <= day);
        self.principal - paid.map(|paid| paid.amount).sum()
    }
}

fn repayments(reader: &mut Reader<'_>) -> Result<Vec<Repayment>, Refusal> {
    let mut read = Vec::new();
    for mut line in reader.tables("repayments")? {
        let on = line.day("on")?;
        let amount = line.fen("amount")?;
        line.done()?;
        read.push(Repayment {
            on: line.needed("on", on)?,
            amount: line.needed("amount", amount)?,
        });
    }
    Ok(read)
}

fn periods(reader: &mut Reader<'_>) -> Result<Vec<(Day, Day)>, Refusal> {
    let mut read = Vec::new();
    for mut line in reader.tables("periods")? {
        let from = line.day("from")?;
        let to = line.day("to")?;
        line.done()?;
        read.push((line.needed("from", from)?, line.needed("to", to)?));
    }
    Ok(read)
}

/// Shares as a table of levels, or as a list of `{level, share}`; together they are the whole.
pub(super) fn shares(reader: &mut Reader<'_>) -> Result<Vec<(String, Rate)>, Refusal> {
    let place = reader.place("shares");
    let read = match reader.node("shares") {
        None => return Ok(Vec::new()),
        Some(Node::Table(table)) => {
            let named = table.iter().map(|(level, node)| share(level, node, &place));
            named.collect::<Result<Vec<_>, _>>()?
        }
        Some(_) => {
            let mut read = Vec::new();
            for mut line in reader.tables("shares")? {
                let level = line.text("level")?;
                let part = line.rate("share", Rate::ONE)?;
                line.done()?;
                read.push((line.needed("level", level)?.to_owned(), line.needed("share", part)?));
            }
            read
        }
    };
    let sum: i64 = read.iter().map(|(_, part)| part.0).sum();
    if sum != Rate::ONE.0 {
        return Err(Refusal::at(Code::SharesNotWhole, place).with("sum", Rate(sum)));
    }
    Ok(read)
}

fn share(level: &str, node: &Node, place: &str) -> Result<(String, Rate), Refusal> {
    let place = format!("{place}.{level}");
    let Node::Text(text) = node else {
        return Err(Refusal::at(Code::WrongKind, place).with("wanted", "text"));
    };
    let part: Rate = text
        .parse()
        .map_err(|_| Refusal::at(Code::NotARate, place.clone()).with("value", text))?;
    if part < Rate(0) || part > Rate::ONE {
        return Err(Refusal::at(Code::RateOutOfRange, place)
            .with("value", text)
            .with("most", Rate::ONE));
    }
    Ok((level.to_owned(), part))
}
