//! Room: every way in which a workbook is not taken.
//!
//! Each variant has a code for programs and a sentence for people. It never holds another crate's
//! error: the parsing child sends these over a pipe.

use crate::locale::message;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a workbook could not be read or written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SheetError {
    /// The file system said no.
    Io {
        /// The file's name, without its folder.
        what: String,
        /// What the system said.
        cause: String,
    },
    /// The content is something else than a workbook, whatever the file's name says.
    NotASheet {
        /// What it looks like.
        found: Disguise,
    },
    /// The workbook asks for a password.
    Encrypted,
    /// The content breaks off or contradicts itself.
    Corrupt {
        /// What the parser met; English, for support.
        detail: String,
    },
    /// A text file that is neither UTF-8 nor GB18030.
    BadEncoding {
        /// The first byte that fits neither, counted from 0.
        byte: u64,
        /// Its line, counted from 1.
        line: u64,
    },
    /// More than the limits allow.
    OverLimit {
        /// Which limit.
        limit: Limit,
        /// How much there is, as far as it was counted.
        found: u64,
        /// How much may be.
        max: u64,
        /// The row where it was noticed.
        row: Option<u32>,
    },
    /// The parsing child did not come to an end by itself.
    Refused {
        /// Why.
        reason: Refused,
    },
    /// There is no sheet of this name.
    NoSuchSheet {
        /// The name asked for.
        asked: String,
        /// The names there are.
        have: Vec<String>,
    },
    /// Every sheet is hidden and none was named.
    NoVisibleSheet,
    /// The sheet holds nothing.
    EmptySheet {
        /// Its name.
        sheet: String,
    },
    /// No row of the sheet looks like the header that was looked for.
    NoHeader {
        /// The sheet that came closest, or the one named.
        sheet: String,
        /// The headings looked for, as far as the caller lists them.
        looked_for: Vec<String>,
        /// How many rows were searched.
        searched: u32,
        /// The row that came closest.
        nearest: Option<Nearest>,
    },
    /// A workbook could not be written.
    Unwritable {
        /// What the writer said; English, for support.
        detail: String,
    },
    /// A row to be written does not have one cell per column.
    RowShape {
        /// One per column.
        expected: u32,
        /// What was given.
        found: u32,
    },
    /// The reader of the rows wants no more.
    Stopped,
}

/// The row that looked most like a header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nearest {
    /// Its number in the sheet.
    pub row: u32,
    /// What stands in it.
    pub texts: Vec<String>,
}

/// What a file that is no workbook looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Disguise {
    Html,
    Xml,
    Xlsb,
    Document,
    Pdf,
    Archive,
    Image,
    Unknown,
}

/// What is limited; the fields of [`crate::Limits`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Limit {
    FileBytes,
    InflatedBytes,
    ZipEntries,
    Ratio,
    SharedStrings,
    Cells,
    Columns,
    Rows,
    TextChars,
    Merges,
    Sheets,
}

/// How the parsing child ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refused {
    /// It asked for more memory than it may have.
    Memory,
    /// It took longer than it may.
    Time,
    /// It fell over.
    Crashed,
    /// What it said could not be understood.
    Garbled,
    /// It could not be started.
    Unstartable,
}

impl SheetError {
    /// A stable name for programs.
    pub fn code(&self) -> &'static str {
        match self {
            SheetError::Io { .. } => "io",
            SheetError::NotASheet { .. } => "not_a_sheet",
            SheetError::Encrypted => "encrypted",
            SheetError::Corrupt { .. } => "corrupt",
            SheetError::BadEncoding { .. } => "bad_encoding",
            SheetError::OverLimit { row: None, .. } => "over_limit",
            SheetError::OverLimit { row: Some(_), .. } => "over_limit_at",
            SheetError::Refused { .. } => "refused",
            SheetError::NoSuchSheet { .. } => "no_such_sheet",
            SheetError::NoVisibleSheet => "no_visible_sheet",
            SheetError::EmptySheet { .. } => "empty_sheet",
            SheetError::NoHeader { nearest: None, .. } => "no_header",
            SheetError::NoHeader { nearest: Some(_), .. } => "no_header_near",
            SheetError::Unwritable { .. } => "unwritable",
            SheetError::RowShape { .. } => "row_shape",
            SheetError::Stopped => "stopped",
        }
    }

    /// The parser's own error; all of them mean that the file is not what it should be.
    pub(crate) fn corrupt(detail: impl fmt::Display) -> SheetError {
        SheetError::Corrupt {
            detail: detail.to_string(),
        }
    }

    /// A file system error, told with the file's name only: folders are nobody's business.
    pub(crate) fn io(path: &std::path::Path, cause: impl fmt::Display) -> SheetError {
        let what = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        SheetError::Io {
            what: what.into_owned(),
            cause: cause.to_string(),
        }
    }

    /// A limit that the whole file is over.
    pub(crate) fn over(limit: Limit, found: u64, max: u64) -> SheetError {
        SheetError::OverLimit {
            limit,
            found,
            max,
            row: None,
        }
    }
}

