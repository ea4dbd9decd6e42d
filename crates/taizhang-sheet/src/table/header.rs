//! Room: which rows of a sheet are its header, and what its columns are called.
//!
//! Rows are scored by how many of their headings the caller knows; rows above and below join if
//! their cells belong together. It never decides by position alone.

use super::grid::Grid;
use super::heading::{Headings, displayed, normalise_heading, sole_measure, split_measure};
use super::links;
use crate::error::Nearest;
use crate::raw::column_letters;
use std::collections::BTreeMap;

/// A column of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its place in the table, from 0; the cells of a row stand in the same order.
    pub index: usize,
    /// Its number in the sheet, A is 1.
    pub col: u32,
    /// Its letters in the sheet.
    pub letter: String,
    /// The whole heading as people see it, groups before it: `完成情况/8月完成`.
    pub heading: String,
    /// The normalised form under which it is known; else that of the whole heading without its measure.
    pub name: String,
    /// The unit of measure in its heading or in that of its group.
    pub measure: Option<String>,
    /// The headings above its own.
    pub group: Option<String>,
    /// Whether the caller knows `name`.
    pub known: bool,
    /// Whether the column is hidden in the sheet.
    pub hidden: bool,
    /// Normalised texts of its header cells, by which a repeated header is noticed.
    pub(super) parts: Vec<String>,
}

/// A header that was found.
#[derive(Clone, Debug)]
pub(super) struct Header {
    pub(super) first_row: u32,
    pub(super) last_row: u32,
    pub(super) columns: Vec<Column>,
    /// Headings that stand over more than one column, with the letters of all of them.
    pub(super) repeated: Vec<(String, Vec<String>)>,
}

impl Header {
    pub(super) fn score(&self) -> usize {
        self.columns.iter().filter(|column| column.known).count()
    }

    /// The score without headings that stand over several columns: they want the groups above them.
    fn rank(&self) -> usize {
        let is_repeated = |name: &String| self.repeated.iter().any(|(repeated, _)| repeated == name);
        let known = self.columns.iter().filter(|column| column.known);
        known.filter(|column| !is_repeated(&column.name)).count()
    }
}

/// More rows than this no ledger's header has.
const HEIGHT_MAX: u32 = 3;

/// Finds the header, or names the row that came closest to one.
pub(super) fn find(grid: &Grid, headings: &dyn Headings) -> Result<Header, Option<Nearest>> {
    let mut best: Option<Header> = None;
    for last in 1..=grid.last_row() {
        let mut first = last;
        loop {
            let header = header(grid, headings, first, last);
            if best.as_ref().is_none_or(|best| header.rank() > best.rank()) {
                best = Some(header);
            }
            let taller = first > 1 && last - first + 1 < HEIGHT_MAX && links::above(grid, first);
            if !taller {
                break;
            }
            first -= 1;
        }
    }
    let best = best.filter(|header| !header.columns.is_empty()).ok_or(None)?;
    let score = best.score();
    if score < 2 && !(score == 1 && best.columns.len() <= 2) {
        return Err(nearest(grid, &best));
    }
    Ok(grown(grid, headings, best))
}

/// The header with the rows that belong to it although they added no known heading.
fn grown(grid: &Grid, headings: &dyn Headings, best: Header) -> Header {
    let mut header = best;
    while header.last_row - header.first_row + 1 < HEIGHT_MAX {
        let (first, last) = (header.first_row, header.last_row);
        let candidate = if links::below(grid, headings, first, last) {
            self::header(grid, headings, first, last + 1)
        } else if first > 1 && links::above(grid, first) {
            self::header(grid, headings, first - 1, last)
        } else {
            break;
        };
        if candidate.rank() < header.rank() {
            break;
        }
        header = candidate;
    }
    header
}

fn nearest(grid: &Grid, best: &Header) -> Option<Nearest> {
    // Without a single known heading the fullest row tells the user most.
    let row = if best.score() > 0 {
        best.last_row
    } else {
        let fullest = (1..=grid.last_row()).rev().max_by_key(|row| grid.anchors(*row).len());
        fullest.unwrap_or(best.last_row)
    };
    let texts: Vec<String> = grid
        .anchors(row)
        .iter()
        .map(|(row, col)| displayed(grid.text(*row, *col)))
        .collect();
    if texts.is_empty() {
        None
    } else {
        Some(Nearest { row, texts })
    }
}

