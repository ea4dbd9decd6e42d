//! Room: figures as known at an earlier entry — the postings of the accounts that are asked about, in
//! memory, in the order of their entries. Built off the write path by whoever asks first, extended by
//! the next; nothing of it is kept, since a posting never changes once it is written.
//!
//! A question reads the shorter side: what was known then, or what came since, off today's sums.

use crate::bundle::{self, ENTRIES, Line as Tied, Place, unbound};
use crate::engine::{Conn, Sql};
use crate::error::StoreError;
use crate::figure::{Cells, Mixing, Span, Sum, days, level_of};
use crate::head::Head;
use crate::total::{Total, Totals, totals_of};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use taizhang_core::day::Day;
use taizhang_core::id::{AccountNo, EntryNo, RecordNo};

/// How many postings are held in memory, about 28 bytes each; an account with more is read from its table.
const HELD: usize = 3_000_000;

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
}

/// The postings of one account by entry: bundles, which are unpacked when a question needs them and then shared, and
/// what came since the last of them, which is copied for each who adds to it.
#[derive(Clone, Default)]
struct Lines {
    /// Up to which entry they are reached.
    to: EntryNo,
    /// In the order of their entries.
    bundles: Vec<Bundle>,
    /// Up to which entry bundles hold them.
    tied: EntryNo,
    since: Columns,
    /// Units and dimensions by their number in `cells`.
    places: Vec<Place>,
    numbers: HashMap<Place, u32, Mixing>,
}

/// One row of table `bundle`.
#[derive(Clone)]
struct Bundle {
    block: i64,
    part: i64,
    /// How many bytes it has.
    size: i64,
    /// Its postings, once somebody needed them.
    columns: Option<Arc<Columns>>,
}

