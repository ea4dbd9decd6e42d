//! Room: the chain, entry by entry. Needs no rules and no derived table.

use super::{FirstBad, PAGE, Unsound};
use crate::cells::hex;
use crate::engine::{Conn, Sql};
use crate::error::StoreError;
use crate::head::Head;
use taizhang_core::id::EntryNo;
use taizhang_core::journal::chain::{Alg, Hash, START, head, leaf};
use taizhang_core::journal::encoding::decode;
use taizhang_core::journal::{Act, Entry};

/// How far the chain was followed.
#[derive(Clone, Debug)]
pub(crate) struct Chain {
    pub(crate) book: [u8; 16],
    alg: Alg,
    /// The last entry that was right.
    pub(crate) n: EntryNo,
    /// Its head.
    pub(crate) hash: Hash,
    /// When it was recorded.
    pub(crate) recorded_at: i64,
    /// The first entry of its command.
    command: EntryNo,
}

/// One line of the journal as it is stored.
pub(crate) struct Link<'a> {
    /// Its number.
    pub(crate) n: EntryNo,
    /// Its head.
    pub(crate) head: &'a [u8],
    /// Its bytes.
    pub(crate) bytes: &'a [u8],
}

impl Chain {
    /// Before the first entry.
    pub(crate) fn new(book: [u8; 16], alg: Alg) -> Chain {
        Chain {
            book,
            alg,
            n: 0,
            hash: START,
            recorded_at: 0,
            command: 0,
        }
    }

    /// As far as an entry whose head somebody signed: the head covers the entry's bytes and the head before
    /// it, so both must be there.
    pub(crate) fn signed(conn: &mut dyn Conn, there: &Head, n: EntryNo, signed: &Hash) -> Result<Chain, FirstBad> {
        let bad = |why| FirstBad::Entry(n, why);
        let mut found: [Option<(Vec<u8>, Vec<u8>)>; 2] = [None, None];
        let sql = "SELECT n, head, bytes FROM entry WHERE n >= $1 AND n <= $2 ORDER BY n";
        let read = conn.query_each(sql, &[Sql::Int(n - 1), Sql::Int(n)], &mut |row| {
            found[usize::from(row[0].int()? == n)] = Some((row[1].blob()?.to_vec(), row[2].blob()?.to_vec()));
            Ok(true)
        });
        read.map_err(|error| FirstBad::File(error.to_string()))?;
        let [before, Some((_, bytes))] = found else {
            return Err(bad(Unsound::SignedAndMissing));
        };
        let before = before.map_or(START.to_vec(), |(head, _)| head);
        let before = Hash::try_from(before.as_slice()).map_err(|_| bad(Unsound::NoHeadBefore))?;
        let entry = decode(&bytes).map_err(|why| bad(Unsound::Malformed(why)))?;
        if entry.n != n || head(there.alg, &there.book, n, &before, &leaf(&bytes)) != *signed {
            return Err(bad(Unsound::NotAsSigned));
        }
        Ok(Chain {
            n,
            hash: *signed,
            recorded_at: entry.recorded_at,
            command: if entry.command == 0 { n } else { entry.command },
            ..Chain::new(there.book, there.alg)
        })
    }

    /// Follows one more entry, or says why it does not follow.
    pub(crate) fn follow(&mut self, link: &Link<'_>) -> Result<Entry, FirstBad> {
        let n = self.n + 1;
        let bad = |why| FirstBad::Entry(n, why);
        if link.n != n {
            return Err(bad(Unsound::Skipped(link.n)));
        }
        let entry = decode(link.bytes).map_err(|why| bad(Unsound::Malformed(why)))?;
        if entry.n != n {
            return Err(bad(Unsound::Numbered(entry.n)));
        }
        if entry.recorded_at <= self.recorded_at {
            return Err(bad(Unsound::Early));
        }
        if entry.command != 0 && entry.command != self.command {
            return Err(bad(Unsound::Command(entry.command)));
        }
        let hash = head(self.alg, &self.book, n, &self.hash, &leaf(link.bytes));
        if link.head != hash {
            return Err(bad(Unsound::Head(hex(&hash))));
        }
        if let Some(why) = misplaced(&entry) {
            return Err(bad(why));
        }
        (self.n, self.hash, self.recorded_at) = (n, hash, entry.recorded_at);
        if entry.command == 0 {
            self.command = n;
        }
        Ok(entry)
    }
}

