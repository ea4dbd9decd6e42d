//! Room: the postings of a page of entries as they are stored: against the entries' digests, against what
//! the page's records post by their replay, and on to the sums that tables `balance` must have.

use super::{FirstBad, Found};
use crate::bundle::Posted;
use crate::engine::{Conn, Sql};
use crate::error::StoreError;
use crate::replay::Replayed;
use crate::sums::Sums;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use taizhang_core::day::Day;
use taizhang_core::id::{AccountNo, EntryNo, RecordNo};
use taizhang_core::journal::Entry;
use taizhang_core::journal::chain::posting_digest;
use taizhang_core::posting::Posting;

/// How many texts of dimensions are kept in memory.
const TEXTS: usize = 100_000;

/// What an entry says of its postings.
pub(crate) struct Sealed {
    /// The entry.
    pub(crate) n: EntryNo,
    count: u32,
    digest: [u8; 32],
}

impl Sealed {
    pub(crate) fn of(entry: &Entry) -> Sealed {
        Sealed {
            n: entry.n,
            count: entry.posting_count,
            digest: entry.posting_digest,
        }
    }

    /// Whether postings are those that it wrote, in their order.
    pub(crate) fn covers<'a>(&self, postings: impl ExactSizeIterator<Item = &'a Posting>) -> bool {
        postings.len() == self.count as usize && posting_digest(postings) == self.digest
    }
}

/// A posting as it is stored.
struct Line {
    seq: i64,
    dim: i64,
    posting: Posting,
}

/// The stored postings of a page, by entry and in their order.
pub(super) struct Lines {
    by_entry: BTreeMap<EntryNo, Vec<Line>>,
}

/// What was met on the pages so far.
pub(super) struct Met {
    texts: HashMap<i64, String>,
    /// Dimensions are numbered in the order in which postings first name them; none where the reading
    /// does not begin with the first entry.
    pub(super) dims: Option<i64>,
    pub(super) sums: Sums,
}

impl Lines {
    pub(super) fn read(
        conn: &mut dyn Conn,
        met: &mut Met,
        (from, to): (EntryNo, EntryNo),
    ) -> Result<Lines, StoreError> {
        let mut rows: Vec<(EntryNo, Line)> = Vec::new();
        // In the order of an index, so that the engine has nothing to sort.
        let sql = "SELECT entry, seq, dim, account, unit, day, record, amount, reported, missing, not_applicable
                   FROM posting WHERE entry >= $1 AND entry <= $2 ORDER BY entry, account, record, seq";
        conn.query_each(sql, &[Sql::Int(from), Sql::Int(to)], &mut |row| {
            let posting = Posting {
                account: AccountNo(narrow(&row[3])?),
                unit: row[4].int()?,
                dim: String::new(),
                day: Day(narrow(&row[5])?),
                record: row[6].int()?,
                amount: row[7].int()?,
                reported: narrow(&row[8])?,
                missing: narrow(&row[9])?,
                not_applicable: narrow(&row[10])?,
            };
            let (seq, dim) = (row[1].int()?, row[2].int()?);
            rows.push((row[0].int()?, Line { seq, dim, posting }));
            Ok(true)
        })?;
        let mut by_entry: BTreeMap<EntryNo, Vec<Line>> = BTreeMap::new();
        for (entry, mut line) in rows {
            line.posting.dim = met.text(conn, line.dim)?;
            by_entry.entry(entry).or_default().push(line);
        }
        by_entry
            .values_mut()
            .for_each(|lines| lines.sort_by(|a, b| (a.seq, &a.posting).cmp(&(b.seq, &b.posting))));
        Ok(Lines { by_entry })
    }

    /// Whether they are, for the records that the page opens, what these post up to the page's end; and
    /// they post nothing after it.
    pub(super) fn are_of(&self, batch: &[Replayed], (from, to): (EntryNo, EntryNo)) -> bool {
        let posted = batch.iter().flat_map(|replayed| &replayed.postings);
        let mut posted: Vec<(EntryNo, &Posting)> = posted.map(|(entry, posting)| (*entry, posting)).collect();
        posted.sort();
        let stored = self.by_entry.iter();
        let stored = stored.flat_map(|(entry, lines)| lines.iter().map(|line| (*entry, &line.posting)));
        let of_page = stored.filter(|(_, posting)| (from..=to).contains(&posting.record));
        of_page.eq(posted)
    }