/// How much dearer it is to unpack a bundle than to add up what was unpacked.
const UNPACKING: i64 = 12;

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

    /// The sums of an account as known at an entry before the head; none if its postings do not fit in memory.
    pub(crate) fn cells(
        &self,
        conn: &mut dyn Conn,
        head: &Head,
        account: AccountNo,
        span: Span,
        known_at: EntryNo,
    ) -> Result<Option<Cells>, StoreError> {
        let Some((lines, side)) = self.side(conn, head, account, known_at)? else {
            return Ok(None);
        };
        let mut sums = vec![Sum::default(); lines.places.len()];
        lines.each(side, days(span), |cell, sum| sums[cell].add(sum));
        let (sign, mut cells) = match side {
            Side::Then(_) => (1, Cells::new()),
            Side::Since(..) => (-1, level_of(conn, account, span)?),
        };
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
        let Some((lines, side)) = self.side(conn, head, account, known_at)? else {
            return Ok(None);
        };
        let (sign, mut totals) = match side {
            Side::Then(_) => (1, Totals::new()),
            Side::Since(..) => (-1, totals_of(conn, account, span)?),
        };
        lines.each(side, days(span), |cell, sum| {
            let (unit, _) = lines.places[cell];
            totals.entry(unit).or_default().add(Total::of_sum(sum), sign);
        });
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
        let Some(lines) = self.lines(conn, head, account, |_| Side::Then(known_at))? else {
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

    /// The postings of an account, with the side of an entry that is sooner added up: what was known then, or what came
    /// since.
    fn side(
        &self,
        conn: &mut dyn Conn,
        head: &Head,
        account: AccountNo,
        known_at: EntryNo,
    ) -> Result<Option<(Arc<Lines>, Side)>, StoreError> {
        let mut side = Side::Then(known_at);
        let lines = self.lines(conn, head, account, |lines| {
            side = lines.shorter_side(known_at, head.n);
            side
        })?;
        Ok(lines.map(|lines| (lines, side)))
    }

    /// The postings of an account, unpacked on the side of an entry that is asked for; none if they do not fit.
    fn lines(
        &self,
        conn: &mut dyn Conn,
        head: &Head,
        account: AccountNo,
        side: impl FnOnce(&Lines) -> Side,
    ) -> Result<Option<Arc<Lines>>, StoreError> {
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
        let mut lines = there.unwrap_or_default();
        if lines.tied > head.n {
            // Somebody saw a later moment than this reading, whose own tables do not have those bundles.
            lines = Arc::default();
        }
        let (mut fits, mut is_new) = (true, false);
        if lines.to < head.n {
            (fits, is_new) = (Arc::make_mut(&mut lines).extend(conn, account, head.n)?, true);
        }
        let side = side(&lines);
        if fits && lines.needs(side) {
            (fits, is_new) = (Arc::make_mut(&mut lines).unpack(conn, account, side)?, true);
        }
        if !is_new {
            return Ok(Some(lines));
        }
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        if shelf.epoch == head.epoch {
            match fits {
                true => shelf.put(account, lines.clone()),
                false => shelf.give_up(account),
            }
        }
        Ok(fits.then_some(lines))
    }
}

/// Which postings are added up.
#[derive(Clone, Copy)]
enum Side {
    /// Those that were known at an entry.
    Then(EntryNo),
    /// Those that came after it, up to another.
    Since(EntryNo, EntryNo),
}

impl Side {
    /// Entries behind one and up to another.
    fn entries(self) -> (EntryNo, EntryNo) {
        match self {
            Side::Then(n) => (0, n),
            Side::Since(n, head) => (n, head),
        }
    }

    /// Whether any of a block's entries are among them.
    fn has(self, block: i64) -> bool {
        let (after, to) = self.entries();
        (block + 1) * ENTRIES > after && block * ENTRIES < to
    }
}

impl Shelf {
    /// What does not fit is read from its table from now on.
    fn give_up(&mut self, account: AccountNo) {
        self.order.retain(|other| *other != account);
        self.accounts.remove(&account);
        self.beyond.insert(account);
    }

    /// Keeps an account, and lets go of those that were longest not asked about. What somebody knows of a later moment
    /// is not put away for it.
    fn put(&mut self, account: AccountNo, lines: Arc<Lines>) {
        if self.accounts.get(&account).is_some_and(|there| there.to > lines.to) {
            return;
        }
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
    /// How many postings it holds in memory.
    fn len(&self) -> usize {
        let unpacked = self.bundles.iter().filter_map(|bundle| bundle.columns.as_deref());
        unpacked.map(Columns::len).sum::<usize>() + self.since.len()
    }

    /// The side of an entry that costs less to add up.
    fn shorter_side(&self, n: EntryNo, head: EntryNo) -> Side {
        let cost = |side: Side| -> i64 {
            let cost = |bundle: &Bundle| bundle.size * if bundle.columns.is_some() { 1 } else { UNPACKING };
            let bundles = self.bundles.iter().filter(|bundle| side.has(bundle.block));
            bundles.map(cost).sum()
        };
        let (known, all) = (self.since.until(n) as i64, self.since.until(head) as i64);
        let (then, since) = (Side::Then(n), Side::Since(n, head));
        match cost(then) + known <= cost(since) + all - known {
            true => then,
            false => since,
        }
    }

    /// The postings in memory, those of a side among them.
    fn parts(&self, side: Side) -> impl Iterator<Item = &Columns> {
        let bundles = self.bundles.iter().filter(move |bundle| side.has(bundle.block));
        let unpacked = bundles.filter_map(|bundle| bundle.columns.as_deref());
        unpacked.chain([&self.since])
    }

    /// Hands out what was posted on a side of an entry and on some days, with its cell.
    fn each(&self, side: Side, on: (Day, Day), mut each: impl FnMut(usize, Sum)) {
        self.parts(side)
            .for_each(|columns| columns.each(side.entries(), on, &mut each));
    }

    /// The first day of each cell on which something was left of what had been posted. Mostly that is the first day at
    /// all; where it is not, the next one is tried.
    fn first_days(&self, n: EntryNo) -> Vec<Option<Day>> {
        let parts = || self.parts(Side::Then(n));
        let mut after = vec![i32::MIN; self.places.len()];
        loop {
            let mut first = vec![None; after.len()];
            parts().for_each(|columns| columns.first_days(n, &after, &mut first));
            let mut sums = vec![Sum::default(); after.len()];
            parts().for_each(|columns| columns.add_on(n, &first, &mut sums));
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
        let tied = bundle::complete(head) * ENTRIES;
        if tied > self.tied {
            self.find_bundles(conn, account, tied)?;
        }
        let mut latest = Vec::new();
        let fits = self.read_entries(conn, account, head, &mut latest)?;
        // Of one entry the order does not matter.
        latest.sort_by_key(|line| line.0);
        latest.into_iter().for_each(|line| self.since.push(line));
        self.to = head;
        Ok(fits && self.len() <= HELD)
    }

    /// Finds the bundles up to an entry that it ends with, and leaves to them what they hold.
    fn find_bundles(&mut self, conn: &mut dyn Conn, account: AccountNo, tied: EntryNo) -> Result<(), StoreError> {
        let blocks = (self.tied / ENTRIES, tied / ENTRIES);
        for (block, part, size) in bundle::sizes(conn, account, blocks)? {
            let columns = None;
            self.bundles.push(Bundle {
                block,
                part,
                size,
                columns,
            });
        }
        self.since = self.since.after(tied);
        self.tied = tied;
        self.to = self.to.max(tied);
        Ok(())
    }

    /// Whether anything of a side is still packed.
    fn needs(&self, side: Side) -> bool {
        let mut bundles = self.bundles.iter().filter(|bundle| side.has(bundle.block));
        bundles.any(|bundle| bundle.columns.is_none())
    }

    /// Unpacks what is still packed of a side; false if that does not fit.
    fn unpack(&mut self, conn: &mut dyn Conn, account: AccountNo, side: Side) -> Result<bool, StoreError> {
        let packed = |bundle: &&Bundle| side.has(bundle.block) && bundle.columns.is_none();
        let mut blocks = self.bundles.iter().filter(packed).map(|bundle| bundle.block);
        let Some(first) = blocks.next() else { return Ok(true) };
        let last = blocks.next_back().unwrap_or(first);
        let mut at = self.bundles.partition_point(|bundle| bundle.block < first);
        let mut held = self.len();
        bundle::each(conn, account, (first, last + 1), |block, part, bytes| {
            let is = |bundle: &Bundle| (bundle.block, bundle.part) == (block, part);
            if !self.bundles.get(at).is_some_and(is) {
                return Err(StoreError::Damaged(format!("bundle {block} of account {account}")));
            }
            if self.bundles[at].columns.is_none() {
                let Some(columns) = self.unpacked(block, bytes)? else {
                    held = usize::MAX;
                    return Ok(false);
                };
                held += columns.len();
                self.bundles[at].columns = Some(Arc::new(columns));
            }
            at += 1;
            Ok(held <= HELD)
        })?;
        let fits = held <= HELD;
        if fits && self.needs(side) {
            return Err(StoreError::Damaged(format!("bundles of account {account}")));
        }
        Ok(fits)
    }

    /// The postings of a bundle; none if one of their numbers is too large for a column.
    fn unpacked(&mut self, block: i64, bytes: &[u8]) -> Result<Option<Columns>, StoreError> {
        let mut columns = Columns::with_room(bundle::count(bytes));
        let mut fits = true;
        unbound(
            bytes,
            block,
            |place| self.cell(place),
            |cell, tied| match narrow(cell, tied) {
                Some(line) => columns.push(line),
                None => fits = false,
            },
        )?;
        Ok(fits.then_some(columns))
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
    fn with_room(count: usize) -> Columns {
        Columns {
            entries: Vec::with_capacity(count),
            days: Vec::with_capacity(count),
            cells: Vec::with_capacity(count),
            amounts: Vec::with_capacity(count),
            counts: Vec::with_capacity(count),
        }
    }

    fn len(&self) -> usize {
        self.entries.len()
    }

    /// How many of them were known at an entry.
    fn until(&self, n: EntryNo) -> usize {
        match self.entries.last() {
            Some(last) if EntryNo::from(*last) <= n => self.len(),
            _ => self.entries.partition_point(|entry| EntryNo::from(*entry) <= n),
        }
    }

    fn push(&mut self, (entry, day, cell, amount, counts): Line) {
        self.entries.push(entry);
        self.days.push(day);
        self.cells.push(cell);
        self.amounts.push(amount);
        self.counts.push(counts);
    }

    /// Those behind an entry.
    fn after(&self, n: EntryNo) -> Columns {
        let from = self.until(n);
        Columns {
            entries: self.entries[from..].to_vec(),
            days: self.days[from..].to_vec(),
            cells: self.cells[from..].to_vec(),
            amounts: self.amounts[from..].to_vec(),
            counts: self.counts[from..].to_vec(),
        }
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

    /// Hands out what entries behind one, up to another, posted on some days, with its cell.
    fn each(&self, (after, to): (EntryNo, EntryNo), (first, last): (Day, Day), mut each: impl FnMut(usize, Sum)) {
        for at in self.until(after)..self.until(to) {
            if (first.0..=last.0).contains(&self.days[at]) {
                each(self.cells[at] as usize, self.sum(at));
            }
        }
    }
}
