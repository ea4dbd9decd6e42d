//! Room: cells of somebody else's workbook filled in, and nothing else of it touched.
//!
//! Only the XML of the sheets that have such a cell is written anew, event by event; every other part is
//! copied as the bytes it is. The form is a stranger's file, so a child process does all of this.

mod child;
mod sheet;
mod style;

pub use child::{SUBCOMMAND, fill, serve_fill};

use crate::error::SheetError;
use crate::limits::Limits;
use serde::{Deserialize, Serialize};
use sheet::fill_sheet;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read, Seek, Write};
use zip::{ZipArchive, ZipWriter};

/// A cell to be filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FillCell {
    /// The sheet's name.
    pub sheet: String,
    /// Its row, from 1.
    pub row: u32,
    /// Its column, A is 1.
    pub col: u32,
    /// What it is to hold.
    pub value: FillValue,
}

/// What a cell is to hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FillValue {
    /// A number in decimal digits.
    Number(String),
    /// A text.
    Text(String),
    /// What it holds, on the ground of a marked cell.
    Mark,
}

/// What became of a form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filled {
    /// Cells that hold a formula, which nobody writes over.
    pub formulas: Vec<String>,
    /// Sheets that the form does not have.
    pub no_sheet: Vec<String>,
    /// Empty cells of the form that nothing was bound to, the first so many.
    pub unbound: Vec<String>,
}

/// How many empty cells are named.
pub(crate) const UNBOUND: usize = 200;

/// Fills a form; runs in the child.
pub(crate) fn fill_here(
    form: impl Read + Seek,
    cells: &[FillCell],
    limits: &Limits,
) -> Result<(Vec<u8>, Filled), SheetError> {
    let mut archive = ZipArchive::new(form).map_err(SheetError::corrupt)?;
    let parts = parts(&mut archive, limits)?;
    let marks = cells.iter().any(|cell| cell.value == FillValue::Mark);
    let twins = match marks && archive.index_for_name(STYLES).is_some() {
        true => style::with_marked_twins(&text(&mut archive, STYLES, limits)?)?,
        false => None,
    };
    let marked = twins.as_ref().map(|(_, count)| *count);
    let mut by_part: BTreeMap<&str, Vec<&FillCell>> = BTreeMap::new();
    let mut filled = Filled::default();
    let mut missing = BTreeSet::new();
    for cell in cells {
        match parts.get(&cell.sheet) {
            Some(part) => by_part.entry(part).or_default().push(cell),
            None => {
                missing.insert(cell.sheet.clone());
            }
        }
    }
    filled.no_sheet = missing.into_iter().collect();
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..archive.len() {
        let entry = archive.by_index_raw(at).map_err(SheetError::corrupt)?;
        let name = entry.name().map_err(SheetError::corrupt)?.into_owned();
        let sheet = parts
            .iter()
            .find(|(_, part)| **part == name)
            .map(|(sheet, _)| sheet.clone());
        if let (STYLES, Some((anew, _))) = (name.as_str(), &twins) {
            drop(entry);
            put(&mut out, name, anew)?;
            continue;
        }
        let wanted = by_part.get(name.as_str());
        let (Some(sheet), Some(wanted)) = (sheet, wanted) else {
            out.raw_copy_file(entry).map_err(SheetError::corrupt)?;
            continue;
        };
        drop(entry);
        let xml = text(&mut archive, &name, limits)?;
        let anew = fill_sheet(&xml, (&sheet, marked), wanted, &mut filled)?;
        put(&mut out, name, &anew)?;
    }
    let bytes = out.finish().map_err(SheetError::corrupt)?.into_inner();
    Ok((bytes, filled))
}

/// Where the styles of a workbook stand.
const STYLES: &str = "xl/styles.xml";

fn put(out: &mut ZipWriter<Cursor<Vec<u8>>>, name: String, bytes: &[u8]) -> Result<(), SheetError> {
    out.start_file(name, zip::write::SimpleFileOptions::default())
        .and_then(|()| out.write_all(bytes).map_err(Into::into))
        .map_err(SheetError::corrupt)
}

/// The part that each sheet stands in, by its name.
fn parts<R: Read + Seek>(archive: &mut ZipArchive<R>, limits: &Limits) -> Result<BTreeMap<String, String>, SheetError> {
    let relations = text(archive, "xl/_rels/workbook.xml.rels", limits)?;
    let mut targets: BTreeMap<String, String> = BTreeMap::new();
    sheet::each_tag(&relations, "Relationship", &mut |get| {
        if let (Some(id), Some(target)) = (get("Id"), get("Target")) {
            let path = target.trim_start_matches('/');
            let path = if path.starts_with("xl/") {
                path.to_owned()
            } else {
                format!("xl/{path}")
            };
            targets.insert(id, path);
        }
    })?;
    let workbook = text(archive, "xl/workbook.xml", limits)?;
    let mut parts = BTreeMap::new();
    sheet::each_tag(&workbook, "sheet", &mut |get| {
        if let (Some(name), Some(id)) = (get("name"), get("id")) {
            parts.extend(targets.get(&id).map(|part| (name, part.clone())));
        }
    })?;
    Ok(parts)
}

/// A part inflated, as far as the limits let it.
fn text<R: Read + Seek>(archive: &mut ZipArchive<R>, name: &str, limits: &Limits) -> Result<Vec<u8>, SheetError> {
    let part = archive.by_name(name).map_err(SheetError::corrupt)?;
    let mut bytes = Vec::new();
    let most = limits.inflated_bytes_max.min(limits.memory_bytes_max / 4);
    part.take(most + 1)
        .read_to_end(&mut bytes)
        .map_err(SheetError::corrupt)?;
    if bytes.len() as u64 > most {
        return Err(SheetError::over(
            crate::error::Limit::InflatedBytes,
            bytes.len() as u64,
            most,
        ));
    }
    Ok(bytes)
}
