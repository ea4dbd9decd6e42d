//! Room: one text file as the rules of tidy see it.
//!
//! For Rust it knows code, comments and string literals apart, and which parts are tests. It reads
//! nothing itself; the tree hands it path and text.

use super::lexer::{self, Kind, Span};
use std::ops::Range;

/// A file of the project; the path is relative to the root, with forward slashes.
pub(crate) struct SourceFile {
    pub(crate) path: String,
    pub(crate) text: String,
    spans: Vec<Span>,
    code: String,
    tests: Vec<Range<usize>>,
}

impl SourceFile {
    pub(crate) fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        let (path, text) = (path.into(), text.into());
        if !path.ends_with(".rs") {
            return Self {
                path,
                text,
                spans: Vec::new(),
                code: String::new(),
                tests: Vec::new(),
            };
        }
        let spans = lexer::spans(&text);
        let code = lexer::only(Kind::Code, &text, &spans);
        let tests = test_modules(&code);
        Self {
            path,
            text,
            spans,
            code,
            tests,
        }
    }

    pub(crate) fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// Whether the file lies in one of these folders (each ending in a slash).
    pub(crate) fn is_under(&self, folders: &[&str]) -> bool {
        folders.iter().any(|folder| self.path.starts_with(folder))
    }

    /// The tokens, everything else blanked; offsets are those of the text.
    pub(crate) fn code(&self) -> &str {
        &self.code
    }

    /// The comments, everything else blanked.
    pub(crate) fn comments(&self) -> String {
        lexer::only(Kind::Comment, &self.text, &self.spans)
    }

    /// Each string literal with its offset, as written: escapes are not resolved.
    pub(crate) fn literals(&self) -> impl Iterator<Item = (usize, &str)> {
        let texts = self.spans.iter().filter(|span| span.kind == Kind::Text);
        texts.map(|span| (span.start, &self.text[span.start..span.end]))
    }

    /// Whether this place belongs to a test: a tests or benches folder, `tests.rs`, or `#[cfg(test)]`.
    pub(crate) fn in_tests(&self, offset: usize) -> bool {
        let by_path = ["/tests/", "/benches/", "/tests.rs"]
            .iter()
            .any(|mark| self.path.contains(mark));
        by_path || self.tests.iter().any(|range| range.contains(&offset))
    }

    /// The line of an offset, counted from 1.
    pub(crate) fn line_of(&self, offset: usize) -> usize {
        self.text.as_bytes()[..offset]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count()
            + 1
    }
}

/// The offsets at which a needle stands as a whole word; `_` and letters of any script are parts of words.
pub(crate) fn word_offsets<'a>(text: &'a str, needle: &'a str) -> impl Iterator<Item = usize> + 'a {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(needle)
        .map(|(offset, _)| offset)
        .filter(move |offset| {
            let before = text[..*offset].chars().next_back();
            let after = text[offset + needle.len()..].chars().next();
            !(before.is_some_and(is_part) || needle.ends_with(is_part) && after.is_some_and(is_part))
        })
}

/// Each item under `#[cfg(test)]`, from the attribute to its closing brace or semicolon.
fn test_modules(code: &str) -> Vec<Range<usize>> {
    let starts = code.match_indices("#[cfg(test)]").map(|(start, _)| start);
    starts.map(|start| start..end_of_item(code, start)).collect()
}

fn end_of_item(code: &str, start: usize) -> usize {
    let mut depth = 0_i32;
    for (offset, byte) in code.bytes().enumerate().skip(start) {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            b';' if depth == 0 => return offset,
            _ => continue,
        }
        if depth == 0 {
            return offset;
        }
    }
    code.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_told_from_the_rest() {
        let inline =
            "fn a() { \"one\" }\n#[cfg(test)]\nmod tests {\n  fn b() { \"}\"; \"two\" }\n}\nfn c() { \"three\" }\n";
        let table = [
            ("crates/a/src/b.rs", inline, "one", false),
            ("crates/a/src/b.rs", inline, "two", true),
            ("crates/a/src/b.rs", inline, "three", false),
            ("crates/a/tests/it/b.rs", inline, "one", true),
            ("crates/a/src/b/tests.rs", inline, "one", true),
            (
                "crates/a/src/b.rs",
                "#[cfg(test)]\nmod tests;\nfn a() { \"one\" }",
                "one",
                false,
            ),
        ];
        for (path, text, literal, expected) in table {
            let file = SourceFile::new(path, text);
            let offset = file.literals().find(|(_, found)| *found == literal).expect(literal).0;
            assert_eq!(file.in_tests(offset), expected, "{path} {literal}");
        }
    }

    #[test]
    fn words_are_whole() {
        let table = [
            ("f64", "f64", 1),
            ("f64", "af64 f64x _f64", 0),
            ("Item", "Items Item, Item", 2),
            ("a::", "a::b aa::b", 1),
        ];
        for (needle, text, expected) in table {
            assert_eq!(word_offsets(text, needle).count(), expected, "{needle} in {text}");
        }
    }

    #[test]
    fn lines_are_counted_from_one() {
        let file = SourceFile::new("a.rs", "a\nb\n");
        assert_eq!([0, 1, 2, 3].map(|offset| file.line_of(offset)), [1, 1, 2, 2]);
    }
}
