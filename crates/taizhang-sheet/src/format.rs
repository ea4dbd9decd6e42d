//! Room: what a file is, told by its content.
//!
//! Names lie: an `.xls` from a web system is often a web page, a `.csv` a renamed workbook. Nothing
//! here reads a cell.

use crate::error::{Disguise, SheetError};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use zip::ZipArchive;

/// The formats that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Format {
    /// Excel 2007 and later, WPS; with macros too, which are never run.
    Xlsx,
    /// Excel 97 to 2003, and `.et` of WPS.
    Xls,
    /// OpenDocument.
    Ods,
    /// Text with commas, tabs or semicolons.
    Csv,
}

/// Whether a file is a workbook of the kind whose parts can be written anew one by one.
pub fn is_xlsx(path: &Path) -> bool {
    matches!(sniff(path), Ok(Format::Xlsx))
}

/// Names the format of a file, or says what the file is instead.
pub(crate) fn sniff(path: &Path) -> Result<Format, SheetError> {
    let mut file = File::open(path).map_err(|error| SheetError::io(path, error))?;
    let mut head = Vec::new();
    let read = file.by_ref().take(HEAD_BYTES).read_to_end(&mut head);
    read.map_err(|error| SheetError::io(path, error))?;
    file.seek(SeekFrom::Start(0))
        .map_err(|error| SheetError::io(path, error))?;
    if head.starts_with(ZIP) {
        return sniff_zip(file);
    }
    if head.starts_with(OLE) {
        return sniff_ole(path, file);
    }
    match disguise(&head) {
        Some(found) => Err(SheetError::NotASheet { found }),
        None => Ok(Format::Csv),
    }
}

const HEAD_BYTES: u64 = 4096;
const ZIP: &[u8] = b"PK\x03\x04";
const OLE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
const ODS_TYPE: &[u8] = b"application/vnd.oasis.opendocument.spreadsheet";

fn sniff_zip(file: File) -> Result<Format, SheetError> {
    let mut archive = ZipArchive::new(file).map_err(SheetError::corrupt)?;
    let names: Vec<String> = archive
        .file_names_raw()
        .map(|name| String::from_utf8_lossy(name).replace('\\', "/").to_ascii_lowercase())
        .collect();
    let has = |begin: &str, end: &str| names.iter().any(|name| name.starts_with(begin) && name.ends_with(end));
    if has("xl/", "workbook.bin") {
        return Err(SheetError::NotASheet { found: Disguise::Xlsb });
    }
    if has("word/", "") || has("ppt/", "") {
        return Err(SheetError::NotASheet {
            found: Disguise::Document,
        });
    }
    if has("[content_types].xml", "") {
        return Ok(Format::Xlsx);
    }
    let mut kind = Vec::new();
    if let Ok(part) = archive.by_name("mimetype") {
        // A part that cannot be read has no type, which the comparison below says as well.
        let _ = part.take(ODS_TYPE.len() as u64).read_to_end(&mut kind);
    }
    if kind == ODS_TYPE {
        return Ok(Format::Ods);
    }
    let is_document = kind.starts_with(b"application/vnd.oasis");
    let found = if is_document {
        Disguise::Document
    } else {
        Disguise::Archive
    };
    Err(SheetError::NotASheet { found })
}

/// An OLE container is told apart by the names of its streams, which stand in it as UTF-16.
fn sniff_ole(path: &Path, mut file: File) -> Result<Format, SheetError> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)
        .map_err(|error| SheetError::io(path, error))?;
    let has = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(wide.len()).any(|window| window == wide)
    };
    if has("EncryptedPackage") {
        return Err(SheetError::Encrypted);
    }
    if has("Workbook\0") || has("Book\0") {
        return Ok(Format::Xls);
    }
    let is_document = has("WordDocument") || has("PowerPoint Document");
    let found = if is_document {
        Disguise::Document
    } else {
        Disguise::Unknown
    };
    Err(SheetError::NotASheet { found })
}

/// What the beginning of a file looks like, unless it looks like text.
fn disguise(head: &[u8]) -> Option<Disguise> {
    const MARKS: &[(&[u8], Disguise)] = &[
        (b"%PDF", Disguise::Pdf),
        (b"\x89PNG", Disguise::Image),
        (b"\xFF\xD8\xFF", Disguise::Image),
        (b"GIF8", Disguise::Image),
        (b"Rar!", Disguise::Archive),
        (b"7z\xBC\xAF", Disguise::Archive),
        (b"\x1F\x8B", Disguise::Archive),
        (b"PK", Disguise::Archive),
    ];
    if let Some((_, found)) = MARKS.iter().find(|(mark, _)| head.starts_with(mark)) {
        return Some(*found);
    }
    let wide = head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF");
    if head.contains(&0) && !wide {
        return Some(Disguise::Unknown);
    }
    let text = String::from_utf8_lossy(head).to_lowercase();
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if !text.starts_with('<') {
        return None;
    }
    if ["<html", "<table", "<!doctype html", "<meta"]
        .iter()
        .any(|tag| text.contains(tag))
    {
        return Some(Disguise::Html);
    }
    text.starts_with("<?xml").then_some(Disguise::Xml)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn sniffed(content: &[u8]) -> Result<Format, SheetError> {
        let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
        file.write_all(content).expect("written");
        sniff(file.path())
    }

    #[test]
    fn content_decides() {
        let wide = |name: &str| -> Vec<u8> {
            let name = name.encode_utf16().flat_map(u16::to_le_bytes);
            OLE.iter().copied().chain([0; 600]).chain(name).chain([0; 4]).collect()
        };
        let no = |found| Err(SheetError::NotASheet { found });
        let table: Vec<(Vec<u8>, Result<Format, SheetError>)> = vec![
            (b"a,b\n1,2\n".to_vec(), Ok(Format::Csv)),
            (Vec::new(), Ok(Format::Csv)),
            (b"\xFF\xFEa\0,\0b\0".to_vec(), Ok(Format::Csv)),
            (b"<not a tag>,b".to_vec(), Ok(Format::Csv)),
            (b"\xEF\xBB\xBF  <html><table>".to_vec(), no(Disguise::Html)),
            (b"<?xml version=\"1.0\"?><Workbook>".to_vec(), no(Disguise::Xml)),
            (b"%PDF-1.7".to_vec(), no(Disguise::Pdf)),
            (b"PK\x05\x06".to_vec(), no(Disguise::Archive)),
            (b"a\0b".to_vec(), no(Disguise::Unknown)),
            (wide("EncryptedPackage"), Err(SheetError::Encrypted)),
            (wide("Workbook"), Ok(Format::Xls)),
            (wide("WordDocument"), no(Disguise::Document)),
        ];
        for (content, expected) in table {
            assert_eq!(sniffed(&content), expected, "{}", String::from_utf8_lossy(&content));
        }
        assert!(matches!(
            sniffed(b"PK\x03\x04 and then nothing"),
            Err(SheetError::Corrupt { .. })
        ));
    }
}
