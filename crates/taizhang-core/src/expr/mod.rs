//! Room: the expression language of a pack's rules (conditions, amounts, checks, formulas).
//!
//! The syntax is CEL's wherever the two overlap. An expression is typed when the pack is loaded
//! ([`compile`], [`compile_formula`]) and evaluated when an entry is written; it never performs
//! I/O, never reads a clock, never loops and never holds a float.
//!
//! # Syntax
//! - Names: letters (Chinese too), digits, `_`, and dots inside: `parent.stage`, `总投资`. A name
//!   starts with a letter or `_`. Reserved words: `true`, `false`, `null`, `in`.
//! - Literals: `12`, `0.05`, `"在建"` or `'在建'` (escapes `\\`, `\"`, `\'`), `true`, `false`,
//!   `null`, `date("2024-06-30")`, `month("2024-06")`.
//! - From loose to tight: `c ? a : b`, `||`, `&&`, `== != < <= > >= in [..]`, `+ -`, `* / %`,
//!   `!` and unary `-`. Comparisons do not chain: `a < b < c` is a fault.
//! - Functions: `min max abs round floor year month_of days_between plus_days plus_months has
//!   is_na coalesce contains starts_with len day`. `days_between(a, b)` counts from a to b;
//!   `day()` is the day at which the state is evaluated; `round` is half away from zero.
//! - Limits: 2,000 characters, 32 levels of nesting, 400 parts.
//!
//! # Types
//! Arithmetic takes numbers only. Only values of one type compare; a choice compares with a
//! literal only if that is one of its ids, and has no order. Texts are ordered by code point, so
//! that ranges of industry codes can be written. Units and links compare only with another field
//! of the same type (`==`, `!=`) or with `null`; evidence only with `null`. A date known to the
//! month, quarter or year counts as the last day that it may mean.
//!
//! # Null
//! 1. A field that is missing, not applicable or erased reads as null; so does a value that is not
//!    of the type of its field's present definition, and a sealed one, which no program may name.
//! 2. Arithmetic and functions with null give null. So do division by zero, overflow, a day
//!    outside the calendar and a part of a day or month: there is no error while evaluating.
//! 3. A comparison with null, and `in` with null on its left, give null; only `== null` and
//!    `!= null` answer. `in` gives null if nothing in the list is equal and something is null.
//! 4. `&&`, `||` and `!` are three-valued: `false && null` is false, `true || null` is true, else
//!    null stays null. `c ? a : b` is null if c is.
//! 5. `coalesce(a, b, …)` is its first value that is not null. `has(f)` and `is_na(f)` are never
//!    null.
//! 6. At the top a null `when` does not hold ([`Program::holds`]), and a null `check` is not
//!    violated ([`Program::passes`]).

mod call;
mod check;
mod compare;
mod eval;
mod fault;
mod formula;
mod node;
mod parse;
mod token;
mod tree;
mod types;

pub use fault::{Fault, FaultKind, Wanted};
pub use formula::{Formula, compile_formula};
pub use parse::{CHARS_MAX, DEPTH_MAX, PARTS_MAX, parse};
pub use tree::Tree;
pub use types::{AccountNames, Env, NameInfo, Names, Out, Slot, Type};

use check::Checker;
use eval::{Source, eval};
use node::Node;
use rust_decimal::Decimal;

/// A checked expression, ready to be evaluated over a record's state.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    source: Box<str>,
    root: Node,
    result: Type,
    reads: Box<[Slot]>,
    reads_day: bool,
}

/// Reads and checks an expression that is to give `expected`. A text may also be given by a
/// choice, and a choice by the literals that are among its ids.
pub fn compile(source: &str, names: &dyn Names, expected: Type) -> Result<Program, Fault> {
    let tree = parse(source)?;
    let mut checker = Checker::of_record(source, names);
    let (root, result) = checker.result(&tree, &expected)?;
    let (reads, reads_day) = checker.into_reads();
    Ok(Program {
        source: source.into(),
        root,
        result,
        reads,
        reads_day,
    })
}

impl Program {
    /// The result over one state.
    pub fn eval<'a>(&'a self, env: &'a dyn Env) -> Out<'a> {
        eval(&self.root, &Source::Record(env))
    }

    /// The result of a condition; `None` if it is null.
    pub fn eval_bool(&self, env: &dyn Env) -> Option<bool> {
        match self.eval(env) {
            Out::Bool(yes) => Some(yes),
            _ => None,
        }
    }

    /// The result of an amount; `None` if it is null.
    pub fn eval_number(&self, env: &dyn Env) -> Option<Decimal> {
        match self.eval(env) {
            Out::Number(number) => Some(number),
            _ => None,
        }
    }

    /// Read as a `when`: null does not hold.
    pub fn holds(&self, env: &dyn Env) -> bool {
        self.eval_bool(env) == Some(true)
    }

    /// Read as a `check`: null is not a violation.
    pub fn passes(&self, env: &dyn Env) -> bool {
        self.eval_bool(env) != Some(false)
    }

    /// The slots that it reads, ascending, each once.
    pub fn reads(&self) -> &[Slot] {
        &self.reads
    }

    /// Whether `day()` is used, so that the result may change with no entry.
    pub fn reads_day(&self) -> bool {
        self.reads_day
    }

    /// The type of its result.
    pub fn result(&self) -> &Type {
        &self.result
    }

    /// The text that it was compiled from.
    pub fn source(&self) -> &str {
        &self.source
    }
}
