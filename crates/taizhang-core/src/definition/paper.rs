//! Room: papers of a step (文书) — templates of what is drafted of one record.

use crate::id::{FieldNo, RegisterNo};

/// The template of a paper: what is drafted of one record, and issued by somebody.
#[derive(Clone, Debug, PartialEq)]
pub struct Paper {
    /// Its id, the name of its file.
    pub id: String,
    /// Its title.
    pub name: String,
    /// The register of whose records it can be drafted.
    pub register: RegisterNo,
    /// The stages in which it is offered; empty for all.
    pub stages: Vec<String>,
    /// A number field that says of which other record the paper is: a reminder is about a duty's record.
    pub about: Option<FieldNo>,
    /// Markdown with `{{ field }}`.
    pub template: String,
}