fn header(grid: &Grid, headings: &dyn Headings, first_row: u32, last_row: u32) -> Header {
    let stacks = stacks(grid, first_row, last_row);
    let mut columns: Vec<Column> = stacks
        .iter()
        .enumerate()
        .map(|(index, (col, parts))| column(grid, headings, index, *col, parts, last_row))
        .collect();
    let repeated = settle_repeated(&mut columns, headings);
    Header {
        first_row,
        last_row,
        columns,
        repeated,
    }
}

/// For each column the texts over it, the outermost first, each once.
fn stacks(grid: &Grid, first_row: u32, last_row: u32) -> Vec<(u32, Vec<String>)> {
    let mut stacks: Vec<(u32, Vec<String>)> = Vec::new();
    // Group headings that may stretch to the right without a merge, by row.
    let mut groups: BTreeMap<u32, (u32, String)> = BTreeMap::new();
    for col in grid.cols() {
        let is_continued = grid.anchor(last_row, col).1 != col && !grid.text(last_row, col).is_empty();
        if is_continued {
            continue;
        }
        let has_own = !grid.text(last_row, col).is_empty();
        let mut parts: Vec<String> = Vec::new();
        let mut last_anchor = None;
        for row in first_row..=last_row {
            let anchor = grid.anchor(row, col);
            let text = displayed(grid.text(row, col));
            if !text.is_empty() && last_anchor != Some(anchor) {
                last_anchor = Some(anchor);
                parts.push(text.clone());
            }
            if row == last_row {
                break;
            }
            let carried = groups.get(&row).filter(|(until, _)| *until + 1 == col);
            match (text.is_empty(), carried.cloned()) {
                (true, Some((_, group))) if has_own => {
                    parts.push(group.clone());
                    groups.insert(row, (col, group));
                }
                (false, _) if has_own && anchor == (row, col) && grid.merge_at(row, col).is_none() => {
                    groups.insert(row, (col, text));
                }
                _ => _ = groups.remove(&row),
            }
        }
        if !parts.is_empty() {
            stacks.push((col, parts));
        }
    }
    stacks
}

fn column(grid: &Grid, headings: &dyn Headings, index: usize, col: u32, stack: &[String], last_row: u32) -> Column {
    let mut measure = None;
    let mut names: Vec<&str> = Vec::new();
    for (depth, part) in stack.iter().enumerate() {
        match sole_measure(part) {
            // A unit in a header cell of its own, below the name.
            Some(found) if depth > 0 => measure = Some(found),
            _ => {
                names.push(part);
                measure = split_measure(part).1.or(measure);
            }
        }
    }
    let (own, groups) = names.split_last().map_or(("", &[][..]), |(own, groups)| (*own, groups));
    let group = (!groups.is_empty()).then(|| groups.join("/"));
    let bare = |texts: &[&str]| {
        texts
            .iter()
            .map(|text| split_measure(text).0)
            .collect::<Vec<_>>()
            .join("/")
    };
    let whole = |texts: &[&str]| {
        texts
            .iter()
            .map(|text| normalise_heading(text))
            .collect::<Vec<_>>()
            .join("/")
    };
    let forms = [bare(&names), whole(&names), bare(&[own]), whole(&[own])];
    let known = forms.iter().find(|form| headings.knows(form));
    Column {
        index,
        col,
        letter: column_letters(col),
        heading: names.join("/"),
        name: known.unwrap_or(&forms[0]).clone(),
        measure,
        group,
        known: known.is_some(),
        hidden: grid.cell(last_row, col).is_some_and(|cell| cell.hidden),
        parts: stack.iter().map(|part| normalise_heading(part)).collect(),
    }
}

/// Two columns of one name: under different groups neither is taken for it, without groups the first is.
fn settle_repeated(columns: &mut [Column], headings: &dyn Headings) -> Vec<(String, Vec<String>)> {
    let mut places: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for column in columns.iter() {
        places.entry(column.name.clone()).or_default().push(column.index);
    }
    let mut repeated = Vec::new();
    for (name, places) in places.into_iter().filter(|(_, places)| places.len() > 1) {
        let letters = places.iter().map(|place| columns[*place].letter.clone()).collect();
        repeated.push((name.clone(), letters));
        let first_full = full_name(&columns[places[0]]);
        let differ = places.iter().any(|place| full_name(&columns[*place]) != first_full);
        for (order, place) in places.into_iter().enumerate() {
            let column = &mut columns[place];
            if differ {
                column.name = full_name(column);
                column.known = headings.knows(&column.name);
            } else if order > 0 {
                column.known = false;
            }
        }
    }
    repeated
}

fn full_name(column: &Column) -> String {
    let parts = column.heading.split('/').map(|part| split_measure(part).0);
    parts.collect::<Vec<_>>().join("/")
}
