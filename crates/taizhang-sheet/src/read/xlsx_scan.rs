//! Room: what stands around the cells of an xlsx sheet.
//!
//! Merged ranges come behind the cells and hidden rows between them, so the sheet is run through
//! once before it is read. Between the first and the last cell only the tags of rows are looked at.

use crate::error::{Limit, SheetError};
use crate::limits::Limits;
use crate::raw::{Merge, column_number};
use quick_xml::events::{BytesStart, Event};
use std::io::{self, BufRead, BufReader, ErrorKind, Read};

/// Merges and hidden parts of one sheet.
#[derive(Clone, Debug, Default)]
pub(super) struct SheetScan {
    pub(super) merges: Vec<Merge>,
    pub(super) hidden: Hidden,
}

/// Ranges of hidden rows and columns, both counted from 1, rows in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Hidden {
    rows: Vec<(u32, u32)>,
    cols: Vec<(u32, u32)>,
}

impl Hidden {
    pub(super) fn row(&self, row: u32) -> bool {
        let before = self.rows.partition_point(|(first, _)| *first <= row);
        before > 0 && self.rows[before - 1].1 >= row
    }

    pub(super) fn col(&self, col: u32) -> bool {
        self.cols.iter().any(|(first, last)| (*first..=*last).contains(&col))
    }

    /// Rows are added from the top.
    pub(super) fn add_rows(&mut self, first: u32, last: u32) {
        match self.rows.last_mut() {
            Some((_, end)) if first <= *end + 1 => *end = last.max(*end),
            _ => self.rows.push((first, last)),
        }
    }

    pub(super) fn add_cols(&mut self, first: u32, last: u32) {
        self.cols.push((first, last));
    }
}

/// Runs through the part of a sheet.
pub(super) fn scan(part: impl Read, limits: &Limits) -> Result<SheetScan, SheetError> {
    let counted = Counted {
        inner: part,
        left: limits.inflated_bytes_max,
    };
    let mut xml = quick_xml::Reader::from_reader(BufReader::with_capacity(BUFFER_BYTES, counted));
    xml.config_mut().check_end_names = false;
    let mut scan = SheetScan::default();
    let mut buffer = Vec::new();
    let fault = |error| fault(error, limits);
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer).map_err(fault)? {
            Event::Start(tag) if tag.local_name().as_ref() == "sheetData" => {
                let name = tag.name().as_ref().as_bytes().to_vec();
                let prefix = &name[..name.len() - b"sheetData".len()];
                scan_rows(xml.get_mut(), prefix, &mut scan.hidden).map_err(|error| fault(error.into()))?;
            }
            Event::Start(tag) | Event::Empty(tag) => match tag.local_name().as_ref() {
                "col" => add_cols(&tag, &mut scan.hidden)?,
                "mergeCell" => add_merge(&tag, &mut scan.merges, limits)?,
                _ => (),
            },
            Event::Eof => break,
            _ => (),
        }
    }
    scan.merges.sort_unstable();
    Ok(scan)
}

const BUFFER_BYTES: usize = 64 * 1024;

fn add_cols(tag: &BytesStart, hidden: &mut Hidden) -> Result<(), SheetError> {
    if is_true(attribute(tag, "hidden")?.as_deref()) {
        let bound = |text: Option<String>| text.and_then(|text| text.trim().parse().ok());
        let (first, last) = (bound(attribute(tag, "min")?), bound(attribute(tag, "max")?));
        if let (Some(first), Some(last)) = (first, last) {
            hidden.add_cols(first, last);
        }
    }
    Ok(())
}

fn add_merge(tag: &BytesStart, merges: &mut Vec<Merge>, limits: &Limits) -> Result<(), SheetError> {
    let Some(merge) = attribute(tag, "ref")?.as_deref().and_then(range) else {
        return Err(SheetError::corrupt("a merged range without its cells"));
    };
    merges.push(merge);
    let (found, max) = (merges.len() as u64, u64::from(limits.merges_max));
    if found > max {
        Err(SheetError::over(Limit::Merges, found, max))
    } else {
        Ok(())
    }
}

fn attribute(tag: &BytesStart, name: &str) -> Result<Option<String>, SheetError> {
    let found = tag.try_get_attribute(name).map_err(SheetError::corrupt)?;
    Ok(found.map(|attribute| attribute.value.into_owned()))
}

fn is_true(text: Option<&str>) -> bool {
    matches!(text, Some("1" | "true"))
}

/// `A1:C3` as a range; the corners may stand in any order.
fn range(text: &str) -> Option<Merge> {
    let (one, other) = text.split_once(':').unwrap_or((text, text));
    let ((row_a, col_a), (row_b, col_b)) = (cell(one)?, cell(other)?);
    Some(Merge {
        first_row: row_a.min(row_b),
        first_col: col_a.min(col_b),
        last_row: row_a.max(row_b),
        last_col: col_a.max(col_b),
    })
}

fn cell(text: &str) -> Option<(u32, u32)> {
    let text = text.trim().replace('$', "");
    let at = text.find(|c: char| c.is_ascii_digit())?;
    let row: u32 = text[at..].parse().ok()?;
    Some((row, column_number(&text[..at])?))
}

