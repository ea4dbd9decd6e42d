//! Room: tokens to a tree, by operator precedence.
//!
//! Never looks at types or fields. Nesting and size are bounded here, so that no later walk over a
//! tree can run out of stack.

use super::call::Function;
use super::fault::{Fault, FaultKind, Wanted};
use super::token::{Token, TokenKind, tokens};
use super::tree::{Kind, Operator, Tree, power};
use crate::near::nearest;
use std::ops::Range;

/// The longest source, in characters.
pub const CHARS_MAX: usize = 2_000;
/// The deepest nesting of brackets, calls, lists, signs and branches.
pub const DEPTH_MAX: usize = 32;
/// The most parts (names, literals, operators, calls).
pub const PARTS_MAX: usize = 400;

/// Words that people write for operators.
const WORDS: [(&str, &str); 9] = [
    ("and", "&&"),
    ("AND", "&&"),
    ("且", "&&"),
    ("并且", "&&"),
    ("or", "||"),
    ("OR", "||"),
    ("或", "||"),
    ("或者", "||"),
    ("mod", "%"),
];

/// Reads an expression without checking names or types.
pub fn parse(source: &str) -> Result<Tree, Fault> {
    let chars = source.chars().count();
    if chars > CHARS_MAX {
        return Err(Fault::at(source, 0..source.len(), FaultKind::TooLong { chars }));
    }
    if source.trim().is_empty() {
        return Err(Fault::at(source, 0..source.len(), FaultKind::Empty));
    }
    let mut parser = Parser {
        source,
        tokens: tokens(source)?,
        at: 0,
        depth: 0,
        parts: 0,
    };
    let tree = parser.expression(power::ANY)?;
    if parser.peek().kind != TokenKind::End {
        return Err(parser.unexpected(Wanted::Operator));
    }
    Ok(tree)
}

struct Parser<'s> {
    source: &'s str,
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    parts: usize,
}

/// What may follow an operand.
enum Infix {
    Choose,
    In,
    Binary(Operator),
}

