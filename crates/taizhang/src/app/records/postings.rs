//! Room: the last step of opening a figure — the postings of its records, each with its entry.

use crate::app::App;
use crate::app::ask::{FigureQuestion, last_day};
use crate::app::scope::Scope;
use crate::error::AppError;
use std::sync::Arc;
use taizhang_core::day::Day;
use taizhang_core::definition::{AccountKind, Definition, Register, Verb};
use taizhang_core::id::{EntryNo, RecordNo};
use taizhang_core::value::print_scaled;
use taizhang_store::figure::record_postings;

/// One posting, in words.
pub struct PostingView {
    /// The entry that made it.
    pub entry: EntryNo,
    /// The record.
    pub record: RecordNo,
    /// The unit's code on the last day asked for.
    pub unit_code: String,
    /// The unit's name.
    pub unit_name: String,
    /// The day.
    pub day: Day,
    /// The amount in the base unit.
    pub amount: String,
    /// The amount as shown.
    pub shown: String,
}

/// Postings, the record to go on after, and the entry that they know.
pub type Postings = (Vec<PostingView>, Option<RecordNo>, EntryNo);

impl App {
    /// The postings of one record, or of the records of one page of the opened figure.
    pub fn postings(
        &self,
        scope: &Scope,
        question: &FigureQuestion,
        wanted: Option<RecordNo>,
        after: RecordNo,
        limit: usize,
    ) -> Result<Postings, AppError> {
        let mut asking = self.asking()?;
        let figure = asking.figure(question)?;
        let (records, next) = match wanted {
            Some(record) => {
                self.record(scope, record)?;
                (vec![record], None)
            }
            None => {
                let opened = asking.open(scope, question, after, limit)?;
                (opened.items.iter().map(|item| item.record).collect(), opened.next)
            }
        };
        let tree = asking.tree(last_day(figure.span), figure.known_at);
        let reach = asking.reach_of(figure.unit, figure.span, figure.known_at);
        let mut views = Vec::new();
        for record in records {
            let lines = record_postings(asking.reading.conn()?, figure.account.no, record, figure.known_at)?;
            for line in lines {
                if !reach.counts(line.unit, line.day) {
                    continue;
                }
                let node = tree.get(line.unit);
                views.push(PostingView {
                    entry: line.entry,
                    record,
                    unit_code: node.map_or(String::new(), |node| node.code.clone()),
                    unit_name: node.map_or(String::new(), |node| node.name.clone()),
                    day: line.day,
                    amount: print_scaled(line.amount, figure.account.scale),
                    shown: asking.shown(&figure.account, line.amount),
                });
            }
        }
        Ok((views, next, figure.known_at))
    }

    /// Entries after a number with their hashes and bytes, and the head.
    pub fn journal_after(&self, after: EntryNo, limit: usize) -> Result<(Vec<RawEntry>, EntryNo), AppError> {
        let mut reading = self.reading()?;
        let head = reading.n();
        let mut entries = Vec::new();
        taizhang_store::journal::each_after(reading.conn()?, after, &mut |n, hash, bytes| {
            entries.push((n, hash.to_vec(), bytes.to_vec()));
            Ok(entries.len() < limit)
        })?;
        Ok((entries, head))
    }
}

/// An entry's number, hash and bytes.
pub type RawEntry = (EntryNo, Vec<u8>, Vec<u8>);

/// The kind of an account in the API: a level, a movement, or something computed.
pub fn account_kind_key(kind: &AccountKind) -> &'static str {
    match kind {
        AccountKind::Formula(_) => "ratio",
        kind if kind.is_stock() => "stock",
        _ => "flow",
    }
}

/// Whether somebody may read the whole book, as a copy of its journal needs.
pub fn reads_book(scope: &Scope, definition: &Definition) -> bool {
    let own = definition.registers.iter().filter(|register| !register.system);
    let released = |register: &Register| register.embargo.is_none() || scope.may_somewhere(Verb::Write, register);
    let whole = |register: &Arc<Register>| scope.readable(register).is_none() && released(register);
    own.clone().count() > 0 && own.into_iter().all(whole)
}
