//! Room: Rust source cut into code, comments and strings.
//!
//! Just enough of a lexer for rules about habits: it knows where a string or a comment begins and
//! ends, and nothing of grammar. It never fails; an unclosed string runs to the end of the file.

/// What a stretch of source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Tokens, and the white space between them.
    Code,
    /// `//…` to the end of the line, or `/*…*/` with those nested in it.
    Comment,
    /// What stands between the quotes of a string literal, quotes excluded.
    Text,
    /// A character literal and the delimiters of strings: of interest to no rule.
    Other,
}

/// One stretch, by byte offsets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) kind: Kind,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// Cuts the whole source; the spans are in order and leave no gap.
pub(crate) fn spans(source: &str) -> Vec<Span> {
    let mut lexer = Lexer {
        bytes: source.as_bytes(),
        at: 0,
        spans: Vec::new(),
    };
    while lexer.at < lexer.bytes.len() {
        lexer.step();
    }
    lexer.spans
}

/// The source with all but one kind replaced by spaces, so that offsets and lines stay.
pub(crate) fn only(kind: Kind, source: &str, spans: &[Span]) -> String {
    let mut kept = Vec::with_capacity(source.len());
    for span in spans {
        let stretch = &source.as_bytes()[span.start..span.end];
        if span.kind == kind {
            kept.extend_from_slice(stretch);
        } else {
            kept.extend(stretch.iter().map(|byte| if *byte == b'\n' { b'\n' } else { b' ' }));
        }
    }
    // Spans begin and end at ASCII delimiters, so no character was cut in two.
    String::from_utf8_lossy(&kept).into_owned()
}

struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
    spans: Vec<Span>,
}

impl Lexer<'_> {
    fn step(&mut self) {
        let rest = &self.bytes[self.at..];
        if rest.starts_with(b"//") {
            let length = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
            self.push(Kind::Comment, length);
        } else if rest.starts_with(b"/*") {
            self.push(Kind::Comment, block_comment(rest));
        } else if rest[0] == b'"' {
            self.string(1, plain_string, 1);
        } else if let Some(hashes) = raw_opening(rest)
            && !self.follows_word()
        {
            let opening = rest.iter().position(|byte| *byte == b'"').unwrap_or(0) + 1;
            self.string(opening, |rest| raw_string(rest, hashes), hashes + 1);
        } else if rest[0] == b'\'' {
            self.push(Kind::Other, character(rest).unwrap_or(1));
        } else {
            self.push(Kind::Code, 1);
        }
    }

    /// Takes an opening delimiter, the text up to where `length_of` says, and a closing delimiter.
    fn string(&mut self, opening: usize, length_of: impl Fn(&[u8]) -> usize, closing: usize) {
        self.push(Kind::Other, opening);
        self.push(Kind::Text, length_of(&self.bytes[self.at..]));
        self.push(Kind::Other, closing.min(self.bytes.len() - self.at));
    }

    /// Whether the byte before belongs to a word, as in `for"` (never written) or `bar#"`.
    fn follows_word(&self) -> bool {
        self.at > 0 && is_word(self.bytes[self.at - 1])
    }

    fn push(&mut self, kind: Kind, length: usize) {
        let (start, end) = (self.at, self.at + length);
        self.at = end;
        match self.spans.last_mut() {
            Some(last) if last.kind == kind && kind == Kind::Code => last.end = end,
            _ => self.spans.push(Span { kind, start, end }),
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn block_comment(rest: &[u8]) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < rest.len() {
        if rest[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    rest.len()
}

/// The length up to a quote that no backslash escapes.
fn plain_string(rest: &[u8]) -> usize {
    let mut at = 0;
    while at < rest.len() {
        match rest[at] {
            b'"' => return at,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    rest.len()
}

/// The number of hashes if a raw string opens here: `r"`, `r#"`, `br"`, `cr#"`.
fn raw_opening(rest: &[u8]) -> Option<usize> {
    let prefix = match rest {
        [b'r', ..] => 1,
        [b'b' | b'c', b'r', ..] => 2,
        _ => return None,
    };
    let hashes = rest[prefix..].iter().take_while(|byte| **byte == b'#').count();
    (rest.get(prefix + hashes) == Some(&b'"')).then_some(hashes)
}

fn raw_string(rest: &[u8], hashes: usize) -> usize {
    let mut closing = vec![b'"'];
    closing.resize(hashes + 1, b'#');
    rest.windows(closing.len())
        .position(|window| window == closing)
        .unwrap_or(rest.len())
}

/// The length of a character literal, or nothing for a lifetime or label.
fn character(rest: &[u8]) -> Option<usize> {
    let first = *rest.get(1)?;
    if first == b'\\' {
        // The escaped byte may itself be a quote, so the search begins behind it.
        return rest
            .iter()
            .skip(3)
            .position(|byte| *byte == b'\'')
            .map(|found| found + 4);
    }
    let width = match first {
        0x00..0x80 => 1,
        0x80..0xE0 => 2,
        0xE0..0xF0 => 3,
        _ => 4,
    };
    (rest.get(1 + width) == Some(&b'\'')).then_some(width + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<&str> {
        let spans = spans(source);
        spans
            .iter()
            .filter(|span| span.kind == Kind::Text)
            .map(|span| &source[span.start..span.end])
            .collect()
    }

    #[test]
    fn strings_are_found_whatever_surrounds_them() {
        let table: &[(&str, &[&str])] = &[
            (r#"let a = "one";"#, &["one"]),
            (r#"let a = "say \"hi\"\\"; let b = "x";"#, &[r#"say \"hi\"\\"#, "x"]),
            (r###"let a = r#"raw "quoted""#;"###, &[r#"raw "quoted""#]),
            (r###"let a = br"bytes\"; c"c""###, &["bytes\\", "c"]),
            (r#"let q = '"'; let e = '\''; let a = "s";"#, &["s"]),
            ("fn f<'a>(x: &'a str) -> &'a str { \"s\" }", &["s"]),
            ("let h = '\u{53f0}'; \"s\"", &["s"]),
            ("// \"no\"\n/* \"no /* \" */ no */ \"yes\"", &["yes"]),
            ("\"// no comment\"", &["// no comment"]),
            ("\"never closed", &["never closed"]),
            ("r#\"never closed", &["never closed"]),
            ("/* never closed \"x\"", &[]),
        ];
        for (source, expected) in table {
            assert_eq!(&texts(source), expected, "{source}");
        }
    }

    #[test]
    fn spans_cover_the_source_without_a_gap() {
        let source = "let a = \"\u{53f0}\u{8d26}\"; // \u{53f0}\nlet b = 'x'; r#\"y\"#";
        let spans = spans(source);
        assert_eq!(spans.first().map(|span| span.start), Some(0));
        assert_eq!(spans.last().map(|span| span.end), Some(source.len()));
        assert!(spans.windows(2).all(|pair| pair[0].end == pair[1].start));
    }

    #[test]
    fn what_is_left_out_keeps_its_place() {
        let source = "a \"b\" // c\nd";
        let code = only(Kind::Code, source, &spans(source));
        assert_eq!(code, format!("a{}\nd", " ".repeat(9)));
    }
}
