//! Room: text files with separated values.
//!
//! A text file does not tell a text from a number, so its cells are [`Kind::Untyped`]. Memory does
//! not grow with the rows. It never guesses an encoding: see `decode`.

use super::decode::{self, Decoded};
use super::{Sink, Workbook};
use crate::error::SheetError;
use crate::format::Format;
use crate::limits::Limits;
use crate::locale::words;
use crate::raw::{Book, Kind, Merge, RawCell, RawRow, SheetInfo};
use crate::text::unguarded;
use encoding_rs::Encoding;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// Opens a text file; its only sheet bears the file's name.
pub(super) fn open(path: &Path, _limits: &Limits) -> Result<CsvBook, SheetError> {
    let fault = |error| SheetError::io(path, error);
    let mut file = File::open(path).map_err(fault)?;
    let encoding = decode::detect(&mut file).map_err(fault)??;
    let begin = file.stream_position().map_err(fault)?;
    let mut head = Vec::new();
    let decoded = Decoded::new(&mut file, encoding);
    decoded.take(HEAD_BYTES).read_to_end(&mut head).map_err(fault)?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    Ok(CsvBook {
        book: Book {
            format: Format::Csv,
            sheets: vec![SheetInfo { name, hidden: false }],
            epoch_1904: false,
        },
        path: path.to_owned(),
        encoding,
        begin,
        delimiter: delimiter(&head),
        line_end: line_end(&head),
    })
}

const HEAD_BYTES: u64 = 64 * 1024;

pub(super) struct CsvBook {
    book: Book,
    path: PathBuf,
    encoding: &'static Encoding,
    begin: u64,
    delimiter: u8,
    line_end: LineEnd,
}

/// What ends a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LineEnd {
    Lf,
    CrLf,
    /// Only the oldest programs write it; there, empty lines are not counted.
    Cr,
}

impl Workbook for CsvBook {
    fn book(&self) -> &Book {
        &self.book
    }

    fn merges(&mut self, _sheet: usize) -> Result<Vec<Merge>, SheetError> {
        Ok(Vec::new())
    }

    fn rows(&mut self, _sheet: usize, sink: &mut Sink) -> Result<(), SheetError> {
        let fault = |error| SheetError::io(&self.path, error);
        let mut file = File::open(&self.path).map_err(fault)?;
        file.seek(SeekFrom::Start(self.begin)).map_err(fault)?;
        let end: &[u8; 1] = if self.line_end == LineEnd::Cr { b"\r" } else { b"\n" };
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.delimiter)
            .terminator(csv::Terminator::Any(end[0]))
            // The last line may lack its end, and the count of lines below needs it.
            .from_reader(Decoded::new(file, self.encoding).chain(end.as_slice()));
        let mut record = csv::StringRecord::new();
        let (mut row, mut line) = (0_u32, 1);
        while reader.read_record(&mut record).map_err(SheetError::corrupt)? {
            // The parser passes over empty lines; in a spreadsheet they are rows all the same.
            let lines = reader.position().line() - line;
            line = reader.position().line();
            let inside = |field: &str| field.matches('\n').count() as u64;
            let empty = match lines {
                0 | 1 => 0,
                _ => lines.saturating_sub(record.iter().map(inside).sum::<u64>() + 1),
            };
            row = row.saturating_add(1 + u32::try_from(empty).unwrap_or(u32::MAX));
            let cells = self.cells(&record);
            if !cells.is_empty() && sink(RawRow { row, cells })?.is_break() {
                return Ok(());
            }
        }
        Ok(())
    }
}

impl CsvBook {
    fn cells(&self, record: &csv::StringRecord) -> Vec<RawCell> {
        let last = record.len().saturating_sub(1);
        let fields = record.iter().enumerate().map(|(index, field)| {
            // The parser ends lines at LF, so the CR before it is left over behind the last field.
            let ended = index == last && self.line_end == LineEnd::CrLf;
            if ended {
                field.strip_suffix('\r').unwrap_or(field)
            } else {
                field
            }
        });
        (1..).zip(fields).filter_map(|(col, field)| cell(col, field)).collect()
    }
}

