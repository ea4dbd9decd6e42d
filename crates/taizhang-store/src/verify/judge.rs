//! Room: what is derived, judged page by page of the journal with the chain, so that an entry is read and
//! decoded once. Everything that is expected comes from the entries; nothing that is derived is believed.

use super::bundles::Bundles;
use super::chain::{Page, Walk};
use super::derived::{self, Whole};
use super::lines::{Lines, Met, Sealed};
use super::{Found, Unsound, deed, evidence, outside, sums};
use crate::engine::{Conn, Sql};
use crate::error::StoreError;
use crate::replay::{Replayer, Rulebook};
use std::collections::BTreeSet;
use taizhang_core::id::{EntryNo, RecordNo};

/// Judges a book from where a chain begins to where it ends or breaks; gives how many keys are held back by
/// digests that are not there. What lies before the beginning is believed, but for records that later entries
/// touch, which are derived whole.
pub(super) fn judge(conn: &mut dyn Conn, walk: &mut Walk, head: EntryNo, undigested: &mut usize) -> Found {
    let rulebook = Rulebook::load(conn)?;
    let mut judge = Judge::new(conn, &rulebook, walk.n())?;
    let mut bad = derived::lost_column(conn, &judge.whole)?;
    while bad.is_none()
        && let Some(page) = walk.page(conn)?
    {
        bad = judge.page(conn, page)?;
    }
    // Of a broken chain the break is told.
    if bad.is_none() && !walk.is_broken() {
        bad = judge.end(conn, head)?;
    }
    *undigested = judge.whole.undigested;
    Ok(bad)
}

struct Judge<'a> {
    rulebook: &'a Rulebook,
    replayer: Replayer<'a>,
    whole: Whole,
    met: Met,
    bundles: Bundles,
    landmarks: Vec<Vec<Sql>>,
    /// The entry before the first that is read.
    after: EntryNo,
    /// From which record on none was compared.
    seen: RecordNo,
    /// Records that were opened before the first entry that is read, and touched since.
    older: BTreeSet<RecordNo>,
}

impl<'a> Judge<'a> {
    fn new(conn: &mut dyn Conn, rulebook: &'a Rulebook, after: EntryNo) -> Result<Judge<'a>, StoreError> {
        Ok(Judge {
            rulebook,
            replayer: Replayer::new(rulebook),
            whole: Whole::load(conn, rulebook)?,
            met: Met::new(after == 0),
            bundles: Bundles::behind(after),
            landmarks: Vec::new(),
            after,
            // The first page speaks for whatever stands before it.
            seen: if after == 0 { RecordNo::MIN } else { after + 1 },
            older: BTreeSet::new(),
        })
    }

    fn page(&mut self, conn: &mut dyn Conn, page: Page) -> Found {
        let (from, to) = (page.from, page.to);
        let sealed: Vec<Sealed> = page.entries.iter().map(Sealed::of).collect();
        let mut named = evidence::Named::new(from, to);
        let mut done = deed::Done::new(from, to);
        for entry in &page.entries {
            named.take(entry);
            done.take(entry);
            self.landmarks.extend(derived::landmark_row(entry));
        }
        let lines = Lines::read(conn, &mut self.met, (from, to))?;
        if self.after > 0 {
            let touched = page.entries.iter().map(|entry| entry.record);
            let touched = touched.chain(lines.records_before(from));
            let (after, older) = (self.after, &mut self.older);
            older.extend(touched.filter(|record| (1..=after).contains(record)));
        }
        let batch = self.replayer.page(conn, page)?;
        // What a page's records post later is compared with the table, and so is what differs, to be named.
        if !lines.are_of(&batch, (from, to))
            && let Some(bad) = derived::postings(conn, &self.whole, &batch, (from, to))?
        {
            return Ok(Some(bad));
        }
        let range = (self.seen, to);
        self.seen = to + 1;
        if let Some(bad) = derived::records(conn, &mut self.whole, batch, range)? {
            return Ok(Some(bad));
        }
        if let Some(n) = lines.uncovered(&sealed) {
            return self.uncovered(conn, &lines, n).map(Some);
        }
        let posted = lines.posted();
        if let Some(bad) = self.met.take(lines)? {
            return Ok(Some(bad));
        }
        if let Some(bad) = self.bundles.page(conn, posted, to)? {
            return Ok(Some(bad));
        }
        match named.against(conn)? {
            None => done.against(conn),
            bad => Ok(bad),
        }
    }

    /// Where the postings of an entry are not those that its digest covers, by the record that has others
    /// than it posts, if one has.
    fn uncovered(&mut self, conn: &mut dyn Conn, lines: &Lines, n: EntryNo) -> Result<super::FirstBad, StoreError> {
        for record in lines.records(n) {
            let replayed = [self.replayer.record(conn, record)?];
            if let Some(bad) = derived::postings(conn, &self.whole, &replayed, (record, record))? {
                return Ok(bad);
            }
        }
        Ok(super::FirstBad::Entry(n, Unsound::Postings))
    }

    /// What no page speaks for: rows of no record and of no entry, the acts about the book, the sums.
    fn end(&mut self, conn: &mut dyn Conn, head: EntryNo) -> Found {
        let range = (self.seen, RecordNo::MAX);
        if let Some(bad) = derived::records(conn, &mut self.whole, Vec::new(), range)? {
            return Ok(Some(bad));
        }
        for record in std::mem::take(&mut self.older) {
            if let Some(bad) = self.older(conn, record)? {
                return Ok(Some(bad));
            }
        }
        let landmarks = std::mem::take(&mut self.landmarks);
        if let Some(bad) = derived::landmarks(conn, landmarks, if self.after == 0 { i64::MIN } else { self.after })? {
            return Ok(Some(bad));
        }
        if let Some(bad) = outside::rows(conn, head, self.met.dims)? {
            return Ok(Some(bad));
        }
        if let Some(bad) = self.bundles.spare(conn)? {
            return Ok(Some(bad));
        }
        // What later postings add up to says nothing of a sum that has earlier ones in it.
        if self.after > 0 {
            return Ok(None);
        }
        let sums = self.met.sums.take()?;
        sums::balances(conn, self.rulebook, sums)
    }

    /// One record with all its entries, the earlier ones too.
    fn older(&mut self, conn: &mut dyn Conn, record: RecordNo) -> Found {
        let replayed = vec![self.replayer.record(conn, record)?];
        match derived::postings(conn, &self.whole, &replayed, (record, record))? {
            None => derived::records(conn, &mut self.whole, replayed, (record, record)),
            bad => Ok(bad),
        }
    }
}
