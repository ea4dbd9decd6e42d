//! Room: the model's figures: every record looked at on the day itself, no posting summed.
//!
//! Never imports from `taizhang_core`.

use super::model::{Day, FIRST, Model, Name, State, day, reference};
use super::model_posts::{Amounts, Life, sum};
use std::collections::BTreeMap;
use std::rc::Rc;

impl Model {
    /// A level at the end of a day, for a unit and all below it.
    pub(crate) fn level(&self, account: Name, unit: i64, on: Day) -> Amounts {
        let tree = Tree::of(self);
        let lives: Vec<Life> = self
            .records()
            .into_iter()
            .filter_map(|record| Life::of(self, record))
            .collect();
        let standing = lives.iter().flat_map(|life| life.standing(on));
        // Money stands once it was moved: what flowed up to the day, and what entries fixed.
        let days = FIRST..=if is_money(account) { on } else { FIRST - 1 };
        let flowed = lives
            .iter()
            .flat_map(|life| days.clone().flat_map(|day| life.flows(day)));
        let legs = lives
            .iter()
            .flat_map(|life| &life.legs)
            .filter(|((.., day), _)| *day <= on);
        let fixed = legs.map(|((account, unit, dim, _), amount)| ((*account, *unit, dim.clone()), [*amount, 0, 0, 0]));
        let matching = standing
            .chain(flowed)
            .chain(fixed)
            .filter(|((of, ..), _)| *of == account);
        let below = matching.filter(|((_, of, _), _)| tree.is_within(*of, unit, on));
        below.fold([0; 4], |total, (_, amounts)| sum(total, amounts))
    }

    /// A movement from one day to another, each day by its own tree.
    pub(crate) fn movement(&self, account: Name, unit: i64, from: Day, to: Day) -> Amounts {
        let tree = Tree::of(self);
        let mut total = [0; 4];
        for life in self.records().into_iter().filter_map(|record| Life::of(self, record)) {
            for on in from..=to {
                for ((of, at, _), amounts) in life.flows(on) {
                    if of == account && tree.is_within(at, unit, on) {
                        total = sum(total, amounts);
                    }
                }
            }
        }
        total
    }
}

pub(crate) fn is_money(account: Name) -> bool {
    matches!(account, "purse" | "owed" | "bank" | "spent")
}

/// Every unit on every day.
pub(crate) struct Tree(BTreeMap<i64, Vec<Option<Rc<State>>>>);

impl Tree {
    pub(crate) fn of(model: &Model) -> Tree {
        let units = model
            .records()
            .into_iter()
            .filter(|record| model.register_of(*record) == Some("unit"));
        Tree(
            units
                .filter(|unit| !model.is_void(*unit))
                .map(|unit| (unit, model.states(unit)))
                .collect(),
        )
    }

    /// The unit above on a day: the successor of one that is abolished by then, if it has one.
    pub(crate) fn above(&self, unit: i64, on: Day) -> Option<i64> {
        let state = self.0.get(&unit)?[(on - FIRST) as usize].as_ref()?;
        let abolished = day(state, "abolished_on").is_some_and(|from| from <= on);
        let successor = if abolished { reference(state, "successor") } else { None };
        successor.or(reference(state, "parent"))
    }

    /// Where a unit stands on a day: none while it is none, else below which other one, if any.
    pub(crate) fn place(&self, unit: i64, on: Day) -> Option<Option<i64>> {
        self.0.get(&unit)?[(on - FIRST) as usize].as_ref()?;
        Some(self.above(unit, on))
    }

    /// Whether a unit is found again on the way up from it.
    pub(crate) fn rings(&self, unit: i64, on: Day) -> bool {
        self.above(unit, on)
            .is_some_and(|above| self.is_within(above, unit, on))
    }

    /// Whether a unit is another one, or lies below it. A ring of units has no top, and ends where it began.
    fn is_within(&self, unit: i64, top: i64, on: Day) -> bool {
        let mut at = unit;
        for _ in 0..=self.0.len() {
            if at == top {
                return true;
            }
            match self.above(at, on) {
                Some(above) => at = above,
                None => return false,
            }
        }
        false
    }
}
