//! Room: rows counted against the limits.
//!
//! The child counts while it reads and the parent while it receives: a child that was taken over by
//! its file must not flood its parent. It keeps nothing but sums.

use crate::error::{Limit, SheetError};
use crate::limits::Limits;
use crate::raw::RawRow;

/// Sums over the rows seen so far.
pub(crate) struct Meter {
    limits: Limits,
    cells: u64,
    row: u32,
}

impl Meter {
    pub(crate) fn new(limits: &Limits) -> Meter {
        Meter {
            limits: limits.clone(),
            cells: 0,
            row: 0,
        }
    }

    /// Counts a row, or says which limit it breaks.
    pub(crate) fn count(&mut self, row: &RawRow) -> Result<(), SheetError> {
        if row.row <= self.row {
            return Err(SheetError::corrupt(format!("row {} after row {}", row.row, self.row)));
        }
        self.row = row.row;
        let limits = &self.limits;
        check(Limit::Rows, u64::from(row.row), u64::from(limits.rows_max), row)?;
        self.cells += row.cells.len() as u64;
        if self.cells > limits.cells_max {
            return Err(SheetError::over(Limit::Cells, self.cells, limits.cells_max));
        }
        for cell in &row.cells {
            // Blanks typed far to the right are rubbish that nobody sees; they do no harm.
            if cell.col > limits.columns_max && !cell.raw.trim().is_empty() {
                check(Limit::Columns, u64::from(cell.col), u64::from(limits.columns_max), row)?;
            }
            let max = u64::from(limits.text_chars_max);
            if cell.raw.len() as u64 > max {
                check(Limit::TextChars, cell.raw.chars().count() as u64, max, row)?;
            }
        }
        Ok(())
    }
}

fn check(limit: Limit, found: u64, max: u64, row: &RawRow) -> Result<(), SheetError> {
    if found <= max {
        return Ok(());
    }
    let row = Some(row.row);
    Err(SheetError::OverLimit { limit, found, max, row })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raw::{Kind, RawCell};

    fn row(row: u32, cells: &[(u32, &str)]) -> RawRow {
        let cells = cells.iter().map(|(col, raw)| RawCell {
            col: *col,
            raw: (*raw).to_owned(),
            kind: Kind::Text,
            ..RawCell::default()
        });
        RawRow {
            row,
            cells: cells.collect(),
        }
    }

    fn limit(rows: &[RawRow]) -> Option<Limit> {
        let limits = Limits {
            rows_max: 10,
            columns_max: 3,
            cells_max: 4,
            text_chars_max: 2,
            ..Limits::default()
        };
        let mut meter = Meter::new(&limits);
        rows.iter().find_map(|row| match meter.count(row) {
            Err(SheetError::OverLimit { limit, .. }) => Some(limit),
            _ => None,
        })
    }

    #[test]
    fn each_limit_is_noticed() {
        assert_eq!(limit(&[row(1, &[(1, "台账")]), row(10, &[(3, "x"), (9, " ")])]), None);
        assert_eq!(limit(&[row(11, &[])]), Some(Limit::Rows));
        assert_eq!(limit(&[row(1, &[(4, "x")])]), Some(Limit::Columns));
        assert_eq!(limit(&[row(1, &[(1, "三个字")])]), Some(Limit::TextChars));
        let full = [(1, "x"), (2, "x"), (3, "x")];
        assert_eq!(limit(&[row(1, &full), row(2, &full)]), Some(Limit::Cells));
    }

    #[test]
    fn rows_never_go_back() {
        let mut meter = Meter::new(&Limits::default());
        assert_eq!(meter.count(&row(5, &[])), Ok(()));
        assert!(matches!(meter.count(&row(5, &[])), Err(SheetError::Corrupt { .. })));
    }
}
