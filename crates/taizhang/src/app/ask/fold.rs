//! Room: one reading of an account for all units — its sums, added up the tree in memory, so that a figure of one
//! unit costs as much as those of all of them together.

use super::reach::Within;
use super::{Asked, Asking, of_posting};
use crate::error::AppError;
use std::collections::BTreeMap;
use std::sync::Arc;
use taizhang_core::day::Day;
use taizhang_core::definition::AccountKind;
use taizhang_core::id::{AccountNo, EntryNo, RecordNo};
use taizhang_core::posting::Posting;
use taizhang_core::unit::UnitTree;
use taizhang_store::figure::{Cells, Span, Sum};

/// Stretches of days over which units hang below each other in one way, in order, each with the tree of its last day.
pub(super) type Stretches = Vec<(Span, Arc<UnitTree>)>;

/// The sums of one account over a span, of every unit with all below it.
pub(in crate::app) struct Folded {
    stretches: Vec<Stretch>,
}

/// The same over a stretch of days with one tree.
struct Stretch {
    tree: Arc<UnitTree>,
    cells: Arc<Cells>,
    /// A sum for each place in the tree's order.
    below: Vec<Sum>,
    whole: Sum,
}

impl Folded {
    /// The same sums over each of some stretches.
    pub(super) fn of(stretches: &Stretches, cells: &Arc<Cells>) -> Folded {
        let over = |(_, tree): &(Span, Arc<UnitTree>)| Stretch::new(tree.clone(), cells.clone());
        Folded {
            stretches: stretches.iter().map(over).collect(),
        }
    }

    pub(super) fn sum(&self, within: Within) -> Sum {
        let mut sum = Sum::default();
        self.stretches.iter().for_each(|stretch| sum.add(stretch.sum(within)));
        sum
    }

    /// How many sums it holds.
    fn weight(&self) -> usize {
        let of = |stretch: &Stretch| stretch.cells.len() + stretch.below.len() + 1;
        self.stretches.iter().map(of).sum()
    }
}

impl Stretch {
    fn new(tree: Arc<UnitTree>, cells: Arc<Cells>) -> Stretch {
        let mut below = vec![Sum::default(); tree.order().len()];
        let mut whole = Sum::default();
        for ((unit, _), sum) in &*cells {
            whole.add(*sum);
            if let Some(at) = tree.place(*unit) {
                below[at].add(*sum);
            }
        }
        // From the last to the first: those directly below follow one another.
        for (at, (_, end)) in tree.order().iter().enumerate().rev() {
            let mut child = at + 1;
            while child < *end {
                let sum = below[child];
                below[at].add(sum);
                child = tree.order()[child].1;
            }
        }
        Stretch {
            tree,
            cells,
            below,
            whole,
        }
    }

    fn sum(&self, within: Within) -> Sum {
        match within {
            Within::Below(0) => self.whole,
            Within::PartOf(part, whole) if !self.tree.children(whole).contains(&part) => Sum::default(),
            Within::Below(unit) | Within::PartOf(unit, _) => match self.tree.place(unit) {
                Some(at) => self.below[at],
                None => self.of(self.tree.with_below(unit)),
            },
            Within::Alone(unit) => self.of([unit]),
        }
    }

    fn of(&self, units: impl IntoIterator<Item = RecordNo>) -> Sum {
        let mut sum = Sum::default();
        for unit in units {
            let own = self.cells.range((unit, i64::MIN)..=(unit, i64::MAX));
            own.for_each(|(_, cell)| sum.add(*cell));
        }
        sum
    }
}

/// How many readings one moment holds beside those that all share.
const HELD: usize = 1_000;