fn cell(col: u32, field: &str) -> Option<RawCell> {
    if field.is_empty() {
        return None;
    }
    let as_text = field.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    let (raw, kind) = match as_text {
        // ="0012" is how a program writes a text that a spreadsheet must not take for a number.
        Some(text) => (text, Kind::Text),
        None if field.starts_with('#') && words().error_values.contains(&field.to_lowercase()) => (field, Kind::Error),
        None => (unguarded(field), Kind::Untyped),
    };
    Some(RawCell {
        col,
        raw: raw.to_owned(),
        kind,
        ..RawCell::default()
    })
}

/// The separator that stands most often outside quotes at the beginning of the file.
fn delimiter(head: &[u8]) -> u8 {
    let mut quoted = false;
    let mut counts = [(b',', 0), (b'\t', 0), (b';', 0)];
    for byte in head {
        quoted ^= *byte == b'"';
        let count = counts.iter_mut().find(|(sign, _)| sign == byte);
        if let (Some((_, count)), false) = (count, quoted) {
            *count += 1;
        }
    }
    let most = counts.iter().map(|(_, count)| *count).max().unwrap_or_default();
    counts
        .iter()
        .find(|(_, count)| *count == most)
        .map_or(b',', |(sign, _)| *sign)
}

fn line_end(head: &[u8]) -> LineEnd {
    let mut quoted = false;
    for (index, byte) in head.iter().enumerate() {
        quoted ^= *byte == b'"';
        if *byte == b'\n' && !quoted {
            let is_pair = index > 0 && head[index - 1] == b'\r';
            return if is_pair { LineEnd::CrLf } else { LineEnd::Lf };
        }
    }
    if head.contains(&b'\r') && !head.contains(&b'\n') {
        LineEnd::Cr
    } else {
        LineEnd::Lf
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::ops::ControlFlow;

    type Shown = (u32, Vec<String>);

    fn rows(content: &str) -> Vec<Shown> {
        let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
        file.write_all(content.as_bytes()).expect("written");
        let mut book = open(file.path(), &Limits::default()).expect("opens");
        let mut rows = Vec::new();
        let taken = book.rows(0, &mut |row| {
            rows.push((
                row.row,
                row.cells
                    .iter()
                    .map(|cell| format!("{}={}", cell.col, cell.raw))
                    .collect(),
            ));
            Ok(ControlFlow::Continue(()))
        });
        assert_eq!(taken, Ok(()));
        rows
    }

    fn row(row: u32, cells: &[&str]) -> Shown {
        (row, cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn rows_keep_the_numbers_that_a_spreadsheet_gives_them() {
        let table: &[(&str, Vec<Shown>)] = &[
            ("a,b\n\n\n1,2\n", vec![row(1, &["1=a", "2=b"]), row(4, &["1=1", "2=2"])]),
            (
                "\r\na,b\r\n\"x\r\ny\",2\r\n\r\nz",
                vec![row(2, &["1=a", "2=b"]), row(3, &["1=x\r\ny", "2=2"]), row(5, &["1=z"])],
            ),
            ("a\n\n\nz", vec![row(1, &["1=a"]), row(4, &["1=z"])]),
            (
                "a\r\n\"x\"\r\n\r\n\"y\r\"\r\n",
                vec![row(1, &["1=a"]), row(2, &["1=x"]), row(4, &["1=y\r"])],
            ),
            ("a,b\r1,2\r", vec![row(1, &["1=a", "2=b"]), row(2, &["1=1", "2=2"])]),
            (",\na,,c", vec![row(2, &["1=a", "3=c"])]),
            (
                "a\tb,c\n1\t2\n",
                vec![row(1, &["1=a", "2=b,c"]), row(2, &["1=1", "2=2"])],
            ),
            (
                "a;b\n\"x,y,z,v,w\";1",
                vec![row(1, &["1=a", "2=b"]), row(2, &["1=x,y,z,v,w", "2=1"])],
            ),
            ("=\"0012\",'=1+1,'x", vec![row(1, &["1=0012", "2==1+1", "3='x"])]),
            ("", vec![]),
        ];
        for (content, expected) in table {
            assert_eq!(&rows(content), expected, "{content:?}");
        }
    }

    #[test]
    fn kinds_say_what_a_text_file_knows() {
        let kind = |field| cell(1, field).map(|cell| cell.kind);
        assert_eq!(kind("2024.1"), Some(Kind::Untyped));
        assert_eq!(kind("=\"007\""), Some(Kind::Text));
        assert_eq!(kind("#N/A"), Some(Kind::Error));
        assert_eq!(kind(""), None);
    }
}
