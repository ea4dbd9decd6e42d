//! Room: which entries moved a figure since it was known at one of them (law 7): those that posted into
//! it, those that gave its unit other units below it, and those that gave it another formula.

use super::{Asking, Figure, last_day};
use crate::error::AppError;
use std::collections::{BTreeMap, BTreeSet};
use taizhang_core::definition::AccountKind;
use taizhang_core::id::{AccountNo, EntryNo};
use taizhang_store::figure::postings_after;

impl Asking<'_> {
    /// The entries after one that moved a figure, oldest first.
    pub fn moved_since(&mut self, figure: &Figure, known_at: EntryNo) -> Result<Vec<EntryNo>, AppError> {
        let head = self.reading.n();
        let reach = self.reach_of(figure.unit, figure.span, head);
        let before = self.reach_of(figure.unit, figure.span, known_at);
        let mut moved = BTreeSet::new();
        for account in self.leaves(figure, head) {
            let lines = postings_after(self.reading.conn()?, account, known_at)?.into_iter();
            let counted = lines.filter(|line| reach.counts(line.unit, line.day));
            moved.extend(counted.map(|line| line.entry));
        }
        if reach != before {
            let changed = self.reading.caches.unit_entries_after(known_at);
            let changes = |n: &EntryNo| {
                let was = self.reach_of(figure.unit, figure.span, n - 1);
                was != self.reach_of(figure.unit, figure.span, *n)
            };
            moved.extend(changed.into_iter().filter(changes));
        }
        let versions = self.reading.caches.rules.versions().iter().map(|version| version.n);
        let defined = |n: EntryNo| {
            let account = self.judged(figure.account.no, last_day(figure.span), n);
            account.map(|account| account.kind.clone())
        };
        let redefined = versions.filter(|n| *n > known_at && defined(*n) != defined(n - 1));
        moved.extend(redefined);
        Ok(moved.into_iter().collect())
    }

    /// The accounts that a figure is the sum of, or its formula is over.
    fn leaves(&self, figure: &Figure, known_at: EntryNo) -> BTreeSet<AccountNo> {
        let (mut leaves, mut seen) = (BTreeSet::new(), BTreeSet::new());
        let mut left = vec![figure.account.no];
        while let Some(no) = left.pop() {
            if !seen.insert(no) {
                continue;
            }
            match self
                .judged(no, last_day(figure.span), known_at)
                .as_deref()
                .map(|account| &account.kind)
            {
                Some(AccountKind::Formula(formula)) => {
                    left.extend(formula.accounts().iter().map(|slot| AccountNo(slot.0)));
                }
                _ => {
                    leaves.insert(no);
                }
            }
        }
        leaves
    }
}

/// What one entry did to a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The entry.
    pub entry: EntryNo,
    /// By how much, in the account's scaled base unit; of a formula, in that of the account it is over.
    pub amount: i64,
}

impl Asking<'_> {
    /// What each entry after one and up to another posted into a figure, as its tree is at the later one.
    /// The difference of the figure that no entry posted is the work of the tree or of the formula.
    pub fn moved_between(&mut self, figure: &Figure, (from, to): (EntryNo, EntryNo)) -> Result<Vec<Moved>, AppError> {
        let reach = self.reach_of(figure.unit, figure.span, to);
        let mut moved: BTreeMap<EntryNo, i64> = BTreeMap::new();
        for account in self.leaves(figure, to) {
            for line in postings_after(self.reading.conn()?, account, from)? {
                if line.entry <= to && reach.counts(line.unit, line.day) {
                    *moved.entry(line.entry).or_default() += line.amount;
                }
            }
        }
        let moved = moved.into_iter().filter(|(_, amount)| *amount != 0);
        Ok(moved.map(|(entry, amount)| Moved { entry, amount }).collect())
    }
}
