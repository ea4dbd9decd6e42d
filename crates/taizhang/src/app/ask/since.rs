//! Room: which entries moved a figure since it was known at one of them (law 7): those that posted into
//! it, those that gave its unit other units below it, and those that gave it another formula.

use super::reach::Reach;
use super::{Asking, Figure, last_day};
use crate::error::AppError;
use std::collections::{BTreeMap, BTreeSet};
use taizhang_core::definition::AccountKind;
use taizhang_core::id::{AccountNo, EntryNo};
use taizhang_core::journal::Act;
use taizhang_store::figure::{PostingLine, postings_after, postings_between, postings_of};
use taizhang_store::journal::corrections;

impl Asking<'_> {
    /// The entries after one that moved a figure, oldest first.
    pub fn moved_since(&mut self, figure: &Figure, known_at: EntryNo) -> Result<Vec<EntryNo>, AppError> {
        let head = self.reading.n();
        let reach = self.reach_of(figure.unit, figure.span, head);
        let mut moved = BTreeSet::new();
        for account in self.leaves(figure, head) {
            let lines = postings_after(self.reading.conn()?, account, known_at, head)?.into_iter();
            let counted = lines.filter(|line| reach.counts(line.unit, line.day));
            moved.extend(counted.map(|line| line.entry));
        }
        moved.extend(self.regrouped(figure, (known_at, head)));
        moved.extend(self.redefined(figure, (known_at, head)));
        Ok(moved.into_iter().collect())
    }

    /// The entries that gave a figure's unit other units below it.
    fn regrouped(&self, figure: &Figure, (from, to): (EntryNo, EntryNo)) -> Vec<EntryNo> {
        let reach = |n: EntryNo| self.reach_of(figure.unit, figure.span, n);
        if reach(from) == reach(to) {
            return Vec::new();
        }
        let changed = self.reading.caches.unit_entries_after(from);
        let changed = changed.into_iter().filter(|n| *n <= to);
        changed.filter(|n| reach(n - 1) != reach(*n)).collect()
    }

    /// The entries that gave a figure another formula.
    fn redefined(&self, figure: &Figure, (from, to): (EntryNo, EntryNo)) -> Vec<EntryNo> {
        let versions = self.reading.caches.rules.versions().iter().map(|version| version.n);
        let defined = |n: EntryNo| {
            let account = self.judged(figure.account.no, last_day(figure.span), n);
            account.map(|account| account.kind.clone())
        };
        let later = versions.filter(|n| *n > from && *n <= to);
        later.filter(|n| defined(*n) != defined(n - 1)).collect()
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

/// An entry that is told apart from late ones, with all that it posted.
pub struct Apart {
    entry: EntryNo,
    is_pack: bool,
    lines: Vec<(AccountNo, PostingLine)>,
}

/// A part of a difference: by how much, in the account's scaled base unit, and by which entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// By how much; of a formula, in the unit of the accounts that it is over.
    pub amount: i64,
    /// The entries, oldest first.
    pub entries: Vec<EntryNo>,
    /// Whether there may be more of them.
    pub more: bool,
}

/// Why a figure is another one at a later moment. The parts add up to the difference, but for a formula's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Movement {
    /// What was written down later.
    pub late: Share,
    /// What was corrected or voided.
    pub corrected: Share,
    /// What another definition posted.
    pub defined: Share,
    /// What the tree of units did.
    pub units: Share,
}

/// How many late entries are named.
const NAMED: usize = 100;

/// How often more of them are looked for in one account.
const LOOKS: usize = 8;

