//! Room: what the cell reader of OpenDocument does not tell.
//!
//! Sizes, before anything dense is built from them; merged ranges; hidden rows and columns. It runs
//! through the content once and keeps no text.

use super::xlsx_scan::Hidden;
use crate::error::{Limit, SheetError};
use crate::limits::Limits;
use crate::raw::Merge;
use quick_xml::events::{BytesStart, Event};
use std::io::{BufReader, Read};

/// One table of the document.
#[derive(Clone, Debug, Default)]
pub(super) struct OdsScan {
    pub(super) merges: Vec<Merge>,
    pub(super) hidden: Hidden,
    bounds: Option<Merge>,
}

/// Runs through `content.xml`; the tables come in the order of their tabs.
pub(super) fn scan(part: impl Read, limits: &Limits) -> Result<Vec<OdsScan>, SheetError> {
    let mut xml = quick_xml::Reader::from_reader(BufReader::new(part.take(limits.inflated_bytes_max)));
    xml.config_mut().check_end_names = false;
    let mut tables: Vec<OdsScan> = Vec::new();
    let mut place = Place::default();
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let event = xml.read_event_into(&mut buffer).map_err(SheetError::corrupt)?;
        let is_empty = matches!(event, Event::Empty(_));
        match event {
            Event::Start(tag) | Event::Empty(tag) => {
                if tag.name().as_ref() == "table:table" {
                    tables.push(OdsScan::default());
                    place = Place::default();
                } else if let Some(table) = tables.last_mut() {
                    place.open(&tag, table)?;
                    if is_empty && tag.name().as_ref() == "table:table-row" {
                        place.close_row(table);
                    }
                }
            }
            Event::End(tag) if tag.name().as_ref() == "table:table-row" => {
                if let Some(table) = tables.last_mut() {
                    place.close_row(table);
                    check(table, limits)?;
                }
            }
            Event::Eof => return Ok(tables),
            _ => (),
        }
    }
}

fn check(table: &OdsScan, limits: &Limits) -> Result<(), SheetError> {
    let cells = table.bounds.map_or(0, |bounds| {
        let rows = u64::from(bounds.last_row - bounds.first_row + 1);
        rows * u64::from(bounds.last_col - bounds.first_col + 1)
    });
    if cells > limits.cells_max {
        return Err(SheetError::over(Limit::Cells, cells, limits.cells_max));
    }
    let (merges, max) = (table.merges.len() as u64, u64::from(limits.merges_max));
    if merges > max {
        Err(SheetError::over(Limit::Merges, merges, max))
    } else {
        Ok(())
    }
}

/// Where in the table the next tag stands, counted from 1.
struct Place {
    column: u32,
    row: u32,
    row_repeats: u32,
    col: u32,
    /// First and last column with content in this row.
    filled: Option<(u32, u32)>,
}

impl Default for Place {
    fn default() -> Place {
        Place {
            column: 1,
            row: 1,
            row_repeats: 1,
            col: 1,
            filled: None,
        }
    }
}

impl Place {
    fn open(&mut self, tag: &BytesStart, table: &mut OdsScan) -> Result<(), SheetError> {
        match tag.name().as_ref() {
            "table:table-column" => {
                let last = self.column.saturating_add(count(tag, "table:number-columns-repeated")?);
                if is_hidden(tag)? {
                    table.hidden.add_cols(self.column, last - 1);
                }
                self.column = last;
            }
            "table:table-row" => {
                self.row_repeats = count(tag, "table:number-rows-repeated")?;
                (self.col, self.filled) = (1, None);
                if is_hidden(tag)? {
                    table
                        .hidden
                        .add_rows(self.row, self.row.saturating_add(self.row_repeats - 1));
                }
            }
            "table:table-cell" | "table:covered-table-cell" => self.cell(tag, table)?,
            _ => (),
        }
        Ok(())
    }

    fn cell(&mut self, tag: &BytesStart, table: &mut OdsScan) -> Result<(), SheetError> {
        let next = self.col.saturating_add(count(tag, "table:number-columns-repeated")?);
        let has = |name| Ok::<bool, SheetError>(tag.try_get_attribute(name).map_err(SheetError::corrupt)?.is_some());
        if has("office:value-type")? || has("table:formula")? {
            let first = self.filled.map_or(self.col, |(first, _)| first);
            self.filled = Some((first, next - 1));
        }
        let cols = count(tag, "table:number-columns-spanned")?;
        let rows = count(tag, "table:number-rows-spanned")?;
        if cols > 1 || rows > 1 {
            table.merges.push(Merge {
                first_row: self.row,
                first_col: self.col,
                last_row: self.row.saturating_add(rows - 1),
                last_col: self.col.saturating_add(cols - 1),
            });
        }
        self.col = next;
        Ok(())
    }

    fn close_row(&mut self, table: &mut OdsScan) {
        let next = self.row.saturating_add(self.row_repeats);
        if let Some((first, last)) = self.filled.take() {
            let bounds = table.bounds.get_or_insert(Merge {
                first_row: self.row,
                first_col: first,
                last_row: next - 1,
                last_col: last,
            });
            bounds.last_row = next - 1;
            bounds.first_col = bounds.first_col.min(first);
            bounds.last_col = bounds.last_col.max(last);
        }
        self.row = next;
    }
}

/// A count that is 1 unless it says otherwise; 0 is read as 1.
fn count(tag: &BytesStart, name: &str) -> Result<u32, SheetError> {
    let Some(found) = tag.try_get_attribute(name).map_err(SheetError::corrupt)? else {
        return Ok(1);
    };
    let count: u32 = found.value.trim().parse().map_err(SheetError::corrupt)?;
    Ok(count.max(1))
}

fn is_hidden(tag: &BytesStart) -> Result<bool, SheetError> {
    let found = tag.try_get_attribute("table:visibility").map_err(SheetError::corrupt)?;
    Ok(found.is_some_and(|found| matches!(found.value.as_ref(), "collapse" | "filter")))
}
