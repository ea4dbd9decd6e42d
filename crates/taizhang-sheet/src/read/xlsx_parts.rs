//! Room: which part of an xlsx package holds which sheet.
//!
//! Follows the package's relationships as the reader of cells does: paths are compared without
//! regard to case, a target may be absolute or relative to the workbook.

use crate::error::SheetError;
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeMap;
use std::io::{BufReader, Read, Seek};
use zip::ZipArchive;

/// Sheet name to the name of its part inside the package.
pub(super) fn sheet_parts<R: Read + Seek>(archive: &mut ZipArchive<R>) -> Result<BTreeMap<String, String>, SheetError> {
    let names = part_names(archive);
    let mut workbook = String::from("xl/workbook.xml");
    each_tag(archive, &names, "_rels/.rels", |tag| {
        let kind = attribute(tag, "Type")?.unwrap_or_default();
        if tag.local_name().as_ref() == "Relationship" && kind.ends_with("/relationships/officeDocument") {
            let target = attribute(tag, "Target")?.unwrap_or_default();
            target.trim_start_matches('/').clone_into(&mut workbook);
        }
        Ok(())
    })?;
    let (folder, file) = workbook.rsplit_once('/').map_or(("", workbook.as_str()), |pair| pair);
    let folder = if folder.is_empty() {
        String::new()
    } else {
        format!("{folder}/")
    };
    let mut targets = BTreeMap::new();
    each_tag(archive, &names, &format!("{folder}_rels/{file}.rels"), |tag| {
        if let (Some(id), Some(target)) = (attribute(tag, "Id")?, attribute(tag, "Target")?) {
            let path = target
                .strip_prefix('/')
                .map_or_else(|| format!("{folder}{target}"), str::to_owned);
            targets.insert(id, path);
        }
        Ok(())
    })?;
    let mut parts = BTreeMap::new();
    each_tag(archive, &names, &workbook, |tag| {
        if tag.local_name().as_ref() != "sheet" {
            return Ok(());
        }
        let path = relation(tag)?.and_then(|id| targets.get(&id));
        if let (Some(name), Some(path)) = (attribute(tag, "name")?, path) {
            parts.entry(name).or_insert_with(|| actual(&names, path));
        }
        Ok(())
    })?;
    Ok(parts)
}

/// Path in lower case with forward slashes to the name as stored.
type Names = BTreeMap<String, String>;

fn part_names<R: Read + Seek>(archive: &ZipArchive<R>) -> Names {
    let names = archive.file_names().flatten();
    names
        .map(|name| (name.replace('\\', "/").to_ascii_lowercase(), name.into_owned()))
        .collect()
}

fn actual(names: &Names, path: &str) -> String {
    names
        .get(&path.to_ascii_lowercase())
        .cloned()
        .unwrap_or_else(|| path.to_owned())
}

fn each_tag<R: Read + Seek>(
    archive: &mut ZipArchive<R>,
    names: &Names,
    path: &str,
    mut visit: impl FnMut(&BytesStart) -> Result<(), SheetError>,
) -> Result<(), SheetError> {
    let part = archive.by_name(&actual(names, path)).map_err(SheetError::corrupt)?;
    let mut xml = quick_xml::Reader::from_reader(BufReader::new(part));
    xml.config_mut().check_end_names = false;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer).map_err(SheetError::corrupt)? {
            Event::Start(tag) | Event::Empty(tag) => visit(&tag)?,
            Event::Eof => return Ok(()),
            _ => (),
        }
    }
}

fn attribute(tag: &BytesStart, name: &str) -> Result<Option<String>, SheetError> {
    let Some(attribute) = tag.try_get_attribute(name).map_err(SheetError::corrupt)? else {
        return Ok(None);
    };
    let value = attribute
        .normalized_value(quick_xml::XmlVersion::Implicit1_0)
        .map_err(SheetError::corrupt)?;
    Ok(Some(value.into_owned()))
}

/// The `id` of the relationships' namespace, whatever its prefix.
fn relation(tag: &BytesStart) -> Result<Option<String>, SheetError> {
    for found in tag.attributes().with_checks(false) {
        let found = found.map_err(SheetError::corrupt)?;
        if found.key.prefix().is_some() && found.key.local_name().as_ref() == "id" {
            return Ok(Some(found.value.into_owned()));
        }
    }
    Ok(None)
}
