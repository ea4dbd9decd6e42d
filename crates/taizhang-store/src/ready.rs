//! Room: a decision with all made of it that can be made before its turn: the entry's bytes but for its spot, the rows
//! but for their numbers. Whoever writes it has numbers to give, a chain to go on, and rows to insert. Also its bytes,
//! for the way of an import through a file. Never hashed, never kept.

use crate::cells::{Sink, put_row};
use crate::duty::{deed_of, has_limits};
use crate::engine::Sql;
use crate::error::StoreError;
use crate::evidence::files_of;
use taizhang_core::day::Day;
use taizhang_core::decide::{Decision, KeyChange, Row};
use taizhang_core::definition::{Definition, Register};
use taizhang_core::id::{AccountNo, EntryNo, FieldNo, RecordNo, RegisterNo};
use taizhang_core::journal::encoding::{decode, encode};
use taizhang_core::journal::{Entry, Frame};
use taizhang_core::posting::{Duty, Posting};
use taizhang_core::unit::UNIT_REGISTER;

/// A decision that waits for its turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ready {
    pub(crate) frame: Frame,
    /// The record; 0 for the one that it opens, which gets the entry's number.
    pub(crate) record: RecordNo,
    /// Whether it is about a record at all, else about the book.
    pub(crate) of_record: bool,
    /// The entry itself, of those that every server keeps in memory.
    pub(crate) whole: Option<Box<Entry>>,
    /// What somebody does by it, and to how many cells.
    pub(crate) deed: Option<(String, usize)>,
    /// Files that it names.
    pub(crate) evidence: Vec<[u8; 32]>,
    pub(crate) postings: Vec<Posting>,
    pub(crate) rows: Vec<ReadyRow>,
    pub(crate) keys: Vec<KeyChange>,
    pub(crate) digests: Vec<(FieldNo, String)>,
}

/// The row of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReadyRow {
    pub(crate) register: RegisterNo,
    /// The record; 0 for the one that is opened.
    pub(crate) record: RecordNo,
    /// Its columns; the first two, record and entry, are given with the spot.
    pub(crate) cells: Vec<Sql>,
    /// The limits that run on somebody; none if its register has none.
    pub(crate) duties: Option<Vec<Duty>>,
    /// Of a state taken over: unit, day, whether it is void.
    pub(crate) opening: Option<(RecordNo, Day, bool)>,
}

impl Ready {
    /// What a decision comes to under a definition.
    pub(crate) fn of(definition: &Definition, decision: Decision) -> Ready {
        let entry = decision.entry;
        let rows = decision.rows.iter();
        let rows = rows.filter_map(|row| Some(ReadyRow::of(definition, definition.register(row.register)?, row)));
        Ready {
            frame: Frame::of(&entry),
            record: entry.record,
            of_record: entry.is_of_record(),
            rows: rows.collect(),
            deed: deed_of(&entry).map(|(act, cells)| (act.to_owned(), cells)),
            evidence: files_of(&entry).into_iter().collect(),
            postings: decision.postings,
            keys: decision.keys,
            digests: decision.digests,
            whole: is_remembered(definition, entry.register).then(|| Box::new(entry)),
        }
    }

    /// The same behind `by` more entries: what has a number above `base` was not written yet when it was decided.
    pub(crate) fn moved(mut self, base: EntryNo, by: i64) -> Ready {
        if by == 0 {
            return self;
        }
        let renumber = |number: &mut i64| {
            if *number > base {
                *number += by;
            }
        };
        renumber(&mut self.record);
        self.frame.batch.iter_mut().for_each(renumber);
        self.postings.iter_mut().for_each(|line| renumber(&mut line.record));
        self.rows.iter_mut().for_each(|row| renumber(&mut row.record));
        self.keys.iter_mut().for_each(|key| renumber(&mut key.record));
        if let Some(entry) = &mut self.whole {
            entry.source.iter_mut().for_each(|source| renumber(&mut source.batch));
        }
        self
    }
}

impl ReadyRow {
    fn of(definition: &Definition, register: &Register, row: &Row) -> ReadyRow {
        let mut cells = Vec::with_capacity(register.fields.len() + crate::schema::LEADING.len());
        put_row(register, row, 0, 0, &mut cells);
        ReadyRow {
            register: row.register,
            record: row.record,
            cells,
            duties: has_limits(definition, row.register).then(|| row.duties.clone()),
            opening: opening(register, row),
        }
    }
}

