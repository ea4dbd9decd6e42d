//! Room: the table in a sheet.
//!
//! Finds the header, names the columns, fills vertical merges and leaves out what is no record,
//! while the rows stream by: no more than the first rows are ever held. It never reads a value and
//! never drops a row without saying so.

mod grid;
mod header;
mod heading;
mod links;
mod merged;
mod preamble;
mod skip;

pub use header::Column;
pub use heading::{Headings, normalise_heading, split_measure};
pub use preamble::{PeriodPart, SheetPeriod};
pub use skip::SkipWhy;

pub(crate) use heading::is_measure;

use crate::child::{HEAD_ROWS, RowStream};
use crate::error::{Nearest, SheetError};
use crate::raw::{Kind, Merge, RawCell, RawRow, column_letters};
use crate::text::is_blank;
use grid::Grid;
use header::Header;
use merged::{Cover, MergeCursor};
use skip::{Before, OwnCells, Verdict};
use std::collections::{BTreeSet, VecDeque};

/// What is known about a table. The last two lists grow while its rows are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The sheet it stands in.
    pub sheet: String,
    /// Other sheets whose header fits just as well.
    pub rivals: Vec<String>,
    /// First and last row of the header.
    pub header_rows: (u32, u32),
    /// From left to right.
    pub columns: Vec<Column>,
    /// Headings that stand over several columns, with their letters.
    pub repeated_headings: Vec<(String, Vec<String>)>,
    /// The texts above the header.
    pub preamble: Vec<String>,
    /// The unit of measure for the whole sheet.
    pub sheet_measure: Option<String>,
    /// The period that title or sheet name tell.
    pub sheet_period: SheetPeriod,
    /// Whether day numbers count from 1904.
    pub epoch_1904: bool,
    /// Columns that the caller does not know, and columns with content that have no heading.
    pub unmatched_columns: Vec<UnmatchedColumn>,
    /// Rows that are no records; the first ten thousand of them.
    pub skipped: Vec<Skipped>,
    /// How many rows were skipped in all.
    pub skipped_count: u64,
}

/// A column that was not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnmatchedColumn {
    /// Its letters.
    pub letter: String,
    /// Its heading, if it has one.
    pub heading: Option<String>,
}

/// A row that is no record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Its number in the sheet.
    pub row: u32,
    /// Why.
    pub why: SkipWhy,
    /// The beginning of its first text.
    pub text: String,
}

/// A row of the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BodyRow {
    /// Its number in the sheet.
    pub row: u32,
    /// The headings of the sections it lies in, the outermost first, joined by `/`.
    pub section: Option<String>,
    /// Whether the whole row is hidden in the sheet.
    pub hidden: bool,
    /// One per column of the table, in the same order.
    pub cells: Vec<BodyCell>,
}

/// A cell of the body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BodyCell {
    /// Column number in the sheet, A is 1.
    pub col: u32,
    /// As in [`RawCell::raw`]; empty for nothing.
    pub raw: String,
    /// What kind of content it is.
    pub kind: Kind,
    /// The value is that of the first cell of a vertical merge.
    pub filled: bool,
    /// The cell lies under a merge from its left: it is not blank, it is not there.
    pub covered: bool,
    /// As in [`RawCell::lossy`].
    pub lossy: bool,
    /// As in [`RawCell::percent`].
    pub percent: bool,
}

impl BodyCell {
    /// Column letters in the sheet.
    pub fn letter(&self) -> String {
        column_letters(self.col)
    }
}

/// Finds the table in a stream: in the sheet whose header has most of the headings.
pub fn find_table(mut rows: RowStream, headings: &dyn Headings) -> Result<TableReader, SheetError> {
    let mut rivals = Vec::new();
    if !rows.offered().is_empty() {
        let (chosen, others) = best_sheet(&rows, headings)?;
        rows.choose(chosen)?;
        rivals = others;
    }
    let mut head = Vec::new();
    let mut rest = VecDeque::new();
    while rest.is_empty() {
        match rows.next().transpose()? {
            Some(row) if row.row <= HEAD_ROWS => head.push(row),
            Some(row) => rest.push_back(row),
            None => break,
        }
    }
    let sheet = rows.sheet_name().to_owned();
    if head.is_empty() && rest.is_empty() {
        return Err(SheetError::EmptySheet { sheet });
    }
    let grid = Grid::new(&head, rows.merges());
    let header = header::find(&grid, headings).map_err(|nearest| no_header(sheet, headings, nearest))?;
    let table = table(&rows, &grid, header, rivals);
    let body = table.header_rows.1;
    let merges = body_merges(rows.merges(), &table);
    let pending = head.into_iter().filter(|row| row.row > body).chain(rest).collect();
    Ok(TableReader {
        table,
        rows,
        pending,
        merges: MergeCursor::new(merges),
        before: Before::default(),
        sections: Vec::new(),
        helpers: BTreeSet::new(),
    })
}