    /// The first entry whose postings are not those that its digest covers, in their order.
    pub(super) fn uncovered(&self, sealed: &[Sealed]) -> Option<EntryNo> {
        let covered = |sealed: &&Sealed| {
            let lines = self.by_entry.get(&sealed.n).map_or(&[][..], Vec::as_slice);
            let in_order = lines.iter().enumerate().all(|(at, line)| line.seq == at as i64);
            in_order && sealed.covers(lines.iter().map(|line| &line.posting))
        };
        sealed.iter().find(|sealed| !covered(sealed)).map(|sealed| sealed.n)
    }

    /// All of them as they are tied up.
    pub(super) fn posted(&self) -> Vec<Posted> {
        let of_entry = |(entry, lines): (&EntryNo, &Vec<Line>)| {
            let entry = *entry;
            let posted = lines
                .iter()
                .map(move |line| Posted::of(entry, line.seq, &line.posting, line.dim));
            posted.collect::<Vec<_>>()
        };
        self.by_entry.iter().flat_map(of_entry).collect()
    }

    /// The records before one that the page's postings are of.
    pub(super) fn records_before(&self, record: RecordNo) -> impl Iterator<Item = RecordNo> {
        let lines = self.by_entry.values().flatten();
        lines
            .map(|line| line.posting.record)
            .filter(move |older| *older < record)
    }

    /// The records that an entry's postings are of.
    pub(super) fn records(&self, entry: EntryNo) -> BTreeSet<RecordNo> {
        let lines = self.by_entry.get(&entry).into_iter().flatten();
        lines.map(|line| line.posting.record).collect()
    }
}

impl Met {
    /// Nothing yet; `whole` if the first entry will be met.
    pub(super) fn new(whole: bool) -> Met {
        Met {
            texts: HashMap::new(),
            dims: whole.then_some(0),
            sums: Sums::default(),
        }
    }

    fn text(&mut self, conn: &mut dyn Conn, dim: i64) -> Result<String, StoreError> {
        if dim == 0 {
            return Ok(String::new());
        }
        if let Some(text) = self.texts.get(&dim) {
            return Ok(text.clone());
        }
        let row = conn.query_one("SELECT text FROM dimension WHERE id = $1", &[Sql::Int(dim)])?;
        let text = row.map_or(Ok(String::new()), |row| row[0].text().map(str::to_owned))?;
        if self.texts.len() >= TEXTS {
            self.texts.clear();
        }
        self.texts.insert(dim, text.clone());
        Ok(text)
    }

    /// Adds a page up, unless a dimension of its has another number than its turn.
    pub(super) fn take(&mut self, lines: Lines) -> Found {
        for line in lines.by_entry.into_values().flatten() {
            if let Some(bad) = self.misnumbered(&line) {
                return Ok(Some(bad));
            }
            self.sums.add(&line.posting, line.dim)?;
        }
        Ok(None)
    }

    fn misnumbered(&mut self, line: &Line) -> Option<FirstBad> {
        let text = &line.posting.dim;
        let is_named = text.is_empty() == (line.dim == 0);
        let mut next = line.dim;
        if let Some(dims) = &mut self.dims {
            *dims += i64::from(line.dim == *dims + 1);
            next = *dims + 1;
        }
        let fits = is_named && self.dims.is_none_or(|dims| line.dim <= dims);
        (!fits).then(|| FirstBad::Cell {
            table: "dimension".to_owned(),
            key: format!("text={text}"),
            column: "id".to_owned(),
            expected: next.to_string(),
            found: line.dim.to_string(),
        })
    }
}

fn narrow<T: TryFrom<i64>>(value: &Sql) -> Result<T, StoreError> {
    T::try_from(value.int()?).map_err(|_| StoreError::Damaged("a number that is too large in table posting".to_owned()))
}
