//! Room: the canonical bytes of an entry. One encoder, here; no other place makes hashed bytes.
//!
//! The grammar stands in `docs/format-journal-entry.md`. In short: `uint` is one length byte (0–8)
//! and that many big-endian bytes without leading zeros; `int` the same in the shortest two's
//! complement; `blob` and `text` are a `uint` length and the bytes, text in NFC; a list is a `uint`
//! count and its items; an option is one byte 0 or 1 and the value. Version 1 is final from the first
//! release on: what is added later is version 2. The decoder refuses whatever this encoder would not have written.

use super::entry::{Act, Change, Correction, Entry, Leg, PackVersion, Patch, Release, Source};
use super::frame::{Frame, Spot};
use crate::day::{Day, Month};
use crate::id::{AccountNo, FieldNo, RegisterNo};
use crate::nfc::{composed, is_nfc};
use crate::value::{Cell, Precision, Value};

/// The version byte of the entries that this program writes.
pub const VERSION: u8 = 1;

const MINUTES_OF_A_DAY: u16 = 24 * 60;

/// Why bytes are no entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// They end before the entry does.
    #[error("bytes end too early")]
    Short,
    /// They go on after the entry's end.
    #[error("bytes after the end")]
    Long,
    /// A version that this program does not know.
    #[error("unknown version {0}")]
    Version(u8),
    /// A value written in another way than the encoder does.
    #[error("not in canonical form")]
    NotCanonical,
}

/// The bytes of an entry.
pub fn encode(entry: &Entry) -> Vec<u8> {
    Frame::of(entry).bytes(&Spot::of(entry))
}

/// Reads an entry back. Every byte must be what [`encode`] would write.
pub fn decode(bytes: &[u8]) -> Result<Entry, Malformed> {
    let mut at = Reader { rest: bytes };
    match at.byte()? {
        VERSION => {}
        other => return Err(Malformed::Version(other)),
    }
    let mut entry = Entry::blank(Act::Note, Day(0));
    entry.n = at.number()?;
    entry.command = at.number()?;
    entry.recorded_at = at.int()?;
    entry.actor = at.number()?;
    entry.position = at.number()?;
    entry.definition = at.number()?;
    entry.occurred_on = at.day()?;
    entry.occurred_at = at.option(Reader::minute)?;
    entry.register = RegisterNo(at.small()?);
    entry.record = at.number()?;
    entry.based_on = at.number()?;
    entry.act = at.act()?;
    entry.reason = at.option(Reader::blob)?;
    entry.evidence = at.list(Reader::hash)?;
    entry.source = at.option(Reader::source)?;
    entry.key = at.option(Reader::hash)?;
    entry.legs = at.list(Reader::leg)?;
    entry.posting_count = at.small()?;
    if entry.posting_count > 0 {
        entry.posting_digest = at.hash()?;
    }
    if at.rest.is_empty() {
        Ok(entry)
    } else {
        Err(Malformed::Long)
    }
}

/// Writes canonical primitives; also used for the digest of postings and for decisions on their way.
pub(crate) struct Writer {
    pub(crate) out: Vec<u8>,
}

impl Writer {
    pub(crate) fn byte(&mut self, byte: u8) {
        self.out.push(byte);
    }