/// An opening carries its own number, what follows an earlier one, and what is about the book none.
fn misplaced(entry: &Entry) -> Option<Unsound> {
    match entry.act {
        Act::Open { .. } if entry.record != entry.n => Some(Unsound::OpensAnother),
        _ if entry.is_of_record() && !(1..=entry.n).contains(&entry.record) => Some(Unsound::OfNoRecord),
        _ if !entry.is_of_record() && entry.record != 0 => Some(Unsound::OfBoth),
        _ => None,
    }
}

/// So many entries that lie together, their chain followed.
pub(crate) struct Page {
    /// The first.
    pub(crate) from: EntryNo,
    /// The last.
    pub(crate) to: EntryNo,
    /// All of them.
    pub(crate) entries: Vec<Entry>,
}

/// The journal, page after page.
pub(crate) struct Walk {
    chain: Chain,
    size: i64,
    bad: Option<FirstBad>,
}

impl Walk {
    /// From the first entry, so many at a time.
    pub(crate) fn new(there: &Head, size: i64) -> Walk {
        Walk::after(Chain::new(there.book, there.alg), size)
    }

    /// From where a chain was followed to.
    pub(crate) fn after(chain: Chain, size: i64) -> Walk {
        let bad = None;
        Walk { chain, size, bad }
    }

    /// The next page; none at the end, and none from where the chain is broken.
    pub(crate) fn page(&mut self, conn: &mut dyn Conn) -> Result<Option<Page>, StoreError> {
        if self.bad.is_some() {
            return Ok(None);
        }
        let (chain, bad) = (&mut self.chain, &mut self.bad);
        let from = chain.n + 1;
        // What stands before the first entry is found too.
        let after = if chain.n == 0 { i64::MIN } else { chain.n };
        let mut entries = Vec::new();
        let sql = "SELECT n, record, head, bytes FROM entry WHERE n > $1 ORDER BY n LIMIT $2";
        conn.query_each(sql, &[Sql::Int(after), Sql::Int(self.size)], &mut |row| {
            let link = Link {
                n: row[0].int()?,
                head: row[2].blob()?,
                bytes: row[3].blob()?,
            };
            match chain.follow(&link) {
                Ok(entry) if entry.record == row[1].int()? => entries.push(entry),
                Ok(entry) => {
                    let key = format!("n={}", entry.n);
                    *bad = Some(cell("entry", key, "record", entry.record, row[1].int()?));
                }
                Err(found) => *bad = Some(found),
            }
            Ok(bad.is_none())
        })?;
        let to = chain.n;
        let whole = self.bad.is_none() && !entries.is_empty();
        Ok(whole.then_some(Page { from, to, entries }))
    }

    /// The last entry that was followed.
    pub(crate) fn n(&self) -> EntryNo {
        self.chain.n
    }

    /// Whether the chain was found to be broken.
    pub(crate) fn is_broken(&self) -> bool {
        self.bad.is_some()
    }

    /// Follows what is left of the chain and compares its end with table `book`.
    pub(crate) fn end(mut self, conn: &mut dyn Conn, there: &Head) -> Result<(Chain, Option<FirstBad>), StoreError> {
        while self.page(conn)?.is_some() {}
        let bad = self.bad.or_else(|| ends_elsewhere(&self.chain, there));
        Ok((self.chain, bad))
    }
}

/// Follows the chain of a book to its end and compares it with table `book`.
pub(crate) fn walk(conn: &mut dyn Conn, there: &Head) -> Result<(Chain, Option<FirstBad>), StoreError> {
    Walk::new(there, PAGE).end(conn, there)
}

fn ends_elsewhere(chain: &Chain, there: &Head) -> Option<FirstBad> {
    if chain.n < there.n {
        return Some(FirstBad::Entry(chain.n + 1, Unsound::BeforeEnd(there.n)));
    }
    let book = |column, expected: String, found: String| cell("book", "one=1".to_owned(), column, expected, found);
    if chain.n != there.n {
        return Some(book("head", chain.n.to_string(), there.n.to_string()));
    }
    if chain.hash != there.hash {
        return Some(book("head_hash", hex(&chain.hash), hex(&there.hash)));
    }
    let (expected, found) = (chain.recorded_at.to_string(), there.recorded_at.to_string());
    (expected != found).then(|| book("recorded_at", expected, found))
}

fn cell(table: &str, key: String, column: &str, expected: impl ToString, found: impl ToString) -> FirstBad {
    FirstBad::Cell {
        table: table.to_owned(),
        key,
        column: column.to_owned(),
        expected: expected.to_string(),
        found: found.to_string(),
    }
}
