//! The sheet itself: one fixed template, the bulletin as a JSON file beside it, and the small world that
//! the typesetter sees. It sees no other file.

use crate::fonts::{Fonts, ROLES};
use serde_json::Value;
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;

const TEMPLATE: &str = include_str!("paper.typ");

/// Typesets a bulletin: the bytes of the PDF, and how many pages it has.
pub(crate) fn typeset(mut document: Value, fonts: Fonts) -> Result<(Vec<u8>, usize), String> {
    for role in &ROLES {
        document["fonts"][role.id] = fonts.of(role).into();
    }
    let world = Small::new(document.to_string(), fonts)?;
    let told = |errors: &[typst::diag::SourceDiagnostic]| {
        let lines: Vec<String> = errors.iter().map(|error| error.message.to_string()).collect();
        lines.join("; ")
    };
    let compiled = typst::compile::<PagedDocument>(&world).output;
    let paged = compiled.map_err(|errors| told(&errors))?;
    let pdf = typst_pdf::pdf(&paged, &typst_pdf::PdfOptions::default()).map_err(|errors| told(&errors))?;
    Ok((pdf, paged.pages().len()))
}

/// All that the typesetter sees.
struct Small {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    main: Source,
    data: (FileId, Bytes),
}

impl Small {
    fn new(data: String, fonts: Fonts) -> Result<Small, String> {
        let id = |name: &str| {
            let path = VirtualPath::new(name).map_err(|error| format!("{error:?}"))?;
            Ok::<FileId, String>(FileId::new(RootedPath::new(VirtualRoot::Project, path)))
        };
        Ok(Small {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(fonts.book),
            fonts: fonts.fonts,
            main: Source::new(id("/main.typ")?, TEMPLATE.to_owned()),
            data: (id("/bulletin.json")?, Bytes::from_string(data)),
        })
    }
}

impl World for Small {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        match id == self.main.id() {
            true => Ok(self.main.clone()),
            false => Err(FileError::AccessDenied),
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        match id == self.data.0 {
            true => Ok(self.data.1.clone()),
            false => Err(FileError::AccessDenied),
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }

    /// A document says its own day; the same input gives the same bytes on any day.
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn texts_are_data_and_never_commands() {
        // A machine without Chinese fonts is told so, which `Fonts::find` tests by its result.
        let Ok(fonts) = Fonts::find(&[]) else { return };
        let run = |text: &str| json!([{ "text": text, "strong": false }]);
        let document = json!({
            "head": "", "number": "", "title": "#panic()", "seal": { "unit": "", "day": "" }, "foot": [],
            "blocks": [
                { "kind": "paragraph", "runs": run("#read(\"/etc/passwd\") $ x $ *") },
                { "kind": "table", "rows": [["a", "b"], ["1", "2"]] },
                { "kind": "list", "items": [run("- one")] },
            ],
        });
        let (pdf, pages) = typeset(document, fonts).expect("typeset");
        assert!(pdf.starts_with(b"%PDF") && pages == 1);
    }
}