    pub(super) fn raw(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    pub(crate) fn uint(&mut self, value: u64) {
        let bytes = value.to_be_bytes();
        let skip = value.leading_zeros() as usize / 8;
        self.byte((8 - skip) as u8);
        self.raw(&bytes[skip..]);
    }

    pub(crate) fn int(&mut self, value: i64) {
        let bytes = value.to_be_bytes();
        let skip = shortest_skip(value);
        self.byte((8 - skip) as u8);
        self.raw(&bytes[skip..]);
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.blob(composed(text).as_bytes());
    }

    pub(crate) fn blob(&mut self, bytes: &[u8]) {
        self.uint(bytes.len() as u64);
        self.raw(bytes);
    }

    pub(crate) fn day(&mut self, day: Day) {
        self.int(i64::from(day.0));
    }

    pub(crate) fn option<T>(&mut self, value: Option<&T>, write: impl FnOnce(&mut Writer, &T)) {
        match value {
            None => self.byte(0),
            Some(value) => {
                self.byte(1);
                write(self, value);
            }
        }
    }

    pub(crate) fn list<T>(&mut self, items: &[T], write: impl Fn(&mut Writer, &T)) {
        self.uint(items.len() as u64);
        for item in items {
            write(self, item);
        }
    }

    pub(super) fn act(&mut self, act: &Act) {
        match act {
            Act::Open { patch, opening } => {
                self.byte(1);
                self.byte(u8::from(*opening));
                self.patch(patch);
            }
            Act::Amend { patch } => {
                self.byte(2);
                self.patch(patch);
            }
            Act::Move { name, patch } => {
                self.byte(3);
                self.text(name);
                self.patch(patch);
            }
            Act::Note => self.byte(4),
            Act::Void => self.byte(5),
            Act::Correct(correction) => {
                self.byte(6);
                self.correction(correction);
            }
            Act::Pack(pack) => {
                self.byte(7);
                self.pack(pack);
            }
            Act::Close { through } => {
                self.byte(8);
                self.day(*through);
            }
            Act::Reopen { through } => {
                self.byte(9);
                self.day(*through);
            }
            Act::Release(release) => {
                self.byte(10);
                self.release(release);
            }
        }
    }

    pub(crate) fn patch(&mut self, patch: &[(FieldNo, Cell)]) {
        self.list(patch, |out, (field, cell)| {
            out.uint(u64::from(field.0));
            out.cell(cell);
        });
    }

    fn cell(&mut self, cell: &Cell) {
        match cell {
            Cell::Missing => self.byte(0),
            Cell::NotApplicable => self.byte(1),
            Cell::Erased => self.byte(2),
            Cell::Is(value) => self.value(value),
        }
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Text(text) => {
                self.byte(3);
                self.text(text);
            }
            Value::Choice(id) => {
                self.byte(4);
                self.text(id);
            }
            Value::Num(units) => {
                self.byte(5);
                self.int(*units);
            }
            Value::Date(day, precision) => {
                self.byte(6);
                self.day(*day);
                self.byte(precision_tag(*precision));
            }
            Value::Month(month) => {
                self.byte(7);
                self.int(i64::from(month.0));
            }
            Value::Unit(unit) => {
                self.byte(8);
                self.uint(*unit as u64);
            }
            Value::Link(record) => {
                self.byte(9);
                self.uint(*record as u64);
            }
            Value::Evidence(hashes) => {
                self.byte(10);
                self.list(hashes, |out, hash| out.raw(hash));
            }
            Value::Place { lat, lon } => {
                self.byte(11);
                self.int(i64::from(*lat));
                self.int(i64::from(*lon));
            }
            Value::Sealed(bytes) => {
                self.byte(12);
                self.blob(bytes);
            }
        }
    }

    fn correction(&mut self, correction: &Correction) {
        self.uint(correction.target as u64);
        self.byte(u8::from(correction.withdraw));
        self.option(correction.day.as_ref(), |out, day| out.day(*day));
        self.list(&correction.fields, |out, (field, change)| {
            out.uint(u64::from(field.0));
            match change {
                Change::Withdrawn => out.byte(0),
                Change::Set(cell) => {
                    out.byte(1);
                    out.cell(cell);
                }
            }
        });
    }

    fn pack(&mut self, pack: &PackVersion) {
        self.day(pack.from);
        self.uint(u64::from(pack.engine));
        self.text(&pack.ids);
        self.list(&pack.files, |out, (path, text)| {
            out.text(path);
            out.blob(text.as_bytes());
        });
    }

    fn release(&mut self, release: &Release) {
        self.text(&release.bulletin);
        self.uint(u64::from(release.release_no));
        self.day(release.as_of);
        self.uint(release.known_at as u64);
        self.raw(&release.document);
        self.list(&release.figures, |out, (address, printed)| {
            out.text(address);
            out.text(printed);
        });
    }

    pub(super) fn leg(&mut self, leg: &Leg) {
        self.uint(u64::from(leg.account.0));
        self.text(&leg.dim);
        self.day(leg.day);
        self.uint(leg.unit as u64);
        self.int(leg.amount);
    }

    /// A source behind its batch.
    pub(super) fn row(&mut self, source: &Source) {
        self.raw(&source.file);
        self.text(&source.sheet);
        self.uint(u64::from(source.row));
    }
}

/// How many leading bytes of the two's complement say nothing.
fn shortest_skip(value: i64) -> usize {
    if value == 0 {
        return 8;
    }
    let same = if value < 0 {
        value.leading_ones()
    } else {
        value.leading_zeros()
    } as usize;
    // One bit must stay to tell the sign.
    (same - 1) / 8
}

