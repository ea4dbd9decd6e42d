//! Room: one step of a case at a time, for a book that keeps the amounts: what a record is given goes in, what
//! is to be kept comes out. A step names the version that it is judged by, which an earlier step kept.

mod levies;
mod loans;
mod vouchers;

use crate::exact::{Fen, Rate};
use crate::library::Library;
use crate::node::{Node, Reader};
use crate::refusal::{Code, Refusal};
use taizhang_core::calendar::Calendar;
use taizhang_core::day::Day;

/// Something answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// An amount.
    Amount(Fen),
    /// A share or a rate.
    Rate(Rate),
    /// A day.
    Day(Day),
    /// So many.
    Count(i64),
    /// A text.
    Text(String),
}

/// What a step comes to, by name.
pub type Answers = Vec<(&'static str, Answer)>;

/// What every step may ask: the versions of all schemes, and the working days.
#[derive(Clone, Copy)]
pub struct Desk<'a> {
    /// The schemes.
    pub library: &'a Library,
    /// The calendar.
    pub calendar: &'a Calendar,
}

type Step = fn(Desk<'_>, &mut Reader<'_>) -> Result<Answers, Refusal>;

/// Every step by its name, with what it answers.
pub const STEPS: &[(&str, Step, &[&str])] = &[
    ("voucher.issue", vouchers::issue, vouchers::ISSUE),
    ("voucher.extend", vouchers::extend, vouchers::EXTEND),
    ("voucher.lock", vouchers::lock, vouchers::LOCK),
    ("voucher.clear", vouchers::clear, &[]),
    ("voucher.use", vouchers::buy, vouchers::USE),
    ("voucher.move", vouchers::hand_over, vouchers::MOVE),
    ("voucher.number", vouchers::number, &[]),
    ("voucher.target", vouchers::target, &[]),
    ("voucher.receive", vouchers::receive, vouchers::RECEIVE),
    ("voucher.end", vouchers::end, vouchers::END),
    ("voucher.settle", vouchers::settle, vouchers::SETTLE),
    ("voucher.cancel", vouchers::cancel, vouchers::CANCEL),
    ("loan.disburse", loans::disburse, loans::DISBURSE),
    ("loan.subsidy", loans::subsidy, loans::SUBSIDY),
    ("loan.compensate", loans::compensate, loans::COMPENSATE),
    ("loan.fund", loans::fund, loans::FUND),
    ("levy.labour", levies::labour, levies::LABOUR),
    ("levy.money", levies::money, levies::MONEY),
];

/// What a step answers.
pub fn answer(desk: Desk<'_>, uses: &str, case: &Node) -> Result<Answers, Refusal> {
    let Some((_, step, _)) = STEPS.iter().find(|(name, _, _)| *name == uses) else {
        let known: Vec<&str> = STEPS.iter().map(|(name, _, _)| *name).collect();
        let refusal = Refusal::at(Code::UnknownScheme, "uses").with("scheme", uses);
        return Err(refusal.with("known", known.join(", ")));
    };
    let mut reader = Reader::new(case, "")?;
    step(desk, &mut reader)
}

/// Whether a step is known and gives such an answer.
pub fn answers(uses: &str, answer: &str) -> bool {
    STEPS
        .iter()
        .any(|(name, _, answers)| *name == uses && answers.contains(&answer))
}

/// A day that a step cannot do without.
fn day(reader: &mut Reader<'_>, key: &'static str) -> Result<Day, Refusal> {
    let found = reader.day(key)?;
    reader.needed(key, found)
}

/// An amount that a step cannot do without.
fn fen(reader: &mut Reader<'_>, key: &'static str) -> Result<Fen, Refusal> {
    let found = reader.fen(key)?;
    reader.needed(key, found)
}
