//! Room: figures as known at an earlier entry — the postings of the accounts that are asked about, in
//! memory, in the order of their entries. Built off the write path by whoever asks first, extended by
//! the next; nothing of it is kept, since a posting never changes once it is written.
//!
//! A question reads the shorter side: what was known then, or what came since, off today's sums.

use crate::bundle::{self, ENTRIES, Line as Tied, Place, unbound};
use crate::engine::{Conn, Sql};
use crate::error::StoreError;
use crate::figure::{Cells, Mixing, NEAR, Span, Sum, days, level_of};
use crate::head::Head;
use crate::total::{Total, Totals, totals_of};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use taizhang_core::day::Day;
use taizhang_core::id::{AccountNo, EntryNo, RecordNo};

/// How many postings are held in memory, about 28 bytes each; an account with more is read from its table.
const HELD: usize = 3_000_000;

/// How often an account is asked about before it is read whole, if the entries since are few.
const SELDOM: u32 = 8;

/// The accounts that were asked about.
#[derive(Default)]
pub(crate) struct Known {
    shelf: Mutex<Shelf>,
}

#[derive(Default)]
struct Shelf {
    epoch: i64,
    accounts: HashMap<AccountNo, Arc<Lines>>,
    /// Those that do not fit.
    beyond: BTreeSet<AccountNo>,
    /// Those that were asked about, the latest last.
    order: Vec<AccountNo>,
    /// How often those were asked about that were not here.
    asked: HashMap<AccountNo, u32>,
}

/// The postings of one account by entry. Most of them are shared with those who asked before; what came
/// since is copied for each, and folded in once it is much.
#[derive(Clone, Default)]
struct Lines {
    /// Up to which entry they are here.
    to: EntryNo,
    base: Arc<Columns>,
    since: Columns,
    /// Units and dimensions by their number in `cells`.
    places: Vec<Place>,
    numbers: HashMap<Place, u32, Mixing>,
}

/// How many are copied at most.
const COPIED: usize = 20_000;

/// How many postings of the latest entries are read by the numbers of these.
const MANY: i64 = 100_000;

/// Postings in the order of their entries, a column for each of their parts.
#[derive(Clone, Default)]
struct Columns {
    entries: Vec<u32>,
    days: Vec<i32>,
    cells: Vec<u32>,
    amounts: Vec<i64>,
    counts: Vec<[i16; 3]>,
}

/// One posting: entry, day, cell, amount, counts.
type Line = (u32, i32, u32, i64, [i16; 3]);

impl Known {
    /// What must be read anew: another server took over, or tables were rebuilt.
    pub(crate) fn clear(&self) {
        *self.shelf.lock().unwrap_or_else(PoisonError::into_inner) = Shelf::default();
    }

    /// The sums of an account as known at an entry before the head; none if its postings do not fit
    /// in memory, or if they are not there yet and the few entries since are sooner read from their table.
    pub(crate) fn cells(
        &self,
        conn: &mut dyn Conn,
        head: &Head,
        account: AccountNo,
        span: Span,
        known_at: EntryNo,
    ) -> Result<Option<Cells>, StoreError> {
        if head.n - known_at <= NEAR && self.is_seldom_asked(account) {
            return Ok(None);
        }
        let Some(lines) = self.lines(conn, head, account)? else {
            return Ok(None);
        };
        let (known, all) = (lines.until(known_at), lines.until(head.n));
        let mut sums = vec![Sum::default(); lines.places.len()];
        let (within, sign, mut cells) = if known <= all / 2 {
            ((0, known_at), 1, Cells::new())
        } else {
            ((known_at, head.n), -1, level_of(conn, account, span)?)
        };
        for columns in [&*lines.base, &lines.since] {
            columns.add(within, days(span), &mut sums);
        }
        let changed = lines.places.iter().zip(sums).filter(|(_, sum)| *sum != Sum::default());
        for (place, sum) in changed {
            cells.entry(*place).or_default().add(sum.times(sign));
        }
        cells.retain(|_, sum| *sum != Sum::default());
        Ok(Some(cells))
    }

    /// The totals of an account of money, whoever held it, in the same way.
    pub(crate) fn totals(
        &self,
        conn: &mut dyn Conn,
        head: &Head,
        account: AccountNo,
        span: Span,
        known_at: EntryNo,
    ) -> Result<Option<Totals>, StoreError> {
        let Some(lines) = self.lines(conn, head, account)? else {
            return Ok(None);
        };
        let (within, sign, mut totals) = if lines.until(known_at) <= lines.until(head.n) / 2 {
            ((0, known_at), 1, Totals::new())
        } else {
            ((known_at, head.n), -1, totals_of(conn, account, span)?)
        };
        for columns in [&*lines.base, &lines.since] {
            columns.each(within, days(span), |cell, sum| {
                let (unit, _) = lines.places[cell];
                totals.entry(unit).or_default().add(Total::of_sum(sum), sign);
            });
        }
        Ok(Some(totals))
    }

