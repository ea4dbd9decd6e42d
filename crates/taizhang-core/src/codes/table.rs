//! Room: the strict reader for the plain tables that a pack carries as csv.
//!
//! These tables hold facts (days, codes, names): comma, one header row, no quotes, no blank cells
//! by accident. It never guesses an encoding or a delimiter; workbooks that people fill in are
//! read elsewhere, with more patience.

/// A table of a pack cannot be read: which file, which line, why. The caller words it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}: {why}")]
pub struct CsvFault {
    /// The name by which the reader was called, such as `calendar/days.csv`.
    pub file: &'static str,
    /// The line, counted from 1 (the header).
    pub line: usize,
    /// What is wrong there.
    pub why: CsvWhy,
}

/// What can be wrong with a line of a table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CsvWhy {
    /// The first line is not the header that this table has.
    #[error("the header must be `{expected}`")]
    Header {
        /// The header, as it must be written.
        expected: String,
    },
    /// A row has more or fewer cells than the header.
    #[error("{found} cells instead of {expected}")]
    Cells {
        /// Cells of the header.
        expected: usize,
        /// Cells of the row.
        found: usize,
    },
    /// A quotation mark: these tables have none, so the file is of another kind.
    #[error("quotation marks are not used in this table")]
    Quote,
    /// A cell must not be empty, or must not have blanks around it.
    #[error("column `{column}` is empty or has blanks around its value")]
    Blank {
        /// The column.
        column: &'static str,
    },
    /// A cell does not hold a date written YYYY-MM-DD.
    #[error("column `{column}`: `{value}` is not a date")]
    Date {
        /// The column.
        column: &'static str,
        /// What stands there.
        value: String,
    },
    /// A cell holds something that this column cannot hold.
    #[error("column `{column}`: `{value}` is not possible here")]
    Value {
        /// The column.
        column: &'static str,
        /// What stands there.
        value: String,
    },
    /// The key of the row stands on an earlier line already.
    #[error("`{key}` stands on line {first} already")]
    Twice {
        /// The key.
        key: String,
        /// The earlier line.
        first: usize,
    },
    /// The row points to something that no table has.
    #[error("column `{column}`: there is no `{value}`")]
    Dangling {
        /// The column.
        column: &'static str,
        /// What it points to.
        value: String,
    },
    /// The row contradicts another one.
    #[error("column `{column}`: `{value}` contradicts line {other} of {file}")]
    Contradiction {
        /// The column.
        column: &'static str,
        /// What stands there.
        value: String,
        /// The file of the other row.
        file: &'static str,
        /// The line of the other row.
        other: usize,
    },
}

/// One row: its place and its cells, in the order of the header.
pub(crate) struct Row<'a> {
    file: &'static str,
    pub(crate) line: usize,
    columns: &'static [&'static str],
    cells: Vec<&'a str>,
}

/// Reads a table that must have exactly these columns.
pub(crate) fn read<'a>(
    file: &'static str,
    text: &'a str,
    columns: &'static [&'static str],
) -> Result<Vec<Row<'a>>, CsvFault> {
    let mut lines = text.trim_start_matches('\u{feff}').lines().enumerate();
    let header = columns.join(",");
    if lines.next().map(|(_, line)| line) != Some(header.as_str()) {
        return Err(CsvFault {
            file,
            line: 1,
            why: CsvWhy::Header { expected: header },
        });
    }
    lines.map(|(at, line)| row(file, at + 1, line, columns)).collect()
}

/// The first line, by which a caller chooses among the headers that it knows.
pub(crate) fn header(text: &str) -> &str {
    text.trim_start_matches('\u{feff}').lines().next().unwrap_or("")
}

fn row<'a>(
    file: &'static str,
    line: usize,
    text: &'a str,
    columns: &'static [&'static str],
) -> Result<Row<'a>, CsvFault> {
    let fault = |why| Err(CsvFault { file, line, why });
    if text.contains('"') {
        return fault(CsvWhy::Quote);
    }
    let cells: Vec<&str> = text.split(',').collect();
    if cells.len() != columns.len() {
        return fault(CsvWhy::Cells {
            expected: columns.len(),
            found: cells.len(),
        });
    }
    Ok(Row {
        file,
        line,
        columns,
        cells,
    })
}

impl<'a> Row<'a> {
    /// A cell that may be empty.
    pub(crate) fn optional(&self, column: &'static str) -> Result<&'a str, CsvFault> {
        let at = self.columns.iter().position(|c| *c == column);
        let cell = at.map_or("", |at| self.cells[at]);
        if cell.trim() != cell {
            return Err(self.fault(CsvWhy::Blank { column }));
        }
        Ok(cell)
    }

    /// The first cell, which is the key of most tables.
    pub(crate) fn first(&self) -> &'a str {
        self.cells.first().copied().unwrap_or_default()
    }

    /// A cell that must hold something.
    pub(crate) fn text(&self, column: &'static str) -> Result<&'a str, CsvFault> {
        match self.optional(column)? {
            "" => Err(self.fault(CsvWhy::Blank { column })),
            cell => Ok(cell),
        }
    }

    /// A cell that must hold a value of a type, such as a year.
    pub(crate) fn parsed<T: std::str::FromStr>(&self, column: &'static str) -> Result<T, CsvFault> {
        let cell = self.text(column)?;
        cell.parse().map_err(|_| self.impossible(column, cell))
    }

    /// A cell that must hold a day.
    pub(crate) fn day(&self, column: &'static str) -> Result<crate::day::Day, CsvFault> {
        let cell = self.text(column)?;
        cell.parse().map_err(|_| {
            self.fault(CsvWhy::Date {
                column,
                value: cell.to_owned(),
            })
        })
    }

    /// The fault of a cell that holds something impossible.
    pub(crate) fn impossible(&self, column: &'static str, value: &str) -> CsvFault {
        self.fault(CsvWhy::Value {
            column,
            value: value.to_owned(),
        })
    }

    /// A fault on this line.
    pub(crate) fn fault(&self, why: CsvWhy) -> CsvFault {
        CsvFault {
            file: self.file,
            line: self.line,
            why,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[&str] = &["code", "name"];

    #[test]
    fn rows_know_their_lines() {
        let rows = read("t.csv", "\u{feff}code,name\r\n01,农业\r\n02,\r\n", COLUMNS).unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!((rows[0].line, rows[0].text("name")), (2, Ok("农业")));
        assert_eq!(rows[1].optional("name"), Ok(""));
        let fault = rows[1].text("name").unwrap_err();
        assert_eq!(
            fault.to_string(),
            "t.csv, line 3: column `name` is empty or has blanks around its value"
        );
    }

    #[test]
    fn what_is_not_such_a_table_is_refused() {
        let why = |text: &'static str| read("t.csv", text, COLUMNS).err().map(|f| (f.line, f.why));
        let header = || CsvWhy::Header {
            expected: "code,name".to_owned(),
        };
        assert_eq!(why(""), Some((1, header())));
        assert_eq!(why("code;name\n"), Some((1, header())));
        assert_eq!(
            why("code,name\n1\n"),
            Some((2, CsvWhy::Cells { expected: 2, found: 1 }))
        );
        assert_eq!(
            why("code,name\n1,a\n\n"),
            Some((3, CsvWhy::Cells { expected: 2, found: 1 }))
        );
        assert_eq!(why("code,name\n1,\"a\"\n"), Some((2, CsvWhy::Quote)));
        assert_eq!(why("code,name\n"), None);
    }
}
