//! Room: workbooks made for tests, and results written so that they read as the sheet does.
//!
//! All ledgers here are invented. Nothing of the network, nothing outside the temporary folder.

#![allow(dead_code, clippy::unwrap_used)]

use rust_xlsxwriter::{Format, Workbook, Worksheet};
use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use taizhang_sheet::{BodyCell, BodyRow, Headings, Kind, ReadOptions, SheetError, Table, find_table, open_in_process};
use tempfile::{NamedTempFile, TempPath};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// A caller that knows these headings.
pub(crate) struct Known(pub(crate) &'static [&'static str]);

impl Headings for Known {
    fn knows(&self, normalised: &str) -> bool {
        self.0.contains(&normalised)
    }

    fn looked_for(&self) -> Vec<String> {
        self.0.iter().map(|heading| (*heading).to_owned()).collect()
    }
}

/// A file of this content; it is gone when the path is dropped.
pub(crate) fn file(content: &[u8], suffix: &str) -> TempPath {
    let mut file = tempfile::Builder::new().suffix(suffix).tempfile().unwrap();
    file.write_all(content).unwrap();
    file.into_temp_path()
}

/// A workbook built by hand.
pub(crate) fn workbook(build: impl FnOnce(&mut Workbook)) -> TempPath {
    let mut workbook = Workbook::new();
    build(&mut workbook);
    let path = NamedTempFile::with_suffix(".xlsx").unwrap().into_temp_path();
    workbook.save(&path).unwrap();
    path
}

/// A workbook of one sheet written as lines of cells with `|` between them; see [`fill`].
pub(crate) fn sheet(lines: &[&str]) -> TempPath {
    workbook(|workbook| fill(workbook.add_worksheet(), lines))
}

/// Fills a sheet. A cell `#1.5` is the number 1.5, `text>3` is merged over three columns, `text^2` over two
/// rows, `text>3^2` over both. Cells under a merge are written as `.`, a blank cell as nothing.
pub(crate) fn fill(sheet: &mut Worksheet, lines: &[&str]) {
    for (row, line) in (0..).zip(lines) {
        for (col, cell) in (0..)
            .zip(line.split('|'))
            .filter(|(_, cell)| !matches!(*cell, "" | "."))
        {
            put(sheet, row, col, cell);
        }
    }
}

fn put(sheet: &mut Worksheet, row: u32, col: u16, cell: &str) {
    let (cell, height) = cell
        .rsplit_once('^')
        .map_or((cell, 1), |(text, rows)| (text, rows.parse::<u32>().unwrap()));
    let (cell, width) = match cell.rsplit_once('>') {
        Some((text, cols)) => (text, cols.parse::<u16>().unwrap()),
        None => (cell, 1),
    };
    if height > 1 || width > 1 {
        let last = (row + height - 1, col + width - 1);
        sheet.merge_range(row, col, last.0, last.1, "", &Format::new()).unwrap();
    }
    match cell.strip_prefix('#').and_then(|number| number.parse::<f64>().ok()) {
        Some(number) => sheet.write_number(row, col, number).unwrap(),
        None => sheet.write_string(row, col, cell.replace('\\', "\n")).unwrap(),
    };
}

/// The same workbook with one text of one part replaced.
pub(crate) fn patched(path: &Path, part: &str, from: &str, to: &str) -> TempPath {
    repacked(path, |name, content| {
        if name != part {
            return content;
        }
        let text = String::from_utf8(content).unwrap();
        assert!(text.contains(from), "{part} has no {from}: {text}");
        text.replace(from, to).into_bytes()
    })
}

/// The same package with its parts changed.
pub(crate) fn repacked(path: &Path, mut change: impl FnMut(&str, Vec<u8>) -> Vec<u8>) -> TempPath {
    let mut archive = ZipArchive::new(fs::File::open(path).unwrap()).unwrap();
    let parts: Vec<(String, Vec<u8>)> = (0..archive.len())
        .map(|index| {
            let mut part = archive.by_index(index).unwrap();
            let mut content = Vec::new();
            part.read_to_end(&mut content).unwrap();
            (part.name().unwrap().into_owned(), content)
        })
        .collect();
    let parts: Vec<(String, Vec<u8>)> = parts
        .into_iter()
        .map(|(name, content)| {
            let changed = change(&name, content);
            (name, changed)
        })
        .collect();
    package(&parts, ".xlsx")
}

