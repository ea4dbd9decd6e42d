//! Room: formulas over accounts, evaluated when a figure is read.
//!
//! They read balances only, never a record and never the day (design law 4).

use super::check::Checker;
use super::eval::{Source, eval};
use super::fault::Fault;
use super::node::Node;
use super::parse::parse;
use super::tree::{Arithmetic, Kind, Operator};
use super::types::{AccountNames, Out, Slot, Type};
use rust_decimal::Decimal;

/// A checked formula over accounts. It may use everything of the language that needs neither a
/// record nor a day.
#[derive(Clone, Debug, PartialEq)]
pub struct Formula {
    source: Box<str>,
    root: Node,
    is_ratio: bool,
    accounts: Box<[Slot]>,
}

/// Reads and checks a formula that is to give a number.
pub fn compile_formula(source: &str, names: &dyn AccountNames) -> Result<Formula, Fault> {
    let tree = parse(source)?;
    let mut checker = Checker::of_accounts(source, names);
    let (root, _) = checker.result(&tree, &Type::Number)?;
    let divides = Operator::Arithmetic(Arithmetic::Divide);
    let is_ratio = matches!(tree.kind, Kind::Binary(operator, ..) if operator == divides);
    let (accounts, _) = checker.into_reads();
    Ok(Formula {
        source: source.into(),
        root,
        is_ratio,
        accounts,
    })
}

impl Formula {
    /// The figure over these balances; `None` ("—") if a balance is missing, a denominator is zero
    /// or the result is too large.
    pub fn eval(&self, balance: &dyn Fn(Slot) -> Option<Decimal>) -> Option<Decimal> {
        match eval(&self.root, &Source::Accounts(balance)) {
            Out::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The accounts that it reads, ascending, each once.
    pub fn accounts(&self) -> &[Slot] {
        &self.accounts
    }

    /// Whether the outermost operator divides, so that the figure is shown as a ratio.
    pub fn is_ratio(&self) -> bool {
        self.is_ratio
    }

    /// The text that it was compiled from.
    pub fn source(&self) -> &str {
        &self.source
    }
}
