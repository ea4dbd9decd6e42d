//! Room: the first rows of a sheet as a grid in which merged cells are seen through.
//!
//! Small: it holds the rows in which a header may stand and nothing of the body below.

use crate::raw::{Merge, RawCell, RawRow};
use crate::text::is_blank;
use std::collections::{BTreeMap, BTreeSet};

pub(super) struct Grid<'a> {
    cells: BTreeMap<(u32, u32), &'a RawCell>,
    /// The merge over a place, for the places in question.
    merged: BTreeMap<(u32, u32), Merge>,
    /// Columns with a text of their own somewhere in these rows.
    cols: BTreeSet<u32>,
    last_row: u32,
}

impl<'a> Grid<'a> {
    pub(super) fn new(rows: &'a [RawRow], merges: &[Merge]) -> Grid<'a> {
        let last_row = rows.last().map_or(0, |row| row.row);
        let mut cells = BTreeMap::new();
        for row in rows {
            for cell in row.cells.iter().filter(|cell| !is_blank(&cell.raw)) {
                cells.insert((row.row, cell.col), cell);
            }
        }
        let cols: BTreeSet<u32> = cells.keys().map(|(_, col)| *col).collect();
        Grid {
            merged: merged(merges, &cols, last_row),
            cells,
            cols,
            last_row,
        }
    }

    pub(super) fn last_row(&self) -> u32 {
        self.last_row
    }

    pub(super) fn cols(&self) -> impl Iterator<Item = u32> {
        self.cols.iter().copied()
    }

    /// The cell whose text shows at a place: the place itself, or the first cell of its merge.
    pub(super) fn anchor(&self, row: u32, col: u32) -> (u32, u32) {
        let merge = self.merge_at(row, col);
        merge.map_or((row, col), |merge| (merge.first_row, merge.first_col))
    }

    pub(super) fn merge_at(&self, row: u32, col: u32) -> Option<&Merge> {
        self.merged.get(&(row, col))
    }

    /// The cell that shows at a place, if anything shows there.
    pub(super) fn cell(&self, row: u32, col: u32) -> Option<&'a RawCell> {
        self.cells.get(&self.anchor(row, col)).copied()
    }

    /// The text that shows at a place, empty if nothing does.
    pub(super) fn text(&self, row: u32, col: u32) -> &'a str {
        self.cell(row, col).map_or("", |cell| &cell.raw)
    }

    /// The different cells that show in a row, from left to right.
    pub(super) fn anchors(&self, row: u32) -> Vec<(u32, u32)> {
        let mut anchors: Vec<(u32, u32)> = Vec::new();
        for col in self.cols() {
            let anchor = self.anchor(row, col);
            if self.cells.contains_key(&anchor) && anchors.last() != Some(&anchor) {
                anchors.push(anchor);
            }
        }
        anchors
    }

    /// The texts above a row, each once, from the top.
    pub(super) fn texts_above(&self, row: u32) -> Vec<String> {
        let above = self.cells.range(..(row, 0));
        above.map(|(_, cell)| cell.raw.trim().to_owned()).collect()
    }
}

/// Merges of a sound file do not overlap, so they cover each place once at most. A file in which they
/// do could make this a long work; beyond twice the places there are, the rest is left out.
fn merged(merges: &[Merge], cols: &BTreeSet<u32>, last_row: u32) -> BTreeMap<(u32, u32), Merge> {
    let mut merged = BTreeMap::new();
    let mut budget = cols.len().saturating_mul(last_row as usize).saturating_mul(2);
    for merge in merges
        .iter()
        .filter(|merge| merge.first_row <= last_row && merge.first_col <= merge.last_col)
    {
        for row in merge.first_row..=merge.last_row.min(last_row) {
            for col in cols.range(merge.first_col..=merge.last_col) {
                if budget == 0 {
                    return merged;
                }
                budget -= 1;
                merged.entry((row, *col)).or_insert(*merge);
            }
        }
    }
    merged
}