fn no_header(sheet: String, headings: &dyn Headings, nearest: Option<Nearest>) -> SheetError {
    SheetError::NoHeader {
        sheet,
        looked_for: headings.looked_for(),
        searched: HEAD_ROWS,
        nearest,
    }
}

/// The index of the best sheet among those offered, and the names of those that are no worse.
fn best_sheet(rows: &RowStream, headings: &dyn Headings) -> Result<(usize, Vec<String>), SheetError> {
    let mut best: Option<(usize, usize)> = None;
    let mut equal: Vec<String> = Vec::new();
    let mut failed: Option<(&str, Option<Nearest>)> = None;
    for head in rows.offered() {
        match header::find(&Grid::new(&head.rows, &head.merges), headings) {
            Ok(header) if best.is_none_or(|(score, _)| header.score() > score) => {
                best = Some((header.score(), head.index));
                equal.clear();
            }
            Ok(header) if best.is_some_and(|(score, _)| header.score() == score) => equal.push(head.name.clone()),
            Ok(_) => (),
            Err(nearest) if failed.is_none() && !head.rows.is_empty() => failed = Some((&head.name, nearest)),
            Err(_) => (),
        }
    }
    match (best, failed) {
        (Some((_, index)), _) => Ok((index, equal)),
        (None, Some((sheet, nearest))) => Err(no_header(sheet.to_owned(), headings, nearest)),
        (None, None) => Err(SheetError::EmptySheet {
            sheet: rows.sheet_name().to_owned(),
        }),
    }
}

fn table(rows: &RowStream, grid: &Grid, header: Header, rivals: Vec<String>) -> Table {
    let preamble = grid.texts_above(header.first_row);
    let unknown = header.columns.iter().filter(|column| !column.known);
    Table {
        sheet: rows.sheet_name().to_owned(),
        rivals,
        header_rows: (header.first_row, header.last_row),
        sheet_measure: preamble::measure(&preamble),
        sheet_period: preamble::period(&preamble, rows.sheet_name()),
        epoch_1904: rows.book().epoch_1904,
        unmatched_columns: unknown
            .map(|column| UnmatchedColumn {
                letter: column.letter.clone(),
                heading: Some(column.heading.clone()),
            })
            .collect(),
        preamble,
        columns: header.columns,
        repeated_headings: header.repeated,
        skipped: Vec::new(),
        skipped_count: 0,
    }
}

/// The merges that touch the body of the table.
fn body_merges(merges: &[Merge], table: &Table) -> Vec<Merge> {
    let last_col = table.columns.last().map_or(0, |column| column.col);
    let touches = |merge: &&Merge| merge.last_row > table.header_rows.1 && merge.first_col <= last_col;
    merges.iter().filter(touches).copied().collect()
}

/// The body rows of a table, one after the other.
pub struct TableReader {
    table: Table,
    rows: RowStream,
    pending: VecDeque<RawRow>,
    merges: MergeCursor,
    before: Before,
    sections: Vec<(u32, String)>,
    helpers: BTreeSet<u32>,
}

/// How many skipped rows are listed one by one.
const SKIPPED_LISTED_MAX: usize = 10_000;
/// How much of a skipped row's text is kept.
const SKIPPED_CHARS_MAX: usize = 80;

impl TableReader {
    /// The table; complete once the last row was read.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// The names of all visible sheets of the file.
    pub fn sheets(&self) -> Vec<&str> {
        let all = self.rows.book().sheets.iter();
        all.filter(|sheet| !sheet.hidden)
            .map(|sheet| sheet.name.as_str())
            .collect()
    }

