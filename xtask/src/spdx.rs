//! Room: licence expressions, and whether a list of licences satisfies one.
//!
//! Reads what stands in a manifest: SPDX identifiers with `AND`, `OR`, `WITH` and parentheses, and
//! the older `MIT/Apache-2.0`. It knows no licence by name; the caller brings the list.

use std::fmt;

/// A licence expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expression {
    /// An identifier, with its exception if it has one: `Apache-2.0 WITH LLVM-exception`.
    Licence(String),
    /// All of them bind.
    All(Vec<Expression>),
    /// One of them is chosen.
    Any(Vec<Expression>),
}

/// Why a text is no licence expression.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Malformed(&'static str);

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Expression {
    pub(crate) fn parse(text: &str) -> Result<Self, Malformed> {
        let spaced = text.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
        let mut parser = Parser {
            words: spaced.split_whitespace().collect(),
            at: 0,
        };
        let expression = parser.any()?;
        if parser.at < parser.words.len() {
            return Err(Malformed("something follows the end of the expression"));
        }
        Ok(expression)
    }

    /// Whether a choice can be made in which every licence that binds is allowed.
    pub(crate) fn is_satisfied_by(&self, is_allowed: &impl Fn(&str) -> bool) -> bool {
        match self {
            Self::Licence(id) => is_allowed(id),
            Self::All(parts) => parts.iter().all(|part| part.is_satisfied_by(is_allowed)),
            Self::Any(parts) => parts.iter().any(|part| part.is_satisfied_by(is_allowed)),
        }
    }
}

struct Parser<'a> {
    words: Vec<&'a str>,
    at: usize,
}

impl<'a> Parser<'a> {
    /// `OR` binds weakest.
    fn any(&mut self) -> Result<Expression, Malformed> {
        let mut parts = vec![self.all()?];
        while self.take("OR") {
            parts.push(self.all()?);
        }
        Ok(one_or(parts, Expression::Any))
    }

    fn all(&mut self) -> Result<Expression, Malformed> {
        let mut parts = vec![self.part()?];
        while self.take("AND") {
            parts.push(self.part()?);
        }
        Ok(one_or(parts, Expression::All))
    }

    fn part(&mut self) -> Result<Expression, Malformed> {
        if self.take("(") {
            let inner = self.any()?;
            return if self.take(")") {
                Ok(inner)
            } else {
                Err(Malformed("a parenthesis is not closed"))
            };
        }
        let id = self.identifier()?;
        if self.take("WITH") {
            return Ok(Expression::Licence(format!("{id} WITH {}", self.identifier()?)));
        }
        Ok(Expression::Licence(id.to_owned()))
    }

    fn identifier(&mut self) -> Result<&'a str, Malformed> {
        let word = *self
            .words
            .get(self.at)
            .ok_or(Malformed("the expression ends where a licence should stand"))?;
        if matches!(word, "AND" | "OR" | "WITH" | "(" | ")") {
            return Err(Malformed("an operator stands where a licence should"));
        }
        self.at += 1;
        Ok(word)
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self.words.get(self.at) == Some(&word);
        self.at += usize::from(found);
        found
    }
}

fn one_or(mut parts: Vec<Expression>, many: fn(Vec<Expression>) -> Expression) -> Expression {
    if parts.len() == 1 { parts.remove(0) } else { many(parts) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_allowed_if_one_way_through_it_is() {
        let allowed = |id: &str| ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"].contains(&id);
        let table = [
            ("MIT", true),
            ("GPL-3.0-only", false),
            ("MIT OR GPL-3.0-only", true),
            ("GPL-3.0-only OR MIT", true),
            ("MIT AND GPL-3.0-only", false),
            ("MIT AND Apache-2.0", true),
            ("MIT/Apache-2.0", true),
            ("LGPL-3.0/GPL-3.0", false),
            ("Apache-2.0 WITH LLVM-exception", true),
            ("MIT WITH LLVM-exception", false),
            ("Apache-2.0 WITH Other-exception OR MIT", true),
            // AND binds closer than OR.
            ("MIT OR Apache-2.0 AND GPL-3.0-only", true),
            ("(MIT OR Apache-2.0) AND GPL-3.0-only", false),
            ("GPL-3.0-only AND MIT OR Apache-2.0", true),
            ("(MIT OR Apache-2.0) AND (GPL-3.0-only OR MIT)", true),
            ("((MIT))", true),
        ];
        for (text, expected) in table {
            let expression = Expression::parse(text).expect(text);
            assert_eq!(expression.is_satisfied_by(&allowed), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_expression_is_refused() {
        for text in [
            "",
            "MIT OR",
            "AND MIT",
            "MIT Apache-2.0",
            "(MIT",
            "MIT)",
            "MIT WITH",
            "()",
            "MIT AND OR MIT",
        ] {
            assert!(Expression::parse(text).is_err(), "{text}");
        }
    }
}
