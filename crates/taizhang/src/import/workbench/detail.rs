//! Room: what is known of one import beside its state, as JSON in the book's table. It holds no
//! personal value: reasons are sealed, and what stands in sealed fields is never repeated.

use super::super::beside::Beside;
use super::super::found::Answer;
use super::super::headings::{map_pairs, map_text};
use super::super::{ImportRequest, refused};
use super::kept::Kept;
use crate::app::App;
use crate::error::{AppError, RefusedLine};
use crate::keys::{SubjectKey, hex};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use taizhang_core::day::Day;
use taizhang_core::id::{EntryNo, FieldNo};
use taizhang_store::cells::unhex_any;

/// What a sender asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// The register's id or name.
    pub register: String,
    /// The sheet; none for the one whose headings fit.
    pub sheet: Option<String>,
    /// Headings with the fields that they mean; an empty one is left out.
    pub map: Vec<(String, String)>,
    /// The day of rows that name none.
    pub occurred_on: Option<String>,
    /// Take the rows over as the state of this day.
    pub opening: Option<String>,
    /// Leave wrong rows out.
    pub skip_bad: bool,
    /// Why; sealed once it is kept.
    pub reason: Option<String>,
    /// What doubtful cells mean.
    pub answers: Vec<Answer>,
    /// What else of the workbook goes into registers below; none to go by the names of its sheets.
    pub beside: Option<Vec<Beside>>,
}

/// All that is known of an import.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Detail {
    /// The register's name.
    pub register_name: String,
    /// The name that the file came with.
    pub file_name: String,
    /// What was asked for.
    pub asked: Asked,
    /// The workbook.
    pub kept: Kept,
    /// What became of it.
    pub outcome: Option<Value>,
    /// Why the file as a whole was refused.
    pub lines: Vec<Line>,
    /// Why it failed.
    pub message: String,
    /// The first and the last entry.
    pub entries: Option<(EntryNo, EntryNo)>,
    /// The entries that undid it.
    pub undone_by: Option<(EntryNo, EntryNo)>,
    /// When somebody last worked on it, microseconds.
    pub beat: i64,
}

/// A refusal of the whole file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Its key.
    pub code: String,
    /// In words.
    pub message: String,
    /// What there is to choose from, one a line.
    pub value: Option<String>,
}

impl From<&RefusedLine> for Line {
    fn from(line: &RefusedLine) -> Line {
        Line {
            code: line.code.clone(),
            message: line.message.clone(),
            value: line.value.clone(),
        }
    }
}

impl Asked {
    /// What a request of the command line asks for.
    pub(super) fn of(request: &ImportRequest) -> Asked {
        Asked {
            register: request.register.clone(),
            sheet: request.sheet.clone(),
            occurred_on: request.occurred_on.map(|day| day.to_string()),
            opening: request.opening.map(|day| day.to_string()),
            skip_bad: request.skip_bad,
            map: request.map.as_deref().map(map_pairs).unwrap_or_default(),
            answers: request.answers.clone(),
            beside: request.beside.clone(),
            ..Asked::default()
        }
    }

    pub(super) fn seal_reason(&mut self, subject: &SubjectKey) -> Result<(), AppError> {
        let reason = self.reason.take().filter(|reason| !reason.trim().is_empty());
        self.reason = match reason {
            Some(reason) => Some(hex(&subject.seal(FieldNo(0), &reason)?)),
            None => None,
        };
        Ok(())
    }

    /// The request of an importer; its file is still to be named.
    pub(super) fn request(&self, app: &App) -> Result<ImportRequest, AppError> {
        let day = |text: &Option<String>| -> Result<Option<Day>, AppError> {
            let Some(text) = text.as_deref().map(str::trim).filter(|text| !text.is_empty()) else {
                return Ok(None);
            };
            let wrong = || refused("not_a_day", app.locale().fill("http.not_a_day", &[("value", text)]));
            text.parse().map(Some).map_err(|_| wrong())
        };
        let reason = self.reason.as_deref().and_then(unhex_any);
        Ok(ImportRequest {
            register: self.register.clone(),
            sheet: self.sheet.clone().filter(|sheet| !sheet.is_empty()),
            map: (!self.map.is_empty()).then(|| map_text(&self.map)),
            occurred_on: day(&self.occurred_on)?,
            opening: day(&self.opening)?,
            skip_bad: self.skip_bad,
            reason: reason.and_then(|sealed| app.keys().open_sealed(FieldNo(0), &sealed)),
            answers: self.answers.clone(),
            beside: self.beside.clone(),
            ..ImportRequest::default()
        })
    }
}

impl Detail {
    /// As the table keeps it.
    pub(super) fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    pub(super) fn read(text: &str) -> Result<Detail, AppError> {
        serde_json::from_str(text).map_err(|error| AppError::Fault(format!("table import: {error}")))
    }

    /// Takes a sender's new answers; the register stays.
    pub(super) fn answered(&mut self, app: &App, asked: Asked) -> Result<(), AppError> {
        let register = std::mem::take(&mut self.asked.register);
        let reason = self.asked.reason.take();
        self.asked = Asked { register, ..asked };
        if self.asked.reason.is_none() {
            self.asked.reason = reason;
        } else if let Some(subject) = self.kept.subject(app) {
            self.asked.seal_reason(&subject)?;
        }
        Ok(())
    }
}
