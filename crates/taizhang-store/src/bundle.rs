//! Room: bundles — what each account was posted by 4,096 entries in a row, as bytes, so that a figure as known earlier
//! reads a million postings in hundredths of a second. Written once, with the last of those entries, and derived like
//! everything else. Adds nothing up.
//!
//! A row holds, as numbers of seven bits a byte: how many postings; their places (unit and dimension), each once; their
//! first day; then for each posting the entries since the one before with the kind of its counts, its place, its day
//! and its amount.

use crate::engine::{Conn, OnConflict, Sql};
use crate::error::StoreError;
use crate::figure::Mixing;
use crate::schema::tables;
use std::collections::{BTreeMap, HashMap};
use taizhang_core::id::{AccountNo, EntryNo, RecordNo};
use taizhang_core::posting::Posting;

/// So many entries make bundles together: the first, then the next …
pub(crate) const ENTRIES: EntryNo = 4_096;

/// How many postings one row holds at most: a pack may post on every record by one entry.
const POSTINGS: usize = 16_384;

/// Counts that nearly all postings have, by their place in this list: reported, missing, not applicable.
const COUNTS: [[i64; 3]; 7] = [
    [1, 0, 0],
    [-1, 0, 0],
    [0, 1, 0],
    [0, -1, 0],
    [0, 0, 1],
    [0, 0, -1],
    [0, 0, 0],
];

/// One posting to an account, as far as sums need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) entry: EntryNo,
    pub(crate) day: i64,
    pub(crate) amount: i64,
    /// Reported, missing, not applicable.
    pub(crate) counts: [i64; 3],
}

/// Unit and dimension.
pub(crate) type Place = (RecordNo, i64);

/// A posting with what it is ordered by among those of its entry.
#[derive(Clone, Debug)]
pub(crate) struct Posted {
    account: i64,
    record: RecordNo,
    seq: i64,
    place: Place,
    line: Line,
}

impl Posted {
    pub(crate) fn of(entry: EntryNo, seq: i64, posting: &Posting, dim: i64) -> Posted {
        Posted {
            account: posting.account.0.into(),
            record: posting.record,
            seq,
            place: (posting.unit, dim),
            line: Line {
                entry,
                day: posting.day.0.into(),
                amount: posting.amount,
                counts: [posting.reported, posting.missing, posting.not_applicable].map(i64::from),
            },
        }
    }

    fn order(&self) -> (EntryNo, i64, RecordNo, i64) {
        (self.line.entry, self.account, self.record, self.seq)
    }
}

/// How many bundles are complete at a head.
pub(crate) fn complete(head: EntryNo) -> i64 {
    head / ENTRIES
}

/// Ties postings up as they come by, entry after entry.
pub(crate) struct Binder {
    /// The first block all of whose postings come by.
    first: i64,
    /// The block in hand.
    block: i64,
    accounts: BTreeMap<i64, Bundle>,
    rows: Vec<Vec<Sql>>,
}

/// The postings of one account in the block in hand, as far as they stand in no row yet.
#[derive(Default)]
struct Bundle {
    part: i64,
    places: Vec<Place>,
    numbers: HashMap<Place, u64, Mixing>,
    lines: Vec<(u64, Line)>,
}

impl Binder {
    /// For what comes behind an entry. A block that began before it is left out.
    pub(crate) fn behind(entry: EntryNo) -> Binder {
        let first = (entry + ENTRIES - 1).div_euclid(ENTRIES);
        Binder {
            first,
            block: first,
            accounts: BTreeMap::new(),
            rows: Vec::new(),
        }
    }

    /// Whether the postings of an entry belong to a block that is tied up here.
    pub(crate) fn wants(&self, entry: EntryNo) -> bool {
        block_of(entry) >= self.first
    }

    /// Takes all postings of some entries, behind those that it has.
    pub(crate) fn take(&mut self, mut posted: Vec<Posted>) {
        if !posted.is_sorted_by_key(Posted::order) {
            posted.sort_by_key(Posted::order);
        }
        for one in posted {
            let block = block_of(one.line.entry);
            if block < self.first {
                continue;
            }
            if block != self.block {
                self.close();
                self.block = block;
            }
            let bundle = self.accounts.entry(one.account).or_default();
            bundle.add(one.place, one.line);
            if bundle.lines.len() == POSTINGS {
                self.rows.push(bundle.row(one.account, block));
            }
        }
    }

