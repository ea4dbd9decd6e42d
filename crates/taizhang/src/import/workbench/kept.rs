//! Room: the sender's workbook, kept as ciphertext beside the evidence under the hash of what lies
//! there. From it any cell that an entry came from can be shown as it stood.

use super::read_as::{ReadAs, readings};
use super::{hash_text, not_permitted, parser, table};
use crate::app::App;
use crate::app::evidence::{Doing, EVIDENCE_BYTES, unhex};
use crate::app::scope::Scope;
use crate::app::scratch::Scratch;
use crate::error::AppError;
use crate::keys::{KeyId, SubjectKey, hex};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use taizhang_core::decide::Gate;
use taizhang_core::definition::Verb;
use taizhang_core::id::EntryNo;
use taizhang_sheet::{Kind, ReadOptions, column_letters};

/// Where a kept workbook lies.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The hash of the workbook itself: what its entries name.
    pub file: String,
    /// The hash of its ciphertext.
    pub hash: String,
    /// The size of that.
    pub size: u64,
    /// The key that it is sealed with.
    pub subject: String,
}

impl Kept {
    pub(super) fn subject(&self, app: &App) -> Option<SubjectKey> {
        let id: KeyId = taizhang_store::cells::unhex_any(&self.subject)?.try_into().ok()?;
        app.keys().subject(id)
    }
}

/// Keeps a workbook. It is no evidence: no entry names it, and a book without it is whole.
pub(super) fn keep(app: &App, subject: &SubjectKey, content: &[u8]) -> Result<Kept, AppError> {
    let sealed = subject.seal_file(content)?;
    let fault = |fault| app.evidence_fault(Doing::Keep, &fault);
    let mut arriving = app.evidence().arriving(EVIDENCE_BYTES + 1024).map_err(fault)?;
    if !arriving.take(&sealed).map_err(fault)? {
        return Err(AppError::said("http.too_large", &[]));
    }
    app.evidence().put(&arriving).map_err(fault)?;
    Ok(Kept {
        file: hash_text(&Sha256::digest(content).into()),
        hash: hash_text(&arriving.hash()),
        size: sealed.len() as u64,
        subject: hex(&sealed[..16]),
    })
}

/// The workbook as it came, for a moment.
pub(super) fn open(app: &App, detail: &super::Detail) -> Result<Scratch, AppError> {
    let kept = &detail.kept;
    let gone = || AppError::missing("import.workbook_gone", &[]);
    let hash = unhex(&kept.hash).ok_or_else(gone)?;
    let mut file = app
        .evidence()
        .get(hash, kept.size)
        .map_err(|fault| app.broken_file(&hash, &fault))?;
    let mut sealed = Vec::with_capacity(kept.size as usize);
    while let Some(piece) = file.next_piece().map_err(|fault| app.broken_file(&hash, &fault))? {
        sealed.extend_from_slice(&piece);
    }
    let subject = kept.subject(app).ok_or_else(gone)?;
    let plain = subject.open_file(&sealed).ok_or_else(gone)?;
    let ending = detail
        .file_name
        .rsplit_once('.')
        .map_or(String::new(), |(_, end)| format!(".{end}"));
    let plain_ending = ending.len() <= 6 && ending.chars().skip(1).all(|c| c.is_ascii_alphanumeric());
    Scratch::holding(if plain_ending { &ending } else { "" }, &plain)
}

/// The row of a workbook that an entry came from, as it stood there.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The file's name; none where the workbook is not kept, as of an import on the command line.
    pub file_name: Option<String>,
    /// The file's hash.
    pub file: String,
    /// The sheet.
    pub sheet: String,
    /// The row.
    pub row: u32,
    /// Its cells.
    pub cells: Vec<RawCellSeen>,
}

/// One cell of it.
#[derive(Clone, Debug)]
pub struct RawCellSeen {
    /// Its address, such as `C12`.
    pub address: String,
    /// What stood there.
    pub raw: String,
    /// What kind of content it was.
    pub kind: Kind,
    /// What it was read as; none where it changed nothing, or where the value is kept as ciphertext.
    pub read_as: Option<ReadAs>,
}

/// The row that an entry came from. Its cells may hold what is personal, so that whoever wants to see them
/// needs the right to reveal it.
pub fn rows_of(app: &App, scope: &Scope, entry: EntryNo) -> Result<Seen, AppError> {
    let unknown = || AppError::missing("import.no_such_entry", &[("entry", &entry)]);
    let unsourced = || AppError::missing("import.no_source", &[("entry", &entry)]);
    let (entry, definition) = {
        let mut reading = app.reading()?;
        let found = taizhang_store::journal::entry(reading.conn()?, entry)?.ok_or_else(unknown)?;
        (found, crate::app::definition(&reading)?)
    };
    let source = entry.source.clone().ok_or_else(unsourced)?;
    let register = definition.register(entry.register).ok_or_else(unknown)?;
    let sealed = register.fields.iter().any(taizhang_core::field_kinds::seals);
    let view = app.record(scope, entry.record)?;
    let file = hash_text(&source.file);
    let brought = table::of_file(app.reading()?.conn()?, &file)?;
    let details = brought.iter().map(|row| super::Detail::read(&row.detail));
    let mut details = details.collect::<Result<Vec<_>, _>>()?.into_iter();
    // One workbook may have been brought for several registers: it is the import that wrote this entry.
    let wrote = |detail: &super::Detail| {
        detail
            .entries
            .is_some_and(|(first, last)| (first..=last).contains(&entry.n))
    };
    let Some(latest) = details.next() else {
        return Ok(Seen {
            file_name: None,
            file,
            sheet: source.sheet,
            row: source.row,
            cells: Vec::new(),
        });
    };
    if sealed && !scope.may(Verb::Reveal, register, view.unit) {
        return Err(not_permitted(app));
    }
    let detail = if wrote(&latest) {
        latest
    } else {
        details.find(wrote).unwrap_or(latest)
    };
    let scratch = open(app, &detail)?;
    let options = ReadOptions {
        sheet: Some(source.sheet.clone()),
        program: parser(),
        ..ReadOptions::default()
    };
    let told = |error: taizhang_sheet::SheetError| super::super::unreadable(app, &error);
    let text_file = detail.file_name.to_lowercase().ends_with(".csv");
    let options = if text_file {
        ReadOptions { sheet: None, ..options }
    } else {
        options
    };
    let mut cells = Vec::new();
    for found in taizhang_sheet::open(scratch.path(), &options).map_err(told)? {
        let found = found.map_err(told)?;
        if found.row == source.row {
            let raws: Vec<(String, String)> = found
                .cells
                .iter()
                .map(|cell| (column_letters(cell.col), cell.raw.clone()))
                .collect();
            let mut read = readings(app, (&entry, &view), &detail, (&source.sheet, &raws))?;
            cells.extend(found.cells.into_iter().map(|cell| {
                let letters = column_letters(cell.col);
                RawCellSeen {
                    address: format!("{letters}{}", found.row),
                    raw: cell.raw,
                    kind: cell.kind,
                    read_as: read.remove(&letters),
                }
            }));
        }
        if found.row >= source.row {
            break;
        }
    }
    Ok(Seen {
        file_name: Some(detail.file_name.clone()),
        file,
        sheet: source.sheet,
        row: source.row,
        cells,
    })
}