    /// On which day each unit's first posting to an account lies, as known at an entry before the head; days on which all
    /// was taken back are passed over. None if its postings do not fit in memory.
    pub(crate) fn first_days(
        &self,
        conn: &mut dyn Conn,
        head: &Head,
        account: AccountNo,
        known_at: EntryNo,
    ) -> Result<Option<BTreeMap<RecordNo, Day>>, StoreError> {
        let Some(lines) = self.lines(conn, head, account)? else {
            return Ok(None);
        };
        let mut days = BTreeMap::new();
        for ((unit, _), day) in lines.places.iter().zip(lines.first_days(known_at)) {
            if let Some(day) = day {
                let first = days.entry(*unit).or_insert(day);
                *first = day.min(*first);
            }
        }
        Ok(Some(days))
    }

    /// Whether an account is not here and was asked about less often than it takes to be worth its reading.
    fn is_seldom_asked(&self, account: AccountNo) -> bool {
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        if shelf.accounts.contains_key(&account) {
            return false;
        }
        let asked = shelf.asked.entry(account).or_default();
        *asked += 1;
        *asked <= SELDOM
    }

    fn lines(&self, conn: &mut dyn Conn, head: &Head, account: AccountNo) -> Result<Option<Arc<Lines>>, StoreError> {
        let there = {
            let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
            if shelf.epoch != head.epoch {
                *shelf = Shelf::default();
                shelf.epoch = head.epoch;
            }
            if shelf.beyond.contains(&account) {
                return Ok(None);
            }
            shelf.accounts.get(&account).cloned()
        };
        if let Some(lines) = there.as_ref().filter(|lines| lines.to >= head.n) {
            return Ok(Some(lines.clone()));
        }
        let mut lines = there.map(|lines| (*lines).clone()).unwrap_or_default();
        let fits = lines.extend(conn, account, head.n)?;
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        if !fits {
            shelf.beyond.insert(account);
            return Ok(None);
        }
        let lines = Arc::new(lines);
        if shelf.epoch == head.epoch {
            shelf.put(account, lines.clone());
        }
        Ok(Some(lines))
    }
}

impl Shelf {
    /// Keeps an account, and lets go of those that were longest not asked about.
    fn put(&mut self, account: AccountNo, lines: Arc<Lines>) {
        self.order.retain(|other| *other != account);
        self.order.push(account);
        self.accounts.insert(account, lines);
        while self.accounts.values().map(|lines| lines.len()).sum::<usize>() > HELD {
            let oldest = self.order.remove(0);
            self.accounts.remove(&oldest);
        }
    }
}

impl Lines {
    fn len(&self) -> usize {
        self.base.entries.len() + self.since.entries.len()
    }

    /// How many postings were known at an entry.
    fn until(&self, n: EntryNo) -> usize {
        self.base.until(n) + self.since.until(n)
    }

    /// The first day of each cell on which something was left of what had been posted. Mostly that is the first day at
    /// all; where it is not, the next one is tried.
    fn first_days(&self, n: EntryNo) -> Vec<Option<Day>> {
        let parts = [&*self.base, &self.since];
        let mut after = vec![i32::MIN; self.places.len()];
        loop {
            let mut first = vec![None; after.len()];
            parts
                .iter()
                .for_each(|columns| columns.first_days(n, &after, &mut first));
            let mut sums = vec![Sum::default(); after.len()];
            parts.iter().for_each(|columns| columns.add_on(n, &first, &mut sums));
            let empty = first
                .iter()
                .zip(&sums)
                .filter(|(day, sum)| day.is_some() && **sum == Sum::default());
            if empty.count() == 0 {
                return first.into_iter().map(|day| day.map(Day)).collect();
            }
            for (cell, day) in first.into_iter().enumerate() {
                match day {
                    Some(day) if sums[cell] == Sum::default() => after[cell] = day,
                    _ => {}
                }
            }
        }
    }

    /// Reads what was posted since; false if that does not fit.
    fn extend(&mut self, conn: &mut dyn Conn, account: AccountNo, head: EntryNo) -> Result<bool, StoreError> {
        let (mut new, mut latest) = (Columns::default(), Vec::new());
        let tied = bundle::complete(head);
        let mut fits = true;
        if self.to == 0 || tied > bundle::complete(self.to) + 1 {
            fits = self.read_bundles(conn, account, tied, &mut new)?;
            self.to = self.to.max(tied * ENTRIES);
        }
        if fits {
            fits = self.read_entries(conn, account, head, &mut latest)?;
        }
        // Of one entry the order does not matter.
        latest.sort_by_key(|line| line.0);
        latest.into_iter().for_each(|line| new.push(line));
        fits &= self.len() + new.entries.len() <= HELD;
        if self.since.entries.len() + new.entries.len() > COPIED {
            let mut all = (*self.base).clone();
            all.append(&std::mem::take(&mut self.since));
            match all.entries.is_empty() {
                true => all = new,
                false => all.append(&new),
            }
            self.base = Arc::new(all);
        } else {
            self.since.append(&new);
        }
        self.to = head;
        Ok(fits)
    }