/// What table `opening` says of a row.
pub(crate) fn opening(register: &Register, row: &Row) -> Option<(RecordNo, Day, bool)> {
    let unit = register.unit.and_then(|field| row.state.unit(field)).unwrap_or(0);
    row.opening.then_some((unit, row.opened_on, row.void))
}

/// Whether every server keeps a register's entries in memory: units, people, and what is about the book.
fn is_remembered(definition: &Definition, register: RegisterNo) -> bool {
    let register = definition.register(register);
    register.is_none_or(|register| register.system || register.id == UNIT_REGISTER)
}

/// Appends the bytes of what a decision comes to; nothing is copied on the way.
pub(crate) fn pack(definition: &Definition, decision: &Decision, out: &mut Vec<u8>) {
    let mut to = To(out);
    let entry = &decision.entry;
    let frame = Frame::of(entry);
    to.option(frame.batch, |to, batch| to.number(batch));
    frame.parts().iter().for_each(|part| to.bytes(part));
    to.number(entry.record);
    to.flag(entry.is_of_record());
    let whole = is_remembered(definition, entry.register);
    to.option(whole.then(|| encode(entry)), |to, whole| to.bytes(&whole));
    to.option(deed_of(entry), |to, (act, cells)| {
        to.bytes(act.as_bytes());
        to.number(cells as i64);
    });
    let files = files_of(entry);
    to.number(files.len() as i64);
    files.iter().for_each(|hash| to.bytes(hash));
    to.list(&decision.postings, To::posting);
    let rows: Vec<_> = decision
        .rows
        .iter()
        .filter_map(|row| Some((definition.register(row.register)?, row)))
        .collect();
    to.list(&rows, |to, (register, row)| to.row(definition, register, row));
    to.list(&decision.keys, |to, key| {
        to.number(key.register.0.into());
        to.number(key.record);
        to.bytes(key.key.as_bytes());
        to.bytes(key.text.as_bytes());
        to.flag(key.taken);
    });
    to.list(&decision.digests, |to, (field, digest)| {
        to.number(field.0.into());
        to.bytes(digest.as_bytes());
    });
}

/// Reads such bytes.
pub(crate) fn unpack(bytes: &[u8]) -> Result<Ready, StoreError> {
    let mut from = Of(bytes);
    let ready = from.ready();
    let whole = ready.filter(|_| from.0.is_empty());
    whole.ok_or_else(|| StoreError::Engine("a decision was damaged on its way to the writer".to_owned()))
}

struct To<'a>(&'a mut Vec<u8>);

impl To<'_> {
    fn number(&mut self, value: i64) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    fn flag(&mut self, value: bool) {
        self.0.push(u8::from(value));
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
        self.0.extend_from_slice(bytes);
    }

    fn option<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        self.flag(value.is_some());
        if let Some(value) = value {
            write(self, value);
        }
    }

    fn list<T>(&mut self, items: &[T], write: impl Fn(&mut Self, &T)) {
        self.number(items.len() as i64);
        items.iter().for_each(|item| write(self, item));
    }

    fn posting(&mut self, posting: &Posting) {
        self.number(posting.account.0.into());
        self.number(posting.unit);
        self.bytes(posting.dim.as_bytes());
        self.number(posting.day.0.into());
        self.number(posting.record);
        self.number(posting.amount);
        self.number(posting.reported.into());
        self.number(posting.missing.into());
        self.number(posting.not_applicable.into());
    }

    fn row(&mut self, definition: &Definition, register: &Register, row: &Row) {
        self.number(row.register.0.into());
        self.number(row.record);
        self.number((register.fields.len() + crate::schema::LEADING.len()) as i64);
        put_row(register, row, 0, 0, self);
        let duties = has_limits(definition, row.register).then_some(&row.duties);
        self.option(duties, |to, duties| to.list(duties, Self::duty));
        self.option(opening(register, row), |to, (unit, day, void)| {
            to.number(unit);
            to.number(day.0.into());
            to.flag(void);
        });
    }

    fn duty(&mut self, duty: &Duty) {
        self.bytes(duty.limit.as_bytes());
        self.number(duty.unit);
        self.number(duty.person);
        self.number(duty.started.0.into());
        self.option(duty.due, |to, day| to.number(day.0.into()));
        self.option(duty.minute, |to, minute| to.number(minute.into()));
        self.option(duty.warn, |to, day| to.number(day.0.into()));
        self.flag(duty.provisional);
    }
}