    fn next_row(&mut self) -> Result<Option<BodyRow>, SheetError> {
        loop {
            let mut row = match self.pending.pop_front() {
                Some(row) => row,
                None => match self.rows.next().transpose()? {
                    Some(row) => row,
                    None => return Ok(None),
                },
            };
            self.merges.advance(&row);
            let own = self.own_cells(&row);
            match skip::classify(&own, &self.table.columns, &mut self.before) {
                Verdict::Record => {
                    self.note_helpers(&row);
                    return Ok(Some(self.body_row(&mut row)));
                }
                Verdict::Skip(why) => self.skip(&row, why),
                Verdict::Section(depth) => {
                    let text = own.cells[0].1.raw.trim().to_owned();
                    self.sections.retain(|(above, _)| *above < depth);
                    self.sections.push((depth, text));
                    self.skip(&row, SkipWhy::Section);
                }
            }
        }
    }

    fn own_cells<'a>(&self, row: &'a RawRow) -> OwnCells<'a> {
        let columns = self.table.columns.iter();
        let cells: Vec<(usize, &RawCell)> = columns
            .filter_map(|column| own_cell(row, column.col).map(|cell| (column.index, cell)))
            .filter(|(_, cell)| !is_blank(&cell.raw))
            .filter(|(_, cell)| matches!(self.merges.cover(row.row, cell.col), Cover::Free))
            .collect();
        let first_width = cells
            .first()
            .map_or(1, |(_, cell)| self.merges.width(row.row, cell.col));
        OwnCells { cells, first_width }
    }

    fn body_row(&self, row: &mut RawRow) -> BodyRow {
        let hidden = row.cells.iter().all(|cell| cell.hidden);
        let columns = self.table.columns.iter();
        let cells = columns.map(|column| self.body_cell(row, column.col)).collect();
        let section: Vec<&str> = self.sections.iter().map(|(_, text)| text.as_str()).collect();
        BodyRow {
            row: row.row,
            section: (!section.is_empty()).then(|| section.join("/")),
            hidden,
            cells,
        }
    }

    /// Takes the cell out of the row, or the value that a merge shows there.
    fn body_cell(&self, row: &mut RawRow, col: u32) -> BodyCell {
        let own = place_of(row, col).ok_or(());
        let (cell, filled, covered) = match (self.merges.cover(row.row, col), own) {
            // What some programs leave behind under a merge is not shown, so it is not read.
            (Cover::Below(value), _) => (value.cloned().unwrap_or_default(), value.is_some(), false),
            (Cover::Beside, _) => (RawCell::default(), false, true),
            (Cover::Free, Err(_)) => (RawCell::default(), false, false),
            (Cover::Free, Ok(place)) => {
                let cell = &mut row.cells[place];
                let raw = std::mem::take(&mut cell.raw);
                (RawCell { raw, ..cell.clone() }, false, false)
            }
        };
        BodyCell {
            col,
            raw: cell.raw,
            kind: cell.kind,
            filled,
            covered,
            lossy: cell.lossy,
            percent: cell.percent,
        }
    }

    fn skip(&mut self, row: &RawRow, why: SkipWhy) {
        self.table.skipped_count += 1;
        if self.table.skipped.len() < SKIPPED_LISTED_MAX {
            let text = row.cells.first().map_or("", |cell| cell.raw.trim());
            let text = text.chars().take(SKIPPED_CHARS_MAX).collect();
            self.table.skipped.push(Skipped {
                row: row.row,
                why,
                text,
            });
        }
    }

    /// Content beside the columns of the table is left alone, but said.
    fn note_helpers(&mut self, row: &RawRow) {
        for cell in row.cells.iter().filter(|cell| !is_blank(&cell.raw)) {
            let is_column = self
                .table
                .columns
                .binary_search_by_key(&cell.col, |column| column.col)
                .is_ok();
            if !is_column && self.helpers.insert(cell.col) {
                self.table.unmatched_columns.push(UnmatchedColumn {
                    letter: column_letters(cell.col),
                    heading: None,
                });
            }
        }
    }
}

fn own_cell(row: &RawRow, col: u32) -> Option<&RawCell> {
    place_of(row, col).map(|place| &row.cells[place])
}

/// Where a column's cell stands in a row: in its own place where no cell before it is empty, as in a csv.
fn place_of(row: &RawRow, col: u32) -> Option<usize> {
    let own = col.saturating_sub(1) as usize;
    match row.cells.get(own) {
        Some(cell) if cell.col == col => Some(own),
        _ => row.cells.binary_search_by_key(&col, |cell| cell.col).ok(),
    }
}

impl Iterator for TableReader {
    type Item = Result<BodyRow, SheetError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_row().transpose()
    }
}
