//! Room: an entry's bytes around the few numbers that it gets last, so that whoever appends it has little to do. `encode`
//! itself is made of them; what the bytes are stands in `encoding`.

use super::encoding::{VERSION, Writer};
use super::entry::Entry;
use crate::id::{EntryNo, RecordNo};

/// An entry's bytes but for its spot, so that all of them that can be made before its turn are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    /// The first entry of its import, which gets its number late as well; none if it came from no file.
    pub batch: Option<EntryNo>,
    /// What stands before its record's number, then behind that, then behind that of its batch.
    bytes: Vec<u8>,
    record_at: usize,
    batch_at: usize,
}

/// What an entry is given when it is appended.
#[derive(Clone, Copy, Debug)]
pub struct Spot {
    /// See [`Entry::n`].
    pub n: EntryNo,
    /// See [`Entry::command`].
    pub command: EntryNo,
    /// See [`Entry::recorded_at`].
    pub recorded_at: i64,
    /// See [`Entry::actor`].
    pub actor: RecordNo,
    /// See [`Entry::position`].
    pub position: RecordNo,
    /// See [`Entry::record`].
    pub record: RecordNo,
    /// See [`Entry::posting_count`].
    pub posting_count: u32,
    /// See [`Entry::posting_digest`].
    pub posting_digest: [u8; 32],
}

impl Spot {
    /// Where an entry stands.
    pub fn of(entry: &Entry) -> Spot {
        Spot {
            n: entry.n,
            command: entry.command,
            recorded_at: entry.recorded_at,
            actor: entry.actor,
            position: entry.position,
            record: entry.record,
            posting_count: entry.posting_count,
            posting_digest: entry.posting_digest,
        }
    }

    /// Tells the entry where it stands.
    pub fn tell(&self, entry: &mut Entry) {
        entry.n = self.n;
        entry.command = self.command;
        entry.recorded_at = self.recorded_at;
        entry.actor = self.actor;
        entry.position = self.position;
        entry.record = self.record;
        entry.posting_count = self.posting_count;
        entry.posting_digest = self.posting_digest;
    }
}

/// What a spot takes in the bytes at most: eight numbers, the version and a digest.
const SPOT_BYTES: usize = 8 * 9 + 1 + 32;

impl Frame {
    /// That of an entry, wherever it will stand.
    pub fn of(entry: &Entry) -> Frame {
        let mut out = Writer {
            out: Vec::with_capacity(256),
        };
        out.uint(entry.definition as u64);
        out.day(entry.occurred_on);
        out.option(entry.occurred_at.as_ref(), |out, minute| out.uint(u64::from(*minute)));
        out.uint(u64::from(entry.register.0));
        let record_at = out.out.len();
        out.uint(entry.based_on as u64);
        out.act(&entry.act);
        out.option(entry.reason.as_ref(), |out, reason| out.blob(reason));
        out.list(&entry.evidence, |out, hash| out.raw(hash));
        out.byte(u8::from(entry.source.is_some()));
        let batch_at = out.out.len();
        entry.source.iter().for_each(|source| out.row(source));
        out.option(entry.key.as_ref(), |out, key| out.raw(key));
        out.list(&entry.legs, Writer::leg);
        Frame {
            batch: entry.source.as_ref().map(|source| source.batch),
            bytes: out.out,
            record_at,
            batch_at,
        }
    }

    /// The bytes of the entry at its spot.
    pub fn bytes(&self, spot: &Spot) -> Vec<u8> {
        let [before, between, behind] = self.parts();
        let mut out = Writer {
            out: Vec::with_capacity(self.bytes.len() + SPOT_BYTES),
        };
        out.byte(VERSION);
        out.uint(spot.n as u64);
        out.uint(spot.command as u64);
        out.int(spot.recorded_at);
        out.uint(spot.actor as u64);
        out.uint(spot.position as u64);
        out.raw(before);
        out.uint(spot.record as u64);
        out.raw(between);
        self.batch.iter().for_each(|batch| out.uint(*batch as u64));
        out.raw(behind);
        out.uint(u64::from(spot.posting_count));
        if spot.posting_count > 0 {
            out.raw(&spot.posting_digest);
        }
        out.out
    }

    /// Its parts, for the way to its spot: before the record, behind it, behind the batch.
    pub fn parts(&self) -> [&[u8]; 3] {
        let (before, rest) = self.bytes.split_at(self.record_at);
        let (between, behind) = rest.split_at(self.batch_at - self.record_at);
        [before, between, behind]
    }

    /// The frame of such parts.
    pub fn from_parts(batch: Option<EntryNo>, parts: [&[u8]; 3]) -> Frame {
        Frame {
            batch,
            bytes: parts.concat(),
            record_at: parts[0].len(),
            batch_at: parts[0].len() + parts[1].len(),
        }
    }
}