fn precision_tag(precision: Precision) -> u8 {
    match precision {
        Precision::Day => 0,
        Precision::Month => 1,
        Precision::Quarter => 2,
        Precision::Year => 3,
    }
}

/// Reads canonical primitives.
pub(crate) struct Reader<'a> {
    pub(crate) rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], Malformed> {
        if count > self.rest.len() {
            return Err(Malformed::Short);
        }
        let (taken, rest) = self.rest.split_at(count);
        self.rest = rest;
        Ok(taken)
    }

    pub(crate) fn byte(&mut self) -> Result<u8, Malformed> {
        Ok(self.take(1)?[0])
    }

    pub(crate) fn flag(&mut self) -> Result<bool, Malformed> {
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Malformed::NotCanonical),
        }
    }

    fn uint(&mut self) -> Result<u64, Malformed> {
        let bytes = self.sized()?;
        if bytes.first() == Some(&0) {
            return Err(Malformed::NotCanonical);
        }
        Ok(bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte)))
    }

    pub(crate) fn int(&mut self) -> Result<i64, Malformed> {
        let bytes = self.sized()?;
        let negative = bytes.first().is_some_and(|byte| byte & 0x80 != 0);
        let start = if negative { -1 } else { 0 };
        let value = bytes.iter().fold(start, |value, byte| value << 8 | i64::from(*byte));
        if 8 - shortest_skip(value) == bytes.len() {
            Ok(value)
        } else {
            Err(Malformed::NotCanonical)
        }
    }

    fn sized(&mut self) -> Result<&'a [u8], Malformed> {
        match self.byte()? {
            length @ 0..=8 => self.take(usize::from(length)),
            _ => Err(Malformed::NotCanonical),
        }
    }

    /// A number that is a position in the journal.
    pub(crate) fn number(&mut self) -> Result<i64, Malformed> {
        i64::try_from(self.uint()?).map_err(|_| Malformed::NotCanonical)
    }

    pub(crate) fn small<T: TryFrom<u64>>(&mut self) -> Result<T, Malformed> {
        T::try_from(self.uint()?).map_err(|_| Malformed::NotCanonical)
    }

    pub(crate) fn small_int(&mut self) -> Result<i32, Malformed> {
        i32::try_from(self.int()?).map_err(|_| Malformed::NotCanonical)
    }

    pub(crate) fn day(&mut self) -> Result<Day, Malformed> {
        let day = Day(self.small_int()?);
        if (Day::MIN..=Day::MAX).contains(&day) {
            Ok(day)
        } else {
            Err(Malformed::NotCanonical)
        }
    }

    fn minute(&mut self) -> Result<u16, Malformed> {
        let minute = self.small()?;
        if minute < MINUTES_OF_A_DAY {
            Ok(minute)
        } else {
            Err(Malformed::NotCanonical)
        }
    }

    fn month(&mut self) -> Result<Month, Malformed> {
        let month = Month(self.small_int()?);
        if (Day::MIN.month()..=Day::MAX.month()).contains(&month) {
            Ok(month)
        } else {
            Err(Malformed::NotCanonical)
        }
    }

    pub(crate) fn blob(&mut self) -> Result<Vec<u8>, Malformed> {
        let length: usize = self.small()?;
        self.take(length).map(<[u8]>::to_vec)
    }

    pub(crate) fn text(&mut self) -> Result<String, Malformed> {
        let text = String::from_utf8(self.blob()?).map_err(|_| Malformed::NotCanonical)?;
        if is_nfc(&text) {
            Ok(text)
        } else {
            Err(Malformed::NotCanonical)
        }
    }

    fn hash(&mut self) -> Result<[u8; 32], Malformed> {
        self.take(32)?.try_into().map_err(|_| Malformed::Short)
    }

    pub(crate) fn option<T>(
        &mut self,
        read: impl FnOnce(&mut Reader<'a>) -> Result<T, Malformed>,
    ) -> Result<Option<T>, Malformed> {
        if self.flag()? { read(self).map(Some) } else { Ok(None) }
    }

    pub(crate) fn list<T>(
        &mut self,
        read: impl Fn(&mut Reader<'a>) -> Result<T, Malformed>,
    ) -> Result<Vec<T>, Malformed> {
        let count: usize = self.small()?;
        // Every item takes at least one byte, so a count above the rest is a lie told to make us allocate.
        if count > self.rest.len() {
            return Err(Malformed::Short);
        }
        (0..count).map(|_| read(self)).collect()
    }

    fn act(&mut self) -> Result<Act, Malformed> {
        Ok(match self.byte()? {
            1 => Act::Open {
                opening: self.flag()?,
                patch: self.patch()?,
            },
            2 => Act::Amend { patch: self.patch()? },
            3 => Act::Move {
                name: self.text()?,
                patch: self.patch()?,
            },
            4 => Act::Note,
            5 => Act::Void,
            6 => Act::Correct(self.correction()?),
            7 => Act::Pack(self.pack()?),
            8 => Act::Close { through: self.day()? },
            9 => Act::Reopen { through: self.day()? },
            10 => Act::Release(self.release()?),
            _ => return Err(Malformed::NotCanonical),
        })
    }

    pub(crate) fn patch(&mut self) -> Result<Patch, Malformed> {
        let patch = self.list(|at| Ok((FieldNo(at.small()?), at.cell()?)))?;
        sorted(patch)
    }

    fn cell(&mut self) -> Result<Cell, Malformed> {
        Ok(match self.byte()? {
            0 => Cell::Missing,
            1 => Cell::NotApplicable,
            2 => Cell::Erased,
            3 => Cell::Is(Value::Text(self.text()?)),
            4 => Cell::Is(Value::Choice(self.text()?)),
            5 => Cell::Is(Value::Num(self.int()?)),
            6 => Cell::Is(Value::Date(self.day()?, self.precision()?)),
            7 => Cell::Is(Value::Month(self.month()?)),
            8 => Cell::Is(Value::Unit(self.number()?)),
            9 => Cell::Is(Value::Link(self.number()?)),
            10 => Cell::Is(Value::Evidence(self.list(Reader::hash)?)),
            11 => Cell::Is(Value::Place {
                lat: self.small_int()?,
                lon: self.small_int()?,
            }),
            12 => Cell::Is(Value::Sealed(self.blob()?)),
            _ => return Err(Malformed::NotCanonical),
        })
    }

    fn precision(&mut self) -> Result<Precision, Malformed> {
        Ok(match self.byte()? {
            0 => Precision::Day,
            1 => Precision::Month,
            2 => Precision::Quarter,
            3 => Precision::Year,
            _ => return Err(Malformed::NotCanonical),
        })
    }

    fn correction(&mut self) -> Result<Correction, Malformed> {
        Ok(Correction {
            target: self.number()?,
            withdraw: self.flag()?,
            day: self.option(Reader::day)?,
            fields: sorted(self.list(|at| {
                let field = FieldNo(at.small()?);
                let change = if at.flag()? {
                    Change::Set(at.cell()?)
                } else {
                    Change::Withdrawn
                };
                Ok((field, change))
            })?)?,
        })
    }

    fn pack(&mut self) -> Result<PackVersion, Malformed> {
        Ok(PackVersion {
            from: self.day()?,
            engine: self.small()?,
            ids: self.text()?,
            files: sorted(self.list(|at| {
                let path = at.text()?;
                let text = String::from_utf8(at.blob()?).map_err(|_| Malformed::NotCanonical)?;
                Ok((path, text))
            })?)?,
        })
    }

    fn release(&mut self) -> Result<Release, Malformed> {
        Ok(Release {
            bulletin: self.text()?,
            release_no: self.small()?,
            as_of: self.day()?,
            known_at: self.number()?,
            document: self.hash()?,
            figures: self.list(|at| Ok((at.text()?, at.text()?)))?,
        })
    }

    fn leg(&mut self) -> Result<Leg, Malformed> {
        Ok(Leg {
            account: AccountNo(self.small()?),
            dim: self.text()?,
            day: self.day()?,
            unit: self.number()?,
            amount: self.int()?,
        })
    }

    fn source(&mut self) -> Result<Source, Malformed> {
        Ok(Source {
            batch: self.number()?,
            file: self.hash()?,
            sheet: self.text()?,
            row: self.small()?,
        })
    }
}

/// Maps are written in the order of their keys (field numbers, paths), none twice.
fn sorted<K: PartialOrd, T>(map: Vec<(K, T)>) -> Result<Vec<(K, T)>, Malformed> {
    if map.windows(2).all(|pair| pair[0].0 < pair[1].0) {
        Ok(map)
    } else {
        Err(Malformed::NotCanonical)
    }
}