impl Asking<'_> {
    /// The sums of an account for all units: read once, whoever asks, until the head moves.
    pub(super) fn folded(
        &mut self,
        account: AccountNo,
        span: Span,
        known_at: EntryNo,
    ) -> Result<Arc<Folded>, AppError> {
        let asked = (account, span, known_at);
        if let Some(folded) = self.folds.get(&asked) {
            return Ok(folded.clone());
        }
        let folded = match self.supposed.contains_key(&account) {
            true => Arc::new(self.fold(asked)?),
            false => self.shared_fold(asked)?,
        };
        if self.folds.len() == HELD {
            self.folds.clear();
        }
        self.folds.insert(asked, folded.clone());
        Ok(folded)
    }

    fn shared_fold(&mut self, asked: Asked) -> Result<Arc<Folded>, AppError> {
        let moment = self.reading.moment();
        if let Some(folded) = self.app.kept_folds.get(moment, &asked) {
            return Ok(folded);
        }
        let folded = Arc::new(self.fold(asked)?);
        let weight = folded.weight();
        self.app.kept_folds.put(moment, asked, folded.clone(), weight);
        Ok(folded)
    }

    fn fold(&mut self, (account, span, known_at): Asked) -> Result<Folded, AppError> {
        let is_money = self.definition.accounts.get(&account);
        let is_money = is_money.is_some_and(|account| account.kind == AccountKind::Money);
        let mut stretches = Vec::new();
        for (span, tree) in &*self.stretches(span, known_at) {
            let cells = match is_money {
                true => Arc::new(self.whole(account, *span, known_at)?),
                false => self.sums(account, *span, known_at)?,
            };
            stretches.push(Stretch::new(tree.clone(), cells));
        }
        Ok(Folded { stretches })
    }

    /// The sums of an account of money by unit, whoever holds it, with what is only supposed.
    fn whole(&mut self, account: AccountNo, span: Span, known_at: EntryNo) -> Result<Cells, AppError> {
        let span = self.until_release(account, span);
        let totals = self.reading.totals(account, span, known_at)?;
        let mut cells: Cells = totals
            .into_iter()
            .map(|(unit, total)| ((unit, 0), total.sum()))
            .collect();
        let supposed = self.supposed.get(&account).into_iter().flatten();
        for posting in supposed.filter(|posting| covers(span, posting.day)) {
            cells.entry((posting.unit, 0)).or_default().add(of_posting(posting));
        }
        Ok(cells)
    }

    /// The sums of an account by unit and dimension, with what is only supposed.
    pub(super) fn sums(&mut self, account: AccountNo, span: Span, known_at: EntryNo) -> Result<Arc<Cells>, AppError> {
        let span = self.until_release(account, span);
        let cells = self.shared_sums((account, span, known_at))?;
        let Some(postings) = self.supposed.get(&account) else {
            return Ok(cells);
        };
        let mut cells = (*cells).clone();
        for posting in postings.iter().filter(|posting| covers(span, posting.day)) {
            cells.entry((posting.unit, 0)).or_default().add(of_posting(posting));
        }
        Ok(Arc::new(cells))
    }

    fn shared_sums(&mut self, asked: Asked) -> Result<Arc<Cells>, AppError> {
        let moment = self.reading.moment();
        if let Some(cells) = self.app.kept_sums.get(moment, &asked) {
            return Ok(cells);
        }
        let (account, span, known_at) = asked;
        let cells = Arc::new(self.reading.cells(account, span, known_at)?);
        self.app.kept_sums.put(moment, asked, cells.clone(), cells.len() + 1);
        Ok(cells)
    }

    /// The stretches of a question's days.
    pub(super) fn stretches(&mut self, span: Span, known_at: EntryNo) -> Arc<Stretches> {
        let asked = (span, known_at);
        if let Some(stretches) = self.stretches.get(&asked) {
            return stretches.clone();
        }
        let mut stretches: Stretches = Vec::new();
        for (span, day) in self.segments(span, known_at) {
            let tree = self.tree(day, known_at);
            match (stretches.last_mut(), span) {
                // A unit that only got another name hangs where it did.
                (Some((Span::Between(_, last), before)), Span::Between(_, to)) if before.hangs_as(&tree) => {
                    (*last, *before) = (to, tree);
                }
                _ => stretches.push((span, tree)),
            }
        }
        let stretches = Arc::new(stretches);
        if self.stretches.len() == HELD {
            self.stretches.clear();
        }
        self.stretches.insert(asked, stretches.clone());
        stretches
    }
}

/// What is only supposed, by account.
pub(super) fn by_account(postings: Vec<Posting>) -> BTreeMap<AccountNo, Vec<Posting>> {
    let mut by: BTreeMap<AccountNo, Vec<Posting>> = BTreeMap::new();
    for posting in postings {
        by.entry(posting.account).or_default().push(posting);
    }
    by
}

fn covers(span: Span, day: Day) -> bool {
    match span {
        Span::AsOf(last) => day <= last,
        Span::Between(from, to) => (from..=to).contains(&day),
    }
}
