//! Room: the journal as a file of lines, and the check of such a file with no database at hand.
//!
//! The format stands in `docs/format-journal-entry.md`; `docs/verify/verify.py` checks it without us.

use crate::cells::hex;
use crate::engine::Conn;
use crate::error::StoreError;
use crate::head::Head;
use crate::verify::{Chain, FirstBad, Link, Unsound, Verdict, walk};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::io::{BufRead, Read, Write};
use taizhang_core::id::EntryNo;
use taizhang_core::journal::chain::Alg;

/// The name of the format, in the first line.
pub const FORMAT: &str = "taizhang-journal-1";

/// The longest line that is read; a pack's entry is a few megabytes.
const LONGEST: u64 = 256 * 1024 * 1024;

/// Writes the journal as lines; gives the last entry's number. A journal whose chain is broken is
/// refused: a file must not lend it a good name.
pub fn export(conn: &mut dyn Conn, out: &mut dyn Write) -> Result<EntryNo, StoreError> {
    let head = Head::read(conn)?;
    let (chain, bad) = walk(conn, &head)?;
    if let Some(bad) = bad {
        return Err(StoreError::Damaged(bad.to_string()));
    }
    let first = json!({ "format": FORMAT, "book": hex_of(&head.book), "alg": head.alg.name() });
    writeln!(out, "{first}")?;
    crate::journal::each_after(conn, 0, &mut |n, head, bytes| {
        let line = json!({ "n": n, "bytes": STANDARD.encode(bytes), "head": hex_of(head) });
        writeln!(out, "{line}")?;
        Ok(true)
    })?;
    out.flush()?;
    Ok(chain.n)
}

/// Checks a file that [`export`] wrote. A first line that is no such file's is an error; whatever is
/// wrong after it is in the verdict.
pub fn verify_journal_file(from: &mut dyn BufRead) -> Result<Verdict, StoreError> {
    follow_journal_file(from, &mut |_, _, _| {})
}

/// Takes an entry's number, head and bytes, after the chain was found to hold up to it.
pub type EachLine<'a> = dyn FnMut(EntryNo, &[u8; 32], &[u8]) + 'a;

/// The book that such a file is of.
pub fn book_of_journal_file(from: &mut dyn BufRead) -> Result<[u8; 16], StoreError> {
    let mut line = String::new();
    match next(from, &mut line)? {
        Line::Whole => first(&line).map(|chain| chain.book).ok_or(StoreError::NotAJournal),
        Line::Cut | Line::End => Err(StoreError::NotAJournal),
    }
}

/// The same, handing out each entry.
pub fn follow_journal_file(from: &mut dyn BufRead, each: &mut EachLine<'_>) -> Result<Verdict, StoreError> {
    let mut line = String::new();
    let mut chain = match next(from, &mut line)? {
        Line::Whole => first(&line).ok_or(StoreError::NotAJournal)?,
        Line::Cut | Line::End => return Err(StoreError::NotAJournal),
    };
    let mut bad = None;
    while bad.is_none() {
        bad = match next(from, &mut line)? {
            Line::End => break,
            Line::Cut => Some(FirstBad::Entry(chain.n + 1, Unsound::Cut)),
            Line::Whole => follow(&mut chain, &line, each).err(),
        };
    }
    Ok(Verdict {
        ok: bad.is_none(),
        entries: chain.n,
        head: hex(&chain.hash),
        first_bad: bad,
        undigested: 0,
    })
}

enum Line {
    Whole,
    Cut,
    End,
}

fn next(from: &mut dyn BufRead, line: &mut String) -> Result<Line, StoreError> {
    let mut bytes = Vec::new();
    from.take(LONGEST).read_until(b'\n', &mut bytes)?;
    if bytes.is_empty() {
        return Ok(Line::End);
    }
    if bytes.pop() != Some(b'\n') {
        return Ok(Line::Cut);
    }
    // Bytes that are no text make a line that can't be read, which is what the verdict then says.
    *line = String::from_utf8(bytes).unwrap_or_default();
    Ok(Line::Whole)
}

fn first(line: &str) -> Option<Chain> {
    let value: Value = serde_json::from_str(line).ok()?;
    let text = |name| value.get(name).and_then(Value::as_str);
    if text("format")? != FORMAT || text("alg")? != Alg::Sha256.name() {
        return None;
    }
    let book: [u8; 16] = unhex(text("book")?)?.try_into().ok()?;
    Some(Chain::new(book, Alg::Sha256))
}

fn follow(chain: &mut Chain, line: &str, each: &mut EachLine<'_>) -> Result<(), FirstBad> {
    let unreadable = || FirstBad::Entry(chain.n + 1, Unsound::Line);
    let value: Value = serde_json::from_str(line).map_err(|_| unreadable())?;
    let text = |name| value.get(name).and_then(Value::as_str);
    let n = value.get("n").and_then(Value::as_i64).ok_or_else(unreadable)?;
    let bytes = text("bytes").and_then(|text| STANDARD.decode(text).ok());
    let bytes = bytes.ok_or_else(unreadable)?;
    let head = text("head").and_then(unhex).ok_or_else(unreadable)?;
    let link = Link {
        n,
        head: &head,
        bytes: &bytes,
    };
    chain.follow(&link)?;
    each(n, &chain.hash, &bytes);
    Ok(())
}

fn hex_of(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads lower-case hexadecimal and nothing else.
fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.bytes().map(|digit| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    });
    let digits: Vec<u8> = digits.collect::<Option<_>>()?;
    let (pairs, rest) = digits.as_chunks::<2>();
    rest.is_empty()
        .then(|| pairs.iter().map(|[high, low]| high << 4 | low).collect())
}
