//! Room: a document as plain data — headings, paragraphs, tables, charts — and its way into docx after
//! GB/T 9704. It knows no figure; what it is given is printed as it stands.

mod chart;
mod docx;
mod fonts;
mod order;

pub use docx::docx;

use serde::Serialize;

/// A document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Document {
    /// The issuing body in red over everything; empty for none.
    pub head: String,
    /// Its number under the head.
    pub number: String,
    /// Its title.
    pub title: String,
    /// Its text.
    pub blocks: Vec<Block>,
    /// Who signs, with the space that a seal needs.
    pub seal: Seal,
    /// Lines at the very end.
    pub foot: Vec<String>,
}

/// Who signs, and of what day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Seal {
    /// The body; empty for none.
    pub unit: String,
    /// The day, written out.
    pub day: String,
}

/// A part of the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Block {
    /// A heading; 1 is the first level under the title.
    Heading {
        /// Its level.
        level: u8,
        /// Its text.
        text: String,
    },
    /// A paragraph.
    Paragraph {
        /// Its text.
        runs: Vec<Run>,
    },
    /// A list.
    List {
        /// Its items.
        items: Vec<Vec<Run>>,
    },
    /// A table; its first row is its head.
    Table {
        /// Its rows, all of the same width.
        rows: Vec<Vec<String>>,
    },
    /// A chart, and the table that it is drawn from.
    Chart {
        /// The drawing.
        svg: String,
        /// Whether it is a line from left to right, and not bars.
        is_line: bool,
        /// What it shows.
        rows: Vec<Vec<String>>,
    },
}

/// A stretch of text in one hand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Run {
    /// The text.
    pub text: String,
    /// Whether it is stressed.
    pub strong: bool,
}
