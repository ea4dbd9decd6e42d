//! Room: what is checked about a zipped workbook before it is opened.
//!
//! Opening reserves memory for whatever the file declares (a table of shared texts of 1.7 kB can
//! claim nine thousand million entries), so the claims are checked first, with the same zip reader
//! that then reads. It inflates no more than the beginning of one part.

use crate::error::{Limit, SheetError};
use crate::limits::Limits;
use quick_xml::events::Event;
use std::io::{BufReader, Read, Seek};
use zip::ZipArchive;

/// Refuses a workbook whose directory of parts, or whose table of shared texts, is over the limits.
pub(crate) fn check<R: Read + Seek>(archive: &mut ZipArchive<R>, limits: &Limits) -> Result<(), SheetError> {
    let entries = archive.len() as u64;
    if entries > limits.zip_entries_max {
        return Err(SheetError::over(Limit::ZipEntries, entries, limits.zip_entries_max));
    }
    if archive.has_duplicate_names() {
        return Err(SheetError::corrupt("two parts of the same name"));
    }
    let mut inflated = 0_u64;
    for index in 0..archive.len() {
        let part = archive.by_index_raw(index).map_err(SheetError::corrupt)?;
        if part.encrypted() {
            return Err(SheetError::Encrypted);
        }
        inflated = inflated.saturating_add(part.size());
        check_ratio(part.size(), part.compressed_size(), limits)?;
        let is_texts = part.name_raw().to_ascii_lowercase().ends_with(b"sharedstrings.xml");
        let size = part.size();
        drop(part);
        if is_texts {
            check_shared_strings(archive, index, size, limits)?;
        }
    }
    if inflated > limits.inflated_bytes_max {
        return Err(SheetError::over(
            Limit::InflatedBytes,
            inflated,
            limits.inflated_bytes_max,
        ));
    }
    Ok(())
}

/// Small parts may be dense: a sheet of a hundred equal rows is.
const RATIO_FROM_BYTES: u64 = 1 << 20;

fn check_ratio(size: u64, packed: u64, limits: &Limits) -> Result<(), SheetError> {
    let ratio = size / packed.max(1);
    if size > RATIO_FROM_BYTES && ratio > limits.ratio_max {
        return Err(SheetError::over(Limit::Ratio, ratio, limits.ratio_max));
    }
    Ok(())
}

/// The shortest entry is `<si/>`, so a table can never hold more than a fifth of its bytes.
const ENTRY_BYTES_MIN: u64 = 5;

fn check_shared_strings<R: Read + Seek>(
    archive: &mut ZipArchive<R>,
    index: usize,
    size: u64,
    limits: &Limits,
) -> Result<(), SheetError> {
    let part = archive.by_index(index).map_err(SheetError::corrupt)?;
    let declared = declared_count(BufReader::new(part))?;
    let max = limits.shared_strings_max.min(size / ENTRY_BYTES_MIN);
    if declared > max {
        return Err(SheetError::over(Limit::SharedStrings, declared, max));
    }
    Ok(())
}

/// The `uniqueCount` of the table, 0 if there is none. What is no number counts as the digits in it.
fn declared_count(part: impl std::io::BufRead) -> Result<u64, SheetError> {
    let mut xml = quick_xml::Reader::from_reader(part);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer).map_err(SheetError::corrupt)? {
            Event::Start(tag) | Event::Empty(tag) if tag.local_name().as_ref() == "sst" => {
                let count = tag.try_get_attribute("uniqueCount").map_err(SheetError::corrupt)?;
                let digits = count.map_or_else(String::new, |count| {
                    count.value.chars().filter(char::is_ascii_digit).collect()
                });
                let is_blank = digits.is_empty();
                return Ok(digits.parse().unwrap_or(if is_blank { 0 } else { u64::MAX }));
            }
            Event::Eof => return Ok(0),
            _ => (),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_declared_count_is_found_wherever_it_stands() {
        let table: &[(&str, u64)] = &[
            ("<sst uniqueCount=\"9000000000\"/>", 9_000_000_000),
            ("<?xml version=\"1.0\"?><!-- x --><x:sst count='4' uniqueCount='2'>", 2),
            ("<sst uniqueCount=\" +12 \">", 12),
            ("<sst uniqueCount=\"99999999999999999999999\">", u64::MAX),
            ("<sst count=\"7\">", 0),
            ("<sst uniqueCount=\"\">", 0),
            ("", 0),
        ];
        for (xml, expected) in table {
            assert_eq!(declared_count(xml.as_bytes()), Ok(*expected), "{xml}");
        }
    }
}
