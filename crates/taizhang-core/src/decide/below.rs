//! Room: what a command does to the records that inherit from its own: rows, keys and postings follow
//! the record above, tagged with its entry (law 3).

use super::{Book, Desk, KeyChange, Row, row};
use crate::definition::Register;
use crate::id::RegisterNo;
use crate::posting::Posting;
use crate::refusal::{Code, Refusal};
use crate::timeline::{Inheritance, Timeline};
use std::sync::Arc;

/// Where the consequences are put.
pub(super) struct Below<'a> {
    pub(super) rows: &'a mut Vec<Row>,
    pub(super) lines: &'a mut Vec<Posting>,
    pub(super) keys: &'a mut Vec<KeyChange>,
}

impl Desk<'_> {
    /// Records that inherit from this one change with it; one that has any is not voided without them.
    pub(super) fn below<B: Book>(
        &self,
        book: &mut B,
        before: &Timeline,
        after: &Timeline,
        below: &mut Below<'_>,
    ) -> Result<Result<(), Vec<Refusal>>, B::Error> {
        let Some(record) = self.command.record else {
            return Ok(Ok(()));
        };
        let mut level = vec![(record, before.clone(), after.clone())];
        while let Some((record, old, new)) = level.pop() {
            for child in book.children(record)? {
                if new.void && !old.void {
                    return Ok(Err(vec![Refusal::new(Code::LivingChildren).with("record", child)]));
                }
                let own = Timeline::of(&book.entries(child)?);
                let Some(inheritance) = Inheritance::of(self.moment.rules, own.register) else {
                    continue;
                };
                let (mut was, mut is) = (own.clone(), own);
                was.inherit(&old, &inheritance);
                is.inherit(&new, &inheritance);
                if was == is {
                    continue;
                }
                match self.lines(&was, &is) {
                    Ok(more) => below.lines.extend(more),
                    Err(refusal) => return Ok(Err(vec![refusal])),
                }
                if let Some(register) = self.register_of(is.register) {
                    let taken = self.keys(book, &register, &was, &is, below.keys)?;
                    if !taken.is_empty() {
                        return Ok(Err(taken));
                    }
                }
                below.rows.push(row(&is));
                level.push((child, was, is));
            }
        }
        Ok(Ok(()))
    }

    fn register_of(&self, no: RegisterNo) -> Option<Arc<Register>> {
        let version = self.moment.rules.latest()?;
        version.definition.register(no).cloned()
    }
}
