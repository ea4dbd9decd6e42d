//! Room: what the child says to its parent, as bytes.
//!
//! A frame is one tag byte, the length as four bytes (little end first) and the content: JSON for
//! the few messages that are not rows, a compact form for rows. The parent trusts no length.

use crate::error::SheetError;
use crate::raw::{Book, Kind, Merge, RawCell, RawRow};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::io::{self, Read, Write};

/// In this order: the book; for each offered sheet, if there are several, the sheet, its first rows
/// and an end; then the chosen sheet, all its rows and an end. A failure may come anywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Message {
    Book(Book),
    Sheet(SheetStart),
    Rows(Vec<RawRow>),
    End,
    Failed(SheetError),
}

/// The beginning of a sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SheetStart {
    pub(crate) index: usize,
    pub(crate) merges: Vec<Merge>,
}

/// Writes one frame; `buffer` is only there to be used again.
pub(crate) fn write(out: &mut impl Write, message: &Message, buffer: &mut Vec<u8>) -> io::Result<()> {
    buffer.clear();
    let tag = match message {
        Message::Book(book) => json(TAG_BOOK, book, buffer)?,
        Message::Sheet(start) => json(TAG_SHEET, start, buffer)?,
        Message::Rows(rows) => {
            rows.iter().for_each(|row| put_row(row, buffer));
            TAG_ROWS
        }
        Message::End => TAG_END,
        Message::Failed(error) => json(TAG_FAILED, error, buffer)?,
    };
    let length = u32::try_from(buffer.len()).map_err(io::Error::other)?;
    out.write_all(&[tag])?;
    out.write_all(&length.to_le_bytes())?;
    out.write_all(buffer)
}

/// Reads one frame; nothing at a proper end, an error where it makes no sense.
pub(crate) fn read(source: &mut impl Read, buffer: &mut Vec<u8>) -> io::Result<Option<Message>> {
    let mut tag = [0];
    if source.read(&mut tag)? == 0 {
        return Ok(None);
    }
    let mut length = [0; 4];
    source.read_exact(&mut length)?;
    let length = u32::from_le_bytes(length);
    if length > FRAME_BYTES_MAX {
        return Err(garbled());
    }
    // Read up to the length instead of reserving it: the sender may be lying.
    buffer.clear();
    source.take(u64::from(length)).read_to_end(buffer)?;
    if buffer.len() as u64 != u64::from(length) {
        return Err(garbled());
    }
    let message = match tag[0] {
        TAG_BOOK => Message::Book(parse(buffer)?),
        TAG_SHEET => Message::Sheet(parse(buffer)?),
        TAG_ROWS => Message::Rows(take_rows(buffer).ok_or_else(garbled)?),
        TAG_END => Message::End,
        TAG_FAILED => Message::Failed(parse(buffer)?),
        _ => return Err(garbled()),
    };
    Ok(Some(message))
}

const TAG_BOOK: u8 = 0xB1;
const TAG_SHEET: u8 = 0xB2;
const TAG_ROWS: u8 = 0xB3;
const TAG_END: u8 = 0xB4;
const TAG_FAILED: u8 = 0xB5;

/// One row of 512 columns of the longest texts, in three bytes a character, and room to spare.
const FRAME_BYTES_MAX: u32 = 64 << 20;

fn garbled() -> io::Error {
    io::Error::from(io::ErrorKind::InvalidData)
}

