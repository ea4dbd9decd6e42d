//! Room: a written bulletin as a file — a page of its own, or docx. A page asks nobody for anything.

use super::{Written, escaped};
use crate::error::AppError;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use taizhang_sheet::document::Document;

/// A page of its own: no script, no request to anywhere.
pub fn html(written: &Written) -> String {
    let foot: Vec<String> = written
        .document
        .foot
        .iter()
        .map(|line| format!("<p>{}</p>", escaped(line)))
        .collect();
    format!(
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{}</title><style>{}</style></head>\
         <body><main>{}{}</main><footer>{}</footer></body></html>\n",
        written.words.text("page.lang"),
        escaped(&written.title),
        include_str!("page.css"),
        red_head(written),
        written.html,
        foot.concat(),
    )
}

/// The issuing body in red with the number under it; nothing where the pack names none.
pub fn red_head(written: &Written) -> String {
    let (head, number) = (escaped(&written.document.head), escaped(&written.document.number));
    if head.is_empty() {
        return String::new();
    }
    format!("<div class=\"redhead\"><p>{head}</p><p>{number}</p></div>")
}

/// Writes docx, beside its place first.
pub fn docx(document: &Document, out: &Path) -> Result<(), AppError> {
    let fault = |error: std::io::Error| AppError::unwritable(out, &error);
    let mut beside = out.to_owned().into_os_string();
    beside.push(".part");
    let file = BufWriter::new(File::create(&beside).map_err(fault)?);
    let written = taizhang_sheet::document::docx(document, file);
    let unwritten = |error| AppError::said("error.unwritable", &[("file", &out.display()), ("why", &error)]);
    written.map_err(unwritten)?;
    std::fs::rename(&beside, out).map_err(fault)
}