    /// The rows that are complete once the journal goes up to an entry.
    pub(crate) fn rows(&mut self, to: EntryNo) -> Vec<Vec<Sql>> {
        if complete(to) > self.block {
            self.close();
            self.block = complete(to);
        }
        std::mem::take(&mut self.rows)
    }

    fn close(&mut self) {
        for (account, mut bundle) in std::mem::take(&mut self.accounts) {
            if !bundle.lines.is_empty() {
                self.rows.push(bundle.row(account, self.block));
            }
        }
    }
}

fn block_of(entry: EntryNo) -> i64 {
    (entry - 1).div_euclid(ENTRIES)
}

impl Bundle {
    fn add(&mut self, place: Place, line: Line) {
        let next = self.places.len() as u64;
        let number = *self.numbers.entry(place).or_insert(next);
        if number == next {
            self.places.push(place);
        }
        self.lines.push((number, line));
    }

    /// What it has as a row; it has nothing then.
    fn row(&mut self, account: i64, block: i64) -> Vec<Sql> {
        let bytes = self.bytes(block);
        let part = self.part;
        *self = Bundle {
            part: part + 1,
            ..Bundle::default()
        };
        vec![Sql::Int(account), Sql::Int(block), Sql::Int(part), Sql::Blob(bytes)]
    }

    fn bytes(&self, block: i64) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.places.len() * 4 + self.lines.len() * 10 + 16);
        put(self.lines.len() as u64, &mut out);
        put(self.places.len() as u64, &mut out);
        for (unit, dim) in &self.places {
            put(folded(*unit), &mut out);
            put(folded(*dim), &mut out);
        }
        let first_day = self.lines.iter().map(|(_, line)| line.day).min().unwrap_or(0);
        put(folded(first_day), &mut out);
        let mut before = block * ENTRIES;
        for (place, line) in &self.lines {
            let since = (line.entry - before) as u64;
            before = line.entry;
            let kind = COUNTS.iter().position(|counts| *counts == line.counts);
            put(since << 3 | kind.unwrap_or(COUNTS.len()) as u64, &mut out);
            if kind.is_none() {
                line.counts.iter().for_each(|count| put(folded(*count), &mut out));
            }
            put(*place, &mut out);
            put(line.day.wrapping_sub(first_day) as u64, &mut out);
            put(folded(line.amount), &mut out);
        }
        out
    }
}

/// How many postings a row holds, as it says itself.
pub(crate) fn count(bytes: &[u8]) -> usize {
    let count = number(&mut &*bytes).and_then(|count| usize::try_from(count).ok());
    count.unwrap_or(0).min(POSTINGS)
}

/// Reads a row: what a caller makes of each place, then each posting with what its place was made into.
pub(crate) fn unbound<P: Copy>(
    bytes: &[u8],
    block: i64,
    mut place: impl FnMut(Place) -> P,
    mut each: impl FnMut(P, Line),
) -> Result<(), StoreError> {
    let mut rest = bytes;
    let damaged = || StoreError::Damaged(format!("bundle {block} of an account"));
    let mut next = || number(&mut rest).ok_or_else(damaged);
    let (count, named) = (next()?, next()?);
    let named = (0..named).map(|_| Ok((unfolded(next()?), unfolded(next()?))));
    let places: Vec<P> = named
        .map(|named| named.map(&mut place))
        .collect::<Result<_, StoreError>>()?;
    let first_day = unfolded(next()?);
    let mut entry = block * ENTRIES;
    for _ in 0..count {
        let tag = next()?;
        entry = entry.wrapping_add((tag >> 3) as i64);
        let counts = match COUNTS.get((tag & 7) as usize) {
            Some(counts) => *counts,
            None => [unfolded(next()?), unfolded(next()?), unfolded(next()?)],
        };
        let at = places.get(next()? as usize).ok_or_else(damaged)?;
        let line = Line {
            entry,
            day: first_day.wrapping_add(next()? as i64),
            amount: unfolded(next()?),
            counts,
        };
        each(*at, line);
    }
    Ok(())
}

