//! Room: what happened lately, for somebody — entries on records that they may read, and what they
//! wrote themselves. Reads the end of the journal only; what one may not see is not there.

use super::App;
use super::definition;
use super::names::{Labels, title};
use super::scope::Scope;
use crate::error::AppError;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use taizhang_core::definition::Register;
use taizhang_core::id::{EntryNo, RecordNo, RegisterNo};
use taizhang_core::journal::Entry;
use taizhang_store::record;

/// How far back is looked, in entries.
const LOOKED_AT: EntryNo = 600;
/// The same for a register that somebody follows.
const FOLLOWED_AT: EntryNo = 3000;
/// How many of somebody's openings are looked at.
const DEEDS: i64 = 60;

/// One entry on a record that its reader may see.
pub struct News {
    /// The entry.
    pub entry: Entry,
    /// The record's register.
    pub register: Arc<Register>,
    /// The record's title.
    pub title: String,
    /// Who wrote it; empty for the program.
    pub actor: String,
}

/// A record by name: what lists of links need.
#[derive(Clone, Debug)]
pub struct Brief {
    /// The record.
    pub record: RecordNo,
    /// Its register.
    pub register: Arc<Register>,
    /// Its title.
    pub title: String,
    /// Its unit, if its register has one.
    pub unit: Option<RecordNo>,
    /// Its stage's id.
    pub stage: Option<String>,
    /// Whether it is void.
    pub void: bool,
}

impl App {
    /// A record's name and place; none for what the reader may not see.
    pub fn brief(&self, scope: &Scope, record: RecordNo) -> Result<Option<Brief>, AppError> {
        let mut reading = self.reading()?;
        let definition = definition(&reading)?;
        let Some(first) = taizhang_store::journal::entry(reading.conn()?, record)? else {
            return Ok(None);
        };
        let Some(register) = definition.register(first.register).cloned() else {
            return Ok(None);
        };
        let Some(row) = record::get(reading.conn()?, &register, record)? else {
            return Ok(None);
        };
        let unit = register.unit.and_then(|field| row.state.unit(field));
        if !self.sees(scope, &register, &row.state) {
            return Ok(None);
        }
        let moment = (self.today(), reading.n());
        let labels = self.title_labels(&mut reading, &definition, (&register, &row.state), moment)?;
        Ok(Some(Brief {
            title: title(&definition, &register, &row.state, record, &labels),
            stage: row.state.stage().map(str::to_owned),
            void: row.void,
            record,
            register,
            unit,
        }))
    }

    /// What others wrote lately on records that somebody may read, the newest first; each record once.
    pub fn changed_lately(&self, scope: &Scope, most: usize) -> Result<Vec<News>, AppError> {
        self.lately(scope, most, &|entry| entry.actor != scope.actor)
    }

    /// What others wrote on a record after an entry, the newest first.
    pub(super) fn record_news(
        &self,
        scope: &Scope,
        record: RecordNo,
        after: EntryNo,
        most: usize,
    ) -> Result<Vec<News>, AppError> {
        let entries = taizhang_store::facts::entries(self.reading()?.conn()?, record)?;
        let later = entries.into_iter().filter(|entry| entry.n > after);
        self.told(scope, later.rev(), most, true, &|entry| entry.actor != scope.actor)
    }

    /// What others wrote in a register after an entry, the newest first; each record once.
    pub(super) fn register_news(
        &self,
        scope: &Scope,
        register: RegisterNo,
        after: EntryNo,
        most: usize,
    ) -> Result<Vec<News>, AppError> {
        let wanted = |entry: &Entry| entry.register == register && entry.actor != scope.actor;
        let tail = self.tail(FOLLOWED_AT, after)?;
        self.told(scope, tail.into_iter().rev(), most, false, &wanted)
    }

    /// What somebody opened lately, the newest first; each with the stage in which it stands.
    pub fn started_by(&self, scope: &Scope, most: usize) -> Result<Vec<Brief>, AppError> {
        let deeds = taizhang_store::duty::deeds(self.reading()?.conn()?, scope.actor, true, DEEDS)?;
        let mut found = Vec::new();
        for deed in deeds {
            if found.len() == most {
                break;
            }
            found.extend(self.brief(scope, deed.record)?.filter(|brief| !brief.void));
        }
        Ok(found)
    }

    fn lately(&self, scope: &Scope, most: usize, wanted: &dyn Fn(&Entry) -> bool) -> Result<Vec<News>, AppError> {
        let found = self.tail(LOOKED_AT, 0)?;
        self.told(scope, found.into_iter().rev(), most, false, wanted)
    }

    /// Entries as news, as far as somebody may read their records; each record once, unless all are asked for.
    fn told(
        &self,
        scope: &Scope,
        entries: impl Iterator<Item = Entry>,
        most: usize,
        all: bool,
        wanted: &dyn Fn(&Entry) -> bool,
    ) -> Result<Vec<News>, AppError> {
        let mut seen = BTreeSet::new();
        let mut news = Vec::new();
        let mut names = BTreeMap::new();
        for entry in entries.filter(|entry| entry.is_of_record() && wanted(entry)) {
            if news.len() == most {
                break;
            }
            if !seen.insert(entry.record) && !all {
                continue;
            }
            let Some(brief) = self.brief(scope, entry.record)? else {
                continue;
            };
            if brief.register.system {
                continue;
            }
            let actor = match names.get(&entry.actor) {
                Some(name) => String::clone(name),
                None => {
                    let name = self.actor_name(entry.actor)?;
                    names.insert(entry.actor, name.clone());
                    name
                }
            };
            news.push(News {
                register: brief.register,
                title: brief.title,
                actor,
                entry,
            });
        }
        Ok(news)
    }

    /// The last entries of the book that came after one, oldest first.
    fn tail(&self, most: EntryNo, after: EntryNo) -> Result<Vec<Entry>, AppError> {
        let mut reading = self.reading()?;
        let after = (reading.n() - most).max(after);
        let mut found = Vec::new();
        taizhang_store::journal::each_after(reading.conn()?, after, &mut |n, _, bytes| {
            found.push(taizhang_store::head::entry_of(n, bytes)?);
            Ok(true)
        })?;
        Ok(found)
    }

    fn actor_name(&self, actor: RecordNo) -> Result<String, AppError> {
        let mut reading = self.reading()?;
        let definition = definition(&reading)?;
        let Some(register) = definition.register_named("actor").filter(|_| actor > 0) else {
            return Ok(String::new());
        };
        let row = record::get(reading.conn()?, register, actor)?;
        let none = Labels::default();
        Ok(row.map_or(String::new(), |row| {
            title(&definition, register, &row.state, actor, &none)
        }))
    }
}
