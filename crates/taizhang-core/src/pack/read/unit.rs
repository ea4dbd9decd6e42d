//! Room: the units that a pack brings, from `[[unit]]` or from `units.csv`.

use super::super::fault::FaultCode;
use super::super::source::UnitSource;
use super::super::sources::{At, Sources, Word};
use super::super::table::Table;
use crate::codes::CsvWhy;
use unicode_normalization::UnicodeNormalization;

/// The columns that the table must have, then those that it may have, in this order.
const COLUMNS: [&str; 6] = ["code", "name", "level", "parent", "code_system", "from"];
const NEEDED: usize = 4;

/// Reads one `[[unit]]`.
pub(super) fn unit(table: &Table<'_>) -> UnitSource {
    UnitSource {
        code: table.needed("code"),
        code_system: table.text("code_system").map(|word| word.text),
        name: table.needed("name"),
        level: table.needed("level"),
        parent: table.text("parent"),
        from: table.day("from"),
    }
}

/// Reads `units.csv`: comma, no quotes, one header row.
pub(super) fn csv(sources: &Sources, at: At, units: &mut Vec<UnitSource>) {
    let mut byte = 0;
    let mut rows = sources.sheet(at).text.split_inclusive('\n').map(|line| {
        let row = (At { byte, ..at }, line.trim_end().split(',').collect::<Vec<&str>>());
        byte += line.len();
        row
    });
    let (_, first) = rows.next().unwrap_or((at, Vec::new()));
    let header = header(sources, at, first);
    for (at, cells) in rows.filter(|(_, cells)| *cells != [""]) {
        units.extend(
            Row {
                sources,
                at,
                header: &header,
                cells,
            }
            .unit(),
        );
    }
}

/// The header's columns; a wrong header is noted, and the right columns are assumed.
fn header<'a>(sources: &Sources, at: At, cells: Vec<&'a str>) -> Vec<&'a str> {
    let known = COLUMNS.iter().take(cells.len());
    if cells.len() >= NEEDED && known.eq(cells.iter()) {
        return cells;
    }
    sources.fault(
        at,
        FaultCode::Csv(CsvWhy::Header {
            expected: COLUMNS.join(","),
        }),
    );
    COLUMNS.into_iter().take(cells.len().max(NEEDED)).collect()
}

struct Row<'a> {
    sources: &'a Sources,
    at: At,
    header: &'a [&'a str],
    cells: Vec<&'a str>,
}

impl Row<'_> {
    fn unit(&self) -> Option<UnitSource> {
        if self.cells.iter().any(|cell| cell.contains('"')) {
            return self.fault(CsvWhy::Quote);
        }
        if self.cells.len() != self.header.len() {
            return self.fault(CsvWhy::Cells {
                expected: self.header.len(),
                found: self.cells.len(),
            });
        }
        Some(UnitSource {
            code: self.needed("code"),
            code_system: self.cell("code_system").map(|word| word.text),
            name: self.needed("name"),
            level: self.needed("level"),
            parent: self.cell("parent"),
            from: self.cell("from").and_then(|word| {
                let day = word.text.parse().ok();
                if day.is_none() {
                    self.sources.fault(word.at, FaultCode::BadDate { found: word.text });
                }
                day
            }),
        })
    }

    /// A cell that is not empty, with its place.
    fn cell(&self, column: &str) -> Option<Word> {
        let index = self.header.iter().position(|name| *name == column)?;
        let before: usize = self.cells[..index].iter().map(|cell| cell.len() + 1).sum();
        let text: String = self.cells[index].trim().nfc().collect();
        (!text.is_empty()).then_some(Word {
            text,
            at: At {
                byte: self.at.byte + before,
                ..self.at
            },
        })
    }

    fn needed(&self, column: &'static str) -> Word {
        self.cell(column).unwrap_or_else(|| {
            self.fault::<()>(CsvWhy::Blank { column });
            Word {
                text: String::new(),
                at: self.at,
            }
        })
    }

    fn fault<T>(&self, why: CsvWhy) -> Option<T> {
        self.sources.fault(self.at, FaultCode::Csv(why));
        None
    }
}
