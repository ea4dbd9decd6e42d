//! Room: a decision as bytes, for the way from where it was made to where it is written. Never
//! hashed, never kept: an import of any length passes through a file in this form.

use super::{Decision, KeyChange, Row};
use crate::day::Day;
use crate::id::{AccountNo, FieldNo, RegisterNo};
use crate::journal::encoding::{Malformed, Reader, Writer, decode, encode};
use crate::journal::{Act, Patch};
use crate::posting::{Duty, Posting};
use crate::timeline::State;

/// Appends the bytes of a decision.
pub fn pack(decision: &Decision, out: &mut Vec<u8>) {
    let mut to = Writer {
        out: std::mem::take(out),
    };
    to.blob(&encode(&decision.entry));
    to.list(&decision.postings, Writer::posting);
    let opened = opened(&decision.entry.act);
    to.uint(decision.rows.len() as u64);
    for row in &decision.rows {
        to.row(row, opened);
    }
    to.list(&decision.keys, |to, key| {
        to.uint(u64::from(key.register.0));
        to.uint(key.record as u64);
        to.text(&key.key);
        to.blob(key.text.as_bytes());
        to.byte(u8::from(key.taken));
    });
    to.list(&decision.digests, |to, (field, digest)| {
        to.uint(u64::from(field.0));
        to.blob(digest.as_bytes());
    });
    *out = to.out;
}

/// Reads it back.
pub fn unpack(bytes: &[u8]) -> Result<Decision, Malformed> {
    let mut at = Reader { rest: bytes };
    let length: usize = at.small()?;
    let entry = decode(at.take(length)?)?;
    let postings = at.list(Reader::posting)?;
    let opened = opened(&entry.act);
    let rows = at.list(|at| at.row(opened))?;
    let keys = at.list(|at| {
        Ok(KeyChange {
            register: RegisterNo(at.small()?),
            record: at.number()?,
            key: at.text()?,
            text: at.plain()?,
            taken: at.flag()?,
        })
    })?;
    let digests = at.list(|at| Ok((FieldNo(at.small()?), at.plain()?)))?;
    if !at.rest.is_empty() {
        return Err(Malformed::Long);
    }
    Ok(Decision {
        entry,
        postings,
        rows,
        keys,
        digests,
    })
}

/// What an opening sets: mostly all that its record then says.
fn opened(act: &Act) -> Option<&Patch> {
    match act {
        Act::Open { patch, .. } => Some(patch),
        _ => None,
    }
}

impl Writer {
    fn posting(&mut self, posting: &Posting) {
        self.uint(u64::from(posting.account.0));
        self.uint(posting.unit as u64);
        self.blob(posting.dim.as_bytes());
        self.day(posting.day);
        self.uint(posting.record as u64);
        self.int(posting.amount);
        self.int(i64::from(posting.reported));
        self.int(i64::from(posting.missing));
        self.int(i64::from(posting.not_applicable));
    }

    fn duty(&mut self, duty: &Duty) {
        self.text(&duty.limit);
        self.uint(duty.unit as u64);
        self.uint(duty.person as u64);
        self.day(duty.started);
        self.option(duty.due.as_ref(), |to, day| to.day(*day));
        self.option(duty.minute.as_ref(), |to, minute| to.uint(u64::from(*minute)));
        self.option(duty.warn.as_ref(), |to, day| to.day(*day));
        self.byte(u8::from(duty.provisional));
    }

    fn row(&mut self, row: &Row, opened: Option<&Patch>) {
        self.uint(u64::from(row.register.0));
        self.uint(row.record as u64);
        self.byte(u8::from(row.void));
        self.day(row.opened_on);
        self.byte(u8::from(row.opening));
        self.list(&row.duties, Writer::duty);
        let same = opened.is_some_and(|patch| patch == row.state.cells());
        self.byte(u8::from(same));
        if !same {
            self.patch(row.state.cells());
        }
    }
}

impl Reader<'_> {
    fn posting(&mut self) -> Result<Posting, Malformed> {
        Ok(Posting {
            account: AccountNo(self.small()?),
            unit: self.number()?,
            dim: self.plain()?,
            day: Day(self.small_int()?),
            record: self.number()?,
            amount: self.int()?,
            reported: self.small_int()?,
            missing: self.small_int()?,
            not_applicable: self.small_int()?,
        })
    }

    fn duty(&mut self) -> Result<Duty, Malformed> {
        Ok(Duty {
            limit: self.text()?,
            unit: self.number()?,
            person: self.number()?,
            started: self.day()?,
            due: self.option(Reader::day)?,
            minute: self.option(Reader::small)?,
            warn: self.option(Reader::day)?,
            provisional: self.flag()?,
        })
    }

    fn row(&mut self, opened: Option<&Patch>) -> Result<Row, Malformed> {
        Ok(Row {
            register: RegisterNo(self.small()?),
            record: self.number()?,
            void: self.flag()?,
            opened_on: self.day()?,
            opening: self.flag()?,
            duties: self.list(Reader::duty)?,
            state: match (self.flag()?, opened) {
                (true, Some(patch)) => State::of(patch.clone()),
                (true, None) => return Err(Malformed::NotCanonical),
                (false, _) => State::of(self.patch()?),
            },
        })
    }

    fn plain(&mut self) -> Result<String, Malformed> {
        String::from_utf8(self.blob()?).map_err(|_| Malformed::NotCanonical)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::Entry;
    use crate::timeline::PENDING;
    use crate::value::{Cell, Value};

    #[test]
    fn what_is_packed_is_read_back_whole_or_not_at_all() {
        let patch = vec![
            (FieldNo(1), Cell::Is(Value::Text("井".into()))),
            (FieldNo(2), Cell::NotApplicable),
        ];
        let mut entry = Entry::blank(
            Act::Open {
                patch: patch.clone(),
                opening: true,
            },
            Day(19_000),
        );
        entry.n = PENDING;
        let row = |patch: Patch| Row {
            register: RegisterNo(7),
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
        let decision = Decision {
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
            rows: vec![row(patch.clone()), row(patch[..1].to_vec())],
            keys: vec![KeyChange {
                register: RegisterNo(7),
                record: 0,
                key: "code".into(),
                text: "e\u{301}".into(),
                taken: true,
            }],
            digests: vec![(FieldNo(9), "00ff".into())],
        };
        let mut bytes = Vec::new();
        pack(&decision, &mut bytes);
        let back = unpack(&bytes).expect("read");
        assert_eq!(format!("{back:?}"), format!("{decision:?}"));
        for end in 0..bytes.len() {
            assert!(unpack(&bytes[..end]).is_err(), "cut at {end}");
        }
    }
}