/// Columns with a mark each: 0 nothing, 1 a number, 2 a text, 3 bytes.
impl Sink for To<'_> {
    fn null(&mut self) {
        self.0.push(0);
    }

    fn int(&mut self, value: i64) {
        self.0.push(1);
        self.number(value);
    }

    fn text(&mut self, text: &str) {
        self.0.push(2);
        self.bytes(text.as_bytes());
    }

    fn blob(&mut self, bytes: &[u8]) {
        self.0.push(3);
        self.bytes(bytes);
    }
}

/// What is left of the bytes. They come from this very process, so what is wrong with them is not said in detail.
struct Of<'a>(&'a [u8]);

impl<'a> Of<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<i64> {
        self.take(8)?.try_into().ok().map(i64::from_le_bytes)
    }

    fn small<T: TryFrom<i64>>(&mut self) -> Option<T> {
        self.number()?.try_into().ok()
    }

    fn day(&mut self) -> Option<Day> {
        self.small().map(Day)
    }

    fn flag(&mut self) -> Option<bool> {
        Some(self.take(1)? == [1])
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = self.take(4)?.try_into().ok().map(u32::from_le_bytes)?;
        self.take(length as usize)
    }

    fn text(&mut self) -> Option<String> {
        std::str::from_utf8(self.bytes()?).ok().map(str::to_owned)
    }

    fn option<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<Option<T>> {
        match self.flag()? {
            true => read(self).map(Some),
            false => Some(None),
        }
    }

    fn list<T>(&mut self, read: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count: usize = self.small()?;
        let mut items = Vec::with_capacity(count.min(self.0.len()));
        for _ in 0..count {
            items.push(read(self)?);
        }
        Some(items)
    }

    fn ready(&mut self) -> Option<Ready> {
        let batch = self.option(Self::number)?;
        let frame = Frame::from_parts(batch, [self.bytes()?, self.bytes()?, self.bytes()?]);
        Some(Ready {
            frame,
            record: self.number()?,
            of_record: self.flag()?,
            whole: self.option(|from| decode(from.bytes()?).ok().map(Box::new))?,
            deed: self.option(|from| Some((from.text()?, from.small()?)))?,
            evidence: self.list(|from| from.bytes()?.try_into().ok())?,
            postings: self.list(Self::posting)?,
            rows: self.list(Self::row)?,
            keys: self.list(|from| {
                Some(KeyChange {
                    register: RegisterNo(from.small()?),
                    record: from.number()?,
                    key: from.text()?,
                    text: from.text()?,
                    taken: from.flag()?,
                })
            })?,
            digests: self.list(|from| Some((FieldNo(from.small()?), from.text()?)))?,
        })
    }

    fn posting(&mut self) -> Option<Posting> {
        Some(Posting {
            account: AccountNo(self.small()?),
            unit: self.number()?,
            dim: self.text()?,
            day: self.day()?,
            record: self.number()?,
            amount: self.number()?,
            reported: self.small()?,
            missing: self.small()?,
            not_applicable: self.small()?,
        })
    }

    fn row(&mut self) -> Option<ReadyRow> {
        Some(ReadyRow {
            register: RegisterNo(self.small()?),
            record: self.number()?,
            cells: self.list(Self::cell)?,
            duties: self.option(|from| from.list(Self::duty))?,
            opening: self.option(|from| Some((from.number()?, from.day()?, from.flag()?)))?,
        })
    }

    fn cell(&mut self) -> Option<Sql> {
        Some(match self.take(1)? {
            [0] => Sql::Null,
            [1] => Sql::Int(self.number()?),
            [2] => Sql::Text(self.text()?),
            [3] => Sql::Blob(self.bytes()?.to_vec()),
            _ => return None,
        })
    }

    fn duty(&mut self) -> Option<Duty> {
        Some(Duty {
            limit: self.text()?,
            unit: self.number()?,
            person: self.number()?,
            started: self.day()?,
            due: self.option(Self::day)?,
            minute: self.option(Self::small)?,
            warn: self.option(Self::day)?,
            provisional: self.flag()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;
    use taizhang_core::journal::{Act, Source, Spot};
    use taizhang_core::pack::{Files, IdMap, compile};
    use taizhang_core::timeline::State;
    use taizhang_core::value::{Cell, Value};

    fn files(folder: &Path, within: &str, into: &mut Files) {
        for found in std::fs::read_dir(folder).expect("a folder").flatten() {
            let name = format!("{within}{}", found.file_name().to_string_lossy());
            match found.path().is_dir() {
                true => files(&found.path(), &format!("{name}/"), into),
                false => drop(into.insert(name, std::fs::read_to_string(found.path()).expect("text"))),
            }
        }
    }

    fn definition() -> Definition {
        let packs = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../packs"));
        let [base, own] = ["base", "hello"].map(|name| {
            let mut found = Files::new();
            files(&packs.join(name), "", &mut found);
            found.retain(|name, _| name.ends_with(".toml"));
            found
        });
        compile(&base, &own, &IdMap::default()).expect("compiled").definition
    }

    /// A decision that has everything that one can have.
    fn decision(register: &Register) -> Decision {
        let mut patch = vec![
            (register.fields[0].no, Cell::Is(Value::Text("井".into()))),
            (register.fields[1].no, Cell::NotApplicable),
            (FieldNo(77), Cell::Is(Value::Evidence(vec![[7; 32]]))),
        ];
        patch.sort_by_key(|(field, _)| *field);
        let mut entry = Entry::blank(
            Act::Open {
                patch: patch.clone(),
                opening: true,
            },
            Day(19_000),
        );
        entry.n = EntryNo::MAX;
        (entry.register, entry.definition) = (register.no, 1);
        let row = |patch: Vec<(FieldNo, Cell)>| Row {
            register: register.no,
            record: 0,
            state: State::of(patch),
            void: false,
            opened_on: Day(19_000),
            opening: true,
            duties: vec![Duty {
                limit: "answer".into(),
                unit: 5,
                person: 0,
                started: Day(19_000),
                due: Some(Day(19_010)),
                minute: Some(570),
                warn: None,
                provisional: true,
            }],
        };
        Decision {
            rows: vec![row(patch.clone()), row(patch[..1].to_vec())],
            entry,
            postings: vec![Posting {
                account: AccountNo(3),
                unit: 5,
                dim: "a\u{1f}b".into(),
                day: Day(-3),
                record: 0,
                amount: i64::MIN + 1,
                reported: -1,
                missing: 1,
                not_applicable: 0,
            }],
            keys: vec![KeyChange {
                register: register.no,
                record: 0,
                key: "code".into(),
                text: "e\u{301}".into(),
                taken: true,
            }],
            digests: vec![(FieldNo(9), "00ff".into())],
        }
    }

    #[test]
    fn what_is_packed_is_read_back_whole_or_not_at_all() {
        let definition = definition();
        let unit = definition.register_named(UNIT_REGISTER).expect("units");
        let other = definition
            .registers
            .iter()
            .find(|register| !register.system && register.id != UNIT_REGISTER);
        for register in [unit, other.expect("another register")] {
            let mut decision = decision(register);
            let mut bytes = Vec::new();
            pack(&definition, &decision, &mut bytes);
            let ready = Ready::of(&definition, decision.clone());
            assert_eq!(ready.whole.is_some(), register.id == UNIT_REGISTER);
            assert_eq!(unpack(&bytes).expect("read"), ready);
            for end in 0..bytes.len() {
                assert!(unpack(&bytes[..end]).is_err(), "cut at {end}");
            }
            // The numbers that it gets behind later entries are those that it would have had there.
            let at = |batch: EntryNo| Source {
                batch,
                file: [1; 32],
                sheet: "表".into(),
                row: 7,
            };
            decision.entry.source = Some(at(41));
            decision.keys[0].record = 42;
            let moved = Ready::of(&definition, decision.clone()).moved(40, 300);
            decision.entry.source = Some(at(341));
            decision.keys[0].record = 342;
            assert_eq!(moved, Ready::of(&definition, decision.clone()));
            decision.entry.n = 400;
            assert_eq!(moved.frame.bytes(&Spot::of(&decision.entry)), encode(&decision.entry));
        }
    }
}