/// Seven bits a byte, the lowest first, the top bit set on all but the last.
fn put(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn number(rest: &mut &[u8]) -> Option<u64> {
    // Most numbers are small.
    let (first, behind) = rest.split_first()?;
    if *first < 0x80 {
        *rest = behind;
        return Some(u64::from(*first));
    }
    let word = rest.first_chunk::<8>().map(|bytes| u64::from_le_bytes(*bytes));
    let Some((value, length)) = word.and_then(of_word) else {
        return byte_by_byte(rest);
    };
    *rest = &rest[length..];
    Some(value)
}

/// The number that eight bytes begin with, and how many of them are its own; none if it goes on behind them. No step
/// of it depends on how many they are.
fn of_word(word: u64) -> Option<(u64, usize)> {
    let ends = !word & 0x8080_8080_8080_8080;
    if ends == 0 {
        return None;
    }
    let end = ends.trailing_zeros();
    let own = word & (u64::MAX >> (63 - end)) & 0x7F7F_7F7F_7F7F_7F7F;
    let pairs = (own & 0x007F_007F_007F_007F) | (own & 0x7F00_7F00_7F00_7F00) >> 1;
    let fours = (pairs & 0x0000_3FFF_0000_3FFF) | (pairs & 0x3FFF_0000_3FFF_0000) >> 2;
    let value = (fours & 0x0FFF_FFFF) | (fours & 0x0FFF_FFFF_0000_0000) >> 4;
    Some((value, end as usize / 8 + 1))
}

fn byte_by_byte(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (byte, behind) = rest.split_first()?;
        *rest = behind;
        value |= u64::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

/// Small numbers of either sign as small ones without.
fn folded(value: i64) -> u64 {
    (value << 1 ^ value >> 63) as u64
}

fn unfolded(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

/// Writes the bundles of one block from the table of postings.
pub(crate) fn bind(conn: &mut dyn Conn, block: i64) -> Result<(), StoreError> {
    let (after, to) = (block * ENTRIES, (block + 1) * ENTRIES);
    let mut binder = Binder::behind(after);
    let mut posted = Vec::new();
    let sql = "SELECT entry, account, record, seq, unit, dim, day, amount, reported, missing, not_applicable
               FROM posting WHERE entry > $1 AND entry <= $2 ORDER BY entry, account, record, seq";
    conn.query_each(sql, &[Sql::Int(after), Sql::Int(to)], &mut |row| {
        posted.push(Posted {
            account: row[1].int()?,
            record: row[2].int()?,
            seq: row[3].int()?,
            place: (row[4].int()?, row[5].int()?),
            line: Line {
                entry: row[0].int()?,
                day: row[6].int()?,
                amount: row[7].int()?,
                counts: [row[8].int()?, row[9].int()?, row[10].int()?],
            },
        });
        if posted.len() >= POSTINGS {
            binder.take(std::mem::take(&mut posted));
        }
        Ok(true)
    })?;
    binder.take(posted);
    write(conn, binder.rows(to))
}

/// Writes all bundles of a book that had none.
pub(crate) fn bind_all(conn: &mut dyn Conn, head: EntryNo) -> Result<(), StoreError> {
    (0..complete(head)).try_for_each(|block| bind(conn, block))
}

pub(crate) fn write(conn: &mut dyn Conn, rows: Vec<Vec<Sql>>) -> Result<(), StoreError> {
    match rows.is_empty() {
        true => Ok(()),
        false => conn.write_many(&tables::bundle(), &rows, OnConflict::Fail),
    }
}

/// An account's rows of some blocks, in their order: block, part, and how many bytes it has.
pub(crate) fn sizes(
    conn: &mut dyn Conn,
    account: AccountNo,
    (from, until): (i64, i64),
) -> Result<Vec<(i64, i64, i64)>, StoreError> {
    // The length of bytes is known without reading them.
    let sql = "SELECT block, part, LENGTH(bytes) FROM bundle WHERE account = $1 AND block >= $2 AND block < $3
               ORDER BY block, part";
    let rows = conn.query(sql, &[account.0.into(), from, until].map(Sql::Int))?;
    let size = |row: &Vec<Sql>| Ok((row[0].int()?, row[1].int()?, row[2].int()?));
    rows.iter().map(size).collect()
}

/// Hands out an account's rows of some blocks, in their order: block, part and bytes.
pub(crate) fn each(
    conn: &mut dyn Conn,
    account: AccountNo,
    (from, until): (i64, i64),
    mut take: impl FnMut(i64, i64, &[u8]) -> Result<bool, StoreError>,
) -> Result<(), StoreError> {
    let sql = "SELECT block, part, bytes FROM bundle WHERE account = $1 AND block >= $2 AND block < $3
               ORDER BY block, part";
    let values = [account.0.into(), from, until].map(Sql::Int);
    conn.query_each(sql, &values, &mut |row| {
        take(row[0].int()?, row[1].int()?, row[2].blob()?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn posted(entry: EntryNo, unit: RecordNo, line: (i64, i64, [i64; 3])) -> Posted {
        let (day, amount, counts) = line;
        Posted {
            account: 7,
            record: entry,
            seq: 0,
            place: (unit, unit % 3),
            line: Line {
                entry,
                day,
                amount,
                counts,
            },
        }
    }

    fn read(row: &[Sql]) -> Vec<(Place, Line)> {
        let mut lines = Vec::new();
        let (block, bytes) = (row[1].int().expect("a number"), row[3].blob().expect("bytes"));
        unbound(bytes, block, |place| place, |place, line| lines.push((place, line))).expect("whole");
        lines
    }

    #[test]
    fn what_was_tied_up_comes_out_again() {
        let mut wanted = vec![
            posted(1, 5, (19_000, i64::MAX, [1, 0, 0])),
            posted(2, -4, (-700, i64::MIN, [0, -1, 0])),
            posted(2, 900_000, (i64::from(i32::MAX), 0, [3, -2, 700])),
            posted(ENTRIES, 5, (19_000, -1, [0, 0, 0])),
        ];
        wanted[2].record = 9;
        let mut binder = Binder::behind(0);
        binder.take(wanted.clone());
        assert!(binder.rows(ENTRIES - 1).is_empty(), "the last entry may still post");
        let rows = binder.rows(ENTRIES);
        assert_eq!(rows.len(), 1);
        let found = read(&rows[0]);
        let wanted: Vec<(Place, Line)> = wanted.iter().map(|one| (one.place, one.line)).collect();
        assert_eq!(found, wanted);
    }

    #[test]
    fn an_entry_that_posts_much_fills_several_rows_and_a_block_without_its_beginning_none() {
        let many = (0..POSTINGS as i64 + 10).map(|record| {
            let mut one = posted(ENTRIES + 1, record % 200, (1, record, [1, 0, 0]));
            one.record = record;
            one
        });
        let mut binder = Binder::behind(3);
        binder.take(vec![posted(4, 1, (1, 1, [1, 0, 0]))]);
        // In whatever order they come.
        binder.take(many.rev().collect());
        let rows = binder.rows(2 * ENTRIES);
        assert_eq!(rows.len(), 2);
        let amounts: Vec<i64> = rows
            .iter()
            .flat_map(|row| read(row))
            .map(|(_, line)| line.amount)
            .collect();
        assert_eq!(amounts, (0..POSTINGS as i64 + 10).collect::<Vec<_>>());
    }

    #[test]
    fn numbers_of_every_length_are_read_alike_in_words_and_byte_by_byte() {
        let edges = (0..64).flat_map(|bit| [1_u64 << bit, (1 << bit) - 1, (1 << bit) | 1, u64::MAX >> bit]);
        for value in edges {
            let mut bytes = Vec::new();
            put(value, &mut bytes);
            let own = bytes.len();
            // Behind it others follow, or nothing.
            for behind in [&[][..], &[0; 9], &[0xFF; 9]] {
                bytes.truncate(own);
                bytes.extend(behind);
                let (mut fast, mut plain) = (&bytes[..], &bytes[..]);
                assert_eq!(
                    (number(&mut fast), byte_by_byte(&mut plain)),
                    (Some(value), Some(value)),
                    "{value}"
                );
                assert_eq!((fast, plain), (behind, behind), "{value}");
            }
        }
    }

    #[test]
    fn cut_bytes_are_damage_and_no_panic() {
        let mut binder = Binder::behind(0);
        binder.take(vec![posted(1, 5, (19_000, 300, [1, 2, 3]))]);
        let rows = binder.rows(ENTRIES);
        let bytes = rows[0][3].blob().expect("bytes");
        for end in 0..bytes.len() {
            let cut = unbound(&bytes[..end], 0, |_| (), |(), _| ());
            assert!(matches!(cut, Err(StoreError::Damaged(_))), "cut at {end}");
        }
    }
}
