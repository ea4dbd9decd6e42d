//! Room: what postings add up to, on its way into the tables `balance`, `total` and `holding`. Keeps nothing else.

use crate::engine::{Conn, OnConflict, Sql};
use crate::error::StoreError;
use crate::figure::Mixing;
use crate::held::{add_holdings, has_floor};
use crate::schema::tables;
use crate::total::{Waiting, has_total};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use taizhang_core::day::Day;
use taizhang_core::definition::Definition;
use taizhang_core::posting::Posting;

/// Account, day, unit and dimension.
type Spot = [i64; 4];

/// Amount, reported, missing, not applicable.
type Parts = [i64; 4];

/// A row of table `balance`: account, level, period, unit and dimension, then the parts.
pub(crate) type Balance = ([i64; 5], Parts);

/// Sums by day. Those of months and years follow when they are asked for.
#[derive(Default)]
pub(crate) struct Sums {
    spots: HashMap<Spot, Parts, Mixing>,
    totals: Waiting,
    /// Accounts with totals: of their holders only days are summed.
    totalled: BTreeSet<i64>,
    holdings: BTreeMap<(i64, String, i64), i64>,
}

impl Sums {
    /// Adds a posting whose dimension has this number. A sum has a row from its first posting on, also
    /// where it is zero, so that tables do not depend on grouping.
    pub(crate) fn add(&mut self, posting: &Posting, dim: i64) -> Result<(), StoreError> {
        let day = posting.day.0.into();
        let spot = [posting.account.0.into(), day, posting.unit, dim];
        let parts = [
            posting.amount,
            posting.reported.into(),
            posting.missing.into(),
            posting.not_applicable.into(),
        ];
        add(self.spots.entry(spot).or_default(), parts)
    }

    /// Adds it to its account's totals too, where it is of money, and to its holder's day, where the account has
    /// a floor.
    pub(crate) fn hold(&mut self, posting: &Posting, definition: Option<&Definition>) -> Result<(), StoreError> {
        let Some(definition) = definition else { return Ok(()) };
        if has_total(definition, posting.account) {
            self.totals.add(posting)?;
            self.totalled.insert(posting.account.0.into());
        }
        if !has_floor(definition, posting.account) {
            return Ok(());
        }
        let key = (posting.account.0.into(), posting.dim.clone(), posting.day.0.into());
        let held = self.holdings.entry(key).or_default();
        *held = held.checked_add(posting.amount).ok_or(StoreError::SumOverflow)?;
        Ok(())
    }

    /// How many sums wait.
    pub(crate) fn len(&self) -> usize {
        self.spots.len()
    }

    /// The rows of table `balance`, in their order; none wait after it.
    pub(crate) fn take(&mut self) -> Result<Vec<Balance>, StoreError> {
        let mut days: Vec<Balance> = Vec::with_capacity(self.spots.len());
        let mut longer: HashMap<[i64; 5], Parts, Mixing> = HashMap::default();
        for ([account, day, unit, dim], parts) in std::mem::take(&mut self.spots) {
            let levels = if self.totalled.contains(&account) { 1 } else { 3 };
            for (level, period) in periods(Day(day as i32)).into_iter().take(levels) {
                let cell = [account, level, period, unit, dim];
                match level {
                    0 => days.push((cell, parts)),
                    _ => add(longer.entry(cell).or_default(), parts)?,
                }
            }
        }
        let mut cells = days;
        cells.extend(longer);
        cells.sort_unstable_by_key(|(cell, _)| *cell);
        Ok(cells)
    }

    /// Adds what waits to all three tables.
    pub(crate) fn write(&mut self, conn: &mut dyn Conn) -> Result<(), StoreError> {
        let rows: Vec<Vec<Sql>> = self.take()?.into_iter().map(row).collect();
        if !rows.is_empty() {
            conn.write_many(&tables::balance(), &rows, OnConflict::Add)?;
        }
        self.totals.write(conn)?;
        self.write_holdings(conn)
    }

    /// Adds what holders gained and lost alone.
    pub(crate) fn write_holdings(&mut self, conn: &mut dyn Conn) -> Result<(), StoreError> {
        add_holdings(conn, std::mem::take(&mut self.holdings))
    }
}

/// A row of table `balance` as it is bound.
pub(crate) fn row((cell, parts): Balance) -> Vec<Sql> {
    cell.into_iter().chain(parts).map(Sql::Int).collect()
}

fn add(sums: &mut Parts, parts: Parts) -> Result<(), StoreError> {
    for (sum, part) in sums.iter_mut().zip(parts) {
        *sum = sum.checked_add(part).ok_or(StoreError::SumOverflow)?;
    }
    Ok(())
}

/// The day, month and year that what is posted on a day is summed under: level and period.
pub(crate) fn periods(day: Day) -> [(i64, i64); 3] {
    let month = day.month();
    [
        (0, day.0.into()),
        (1, month.0.into()),
        (2, month.0.div_euclid(12).into()),
    ]
}