impl Parser<'_> {
    /// An operand and every operator after it that binds at least as tightly as `place`.
    fn expression(&mut self, place: u8) -> Result<Tree, Fault> {
        let mut left = self.operand()?;
        let mut compared = false;
        while let Some((infix, power)) = self.infix() {
            if power < place {
                break;
            }
            // `a < b < c` means something else in mathematics than here, so it means nothing.
            if compared && power == power::COMPARE {
                return Err(self.fault(self.peek().range.clone(), FaultKind::Chained));
            }
            compared = power == power::COMPARE;
            left = match infix {
                Infix::Choose => self.choose(left)?,
                Infix::In => self.member(left)?,
                Infix::Binary(operator) => self.binary(operator, left)?,
            };
        }
        Ok(left)
    }

    fn infix(&self) -> Option<(Infix, u8)> {
        match &self.peek().kind {
            TokenKind::Symbol("?") => Some((Infix::Choose, power::CHOOSE)),
            TokenKind::Name(word) if word == "in" => Some((Infix::In, power::COMPARE)),
            TokenKind::Symbol(symbol) => {
                Operator::of(symbol).map(|operator| (Infix::Binary(operator), operator.power()))
            }
            _ => None,
        }
    }

    fn operand(&mut self) -> Result<Tree, Fault> {
        let Token { kind, range } = self.peek().clone();
        match kind {
            TokenKind::Number(number) => self.leaf(Kind::Number(number), range),
            TokenKind::Text(text) => self.leaf(Kind::Text(text), range),
            TokenKind::Name(word) => self.word(word, range),
            TokenKind::Symbol(sign @ ("!" | "-")) => self.signed(sign, range),
            TokenKind::Symbol("(") => self.bracketed(range),
            TokenKind::Symbol(_) | TokenKind::End => Err(self.unexpected(Wanted::Value)),
        }
    }

    fn leaf(&mut self, kind: Kind, range: Range<usize>) -> Result<Tree, Fault> {
        self.advance();
        self.part(kind, range)
    }

    fn word(&mut self, word: String, range: Range<usize>) -> Result<Tree, Fault> {
        match word.as_str() {
            "true" => self.leaf(Kind::Bool(true), range),
            "false" => self.leaf(Kind::Bool(false), range),
            "null" => self.leaf(Kind::Null, range),
            "in" => Err(self.unexpected(Wanted::Value)),
            _ if self.tokens[self.at + 1].kind == TokenKind::Symbol("(") => self.call(word, range),
            _ => self.leaf(Kind::Name(word), range),
        }
    }

    fn signed(&mut self, sign: &str, range: Range<usize>) -> Result<Tree, Fault> {
        self.advance();
        self.deeper(&range)?;
        let of = self.operand()?;
        self.depth -= 1;
        let range = range.start..of.range.end;
        let of = Box::new(of);
        self.part(if sign == "!" { Kind::Not(of) } else { Kind::Negative(of) }, range)
    }

    fn bracketed(&mut self, open: Range<usize>) -> Result<Tree, Fault> {
        self.advance();
        self.deeper(&open)?;
        let tree = self.expression(power::ANY)?;
        self.depth -= 1;
        self.close(")", '(', open)?;
        Ok(tree)
    }

    fn binary(&mut self, operator: Operator, left: Tree) -> Result<Tree, Fault> {
        self.advance();
        let right = self.expression(operator.power() + 1)?;
        let range = left.range.start..right.range.end;
        self.part(Kind::Binary(operator, Box::new(left), Box::new(right)), range)
    }

    /// `c ? a : b`; the branch after the colon may be another one.
    fn choose(&mut self, condition: Tree) -> Result<Tree, Fault> {
        let mark = self.advance();
        self.deeper(&mark)?;
        let yes = self.expression(power::ANY)?;
        self.expect(":")?;
        let no = self.expression(power::CHOOSE)?;
        self.depth -= 1;
        let range = condition.range.start..no.range.end;
        self.part(Kind::Choose(Box::new([condition, yes, no])), range)
    }

    fn member(&mut self, left: Tree) -> Result<Tree, Fault> {
        self.advance();
        let open = self.expect("[")?;
        let list = self.list("]", '[', open)?;
        let range = left.range.start..self.end_of_last();
        self.part(Kind::In(Box::new(left), list), range)
    }

    fn call(&mut self, name: String, at: Range<usize>) -> Result<Tree, Fault> {
        self.advance();
        let open = self.advance();
        let function = match name.as_str() {
            "date" => return self.dated(at, open, Fault::date),
            "month" => return self.dated(at, open, Fault::month),
            _ => Function::of(&name),
        };
        let Some(function) = function else {
            let near = nearest(&name, Function::names());
            return Err(self.fault(at, FaultKind::UnknownFunction { name, near }));
        };
        let arguments = self.list(")", '(', open)?;
        let range = at.start..self.end_of_last();
        self.part(Kind::Call(function, arguments), range)
    }

    /// `date("…")` and `month("…")` are literals: what stands in them is read at load.
    fn dated(
        &mut self,
        at: Range<usize>,
        open: Range<usize>,
        read: fn(&str) -> Result<Kind, FaultKind>,
    ) -> Result<Tree, Fault> {
        let token = self.peek().clone();
        let kind = match &token.kind {
            TokenKind::Text(text) => read(text),
            _ => read(""),
        };
        let kind = kind.map_err(|kind| self.fault(token.range, kind))?;
        self.advance();
        self.close(")", '(', open)?;
        self.part(kind, at.start..self.end_of_last())
    }

    /// What stands between brackets, separated by commas.
    fn list(&mut self, close: &'static str, sign: char, open: Range<usize>) -> Result<Vec<Tree>, Fault> {
        let mut list = Vec::new();
        if self.take(close) {
            return Ok(list);
        }
        self.deeper(&open)?;
        list.push(self.expression(power::ANY)?);
        while self.take(",") {
            list.push(self.expression(power::ANY)?);
        }
        self.depth -= 1;
        self.close(close, sign, open)?;
        Ok(list)
    }

    /// Steps into what the token at `range` opens; who steps in steps out again.
    fn deeper(&mut self, range: &Range<usize>) -> Result<(), Fault> {
        if self.depth == DEPTH_MAX {
            return Err(self.fault(range.clone(), FaultKind::TooDeep));
        }
        self.depth += 1;
        Ok(())
    }

    fn part(&mut self, kind: Kind, range: Range<usize>) -> Result<Tree, Fault> {
        self.parts += 1;
        if self.parts > PARTS_MAX {
            return Err(self.fault(range, FaultKind::TooManyParts));
        }
        Ok(Tree { kind, range })
    }

    fn peek(&self) -> &Token {
        &self.tokens[self.at]
    }

    /// Steps over one token, never over the end.
    fn advance(&mut self) -> Range<usize> {
        let range = self.peek().range.clone();
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        range
    }

    fn end_of_last(&self) -> usize {
        self.tokens[self.at.saturating_sub(1)].range.end
    }

    fn take(&mut self, symbol: &'static str) -> bool {
        let found = self.peek().kind == TokenKind::Symbol(symbol);
        if found {
            self.advance();
        }
        found
    }

    fn expect(&mut self, symbol: &'static str) -> Result<Range<usize>, Fault> {
        let range = self.peek().range.clone();
        if self.take(symbol) {
            Ok(range)
        } else {
            Err(self.unexpected(Wanted::Symbol(symbol)))
        }
    }

    fn close(&mut self, close: &'static str, sign: char, open: Range<usize>) -> Result<(), Fault> {
        if self.take(close) {
            return Ok(());
        }
        if self.peek().kind == TokenKind::End {
            return Err(self.fault(open, FaultKind::Unclosed { open: sign }));
        }
        Err(self.unexpected(Wanted::Symbol(close)))
    }

    fn unexpected(&self, wanted: Wanted) -> Fault {
        let token = self.peek();
        if token.kind == TokenKind::End {
            return self.fault(token.range.clone(), FaultKind::EndsEarly { wanted });
        }
        let found = self.source[token.range.clone()].to_string();
        let word = WORDS
            .into_iter()
            .find(|(word, _)| *word == found && wanted != Wanted::Value);
        let kind = match word {
            Some((_, instead)) => FaultKind::WriteInstead {
                found,
                instead: instead.to_string(),
            },
            None => FaultKind::Unexpected { found, wanted },
        };
        self.fault(token.range.clone(), kind)
    }

    fn fault(&self, range: Range<usize>, kind: FaultKind) -> Fault {
        Fault::at(self.source, range, kind)
    }
}
