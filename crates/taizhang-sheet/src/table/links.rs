//! Room: whether two rows belong to one header.
//!
//! A merged cell through both is certain. Without merges a row joins if its blanks are where the
//! other has texts. A title or the line of the reporting unit never joins.

use super::grid::Grid;
use super::heading::{Headings, normalise_heading, sole_measure, split_measure};
use crate::locale::words;
use crate::raw::Kind;
use crate::text::squeezed;
use std::collections::BTreeSet;

/// Whether the row above `row` belongs to the header that begins at `row`.
pub(super) fn above(grid: &Grid, row: u32) -> bool {
    let upper = row - 1;
    let anchors = grid.anchors(upper);
    if anchors.len() < 2 || anchors.iter().any(|(row, col)| is_remark(grid.text(*row, *col))) {
        return false;
    }
    let is_merged_down = |col: u32| grid.anchor(row, col) == grid.anchor(upper, col);
    let shows = |row: u32, col: u32| !grid.text(row, col).is_empty();
    if grid.cols().any(|col| shows(row, col) && is_merged_down(col)) {
        return true;
    }
    let gap = grid.cols().any(|col| shows(upper, col) && !shows(row, col));
    let both = grid.cols().any(|col| shows(upper, col) && shows(row, col));
    (gap && both && !is_wide_title(grid, upper)) || repeats_under_groups(grid, upper, row)
}

/// Whether the row below `last` belongs to the header of the rows `first` to `last`.
pub(super) fn below(grid: &Grid, headings: &dyn Headings, first: u32, last: u32) -> bool {
    let lower = last + 1;
    let anchors = grid.anchors(lower);
    if anchors.is_empty() {
        return false;
    }
    // A merge out of the header is part of it; one out of a body row never begins above it.
    if anchors.iter().any(|(row, _)| (first..=last).contains(row)) {
        return true;
    }
    let texts: Vec<&str> = anchors.iter().map(|(row, col)| grid.text(*row, *col)).collect();
    if texts.iter().all(|text| sole_measure(text).is_some()) {
        return true;
    }
    let is_known = |text: &&&str| headings.knows(&split_measure(text).0) || headings.knows(&normalise_heading(text));
    let known = texts.iter().filter(is_known).count();
    let gap = grid
        .cols()
        .any(|col| !grid.text(last, col).is_empty() && grid.text(lower, col).is_empty());
    known > 0 && known * 2 >= texts.len() && gap
}

/// Every group has the same headings under it: 2023年 and 2024年, each over 计划 and 完成.
fn repeats_under_groups(grid: &Grid, upper: u32, row: u32) -> bool {
    let lower = grid.anchors(row);
    let is_heading = |(row, col): &(u32, u32)| grid.cell(*row, *col).is_some_and(|cell| cell.kind != Kind::Number);
    if !lower.iter().all(is_heading) {
        return false;
    }
    let texts: Vec<String> = lower
        .iter()
        .map(|(row, col)| squeezed(grid.text(*row, *col)).into_owned())
        .collect();
    let different: BTreeSet<&String> = texts.iter().collect();
    let pairs: BTreeSet<(&str, &String)> = lower
        .iter()
        .zip(&texts)
        .map(|((_, col), text)| (grid.text(upper, *col), text))
        .collect();
    different.len() < texts.len() && pairs.len() == texts.len() && !is_wide_title(grid, upper)
}

/// One cell over most of the table.
fn is_wide_title(grid: &Grid, row: u32) -> bool {
    let cols = grid.cols().count();
    let widest = grid.anchors(row).into_iter().map(|anchor| {
        let covered = grid.cols().filter(|col| grid.anchor(row, *col) == anchor);
        covered.count()
    });
    cols > 2 && widest.max().unwrap_or_default() * 5 > cols * 4
}

/// `填报单位：…`, `单位：万元`, `（12月份）`: said about the sheet, not about a column.
fn is_remark(text: &str) -> bool {
    let text = squeezed(text);
    let is_bracketed = text.starts_with('(') && text.ends_with(')');
    let is_signed = words().signatures.iter().any(|word| {
        text.strip_prefix(word.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '(']))
    });
    let is_labelled = words()
        .measure_labels
        .iter()
        .any(|label| text.contains(&format!("{label}:")));
    is_labelled || (is_signed && text.contains(':')) || (is_bracketed && sole_measure(&text).is_none())
}