    /// What is tied up, up to a bundle; false if it does not fit.
    fn read_bundles(
        &mut self,
        conn: &mut dyn Conn,
        account: AccountNo,
        until: i64,
        new: &mut Columns,
    ) -> Result<bool, StoreError> {
        let (after, first) = (self.to, self.len());
        let mut fits = true;
        bundle::each(conn, account, (bundle::complete(after), until), |block, bytes| {
            let mut take = |cell, tied: Tied| {
                if tied.entry > after {
                    match narrow(cell, tied) {
                        Some(line) => new.push(line),
                        None => fits = false,
                    }
                }
            };
            unbound(bytes, block, |place| self.cell(place), &mut take)?;
            fits &= first + new.entries.len() <= HELD;
            Ok(fits)
        })?;
        Ok(fits)
    }

    /// What the few entries posted that are not tied up yet; false if it does not fit.
    fn read_entries(
        &mut self,
        conn: &mut dyn Conn,
        account: AccountNo,
        head: EntryNo,
        latest: &mut Vec<Line>,
    ) -> Result<bool, StoreError> {
        let (no, first) = (i64::from(account.0), self.len());
        // By their numbers, unless one of them posted on half the book: then the account's postings are fewer.
        let many = "SELECT 1 FROM posting WHERE entry > $1 AND entry <= $2 LIMIT 1 OFFSET $3";
        let many = conn.query_one(many, &[self.to, head, MANY].map(Sql::Int))?.is_some();
        let test = if many { "account" } else { "+account" };
        let sql = format!(
            "SELECT entry, day, unit, dim, amount, reported, missing, not_applicable
             FROM posting WHERE entry > $1 AND entry <= $2 AND {test} = $3"
        );
        let mut fits = true;
        conn.query_each(&sql, &[self.to, head, no].map(Sql::Int), &mut |row| {
            let cell = self.cell((row[2].int()?, row[3].int()?));
            let line = Tied {
                entry: row[0].int()?,
                day: row[1].int()?,
                amount: row[4].int()?,
                counts: [row[5].int()?, row[6].int()?, row[7].int()?],
            };
            match narrow(cell, line) {
                Some(line) => latest.push(line),
                None => fits = false,
            }
            fits &= first + latest.len() <= HELD;
            Ok(fits)
        })?;
        Ok(fits)
    }

    /// The number of a place.
    fn cell(&mut self, place: Place) -> u32 {
        let next = self.places.len() as u32;
        let cell = *self.numbers.entry(place).or_insert(next);
        if cell == next {
            self.places.push(place);
        }
        cell
    }
}

/// A posting in few bytes; none if one of its numbers is too large for that.
fn narrow(cell: u32, line: Tied) -> Option<Line> {
    let count = |at: usize| i16::try_from(line.counts[at]).ok();
    Some((
        u32::try_from(line.entry).ok()?,
        i32::try_from(line.day).ok()?,
        cell,
        line.amount,
        [count(0)?, count(1)?, count(2)?],
    ))
}

impl Columns {
    fn until(&self, n: EntryNo) -> usize {
        self.entries.partition_point(|entry| EntryNo::from(*entry) <= n)
    }

    fn push(&mut self, (entry, day, cell, amount, counts): Line) {
        self.entries.push(entry);
        self.days.push(day);
        self.cells.push(cell);
        self.amounts.push(amount);
        self.counts.push(counts);
    }

    fn append(&mut self, other: &Columns) {
        self.entries.extend_from_slice(&other.entries);
        self.days.extend_from_slice(&other.days);
        self.cells.extend_from_slice(&other.cells);
        self.amounts.extend_from_slice(&other.amounts);
        self.counts.extend_from_slice(&other.counts);
    }

    /// The first day behind another of each cell, among entries up to one.
    fn first_days(&self, n: EntryNo, after: &[i32], first: &mut [Option<i32>]) {
        for at in 0..self.until(n) {
            let (cell, day) = (self.cells[at] as usize, self.days[at]);
            if after[cell] < day && first[cell].is_none_or(|first| day < first) {
                first[cell] = Some(day);
            }
        }
    }

    /// Adds up what entries up to one posted on a day of each cell.
    fn add_on(&self, n: EntryNo, days: &[Option<i32>], sums: &mut [Sum]) {
        for at in 0..self.until(n) {
            let cell = self.cells[at] as usize;
            if days[cell] == Some(self.days[at]) {
                sums[cell].add(self.sum(at));
            }
        }
    }

    fn sum(&self, at: usize) -> Sum {
        let [reported, missing, not_applicable] = self.counts[at].map(i64::from);
        Sum {
            amount: self.amounts[at],
            reported,
            missing,
            not_applicable,
        }
    }

    /// Adds up what entries behind one, up to another, posted on some days, by cell.
    fn add(&self, within: (EntryNo, EntryNo), on: (Day, Day), sums: &mut [Sum]) {
        self.each(within, on, |cell, sum| sums[cell].add(sum));
    }

    /// What entries behind one, up to another, posted on some days, by cell.
    fn each(&self, (after, to): (EntryNo, EntryNo), (first, last): (Day, Day), mut each: impl FnMut(usize, Sum)) {
        for at in self.until(after)..self.until(to) {
            if (first.0..=last.0).contains(&self.days[at]) {
                each(self.cells[at] as usize, self.sum(at));
            }
        }
    }
}
