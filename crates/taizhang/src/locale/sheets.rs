//! Room: what is wrong with a workbook, in words. The room of sheets says what it met; here is how a
//! reader is told.

use super::Locale;
use std::fmt::Display;
use taizhang_sheet::values::Why;
use taizhang_sheet::{Disguise, Limit, Refused, SheetError};

/// How many names of a list are told.
const LISTED: usize = 12;

impl Locale {
    /// Why a workbook was not taken.
    pub fn sheet(&self, error: &SheetError) -> String {
        let key = format!("sheet.{}", error.code());
        let say = |args: &[(&str, &dyn Display)]| self.say(&key, args);
        match error {
            SheetError::Io { what, cause } => say(&[("what", what), ("cause", cause)]),
            SheetError::NotASheet { found } => say(&[("found", &self.text(disguise(*found)))]),
            SheetError::Corrupt { detail } | SheetError::Unwritable { detail } => say(&[("detail", detail)]),
            SheetError::BadEncoding { byte, line } => say(&[("byte", byte), ("line", line)]),
            SheetError::OverLimit { limit, found, max, row } => say(&[
                ("limit", &self.text(limited(*limit))),
                ("found", found),
                ("max", max),
                ("row", &row.unwrap_or_default()),
            ]),
            SheetError::Refused { reason } => say(&[("reason", &self.text(ended(*reason)))]),
            SheetError::NoSuchSheet { asked, have } => say(&[("asked", asked), ("have", &self.some_of(have))]),
            SheetError::EmptySheet { sheet } => say(&[("sheet", sheet)]),
            SheetError::NoHeader {
                sheet,
                looked_for,
                searched,
                nearest,
            } => {
                let near = nearest.as_ref().map(|near| (near.row, self.some_of(&near.texts)));
                let (row, texts) = near.unwrap_or_default();
                let looked_for = self.some_of(looked_for);
                say(&[
                    ("sheet", sheet),
                    ("searched", searched),
                    ("looked_for", &looked_for),
                    ("row", &row),
                    ("texts", &texts),
                ])
            }
            SheetError::RowShape { expected, found } => say(&[("expected", expected), ("found", found)]),
            SheetError::Encrypted | SheetError::NoVisibleSheet | SheetError::Stopped => say(&[]),
        }
    }

    /// Why a cell was not read.
    pub fn why(&self, why: Why) -> String {
        self.text(&format!("why.{}", why.code())).to_owned()
    }

    /// A list, cut where nobody would read on.
    fn some_of(&self, names: &[String]) -> String {
        let more = if names.len() > LISTED { "…" } else { "" };
        format!("{}{more}", self.list(&names[..names.len().min(LISTED)]))
    }
}

fn disguise(found: Disguise) -> &'static str {
    match found {
        Disguise::Html => "sheet.found.html",
        Disguise::Xml => "sheet.found.xml",
        Disguise::Xlsb => "sheet.found.xlsb",
        Disguise::Document => "sheet.found.document",
        Disguise::Pdf => "sheet.found.pdf",
        Disguise::Archive => "sheet.found.archive",
        Disguise::Image => "sheet.found.image",
        Disguise::Unknown => "sheet.found.unknown",
    }
}

fn limited(limit: Limit) -> &'static str {
    match limit {
        Limit::FileBytes => "sheet.limit.file_bytes",
        Limit::InflatedBytes => "sheet.limit.inflated_bytes",
        Limit::ZipEntries => "sheet.limit.zip_entries",
        Limit::Ratio => "sheet.limit.ratio",
        Limit::SharedStrings => "sheet.limit.shared_strings",
        Limit::Cells => "sheet.limit.cells",
        Limit::Columns => "sheet.limit.columns",
        Limit::Rows => "sheet.limit.rows",
        Limit::TextChars => "sheet.limit.text_chars",
        Limit::Merges => "sheet.limit.merges",
        Limit::Sheets => "sheet.limit.sheets",
    }
}

fn ended(reason: Refused) -> &'static str {
    match reason {
        Refused::Memory => "sheet.ended.memory",
        Refused::Time => "sheet.ended.time",
        Refused::Crashed => "sheet.ended.crashed",
        Refused::Garbled => "sheet.ended.garbled",
        Refused::Unstartable => "sheet.ended.unstartable",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use taizhang_core::definition::Lang;
    use taizhang_sheet::Nearest;

    /// One of each, with every word that stands inside a sentence.
    fn all() -> Vec<SheetError> {
        let names: Vec<String> = (0..13).map(|at| format!("n{at}")).collect();
        let text = || "x".to_owned();
        let mut all = vec![
            SheetError::Io {
                what: text(),
                cause: text(),
            },
            SheetError::Encrypted,
            SheetError::Corrupt { detail: text() },
            SheetError::BadEncoding { byte: 1, line: 2 },
            SheetError::NoSuchSheet {
                asked: text(),
                have: names.clone(),
            },
            SheetError::NoVisibleSheet,
            SheetError::EmptySheet { sheet: text() },
            SheetError::Unwritable { detail: text() },
            SheetError::RowShape { expected: 1, found: 2 },
            SheetError::Stopped,
        ];
        for nearest in [
            None,
            Some(Nearest {
                row: 3,
                texts: names.clone(),
            }),
        ] {
            let looked_for = names[..2].to_vec();
            all.push(SheetError::NoHeader {
                sheet: text(),
                looked_for,
                searched: 40,
                nearest,
            });
        }
        let disguises = [
            Disguise::Html,
            Disguise::Xml,
            Disguise::Xlsb,
            Disguise::Document,
            Disguise::Pdf,
            Disguise::Archive,
            Disguise::Image,
            Disguise::Unknown,
        ];
        all.extend(disguises.map(|found| SheetError::NotASheet { found }));
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
        for row in [None, Some(7)] {
            all.extend(limits.map(|limit| SheetError::OverLimit {
                limit,
                found: 2,
                max: 1,
                row,
            }));
        }
        let ends = [
            Refused::Memory,
            Refused::Time,
            Refused::Crashed,
            Refused::Garbled,
            Refused::Unstartable,
        ];
        all.extend(ends.map(|reason| SheetError::Refused { reason }));
        all
    }

    #[test]
    fn the_chinese_words_are_those_of_the_room_of_sheets() {
        let zh = Locale::new(Lang::Zh);
        for error in all() {
            assert_eq!(zh.sheet(&error), error.to_string(), "{error:?}");
        }
        for why in Why::ALL {
            assert_eq!(zh.why(why), why.to_string(), "{why:?}");
        }
    }

    #[test]
    fn no_sentence_has_a_gap() {
        for lang in [Lang::Zh, Lang::En] {
            let locale = Locale::new(lang);
            for told in all()
                .iter()
                .map(|error| locale.sheet(error))
                .chain(Why::ALL.map(|why| locale.why(why)))
            {
                assert!(
                    !told.contains('{') && !told.starts_with("sheet.") && !told.starts_with("why."),
                    "{told}"
                );
            }
        }
    }
}