impl fmt::Display for SheetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.code();
        let sentence = match self {
            SheetError::Io { what, cause } => message(code, &[("what", what), ("cause", cause)]),
            SheetError::NotASheet { found } => message(code, &[("found", &message(found.key(), &[]))]),
            SheetError::Corrupt { detail } | SheetError::Unwritable { detail } => message(code, &[("detail", detail)]),
            SheetError::BadEncoding { byte, line } => message(code, &[("byte", byte), ("line", line)]),
            SheetError::OverLimit { limit, found, max, row } => {
                let (limit, row) = (message(limit.key(), &[]), row.unwrap_or_default());
                message(
                    code,
                    &[("limit", &limit), ("found", found), ("max", max), ("row", &row)],
                )
            }
            SheetError::Refused { reason } => message(code, &[("reason", &message(reason.key(), &[]))]),
            SheetError::NoSuchSheet { asked, have } => message(code, &[("asked", asked), ("have", &listed(have))]),
            SheetError::EmptySheet { sheet } => message(code, &[("sheet", sheet)]),
            SheetError::NoHeader {
                sheet,
                looked_for,
                searched,
                nearest,
            } => {
                let (row, texts) = nearest
                    .as_ref()
                    .map_or((0, String::new()), |near| (near.row, listed(&near.texts)));
                let looked_for = listed(looked_for);
                message(
                    code,
                    &[
                        ("sheet", sheet),
                        ("searched", searched),
                        ("looked_for", &looked_for),
                        ("row", &row),
                        ("texts", &texts),
                    ],
                )
            }
            SheetError::RowShape { expected, found } => message(code, &[("expected", expected), ("found", found)]),
            SheetError::Encrypted | SheetError::NoVisibleSheet | SheetError::Stopped => message(code, &[]),
        };
        f.write_str(&sentence)
    }
}

impl std::error::Error for SheetError {}

/// A list as it stands in a sentence, cut where nobody would read on.
fn listed(names: &[String]) -> String {
    const SHOWN: usize = 12;
    let mut text = names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join("、");
    if names.len() > SHOWN {
        text.push('…');
    }
    text
}

impl Disguise {
    fn key(self) -> &'static str {
        match self {
            Disguise::Html => "found.html",
            Disguise::Xml => "found.xml",
            Disguise::Xlsb => "found.xlsb",
            Disguise::Document => "found.document",
            Disguise::Pdf => "found.pdf",
            Disguise::Archive => "found.archive",
            Disguise::Image => "found.image",
            Disguise::Unknown => "found.unknown",
        }
    }
}

impl Limit {
    fn key(self) -> &'static str {
        match self {
            Limit::FileBytes => "limit.file_bytes",
            Limit::InflatedBytes => "limit.inflated_bytes",
            Limit::ZipEntries => "limit.zip_entries",
            Limit::Ratio => "limit.ratio",
            Limit::SharedStrings => "limit.shared_strings",
            Limit::Cells => "limit.cells",
            Limit::Columns => "limit.columns",
            Limit::Rows => "limit.rows",
            Limit::TextChars => "limit.text_chars",
            Limit::Merges => "limit.merges",
            Limit::Sheets => "limit.sheets",
        }
    }
}

impl Refused {
    fn key(self) -> &'static str {
        match self {
            Refused::Memory => "refused.memory",
            Refused::Time => "refused.time",
            Refused::Crashed => "refused.crashed",
            Refused::Garbled => "refused.garbled",
            Refused::Unstartable => "refused.unstartable",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One of each; a variant without its sentence fails here.
    fn all() -> Vec<SheetError> {
        let text = String::new;
        let header = |nearest| SheetError::NoHeader {
            sheet: text(),
            looked_for: vec!["项目名称".into(); 13],
            searched: 40,
            nearest,
        };
        vec![
            SheetError::io(std::path::Path::new("folder/a.xlsx"), "x"),
            SheetError::NotASheet { found: Disguise::Html },
            SheetError::Encrypted,
            SheetError::corrupt("x"),
            SheetError::BadEncoding { byte: 1, line: 1 },
            SheetError::over(Limit::Cells, 2, 1),
            SheetError::OverLimit {
                limit: Limit::TextChars,
                found: 2,
                max: 1,
                row: Some(3),
            },
            SheetError::Refused {
                reason: Refused::Memory,
            },
            SheetError::NoSuchSheet {
                asked: text(),
                have: vec![],
            },
            SheetError::NoVisibleSheet,
            SheetError::EmptySheet { sheet: text() },
            header(None),
            header(Some(Nearest {
                row: 3,
                texts: vec![text()],
            })),
            SheetError::Unwritable { detail: text() },
            SheetError::RowShape { expected: 1, found: 2 },
            SheetError::Stopped,
        ]
    }

    #[test]
    fn every_error_has_a_sentence_without_open_places() {
        for error in all() {
            let sentence = error.to_string();
            assert_ne!(sentence, error.code());
            assert!(!sentence.contains(['{', '}']), "{sentence}");
            assert!(!sentence.contains("folder"), "{sentence}");
        }
    }

    #[test]
    fn every_part_of_a_sentence_has_its_words() {
        use Disguise::*;
        let mut keys: Vec<&str> = [Html, Xml, Xlsb, Document, Pdf, Archive, Image, Unknown]
            .map(Disguise::key)
            .to_vec();
        let limits = [
            Limit::FileBytes,
            Limit::InflatedBytes,
            Limit::ZipEntries,
            Limit::Ratio,
            Limit::SharedStrings,
            Limit::Cells,
            Limit::Columns,
            Limit::Rows,
            Limit::TextChars,
            Limit::Merges,
            Limit::Sheets,
        ];
        keys.extend(limits.map(Limit::key));
        let ends = [
            Refused::Memory,
            Refused::Time,
            Refused::Crashed,
            Refused::Garbled,
            Refused::Unstartable,
        ];
        keys.extend(ends.map(Refused::key));
        for key in keys {
            assert_ne!(message(key, &[]), key);
        }
    }
}
