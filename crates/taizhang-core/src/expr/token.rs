//! Room: cuts a source text into tokens.
//!
//! Never looks at grammar. Names and texts come out in NFC, as the book keeps them.

use super::fault::{Fault, FaultKind};
use rust_decimal::Decimal;
use std::ops::Range;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) range: Range<usize>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum TokenKind {
    Number(Decimal),
    Text(String),
    /// A name, a function's name or a reserved word.
    Name(String),
    Symbol(&'static str),
    End,
}

/// Longer symbols come before those that they begin with.
const SYMBOLS: [&str; 21] = [
    "||", "&&", "==", "!=", "<=", ">=", "<", ">", "!", "+", "-", "*", "/", "%", "(", ")", "[", "]", ",", "?", ":",
];

/// What a Chinese keyboard types by mistake, and halves of symbols.
const SLIPS: [(&str, &str); 16] = [
    ("=", "=="),
    ("&", "&&"),
    ("|", "||"),
    ("≥", ">="),
    ("≤", "<="),
    ("≠", "!="),
    ("×", "*"),
    ("÷", "/"),
    ("“", "\""),
    ("”", "\""),
    ("‘", "'"),
    ("’", "'"),
    ("、", ","),
    ("【", "["),
    ("】", "]"),
    ("。", "."),
];

/// Cuts the whole source; the last token is always [`TokenKind::End`].
pub(super) fn tokens(source: &str) -> Result<Vec<Token>, Fault> {
    let mut lexer = Lexer { source, at: 0 };
    let mut tokens = Vec::new();
    loop {
        let token = lexer.next()?;
        let last = token.kind == TokenKind::End;
        tokens.push(token);
        if last {
            return Ok(tokens);
        }
    }
}

struct Lexer<'s> {
    source: &'s str,
    at: usize,
}

impl<'s> Lexer<'s> {
    fn next(&mut self) -> Result<Token, Fault> {
        self.skip(char::is_whitespace);
        let start = self.at;
        let kind = match self.peek() {
            None => TokenKind::End,
            Some(quote @ ('"' | '\'')) => TokenKind::Text(self.text(quote)?),
            Some(c) if c.is_ascii_digit() => TokenKind::Number(self.number()?),
            Some(c) if starts_name(c) => TokenKind::Name(self.name()),
            Some(c) => TokenKind::Symbol(self.symbol(c)?),
        };
        Ok(Token {
            kind,
            range: start..self.at,
        })
    }

    fn rest(&self) -> &'s str {
        &self.source[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip(&mut self, wanted: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(wanted).len();
    }

    fn fault(&self, range: Range<usize>, kind: FaultKind) -> Fault {
        Fault::at(self.source, range, kind)
    }

    /// A name with dots inside; a dot that no letter or digit follows is left for the next token.
    fn name(&mut self) -> String {
        let start = self.at;
        self.skip(continues_name);
        while self
            .rest()
            .strip_prefix('.')
            .is_some_and(|more| more.starts_with(continues_name))
        {
            self.at += 1;
            self.skip(continues_name);
        }
        self.source[start..self.at].nfc().collect()
    }

    fn number(&mut self) -> Result<Decimal, Fault> {
        let start = self.at;
        let digit = |c: char| c.is_ascii_digit();
        self.skip(digit);
        if self
            .rest()
            .strip_prefix('.')
            .is_some_and(|more| more.starts_with(digit))
        {
            self.at += 1;
            self.skip(digit);
        }
        let end = self.at;
        self.skip(|c| c == '.' || continues_name(c));
        let text = &self.source[start..self.at];
        let number = if end == self.at {
            Decimal::from_str_exact(text).ok()
        } else {
            None
        };
        number.ok_or_else(|| self.fault(start..self.at, FaultKind::BadNumber { text: text.to_string() }))
    }

    /// A quoted text on one line.
    fn text(&mut self, quote: char) -> Result<String, Fault> {
        let start = self.at;
        let mut text = String::new();
        let mut chars = self.rest().char_indices().skip(1);
        while let Some((offset, c)) = chars.next() {
            match c {
                '\n' => break,
                '\\' => match chars.next() {
                    Some((_, escaped @ ('\\' | '"' | '\''))) => text.push(escaped),
                    Some((end, found)) if found != '\n' => {
                        let range = start + offset..start + end + found.len_utf8();
                        return Err(self.fault(range, FaultKind::BadEscape { found }));
                    }
                    _ => break,
                },
                c if c == quote => {
                    self.at += offset + c.len_utf8();
                    return Ok(text.nfc().collect());
                }
                c => text.push(c),
            }
        }
        Err(self.fault(start..start + quote.len_utf8(), FaultKind::OpenText))
    }

    fn symbol(&mut self, found: char) -> Result<&'static str, Fault> {
        if let Some(symbol) = SYMBOLS.into_iter().find(|s| self.rest().starts_with(*s)) {
            self.at += symbol.len();
            return Ok(symbol);
        }
        let kind = match meant(found) {
            Some(instead) => FaultKind::WriteInstead {
                found: found.to_string(),
                instead,
            },
            None => FaultKind::StrayCharacter { found },
        };
        Err(self.fault(self.at..self.at + found.len_utf8(), kind))
    }
}

fn starts_name(c: char) -> bool {
    // Full-width letters would look like names of the pack and never be one.
    c == '_' || (c.is_alphabetic() && half_width(c).is_none())
}

fn continues_name(c: char) -> bool {
    starts_name(c) || (c.is_numeric() && half_width(c).is_none()) || is_combining_mark(c)
}

/// What the writer meant by a character that no token starts with.
fn meant(found: char) -> Option<String> {
    let slip = SLIPS.into_iter().find(|(slip, _)| slip.starts_with(found));
    slip.map(|(_, instead)| instead.to_string())
        .or_else(|| half_width(found).map(String::from))
}

/// The ASCII twin of a full-width character (U+FF01 to U+FF5E).
fn half_width(c: char) -> Option<char> {
    let code = u32::from(c);
    if (0xFF01..=0xFF5E).contains(&code) {
        char::from_u32(code - 0xFEE0)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_take_dots_only_inside() {
        let kinds =
            |source: &str| -> Vec<TokenKind> { tokens(source).unwrap().into_iter().map(|token| token.kind).collect() };
        let name = |text: &str| TokenKind::Name(text.to_string());
        assert_eq!(kinds("a.b2.2024_项目"), [name("a.b2.2024_项目"), TokenKind::End]);
        assert_eq!(kinds("e\u{301}"), [name("é"), TokenKind::End]);
        assert!(tokens("a.").is_err() && tokens("a..b").is_err() && tokens(".a").is_err());
    }
}