impl Asking<'_> {
    /// The entries between two moments that are told apart from late ones: corrections and packs.
    pub fn apart(&mut self, (from, to): (EntryNo, EntryNo)) -> Result<Vec<Apart>, AppError> {
        let versions = self.reading.caches.rules.versions().iter().map(|version| version.n);
        let packs: BTreeSet<EntryNo> = versions.filter(|n| *n > from && *n <= to).collect();
        let corrections = corrections(self.reading.conn()?, (from, to))?;
        let entries: BTreeSet<EntryNo> = packs.iter().copied().chain(corrections).collect();
        let mut apart = Vec::with_capacity(entries.len());
        for entry in entries {
            apart.push(Apart {
                entry,
                is_pack: packs.contains(&entry),
                lines: postings_of(self.reading.conn()?, entry)?,
            });
        }
        Ok(apart)
    }

    /// Why a figure differs between two moments. Late entries are what is left of the difference: they are the
    /// many, and are never added up one by one, so that this costs the same however many there are.
    pub fn movement(
        &mut self,
        (was, is): (&Figure, &Figure),
        apart: &[Apart],
        (from, to): (EntryNo, EntryNo),
    ) -> Result<Movement, AppError> {
        let reach = self.reach_of(is.unit, is.span, to);
        let leaves = self.leaves(is, to);
        let mut found = Movement::default();
        for Apart { entry, is_pack, lines } in apart {
            let counted = lines
                .iter()
                .filter(|(account, line)| leaves.contains(account) && reach.counts(line.unit, line.day));
            let amount: i64 = counted.map(|(_, line)| line.amount).sum();
            if amount != 0 {
                let share = if *is_pack {
                    &mut found.defined
                } else {
                    &mut found.corrected
                };
                share.amount += amount;
                share.entries.push(*entry);
            }
        }
        for entry in self.redefined(is, (from, to)) {
            if !found.defined.entries.contains(&entry) {
                found.defined.entries.push(entry);
            }
        }
        found.units.entries = self.regrouped(is, (from, to));
        if !found.units.entries.is_empty() && !matches!(is.account.kind, AccountKind::Formula(_)) {
            let then = self.cells(is.account.no, &reach, from)?;
            found.units.amount = then.iter().map(|(_, sum)| sum.amount).sum::<i64>() - was.sum.amount;
        }
        let (late, more) = self.late(&leaves, &reach, apart, (from, to))?;
        found.late.more = more;
        for (entry, amount) in late {
            // The program's own corrections are nobody's deeds, and are told by what they say.
            let act = taizhang_store::journal::entry(self.reading.conn()?, entry)?.map(|entry| entry.act);
            if matches!(act, Some(Act::Correct(_) | Act::Void)) {
                found.corrected.amount += amount;
                found.corrected.entries.push(entry);
            } else {
                found.late.entries.push(entry);
            }
        }
        let told = found.corrected.amount + found.defined.amount + found.units.amount;
        found.late.amount = is.sum.amount - was.sum.amount - told;
        Ok(found)
    }

    /// The first entries that are not told apart yet, with what they did to the figure, and whether there are more.
    fn late(
        &mut self,
        leaves: &BTreeSet<AccountNo>,
        reach: &Reach,
        apart: &[Apart],
        (from, to): (EntryNo, EntryNo),
    ) -> Result<(BTreeMap<EntryNo, i64>, bool), AppError> {
        let (mut entries, mut more): (BTreeMap<EntryNo, i64>, bool) = (BTreeMap::new(), false);
        for account in leaves {
            let (mut after, mut looks) = (from, 0);
            while after < to && looks < LOOKS && entries.len() <= NAMED {
                let (lines, looked) = postings_between(self.reading.conn()?, *account, (after, to))?;
                let mut sums: BTreeMap<EntryNo, i64> = BTreeMap::new();
                for line in lines.iter().filter(|line| reach.counts(line.unit, line.day)) {
                    *sums.entry(line.entry).or_default() += line.amount;
                }
                let moved = sums.into_iter().filter(|(_, amount)| *amount != 0);
                let late = moved.filter(|(entry, _)| apart.binary_search_by_key(entry, |one| one.entry).is_err());
                late.for_each(|(entry, amount)| *entries.entry(entry).or_default() += amount);
                (after, looks) = (looked, looks + 1);
            }
            more |= after < to;
        }
        more |= entries.len() > NAMED;
        Ok((entries.into_iter().take(NAMED).collect(), more))
    }
}
