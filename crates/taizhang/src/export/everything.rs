//! Room: the whole book for leaving — every register, the journal, the evidence.

use super::{Question, written};
use crate::app::scope::Scope;
use crate::app::{App, definition};
use crate::error::AppError;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use taizhang_core::definition::Verb;
use taizhang_core::refusal::{Code, Refusal};

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Everything {
    /// Registers, one csv each; the units are one of them.
    pub registers: u64,
    /// Records in them.
    pub records: u64,
    /// Entries of the journal.
    pub entries: u64,
    /// Files of evidence.
    pub files: u64,
}

/// Writes everything into a folder: `ID.csv` for each register, `journal.jsonl`, `evidence/` with
/// `evidence.jsonl`.
pub fn all(app: &App, scope: &Scope, folder: &Path) -> Result<Everything, AppError> {
    if !scope.may_at_all(Verb::Administer) {
        return Err(AppError::refuse(app.locale(), &Refusal::new(Code::NotPermitted)));
    }
    std::fs::create_dir_all(folder).map_err(|error| AppError::unwritable(folder, &error))?;
    let mut reading = app.reading()?;
    let definition = definition(&reading)?;
    let question = Question {
        as_of: app.today(),
        known_at: reading.n(),
        past: false,
        units: None,
        released_by: None,
    };
    let mut sums = Everything::default();
    for register in &definition.registers {
        let out = folder.join(format!("{}.csv", register.id));
        sums.records += written(app, scope, &mut reading, &definition, register, &question, &out)?;
        sums.registers += 1;
    }
    let out = folder.join("journal.jsonl");
    sums.entries = journal(&mut reading, &out)?;
    sums.files = super::evidence::all(app, folder)?;
    Ok(sums)
}

/// The journal in its own format, which can be checked without the program.
fn journal(reading: &mut taizhang_store::Reading<'_>, out: &Path) -> Result<u64, AppError> {
    let file = File::create(out).map_err(|error| AppError::unwritable(out, &error))?;
    let last = taizhang_store::export::export(reading.conn()?, &mut BufWriter::new(file))?;
    Ok(last.unsigned_abs())
}