fn json(tag: u8, value: &impl Serialize, buffer: &mut Vec<u8>) -> io::Result<u8> {
    serde_json::to_writer(buffer, value)?;
    Ok(tag)
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> io::Result<T> {
    serde_json::from_slice(bytes).map_err(|_| garbled())
}

const KINDS: [Kind; 7] = [
    Kind::Empty,
    Kind::Text,
    Kind::Untyped,
    Kind::Number,
    Kind::Bool,
    Kind::Date,
    Kind::Error,
];
const HIDDEN: u8 = 0x10;
const LOSSY: u8 = 0x20;
const PERCENT: u8 = 0x40;

fn put_row(row: &RawRow, buffer: &mut Vec<u8>) {
    put(row.row, buffer);
    put(row.cells.len() as u32, buffer);
    for cell in &row.cells {
        put(cell.col, buffer);
        let kind = KINDS.iter().position(|kind| *kind == cell.kind).unwrap_or_default() as u8;
        let flag = |set, bit| if set { bit } else { 0 };
        buffer.push(kind | flag(cell.hidden, HIDDEN) | flag(cell.lossy, LOSSY) | flag(cell.percent, PERCENT));
        put(cell.raw.len() as u32, buffer);
        buffer.extend_from_slice(cell.raw.as_bytes());
    }
}

fn take_rows(mut bytes: &[u8]) -> Option<Vec<RawRow>> {
    let mut rows = Vec::new();
    while !bytes.is_empty() {
        let row = take(&mut bytes)?;
        let count = take(&mut bytes)? as usize;
        // A cell takes three bytes at least, so a count cannot ask for more memory than was sent.
        let mut cells = Vec::with_capacity(count.min(bytes.len() / 3));
        for _ in 0..count {
            let col = take(&mut bytes)?;
            let (flags, rest) = bytes.split_first()?;
            bytes = rest;
            let length = take(&mut bytes)? as usize;
            let (raw, rest) = bytes.split_at_checked(length)?;
            bytes = rest;
            cells.push(RawCell {
                col,
                raw: std::str::from_utf8(raw).ok()?.to_owned(),
                kind: *KINDS.get(usize::from(flags & 0x0F))?,
                hidden: flags & HIDDEN != 0,
                lossy: flags & LOSSY != 0,
                percent: flags & PERCENT != 0,
            });
        }
        rows.push(RawRow { row, cells });
    }
    Some(rows)
}

/// Seven bits a byte, the lowest first, the top bit set on all but the last.
fn put(mut value: u32, buffer: &mut Vec<u8>) {
    while value >= 0x80 {
        buffer.push(value as u8 | 0x80);
        value >>= 7;
    }
    buffer.push(value as u8);
}

fn take(bytes: &mut &[u8]) -> Option<u32> {
    let mut value = 0_u64;
    for shift in (0..35).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            return u32::try_from(value).ok();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Format;
    use crate::raw::SheetInfo;

    fn messages() -> Vec<Message> {
        let cell = |col, raw: &str, kind, flags: [bool; 3]| RawCell {
            col,
            raw: raw.to_owned(),
            kind,
            hidden: flags[0],
            lossy: flags[1],
            percent: flags[2],
        };
        let all_kinds = (1..).zip(KINDS).map(|(col, kind)| cell(col, "台账", kind, [false; 3]));
        vec![
            Message::Book(Book {
                format: Format::Ods,
                sheets: vec![SheetInfo {
                    name: "八月".into(),
                    hidden: true,
                }],
                epoch_1904: true,
            }),
            Message::Sheet(SheetStart {
                index: 3,
                merges: vec![Merge {
                    first_row: 1,
                    first_col: 1,
                    last_row: 2,
                    last_col: 9,
                }],
            }),
            Message::Rows(vec![]),
            Message::Rows(vec![
                RawRow {
                    row: 1,
                    cells: all_kinds.collect(),
                },
                RawRow {
                    row: 1_048_576,
                    cells: vec![cell(16_384, &"长".repeat(200), Kind::Text, [true; 3])],
                },
                RawRow {
                    row: u32::MAX,
                    cells: vec![],
                },
            ]),
            Message::End,
            Message::Failed(SheetError::Encrypted),
        ]
    }

    #[test]
    fn what_is_written_is_read() {
        let (mut bytes, mut buffer) = (Vec::new(), Vec::new());
        for message in messages() {
            write(&mut bytes, &message, &mut buffer).expect("written");
        }
        let mut source = bytes.as_slice();
        for message in messages() {
            assert_eq!(read(&mut source, &mut buffer).expect("read"), Some(message));
        }
        assert_eq!(read(&mut source, &mut buffer).expect("the end"), None);
    }

    #[test]
    fn what_is_cut_or_changed_is_an_error_and_never_a_panic() {
        let mut buffer = Vec::new();
        for message in messages() {
            let mut bytes = Vec::new();
            write(&mut bytes, &message, &mut buffer).expect("written");
            for end in 1..bytes.len() {
                assert!(
                    read(&mut &bytes[..end], &mut buffer).is_err(),
                    "{message:?} cut at {end}"
                );
            }
            for at in 0..bytes.len() {
                let mut changed = bytes.clone();
                changed[at] ^= 0xFF;
                // Some changes give another valid text; none may end the parent.
                let _ = read(&mut changed.as_slice(), &mut buffer);
            }
        }
        let claims_much = [&[TAG_ROWS][..], &u32::MAX.to_le_bytes()].concat();
        assert!(read(&mut claims_much.as_slice(), &mut buffer).is_err());
    }
}
