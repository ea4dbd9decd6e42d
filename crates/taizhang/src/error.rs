//! Room: what a caller of the program is told — refusals to the user, faults to the log.

use std::fmt::Display;
use std::io::ErrorKind;
use std::path::Path;
use taizhang_core::refusal::{Code, Refusal};
pub use taizhang_store::StoreError;

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The book says no. Each line is ready to be read, with its place.
    #[error("{}", .0.iter().map(|line| line.message.as_str()).collect::<Vec<_>>().join("\n"))]
    Refused(Vec<RefusedLine>),
    /// It is not there, or the asker may not know of it.
    #[error("{0}")]
    NotFound(String),
    /// The question itself makes no sense (an unknown option, a broken file).
    #[error("{0}")]
    BadRequest(String),
    /// The same, by the key of a sentence: the locale words it where it is told.
    #[error("{key}")]
    Said {
        /// What is wrong with what was asked.
        wrong: Wrong,
        /// The key.
        key: &'static str,
        /// What its placeholders stand for.
        args: Vec<(&'static str, String)>,
    },
    /// The book has no definition yet.
    #[error("the book has no pack")]
    NoPack,
    /// Something outside that this needs does not answer or does not let us: trying later may help.
    #[error("{0}")]
    Unavailable(String),
    /// Who asks is not known.
    #[error("{0}")]
    Unauthorised(String),
    /// Our fault, or the machine's.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Our fault, or the machine's.
    #[error("{0}")]
    Fault(String),
}

/// What is wrong with what was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It makes no sense.
    Question,
    /// A named value of an address or a form is none of those that it may be.
    Value,
    /// It is about something that is not there.
    NotThere,
}

/// One refusal with its words and its place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RefusedLine {
    /// The refusal's key.
    pub code: String,
    /// What is wrong, where, what to do: one sentence.
    pub message: String,
    /// The field's id.
    pub field: Option<String>,
    /// The sheet of an import.
    pub sheet: Option<String>,
    /// The row of an import.
    pub row: Option<u32>,
    /// The column letter of an import.
    pub column: Option<String>,
    /// What was there.
    pub value: Option<String>,
    /// What it may mean, where a name is that of several.
    pub candidates: Vec<Candidate>,
}

/// One of several that go by the same name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Candidate {
    /// What to say for it.
    pub value: String,
    /// How it is told from the others.
    pub label: String,
}

impl AppError {
    /// A question that makes no sense, by the key of its sentence.
    pub fn said(key: &'static str, args: &[(&'static str, &dyn Display)]) -> AppError {
        AppError::worded(Wrong::Question, key, args)
    }

    /// A named value that is none of those it may be, by the key of its sentence.
    pub fn asked(key: &'static str, args: &[(&'static str, &dyn Display)]) -> AppError {
        AppError::worded(Wrong::Value, key, args)
    }

    /// Something that is not there, by the key of its sentence.
    pub fn missing(key: &'static str, args: &[(&'static str, &dyn Display)]) -> AppError {
        AppError::worded(Wrong::NotThere, key, args)
    }

    fn worded(wrong: Wrong, key: &'static str, args: &[(&'static str, &dyn Display)]) -> AppError {
        let args = args.iter().map(|(name, value)| (*name, value.to_string()));
        let args = args.collect();
        AppError::Said { wrong, key, args }
    }

    /// Whether who typed it can mend it where it stands: a form is shown again with what is said.
    pub fn is_mendable(&self) -> bool {
        matches!(
            self,
            AppError::Refused(_) | AppError::BadRequest(_) | AppError::Said { .. }
        )
    }

    /// A file that could not be read.
    pub fn unreadable(file: &Path, error: &std::io::Error) -> AppError {
        AppError::of_file("error.unreadable", file, error)
    }

    /// A file or folder that could not be written.
    pub fn unwritable(file: &Path, error: &std::io::Error) -> AppError {
        AppError::of_file("error.unwritable", file, error)
    }

    /// The machine speaks English. What goes wrong with files every day is said in the reader's language instead.
    fn of_file(otherwise: &'static str, file: &Path, error: &std::io::Error) -> AppError {
        let file = file.display();
        let key = match error.kind() {
            ErrorKind::NotFound => "error.missing",
            ErrorKind::PermissionDenied => "error.forbidden",
            ErrorKind::IsADirectory => "error.not_a_file",
            ErrorKind::InvalidData => "error.not_text",
            ErrorKind::StorageFull => "error.no_space",
            _ => return AppError::said(otherwise, &[("file", &file), ("why", error)]),
        };
        AppError::said(key, &[("file", &file)])
    }

    /// One refusal without a field.
    pub fn refuse(locale: &crate::locale::Locale, refusal: &Refusal) -> AppError {
        AppError::Refused(vec![locale.line(refusal, None)])
    }

    /// Whether another writer changed the record meanwhile.
    pub fn is_stale(&self) -> bool {
        self.has(Code::Stale) || self.has(Code::CorrectedSince)
    }

    /// Whether a key was used for another body.
    pub fn is_key_reused(&self) -> bool {
        self.has(Code::KeyReused)
    }

    fn has(&self, code: Code) -> bool {
        matches!(self, AppError::Refused(lines) if lines.iter().any(|line| line.code == code.key()))
    }

    /// The exit code of the command line: 1 input refused, 3 our fault.
    pub fn exit_code(&self) -> u8 {
        match self {
            AppError::Store(StoreError::NoBook(_) | StoreError::BadPlace(_) | StoreError::BookExists(_)) => 1,
            AppError::Store(StoreError::SumOverflow | StoreError::NotAJournal | StoreError::Unopened(_)) => 1,
            AppError::Store(StoreError::Damaged(_) | StoreError::Entry(..) | StoreError::Pack(..)) => 1,
            AppError::Store(StoreError::NewerSchema(..) | StoreError::OtherEngine(..)) => 1,
            AppError::Store(_) | AppError::Fault(_) | AppError::Unavailable(_) => 3,
            _ => 1,
        }
    }
}
