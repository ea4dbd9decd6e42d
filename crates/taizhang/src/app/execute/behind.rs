//! Room: one command whose later drafts name what its earlier ones open — all written, or none. The numbers are
//! foretold from the head; if somebody else wrote meanwhile, all of it is decided anew.

use super::{Draft, Receipt, Typed, faults};
use crate::app::scope::Scope;
use crate::app::{App, definition};
use crate::error::AppError;
use std::collections::HashMap;
use taizhang_core::decide::{Book, Decision, Moment, Retold, decide};
use taizhang_core::id::{EntryNo, RecordNo};
use taizhang_core::journal::Entry;
use taizhang_store::StoreError;
use taizhang_store::facts::Facts;
use taizhang_store::prepared::{Decisions, Prepared};
use taizhang_store::writer::Outcome;

/// How often it is decided anew before somebody is told to try later.
const TRIES: usize = 8;

impl App {
    /// Writes the drafts that are made for a first number: the nth of them, if it opens a record, opens that number
    /// and n more.
    pub(in crate::app) fn execute_behind(
        &self,
        scope: &Scope,
        make: &dyn Fn(RecordNo) -> Vec<Draft>,
    ) -> Result<Receipt, AppError> {
        let mut hats = scope.hats();
        if hats.is_empty() {
            hats.push(scope.clone());
        }
        for _ in 0..TRIES {
            let base = self.reading()?.n();
            let typed = self.typed_behind(&make(base + 1), base + 1)?;
            self.names_only_own(scope, &typed.commands)?;
            let mut decided = Err(AppError::Refused(Vec::new()));
            let mut wearing = scope;
            for hat in &hats {
                decided = self.decided_behind(hat, &typed, base);
                wearing = hat;
                if !matches!(&decided, Err(AppError::Refused(lines)) if lines.iter().all(|line| line.code == "not_permitted"))
                {
                    break;
                }
            }
            let Some(decisions) = decided? else { continue };
            self.keys().keep(&typed.fresh)?;
            let mut request = self.request(wearing, Vec::new(), None);
            request.prepared = Some(Box::new(Prepared {
                base,
                decisions,
                seen: None,
            }));
            match self.store().writer().write(request) {
                Ok(Outcome::Moved) => {}
                reply => return self.receipt(reply, &typed.registers),
            }
        }
        Err(AppError::said("execute.moved", &[]))
    }

    fn typed_behind(&self, drafts: &[Draft], first: RecordNo) -> Result<Typed, AppError> {
        let definition = self.definition()?;
        let opened = (first..).zip(drafts).filter(|(_, draft)| draft.record.is_none());
        let opened =
            opened.filter_map(|(number, draft)| Some((number, definition.register_named(&draft.register)?.no)));
        self.typed_knowing(drafts, &opened.collect())
    }

    /// The decisions as of a head; none if the book has moved on.
    fn decided_behind(&self, scope: &Scope, typed: &Typed, base: EntryNo) -> Result<Option<Decisions>, AppError> {
        let mut reading = self.reading()?;
        if reading.n() != base {
            return Ok(None);
        }
        let rules = reading.caches.rules.clone();
        let definition = definition(&reading)?;
        let locks = reading.caches.locks();
        let moment = Moment {
            rules: &rules,
            today: self.today(),
            closed_through: reading.caches.closed_through(base),
            locks: &locks,
            instruments: &crate::app::instruments::BySchemes,
        };
        let (mut pending, mut decisions) = (HashMap::new(), Decisions::new()?);
        for (n, (command, register)) in (base + 1..).zip(typed.commands.iter().zip(&typed.registers)) {
            let facts = Facts {
                conn: reading.conn()?,
                definition: &definition,
                waiting: None,
            };
            let decision = decide(&moment, scope, &mut foreseen(facts, &pending), command)?;
            let decision = decision.map_err(|refusals| self.refused(&refusals, register))?;
            let after = decision.rows.first().map(|row| &row.state);
            let faults = after.map(|state| faults(&definition, register, state, self.locale().lang()));
            if let Some(faults) = faults.filter(|faults| !faults.is_empty()) {
                return Err(self.refused(&faults, register));
            }
            keep(&mut pending, &decision, n, command.record.unwrap_or(n));
            decisions.push(&definition, &decision)?;
        }
        Ok(Some(decisions))
    }
}

/// Keeps what was decided of a record for those behind it.
pub(in crate::app) fn keep(
    pending: &mut HashMap<RecordNo, Vec<Entry>>,
    decision: &Decision,
    n: EntryNo,
    record: RecordNo,
) {
    let mut entry = decision.entry.clone();
    (entry.n, entry.record) = (n, record);
    pending.entry(record).or_default().push(entry);
}

/// The book with what was decided of a record so far behind what is true of it.
pub(in crate::app) fn foreseen<'f>(
    facts: Facts<'f>,
    pending: &HashMap<RecordNo, Vec<Entry>>,
) -> impl Book<Error = StoreError> {
    Retold {
        book: facts,
        entries: move |facts: &mut Facts<'f>, record| {
            let mut entries = facts.entries(record)?;
            entries.extend(pending.get(&record).into_iter().flatten().cloned());
            Ok(entries)
        },
    }
}
