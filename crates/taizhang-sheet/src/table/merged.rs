//! Room: merged ranges met while rows stream by.
//!
//! Holds the ranges that are open at the row at hand and the text of their first cell, and nothing
//! of the rows before it.

use crate::raw::{Merge, RawCell, RawRow};
use std::collections::BTreeMap;

pub(super) struct MergeCursor {
    /// By first row; those before `next` have begun.
    merges: Vec<Merge>,
    next: usize,
    /// By first column. Those of a sound file do not overlap, so one look tells what covers a place.
    open: BTreeMap<u32, Open>,
    /// The first row below which one of them ends.
    ends: u32,
}

struct Open {
    merge: Merge,
    value: Option<RawCell>,
}

/// What a merge does to a place.
pub(super) enum Cover<'a> {
    /// Nothing.
    Free,
    /// It lies below the first cell: the value there holds here too.
    Below(Option<&'a RawCell>),
    /// It lies beside the first cell.
    Beside,
}

impl MergeCursor {
    pub(super) fn new(mut merges: Vec<Merge>) -> MergeCursor {
        merges.sort_unstable();
        MergeCursor {
            merges,
            next: 0,
            open: BTreeMap::new(),
            ends: u32::MAX,
        }
    }

    /// Goes on to a row; rows come from the top.
    pub(super) fn advance(&mut self, row: &RawRow) {
        if self.ends < row.row {
            self.open.retain(|_, open| open.merge.last_row >= row.row);
            self.ends = self
                .open
                .values()
                .map(|open| open.merge.last_row)
                .min()
                .unwrap_or(u32::MAX);
        }
        while let Some(merge) = self.merges.get(self.next).filter(|merge| merge.first_row <= row.row) {
            self.next += 1;
            if merge.last_row < row.row {
                continue;
            }
            // A merge that began in a row that was not sent began in an empty cell.
            let value = row
                .cells
                .iter()
                .find(|cell| merge.first_row == row.row && cell.col == merge.first_col);
            let open = Open {
                merge: *merge,
                value: value.cloned(),
            };
            self.ends = self.ends.min(merge.last_row);
            self.open.insert(merge.first_col, open);
        }
    }

    pub(super) fn cover(&self, row: u32, col: u32) -> Cover<'_> {
        match self.at(row, col) {
            Some(open) if open.merge.first_col != col => Cover::Beside,
            Some(open) if open.merge.first_row < row => Cover::Below(open.value.as_ref()),
            _ => Cover::Free,
        }
    }

    /// How many columns the cell at a place takes.
    pub(super) fn width(&self, row: u32, col: u32) -> u32 {
        self.at(row, col)
            .map_or(1, |open| open.merge.last_col - open.merge.first_col + 1)
    }

    fn at(&self, row: u32, col: u32) -> Option<&Open> {
        let (_, open) = self.open.range(..=col).next_back()?;
        open.merge.covers(row, col).then_some(open)
    }
}