/// Everything up to the end of the rows. A cell is passed over byte by byte; only `<row …>` is read.
fn scan_rows(part: &mut impl BufRead, prefix: &[u8], hidden: &mut Hidden) -> io::Result<()> {
    let row_name = [prefix, b"row"].concat();
    let end_name = [b"/", prefix, b"sheetData"].concat();
    let mut row = 0_u32;
    let mut tag = Vec::new();
    loop {
        if part.skip_until(b'<')? == 0 {
            return Ok(());
        }
        // Most tags are told by their first letters, without being read.
        let ahead = part.fill_buf()?;
        let is_wanted = match ahead.first() {
            None => return Ok(()),
            Some(b'/') => may_begin(ahead, &end_name),
            Some(_) => may_begin(ahead, &row_name),
        };
        if !is_wanted {
            continue;
        }
        tag.clear();
        part.read_until(b'>', &mut tag)?;
        if tag.starts_with(&end_name) {
            return Ok(());
        }
        let behind = tag.get(row_name.len()).copied().unwrap_or_default();
        if tag.starts_with(&row_name) && matches!(behind, b' ' | b'\t' | b'\r' | b'\n' | b'>' | b'/') {
            let text = String::from_utf8_lossy(&tag[row_name.len()..]).into_owned();
            let numbered = value_of(&text, "r").and_then(|text| text.trim().parse().ok());
            row = numbered.unwrap_or(row + 1);
            if is_true(value_of(&text, "hidden")) {
                hidden.add_rows(row, row);
            }
        }
    }
}

/// Whether bytes begin with a name, as far as they reach.
fn may_begin(ahead: &[u8], name: &[u8]) -> bool {
    let length = ahead.len().min(name.len());
    ahead[..length] == name[..length]
}

/// The value of an attribute in the text of a tag.
fn value_of<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = tag;
    loop {
        let (key, behind) = rest.split_once('=')?;
        let behind = behind.trim_start();
        let quote = behind.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (value, after) = behind[1..].split_once(quote)?;
        if key.trim() == name {
            return Some(value);
        }
        rest = after;
    }
}

/// Counts what is inflated: the size that a part declares need not be true.
struct Counted<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.left = self
            .left
            .checked_sub(read as u64)
            .ok_or_else(|| io::Error::from(ErrorKind::FileTooLarge))?;
        Ok(read)
    }
}

fn fault(error: quick_xml::Error, limits: &Limits) -> SheetError {
    match &error {
        quick_xml::Error::Io(io) if io.kind() == ErrorKind::FileTooLarge => {
            let max = limits.inflated_bytes_max;
            SheetError::over(Limit::InflatedBytes, max.saturating_add(1), max)
        }
        _ => SheetError::corrupt(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHEET: &str = r#"<?xml version="1.0"?><x:worksheet xmlns:x="m">
        <x:cols><x:col min="3" max="4" hidden="1"/><x:col min="9" max="9"/></x:cols>
        <x:sheetData><x:row r="1" spans="1:3"><x:c r="A1"><x:v>1</x:v></x:c></x:row>
        <x:row r="4" hidden='true' ><x:c r="A4"/></x:row><x:row hidden="1"/><x:row r="9"/>
        <x:rowBreaks hidden="1"/></x:sheetData>
        <x:mergeCells count="2"><x:mergeCell ref="B4:A2"/><x:mergeCell ref="$A$1:C1"/></x:mergeCells></x:worksheet>"#;

    #[test]
    fn merges_and_hidden_parts_are_found_at_every_buffer_boundary() {
        for step in 1..=SHEET.len() {
            let bare = SHEET.replace("x:", "").replace("xmlns:x", "xmlns");
            for xml in [SHEET, bare.as_str()] {
                let scan = scan(
                    Stepping {
                        left: xml.as_bytes(),
                        step,
                    },
                    &Limits::default(),
                )
                .expect("scans");
                let merges: Vec<[u32; 4]> = scan
                    .merges
                    .iter()
                    .map(|merge| [merge.first_row, merge.first_col, merge.last_row, merge.last_col])
                    .collect();
                assert_eq!(merges, [[1, 1, 1, 3], [2, 1, 4, 2]]);
                let rows: Vec<u32> = (1..12).filter(|row| scan.hidden.row(*row)).collect();
                let cols: Vec<u32> = (1..12).filter(|col| scan.hidden.col(*col)).collect();
                assert_eq!((rows, cols), (vec![4, 5], vec![3, 4]));
            }
        }
    }

    #[test]
    fn the_inflated_size_is_counted_and_not_believed() {
        let limits = Limits {
            inflated_bytes_max: 100,
            ..Limits::default()
        };
        let error = scan(SHEET.as_bytes(), &limits).expect_err("larger than allowed");
        assert!(matches!(
            error,
            SheetError::OverLimit {
                limit: Limit::InflatedBytes,
                ..
            }
        ));
        let limits = Limits {
            merges_max: 1,
            ..Limits::default()
        };
        let error = scan(SHEET.as_bytes(), &limits).expect_err("two merges");
        assert!(matches!(
            error,
            SheetError::OverLimit {
                limit: Limit::Merges,
                ..
            }
        ));
    }

    struct Stepping<'a> {
        left: &'a [u8],
        step: usize,
    }

    impl Read for Stepping<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.step.min(self.left.len()).min(buffer.len());
            buffer[..count].copy_from_slice(&self.left[..count]);
            self.left = &self.left[count..];
            Ok(count)
        }
    }
}