/// A zip of these parts.
pub(crate) fn package(parts: &[(String, Vec<u8>)], suffix: &str) -> TempPath {
    let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    file(&writer.finish().unwrap().into_inner(), suffix)
}

/// An OpenDocument sheet with this body of `office:spreadsheet`. Line breaks are only for the reader of the
/// test: the programs that write this format put no space between the cells of a row.
pub(crate) fn ods(tables: &str) -> TempPath {
    let tables: String = tables.split('\n').map(str::trim_start).collect::<Vec<_>>().join("");
    let content = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><office:document-content
        xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
        xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
        xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
        xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
        xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:automatic-styles>
        <style:style style:name="hid"><style:table-properties table:display="false"/></style:style>
        </office:automatic-styles><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>
        </office:document-content>"#
    );
    let manifest = r#"<?xml version="1.0"?><manifest:manifest
        xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"></manifest:manifest>"#;
    let part = |name: &str, content: &str| (name.to_owned(), content.as_bytes().to_vec());
    let parts = [
        part("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        part("META-INF/manifest.xml", manifest),
        part("content.xml", &content),
    ];
    package(&parts, ".ods")
}

/// Finds the table and reads it to the end.
pub(crate) fn table(path: &Path, known: &'static [&'static str]) -> Result<(Table, Vec<BodyRow>), SheetError> {
    table_of(path, known, &ReadOptions::default())
}

/// The same with options.
pub(crate) fn table_of(
    path: &Path,
    known: &'static [&'static str],
    options: &ReadOptions,
) -> Result<(Table, Vec<BodyRow>), SheetError> {
    let mut reader = find_table(open_in_process(path, options)?, &Known(known))?;
    let rows = reader.by_ref().collect::<Result<Vec<_>, _>>()?;
    Ok((reader.table().clone(), rows))
}

/// A row as `number [section] a|b|c`. Behind a cell: `^` filled from above, `<` covered, `!` digits lost,
/// `%` shown as percent, `:` and the kind unless it is a text. Before the number `~` if it is hidden.
pub(crate) fn shown(row: &BodyRow) -> String {
    let hidden = if row.hidden { "~" } else { "" };
    let section = row
        .section
        .as_ref()
        .map_or(String::new(), |section| format!(" [{section}]"));
    let cells: Vec<String> = row.cells.iter().map(shown_cell).collect();
    format!("{hidden}{}{section} {}", row.row, cells.join("|"))
}

fn shown_cell(cell: &BodyCell) -> String {
    let kind = match cell.kind {
        Kind::Empty | Kind::Text => "",
        Kind::Untyped => ":u",
        Kind::Number => ":n",
        Kind::Bool => ":b",
        Kind::Date => ":d",
        Kind::Error => ":e",
    };
    let marks = [
        (cell.filled, "^"),
        (cell.covered, "<"),
        (cell.lossy, "!"),
        (cell.percent, "%"),
    ];
    let marks: String = marks.iter().filter(|(set, _)| *set).map(|(_, mark)| *mark).collect();
    format!("{}{kind}{marks}", cell.raw.replace('\n', "\\"))
}

/// Rows as lines.
pub(crate) fn lines(rows: &[BodyRow]) -> Vec<String> {
    rows.iter().map(shown).collect()
}

/// Columns as `letter heading (measure)`, unknown ones with a question mark.
pub(crate) fn columns(table: &Table) -> Vec<String> {
    let column = |column: &taizhang_sheet::Column| {
        let measure = column
            .measure
            .as_ref()
            .map_or(String::new(), |measure| format!(" ({measure})"));
        let unknown = if column.known { "" } else { "?" };
        format!("{} {}{measure}{unknown}", column.letter, column.name)
    };
    table.columns.iter().map(column).collect()
}

/// Skipped rows as `row why`.
pub(crate) fn skipped(table: &Table) -> Vec<String> {
    table
        .skipped
        .iter()
        .map(|skip| format!("{} {}", skip.row, skip.why.code()))
        .collect()
}

/// One part of a package, as text.
pub(crate) fn part(path: &Path, name: &str) -> String {
    let mut archive = ZipArchive::new(fs::File::open(path).unwrap()).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}
